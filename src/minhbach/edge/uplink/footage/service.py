"""The recorder's answers to ``live``, ``play``, ``still``, ``extract`` and ``trial``.

Owns the order of things for each: the request is read, the lease judged, the viewing logged, and only then is footage
looked at; an answer in words where there is none. Promises that the lease is asked again before every packet. Leaves
the parts to the modules beside it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from minhbach.decode.child import Decoder, DecodeTrouble
from minhbach.decode.wire import Footage
from minhbach.edge.archive.archive import Archive
from minhbach.edge.catalogue import Catalogue, CatalogueError
from minhbach.edge.uplink.connection import Connection
from minhbach.edge.uplink.footage.extracting import Extracting
from minhbach.edge.uplink.footage.live import LiveStream, Watched
from minhbach.edge.uplink.footage.reading import CannotShow, Reading
from minhbach.edge.uplink.footage.sending import Sending
from minhbach.edge.uplink.footage.viewings import Viewings
from minhbach.fmp4 import VideoConfig
from minhbach.lease import Lease, LeaseRefused
from minhbach.protocol import codec, subjects
from minhbach.protocol.codec import Malformed
from minhbach.protocol.footage import (
    MOST_REQUEST_BYTES,
    Answer,
    BadFootage,
    End,
    Extract,
    Live,
    Packet,
    Play,
    Still,
    encode,
    part,
)
from minhbach.protocol.line import Heard, LineError
from minhbach.protocol.messages import Probed, ProbeWanted, TrialWanted

MOST_PLAYS = 8
"""Answers that are read from the disks at the same time; others wait their turn."""
TIDY_EVERY_S = 5.0
EXACT_WIDTH = 480
"""Smaller stills are thumbnails: the key frame before the moment will do."""
_Decodable = tuple[VideoConfig, *tuple[bytes, ...]]
_CHANNEL = re.compile(r"[a-z0-9]{1,64}")


class _Refused(Exception):
    """Carries the answer."""

    def __init__(self, code: str, vi: str, en: str, since_us: int = 0) -> None:
        super().__init__(en)
        self.answer = Answer(False, code=code, vi=vi, en=en, since_us=since_us)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the service needs of its recorder. ``look`` takes in what a camera has sent, now; ``trial`` dials one that
    is not recorded yet for a key frame, or says why there is none.
    """

    archive: Archive
    catalogue: Catalogue
    viewings: Viewings
    look: Callable[[Any], None]
    decoder: Decoder
    trial: Callable[[ProbeWanted], Awaitable[tuple[VideoConfig, bytes] | Probed]]


