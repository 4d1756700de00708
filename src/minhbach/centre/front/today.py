"""What a person needs in the first minute of a day: what waits for them, how the rooms within reach are, what they were
told, and what is theirs by their post."""

import datetime
from collections import Counter
from dataclasses import dataclass

from minhbach.centre.access.judging import Standing, rules_at
from minhbach.centre.access.log import Line, read_log, watched_of
from minhbach.centre.access.log_rows import Filter
from minhbach.centre.access.may import May
from minhbach.centre.access.models import Account
from minhbach.centre.access.reach import units_once
from minhbach.centre.footage.states import KINDS
from minhbach.centre.footage.walls import Field, grid
from minhbach.centre.front.leading import Yesterday, late_below, yesterday_for
from minhbach.centre.front.waiting import Task, waiting
from minhbach.centre.messaging import reading as messaging
from minhbach.centre.publishing.duties import Missing
from minhbach.centre.registry import reading
from minhbach.centre.registry.models import CounterPost
from minhbach.centre.regulation.calendar import KINDS as KINDS_OF_DAYS
from minhbach.centre.regulation.reading import law_along
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

NOTICES = 6
#: Rooms on the page; the rest stands on the grid of communes.
ROOMS = 12
VIEWINGS = 8
WEEK, DAY = datetime.timedelta(days=7), datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RoomToday:
    """A room with the unit that holds it and its state."""

    unit: str
    field: Field


@dataclass(frozen=True, slots=True)
class Told:
    """A notice, and the page it is about."""

    at: datetime.datetime
    words: Words
    url: str
    unread: bool


@dataclass(frozen=True, slots=True)
class OwnCounter:
    """The counters where the person works, and how often they were watched within a week."""

    posts: tuple[CounterPost, ...]
    watched: int


@dataclass(frozen=True, slots=True)
class Duty:
    """What the person is somewhere, and what that lets them do."""

    title: str
    unit: str
    rights: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Today:
    """The start page of one person at one moment. `rooms` has the worst first; `bare` rooms have no camera yet."""

    tasks: list[Task]
    rooms: tuple[RoomToday, ...]
    bare: int
    notices: tuple[Told, ...]
    viewings: tuple[Line, ...]
    counter: OwnCounter | None
    duties: tuple[Duty, ...]
    #: What the day is where its weekday does not tell: a holiday, a day off instead, a day worked instead.
    special: Words | None = None
    yesterday: Yesterday | None = None
    late: tuple[Missing, ...] = ()
    late_count: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """Rooms with cameras by the kind of their state; every kind is there."""
        found = Counter(room.field.state.kind for room in self.rooms)
        return {kind: found[kind] for kind in KINDS}

    @property
    def waiting(self) -> int:
        """How much waits, what is told in one line together counted."""
        return sum(task.count for task in self.tasks)

    @property
    def wrong(self) -> int:
        """Rooms that somebody has to look after."""
        return self.counts["fault"] + self.counts["late"]

    @property
    def shown(self) -> tuple[RoomToday, ...]:
        """As many as fit on the page."""
        return self.rooms[:ROOMS]


def today(actor: Account, may: May, *, now: datetime.datetime) -> Today:
    """Gather it; the number of queries does not grow with the number of rooms."""
    rooms = [
        RoomToday(line.name, field)
        for line in grid(actor, now=now)
        for fields in line.fields.values()
        for field in fields
    ]
    fitted = sorted((room for room in rooms if room.field.cameras), key=_urgency)
    standing = may.standing if may["figures"] else None
    late, late_count = late_below(standing, now=now) if standing else ([], 0)
    may.foresee(each.url for each in late if each.url)
    return Today(
        tasks=waiting(actor, may, now=now),
        rooms=tuple(fitted),
        bare=len(rooms) - len(fitted),
        notices=_told(actor, may),
        viewings=_viewings(actor, now) if may["read_viewings"] else (),
        counter=_own_counter(actor, now),
        duties=_duties(may.standing, actor, now) if may.standing and not rooms else (),
        special=_special(may.standing, reading.day_of(now)),
        yesterday=yesterday_for(standing, now=now) if standing else None,
        late=tuple(late),
        late_count=late_count,
    )


def _special(standing: Standing | None, day: datetime.date) -> Words | None:
    law = law_along(standing.posts[0].path, day) if standing and standing.posts else None
    return KINDS_OF_DAYS.get(law.calendar.days.get(day, "")) if law else None


def _urgency(room: RoomToday) -> int:
    """What can be watched comes before what is not there yet."""
    kind = room.field.state.kind
    return len(KINDS) if kind == "unseen" else KINDS.index(kind)


def _told(actor: Account, may: May) -> tuple[Told, ...]:
    rows = messaging.deliveries_to(actor.person_id)[:NOTICES]
    urls = {row.id: messaging.url_of(row.notice) for row in rows}
    may.foresee(urls.values())
    return tuple(
        Told(
            row.delivered_at,
            messaging.words_of(row.notice),
            urls[row.id] if urls[row.id] and may.opens(urls[row.id]) else "",
            row.read_at is None,
        )
        for row in rows
    )


def _viewings(actor: Account, now: datetime.datetime) -> tuple[Line, ...]:
    units = units_once(actor, Right.READ_VIEWINGS, now=now)
    lines = read_log(units, Filter(begin=now - DAY), now=now).lines
    return tuple(line for line in lines if not line.refused)[:VIEWINGS]


def _own_counter(actor: Account, now: datetime.datetime) -> OwnCounter | None:
    day = reading.day_of(now)
    posts = tuple(reading.counters_held(actor.person_id, day, day).select_related("counter__room"))
    if not posts:
        return None
    seen = watched_of(actor.person_id, begin=now - WEEK, now=now)
    return OwnCounter(posts, sum(line.at >= now - WEEK for line in seen))


def _duties(standing: Standing, actor: Account, now: datetime.datetime) -> tuple[Duty, ...]:
    titles = {row.id: row.title for row in reading.posts(actor.person_id, reading.day_of(now))}
    found = []
    for post in standing.posts:
        rules = rules_at(post.path, standing.rules)
        role = rules.roles.get(post.role) if rules else None
        if role is None:
            continue
        rights = tuple(right.words for right in Right if right in role.rights())
        found.append(Duty(titles.get(post.assignment) or str(role.words), post.name, rights))
    return tuple(found)
