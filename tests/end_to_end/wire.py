"""The network between a recorder and a camera: a relay that keeps what passed, and that can be pulled out.

Owns `Wire`. Promises that every byte counted as passed was taken by the recorder's side of the socket, with the time of
that, and that all threads and sockets have ended when the `with` block ends.
"""

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Passage:
    """One connection: what the camera sent, in pieces with the Unix time (µs) at which each had been handed over."""

    pieces: list[tuple[int, bytes]] = field(default_factory=list)


class Wire:
    """Dial `port` instead of the camera's; `leads_to` may be set to another camera's port at any time."""

    def __init__(self, port: int) -> None:
        self.passages: list[Passage] = []
        self.leads_to = port
        self._first_port = port
        self._plugged = threading.Event()
        self._plugged.set()
        self._over = False
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.powered = True

    def through(self, url: str) -> str:
        """The camera's URL by way of this wire."""
        return url.replace(f":{self._first_port}/", f":{self.port}/")

    def cut(self) -> None:
        """Reset all connections; who dials again is served."""
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def power_off(self) -> None:
        """End all connections and refuse new ones."""
        self.powered = False
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def power_on(self) -> None:
        """Listen again, at the same port."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.powered = True
        self._start(self._accept)

    def unplug(self) -> None:
        """Nothing passes any more, and nobody is told."""
        self._plugged.clear()

    def plug(self) -> None:
        """Let pass what waits, and what comes."""
        self._plugged.set()

    def __enter__(self) -> "Wire":
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self.plug()
        self.power_off()
        for thread in self._threads:
            thread.join(5)

    def _start(self, work, *args) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        listener = self._listener
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            if self._over:
                near.close()
                return
            self._plugged.wait()
            try:
                far = socket.create_connection(("127.0.0.1", self.leads_to), 5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            self._open |= {near, far}
            passage = Passage()
            self.passages.append(passage)
            self._start(self._carry, far, near, passage)
            self._start(self._carry, near, far, None)

    def _carry(self, source: socket.socket, target: socket.socket, passage: Passage | None) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._plugged.wait()
                target.sendall(data)
                if passage is not None:
                    passage.pieces.append((time.time_ns() // 1000, data))
        # The other direction of this connection ends with this one; whoever comes second closes.
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        if source in self._open and target in self._open:
            self._open -= {source, target}
        else:
            source.close()
            target.close()
