"""Set-up of a fresh machine, on a small copy of this checkout with nothing to install, so that no network is needed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import environment
import pytest

from tests.house.source import ROOT

NOBODY = 65534
ECHO = """import sys

def main():
    print(*sys.argv[1:])
    return 0
"""
Completed = subprocess.CompletedProcess[str]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout as it comes: nothing is set up."""
    return small_copy(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One checkout for all tests that only damage it: each starts from what the one before left, and mends it."""
    return small_copy(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def ready(shared: Path) -> Path:
    """A checkout that is set up."""
    assert demo(shared, "ready").stdout == "demo ready\n"
    return shared


@dataclass(frozen=True, slots=True)
class Mine:
    """A checkout below a private home: as whom to start it, and with which PATH."""

    checkout: Path
    user: int | None
    path: str


Owner = Callable[[Path], Mine]


@pytest.fixture
def as_a_normal_user(needs: Callable[[str], str]) -> Iterator[Owner]:
    """Gives a checkout to a normal user whose home nobody else may enter; root has to become one for that."""
    # Not below tmp_path: that lies in a folder which another user could not even pass.
    with tempfile.TemporaryDirectory() as home:

        def give(checkout: Path) -> Mine:
            moved = Path(shutil.move(checkout, home))
            if os.geteuid() != 0:
                return Mine(moved, None, os.environ["PATH"])
            for place in (Path(home), *Path(home).rglob("*")):
                os.chown(place, NOBODY, NOBODY)
            return Mine(moved, NOBODY, f"{Path(needs('system-python')).parent}:/usr/bin:/bin")

        yield give


def small_copy(place: Path) -> Path:
    """The two commands with what they read, a product that only echoes, and no requirement."""
    folder = place / "Bản sao của tôi"
    shutil.copytree(ROOT / "bin", folder / "bin", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "requirements").mkdir()
    for profile in environment.PROFILES:
        (folder / "requirements" / f"{profile}.txt").write_text("# nothing\n", "utf-8")
    package = folder / "src" / "minhbach"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", "utf-8")
    (package / "cli.py").write_text(ECHO, "utf-8")
    return folder


def demo(checkout: Path, *words: str, path: str = "", user: int | None = None, **variables: str) -> Completed:
    """Run bin/demo of a checkout, with nothing of this run's own environment."""
    plain = {"PATH": path or os.environ["PATH"], "HOME": str(checkout.parent), "LANG": "C.UTF-8"}
    command = [str(checkout / "bin" / "demo"), *words]
    return subprocess.run(
        command, env=plain | variables, capture_output=True, text=True, check=False, user=user, group=user
    )


def stamp(checkout: Path) -> Mapping[str, str]:
    """What the set-up wrote last."""
    found: Mapping[str, str] = json.loads((checkout / ".venv" / "setup.json").read_text("utf-8"))
    return found


def made(checkout: Path) -> int:
    """When the environment was made: it changes when it is made anew."""
    return (checkout / ".venv" / "pyvenv.cfg").stat().st_mtime_ns


def until(done: Callable[[], bool]) -> None:
    """Wait for something another process does."""
    deadline = time.monotonic() + 120
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_first_start_sets_up_and_passes_its_words_on(checkout: Path) -> None:
    assert demo(checkout, "--port", "8001", "a b").stdout == "demo --port 8001 a b\n"


def test_the_second_start_goes_at_once(ready: Path) -> None:
    when = made(ready)
    marked = stamp(ready), (ready / ".venv" / "setup.json").stat().st_mtime_ns
    second = demo(ready, "again")
    assert (second.stdout, second.stderr) == ("demo again\n", "")
    # Nothing was made, fetched or written down: what there is to wait for is what the first start did.
    assert made(ready) == when
    assert marked == (stamp(ready), (ready / ".venv" / "setup.json").stat().st_mtime_ns)


def test_a_moved_checkout_is_set_up_anew(ready: Path) -> None:
    moved = ready.rename(ready.with_name("moved"))
    try:
        assert demo(moved, "here").stdout == "demo here\n"
        assert stamp(moved)["place"] == str(moved / ".venv")
    finally:
        moved.rename(ready)


def test_a_set_up_that_was_killed_is_made_anew(ready: Path) -> None:
    shutil.rmtree(ready / ".venv")
    command = [sys.executable, "-I", str(ready / "bin" / "environment.py"), "demo"]
    first = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
    until(lambda: (ready / ".venv" / "bin" / "python").exists())
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    assert not (ready / ".venv" / "setup.json").exists()
    assert demo(ready, "whole").stdout == "demo whole\n"


def test_a_torn_stamp_is_no_stamp(ready: Path) -> None:
    when = made(ready)
    (ready / ".venv" / "setup.json").write_text('{"place": "', "utf-8")
    assert demo(ready, "whole").stdout == "demo whole\n"
    assert made(ready) != when


def test_an_environment_made_by_hand_is_made_anew(ready: Path) -> None:
    shutil.rmtree(ready / ".venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(ready / ".venv")], check=True)
    assert demo(ready, "whole").stdout == "demo whole\n"


def test_an_environment_whose_python_is_gone_is_made_anew(ready: Path) -> None:
    for link in (ready / ".venv" / "bin").glob("python*"):
        link.unlink()
        link.symlink_to("/nonexistent/python3")
    assert demo(ready, "whole").stdout == "demo whole\n"


def test_new_requirements_make_a_new_environment(ready: Path) -> None:
    when = made(ready)
    with (ready / "requirements" / "demo.txt").open("a", encoding="utf-8") as requirements:
        requirements.write("# nothing more\n")
    assert demo(ready).returncode == 0
    assert made(ready) != when


def test_what_the_tests_need_is_added_to_the_same_environment(ready: Path) -> None:
    when = made(ready)
    python = ready / ".venv" / "bin" / "python"
    subprocess.run([str(python), "-I", str(ready / "bin" / "environment.py"), "dev"], check=True)
    assert made(ready) == when
    assert set(stamp(ready)["files"]) == {"demo", "dev"}


def test_a_name_that_leads_nowhere_and_a_stray_variable_do_no_harm(checkout: Path, tmp_path: Path) -> None:
    shims = tmp_path / "shims"
    shims.mkdir()
    for name in ("python3.13", "python3", "python"):
        (shims / name).write_text("#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n", "utf-8")
        (shims / name).chmod(0o755)
    path = f"{shims}:{os.environ['PATH']}"
    elsewhere = str(tmp_path / "elsewhere")
    done = demo(checkout, "well", path=path, PYTHONPATH=elsewhere, PIP_USER="1", PIP_TARGET=elsewhere)
    assert done.stdout == "demo well\n", done.stderr


def test_two_set_ups_at_once_make_one_environment(checkout: Path) -> None:
    command = [sys.executable, "-I", str(checkout / "bin" / "environment.py"), "demo"]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = "".join(one.communicate()[1] for one in both)
    assert [one.returncode for one in both] == [0, 0]
    assert said.count("setting up") == 1


def test_without_a_python_both_languages_say_what_to_install(checkout: Path) -> None:
    # A machine without Python cannot be had here; a search that finds none of its candidates fit is one.
    script = (checkout / "bin" / "find-python").read_text("utf-8")
    (checkout / "bin" / "find-python").write_text(script.replace("< (3, 11)", "< (9, 0)"), "utf-8")
    done = demo(checkout)
    assert done.returncode == 2
    assert "Không tìm thấy Python 3.11" in done.stderr
    assert "No Python 3.11" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_package_without_a_known_hash_is_refused(checkout: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "stranger-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("stranger-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: stranger\nVersion: 1\n")
        archive.writestr("stranger-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("stranger-1.dist-info/RECORD", "")
    (checkout / "requirements" / "demo.txt").write_text(f"stranger @ {wheel.as_uri()}\n", "utf-8")
    done = demo(checkout)
    assert done.returncode == 2
    assert "Hashes are required" in done.stderr
    assert not (checkout / ".venv" / "setup.json").exists()


def test_a_normal_user_below_a_private_home_sets_up_too(checkout: Path, as_a_normal_user: Owner) -> None:
    mine = as_a_normal_user(checkout)
    done = demo(mine.checkout, "mine", path=mine.path, user=mine.user)
    assert done.stdout == "demo mine\n", done.stderr


def test_an_environment_of_another_user_is_named_as_the_reason(checkout: Path, as_a_normal_user: Owner) -> None:
    mine = as_a_normal_user(checkout)
    foreign = mine.checkout / ".venv"
    foreign.mkdir()
    (foreign / "pyvenv.cfg").touch()
    foreign.chmod(0o555)
    done = demo(mine.checkout, path=mine.path, user=mine.user)
    foreign.chmod(0o755)
    assert done.returncode == 2
    assert ".venv may belong to another user" in done.stderr
