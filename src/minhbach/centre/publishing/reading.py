"""Reports as people read them; reads only, in a number of queries that does not grow with reports.

A figure is told with what the system counted, what a person put in its place and why; the newest edit counts, and one
without a value gives the system its word back.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, JSONObject

from minhbach.centre.access.judging import Standing
from minhbach.centre.access.places import Place, paths_of
from minhbach.centre.publishing.deciding import hands_by, informed, sees_state
from minhbach.centre.publishing.drafting import PARTS
from minhbach.centre.publishing.lines import CHAPTERS, LINES, Line, lines_for, written
from minhbach.centre.publishing.models import (
    FigureEdit,
    Kind,
    Part,
    Report,
    ReportFigure,
    ReportStep,
    ReportText,
    StepKind,
)
from minhbach.centre.reception.planning import Schedule
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Placement, UnitName
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation.reading import law_along
from minhbach.centre.words import Words

KINDS = {
    Kind.OPERATES: Words("Đơn vị quản lý phòng", "Runs the rooms"),
    Kind.RECEPTION: Words("Giám sát phòng tiếp công dân", "Supervises reception rooms"),
    Kind.ONE_STOP: Words("Giám sát Bộ phận Một cửa", "Supervises one-stop rooms"),
    Kind.LEADS: Words("Báo cáo tổng hợp", "Consolidated report"),
}
STATES = {
    None: ("soon", Words("Dự thảo", "Draft")),
    StepKind.UNSIGNED: ("soon", Words("Dự thảo, đã gỡ chữ ký", "Draft, signature taken back")),
    StepKind.SIGNED: ("soon", Words("Đã ký, chưa gửi", "Signed, not sent")),
    StepKind.SENT: ("soon", Words("Đã gửi, chờ chấp nhận", "Sent, to be accepted")),
    StepKind.RETURNED: ("late", Words("Bị trả lại", "Returned")),
    StepKind.ACCEPTED: ("ok", Words("Đã chấp nhận", "Accepted")),
}
#: The last step of a report that nobody above receives is its head's signature.
CLOSED = {
    StepKind.SIGNED: ("ok", Words("Đã ký, hoàn thành", "Signed, complete")),
    StepKind.SENT: ("ok", Words("Đã ký, đã gửi Hội đồng nhân dân", "Signed, sent to the council")),
}
LATE = ("late", Words("Quá hạn gửi", "Overdue"))
LATE_AGAIN = ("late", Words("Bị trả lại, quá hạn gửi lại", "Returned, overdue again"))
STEPS = {
    StepKind.SIGNED: Words("Ký báo cáo", "Signed"),
    StepKind.UNSIGNED: Words("Gỡ chữ ký để sửa", "Signature taken back"),
    StepKind.SENT: Words("Gửi lên cấp trên", "Sent"),
    StepKind.RETURNED: Words("Trả lại để làm lại", "Returned"),
    StepKind.ACCEPTED: Words("Chấp nhận", "Accepted"),
}
LAST = ReportStep.objects.filter(report=OuterRef("pk")).order_by("-serial")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a report: the system's value and, where a person put another, theirs; `edits` the oldest first."""

    line: Line
    system: int | None
    edits: tuple[FigureEdit, ...] = ()

    @property
    def edit(self) -> FigureEdit | None:
        """The edit that counts."""
        return self.edits[-1] if self.edits and self.edits[-1].value is not None else None

    @property
    def value(self) -> int | None:
        """What the report states."""
        return self.edit.value if self.edit else self.system

    @property
    def said(self) -> str:
        """The stated value as it is read."""
        return written(self.line.measure, self.value)

    @property
    def system_said(self) -> str:
        """The system's as it is read."""
        return written(self.line.measure, self.system)

    @property
    def serial(self) -> int:
        """The number of the newest edit: what a form was filled from."""
        return self.edits[-1].serial if self.edits else 0


