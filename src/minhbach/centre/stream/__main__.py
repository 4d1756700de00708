"""``python -m minhbach.centre.stream``: the process, as it is told by its environment.

Owns what it reads there: ``MINHBACH_DATA`` (``keys/lease.key`` and ``fabric/ca.pem`` are in it), ``MINHBACH_NATS``
(address), ``MINHBACH_NATS_PASSWORD_FILE`` (of the fabric's user ``stream``), ``MINHBACH_STREAM_PORT`` (on 127.0.0.1; a
reverse proxy stands before it) and ``MINHBACH_ORIGINS`` (comma separated). Promises to refuse to start when one is
missing. It needs no database.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import uvicorn

from minhbach.centre.fabric import keys
from minhbach.centre.fabric.certificate import ca_pem
from minhbach.centre.fabric.client import access
from minhbach.centre.fabric.keys import KeysUnusable
from minhbach.centre.fabric.server import STREAM
from minhbach.centre.look.lines import OneLine
from minhbach.centre.stream.app import application
from minhbach.centre.stream.fabric import Fabric
from minhbach.centre.stream.wire import MOST_TEXT


def main() -> int:
    """Serve until told to end; 2 when it cannot start."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(OneLine("%(asctime)s stream %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[lines])
    try:
        port = int(os.environ["MINHBACH_STREAM_PORT"])
        origins = [each.strip() for each in os.environ["MINHBACH_ORIGINS"].split(",") if each.strip()]
        key = keys.public_lease(Path(os.environ["MINHBACH_DATA"]) / "keys")
        password = Path(os.environ["MINHBACH_NATS_PASSWORD_FILE"]).read_text("ascii").strip()
        address = os.environ["MINHBACH_NATS"]
        granted = access(address, password, STREAM, ca_pem(Path(os.environ["MINHBACH_DATA"]) / "fabric", address))
    except (KeyError, ValueError, OSError, KeysUnusable) as error:
        print(
            f"Không khởi động được tiến trình truyền hình: {error}\nThe stream process cannot start: {error}",
            file=sys.stderr,
        )
        return 2
    serve(application(Fabric(granted), [key], origins), port)
    return 0


def serve(app: object, port: int) -> None:
    """Run until SIGINT or SIGTERM."""
    uvicorn.run(
        app,  # type: ignore[arg-type]
        host="127.0.0.1",
        port=port,
        log_level="warning",
        access_log=False,
        ws="websockets-sansio",
        ws_max_size=4 * MOST_TEXT,
        ws_per_message_deflate=False,
        ws_ping_interval=10.0,
        ws_ping_timeout=20.0,
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    sys.exit(main())
