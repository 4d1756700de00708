"""`deploy/backup` and `deploy/restore` as an administrator runs them, between two real sites."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from minhbach.bench.packages import LOG, WITNESS, statement, toy
from minhbach.centre.fabric import keys as site_keys
from minhbach.engines import postgres
from minhbach.ledger.approval import Approval, attested_message
from minhbach.ledger.extract import build_approved
from minhbach.ledger.pyz import build_pyz
from minhbach.ledger.verdicts import Verdict
from minhbach.serve.site import DATABASE
from tests.end_to_end.founded import founded, settings, settle
from tests.end_to_end.terminal import Terminal
from tests.kept import ROOT


@pytest.fixture
def serve(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A running site with an administrator."""
    made = settle(Terminal(tmp_path / "first", "serve"), founded(tmp_path_factory))
    made.start()
    try:
        made.until("ready http")
        yield made
    finally:
        made.end(signal.SIGKILL)


def script(
    name: str, *words: str | Path, keys: Path | None = None, **instead: str | Path
) -> subprocess.CompletedProcess[str]:
    programs = postgres.programs()
    tools = {"PG_DUMP": str(programs / "pg_dump"), "PG_RESTORE": str(programs / "pg_restore"), "KEEP": "1"}
    tools |= {"KEYS": str(keys)} if keys else {}
    tools |= {name: str(value) for name, value in instead.items()}
    command = ["sh", str(ROOT / "deploy" / name), *map(str, words)]
    return subprocess.run(command, env={**os.environ, **tools}, capture_output=True, text=True, check=False)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 240
    while not true():
        assert time.monotonic() < deadline
        time.sleep(1)


