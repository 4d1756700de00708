"""The pages as an application: what the web server of `command` loads in each of its workers.

Owns the health check `/khoe`, which answers before everything else: whoever watches the site has no session, asks by
whatever name the machine has, and learns one word. Leaves every other address to `urls`, and slow lines to `doorway`.
"""

import gc
import os
import shutil
from collections.abc import Iterable
from importlib import import_module
from wsgiref.types import StartResponse, WSGIEnvironment

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, close_old_connections, connection

from minhbach.centre.access.sizes import MOST_BYTES
from minhbach.centre.doorway import Allowance, Doorway
from minhbach.centre.footage import floor
from minhbach.engines import children

THREADS = 4
"""Requests at once; each holds a connection of the database."""

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minhbach.centre.settings")
# The web server starts its workers itself and, killed, would leave them behind on its port.
children.end_with(os.getppid())
_django = get_wsgi_application()
# Now and not with the first request: what cannot serve a page must not say that it is well.
import_module(settings.ROOT_URLCONF)
# What was loaded stays: looking through it for garbage again and again would cost a request a tenth of a second.
gc.collect()
gc.freeze()


def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request."""
    if environ["PATH_INFO"] != "/khoe":
        return _django(environ, start_response)
    word = b"ok\n" if (lacks := _lacks()) is None else lacks
    start_response(
        "200 OK" if lacks is None else "503 Service Unavailable",
        [
            *(("Content-Type", "text/plain"), ("Content-Length", str(len(word)))),
            *(("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")),
        ],
    )
    return [word]


def _lacks() -> bytes | None:
    """What keeps people from working here, in a word."""
    # A full disk still answers what is read; but nobody can sign in, and no viewing can be recorded.
    if shutil.disk_usage(settings.MINHBACH_DATA).free < floor.PEOPLE_BYTES:
        return b"disk\n"
    return None if _has_database() else b"database\n"


def _has_database() -> bool:
    close_old_connections()
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return False
    return True


application = Doorway(answer, THREADS, Allowance(most_bytes=MOST_BYTES))
"""For an ASGI server."""
