"""Orders of erasure on their way to the recorders, until their logs say that it was done. For the worker's loop.

Owns asking a recorder that is there, and again when it was away. Leaves what is due and what is done to
`actions.erasing`, the recorder's judgement to the recorder.
"""

from __future__ import annotations

import asyncio
import datetime
import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minhbach.centre.evidence.actions.erasing import due_erasures, note_asked, refuse_retired, settle
from minhbach.centre.evidence.models import Erasure
from minhbach.centre.fabric.client import Client, FabricError, Refused
from minhbach.centre.words import Words
from minhbach.protocol import signed, subjects
from minhbach.protocol.messages import ERASE, EraseOrder, Token

_LOGGER = logging.getLogger(__name__)

LOOK_S = 3.0
PATIENCE_S = 10.0

Do = Callable[..., Awaitable[Any]]
"""Runs blocking work with the database on the desk's thread: `Collector.do`."""


class Erasing:
    """One pass over all connected recorders every few seconds."""

    def __init__(
        self,
        client: Client,
        do: Do,
        connected: Callable[[], Collection[UUID]],
        key: Ed25519PrivateKey,
        now: Callable[[], datetime.datetime],
    ) -> None:
        self._client = client
        self._do = do
        self._connected = connected
        self._key = key
        self._now = now

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.beat()
            await asyncio.sleep(LOOK_S)

    async def beat(self) -> None:
        """Tell whoever is there what is due, then see what is done, and what never will be."""
        for recorder in list(self._connected()):
            for erasure in await self._do(due_erasures, recorder, now=self._now()):
                await self._order(erasure)
        await self._do(settle, now=self._now())
        await self._do(refuse_retired, now=self._now())

    async def _order(self, erasure: Erasure) -> None:
        refusal = None
        try:
            token = Token(erasure_token(erasure, self._key))
            await self._client.order(str(erasure.recorder_id), subjects.ERASE, token, PATIENCE_S)
        except Refused as refused:
            refusal = Words(refused.vi, refused.en)
        except FabricError as error:
            _LOGGER.info("recorder %s: %s", erasure.recorder_id, error)
            return
        await self._do(note_asked, erasure.pk, now=self._now(), refusal=refusal)


def erasure_token(erasure: Erasure, key: Ed25519PrivateKey) -> str:
    """The signed order."""
    order = EraseOrder(str(erasure.recorder_id), erasure.name, erasure.begin_us, erasure.end_us, erasure.commitment)
    return signed.sign(ERASE, order, key)
