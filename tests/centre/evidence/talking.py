"""A recorder's own handling of orders, without a line: what the fabric would carry is handed to it directly.

Owns an `Uplink` on the parts of a `tests.edge.keeping.Site`, as a recorder joins them. Leaves to others what is
ordered, and bringing what was logged to the centre.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from minhbach.edge.recorder.erasing import erase
from minhbach.edge.uplink.centretime import CentreClock
from minhbach.edge.uplink.connection import Connection
from minhbach.edge.uplink.offering import Offer
from minhbach.edge.uplink.orders import Orders
from minhbach.edge.uplink.uplink import Parts, Uplink
from minhbach.protocol import codec
from minhbach.protocol.line import Handler, Heard
from minhbach.protocol.messages import Outcome, Token
from tests.centre.evidence.case import Case


class Unconnected:
    """A line that is down: all it does is keep what the recorder would answer."""

    def __init__(self) -> None:
        self.line = SimpleNamespace(on_connect=[], connected=False)
        self.served: dict[str, Handler] = {}

    async def serve(self, verb: str, handler: Handler, *, at_once: bool = False) -> None:
        self.served[verb] = handler


def ordered(case: Case, verb: str, token: str) -> Outcome:
    """What the recorder answers to a signed order; what it wrote about it is durable then."""
    return asyncio.run(_ordered(case, verb, token))


async def _ordered(case: Case, verb: str, token: str) -> Outcome:
    site, lease = case.centre.site, case.centre.keys.lease.public_key()
    control = Unconnected()
    orders = Orders(str(case.centre.recorder), lease, site.folder / "private", site.files)
    uplink = Uplink(cast(Connection, control), orders, _offer(case), _clock(case, lease), _parts(case))
    await uplink.start()
    asked = asyncio.ensure_future(_answer(control.served[verb], codec.encode(Token(token))))
    while not asked.done():
        site.archive.poll()
        await asyncio.sleep(0.001)
    await uplink.stop()
    return codec.decode(Outcome, await asked)


async def _answer(handler: Handler, data: bytes) -> bytes:
    answer = await handler(Heard("", data, ""))
    assert answer is not None
    return answer


def _offer(case: Case) -> Offer:
    site = case.centre.site
    return Offer(site.home, site.book, site.files, case.centre.keys.witness.verifier)


def _clock(case: Case, lease: Ed25519PublicKey) -> CentreClock:
    return CentreClock(str(case.centre.recorder), [lease], case.centre.site.clock)


def _parts(case: Case) -> Parts:
    site = case.centre.site
    return Parts(
        site.book, [], site.config.disks, ThreadPoolExecutor(1), site.clock, _nothing, partial(erase, site.keeper),
        _nothing,
    )  # fmt: skip


def _nothing(*_: Any) -> None:
    """Of configurations and keys nothing is ordered here."""
