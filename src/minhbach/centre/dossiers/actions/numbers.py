"""Numbers given out: each once, in order, to whoever asks first."""

import datetime
from uuid import UUID

from django.db import connection

from minhbach.centre.dossiers.models import Running, UnitRange
from minhbach.centre.dossiers.models.numbers import BOX

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('dossiers.range'))"
_NEXT = """
    INSERT INTO {table} (unit_id, box, name, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (unit_id, box, name) DO UPDATE SET last = {table}.last + 1 RETURNING last
"""


def next_number(unit: UUID, name: str, box: int = BOX) -> int:
    """The next number of that name; two who ask at once get two, and who rolls back leaves no hole."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT.format(table=Running._meta.db_table), [unit, box, name])
        (number,) = cursor.fetchone()
    return int(number)


def range_of(unit: UUID, *, now: datetime.datetime) -> int:
    """The range of the unit's bar codes, given at its first dossier and kept for ever."""
    known = UnitRange.objects.filter(unit=unit).values_list("number", flat=True).first()
    if known is not None:
        return known
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)  # two units at once must not both read the same last number
    given = UnitRange.objects.filter(unit=unit).values_list("number", flat=True).first()
    if given is not None:
        return given
    last = UnitRange.objects.order_by("-number").values_list("number", flat=True).first() or 0
    return UnitRange.objects.create(unit_id=unit, number=last + 1, given_at=now).number
