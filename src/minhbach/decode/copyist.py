"""The program of the child that makes copies: confined first, then one copy of one camera until its input ends.

Owns the order: all code is loaded, then ``confinement``, then a greeting, and only then is footage read. Unlike the
child that looks at single pictures (``worker``) it keeps decoder and encoder from message to message, so it serves one
copy and ends. Started by ``copying`` as ``python -I -m minhbach.decode.copyist``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import av
import av.logging
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from minhbach.decode import confinement, following, orders, pictures, remaking, voices, wire
from minhbach.decode.orders import Followed, Made, Order, Plate

MEMORY_BYTES = 1 << 30
_CANNOT_CONFINE = 3
_STILL_QUALITY = 5


class Desk:
    """What one copy is made with."""

    def __init__(self) -> None:
        self._order: Order | None = None
        self._made: remaking.Pictures | None = None
        self._sound: voices.Sound | None = None
        self._eye: VideoCodecContext | None = None
        self._eye_is: tuple[bytes, ...] = ()
        self._ear: AudioCodecContext | None = None
        self._ear_is: tuple[Any, ...] = ()
        self._covers: dict[int, list[orders.Box]] = {}
        self.last_width = 0

    def begin(self, parts: Sequence[bytes]) -> list[bytes]:
        """An order; answers the parameter sets and the sound's description."""
        self._order = orders.read_order(parts)
        self._made = remaking.Pictures(self._order)
        self._sound = voices.Sound(self._order) if self._order.rate else None
        return [self._made.sets, self._sound.config if self._sound else b""]

    def pictures(self, parts: Sequence[bytes]) -> list[bytes]:
        """Access units with their times and, in a masked copy, the covers of each."""
        said = orders.read_header(parts[0])
        assert self._made is not None
        self._covers |= remaking.covers_of(said.get("covers", []))
        frames = self._decoded(wire.read_footage(parts[1:]), said["times"])
        return orders.pack_made(Made(pictures=tuple(self._drawn(frames))))

    def sound(self, parts: Sequence[bytes]) -> list[bytes]:
        """Packets of sound, the first of which begins at a time."""
        said = orders.read_header(parts[0])
        heard = wire.read_sound(parts[1:])
        if self._sound is None or self._order is None or heard.config.rate != self._order.rate:
            return orders.pack_made(Made())
        described = (heard.config.codec, heard.config.rate, heard.config.channels, heard.config.asc)
        if described != self._ear_is:
            self._ear, self._ear_is = _ear(heard), described
        assert self._ear is not None
        frames = []
        for packet in heard.packets:
            frames += self._ear.decode(av.Packet(packet))
        return orders.pack_made(Made(sound=tuple(self._sound.add(voices.mono(frames), said["at_us"]))))

    def blank(self, parts: Sequence[bytes]) -> list[bytes]:
        """The board without footage, at these times; what was decoded before comes first."""
        said = orders.read_header(parts[0])
        assert self._made is not None
        made = self._drawn(self._rest())
        for at_us in said["times"]:
            made += self._made.blank(at_us)
        return orders.pack_made(Made(pictures=tuple(made)))

    def end(self, _parts: Sequence[bytes]) -> list[bytes]:
        """All that is left."""
        assert self._made is not None
        made = [*self._drawn(self._rest()), *self._made.end()]
        return orders.pack_made(Made(tuple(made), tuple(self._sound.end()) if self._sound else ()))

    def sheet(self, parts: Sequence[bytes]) -> list[bytes]:
        """A JPEG of the first picture at or behind each wanted moment; the header says their true times."""
        said = orders.read_header(parts[0])
        wanted: list[int] = sorted(said["wanted"])
        frames = self._decoded(wire.read_footage(parts[1:]), said["times"])
        frames += self._rest() if said.get("last") else []
        taken: list[tuple[int, bytes]] = []
        for frame in frames:
            if wanted and frame.pts is not None and frame.pts >= wanted[0]:
                taken.append((frame.pts, pictures.jpeg(frame, said["width"], _STILL_QUALITY)[0]))
                wanted = [each for each in wanted if each > frame.pts]
        return [orders.header({"times": [each[0] for each in taken]}), *(each[1] for each in taken)]

    def follow(self, parts: Sequence[bytes]) -> list[bytes]:
        """Paths through a stretch of pictures; nothing is kept of it."""
        said = orders.read_header(parts[0])
        count = len(said["active"])
        active = [
            Followed(number, tuple(box), look) for (number, box), look in zip(said["active"], parts[1:], strict=False)
        ]
        self._eye_is = ()
        frames = self._decoded(wire.read_footage(parts[1 + count :]), said["times"])
        frames += self._rest()
        small = [(frame.pts, following.small(frame)) for frame in frames if frame.pts is not None]
        seeds = [(number, at_us, tuple(box)) for number, at_us, box in said["seeds"]]
        found, still = following.follow(small, active, seeds, said["stops"], backward=said["backward"] is True)
        told = {"found": found, "active": [[each.number, each.box] for each in still]}
        return [orders.header(told), *(each.look for each in still)]

    # --- decoding -------------------------------------------------------------------------------------

    def _decoded(self, footage: wire.Footage, times: Sequence[int]) -> list[VideoFrame]:
        described = (footage.config.codec.encode(), *footage.config.sets)
        frames: list[VideoFrame] = []
        if described != self._eye_is or self._eye is None:
            frames = self._rest()
            self._eye, self._eye_is = pictures.decoder(footage), described
        for sample, at_us in zip(footage.samples, times, strict=True):
            packet = av.Packet(pictures.annex_b(sample))
            packet.pts = packet.dts = at_us
            try:
                frames += self._eye.decode(packet)
            except av.FFmpegError:
                continue  # what is damaged is missing; a picture without covers of its own stays black
        return frames

    def _rest(self) -> list[VideoFrame]:
        if self._eye is None:
            return []
        frames = self._eye.decode(None)
        self._eye, self._eye_is = None, ()
        return frames

    def _drawn(self, frames: Sequence[VideoFrame]) -> list[tuple[int, bool, bytes]]:
        assert self._made is not None
        assert self._order is not None
        made: list[tuple[int, bool, bytes]] = []
        for frame in frames:
            if frame.pts is not None:
                made += self._made.add(frame, frame.pts, self._covers if self._order.masked else None)
        if frames and frames[-1].pts is not None:
            self._covers = {at_us: boxes for at_us, boxes in self._covers.items() if at_us > frames[-1].pts}
        return made


