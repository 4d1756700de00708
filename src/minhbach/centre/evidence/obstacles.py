"""What stands against erasing a stretch of footage: each with the page that says more.

Owns the question whether footage may go by a citizen's request: never what is held, what an extraction is about that is
not over, what another request asks to see or to copy. Asked before each of the two decisions and again before a
recorder is told; the recorder, which knows its own log, has the last word. Promises a constant number of queries for
all that is not an extraction.
"""

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from minhbach.centre.evidence.models import Extraction, SubjectRequest, Wanted
from minhbach.centre.evidence.stages import Item, Stage, items
from minhbach.centre.evidence.subject_cases import ENDED, Case, cases
from minhbach.centre.footage.actions.holds import LEGAL_HOLD
from minhbach.centre.footage.models import HOLD_ENDED, Hold
from minhbach.centre.registry.models import Camera
from minhbach.centre.words import Words

#: A file of footage is mostly ten seconds long; what touches the stretch goes as a whole.
WHOLE_FILES_US = 12_000_000
OVER = {Stage.GIVEN, Stage.RETURNED, Stage.DESTROYED, Stage.REFUSED, Stage.WITHDRAWN, Stage.EXPIRED}

HELD = Words("Đoạn này đang được giữ lại: {why}", "This footage is held: {why}")
EXTRACTED = Words(
    "Đoạn này thuộc đề nghị trích xuất số {number}, chưa kết thúc.", "Extraction {number} is about it and is not over."
)
ASKED = Words(
    "Yêu cầu {code} cũng về đoạn này và chưa giải quyết xong.", "Request {code} is about it too and is not settled."
)
HELD_OUTSIDE = Words(
    "bản ghi đang được giữ lại để giải quyết một vụ việc theo quy định", "the footage is held for a matter by law"
)
EXTRACTED_OUTSIDE = Words(
    "bản ghi đang thuộc một đề nghị trích xuất chưa kết thúc", "an extraction that is not over is about the footage"
)
ASKED_OUTSIDE = Words(
    "bản ghi còn thuộc một yêu cầu khác về dữ liệu cá nhân chưa giải quyết xong",
    "another request about personal data, which is not settled, is about the footage",
)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands against it, and its page; none where there is no page.

    `outside` is what the citizen may be told: neither whose matter it is, nor its number. `since`: when a hold began,
    from which its review is counted.
    """

    words: Words
    outside: Words
    url: str = ""
    since: datetime.datetime | None = None


def obstacles(found: Case, *, now: datetime.datetime) -> list[Obstacle]:
    """Everything that stands against erasing what the request is about."""
    row = found.row
    cameras = [camera.id for camera in found.cameras]
    begin_us, end_us = row.begin_us - WHOLE_FILES_US, row.end_us + WHOLE_FILES_US
    return [
        *_holds(cameras, begin_us, end_us),
        *(
            Obstacle(
                EXTRACTED.fill(number=str(each.extraction)),
                EXTRACTED_OUTSIDE,
                reverse("extraction", args=[each.extraction.id]),
            )
            for each in extractions_of(cameras, begin_us, end_us, now=now)
            if each.stage not in OVER
        ),
        *_requests(found, cameras, begin_us, end_us, now),
    ]


def extractions_of(cameras: Collection[UUID], begin_us: int, end_us: int, *, now: datetime.datetime) -> list[Item]:
    """The extractions of which any revision is about footage of these cameras in that time."""
    rows = Extraction.objects.filter(
        revisions__cameras__in=cameras, revisions__begin_us__lt=end_us, revisions__end_us__gt=begin_us
    )
    return items(Extraction.objects.filter(id__in=rows.values("id")).order_by("requested_at"), now=now)


def _holds(cameras: Collection[UUID], begin_us: int, end_us: int) -> Iterator[Obstacle]:
    names = list(Camera.objects.filter(id__in=cameras).values_list("recorder", "name"))
    whose = Q(pk__in=[])
    for recorder, name in names:
        whose |= Q(recorder=recorder, camera__in=[name, "*"])
    standing = Hold.objects.filter(whose, begin_us__lt=end_us, end_us__gt=begin_us).exclude(HOLD_ENDED)
    told = set()
    for hold in standing.order_by("asked_at"):
        if (hold.kind, hold.reference) not in told:
            told.add((hold.kind, hold.reference))
            url = reverse("hold", args=[hold.reference]) if hold.kind == LEGAL_HOLD else ""
            yield Obstacle(HELD.fill(why=hold.reason), HELD_OUTSIDE, url, hold.asked_at)


def _requests(
    found: Case, cameras: Collection[UUID], begin_us: int, end_us: int, now: datetime.datetime
) -> Iterator[Obstacle]:
    rows = SubjectRequest.objects.filter(
        wanted__in=[Wanted.SEE, Wanted.COPY], begin_us__lt=end_us, end_us__gt=begin_us, cameras__in=cameras
    ).exclude(id=found.row.id)
    for each in cases(SubjectRequest.objects.filter(id__in=rows.values("id")).order_by("received_at"), now=now):
        if each.stage not in ENDED:
            yield Obstacle(ASKED.fill(code=each.code), ASKED_OUTSIDE, reverse("subject", args=[each.row.id]))
