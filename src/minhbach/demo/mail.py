"""The demo's mail server: takes every mail from this machine, keeps it as a file, and sends it nowhere.

Speaks as much SMTP as a client needs. A file appears whole or not at all; beyond `MOST` files the oldest go.
"""

from __future__ import annotations

import socketserver
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import cast

HOST = "127.0.0.1"
MOST, LONGEST_BYTES = 300, 1 << 20
GREETING, BYE, OK, GO_ON = b"220 demo", b"221 bye", b"250 ok", b"354 end with a dot"


class Catcher:
    """Use as a ``with`` block; `port` is where it listens. `refused`: mailboxes that it will never take mail for."""

    def __init__(self, folder: Path, *, port: int = 0, refused: frozenset[str] = frozenset()) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._server = _Server((HOST, port), _Talk)
        self._server.folder, self._server.refused = folder, refused
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Catcher:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    folder: Path
    refused: frozenset[str]


class _Talk(socketserver.StreamRequestHandler):
    timeout = 30

    def handle(self) -> None:
        with suppress(OSError):
            self._talk(cast("_Server", self.server))

    def _talk(self, server: _Server) -> None:
        self._say(GREETING)
        while line := self.rfile.readline(2048):
            word, _, rest = line.strip().partition(b" ")
            match word.upper():
                case b"QUIT":
                    self._say(BYE)
                    return
                case b"RCPT" if rest.partition(b"<")[2].partition(b">")[0].decode("ascii", "replace") in server.refused:
                    self._say(b"550 5.1.1 no such mailbox here")
                case b"DATA":
                    self._say(GO_ON)
                    self._keep(server.folder)
                    self._say(OK)
                case b"EHLO" | b"HELO" | b"MAIL" | b"RCPT" | b"RSET" | b"NOOP":
                    self._say(OK)
                case _:
                    self._say(b"502 not here")

    def _keep(self, folder: Path) -> None:
        lines: list[bytes] = []
        size = 0
        while (line := self.rfile.readline()) and line.strip() != b".":
            size += len(line)
            if size <= LONGEST_BYTES:
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        name = f"{time.time_ns():020}.eml"
        part = folder / f".{name}"
        part.write_bytes(b"".join(lines))
        part.rename(folder / name)
        for old in sorted(folder.glob("*.eml"))[:-MOST]:
            old.unlink(missing_ok=True)

    def _say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")
