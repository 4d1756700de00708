"""A whole site on one machine as an administrator runs it: it starts, refuses what it must, and ends loudly."""

import os
import shutil
import signal
import subprocess
import time
import urllib.error
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from minhbach.serve.site import Part, Site
from tests.end_to_end.founded import Founded, centre, founded, settings, settle
from tests.end_to_end.terminal import Terminal

KILLED = {"worker": ("minhbach.centre.worker",), "nats": ("nats-server",), "postgres": ()}
"""A process of our own and both engines; the others are started as `worker` is."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """A site with its first administrator."""
    return founded(tmp_path_factory)


@pytest.fixture
def serve(tmp_path: Path, made: Founded) -> Iterator[Terminal]:
    """A site of the test's own, which need not make its tables first."""
    site = settle(Terminal(tmp_path, "serve"), made)
    yield site
    site.end(signal.SIGKILL)
    assert site.survivors() == []


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, made: Founded) -> Iterator[Terminal]:
    """A site that runs, for those that leave it as it is."""
    site = settle(Terminal(tmp_path_factory.mktemp("running"), "serve"), made)
    site.start()
    try:
        site.until("ready http")
        yield site
        assert site.end(signal.SIGINT) == 0
    finally:
        site.end(signal.SIGKILL)
    assert site.survivors() == []


def test_an_empty_folder_becomes_a_site_with_its_first_administrator(made: Founded) -> None:
    assert "quantri" in made.begun
    assert "Minh Bạch" in made.page
    assert "thanhtra" not in made.page
    assert made.status == 0


def test_pages_and_worker_own_no_table_and_cannot_empty_alter_or_drop_one(running: Terminal) -> None:
    known = settings(running)
    assert "OWNER" not in "".join(known)
    password = Path(known["MINHBACH_DATABASE_PASSWORD_FILE"]).read_text("ascii")
    with psycopg.connect(known["MINHBACH_DATABASE"], password=password, autocommit=True) as line:
        for words in (
            "truncate access_viewing cascade",
            "alter table access_viewing disable trigger all",
            "drop table access_viewing cascade",
            "delete from access_viewing",
            "create table mine (a int)",
            "create role other",
            "copy access_viewing to program 'true'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                line.execute(words.encode())
    # Whoever has only what the processes have cannot change tables by the product's own command either.
    assert centre(running, "migrate", "access", "zero").returncode != 0


@pytest.mark.parametrize("name", KILLED)
def test_when_a_part_is_killed_the_whole_says_which_and_ends(serve: Terminal, name: str) -> None:
    serve.start()
    serve.until("ready http")
    # The database sees its folder elsewhere, in a namespace of its own.
    own = serve.data / "postgres" / "data" / "postmaster.pid"
    pid = serve.part(*KILLED[name]) if KILLED[name] else int(own.read_text("ascii").split("\n", 1)[0])
    os.kill(pid, signal.SIGKILL)
    assert serve.wait() == 1
    assert f"«{name}»" in serve.said
    assert serve.survivors() == []


def test_whatever_it_runs_is_named_when_it_ends_by_itself(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    site = Site(tmp_path, 1)
    try:
        for name, life_s in {"stays": 60, "ends": 0, "stays too": 60}.items():
            site.start(Part(name, ("-c", f"import time; time.sleep({life_s})")))
        while site.look() is None:
            time.sleep(0.01)
        assert site.look() == "ends"
    finally:
        site.close()


def test_a_second_start_on_the_same_folder_or_port_is_refused_and_disturbs_nothing(
    running: Terminal, tmp_path: Path
) -> None:
    second = Terminal(tmp_path / "second", "serve")
    second.port = running.port
    second.start()
    assert second.wait() == 2
    assert "--port" in second.said
    third = Terminal(tmp_path / "third", "serve")
    third.data = running.data
    third.start()
    assert third.wait() == 2
    assert "đang" in third.said
    assert "Minh Bạch" in running.page()


def test_two_run_side_by_side_and_one_that_is_killed_leaves_nothing_and_starts_again_on_the_same_data(
    running: Terminal, serve: Terminal
) -> None:
    serve.start()
    serve.until("ready http")
    before = settings(serve)
    assert before["MINHBACH_NATS"] != settings(running)["MINHBACH_NATS"]
    serve.end(signal.SIGKILL)
    assert serve.survivors() == []
    assert "Minh Bạch" in running.page()
    serve.start()
    serve.until("ready http")
    assert settings(serve) == before
    assert serve.end(signal.SIGHUP) == 0


@pytest.fixture
def small_disk(tmp_path: Path, needs: Callable[[str], str]) -> Iterator[Path]:
    """A disk of its own that a test may fill."""
    mount = needs("loop-mount")
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run([mount, "-t", "tmpfs", "-o", "size=420m", "tmpfs", place], check=True)
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def test_a_full_disk_is_said_at_once_refused_at_the_start_and_forgotten_when_there_is_room(
    tmp_path: Path, made: Founded, small_disk: Path
) -> None:
    serve = Terminal(tmp_path, "serve")
    serve.data = small_disk / "data"
    settle(serve, made).start()
    try:
        full_and_empty_again(serve, small_disk)
    finally:
        serve.end(signal.SIGKILL)


def full_and_empty_again(serve: Terminal, small_disk: Path) -> None:
    serve.until("ready http")
    assert serve.page("/khoe") == "ok\n"
    fill = small_disk / "fill"
    with fill.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(small_disk).free - (8 << 20))
    with pytest.raises(urllib.error.HTTPError) as refused:
        serve.page("/khoe")
    assert (refused.value.code, refused.value.read()) == (503, b"disk\n")
    fill.unlink()
    assert serve.page("/khoe") == "ok\n"
    assert serve.end(signal.SIGTERM) == 0
    with fill.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(small_disk).free - (8 << 20))
    serve.start()
    assert serve.wait() == 2
    assert "make room" in serve.said
