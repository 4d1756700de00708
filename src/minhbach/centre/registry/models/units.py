"""Units: the bodies of the state as a dated tree.

A unit is only an id that lives from a day to a day. Its name, code and kind, its place below another unit, and what it
holds are rows with dates of their own, so the tree of any day can be read. A merged or split unit ends; `Succession`
says who took over. Which kinds exist is data.
"""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.registry.models.dates import Dated, Identified, ends_after_it_begins, never_two_at_once


class UnitKind(models.Model):
    """A kind of unit, as data: province, commune, inspectorate, service centre… `rank` orders kinds from the top."""

    code = models.SlugField(primary_key=True, max_length=40)
    name_vi = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("rank", "code")

    def __str__(self) -> str:
        return self.code


@pghistory.track()
class Unit(Dated):
    """A body of the state, from the day it is founded up to the day it ends. Ask `reading` for its name on a day."""

    class Meta:
        constraints = (ends_after_it_begins("unit"),)

    def __str__(self) -> str:
        return str(self.id)


@pghistory.track()
class UnitName(Dated):
    """What a unit is called and what it is, for a span of days, and the decision that says so."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="names")
    code = models.CharField(max_length=20, help_text="as text: leading zeros count")
    kind = models.ForeignKey(UnitKind, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=700)
    search_key = models.CharField(max_length=200, db_index=True)
    decision_number = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (
            ends_after_it_begins("unit_name"),
            never_two_at_once("unit_name", "unit"),
            never_two_at_once("unit_code", "code"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(code=""), name="unit_name_filled"),
        )

    def __str__(self) -> str:
        return self.name


#: Two movers at the same time could close a circle that neither sees: the lock lets one after the other.
NO_CIRCLE = """
    PERFORM pg_advisory_xact_lock(hashtext('registry.placement'));
    IF EXISTS (
        WITH RECURSIVE above(unit_id, span) AS (
            SELECT NEW.parent_id, daterange(NEW.valid_from, NEW.valid_until)
            UNION
            SELECT placement.parent_id, above.span * daterange(placement.valid_from, placement.valid_until)
              FROM registry_placement AS placement JOIN above ON placement.unit_id = above.unit_id
             WHERE above.unit_id <> NEW.unit_id
               AND above.span && daterange(placement.valid_from, placement.valid_until)
        )
        SELECT FROM above WHERE unit_id = NEW.unit_id
    ) THEN
        RAISE EXCEPTION 'registry: a unit cannot stand below itself' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'placement_no_circle';
    END IF;
    RETURN NEW;
"""


@pghistory.track()
class Placement(Dated):
    """A unit stands below another one, for a span of days. A unit without a placement is the top of its tree."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="placements")
    parent = models.ForeignKey(Unit, models.PROTECT, related_name="placements_below")
    decision_number = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (
            ends_after_it_begins("placement"),
            never_two_at_once("placement", "unit"),
            models.CheckConstraint(condition=~Q(unit=F("parent")), name="placement_not_itself"),
        )
        triggers = (
            pgtrigger.Trigger(
                name="no_circle",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=NO_CIRCLE,
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} < {self.parent_id}"


#: Who may delete it, may not delete the past with it.
KEPT_ONCE_COME = """
    IF OLD.day <= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date THEN
        RAISE EXCEPTION 'registry: who took over is kept' USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
"""


@pghistory.track()
class Succession(Identified):
    """On a day one unit took over from another; a merger has many predecessors, a split many successors."""

    predecessor = models.ForeignKey(Unit, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="inheritances")
    day = models.DateField()
    decision_number = models.CharField(max_length=60)
    #: What is laid for a day to come may be taken back; the trigger keeps what has come.
    gives_way = True

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("predecessor", "successor"), name="succession_once"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="succession_not_itself"),
        )
        triggers = (
            pgtrigger.Trigger(
                name="succession_is_kept", when=pgtrigger.Before, operation=pgtrigger.Delete, func=KEPT_ONCE_COME
            ),
        )

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"
