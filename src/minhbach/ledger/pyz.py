"""Builds `minhbach-verify.pyz`: the part a court runs, as one file that needs only Python.

Owns: which files it holds. Promises: the same sources give the same bytes, so that two people who build it can compare
hashes. Leaves to others: publishing the file and its hash.
"""

import io
import os
import zipfile
from pathlib import Path

_START = b"from minhbach.ledger.verify import main\nraise SystemExit(main())\n"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def build_pyz(target: Path) -> Path:
    """Writes the verifier to `target`, replacing what was there at once; returns `target`."""
    package = Path(__file__).resolve().parent
    sources = sorted([*package.glob("*.py"), *package.glob("FORMAT.md"), package.parent / "__init__.py"])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        _add(archive, "__main__.py", _START)
        for source in sources:
            _add(archive, source.relative_to(package.parent.parent).as_posix(), source.read_bytes())
    part = target.with_name(target.name + ".part")
    part.write_bytes(b"#!/usr/bin/env python3\n" + buffer.getvalue())
    part.chmod(0o755)
    os.replace(part, target)
    return target


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = 0o644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)
