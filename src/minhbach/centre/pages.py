"""The pages as a WSGI application: what the web server of `command` loads in each of its workers.

Owns the health check `/khoe`, which answers before everything else: whoever watches the site has no session, asks by
whatever name the machine has, and learns one word. Leaves every other address to `urls`.
"""

import os
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, close_old_connections, connection

from minhbach.engines import children

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minhbach.centre.settings")
# The web server starts its workers itself and, killed, would leave them behind on its port.
children.end_with(os.getppid())
_django = get_wsgi_application()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request."""
    if environ["PATH_INFO"] != "/khoe":
        return _django(environ, start_response)
    status, word = ("200 OK", b"ok\n") if _has_database() else ("503 Service Unavailable", b"database\n")
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(word)))])
    return [word]


def _has_database() -> bool:
    close_old_connections()
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return False
    return True
