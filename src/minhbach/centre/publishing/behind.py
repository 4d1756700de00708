"""What lies behind a figure of a report: its rows, each with the way to its page; and the reports that a whole adds up.

Names nobody: a row tells when, where and how many; what it was stands on its own page, whose guard decides.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from minhbach.centre.look.paging import PAGE
from minhbach.centre.publishing import reading
from minhbach.centre.publishing.counting import camera_days, rows_of
from minhbach.centre.publishing.lines import Line, lines_for
from minhbach.centre.publishing.models import Kind, Report
from minhbach.centre.publishing.reading import Listed
from minhbach.centre.publishing.scopes import Span, spans
from minhbach.centre.publishing.sources import SOURCES
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Room
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.words import Words, formats

LOST = Words("có hình {recorded}, không có {missing}", "recorded {recorded}, missing {missing}")
CAMERAS = "cameras"


@dataclass(frozen=True, slots=True)
class Behind:
    """One row: when (a moment, or a day), where, what, and its page where it has one."""

    when: str
    room: str
    unit: str
    what: Words | str
    url: str = ""


def rows_behind(report: Report, line: Line, *, skip: int = 0, most: int = PAGE) -> tuple[list[Behind], int]:
    """Those rows, the newest first, and how many there are in all."""
    found: list[Behind] = []
    total = 0
    for span in reversed(spans(report.unit_id, report.kind, report.first_day, report.last_day)):
        here = max(0, skip - total)
        part, count = _of_span(line, span, here, most - len(found))
        if here < count:
            found += part
        total += count or _count(line, span, here)
    return found[:most], total


def _count(line: Line, span: Span, skip: int) -> int:
    """A page behind the last tells no number of its own."""
    return _of_span(line, span, 0, 1)[1] if skip else 0


def _of_span(line: Line, span: Span, skip: int, most: int) -> tuple[list[Behind], int]:
    if line.rows == CAMERAS:
        return _days(span, skip, max(1, most))
    source = SOURCES[line.rows]
    rows, count = rows_of(line.rows, span.units, span.types, span.first, span.last, skip=skip, most=max(1, most))
    rooms, names = _named({row.room for row in rows}, {row.unit for row in rows}, span.last)
    return [
        Behind(
            formats.moment(row.at), rooms.get(row.room, ""), names.get(row.unit, ""),
            source.words if row.value == 1 else f"{source.words}: {row.value}",
            reverse(source.route, args=[row.about]) if source.route else "",
        )
        for row in rows
    ], count  # fmt: skip


def _days(span: Span, skip: int, most: int) -> tuple[list[Behind], int]:
    rows, count = camera_days(span.units, span.types, span.first, span.last, skip=skip, most=most)
    rooms, names = _named({row.room for row in rows}, {row.unit for row in rows}, span.last)
    labels = dict(Camera.objects.filter(id__in={row.camera for row in rows}).values_list("id", "label"))
    return [
        Behind(
            formats.day(row.day), f"{rooms.get(row.room, '')} · {labels.get(row.camera, '')}", names.get(row.unit, ""),
            LOST.fill(recorded=_long(row.recorded_us), missing=_long(row.missing_us)),
            f"{reverse('room', args=[row.room])}?luc={row.day:%Y-%m-%d}T08:00:00",
        )
        for row in rows
    ], count  # fmt: skip


def _long(length_us: int) -> str:
    return formats.duration(length_us / 1_000_000)


def _named(rooms: set[UUID], units: set[UUID], day: datetime.date) -> tuple[dict[UUID, str], dict[UUID, str]]:
    found = dict(Room.objects.filter(id__in=rooms).values_list("id", "name"))
    return found, {unit: naming.name for unit, naming in registry.names_on(units, day).items()}


@dataclass(frozen=True, slots=True)
class Below:
    """A report below, and what it states for the lines of the whole."""

    listed: Listed
    values: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Whole:
    """The reports that a consolidated one speaks of; `sums` of what they state, `counted` by the system itself."""

    lines: Sequence[Line]
    rows: list[Below]
    sums: dict[str, int | None]
    counted: dict[str, int | None]

    @property
    def sent(self) -> int:
        """How many were sent."""
        return sum(row.listed.sent_at is not None for row in self.rows)


def whole_of(report: Report, *, now: datetime.datetime) -> Whole:
    """What the units below report, line by line. Only what was sent is stated here: a draft is its unit's own."""
    lines = [line for line in lines_for(Kind.OPERATES) if line.measure == "things"]
    units = {
        unit for span in spans(report.unit_id, report.kind, report.first_day, report.last_day) for unit in span.units
    }
    rows = list(reading.listing(Report.objects.filter(month=report.month, kind=Kind.OPERATES, unit__in=units)))
    names = registry.names_on({row.unit_id for row in rows}, report.last_day)
    sent = [row for row in rows if row.sent_at is not None]
    stated = reading.stated(row.id for row in sent)
    found = [
        Below(
            Listed(
                row, names[row.unit_id].name if row.unit_id in names else "",
                reading.state_of(row, row.last_kind, row.sent_at, now), row.sent_at,
            ),
            stated.get(row.id, {}),
        )
        for row in rows
    ]  # fmt: skip
    found.sort(key=lambda each: sort_key(each.listed.unit_name))
    sums: dict[str, int | None] = {}
    for line in lines:
        values = [row.values[line.code] for row in found if row.values.get(line.code) is not None]
        sums[line.code] = sum(value for value in values if value is not None) if values else None
    counted = {code: figure.system for code, figure in reading.figures_of(report).items()}
    return Whole(lines, found, sums, counted)
