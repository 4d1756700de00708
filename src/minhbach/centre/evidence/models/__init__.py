"""The rows of `evidence`. All of it is history: rows are added and, where a stage ends, completed once; none goes.

The one exception is the row that names whose a citizen's request was.

What nobody may do stands here as constraints and triggers, so that no page, job or slip of ours can do it either.
"""

from minhbach.centre.evidence.models.approvals import Approval, Ending
from minhbach.centre.evidence.models.custody import GONE, Build, Custody, CustodyKind, HoldRelease
from minhbach.centre.evidence.models.masking import MaskRound
from minhbach.centre.evidence.models.requests import CopyKind, Extraction, Revision
from minhbach.centre.evidence.models.stamps import ReportSignature, Stamp
from minhbach.centre.evidence.models.subjects import (
    Act,
    Behalf,
    Channel,
    Erasure,
    Identity,
    Pictured,
    Proof,
    SubjectPerson,
    SubjectRequest,
    SubjectStep,
    Wanted,
)

__all__ = [
    "GONE",
    "Act",
    "Approval",
    "Behalf",
    "Build",
    "Channel",
    "CopyKind",
    "Custody",
    "CustodyKind",
    "Ending",
    "Erasure",
    "Extraction",
    "HoldRelease",
    "Identity",
    "MaskRound",
    "Pictured",
    "Proof",
    "ReportSignature",
    "Revision",
    "Stamp",
    "SubjectPerson",
    "SubjectRequest",
    "SubjectStep",
    "Wanted",
]
