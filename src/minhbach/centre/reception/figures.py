"""What reports count of reception: sessions, people, matters, and days that went by; from the rows, for days.

Promises few queries, however many units. Counts hold whatever is restricted: a number tells nobody's name.
"""

import datetime
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet
from django.db.models.expressions import RawSQL

from minhbach.centre.reception.keeping import COUNTS
from minhbach.centre.reception.models import BookEntry, MissedDay, Session
from minhbach.centre.registry.reading import VIETNAM

#: Reception days on which nobody had begun in time, neither the head nor whom a decision names received later, and no
#: reason was taken, from `first` up to `last`: room, moment (noon), code, value, what it is about.
MISSED = "".join(("""
        SELECT m.room_id, (m.day + time '12:00') AT TIME ZONE 'Asia/Ho_Chi_Minh', 'missed_days', 1, m.id
          FROM reception_missedday m
         WHERE m.day >= (%(first)s AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
           AND m.day < (%(last)s AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
           AND NOT EXISTS (SELECT 1 FROM reception_missedstep p WHERE p.missed_id = m.id AND p.kind = 'accepted')
           AND NOT EXISTS (SELECT 1 FROM reception_session h CROSS JOIN LATERAL (SELECT m.day) AS o(day)
                           WHERE h.unit_id = m.unit_id
                           AND h.opened_at >= m.day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
                           AND h.opened_at < (m.day + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
                           AND """, COUNTS, ")",
))  # fmt: skip

#: How many came to the session `h`: as was counted when it was closed, or as stands in the book where that is more, as
#: matters are written down after it too.
PEOPLE = """
    greatest(h.people, (SELECT coalesce(sum(b.people), 0) FROM reception_bookentry b WHERE b.session_id = h.id))::int"""

#: Sessions and who came to them, opened from `first` up to `last`, in the same columns.
HELD = "".join(("""
        SELECT h.room_id, h.opened_at, code, CASE code WHEN 'sessions' THEN 1 ELSE""", PEOPLE, """ END, h.id
        FROM reception_session h CROSS JOIN (VALUES ('sessions'), ('people_received')) AS both_codes(code)
        WHERE h.opened_at >= %(first)s AND h.opened_at < %(last)s""",
))  # fmt: skip

#: Reception days that the unit took out of its posted calendar by itself, or put on another day; in the reception room
#: that comes first by name. Of two changes of one day the later one holds.
CHANGED = """
        SELECT r.room_id, (c.day + time '12:00') AT TIME ZONE 'Asia/Ho_Chi_Minh', 'days_' || c.kind, 1, c.id
          FROM reception_daychange c
         CROSS JOIN LATERAL (
               SELECT t.room_id FROM registry_tenure t JOIN registry_room r ON r.id = t.room_id
                WHERE t.unit_id = c.unit_id AND r.room_type = 'reception_room' AND r.in_service_on <= c.day
                  AND t.valid_from <= c.day AND (t.valid_until IS NULL OR t.valid_until > c.day)
                ORDER BY r.name, r.id LIMIT 1) AS r
         WHERE c.kind IN ('cancelled', 'moved')
           AND c.day >= (%(first)s AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
           AND c.day < (%(last)s AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
           AND NOT EXISTS (SELECT 1 FROM reception_daychange n
                            WHERE n.unit_id = c.unit_id AND n.day = c.day AND n.kind <> 'delegated'
                              AND (n.made_at, n.id) > (c.made_at, c.id))"""

#: Where a value stands in a question that names it.
_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Received:
    """Of one unit: sessions held, people who came, matters by their class as they were written."""

    sessions: int
    people: int
    matters: dict[str, int]


def received(units: Collection[UUID], begin: datetime.date, end: datetime.date) -> dict[UUID, Received]:
    """By unit, from `begin` up to and with `end`; units where nothing was are absent."""
    span = _moments(begin, end)
    held = Session.objects.filter(unit__in=units, opened_at__gte=span[0], opened_at__lt=span[1]).order_by()
    came = people_of(held.values_list("id", flat=True))
    sessions: dict[UUID, list[int]] = {}
    for session, unit in held.values_list("id", "unit"):
        sessions.setdefault(unit, []).append(came[session])
    written = BookEntry.objects.filter(session__in=held).order_by().values("unit", "matter").annotate(n=Count("id"))
    matters: dict[UUID, dict[str, int]] = {}
    for row in written:
        matters.setdefault(row["unit"], {})[row["matter"]] = row["n"]
    return {unit: Received(len(each), sum(each), matters.get(unit, {})) for unit, each in sessions.items()}


def people_of(sessions: Iterable[UUID]) -> dict[UUID, int]:
    """How many came to each of these sessions, by `PEOPLE`. One query."""
    with connection.cursor() as cursor:
        asked = ("SELECT h.id,", PEOPLE, " FROM reception_session h WHERE h.id = ANY(%s)")
        cursor.execute("".join(asked), [list(sessions)])
        return dict(cursor.fetchall())


def missed_days(begin: datetime.date, end: datetime.date) -> dict[UUID, list[datetime.date]]:
    """The days of `MISSED` of each unit, from `begin` up to and with `end`."""
    first, last = _moments(begin, end)
    with connection.cursor() as cursor:
        cursor.execute(MISSED, {"first": first, "last": last})
        ids = [row[4] for row in cursor.fetchall()]
    found: dict[UUID, list[datetime.date]] = {}
    for row in MissedDay.objects.filter(id__in=ids).order_by("day"):
        found.setdefault(row.unit_id, []).append(row.day)
    return found


def missed(begin: datetime.date, end: datetime.date) -> QuerySet[MissedDay]:
    """The same as rows that may be asked on."""
    first, last = _moments(begin, end)
    values, places = {"first": first, "last": last}, _PLACE.findall(MISSED)
    # Constants of this file; what is asked for goes as values. The same condition as everywhere: no second one.
    about = "".join(("SELECT q.about FROM (", _PLACE.sub("%s", MISSED), ") AS q(room_id, at, code, value, about)"))
    return MissedDay.objects.filter(id__in=RawSQL(about, [values[place] for place in places]))  # nosec B611


def _moments(begin: datetime.date, end: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    midnight = datetime.time()
    after = end + datetime.timedelta(days=1)
    return (
        datetime.datetime.combine(begin, midnight, tzinfo=VIETNAM),
        datetime.datetime.combine(after, midnight, tzinfo=VIETNAM),
    )
