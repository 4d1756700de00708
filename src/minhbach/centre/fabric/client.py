"""How the centre's processes talk to the recorders, on an event loop.

Owns subjects, time limits and what an answer that is none means. One object per process; it may be made and asked
before there is a connection. Leaves who may ask to the callers, footage to the stream process (through ``line``).

Errors (each with ``vi`` and ``en``)::

    FabricError
    ├── RecorderAway    there is no line to the centre's own fabric, or the recorder is not on it
    ├── NoAnswer        the recorder did not answer in time; whether it did what was asked is unknown
    ├── BadAnswer       it answered something that is no answer
    └── Refused         it answered that it does not do this, and why
"""

from __future__ import annotations

from typing import Any, TypeVar

from minhbach.centre.fabric.server import CENTRE
from minhbach.protocol import codec, subjects
from minhbach.protocol.line import Access, Line, LineDown, LineError, NobodyThere
from minhbach.protocol.messages import EntriesWanted, Outcome, unpack_entries

PATIENCE_S = 5.0
OTHERS_S = 0.5
"""How much later than the first another answer to one question may come."""

_Answer = TypeVar("_Answer")


class FabricError(Exception):
    """A recorder did not do what it was asked. ``vi`` and ``en`` say what happened and what to do."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en


class RecorderAway(FabricError):
    def __init__(self) -> None:
        super().__init__(
            "Đầu ghi đang mất kết nối với trung tâm; hãy kiểm tra đường truyền của điểm đặt máy rồi thử lại.",
            "The recorder is not connected to the centre; check the site's line, then try again.",
        )


class NoAnswer(FabricError):
    def __init__(self) -> None:
        super().__init__(
            "Đầu ghi không trả lời kịp; hãy thử lại sau ít phút.",
            "The recorder did not answer in time; try again in a few minutes.",
        )


class BadAnswer(FabricError):
    def __init__(self) -> None:
        super().__init__(
            "Đầu ghi trả lời sai định dạng; hãy kiểm tra phiên bản phần mềm của đầu ghi.",
            "The recorder's answer is malformed; check the version of its software.",
        )


class Refused(FabricError):
    """The recorder's own words."""


def access(address: str, password: str, user: str = CENTRE, ca_pem: str = "") -> Access:
    """Access for one of the centre's own processes (``server.CENTRE`` or ``server.STREAM``)."""
    return Access(address, user, password, subjects.inbox(user), ca_pem)


class Client:
    """``await start()`` dials; ``line`` is for what needs it directly (the stream's live subjects)."""

    def __init__(self, granted: Access, name: str) -> None:
        self.line = Line(granted, f"centre {name}")

    def start(self) -> None:
        """Begin to dial; returns at once."""
        self.line.start()

    async def stop(self) -> None:
        """Hang up."""
        await self.line.stop()

    async def ask(
        self, recorder: str, verb: str, message: Any, answer: type[_Answer], timeout_s: float = PATIENCE_S
    ) -> _Answer:
        """Ask a recorder one thing. ``message``: a dataclass of ``protocol.messages``. Raises FabricError."""
        data = await self.ask_bytes(recorder, verb, codec.encode(message), timeout_s)
        try:
            return codec.decode(answer, data)
        except codec.Malformed:
            raise BadAnswer from None

    async def order(self, recorder: str, verb: str, message: Any, timeout_s: float = PATIENCE_S) -> int:
        """Ask a recorder to do something; the value of its ``Outcome``. Raises FabricError (Refused with its words)."""
        outcome = await self.ask(recorder, verb, message, Outcome, timeout_s)
        if outcome.again:
            raise NoAnswer
        if not outcome.done:
            raise Refused(outcome.vi, outcome.en)
        return outcome.value

    async def entries(self, recorder: str, log: str, begin: int, end: int) -> list[bytes]:
        """Entries of a log from ``begin`` on, at most up to ``end``, unverified. Raises FabricError."""
        wanted = codec.encode(EntriesWanted(log, begin, end))
        data = await self.ask_bytes(recorder, subjects.ENTRIES, wanted, 4 * PATIENCE_S)
        try:
            first, entries = unpack_entries(data)
        except codec.Malformed:
            raise BadAnswer from None
        if first != begin or not 0 < len(entries) <= end - begin:
            raise BadAnswer
        return entries

    async def ask_all(self, recorder: str, verb: str, message: Any, timeout_s: float = PATIENCE_S) -> list[bytes]:
        """The answers of all who hold a recorder's enrolment: mostly one. Empty where none comes in time.

        Raises RecorderAway.
        """
        try:
            data = codec.encode(message)
            return await self.line.ask_all(subjects.down(recorder, verb), data, timeout_s, OTHERS_S)
        except LineError:
            raise RecorderAway from None

    async def ask_bytes(self, recorder: str, verb: str, data: bytes, timeout_s: float = PATIENCE_S) -> bytes:
        """Ask in bytes, be answered in bytes. Raises RecorderAway, NoAnswer."""
        try:
            return await self.line.ask(subjects.down(recorder, verb), data, timeout_s)
        except (LineDown, NobodyThere):
            raise RecorderAway from None
        except LineError:
            raise NoAnswer from None
