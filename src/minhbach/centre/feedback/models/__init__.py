"""The rows of what citizens say of a visit. Changes go through `minhbach.centre.feedback.actions`."""

from minhbach.centre.feedback.models.petitions import (
    Petition,
    Petitioner,
    PetitionEvent,
    PetitionKind,
    StepKind,
    Topic,
    Way,
)
from minhbach.centre.feedback.models.publications import Publication
from minhbach.centre.feedback.models.ratings import NotHeld, Panel, Rating, RatingNote, Reason, Score, Try

__all__ = [
    "NotHeld",
    "Panel",
    "Petition",
    "PetitionEvent",
    "PetitionKind",
    "Petitioner",
    "Publication",
    "Rating",
    "RatingNote",
    "Reason",
    "Score",
    "StepKind",
    "Topic",
    "Try",
    "Way",
]
