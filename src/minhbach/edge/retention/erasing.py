"""Footage that goes because somebody decided so, before its term.

Owns what of a stretch an order of erasure takes: every sealed segment that touches it, of one camera, in all its
recorded streams; all of it or, where a hold touches any of it, nothing. Promises that an order which is repeated erases
nothing twice. Leaves the entry in the log and the files to ``removal``; who may order it to the centre.
"""

from __future__ import annotations

from dataclasses import dataclass

from minhbach.edge.archive.archive import Archive
from minhbach.edge.catalogue import Catalogue, Segment
from minhbach.edge.retention.removal import Removal, held_stretches, portions, present

HELD = "held"
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of it: ``segments`` that go with the entries just logged, or why none do (``HELD``, ``REFUSED``)."""

    segments: int = 0
    refused: str = ""


class Erasing:
    """Call on the loop's thread."""

    def __init__(self, archive: Archive, catalogue: Catalogue, removal: Removal) -> None:
        self._archive = archive
        self._catalogue = catalogue
        self._removal = removal

    def erase(self, camera: str, begin_us: int, end_us: int, commitment: str) -> Erased:
        """Erase what was recorded of the camera from ``begin_us`` to ``end_us`` of wall time. Raises CatalogueError."""
        found = self._touching(camera, begin_us, end_us)
        if any(self._is_held(each) for each in found):
            return Erased(refused=HELD)
        erased = 0
        for portion in portions(found):
            if self._removal.remove("erasure", portion, commitment=commitment) is None:
                return Erased(erased, REFUSED)
            erased += len(portion)
        return Erased(erased)

    def _touching(self, camera: str, begin_us: int, end_us: int) -> list[Segment]:
        state = self._archive.book.replay.state
        streams = sorted(stream for name, stream in state.streams if name == camera)
        found: list[Segment] = []
        for stream in streams:
            found += present(state, self._catalogue.segments(camera, stream, begin_us, end_us))
        return found

    def _is_held(self, segment: Segment) -> bool:
        held = held_stretches(self._archive.book.replay.state, segment.camera, segment.stream)
        return any(segment.begin_us < end_us and begin_us < segment.end_us for begin_us, end_us in held)
