"""Rows that are true for a span of days: the dates they carry, how they are asked, and what PostgreSQL forbids.

A span is half open: `valid_from` is the first day, `valid_until` the first day after, none while it lasts. Days are
those of Asia/Ho_Chi_Minh. Nothing dated is overwritten: the row of yesterday ends and the row of today begins.
"""

import datetime
from uuid import UUID

import uuid_utils.compat
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q


def new_id() -> UUID:
    """A UUIDv7: rows made later sort later, on whichever machine they were made."""
    return uuid_utils.compat.uuid7()


class Identified(models.Model):
    """A row with an id that no other machine will give to another row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True


class Dated(Identified):
    """A row that is true from `valid_from` up to, not including, `valid_until`."""

    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    def is_true_on(self, day: datetime.date) -> bool:
        """Whether this row is true on the day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


def true_on(day: datetime.date, through: str = "") -> Q:
    """The condition for `filter()`: true on the day; `through` leads to the dated row, as in `"tenures__"`."""
    begun = Q(**{f"{through}valid_from__lte": day})
    return begun & (Q(**{f"{through}valid_until__isnull": True}) | Q(**{f"{through}valid_until__gt": day}))


def ends_after_it_begins(name: str) -> models.CheckConstraint:
    """The span has at least one day."""
    return models.CheckConstraint(
        condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")), name=f"{name}_span"
    )


def never_two_at_once(name: str, *columns: str, condition: Q | None = None) -> ExclusionConstraint:
    """At most one row per value of these columns is true on any day."""
    span = Func("valid_from", "valid_until", RangeBoundary(), function="daterange", output_field=DateRangeField())
    return ExclusionConstraint(
        name=f"{name}_once",
        expressions=[(span, RangeOperators.OVERLAPS), *((column, RangeOperators.EQUAL) for column in columns)],
        condition=condition,
    )
