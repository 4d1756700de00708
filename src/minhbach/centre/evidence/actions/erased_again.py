"""What was erased stays erased after a restoration: a list of it, ids only, that lies apart from the database.

Owns the file `erased.list` in the centre's data, one line for each person forgotten and each package destroyed, and
erasing all of it again when `deploy/restore` left its mark. The list is read out of the audit log as that grows; every
backup takes it, and a restoration takes the newest list there is, not the one of the day that is restored. Promises
that what cannot be erased again yet is tried again until it can be, and nothing else is: the mark holds what is left.
What happened after the newest backup is in no list: docs/operations.md says what is left to do.

Who can change the list has people forgotten at the next restoration; nobody can be brought back by it.
"""

import contextlib
import datetime
import logging
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Lines:
    """What a list says. By act and id: when it was erased first."""

    known: Mapping[tuple[str, str], datetime.datetime]
    #: Bytes that are no line of ours: kept, and said at each reading, for a person to see what they were.
    unread: tuple[bytes, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.known or self.unread)

    @property
    def data(self) -> bytes:
        """As it lies on the disk."""
        at_first = ((at.astimezone(datetime.UTC).isoformat(), act, about) for (act, about), at in self.known.items())
        return b"".join([*(" ".join(line).encode("ascii") + b"\n" for line in at_first), *self.unread])


class Erased:
    """The round of the worker; remembers what is listed and until when the audit log was read, which no index finds
    acts in: all of it is read once, when the worker begins.
    """

    def __init__(self) -> None:
        self._listed: _Lines | None = None
        self._read_until: datetime.datetime | None = None

    def beat(self, *, now: datetime.datetime) -> None:
        """Erase again what a restoration brought back, then list what was erased since."""
        folder = Path(settings.MINHBACH_DATA)
        try:
            if (folder / MARK).exists():
                _erase_again(folder / MARK, folder / LIST, now)
        finally:
            self._list(folder / LIST, now)

    def _list(self, path: Path, now: datetime.datetime) -> None:
        listed = _read(path) if self._listed is None else self._listed
        rows = AuditRow.objects.filter(act__in=_KINDS)
        if self._read_until is not None:
            rows = rows.filter(at__gte=self._read_until - OVERLAP)
        erased = rows.order_by("at").values_list("act", "object_id", "at")
        fresh = {(act, about): at for act, about, at in erased if (act, about) not in listed.known}
        if fresh:
            listed = _Lines({**listed.known, **fresh}, listed.unread)
            Files().replace(path, listed.data)
        self._listed, self._read_until = listed, now


def _read(path: Path) -> _Lines:
    known: dict[tuple[str, str], datetime.datetime] = {}
    unread = []
    for line in path.read_bytes().splitlines(keepends=True) if path.exists() else ():
        try:
            at, act, about = line.decode("ascii").split()
            if act not in _KINDS:
                raise ValueError(act)
            known.setdefault((act, str(UUID(about))), datetime.datetime.fromisoformat(at))
        except ValueError as error:
            unread.append(line.rstrip(b"\n") + b"\n")
            _LOGGER.error("%s: a line cannot be read, and nothing is erased by it: %r (%s)", path, line[:200], error)
    return _Lines(known, tuple(unread))


def _erase_again(mark: Path, listed: Path, now: datetime.datetime) -> None:
    """The mark holds what is still to do, and as a restoration leaves it empty: all that is listed.

    What was erased again once may be made anew, for example the package of an extraction that was only approved in
    what was restored: nothing is tried again but what failed.
    """
    wanted = _read(mark if mark.stat().st_size else listed)
    left = _Lines({key: at for key, at in wanted.known.items() if not _erase_one(*key, now)}, wanted.unread)
    if not left:
        mark.unlink()
    elif mark.read_bytes() != left.data:
        Files().replace(mark, left.data)


def _erase_one(act: str, about: str, now: datetime.datetime) -> bool:
    """Whether it is gone now. One line that fails keeps no other from its turn."""
    kind, erase = _KINDS[act]
    try:
        with transaction.atomic():
            if not AuditRow.objects.filter(object_kind=kind, object_id=about, act=act).exists():
                erase(UUID(about), now)
    except (NotPossible, SubjectRefused, OSError) as refused:
        _LOGGER.error("%s %s is not erased again yet: %s", act, about, refused)
        return False
    except Exception:
        _LOGGER.exception("%s %s is not erased again yet: an error of our own", act, about)
        return False
    return True


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
