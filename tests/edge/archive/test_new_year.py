"""A new year, a new key: the log goes on in another, and whatever interrupts it, as if it were one."""

import json
import time
import zipfile
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from minhbach.edge.archive import layout
from minhbach.edge.archive.home import reader
from minhbach.edge.archive.recovery import find_parts
from minhbach.edge.config import Config, DiskConfig
from minhbach.edge.recorder import packaging, rekeying
from minhbach.edge.recorder.assembly import Recorder
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import note, verify
from minhbach.ledger.entry import Entry
from minhbach.ledger.findings import Weight
from tests.edge.archive.stage import HastyClock, S, Stage, configured, file_samples, inspected, lines
from tests.fakes import ForgetfulFiles, OrderlyLanes, wipe

NEW_YEAR_US = 1_798_736_400 * S  # 1 January 2027 in Vietnam
BEFORE_US = NEW_YEAR_US - 5 * S


@pytest.fixture
def files(scratch: Path) -> Iterator[ForgetfulFiles]:
    yield ForgetfulFiles(scratch / "turn")
    wipe(scratch / "turn")


def stage_on(files: ForgetfulFiles, at_us: int, mono_us: int = 5 * S) -> Stage:
    config = configured(files.root / "a", files.root / "b")
    return Stage(config, files, HastyClock(at_us, mono_us), OrderlyLanes(Random(3)))


def turned(stage: Stage) -> bool:
    """As the recorder does: asked for again until no entry is under way."""
    for _ in range(20):
        if stage.archive.roll(stage.clock.wall_us()):
            return True
        stage.run(100_000)
    return False


def rotated(stage: Stage) -> bool:
    while not stage.archive.rotate_key():
        stage.run(100_000)
    return True


def faults(files: ForgetfulFiles) -> list[str]:
    return [f"{each.kind}: {each.text[1]}" for each in inspected(files.root / "a").findings]


def openings(files: ForgetfulFiles) -> list[tuple[int, str]]:
    return [(each["year"], each["reason"]) for each in lines(files.root / "a") if each["kind"] == "log_opened"]


def entries_of(files: ForgetfulFiles, year: str) -> list[Entry]:
    all_of_them = lines(files.root / "a")
    first = [index for index, each in enumerate(all_of_them) if each["kind"] == "log_opened"]
    return all_of_them[: first[1]] if year == "2026" else all_of_them[first[1] :]


def test_the_log_of_a_new_year_goes_on_where_the_old_one_ends_and_no_picture_is_lost(files: ForgetfulFiles) -> None:
    stage = stage_on(files, BEFORE_US).start()
    quay, hall = stage.film("a"), stage.film("b")
    stage.run(9 * S)
    assert turned(stage)
    stage.run(12 * S)
    stage.stop()
    assert openings(files) == [(2026, "new"), (2027, "new_year")]
    assert [each["kind"] for each in entries_of(files, "2027")[:3]] == ["log_opened", "clock_carried", "configuration"]
    assert entries_of(files, "2026")[-1]["kind"] == "log_closed"
    assert not any(each["kind"] in ("boot", "gap") for each in entries_of(files, "2027"))
    numbers = [
        each["number"] for each in lines(files.root / "a") if each["kind"] == "segment" and each["camera"] == "a"
    ]
    assert numbers == list(range(len(numbers)))
    assert faults(files) == []
    disks = [disk.path for disk in stage.config.disks]
    segments = [each["path"] for each in lines(files.root / "a") if each["kind"] == "segment"]
    there = {
        item for path in segments for disk in disks if (disk / path).exists() for item in file_samples(disk / path)
    }
    assert {item for fed in (quay.fed, hall.fed) for _, item in fed} <= there
    again = stage_on(files, NEW_YEAR_US + 60 * S).start()
    assert again.book is not None
    assert again.book.name == "2027"
    assert again.found == []
    again.stop()
    assert faults(files) == []


