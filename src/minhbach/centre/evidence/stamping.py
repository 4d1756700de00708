"""The loop that asks for time stamps which are due, beside everything else: an authority may take its time.

Owns the turn. Promises that the database's thread never waits for the authority. Leaves rows to `actions.stamping`,
asking to `attesting`.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable
from typing import Any

from minhbach.centre.evidence.actions.stamping import NO_AUTHORITY, came, due_stamps, wait_longer
from minhbach.centre.evidence.attesting import NotAttested, authority, stamped
from minhbach.centre.evidence.models import Stamp

LOOK_S = 15.0

Do = Callable[..., Awaitable[Any]]
"""Runs blocking work with the database on the desk's thread: `Collector.do`."""


class Stamping:
    """Asks for what is due. For the worker's loop."""

    def __init__(self, do: Do, now: Callable[[], datetime.datetime]) -> None:
        self._do = do
        self._now = now

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.turn()
            await asyncio.sleep(LOOK_S)

    async def turn(self) -> int:
        """Once; how many stamps came. Behind the first that does not come, the others only wait."""
        rows: list[Stamp] = await self._do(due_stamps, now=self._now())
        got = 0
        for row in rows:
            try:
                answer, at = await asyncio.to_thread(_answer, bytes(row.seal))
            except NotAttested as problem:
                for each in rows[got:]:
                    await self._do(wait_longer, each, problem.words, now=self._now())
                break
            await self._do(came, row, answer, at, now=self._now())
            got += 1
        return got


def _answer(seal: bytes) -> tuple[bytes, datetime.datetime]:
    asked = authority()
    if asked is None:
        raise NotAttested(NO_AUTHORITY)
    return stamped(asked, seal)
