"""The rows of dossiers. Changes go through `minhbach.centre.dossiers.actions`."""

from minhbach.centre.dossiers.models.catalogue import Procedure
from minhbach.centre.dossiers.models.dossier import Component, Dossier, PaperKind, ReturnBy, State, Submitter
from minhbach.centre.dossiers.models.events import Event, EventKind
from minhbach.centre.dossiers.models.numbers import Running, UnitRange
from minhbach.centre.dossiers.models.slips import Slip

__all__ = [
    "Component",
    "Dossier",
    "Event",
    "EventKind",
    "PaperKind",
    "Procedure",
    "ReturnBy",
    "Running",
    "Slip",
    "State",
    "Submitter",
    "UnitRange",
]