def _ear(heard: wire.Sound) -> AudioCodecContext:
    context = av.CodecContext.create({"aac": "aac", "alaw": "pcm_alaw", "ulaw": "pcm_mulaw"}[heard.config.codec], "r")
    assert isinstance(context, AudioCodecContext)
    context.thread_count = 1
    context.sample_rate = heard.config.rate
    context.layout = "mono" if heard.config.channels == 1 else "stereo"
    context.extradata = heard.config.asc or None
    return context


def main() -> None:
    """Answer until standard input ends."""
    av.logging.set_level(None)
    _warm_up()
    try:
        force = confinement.enter(MEMORY_BYTES)
    except confinement.CannotConfine as problem:
        os.write(1, wire.pack(wire.FAILED, [str(problem).encode()]))
        os._exit(_CANNOT_CONFINE)
    _write(wire.pack(wire.HELLO, [json.dumps(asdict(force)).encode()]))
    desk = Desk()
    while True:
        size, operation, count = wire.head(_read(wire.HEAD.size), wire.MOST_ASKED_BYTES)
        _write(answer(desk, operation, wire.parts(_read(size), count)))


def answer(desk: Desk, operation: int, parts: list[bytes]) -> bytes:
    """The message that answers a request."""
    does = {
        orders.BEGIN: desk.begin,
        orders.PICTURES: desk.pictures,
        orders.SOUND: desk.sound,
        orders.BLANK: desk.blank,
        orders.END: desk.end,
        orders.SHEET: desk.sheet,
        orders.FOLLOW: desk.follow,
    }
    try:
        return wire.pack(operation, does[operation](parts))
    except (av.FFmpegError, ValueError, LookupError, TypeError, AssertionError, MemoryError) as problem:
        return wire.pack(wire.FAILED, [f"{type(problem).__name__}: {problem}".encode()[:500]])


def _warm_up() -> None:
    """Codecs and NumPy load what they need at their first use: after the door is shut it is too late."""
    plate = Plate(64, 16, bytes(64 * 16), 0, 0, 8, {"0": (4, bytes(32))}, bytes(64 * 64))
    order = Order(0, 1_000_000, 64, 64, plate, rate=8000, sound=((0, 1_000_000, orders.DISTORTED),))
    made = remaking.Pictures(order)
    frame = av.VideoFrame(64, 64, "yuv420p")
    made.add(frame, 0, None)
    made.end()
    sound = voices.Sound(order)
    sound.add(np.zeros(2048, np.float32), 0)
    sound.end()
    pictures.jpeg(frame, 16, 5)
    plane = following.small(frame)
    plane[::2] = 200
    followed = following.follow([(0, plane), (1, plane)], [], [(1, 0, (2500, 2500, 5000, 5000))], [], backward=False)
    following.follow([(2, plane)], followed[1], [], [], backward=True)
    for name in ("h264", "hevc", "aac", "pcm_alaw", "pcm_mulaw"):
        av.CodecContext.create(name, "r")


def _read(wanted: int) -> bytes:
    data = bytearray()
    while len(data) < wanted:
        part = os.read(0, min(1 << 20, wanted - len(data)))
        if not part:
            os._exit(0)
        data += part
    return bytes(data)


def _write(message: bytes) -> None:
    view = memoryview(message)
    while view:
        view = view[os.write(1, view) :]


if __name__ == "__main__":
    main()
