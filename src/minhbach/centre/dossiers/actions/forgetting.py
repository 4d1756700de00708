"""Who brought a dossier is forgotten: name, number, address, telephone, and what was printed with them.

Promises that nothing of the person is left in a row or a kept file, that the dossier, its events, marks and footage
stay as they were (none of them names anybody), and that the audit log says when and by which basis. There is
no way back.
"""

import datetime

from django.db import transaction

from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.dossiers.models import Dossier, Slip, Submitter
from minhbach.centre.papers.actions import discard
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

ACT = "submitter_erased"
NO_BASIS = Words("Hãy ghi căn cứ xóa dữ liệu.", "Write the basis for the erasure.")
GONE = Words("Dữ liệu người nộp của hồ sơ này đã được xóa.", "Who handed this dossier in was erased before.")
OPEN = Words(
    "Hồ sơ chưa trả kết quả: chưa xóa được dữ liệu người nộp. Hãy xóa sau khi trả kết quả hoặc từ chối.",
    "The dossier is still open: who handed it in cannot be erased before it is handed back or refused.",
)


@transaction.atomic
def forget_submitter(actor: Account | str, dossier: Dossier, *, reason: str, now: datetime.datetime) -> None:
    """Erase who brought an existing, ended dossier. `reason`: the basis, without names. Raises NotPossible."""
    basis = plain(reason)[:200]
    if not basis:
        raise NotPossible(NO_BASIS, "reason")
    # The lock that the printing of the receipt waits for too.
    row = Dossier.objects.select_for_update().get(id=dossier.id)
    if not row.has_ended:
        raise NotPossible(OPEN)
    erased = Submitter.objects.filter(dossier=row, erased_at__isnull=True)
    if not erased.update(sealed=b"", mark="", erased_at=now):
        raise NotPossible(GONE)
    printed = [row.receipt, *(slip.paper for slip in Slip.objects.filter(event__dossier=row).select_related("paper"))]
    Dossier.objects.filter(id=row.id).update(receipt=None)
    Slip.objects.filter(event__dossier=row).update(paper=None)
    for paper in printed:
        if paper is not None:
            discard(paper)
    record(actor, ACT, now=now, about=("dossier", row.id), details={"reason": basis})
