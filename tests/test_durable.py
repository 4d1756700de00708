"""The system calls below everything that has to survive a power cut."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from minhbach.durable import AppendFile, Files, Folders, Space
from tests.fakes import Call, FailingFiles, Failure, ForgetfulFiles


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_appended_buffers_stand_in_the_file_in_their_order(tmp_path: Path) -> None:
    file = Files().create(tmp_path / "a")
    many = [bytes([number % 251]) * (number % 5) for number in range(3_000)]
    assert file.write(many) == sum(map(len, many))
    assert file.write([b"", bytearray(b"xy"), memoryview(b"z")]) == 3
    file.sync()
    file.close()
    file.close()
    assert (tmp_path / "a").read_bytes() == b"".join(many) + b"xyz"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_a_system_that_writes_less_than_asked_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.writev
    monkeypatch.setattr(os, "writev", lambda fd, views: real(fd, [bytes(views[0])[:3]]))
    file = Files().create(tmp_path / "a")
    assert file.write([b"01234567", b"", b"89", b"abcdefgh"]) == 18
    file.close()
    assert (tmp_path / "a").read_bytes() == b"0123456789abcdefgh"


def test_a_file_is_created_once_and_appended_to_only_if_it_is_there(tmp_path: Path) -> None:
    files = Files()
    files.create(tmp_path / "a").close()
    with pytest.raises(FileExistsError):
        files.create(tmp_path / "a")
    with pytest.raises(FileNotFoundError):
        files.append(tmp_path / "b")
    with pytest.raises(FileNotFoundError):
        files.sync_file(tmp_path / "b")
    for text in (b"x", b"y"):
        file = files.append(tmp_path / "a")
        file.write([text])
        file.close()
    files.sync_file(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"xy"


def test_the_real_calls_do_what_they_are_called(tmp_path: Path) -> None:
    files = Files()
    (tmp_path / "a").write_bytes(b"0123456789")
    files.truncate(tmp_path / "a", 4)
    files.link(tmp_path / "a", tmp_path / "b")
    files.rename(tmp_path / "b", tmp_path / "c")
    files.unlink(tmp_path / "a")
    files.add_folder(tmp_path / "folder")
    files.sync_folder(tmp_path)
    files.remove_folder(tmp_path / "folder")
    assert contents(tmp_path) == {"c": b"0123"}
    assert not (tmp_path / "folder").exists()
    room = files.space(tmp_path)
    assert isinstance(room, Space)
    assert 0 < room.free_bytes <= room.total_bytes


def test_a_replaced_file_is_private_if_asked(tmp_path: Path) -> None:
    Files().replace(tmp_path / "key", b"secret", mode=0o600)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert contents(tmp_path) == {"key": b"secret"}


def test_a_replaced_file_is_old_or_new_after_a_power_cut_at_any_instant(tmp_path: Path) -> None:
    files = ForgetfulFiles(tmp_path / "disk")
    files.replace(files.root / "a", b"old" * 5_000)
    begun = len(files.journal)
    files.replace(files.root / "a", b"new" * 5_000)
    for at in range(begun, len(files.journal) + 1):
        for seed in range(10):
            after = files.cut(tmp_path / f"{at}-{seed}", Random(f"{at} {seed}"), at)
            left = (after.root / "a").read_bytes()
            assert left in (b"old" * 5_000, b"new" * 5_000)
            assert at < len(files.journal) or left == b"new" * 5_000


def test_a_made_folder_and_all_above_it_survive(tmp_path: Path) -> None:
    makers: list[Callable[[ForgetfulFiles, Path], None]] = [
        lambda files, folder: files.make_folder(folder),
        lambda files, folder: Folders(files, files.root).make(folder),
    ]
    for number, make in enumerate(makers):
        files = ForgetfulFiles(tmp_path / f"disk-{number}")
        make(files, files.root / "a" / "b" / "c")
        for seed in range(20):
            after = files.cut(tmp_path / f"after-{number}-{seed}", Random(seed))
            assert (after.root / "a" / "b" / "c").is_dir()


def test_a_folder_that_a_killed_run_left_unsynced_is_made_sure_of_once(tmp_path: Path) -> None:
    files = ForgetfulFiles(tmp_path / "disk")
    files.add_folder(files.root / "a")
    folders = Folders(files, files.root)
    folders.make(files.root / "a" / "b")
    calls = len(files.calls)
    folders.make(files.root / "a" / "b")
    folders.make(files.root / "a")
    assert len(files.calls) == calls
    for seed in range(20):
        assert (files.cut(tmp_path / f"after-{seed}", Random(seed)).root / "a" / "b").is_dir()


def test_a_folder_that_was_taken_away_is_made_again(tmp_path: Path) -> None:
    folders = Folders(Files(), tmp_path)
    folders.make(tmp_path / "a" / "b")
    (tmp_path / "a" / "b").rmdir()
    folders.make(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_the_folder_of_an_unmounted_disk_is_not_made_anew(tmp_path: Path) -> None:
    folders = Folders(Files(), tmp_path / "gone")
    for folder in (tmp_path / "gone" / "a", tmp_path / "gone", tmp_path / "elsewhere"):
        with pytest.raises(FileNotFoundError):
            folders.make(folder)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stored", [False, True])
def test_a_folder_whose_sync_failed_can_be_made_by_trying_again(tmp_path: Path, stored: bool) -> None:
    def first_sync(call: Call) -> Failure | None:
        return Failure(errno.EIO, stored) if call.kind == "sync_folder" and call.number < 2 else None

    for number, root in enumerate((tmp_path / "one", tmp_path / "two")):
        files = FailingFiles(root, first_sync)
        folders = Folders(files, root)
        make = files.make_folder if number else folders.make
        with pytest.raises(OSError, match="Input/output"):
            make(root / "a")
        make(root / "a")
        for seed in range(20):
            assert (files.cut(tmp_path / f"after-{number}-{seed}", Random(seed)).root / "a").is_dir()


def test_what_was_not_synced_may_be_lost_torn_zero_or_there(tmp_path: Path) -> None:
    """The forgetful disk is no harmless one: otherwise all tests on it would prove nothing."""
    files = ForgetfulFiles(tmp_path / "disk")
    file = files.create(files.root / "a")
    file.write([b"safe"])
    file.sync()
    files.sync_folder(files.root)
    file.write([b"x" * 10_000])
    file.close()
    files.create(files.root / "b").close()
    left = [files.cut(tmp_path / f"{seed}", Random(seed)).root for seed in range(200)]
    bytes_left = [(folder / "a").read_bytes() for folder in left]
    assert {each[:4] for each in bytes_left} == {b"safe"}
    rests = {each[4:] for each in bytes_left}
    assert {b"", b"x" * 10_000, bytes(10_000)} <= rests
    assert any(0 < len(rest) < 10_000 for rest in rests)
    assert any(b"\0" in rest and b"x" in rest for rest in rests)
    assert {(folder / "b").exists() for folder in left} == {True, False}


def test_a_failed_sync_loses_its_bytes_whatever_a_later_one_says(tmp_path: Path) -> None:
    files = FailingFiles(tmp_path / "disk", lambda call: Failure() if call.kind == "sync" else None)
    file: AppendFile = files.create(files.root / "a")
    files.sync_folder(files.root)
    file.write([b"doubtful"])
    with pytest.raises(OSError, match="Input/output"):
        file.sync()
    files.heal()
    file.write([b" and after"])
    file.sync()
    file.close()
    left = {(files.cut(tmp_path / f"{seed}", Random(seed)).root / "a").read_bytes() for seed in range(40)}
    assert left == {b"doubtful and after", bytes(8) + b" and after"}
