"""What was erased stays erased after a restoration: a list of it, ids only, that lies apart from the database.

Owns the file `erased.list` in the centre's data, one line for each person forgotten and each package destroyed, and
erasing all of it again when `deploy/restore` left its mark. The list is read out of the audit log as that grows; every
backup takes it, and a restoration takes the newest list there is, not the one of the day that is restored. Promises
that what cannot be erased again yet is tried again until it can be. What happened after the newest backup is in no
list: docs/operations.md says what is left to do.

Who can change the list has people forgotten at the next restoration; nobody can be brought back by it.
"""

import contextlib
import datetime
import logging
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from minhbach.centre.access.models import AuditRow
from minhbach.centre.access.recording import record
from minhbach.centre.dossiers.actions.forgetting import forget_submitter
from minhbach.centre.dossiers.models import Dossier
from minhbach.centre.evidence.actions.building import package_path
from minhbach.centre.evidence.actions.subjects import SYSTEM, SubjectRefused, step
from minhbach.centre.evidence.models import Act, Erasure, SubjectPerson
from minhbach.centre.feedback.actions.petitions import forget_petitioner
from minhbach.centre.registry.writing import NotPossible
from minhbach.durable import Files

_LOGGER = logging.getLogger(__name__)

LIST, MARK = "erased.list", "erased.again"
#: A row may be written a while after the time it bears.
OVERLAP = datetime.timedelta(hours=1)
BASIS = "Đã xóa trước khi phục hồi bản sao lưu"


def beat(*, now: datetime.datetime) -> None:
    """Erase again what a restoration brought back, then list what was erased since. For the worker's rounds."""
    folder = Path(settings.MINHBACH_DATA)
    listed = _read(folder / LIST)
    if (folder / MARK).exists() and _all_again(listed, now):
        (folder / MARK).unlink()
    rows = AuditRow.objects.filter(act__in=_KINDS)
    if listed:
        rows = rows.filter(at__gte=max(listed.values()) - OVERLAP)
    fresh = {(act, about): at for act, about, at in rows.order_by("at").values_list("act", "object_id", "at")}
    if fresh.keys() - listed.keys():
        listed |= {key: at for key, at in fresh.items() if key not in listed}
        lines = [f"{at.astimezone(datetime.UTC).isoformat()} {act} {about}\n" for (act, about), at in listed.items()]
        Files().replace(folder / LIST, "".join(lines).encode("ascii"))


def _read(path: Path) -> dict[tuple[str, str], datetime.datetime]:
    """By act and id: when it was erased first."""
    if not path.exists():
        return {}
    found = {}
    for line in path.read_text("ascii").splitlines():
        at, act, about = line.split(" ")
        found[act, about] = datetime.datetime.fromisoformat(at)
    return found


def _all_again(listed: Mapping[tuple[str, str], datetime.datetime], now: datetime.datetime) -> bool:
    """Whether nothing is left to erase."""
    left = 0
    for act, about in listed:
        if act not in _KINDS:
            continue
        kind, erase = _KINDS[act]
        try:
            with transaction.atomic():
                if not AuditRow.objects.filter(object_kind=kind, object_id=about, act=act).exists():
                    erase(UUID(about), now)
        except (NotPossible, SubjectRefused) as refused:
            left += 1
            _LOGGER.error("%s %s is not erased again yet: %s", act, about, refused)
    return not left


def _package(extraction: UUID, now: datetime.datetime) -> None:
    path = package_path(extraction)
    work = path.with_suffix(".work")
    if path.exists() or work.exists():
        path.unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(work)
        record(SYSTEM.name, "package_erased", now=now, about=("extraction", extraction), details={"basis": BASIS})


def _subject(request: UUID, now: datetime.datetime) -> None:
    if SubjectPerson.objects.filter(request=request).delete()[0]:
        Erasure.objects.filter(request=request).update(salt=b"")
        step(request, Act.FORGOTTEN, now=now)


def _petitioner(petition: UUID, now: datetime.datetime) -> None:
    forget_petitioner(SYSTEM.name, petition, basis=BASIS, now=now)


def _submitter(dossier: UUID, now: datetime.datetime) -> None:
    """Raises NotPossible where the dossier is open again: it ends a second time first."""
    row = Dossier.objects.filter(id=dossier, submitter__erased_at__isnull=True).first()
    if row is not None:
        forget_submitter(SYSTEM.name, row, reason=BASIS, now=now)


#: Acts of the audit log after which something is gone: what each is about, and how that goes again.
_KINDS: Mapping[str, tuple[str, Callable[[UUID, datetime.datetime], None]]] = {
    "package_erased": ("extraction", _package),
    "extraction_destroyed": ("extraction", _package),
    "extraction_returned": ("extraction", _package),
    "subject_forgotten": ("subject", _subject),
    "petitioner_erased": ("petition", _petitioner),
    "submitter_erased": ("dossier", _submitter),
}
