"""Proposals to buy what rooms lack: what was asked, and whether there is money for it; only ever added to."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from minhbach.centre.registry.models.dates import Identified
from minhbach.centre.registry.models.people import Person
from minhbach.centre.registry.models.plans import NOTE_LENGTH, PLANS_KEPT
from minhbach.centre.registry.models.units import Unit


class Proposal(Identified):
    """What a unit asks to be bought, with its number in the book of the unit and year.

    `lines`: `{"room", "room_name", "kind", "quantity", "why"}` each, as things stood on that day.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="proposals")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=1000)
    lines = models.JSONField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-made_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(name="proposal_number_once", fields=["unit", "year", "number"]),
            models.CheckConstraint(name="proposal_says_why", condition=Q(reason__regex=r"\S")),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="proposal_is_kept", operation=PLANS_KEPT)]
        indexes: ClassVar = [models.Index(name="proposal_by_time", fields=["unit", "-made_at"])]

    def __str__(self) -> str:
        return f"{self.number:02}/{self.year}"


class ProposalStepKind(models.TextChoices):
    """What became of a proposal."""

    FUNDED = "funded"
    NO_MONEY = "no_money"
    REFUSED = "refused"
    BOUGHT = "bought"
    WITHDRAWN = "withdrawn"


PROPOSAL_ENDS = (
    ProposalStepKind.REFUSED.value,
    ProposalStepKind.BOUGHT.value,
    ProposalStepKind.WITHDRAWN.value,
)
#: Nothing after the end; who asks does not decide; only who asked withdraws; what has no money is not bought.
IN_ORDER = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.proposal_id::text, 31));
    IF EXISTS (SELECT 1 FROM registry_proposalstep WHERE proposal_id = NEW.proposal_id
               AND kind IN ('refused', 'bought', 'withdrawn')) THEN
        RAISE EXCEPTION 'registry: the proposal has ended' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind IN ('funded', 'no_money', 'refused') AND EXISTS (
        SELECT 1 FROM registry_proposal WHERE id = NEW.proposal_id AND made_by_id = NEW.by_id) THEN
        RAISE EXCEPTION 'registry: nobody decides what they asked' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'bought' AND (
        SELECT kind FROM registry_proposalstep WHERE proposal_id = NEW.proposal_id
        ORDER BY at DESC, id DESC LIMIT 1) IS DISTINCT FROM 'funded' THEN
        RAISE EXCEPTION 'registry: there is no money for it yet' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class ProposalStep(Identified):
    """One step: who, when, why; with the money, where it comes from and how much, in đồng."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=ProposalStepKind)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=NOTE_LENGTH, blank=True)
    funding_source = models.CharField(max_length=200, blank=True)
    amount_vnd = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="proposal_step_says_what",
                condition=Q(kind__in=ProposalStepKind.values)
                & (Q(kind=ProposalStepKind.FUNDED.value, funding_source__regex=r"\S") | Q(words__regex=r"\S")),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="proposal_step_is_kept", operation=PLANS_KEPT),
            pgtrigger.Trigger(
                name="proposal_step_in_order", when=pgtrigger.Before, operation=pgtrigger.Insert, func=IN_ORDER
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.kind}"
