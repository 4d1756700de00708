"""The other side of building a package: the same bytes in one new file, and on the disk once at its end."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path


def copied_as_one(paths: Sequence[Path], target: Path) -> None:
    """By the kernel alone, one behind the other; one sync, as a package gets one."""
    with target.open("wb") as whole:
        for path in paths:
            with path.open("rb") as part:
                size, at = os.fstat(part.fileno()).st_size, 0
                while at < size:
                    at += os.sendfile(whole.fileno(), part.fileno(), at, size - at)
        os.fsync(whole.fileno())


def synced(path: Path) -> None:
    """Wait until a file is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
