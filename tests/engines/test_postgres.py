"""The embedded PostgreSQL: who gets in, what is left of it, and where it lives."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from minhbach.engines import lodging, postgres
from tests.kept import ROOT

KEEP = """
import sys, time
from pathlib import Path
from minhbach.engines import postgres
server = postgres.start(Path(sys.argv[1]))
print(server.server.pid, server.url(), flush=True)
time.sleep(600)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place that an unprivileged user reaches; pytest's own folders are private."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        yield Path(place)


@pytest.fixture
def private() -> Iterator[Path]:
    """A place below a folder that only this user may enter, as a home is."""
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "home" / "deep").mkdir(parents=True)
        (Path(place) / "home").chmod(0o700)
        yield Path(place) / "home" / "deep"


def answer(server: postgres.Postgres) -> object:
    """What the server says to a question."""
    with psycopg.connect(server.url(), password=server.password) as connection:
        row = connection.execute("select 41 + 1").fetchone()
        return row and row[0]


def started_elsewhere(folder: Path) -> tuple[subprocess.Popen[str], int]:
    """A process that runs a server, and the server's own number."""
    command = [sys.executable, "-c", KEEP, str(folder)]
    keeper = subprocess.Popen(command, cwd=ROOT / "src", stdout=subprocess.PIPE, text=True)
    assert keeper.stdout
    return keeper, int(keeper.stdout.readline().split()[0])


def gone(pid: int, within_s: float) -> bool:
    """Whether the process ends in time."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if not Path(f"/proc/{pid}/cmdline").exists() or not Path(f"/proc/{pid}/cmdline").read_bytes():
            return True
        time.sleep(0.05)
    return False


def test_it_starts_answers_stops_and_keeps_what_was_written(folder: Path) -> None:
    server = postgres.start(folder)
    with psycopg.connect(server.url(), password=server.password) as connection:
        connection.execute("create table kept as select 7 as n")
    server.stop()
    again = postgres.start(folder)
    with psycopg.connect(again.url(), password=again.password) as connection:
        assert connection.execute("select n from kept").fetchone() == (7,)
    again.stop()


def test_nobody_gets_in_without_the_password_and_no_port_is_open(folder: Path) -> None:
    server = postgres.start(folder)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url(), password="x" * 43)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url(), password=None, passfile="/nonexistent")
    listening = Path("/proc/net/tcp").read_text("ascii")
    own = {os.readlink(link) for link in Path(f"/proc/{server.server.pid}/fd").iterdir() if link.is_symlink()}
    inodes = {line.split()[9] for line in listening.splitlines()[1:] if line.split()[3] == "0A"}
    assert not {f"socket:[{inode}]" for inode in inodes} & own
    assert os.stat(server.socket_folder).st_mode & 0o077 == 0
    assert server.password not in repr(server)
    server.stop()


def test_a_second_start_on_the_same_folder_is_refused_in_words(folder: Path) -> None:
    server = postgres.start(folder)
    with pytest.raises(postgres.FolderInUse, match="Another process runs the database"):
        postgres.start(folder)
    assert answer(server) == 42
    server.stop()


def test_it_ends_with_its_parent_even_when_that_is_killed(folder: Path) -> None:
    keeper, pid = started_elsewhere(folder)
    keeper.kill()
    keeper.communicate()
    assert gone(pid, 60)


def test_after_a_kill_of_everything_the_next_start_clears_up_and_runs(folder: Path) -> None:
    keeper, pid = started_elsewhere(folder)
    os.kill(pid, signal.SIGKILL)
    keeper.kill()
    keeper.communicate()
    server = postgres.start(folder)
    assert answer(server) == 42
    server.stop()


def test_a_number_that_belongs_to_another_program_now_is_left_alone(folder: Path) -> None:
    postgres.start(folder).stop()
    with subprocess.Popen(["sleep", "600"]) as stranger:
        file = folder / "data" / "postmaster.pid"
        file.write_text(f"{stranger.pid}\n{folder / 'data'}\n0\n5432\n\n\n0\nready   \n", "ascii")
        server = postgres.start(folder)
        assert answer(server) == 42
        assert stranger.poll() is None
        server.stop()
        stranger.kill()


def test_a_making_that_was_interrupted_is_made_anew(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "PG_VERSION").write_text("18\n", "ascii")
    (folder / "data" / "base").mkdir()
    server = postgres.start(folder)
    assert answer(server) == 42
    server.stop()


def test_as_root_the_server_is_not_root(folder: Path, needs: Callable[[str], str]) -> None:
    needs("root")
    server = postgres.start(folder)
    assert os.stat(f"/proc/{server.server.pid}").st_uid != 0
    server.stop()


def test_below_a_private_folder_it_runs_and_opens_nothing(private: Path, needs: Callable[[str], str]) -> None:
    needs("root")
    server = postgres.start(private)
    assert answer(server) == 42
    assert os.stat(private.parent).st_mode & 0o777 == 0o700
    assert (private / "data" / "PG_VERSION").exists()
    server.stop()


def test_where_no_namespace_is_allowed_a_copy_takes_its_place(
    private: Path, needs: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    needs("root")
    copies = private.parent.parent / "copies"
    copies.mkdir(0o755)
    private.parent.parent.chmod(0o755)
    monkeypatch.setattr(lodging, "COPIES", copies)
    monkeypatch.setattr(lodging, "STAGES", ("/nonexistent",))
    server = postgres.start(private)
    assert answer(server) == 42
    assert list(copies.iterdir())
    server.stop()
    shutil.rmtree(copies)
