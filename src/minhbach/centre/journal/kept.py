"""Whether what the rows say is kept lies in the centre's folders as it was: packages of extractions, papers.

Reads every file once. A package may be gone where a row says why: it was returned or destroyed, or a citizen's erasure
took it (an audit row of that extraction). Leaves the rows themselves to `checking`.
"""

import hashlib
from pathlib import Path
from uuid import UUID

from minhbach.centre.access.models import AuditRow
from minhbach.centre.evidence.actions.building import package_path
from minhbach.centre.evidence.models import Build, Custody, CustodyKind
from minhbach.centre.journal.findings import Finding
from minhbach.centre.papers import actions as papers
from minhbach.centre.papers.models import Paper
from minhbach.centre.papers.store import PaperLost

ENDED = (CustodyKind.RETURNED.value, CustodyKind.DESTROYED.value)


def check_kept() -> list[Finding]:
    """What is missing or other than it was."""
    return [*_packages(), *_papers()]


def _packages() -> list[Finding]:
    ended = set(Custody.objects.filter(kind__in=ENDED).values_list("extraction", flat=True))
    erased = set(AuditRow.objects.filter(act="package_erased").values_list("object_id", flat=True))
    found = []
    for extraction, digest in Build.objects.exclude(digest="").values_list("extraction", "digest"):
        kind = _judge(package_path(extraction), digest)
        if kind == "package_missing" and _may_be_gone(extraction, ended, erased):
            continue
        if kind:
            found.append(Finding(kind, f"evidence_build {extraction}"))
    return found


def _may_be_gone(extraction: UUID, ended: set[UUID], erased: set[str]) -> bool:
    return extraction in ended or str(extraction) in erased


def _judge(path: Path, digest: str) -> str:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "package_missing"
    return "" if found == digest else "package_other"


def _papers() -> list[Finding]:
    found = []
    for paper in Paper.objects.iterator():
        try:
            papers.read(paper)
        except PaperLost:
            found.append(Finding("paper_lost", f"papers_paper {paper.id}"))
    return found
