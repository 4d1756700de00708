"""One file from its first byte to its seal, on a disk that fails now and then."""

import errno
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from minhbach.durable import Folders
from minhbach.edge.archive.segment import OpenSegment, finish
from tests.fakes import Call, FailingFiles, Failure, ForgetfulFiles

INIT = b"ftyp moov uuid"


def none(call: Call) -> None:
    return None


def opened(root: Path, plan: Callable[[Call], Failure | None] = none) -> tuple[OpenSegment, FailingFiles]:
    files = FailingFiles(root, plan)
    files.add_folder(root / "open")
    return OpenSegment(files, Folders(files, root), root / "open" / "x.part", root / "footage" / "x.mp4", INIT), files


def left(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_a_sealed_file_has_the_size_and_the_hashes_it_is_said_to_have(tmp_path: Path) -> None:
    segment, _ = opened(tmp_path)
    segment.write([b"one", memoryview(b"two")], 5)
    segment.write([bytearray(b"three")], 9)
    segment.seal(10)
    content = (tmp_path / "footage" / "x.mp4").read_bytes()
    assert content == INIT + b"onetwothree"
    assert segment.sealed is not None
    assert segment.sealed.size_bytes == len(content)
    assert segment.sealed.sha256 == hashlib.sha256(content).hexdigest()
    assert segment.sealed.init_sha256 == hashlib.sha256(INIT).hexdigest()
    assert segment.sealed.end_us == 10
    assert left(tmp_path) == ["footage/x.mp4", "open/x.part"]


def test_a_segment_without_a_sample_leaves_nothing(tmp_path: Path) -> None:
    segment, files = opened(tmp_path)
    segment.seal(10)
    assert segment.sealed is None
    assert not segment.failed
    assert [call.kind for call in files.calls] == ["mkdir"]


def nth(kind: str, number: int, failure: Failure) -> Callable[[Call], Failure | None]:
    """The ``number``-th call of a kind fails."""
    seen = [0]

    def plan(call: Call) -> Failure | None:
        seen[0] += call.kind == kind
        return failure if call.kind == kind and seen[0] == number else None

    return plan


@pytest.mark.parametrize("stored", [False, True])
def test_after_a_failed_sync_the_file_is_abandoned_whatever_had_been_synced(tmp_path: Path, stored: bool) -> None:
    segment, files = opened(tmp_path, nth("sync", 2, Failure(stored=stored)))
    segment.write([b"one"], 5)
    with pytest.raises(OSError, match="Input/output"):
        segment.write([b"two"], 9)
    calls = len(files.calls)
    segment.write([b"three"], 12)
    assert len(files.calls) == calls
    segment.seal(12)
    assert segment.sealed is None
    assert segment.failed
    assert left(tmp_path) == ["open/x.part.aside"]


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("stored", [False, True])
def test_after_a_failed_write_what_was_synced_before_it_is_sealed(tmp_path: Path, error: int, stored: bool) -> None:
    segment, _ = opened(tmp_path, nth("write", 2, Failure(error, stored)))
    segment.write([b"one"], 5)
    with pytest.raises(OSError):
        segment.write([b"two"], 9)
    segment.write([b"three"], 12)
    segment.seal(12)
    assert segment.sealed is not None
    assert segment.sealed.end_us == 5
    assert (tmp_path / "footage" / "x.mp4").read_bytes() == INIT + b"one"
    assert segment.sealed.sha256 == hashlib.sha256(INIT + b"one").hexdigest()


@pytest.mark.parametrize("kind", ["open", "sync_folder", "write", "sync"])
@pytest.mark.parametrize("stored", [False, True])
def test_a_file_of_which_nothing_was_ever_durable_is_taken_away(tmp_path: Path, kind: str, stored: bool) -> None:
    segment, _ = opened(tmp_path, nth(kind, 1, Failure(errno.ENOSPC, stored)))
    with pytest.raises(OSError, match="No space"):
        segment.write([b"one"], 5)
    segment.seal(5)
    assert segment.sealed is None
    assert [name for name in left(tmp_path) if not (kind == "open" and stored)] == []


@pytest.mark.parametrize(("kind", "number"), [("link", 1), ("mkdir", 2), ("sync_folder", 2), ("sync_folder", 3)])
@pytest.mark.parametrize("stored", [False, True])
def test_a_seal_that_fails_leaves_no_name_in_the_footage_folder(
    tmp_path: Path, kind: str, number: int, stored: bool
) -> None:
    segment, _ = opened(tmp_path, nth(kind, number, Failure(stored=stored)))
    segment.write([b"one"], 5)
    with pytest.raises(OSError, match="Input/output"):
        segment.seal(5)
    assert (segment.sealed, segment.failed) == (None, True)
    assert left(tmp_path) == ["open/x.part.aside"]


def test_a_file_that_stands_under_the_lasting_name_already_is_not_replaced(tmp_path: Path) -> None:
    segment, _ = opened(tmp_path)
    segment.write([b"one"], 5)
    (tmp_path / "footage").mkdir()
    (tmp_path / "footage" / "x.mp4").write_bytes(b"older")
    with pytest.raises(FileExistsError):
        segment.seal(5)
    assert (tmp_path / "footage" / "x.mp4").read_bytes() == b"older"
    assert left(tmp_path) == ["footage/x.mp4", "open/x.part.aside"]


def test_finishing_may_be_repeated(tmp_path: Path) -> None:
    files = ForgetfulFiles(tmp_path)
    folders = Folders(files, tmp_path)
    files.create(tmp_path / "x.part").close()
    for _ in range(2):
        finish(files, folders, tmp_path / "x.part", tmp_path / "a" / "b" / "x.mp4")
    assert left(tmp_path) == ["a/b/x.mp4", "x.part"]
