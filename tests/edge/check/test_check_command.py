"""What `minhbach check` prints, writes and returns: design section 7."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from minhbach.cli import main
from minhbach.edge.check import files
from minhbach.edge.check.inspection import condensed, inspect
from minhbach.edge.check.place import CannotRead
from minhbach.edge.check.timeline import Removals, Stretch, merged
from minhbach.edge.check.words import cause_words, duration, plain, span
from minhbach.edge.check.workers import WorkerLost, spread
from minhbach.edge.faults import CATALOGUE
from minhbach.ledger.findings import Finding
from tests.edge.check.recorded import Archive, flip

S = 1_000_000


def as_json(archive: Archive, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    status = main(["check", str(archive.folder), "--json", *words])
    return status, json.loads(capsys.readouterr().out)


def test_json_has_the_form_of_the_design(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    target = archive.target()
    flip(target.path, -1)
    status, told = as_json(archive, capsys)
    assert status == 1
    assert {"cameras", "findings"} <= told.keys()
    assert [camera.keys() for camera in told["cameras"]] == [{"name", "coverage", "gaps"}] * 2
    for camera in told["cameras"]:
        assert all(each.keys() == {"from", "to"} and each["from"] < each["to"] for each in camera["coverage"])
        assert all(each.keys() == {"from", "to", "cause"} for each in camera["gaps"])
    assert [each.keys() for each in told["findings"]] == [{"kind", "camera", "from", "to", "text"}]
    finding = told["findings"][0]
    assert (finding["kind"], finding["camera"]) == ("file_altered", "quay-2")
    assert (finding["from"], finding["to"]) == (target.begin_us / S, target.end_us / S), "Unix seconds"


def test_coverage_and_gaps_together_are_every_instant(pristine: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = as_json(pristine, capsys, "--quick")
    assert status == 0
    for camera in told["cameras"]:
        parts = sorted((each["from"], each["to"]) for each in camera["coverage"] + camera["gaps"])
        assert [begin for begin, _ in parts[1:]] == [end for _, end in parts[:-1]]


def test_footage_whose_file_is_missing_is_not_called_coverage(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    target = archive.target()
    target.path.unlink()
    _, told = as_json(archive, capsys, "--quick")
    camera = next(each for each in told["cameras"] if each["name"] == "quay-2")
    assert {"from": target.begin_us / S, "to": target.end_us / S, "cause": "file_missing"} in camera["gaps"]
    assert not [each for each in camera["coverage"] if each["from"] <= target.begin_us / S < each["to"]]


def test_each_finding_is_one_line_that_names_camera_and_time(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.target().path.unlink()
    (archive.folder / "footage" / "two\nlines").write_bytes(b"")
    assert main(["check", str(archive.folder)]) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if "FINDING" in line]
    assert len(lines) == 2
    assert any("[quay-2] 21/09/2026 " in line and " → " in line for line in lines)


def test_a_sound_archive_ends_with_0_and_says_what_no_witness_saw(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(archive.folder), "--quick"]) == 0
    assert "UNWITNESSED" in capsys.readouterr().out
    witness = tmp_path / "witness.txt"
    witness.write_bytes(archive.witness)
    assert main(["check", str(archive.folder), "--witness", str(witness)]) == 0
    assert "UNWITNESSED" not in capsys.readouterr().out


def test_the_file_of_another_recorders_witness_leaves_everything_unwitnessed(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "witness.txt"
    other.write_bytes(b"minhbach-witness/v1\n")
    assert main(["check", str(archive.folder), "--quick", "--witness", str(other)]) == 0
    assert "UNWITNESSED" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["nowhere"], ["kho", "--witness", "nowhere"], ["kho", "--html", "no/page.html"]])
def test_what_cannot_run_ends_with_2_and_a_sentence(
    archive: Archive, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(archive.folder.parent)
    assert main(["check", *words]) == 2
    vi, en = capsys.readouterr().err.strip().splitlines()
    assert not vi.isascii()
    assert en.isascii()


def test_a_broken_witness_file_is_not_read_as_an_empty_one(archive: Archive, tmp_path: Path) -> None:
    broken = tmp_path / "witness.txt"
    broken.write_bytes(archive.witness[:200] + b"x" + archive.witness[201:])
    assert main(["check", str(archive.folder), "--witness", str(broken)]) == 2


def test_a_file_that_may_not_be_read_is_not_called_altered(another: Callable[[str], Archive]) -> None:
    archive = another("open to all but for one file")
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o755)
        archive.folder.rename(Path(place, "kho"))
        open_to_all = Archive(Path(place, "kho"))
        target = open_to_all.target()
        for path in Path(place).rglob("*"):
            path.chmod(0o755)
        target.path.chmod(0)
        with somebody_else():
            found = open_to_all.check().findings
        assert [(each.kind, each.camera, each.begin_us) for each in found] == [
            ("file_unreadable", "quay-2", target.begin_us)
        ]
        (Path(place, "kho") / "log").chmod(0)
        with somebody_else(), pytest.raises(CannotRead):
            open_to_all.check()


@contextmanager
def somebody_else() -> Iterator[None]:
    """A user for whom permissions count."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(me)


