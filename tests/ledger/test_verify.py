"""The court's verifier: every verdict, every tampering, every hostile package; keys only from the court's list."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import pyz
from minhbach.ledger.courtkeys import KeysUnreadable, read_keys
from minhbach.ledger.pyz import build_pyz
from minhbach.ledger.verdicts import GRAVEST_FIRST, REMARKS, Verdict, gravest
from minhbach.ledger.verify import main, verify
from tests.ledger.evidence import (
    CAMERA,
    STRANGER,
    Scene,
    examined,
    first_original,
    key_file,
    kinds,
    relist,
    rewrite,
    scene,
)
from tests.ledger.simulation import Recorder, S, signer

# --- what each verdict is for ---------------------------------------------------------------------------


def test_whole_footage_with_both_keys_is_authentic(room: Scene, package: Path) -> None:
    report = examined(package, key_file(room.recorder))
    assert report.remarks == ()
    assert report.verdict == Verdict.AUTHENTIC
    assert report.lines()[:2] == ["XÁC THỰC · chưa được phê duyệt", "AUTHENTIC · not approved"]
    assert report.as_json()["approved"] is False


def test_a_zip_gets_the_same_report_as_its_folder(room: Scene, whole: Path, tmp_path: Path) -> None:
    packed = room.build(tmp_path / "p.zip")
    assert examined(packed, key_file(room.recorder)) == examined(whole, key_file(room.recorder))


def test_a_gap_is_told_with_its_cause_and_exact_seconds(tmp_path: Path) -> None:
    def gap(recorder: Recorder) -> None:
        recorder.pass_time(7 * S + 1)
        for stream in recorder.active:
            recorder.gap(stream, "camera_unreachable")

    room = scene(before=gap)
    report = examined(room.build(tmp_path / "p"), key_file(room.recorder))
    assert report.verdict == Verdict.GAPS
    [remark] = report.remarks
    assert (remark.camera, remark.stream) == CAMERA
    assert remark.end_us is not None
    assert remark.begin_us is not None
    assert remark.end_us - remark.begin_us == 7_000_001
    assert remark.text == (
        "Không có hình, tiếng; nguyên nhân: không có đường mạng tới camera.",
        "No footage; cause: there is no network path to the camera (camera_unreachable).",
    )
    assert any("(7.000001 s)" in line for line in report.lines())


def test_a_kill_is_a_gap_over_two_boots(tmp_path: Path) -> None:
    def killed(recorder: Recorder) -> None:
        recorder.pass_time(3 * S)
        recorder._boot("killed", fresh=True)
        recorder.pass_time(S)
        for stream in recorder.active:
            recorder.gap(stream, "")

    room = scene(before=killed)
    report = examined(room.build(tmp_path / "p"), key_file(room.recorder))
    [remark] = report.remarks
    assert (remark.kind, remark.values) == ("gap", {"cause": "recorder_killed"})
    assert (remark.begin_us, remark.end_us) == (room.begin_us + 60 * S, room.begin_us + 64 * S)


def test_removed_footage_is_a_gap_that_names_the_entry(tmp_path: Path) -> None:
    room = scene()
    last = room.recorder.active[0].sealed[-1]
    room.recorder._remove(room.recorder.active[0], [last.number])
    room.recorder.log("erasure", segments=[[*CAMERA, last.number, last.number]], commitment="00" * 32)
    room.recorder.cosign()
    report = examined(room.build(tmp_path / "p"), key_file(room.recorder))
    assert report.verdict == Verdict.GAPS
    [remark] = report.remarks
    assert (remark.kind, remark.begin_us, remark.end_us) == ("removed", last.begin_us, last.end_us)
    assert "erasure" in remark.text[1]


def test_a_removal_that_no_witness_saw_is_said_to_be_so(tmp_path: Path) -> None:
    room = scene()
    last = room.recorder.active[0].sealed[-1]
    room.recorder._remove(room.recorder.active[0], [last.number])
    room.recorder.log("erasure", segments=[[*CAMERA, last.number, last.number]], commitment="00" * 32)
    room.recorder.sign()
    report = examined(room.build(tmp_path / "p"), key_file(room.recorder))
    assert report.verdict == Verdict.UNWITNESSED
    assert kinds(report) == {"removed", "rests_on_unwitnessed"}


def test_what_no_witness_signed_is_unwitnessed_for_exactly_its_seconds(tmp_path: Path) -> None:
    room = scene(steps=7, every=5)
    report = examined(room.build(tmp_path / "p"), key_file(room.recorder))
    assert report.verdict == Verdict.UNWITNESSED
    [remark] = [each for each in report.remarks if each.kind == "unwitnessed"]
    assert (remark.begin_us, remark.end_us) == (room.end_us - 20 * S, room.end_us)


def test_without_the_witness_key_everything_is_unwitnessed(room: Scene, package: Path) -> None:
    report = examined(package, key_file(room.recorder, witness=False))
    assert report.verdict == Verdict.UNWITNESSED
    [remark] = [each for each in report.remarks if each.kind == "unwitnessed"]
    assert remark.begin_us is not None
    assert remark.begin_us <= room.begin_us
    assert remark.end_us == room.end_us


def test_a_late_witness_is_told_with_its_time(tmp_path: Path) -> None:
    room = scene(steps=16, every=16)
    report = examined(room.build(tmp_path / "p"), key_file(room.recorder))
    assert report.verdict == Verdict.UNWITNESSED
    late = [each for each in report.remarks if each.kind == "witnessed_late"]
    assert [each.values["late_s"] for each in late] == [150, 140, 130]


def test_footage_labelled_after_the_witness_signed_it_shows_a_wrong_clock(tmp_path: Path) -> None:
    def jump(recorder: Recorder) -> None:
        before, recorder.offset_us = recorder.offset_us, recorder.offset_us + 3600 * S
        recorder._clock_entry("clock_step", before_offset_us=before)

    room = scene(before=jump)
    report = examined(room.build(tmp_path / "p"), key_file(room.recorder))
    assert kinds(report) == {"clock_ahead", "clock_moved"}
    moved = next(each for each in report.remarks if each.kind == "clock_moved")
    assert moved.end_us is not None
    assert moved.begin_us is not None
    assert moved.end_us - moved.begin_us == 3600 * S


def test_without_the_log_key_nothing_can_be_told(room: Scene, package: Path) -> None:
    report = examined(package, key_file(room.recorder, log=False))
    assert report.verdict == Verdict.CANNOT_TELL
    assert kinds(report) == {"key_unknown", "no_trusted_checkpoint"}
    stranger = f"log {STRANGER.verifier.vkey}"
    assert examined(package, stranger).verdict == Verdict.CANNOT_TELL


def test_after_a_rotation_the_list_needs_the_new_key(tmp_path: Path) -> None:
    room = scene(before=lambda recorder: recorder.rotate_key())
    old = signer(room.recorder.signers().name, room.recorder.key_seed - 1).verifier.vkey
    package = room.build(tmp_path / "p")
    assert examined(package, key_file(room.recorder) + f"\nlog {old}").verdict == Verdict.AUTHENTIC
    assert examined(package, key_file(room.recorder)).verdict == Verdict.CANNOT_TELL


# --- tampering ------------------------------------------------------------------------------------------


def segments(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in manifest["entries"] if row["entry"]["kind"] == "segment"]


def flip_an_original(package: Path) -> None:
    path = first_original(package)
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    relist(package)


def replace_footage_and_its_entry(package: Path) -> None:
    data = b"forged"
    first_original(package).write_bytes(data)
    change = {"bytes": len(data), "sha256": sha256(data).hexdigest()}
    rewrite(package, lambda it: segments(it)[0]["entry"].update(change))


def lengthen_an_original(package: Path) -> None:
    with first_original(package).open("ab") as file:
        file.write(b"\0")
    relist(package)


def swap_two_originals(package: Path) -> None:
    def swap(it: dict[str, Any]) -> None:
        first, last = it["originals"][0], it["originals"][-1]
        first["file"], last["file"] = last["file"], first["file"]

    rewrite(package, swap)


def back_date_a_segment(package: Path) -> None:
    rewrite(package, lambda it: segments(it)[0]["entry"].update(begin_us=1, end_us=2))


def renumber_an_entry(package: Path) -> None:
    rewrite(package, lambda it: segments(it)[0].update(index=segments(it)[0]["index"] + 500))


def double_an_entry(package: Path) -> None:
    rewrite(package, lambda it: it["entries"].append(it["entries"][-1]))


def change_a_node(package: Path) -> None:
    rewrite(package, lambda it: it["nodes"].__setitem__(0, "00" * 32))


def change_a_checkpoint(package: Path) -> None:
    path = min((package / "checkpoints").iterdir())
    lines = path.read_text().split("\n")
    lines[1] = str(int(lines[1]) + 1)
    path.write_text("\n".join(lines))
    relist(package)


def change_the_clock(package: Path) -> None:
    def change(it: dict[str, Any]) -> None:
        boot = next(row["entry"] for row in it["entries"] if row["entry"]["kind"] == "boot")
        boot["offset_us"] += 1
        boot["at_us"] += 1

    rewrite(package, change)


def claim_an_approval(package: Path) -> None:
    rewrite(package, lambda it: it.update(approved=True))


def name_another_recorder(package: Path) -> None:
    rewrite(package, lambda it: it.update(recorder="0191a5e2-7b1c-7e00-8000-00000000000b"))


def add_a_file(package: Path) -> None:
    (package / "originals" / "000000-better.mp4").write_bytes(b"forged")


def add_a_listed_original(package: Path) -> None:
    (package / "originals" / "000000-better.mp4").write_bytes(b"forged")
    row = {"file": "originals/000000-better.mp4", "log": "2026", "index": 0}
    rewrite(package, lambda it: it["originals"].append(row))


def change_the_readme(package: Path) -> None:
    (package / "README.txt").write_text("approved by everybody")


def forge_a_fork(package: Path) -> None:
    recorder = Recorder(1)
    path = max((package / "checkpoints").iterdir())
    head = checkpoints.claimed(path.read_bytes())
    other = checkpoints.Checkpoint(head.origin, head.size, b"\1" * 32)
    count = len(list((package / "checkpoints").iterdir()))
    (package / "checkpoints" / f"{count:06d}.txt").write_bytes(checkpoints.sign(other, recorder.signers()))
    rewrite(package, lambda it: it.update(checkpoints=count + 1))


ALTERATIONS = [
    flip_an_original, replace_footage_and_its_entry, lengthen_an_original, swap_two_originals, back_date_a_segment,
    renumber_an_entry, double_an_entry, change_a_node, change_a_checkpoint, change_the_clock, claim_an_approval,
    name_another_recorder, add_a_file, add_a_listed_original, change_the_readme, forge_a_fork,
]  # fmt: skip


@pytest.mark.parametrize("alter", ALTERATIONS, ids=lambda each: each.__name__)
def test_an_altered_package_is_altered(room: Scene, package: Path, alter: Callable[[Path], None]) -> None:
    alter(package)
    assert examined(package, key_file(room.recorder)).verdict == Verdict.ALTERED


def test_an_altered_original_is_named_with_its_camera_and_seconds(room: Scene, package: Path) -> None:
    flip_an_original(package)
    [remark] = examined(package, key_file(room.recorder)).remarks
    assert (remark.kind, remark.camera, remark.stream) == ("file_altered", *CAMERA)
    assert (remark.begin_us, remark.end_us) == (room.begin_us, room.begin_us + 10 * S)


def drop_an_original(package: Path) -> None:
    first_original(package).unlink()
    rewrite(package, lambda it: it["originals"].pop(0))


def lose_an_original(package: Path) -> None:
    first_original(package).unlink()


def drop_a_segment(package: Path) -> None:
    def drop(it: dict[str, Any]) -> None:
        row = segments(it)[2]
        it["entries"].remove(row)
        original = next(each for each in it["originals"] if each["index"] == row["index"])
        it["originals"].remove(original)
        (package / original["file"]).unlink()

    rewrite(package, drop)


def widen_the_range(package: Path) -> None:
    rewrite(package, lambda it: it["range"].update(end_us=it["range"]["end_us"] + 60 * S))


def claim_another_stream(package: Path) -> None:
    rewrite(package, lambda it: it["streams"].append({"camera": "Quầy 1", "stream": "sub"}))


def drop_the_clock(package: Path) -> None:
    rewrite(package, lambda it: it.update(entries=[e for e in it["entries"] if e["entry"]["kind"] != "boot"]))


def drop_a_checkpoint(package: Path) -> None:
    min((package / "checkpoints").iterdir()).unlink()
    relist(package)


def drop_the_list(package: Path) -> None:
    (package / "hashes.sha256").unlink()


LOSSES = [
    drop_an_original, lose_an_original, drop_a_segment, widen_the_range, claim_another_stream, drop_the_clock,
    drop_a_checkpoint, drop_the_list,
]  # fmt: skip


@pytest.mark.parametrize("lose", LOSSES, ids=lambda each: each.__name__)
def test_a_package_that_lacks_something_is_incomplete(room: Scene, package: Path, lose: Callable[[Path], None]) -> None:
    lose(package)
    assert examined(package, key_file(room.recorder)).verdict == Verdict.INCOMPLETE


def test_a_missing_segment_is_told_with_its_exact_seconds(room: Scene, package: Path) -> None:
    drop_a_segment(package)
    remarks = examined(package, key_file(room.recorder)).remarks
    missing = next(each for each in remarks if each.kind == "stretch_missing")
    assert (missing.begin_us, missing.end_us) == (room.begin_us + 20 * S, room.begin_us + 30 * S)


def test_no_flipped_bit_of_any_file_is_authentic(room: Scene, whole: Path, tmp_path: Path) -> None:
    keys = read_keys(key_file(room.recorder))
    for path in sorted(each for each in whole.rglob("*") if each.is_file()):
        data = path.read_bytes()
        for at in {0, len(data) // 3, len(data) // 2, len(data) - 1}:
            package = Path(shutil.copytree(whole, tmp_path / "p"))
            changed = data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]
            (package / path.relative_to(whole)).write_bytes(changed)
            assert verify(package, keys).verdict in (Verdict.ALTERED, Verdict.INCOMPLETE), (path, at)
            shutil.rmtree(package)


# --- the command ------------------------------------------------------------------------------------------


def test_the_gravest_verdict_wins() -> None:
    order = [21, 20, 30, 11, 12, 10, 0]
    assert [int(each) for each in GRAVEST_FIRST] == order
    for at, first in enumerate(GRAVEST_FIRST):
        for second in GRAVEST_FIRST[at:]:
            assert gravest([second, first]) == first


def test_the_format_document_names_every_remark_under_its_verdict() -> None:
    folder = Path(pyz.__file__).parent
    text = "".join(each.read_text(encoding="utf-8") for each in folder.glob("FORMAT.md"))
    rows = {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("| ")}
    for kind, (verdict, _, _) in REMARKS.items():
        assert f"`{kind}`" in rows[str(int(verdict))], kind


def test_every_sentence_names_what_it_is_given() -> None:
    for kind, (_, vi, en) in REMARKS.items():
        assert vi.count("{") == en.count("{"), kind
        assert vi != en


def test_a_key_file_that_lies_about_a_role_is_refused(room: Scene) -> None:
    good = key_file(room.recorder)
    for wrong in (good.replace("log ", "witness "), good.replace("witness ", "log "), "log x", good + "\nkey y"):
        with pytest.raises(KeysUnreadable, match="Line"):
            read_keys(wrong)


def test_the_command_exits_with_the_verdict_or_two(
    room: Scene, package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text(key_file(room.recorder))
    assert main([str(package), "--keys", str(keys)]) == 0
    assert "chưa được phê duyệt" in capsys.readouterr().out
    assert main([str(package), "--keys", str(keys), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "AUTHENTIC"
    assert main([str(tmp_path / "nothing"), "--keys", str(keys)]) == 2
    assert main([str(package), "--keys", str(tmp_path / "nothing")]) == 2
    keys.write_text("nonsense")
    assert main([str(package), "--keys", str(keys)]) == 2
    assert "Line 1" in capsys.readouterr().err


def test_the_single_file_verifies_where_nothing_is_installed(room: Scene, whole: Path, tmp_path: Path) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text(key_file(room.recorder))
    tool = build_pyz(tmp_path / "minhbach-verify.pyz")
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    command = [sys.executable, "-I", "-S", str(tool), str(whole), "--keys", str(keys)]
    ran = subprocess.run(command, capture_output=True, cwd=tmp_path, env=environment, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert b"AUTHENTIC" in ran.stdout


def test_the_single_file_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    assert build_pyz(tmp_path / "a").read_bytes() == build_pyz(tmp_path / "b").read_bytes()