class FootageService:
    """``attach`` each camera, then ``start``. Everything runs on the recorder's loop."""

    def __init__(self, control: Connection, live: Connection, parts: Parts) -> None:
        self._control = control
        self._live_line = live
        self._parts = parts
        self._streams: list[LiveStream] = []
        self._sound: dict[LiveStream, set[str]] = {}
        self._executor = ThreadPoolExecutor(2, thread_name_prefix="playback")
        self._reading = Reading(parts.archive, parts.catalogue, self._executor)
        self._extracting = Extracting(parts.archive, parts.catalogue, self._executor)
        self._turns = asyncio.Semaphore(MOST_PLAYS)
        self._sending = Sending(live, self._may)
        self._tidying: asyncio.Task[None] | None = None

    def attach(self, camera: Watched) -> None:
        """Serve a stream of a camera from now on."""
        live = LiveStream(camera, self._parts.archive, self._sending)
        self._streams.append(live)
        self._sound[live] = set()
        camera.taps.append(live.tap)

    def detach(self, camera: Watched) -> None:
        """Serve it no more."""
        for live in [each for each in self._streams if each.camera is camera]:
            self._streams.remove(live)
            del self._sound[live]
            camera.taps.remove(live.tap)
            camera.watched = False

    async def start(self) -> None:
        """Begin to answer."""
        self._sending.start()
        self._tidying = asyncio.get_running_loop().create_task(self._tidy())
        await self._live_line.serve(subjects.LIVE, self._answered(self._on_live), at_once=True)
        await self._control.serve(subjects.PLAY, self._answered(self._on_play), at_once=True)
        await self._control.serve(subjects.STILL, self._answered(self._on_still), at_once=True)
        await self._control.serve(subjects.EXTRACT, self._answered(self._on_extract), at_once=True)
        await self._control.serve(subjects.TRIAL, self._answered(self._on_trial), at_once=True)

    async def stop(self) -> None:
        """Send nothing more."""
        if self._tidying is not None:
            self._tidying.cancel()
            await asyncio.gather(self._tidying, return_exceptions=True)
        await self._sending.stop()
        for live in self._streams:
            live.camera.watched = False
        self._executor.shutdown(wait=False, cancel_futures=True)

    # -- live ----------------------------------------------------------------------------------------------------

    async def _on_live(self, data: bytes) -> bytes:
        asked = codec.decode(Live, data, MOST_REQUEST_BYTES)
        lease = await self._parts.viewings.admit(asked.token, asked.camera, "live")
        live = self._chosen_for(asked, lease)
        viewer = _viewer(asked, lease)
        live.leases[viewer] = lease
        wanted = self._sound[live]
        (wanted.add if asked.sound and lease.sound else wanted.discard)(viewer)
        if asked.burst is not None:
            live.camera.watched = True
            self._parts.look(live.camera)
            await self._burst(live, lease, asked)
        elif not live.camera.watched:
            live.camera.watched = True
        if live.camera.trouble is not None:
            raise self._offline(live)
        return codec.encode(Answer(True, live.camera.config.stream, live.run))

    async def _burst(self, live: LiveStream, lease: Lease, asked: Live) -> None:
        channel = _channel(asked.burst or "")
        # Taken together and without a pause: what comes later goes out as live, with the numbers that follow.
        packets = live.burst(sound=asked.sound and lease.sound)
        end = End(picture=live.sequence("picture"), sound=live.sequence("sound"))
        for packet in packets:
            if not self._parts.viewings.alive(lease):
                return
            await self._live_line.send_live(encode(packet), channel)
        await self._live_line.send_live(codec.encode(end), channel)

    def _chosen_for(self, asked: Live, lease: Lease) -> LiveStream:
        """The stream for a live picture: for a small one the smaller stream, dialled when it is first wanted."""
        viewer = _viewer(asked, lease)
        streams = self._streams_of(asked.camera)
        smaller = [each for each in streams[1:] if asked.small and _may_be_small(each, asked.codecs)]
        chosen = next((each for each in smaller if each.whole or (each.flows and viewer in each.leases)), None)
        for live in smaller:
            live.awaited[viewer] = lease
            live.camera.watched = True
        chosen = chosen or self._chosen(asked.camera, asked.codecs)
        for live in streams:
            if live is not chosen:  # or both would come over the line
                live.leases.pop(viewer, None)
                self._sound[live].discard(viewer)
        return chosen

    def _streams_of(self, camera: str) -> list[LiveStream]:
        """The main one first."""
        found = [each for each in self._streams if each.camera.config.name == camera]
        return sorted(found, key=lambda each: each.camera.config.stream != "main")

    def _chosen(self, camera: str, codecs: Sequence[str]) -> LiveStream:
        """The camera's first stream that the viewer can show; one that has not shown anything yet may be it."""
        streams = self._streams_of(camera)
        for live in streams:
            if live.config is not None and live.config.codec in codecs:
                return live
        unknown = [live for live in streams if live.config is None]
        if unknown:
            return unknown[0]
        if streams:
            raise _unsupported(next(live.config.codec for live in streams if live.config))
        raise _Refused(
            "unknown_camera",
            "Đầu ghi không có camera này trong cấu hình; hãy kiểm tra trang thiết bị.",
            "The recorder's configuration has no such camera; look at the page of devices.",
        )

    def _offline(self, live: LiveStream) -> _Refused:
        trouble, since_us = live.camera.trouble, live.camera.trouble_since_us
        assert trouble is not None, "only a camera in trouble is offline"
        wall_us = 0 if since_us is None else self._parts.archive.epoch.wall_us(since_us)
        return _Refused(f"camera_{trouble.fault.code}", trouble.fault.vi, trouble.fault.en, wall_us)

    def _may(self, live: LiveStream, packet: Packet) -> bool:
        """Whether anybody's lease lets this packet out now; who is gone is forgotten."""
        self._forget_gone(live)
        wanted = self._sound.get(live)
        return wanted is not None and bool(live.leases if packet.track == "picture" else wanted)

    async def _tidy(self) -> None:
        """A camera that sends nothing brings nobody to look who is gone."""
        while True:
            await asyncio.sleep(TIDY_EVERY_S)
            for live in self._streams:
                self._forget_gone(live)

    def _forget_gone(self, live: LiveStream) -> None:
        for viewer, lease in list(live.leases.items()):
            if not self._parts.viewings.alive(lease):
                del live.leases[viewer]
                self._sound.get(live, set()).discard(viewer)
        for viewer, lease in list(live.awaited.items()):
            if not self._parts.viewings.alive(lease):
                del live.awaited[viewer]
        if not live.leases and not live.awaited:
            live.camera.watched = False

    # -- playback and stills -------------------------------------------------------------------------------------

    async def _on_play(self, data: bytes) -> bytes:
        asked = codec.decode(Play, data, MOST_REQUEST_BYTES)
        lease = await self._parts.viewings.admit(asked.token, asked.camera, "playback")
        channel = _channel(asked.channel)
        if not lease.begin_us <= asked.at_us < lease.end_us:
            raise _out_of_range()
        if asked.sound and not lease.sound:
            raise _Refused("sound", "Quyền xem này không có âm thanh.", "This lease does not include sound.")
        async with self._turns:
            try:
                packets, end = await self._reading.play(lease, asked)
            except CannotShow as strange:
                raise _unplayable(strange.codec) from strange
            for packet in packets:
                if not self._parts.viewings.alive(lease):
                    raise _Refused("expired", "Quyền xem đã hết hạn.", "The lease has expired.")
                await self._control.send_live(encode(packet), channel)
            await self._control.send_live(codec.encode(end), channel)
        return codec.encode(Answer(True))

    async def _on_still(self, data: bytes) -> bytes:
        asked = codec.decode(Still, data, MOST_REQUEST_BYTES)
        lease = await self._parts.viewings.admit(asked.token, asked.camera, "still", "playback", "live")
        if lease.kind == "live" or not asked.at_us:
            if asked.at_us or lease.kind == "playback":
                raise _out_of_range()
            found: _Decodable | None = self._chosen(asked.camera, asked.codecs).key_frame()
        else:
            found = await self._recorded(lease, asked)
        if found is None:
            raise _Refused("no_footage", "Không có hình tại thời điểm này.", "There is no picture at this moment.")
        config, *pictures = found
        jpeg = await self._parts.decoder.still(Footage(config, tuple(pictures)), width=asked.width)
        if not self._parts.viewings.alive(lease):
            raise _Refused("expired", "Quyền xem đã hết hạn.", "The lease has expired.")
        return jpeg

    async def _on_extract(self, data: bytes) -> bytes:
        asked = codec.decode(Extract, data, MOST_REQUEST_BYTES)
        lease = await self._parts.viewings.admit(asked.token, asked.camera, "export")
        async with self._turns:
            found = await self._extracting.read(lease, asked)
        if found is None:
            raise _Refused("no_footage", "Đầu ghi không còn tệp này.", "The recorder has this file no more.")
        if not self._parts.viewings.alive(lease):
            raise _Refused("expired", "Quyền xem đã hết hạn.", "The lease has expired.")
        return part(found)

    async def _on_trial(self, data: bytes) -> bytes:
        wanted = codec.decode(TrialWanted, data, MOST_REQUEST_BYTES)
        lease = await self._parts.viewings.admit(wanted.token, wanted.asked.name, "still")
        found = await self._parts.trial(wanted.asked)
        if isinstance(found, Probed):
            raise _Refused(found.code, found.vi, found.en)
        config, picture = found
        jpeg = await self._parts.decoder.still(Footage(config, (picture,)), width=wanted.width)
        if not self._parts.viewings.alive(lease):
            raise _Refused("expired", "Quyền xem đã hết hạn.", "The lease has expired.")
        return jpeg

    async def _recorded(self, lease: Lease, asked: Still) -> _Decodable | None:
        if not lease.begin_us <= asked.at_us < lease.end_us:
            raise _out_of_range()
        async with self._turns:
            exact = asked.width > EXACT_WIDTH
            place = await self._reading.still(lease, asked.camera, asked.at_us, asked.codecs, exact)
            if place is None or place.index.picture_config is None:
                return None
            return (place.index.picture_config, *await self._reading.samples(place))

    def _answered(self, work: Callable[[bytes], Any]) -> Callable[[Heard], Any]:
        """``work`` whose refusals and troubles are answers too."""

        async def answer(heard: Heard) -> bytes:
            try:
                return bytes(await work(heard.data))
            except _Refused as refused:
                return codec.encode(refused.answer)
            except LeaseRefused as refused:
                return codec.encode(Answer(False, code=refused.code, vi=refused.vi, en=refused.en))
            except (Malformed, BadFootage):
                said = ("malformed", "Đầu ghi không hiểu yêu cầu.", "The recorder does not understand the request.")
            except (DecodeTrouble, CatalogueError, OSError):
                said = ("unreadable", "Không đọc được hình tại thời điểm này.", "The picture cannot be read.")
            except LineError:
                said = ("line", "Đường truyền bị ngắt giữa chừng.", "The line broke.")
            code, vi, en = said
            return codec.encode(Answer(False, code=code, vi=vi, en=en))

        return answer


