"""Lays the settings of the supervision site for a test run, and takes the run's PostgreSQL away at its end.

Loaded as a plug-in by the whole suite, as Django wants its settings before the first test is collected. Workers of
pytest-xdist inherit what the first process laid. Where Django is not installed it does nothing.
"""

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import tempfile
import time
from pathlib import Path

import pytest

HAS_DJANGO = importlib.util.find_spec("pytest_django") is not None
_laid: list[Path] = []


def lay() -> None:
    """Put settings of a private, throw-away centre into the environment, unless an outer process has."""
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="mb-"))
    folder.chmod(0o755)
    _laid.append(folder)
    for name in ("postgres", "s", "static"):
        (folder / name).mkdir()
    (folder / "secret").write_text("only for tests", "ascii")
    (folder / "owner").write_text(str(os.getpid()), "ascii")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "minhbach.centre.settings",
        "MINHBACH_DATA": str(folder),
        "MINHBACH_DATABASE": f"host={folder / 's'} user=minhbach dbname=minhbach",
        "MINHBACH_DATABASE_PASSWORD_FILE": str(folder / "postgres" / "password"),
        "MINHBACH_SECRET_KEY_FILE": str(folder / "secret"),
    }
    (folder / "postgres" / "password").write_text(secrets.token_hex(), "ascii")


if HAS_DJANGO:
    lay()


def take_away() -> None:
    """Stop what runs on what this process laid (`tests.keeper`), and remove it all."""
    for folder in _laid:
        for ready in folder.glob("*.ready"):
            _stop(ready)
        shutil.rmtree(folder, ignore_errors=True)
    _laid.clear()


def _stop(ready: Path) -> None:
    """End a keeper, unless it is ending already; the file that says it is ready goes last."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int(ready.read_text("ascii").split("\n")[0]), signal.SIGTERM)
    deadline = time.monotonic() + 60
    while ready.exists() and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """The run is over, also when it never began."""
    take_away()
