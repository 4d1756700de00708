"""Who is to ask about a week's unusual viewing, and the notice that it is there: told on its first working morning.

Whoever may read the log of viewings somewhere is told once a week that something there is worth asking about, and never
about themselves. Where somebody of another unit than the watchers' may read all of it, they are told and the watchers'
own colleagues are not: nobody is to be the judge of the next desk where somebody else can be. The page shows what the
notice counts.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.utils import timezone

from minhbach.centre.access.models import Account
from minhbach.centre.access.reach import units_once_each
from minhbach.centre.journal.deeds import done_in
from minhbach.centre.journal.unusual import WEEK, Oddity, by_weight, odd_among, seen_in
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.messaging.models import Notice
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment, true_on
from minhbach.centre.regulation.reading import all_in_force, calendar_of
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, formats

KIND = "unusual_viewing"
ROUTE = "unusual"
TOLD = Words(
    "Tuần {from}–{to}: {n} điều bất thường khi xem hình cần hỏi lại.",
    "Week of {from}–{to}: {n} unusual things about viewing to ask about.",
)
BEGINS_AT = datetime.time(7, 30)


class Weekly:
    """Remembers which week is done, so that an hourly look costs nothing; a restart finds it in the notices."""

    def __init__(self) -> None:
        self._done: datetime.date | None = None

    def beat(self, *, now: datetime.datetime) -> int:
        """Tell of the last whole week once its morning has come; how many people were told."""
        monday = last_monday(now)
        if self._done == monday or formats.local(now).time() < BEGINS_AT:
            return 0
        told = tell(monday, now=now)
        if told is None:
            return 0
        self._done = monday
        return told


def last_monday(now: datetime.datetime) -> datetime.date:
    """The Monday of the last week that is over."""
    today = formats.local(now).date()
    return today - datetime.timedelta(days=today.weekday()) - WEEK


def oddities(units: set[UUID], monday: datetime.date) -> list[Oddity]:
    """Everything unusual of a week in these units, the most striking first."""
    return oddities_of_each([units], monday)[frozenset(units)]


def oddities_of_each(
    reaches: Collection[Collection[UUID]], monday: datetime.date
) -> dict[frozenset[UUID], list[Oddity]]:
    """The same for several readers, by what they read: the week of all of them is read once, then judged for each."""
    whole = frozenset(unit for units in reaches for unit in units)
    seen, done = seen_in(whole, _begin(monday)), done_in(whole, _begin(monday))
    return {
        units: by_weight([*odd_among(each for each in seen if each.unit in units), *done.beyond(units)])
        for units in {frozenset(units) for units in reaches}
    }


def shown_to(reader: Account, units: set[UUID], monday: datetime.date, *, now: datetime.datetime) -> list[Oddity]:
    """What of a week in the units that they read this reader is to ask about, the most striking first."""
    me = reader.person_id
    found = {me: oddities(units, monday)}
    mine = [odd for odd in found[me] if odd.person != me]
    today = formats.local(now).date()
    homes = _homes({odd.person for odd in mine} | {me}, today)
    if any(homes.get(odd.person, set()) & homes.get(me, set()) for odd in mine):
        # Only of the reader's own house does it matter who else may ask.
        reach = {who: frozenset(theirs) for who, theirs in _readers(now, but=me).items() if theirs & units}
        weeks = oddities_of_each(reach.values(), monday)
        found |= {who: weeks[theirs] for who, theirs in reach.items()}
        homes = _homes({odd.person for odd in mine} | found.keys(), today)
    return [odd for odd in mine if _is_for(me, odd, found, homes)]


def tell(monday: datetime.date, *, now: datetime.datetime) -> int | None:
    """Send this week's notices, one to each reader; None where no reader works today, so that it is not yet time."""
    if Notice.objects.filter(kind=KIND, sent_at__gte=_begin(monday + WEEK)).exists():
        return 0
    today = formats.local(now).date()
    reach = _readers(now)
    readers_at = _homes(reach, today)
    if reach and not any(calendar_of(unit, today).works_on(today) for unit in set().union(*readers_at.values())):
        return None
    weeks = oddities_of_each(reach.values(), monday)
    found = {reader: weeks[frozenset(units)] for reader, units in reach.items()}
    homes = _homes({odd.person for seen in found.values() for odd in seen} | found.keys(), today)
    told = 0
    for reader, odd in found.items():
        count = sum(_is_for(reader, each, found, homes) for each in odd)
        if count:
            values = {"from": f"{monday:%d/%m}", "to": f"{monday + datetime.timedelta(days=6):%d/%m}", "n": count}
            send(to=[reader], kind=KIND, words=TOLD.fill(**values), link=Link(ROUTE), now=now)
            told += 1
    return told


def _begin(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _readers(now: datetime.datetime, *, but: UUID | None = None) -> dict[UUID, set[UUID]]:
    """Who may read the log of viewings by a post, by person, and of which units; all `but` one."""
    day = registry.day_of(now)
    roles = {
        role.code
        for rules in all_in_force(day).values()
        for role in rules.roles.values()
        if Right.READ_VIEWINGS in role.rights()
    }
    posts = Assignment.objects.filter(true_on(day), role__in=roles)
    accounts = list(Account.objects.filter(is_active=True, person__in=posts.values("person")).exclude(person=but))
    found = units_once_each(accounts, Right.READ_VIEWINGS, now=now)
    return {account.person_id: found[account.id] for account in accounts if found[account.id]}


def _homes(people: Collection[UUID], day: datetime.date) -> dict[UUID, set[UUID]]:
    """The units in which people hold a post."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for person, unit in Assignment.objects.filter(true_on(day), person__in=people).values_list("person", "unit"):
        found[person].add(unit)
    return found


def _is_for(reader: UUID, odd: Oddity, found: Mapping[UUID, Sequence[Oddity]], homes: Mapping[UUID, set[UUID]]) -> bool:
    if odd.person == reader:
        return False
    theirs = homes.get(odd.person, set())
    others = [
        who
        for who, seen in found.items()
        if who != odd.person and not homes.get(who, set()) & theirs and any(_is_all_of(odd, each) for each in seen)
    ]
    return reader in others if others else True


def _is_all_of(odd: Oddity, seen: Oddity) -> bool:
    """Whether who sees the second sees all of the first: a wider reach counts the same person's weeks together."""
    same = (odd.person, odd.kind) == (seen.person, seen.kind)
    return same and seen.count >= odd.count and set(odd.cameras) <= set(seen.cameras)
