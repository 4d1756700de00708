"""Every kind of damage to the log and to an archive's own files is found; what can be judged behind it still is."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from minhbach.edge.archive import keys, layout
from minhbach.edge.archive.log import Log
from minhbach.edge.check import log_files
from minhbach.edge.check.inspection import Inspection
from minhbach.edge.check.place import CannotRead, look
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import tiles
from minhbach.ledger.entry import canonical
from tests.edge.check.recorded import Archive, flip, write_log
from tests.edge.keeping import Unsynced
from tests.ledger.people import OTHER_LOG

Damage = Callable[[Archive], None]
BUNDLE, TILE, TAIL, CHECKPOINT = "tile/entries/000", "tile/0/000", "tail", "checkpoint"


@dataclass(frozen=True)
class Case:
    name: str
    damage: Damage
    kinds: frozenset[str]


CASES: list[Case] = []


def case(*kinds: str) -> Callable[[Damage], Damage]:
    """Findings that must be among those made."""

    def add(damage: Damage) -> Damage:
        CASES.append(Case(damage.__name__, damage, frozenset(kinds)))
        return damage

    return add


@case("tile_differs")
def a_bit_in_a_hash_tile(archive: Archive) -> None:
    flip(archive.log / TILE, 32 * 17 + 5)


@case("tile_differs")
def half_a_hash_tile(archive: Archive) -> None:
    os.truncate(archive.log / TILE, 4096)


@case("tile_differs")
def a_hash_tile_that_grew(archive: Archive) -> None:
    with (archive.log / TILE).open("ab") as file:
        file.write(b"\0")


@case("tile_differs")
def no_hash_tile(archive: Archive) -> None:
    (archive.log / TILE).unlink()


@case("tile_differs", "checkpoint_differs", "entry_unreadable")
def a_bit_in_the_syntax_of_an_entry(archive: Archive) -> None:
    data = (archive.log / BUNDLE).read_bytes()
    flip(archive.log / BUNDLE, data.index(b'"kind":"segment"', 60_000) + 8)


@case("tile_differs", "checkpoint_differs")
def a_bit_in_a_number_of_an_entry(archive: Archive) -> None:
    data = (archive.log / BUNDLE).read_bytes()
    flip(archive.log / BUNDLE, data.index(b'"init_sha256":"', 60_000) + 20)


@case("log_unreadable", "entries_lost")
def a_bit_in_the_length_of_an_entry(archive: Archive) -> None:
    flip(archive.log / BUNDLE, 0, 1)


@case("log_unreadable", "entries_lost")
def half_a_bundle(archive: Archive) -> None:
    os.truncate(archive.log / BUNDLE, 50_000)


@case("log_unreadable", "entries_lost")
def no_bundle(archive: Archive) -> None:
    (archive.log / BUNDLE).unlink()


@case("checkpoint_differs")
def a_bit_in_the_tail(archive: Archive) -> None:
    data = (archive.log / TAIL).read_bytes()
    flip(archive.log / TAIL, data.index(b'"init_sha256":"') + 20)


@case("checkpoint_ahead")
def a_tail_cut_in_an_entry(archive: Archive) -> None:
    os.truncate(archive.log / TAIL, (archive.log / TAIL).stat().st_size - 3)


@case("checkpoint_ahead")
def a_tail_cut_between_entries(archive: Archive) -> None:
    lines, _ = tiles.parse_bundle((archive.log / TAIL).read_bytes())
    (archive.log / TAIL).write_bytes(b"".join(map(tiles.frame, lines[:-4])))


@case("checkpoint_ahead")
def no_tail(archive: Archive) -> None:
    (archive.log / TAIL).unlink()


@case("log_overgrown")
def a_tail_with_noise_behind_it(archive: Archive) -> None:
    with (archive.log / TAIL).open("ab") as file:
        file.write(b"\x00\x05hello")


@case("log_overgrown")
def an_entry_behind_the_shutdown(archive: Archive) -> None:
    with (archive.log / TAIL).open("ab") as file:
        file.write(tiles.frame(canonical({**archive.entries()[-1], "kind": "shutdown"})))


@case("checkpoint_unsigned")
def a_bit_in_the_signature(archive: Archive) -> None:
    flip(archive.log / CHECKPOINT, -20)


@case("checkpoint_unsigned", "checkpoint_differs")
def a_bit_in_the_root(archive: Archive) -> None:
    lines = (archive.log / CHECKPOINT).read_text("utf-8").split("\n")
    lines[2] = ("B" if lines[2][0] != "B" else "C") + lines[2][1:]
    (archive.log / CHECKPOINT).write_text("\n".join(lines), "utf-8")


@case("checkpoint_unsigned")
def a_checkpoint_that_is_none(archive: Archive) -> None:
    (archive.log / CHECKPOINT).write_bytes(b"\xff\0")


@case("checkpoint_unsigned")
def no_checkpoint(archive: Archive) -> None:
    (archive.log / CHECKPOINT).unlink()


@case("checkpoint_unsigned")
def a_checkpoint_signed_by_somebody_else(archive: Archive) -> None:
    log = look(archive.folder).logs[-1]
    signer = type(OTHER_LOG)(archive.signer().name, OTHER_LOG.public, OTHER_LOG.sign)
    head = checkpoints.claimed(log.checkpoint or b"")
    (archive.log / CHECKPOINT).write_bytes(checkpoints.sign(head, signer))


@case("file_unlogged")
def an_older_checkpoint_of_the_same_log(archive: Archive) -> None:
    log = look(archive.folder).logs[-1]
    size = (log.signed_size or 0) - 20
    head = checkpoints.Checkpoint(log.origin, size, log.reader().root(size))
    (archive.log / CHECKPOINT).write_bytes(checkpoints.sign(head, archive.signer()))


@case("checkpoint_unsigned")
def the_checkpoint_of_another_recorder(archive: Archive) -> None:
    log = look(archive.folder).logs[-1]
    origin = checkpoints.log_origin("0190b6a0-5c1e-7d2a-9f3b-ffffffffffff", 2026)
    head = checkpoints.Checkpoint(origin, log.signed_size or 0, log.reader().root(log.signed_size or 0))
    (archive.log / CHECKPOINT).write_bytes(checkpoints.sign(head, OTHER_LOG))


@case("log_missing", "file_unlogged")
def no_log_at_all(archive: Archive) -> None:
    shutil.rmtree(archive.folder / "log")


@case("log_missing", "file_unlogged")
def no_log_of_this_year(archive: Archive) -> None:
    shutil.rmtree(archive.log)


@case("log_unreadable")
def no_tiles(archive: Archive) -> None:
    shutil.rmtree(archive.log / "tile")


@case("archive_file_damaged")
def no_identity(archive: Archive) -> None:
    (archive.folder / "archive.json").unlink()


@case("archive_file_damaged")
def half_an_identity(archive: Archive) -> None:
    os.truncate(archive.folder / "archive.json", 20)


@case("archive_file_damaged")
def the_identity_of_another_recorder(archive: Archive) -> None:
    record = json.loads((archive.folder / "archive.json").read_bytes())
    record["recorder"] = "0190b6a0-5c1e-7d2a-9f3b-ffffffffffff"
    (archive.folder / "archive.json").write_text(json.dumps(record))


@case("archive_file_damaged", "disk_away")
def no_name_on_the_disk(archive: Archive) -> None:
    (archive.folder / "disk.json").unlink()


@case("disk_away")
def another_name_on_the_disk(archive: Archive) -> None:
    (archive.folder / "disk.json").write_text('{"disk": "00000000"}')


@case("archive_file_damaged", "disk_away")
def a_disk_name_that_is_no_text(archive: Archive) -> None:
    (archive.folder / "disk.json").write_text("[" * 5000)


def kinds(found: Inspection) -> set[str]:
    return {each.kind for each in found.findings}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_damage_to_the_log_or_the_archives_own_files_is_found(archive: Archive, case: Case) -> None:
    case.damage(archive)
    for quick in (True, False):
        found = archive.check(quick=quick)
        assert case.kinds <= kinds(found)
        assert all(each.begin_us is not None for each in found.findings if each.camera), "each camera with its time"


@pytest.mark.parametrize(
    "damage", [a_bit_in_a_hash_tile, half_a_hash_tile, no_hash_tile], ids=lambda each: each.__name__
)
def test_a_damaged_hash_tile_alone_leaves_every_entry_proven(archive: Archive, damage: Damage) -> None:
    before = archive.check(witnessed=True)
    damage(archive)
    found = archive.check(witnessed=True)
    assert kinds(found) == {"tile_differs"}
    assert found.timelines == before.timelines


def test_one_altered_entry_is_named_with_the_minute_it_was_made(archive: Archive) -> None:
    a_bit_in_a_number_of_an_entry(archive)
    differs = next(each for each in archive.check().findings if each.kind == "tile_differs")
    entry = archive.entries()[differs.index]
    assert differs.values["first"] == differs.values["last"] == differs.index
    assert differs.begin_us is not None
    assert differs.end_us is not None
    assert differs.begin_us <= entry["at_us"] <= differs.end_us
    assert differs.end_us - differs.begin_us < 60_000_000


def test_one_altered_entry_does_not_put_the_footage_of_others_in_doubt(archive: Archive) -> None:
    a_bit_in_the_syntax_of_an_entry(archive)
    about_files = [each for each in archive.check().findings if each.kind.startswith("file_")]
    assert [each.kind for each in about_files] == ["file_unlogged"], "only the file whose entry was altered"
    assert about_files[0].camera


def test_the_footage_behind_a_lost_bundle_is_still_compared(archive: Archive) -> None:
    newest = archive.segments()[-1]
    half_a_bundle(archive)
    newest.path.unlink()
    found = archive.check()
    assert ("file_missing", "quay-2", newest.begin_us) in {
        (each.kind, each.camera, each.begin_us) for each in found.findings
    }


def test_a_log_with_a_hole_is_told_in_few_words(archive: Archive) -> None:
    no_bundle(archive)
    assert len(archive.check().findings) < 30


def test_every_level_of_tiles_is_compared(tmp_path: Path) -> None:
    origin = checkpoints.log_origin("0190b6a0-5c1e-7d2a-9f3b-2f1c7e4a8d60", 2026)
    folder = layout.log_folder(tmp_path, "2026")
    (tmp_path / "archive.json").write_text("{}")
    signer = keys.load_or_create(Unsynced(), tmp_path / "private" / "key", checkpoints.key_name(origin))
    log = Log(Unsynced(), folder, origin, [signer])
    log.write([b"%d" % number for number in range(65_536 + 300)])
    log.close()
    examined = log_files.open_logs(look(tmp_path).logs)[0]
    examined.examine()
    assert examined.findings == []
    flip(folder / "tile/1/000", 8000)
    examined.examine()
    assert [each.values["path"] for each in examined.findings] == ["log/2026/tile/1/000"]


# --- someone with the recorder's key ------------------------------------------------------------------


def a_segment_made_shorter(values: list[dict[str, Any]]) -> None:
    at = next(at for at, value in enumerate(values) if value["kind"] == "segment" and at > 100)
    values[at]["notes"] = {"forged": 1}


def an_entry_that_is_gone(values: list[dict[str, Any]]) -> None:
    del values[next(at for at, value in enumerate(values) if value["kind"] == "segment" and at > 100)]


def the_last_hour_undone(values: list[dict[str, Any]]) -> None:
    del values[-30:]


Forgery = Callable[[list[dict[str, Any]]], None]
FORGERIES = [a_segment_made_shorter, an_entry_that_is_gone, the_last_hour_undone]


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda each: each.__name__)
def test_a_history_signed_anew_contradicts_the_witness(archive: Archive, forgery: Forgery) -> None:
    archive.rewrite(forgery)
    assert {"witness_differs", "witnessed_lost"} & kinds(archive.check(witnessed=True))


def test_a_forgery_without_a_witness_is_sound_and_said_to_be_unwitnessed(archive: Archive) -> None:
    archive.rewrite(a_segment_made_shorter)
    found = archive.check()
    assert found.findings == []
    assert found.witnessed == []


def test_the_witness_narrows_down_when_the_history_was_changed(archive: Archive) -> None:
    archive.rewrite(the_last_hour_undone)
    found = archive.check(witnessed=True)
    lost = next(each for each in found.findings if each.kind == "witnessed_lost")
    assert lost.begin_us == archive.entries()[-1]["at_us"]


def test_a_deletion_that_no_intent_announced_is_found(archive: Archive) -> None:
    target = archive.target()

    def forge(values: list[dict[str, Any]]) -> None:
        number = target.entry["number"]
        last = values.pop()
        deletion = {"kind": "deletion", "segments": [["quay-2", "main", number, number]], "intent": ["2026", 1]}
        values += [{**{key: last[key] for key in ("v", "at_us", "clock")}, **deletion}, last]

    archive.rewrite(forge)
    target.path.unlink()
    assert "intent_missing" in kinds(archive.check())


def test_a_log_that_the_witness_knows_and_that_is_gone_is_missed(archive: Archive) -> None:
    no_log_at_all(archive)
    assert "witnessed_log_missing" in kinds(archive.check(witnessed=True))


# --- what is no archive, or may not be read -----------------------------------------------------------


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_bytes(b"")])
def test_what_is_no_archive_cannot_be_checked(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "kho")
    with pytest.raises(CannotRead):
        Archive(tmp_path / "kho").check()


def test_a_further_disk_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "footage").mkdir()
    (tmp_path / "disk.json").write_text('{"disk": "d2"}')
    with pytest.raises(CannotRead):
        Archive(tmp_path).check()


def test_an_archive_that_was_moved_is_as_sound_as_before(archive: Archive) -> None:
    moved = archive.folder.with_name("elsewhere")
    archive.folder.rename(moved)
    assert Archive(moved, archive.witness).check(witnessed=True).findings == []


@pytest.mark.parametrize("size", [10**6, 2**62])
def test_a_checkpoint_that_claims_a_huge_log_costs_nothing(archive: Archive, size: int) -> None:
    log = look(archive.folder).logs[-1]
    head = checkpoints.Checkpoint(log.origin, size, bytes(32))
    (archive.log / CHECKPOINT).write_bytes(checkpoints.sign(head, archive.signer()))
    far = archive.log / tiles.bundle_path(10**14)
    far.parent.mkdir(parents=True)
    far.write_bytes((archive.log / BUNDLE).read_bytes())
    assert "checkpoint_ahead" in kinds(archive.check())


def test_a_log_file_without_end_is_no_log_file(archive: Archive) -> None:
    (archive.log / TAIL).unlink()
    with (archive.log / TAIL).open("wb") as file:
        file.truncate(1 << 40)
    (archive.log / CHECKPOINT).unlink()
    (archive.log / CHECKPOINT).symlink_to("/dev/zero")
    assert "checkpoint_unsigned" in kinds(archive.check())


def test_a_log_lost_with_its_key_is_told_and_its_footage_still_judged(another: Callable[[str], Archive]) -> None:
    sound = another("sound")
    write_log(
        sound.log, look(sound.folder).logs[-1].origin, [canonical(each) for each in sound.entries()], sound.signer()
    )
    assert sound.check(witnessed=True).findings == [], "written anew with the same bytes it is the same log"
