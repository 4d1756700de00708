"""The moments of every room, drawn once a period is over: by the worker, from the first checkpoint cosigned after it.

Nobody calls for a draw and nobody can hold one back for long: a room is drawn as soon as its seed and its logs are
there. What a month owes and an earlier period could not give, a later one owes. A draw, once made, stands.
"""

import datetime
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from minhbach.centre.footage.timeline import us
from minhbach.centre.oversight import frames
from minhbach.centre.oversight.frames import Period, RoomFrame, periods_of
from minhbach.centre.oversight.models import Clip, Draw
from minhbach.centre.oversight.sampling import SECOND_US, Stratum, Wanted, draw, is_twice, seed_of, stratum_of
from minhbach.centre.oversight.seeds import Seen, first_of
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Recorder, Room, RoomType, true_on
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.rules import Times

#: So long a log may be on its way; a room whose recorder stays away longer is drawn from what is there.
PATIENCE = datetime.timedelta(days=5)
#: So far back the strata of a room are remembered.
MEMORY = datetime.timedelta(days=180)
#: How much of a clip lies before the sign that led to it.
LEAD_SHARE = 4

FirstOf = Callable[[list[Recorder], datetime.datetime], Seen | None]


@dataclass(slots=True)
class _Earlier:
    """What was drawn of a room before: how often each stratum, and how many of the month."""

    seen: Counter[Stratum]
    chance: int = 0
    signs: int = 0


def beat(*, now: datetime.datetime) -> int:
    """Draw what can be drawn by now; how many draws were made. For a job every few minutes."""
    folder = settings.MINHBACH_DATA / "witness"
    return draw_due(lambda recorders, after: first_of(recorders, after, folder), now=now)


def draw_due(first: FirstOf, *, now: datetime.datetime) -> int:
    """Every room and period of this month and the last that is over and not drawn. `first` finds the checkpoint."""
    made = 0
    for period, rooms in _open_periods(now):
        if seeds := _seeds(_recorders(rooms, period), first, period.end):
            made += _draw_period(seeds, period, now)
    return made


def _open_periods(now: datetime.datetime) -> Iterator[tuple[Period, set[UUID]]]:
    """Periods that are over, the oldest first, with the rooms in service that have no draw of them."""
    today = registry.day_of(now)
    this = today.replace(day=1)
    times = [rules.times for rules in regulation.all_in_force(today).values()]
    kept = max((max(_kept(each).values()) for each in times), default=0)
    months = ((this - frames.DAY).replace(day=1), this)
    over = {
        period
        for days in {each.assessment_draw_days for each in times}
        for month in months
        for period in periods_of(month, days)
        if 0 < (today - period.last).days <= kept
    }
    if not over:
        return
    done = defaultdict(set)
    for day, room in Draw.objects.filter(month__in=months).values_list("first_day", "room"):
        done[day].add(room)
    for period in sorted(over, key=lambda each: (each.first, each.last)):
        rooms = _in_service(period) - done[period.first]
        if rooms and (mine := _cut_so(rooms, period, today)):
            yield period, mine


def _in_service(period: Period) -> set[UUID]:
    """Rooms that counted by its last day; what is drawn of one lies on days on which it was in service."""
    rows = Room.objects.filter(true_on(period.last), in_service_on__lte=period.last)
    return set(rows.values_list("id", flat=True))


def _cut_so(rooms: Collection[UUID], period: Period, today: datetime.date) -> set[UUID]:
    """Those of the rooms whose rules cut the month so, and of which footage may still be there."""
    holders = registry.holders_on(rooms, period.last)
    offices = frames.Offices(set(holders.values()), period.last)
    types = dict(Room.objects.filter(id__in=holders).values_list("id", "room_type"))
    found = set()
    for room, unit in holders.items():
        if (rules := offices.rules(unit)) is None:
            continue
        days = rules.times.assessment_draw_days
        kept = _kept(rules.times)[types[room]]
        if period in periods_of(period.month, days) and (today - period.last).days <= kept:
            found.add(room)
    return found


def _kept(times: Times) -> dict[str, int]:
    """For how many days footage of each type of room is there in any case."""
    return {
        RoomType.ONE_STOP.value: times.retention_one_stop_minimum_days,
        RoomType.RECEPTION_ROOM.value: times.retention_reception_room_minimum_days,
    }


def _recorders(rooms: Collection[UUID], period: Period) -> dict[UUID, list[Recorder]]:
    rows = Camera.objects.filter(room__in=rooms, added_at__lt=period.end).exclude(retired_at__lte=period.begin)
    found: dict[UUID, dict[UUID, Recorder]] = defaultdict(dict)
    for camera in rows.select_related("recorder"):
        found[camera.room_id][camera.recorder_id] = camera.recorder
    return {room: list(each.values()) for room, each in found.items()}


