"""Score sheets that wait for a person: to be scored and handed in at their unit, or to be appraised above."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from minhbach.centre.access.judging import Standing, judge
from minhbach.centre.access.places import Place, paths_of
from minhbach.centre.publishing import ranking
from minhbach.centre.publishing.models import Scoring, ScoringStepKind
from minhbach.centre.registry import reading
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, formats

MOST = 5
SCORE, AGAIN, APPRAISE = Words("Tự chấm", "Score"), Words("Chấm lại", "Score again"), Words("Thẩm định", "Appraise")
NAME = Words("{sheet}, {unit}, kỳ từ {first}", "{sheet}, {unit}, from {first}")
BY, OVERDUE = Words("trước {at}", "by {at}"), Words("hết hạn {at}", "was due {at}")
MORE = Words("và {n} bảng điểm khác", "and {n} more score sheets")
#: Older ones are history, whatever became of them.
WITHIN = datetime.timedelta(days=62)


@dataclass(frozen=True, slots=True)
class SheetWaiting:
    """What to do about a sheet, its name, its page, and how it stands."""

    verb: Words
    title: str
    url: str
    kind: str
    words: Words | str = ""
    count: int = 1


def sheets_waiting(standing: Standing, *, now: datetime.datetime, most: int = MOST) -> Iterator[SheetWaiting]:
    """Those of one's own unit first, then by the day they are due. The queries do not grow with sheets."""
    today = reading.day_of(now)
    rows = ranking.waiting(today - WITHIN)
    paths = paths_of({row.unit_id for row in rows}, today)
    own = ranking.handed_in_by(standing.person, [row.id for row in rows])
    found = []
    for row in rows:
        place = Place(row.unit_id, paths.get(row.unit_id) or (row.unit_id,))
        verb = _verb(standing, row, place)
        if verb is not None and not (verb is APPRAISE and row.id in own):
            found.append((verb is APPRAISE, row.appraised_by if verb is APPRAISE else row.self_by, verb, row))
    found.sort(key=lambda each: each[:2])
    names = reading.names_on({row.unit_id for *_, row in found[:most]}, today)
    for _, due, verb, row in found[:most]:
        late = today > due
        unit = names[row.unit_id].name if row.unit_id in names else ""
        title = NAME.fill(sheet=ranking.sheet_words(row), unit=unit, first=formats.day(row.first_day))
        words = (OVERDUE if late else BY).fill(at=formats.day(due))
        yield SheetWaiting(verb, str(title), reverse("scoring", args=[row.id]), "late" if late else "soon", words)
    if len(found) > most:
        left = len(found) - most
        yield SheetWaiting(APPRAISE, str(MORE.fill(n=left)), reverse("league"), "soon", count=left)


def _verb(standing: Standing, row: Scoring, place: Place) -> Words | None:
    last = row.last_kind  # type: ignore[attr-defined]  # `ranking.waiting` annotates it
    if last == ScoringStepKind.HANDED_IN:
        return APPRAISE if judge(standing, Right.APPRAISE, place).allowed else None
    serves = any(post.unit == row.unit_id for post in standing.posts)
    if not serves or not judge(standing, Right.SCORE, place).allowed:
        return None
    return AGAIN if last == ScoringStepKind.RETURNED else SCORE
