"""What the figures of a report come to when they are counted again now, beside what it took from the system.

A report keeps the count of its day; what comes later (a recorder's log, a reason that was taken) changes the days and
not the report. Owns the comparison, for the page and for `check_figures`; changes nothing.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence

from minhbach.centre.publishing import reading
from minhbach.centre.publishing.models import Report
from minhbach.centre.publishing.reading import Figure
from minhbach.centre.publishing.scopes import Span, figures_in, spans_of


def recounted(figures: Mapping[str, Figure], spans: Sequence[Span], last: datetime.date) -> dict[str, int | None]:
    """By code, what those figures would be by now that would be others; `last`: of the report's days. One query."""
    totals = figures_in(spans, last)
    found = {code: figure.line.of(totals) for code, figure in figures.items()}
    return {code: value for code, value in found.items() if value != figures[code].system}


def changed(first: datetime.date, last: datetime.date) -> Iterator[str]:
    """A sentence for each figure of a report of these days that would be another by now."""
    rows = reading.listing(Report.objects.filter(first_day__gte=first, last_day__lte=last).order_by("month", "id"))
    for report in rows:
        figures = reading.figures_of(report)
        for code, value in recounted(figures, spans_of(report), report.last_day).items():
            yield f"{report} {report.unit_name}, {report.kind}, {code}: {figures[code].system} stated, {value} by now"