@dataclass(frozen=True, slots=True)
class Text:
    """One part in words: its newest version, who wrote it, and what the system had drafted."""

    part: Part
    versions: tuple[ReportText, ...]

    @property
    def heading(self) -> Words:
        """What the part is called."""
        return PARTS[self.part]

    @property
    def newest(self) -> ReportText:
        """What counts."""
        return self.versions[-1]

    @property
    def drafted(self) -> str:
        """What the system wrote last, where a person changed it since; else empty."""
        own = [each.words for each in self.versions if each.by_id is None]
        return own[-1] if own and self.newest.by_id is not None and own[-1] != self.newest.words else ""


@dataclass(frozen=True, slots=True)
class Told:
    """A report with everything in it."""

    report: Report
    unit_name: str
    figures: Mapping[str, Figure]
    texts: tuple[Text, ...]
    steps: tuple[ReportStep, ...]
    state: tuple[str, Words]
    #: Whether it stands at the top of the tree, where no step follows the signature.
    nobody_above: bool = False
    #: When what stands was sent.
    sent_at: datetime.datetime | None = None
    #: The kind of the last step.
    last: str | None = None

    @property
    def closed(self) -> bool:
        """Whether its head's signature has ended it."""
        return self.nobody_above and self.last in CLOSED

    @property
    def drafted_late(self) -> bool:
        """Whether the system drafted it only after the day on which it was due."""
        return registry.day_of(self.report.drafted_at) > self.report.due_on

    @property
    def kind(self) -> Words:
        """In what quality the unit reports."""
        return KINDS[Kind(self.report.kind)]

    @property
    def chapters(self) -> list[tuple[Words, list[Figure]]]:
        """The figures, chapter by chapter."""
        found: dict[str, list[Figure]] = {}
        for figure in self.figures.values():
            found.setdefault(figure.line.chapter, []).append(figure)
        return [(CHAPTERS[chapter], found[chapter]) for chapter in CHAPTERS if chapter in found]

    @property
    def values(self) -> dict[str, int | None]:
        """What it states, by code."""
        return {code: figure.value for code, figure in self.figures.items()}

    @property
    def changed(self) -> int:
        """How many figures a person put another value to."""
        return sum(figure.edit is not None for figure in self.figures.values())


@dataclass(frozen=True, slots=True)
class Listed:
    """A report in a list."""

    report: Report
    unit_name: str
    state: tuple[str, Words]
    sent_at: datetime.datetime | None
    mine: bool = False
    #: Whether it may be read already: a draft is its unit's own.
    open: bool = True
    #: Whether it was sent here for information, as the signed paper alone.
    informs: bool = False

    @property
    def kind(self) -> Words:
        """In what quality the unit reports."""
        return KINDS[Kind(self.report.kind)]

    @property
    def sent_late(self) -> bool:
        """Whether it went out behind its day."""
        return self.sent_at is not None and registry.day_of(self.sent_at) > due_by(self.report)


@dataclass(slots=True)
class Month:
    """The reports of a month within a person's reach, and how many of them stand where."""

    rows: list[Listed] = field(default_factory=list)

    @property
    def owed(self) -> list[Listed]:
        """What is counted as sent or not: the reports of the units that run rooms, as a consolidated one adds them up;
        where none is in sight, all of them.
        """
        return [row for row in self.rows if row.report.kind == Kind.OPERATES] or self.rows

    @property
    def sent(self) -> int:
        """Sent, whatever became of it."""
        return sum(row.sent_at is not None for row in self.owed)

    @property
    def of_units(self) -> bool:
        """Whether only the reports of units that run rooms are counted."""
        return any(row.report.kind == Kind.OPERATES for row in self.rows)

    @property
    def drafts(self) -> int:
        """Neither sent nor returned: still with their units."""
        return len(self.owed) - self.sent - self.returned

    @property
    def returned(self) -> int:
        """Sent back, and not sent again."""
        return sum(row.state in (STATES[StepKind.RETURNED], LATE_AGAIN) for row in self.owed)

    @property
    def late(self) -> int:
        """Late: overdue, or sent behind the day."""
        return sum(row.state in (LATE, LATE_AGAIN) or row.sent_late for row in self.rows)

    @property
    def to_accept(self) -> int:
        """Sent, neither accepted nor returned."""
        return sum(row.state is STATES[StepKind.SENT] for row in self.rows)


