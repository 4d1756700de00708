"""The rows of footage: what the recorders logged, what it covers, and what they were ordered."""

from minhbach.centre.footage.models.coverage import FootageStream, Gap, LateSpan, Removal, Run, SegmentBlock
from minhbach.centre.footage.models.faults import (
    Fault,
    FaultKind,
    FaultStep,
    FaultTold,
    FaultWork,
    RecorderHealth,
    WorkKind,
)
from minhbach.centre.footage.models.logs import Alarm, Cosignature, LogKey, RecorderLine, RecorderLog
from minhbach.centre.footage.models.marks import Bookmark, Mark
from minhbach.centre.footage.models.orders import Hold, SentConfiguration

__all__ = [
    "Alarm",
    "Bookmark",
    "Cosignature",
    "Fault",
    "FaultKind",
    "FaultStep",
    "FaultTold",
    "FaultWork",
    "FootageStream",
    "Gap",
    "Hold",
    "LateSpan",
    "LogKey",
    "Mark",
    "RecorderHealth",
    "RecorderLine",
    "RecorderLog",
    "Removal",
    "Run",
    "SegmentBlock",
    "SentConfiguration",
    "WorkKind",
]
