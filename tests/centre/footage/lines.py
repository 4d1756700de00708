"""A real fabric between a recorder's history and the centre's programs.

Owns `Fabric` (a NATS server with the centre's own configuration, that can be cut), `Online` (a site of
`tests.edge.keeping` with its uplink), and the worker as a process that can be killed.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection

from minhbach.centre.fabric import certificate, enrolment, keys
from minhbach.centre.fabric.client import Client, access
from minhbach.centre.fabric.server import CENTRE, Users
from minhbach.edge.recorder.erasing import erase
from minhbach.edge.recorder.rekeying import ordered
from minhbach.edge.uplink import enrolment as edge_enrolment
from minhbach.edge.uplink.centretime import CentreClock
from minhbach.edge.uplink.connection import Connection
from minhbach.edge.uplink.offering import Offer
from minhbach.edge.uplink.orders import Orders
from minhbach.edge.uplink.uplink import Parts, Uplink
from minhbach.engines import nats, ports
from minhbach.engines.nats import Nats
from minhbach.protocol.line import Access
from tests.edge.keeping import Site

SOURCE = Path(__file__).resolve().parents[3] / "src"
PATIENCE_S = 60.0


class Fabric:
    """The server; ``cut`` and ``mend`` as often as wanted."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.keys = keys.ensure(data / "keys")
        self.users = Users(data / "fabric")
        self.users.ensure()
        self._port = ports.choose(data / "ports.json", ["nats"])["nats"]
        self.address = f"tls://127.0.0.1:{self._port}"
        self.ca_pem = certificate.ca_pem(data / "fabric", self.address)
        self._server: Nats | None = None

    def __enter__(self) -> "Fabric":
        self.mend()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def mend(self) -> None:
        """Run, with the users there are."""
        if self._server is None:
            self._server = nats.start(self.data / "fabric", "127.0.0.1", self._port)

    def cut(self) -> None:
        """Every line ends without a word."""
        if self._server is not None:
            os.kill(self._server.server.pid, signal.SIGKILL)
            self._server.stop()
            self._server = None

    def enrol(self, recorder: str) -> edge_enrolment.Enrolment:
        """What a technician would carry to the site."""
        text = self.enrolment(recorder, self.users.add_recorder(recorder))
        self.users.reload()
        return edge_enrolment.parse(tomllib.loads(text), keys.fast_check)

    def enrolment(self, recorder: str, password: str) -> str:
        """The text of an enrolment file."""
        return enrolment.text(recorder, self.address, password, self.keys, self.ca_pem)

    def access(self, user: str = CENTRE) -> Access:
        """What one of the centre's processes dials with."""
        return access(self.address, self.users.password(user), user, self.ca_pem)

    def client(self, name: str = "test") -> Client:
        """One of the centre's processes."""
        return Client(self.access(), name)


class Online:
    """A site's uplink; the site itself is run by the test."""

    def __init__(self, site: Site, enrolled: edge_enrolment.Enrolment) -> None:
        self.site = site
        self.changes = 0
        self.control = Connection(enrolled, "control")
        self.orders = Orders(enrolled.recorder, enrolled.lease_key, site.folder / "private", site.files)
        self.centre = CentreClock(enrolled.recorder, [enrolled.lease_key], site.clock)
        self.lookups = ThreadPoolExecutor(2)
        self.offer = Offer(site.home, site.book, site.files, enrolled.witness)
        parts = Parts(
            site.book,
            [],
            site.config.disks,
            self.lookups,
            site.clock,
            self._changed,
            partial(erase, site.keeper),
            partial(ordered, site.files, site.folder, site.book),
        )
        self.uplink = Uplink(self.control, self.orders, self.offer, self.centre, parts)

    async def __aenter__(self) -> "Online":
        await self.uplink.start()
        self.control.line.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.uplink.stop()
        await self.control.line.stop()
        self.lookups.shutdown()

    def _changed(self) -> None:
        self.changes += 1


@contextlib.asynccontextmanager
async def started(client: Client) -> AsyncIterator[Client]:
    """A client that is connected."""
    client.start()
    try:
        await client.line.until_connected(PATIENCE_S)
        yield client
    finally:
        await client.stop()


async def until(true: Callable[[], Awaitable[Any]], patience_s: float = PATIENCE_S) -> None:
    """Wait until something comes true."""
    deadline = asyncio.get_running_loop().time() + patience_s
    while not await true():
        assert asyncio.get_running_loop().time() < deadline, "it never came true"
        await asyncio.sleep(0.1)


class Worker:
    """The worker as a process on the test's database."""

    def __init__(self, fabric: Fabric, log: Path) -> None:
        database = connection.settings_dict
        words = f"host={database['HOST']} user={database['USER']} dbname={database['NAME']}"
        environment = {
            **os.environ,
            "PYTHONPATH": str(SOURCE),
            "MINHBACH_DATA": str(fabric.data),
            "MINHBACH_DATABASE": words,
            "MINHBACH_NATS": fabric.address,
            "MINHBACH_NATS_PASSWORD_FILE": str(fabric.data / "fabric" / "centre.password"),
        }
        with log.open("ab") as words_of_it:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "minhbach.centre.worker"],
                env=environment,
                stdout=words_of_it,
                stderr=words_of_it,
            )

    def kill(self) -> None:
        """As a power cut does."""
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """As the service manager does; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)
