"""Who watched what, and why: purposes, viewings, what was served of them, refusals.

No byte of footage leaves without a row of `Viewing` (invariant 6). A viewing's commitment stands in the recorder's log;
erasing its salt here erases the person there. Rows are kept: PostgreSQL refuses to delete or rewrite them.
"""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from minhbach.centre.access.models.account import Account
from minhbach.centre.registry.models import Camera, Identified, Room, Unit

KINDS = ("live", "playback", "still", "export")
#: Why a viewing is over, in the code of its row.
ENDINGS = ("closed", "lapsed", "revoked", "signed_out", "stopped")

GROWS_ONLY = """
    IF NEW.viewing_id <> OLD.viewing_id OR NEW.camera_id <> OLD.camera_id
       OR NEW.sound <> OLD.sound OR NEW.begins_at <> OLD.begins_at
       OR NEW.ends_at < OLD.ends_at OR NEW.bytes < OLD.bytes OR NEW.first_at <> OLD.first_at
       OR NEW.last_at < OLD.last_at THEN
        RAISE EXCEPTION 'access: what was served is not taken back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Purpose(Identified):
    """What somebody says they need footage for: asked once, good for some minutes, renewable up to a limit."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="purposes")
    text = models.CharField(max_length=300)
    reference = models.CharField(max_length=120, blank=True)
    #: Both without marks and case, for typing.
    search_key = models.CharField(max_length=430)
    rooms: "models.ManyToManyField[Room, models.Model]" = models.ManyToManyField(Room, related_name="purposes")
    begun_at = models.DateTimeField()
    until = models.DateTimeField()
    longest_until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="purpose_is_written", condition=Q(text__regex=r"\S.{3,}\S")),
            models.CheckConstraint(
                name="purpose_ends", condition=Q(until__gt=F("begun_at"), until__lte=F("longest_until"))
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="purpose_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="purpose_is_not_rewritten", exclude=["until", "closed_at"]),
        ]
        indexes: ClassVar = [
            models.Index(name="purpose_by_account", fields=["account", "until"]),
            GinIndex(OpClass("search_key", name="gin_trgm_ops"), name="purpose_by_words"),
        ]