def test_a_large_archive_divided_among_processes_is_judged_alike(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.target().path.unlink()
    (archive.folder / "footage" / "stranger").write_bytes(b"")
    alone = inspect(archive.folder, None, quick=True)
    monkeypatch.setattr(files, "MANY_SEGMENTS", 1)
    progress: list[tuple[int, int]] = []
    shared = inspect(archive.folder, None, quick=True, processes=2, progress=lambda *step: progress.append(step))
    assert shared.findings == alone.findings
    assert shared.timelines == alone.timelines
    assert progress[-1][0] == progress[-1][1] > 200


def double(number: int) -> int:
    return 2 * number


def die(number: int) -> int:
    return number if number < 3 else os._exit(9)


def test_answers_come_back_in_the_order_of_the_questions() -> None:
    assert list(spread(double, range(20), 3)) == [2 * number for number in range(20)]


def test_a_worker_that_is_killed_is_noticed() -> None:
    answers = spread(die, range(10), 2)
    assert [next(answers), next(answers), next(answers)] == [0, 1, 2]
    with pytest.raises(WorkerLost):
        list(answers)


def test_whoever_asks_no_further_leaves_no_process_behind() -> None:
    before = children()
    answers = spread(double, range(100_000), 2)
    assert next(answers) == 0
    assert children() > before
    answers.close()  # type: ignore[attr-defined]
    assert children() == before


def children() -> set[str]:
    """The processes that this one has started and not yet buried."""
    return {pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}


# --- words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length_us", "words"),
    [
        (0, "0 giây"),
        (40_000, "dưới 0,1 giây"),
        (630_000, "0,6 giây"),
        (9_900_000, "9 giây"),
        (61 * S, "1 phút 01 giây"),
        (3_660 * S, "1 giờ 01 phút"),
        (90_000 * S, "1 ngày 01 giờ"),
    ],
)
def test_lengths_are_written_the_vietnamese_way(length_us: int, words: str) -> None:
    assert duration(length_us) == words


def test_a_short_stretch_is_told_to_the_tenth() -> None:
    begin_us = 1_790_000_000_400_000
    assert span(begin_us, begin_us + 600_000) == ("21/09/2026 21:13:20,4", "21/09/2026 21:13:21,0")
    assert span(begin_us, begin_us + 60 * S) == ("21/09/2026 21:13:20", "21/09/2026 21:14:20")


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_fault_of_a_camera_has_words(code: str) -> None:
    vi, en = cause_words(f"camera_{code}")
    assert vi
    assert code not in vi
    assert ";" not in vi + en


def test_what_a_stranger_wrote_cannot_break_a_line() -> None:
    assert plain("a\nb\x1b[31m\u202ec\ud800") == "a?b?[31m?c?"
    assert len(plain("x" * 10_000)) < 500


# --- time ---------------------------------------------------------------------------------------------


def test_stretches_of_one_cause_that_touch_become_one() -> None:
    parts = [Stretch(0, 10), Stretch(10, 20), Stretch(20, 30, "x"), Stretch(30, 40, "x"), Stretch(50, 60, "x")]
    assert list(merged(parts)) == [Stretch(0, 20), Stretch(20, 40, "x"), Stretch(50, 60, "x")]


def test_of_two_removals_of_one_segment_the_first_counts() -> None:
    removals = Removals()
    removals.add({"kind": "erasure", "segments": [["a", "main", 3, 5]]})
    removals.add({"kind": "deletion", "segments": [["a", "main", 4, 9]]})
    removals.settle()
    kinds = [removals.kind("a", "main", number) for number in range(2, 11)]
    assert kinds == ["", *["erasure"] * 3, *["deletion"] * 4, ""]
    assert not removals.kind("b", "main", 4)


def test_very_many_findings_are_told_in_fewer_lines_without_losing_a_camera_or_a_time() -> None:
    found = [
        Finding("file_missing", "2026", at, camera, "main", at * 10 * S, (at + 1) * 10 * S, {"path": f"{at}"})
        for camera in ("a", "b")
        for at in range(500)
        if at != 250
    ]
    told = list(condensed(found))
    times = [(0, 2500 * S), (2510 * S, 5000 * S)]
    assert [(each.camera, each.begin_us, each.end_us) for each in told] == [
        (camera, *time) for camera in ("a", "b") for time in times
    ]
    assert told[0].values["path"] == "0 (+249)"


def test_what_is_left_out_is_counted() -> None:
    told = list(condensed(Finding("entry_unreadable", "2026", at, values={"why": ""}) for at in range(1500)))
    assert len(told) == 1001
    assert told[-1].values == {"count": 500, "kind": "entry_unreadable"}
    noted = list(condensed(Finding("erased", "2026", at) for at in range(1500)))
    assert noted[-1].kind == "more_noted"
