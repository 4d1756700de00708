"""``minhbach record --centre``: a recorder that is told what to record, and can be asked what it did.

Owns joining the recorder, its two lines to the centre and what speaks over them; and that a new configuration is
carried out while all that it does not concern goes on. Promises that without a line the last configuration goes on, and
that before the first one the recorder waits, with its log open. Leaves the recorder to ``assembly``, changes of it to
``changing``, what is said to ``uplink``.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
import time
from functools import partial
from pathlib import Path

from minhbach.decode.child import Decoder
from minhbach.durable import Files
from minhbach.edge import faults
from minhbach.edge.archive import layout
from minhbach.edge.archive.archive import Unsettled
from minhbach.edge.archive.keys import KeyUnreadable
from minhbach.edge.check.inspection import fast_check
from minhbach.edge.config import ConfigError, DiskConfig, load
from minhbach.edge.recorder import rekeying
from minhbach.edge.recorder.assembly import Recorder
from minhbach.edge.recorder.camera import Camera
from minhbach.edge.recorder.caring import Caring
from minhbach.edge.recorder.changing import Changing
from minhbach.edge.recorder.command import begin_logging, refuse, say, tell, tell_unsettled
from minhbach.edge.recorder.erasing import erase
from minhbach.edge.recorder.loop import Rhythm
from minhbach.edge.recorder.substream import SubStream
from minhbach.edge.recorder.thrift import be_thrifty
from minhbach.edge.uplink import enrolment as enrolments
from minhbach.edge.uplink.centretime import CentreClock
from minhbach.edge.uplink.connection import Connection
from minhbach.edge.uplink.enrolment import Enrolment
from minhbach.edge.uplink.footage.service import FootageService
from minhbach.edge.uplink.footage.service import Parts as FootageParts
from minhbach.edge.uplink.footage.viewings import Viewings
from minhbach.edge.uplink.offering import Offer
from minhbach.edge.uplink.orders import OrderRefused, Orders
from minhbach.edge.uplink.probing import first_picture
from minhbach.edge.uplink.uplink import Parts, Uplink
from minhbach.protocol.line import Line

_LOGGER = logging.getLogger(__name__)

AGAIN_S = 2.0
IMPOSTOR = "other_certificate"
"""The fault's code."""


