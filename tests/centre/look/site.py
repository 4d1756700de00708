"""`python -m tests.centre.look.site DATABASE`: the pages over a database of their own, with a province in it.

A process apart, because Playwright's own loop in a test's thread and Django's rows do not go together. Prints one line
of JSON when it listens: the port and the ids of what can be opened. Ends when its standard input does.
"""

import json
import sys
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django

from tests import kept, laid


class Server(ThreadingMixIn, WSGIServer):
    """One thread for each request."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def serve() -> None:
    """Settle, listen."""
    django.setup()
    # Only now do the settings know the database.
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.utils import timezone

    from minhbach.centre.fabric import keys
    from tests.centre.look import province

    keys.ensure(settings.MINHBACH_DATA / "keys")
    ids = province.settle(timezone.now()).ids()
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Server, Quiet)
    print(json.dumps({"port": server.server_port, **ids}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    kept.ask("postgres")
    laid.copy(sys.argv[1])
    laid.use(sys.argv[1])
    serve()
