"""What a recorder logged is at the centre: verified, once, as the files and rows of what really happened."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from minhbach.centre.footage.models import Alarm, Gap, Removal, Run
from minhbach.edge.check.inspection import inspect
from minhbach.edge.config import DAY_US, HOUR_US
from tests.centre.footage.sites import Centre
from tests.edge.keeping import MINUTE, S, Site, configured

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(configured(tmp_path / "archive", "quay-1", "quay-2")).start()
    yield site
    if site.alive:
        site.stop()


@pytest.fixture
def centre(site: Site, tmp_path: Path) -> Iterator[Centre]:
    centre = Centre(site, tmp_path / "centre")
    yield centre
    centre.close()


def stretches(recorder: UUID) -> dict[str, list[tuple[int, int, str]]]:
    """What the rows say of each stream, as a check of the archive says it."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    for kind, cause in ((Run, None), (Gap, "cause"), (Removal, "kind")):
        for row in kind.objects.filter(stream__recorder=recorder).select_related("stream"):
            why = getattr(row, cause) if cause else ""
            found.setdefault(row.stream.camera, []).append((row.begin_us, row.end_us, why))
    return {name: sorted(rows) for name, rows in found.items()}


def truth(site: Site) -> dict[str, list[tuple[int, int, str]]]:
    """The same by the recorder's own check."""
    found = {}
    for line in inspect(site.folder, None, quick=True).timelines:
        found[line.label] = [(each.begin_us, each.end_us, each.cause) for each in line.stretches]
    return found


def lived(site: Site) -> None:
    """A history with everything in it: days, deletions, a hold, a kill, a clock that is set, other cameras."""
    site.stream(60)
    site.live(DAY_US + 3 * HOUR_US, 2 * HOUR_US)
    held = site.hold("quay-1")
    site.live(6 * HOUR_US, HOUR_US)
    site.release(held)
    site.kill()
    site.off(5 * MINUTE)
    site.start()
    site.record()
    site.clock.step(-30 * S)
    site.record()
    site.restart(configured(site.folder, "quay-1", "quay-3"))
    site.live(8 * HOUR_US, HOUR_US)


def test_the_rows_say_what_a_check_of_the_archive_says(site: Site, centre: Centre) -> None:
    lived(site)
    centre.take_in()
    assert stretches(centre.recorder) == truth(site)
    assert Removal.objects.exists()
    assert not Alarm.objects.filter(grave=True).exists()


def test_it_does_not_matter_in_which_pieces_entries_come(site: Site, centre: Centre) -> None:
    for _ in range(3):
        site.live(9 * HOUR_US, HOUR_US)
        centre.take_in(chunk=7)
        site.stop()
        site.start()
    site.live(DAY_US, HOUR_US)
    centre.take_in(chunk=61)
    assert stretches(centre.recorder) == truth(site)
    assert not Alarm.objects.exists()
