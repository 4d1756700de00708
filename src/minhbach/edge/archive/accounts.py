"""Every second of a stream accounted for, in order.

Owns design invariant 3: the entries of one stream tile its time without a hole and without an overlap. Segments are
sealed on threads and may shrink or vanish when a disk fails; therefore a gap behind one that is still being sealed is
worked out only when that one is settled, from where the account really stands. Leaves the meaning of causes to callers
and the line of entries to ``book``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Epoch:
    """A stretch of a recorder's life with one wall-minus-monotonic offset; named by its clock entry."""

    log: str
    clock: int
    offset_us: int

    def wall_us(self, mono_us: int) -> int:
        return mono_us + self.offset_us

    @property
    def reference(self) -> list[Any]:
        """As entries name it."""
        return [self.log, self.clock]


@dataclass(frozen=True, slots=True)
class Point:
    """Until when a stream is accounted for: wall time in a clock epoch; monotonic time if it is of this start."""

    reference: tuple[str, int]
    wall_us: int
    mono_us: int | None


@dataclass(slots=True)
class Piece:
    """A segment on its way to the log; ``cause`` explains what may lie before it.

    ``end_us`` is where its samples end and ``sealed_until_us`` where the file does: less when a disk failed (``loss``
    says how), and with no ``entry`` nothing. Both, like ``begin_us``, are monotonic. ``behind``: what explains the time
    after it, each until when (monotonic), as far as it was known while the piece was still being sealed.
    """

    epoch: Epoch
    begin_us: int
    cause: str
    end_us: int = 0
    sealed_until_us: int = 0
    settled: bool = False
    entry: Mapping[str, Any] | None = None
    on_durable: Callable[[int], None] | None = None
    loss: str = "disk_error"
    behind: list[tuple[int, str]] = field(default_factory=list)


class Journal(Protocol):
    """Who writes the entries."""

    def log_gap(self, camera: str, stream: str, begin: Point, until_us: int, cause: str) -> Point:
        """Append a gap that ends at ``until_us`` (monotonic); returns where the account then stands."""

    def log_segment(self, piece: Piece) -> Point: ...


@dataclass(slots=True)
class Account:
    """The account of one stream."""

    camera: str
    stream: str
    covered: Point
    journal: Journal
    _pieces: deque[Piece] = field(default_factory=deque)

    @property
    def waiting(self) -> bool:
        """Whether a segment is open or being sealed."""
        return bool(self._pieces)

    @property
    def taken_us(self) -> int | None:
        """The instant before which no further segment may begin (monotonic), None when none of this start is known."""
        if not self._pieces:
            return self.covered.mono_us
        last = self._pieces[-1]
        return max(last.end_us, last.behind[-1][0]) if last.behind else last.end_us

    def expect(self, epoch: Epoch, begin_us: int, cause: str) -> Piece:
        """A segment was opened. Pieces are logged in the order they were expected, each once it is ``settled``.

        A gap before it is logged at once when it is known, so that a kill a moment later finds a file that joins.
        """
        if not self._pieces:
            self.explain(begin_us, cause)
        piece = Piece(epoch, begin_us, cause)
        self._pieces.append(piece)
        return piece

    def drain(self) -> None:
        """Log all leading pieces that are settled, each with what lies before it and what its disk did not take."""
        while self._pieces and self._pieces[0].settled:
            piece = self._pieces.popleft()
            self.explain(piece.begin_us, piece.cause)
            if piece.entry is not None:
                self.covered = self.journal.log_segment(piece)
            self.explain(piece.end_us, piece.loss)
            for until_us, cause in piece.behind:
                self.explain(until_us, cause)

    def explain_behind(self, until_us: int, cause: str) -> None:
        """What is missing until ``until_us`` has this cause; logged once all that lies before it is settled."""
        if self._pieces:
            self._pieces[-1].behind.append((until_us, cause))
        else:
            self.explain(until_us, cause)

    def explain(self, until_us: int, cause: str, at_least_us: int = 1) -> None:
        """Log a gap from where the account stands to ``until_us`` unless it is shorter than ``at_least_us``."""
        begin = self.covered
        if begin.mono_us is None or until_us - begin.mono_us >= at_least_us:
            self.covered = self.journal.log_gap(self.camera, self.stream, begin, until_us, cause)
