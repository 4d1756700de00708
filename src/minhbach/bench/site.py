"""A small site for benches and tests of live pictures and playback: every hop real, but for the centre's pages.

Owns the processes: a fabric with the users and permissions of the product, a recorder that serves footage under leases,
the stream process, simulated cameras; and a stand-in for the centre's pages which signs leases for whoever asks
(``Pages``), since a bench measures the path of footage and not sign-in. Promises that no process outlives the block.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from urllib.request import urlopen

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minhbach.centre.fabric import enrolment as enrolments
from minhbach.centre.fabric import keys, server
from minhbach.centre.fabric.certificate import ca_pem
from minhbach.decode.child import Decoder
from minhbach.demo.camera import SimulatedCamera
from minhbach.demo.hosting import hosted
from minhbach.demo.spec import CameraSpec, StreamSpec
from minhbach.edge.config import CameraConfig, Config, DiskConfig
from minhbach.edge.recorder.assembly import Recorder
from minhbach.edge.recorder.command import run
from minhbach.edge.uplink import enrolment
from minhbach.edge.uplink.connection import Connection
from minhbach.edge.uplink.footage.service import FootageService, Parts
from minhbach.edge.uplink.footage.viewings import Viewings
from minhbach.engines import children, nats
from minhbach.lease import LIFE_US, Kind, Lease, sign
from minhbach.protocol.messages import Probed, ProbeWanted

HOST = "127.0.0.1"
READY_S = 120
_SCRIPTS = Path(__file__).resolve().parents[1] / "centre" / "static" / "js"
_BENCH = Path(__file__).resolve().parent
_RECORD = "import sys; from minhbach.bench.site import record; record(*sys.argv[1:])"
_FILM = "import sys; from minhbach.bench.site import film; film(sys.argv[1])"
_PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>footage</title>
<link rel="icon" href="data:,"><body data-stream-url="{url}" data-cameras='{cameras}'>{videos}
<script type="module" src="{script}"></script></body></html>
"""


@dataclass(slots=True)
class Site:
    """A running site. ``cameras`` are named as leases name them; ``pids`` are the processes by their part."""

    folder: Path
    pages: Pages
    stream_port: int
    recorder: str
    cameras: list[str]
    archive: Path
    fabric_address: str
    pids: dict[str, int]

    @property
    def stream_url(self) -> str:
        return f"ws://{HOST}:{self.stream_port}/footage"


