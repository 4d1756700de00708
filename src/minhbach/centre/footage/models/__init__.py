"""The rows of footage: what the recorders logged, what it covers, and what they were ordered."""

from minhbach.centre.footage.models.compared import ComparedDay, LostMoment, LostWhy
from minhbach.centre.footage.models.coverage import FootageStream, Gap, LateSpan, Removal, Run, SegmentBlock
from minhbach.centre.footage.models.faults import (
    Fault,
    FaultKind,
    FaultStep,
    FaultTold,
    FaultToldTogether,
    FaultWork,
    RecorderHealth,
    WorkKind,
)
from minhbach.centre.footage.models.logs import Alarm, Cosignature, LogKey, RecorderLine, RecorderLog
from minhbach.centre.footage.models.marks import Bookmark, Mark
from minhbach.centre.footage.models.orders import HOLD_ENDED, Hold, HoldOrigin, KeyOrder, LegalHold, SentConfiguration
from minhbach.centre.footage.models.stillness import StillQuarter

__all__ = [
    "HOLD_ENDED",
    "Alarm",
    "Bookmark",
    "ComparedDay",
    "Cosignature",
    "Fault",
    "FaultKind",
    "FaultStep",
    "FaultTold",
    "FaultToldTogether",
    "FaultWork",
    "FootageStream",
    "Gap",
    "Hold",
    "HoldOrigin",
    "KeyOrder",
    "LateSpan",
    "LegalHold",
    "LogKey",
    "LostMoment",
    "LostWhy",
    "Mark",
    "RecorderHealth",
    "RecorderLine",
    "RecorderLog",
    "Removal",
    "Run",
    "SegmentBlock",
    "SentConfiguration",
    "StillQuarter",
    "WorkKind",
]
