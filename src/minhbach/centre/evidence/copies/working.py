"""The working copies of a package: one for each camera, cut to the second, marked with who receives it.

Owns what is burned in and how a copy is called. Promises that a copy which cannot be made costs nothing but itself: the
originals are the evidence; and that it is said which, and why. Leaves the form of the package to `ledger.extract`.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from minhbach.centre.evidence.copies.cutting import Cut, Tell, cut_copy
from minhbach.centre.evidence.copies.sealed import CopyFailed, Sealed
from minhbach.centre.messaging.actions import both
from minhbach.centre.words import Words
from minhbach.ledger.extract import Copy
from minhbach.ledger.scope import Scope, ScopeStream

_LOGGER = logging.getLogger(__name__)

CUT, MASKED = "cut", "masked"
NOT_MADE = Words(
    "Không lập được bản sao làm việc của {label}; bản gốc vẫn đầy đủ trong gói. Lý do: {why}",
    "No working copy of {label} could be made; the originals are all in the package. Why: {why}",
)
TITLES = {
    CUT: "BẢN SAO LÀM VIỆC / WORKING COPY · Trích xuất số {number}",
    MASKED: "BẢN SAO ĐÃ CHE / MASKED COPY · Trích xuất số {number}",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands below the picture. `labels` by (recorder, camera)."""

    number: str
    receiver: str
    labels: Mapping[tuple[str, str], str]

    def label_of(self, stream: ScopeStream) -> str:
        """What people call its camera."""
        return self.labels.get((stream.recorder, stream.camera), stream.camera)


@dataclass(frozen=True, slots=True)
class NotMade:
    """A camera, by its label, of which there is no working copy, and why."""

    label: str
    why: Words

    @property
    def words(self) -> Words:
        """The whole sentence."""
        return NOT_MADE.fill(label=self.label, why=self.why)


def all_said(missing: Sequence[NotMade]) -> Words:
    """What is missing as one text; empty where nothing is."""
    said = [both(each.words) for each in missing]
    return Words(" ".join(vi for vi, _ in said), " ".join(en for _, en in said))


def cut_of(kind: str, stream: ScopeStream, scope: Scope, pieces: Sequence[Sealed], mark: Mark) -> Cut:
    """One camera's copy, as it is ordered."""
    return Cut(
        pieces=tuple(sorted(pieces, key=lambda each: each.begin_us)),
        begin_us=scope.asked.begin_us,
        end_us=scope.asked.end_us,
        title=TITLES[kind].format(number=mark.number),
        details=f"{mark.label_of(stream)} · {mark.receiver}",
        about={"format": "minhbach-copy", "kind": kind, "scope": scope.hash, "camera": stream.camera},
    )


def as_copy(kind: str, number: int, stream: ScopeStream, scope: Scope, path: Path) -> Copy:
    """The file of a copy as a package names it."""
    name = f"{number:02}-{_plain(stream.camera)}-{'working' if kind == CUT else 'masked'}.mp4"
    asked = scope.asked
    begin_us, end_us = asked.range_us
    return Copy(kind, stream.recorder, stream.camera, stream.stream, begin_us, end_us, name, partial(_opened, path))


def masked_copies(scope: Scope, paths: Mapping[str, Path], cameras: Mapping[str, ScopeStream]) -> list[Copy]:
    """The files of masked copies as a package names them; paths and streams by the camera's id."""
    return [
        as_copy(MASKED, number, stream, scope, paths[camera])
        for number, (camera, stream) in enumerate(cameras.items(), 1)
    ]


def working_copies(
    folder: Path,
    scope: Scope,
    pieces: Mapping[tuple[str, str], Sequence[Sealed]],
    mark: Mark,
    tell: Callable[[int, int], Tell] = lambda number, count: lambda part: None,
) -> tuple[list[Copy], list[NotMade]]:
    """Make them below `folder`; pieces by (recorder, camera). Returns also which could not be made, and why.

    `tell` gives for stream `number` of `count` whom it is told how far that one has come.
    """
    made: list[Copy] = []
    missing: list[NotMade] = []
    streams = scope.asked.streams
    for number, stream in enumerate(streams, 1):
        target = folder / f"working-{number:02}.mp4"
        target.unlink(missing_ok=True)
        mine = pieces.get((stream.recorder, stream.camera), ())
        try:
            cut_copy(target, cut_of(CUT, stream, scope, mine, mark), tell=tell(number - 1, len(streams)))
        except CopyFailed as problem:
            _LOGGER.warning("no working copy of %s: %s", stream.camera, problem)
            missing.append(NotMade(mark.label_of(stream), problem.words))
            continue
        made.append(as_copy(CUT, number, stream, scope, target))
    return made, missing


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def _plain(name: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)[:40]
