"""A citizen who asks for their own recording, for every test of such requests; and what is printed for them."""

import datetime
from collections.abc import Mapping
from pathlib import Path

from minhbach.centre.evidence.actions import subjects
from minhbach.centre.evidence.actions.subjects import Asked
from minhbach.centre.evidence.models import SubjectRequest
from minhbach.centre.evidence.subject_cases import Case as SubjectCase
from minhbach.centre.evidence.subject_cases import case as subject_case
from tests.centre.evidence.case import Case

NAME, DOCUMENT = "Lê Thị Hạnh", "001185012345"


def asked(case: Case, wanted: str = "see", **more: object) -> Asked:
    given: dict[str, object] = {
        "wanted": wanted, "cameras": (case.camera,), "begin_us": case.begin_us, "end_us": case.end_us, "name": NAME,
        "contact": "Thôn 3, xã A; 0912 345 678", "identity": "card", "document": DOCUMENT, "looks": "Áo xanh, tóc ngắn",
    }  # fmt: skip
    return Asked(**(given | more))  # type: ignore[arg-type]


def taken(case: Case, wanted: str = "see", **more: object) -> SubjectRequest:
    """As the one-stop officer takes it, who has no right to footage."""
    return subjects.take(
        case.person("one_stop_officer"), room=case.room, asked=asked(case, wanted, **more), now=case.now
    )


def now_of(case: Case, row: SubjectRequest) -> SubjectCase:
    return subject_case(row.id, now=case.now)


class Printer:
    """Stands where forms become PDF: keeps what each was given, and prints nothing."""

    def __init__(self) -> None:
        self.given: list[Mapping[str, object]] = []

    def __call__(self, form: Path, values: Mapping[str, object], *, at: datetime.datetime) -> bytes:
        self.given.append(values)
        return b""
