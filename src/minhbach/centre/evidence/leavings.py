"""What making packages leaves at the centre that nobody needs any more: found by the rows, and swept from the disk.

Owns which file or folder is over: of builds that nobody goes on with, and of packages that the book says are gone.
Promises that nothing of another name is touched. Leaves when it is looked at to `packing`.
"""

import datetime
import logging
import re
import shutil
from pathlib import Path

from django.conf import settings

from minhbach.centre.evidence.models import Build, Custody
from minhbach.centre.evidence.stages import NOT_HERE

_LOGGER = logging.getLogger(__name__)

_NAME = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEPT_AFTER_FAILING = datetime.timedelta(days=1)


def left_over(*, now: datetime.datetime) -> list[Path]:
    """What nobody needs any more: folders of builds that nobody goes on with, packages that the book says are gone."""
    return [*_left_folders(now), *_left_packages()]


def sweep(path: Path) -> None:
    """Take one of these away; what cannot go now is tried again the next time."""
    if path.suffix == ".work":
        shutil.rmtree(path, ignore_errors=True)
        return
    try:
        path.unlink(missing_ok=True)
    except OSError:
        _LOGGER.exception("%s is over and still lies there", path)


def _ours(pattern: str) -> dict[str, Path]:
    found = (Path(settings.MINHBACH_DATA) / "packages").glob(pattern)
    # Somebody's own file or folder of another name is nothing of ours.
    return {path.stem: path for path in found if _NAME.fullmatch(path.stem)}


def _left_packages() -> list[Path]:
    """Of extractions that were returned, destroyed or given to a citizen: the process or the disk failed after that was
    written.
    """
    packages = _ours("*.zip")
    over = Custody.objects.filter(NOT_HERE, extraction__in=list(packages)).values_list("extraction", flat=True)
    return [packages[str(extraction)] for extraction in over]


def _left_folders(now: datetime.datetime) -> list[Path]:
    """Of builds that are finished, ended, or failed a day ago and not begun again."""
    folders = _ours("*.work")
    rows = Build.objects.filter(extraction__in=list(folders), digest="").exclude(failed_at__lt=now - KEPT_AFTER_FAILING)
    mine = rows.exclude(failed_at__isnull=False, extraction__ending__isnull=False)
    going_on = {str(each) for each in mine.values_list("extraction", flat=True)}
    return [path for name, path in folders.items() if name not in going_on]
