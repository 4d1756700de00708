"""The ASGI application: one WebSocket address, and a word on health.

Owns who may connect at all (pages of our own origins) and what all connections share. Leaves each to ``session``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from minhbach.centre.stream.fabric import Fabric
from minhbach.centre.stream.relay import Relays
from minhbach.centre.stream.session import House, Session

TIDY_EVERY_S = 2.0
FORBIDDEN = 4401


def application(fabric: Fabric, keys: Collection[Ed25519PublicKey], origins: Collection[str]) -> Starlette:
    """``origins``: what the Origin of a page may be."""
    house = House(fabric, Relays(fabric), keys)

    async def footage(socket: WebSocket) -> None:
        if socket.headers.get("origin") not in origins:
            await socket.close(FORBIDDEN)
            return
        await socket.accept()
        await Session(socket, house).run()

    async def health(request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok" if fabric.connected else "no fabric", 200 if fabric.connected else 503)

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        fabric.start()
        tidying = asyncio.create_task(_tidy(house.relays))
        try:
            yield
        finally:
            tidying.cancel()
            await fabric.stop()

    routes = [WebSocketRoute("/footage", footage), Route("/khoe", health)]
    return Starlette(routes=routes, lifespan=life)


async def _tidy(relays: Relays) -> None:
    while True:
        await asyncio.sleep(TIDY_EVERY_S)
        await relays.tidy()
