"""A long recording is made once for all tests that look at it, also when several workers share a test run."""

import fcntl
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

Result = TypeVar("Result")


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Result]) -> Result:
    """What `make(folder)` returned to the first worker that asked; it must be fit for pickling."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / name
    kept = folder / "result.pickle"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            folder.mkdir()
            kept.write_bytes(pickle.dumps(make(folder)))
        result: Result = pickle.loads(kept.read_bytes())
        return result
