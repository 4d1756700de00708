"""What an office installs: units that systemd understands, settings that the site knows, a backup that comes back."""

import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from minhbach import cli
from minhbach.centre import settings
from minhbach.engines import postgres
from tests.house.source import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def words(unit: Path) -> list[str]:
    """The command that a unit starts."""
    (line,) = re.findall(r"^ExecStart=(.+)$", unit.read_text("utf-8"), flags=re.MULTILINE)
    found: list[str] = line.split()
    return found


def test_every_setting_is_one_that_the_site_knows() -> None:
    lines = (DEPLOY / "minhbach.env").read_text("utf-8").splitlines()
    named = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert named - {"DJANGO_SETTINGS_MODULE"} <= settings.KEYS.keys()
    assert {"MINHBACH_DATA", "MINHBACH_DATABASE", "MINHBACH_HOSTS", "MINHBACH_STREAM_URL"} <= named


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_unit_starts_a_command_of_ours_and_gives_up_its_rights(unit: Path) -> None:
    command = words(unit)
    text = unit.read_text("utf-8")
    ours = [number for number, word in enumerate(command) if word.endswith("/minhbach")]
    if ours:
        assert cli.parser().parse_args(command[ours[0] + 1 :]).handler
    else:
        assert any(word.startswith("minhbach.centre.") or word.endswith("/nats-server") for word in command)
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "User=minhbach"} <= set(text.splitlines())


def test_every_module_that_a_unit_names_exists() -> None:
    for unit in UNITS:
        for module in re.findall(r"-m (minhbach[\w.]+)", unit.read_text("utf-8")):
            place = ROOT / "src" / module.replace(".", "/")
            assert (place / "__main__.py").exists() or place.with_suffix(".py").exists(), module


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place that PostgreSQL's user reaches."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        yield Path(place)


Site = Callable[[str], tuple[Path, postgres.Postgres]]


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    """Makes a site's folder, settings and empty database; all are stopped at the end."""
    running: list[postgres.Postgres] = []

    def make(name: str) -> tuple[Path, postgres.Postgres]:
        data = folder / name
        data.mkdir()
        server = postgres.start(folder / f"{name}-postgres")
        running.append(server)
        (folder / f"{name}.env").write_text(
            f"MINHBACH_DATA={data}\nMINHBACH_DATABASE={server.url()}\n"
            f"MINHBACH_DATABASE_PASSWORD_FILE={server.password_file}\n",
            "utf-8",
        )
        return data, server

    yield make
    for server in running:
        server.stop()


def run(program: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    """A script of `deploy` with the programs of the embedded PostgreSQL."""
    installed = postgres.programs()
    tools = {"PG_DUMP": str(installed / "pg_dump"), "PG_RESTORE": str(installed / "pg_restore")}
    command = [str(DEPLOY / program), *map(str, arguments)]
    return subprocess.run(command, env=os.environ | tools, capture_output=True, text=True, check=False)


def test_a_backup_comes_back_with_its_rows_keys_and_witness_and_nobody_else_can_read_it(
    folder: Path, site: Site
) -> None:
    data, server = site("old")
    (data / "keys").mkdir()
    (data / "keys" / "witness.key").write_text("secret", "ascii")
    (data / "witness").mkdir()
    (data / "witness" / "a.witness").write_text("cosigned", "ascii")
    with psycopg.connect(server.url(), password=server.password) as connection:
        connection.execute("create table kept as select 7 as n")
    done = run("backup", folder / "backup", folder / "old.env")
    assert done.returncode == 0, done.stderr
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder / "backup").iterdir())
    new_data, new_server = site("new")
    done = run("restore", folder / "backup", folder / "new.env")
    assert done.returncode == 0, done.stderr
    with psycopg.connect(new_server.url(), password=new_server.password) as connection:
        assert connection.execute("select n from kept").fetchone() == (7,)
    assert (new_data / "keys" / "witness.key").read_text("ascii") == "secret"
    assert (new_data / "witness" / "a.witness").read_text("ascii") == "cosigned"


def test_a_backup_is_not_laid_over_a_living_site(folder: Path, site: Site) -> None:
    data, _ = site("old")
    (data / "keys").mkdir()
    (data / "keys" / "witness.key").write_text("other", "ascii")
    assert run("backup", folder / "backup", folder / "old.env").returncode == 0
    done = run("restore", folder / "backup", folder / "old.env")
    assert done.returncode == 2
    assert "move them away" in done.stderr
    assert (data / "keys" / "witness.key").read_text("ascii") == "other"
