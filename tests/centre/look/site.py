"""`python -m tests.centre.look.site DATABASE`: the pages over a database of their own, with a province in it.

A process apart, because Playwright's own loop in a test's thread and Django's rows do not go together. Prints one line
of JSON when it listens: the port and the ids of what can be opened. Ends when its standard input does.
"""

import json
import os
import sys
import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
import psycopg
from psycopg import sql


class Server(ThreadingMixIn, WSGIServer):
    """One thread for each request."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def make_database(name: str) -> None:
    """An empty database on the server of the test run."""
    words = dict(word.split("=", 1) for word in os.environ["MINHBACH_DATABASE"].split())
    password = Path(os.environ["MINHBACH_DATABASE_PASSWORD_FILE"]).read_text("utf-8").strip()
    server = psycopg.connect(
        host=words["host"], user=words["user"], password=password, dbname="postgres", autocommit=True
    )
    with server:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    os.environ["MINHBACH_DATABASE"] = f"host={words['host']} user={words['user']} dbname={name}"


def serve() -> None:
    """Migrate, settle, listen."""
    django.setup()
    # Only now do the settings know the database.
    from django.conf import settings
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.utils import timezone

    from minhbach.centre.fabric import keys
    from tests.centre.look import province

    keys.ensure(settings.MINHBACH_DATA / "keys")
    call_command("migrate", verbosity=0, interactive=False)
    ids = province.settle(timezone.now()).ids()
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Server, Quiet)
    print(json.dumps({"port": server.server_port, **ids}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    make_database(sys.argv[1])
    serve()
