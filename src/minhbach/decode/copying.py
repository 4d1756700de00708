"""The side of whoever wants a copy made: start the child, hand it footage, bound what comes back, end it.

Owns one child for one copy. Promises what ``child`` promises of its own: no environment, no file but two pipes, no byte
of footage before the child has said that it is confined, a deadline for each answer. Imports no decoder. Blocks: run it
in a thread.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from threading import Timer
from typing import NoReturn, Self

from minhbach.decode import orders, wire
from minhbach.decode.child import (
    ENVIRONMENT,
    START_S,
    DecoderDied,
    DecoderUnavailable,
    NotDecodable,
    greeting,
)
from minhbach.decode.orders import Box, Followed, Made, Order, Seen
from minhbach.decode.wire import Footage, Sound

DEADLINE_S = 60.0


class Copying:
    """Use as a context manager. Every call raises DecodeTrouble."""

    def __init__(self, deadline_s: float = DEADLINE_S) -> None:
        self._deadline_s = deadline_s
        self._process = _start()
        try:
            with self._deadline(START_S):
                self.confinement = greeting(self._receive())
        except (OSError, EOFError, ValueError, wire.BrokenMessage, DecoderUnavailable) as problem:
            self.close()
            raise DecoderUnavailable(f"The child that makes copies did not start: {problem}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def begin(self, order: Order) -> tuple[bytes, bytes]:
        """The parameter sets of the copy's pictures as a byte stream, and the description of its sound."""
        sets, sound = self._ask(orders.BEGIN, orders.pack_order(order), 2)
        return sets, sound

    def pictures(
        self, footage: Footage, times: Sequence[int], covers: Mapping[int, Sequence[Box]] | None = None
    ) -> Made:
        """Pictures with their times; ``covers`` by time, those that have none are black in a masked copy."""
        said: dict[str, object] = {"times": list(times)}
        if covers is not None:
            said["covers"] = [[at_us, [list(box) for box in covers[at_us]]] for at_us in times if at_us in covers]
        return self._made(orders.PICTURES, [orders.header(said), *wire.pack_footage(footage)])

    def sound(self, sound: Sound, at_us: int) -> Made:
        """Packets, the first of which begins then."""
        return self._made(orders.SOUND, [orders.header({"at_us": at_us}), *wire.pack_sound(sound)])

    def blank(self, times: Sequence[int]) -> Made:
        """The board without footage at these times."""
        return self._made(orders.BLANK, [orders.header({"times": list(times)})])

    def end(self) -> Made:
        """What is left."""
        return self._made(orders.END, [orders.header({})])

    def sheet(
        self, footage: Footage, times: Sequence[int], *, wanted: Sequence[int], width: int, last: bool
    ) -> list[tuple[int, bytes]]:
        """(time, JPEG) of the first picture at or behind each wanted moment among these pictures."""
        said = orders.header({"times": list(times), "wanted": list(wanted), "width": width, "last": last})
        head, *images = self._ask(orders.SHEET, [said, *wire.pack_footage(footage)], None)
        at = orders.read_header(head).get("times")
        right = type(at) is list and len(at) == len(images) and all(type(each) is int for each in at)
        if not right or not all(each.startswith(b"\xff\xd8") and each.endswith(b"\xff\xd9") for each in images):
            self._fail("an answer that is no sheet of pictures")
        assert type(at) is list
        return list(zip(at, images, strict=True))

    def follow(
        self,
        footage: Footage,
        times: Sequence[int],
        *,
        active: Sequence[Followed],
        seeds: Sequence[tuple[int, int, Box]],
        stops: Sequence[tuple[int, int]],
        backward: bool,
    ) -> tuple[list[tuple[int, Seen]], list[Followed]]:
        """Where things were found in these pictures, by their numbers, and what is still being followed."""
        said = {
            "times": list(times),
            "active": [[each.number, list(each.box)] for each in active],
            "seeds": [[number, at_us, list(box)] for number, at_us, box in seeds],
            "stops": [list(each) for each in stops],
            "backward": backward,
        }
        parts = [orders.header(said), *(each.look for each in active), *wire.pack_footage(footage)]
        head, *looks = self._ask(orders.FOLLOW, parts, None)
        try:
            told = orders.read_header(head)
            found = [(int(number), orders.read_seen([at_us, box])) for number, at_us, box in told["found"]]
            still = [
                Followed(int(number), orders.read_box(box), look)
                for (number, box), look in zip(told["active"], looks, strict=True)
            ]
        except (wire.BrokenMessage, KeyError, TypeError, ValueError) as problem:
            self._fail(str(problem))
        return found, still

    def close(self) -> None:
        """End the child."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.wait()

    def _made(self, operation: int, parts: Sequence[bytes]) -> Made:
        answer = self._ask(operation, parts, 3)
        try:
            return orders.read_made(answer)
        except wire.BrokenMessage as problem:
            self._fail(str(problem))

    def _ask(self, operation: int, parts: Sequence[bytes], answers: int | None) -> list[bytes]:
        message = wire.pack(operation, parts)
        if len(message) > wire.MOST_ASKED_BYTES or len(parts) > wire.MOST_PARTS:
            raise NotDecodable(f"{len(message)} bytes in {len(parts)} parts are more than the child takes at once.")
        try:
            got, found = self._exchange(message)
        except (OSError, EOFError, ValueError, wire.BrokenMessage) as problem:
            self._fail(f"{type(problem).__name__} {problem}".strip())
        if got == wire.FAILED:
            raise NotDecodable(found[0].decode("utf-8", "replace") if found else "The child gave no reason.")
        if got != operation or (len(found) != answers if answers is not None else not found):
            self._fail("an answer to another question")
        return found

    def _exchange(self, message: bytes) -> tuple[int, list[bytes]]:
        # A child that stands still may not even take the question: the deadline is for both ways.
        with self._deadline(self._deadline_s):
            assert self._process.stdin is not None
            self._process.stdin.write(message)
            self._process.stdin.flush()
            return self._receive()

    @contextlib.contextmanager
    def _deadline(self, patience_s: float) -> Iterator[None]:
        """Killed when it is late: then its pipes end, which is an OSError or EOFError here."""
        late = Timer(patience_s, self._process.kill)
        late.start()
        try:
            yield
        finally:
            late.cancel()

    def _receive(self) -> tuple[int, list[bytes]]:
        size, operation, count = wire.head(self._exactly(wire.HEAD.size), orders.MOST_ANSWERED_BYTES)
        return operation, wire.parts(self._exactly(size), count)

    def _exactly(self, size: int) -> bytes:
        assert self._process.stdout is not None
        data = self._process.stdout.read(size)
        if len(data) < size:
            raise EOFError("the child ended or was late")
        return data

    def _fail(self, why: str) -> NoReturn:
        self.close()
        raise DecoderDied(f"The child that makes copies was ended: {why}.")


def _start() -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-m", "minhbach.decode.copyist"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
    except OSError as problem:
        raise DecoderUnavailable(f"The child that makes copies cannot be started: {problem.strerror}.") from problem
