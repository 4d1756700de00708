"""Monthly reports that wait for a person: to be finished, signed and sent at their unit, or to be accepted above."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from minhbach.centre.access.judging import Standing
from minhbach.centre.access.places import Place, paths_of
from minhbach.centre.publishing.deciding import hands_by
from minhbach.centre.publishing.models import Report, StepKind
from minhbach.centre.publishing.reading import accept_by, due_by, listing
from minhbach.centre.registry import reading
from minhbach.centre.words import Words, formats

MOST = 5
SIGN, FINISH = Words("Ký, gửi", "Sign, send"), Words("Hoàn thành", "Finish")
RECEIVE = Words("Xem, chấp nhận", "Look, accept")
NAME = Words("Báo cáo tháng {month}, {unit}", "Report of {month}, {unit}")
BY, OVERDUE = Words("trước {at}", "by {at}"), Words("hết hạn {at}", "was due {at}")
NOT_ACCEPTED = Words("hết hạn tiếp nhận {at}", "was to be accepted by {at}")
MORE = Words("và {n} báo cáo khác", "and {n} more reports")
#: Older ones are history, whatever became of them.
WITHIN = datetime.timedelta(days=62)


@dataclass(frozen=True, slots=True)
class ReportWaiting:
    """What to do about a report, its name, its page, and how it stands."""

    verb: Words
    title: str
    url: str
    kind: str
    words: Words | str = ""
    count: int = 1


def reports_waiting(standing: Standing, *, now: datetime.datetime, most: int = MOST) -> Iterator[ReportWaiting]:
    """One's own first; of those below, which was to be accepted first. The queries do not grow with reports."""
    today = reading.day_of(now)
    rows = list(listing(Report.objects.filter(due_on__gte=today - WITHIN)))
    rows = [row for row in rows if row.last_kind != StepKind.ACCEPTED and not (row.nobody_above and row.sent_at)]
    paths = paths_of({row.unit_id for row in rows}, today)
    names = reading.names_on({row.unit_id for row in rows}, today)
    found = []
    for row in rows:
        path = paths.get(row.unit_id) or (row.unit_id,)
        may = hands_by(standing, row, row.last_kind, Place(row.unit_id, path))
        verb = SIGN if may.signs or may.sends else FINISH if may.writes else RECEIVE if may.receives else None
        if verb is not None:
            name = names[row.unit_id].name if row.unit_id in names else ""
            found.append((verb is RECEIVE, row, verb, name))
    ends = accept_by([row for above, row, _, _ in found if above])
    ends |= {row.id: due_by(row) for above, row, _, _ in found if not above}
    found.sort(key=lambda each: (each[0], ends.get(each[1].id) or each[1].due_on, each[3]))
    for above, row, verb, name in found[:most]:
        due = ends.get(row.id, row.due_on)
        late = today > due and (above or row.sent_at is None)
        words = ((NOT_ACCEPTED if above else OVERDUE) if late else BY).fill(at=formats.day(due))
        title = NAME.fill(month=f"{row.month:%m/%Y}", unit=name)
        yield ReportWaiting(verb, str(title), reverse("report", args=[row.id]), "late" if late else "soon", words)
    if len(found) > most:
        left = len(found) - most
        yield ReportWaiting(RECEIVE, str(MORE.fill(n=left)), reverse("reports"), "soon", count=left)
