"""Builds `minhbach-verify.pyz`: the part a court runs, as one file that needs only Python.

Owns: which files it holds. Promises: the same sources give the same bytes on every machine, so that two people who
build it can compare hashes; therefore nothing in it is compressed, which each zlib does in its own way. Leaves to
others: publishing the file and its hash (`minhbach verifier`, the centre's page for courts).
"""

import hashlib
import io
import os
import sys
import zipfile
from pathlib import Path

NAME = "minhbach-verify.pyz"
_START = b"from minhbach.ledger.verify import main\nraise SystemExit(main())\n"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def pyz_bytes() -> bytes:
    """The whole file."""
    package = Path(__file__).resolve().parent
    sources = sorted([*package.glob("*.py"), *package.glob("FORMAT.md"), package.parent / "__init__.py"])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        _add(archive, "__main__.py", _START)
        for source in sources:
            _add(archive, source.relative_to(package.parent.parent).as_posix(), source.read_bytes())
    return b"#!/usr/bin/env python3\n" + buffer.getvalue()


def build_pyz(target: Path) -> Path:
    """Writes the verifier to `target`, replacing what was there at once; returns `target`. Raises OSError."""
    part = target.with_name(target.name + ".part")
    part.write_bytes(pyz_bytes())
    part.chmod(0o755)
    os.replace(part, target)
    return target


def main(target: Path) -> int:
    """`minhbach verifier`: writes the file, into `target` where that is a folder, and prints its hash as sha256sum."""
    place = target / NAME if target.is_dir() else target
    try:
        build_pyz(place)
    except OSError as problem:
        print(f"Không ghi được {place}: {problem.strerror}. Hãy chọn thư mục khác.", file=sys.stderr)
        print(f"{place} cannot be written; choose another folder.", file=sys.stderr)
        return 2
    print(f"{hashlib.sha256(place.read_bytes()).hexdigest()}  {place}")
    return 0


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = 0o644 << 16
    info.create_system = 3  # as on any Unix, wherever it is built
    info.compress_type = zipfile.ZIP_STORED
    archive.writestr(info, data)
