"""The build of a masked copy, step by step: fetched once, drawn on by people, made, reviewed, packed.

Owns what the worker does next for such a build, from what lies on disk and stands in rows; each step may be repeated
after a kill. Promises that the package holds exactly the copies that were reviewed, and none of the sealed files, which
go when it is packed. Leaves fetching and packing to `packing`.
"""

import datetime
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from uuid import UUID

from minhbach.centre.evidence.actions.masking import newest, work_folder
from minhbach.centre.evidence.copies.cutting import Cut
from minhbach.centre.evidence.copies.decisions import Decided, keeps_voice, read
from minhbach.centre.evidence.copies.masking import masked_copy, sheet
from minhbach.centre.evidence.copies.sealed import CopyFailed, Sealed
from minhbach.centre.evidence.copies.working import MASKED, Mark, cut_of, masked_copies
from minhbach.centre.evidence.models import Build, Ending, MaskRound
from minhbach.centre.evidence.progress import Step, Telling
from minhbach.centre.evidence.stages import LONGEST_WAIT
from minhbach.centre.words import Words
from minhbach.ledger.extract import Copy
from minhbach.ledger.scope import Scope, ScopeStream

SHEETS = "sheets.json"
NOT_COVERED = Words(
    "Không ai hoàn tất bản sao đã che trong 30 ngày; đoạn hình đã lấy về được xóa khỏi trung tâm.",
    "Nobody finished the masked copy within 30 days; what was fetched is gone from the centre.",
)
NOT_WANTED = Words(
    "Đề nghị đã kết thúc trong lúc lập bản sao đã che; đoạn hình đã lấy về được xóa khỏi trung tâm.",
    "The request ended while its masked copy was made; what was fetched is gone from the centre.",
)
CHANGED = Words(
    "Bản sao đã che không còn đúng như khi kiểm duyệt.", "The masked copy is not what was reviewed any more."
)


class Next(Enum):
    """What the worker does for a build: all of it, or the next step of a masked one."""

    WHOLE = "whole"
    FETCH = "fetch"
    MAKE = "make"
    PACK = "pack"
    WAIT = "wait"
    ANEW = "anew"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Masking:
    """What is known of a build's masked copies. `cameras` maps the registry's ids to streams of the scope."""

    extraction: UUID
    scope: Scope
    mark: Mark
    pieces: Mapping[tuple[str, str], Sequence[Sealed]]
    cameras: Mapping[str, ScopeStream]

    @property
    def folder(self) -> Path:
        """Where everything lies until it is packed."""
        return work_folder(self.extraction)

    @property
    def telling(self) -> Telling:
        """Where it is told how far they have come."""
        begin_us, end_us = self.scope.asked.range_us
        return Telling(self.folder, len(self.cameras) * -(-(end_us - begin_us) // 1_000_000))

    def cut(self, camera: str) -> Cut:
        """One camera's copy, as it is ordered."""
        stream = self.cameras[camera]
        return cut_of(MASKED, stream, self.scope, self.pieces.get((stream.recorder, stream.camera), ()), self.mark)


def next_step(build: UUID, *, now: datetime.datetime) -> tuple[Next, MaskRound | None]:
    """By what lies there and what people decided. Sealed files do not wait here for ever: what was fetched for a copy
    that nobody has accepted in time goes.
    """
    row = Build.objects.get(id=build)
    if now - row.begun_at > LONGEST_WAIT or Ending.objects.filter(extraction=row.extraction_id).exists():
        return Next.DROP, None
    if not (work_folder(row.extraction_id) / SHEETS).exists():
        return Next.FETCH, None
    last = newest(row.extraction_id)
    if last is None or last.failed_at is not None or last.accepted is False:
        return Next.WAIT, last
    if keeps_voice(read(last.decisions)):
        return Next.ANEW, last
    if last.rendered_at is None:
        return Next.MAKE, last
    return (Next.PACK if last.accepted else Next.WAIT), last


def why_dropped(build: UUID) -> Words:
    """Why `next_step` gave it up."""
    return NOT_WANTED if Ending.objects.filter(extraction__build=build).exists() else NOT_COVERED


def lay_out(masking: Masking) -> None:
    """The pictures to draw on, one a second and camera, and the list of them. Raises CopyFailed, OSError."""
    telling, count = masking.telling, len(masking.cameras)
    times = {
        camera: sheet(masking.folder / "sheets" / camera, masking.cut(camera), telling.share(Step.SHEETS, n, count))
        for n, camera in enumerate(masking.cameras)
    }
    if not any(times.values()):
        raise CopyFailed(Words("Không có hình nào để che.", "There is no picture to cover."))
    begin_us, end_us = masking.scope.asked.range_us
    value = {"begin_us": begin_us, "end_us": end_us, "cameras": times}
    fresh = masking.folder / (SHEETS + ".part")
    fresh.write_text(json.dumps(value))
    os.replace(fresh, masking.folder / SHEETS)


def sheets_of(extraction: UUID) -> dict[str, dict[str, list[int]]] | None:
    """What `lay_out` listed: under `cameras` the times of the pictures by camera. None: it is not done."""
    try:
        found: dict[str, dict[str, list[int]]] = json.loads((work_folder(extraction) / SHEETS).read_bytes())
    except FileNotFoundError:
        return None
    return found


def make(masking: Masking, serial: int, decisions: str) -> dict[str, str]:
    """The copies of a round; returns the SHA-256 of each by camera. Raises CopyFailed, OSError."""
    decided = read(decisions)
    found: dict[str, str] = {}
    telling, count = masking.telling, len(masking.cameras)
    for n, camera in enumerate(masking.cameras):
        path = copy_path(masking.extraction, serial, camera)
        path.parent.mkdir(parents=True, exist_ok=True)
        follow, write = (telling.share(step, n, count) for step in (Step.FOLLOW, Step.COVER))
        masked_copy(path, masking.cut(camera), decided.get(camera, Decided()), follow, write)
        found[camera] = digest_of(path)
    return found


def copy_path(extraction: UUID, serial: int, camera: str) -> Path:
    """Where the copy of a round lies."""
    return work_folder(extraction) / "masked" / f"{serial:04}" / f"{camera}.mp4"


def reviewed_copies(masking: Masking, serial: int, digests: Mapping[str, str]) -> list[Copy]:
    """The copies of an accepted round, exactly as they were reviewed. Raises CopyFailed, OSError."""
    paths = {camera: copy_path(masking.extraction, serial, camera) for camera in masking.cameras}
    for camera, path in paths.items():
        if not path.exists() or digests.get(camera) != digest_of(path):
            raise CopyFailed(CHANGED)
    return masked_copies(masking.scope, paths, masking.cameras)


def audible_in(masking: Masking, decisions: str) -> dict[tuple[str, str], tuple[tuple[int, int, str], ...]]:
    """What is not silent in the copies that were made of these decisions, by (recorder, camera)."""
    decided, (first_us, last_us) = read(decisions), masking.scope.asked.range_us
    return {
        (stream.recorder, stream.camera): tuple(
            (max(begin_us, first_us), min(end_us, last_us), kind)
            for begin_us, end_us, kind in decided.get(camera, Decided()).audible
            # A second that was looked at may reach beyond what was asked for; the copy does not.
            if begin_us < last_us and end_us > first_us
        )
        for camera, stream in masking.cameras.items()
    }


def digest_of(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
