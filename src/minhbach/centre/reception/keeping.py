"""Who keeps a reception day: a session counts for it where the head receives, or whom a decision names for that day.

By the law the head receives in person. Others receive too, on any day, and their sessions are sessions like any: they
stand in the book and in the figures, but a reception day is not kept by them. One condition in SQL says it of every
session, for pages, figures, rankings and signs alike; `heads` says the same of one unit and day, of those who could.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from minhbach.centre.registry.reading import VIETNAM

#: Whether the session `h`, opened on the day `o.day`, counts for that day as a reception day of its unit: by the matrix
#: of the version in force for the unit then, or by the newest decision about that day.
COUNTS = """
    (h.received_by_id = (SELECT c.receiver_id FROM reception_daychange c
                          WHERE c.unit_id = h.unit_id AND c.day = o.day AND c.kind = 'delegated'
                          ORDER BY c.made_at DESC, c.id DESC LIMIT 1)
     OR EXISTS (SELECT 1 FROM registry_assignment a
                 WHERE a.person_id = h.received_by_id AND a.unit_id = h.unit_id AND a.valid_from <= o.day
                   AND (a.valid_until IS NULL OR a.valid_until > o.day)
                   AND (WITH RECURSIVE above(unit_id, height) AS (
                            SELECT h.unit_id, 0
                            UNION
                            SELECT p.parent_id, above.height + 1
                              FROM registry_placement p JOIN above ON p.unit_id = above.unit_id
                             WHERE p.valid_from <= o.day AND (p.valid_until IS NULL OR p.valid_until > o.day))
                        SELECT r.content -> 'roles' -> a.role::text -> 'reception_room'
                          FROM regulation_regulation r JOIN above ON above.unit_id = r.unit_id
                         WHERE r.valid_from <= o.day AND (r.valid_until IS NULL OR r.valid_until > o.day)
                         ORDER BY above.height LIMIT 1) @> '{"scope": "own", "rights": ["live"]}'))"""
_BEGUN = "".join((
    "SELECT unit_id, day, min(opened_at) FILTER (WHERE counts), min(opened_at) FROM (SELECT h.unit_id, o.day, "
    "h.opened_at,", COUNTS, """ AS counts
       FROM reception_session h
      CROSS JOIN LATERAL (SELECT (h.opened_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS o(day)
      WHERE h.unit_id = ANY(%(units)s) AND h.opened_at >= %(first)s AND h.opened_at < %(last)s) AS s
     GROUP BY unit_id, day
""",
))  # fmt: skip
Key = tuple[UUID, datetime.date]


@dataclass(frozen=True, slots=True)
class Begun:
    """The sessions of a unit's day: when the first was opened that keeps a reception day, if any, and the first."""

    kept_at: datetime.datetime | None
    first_at: datetime.datetime


def begun(
    units: Collection[UUID], first: datetime.date, last: datetime.date, *, until: datetime.datetime | None = None
) -> dict[Key, Begun]:
    """By unit and day, from `first` up to and with `last`, as it stood at `until`; other days are absent. One query."""
    midnight = datetime.time()
    end = datetime.datetime.combine(last + datetime.timedelta(days=1), midnight, tzinfo=VIETNAM)
    if until is not None:
        end = min(end, until + datetime.timedelta.resolution)
    given: dict[str, Any] = {
        "units": list(units), "first": datetime.datetime.combine(first, midnight, tzinfo=VIETNAM), "last": end,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BEGUN, given)
        return {(unit, day): Begun(kept_at, first_at) for unit, day, kept_at, first_at in cursor.fetchall()}


def kept_days(units: Collection[UUID], first: datetime.date, last: datetime.date) -> set[Key]:
    """The units and days on which a session was opened that keeps a reception day. One query."""
    return {key for key, each in begun(units, first, last).items() if each.kept_at is not None}