def _viewer(asked: Live, lease: Lease) -> str:
    """A page may show a camera small and large at the same time: two viewers under one lease."""
    return f"{lease.viewing}/small" if asked.small else lease.viewing


def _may_be_small(live: LiveStream, codecs: Sequence[str]) -> bool:
    """In H.264, which every browser decodes in hardware or cheaply, or not known yet."""
    return live.config is None or (live.config.codec == "h264" and "h264" in codecs)


def _channel(name: str) -> str:
    if not _CHANNEL.fullmatch(name):
        raise BadFootage("An impossible channel.")
    return name


def _unsupported(codec_name: str) -> _Refused:
    return _Refused(
        "unsupported",
        f"Trình duyệt này không giải mã được hình {codec_name.upper()} của camera. Hãy bật luồng phụ H.264 trên camera "
        "hoặc dùng máy có bộ giải mã phần cứng.",
        f"This browser cannot decode the camera's {codec_name.upper()} picture. Switch on an H.264 sub-stream in the "
        "camera, or use a computer with a hardware decoder.",
    )


def _unplayable(codec_name: str) -> _Refused:
    return _Refused(
        "unsupported",
        f"Bản ghi của camera này là {codec_name.upper()}, trình duyệt này không giải mã được. Hãy xem lại trên máy có "
        "bộ giải mã phần cứng; ảnh tĩnh vẫn xem được ở đây.",
        f"This camera's recording is {codec_name.upper()}, which this browser cannot decode. Play it back on a "
        "computer with a hardware decoder; stills can be seen here.",
    )


def _out_of_range() -> _Refused:
    return _Refused("range", "Thời điểm này nằm ngoài phạm vi được xem.", "This moment is outside what may be viewed.")