def months() -> list[datetime.date]:
    """The months that have reports, the newest first; two years of them."""
    return list(Report.objects.order_by("-month").values_list("month", flat=True).distinct()[:24])


def reports_of(standing: Standing, month: datetime.date, *, now: datetime.datetime) -> Month:
    """The month's reports that this person may read; those of their own units first, then by kind and name."""
    rows = list(listing(Report.objects.filter(month=month)))
    paths = paths_of({row.unit_id for row in rows}, registry.day_of(now))
    own = {post.unit for post in standing.posts}
    found = []
    for row in rows:
        path = paths.get(row.unit_id) or (row.unit_id,)
        may = hands_by(standing, row, row.last_kind, Place(row.unit_id, path))
        if may.reads or sees_state(standing, row.kind, Place(row.unit_id, path)):
            found.append(Listed(row, row.unit_name, state_of(row, now), row.sent_at, row.unit_id in own, may.reads))
        elif informed(standing, row, row.last_kind):
            found.append(Listed(row, row.unit_name, CLOSED[StepKind.SENT], row.sent_at, informs=True))
    order = list(Kind)
    found.sort(key=lambda each: (not each.mine, -order.index(Kind(each.report.kind)), sort_key(each.unit_name)))
    return Month(found)


def listing(rows: "QuerySet[Report]") -> "QuerySet[Any]":
    """These reports, each with the name of its unit, the kind and time of its last step, when what stands was sent,
    when it was returned last, and if nobody is above.

    What was returned is not sent until it is sent again. Where nobody is above, the signature is as good as sent.
    """
    sent, returned = (
        ReportStep.objects.filter(report=OuterRef("pk"), kind=kind).order_by("-serial").values("at")[:1]
        for kind in (StepKind.SENT, StepKind.RETURNED)
    )
    names = UnitName.objects.filter(unit=OuterRef("unit"), valid_from__lte=OuterRef("last_day"))
    placed = Placement.objects.filter(unit=OuterRef("unit"), valid_from__lte=OuterRef("last_day"))
    above = Exists(placed.exclude(valid_until__lte=OuterRef("last_day")))
    alone = When(~Q(kind=Kind.OPERATES) & ~above, then=Value(True))
    return rows.annotate(
        unit_name=Coalesce(Subquery(names.order_by("-valid_from").values("name")[:1]), Value("")),
        last_kind=Subquery(LAST.values("kind")[:1]), last_at=Subquery(LAST.values("at")[:1]),
        returned_at=Subquery(returned),
        nobody_above=Case(alone, default=Value(False), output_field=BooleanField()),
    ).annotate(
        sent_at=Case(
            When(last_kind__in=(StepKind.SENT, StepKind.ACCEPTED), then=Subquery(sent)),
            When(nobody_above=True, last_kind=StepKind.SIGNED, then=F("last_at")),
            output_field=DateTimeField(),
        ),
    )  # fmt: skip


def due_by(row: Any) -> datetime.date:
    """The last day on which this listed report is in time: its own, or that on which it came back, if that is later."""
    due: datetime.date = row.due_on
    return max(due, registry.day_of(row.returned_at)) if row.returned_at else due