class Pages:
    """Signs leases: ``allowed`` off refuses every renewal. ``orders`` go to a page that asks, ``told`` comes back."""

    def __init__(self, key: Ed25519PrivateKey, scripts: Path) -> None:
        self.allowed = True
        self.told: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self.orders: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self.stream_url = ""
        self.cameras: list[str] = []
        self.began_us = _now_us()
        self._key = key
        self._scripts = scripts
        self._leases: dict[str, Lease] = {}
        self._server = ThreadingHTTPServer((HOST, 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def open(
        self, kind: Kind, cameras: Sequence[str], *, sound: bool = True, begin_us: int = 0, end_us: int = 0
    ) -> tuple[str, str]:
        """(viewing, token)."""
        now_us = _now_us()
        lease = Lease(
            *(secrets.token_hex(16), kind, tuple(cameras), sound, begin_us, end_us),
            *(now_us, now_us + LIFE_US, secrets.token_hex(32)),
        )
        self._leases[lease.viewing] = lease
        return lease.viewing, sign(lease, self._key)

    def lease(self, viewing: str) -> Lease:
        """What was signed when a viewing was opened."""
        return self._leases[viewing]

    def renew(self, viewing: str) -> str | None:
        """The next token; None when it is not allowed any more."""
        lease, now_us = self._leases[viewing], _now_us()
        if not self.allowed:
            return None
        return sign(
            Lease(
                *(lease.viewing, lease.kind, lease.cameras, lease.sound, lease.begin_us, lease.end_us),
                *(now_us, now_us + LIFE_US, lease.commitment),
            ),
            self._key,
        )

    def answer(self, path: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """What a page's request gets."""
        if path == "/told":
            self.told.put(asked)
            return 200, {}
        if path == "/order":
            return 200, self.orders.get() if not self.orders.empty() else {}
        if path == "/api/viewings":
            span = {"begin_us": int(asked.get("begin") or 0), "end_us": int(asked.get("end") or 0)}
            viewing, token = self.open(asked["kind"], asked["cameras"], sound=bool(asked.get("sound")), **span)
            return 200, {"viewing": viewing, "token": token, "renew_after_s": 4}
        viewing, _, action = path.removeprefix("/api/viewings/").partition("/")
        fresh = self.renew(viewing) if action == "renew" else None
        if action == "renew" and fresh is None:
            return 403, {"vi": "Quyền xem đã bị thu hồi.", "en": "The right was taken back."}
        return 200, {"viewing": viewing, "token": fresh, "renew_after_s": 4}

    def page(self, script: str) -> str:
        """A page with one video for each camera."""
        videos = "".join('<video muted playsinline width="640" height="360"></video>' for _ in self.cameras)
        return _PAGE.format(url=self.stream_url, cameras=json.dumps(self.cameras), videos=videos, script=script)

    def script(self, path: str) -> Path | None:
        """The file of a script's address."""
        for prefix, folder in (("/static/js/", self._scripts), ("/bench/", _BENCH)):
            file = (folder / path.removeprefix(prefix)).resolve()
            if path.startswith(prefix) and file.is_relative_to(folder) and file.suffix == ".js" and file.is_file():
                return file
        return None

    def _handler(pages) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path, _, script = self.path.partition("?")
                if path == "/":
                    wanted = script or "/static/js/footage/engine.js"
                    self._give(200, pages.page(wanted).encode(), "text/html; charset=utf-8")
                    return
                file = pages.script(path)
                if file is None:
                    self._give(404, b"", "text/plain")
                else:
                    self._give(200, file.read_bytes(), "text/javascript; charset=utf-8")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, values = pages.answer(self.path, json.loads(body or b"{}"))
                self._give(status, json.dumps(values).encode(), "application/json")

            def _give(self, status: int, body: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        return Handler


@contextmanager
def site(
    folder: Path,
    specs: Sequence[CameraSpec],
    scripts: Path = _SCRIPTS,
    uplink: Callable[[int], int] = lambda port: port,
) -> Iterator[Site]:
    """A site in ``folder``, recording and ready to be watched. ``specs`` are filmed in a process of their own;
    ``uplink`` gives the port that the recorder dials for the fabric's.
    """
    with ExitStack() as stack:
        users = server.Users(folder / "fabric")
        users.ensure()
        signing = keys.ensure(folder / "keys")
        recorder = str(uuid.uuid4())
        password = users.add_recorder(recorder)
        fabric = nats.start(folder / "fabric", HOST, _free_port())
        stack.callback(fabric.stop)
        enrolment_file = folder / "enrolment.toml"
        enrolment_file.touch(mode=0o600)
        vouched = ca_pem(folder / "fabric", fabric.address)
        host, _, fabric_port = fabric.address.rpartition(":")
        dialled = f"{host}:{uplink(int(fabric_port))}"
        enrolment_file.write_text(enrolments.text(recorder, dialled, password, signing, vouched))
        pages = Pages(signing.lease, scripts)
        stack.callback(pages.close)
        urls = _film(stack, specs)
        archive = folder / "archive"
        archive.mkdir(exist_ok=True)
        recording = _start(stack, ["-c", _RECORD, str(enrolment_file), str(archive), json.dumps(urls)])
        _await_line(recording, "ready")
        port = _free_port()
        streaming = _start(stack, ["-m", "minhbach.centre.stream"], _stream_environment(folder, fabric, pages, port))
        _await_health(streaming, port)
        pages.stream_url = f"ws://{HOST}:{port}/footage"
        pages.cameras = [f"{recorder}/{spec.name}" for spec in specs]
        pids = {"recorder": recording.pid, "stream": streaming.pid}
        yield Site(folder, pages, port, recorder, list(pages.cameras), archive, fabric.address, pids)


def record(enrolment_file: str, archive: str, urls: str) -> None:
    """The recorder's process: records ``urls`` (JSON: name → address, and that of a smaller stream or "") and serves
    footage under leases.
    """
    cameras = tuple(CameraConfig(name=name, url=url, sub_url=sub) for name, (url, sub) in json.loads(urls).items())
    recorder = Recorder(Config(cameras, (DiskConfig(Path(archive), 1 << 20),)))
    enrolled = enrolment.load(Path(enrolment_file), keys.fast_check)
    try:
        asyncio.run(_record(recorder, enrolled))
    finally:
        recorder.close()


async def _record(recorder: Recorder, enrolled: enrolment.Enrolment) -> None:
    control, live = Connection(enrolled, "control"), Connection(enrolled, "live")
    viewings = Viewings(enrolled.recorder, [enrolled.lease_key], recorder.archive, _now_us, recorder.clock.wall_us)
    decoder = Decoder()
    parts = Parts(recorder.archive, recorder.catalogue, viewings, recorder.loop.look, decoder, _no_trial)
    service = FootageService(control, live, parts)
    for camera in recorder.cameras:
        service.attach(camera)
    for sub in recorder.subs:
        service.attach(sub)
    for connection in (control, live):
        connection.line.start()
        await connection.line.until_connected(READY_S)
    await service.start()
    print("ready", flush=True)
    try:
        await run(recorder, None)
    finally:
        await service.stop()
        await decoder.close()
        await control.line.stop()
        await live.line.stop()


async def _no_trial(asked: ProbeWanted) -> Probed:
    """Nobody tries a camera here."""
    return Probed("unknown", "Không thử camera ở đây.", "No camera is tried here.", "", (), 0)


def film(specs: str) -> None:
    """The cameras' process: prints their addresses, ends with its standard input."""
    with hosted(
        [CameraSpec(**{**each, "streams": _streams(each["streams"])}) for each in json.loads(specs)]
    ) as cameras:
        print(json.dumps({camera.spec.name: _addresses(camera) for camera in cameras}), flush=True)
        sys.stdin.read()


def _addresses(camera: SimulatedCamera) -> tuple[str, str]:
    others = camera.spec.streams[1:]
    return camera.url, camera.url_of(others[0].path) if others else ""


def _streams(rows: Sequence[dict[str, Any]]) -> tuple[StreamSpec, ...]:
    return tuple(StreamSpec(**row) for row in rows)


def _film(stack: ExitStack, specs: Sequence[CameraSpec]) -> dict[str, tuple[str, str]]:
    process = _start(stack, ["-c", _FILM, json.dumps([asdict(spec) for spec in specs])])
    assert process.stdout is not None
    return dict(json.loads(process.stdout.readline()))


def _start(
    stack: ExitStack, words: Sequence[str], environment: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    parent = os.getpid()
    process = subprocess.Popen(
        [sys.executable, *words],
        preexec_fn=lambda: children.end_with(parent),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
    )
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(OSError):
        process.stdin.close()
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()


def _await_line(process: subprocess.Popen[bytes], wanted: str) -> None:
    assert process.stdout is not None
    while (line := process.stdout.readline()) and wanted not in line.decode():
        pass
    if not line:
        raise OSError("A part of the site ended before it was ready.")
    threading.Thread(target=process.stdout.read, daemon=True).start()


def _await_health(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), urlopen(f"http://{HOST}:{port}/khoe", timeout=2) as answer:  # nosec B310
            if answer.status == 200:
                return
        time.sleep(0.05)
    raise OSError("The stream process did not become ready.")


def _stream_environment(folder: Path, fabric: nats.Nats, pages: Pages, port: int) -> dict[str, str]:
    return {
        "MINHBACH_DATA": str(folder),
        "MINHBACH_NATS": fabric.address,
        "MINHBACH_NATS_PASSWORD_FILE": str(folder / "fabric" / "stream.password"),
        "MINHBACH_STREAM_PORT": str(port),
        "MINHBACH_ORIGINS": pages.origin,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _now_us() -> int:
    return time.time_ns() // 1000
