"""Who acts: a person, or the system by itself under a name.

Every action takes an actor first. The rows below the registry know people only by their id.
"""

from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.registry.models import Person


@dataclass(frozen=True, slots=True)
class System:
    """A part of the system that acts by itself: a job, a set-up."""

    name: str


Actor = Person | System


def person_of(actor: Actor) -> Person | None:
    """The person, for a row that says who; none for the system."""
    return actor if isinstance(actor, Person) else None


def person_id_of(actor: Actor) -> UUID | None:
    """The person's id, for a row of an app below the registry."""
    return actor.id if isinstance(actor, Person) else None
