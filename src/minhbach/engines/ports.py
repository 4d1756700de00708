"""Ports for parts that only this machine reaches.

Promises a port that is free now, and the same as last time whenever that is free: what knows an address from an earlier
start finds its part again. Between asking and listening another program may take it; then the part says so.
"""

import json
import socket
from collections.abc import Collection
from pathlib import Path

HOST = "127.0.0.1"


def is_free(port: int, host: str = HOST) -> bool:
    """Whether a part could listen there now."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are only timing out is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def choose(file: Path, names: Collection[str]) -> dict[str, int]:
    """A free port for each name; `file` remembers them."""
    try:
        known = {name: int(port) for name, port in json.loads(file.read_text("ascii")).items()}
    except (OSError, ValueError, AttributeError):
        known = {}
    chosen: dict[str, int] = {}
    for name in names:
        port = known.get(name, 0)
        chosen[name] = port if 0 < port < 65536 and port not in chosen.values() and is_free(port) else _free()
    file.write_text(json.dumps(known | chosen), "ascii")
    return chosen


def _free() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
