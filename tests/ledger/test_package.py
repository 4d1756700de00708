"""A package is complete for what was asked, byte for byte, or it is not written."""

import hashlib
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from minhbach.ledger.package import Request, build
from minhbach.ledger.selection import PackageError
from tests.ledger.evidence import CAMERA, scene


def test_originals_are_the_sealed_bytes_and_every_file_is_in_the_list_of_sha256sum(tmp_path: Path) -> None:
    room = scene()
    package = room.build(tmp_path / "p")
    originals = sorted((package / "originals").iterdir())
    sealed = [room.recorder.files[each.path] for each in room.recorder.active[0].sealed]
    assert [each.read_bytes() for each in originals] == sealed
    ran = subprocess.run(["sha256sum", "--check", "--strict", "hashes.sha256"], cwd=package, capture_output=True)
    assert ran.returncode == 0, ran.stderr
    listed = {line.partition("  ")[2] for line in (package / "hashes.sha256").read_text().splitlines()}
    there = {str(each.relative_to(package)) for each in package.rglob("*") if each.is_file()}
    assert there == listed | {"hashes.sha256"}
    assert {"README.txt", "manifest.json", "FORMAT.md"} <= there


def test_a_zip_and_a_folder_hold_the_same_files(tmp_path: Path) -> None:
    room = scene(steps=3)
    folder, packed = room.build(tmp_path / "p"), room.build(tmp_path / "p.zip")
    with zipfile.ZipFile(packed) as archive:
        for name in archive.namelist():
            assert archive.read(name) == (folder / name).read_bytes()
        assert len(archive.namelist()) == sum(each.is_file() for each in folder.rglob("*"))


def test_a_package_says_that_it_is_not_approved(tmp_path: Path) -> None:
    package = scene(steps=2).build(tmp_path / "p")
    assert json.loads((package / "manifest.json").read_bytes())["approved"] is False
    assert "CHƯA ĐƯỢC PHÊ DUYỆT" in (package / "README.txt").read_text()


def test_only_the_segments_that_touch_the_range_are_packed(tmp_path: Path) -> None:
    room = scene()
    second = room.recorder.active[0].sealed[4]
    package = room.build(tmp_path / "p", begin_us=second.begin_us, end_us=second.end_us)
    assert len(list((package / "originals").iterdir())) == 1


def test_a_range_the_log_does_not_account_for_is_refused(tmp_path: Path) -> None:
    room = scene(steps=3)
    with pytest.raises(PackageError, match="account"):
        room.build(tmp_path / "p", end_us=room.end_us + 1)
    with pytest.raises(PackageError, match="account"):
        build(tmp_path / "p", Request((("x", "main"),), 1, 2, 3), room.logs(), room.open)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_what_was_sealed_is_refused_and_nothing_is_left_behind(tmp_path: Path) -> None:
    for name in ("p", "p.zip"):
        room = scene(steps=3)
        room.recorder.files[room.recorder.active[0].sealed[1].path] += b"x"
        with pytest.raises(PackageError, match="not what its entry says"):
            room.build(tmp_path / name)
        assert list(tmp_path.iterdir()) == []


def test_an_entry_that_no_checkpoint_covers_is_refused(tmp_path: Path) -> None:
    room = scene(steps=3)
    room.recorder.logs[-1].checkpoint = None
    room.recorder.watch()
    room.recorder.pass_time(1_000_000)
    room.recorder.seal(room.recorder.active[0], room.recorder.wall_us, room.recorder.here(), "key")
    with pytest.raises(PackageError, match="No checkpoint covers"):
        room.build(tmp_path / "p", end_us=room.recorder.wall_us)


def test_a_package_never_replaces_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    with pytest.raises(FileExistsError):
        scene(steps=2).build(tmp_path / "p")


def test_nonsense_is_no_request(tmp_path: Path) -> None:
    room = scene(steps=2)
    for request in (Request((), 1, 2, 3), Request((CAMERA,), 2, 2, 3), Request((CAMERA, CAMERA), 1, 2, 3)):
        with pytest.raises(PackageError):
            build(tmp_path / "p", request, room.logs(), room.open)


def test_the_same_request_gives_the_same_package(tmp_path: Path) -> None:
    room = scene(steps=3)
    first, second = room.build(tmp_path / "a.zip"), room.build(tmp_path / "b.zip")
    assert hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(second.read_bytes()).digest()
