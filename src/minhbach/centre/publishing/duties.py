"""What a report owes before all else is said: duties of its days that were not done, each with the way to its page.

Worked out from the rows at the moment it is asked, so that what is done late leaves the list. Owns which duties these
are, each as one question with its words; promises that all of them together are one question to PostgreSQL, however
much is missing. Long lists are cut, and say of how many.
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    UUIDField,
    Value,
    Window,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce, RowNumber, TruncDate
from django.urls import reverse

from minhbach.centre.dossiers.models import Dossier, State
from minhbach.centre.feedback.models import Petition, PetitionEvent
from minhbach.centre.footage.faults import NAMES
from minhbach.centre.footage.models import Fault, FaultKind, FaultWork
from minhbach.centre.oversight.models import (
    ENDS,
    Assessment,
    Correction,
    CorrectionKind,
    CorrectionStep,
    Draw,
    EmptyWeek,
    Finding,
    FindingStep,
    MeasureAct,
    StepKind,
)
from minhbach.centre.oversight.proposals import open_proposals
from minhbach.centre.oversight.terms import term_now
from minhbach.centre.oversight.visiting import lacking
from minhbach.centre.publishing import reading
from minhbach.centre.publishing.counting import DAY, midnight
from minhbach.centre.publishing.models import Kind, Report
from minhbach.centre.publishing.scopes import Span, spans_of
from minhbach.centre.reception.figures import missed
from minhbach.centre.reception.models import HANDLED, BookEntry, BookStep, BookStepKind
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Tenure, UnitName, true_on
from minhbach.centre.regulation.directives import tasks_with_state
from minhbach.centre.words import Words, formats

MOST = 20
NOT_ASSESSED = Words(
    "{room}, {unit}: chưa được đánh giá lần nào trong kỳ", "{room}, {unit}: not assessed in these days"
)
TOO_FEW = Words(
    "{room}, {unit}: mới đánh giá {n}/{wanted} thời điểm trong kỳ",
    "{room}, {unit}: {n} of {wanted} moments assessed in these days",
)
ON_TRIAL = Words(
    "{room}, {unit}: đã ghi hình nhưng chưa bàn giao đưa vào vận hành, chưa tính vào số liệu",
    "{room}, {unit}: recorded, but not handed over into service; it is in no figure",
)
MISSED = Words("{unit}: không thực hiện việc tiếp công dân ngày {day}", "{unit}: the reception day {day} was not kept")
WEEK = Words(
    "{unit}: tuần từ {day} có {n}/{wanted} chuyến kiểm tra tại chỗ", "{unit}: {n} of {wanted} visits, week of {day}"
)
FAULT_OPEN = Words("{what}, {room}: từ {at}, chưa khắc phục", "{what}, {room}: since {at}, not mended")
FAULT_UNSAID = Words(
    "{what}, {room}, {at}: chưa ghi nguyên nhân, việc đã làm", "{what}, {room}, {at}: nobody wrote what was done"
)
NOT_EXPLAINED = Words("Phát hiện số {n}, {unit}: quá hạn giải trình", "Finding {n}, {unit}: explanation overdue")
NOT_CONCLUDED = Words("Phát hiện số {n}, {unit}: quá hạn kết luận", "Finding {n}, {unit}: conclusion overdue")
NOT_CORRECTED = Words(
    "Phát hiện số {n}, {unit}: hết hạn khắc phục {day}", "Finding {n}, {unit}: was to be put right by {day}"
)
NOT_DECIDED = Words(
    "Đề nghị kỷ luật số {n}: hết hạn quyết định hoặc xem xét lại {day}",
    "Proposal of discipline {n}: was to be decided or looked at again by {day}",
)
NOT_ANSWERED = Words("{name}: quá hạn trả lời", "{name}: answer overdue")
NOT_SENT = Words("{unit}: chưa gửi báo cáo tháng", "{unit}: has not sent its report")
PETITION = Words("Phản ánh, kiến nghị số {n}", "Complaint {n}")
NOT_HANDLED = Words(
    "{unit}: vụ việc số {n} trong sổ tiếp công dân hết hạn xử lý {day}",
    "{unit}: matter {n} of the reception book was to be handled by {day}",
)
NOT_SETTLED = Words(
    "{unit}: vụ việc số {n} trong sổ tiếp công dân hết hạn giải quyết {day}",
    "{unit}: matter {n} of the reception book was to be settled by {day}",
)
DOSSIERS = Words(
    "{unit}: {n} hồ sơ quá hẹn trả, sớm nhất hẹn {day}", "{unit}: dossiers overdue: {n}, the first since {day}"
)
TASK = Words("{unit}: nhiệm vụ {n} của văn bản {number} hết hạn {day}", "{unit}: task {n} of {number} was due {day}")


@dataclass(frozen=True, slots=True)
class Missing:
    """A duty that was not done; `url` its page, or empty; `room` where it lies, if its page is asked of a room."""

    words: Words
    url: str = ""
    room: UUID | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """The first of what was not done, and how many there are in all; of how many rooms that are recorded how many were
    assessed, where the report speaks of that.
    """

    rows: Sequence[Missing]
    count: int
    assessed: int = 0
    recorded: int | None = None

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


class _Row(NamedTuple):
    """One row of the one question: what each duty says of itself in the columns that all of them share."""

    duty: str
    about: UUID
    room: UUID | None
    place: str | None
    unit: str | None
    says: str | None
    number: int | None
    of: int | None
    day: datetime.date | None
    at: datetime.datetime | None

    @property
    def numbered(self) -> str:
        """As findings and complaints are numbered in a year."""
        return f"{self.number:03}/{self.of}"


_COLUMNS: dict[str, Any] = {
    "about": UUIDField(), "room": UUIDField(), "place": TextField(), "unit": TextField(), "says": TextField(),
    "number": IntegerField(), "of": IntegerField(), "day": DateField(), "at": DateTimeField(),
}  # fmt: skip


def _rows(duty: str, rows: "QuerySet[Any]", **told: Combinable) -> "QuerySet[Any]":
    given: dict[str, Combinable] = {"about": F("pk"), **told}
    columns = {f"d_{name}": Cast(given.get(name, Value(None)), field) for name, field in _COLUMNS.items()}
    found = rows.order_by().annotate(d_duty=Value(duty, output_field=TextField()), **columns)
    named: QuerySet[Any] = found.values_list("d_duty", *columns)
    return named


def undone(report: Report, spans: Sequence[Span], *, now: datetime.datetime) -> Undone:
    """What the report owes of its days; `spans` are what it speaks of. One question."""
    rows = _asked(_all(report, spans, now))
    watched = [row for row in rows if row.duty == "watched"]
    done = sum(_is_assessed(row) for row in watched)
    found = _told(row for row in rows if row.duty != "watched" or not _is_assessed(row))
    recorded = len(watched) if report.kind != Kind.OPERATES and spans else None
    return Undone(found[:MOST], len(found), done, recorded)


def missing(report: Report, *, now: datetime.datetime) -> tuple[Sequence[Missing], int]:
    """The first of what was not done, and how many there are in all, where nothing else of the report is asked."""
    left = undone(report, spans_of(report), now=now)
    return left.rows, left.count


def late_in(rooms: Iterable[UUID], begin: datetime.datetime, now: datetime.datetime) -> list[Missing]:
    """What is late in these rooms now: dossiers, faults since `begin` that last, reception days since then that were
    not kept, explanations, conclusions, corrections, proposals of discipline, answers, matters of the reception book.
    One question.
    """
    held = list(rooms)
    today = registry.day_of(now)
    days = missed(registry.day_of(begin), today).filter(room__in=held)
    parts = [_dossiers(held, now), _faults(held, begin, now)[0], _missed(days)]
    return _told(_asked([*parts, *_findings(held, now, now), *_others(held, now, now)]))


def _asked(parts: Sequence["QuerySet[Any]"]) -> list[_Row]:
    return [_Row(*row) for row in parts[0].union(*parts[1:], all=True)] if parts else []


def _told(rows: Iterable[_Row]) -> list[Missing]:
    """In the order of the duties, then of time or name; a unit that owes several reports is named once."""
    order = {duty: place for place, duty in enumerate(_WORDS)}
    found: list[Missing] = []
    named: set[str | None] = set()
    for row in sorted(rows, key=lambda row: (order[row.duty], str(row.at or row.day or row.place or row.unit))):
        if row.duty != "not_sent" or row.unit not in named:
            found.append(_WORDS[row.duty](row))
            named |= {row.unit} if row.duty == "not_sent" else set()
    return found


def _all(report: Report, spans: Sequence[Span], now: datetime.datetime) -> list["QuerySet[Any]"]:
    begin, end = midnight(report.first_day), midnight(report.last_day + DAY)
    at_end = [span for span in spans if span.last == report.last_day]
    units = at_end[-1].units if at_end else frozenset[UUID]()
    held = _held(at_end[-1]) if at_end else Tenure.objects.none()
    rooms = held.filter(room__in_service_on__lte=report.last_day)
    found = [
        *_faults(rooms.values("room"), begin, end, live=True),
        _missed(missed(report.first_day, report.last_day).filter(room__in=rooms.values("room"))),
        *_findings(rooms.values("room"), end, now), *_others(rooms.values("room"), end, now),
        _on_trial(held, report),
    ]  # fmt: skip
    if report.kind == Kind.LEADS:
        found.append(_not_sent(report, units))
    own = units if report.kind in (Kind.OPERATES, Kind.LEADS) else {report.unit_id}
    found.append(_tasks(own, report.last_day, registry.day_of(now)))
    if report.kind != Kind.OPERATES:
        found += [_watched(rooms, report), _weeks(own, report.first_day, report.last_day)]
    return found


def _held(span: Span) -> "QuerySet[Tenure]":
    """Who held which room at the end of the days, in service or not."""
    return Tenure.objects.filter(true_on(span.last), unit__in=span.units, room__room_type__in=span.types)


def _name_of(unit: str, day: datetime.date | OuterRef) -> Subquery:
    names = UnitName.objects.filter(unit=OuterRef(unit), valid_from__lte=day).order_by("-valid_from")
    return Subquery(names.values("name")[:1])


def _not_sent(report: Report, units: Collection[UUID]) -> "QuerySet[Any]":
    rows = reading.listing(Report.objects.filter(month=report.month, unit__in=units).exclude(id=report.id))
    return _rows("not_sent", rows.filter(sent_at__isnull=True), unit=F("unit_name"))


def _watched(rooms: "QuerySet[Tenure]", report: Report) -> "QuerySet[Any]":
    """Rooms with a camera; how many moments of these days somebody looked at, and how many the regulation asks for."""
    begin, end = midnight(report.first_day), midnight(report.last_day + DAY)
    seen = Assessment.objects.filter(room=OuterRef("room"), at__gte=begin, at__lt=end, second=False)
    done = seen.filter(withdrawn_at__isnull=True).order_by().values("room").annotate(n=Count("id")).values("n")
    asks = KeyTextTransform("assessments_per_room_month", KeyTransform("times", "rules__content"))
    drawn = Draw.objects.filter(room=OuterRef("room"), first_day__lte=report.last_day, last_day__gte=report.first_day)
    wanted = drawn.order_by("-first_day").values(n=Cast(asks, IntegerField()))[:1]
    recorded = Exists(Camera.objects.filter(room=OuterRef("room"), recording_since__lt=end))
    return _rows(
        "watched", rooms.filter(recorded), about=F("room"), room=F("room"), place=F("room__name"),
        unit=_name_of("unit", report.last_day), number=Coalesce(Subquery(done), 0), of=Coalesce(Subquery(wanted), 1),
    )  # fmt: skip


def _is_assessed(row: _Row) -> bool:
    return (row.number or 0) >= (row.of or 1)


def _on_trial(held: "QuerySet[Tenure]", report: Report) -> "QuerySet[Any]":
    """Rooms that are recorded, but nobody has handed over: nothing of them counts, and that is not to pass unseen."""
    recorded = Camera.objects.filter(room=OuterRef("room"), recording_since__lt=midnight(report.last_day + DAY))
    trial = Q(room__in_service_on__isnull=True) | Q(room__in_service_on__gt=report.last_day)
    return _rows(
        "on_trial", held.filter(trial, Exists(recorded)), about=F("room"), room=F("room"), place=F("room__name"),
        unit=_name_of("unit", report.last_day),
    )  # fmt: skip


def _dossiers(rooms: Collection[UUID], now: datetime.datetime) -> "QuerySet[Any]":
    """Of each unit the dossier that is overdue longest at counters of these rooms, and how many are."""
    late = Dossier.objects.filter(counter__room__in=rooms, state=State.RECEIVED, due_at__lt=now)
    place = Window(RowNumber(), partition_by="unit", order_by=("due_at", "id"))
    first = Dossier.objects.filter(id__in=late.annotate(place=place).filter(place=1).values("id"))
    same = late.filter(unit=OuterRef("unit")).order_by().values("unit").annotate(n=Count("id")).values("n")
    return _rows(
        "dossiers", first, room=F("counter__room"), unit=_name_of("unit", datetime.date.max), number=Subquery(same),
        day=TruncDate("due_at", tzinfo=registry.VIETNAM),
    )  # fmt: skip


def _missed(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    return _rows("missed", rows, room=F("room"), unit=_name_of("unit", OuterRef("day")), day=F("day"))


def _weeks(bodies: Collection[UUID], first: datetime.date, last: datetime.date) -> "QuerySet[Any]":
    """A week belongs to the days in which it ended; one whose visits were written down since is not there."""
    rows = EmptyWeek.objects.filter(body__in=bodies, monday__gte=first - 6 * DAY, monday__lte=last - 6 * DAY)
    return _rows("week", lacking(rows), unit=_name_of("body", last), number=F("made"), of=F("wanted"), day=F("monday"))


def _faults(
    rooms: Any, begin: datetime.datetime, end: datetime.datetime, *, live: bool = False
) -> list["QuerySet[Any]"]:
    """Every fault is explained in the report of its month; one that lasts stands first. `live`: only such as arose
    once their room was in service; before that a device was on trial.
    """
    rows = Fault.objects.filter(room__in=rooms, began_at__lt=end, began_at__gte=begin)
    if live:
        rows = rows.filter(room__in_service_on__lte=TruncDate("began_at", tzinfo=registry.VIETNAM))
    told = Exists(FaultWork.objects.filter(fault=OuterRef("pk")))
    columns: dict[str, Combinable] = {
        "room": F("room"),
        "place": F("room__name"),
        "says": F("kind"),
        "at": F("began_at"),
    }
    return [
        _rows("fault_open", rows.filter(ended_at__isnull=True), **columns),
        _rows("fault_unsaid", rows.filter(~told, ended_at__isnull=False), **columns),
    ]


def _findings(rooms: Any, end: datetime.datetime, now: datetime.datetime) -> list["QuerySet[Any]"]:
    over = Exists(FindingStep.objects.filter(finding=OuterRef("pk"), kind__in=ENDS))
    said = FindingStep.objects.filter(finding=OuterRef("pk"), kind__in=[StepKind.EXPLAINED, StepKind.RETURNED])
    rows = Finding.objects.filter(~over, room__in=rooms, found_at__lt=end).alias(
        explained=Coalesce(Subquery(said.order_by("-at", "-id").values("kind")[:1]), Value("")),
        explain_late=term_now("explain_by"), conclude_late=term_now("conclude_by"),
    )  # fmt: skip
    columns: dict[str, Combinable] = {
        "room": F("room"), "unit": _name_of("unit", datetime.date.max), "number": F("number"), "of": F("year"),
        "at": F("found_at"),
    }  # fmt: skip
    return [
        _rows("not_explained", rows.exclude(explained=StepKind.EXPLAINED).filter(explain_late__lt=now), **columns),
        _rows("not_concluded", rows.filter(explained=StepKind.EXPLAINED, conclude_late__lt=now), **columns),
    ]


def _others(rooms: Any, end: datetime.datetime, now: datetime.datetime) -> list["QuerySet[Any]"]:
    return [
        _corrections(rooms, end, now), _proposals(rooms, end, now), _petitions(rooms, end, now),
        *_book(rooms, end, now),
    ]  # fmt: skip


def _corrections(rooms: Any, end: datetime.datetime, now: datetime.datetime) -> "QuerySet[Any]":
    """What was to be put right by a day that is over, was not reported since, or was sent back: also, and mostly, of
    findings that were concluded.
    """
    steps = CorrectionStep.objects.filter(correction=OuterRef("pk")).order_by("-at", "-id")
    last = Subquery(steps.exclude(kind=CorrectionKind.EXTENDED).values("kind")[:1])
    due = Coalesce(Subquery(steps.filter(kind=CorrectionKind.EXTENDED).values("due_on")[:1]), F("due_on"))
    rows = Correction.objects.filter(finding__room__in=rooms, given_at__lt=end).annotate(last=last, due=due)
    return _rows(
        "not_corrected",
        rows.filter(Q(last__isnull=True) | Q(last=CorrectionKind.RETURNED), due__lt=registry.day_of(now)),
        room=F("finding__room"), unit=_name_of("finding__unit", datetime.date.max), number=F("finding__number"),
        of=F("finding__year"), says=F("finding__id"), day=F("due"),
    )  # fmt: skip


def _proposals(rooms: Any, end: datetime.datetime, now: datetime.datetime) -> "QuerySet[Any]":
    """Proposals of discipline past the day by which they were to be decided, or a deferral to be looked at again."""
    rows = open_proposals().filter(room__in=rooms, at__lt=end, due__lt=registry.day_of(now))
    first = MeasureAct.objects.filter(measure=OuterRef("pk")).order_by("id").values("finding")[:1]
    return _rows(
        "not_decided", rows, room=F("room"), number=F("number"), of=F("year"), says=Subquery(first), day=F("due")
    )


def _petitions(rooms: Any, end: datetime.datetime, now: datetime.datetime) -> "QuerySet[Any]":
    done = Exists(PetitionEvent.objects.filter(petition=OuterRef("pk"), kind__in=("answered", "refused")))
    rows = Petition.objects.filter(~done, room__in=rooms, received_at__lt=end, answer_by__lt=now)
    return _rows("not_answered", rows, room=F("room"), number=F("number"), of=F("year"), at=F("answer_by"))


def _book(rooms: Any, end: datetime.datetime, now: datetime.datetime) -> list["QuerySet[Any]"]:
    """Matters that nobody has handled, or that were taken in and not settled, by the terms that hold of them now: of
    their class, from the day of their acceptance, and as far as they were lawfully extended.

    Only a number and a day are told of them: the same of a denunciation as of any other.
    """
    steps = BookStep.objects.filter(entry=OuterRef("pk")).order_by("-at", "-id")
    handle, settle = (
        steps.filter(**{f"{term}__isnull": False}).values(term)[:1] for term in ("handle_by", "settle_by")
    )
    today = registry.day_of(now)
    rows = BookEntry.objects.filter(session__room__in=rooms, written_at__lt=end).annotate(
        way=Subquery(steps.filter(kind__in=HANDLED).values("kind")[:1]),
        handle=Coalesce(Subquery(handle), F("handle_by")),
        settle=Coalesce(Subquery(settle), F("settle_by")),
    )
    came_to = Exists(steps.filter(kind=BookStepKind.RESULT))
    columns: dict[str, Combinable] = {
        "room": F("session__room"), "unit": _name_of("unit", datetime.date.max), "number": F("number"), "of": F("year")
    }  # fmt: skip
    accepted = rows.filter(~came_to, way=BookStepKind.ACCEPTED, settle__lt=today)
    return [
        _rows("not_handled", rows.filter(way__isnull=True, handle__lt=today), **columns, day=F("handle")),
        _rows("not_settled", accepted, **columns, day=F("settle")),
    ]


def _tasks(units: Collection[UUID], last: datetime.date, today: datetime.date) -> "QuerySet[Any]":
    rows = tasks_with_state(today).filter(unit__in=units, due__lte=last, state="late")
    return _rows(
        "task", rows, unit=_name_of("unit", last), says=F("directive__number"), number=F("position"), day=F("due")
    )


def _page(route: str, row: _Row, words: Words) -> Missing:
    return Missing(words, reverse(route, args=[row.about]), row.room)


def _of_room(row: _Row) -> Missing:
    words = NOT_ASSESSED if not row.number else TOO_FEW
    return _page("room", row, words.fill(room=row.place, unit=row.unit or "", n=row.number, wanted=row.of))


def _of_fault(words: Words) -> Callable[[_Row], Missing]:
    def tell(row: _Row) -> Missing:
        assert row.at is not None
        what = NAMES[FaultKind(row.says or "")]
        return _page("fault", row, words.fill(what=what, room=row.place, at=formats.moment(row.at)))

    return tell


def _of_day(route: str, words: Words) -> Callable[[_Row], Missing]:
    def tell(row: _Row) -> Missing:
        assert row.day is not None
        return _page(route, row, words.fill(unit=row.unit or "", n=f"{row.number}/{row.of}", day=formats.day(row.day)))

    return tell


def _of_dossiers(row: _Row) -> Missing:
    assert row.day is not None
    return _page("dossier", row, DOSSIERS.fill(unit=row.unit or "", n=row.number, day=formats.day(row.day)))


def _of_correction(row: _Row) -> Missing:
    assert row.day is not None
    said = NOT_CORRECTED.fill(n=row.numbered, unit=row.unit or "", day=formats.day(row.day))
    return Missing(said, reverse("finding", args=[row.says]), row.room)


def _of_proposal(row: _Row) -> Missing:
    assert row.day is not None
    said = NOT_DECIDED.fill(n=f"{row.number:02}/{row.of}", day=formats.day(row.day))
    return Missing(said, reverse("finding", args=[row.says]), row.room)


def _of_week(row: _Row) -> Missing:
    assert row.day is not None
    said = WEEK.fill(unit=row.unit or "", n=row.number, wanted=row.of, day=formats.day(row.day))
    return Missing(said, reverse("inspections"))


def _of_task(row: _Row) -> Missing:
    assert row.day is not None
    said = TASK.fill(unit=row.unit or "", n=row.number, number=row.says, day=formats.day(row.day))
    return Missing(said, reverse("tasks"))


#: The duties in the order in which they stand, and how each is told.
_WORDS: dict[str, Callable[[_Row], Missing]] = {
    "not_sent": lambda row: Missing(NOT_SENT.fill(unit=row.unit or "")),
    "watched": _of_room,
    "dossiers": _of_dossiers,
    "missed": _of_day("missed_day", MISSED),
    "week": _of_week,
    "fault_open": _of_fault(FAULT_OPEN),
    "fault_unsaid": _of_fault(FAULT_UNSAID),
    "not_explained": lambda row: _page("finding", row, NOT_EXPLAINED.fill(n=row.numbered, unit=row.unit or "")),
    "not_concluded": lambda row: _page("finding", row, NOT_CONCLUDED.fill(n=row.numbered, unit=row.unit or "")),
    "not_corrected": _of_correction,
    "not_decided": _of_proposal,
    "not_answered": lambda row: _page("petition", row, NOT_ANSWERED.fill(name=PETITION.fill(n=row.numbered))),
    "not_handled": _of_day("book_entry", NOT_HANDLED),
    "not_settled": _of_day("book_entry", NOT_SETTLED),
    "task": _of_task,
    "on_trial": lambda row: _page("room_standard", row, ON_TRIAL.fill(room=row.place, unit=row.unit or "")),
}
