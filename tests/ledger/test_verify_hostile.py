"""Hostile packages: whatever a stranger built, the verifier answers with a report and touches nothing else."""

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minhbach.ledger import pyz
from minhbach.ledger.courtkeys import Keys
from minhbach.ledger.entry import canonical
from minhbach.ledger.verdicts import Verdict
from minhbach.ledger.verify import verify
from tests.ledger.evidence import Scene, examined, first_original, key_file, kinds, relist


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_zip_never_raises_and_is_never_authentic(
    room: Scene, packed: bytes, tmp_path: Path, data: st.DataObject
) -> None:
    broken = bytearray(packed)
    if data.draw(st.booleans()):
        del broken[data.draw(st.integers(0, len(packed) - 1)) :]
    else:
        at = data.draw(st.integers(0, len(packed) - 1))
        broken[at] ^= data.draw(st.integers(1, 255))
    target = tmp_path / "p.zip"
    target.write_bytes(broken)
    report = examined(target, key_file(room.recorder))
    if report.verdict == Verdict.AUTHENTIC:  # a bit of the zip's own bookkeeping: what is read is still what was packed
        with zipfile.ZipFile(target) as archive, zipfile.ZipFile(room_zip(packed, tmp_path)) as good:
            assert {name: read(archive, name) for name in archive.namelist()} == {
                name: good.read(name) for name in good.namelist()
            }


def room_zip(packed: bytes, folder: Path) -> Path:
    (folder / "good.zip").write_bytes(packed)
    return folder / "good.zip"


def read(archive: zipfile.ZipFile, name: str) -> bytes:
    """A member without its CRC, which our own SHA-256 replaces."""
    member = archive.open(name)
    member._expected_crc = None  # type: ignore[attr-defined]
    return member.read()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_manifest_of_any_shape_gets_a_report(
    room: Scene, whole: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    manifest = json.loads((whole / "manifest.json").read_bytes())
    place: Any = manifest
    for _ in range(data.draw(st.integers(0, 4))):
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key]:
            break
        place = place[key]
    key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    shapes: list[Any] = [None, True, -1, 2**53 - 1, "", "../x", "a" * 300, [], {}, [[]], [1], {"v": 1}, "00" * 32]
    before = canonical(manifest)
    place[key] = data.draw(st.sampled_from(shapes))
    folder = tmp_path_factory.mktemp("shape")
    package = Path(shutil.copytree(whole, folder / "p"))
    (package / "manifest.json").write_bytes(canonical(manifest))
    relist(package)
    unjudged = examined(package, key_file(room.recorder, log=False))  # what no key judges is read all the same
    judged = examined(package, key_file(room.recorder))
    for report in (unjudged, judged):
        report.lines()
        json.dumps(report.as_json())
    if canonical(manifest) != before and key != "created_us":
        assert judged.verdict != Verdict.AUTHENTIC
    shutil.rmtree(folder)


@pytest.mark.parametrize("name", ["", "x", "2026/", "1/2/3", "９９９９", "9" * 5000])
def test_a_log_of_a_name_that_is_none_cannot_be_told_even_where_no_checkpoint_judges_it(
    room: Scene, package: Path, name: str
) -> None:
    manifest = json.loads((package / "manifest.json").read_bytes())
    for row in manifest["entries"]:
        row["log"] = name
    shutil.rmtree(package / "checkpoints")
    (package / "manifest.json").write_bytes(canonical(manifest))
    relist(package)
    report = examined(package, key_file(room.recorder))
    assert "manifest_unreadable" in kinds(report)


def zip_of(path: Path, *members: tuple[str, bytes, int]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data, mode in members:
            info = zipfile.ZipInfo(name)
            info.external_attr, info.compress_type = mode << 16, zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return path


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("../manifest.json", 0),
        ("/manifest.json", 0),
        ("a\\b", 0),
        ("a//b", 0),
        ("c:x", 0),
        ("a\nb", 0),
        ("link", stat.S_IFLNK | 0o777),
        ("dir/", 0),
    ],
)
def test_a_zip_with_a_misleading_name_or_a_link_is_refused(tmp_path: Path, name: str, mode: int) -> None:
    report = verify(zip_of(tmp_path / "p.zip", (name, b"x", mode)), Keys())
    assert kinds(report) == {"damaged"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_with_one_name_twice_is_refused(tmp_path: Path) -> None:
    report = verify(zip_of(tmp_path / "p.zip", ("a", b"x", 0), ("a", b"y", 0)), Keys())
    assert kinds(report) == {"damaged"}


def test_a_bomb_is_not_unpacked_beyond_what_the_log_promised(room: Scene, packed: bytes, tmp_path: Path) -> None:
    source = room_zip(packed, tmp_path)
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(source) as good, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in good.namelist():
            archive.writestr(name, bytes(400 << 20) if name.startswith("originals/000001") else good.read(name))
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (300 << 20, 300 << 20))\n"
    keys = tmp_path / "keys.txt"
    keys.write_text(key_file(room.recorder))
    with_sources = {**os.environ, "PYTHONPATH": str(Path(pyz.__file__).parents[2])}
    code = limit + "import sys\nfrom minhbach.ledger.verify import main\nraise SystemExit(main(sys.argv[1:]))"
    ran = subprocess.run(
        [sys.executable, "-c", code, str(bomb), "--keys", str(keys)],
        capture_output=True,
        text=True,
        timeout=60,
        env=with_sources,
    )
    assert ran.returncode == Verdict.ALTERED, ran.stderr
    assert "000001" in ran.stdout


def test_a_folder_with_a_link_is_refused(room: Scene, package: Path) -> None:
    path = first_original(package)
    path.rename(package.parent / "elsewhere")
    path.symlink_to(package.parent / "elsewhere")
    assert kinds(examined(package, key_file(room.recorder))) == {"damaged"}


def test_what_is_no_package_cannot_be_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"hello")
    assert verify(tmp_path / "x", Keys()).verdict == Verdict.CANNOT_TELL
    (tmp_path / "empty").mkdir()
    assert "manifest_unreadable" in kinds(verify(tmp_path / "empty", Keys()))
