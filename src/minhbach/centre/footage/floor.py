"""How much room the centre's disk has left, and what stops for lack of it: packages first, footage logs last.

Owns the floors and their order. A floor is so many bytes, on a small disk a share of it; what has stopped goes on by
itself once there is a quarter more than its floor, so that a disk at the edge does not stop and go on every second.
Nothing here has rows: `stock` says what was written down of it, `journal.floor` writes it and tells people.
"""

import shutil
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from minhbach.centre.words import Words

PEOPLE_BYTES = 64 << 20
"""Below it nobody signs in or watches, as nothing can be written down about it: `pages`."""


@dataclass(frozen=True, slots=True)
class Floor:
    """At least ``most_bytes`` must be free, or a ``share``-th of a disk on which that would be more."""

    most_bytes: int
    share: int

    def bytes_of(self, total_bytes: int) -> int:
        """How much that is on a disk of this size."""
        return min(self.most_bytes, total_bytes // self.share)


WARNING = Floor(5 << 30, 5)
"""Below it administrators are told; nothing stops yet."""


class Work(Enum):
    """What fills the disk, in the order in which it stops. The log of the centre itself and its rows go on."""

    PACKING = Floor(2 << 30, 10)
    COLLECTING = Floor(512 << 20, 20)

    @property
    def words(self) -> Words:
        """What people call it."""
        return _WORDS[self]


_WORDS = {
    Work.PACKING: Words("lập gói dữ liệu trích xuất", "building packages"),
    Work.COLLECTING: Words("nhận nhật ký của các đầu ghi", "collecting the recorders' logs"),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """A disk at one moment."""

    free_bytes: int
    total_bytes: int

    @property
    def is_low(self) -> bool:
        """Whether administrators should hear of it."""
        return self.free_bytes < WARNING.bytes_of(self.total_bytes)

    @property
    def wanted_bytes(self) -> int:
        """How much should be free."""
        return WARNING.bytes_of(self.total_bytes)

    def stops(self, work: Work, *, stopped: bool) -> bool:
        """Whether it may not go on; `stopped`: whether it has not so far."""
        floor = work.value.bytes_of(self.total_bytes)
        return self.free_bytes < (floor + floor // 4 if stopped else floor)


def measure(folder: Path) -> Measured:
    """The disk on which a folder lies. Raises OSError."""
    usage = shutil.disk_usage(folder)
    return Measured(usage.free, usage.total)


@dataclass(slots=True)
class Gate:
    """Whether one work may go on, asked before every step that writes much."""

    work: Work
    folder: Path
    _stopped: bool = field(default=False, init=False)

    def is_open(self) -> bool:
        """Raises OSError where the folder is away."""
        self._stopped = measure(self.folder).stops(self.work, stopped=self._stopped)
        return not self._stopped
