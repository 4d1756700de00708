"""What does not verify changes nothing at the centre, and is an alarm with its proof; what is lawful never is one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from minhbach.centre.footage import alarms as telling
from minhbach.centre.footage import allowance, indexing
from minhbach.centre.footage.ingestion import NotVerified, TooMuch
from minhbach.centre.footage.models import Alarm, FootageStream, LateSpan, LogKey, RecorderLog, Run
from minhbach.centre.footage.witnessing import CentreWitness
from minhbach.edge.archive import layout
from minhbach.edge.archive.home import reader
from minhbach.edge.config import HOUR_US
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import entry as entries
from minhbach.ledger import note, tiles, tree
from minhbach.ledger.witness import read_witness_file
from tests.centre.footage.sites import Centre
from tests.centre.footage.test_ingestion import stretches, truth
from tests.edge.keeping import MINUTE, Site, configured

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(configured(tmp_path / "archive")).start()
    site.live(2 * HOUR_US, HOUR_US)
    yield site
    if site.alive:
        site.stop()


@pytest.fixture
def centre(site: Site, tmp_path: Path) -> Iterator[Centre]:
    centre = Centre(site, tmp_path / "centre")
    yield centre
    centre.close()


class Forger:
    """Whoever has the recorder's key, and writes what never happened."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.name = layout.log_names(site.folder)[-1]
        self.log = reader(layout.log_folder(site.folder, self.name))
        self.entries = list(self.log.entries(0, self.log.size))
        self.signers = site.book.log.signers
        self.origin = site.book.log.origin

    def signed(self, forged: list[bytes]) -> bytes:
        """A head over entries of the forger's choice, under the recorder's true key."""
        root = tree.root_of([tree.leaf_hash(each) for each in forged])
        return checkpoints.sign(checkpoints.Checkpoint(self.origin, len(forged), root), *self.signers)

    def offer(self, centre: Centre, forged: list[bytes]) -> None:
        """As a recorder would, from where the centre stands."""
        centre.desk.greet("forged", 0, now=centre.now)
        taken = centre.desk.accept_head(self.signed(forged), forged[0], now=centre.now)
        have = centre.desk.copy(self.name).head.size
        centre.desk.store(taken, forged[have:], now=centre.now)
        while centre.desk.index_batch(now=centre.now) is not None:
            pass


def alarms() -> list[str]:
    return [each.kind for each in Alarm.objects.order_by("first_at", "id")]


def changed(entry: bytes, **fields: object) -> bytes:
    return entries.encode({**entries.decode(entry), **fields})


def test_a_second_history_of_the_same_size_is_refused_and_its_note_kept(centre: Centre, site: Site) -> None:
    forger = Forger(site)
    centre.take_in()
    before = Run.objects.count()
    segment = next(at for at, each in enumerate(forger.entries) if b'"kind":"segment"' in each)
    forged = list(forger.entries)
    forged[segment] = changed(forged[segment], sha256="0" * 64)
    with pytest.raises(NotVerified):
        forger.offer(centre, forged)
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.grave, bytes(alarm.evidence)) == ("log_forked", True, forger.signed(forged))
    assert Run.objects.count() == before


def test_a_history_that_grew_from_another_past_is_refused(centre: Centre, site: Site) -> None:
    forger = Forger(site)
    centre.take_in()
    forged = [*forger.entries[:-1], changed(forger.entries[-1], at_us=entries.decode(forger.entries[-1])["at_us"] + 1)]
    with pytest.raises(NotVerified):
        forger.offer(centre, [*forged, forger.entries[-1]])
    assert alarms() == ["log_contradicts"]
    assert RecorderLog.objects.get().size == len(forger.entries)


def test_a_log_that_lost_its_end_is_refused(centre: Centre, site: Site) -> None:
    forger = Forger(site)
    centre.take_in()
    with pytest.raises(NotVerified):
        forger.offer(centre, forger.entries[:-2])
    assert alarms() == ["log_shrunk"]


