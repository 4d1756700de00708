"""A folder in memory: these tests write and take away thousands of small files and ask nothing of the disk itself."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import wipe

MEMORY = Path("/dev/shm")


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    """Removed at the end of the module; on a machine without such memory an ordinary temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="minhbach-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
    yield folder
    wipe(folder)
