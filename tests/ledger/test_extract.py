"""An approved package holds what was approved, no less and no more, and says who approved it and how."""

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from minhbach.ledger import note, scope
from minhbach.ledger.approval import Kind
from minhbach.ledger.entry import canonical
from minhbach.ledger.extract import Document, build_approved, seal_text
from minhbach.ledger.pyz import build_pyz
from minhbach.ledger.scope import Scope
from minhbach.ledger.selection import PackageError
from minhbach.ledger.verdicts import Verdict
from tests.ledger.consent import (
    CENTRE,
    approved,
    assertion,
    attested,
    court,
    keyed,
    material,
    person,
    public_of,
    scope_of,
    security_key,
    statement,
)
from tests.ledger.evidence import STRANGER, Scene, examined, first_original, kinds, relist, rewrite, scene
from tests.ledger.simulation import S


@pytest.fixture(scope="module")
def extract(room: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return approved(room, tmp_path_factory.mktemp("extract") / "p")


@pytest.fixture
def taken(extract: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(extract, tmp_path / "p"))


def reseal(package: Path, key: note.Signer = CENTRE) -> None:
    """Whoever has the key of the centre makes list and seal fit again."""
    (package / "seal.txt").unlink(missing_ok=True)
    relist(package)
    digest = sha256((package / "hashes.sha256").read_bytes()).hexdigest()
    (package / "seal.txt").write_bytes(note.sign(seal_text(digest), key))


def test_an_approved_package_is_authentic_and_names_who_approved_and_how(room: Scene, extract: Path) -> None:
    report = examined(extract, court(room))
    assert (report.verdict, report.remarks) == (Verdict.AUTHENTIC, ())
    assert report.approved
    assert [each.kind for each in report.approvals] == [Kind.CERTIFIED_KEY, Kind.ATTESTED]
    text = "\n".join(report.lines())
    assert "XÁC THỰC · đã được phê duyệt" in text
    assert "Nguyễn Thị B, Chánh Văn phòng, Tỉnh Hòa Giang" in text
    assert "mức yếu hơn" in text
    said = report.as_json()
    json.dumps(said)
    assert said["approved"] is True


def test_a_zip_of_it_is_authentic_too(room: Scene, tmp_path: Path) -> None:
    assert examined(approved(room, tmp_path / "p.zip"), court(room)).verdict == Verdict.AUTHENTIC


def test_approvals_hold_under_a_key_of_the_centre_that_was_changed_before_the_package_was_built(
    room: Scene, tmp_path: Path
) -> None:
    later = replace(material(room, scope_of(room)), seal=STRANGER)
    with pytest.raises(PackageError, match="the centre did not sign it"):
        build_approved(tmp_path / "p", later)
    build_approved(tmp_path / "p", replace(later, centres=[CENTRE.verifier]))
    both = court(room) + f"centre {STRANGER.verifier.vkey}\n"
    assert examined(tmp_path / "p", both).verdict == Verdict.AUTHENTIC
    assert (
        examined(tmp_path / "p", court(room, centre=False) + f"centre {STRANGER.verifier.vkey}\n").verdict
        == Verdict.ALTERED
    )


def test_it_holds_the_sealed_bytes_of_exactly_the_approved_segments(room: Scene, extract: Path) -> None:
    sealed = [room.recorder.files[each.path] for each in room.recorder.active[0].sealed[1:5]]
    assert [each.read_bytes() for each in sorted((extract / "originals").iterdir())] == sealed


def test_a_security_key_of_the_courts_own_list_is_said_to_be_one(room: Scene, extract: Path) -> None:
    keys = court(room) + f"approver {public_of(security_key(1))} Nguyễn Thị B\n"
    assert examined(extract, keys).approvals[0].kind == Kind.LISTED_KEY


def test_without_the_centres_key_the_footage_is_judged_and_the_approvals_are_not(room: Scene, extract: Path) -> None:
    report = examined(extract, court(room, centre=False))
    assert kinds(report) == {"approval_unjudged", "seal_unjudged"}
    assert (report.verdict, report.approved) == (Verdict.CANNOT_TELL, False)


def test_another_centres_key_does_not_make_it_true(room: Scene, extract: Path) -> None:
    keys = court(room, centre=False) + f"centre {STRANGER.verifier.vkey}\n"
    report = examined(extract, keys)
    assert {"approval_altered", "seal_altered"} <= kinds(report)
    assert report.verdict == Verdict.ALTERED


def test_a_log_key_is_no_centres_key_and_a_centres_no_logs(room: Scene, extract: Path) -> None:
    log, witness, centre = [line for line in court(room).splitlines() if line and not line.startswith("#")]
    assert not examined(extract, "\n".join((log, witness, centre.replace("centre ", "log ")))).approved
    swapped = "\n".join((log.replace("log ", "centre "), witness, centre))
    assert "key_unknown" in kinds(examined(extract, swapped))


def changed_statement(manifest: dict[str, Any]) -> None:
    manifest["approvals"][0]["statement"]["name"] = "Người khác"


def changed_time(manifest: dict[str, Any]) -> None:
    manifest["approvals"][1]["statement"]["at_us"] += 1


def one_approval(manifest: dict[str, Any]) -> None:
    del manifest["approvals"][0]


def twice_the_same(manifest: dict[str, Any]) -> None:
    manifest["approvals"][0] = manifest["approvals"][1]


def no_approval(manifest: dict[str, Any]) -> None:
    manifest["approvals"] = []


@pytest.mark.parametrize("change", [changed_statement, changed_time, one_approval, twice_the_same, no_approval])
def test_an_approval_that_does_not_verify_is_altered_even_under_the_centres_seal(
    room: Scene, taken: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    rewrite(taken, change)
    reseal(taken)
    report = examined(taken, court(room))
    assert report.verdict == Verdict.ALTERED
    assert kinds(report) & {"approval_altered", "approvals_few"}
    assert not report.approved


def test_the_requesters_own_approval_is_altered(room: Scene, taken: Path) -> None:
    found = scope.read((taken / "scope.json").read_bytes())

    def change(manifest: dict[str, Any]) -> None:
        manifest["approvals"][1] = attested(found.hash, 9).as_json()

    rewrite(taken, change)
    reseal(taken)
    assert examined(taken, court(room)).verdict == Verdict.ALTERED


def with_scope(package: Path, change: Callable[[Scope], Scope], *, sign: bool) -> None:
    """Another scope than the one approved; `sign`: and the weaker approvals made anew for it."""
    found = change(scope.read((package / "scope.json").read_bytes()))
    (package / "scope.json").write_bytes(found.data)

    def cite(manifest: dict[str, Any]) -> None:
        manifest["scope"] = found.hash
        if sign:
            manifest["approvals"] = [attested(found.hash, number).as_json() for number in (1, 2)]

    rewrite(package, cite)
    reseal(package)


def test_a_scope_that_nobody_approved_is_altered(room: Scene, taken: Path) -> None:
    with_scope(taken, lambda old: Scope(replace(old.asked, requester=person(8)), old.leaves), sign=False)
    report = examined(taken, court(room))
    assert (report.verdict, kinds(report)) == (Verdict.ALTERED, {"approval_altered", "approvals_few"})


def test_a_stretch_that_nobody_approved_is_altered_with_its_seconds(room: Scene, taken: Path) -> None:
    with_scope(taken, lambda old: Scope(old.asked, old.leaves[:-1]), sign=True)
    report = examined(taken, court(room))
    [remark] = report.remarks
    assert (remark.kind, report.verdict, report.approved) == ("outside_scope", Verdict.ALTERED, False)
    assert (remark.begin_us, remark.end_us) == (room.begin_us + 40 * S, room.begin_us + 50 * S)


def test_an_approved_stretch_that_is_missing_is_incomplete(room: Scene, taken: Path) -> None:
    def drop(manifest: dict[str, Any]) -> None:
        part = manifest["parts"][0]
        gone = part["originals"].pop()
        part["entries"] = [row for row in part["entries"] if row["index"] != gone["index"]]
        (taken / gone["file"]).unlink()

    rewrite(taken, drop)
    reseal(taken)
    report = examined(taken, court(room))
    assert report.verdict == Verdict.INCOMPLETE
    assert {"leaf_missing", "range_uncovered"} <= kinds(report)


def test_a_changed_document_breaks_the_seal_and_a_new_list_does_not_mend_it(room: Scene, taken: Path) -> None:
    (taken / "player.html").write_text("<title>y</title>")
    assert kinds(examined(taken, court(room))) == {"list_differs"}
    seal = (taken / "seal.txt").read_bytes()
    (taken / "seal.txt").unlink()
    relist(taken)
    assert kinds(examined(taken, court(room))) == {"seal_missing"}
    (taken / "seal.txt").write_bytes(seal)
    report = examined(taken, court(room))
    assert (report.verdict, kinds(report)) == (Verdict.ALTERED, {"seal_altered"})
    reseal(taken, STRANGER)
    assert kinds(examined(taken, court(room))) == {"seal_altered"}


def test_a_changed_original_is_altered_even_under_the_centres_seal(room: Scene, taken: Path) -> None:
    path = first_original(taken)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    reseal(taken)
    report = examined(taken, court(room))
    assert (report.verdict, kinds(report)) == (Verdict.ALTERED, {"file_altered"})


def test_originals_where_a_masked_copy_was_approved_are_altered(room: Scene, taken: Path) -> None:
    with_scope(taken, lambda old: Scope(replace(old.asked, copy="masked"), old.leaves), sign=True)
    assert kinds(examined(taken, court(room))) == {"original_in_copy", "copy_missing"}


def test_a_scope_that_names_a_clock_instead_of_footage_is_altered(room: Scene, taken: Path) -> None:
    def change(old: Scope) -> Scope:
        return Scope(old.asked, (replace(old.leaves[0], index=1), *old.leaves[1:]))

    with_scope(taken, change, sign=True)
    report = examined(taken, court(room))
    report.lines()
    assert report.verdict == Verdict.ALTERED
    assert "outside_scope" in kinds(report)


def test_no_scope_or_another_one_is_altered(room: Scene, taken: Path) -> None:
    rewrite(taken, lambda manifest: manifest.update(scope="00" * 32))
    reseal(taken)
    assert kinds(examined(taken, court(room))) == {"scope_altered"}
    (taken / "scope.json").write_bytes(canonical({"format": "minhbach-scope"}))
    reseal(taken)
    assert "scope_altered" in kinds(examined(taken, court(room)))
    (taken / "scope.json").unlink()
    reseal(taken)
    report = examined(taken, court(room))
    assert "listed_missing" in kinds(report)
    assert not report.approved


def test_what_was_removed_since_the_approval_is_a_gap_and_not_a_lack(tmp_path: Path) -> None:
    room = scene(steps=6)
    wanted = scope_of(room)
    gone = room.recorder.active[0].sealed[2]
    room.recorder._remove(room.recorder.active[0], [gone.number])
    room.recorder.log("erasure", segments=[["Quầy 1", "main", gone.number, gone.number]], commitment="00" * 32)
    room.recorder.cosign()
    build_approved(tmp_path / "p", material(room, wanted))
    report = examined(tmp_path / "p", court(room))
    assert (report.verdict, kinds(report), report.approved) == (Verdict.GAPS, {"removed"}, True)


def test_what_came_after_the_approval_stays_outside(tmp_path: Path) -> None:
    room = scene(steps=6)
    wanted = scope_of(room, end_us=room.end_us, margin_us=20 * S)
    room.recorder.pass_time(10 * S)
    for stream in room.recorder.active:
        room.recorder.seal(stream, room.recorder.wall_us, room.recorder.here(), "key")
    room.recorder.cosign()
    build_approved(tmp_path / "p", material(room, wanted))
    assert examined(tmp_path / "p", court(room)).verdict == Verdict.AUTHENTIC


def test_the_single_file_judges_scope_approvals_and_seal_where_nothing_is_installed(
    room: Scene, extract: Path, taken: Path, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text(court(room))
    rewrite(taken, changed_statement)
    reseal(taken)
    tool = build_pyz(tmp_path / "minhbach-verify.pyz")
    ended = {}
    for package in (extract, taken):
        command = [sys.executable, "-I", "-S", str(tool), str(package), "--keys", str(keys)]
        ended[package] = subprocess.run(command, capture_output=True, timeout=60, check=False).returncode
    assert ended == {extract: Verdict.AUTHENTIC, taken: Verdict.ALTERED}


# --- what is not built ----------------------------------------------------------------------------------


def test_nothing_is_built_on_approvals_that_do_not_hold(room: Scene, tmp_path: Path) -> None:
    wanted = scope_of(room)
    said = statement(wanted.hash, 1)
    wrong_key = replace(keyed(wanted.hash, 1), assertion=assertion(said, security_key(2)))
    for approvals in (
        [],
        [attested(wanted.hash, 1)],
        [attested(wanted.hash, 1), attested(wanted.hash, 1)],
        [attested(wanted.hash, 1), attested(wanted.hash, 9)],
        [attested(wanted.hash, 1), attested("00" * 32, 2)],
        [attested(wanted.hash, 2), wrong_key],
    ):
        with pytest.raises(PackageError, match="pproval"):
            build_approved(tmp_path / "p", material(room, wanted, approvals))
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_built_of_a_log_that_is_not_the_one_approved(room: Scene, tmp_path: Path) -> None:
    wanted = scope_of(room)
    first, *rest = wanted.leaves
    other = Scope(wanted.asked, (replace(first, hash="00" * 32), *rest))
    with pytest.raises(PackageError, match="scope"):
        build_approved(tmp_path / "p", material(room, other))


@pytest.mark.parametrize("name", ["manifest.json", "seal.txt", "../x", "originals/x", "a\\b", "player.html"])
def test_a_document_never_takes_the_place_of_a_proof(room: Scene, tmp_path: Path, name: str) -> None:
    good = material(room, scope_of(room))
    bad = replace(good, documents=lambda held: [*good.documents(held), Document(name, lambda: io.BytesIO(b"x"))])
    with pytest.raises(PackageError):
        build_approved(tmp_path / "p", bad)
    assert list(tmp_path.iterdir()) == []
