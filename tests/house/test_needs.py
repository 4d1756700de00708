"""A test that cannot run says so: the law of tests/conftest.py and of `bin/test`, on a small suite of their own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

RUNS = "def test_runs():\n    pass\n"
LACKS = "def test_lacks(needs):\n    needs('no-such-thing')\n"
SILENT = "import pytest\n\ndef test_silent():\n    pytest.skip('not today')\n"
MARKED = "import pytest\n\n@pytest.mark.skip(reason='not today')\ndef test_marked():\n    pass\n"
FAILS = "def test_fails():\n    assert False\n"
BROKEN = "import no_such_module_anywhere\n"
NEED = "\n\nNEEDS['no-such-thing'] = Need(lambda: None, 'apt-get install no-such-thing')\n"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A folder with our conftest, which knows one need that no machine has."""
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    with (tmp_path / "conftest.py").open("a", encoding="utf-8") as conftest:
        conftest.write(NEED)
    return tmp_path


def run(suite: Path, *tests: str, workers: int = 0) -> tuple[int, str]:
    """`bin/test` on some tests: its exit status and what it said."""
    for number, test in enumerate(tests):
        (suite / f"test_{number}.py").write_text(test, "utf-8")
    command = [
        sys.executable,
        str(ROOT / "bin" / "checks.py"),
        str(suite),
        "-p",
        "no:cacheprovider",
        "-p",
        "xdist",
        f"-n{workers}",
    ]
    # The other plug-ins of a real run have no part in this, and take seconds to be imported.
    variables = os.environ | {"PYTHONPATH": str(ROOT / "bin"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("workers", [0, 2])
def test_what_could_not_run_is_named_with_what_to_install_and_ends_with_2(suite: Path, workers: int) -> None:
    status, said = run(suite, RUNS, LACKS, workers=workers)
    assert status == 2, said
    assert "COULD NOT RUN: needs no-such-thing: apt-get install no-such-thing" in said.splitlines()[-2]


def test_a_failure_is_graver_than_a_lack(suite: Path) -> None:
    status, said = run(suite, LACKS, FAILS)
    assert status == 1, said


def test_a_file_that_cannot_be_collected_is_a_failure_and_not_a_lack(suite: Path) -> None:
    status, said = run(suite, LACKS, BROKEN)
    assert status == 1, said


@pytest.mark.parametrize("silent", [SILENT, MARKED], ids=["called", "marked"])
def test_a_skip_that_nobody_would_see_is_a_failure(suite: Path, silent: str) -> None:
    status, said = run(suite, RUNS, silent)
    assert status == 1, said
    assert "Skipped in silence (not today)" in said


def test_a_run_without_a_test_is_no_success(suite: Path) -> None:
    assert run(suite)[0] == 1


def test_what_ran_and_passed_ends_with_0(suite: Path) -> None:
    status, said = run(suite, RUNS)
    assert status == 0, said