class Uplinked:
    """A recorder with a centre. Making it blocks on the disk; then ``run``; ``close`` always."""

    def __init__(self, enrolment: Enrolment, disks: tuple[DiskConfig, ...], files: Files | None = None) -> None:
        self._files = files = files or Files()
        folder = disks[0].path
        self.again = False
        """Whether it ended because of an error of its own, and is to be made anew."""
        self._enrolment = enrolment
        self.orders = Orders(enrolment.recorder, enrolment.lease_key, folder / "private", files)
        config = self.orders.config(disks)
        self.recorder = Recorder(config, files=files, tell_person=tell, recorder=enrolment.recorder)
        self._offer = Offer(self.recorder.home, self.recorder.archive.book, files, enrolment.witness)
        self._disks = disks
        self._changed = asyncio.Event()

    async def run(self, seconds: float | None) -> None:
        """Record until SIGINT, SIGTERM or the end of ``seconds``."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.recorder.loop.stop)
        if seconds is not None:
            loop.call_later(seconds, self.recorder.loop.stop)
        control, live = Connection(self._enrolment, "control"), Connection(self._enrolment, "live")
        centre = CentreClock(self._enrolment.recorder, [self._enrolment.lease_key], self.recorder.clock)
        decoder = Decoder()
        caring = Caring(self.recorder, decoder)
        uplink = Uplink(control, self.orders, self._offer, centre, self._parts(caring))
        footage = self._footage(control, live, centre, decoder)
        changing = loop.create_task(self._change(Changing(self.recorder, _Audience(footage, caring))))
        self.recorder.loop.rhythms.append(Rhythm(1_000_000, lambda: self._judge_centre(control.line)))
        self.recorder.loop.rhythms.append(Rhythm(200_000, self._heed_witness))
        try:
            await uplink.start()
            await footage.start()
            control.line.start()
            live.line.start()
            await self.recorder.loop.run()
        finally:
            changing.cancel()
            await asyncio.gather(changing, return_exceptions=True)
            await footage.stop()
            await uplink.stop()
            await control.line.stop()
            await live.line.stop()
            await caring.close()
            await decoder.close()

    def close(self) -> None:
        """Seal, log the shutdown, free the folder. Raises Unsettled."""
        self.recorder.close()

    def _parts(self, caring: Caring) -> Parts:
        return Parts(
            book=self.recorder.archive.book,
            cameras=self.recorder.cameras,
            disks=self._disks,
            lookups=self.recorder.lookups,
            clock=self.recorder.clock,
            on_configuration=self._changed.set,
            erase=partial(erase, self.recorder.retention),
            rekey=partial(rekeying.ordered, self._files, self.recorder.home.folder, self.recorder.archive.book),
            tellers=[caring.tell],
        )

    def _footage(self, control: Connection, live: Connection, centre: CentreClock, decoder: Decoder) -> FootageService:
        archive = self.recorder.archive
        viewings = Viewings(
            self._enrolment.recorder, [self._enrolment.lease_key], archive, centre.now_us, self.recorder.clock.wall_us
        )
        trial = partial(first_picture, orders=self.orders, executor=self.recorder.lookups, clock=self.recorder.clock)
        parts = FootageParts(archive, self.recorder.catalogue, viewings, self.recorder.loop.look, decoder, trial)
        service = FootageService(control, live, parts)
        for camera in self.recorder.cameras:
            service.attach(camera)
        for sub in self.recorder.subs:
            service.attach(sub)
        return service

    def _heed_witness(self) -> None:
        """What is done only when the centre has cosigned the open log: a new year, and the end of an old key."""
        archive = self.recorder.archive
        size, time_s = self._offer.cosigned.get(archive.book.name, (0, 0))
        archive.key_seen(size)
        if time_s and archive.roll(time_s * 1_000_000):
            _LOGGER.warning("a new year: the log goes on as %s", archive.book.name)

    def _judge_centre(self, line: Line) -> None:
        """Whoever stood in the centre's place stands in the log, which the true centre gets one day."""
        self.recorder.archive.fault("centre", IMPOSTOR if line.impostor else "")

    async def _change(self, changing: Changing) -> None:
        """Carry out the configuration in force, one change after the other."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await changing.carry_out(self.orders.config(self._disks))
                _LOGGER.info("configuration %d is carried out", self.orders.serial)
            except Exception:
                # Half a change is no state to be in, and a start carries out what is on the disk.
                _LOGGER.exception("a configuration could not be carried out; the recorder begins anew")
                self.again = True
                self.recorder.loop.stop()
                return


class _Audience:
    """Live pictures and health, told which cameras there are."""

    def __init__(self, footage: FootageService, caring: Caring) -> None:
        self._footage = footage
        self._caring = caring

    def attach(self, camera: Camera | SubStream) -> None:
        self._footage.attach(camera)
        self._caring.attach(camera)

    def detach(self, camera: Camera | SubStream) -> None:
        self._footage.detach(camera)
        self._caring.detach(camera)


def record(args: argparse.Namespace) -> int:
    """The ``record`` command with a centre; exit status as without one."""
    begin_logging()
    try:
        if args.camera or args.config:
            raise ConfigError(
                "Với --centre, camera do trung tâm khai báo: bỏ --camera và --config.",
                "With --centre the centre names the cameras: leave --camera and --config out.",
            )
        enrolment = enrolments.load(args.centre, fast_check)
        disks = own_disks(args.archive)
        uplinked = Uplinked(enrolment, disks)
        be_thrifty()
        while _run(uplinked, args.seconds):
            time.sleep(AGAIN_S)
            uplinked = Uplinked(enrolment, disks)
    except (ConfigError, OrderRefused) as error:
        return refuse(error.vi, error.en)
    except faults.CameraTrouble as trouble:
        return refuse(f"{trouble.detail}: {trouble.fault.vi}", f"{trouble.detail}: {trouble.fault.en}")
    except Unsettled as error:
        return tell_unsettled(error)
    except (KeyUnreadable, OSError) as error:
        return refuse(f"Không khởi động được đầu ghi: {error}", f"The recorder cannot start: {error}")
    return 0


def _run(uplinked: Uplinked, seconds: float | None) -> bool:
    """Record until it ends; whether it is to begin anew."""
    say(f"recording {uplinked.recorder.home.folder}")
    try:
        asyncio.run(uplinked.run(seconds))
    finally:
        uplinked.close()
    return uplinked.again


def own_disks(archive: Path | None) -> tuple[DiskConfig, ...]:
    """The disks of this machine: the archive folder, and what its own ``recorder.toml`` adds. Raises ConfigError."""
    if archive is None:
        raise ConfigError("Hãy cho biết thư mục lưu trữ: --archive THƯ_MỤC.", "Say where to record: --archive DIR.")
    folder = archive.absolute()
    file = folder / layout.CONFIG_FILE
    if not file.exists():
        return (DiskConfig(folder),)
    config = load(file, folder)
    if config.cameras:
        print(
            f"{file}: camera do trung tâm khai báo; các camera trong tệp này được bỏ qua.\n"
            f"{file}: the centre names the cameras; those in this file are passed over.",
            file=sys.stderr,
        )
    return config.disks
