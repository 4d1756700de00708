"""A dossier: what was brought to which counter, when its result is due; and beside it who brought it.

Who brought it is a row of its own: with that row gone nothing here names a person. State is only what the events say,
kept so that lists are quick; it changes together with an event or not at all.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.access import closing
from minhbach.centre.access.models.personal import EMPTIED, ONLY_EMPTIED, Personal, Told, keys_folder
from minhbach.centre.dossiers.models.catalogue import Procedure
from minhbach.centre.dossiers.models.numbers import BOX
from minhbach.centre.papers.models import Paper
from minhbach.centre.registry.models import Counter, Identified, Unit

MOST_COPIES = 99


class State(models.IntegerChoices):
    """Where a dossier is, by the numbers of the national portal; those that a counter brings about."""

    RECEIVED = 2
    REFUSED = 3
    SUPPLEMENT = 5
    HANDED_BACK = 10


#: Somebody still has to do something about it.
OPEN = (State.RECEIVED.value, State.SUPPLEMENT.value)


class ReturnBy(models.TextChoices):
    """How the citizen wants the result."""

    COUNTER = "counter"
    POST = "post"
    ONLINE = "online"


class PaperKind(models.TextChoices):
    """What a component is."""

    ORIGINAL = "original"
    COPY = "copy"
    CERTIFIED_COPY = "certified_copy"
    ELECTRONIC = "electronic"


class Dossier(Identified):
    """One dossier of the unit that received it."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="dossiers")
    box = models.PositiveSmallIntegerField(default=BOX)
    #: For people: H81.01-261122-0007. Kept as text for ever, also after a merger.
    code = models.CharField(max_length=40)
    #: For scanners: see `codes`.
    scan = models.CharField(max_length=16)
    counter = models.ForeignKey(Counter, models.PROTECT, related_name="dossiers")
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="dossiers")
    #: What the citizen proves by that they hold the receipt; printed there. Empty: received before there were any.
    lookup_secret = models.CharField(max_length=6, blank=True, editable=False)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    #: Sets of papers handed in (bộ).
    sets = models.PositiveSmallIntegerField(default=1)
    return_by = models.CharField(max_length=10, choices=ReturnBy, default=ReturnBy.COUNTER)
    state = models.PositiveSmallIntegerField(choices=State, default=State.RECEIVED)
    #: What was printed for the citizen, kept from its first printing on.
    receipt = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-received_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="dossier_code_once", fields=["unit", "code"]),
            models.UniqueConstraint(name="dossier_scan_once", fields=["unit", "scan"]),
            models.CheckConstraint(name="dossier_due_later", condition=Q(due_at__gte=F("received_at"))),
            models.CheckConstraint(name="dossier_digits", condition=Q(scan__regex=r"^[0-9]{16}$") & ~Q(code="")),
            models.CheckConstraint(name="dossier_secret", condition=Q(lookup_secret__regex=r"^([0-9]{6})?$")),
            models.CheckConstraint(name="dossier_sets", condition=Q(sets__gte=1, sets__lte=MOST_COPIES)),
            models.CheckConstraint(
                name="dossier_known", condition=Q(return_by__in=ReturnBy.values, state__in=State.values)
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="dossier_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="dossier_is_not_rewritten", exclude=["state", "receipt", "due_at"]),
            # A term moves later, and only when the papers come that it stood still for.
            pgtrigger.Protect(
                name="dossier_is_due_when_it_was",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__due_at__df=pgtrigger.F("old__due_at"))
                & ~pgtrigger.Q(
                    old__state=State.SUPPLEMENT.value,
                    new__state=State.RECEIVED.value,
                    new__due_at__gt=pgtrigger.F("old__due_at"),
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="dossier_open", fields=["counter", "due_at"], condition=Q(state__in=OPEN)),
            models.Index(name="dossier_by_code", fields=["code"]),
        ]

    @property
    def has_ended(self) -> bool:
        """Handed back, or never taken up."""
        return self.state not in OPEN

    def __str__(self) -> str:
        return self.code


class Submitter(Personal):
    """Who brought a dossier, as far as the receipt must say it; all of it goes at once, and does not come back."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="submitter")
    name = Told(120)
    #: Số định danh or tax code, as shown.
    personal_id = Told(20)
    address = Told(300)
    phone = Told(20)
    #: By what a counter finds the dossiers of that number again (`access.closing.mark`); empty without a number.
    mark = models.CharField(max_length=64, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="submitter_named_or_erased", condition=EMPTIED),
            models.CheckConstraint(name="submitter_mark_erased", condition=Q(erased_at__isnull=True) | Q(mark="")),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="submitter_row_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="submitter_is_not_rewritten", exclude=[*Personal.MOVES, "mark", "erased_at"]),
            pgtrigger.Protect(name="submitter_is_only_erased", operation=pgtrigger.Update, condition=ONLY_EMPTIED),
        ]
        indexes: ClassVar = [models.Index(name="submitter_by_mark", fields=["mark"], condition=~Q(mark=""))]

    def under_newest(self) -> dict[str, object]:
        """With the mark of its number."""
        return {**super().under_newest(), "mark": closing.mark(keys_folder(), self.personal_id)}

    def __str__(self) -> str:
        return str(self.id)


class Component(Identified):
    """One kind of paper that was handed in."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="components")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, choices=PaperKind)
    copies = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="component_once", fields=["dossier", "position"]),
            models.CheckConstraint(
                name="component_handed_in",
                condition=~Q(name="") & Q(copies__gte=1, copies__lte=MOST_COPIES, kind__in=PaperKind.values),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="component_is_kept", operation=pgtrigger.Delete | pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return self.name
