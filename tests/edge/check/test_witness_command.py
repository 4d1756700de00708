"""A witness beside an archive: what it cosigns, what it refuses and how loudly, what it keeps."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from minhbach.cli import main
from minhbach.edge.check.inspection import fast_check
from minhbach.edge.check.place import CannotRead, look
from minhbach.edge.recorder.witness_file import WitnessFile, load_key
from minhbach.edge.recorder.witnessing import COSIGN_EVERY_S, Office, command
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import note, tiles, tree
from minhbach.ledger.entry import canonical
from minhbach.ledger.witness import BrokenWitnessFile, WitnessView, read_witness_file
from tests.edge.check.recorded import Archive, flip, write_log
from tests.edge.keeping import Site, configured
from tests.ledger.people import OTHER_LOG

WALL_S = 1_800_000_000.0


class Desk:
    """An office with its own key and file; ``said`` is all it has said."""

    def __init__(self, folder: Path) -> None:
        self.key, self.file = folder / "witness.key", folder / "witness.txt"
        self.said: list[str] = []

    def look(self, archive: Archive, at_s: float = 0.0, *, last: bool = True) -> Office:
        with WitnessFile(self.file) as file:
            office = Office(archive.folder, file, load_key(self.key), self.said.append)
            office.look(at_s, WALL_S + at_s, last=last)
            return office

    @property
    def view(self) -> WitnessView:
        return read_witness_file(self.file.read_bytes(), fast_check)

    @property
    def sizes(self) -> list[int]:
        return [each.checkpoint.size for each in self.view.cosigned]

    @property
    def alarms(self) -> list[str]:
        return [each for each in self.said if each.startswith("!!")]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def size_of(archive: Archive) -> int:
    return look(archive.folder).logs[-1].signed_size or 0


def signed_back(archive: Archive, size: int) -> None:
    """The recorder's key signs less than before."""
    log = look(archive.folder).logs[-1]
    head = checkpoints.Checkpoint(log.origin, size, log.reader().root(size))
    (archive.log / "checkpoint").write_bytes(checkpoints.sign(head, archive.signer()))


def test_a_log_seen_for_the_first_time_is_trusted_by_its_own_key_and_this_is_said(archive: Archive, desk: Desk) -> None:
    office = desk.look(archive)
    key = archive.entries()[0]["key"]
    assert any(key in text and "First sight" in text for text in desk.said)
    assert desk.sizes == [size_of(archive)]
    assert not office.refused
    desk.said.clear()
    desk.look(archive)
    assert not any("First sight" in text for text in desk.said), "it is known now"


