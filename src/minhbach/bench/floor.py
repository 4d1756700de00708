"""The cheapest thing that could be called recording: bytes from sockets into files, nothing understood, nothing
synced.

What ``record.floor_ratio`` compares with. Reads like the recorder does (one look at every socket each tenth of a
second), so the ratio tells what understanding, sealing and proving cost.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

_TICK_S = 0.1
_BUFFER_BYTES = 512 * 1024


def dial(url: str) -> socket.socket:
    """Ask for a stream of the bench's source the short way; raises OSError when an answer is not 200."""
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname, parts.port))
    session = ""
    for number, (method, target, extra) in enumerate(
        (
            ("DESCRIBE", url, ""),
            ("SETUP", f"{url}/trackID=0", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"),
            ("SETUP", f"{url}/trackID=1", "Transport: RTP/AVP/TCP;unicast;interleaved=2-3\r\n"),
            ("PLAY", url, ""),
        ),
        1,
    ):
        header = f"Session: {session}\r\n" if session else ""
        connection.sendall(f"{method} {target} RTSP/1.0\r\nCSeq: {number}\r\n{header}{extra}\r\n".encode())
        answer = connection.recv(65536).decode("latin-1")
        if " 200 " not in answer[:20]:
            raise OSError(f"{method}: {answer[:80]!r}")
        if "Session:" in answer:
            session = answer.partition("Session:")[2].split("\r\n")[0].partition(";")[0].strip()
    connection.setblocking(False)
    return connection


def main(folder: Path, urls: list[str]) -> None:
    """Copy until killed."""
    pairs = [(dial(url), os.open(folder / str(number), os.O_WRONLY | os.O_CREAT)) for number, url in enumerate(urls)]
    buffer = bytearray(_BUFFER_BYTES)
    view = memoryview(buffer)
    while True:
        began = time.monotonic()
        for connection, file in pairs:
            try:
                got = connection.recv_into(view)
            except BlockingIOError:
                continue
            os.write(file, view[:got])
        time.sleep(max(0.0, _TICK_S - (time.monotonic() - began)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
