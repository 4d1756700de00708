"""The book of findings: by year and unit, searched and turned in PostgreSQL, and as lines for paper and spreadsheets.

Owns which findings are in a person's reach and what stands in a line. Promises that of restricted time only its being
there is told, that a page costs the same in a book of thousands, and that a printed book leaves none out.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from minhbach.centre.access.models import Account
from minhbach.centre.messaging.actions import both
from minhbach.centre.oversight.case import MeasureTold, measure_told
from minhbach.centre.oversight.models import Correction, Finding, FindingStep, Measure, MeasureKind, StepKind
from minhbach.centre.oversight.reading import Told, correction_state, due_of, rooms_within, sought, told
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation.columns import SEVERITIES
from minhbach.centre.words import Words
from minhbach.centre.words.formats import span

BATCH = 200
COLUMNS = (
    Words("Số", "Number"), Words("Ngày phát hiện", "Found on"), Words("Phòng, thời gian", "Room, time"),
    Words("Nội dung", "What"), Words("Nguồn", "Source"), Words("Người có liên quan", "Whom it concerns"),
    Words("Giải trình", "Explained"), Words("Kết luận", "Conclusion"), Words("Khắc phục", "Put right"),
    Words("Xử lý", "What followed"), Words("Tình trạng", "State"),
)  # fmt: skip
UPHELD, UNFOUNDED = Words("Có vi phạm", "It is so"), Words("Không vi phạm", "It is not so")


@dataclass(frozen=True, slots=True)
class Line:
    """A finding with what the book says of it."""

    told: Told
    concerned: tuple[str, ...]
    measures: tuple[MeasureTold, ...]

    @property
    def explained(self) -> FindingStep | None:
        """The newest explanation."""
        return next((step for step in reversed(self.told.steps) if step.kind == StepKind.EXPLAINED), None)

    @property
    def open_corrections(self) -> int:
        """What is still to be put right."""
        rows = self.told.finding.corrections.all()
        return sum(correction_state(task, datetime.date.max) is not None for task in rows)


class Book:
    """As one person may read it at one moment."""

    def __init__(self, actor: Account, *, now: datetime.datetime) -> None:
        self._actor, self._now = actor, now
        self._rooms = rooms_within(actor, now=now)

    def rows(self, *, year: int, unit: UUID | None = None, text: str = "") -> "QuerySet[Finding]":
        """The findings of the year within reach, the newest first."""
        rows = self._reach().filter(year=year)
        if unit is not None:
            rows = rows.filter(unit=unit)
        return with_case(sought(self._actor, rows, text, self._now).order_by("-found_at", "-id"))

    def lines(self, rows: Sequence[Finding]) -> list[Line]:
        """These findings as lines of the book."""
        return [
            Line(
                each,
                () if each.closed else tuple(row.person.full_name for row in each.finding.concerned.all()),
                () if each.closed else tuple(measure_told(act.measure) for act in each.finding.measures.all()),
            )
            for each in told(rows, self._actor, now=self._now)
        ]

    def whole(self, *, year: int, unit: UUID | None = None, text: str = "") -> Iterator[Line]:
        """The whole book, unit by unit in the order of numbers, some rows at a time."""
        rows = self.rows(year=year, unit=unit, text=text)
        for each, _ in self.units(year):
            ids = list(rows.filter(unit=each).order_by("number").values_list("id", flat=True))
            for begin in range(0, len(ids), BATCH):
                batch = with_case(Finding.objects.filter(id__in=ids[begin : begin + BATCH]).order_by("number"))
                yield from self.lines(list(batch))

    def units(self, year: int) -> list[tuple[UUID, str]]:
        """The units that have findings of the year within reach, by name."""
        units = set(self._reach().filter(year=year).order_by().values_list("unit", flat=True).distinct())
        names = registry.names_on(units, registry.day_of(self._now))
        named = [(unit, names[unit].name if unit in names else str(unit)) for unit in units]
        return sorted(named, key=lambda each: (sort_key(each[1]), each[0]))

    def years(self) -> list[int]:
        """This year and every other that has findings, the newest first."""
        found = self._reach().order_by().values_list("year", flat=True).distinct()
        return sorted({self._now.astimezone(registry.VIETNAM).year, *found}, reverse=True)

    def _reach(self) -> "QuerySet[Finding]":
        return Finding.objects.filter(room__in=self._rooms)


def with_case(rows: "QuerySet[Finding]") -> "QuerySet[Finding]":
    """With everything a line says, in a constant number of queries."""
    return rows.select_related("room", "found_by").prefetch_related(
        "steps__by", "corrections__steps", "prolonged", "concerned__person", "measures__measure__person",
        "measures__measure__steps", "measures__measure__acts__finding",
    )  # fmt: skip


def cells(line: Line) -> list[str]:
    """The cells of a line in Vietnamese, as the paper and the spreadsheet have them."""
    each, row = line.told, line.told.finding
    return [
        f"{row} {each.unit_name}".strip(),
        _at(row.found_at),
        f"{row.room.name}: {span(each.begin, each.end)}",
        "; ".join(part for part in (both(each.what)[0], each.note) if part),
        f"{both(each.source)[0]}, {each.finder}" if row.found_by_id else both(each.source)[0],
        "; ".join(line.concerned),
        _at(line.explained.at) if line.explained else "",
        _conclusion(each),
        "; ".join(_correction(task) for task in row.corrections.all()),
        "; ".join(_measure(measure) for measure in line.measures),
        both(each.state[1])[0],
    ]


def _conclusion(each: Told) -> str:
    step = each.conclusion
    if step is None:
        return ""
    said = [both(UPHELD if step.upheld else UNFOUNDED)[0]] if step.upheld is not None else []
    said += [both(SEVERITIES[step.severity])[0]] if step.severity else []
    return f"{', '.join(said) or 'Đã kết luận'} ({_at(step.at)})"


def _correction(task: Correction) -> str:
    return f"hạn {due_of(task):%d/%m/%Y}" if correction_state(task, datetime.date.max) else "đã xong"


def _measure(measure: MeasureTold) -> str:
    row: Measure = measure.row
    decided = next((step for _, step in measure.steps if step.kind == MeasureKind.DECIDED), None)
    if decided is not None:
        return f"{decided.form_vi}, QĐ {decided.number}"
    stands = not measure.formal and not measure.steps
    return row.form_vi if stands else f"{row.form_vi}: {both(measure.state[1])[0].lower()}"


def _at(at: datetime.datetime) -> str:
    return f"{at.astimezone(registry.VIETNAM):%d/%m/%Y}"