def test_what_it_cosigned_satisfies_a_check(archive: Archive, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.look(archive)
    assert main(["check", str(archive.folder), "--quick", "--witness", str(desk.file)]) == 0
    assert "UNWITNESSED" not in capsys.readouterr().out


def test_the_key_is_made_once_and_only_its_owner_may_read_it(desk: Desk) -> None:
    first = load_key(desk.key)
    assert desk.key.stat().st_mode & 0o777 == 0o600
    assert load_key(desk.key).verifier == first.verifier
    assert first.name.startswith("minhbach.vn/witness/")
    assert first.algorithm == note.WITNESS_KEY


def test_making_a_key_leaves_the_folder_it_lies_in_as_it_was(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    load_key(tmp_path / "witness.key")
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_a_growing_log_is_cosigned_now_and_then_and_at_the_end(tmp_path: Path, desk: Desk) -> None:
    site = Site(configured(tmp_path / "kho")).start()
    archive = Archive(tmp_path / "kho")
    with WitnessFile(desk.file) as file:
        office = Office(archive.folder, file, load_key(desk.key), desk.said.append)
        sizes = []
        for look_number in range(4):
            site.record()
            office.look(look_number * COSIGN_EVERY_S / 2, WALL_S + look_number)
            sizes.append(desk.sizes[-1])
        site.record()
        office.look(2 * COSIGN_EVERY_S, WALL_S + 9, last=True)
    site.stop()
    assert sizes[0] == sizes[1] < sizes[2] == sizes[3]
    assert desk.sizes[-1] == size_of(archive) - 1, "all but the shutdown"
    assert not desk.alarms


def test_a_log_that_did_not_grow_is_not_cosigned_again(archive: Archive, desk: Desk) -> None:
    for _ in range(3):
        desk.look(archive)
    assert len(desk.sizes) == 1


def test_a_shrunk_log_is_refused_loudly(archive: Archive, desk: Desk) -> None:
    desk.look(archive)
    signed_back(archive, size_of(archive) - 5)
    office = desk.look(archive)
    assert office.refused
    assert len(desk.sizes) == 1
    assert len(desk.alarms) == 1


def test_a_forked_log_is_refused_and_its_signature_is_kept(archive: Archive, desk: Desk) -> None:
    desk.look(archive)

    def forge(values: list[dict[str, object]]) -> None:
        values[-2] = {**values[-2], "commitment": "ab" * 32}

    archive.rewrite(forge)
    assert desk.look(archive).refused
    kept = list(desk.file.parent.glob("witness.txt.refused-*"))
    assert [path.read_bytes() for path in kept] == [(archive.log / "checkpoint").read_bytes()]
    assert str(kept[0]) in desk.alarms[0]


def test_a_longer_log_that_does_not_continue_is_refused(archive: Archive, desk: Desk) -> None:
    desk.look(archive)

    def forge(values: list[dict[str, object]]) -> None:
        values.insert(-1, dict(values[-3]))

    archive.rewrite(forge)
    assert desk.look(archive).refused
    assert len(desk.sizes) == 1


def test_the_same_alarm_is_raised_once_while_it_lasts(archive: Archive, desk: Desk) -> None:
    desk.look(archive)
    signed_back(archive, 10)
    with WitnessFile(desk.file) as file:
        office = Office(archive.folder, file, load_key(desk.key), desk.said.append)
        for at_s in range(5):
            office.look(float(at_s), WALL_S)
    assert len(desk.alarms) == 1


def test_another_key_for_a_known_recorder_is_not_trusted_on_sight(archive: Archive, desk: Desk) -> None:
    desk.look(archive)
    log = look(archive.folder).logs[-1]
    stranger = note.Signer(archive.signer().name, OTHER_LOG.public, OTHER_LOG.sign)
    values = archive.entries()
    values[0] = {**values[0], "key": stranger.verifier.vkey}
    write_log(archive.log, log.origin, [canonical(each) for each in values], stranger)
    assert desk.look(archive).refused
    assert len(desk.sizes) == 1


def test_a_cosigned_log_that_is_gone_is_missed(archive: Archive, desk: Desk) -> None:
    desk.look(archive)
    shutil.rmtree(archive.folder / "log")
    assert desk.look(archive).refused
    assert desk.alarms


def test_a_damaged_log_is_not_cosigned_and_does_not_stop_the_witness(archive: Archive, desk: Desk) -> None:
    (archive.log / "tile/entries/000").unlink()
    office = desk.look(archive)
    assert desk.alarms
    assert not desk.sizes
    assert not office.refused, "a damaged file is not a second history"


def test_a_checkpoint_with_a_broken_signature_is_not_cosigned(archive: Archive, desk: Desk) -> None:
    flip(archive.log / "checkpoint", -20)
    desk.look(archive)
    assert not desk.sizes
    assert desk.alarms


def test_a_new_key_named_under_the_old_one_is_followed(archive: Archive, desk: Desk) -> None:
    desk.look(archive)
    log = look(archive.folder).logs[-1]
    old = archive.signer()
    new = note.Signer(old.name, OTHER_LOG.public, OTHER_LOG.sign)
    values = archive.entries()
    last = {key: values[-1][key] for key in ("v", "at_us", "clock")}
    lines = [canonical(each) for each in [*values, {**last, "kind": "key_rotated", "key": new.verifier.vkey}]]
    write_log(archive.log, log.origin, lines, old)
    head = checkpoints.Checkpoint(log.origin, len(lines), tree.root_of(map(tree.leaf_hash, lines)))
    (archive.log / "checkpoint").write_bytes(checkpoints.sign(head, old, new))
    desk.look(archive, 100)
    write_log(archive.log, log.origin, [*lines, canonical({**last, "kind": "shutdown"})], new)
    assert not desk.look(archive, 200).refused
    assert desk.sizes == [len(values), len(values) + 1, len(values) + 2]


def test_a_log_begun_after_a_loss_is_told_with_what_it_no_longer_acknowledges(archive: Archive, desk: Desk) -> None:
    desk.look(archive)
    os.truncate(archive.log / tiles.TAIL, 10)
    config = configured(archive.folder, "quay-1", "quay-2")
    Site(config).start().stop()
    assert len(look(archive.folder).logs) == 2
    assert desk.look(archive).refused
    assert any("log_damaged" in text for text in desk.said)
    assert any("COSIGNED" in text for text in desk.alarms)


def test_a_torn_end_of_its_file_is_cut_and_a_broken_one_stops_it(archive: Archive, desk: Desk) -> None:
    desk.look(archive)
    whole = desk.file.read_bytes()
    desk.file.write_bytes(whole[:-30])
    desk.look(archive)
    assert desk.sizes == [size_of(archive)], "the torn record was made again"
    desk.file.write_bytes(whole[:60] + b"?" + whole[61:])
    with pytest.raises(BrokenWitnessFile):
        desk.look(archive)


def test_two_witnesses_cannot_share_a_file(desk: Desk) -> None:
    with WitnessFile(desk.file), pytest.raises(CannotRead):
        WitnessFile(desk.file)


# --- the command --------------------------------------------------------------------------------------


@pytest.fixture
def signals() -> Iterator[None]:
    """The command takes the signals of its process; afterwards they are ours again."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def words(archive: Path, desk: Desk, seconds: float) -> argparse.Namespace:
    return argparse.Namespace(archive=archive, key=desk.key, file=desk.file, seconds=seconds)


@pytest.mark.usefixtures("signals")
def test_the_command_looks_at_least_once_and_tells_by_its_status(
    archive: Archive, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(words(archive.folder, desk, 0.01)) == 0
    assert desk.sizes == [size_of(archive)]
    signed_back(archive, 20)
    assert command(words(archive.folder, desk, 0.01)) == 1
    assert "NOT COSIGNED" in capsys.readouterr().out


@pytest.mark.usefixtures("signals")
def test_without_an_archive_the_command_waits_and_ends_with_2(
    tmp_path: Path, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(words(tmp_path / "later", desk, 0.01)) == 2
    assert "Waiting" in capsys.readouterr().out


@pytest.mark.usefixtures("signals")
def test_a_key_that_others_may_read_is_not_used(archive: Archive, desk: Desk) -> None:
    load_key(desk.key)
    desk.key.chmod(0o644)
    assert command(words(archive.folder, desk, 0.01)) == 2


def test_it_waits_for_an_archive_and_stops_on_a_signal(
    archive: Archive, desk: Desk, checkout: Path, tmp_path: Path
) -> None:
    later = tmp_path / "later"
    process = subprocess.Popen(
        [sys.executable, "-m", "minhbach", "witness", str(later), "--key", str(desk.key), "--file", str(desk.file)],
        env={**os.environ, "PYTHONPATH": str(checkout / "src")},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("witness minhbach.vn/witness/")
        assert "Waiting" in process.stdout.readline()
        archive.folder.rename(later)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
    assert len(desk.sizes) == 1, "the last look cosigns"
