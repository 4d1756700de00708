"""A witness that starts again reads only what is new of its file, and remembers all the same."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from minhbach.centre.footage import witnessing
from minhbach.centre.footage.models import Alarm, Cosignature, RecorderLog
from minhbach.edge.config import HOUR_US
from minhbach.ledger.witness import BrokenWitnessFile, read_witness_file
from tests.centre.footage.sites import Centre
from tests.edge.keeping import MINUTE, Site, configured

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(configured(tmp_path / "archive")).start()
    yield site
    if site.alive:
        site.stop()


@pytest.fixture
def centre(site: Site, tmp_path: Path) -> Iterator[Centre]:
    centre = Centre(site, tmp_path / "centre")
    yield centre
    centre.close()


def cosign(site: Site, centre: Centre, times: int) -> None:
    for _ in range(times):
        site.live(2 * MINUTE, MINUTE)
        centre.take_in()
        assert centre.cosign()


def kill(centre: Centre) -> None:
    """The worker dies without taking a note, and starts again."""
    centre.witness._file.close()
    os.close(centre.witness._lock)
    centre.reopen()


def read_path(centre: Centre) -> Path:
    return centre.witness.path.with_suffix(".read")


def is_whole(centre: Centre) -> None:
    """The file, the rows and the log say the same."""
    log = RecorderLog.objects.get()
    view = read_witness_file(centre.witness.path.read_bytes())
    assert view.cosigned[-1].checkpoint.size == log.cosigned == log.size
    assert not Alarm.objects.filter(grave=True).exists()


def test_a_new_start_reads_only_what_came_after_the_last_note(site: Site, centre: Centre) -> None:
    cosign(site, centre, 3)
    centre.close()
    noted = int(read_path(centre).read_bytes().partition(b"\n")[0])
    assert noted == centre.witness.path.stat().st_size
    # What would stop a reading of the whole file is not come across.
    with centre.witness.path.open("r+b") as file:
        file.seek(30)
        kept = file.read(1)
        file.seek(30)
        file.write(b"\xff")
    with pytest.raises(BrokenWitnessFile):
        read_witness_file(centre.witness.path.read_bytes())
    centre.reopen()
    cosign(site, centre, 2)
    centre.close()
    with centre.witness.path.open("r+b") as file:
        file.seek(30)
        file.write(kept)
    centre.reopen()
    cosign(site, centre, 1)
    is_whole(centre)


def test_after_a_kill_what_was_cosigned_is_remembered_and_rows_that_are_missing_are_made(
    site: Site, centre: Centre
) -> None:
    cosign(site, centre, 2)
    centre.close()
    centre.reopen()
    cosign(site, centre, 2)
    before = RecorderLog.objects.get()
    size, at = before.cosigned, before.cosigned_at
    Cosignature.objects.all().delete()
    RecorderLog.objects.update(cosigned=size - 1)
    kill(centre)
    centre.cosign()
    after = RecorderLog.objects.get()
    assert (after.cosigned, after.cosigned_at) == (size, at)
    RecorderLog.objects.update(cosigned=0, cosigned_at=None)
    centre.witness.catch_up(RecorderLog.objects.get(), centre.desk.copy(after.name))
    assert RecorderLog.objects.get().cosigned == size
    is_whole(centre)


@pytest.mark.parametrize("spoil", ["missing", "noise", "forged", "of another time"])
def test_a_note_that_is_not_true_of_the_file_is_not_believed(site: Site, centre: Centre, spoil: str) -> None:
    cosign(site, centre, 2)
    centre.close()
    early = read_path(centre).read_bytes(), centre.witness.path.read_bytes()
    centre.reopen()
    cosign(site, centre, 2)
    centre.close()
    note = read_path(centre).read_bytes()
    if spoil == "missing":
        read_path(centre).unlink()
    elif spoil == "noise":
        read_path(centre).write_bytes(b"12\nnoise")
    elif spoil == "forged":
        head, _, rest = note.rpartition(b" ")
        read_path(centre).write_bytes(head + b" " + rest[:8] + bytes([rest[8] ^ 1]) + rest[9:])
    else:
        # The file was put back to an earlier state: its note speaks of what is no longer there.
        centre.witness.path.write_bytes(early[1])
        RecorderLog.objects.update(cosigned=0, cosigned_at=None)
    centre.reopen()
    cosign(site, centre, 1)
    is_whole(centre)


def test_notes_are_taken_while_the_witness_works(site: Site, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witnessing, "NOTE_EVERY", 2)
    cosign(site, centre, 5)
    noted = int(read_path(centre).read_bytes().partition(b"\n")[0])
    assert 0 < noted < centre.witness.path.stat().st_size
    site.live(HOUR_US, 10 * MINUTE)
    kill(centre)
    cosign(site, centre, 1)
    is_whole(centre)
