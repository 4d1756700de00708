"""`minhbach centre WORD …`: making the supervision site ready, its processes, and Django's own commands.

`init` promises to be repeatable and to end with everything the processes need: the database and its tables, the keys,
the users of the fabric. `pages` serves the pages. Every other word goes to Django, `begin` among them. Where the site
stands (database, fabric, folder) is read from the environment by `settings`, or with `--data DIR` from what `serve`
wrote there; leaves the engines to whoever runs them.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django
import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command, execute_from_command_line
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from psycopg import sql

from minhbach.centre.fabric import keys
from minhbach.centre.fabric.server import Users

SETTINGS = "minhbach.centre.settings"
SITE_FILE = "site.env"
THREADS = 4
"""Requests at once; each holds a connection of the database."""


def main(words: Sequence[str]) -> int:
    """Carry out one command; returns its exit status."""
    if words and words[0] == "--data":
        _read_settings(Path(words[1]) if len(words) > 1 else Path())
        words = words[2:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    try:
        _carry_out(words)
    except ImproperlyConfigured as problem:
        print(f"Thiếu cấu hình; hãy nêu --data THƯ_MỤC hoặc đặt biến môi trường: {problem}", file=sys.stderr)
        print("The settings are incomplete: give --data DIR or set what is named above.", file=sys.stderr)
        return 2
    return 0


def _carry_out(words: Sequence[str]) -> None:
    if words and words[0] == "init":
        init()
    elif words and words[0] == "pages":
        pages(os.environ.get("MINHBACH_LISTEN", "127.0.0.1:8000"))
    else:
        execute_from_command_line(["minhbach centre", *words])


def _read_settings(folder: Path) -> None:
    """The settings of a site that `minhbach serve` runs: it wrote them down in its folder."""
    try:
        lines = (folder / SITE_FILE).read_text("utf-8").splitlines()
    except OSError:
        sys.exit(f"Không có trung tâm nào ở {folder}; hãy nêu thư mục của minhbach serve. / There is no site there.")
    os.environ.update({name: value for name, _, value in (line.partition("=") for line in lines) if name})


def init() -> None:
    """Make what is missing. Raises what the database or the disk says."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    keys.ensure(settings.MINHBACH_DATA / "keys")
    Users(settings.MINHBACH_DATA / "fabric").ensure()
    _make_database(settings.DATABASES["default"])
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def pages(listen: str) -> None:
    """Serve the pages at `host:port` until SIGTERM."""
    if not settings.STATIC_ROOT.is_dir():
        raise ImproperlyConfigured("«minhbach centre init» has not been run here.")
    host, _, port = listen.rpartition(":")
    server = Server(
        "minhbach.centre.pages:application",
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    )
    server.serve()


def _make_database(words: dict[str, Any]) -> None:
    """Make the database where there is none yet; who has a server of their own makes it there themselves."""
    access = {
        "host": words["HOST"],
        "user": words["USER"],
        "password": words["PASSWORD"],
        "port": words["PORT"] or None,
    }
    with psycopg.connect(dbname="postgres", autocommit=True, **access) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", [words["NAME"]]).fetchone()
        if found is None:
            name = sql.Identifier(words["NAME"])
            connection.execute(sql.SQL("create database {}").format(name))
