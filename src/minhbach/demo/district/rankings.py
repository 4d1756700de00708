"""The ranking of the demo: the period before last settled for all, the last one under way, each unit where it stands.

Written through the product's own actions, each at its own time; what the system counted is what the demo's rooms did.
Runs after the reports, whose chairmen score their communes and whose days are counted by then.
"""

import datetime
from collections.abc import Iterator, Sequence
from uuid import UUID

from minhbach.centre.access.models import Account
from minhbach.centre.messaging.actions import mark_read
from minhbach.centre.publishing import ranking
from minhbach.centre.publishing.actions import ranking as actions
from minhbach.centre.publishing.models import ScoreKind, Scoring, ScoringStepKind
from minhbach.centre.registry.models import Assignment
from minhbach.demo.past.plan import VIETNAM

DAY = datetime.timedelta(days=1)
#: Of the last period: so many are settled, so many handed in, then one is returned; the others still score themselves.
SETTLED, HANDED_IN = 9, 4
#: Hundredths of a criterion's points that people give where nothing was counted, unit by unit in turn.
SHARES = (95, 88, 100, 76, 92, 84, 70, 97, 81)
OWN = "Theo hồ sơ minh chứng lưu tại đơn vị"
LESS = "Kiểm tra tại chỗ ngày {day}: niêm yết chưa đủ"
BACK = "Bổ sung minh chứng tiêu chí sáng kiến, cách làm tốt."


def relive(now: datetime.datetime) -> int:
    """Open, score, appraise and settle; how many sheets there are."""
    above = Account.objects.get(username="chanhvanphong")
    posts = Assignment.objects.filter(role="commune_chairman").select_related("person__account")
    heads = {post.unit_id: post.person.account for post in posts}
    for opened in _openings(now):
        actions.open_due(now=opened)
    rows = [row for row in Scoring.objects.order_by("first_day", "sheet", "id") if row.unit_id in heads]
    newest = max((row.first_day for row in rows if row.sheet == "camera"), default=None)
    for first, sheet in sorted({(row.first_day, row.sheet) for row in rows}):
        group = [row for row in rows if (row.first_day, row.sheet) == (first, sheet)]
        _score(sorted(group, key=lambda row: str(row.unit_id)), heads, above, under_way=first == newest, now=now)
    for account in (above, *heads.values()):
        mark_read(account.person_id, now=now)
    return len(rows)


def _openings(now: datetime.datetime) -> Iterator[datetime.datetime]:
    """The mornings after the month before last and after the last one."""
    first = now.astimezone(VIETNAM).replace(day=1, hour=6, minute=0, second=0, microsecond=0)
    yield (first - DAY).replace(day=1) + DAY
    yield min(now, first + DAY)


def _score(
    rows: Sequence[Scoring], heads: dict[UUID, Account], above: Account, *, under_way: bool, now: datetime.datetime
) -> None:
    for number, row in enumerate(rows):
        if under_way and number > SETTLED + HANDED_IN:
            return
        at = min(now, row.opened_at + DAY * (1 + number % 3))
        head = heads[row.unit_id]
        told = ranking.sheet_of(row.id)
        share = SHARES[(number * 4 + (under_way or 0) * 3) % len(SHARES)]
        own = {line.criterion.code: _own(line, share) for line in told.lines}
        actions.give(head.person, row, ScoreKind.SELF, own, now=at)
        actions.step(head.person, row, ScoringStepKind.HANDED_IN, now=at)
        later = min(now, at + DAY * 4)
        if not under_way or number < SETTLED:
            less = LESS.format(day=f"{later - DAY:%d/%m/%Y}")
            given = {
                code: actions.Given(each.tenths - 10, less) if place == number % 7 and each.tenths > 20 else each
                for place, (code, each) in enumerate(own.items())
            }
            actions.give(above.person, row, ScoreKind.APPRAISED, given, now=later)
            actions.step(above.person, row, ScoringStepKind.SETTLED, now=later)
        elif number == SETTLED + HANDED_IN:
            actions.step(above.person, row, ScoringStepKind.RETURNED, words=BACK, now=later)


def _own(line: ranking.Line, share: int) -> actions.Given:
    if line.proposed is not None:
        return actions.Given(line.proposed)
    return actions.Given(line.criterion.points * share // 10, OWN)
