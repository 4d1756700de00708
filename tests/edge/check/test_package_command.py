"""Packages out of a real archive: what a camera's name means, what the verifier says of them, what is refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from minhbach.cli import main
from minhbach.edge.check.place import CannotRead
from minhbach.edge.recorder.packaging import streams_of
from minhbach.ledger.courtkeys import read_keys
from minhbach.ledger.verify import verify
from tests.edge.check.recorded import Archive, flip
from tests.edge.keeping import S
from tests.ledger.people import WITNESS


@pytest.fixture
def witness(archive: Archive, tmp_path: Path) -> Path:
    path = tmp_path / "witness.txt"
    path.write_bytes(archive.witness)
    return path


def words(archive: Archive, out: Path, begin_us: int, end_us: int, *more: str, camera: str = "quay-2") -> list[str]:
    times = ["--from", _iso(begin_us), "--to", _iso(end_us)]
    return ["package", str(archive.folder), "--camera", camera, *times, "--out", str(out), *more]


def _iso(at_us: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at_us)).isoformat()


def keys(archive: Archive) -> str:
    return f"log {archive.entries()[0]['key']}\nwitness {WITNESS.verifier.vkey}\n"


def test_a_package_of_some_minutes_verifies_with_the_courts_own_keys(
    archive: Archive, witness: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target, out = archive.target(), tmp_path / "goi.zip"
    begin_us, end_us = target.begin_us - 30 * S, target.end_us + 30 * S
    assert main(words(archive, out, begin_us, end_us, "--witness", str(witness))) == 0
    assert "NOT APPROVED" in capsys.readouterr().out
    report = verify(out, read_keys(keys(archive)))
    assert {each.kind for each in report.remarks} <= {"witnessed_late"}
    assert report.streams == (("quay-2", "main"),)


def test_a_package_without_a_witness_says_so(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target, out = archive.target(), tmp_path / "goi.zip"
    assert main(words(archive, out, target.begin_us, target.end_us)) == 0
    said = capsys.readouterr().out
    assert "UNWITNESSED" in said
    assert "CHƯA ĐƯỢC LÀM CHỨNG: gói không có chữ ký của bên làm chứng (--witness TỆP). / " in said
    assert {each.kind for each in verify(out, read_keys(keys(archive))).remarks} == {
        "unwitnessed",
        "rests_on_unwitnessed",
    }


def test_what_was_erased_is_in_the_package_as_such(archive: Archive, witness: Path, tmp_path: Path) -> None:
    erased = next(
        each
        for each in archive.entries()
        if each["kind"] == "segment" and (each["camera"], each["number"]) == ("quay-1", 4)
    )
    out = tmp_path / "goi.zip"
    times = erased["begin_us"], erased["end_us"]
    assert main(words(archive, out, *times, "--witness", str(witness), camera="quay-1")) == 0
    assert "removed" in {each.kind for each in verify(out, read_keys(keys(archive))).remarks}


@pytest.mark.parametrize("after_s", [3600, -90_000])
def test_a_time_the_log_does_not_account_for_is_refused_with_the_time_it_does(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str], after_s: int
) -> None:
    target, out = archive.target(), tmp_path / "goi.zip"
    begin_us = target.begin_us + after_s * S
    assert main(words(archive, out, min(begin_us, target.begin_us), begin_us + 60 * S)) == 2
    assert "21/09/2026 21:13:20" in capsys.readouterr().err
    assert list(tmp_path.glob("goi*")) == []


def test_an_altered_file_is_not_packed(archive: Archive, tmp_path: Path) -> None:
    target, out = archive.target(), tmp_path / "goi.zip"
    flip(target.path, -1)
    assert main(words(archive, out, target.begin_us, target.end_us)) == 2
    assert not out.exists()


def test_a_package_is_never_written_over(archive: Archive, tmp_path: Path) -> None:
    target, out = archive.target(), tmp_path / "goi.zip"
    out.write_bytes(b"older evidence")
    assert main(words(archive, out, target.begin_us, target.end_us)) == 2
    assert out.read_bytes() == b"older evidence"


def test_footage_on_a_disk_that_is_not_here_is_refused(archive: Archive, tmp_path: Path) -> None:
    target, out = archive.target(), tmp_path / "goi.zip"
    (archive.folder / "disk.json").unlink()
    assert main(words(archive, out, target.begin_us, target.end_us)) == 2
    assert list(tmp_path.glob("goi*")) == []


def test_a_cameras_name_means_its_main_picture_and_sound() -> None:
    known = [("quay-1", "main"), ("quay-1", "main-sound"), ("quay-1", "sub"), ("quay-2", "main")]
    assert streams_of(["quay-1"], known) == (("quay-1", "main"), ("quay-1", "main-sound"))
    assert streams_of(["quay-1/sub", "quay-2", "quay-2"], known) == (("quay-1", "sub"), ("quay-2", "main"))
    with pytest.raises(CannotRead, match="quay-1/sub"):
        streams_of(["quay-3"], known)
