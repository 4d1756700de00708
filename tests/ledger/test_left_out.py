"""Whoever holds the centre's key can leave nothing out of a package that it must hold, and put nothing in.

One recorder's life with all that a package can rest on: footage, a gap, a clock that was set, a kill with footage that
was recovered, a key that was lost, an erasure. Each entry and file is taken out in turn, and all sealed again.
"""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from minhbach.bench.forging import Files, relist
from minhbach.bench.packages import examined
from minhbach.centre.fabric.keys import fast_check
from minhbach.ledger import note
from minhbach.ledger.courtkeys import Keys
from minhbach.ledger.coverage import Proven
from minhbach.ledger.entry import canonical, decode, log_name
from minhbach.ledger.extract import Copy, Material, build_approved, seal_text
from minhbach.ledger.grounds import examine_grounds, examine_range
from minhbach.ledger.proofs import PackageLog, Proofs, checkpoint_file
from minhbach.ledger.scope import Scope, read
from minhbach.ledger.selection import Place, Selection
from minhbach.ledger.tiles import TAIL, LogReader, frame
from minhbach.ledger.verdicts import Report, Verdict
from tests.ledger.consent import CENTRE, attested, keyed, material, reviewed, scope_of, seen
from tests.ledger.evidence import CAMERA, Scene
from tests.ledger.format_text import block
from tests.ledger.simulation import RECORDER, Recorder, S, ToyStream

LOST = {Verdict.INCOMPLETE, Verdict.ALTERED}
STRETCHES = ("segment", "gap")
MISSED = {
    "log_opened": "opening_missing",
    "boot": "clock_missing",
    "clock_step": "clock_missing",
    "segment": "leaf_missing",
    "gap": "leaf_missing",
    "erasure": "file_missing",
}


def film(recorder: Recorder) -> None:
    """Ten seconds of every stream, and a witness who sees them."""
    recorder.pass_time(10 * S)
    for stream in recorder.active:
        recorder.seal(stream, recorder.wall_us, recorder.here(), "key")
    recorder.cosign()


def set_clock(recorder: Recorder, by_us: int) -> None:
    before, recorder.offset_us = recorder.offset_us, recorder.offset_us + by_us
    recorder._clock_entry("clock_step", before_offset_us=before)


