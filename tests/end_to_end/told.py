"""A recorder process that is told what to record by a centre which is only the test.

Owns `Told`: a real fabric with the centre's own configuration, the recorder as a program with its enrolment file, the
centre's time, signed configurations and leases. Promises that no process and no thread outlives the `with` block.
Leaves the database's side of a centre to `tests.centre`.
"""

import asyncio
import os
import secrets
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Literal, TypeVar

from minhbach import lease as leases
from minhbach.centre.fabric.client import Client, FabricError
from minhbach.centre.fabric.server import STREAM
from minhbach.centre.stream.fabric import Fabric as Streaming
from minhbach.demo.camera import SimulatedCamera
from minhbach.lease import Lease
from minhbach.protocol import codec, signed, subjects
from minhbach.protocol.footage import Answer, End, Live, Packet, live_channel
from minhbach.protocol.line import Heard
from minhbach.protocol.messages import (
    CONFIGURE,
    TIME,
    CameraOrder,
    Configuration,
    Hello,
    Outcome,
    TimeAsked,
    TimeTold,
    Token,
)
from minhbach.protocol.sealed import seal_login
from tests.centre.footage.lines import SOURCE, Fabric

_Result = TypeVar("_Result")


class Told:
    """Use as a `with` block: inside, the recorder runs and is connected."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = folder / "archive"
        self.recorder = str(uuid.uuid4())
        self.fabric = Fabric(folder / "centre")
        self.serial = 0
        self._sealing_key = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="centre")
        self.client: Client
        self.streaming: Streaming
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Told":
        self._thread.start()
        self.fabric.mend()
        self.client = self.fabric.client("told")
        self.streaming = Streaming(self.fabric.access(STREAM))
        self.do(self._begin())
        file = self.folder / "enrolment.toml"
        file.touch(0o600)
        password = self.fabric.users.add_recorder(self.recorder)
        self.fabric.users.reload()
        file.write_text(self.fabric.enrolment(self.recorder, password), "utf-8")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.do(self._end())
        self.fabric.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def log(self) -> Path:
        """What the recorder says."""
        return self.folder / "recorder.log"

    def start(self) -> None:
        """Start the recorder, and wait for its greeting."""
        self._sealing_key = ""
        words = ["-m", "minhbach", "record", "--centre", str(self.folder / "enrolment.toml")]
        with self.log.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, *words, "--archive", str(self.archive)],
                env={**os.environ, "PYTHONPATH": str(SOURCE)},
                stdout=said,
                stderr=said,
            )
        self.until(lambda: self._sealing_key)

    def stop(self) -> int:
        """End the recorder as a service manager does; its exit status."""
        assert self.process is not None
        self.process.terminate()
        status = self.process.wait(60)
        self.process = None
        return status

    def do(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Run something on the centre's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def until(self, true: Callable[[], Any], seconds: float = 120) -> None:
        """Wait until something comes true."""
        deadline = time.monotonic() + seconds
        while not true():
            said = self.log.read_text("utf-8", errors="replace")
            assert self.process is None or self.process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.05)

    def order(self, name: str, camera: SimulatedCamera, address: str = "", **changes: Any) -> CameraOrder:
        """A camera as the centre orders it, with its password sealed to this recorder."""
        sealed = ""
        if camera.spec.password is not None:
            sealed = seal_login(camera.spec.user, camera.spec.password, self._sealing_key, self.recorder, name)
        values: dict[str, Any] = {
            "name": name,
            "stream": "main",
            "address": address or f"rtsp://{camera.host}:{camera.port}/{camera.spec.streams[0].path}",
            "credentials": sealed,
            "sound": "with_picture",
            "networks": ("127.0.0.0/16",),
            "tls_fingerprint": "",
            "picture_days": 30,
            "sound_days": 30,
            "minimum_days": 15,
            "intent_lead_hours": 48,
        }
        return CameraOrder(**{**values, **changes})

    def configure(self, *cameras: CameraOrder) -> None:
        """Order a configuration; returns when it is in force."""
        self.serial += 1
        document = Configuration(self.recorder, self.serial, time.time_ns() // 1000, cameras)
        token = signed.sign(CONFIGURE, document, self.fabric.keys.lease)
        assert self.do(self.client.order(self.recorder, subjects.CONFIGURE, Token(token))) == self.serial

    def refusal(self, verb: str, message: Any) -> FabricError:
        """What the recorder says no with."""
        try:
            self.do(self.client.order(self.recorder, verb, message))
        except FabricError as error:
            return error
        raise AssertionError("the recorder did it")

    def lease(self, camera: str, kind: Literal["live", "playback", "still"] = "live", **changes: Any) -> Lease:
        """A lease for one camera; of now, for ten seconds, with sound."""
        now_us = time.time_ns() // 1000
        values: dict[str, Any] = {
            "viewing": uuid.uuid4().hex,
            "kind": kind,
            "cameras": (f"{self.recorder}/{camera}",),
            "sound": True,
            "begin_us": 0,
            "end_us": 0,
            "issued_us": now_us,
            "expires_us": now_us + 10_000_000,
            "commitment": secrets.token_hex(32),
        }
        return Lease(**{**values, **changes})

    def token(self, lease: Lease) -> str:
        """The lease as the centre signs it."""
        return leases.sign(lease, self.fabric.keys.lease)

    def watched(
        self, camera: str, codecs: tuple[str, ...], seconds: float, lease: Lease | None = None
    ) -> tuple[Answer, list[Packet]]:
        """Watch live as the stream process does, under one lease: the answer and what came."""
        return self.do(self.watch(camera, codecs, seconds, self.token(lease or self.lease(camera))))

    async def watch(
        self, camera: str, codecs: tuple[str, ...], seconds: float, token: str
    ) -> tuple[Answer, list[Packet]]:
        """The same under any token."""
        found: list[Packet] = []

        async def hear(message: Packet | End) -> None:
            if isinstance(message, Packet):
                found.append(message)

        live = self.streaming.live
        async with self.streaming.channel(live, self.recorder, hear) as burst:
            answer = await self.streaming.ask_live(self.recorder, Live(token, camera, codecs, True, burst))  # type: ignore[arg-type]
            stream = answer.stream or "main"
            async with (
                self.streaming.channel(live, self.recorder, hear, live_channel(camera, stream, "picture")),
                self.streaming.channel(live, self.recorder, hear, live_channel(camera, stream, "sound")),
            ):
                await asyncio.sleep(seconds)
        return answer, found

    async def _begin(self) -> None:
        self.client.start()
        self.streaming.start()
        await self.client.line.serve(subjects.up_from_all(subjects.TIME), self._tell_time, at_once=True)
        await self.client.line.serve(subjects.up_from_all(subjects.HELLO), self._hear_hello, at_once=True)
        await self.client.line.until_connected(10)
        await self.streaming.live.until_connected(10)
        await self.streaming.bulk.until_connected(10)

    async def _end(self) -> None:
        await self.client.stop()
        await self.streaming.stop()

    async def _tell_time(self, heard: Heard) -> bytes:
        recorder, nonce = subjects.parse(heard.subject).recorder, codec.decode(TimeAsked, heard.data).nonce
        told = TimeTold(recorder, nonce, time.time_ns() // 1000)
        return codec.encode(Token(signed.sign(TIME, told, self.fabric.keys.lease)))

    async def _hear_hello(self, heard: Heard) -> bytes:
        hello = codec.decode(Hello, heard.data)
        self._sealing_key = hello.sealing_key
        return codec.encode(Outcome(True))
