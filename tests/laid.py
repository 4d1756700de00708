"""The database of a test run: every table laid once, and copied for whoever needs one of its own.

`python -m tests.laid` lays it on the server of the run. Laying takes seconds, and a copy a third of one: so each worker
has its own, and a test that leaves rows behind is followed by a fresh one.
"""

import os
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

LAID = "laid"


def copy(name: str) -> None:
    """A database as migrations leave it; one of that name is thrown away, with whoever is still connected to it."""
    words, password = _owner()
    with psycopg.connect(**words, password=password, dbname="postgres", autocommit=True) as server:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        server.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(LAID)))


def use(name: str) -> None:
    """Let the settings of this process, which has not read them yet, name that database."""
    words, _ = _owner()
    os.environ["MINHBACH_DATABASE"] = " ".join(f"{key}={value}" for key, value in {**words, "dbname": name}.items())


def _owner() -> tuple[dict[str, Any], str]:
    words = dict(word.split("=", 1) for word in os.environ["MINHBACH_DATABASE"].split())
    password = Path(os.environ["MINHBACH_DATABASE_PASSWORD_FILE"]).read_text("utf-8").strip()
    return {"host": words["host"], "user": words["user"]}, password


def main() -> None:
    """Lay it."""
    words, password = _owner()
    with psycopg.connect(**words, password=password, dbname="postgres", autocommit=True) as server:
        server.execute(sql.SQL("create database {}").format(sql.Identifier(LAID)))
    use(LAID)
    import django  # only now do the settings know the database

    django.setup()
    from minhbach.centre import laying

    laying.lay()


if __name__ == "__main__":
    main()
