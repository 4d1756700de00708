"""`minhbach centre WORD …`: making the supervision site ready, its processes, and Django's own commands.

`init` promises to be repeatable and to end with everything the processes need: the database and its tables, the keys,
the users of the fabric. Where an owner of the tables is named apart from the application's role, only the commands of
`OWNERS` sign in as that owner, and `init` gives the application its rights anew. `pages` serves the pages. Every other
word goes to Django, `begin` among them. Where the site stands (database, fabric, folder) is read from the environment
by `settings`, or with `--data DIR` from what `serve` wrote there, with `--data FILE` from what an office wrote for its
units (`deploy/minhbach.env`); leaves the engines to whoever runs them.
"""

import datetime
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django
import psycopg
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command, execute_from_command_line
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from psycopg import sql

from minhbach.centre import laying
from minhbach.centre.access import closing, sealing
from minhbach.centre.fabric import keys, known_keys
from minhbach.centre.fabric.server import Users

SETTINGS = "minhbach.centre.settings"
SITE_FILE = "site.env"
RESTORING = ".restoring"
"""What `deploy/restore` leaves in the data until all of a backup is back."""
OWNERS = {"init", "migrate", "secure_database"}
"""Commands that change tables themselves, as their owner where one is named."""


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
    except (OperationalError, psycopg.OperationalError) as problem:
        # Not 1, which a check says of what it found.
        print("Cơ sở dữ liệu từ chối hoặc không trả lời. / The database refuses or does not answer.", file=sys.stderr)
        print(problem, file=sys.stderr)
        return 2
    return 0


def _carry_out(words: Sequence[str]) -> None:
    application = _become_owner() if words and words[0] in OWNERS else None
    if words and words[0] == "init":
        init(application)
    elif words and words[0] == "pages":
        pages(os.environ.get("MINHBACH_LISTEN", "127.0.0.1:8000"))
    else:
        execute_from_command_line(["minhbach centre", *words])


def _read_settings(place: Path) -> None:
    """The settings of a site: in the folder of one that `minhbach serve` runs, or in a file, as systemd reads it."""
    try:
        file = place if place.is_file() else place / SITE_FILE
        lines = file.read_text("utf-8").splitlines()
    except OSError as problem:
        print(f"Không đọc được cấu hình của trung tâm ở {place}: {problem.strerror}.", file=sys.stderr)
        print("There is no site there: name the folder of minhbach serve, or a file of settings.", file=sys.stderr)
        sys.exit(2)
    pairs = (line.partition("=") for line in lines if not line.startswith("#"))
    os.environ.update({name: value for name, _, value in pairs if name})


def _become_owner() -> tuple[str, str] | None:
    """Let the settings name the owner, if there is one; returns the application's role and its password."""
    owner = os.environ.get("MINHBACH_OWNER")
    if not owner:
        return None
    words = dict(word.split("=", 1) for word in os.environ["MINHBACH_DATABASE"].split())
    password = Path(os.environ["MINHBACH_DATABASE_PASSWORD_FILE"]).read_text("utf-8").strip()
    os.environ["MINHBACH_DATABASE"] = owner
    os.environ["MINHBACH_DATABASE_PASSWORD_FILE"] = os.environ["MINHBACH_OWNER_PASSWORD_FILE"]
    return words["user"], password


def init(application: tuple[str, str] | None = None) -> None:
    """Make what is missing. ``application``: role and password that pages and worker have, apart from the owner.

    Raises what the database or the disk says.
    """
    _await_restoration()
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    keys.ensure(settings.MINHBACH_DATA / "keys")
    known_keys.keep(settings.MINHBACH_DATA / "keys", now=datetime.datetime.now(datetime.UTC))
    sealing.ensure(settings.MINHBACH_DATA / "keys")
    Users(settings.MINHBACH_DATA / "fabric").ensure()
    _make_database(settings.DATABASES["default"], application)
    django.setup()
    _know_the_database()
    laying.lay()
    _ensure_personal_keys(settings.MINHBACH_DATA / "keys")
    if application is not None:
        call_command("secure_database", role=application[0], verbosity=0)


def _await_restoration() -> None:
    """End where a backup is only half back: an empty schema would stand in its way, and other keys beside its own."""
    marker = settings.MINHBACH_DATA / RESTORING
    if not marker.exists():
        return
    print(
        f"Bản sao lưu chưa được phục hồi xong ({marker}): hãy chạy lại đúng lệnh deploy/restore cho tới khi xong.",
        "A backup is not restored to its end: run the same deploy/restore again until it is; nothing was touched.",
        sep="\n", file=sys.stderr,
    )  # fmt: skip
    sys.exit(1)


def _ensure_personal_keys(folder: Path) -> None:
    """The first key of citizens' data; none where rows lie under one that is lost.

    Another key of its number would open nothing, and be lost itself when the file comes back from a backup.
    """
    # Asked of Django, as models may be brought in only once it is set up.
    models: Any = apps.get_app_config("access").models_module
    if (folder / closing.NAME).exists() or not any(map(_lies_closed, models.personal.tables())):
        closing.ensure(folder)
        return
    print(
        f"Thiếu {folder / closing.NAME}: dữ liệu cá nhân đã có không mở được. Hãy phục hồi tệp này từ bản sao lưu.\n"
        "The keys of personal data are missing, and there is data under them: restore the file from a backup.",
        file=sys.stderr,
    )


def _lies_closed(table: type[Any]) -> bool:
    return bool(table._default_manager.exclude(sealed=b"").exists())


def _know_the_database() -> None:
    """Leave a database alone that another version of the product laid; says what to do, and ends."""
    loader = MigrationLoader(connection)
    ours = {name.rpartition(".")[2] for name in settings.INSTALLED_APPS if name.startswith("minhbach.")}
    applied = [key for key in loader.applied_migrations or {} if key[0] in ours]
    strange = sorted(key for key in applied if key not in loader.disk_migrations)
    if not strange:
        return
    print(
        "Cơ sở dữ liệu này do một phiên bản khác tạo ra nên được giữ nguyên. Bản dùng thử: xóa thư mục dữ liệu rồi "
        "chạy lại. Bản đang dùng: cài đúng phiên bản đó, hoặc phục hồi từ bản sao lưu.",
        "This database was laid by another version and is left as it is. A demo: delete its data folder and start "
        "again. An office: install that version, or restore a backup.",
        ", ".join(".".join(key) for key in strange[:5]),
        sep="\n", file=sys.stderr,
    )  # fmt: skip
    sys.exit(1)


def pages(listen: str) -> None:
    """Serve the pages at `host:port` until SIGTERM."""
    if not settings.STATIC_ROOT.is_dir():
        raise ImproperlyConfigured("«minhbach centre init» has not been run here.")
    host, _, port = listen.rpartition(":")
    server = Server(
        "minhbach.centre.pages:application",
        address=host,
        port=int(port),
        interface=Interfaces.ASGINL,
        workers=1,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    )
    server.serve()


def _make_database(words: dict[str, Any], application: tuple[str, str] | None) -> None:
    """Make the database and the role where there are none yet; who has a server of their own makes them themselves."""
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
        if application is None:
            return
        role, password = application
        if connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone() is None:
            make = sql.SQL("create role {} login password {}")
            connection.execute(make.format(sql.Identifier(role), sql.Literal(password)))
