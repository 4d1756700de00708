"""Moments on a room's timeline, and the bookmarks people set there.

A mark is written by whoever knows what happened (a bookmark here; later a session, a finding, a hold) in words of its
own, with the right that reads it and the way to its page by name: the timeline knows none of the apps above. Marks and
bookmarks are never deleted or rewritten, only withdrawn; PostgreSQL refuses the rest. Times are Unix µs, half open; a
moment has no length.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.registry.models import Camera, Counter, Identified, Person, Room

NOTE_LENGTH = 300


def _in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(name=name, condition=Q(begin_us__gt=0, end_us__gte=F("begin_us")))


def _withdrawn_by_somebody(name: str) -> models.CheckConstraint:
    never = Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
    return models.CheckConstraint(name=name, condition=never | Q(withdrawn_at__isnull=False))


class Mark(Identified):
    """A moment or a stretch of a room's time that means something to somebody."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="marks")
    #: The one camera it is about; none: the room.
    camera = models.ForeignKey(Camera, models.PROTECT, null=True, blank=True, related_name="marks")
    #: The counter at which it was; none: the room.
    counter = models.ForeignKey(Counter, models.PROTECT, null=True, blank=True, related_name="marks")
    begin_us = models.BigIntegerField()
    end_us = models.BigIntegerField()
    kind = models.SlugField(max_length=40, help_text="bookmark, hold, finding; for moments see `actions.marks.Moment`")
    #: What the app that wrote it calls it; one mark for one reference.
    reference = models.CharField(max_length=80)
    vi = models.CharField(max_length=NOTE_LENGTH)
    en = models.CharField(max_length=NOTE_LENGTH)
    #: The code of the right that reads these words; without it only "restricted" is told.
    right = models.CharField(max_length=20)
    #: The name of the route to its page, which takes the reference; empty: it has none.
    route = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("begin_us",)
        constraints: ClassVar = [
            _in_order("mark_in_order"),
            _withdrawn_by_somebody("mark_withdrawn"),
            models.UniqueConstraint(name="mark_once", fields=["kind", "reference"]),
            models.CheckConstraint(name="mark_says_something", condition=~Q(vi="") & ~Q(en="") & ~Q(right="")),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="mark_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="mark_is_not_rewritten", exclude=["withdrawn_at", "withdrawn_by"]),
        ]
        indexes: ClassVar = [
            models.Index(name="mark_by_time", fields=["room", "end_us"], condition=Q(withdrawn_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Bookmark(Identified):
    """A note at a moment or a stretch, for everybody who may play the room back."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="bookmarks")
    begin_us = models.BigIntegerField()
    end_us = models.BigIntegerField()
    note = models.CharField(max_length=NOTE_LENGTH)
    author = models.ForeignKey(Person, models.PROTECT, related_name="bookmarks")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-made_at",)
        constraints: ClassVar = [
            _in_order("bookmark_in_order"),
            _withdrawn_by_somebody("bookmark_withdrawn"),
            models.CheckConstraint(name="bookmark_says_something", condition=Q(note__regex=r"\S")),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="bookmark_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="bookmark_is_not_rewritten", exclude=["withdrawn_at", "withdrawn_by"]),
        ]

    def __str__(self) -> str:
        return self.note
