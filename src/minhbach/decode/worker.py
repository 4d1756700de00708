"""The program of the decode child: confined first, then one answer for each request until its input ends.

Owns the order: all code is loaded, then ``confinement``, then a greeting that says what is in force, and only then is
the first byte of footage read. Promises that it keeps nothing from one request to the next. Started by ``child`` as
``python -I -m minhbach.decode.worker``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict

import av
import av.logging

from minhbach.decode import confinement, looks, pictures, sound, wire
from minhbach.fmp4 import AudioConfig

MEMORY_BYTES = 768 << 20
_CANNOT_CONFINE = 3


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
    while True:
        size, operation, count = wire.head(_read(wire.HEAD.size), wire.MOST_ASKED_BYTES)
        _write(answer(operation, wire.parts(_read(size), count)))


def answer(operation: int, parts: list[bytes]) -> bytes:
    """The message that answers a request."""
    try:
        return wire.pack(operation, _OPERATIONS[operation](parts))
    except (av.FFmpegError, ValueError, LookupError, MemoryError) as problem:
        return wire.pack(wire.FAILED, [f"{type(problem).__name__}: {problem}".encode()[:500]])


def _still(parts: list[bytes]) -> list[bytes]:
    width, quality = wire.read_still(parts[0])
    image, _, _ = pictures.jpeg(pictures.last_picture(wire.read_footage(parts[1:])), width, quality)
    return [image]


def _look(parts: list[bytes]) -> list[bytes]:
    before, earlier, face, run, *footage = parts
    picture = pictures.last_picture(wire.read_footage(footage))
    if not pictures.whole(picture):
        raise pictures.NoPicture("The picture is damaged.")
    taken = looks.sample(picture)
    return [wire.pack_look(looks.look(taken, before, earlier, face, run)), taken, looks.relief(taken)]


def _loudness(parts: list[bytes]) -> list[bytes]:
    return [wire.pack_loudness(sound.loudness(wire.read_sound(parts)))]


_OPERATIONS: dict[int, Callable[[list[bytes]], list[bytes]]] = {
    wire.STILL: _still,
    wire.LOOK: _look,
    wire.LOUDNESS: _loudness,
}


def _warm_up() -> None:
    """Codecs load what they need (tables, converters) at their first use: after the door is shut it is too late."""
    picture = av.VideoFrame(32, 32, "yuv420p")
    pictures.jpeg(picture, 16, 5)
    taken = looks.sample(av.VideoFrame(320, 180, "yuv420p"))
    looks.look(taken, taken, taken, looks.relief(taken), looks.relief(taken))
    for name in ("h264", "hevc", "aac"):
        av.CodecContext.create(name, "r")
    sound.loudness(wire.Sound(AudioConfig("alaw", 8000, 1), (bytes(160),)))


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
