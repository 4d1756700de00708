"""``minhbach record --centre``: a recorder that is told what to record, and can be asked what it did.

Owns joining the recorder, its two lines to the centre and what speaks over them; and that a new configuration is
carried out by an orderly end and a new start in the same process: every second of it is in the log. Promises that
without a line the last configuration goes on, and that before the first one the recorder waits, with its log open.
Leaves the recorder to ``assembly``, what is said to ``uplink``.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time
from pathlib import Path

from minhbach.decode.child import Decoder
from minhbach.durable import Files
from minhbach.edge import faults
from minhbach.edge.archive import layout
from minhbach.edge.archive.archive import Unsettled
from minhbach.edge.archive.keys import KeyUnreadable
from minhbach.edge.check.inspection import fast_check
from minhbach.edge.config import ConfigError, DiskConfig, load
from minhbach.edge.recorder.assembly import Recorder
from minhbach.edge.recorder.caring import Caring
from minhbach.edge.recorder.command import begin_logging, refuse, say, tell, tell_unsettled
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
from minhbach.edge.uplink.uplink import Parts, Uplink


class Uplinked:
    """A recorder with a centre, for one configuration. Making it blocks on the disk; ``close`` always."""

    def __init__(self, enrolment: Enrolment, disks: tuple[DiskConfig, ...], files: Files | None = None) -> None:
        files = files or Files()
        folder = disks[0].path
        self.changed = False
        """Whether a newer configuration waits to be carried out."""
        self._enrolment = enrolment
        self.orders = Orders(enrolment.recorder, enrolment.lease_key, folder / "private", files)
        config = self.orders.config(disks)
        self.recorder = Recorder(config, files=files, tell_person=tell, recorder=enrolment.recorder)
        self._offer = Offer(self.recorder.home, self.recorder.archive.book, files, enrolment.witness)
        self._disks = disks

    async def run(self, seconds: float | None) -> None:
        """Record until SIGINT, SIGTERM, the end of ``seconds`` or a new configuration."""
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
        try:
            await uplink.start()
            await footage.start()
            control.line.start()
            live.line.start()
            await self.recorder.loop.run()
        finally:
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
            on_configuration=self._change,
            tellers=[caring.tell],
        )

    def _footage(self, control: Connection, live: Connection, centre: CentreClock, decoder: Decoder) -> FootageService:
        archive = self.recorder.archive
        viewings = Viewings(
            self._enrolment.recorder, [self._enrolment.lease_key], archive, centre.now_us, self.recorder.clock.wall_us
        )
        parts = FootageParts(archive, self.recorder.catalogue, viewings, self.recorder.loop.look, decoder)
        service = FootageService(control, live, parts)
        for camera in self.recorder.cameras:
            service.attach(camera)
        return service

    def _change(self) -> None:
        self.changed = True
        self.recorder.loop.stop()


def record(args: argparse.Namespace) -> int:
    """The ``record`` command with a centre; exit status as without one."""
    begin_logging()
    end_s = None if args.seconds is None else time.monotonic() + args.seconds
    thrifty = False
    try:
        if args.camera or args.config:
            raise ConfigError(
                "Với --centre, camera do trung tâm khai báo: bỏ --camera và --config.",
                "With --centre the centre names the cameras: leave --camera and --config out.",
            )
        enrolment = enrolments.load(args.centre, fast_check)
        disks = own_disks(args.archive)
        while end_s is None or time.monotonic() < end_s:
            uplinked = Uplinked(enrolment, disks)
            if not thrifty:
                be_thrifty()
                thrifty = True
            say(f"recording {uplinked.recorder.home.folder}")
            try:
                asyncio.run(uplinked.run(None if end_s is None else max(0.0, end_s - time.monotonic())))
            finally:
                uplinked.close()
            if not uplinked.changed:
                break
    except (ConfigError, OrderRefused) as error:
        return refuse(error.vi, error.en)
    except faults.CameraTrouble as trouble:
        return refuse(f"{trouble.detail}: {trouble.fault.vi}", f"{trouble.detail}: {trouble.fault.en}")
    except Unsettled as error:
        return tell_unsettled(error)
    except (KeyUnreadable, OSError) as error:
        return refuse(f"Không khởi động được đầu ghi: {error}", f"The recorder cannot start: {error}")
    return 0


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
