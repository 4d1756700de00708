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
from minhbach.centre.registry.models.rooms import Counter, Room, RoomType, Tenure
from minhbach.centre.registry.models.units import Placement, Succession, Unit, UnitKind, UnitName

__all__ = [
    "Acceptance",
    "Assignment",
    "Camera",
    "Condition",
    "Counter",
    "CounterPost",
    "CounterView",
    "Dated",
    "Equipment",
    "Identified",
    "Medium",
    "Microphone",
    "NoticeSign",
    "Party",
    "Person",
    "Placement",
    "Recorder",
    "Room",
    "RoomType",
    "Succession",
    "Tenure",
    "Unit",
    "UnitKind",
    "UnitName",
    "new_id",
    "true_on",
]
