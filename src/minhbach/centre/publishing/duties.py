"""What a report owes before all else is said: duties of its days that were not done, each with the way to its page.

Worked out from the rows at the moment it is asked, so that what is done late leaves the list. Promises a number of
queries that does not grow with what is missing; long lists are cut, and say of how many.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from minhbach.centre.feedback.models import Petition, PetitionEvent
from minhbach.centre.footage.faults import words_of
from minhbach.centre.footage.models import Fault, FaultWork
from minhbach.centre.oversight.models import ENDS, Assessment, Finding, FindingStep, StepKind
from minhbach.centre.publishing import reading
from minhbach.centre.publishing.counting import DAY, midnight
from minhbach.centre.publishing.models import Kind, Report
from minhbach.centre.publishing.scopes import spans
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Room, Tenure
from minhbach.centre.words import Words, formats

MOST = 20
NOT_ASSESSED = Words(
    "{room}, {unit}: chưa được đánh giá lần nào trong kỳ", "{room}, {unit}: not assessed in these days"
)
FAULT_OPEN = Words("{what}, {room}: từ {at}, chưa khắc phục", "{what}, {room}: since {at}, not mended")
FAULT_UNSAID = Words(
    "{what}, {room}, {at}: chưa ghi nguyên nhân, việc đã làm", "{what}, {room}, {at}: nobody wrote what was done"
)
NOT_EXPLAINED = Words("Phát hiện số {n}: quá hạn giải trình", "Finding {n}: explanation overdue")
NOT_CONCLUDED = Words("Phát hiện số {n}: quá hạn kết luận", "Finding {n}: conclusion overdue")
NOT_ANSWERED = Words("{name}: quá hạn trả lời", "{name}: answer overdue")
NOT_SENT = Words("{unit}: chưa gửi báo cáo tháng", "{unit}: has not sent its report")
PETITION = Words("Phản ánh, kiến nghị số {n}", "Complaint {n}")


@dataclass(frozen=True, slots=True)
class Missing:
    """A duty that was not done; `url` its page, or empty."""

    words: Words
    url: str = ""


def missing(report: Report, *, now: datetime.datetime) -> tuple[list[Missing], int]:
    """The first of them, and how many there are in all."""
    rooms = rooms_of(report)
    found = list(_all(report, rooms, now))
    return found[:MOST], len(found)


def rooms_of(report: Report) -> dict[UUID, UUID]:
    """The rooms that the report speaks of at the end of its days, and who held each."""
    last = spans(report.unit_id, report.kind, report.first_day, report.last_day)
    ends = [span for span in last if span.last == report.last_day]
    found: dict[UUID, UUID] = {}
    for span in ends:
        held = Tenure.objects.filter(unit__in=span.units, room__room_type__in=span.types)
        held = held.filter(valid_from__lte=report.last_day).exclude(valid_until__lte=report.last_day)
        found |= dict(held.values_list("room", "unit"))
    return found


def late_in(rooms: Iterable[UUID], begin: datetime.datetime, now: datetime.datetime) -> list[Missing]:
    """What is late in these rooms now: faults since `begin` that last, explanations, conclusions, answers."""
    held = list(rooms)
    return [*_faults(held, begin, now, lasting=True), *_findings(held, now, now), *_petitions(held, now, now)]


def _all(report: Report, rooms: dict[UUID, UUID], now: datetime.datetime) -> Iterator[Missing]:
    end = midnight(report.last_day + DAY)
    if report.kind == Kind.LEADS:
        yield from _not_sent(report)
    if report.kind in (Kind.RECEPTION, Kind.ONE_STOP):
        yield from _not_assessed(report, rooms, end)
    yield from _faults(rooms, midnight(report.first_day), end)
    yield from _findings(rooms, end, now)
    yield from _petitions(rooms, end, now)


def _not_sent(report: Report) -> Iterator[Missing]:
    rows = reading.listing(Report.objects.filter(month=report.month).exclude(id=report.id))
    below = registry.units_below([report.unit_id], report.last_day)
    waiting = [row for row in rows if row.unit_id in below and row.sent_at is None]
    names = registry.names_on({row.unit_id for row in waiting}, report.last_day)
    for name in sorted({names[row.unit_id].name for row in waiting if row.unit_id in names}):
        yield Missing(NOT_SENT.fill(unit=name), "")


def _not_assessed(report: Report, rooms: dict[UUID, UUID], end: datetime.datetime) -> Iterator[Missing]:
    """Rooms with a camera in which nobody looked at anything of these days."""
    begin = midnight(report.first_day)
    seen = Assessment.objects.filter(at__gte=begin, at__lt=end, withdrawn_at__isnull=True)
    done = set(seen.values_list("room", flat=True).distinct())
    recorded = Camera.objects.filter(room__in=rooms.keys() - done, recording_since__lt=end)
    bare = Room.objects.filter(id__in=recorded.values("room")).order_by("name")
    names = registry.names_on({rooms[room.id] for room in bare}, report.last_day)
    for room in bare:
        unit = names[rooms[room.id]].name if rooms[room.id] in names else ""
        yield Missing(NOT_ASSESSED.fill(room=room.name, unit=unit), reverse("room", args=[room.id]))


def _faults(
    rooms: Iterable[UUID], begin: datetime.datetime, end: datetime.datetime, *, lasting: bool = False
) -> Iterator[Missing]:
    """Every fault is explained in the report of its month; one that lasts stands first."""
    rows = Fault.objects.filter(room__in=list(rooms), began_at__lt=end, began_at__gte=begin).select_related("room")
    told = Exists(FaultWork.objects.filter(fault=OuterRef("pk")))
    wanted = Q(ended_at__isnull=True) if lasting else Q(ended_at__isnull=True) | ~told
    found = list(rows.filter(wanted).order_by("began_at"))
    yield from (_fault(FAULT_OPEN, row) for row in found if row.ended_at is None)
    yield from (_fault(FAULT_UNSAID, row) for row in found if row.ended_at is not None)


def _fault(words: Words, row: Fault) -> Missing:
    said = words.fill(what=words_of(row), room=row.room.name, at=formats.moment(row.began_at))
    return Missing(said, reverse("fault", args=[row.id]))


def _findings(rooms: Iterable[UUID], end: datetime.datetime, now: datetime.datetime) -> Iterator[Missing]:
    over = Exists(FindingStep.objects.filter(finding=OuterRef("pk"), kind__in=ENDS))
    explained = Exists(FindingStep.objects.filter(finding=OuterRef("pk"), kind=StepKind.EXPLAINED))
    rows = Finding.objects.filter(~over, room__in=list(rooms), found_at__lt=end).order_by("found_at")
    late = Q(is_explained=False, explain_by__lt=now) | Q(is_explained=True, conclude_by__lt=now)
    found = list(rows.annotate(is_explained=explained).filter(late))
    for words, done in ((NOT_EXPLAINED, False), (NOT_CONCLUDED, True)):
        for row in found:
            if row.is_explained is done:
                yield Missing(words.fill(n=str(row)), reverse("finding", args=[row.id]))


def _petitions(rooms: Iterable[UUID], end: datetime.datetime, now: datetime.datetime) -> Iterator[Missing]:
    done = Exists(PetitionEvent.objects.filter(petition=OuterRef("pk"), kind__in=("answered", "refused")))
    rows = Petition.objects.filter(~done, room__in=list(rooms), received_at__lt=end, answer_by__lt=now)
    for row in rows.order_by("answer_by"):
        name = PETITION.fill(n=f"{row.number:03}/{row.year}")
        yield Missing(NOT_ANSWERED.fill(name=name), reverse("petition", args=[row.id]))
