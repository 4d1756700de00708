"""The rows of reception, each kind in a file of its own."""

from minhbach.centre.reception.models.book import HANDLED, BookEntry, BookPerson, BookStep, BookStepKind, Matter
from minhbach.centre.reception.models.days import (
    DayChange,
    DayChangeKind,
    MissedDay,
    MissedStep,
    MissedStepKind,
)
from minhbach.centre.reception.models.sessions import (
    BOX,
    MOST_PEOPLE,
    REASON_LENGTH,
    Reopening,
    Running,
    Session,
    SessionEvent,
    SessionEventKind,
    SessionKind,
)

__all__ = [
    "BOX",
    "HANDLED",
    "MOST_PEOPLE",
    "REASON_LENGTH",
    "BookEntry",
    "BookPerson",
    "BookStep",
    "BookStepKind",
    "DayChange",
    "DayChangeKind",
    "Matter",
    "MissedDay",
    "MissedStep",
    "MissedStepKind",
    "Reopening",
    "Running",
    "Session",
    "SessionEvent",
    "SessionEventKind",
    "SessionKind",
]
