"""What lies behind a figure of a report: its rows, each with the way to its page; and the reports that a whole adds up.

Names nobody: a row tells when, where and how many. Which thing it was (a code, a number) is told to whoever may open
its page, as that page's guard decides.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.urls import reverse

from minhbach.centre.access.may import May
from minhbach.centre.look.paging import PAGE
from minhbach.centre.publishing import naming as names
from minhbach.centre.publishing import reading
from minhbach.centre.publishing.counting import CameraDay, Row, camera_days, rows_of
from minhbach.centre.publishing.lines import Line, lines_for, written
from minhbach.centre.publishing.models import Kind, Report
from minhbach.centre.publishing.reading import Listed, Told
from minhbach.centre.publishing.scopes import Span, spans_of
from minhbach.centre.publishing.sources import SOURCES
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Room
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.words import Words, formats

LOST = Words("có hình {recorded}, không có {missing}", "recorded {recorded}, missing {missing}")
NOT_KNOWN = Words(
    "có hình {recorded}, không có {missing}, chưa rõ {unknown}",
    "recorded {recorded}, missing {missing}, not known {unknown}",
)
CAMERAS, GAPS = "cameras", "gaps"


@dataclass(frozen=True, slots=True)
class Behind:
    """One row: when (a moment, or a day), where, what, and its page where it has one; `about`: the id of that."""

    when: str
    room: str
    unit: str
    what: Words | str
    url: str = ""
    about: UUID | None = None
    #: The room whose page it leads to.
    place: UUID | None = None


class Rows:
    """The rows behind a figure, for a pager: what a page shows, and how many there are, in one question a stretch."""

    def __init__(self, spans: Sequence[Span], line: Line) -> None:
        self._line = line
        self._spans = list(reversed(spans))
        self._begun: list[_Page] | None = None

    def count(self) -> int:
        """How many there are in all."""
        return sum(page.count for page in self._first_pages())

    def __getitem__(self, cut: slice, /) -> list[Behind]:
        """Some of them, the newest first."""
        skip, stop = cut.start or 0, cut.stop
        found: list[Behind] = []
        for span, first in zip(self._spans, self._first_pages(), strict=True):
            wanted = stop - (cut.start or 0) - len(found)
            if skip < first.count and wanted > 0:
                enough = skip + wanted <= len(first.rows) or len(first.rows) == first.count
                rows = first.rows[skip : skip + wanted] if enough else _asked(self._line, span, skip, wanted).rows
                found += _told(self._line, span, rows)
            skip = max(0, skip - first.count)
        return found

    def _first_pages(self) -> "list[_Page]":
        if self._begun is None:
            self._begun = [_asked(self._line, span, 0, PAGE) for span in self._spans]
        return self._begun


def rows_behind(report: Report, line: Line, *, skip: int = 0, most: int = PAGE) -> tuple[list[Behind], int]:
    """Those rows, the newest first, and how many there are in all."""
    rows = Rows(spans_of(report), line)
    return rows[skip : skip + most], rows.count()


def named(rows: Sequence[Behind], line: Line, may: May) -> list[Behind]:
    """The rows as this person may know them: what each is called, and its page, where they may open that."""
    if line.rows == CAMERAS:
        may.foresee_in({row.url: row.place for row in rows if row.place})
        return [row if may.opens(row.url) else replace(row, url="") for row in rows]
    if line.rows == GAPS:
        called = names.gaps([row.about for row in rows if row.about])
        return [replace(row, what=called.get(row.about, row.what)) if row.about else row for row in rows]
    # Asked of the rows themselves: a dossier is not always that of the counter where something was done with it.
    may.foresee(row.url for row in rows if row.url)
    opens = {about for row in rows if (about := row.about) and row.url and may.opens(row.url)}
    called = names.names_of(SOURCES[line.rows].route, opens, may)
    return [
        replace(row, what=called.get(row.about, row.what)) if row.about in opens else replace(row, url="")
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Page:
    """Rows of one stretch of days, and how many that has."""

    rows: Sequence[Row] | Sequence[CameraDay]
    count: int


def _asked(line: Line, span: Span, skip: int, most: int) -> _Page:
    if line.rows == CAMERAS:
        return _Page(*camera_days(span.units, span.types, span.first, span.last, skip=skip, most=most))
    return _Page(*rows_of(line.rows, span.units, span.types, span.first, span.last, skip=skip, most=most))


def _told(line: Line, span: Span, rows: Sequence[Row] | Sequence[CameraDay]) -> list[Behind]:
    days = [row for row in rows if isinstance(row, CameraDay)]
    if not days:
        return [_event(row, line) for row in rows if isinstance(row, Row)]
    rooms, units = _named({row.room for row in days}, {row.unit for row in days}, span.last)
    cameras = dict(Camera.objects.filter(id__in={row.camera for row in days}).values_list("id", "label"))
    return [replace(_day(row, rooms, units, cameras), place=row.room) for row in days]


def _event(row: Row, line: Line) -> Behind:
    source = SOURCES[line.rows]
    what = source.words if row.value == 1 else f"{source.words}: {written(line.measure, row.value)}"
    url = reverse(source.route, args=[row.about]) if source.route else ""
    return Behind(formats.moment(row.at), row.room_name, row.unit_name, what, url, row.about)


def _day(row: CameraDay, rooms: Mapping[UUID, str], units: Mapping[UUID, str], cameras: Mapping[UUID, str]) -> Behind:
    said = NOT_KNOWN if row.unknown_us else LOST
    return Behind(
        formats.day(row.day), f"{rooms.get(row.room, '')} · {cameras.get(row.camera, '')}", units.get(row.unit, ""),
        said.fill(recorded=_long(row.recorded_us), missing=_long(row.missing_us), unknown=_long(row.unknown_us)),
        f"{reverse('room', args=[row.room])}?luc={row.day:%Y-%m-%d}T08:00:00",
    )  # fmt: skip


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


def whole_of(told: Told, *, now: datetime.datetime) -> Whole:
    """What the units below report, line by line. Only what was sent is stated here: a draft is its unit's own."""
    report = told.report
    lines = [line for line in lines_for(Kind.OPERATES) if line.measure == "things"]
    units = {unit for span in spans_of(report) for unit in span.units}
    rows = list(reading.listing(Report.objects.filter(month=report.month, kind=Kind.OPERATES, unit__in=units)))
    # Neither a draft nor what its unit does anew with a returned one: what is sent stays as it was signed.
    stated = reading.stated(row.id for row in rows if row.sent_at is not None)
    found = [
        Below(Listed(row, row.unit_name, reading.state_of(row, now), row.sent_at), stated.get(row.id, {}))
        for row in rows
    ]
    found.sort(key=lambda each: sort_key(each.listed.unit_name))
    sums: dict[str, int | None] = {}
    for line in lines:
        values = [row.values[line.code] for row in found if row.values.get(line.code) is not None]
        sums[line.code] = sum(value for value in values if value is not None) if values else None
    return Whole(lines, found, sums, {code: figure.system for code, figure in told.figures.items()})