def _seeds(recorders: Mapping[UUID, list[Recorder]], first: FirstOf, after: datetime.datetime) -> dict[UUID, Seen]:
    """The checkpoint of each room that has one; rooms on the same recorders ask once."""
    known: dict[tuple[UUID, ...], Seen | None] = {}
    found = {}
    for room, each in recorders.items():
        key = tuple(sorted(recorder.id for recorder in each))
        if key not in known:
            known[key] = first(each, after)
        if (seen := known[key]) is not None:
            found[room] = seen
    return found


def _draw_period(seeds: dict[UUID, Seen], period: Period, now: datetime.datetime) -> int:
    earlier = _earlier(set(seeds), period)
    seen = {room: found.seen for room, found in earlier.items()}
    made = 0
    for room, found in frames.frames_of(set(seeds), period, seen, now=now).items():
        if found.known_until_us >= us(period.end) or now >= period.end + PATIENCE:
            made += _write(room, found, period, seeds[room], earlier.get(room, _Earlier(Counter())), now)
    return made


def _earlier(rooms: Collection[UUID], period: Period) -> dict[UUID, _Earlier]:
    since = us(period.begin - MEMORY)
    rows = Clip.objects.filter(
        room__in=rooms, begin_us__gte=since, begin_us__lt=us(period.begin), replaces__isnull=True
    ).order_by()
    found: dict[UUID, _Earlier] = defaultdict(lambda: _Earlier(Counter()))
    for room, begin_us, sign, month in rows.values_list("room", "begin_us", "sign", "draw__month"):
        each = found[room]
        if not sign:
            each.seen[stratum_of(begin_us)] += 1
        if month == period.month:
            each.signs += bool(sign)
            each.chance += not sign
    return found


def _owed(month_total: int, period: Period, already: int) -> int:
    """How many of a month's moments this period gives: what the days up to its end owe, less what was drawn.

    At most twice its own share, so that one lost week is not made good in a day; the last of the month gives all.
    """
    days = periods_of(period.month, 31)[-1].last.day
    owed = max(0, math.ceil(month_total * period.last.day / days) - already)
    if period.last.day == days:
        return owed
    return min(owed, 2 * math.ceil(month_total * ((period.last - period.first).days + 1) / days))


def wanted_of(times: Times, period: Period, chance: int, signs: int) -> Wanted:
    """What a draw is to give; `chance` and `signs`: how many of the month there are."""
    clip_us = times.moment_minutes * 60 * SECOND_US
    return Wanted(
        _owed(times.moments_per_room_month, period, chance),
        _owed(times.assessment_signs_room_month, period, signs),
        clip_us,
        clip_us // LEAD_SHARE,
    )


def _write(room: UUID, found: RoomFrame, period: Period, seen: Seen, earlier: _Earlier, now: datetime.datetime) -> bool:
    times = regulation.rules_of(found.version).times
    wanted = wanted_of(times, period, earlier.chance, earlier.signs)
    seed = seed_of(str(room), str(period.first), seen.note.encode())
    said = frames.as_json(found.frame)
    row = Draw(
        room_id=room, unit_id=found.unit, month=period.month, first_day=period.first, last_day=period.last,
        rules_id=found.version, seed=seed.hex(), origin=seen.origin, checkpoint=seen.note, cosigned_at=seen.at,
        frame=said, frame_digest=frames.digest(said), by_chance=wanted.by_chance, by_signs=wanted.by_signs,
        clip_us=wanted.clip_us, lead_us=wanted.lead_us, twice_percent=times.assessed_twice_percent,
        open_s=found.open_s, covered_s=found.covered_s, drawn_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            Clip.objects.bulk_create(clips_of(row))
    except IntegrityError:  # another worker was first
        return False
    return True


def clips_of(row: Draw) -> Sequence[Clip]:
    """The clips that follow from a draw and nothing else, not saved; what anybody gets who draws again."""
    wanted = Wanted(row.by_chance, row.by_signs, row.clip_us, row.lead_us)
    seed = bytes.fromhex(row.seed)
    found = draw(seed, frames.from_json(row.frame), wanted)
    return [
        Clip(
            draw=row, room_id=row.room_id, position=place, begin_us=each.begin_us, end_us=each.end_us,
            sign=each.sign.kind if each.sign else "", sign_at_us=each.sign.at_us if each.sign else None,
            sign_reference=each.sign.reference if each.sign else "",
            twice=is_twice(seed, each.begin_us, row.twice_percent),
        )
        for place, each in enumerate(found.moments)
    ]  # fmt: skip