def check(serve: Terminal) -> dict[str, Any]:
    """What `minhbach check --centre` says beside the running site; it must find nothing."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("MINHBACH_", "DJANGO_"))}
    command = [sys.executable, "-m", "minhbach", "check", "--centre", str(serve.data), "--json"]
    done = subprocess.run(command, cwd=ROOT / "src", env=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def packed(serve: Terminal, package: Path, keys: Path) -> None:
    """A package as this site's own key approves and seals one, and the court's copy of the keys, made before."""
    seal, made = site_keys.load_approval(serve.data / "keys"), toy().material(3)
    said = [statement(made.scope, number) for number in (11, 12)]
    approved = [Approval(each, seal.sign(attested_message(each))) for each in said]
    build_approved(package, replace(made, seal=seal, approvals=approved))
    trusted = (("log", LOG), ("witness", WITNESS), ("centre", seal))
    keys.write_text("".join(f"{role} {each.verifier.vkey}\n" for role, each in trusted), "ascii")


def judged(verifier: Path, package: Path, keys: Path) -> tuple[int, str]:
    """What a court's own copy of the verifier says of it: exit code, words."""
    command = [sys.executable, "-I", "-S", str(verifier), str(package), "--keys", str(keys)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.replace(str(package), "")


def owner_of(server: postgres.Postgres, file: Path) -> Path:
    file.write_text(
        f"MINHBACH_OWNER={server.url(DATABASE)}\nMINHBACH_OWNER_PASSWORD_FILE={server.password_file}\n", "utf-8"
    )
    return file


def test_what_was_backed_up_while_the_site_worked_stands_again_elsewhere(serve: Terminal, tmp_path: Path) -> None:
    until(lambda: check(serve)["size"] > 1)
    packages = serve.data / "packages"
    (packages / "one.work").mkdir(parents=True)
    (packages / "one.work" / "half.mp4").write_bytes(b"half")
    court = tmp_path / "court"
    court.mkdir()
    verifier, trusted, name = build_pyz(court / "minhbach-verify.pyz"), court / "keys.txt", f"{uuid4()}.zip"
    packed(serve, packages / name, trusted)
    sound = judged(verifier, packages / name, trusted)
    assert sound[0] == Verdict.AUTHENTIC, sound[1]
    kept, apart = tmp_path / "kept", tmp_path / "apart"
    for _ in range(2):
        done = script("backup", kept, serve.data / "site.env", keys=apart)
        assert done.returncode == 0, done.stderr
    (newest,) = kept.iterdir()
    assert [path.name for path in apart.iterdir()] == [f"{newest.name}.keys.tar.gz"]
    listed = subprocess.run(["tar", "-tzf", newest / "files.tar.gz"], capture_output=True, text=True, check=True).stdout
    secret = {"keys", "fabric", "session.key", "database.password"}
    assert not {name.split("/")[1] for name in listed.split() if "/" in name} & secret
    sealed = subprocess.run(["tar", "-tzf", *apart.iterdir()], capture_output=True, text=True, check=True).stdout
    assert {name.split("/")[1] for name in sealed.split()} == secret
    assert not [path for path in (*kept.rglob("*"), *apart.iterdir()) if path.stat().st_mode & 0o077]
    keys = {path.name: path.read_bytes() for path in (serve.data / "keys").iterdir() if path.is_file()}
    # Into the site it came from: refused, as there are keys.
    known = settings(serve)
    assert serve.end(signal.SIGTERM) == 0

    other = Terminal(tmp_path / "other", "serve")
    other.data.mkdir()
    env = tmp_path / "other.env"
    env.write_text(f"MINHBACH_DATA={other.data}\n", "utf-8")
    server = postgres.start(other.data / "postgres")
    try:
        with psycopg.connect(server.url(), password=server.password, autocommit=True) as line:
            line.execute(b"create database minhbach")
        owner = owner_of(server, tmp_path / "owner.env")
        refused = script("restore", newest, serve.data / "site.env", owner, keys=apart)
        assert refused.returncode == 2
        assert "There are keys" in refused.stderr
        alone = script("restore", newest, env, owner)
        assert (alone.returncode, "keys are elsewhere" in alone.stderr) == (2, True)
        done = script("restore", newest, env, owner, keys=apart)
        assert done.returncode == 0, done.stderr
    finally:
        server.stop()
    other.start()
    try:
        other.until("ready http")
        assert {name: (other.data / "keys" / name).read_bytes() for name in keys} == keys
        assert [path.name for path in (other.data / "packages").iterdir()] == [name]
        package = other.data / "packages" / name
        # By the keys that the court had before, and so is one that was sealed by the keys as they stand again.
        assert judged(verifier, package, trusted) == sound
        packed(other, court / "new.zip", court / "new.txt")
        assert judged(verifier, court / "new.zip", trusted)[0] == sound[0]
        spoilt = court / "spoilt.zip"
        spoilt.write_bytes(package.read_bytes().replace(b"minh bach", b"minh bech"))
        assert judged(verifier, spoilt, trusted)[0] == Verdict.ALTERED
        again = settings(other)
        password = Path(again["MINHBACH_DATABASE_PASSWORD_FILE"]).read_text("ascii")
        with psycopg.connect(again["MINHBACH_DATABASE"], password=password) as line:
            assert line.execute(b"select username from access_account").fetchall() == [("quantri",)]
        assert again["MINHBACH_DATA"] != known["MINHBACH_DATA"]
        until(lambda: not (other.data / "journal" / "restored").exists())
        told = check(other)
        assert told["rows"] > 0
        assert told["origin"].split("/")[3] == "2"
        assert other.end(signal.SIGTERM) == 0
    finally:
        other.end(signal.SIGKILL)


def test_a_damaged_backup_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    backup.mkdir()
    (backup / "database").write_bytes(b"something")
    (backup / "SHA256SUMS").write_text(f"{'0' * 64}  database\n", "ascii")
    env = tmp_path / "env"
    env.write_text(f"MINHBACH_DATA={tmp_path / 'data'}\n", "utf-8")
    done = script("restore", backup, env, env)
    assert done.returncode == 2
    assert "damaged" in done.stderr
    assert not (tmp_path / "data").exists()


def program(file: Path, text: str) -> Path:
    """A small program of the shell."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n", "ascii")
    file.chmod(0o755)
    return file


@pytest.fixture
def env(tmp_path: Path) -> Path:
    """The settings of a site that is no more than two keys and a paper."""
    (tmp_path / "data" / "keys").mkdir(parents=True)
    for name in ("keys/witness.key", "keys/personal.keys", "paper", "password"):
        (tmp_path / "data" / name).write_text(name, "ascii")
    said = {
        "MINHBACH_DATA": tmp_path / "data",
        "MINHBACH_DATABASE": "nowhere",
        "MINHBACH_DATABASE_PASSWORD_FILE": tmp_path / "data" / "password",
        "MINHBACH_OWNER": "nowhere",
        "MINHBACH_OWNER_PASSWORD_FILE": tmp_path / "data" / "password",
    }
    file = tmp_path / "env"
    file.write_text("".join(f"{name}={value}\n" for name, value in said.items()), "utf-8")
    return file


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """Stands in for pg_dump."""
    return program(
        tmp_path / "tools" / "pg_dump", 'for word; do case $word in --file=*) : >"${word#--file=}" ;; esac; done'
    )


@pytest.mark.parametrize("keep", ["00", "08", "0", "-1", "x"])
def test_a_number_of_backups_to_keep_that_may_mean_none_is_refused(
    env: Path, dump: Path, tmp_path: Path, keep: str
) -> None:
    old = tmp_path / "kept" / "2020-01-01T000000Z"
    old.mkdir(parents=True)
    done = script("backup", tmp_path / "kept", env, PG_DUMP=dump, KEEP=keep)
    assert (done.returncode, "must be a number" in done.stderr) == (2, True)
    assert list((tmp_path / "kept").iterdir()) == [old]


def test_a_folder_behind_a_link_is_cleared_of_old_backups_too(env: Path, dump: Path, tmp_path: Path) -> None:
    (tmp_path / "disk" / "2020-01-01T000000Z").mkdir(parents=True)
    (tmp_path / "kept").symlink_to(tmp_path / "disk")
    assert script("backup", tmp_path / "kept", env, PG_DUMP=dump).returncode == 0
    (new,) = (tmp_path / "disk").iterdir()
    assert new.name > "2020-01-01T000000Z"


def test_an_old_backup_that_cannot_be_removed_does_not_deny_the_new_one(env: Path, dump: Path, tmp_path: Path) -> None:
    stuck, other = "2020-01-02T000000Z", "2020-01-01T000000Z"
    for name in (stuck, other):
        (tmp_path / "kept" / name).mkdir(parents=True)
    program(tmp_path / "tools" / "rm", f'case "$*" in *{stuck}*) exit 1 ;; esac\nexec /bin/rm "$@"')
    path = f"{tmp_path / 'tools'}:{os.environ['PATH']}"
    done = script("backup", tmp_path / "kept", env, PG_DUMP=dump, PATH=path)
    assert done.returncode == 1
    assert "Backed up, but not all old ones" in done.stderr
    assert "NOT backed up" not in done.stderr
    first, new = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert first == stuck
    assert (tmp_path / "kept" / new / "SHA256SUMS").exists()
    broken = script("backup", tmp_path / "kept", env, PG_DUMP=program(tmp_path / "tools" / "broken", "exit 1"))
    assert "NOT backed up" in broken.stderr
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == [stuck, new]


def test_a_restoration_takes_the_newest_list_of_what_was_erased_and_has_it_erased_again(
    env: Path, dump: Path, tmp_path: Path
) -> None:
    kept, listed = tmp_path / "kept of all", tmp_path / "data" / "erased.list"
    for number in range(3):
        listed.write_text(f"list {number}\n", "ascii")
        assert script("backup", kept, env, PG_DUMP=dump, KEEP="9").returncode == 0
    oldest, _, newest = sorted(kept.iterdir())
    (newest / "erased.list").write_text("damaged\n", "ascii")
    other = tmp_path / "other.env"
    other.write_text(env.read_text("utf-8").replace(f"{tmp_path / 'data'}\n", f"{tmp_path / 'other'}\n", 1), "utf-8")
    done = script("restore", oldest, other, env, PG_RESTORE="true")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "other" / "erased.list").read_text("ascii") == "list 1\n"
    assert (tmp_path / "other" / "erased.again").exists()


def test_a_restoration_that_was_cut_off_amid_its_keys_is_gone_on_with(env: Path, dump: Path, tmp_path: Path) -> None:
    assert script("backup", tmp_path / "kept", env, PG_DUMP=dump).returncode == 0
    (backup,) = (tmp_path / "kept").iterdir()
    # As a kill leaves it: the first of the keys is there, the others are not.
    data = tmp_path / "data"
    (data / "keys" / "personal.keys").unlink()
    marker = data / ".restoring"
    marker.write_text("of another backup\n", "ascii")
    other = script("restore", backup, env, env, PG_RESTORE="true")
    assert (other.returncode, "There are keys" in other.stderr) == (2, True)
    marker.write_text(hashlib.sha256((backup / "SHA256SUMS").read_bytes()).hexdigest() + "  -\n", "ascii")
    assert script("restore", backup, env, env, PG_RESTORE="false").returncode == 2
    assert marker.exists()
    done = script("restore", backup, env, env, PG_RESTORE="true")
    assert done.returncode == 0, done.stderr
    assert (data / "keys" / "personal.keys").read_text("ascii") == "keys/personal.keys"
    assert not marker.exists()
