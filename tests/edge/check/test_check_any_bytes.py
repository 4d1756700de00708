"""Whatever bytes stand in an archive, a check ends with findings and never with an exception."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minhbach.edge.check import page, report
from minhbach.edge.check.inspection import Inspection
from tests.edge.check import recorded
from tests.edge.check.recorded import Archive

NOW_US = 1_790_200_000_000_000


@pytest.fixture(scope="module")
def scratch(pristine: Archive, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Each example puts back what it has changed: copying for each would cost more than the check."""
    return recorded.copy(pristine, tmp_path_factory.mktemp("any") / "kho")


@contextmanager
def damaged(path: Path, content: bytes) -> Iterator[None]:
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(before)


def proven(archive: Archive) -> list[Path]:
    """Footage and log: files of which every bit is vouched for."""
    log = [path for path in archive.log.rglob("*") if path.is_file()]
    return sorted([*(archive.folder / "footage").rglob("*.mp4"), *log])


def every_file(archive: Archive) -> list[Path]:
    return sorted(path for path in archive.folder.rglob("*") if path.is_file())


def told(result: Inspection) -> None:
    """All ways of telling a result work."""
    lines = list(report.lines(result, witnessed=False))
    assert all("\n" not in line for line in lines)
    assert len(lines) > len(result.findings)
    assert len(report.as_json(result)["findings"]) == len(result.findings)  # type: ignore[arg-type]
    assert page.render(result, now_us=NOW_US, quick=False, witnessed=False).endswith("</html>\n")


shared = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@shared
@given(data=st.data())
def test_one_turned_bit_in_footage_or_log_is_always_found(scratch: Archive, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(proven(scratch)))
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with damaged(path, bytes(content)):
        result = scratch.check(witnessed=True)
        assert result.findings
        told(result)


@shared
@given(data=st.data())
def test_a_cut_or_filled_file_of_footage_or_log_is_always_found(scratch: Archive, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(proven(scratch)))
    content = path.read_bytes()
    at = data.draw(st.integers(0, len(content) - 1))
    filling = data.draw(st.sampled_from([b"", bytes(len(content) - at), b"\xff" * 40, content[:at]]))
    changed = content[:at] + filling
    with damaged(path, changed):
        result = scratch.check()
        assert bool(result.findings) == (changed != content)


@shared
@given(data=st.data())
def test_any_bytes_in_any_file_end_in_findings_or_none_but_never_in_an_exception(
    scratch: Archive, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(every_file(scratch)))
    content = path.read_bytes()
    start = data.draw(st.integers(0, len(content)))
    noise = data.draw(st.binary(max_size=300))
    with damaged(path, content[:start] + noise + content[start + data.draw(st.integers(0, 300)) :]):
        told(scratch.check(quick=data.draw(st.booleans()), witnessed=data.draw(st.booleans())))


@shared
@given(data=st.data())
def test_any_files_that_are_gone_or_folders_never_end_in_an_exception(pristine: Archive, data: st.DataObject) -> None:
    archive = recorded.copy(pristine, pristine.folder.with_name("gone"))
    try:
        for path in data.draw(st.lists(st.sampled_from(every_file(archive)), min_size=1, max_size=5, unique=True)):
            path.unlink()
            if data.draw(st.booleans()):
                path.mkdir()
        told(archive.check(quick=data.draw(st.booleans()), witnessed=True))
    finally:
        shutil.rmtree(archive.folder)
