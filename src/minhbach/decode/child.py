"""The recorder's side of its decode child: start, ask, bound, kill.

Owns the one process and the queue before it. Promises that the process gets no environment, no file but its two pipes
and no byte of footage before it has said that it is confined; that a request which takes longer than its deadline costs
the process, not the recorder; that whatever it answers is bounded and checked. Imports no decoder. Everything happens
on the caller's asyncio loop; one request at a time, in the order in which they came.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from typing import NoReturn

from minhbach.decode import wire
from minhbach.decode.confinement import Confinement
from minhbach.decode.wire import Footage, Look, Loudness, Sound

START_S = 30.0
DEADLINE_S = 5.0
MOST_WAITING = 32
RENEW_AFTER = 5_000
"""Requests after which a fresh process takes over: what a codec leaks or a picture has planted lives no longer."""
MOST_SAMPLE_BYTES = 1 << 20
STILL_WIDTH = 1920
STILL_QUALITY = 4
ENVIRONMENT = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class DecodeTrouble(Exception):
    """No picture or sound came of a request; see the tree in the package's docstring."""


class NotDecodable(DecodeTrouble):
    """These bytes give no picture or sound."""


class DecoderBusy(DecodeTrouble):
    """Too many requests wait already."""


class DecoderDied(DecodeTrouble):
    """The child ended, was late, or answered nonsense."""


class DecoderUnavailable(DecodeTrouble):
    """A child cannot be started, or cannot be confined here."""


class Decoder:
    """Starts its child with the first request. ``close`` at the end; a closed decoder refuses."""

    def __init__(self, deadline_s: float = DEADLINE_S) -> None:
        self.confinement: Confinement | None = None
        """What the running child said to be in force."""
        self._deadline_s = deadline_s
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._answered = 0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The child's process, while there is one."""
        return self._process.pid if self._process else None

    async def still(self, footage: Footage, *, width: int = STILL_WIDTH, quality: int = STILL_QUALITY) -> bytes:
        """A JPEG of the last picture of ``footage``, at most ``width`` pixels wide (16 to 8192).

        ``quality``: 1 best, 31 worst. Raises DecodeTrouble.
        """
        (image,) = await self._ask(wire.STILL, [wire.pack_still(width, quality), *wire.pack_footage(footage)], 1)
        if not (image.startswith(b"\xff\xd8") and image.endswith(b"\xff\xd9")):
            await self._fail("an answer that is no JPEG")
        return image

    async def look(
        self, footage: Footage, before: bytes, earlier: bytes, face: bytes, run: bytes
    ) -> tuple[Look, bytes, bytes]:
        """What can be measured in the last picture, its sample and its relief, to hand in later as one of the others.

        See ``looks.look``; the first look has empty ones. Raises DecodeTrouble.
        """
        others = [before, earlier, face, run]
        measured, sample, relief = await self._ask(wire.LOOK, [*others, *wire.pack_footage(footage)], 3)
        try:
            if len(sample) > MOST_SAMPLE_BYTES or len(relief) != wire.RELIEF_BYTES:
                raise wire.BrokenMessage("A sample or a relief of no size that there is.")
            return wire.read_look(measured), sample, relief
        except wire.BrokenMessage as problem:
            await self._fail(str(problem))

    async def loudness(self, sound: Sound) -> Loudness:
        """How loud some packets are. Raises DecodeTrouble."""
        (measured,) = await self._ask(wire.LOUDNESS, wire.pack_sound(sound), 1)
        try:
            return wire.read_loudness(measured)
        except wire.BrokenMessage as problem:
            await self._fail(str(problem))

    async def close(self) -> None:
        """End the child."""
        self._closed = True
        await self._kill()

    async def _ask(self, operation: int, parts: Sequence[bytes], answers: int) -> list[bytes]:
        if self._waiting >= MOST_WAITING:
            raise DecoderBusy(f"{MOST_WAITING} requests wait for the decoder already.")
        message = wire.pack(operation, parts)
        if len(message) > wire.MOST_ASKED_BYTES:
            raise NotDecodable(f"{len(message)} bytes are more than the decoder takes at once.")
        self._waiting += 1
        try:
            async with self._turn:
                return await self._answer_to(message, operation, answers)
        finally:
            self._waiting -= 1

    async def _answer_to(self, message: bytes, operation: int, answers: int) -> list[bytes]:
        process = await self._running()
        try:
            async with asyncio.timeout(self._deadline_s):
                got, found = await _exchange(process, message)
        except (OSError, EOFError, TimeoutError, wire.BrokenMessage) as problem:
            await self._fail(f"{type(problem).__name__} {problem}".strip())
        except BaseException:
            # Who asked is gone in the middle of an answer: the next one would get it.
            await self._kill()
            raise
        self._answered += 1
        if got == wire.FAILED:
            raise NotDecodable(found[0].decode("utf-8", "replace") if found else "The decoder gave no reason.")
        if got != operation or len(found) != answers:
            await self._fail("an answer to another question")
        return found

    async def _running(self) -> asyncio.subprocess.Process:
        if self._closed:
            raise DecoderUnavailable("The decoder has been closed.")
        if self._answered >= RENEW_AFTER:
            await self._kill()
        if self._process is None:
            self._process = await _start()
            self._answered = 0
            try:
                async with asyncio.timeout(START_S):
                    self.confinement = greeting(await _receive(self._process))
            except (OSError, EOFError, TimeoutError, ValueError, DecoderUnavailable) as problem:
                await self._kill()
                raise DecoderUnavailable(f"The decode child did not start: {problem}") from None
            except BaseException:
                await self._kill()
                raise
        return self._process

    async def _fail(self, why: str) -> NoReturn:
        await self._kill()
        raise DecoderDied(f"The decode child was ended: {why}.")

    async def _kill(self) -> None:
        process, self._process, self.confinement = self._process, None, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()


async def _start() -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-m", "minhbach.decode.worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
    except OSError as problem:
        raise DecoderUnavailable(f"The decode child cannot be started: {problem.strerror}.") from problem


async def _exchange(process: asyncio.subprocess.Process, message: bytes) -> tuple[int, list[bytes]]:
    assert process.stdin is not None
    process.stdin.write(message)
    await process.stdin.drain()
    return await _receive(process)


async def _receive(process: asyncio.subprocess.Process) -> tuple[int, list[bytes]]:
    assert process.stdout is not None
    size, operation, count = wire.head(await process.stdout.readexactly(wire.HEAD.size), wire.MOST_ANSWERED_BYTES)
    return operation, wire.parts(await process.stdout.readexactly(size), count)


def greeting(message: tuple[int, list[bytes]]) -> Confinement:
    """What a child says before it reads footage. Raises DecoderUnavailable when it is not confined."""
    operation, found = message
    if operation != wire.HELLO or len(found) != 1:
        raise DecoderUnavailable(found[0].decode("utf-8", "replace") if found else "no greeting came")
    said = json.loads(found[0])
    force = Confinement(said["seccomp"] is True, int(said["landlock"]), said["root"] is not False)
    if not force.seccomp:
        raise DecoderUnavailable("it is not confined")
    return force
