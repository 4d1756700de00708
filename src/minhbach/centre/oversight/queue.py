"""What waits to be assessed, for whom: rooms that a person's body supervises and that are not their own; reads only.

A clip is offered to one person at a time; a second assessment to another than the first. Rooms that were looked at
least this month come first. Rooms whose recorder is not there now are left for later.
"""

import datetime
from collections.abc import Collection
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from minhbach.centre.access.deciding import places_today
from minhbach.centre.access.judging import Standing, judge
from minhbach.centre.access.places import Place
from minhbach.centre.access.restricting import closed_spans
from minhbach.centre.footage.coverage import coverage
from minhbach.centre.footage.models import RecorderLine
from minhbach.centre.footage.timeline import moment
from minhbach.centre.oversight.models import Assessment, Claim, Clip, Skipped, Why
from minhbach.centre.oversight.sampling import joined
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera
from minhbach.centre.regulation.rights import Right

#: A recorder says something every ten seconds.
SILENT = datetime.timedelta(minutes=1)


def is_own(standing: Standing, place: Place) -> bool:
    """Whether the person has a post where the room is run; the area that a body supervises is none."""
    areas = {area for _, area, _ in standing.supervisions}
    return any(post.unit in place.path and post.unit not in areas for post in standing.posts)


def may_assess(standing: Standing, place: Place) -> bool:
    """Nobody assesses their own unit, whatever right they have there."""
    return judge(standing, Right.ASSESS, place).allowed and not is_own(standing, place)


def rooms_to_assess(standing: Standing, *, now: datetime.datetime) -> set[UUID]:
    """The rooms of today that the person may assess."""
    return {room for room, place in places_today(now).items() if may_assess(standing, place)}


def months(now: datetime.datetime) -> tuple[datetime.date, datetime.date]:
    """The first days of the last month and of this one: what can still be assessed."""
    this = registry.day_of(now).replace(day=1)
    return months_before(this), this


def months_before(month: datetime.date) -> datetime.date:
    """The first day of the month before."""
    return (month - datetime.timedelta(days=1)).replace(day=1)


def month_after(month: datetime.date) -> datetime.date:
    """The first day of the month after."""
    return (month.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)


def waiting(person: UUID, rooms: Collection[UUID], *, now: datetime.datetime) -> "QuerySet[Clip]":
    """Clips that this person can be given, the most urgent first."""
    live = Assessment.objects.filter(clip=OuterRef("pk"), withdrawn_at__isnull=True)
    others = Claim.objects.filter(clip=OuterRef("pk"), until__gt=now).exclude(by=person)
    of_room = (
        Assessment.objects.filter(
            room=OuterRef("room"), clip__draw__month=OuterRef("draw__month"), withdrawn_at__isnull=True
        )
        .order_by()
        .values("room")
        .annotate(n=Count("id"))
        .values("n")
    )
    first = ~Exists(live)
    second = Q(twice=True) & Exists(live) & ~Exists(live.filter(second=True)) & ~Exists(live.filter(by=person))
    rows = Clip.objects.filter(first | second, ~Exists(others), room__in=rooms, draw__month__in=months(now))
    rows = rows.filter(~Exists(Skipped.objects.filter(clip=OuterRef("pk"))))
    return rows.annotate(done=Coalesce(Subquery(of_room), 0), again=Exists(live)).order_by(
        "again", "done", "draw__month", "begin_us", "id"
    )


def silent_rooms(rooms: Collection[UUID], *, now: datetime.datetime) -> set[UUID]:
    """Rooms of which no recorder was heard within the last minute: nothing of them can be shown now."""
    heard: set[UUID] = set()
    every: set[UUID] = set()
    lines = RecorderLine.objects.annotate(room=F("recorder__cameras__room")).filter(room__in=rooms)
    for room, at in lines.values_list("room", "last_heard_at").distinct():
        every.add(room)
        if now - at <= SILENT:
            heard.add(room)
    return every - heard


def why_not(standing: Standing, clip: Clip) -> Why | None:
    """Why a clip cannot be shown to this person, as far as the centre knows; none where it can."""
    begin, end = moment(clip.begin_us), moment(clip.end_us)
    spans = closed_spans(standing, Right.PLAYBACK, [clip.room_id], begin, end).get(clip.room_id, ())
    if any(since < end and begin < until for since, until in spans):
        return Why.RESTRICTED
    return Why.GAP if 2 * recorded_us(clip) < clip.end_us - clip.begin_us else None


def recorded_us(clip: Clip) -> int:
    """Of how much of the clip some camera of its room has footage."""
    cameras = set(Camera.objects.filter(room=clip.room_id).values_list("id", flat=True))
    found = coverage(cameras, clip.begin_us, clip.end_us)
    runs = joined((run.begin_us, run.end_us) for each in found.values() for run in each.runs)
    return sum(until - since for since, until in runs)