@pytest.mark.parametrize(
    ("own_us", "witness_us"),
    [(BEFORE_US, BEFORE_US), (NEW_YEAR_US + S, BEFORE_US), (BEFORE_US, NEW_YEAR_US + S), (NEW_YEAR_US + S, 0)],
    ids=["neither", "own clock alone", "witness alone", "no witness"],
)
def test_one_clock_alone_makes_no_new_year(own_us: int, witness_us: int, files: ForgetfulFiles) -> None:
    stage = stage_on(files, BEFORE_US).start()
    stage.clock.step(own_us - BEFORE_US)
    stage.run(S)
    assert not stage.archive.roll(witness_us)
    stage.stop()
    assert openings(files) == [(2026, "new")]


def test_a_power_cut_between_any_two_steps_of_the_turn_leads_to_the_same_new_log(
    files: ForgetfulFiles, scratch: Path
) -> None:
    stage = stage_on(files, NEW_YEAR_US - 2 * S).start()
    film = stage.film("a")
    stage.run(3 * S)
    begun = len(files.journal)
    assert turned(stage)
    stage.run(S)
    closing = [each["kind"] for each in lines(files.root / "a")].index("log_closed")
    stage.die()
    ends = set()
    for at in range(begun, len(files.journal) + 1):
        wipe(files.root)
        after = files.cut(files.root, Random(at), at)
        again = stage_on(after, NEW_YEAR_US + 60 * S).start()
        again.run(S)
        rolled = turned(again)
        again.run(S)
        again.stop()
        assert faults(after) == []
        assert openings(after) == [(2026, "new"), (2027, "new_year")]
        assert [each["kind"] for each in lines(after.root / "a")].index("log_closed") >= closing
        assert not any(list(find_parts(disk.path)) for disk in again.config.disks)
        ends.add(rolled)
    assert ends == {True, False}, "cut before the closing was durable, and behind it"
    assert film.fed


