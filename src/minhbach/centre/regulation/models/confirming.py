"""Who has read a version and confirmed it: one row for a person and a version, under the hash of what was read."""

import pgtrigger
from django.db import models
from django.db.models import Q

from minhbach.centre.registry.models import Identified, Person
from minhbach.centre.regulation.models.versions import Regulation

#: Nobody can have confirmed another text than the one that is enforced.
OF_THAT_TEXT = """
    IF NOT EXISTS (SELECT 1 FROM regulation_regulation WHERE id = NEW.regulation_id AND digest = NEW.digest) THEN
        RAISE EXCEPTION 'regulation: another text was confirmed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Acknowledgement(Identified):
    """A person has read this version and confirmed it. Never changed, never taken back."""

    regulation = models.ForeignKey(Regulation, models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    #: The hash that stood on the page that was confirmed.
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("regulation", "person"), name="acknowledged_once"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="acknowledged_a_text"),
        )
        triggers = (
            pgtrigger.Protect(name="acknowledgement_is_kept", operation=pgtrigger.Delete | pgtrigger.Update),
            pgtrigger.Trigger(
                name="acknowledges_that_text", when=pgtrigger.Before, operation=pgtrigger.Insert, func=OF_THAT_TEXT
            ),
        )

    def __str__(self) -> str:
        return f"{self.regulation_id} {self.person_id}"
