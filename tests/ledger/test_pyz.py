"""The verifier as one file: the same bytes wherever it is made, from a command that says its hash."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from minhbach import cli
from minhbach.ledger.pyz import NAME, build_pyz, pyz_bytes


def test_the_same_sources_give_the_same_bytes_on_every_machine(tmp_path: Path) -> None:
    assert build_pyz(tmp_path / NAME).read_bytes() == pyz_bytes()
    with zipfile.ZipFile(io.BytesIO(pyz_bytes())) as archive:
        found = archive.infolist()
    # What is compressed differs with the zlib that did it; times, systems and orders differ with the disk.
    assert {each.compress_type for each in found} == {zipfile.ZIP_STORED}
    assert {(each.date_time, each.create_system, each.external_attr) for each in found} == {
        ((1980, 1, 1, 0, 0, 0), 3, 0o644 << 16)
    }
    names = [each.filename for each in found]
    assert names[0] == "__main__.py"
    assert names[1:] == sorted(names[1:])
    assert "minhbach/ledger/verify.py" in names


@pytest.mark.parametrize("name", ["", "other.pyz"])
def test_the_command_writes_it_and_says_its_hash(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verifier", str(tmp_path / name)]) == 0
    written = tmp_path / (name or NAME)
    assert written.read_bytes() == pyz_bytes()
    assert capsys.readouterr().out == f"{hashlib.sha256(pyz_bytes()).hexdigest()}  {written}\n"


def test_a_place_that_takes_no_file_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verifier", str(tmp_path / "away" / NAME)]) == 2
    said = capsys.readouterr().err
    assert "Không ghi được" in said
    assert "choose another folder" in said
