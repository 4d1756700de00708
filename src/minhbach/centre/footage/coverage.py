"""When cameras recorded, as a timeline wants it: a constant number of queries for any number of cameras.

Owns the reading of `models.coverage`: footage, gaps with their causes (what was removed is a gap with the kind of the
removal as its cause), what no witness has seen yet and what one saw late, and of how many days there is footage. All
times are Unix µs as the recorder
labelled them, half open, sorted, cut to what was asked. Leaves marks, faults and drawing to others.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from minhbach.centre.footage.models import FootageStream, Gap, LateSpan, Removal, Run
from minhbach.centre.registry.models import Camera

MAIN = "main"
#: A Vietnamese day and how far it begins before that of UTC; Vietnam has no other time.
_DAY_US, _EAST_US = 86_400_000_000, 7 * 3_600_000_000


class Span(NamedTuple):
    """A stretch of time."""

    begin_us: int
    end_us: int


class GapSpan(NamedTuple):
    """Time without footage. ``id``: the row, ``Gap`` or ``Removal``; see ``causes.cause_words``."""

    begin_us: int
    end_us: int
    cause: str
    id: UUID


class LateWitness(NamedTuple):
    """Time that a witness saw more than two minutes late, and when (Unix µs)."""

    begin_us: int
    end_us: int
    witnessed_us: int


@dataclass(slots=True)
class Coverage:
    """One camera's time. ``known_until_us``: how far its log has come; behind it nothing is known yet, 0: no log."""

    camera: UUID
    known_until_us: int = 0
    witnessed_until_us: int = 0
    runs: list[Span] = field(default_factory=list)
    gaps: list[GapSpan] = field(default_factory=list)
    unwitnessed: list[Span] = field(default_factory=list)
    late: list[LateWitness] = field(default_factory=list)


def coverage(cameras: Collection[UUID], begin_us: int, end_us: int, stream: str = MAIN) -> dict[UUID, Coverage]:
    """What is known of each camera (ids of ``registry.Camera``) between two instants; seven queries."""
    found = {camera: Coverage(camera) for camera in cameras}
    whose = _streams(cameras, found, stream)
    asked = Q(stream__in=whose, end_us__gt=begin_us, begin_us__lt=end_us)

    def cut(begin: int, end: int) -> tuple[int, int]:
        return max(begin, begin_us), min(end, end_us)

    for owner, begin, end in Run.objects.filter(asked).values_list("stream", "begin_us", "end_us"):
        whose[owner].runs.append(Span(*cut(begin, end)))
    for kind, cause in ((Gap, "cause"), (Removal, "kind")):
        rows: Iterable[Any] = kind.objects.filter(asked).values_list("stream", "begin_us", "end_us", cause, "id")
        for owner, begin, end, why, row in rows:
            whose[owner].gaps.append(GapSpan(*cut(begin, end), why, row))
    late = LateSpan.objects.filter(asked).values_list("stream", "begin_us", "end_us", "witnessed_at")
    for owner, begin, end, at in late:
        whose[owner].late.append(LateWitness(*cut(begin, end), round(at.timestamp() * 1_000_000)))
    for each in found.values():
        each.gaps.sort()
        begin, end = cut(each.witnessed_until_us, each.known_until_us)
        each.unwitnessed = _within(each, begin, end) if begin < end else []
    return found


def days_kept(cameras: Collection[UUID], before: datetime.date) -> dict[UUID, int]:
    """Of how many Vietnamese days before this one there is footage still, of each camera that has a log; one query.

    Days are counted, not the time since the oldest: what is held outlasts its term, and a camera that is out grows old.
    """
    first_not = (before - datetime.date(1970, 1, 1)).days
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.id, count(DISTINCT kept.day) FROM registry_camera c
               JOIN footage_footagestream s
                    ON s.recorder_id = c.recorder_id AND s.camera = c.name AND s.stream = %(main)s
               LEFT JOIN footage_run r ON r.stream_id = s.id
               LEFT JOIN LATERAL generate_series(
                    (r.begin_us + %(east)s) / %(day)s, (r.end_us - 1 + %(east)s) / %(day)s
               ) AS kept(day) ON kept.day < %(first_not)s
               WHERE c.id = ANY(%(cameras)s) GROUP BY c.id""",
            {"main": MAIN, "east": _EAST_US, "day": _DAY_US, "first_not": first_not, "cameras": list(cameras)},
        )
        return dict(cursor.fetchall())


def _streams(cameras: Collection[UUID], found: dict[UUID, Coverage], stream: str) -> dict[UUID, Coverage]:
    """The rows of the cameras' streams, by id."""
    ids = {
        (recorder, name): camera
        for camera, recorder, name in Camera.objects.filter(pk__in=cameras).values_list("id", "recorder", "name")
    }
    rows = FootageStream.objects.filter(recorder__in={key[0] for key in ids}, stream=stream)
    whose = {}
    for row in rows:
        camera = ids.get((row.recorder_id, row.camera))
        if camera is not None:
            whose[row.id] = found[camera]
            found[camera].known_until_us = row.known_until_us
            found[camera].witnessed_until_us = row.witnessed_until_us
    return whose


def _within(each: Coverage, begin_us: int, end_us: int) -> list[Span]:
    """The part of a stretch that the log accounts for."""
    known = [span for span in each.runs if span.end_us > begin_us]
    known += [Span(gap.begin_us, gap.end_us) for gap in each.gaps if gap.end_us > begin_us]
    known.sort()
    parts: list[Span] = []
    for span in known:
        low, high = max(span.begin_us, begin_us), min(span.end_us, end_us)
        if low >= high:
            continue
        if parts and low <= parts[-1].end_us:
            parts[-1] = Span(parts[-1].begin_us, max(high, parts[-1].end_us))
        else:
            parts.append(Span(low, high))
    return parts
