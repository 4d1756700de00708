"""Whether what the rows say is kept lies in the centre's folders as it was: packages of extractions, papers.

Reads every file once. A package may be gone where a row says why: a citizen's erasure took it (an audit row of that
extraction), or it was returned, destroyed or given for good to the citizen who asked, and then it must be gone. Leaves
the rows themselves to `checking`.
"""

import hashlib
from pathlib import Path

from minhbach.centre.access.models import AuditRow
from minhbach.centre.evidence.actions.building import package_path
from minhbach.centre.evidence.models import Build, Custody
from minhbach.centre.evidence.stages import NOT_HERE
from minhbach.centre.journal.findings import Finding
from minhbach.centre.papers import actions as papers
from minhbach.centre.papers.models import Paper
from minhbach.centre.papers.store import PaperLost


def check_kept() -> list[Finding]:
    """What is missing, other than it was, or still there."""
    return [*_packages(), *_papers()]


def _packages() -> list[Finding]:
    ended = set(Custody.objects.filter(NOT_HERE).values_list("extraction", flat=True))
    erased = set(AuditRow.objects.filter(act="package_erased").values_list("object_id", flat=True))
    found = []
    for extraction, digest in Build.objects.exclude(digest="").values_list("extraction", "digest"):
        path = package_path(extraction)
        kind = _judge_gone(path) if extraction in ended else _judge(path, digest)
        if kind == "package_missing" and str(extraction) in erased:
            continue
        if kind:
            found.append(Finding(kind, f"evidence_build {extraction}"))
    return found


def _judge_gone(path: Path) -> str:
    return "package_left" if path.exists() else ""


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