def kill(recorder: Recorder) -> None:
    """Dies with four seconds open; they are recovered under the boot, and what follows knows a later clock."""
    dead = recorder.here()
    end_us = recorder.wall_us + 4 * S
    recorder.pass_time(6 * S)
    recorder._boot("killed", fresh=False)
    for stream in recorder.active:
        recorder.seal(stream, end_us, dead, "recovered")
    set_clock(recorder, S // 2)
    for stream in recorder.active:
        recorder.gap(stream, "")


def lose_key(recorder: Recorder) -> None:
    recorder.part, recorder.key_seed = 2, recorder.key_seed + 10
    recorder.witness.trust(recorder.signers().verifier)
    recorder._next_log(recorder.year, "key_lost")


def erase(recorder: Recorder, stream: ToyStream, number: int) -> None:
    """Under a clock that nothing else names."""
    set_clock(recorder, 1)
    recorder._remove(stream, [number])
    recorder.log("erasure", segments=[[*CAMERA, number, number]], commitment="00" * 32)


def life() -> tuple[Scene, list[str]]:
    """What happened, and the vkeys of both its logs."""
    recorder = Recorder(1)
    recorder.pass_time(S)
    for stream in recorder.active:
        recorder.gap(stream, "recorder_starting")
    begin_us = recorder.wall_us
    film(recorder)
    film(recorder)
    recorder.pass_time(7 * S)
    for stream in recorder.active:
        recorder.gap(stream, "camera_unreachable")
    set_clock(recorder, S)
    film(recorder)
    kill(recorder)
    film(recorder)
    vkeys = [recorder.signers().verifier.vkey]
    lose_key(recorder)
    film(recorder)
    film(recorder)
    end_us = recorder.wall_us
    erase(recorder, recorder.active[0], 1)
    recorder.cosign()
    return Scene(recorder, begin_us, end_us), [*vkeys, recorder.signers().verifier.vkey]


@dataclass(frozen=True)
class Case:
    """A package in memory, the court's keys, and what is said of it while nobody has touched it."""

    scene: Scene
    files: Files
    keys: Keys
    said: Report

    @property
    def manifest(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.files["manifest.json"])
        return value

    @property
    def part(self) -> dict[str, Any]:
        """Of its one recorder; of a package that nobody approved, the manifest itself."""
        value: dict[str, Any] = self.manifest.get("parts", [self.manifest])[0]
        return value

    def with_part(self, **changes: Any) -> Files:
        """Another list of entries or originals, sealed by the centre's key."""
        manifest = self.manifest
        manifest.get("parts", [manifest])[0].update(changes)
        return sealed({**self.files, "manifest.json": canonical(manifest)})

    def without(self, row: dict[str, Any]) -> Files:
        """An entry is left out, with the original that it seals."""
        files = self.files
        part = self.part
        mine = [each for each in part["originals"] if (each["log"], each["index"]) == (row["log"], row["index"])]
        rest = {
            "entries": [each for each in part["entries"] if each != row],
            "originals": [each for each in part["originals"] if each not in mine],
        }
        found = replace(self, files={name: files[name] for name in files.keys() - {each["file"] for each in mine}})
        return found.with_part(**rest)

    def look(self, files: Files) -> Report:
        return examined(files, self.keys)


def sealed(files: Files) -> Files:
    """As whoever has the centre's key would: nothing but the contents can give it away."""
    found = dict(files)
    is_sealed = found.pop("seal.txt", None) is not None
    relist(found)
    if is_sealed:
        digest = hashlib.sha256(found["hashes.sha256"]).hexdigest()
        found["seal.txt"] = note.sign(seal_text(digest), CENTRE)
    return found


def keys_of(vkeys: list[str], room: Scene, *, centre: bool) -> Keys:
    witness = next(each.vkey for each in room.recorder.view().verifiers if each.algorithm == note.WITNESS_KEY)
    logs = tuple(note.parse_vkey(each, fast_check) for each in (*vkeys, witness))
    return Keys(logs, (note.parse_vkey(CENTRE.verifier.vkey, fast_check),) if centre else ())


def read_back(folder: Path) -> Files:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def masked_of(room: Scene, scope: Scope) -> Material:
    """As `material`, for a masked copy that a third one reviewed."""
    hidden = read(Scope(replace(scope.asked, copy="masked"), scope.leaves).data)
    times = hidden.asked.range_us
    copy = Copy("masked", RECORDER, *CAMERA, *times, "000001.mp4", lambda: io.BytesIO(b"picture"))
    reviews = [keyed(hidden.hash, 3, said=reviewed(hidden.hash, 3, seen(hidden, [copy])))]
    approvals = [keyed(hidden.hash, 1), attested(hidden.hash, 2)]
    return replace(material(room, hidden, approvals), copies=[copy], reviews=reviews)


@pytest.fixture(scope="module")
def lived() -> tuple[Scene, list[str]]:
    return life()


@pytest.fixture(scope="module", params=["approved", "masked", "alone"])
def case(
    request: pytest.FixtureRequest, lived: tuple[Scene, list[str]], tmp_path_factory: pytest.TempPathFactory
) -> Case:
    room, vkeys = lived
    target = tmp_path_factory.mktemp("left") / "p"
    if request.param == "alone":
        room.build(target)
    else:
        scope = scope_of(room, begin_us=room.begin_us, end_us=room.end_us)
        made = material(room, scope) if request.param == "approved" else masked_of(room, scope)
        build_approved(target, made)
    files = read_back(target)
    keys = keys_of(vkeys, room, centre=request.param != "alone")
    return Case(room, files, keys, examined(files, keys))


def rows(case: Case) -> Iterator[dict[str, Any]]:
    yield from case.part["entries"]


def test_the_true_package_has_gaps_and_nothing_worse(case: Case) -> None:
    masked = "copies" in case.manifest
    assert case.said.verdict == (Verdict.DERIVED if masked else Verdict.GAPS)
    assert {row["entry"]["kind"] for row in rows(case)} == MISSED.keys()
    assert sealed(case.files) == case.files


def new_kinds(case: Case, report: Report) -> set[str]:
    """What is said of this package that is not said of the true one."""
    return {each.kind for each in report.remarks} - {each.kind for each in case.said.remarks}


def test_every_entry_that_is_left_out_is_missed(case: Case) -> None:
    for row in rows(case):
        kind = row["entry"]["kind"]
        if kind == "erasure" and "copies" in case.manifest:
            continue  # of a masked copy the next test tells
        report = case.look(case.without(row))
        new = new_kinds(case, report)
        assert report.verdict in LOST, (row["index"], kind, new)
        # Nobody approved a list of what a recorder packs alone: there the joints and the range tell of a stretch.
        assert new & {MISSED[kind], *(("range_uncovered", "stretch_missing") if kind in STRETCHES else ())}


def test_a_removal_that_is_left_out_of_a_masked_copy_changes_nothing_of_its_verdict(case: Case) -> None:
    """No entry refers to what came later, and there is no original to be missed: FORMAT.md says so."""
    if "copies" in case.manifest:
        [row] = [each for each in rows(case) if each["entry"]["kind"] == "erasure"]
        rest = [each for each in rows(case) if each not in (row, clock_of(case, row))]
        assert case.look(case.with_part(entries=rest)).verdict == case.said.verdict == Verdict.DERIVED


def clock_of(case: Case, row: dict[str, Any]) -> dict[str, Any]:
    place = row["log"], row["entry"]["clock"]
    return next(each for each in rows(case) if (each["log"], each["index"]) == place)


def test_every_file_that_is_taken_out_is_missed(case: Case) -> None:
    for name in case.files.keys() - {"player.html"}:  # whoever seals says what documents there are
        rest = {other: data for other, data in case.files.items() if other != name}
        report = case.look(rest if name in ("hashes.sha256", "seal.txt") else sealed(rest))
        assert report.verdict in {*LOST, Verdict.CANNOT_TELL}, name
        assert report.verdict != Verdict.CANNOT_TELL or name == "manifest.json"


def test_everything_that_the_manifest_names_is_missed_when_it_is_not_named(case: Case) -> None:
    manifest = case.manifest
    for name in ("approvals", "reviews", "copies", "parts"):
        for at in range(len(manifest.get(name, ()))):
            less = {**manifest, name: manifest[name][:at] + manifest[name][at + 1 :]}
            report = case.look(sealed({**case.files, "manifest.json": canonical(less)}))
            assert report.verdict not in {Verdict.AUTHENTIC, case.said.verdict}, (name, at)
    for row in case.part["originals"]:
        rest = [each for each in case.part["originals"] if each != row]
        assert case.look(case.with_part(originals=rest)).verdict in LOST


def with_entry(case: Case, log: PackageLog, place: Place) -> Files:
    """A true entry of the log is put in with its proof, as who holds the log and the centre's key could."""
    manifest, proofs = case.manifest, Proofs()
    value = decode(log.reader.entry(place[1]))
    origin = str(decode(log.reader.entry(0))["origin"])
    proofs.add(origin, log)
    row, before = proofs.row(origin, place, value), len(manifest["nodes"])
    row |= {"checkpoint": manifest["checkpoints"], "proof": [before + step for step in row["proof"]]}
    manifest |= {"checkpoints": manifest["checkpoints"] + 1, "nodes": manifest["nodes"] + proofs.nodes}
    manifest.get("parts", [manifest])[0]["entries"].append(row)
    added = {checkpoint_file(row["checkpoint"]): proofs.files[0], "manifest.json": canonical(manifest)}
    return sealed({**case.files, **added})


def test_no_true_entry_of_the_log_can_be_put_in_that_does_not_belong(case: Case) -> None:
    there, put_in = {(row["log"], row["index"]) for row in rows(case)}, set()
    for log in case.scene.logs():
        name = log_name(str(decode(log.reader.entry(0))["origin"]))
        for index, line in enumerate(log.reader.entries(0, log.reader.size)):
            if (name, index) in there:
                continue
            report, kind = case.look(with_entry(case, log, (name, index))), decode(line)["kind"]
            assert report.verdict == Verdict.ALTERED, (kind, index)
            assert new_kinds(case, report) & {"entry_stray", "outside_scope"}, (kind, index)
            put_in.add(kind)
    assert {"configuration", "segment", "gap"} <= put_in


def test_a_range_that_somebody_narrowed_leaves_entries_that_belong_to_none(case: Case) -> None:
    """Nobody sealed what a recorder packs alone, so anybody may write another range into it."""
    if "range" in case.manifest:
        for change in ({"begin_us": case.scene.begin_us + 25 * S}, {"end_us": case.scene.end_us - 15 * S}):
            manifest = case.manifest
            manifest["range"] |= change
            report = case.look(sealed({**case.files, "manifest.json": canonical(manifest)}))
            assert report.verdict == Verdict.ALTERED
            assert "entry_stray" in new_kinds(case, report)


# --- the vector of FORMAT.md ----------------------------------------------------------------------------


VECTOR = json.loads(block("vector grounds"))


def test_the_vector_names_what_a_package_of_its_range_holds() -> None:
    selection = Selection([tuple(each) for each in VECTOR["streams"]], *VECTOR["range"])
    lines = [canonical(each) for each in VECTOR["entries"]]
    selection.scan(LogReader({TAIL: b"".join(map(frame, lines))}.__getitem__, len(lines)))
    selection.finish()
    assert sorted(index for _, index in selection.kept) == VECTOR["package"]


def test_the_vector_says_what_is_missed_and_what_is_too_much() -> None:
    for index, wanted in VECTOR["without"].items():
        assert found_of({each for each in VECTOR["package"] if each != int(index)}) == {wanted}, index
    for index, wanted in VECTOR["with"].items():
        assert found_of({*VECTOR["package"], int(index)}) == {wanted}, index
    assert found_of(set(VECTOR["package"])) == set()


def found_of(indices: set[int]) -> set[str]:
    streams = [tuple(each) for each in VECTOR["streams"]]
    entries = {("2026", index): VECTOR["entries"][index] for index in indices}
    proven = {place: Proven(place, decode(canonical(value)), True, 1) for place, value in entries.items()}
    remarks = [*examine_grounds(proven, streams), *examine_range(proven, streams, tuple(VECTOR["range"]))]
    return {each.kind for each in remarks}
