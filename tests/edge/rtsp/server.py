"""Peers on real sockets of the loopback: a scripted camera, and hosts that are no camera at all.

Owns `Peer`, one listening socket with a thread per connection; the behaviour is a function of the connection. Promises
that every socket and thread has ended when the `with` block ends.
"""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from minhbach.edge.rtsp.connection import SCRATCH_BYTES
from minhbach.edge.rtsp.link import Link, Target
from minhbach.edge.rtsp.session import Limits
from minhbach.edge.rtsp.url import parse
from tests.edge.rtsp.scripted import ScriptedCamera, frame, make_recorder, rtp

TICK_S = 0.01
FAST = Limits(dialog_us=600_000, silence_us=600_000, keep_alive_us=200_000, teardown_us=300_000)


class Peer:
    """Listens on a free port of 127.0.0.1 and gives each connection to `behave` on a thread of its own."""

    def __init__(self, behave: Callable[[socket.socket, "Peer"], None], context: ssl.SSLContext | None = None) -> None:
        self._behave = behave
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.over = threading.Event()
        self.connections = 0
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._listen, daemon=True)]

    def __enter__(self) -> "Peer":
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def url(self, path: str = "/live", user: str = "") -> str:
        scheme = "rtsps" if self._context else "rtsp"
        return f"{scheme}://{user}127.0.0.1:{self.port}{path}"

    def _listen(self) -> None:
        while not self.over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            self._behave(connection, self)
        connection.close()


def camera(script=None, *, frames_per_s: int = 100) -> Callable[[socket.socket, Peer], None]:
    """A scripted camera that sends video frames on channel 0 once it was asked to play."""

    def behave(connection: socket.socket, peer: Peer) -> None:
        scripted = ScriptedCamera(script)
        connection.settimeout(1 / frames_per_s)
        sequence = 0
        while not peer.over.is_set() and "TEARDOWN" not in scripted.methods():
            try:
                data = connection.recv(65536)
            except TimeoutError:
                data = None
            if data == b"":
                return
            if data:
                connection.sendall(scripted.hear(data))
            if "PLAY" in scripted.methods():
                connection.sendall(frame(0, rtp(sequence)))
                sequence += 1

    return behave


def new_link(url: str, *, limits: Limits = FAST, draw: float = 0.0, mono_us=None, **more) -> Link:
    """A link with short limits; ``draw`` 0 makes the shortest waits."""
    address, credentials = parse(url)
    link = Link(
        Target(address, credentials, **more), make_receiver=make_recorder, executor=EXECUTOR, random=lambda: draw,
        limits=limits, mono_us=mono_us,
    )  # fmt: skip
    LINKS.append(link)
    return link


LINKS: list[Link] = []
"""Every link of the present test; `conftest` abandons them at its end, so that no socket stays open."""
EXECUTOR = ThreadPoolExecutor(1, thread_name_prefix="names")


def pump_until(link: Link, condition: Callable[[], bool], *, seconds: float = 60) -> bool:
    """Tick a link in real time until the condition holds; whether it did in time."""
    scratch = bytearray(SCRATCH_BYTES)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        link.pump(scratch, time.monotonic_ns() // 1000)
        if condition():
            return True
        time.sleep(TICK_S)
    return False


def fault_of(link: Link) -> str:
    """The code of the fault that keeps the camera away, empty when none does."""
    return link.fault.fault.code if link.fault else ""


def ended_with(url: str, **more) -> str:
    """Pump a fresh link until it has a fault; the fault's code."""
    link = new_link(url, **more)
    assert pump_until(link, lambda: link.fault is not None), link.state
    return fault_of(link)