def test_a_disk_that_fails_during_the_turn_holds_nobody_up_and_the_turn_is_finished_when_it_works(
    files: ForgetfulFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = stage_on(files, NEW_YEAR_US - 2 * S).start()
    stage.film("a")
    stage.run(3 * S)
    begin = stage.home.begin_following
    failures = iter([OSError(28, "full"), OSError(5, "broken")])

    def failing(closed, origin):
        if (failure := next(failures, None)) is not None:
            raise failure
        return begin(closed, origin)

    monkeypatch.setattr(stage.home, "begin_following", failing)
    assert turned(stage)
    stage.run(S)
    assert not stage.archive.roll(stage.clock.wall_us()), "one turn at a time"
    stage.run(12 * S)
    stage.stop()
    assert openings(files) == [(2026, "new"), (2027, "new_year")]
    assert faults(files) == []


def signed_by(files: ForgetfulFiles, log: str, vkey: str) -> bool:
    head = (layout.log_folder(files.root / "a", log) / "checkpoint").read_bytes()
    try:
        checkpoints.read(head, [note.parse_vkey(vkey)])
    except note.UntrustedNote:
        return False
    return True


def keys_named(files: ForgetfulFiles) -> list[str]:
    return [each["key"] for each in lines(files.root / "a") if each["kind"] in ("log_opened", "key_rotated")]


def test_a_new_key_is_named_under_the_old_one_which_signs_along_until_a_witness_has_seen_it(
    files: ForgetfulFiles,
) -> None:
    stage = stage_on(files, BEFORE_US - 600 * S).start()
    stage.film("a")
    stage.run(3 * S)
    assert rotated(stage)
    stage.run(2 * S)
    old, new = keys_named(files)
    assert old != new
    assert signed_by(files, "2026", old)
    assert signed_by(files, "2026", new)
    stage.stop()
    stage = stage_on(files, NEW_YEAR_US - 10 * S).start()
    stage.run(S)
    assert signed_by(files, "2026", old), "nobody has seen the new key yet"
    assert stage.book is not None
    stage.archive.key_seen(stage.book.log.size + 1)
    stage.archive.fault("probe", "odd")
    stage.run(12 * S)
    assert not signed_by(files, "2026", old)
    assert signed_by(files, "2026", new)
    assert turned(stage)
    stage.run(S)
    stage.stop()
    assert keys_named(files) == [old, new, new]
    assert faults(files) == []
    assert "key_was_rotated" in [each.kind for each in inspected(files.root / "a").notices]
    assert {path.name for path in (files.root / "a" / "private").iterdir() if "log" in path.name} == {"log.key"}


def test_a_power_cut_between_any_two_steps_of_a_change_of_keys_leaves_a_log_that_is_signed(
    files: ForgetfulFiles,
) -> None:
    stage = stage_on(files, BEFORE_US - 600 * S).start()
    stage.run(S)
    begun = len(files.journal)
    assert rotated(stage)
    stage.run(S)
    stage.archive.fault("probe", "odd")
    stage.run(S)
    old, new = keys_named(files)
    stage.die()
    kept = set()
    for at in range(begun, len(files.journal) + 1):
        wipe(files.root)
        after = files.cut(files.root, Random(at), at)
        again = stage_on(after, BEFORE_US - 60 * S).start()
        assert again.book is not None
        again.run(2 * S)
        named = keys_named(after)
        assert again.book.log.signers[-1].verifier.vkey == named[-1]
        assert again.book.replay.state.key == named[-1]
        again.stop()
        assert faults(after) == []
        assert inspected(after.root / "a").findings == []
        kept.add(tuple(named))
    assert kept == {(old,), (old, new)}


def test_who_asks_for_a_new_key_while_no_recorder_runs_is_told_that_it_comes_with_the_next_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rekeying.command(Namespace(archive=tmp_path / "none", seconds=0.0)) == 2
    config = Config((), (DiskConfig(tmp_path, 0),))
    Recorder(config).close()
    assert rekeying.command(Namespace(archive=tmp_path, seconds=0.0)) == 1
    recorder = Recorder(config)
    (before,) = recorder.archive.book.log.signers
    for _ in range(200):
        recorder.loop.tick(recorder.clock.mono_us())
        if recorder.archive.book.settled and len(recorder.archive.book.log.signers) == 2:
            break
        time.sleep(0.005)
    capsys.readouterr()
    assert not layout.wish_path(tmp_path).exists()
    after = recorder.archive.book.log.signers[-1].verifier.vkey
    recorder.close()
    assert after != before.verifier.vkey
    assert rekeying._newest_key(tmp_path) == after


def test_a_package_across_the_new_year_proves_both_logs(files: ForgetfulFiles, tmp_path: Path) -> None:
    stage = stage_on(files, BEFORE_US).start()
    stage.film("a")
    stage.run(8 * S)
    assert turned(stage)
    stage.run(14 * S)
    stage.stop()
    package, keys = tmp_path / "package.zip", tmp_path / "keys.txt"
    span = {"begin_us": NEW_YEAR_US - S, "end_us": NEW_YEAR_US + 8 * S}
    asked = Namespace(archive=files.root / "a", camera=["a"], witness=None, out=package, **span)
    assert packaging.command(asked) == 0
    with zipfile.ZipFile(package) as packed:
        manifest = json.loads(packed.read("manifest.json"))
    assert {each["log"] for each in manifest["entries"]} == {"2026", "2027"}
    keys.write_text("".join(f"log {key}\n" for key in set(keys_named(files))))
    assert verify.main([str(package), "--keys", str(keys)]) == 11, "whole and unaltered; nobody has witnessed it"


def test_what_a_turn_leaves_is_worth_a_look_and_no_finding(files: ForgetfulFiles) -> None:
    stage = stage_on(files, NEW_YEAR_US - 2 * S).start()
    stage.run(3 * S)
    assert turned(stage)
    stage.run(S)
    stage.stop()
    assert {each.weight for each in inspected(files.root / "a").notices} <= {Weight.NOTICE}
    size = reader(layout.log_folder(files.root / "a", "2026")).size
    assert [each["previous"]["size"] for each in entries_of(files, "2027")[:1]] == [size]