class Viewing(Identified):
    """Somebody watches, played back or looked at some cameras: who, what, why; each lease belongs to one."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="viewings")
    #: SHA-256 of the session's key: a viewing ends with the session it was opened in.
    session_digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=10)
    sound = models.BooleanField()
    begins_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    purpose = models.ForeignKey(Purpose, models.PROTECT, null=True, related_name="viewings")
    address = models.GenericIPAddressField(null=True)
    opened_at = models.DateTimeField()
    #: The last moment for which a lease was signed.
    leased_until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=12, blank=True)
    salt = models.CharField(max_length=32, blank=True)
    commitment = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="viewing_kind_known", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(
                name="viewing_range",
                condition=Q(kind="live", begins_at__isnull=True, ends_at__isnull=True)
                | (~Q(kind="live") & Q(begins_at__isnull=False, ends_at__gte=F("begins_at"))),
            ),
            models.CheckConstraint(
                name="viewing_ending",
                condition=Q(closed_at__isnull=True, ending="") | Q(closed_at__isnull=False, ending__in=ENDINGS),
            ),
            models.CheckConstraint(name="viewing_commitment", condition=Q(commitment__regex=r"^[0-9a-f]{64}$")),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="viewing_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="viewing_is_not_rewritten", exclude=["leased_until", "closed_at", "ending", "salt"]
            ),
            pgtrigger.Protect(
                name="viewing_stays_closed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__closed_at__isnull=False) & pgtrigger.Q(old__salt=pgtrigger.F("new__salt")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="viewing_by_time", fields=["-opened_at", "-id"]),
            models.Index(name="viewing_by_account", fields=["account", "-opened_at"]),
            models.Index(name="viewing_open", fields=["leased_until"], condition=Q(closed_at__isnull=True)),
        ]


class ViewedCamera(Identified):
    """A camera of a viewing, with the room and the unit that held it then, and the ground of the decision."""

    viewing = models.ForeignKey(Viewing, models.PROTECT, related_name="cameras")
    camera = models.ForeignKey(Camera, models.PROTECT, related_name="viewed")
    room = models.ForeignKey(Room, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    #: What allowed it: "post:<assignment>", "grant:<id>", "occasion:<id>".
    ground = models.CharField(max_length=60)
    #: When the viewing was opened and its kind, again: so that the log of a place is read along an index.
    opened_at = models.DateTimeField()
    kind = models.CharField(max_length=10)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="viewed_once", fields=["viewing", "camera"])]
        triggers: ClassVar = [pgtrigger.Protect(name="viewed_is_kept", operation=pgtrigger.Delete | pgtrigger.Update)]
        indexes: ClassVar = [
            models.Index(name="viewed_of_unit", fields=["unit", "-opened_at", "-viewing"]),
            models.Index(name="viewed_in_room", fields=["room", "-opened_at", "-viewing"]),
            models.Index(name="viewed_of_unit_by_kind", fields=["unit", "kind", "-opened_at", "-viewing"]),
            models.Index(name="viewed_of_camera", fields=["camera", "-opened_at"]),
        ]


class Served(Identified):
    """A span of a camera's picture or sound that left for a viewing, as the stream counted it; grows in place."""

    viewing = models.ForeignKey(Viewing, models.PROTECT, related_name="served")
    camera = models.ForeignKey(Camera, models.PROTECT, related_name="+")
    sound = models.BooleanField(default=False)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    bytes = models.BigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="served_span", condition=Q(ends_at__gte=F("begins_at"), bytes__gte=0)),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="served_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="served_grows_only", when=pgtrigger.Before, operation=pgtrigger.Update, func=GROWS_ONLY
            ),
            pgtrigger.ReadOnly(name="served_is_of_one", exclude=["ends_at", "bytes", "last_at"]),
        ]
        indexes: ClassVar = [models.Index(name="served_of_viewing", fields=["viewing", "camera", "-ends_at"])]


class Refusal(Identified):
    """Somebody was refused: what they wanted, where, and what they were told."""

    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="refusals")
    wanted = models.CharField(max_length=20)
    route = models.CharField(max_length=120, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    room = models.ForeignKey(Room, models.PROTECT, null=True, related_name="+")
    camera = models.ForeignKey(Camera, models.PROTECT, null=True, related_name="+")
    told_vi = models.CharField(max_length=300)
    told_en = models.CharField(max_length=300)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()

    class Meta:
        triggers: ClassVar = [pgtrigger.Protect(name="refusal_is_kept", operation=pgtrigger.Delete | pgtrigger.Update)]
        indexes: ClassVar = [
            models.Index(name="refusal_at_unit", fields=["unit", "-at", "-id"]),
            models.Index(name="refusal_of_account", fields=["account", "-at", "-id"]),
            models.Index(name="refusal_in_room", fields=["room", "-at", "-id"]),
        ]


COUNTS_UP = """
    IF NEW.id <> OLD.id OR NEW.account_id IS DISTINCT FROM OLD.account_id OR NEW.address IS DISTINCT FROM OLD.address
       OR NEW.wanted <> OLD.wanted OR NEW.hour <> OLD.hour OR NEW.count <= OLD.count OR NEW.last_at < OLD.last_at THEN
        RAISE EXCEPTION 'access: what was counted is not taken back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class RefusalTally(Identified):
    """Refusals of one hour beyond those that have rows of their own: how many more, of what, to whom."""

    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="refusal_tallies")
    #: Where they came from, of somebody who is not signed in.
    address = models.GenericIPAddressField(null=True)
    wanted = models.CharField(max_length=20)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="tally_once", fields=["account", "address", "wanted", "hour"], nulls_distinct=False
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="tally_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="tally_counts_up", when=pgtrigger.Before, operation=pgtrigger.Update, func=COUNTS_UP
            ),
            pgtrigger.ReadOnly(name="tally_is_of_one", exclude=["count", "last_at"]),
        ]