def test_a_recorder_that_logs_without_end_costs_the_centre_no_more_than_its_allowance(
    centre: Centre, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    forger = Forger(site)
    centre.take_in()
    stored = RecorderLog.objects.get().size
    monkeypatch.setattr(allowance, "BESIDE_DAY", 0)
    monkeypatch.setattr(allowance, "PER_CAMERA_DAY", len(forger.entries[-1]) * 20)
    last = entries.decode(forger.entries[-1])
    much = [entries.encode({**last, "at_us": last["at_us"] + number}) for number in range(1, 1000)]
    with pytest.raises(TooMuch):
        forger.offer(centre, [*forger.entries, *much])
    assert RecorderLog.objects.get().size == stored
    (alarm,) = Alarm.objects.filter(kind="log_too_large")
    assert alarm.grave
    assert "nhiều bất thường" in alarm.vi
    little = [*forger.entries, *much[:100]]
    forger.offer(centre, little)
    assert RecorderLog.objects.get().size == stored + 100
    with pytest.raises(TooMuch):
        forger.offer(centre, [*little, *much[100:300]])
    site.clock.advance(14 * 24 * HOUR_US)
    forger.offer(centre, [*little, *much[100:300]])
    assert RecorderLog.objects.get().size == stored + 300


def test_a_head_under_the_name_of_another_log_is_refused(centre: Centre, site: Site) -> None:
    forger = Forger(site)
    signed = centre.desk.accept_head(forger.signed(forger.entries), forger.entries[0], now=centre.now)
    centre.desk.must_be_of(signed, forger.name, now=centre.now)
    for other in ("..", "2/" + forger.name, ""):
        with pytest.raises(NotVerified):
            centre.desk.must_be_of(signed, other, now=centre.now)
    assert alarms() == ["log_foreign"]


def test_a_thousand_causes_for_one_kind_of_alarm_are_a_hundred_rows_and_a_count(centre: Centre) -> None:
    for index in range(1000):
        telling.tell(centre.recorder, "entry_unreadable", now=centre.now, log="2026", index=index, why="x")
    telling.tell(centre.recorder, "log_forked", now=centre.now, log="2026")
    rows = Alarm.objects.filter(kind="entry_unreadable")
    assert rows.count() == telling.MOST_OF_A_KIND + 1
    assert rows.get(times__gt=1).times == 1000 - telling.MOST_OF_A_KIND
    assert Alarm.objects.filter(kind="log_forked").count() == 1


def test_a_head_under_another_key_of_the_same_name_is_refused(centre: Centre, site: Site, tmp_path: Path) -> None:
    forger = Forger(site)
    centre.take_in()
    stranger = Site(configured(tmp_path / "other")).start()
    theirs = stranger.book.log.signers[0]
    stranger.stop()
    forger.signers = (note.Signer(forger.signers[0].name, theirs.public, theirs.sign),)
    with pytest.raises(NotVerified):
        forger.offer(centre, forger.entries)
    assert alarms() == ["head_unsigned"]
    assert LogKey.objects.count() == 1


def test_a_log_of_another_recorder_is_refused(centre: Centre, tmp_path: Path) -> None:
    stranger = Site(configured(tmp_path / "other")).start()
    head, opening = stranger.book.log.note, stranger.book.log.reader().entry(0)
    stranger.stop()
    with pytest.raises(NotVerified):
        centre.desk.accept_head(head, opening, now=centre.now)
    assert alarms() == ["log_foreign"]
    assert not LogKey.objects.exists()


@pytest.mark.parametrize("spoil", [lambda head: head[:-9], lambda head: b"", lambda head: head.replace(b"\n", b"\r\n")])
def test_a_note_that_is_none_is_refused(centre: Centre, site: Site, spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(NotVerified):
        centre.desk.accept_head(spoil(site.book.log.note), site.book.log.reader().entry(0), now=centre.now)
    assert alarms() == ["head_unsigned"]


def test_what_the_law_forbids_is_stored_and_told(centre: Centre, site: Site) -> None:
    forger = Forger(site)
    last = max(at for at, each in enumerate(forger.entries) if b'"kind":"segment"' in each)
    removal = entries.make(
        "erasure",
        at_us=site.clock.wall_us(),
        clock=entries.decode(forger.entries[last])["clock"],
        segments=[["quay-1", "main", 0, 500]],
        commitment="a" * 64,
    )
    site.stop()
    forger.offer(centre, [*forger.entries, entries.encode(removal)])
    told = Alarm.objects.filter(grave=True).values_list("kind", flat=True)
    assert "segment_unknown" in told
    assert RecorderLog.objects.get().indexed == len(forger.entries) + 1


def test_bytes_that_are_no_entry_are_stored_and_told_and_hold_nothing_up(centre: Centre, site: Site) -> None:
    forger = Forger(site)
    site.stop()
    forger.offer(centre, [*forger.entries, b'{"kind":"segment"}', b"\x00\x01", forger.entries[-1]])
    assert alarms().count("entry_unreadable") == 2
    assert RecorderLog.objects.get().indexed == len(forger.entries) + 3


def test_the_same_trouble_again_is_one_alarm_that_counts(centre: Centre, site: Site) -> None:
    forger = Forger(site)
    centre.take_in()
    for _ in range(3):
        with pytest.raises(NotVerified):
            forger.offer(centre, forger.entries[:-2])
    assert Alarm.objects.get().times == 3


def test_the_witness_signs_no_second_history_even_if_rows_and_files_are_set_back(
    centre: Centre, site: Site, tmp_path: Path
) -> None:
    forger = Forger(site)
    centre.take_in()
    assert centre.cosign()
    memory = centre.witness.path.read_bytes()
    centre.close()
    # Somebody with the database and the disk, but without the witness' file, begins anew.
    indexing.forget(centre.recorder)
    RecorderLog.objects.update(size=0)
    centre.folder = tmp_path / "anew"
    (centre.folder / "witness").mkdir(parents=True)
    (centre.folder / "witness" / centre.witness.path.name).write_bytes(memory)
    centre.reopen()
    forged = [*forger.entries[:-1], changed(forger.entries[-1], at_us=entries.decode(forger.entries[-1])["at_us"] + 1)]
    forger.offer(centre, forged)
    log = RecorderLog.objects.get()
    assert centre.witness.cosign(log, centre.desk.copy(log.name), now=centre.now) is None
    assert centre.witness.path.read_bytes() == memory


def test_a_kill_between_the_witness_file_and_the_rows_is_mended(centre: Centre, site: Site) -> None:
    centre.take_in()
    centre.cosign()
    site.live(2 * HOUR_US, HOUR_US)
    centre.take_in()
    log = RecorderLog.objects.get()
    copy = centre.desk.copy(log.name)
    before = log.cosigned
    centre.cosign()
    RecorderLog.objects.update(cosigned=before)
    centre.close()
    centre.reopen()
    log.refresh_from_db()
    centre.witness.catch_up(log, copy)
    log.refresh_from_db()
    assert log.cosigned == log.size > before


def test_a_torn_record_of_the_witness_is_cut_off_before_it_signs_again(centre: Centre, site: Site) -> None:
    centre.take_in()
    centre.cosign()
    centre.close()
    whole = centre.witness.path.read_bytes()
    centre.witness.path.write_bytes(whole + b"cosigned 395\nminhbach.vn/log")
    centre.reopen()
    site.live(HOUR_US, 20 * MINUTE)
    centre.take_in()
    assert centre.cosign()
    view = read_witness_file(centre.witness.path.read_bytes())
    assert len(view.cosigned) == 2
    assert isinstance(centre.witness, CentreWitness)


def test_rows_that_are_forgotten_are_made_anew_from_the_files(centre: Centre, site: Site) -> None:
    for _ in range(3):
        site.live(2 * HOUR_US, HOUR_US)
        centre.take_in()
        centre.cosign()
    late = LateSpan.objects.count()
    call_command("reindex", str(centre.recorder))
    assert not Run.objects.exists()
    centre.take_in()
    centre.cosign()
    assert stretches(centre.recorder) == truth(site)
    log = RecorderLog.objects.get()
    assert log.cosigned == log.size
    assert LateSpan.objects.count() == late
    assert FootageStream.objects.get().witnessed_until_us == FootageStream.objects.get().known_until_us


def test_tiles_of_the_copy_are_those_of_the_recorder(centre: Centre, site: Site) -> None:
    while site.book.log.size < 3 * tiles.TILE_WIDTH:
        site.stream(400)
        centre.take_in(chunk=100)
    mine = centre.desk.copy(layout.log_names(site.folder)[-1]).folder
    theirs = layout.log_folder(site.folder, layout.log_names(site.folder)[-1])
    shared = [path.relative_to(theirs) for path in theirs.rglob("*") if path.is_file() and "tile" in path.parts]
    assert len(shared) >= 6
    for path in (*shared, Path("tail")):
        assert (mine / path).read_bytes() == (theirs / path).read_bytes()
