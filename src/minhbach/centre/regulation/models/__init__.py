"""The rows of `regulation`: versions, who supervises whom, who confirmed, what is directed."""

from minhbach.centre.regulation.models.confirming import Acknowledgement
from minhbach.centre.regulation.models.directives import (
    TASK_ENDS,
    WORDS_LENGTH,
    Directive,
    DirectiveKind,
    DirectivePage,
    Task,
    TaskRead,
    TaskStep,
    TaskStepKind,
)
from minhbach.centre.regulation.models.versions import CalendarDay, Draft, Regulation, Supervision

__all__ = [
    "TASK_ENDS",
    "WORDS_LENGTH",
    "Acknowledgement",
    "CalendarDay",
    "Directive",
    "DirectiveKind",
    "DirectivePage",
    "Draft",
    "Regulation",
    "Supervision",
    "Task",
    "TaskRead",
    "TaskStep",
    "TaskStepKind",
]
