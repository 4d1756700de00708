"""The rows of the registry. Dated rows are read through `minhbach.centre.registry.reading`, for a day."""

from minhbach.centre.registry.models.commissioning import Acceptance, Medium, NoticeSign, Party
from minhbach.centre.registry.models.dates import Dated, Identified, new_id, true_on
from minhbach.centre.registry.models.devices import (
    Camera,
    Condition,
    CounterView,
    Equipment,
    Microphone,
    Recorder,
)
from minhbach.centre.registry.models.people import Assignment, CounterPost, Person
from minhbach.centre.registry.models.plans import HandOver, Rollout, RolloutSite, RolloutStep
from minhbach.centre.registry.models.purchases import PROPOSAL_ENDS, Proposal, ProposalStep, ProposalStepKind
from minhbach.centre.registry.models.reviews import NormWaiver, RoomReview, RoomReviewLine, Verdict
from minhbach.centre.registry.models.rooms import Counter, Room, RoomType, Tenure
from minhbach.centre.registry.models.units import Placement, Succession, Unit, UnitKind, UnitName

__all__ = [
    "PROPOSAL_ENDS",
    "Acceptance",
    "Assignment",
    "Camera",
    "Condition",
    "Counter",
    "CounterPost",
    "CounterView",
    "Dated",
    "Equipment",
    "HandOver",
    "Identified",
    "Medium",
    "Microphone",
    "NormWaiver",
    "NoticeSign",
    "Party",
    "Person",
    "Placement",
    "Proposal",
    "ProposalStep",
    "ProposalStepKind",
    "Recorder",
    "Rollout",
    "RolloutSite",
    "RolloutStep",
    "Room",
    "RoomReview",
    "RoomReviewLine",
    "RoomType",
    "Succession",
    "Tenure",
    "Unit",
    "UnitKind",
    "UnitName",
    "Verdict",
    "new_id",
    "true_on",
]