def accept_by(rows: Sequence[Any]) -> dict[UUID, datetime.date]:
    """Until when each of these listed reports, sent and waiting above, is to be accepted or returned.

    By the regulation and the working days where the report comes from, counted from when it was sent last.
    """
    at = {row.id: registry.day_of(row.last_at) for row in rows if row.last_at is not None}
    if not at:
        return {}
    schedule = Schedule({row.unit_id for row in rows}, min(at.values()), max(at.values()))
    found = {}
    for row in rows:
        rules = schedule.rules(row.unit_id, at[row.id]) if row.id in at else None
        if rules is not None:
            day = at[row.id]
            found[row.id] = schedule.calendar(row.unit_id, day).after(day, rules.times.report_accept_wd)
    return found


def accept_one_by(row: Any, path: Sequence[UUID]) -> datetime.date | None:
    """The same of one listed report, where the path down to its unit is known. One query."""
    if row.last_at is None:
        return None
    day = registry.day_of(row.last_at)
    law = law_along(path, day)
    return law.calendar.after(day, law.rules.times.report_accept_wd) if law and law.rules else None


def state_of(row: Any, now: datetime.datetime) -> tuple[str, Words]:
    """Kind of status and words of a listed report: the last step, or late where it is not sent and its day is over."""
    if row.nobody_above and row.last_kind in CLOSED:
        return CLOSED[StepKind(row.last_kind)]
    if row.sent_at is None and registry.day_of(now) > due_by(row):
        return LATE_AGAIN if row.returned_at else LATE
    return STATES[StepKind(row.last_kind) if row.last_kind else None]


def told(report: UUID, *, now: datetime.datetime) -> Told:
    """One report with everything in it; who may read it is decided elsewhere. Four queries."""
    bare = told_figures(report, now=now)
    steps = tuple(ReportStep.objects.filter(report=bare.report).select_related("by", "paper"))
    return replace(bare, texts=texts_of(bare.report), steps=steps)


def told_figures(report: UUID, *, now: datetime.datetime) -> Told:
    """The same without words and steps: what the pages of its figures need. Two queries."""
    counted = ReportFigure.objects.filter(report=OuterRef("pk")).values(json=JSONObject(code="code", system="system"))
    row = listing(Report.objects.select_related("unit")).annotate(counted=ArraySubquery(counted)).get(id=report)
    return Told(
        row, row.unit_name, _figures(row, {each["code"]: each["system"] for each in row.counted}), (), (),
        state_of(row, now), row.nobody_above, row.sent_at, row.last_kind,
    )  # fmt: skip


def figures_of(report: Report) -> dict[str, Figure]:
    """The figures of one report, in the order of the paper. Two queries."""
    return _figures(report, dict(ReportFigure.objects.filter(report=report).values_list("code", "system")))


def _figures(report: Report, system: Mapping[str, int | None]) -> dict[str, Figure]:
    edits: dict[str, list[FigureEdit]] = {}
    for edit in FigureEdit.objects.filter(report=report).select_related("by"):
        edits.setdefault(edit.code, []).append(edit)
    return {
        line.code: Figure(line, system[line.code], tuple(edits.get(line.code, ())))
        for line in lines_for(report.kind)
        if line.code in system
    }


def texts_of(report: Report) -> tuple[Text, ...]:
    """The parts in words. One query."""
    found: dict[str, list[ReportText]] = {}
    for text in ReportText.objects.filter(report=report).select_related("by"):
        found.setdefault(text.part, []).append(text)
    return tuple(Text(part, tuple(found[part])) for part in Part if part in found)


def stated(reports: Iterable[UUID]) -> dict[UUID, dict[str, int | None]]:
    """What each of these reports states, by code, as they stand. Two queries."""
    ids = list(reports)
    found: dict[UUID, dict[str, int | None]] = {each: {} for each in ids}
    for report, code, value in ReportFigure.objects.filter(report__in=ids).values_list("report", "code", "system"):
        if code in LINES:
            found[report][code] = value
    system = {report: dict(values) for report, values in found.items()}
    edits = FigureEdit.objects.filter(report__in=ids).order_by("serial").values_list("report", "code", "value")
    for report, code, value in edits:
        if code in found[report]:
            found[report][code] = system[report][code] if value is None else value
    return found
