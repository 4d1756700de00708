"""The loop that asks for time stamps and signs reports which are due, beside everything else: either may take its time.

Owns the turn. Promises that the database's thread never waits for the authority or for a signature. Leaves rows to
`actions.stamping`, asking and signing to `attesting`.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable
from typing import Any

from minhbach.centre.evidence.actions.stamping import (
    NO_AUTHORITY,
    came,
    due_signatures,
    due_stamps,
    signature_of,
    wait_longer,
    was_signed,
)
from minhbach.centre.evidence.attesting import NotAttested, authority, stamped
from minhbach.centre.evidence.models import ReportSignature, Stamp

LOOK_S = 15.0

Do = Callable[..., Awaitable[Any]]
"""Runs blocking work with the database on the desk's thread: `Collector.do`."""


class Stamping:
    """Asks for what is due, and signs it. For the worker's loop."""

    def __init__(self, do: Do, now: Callable[[], datetime.datetime]) -> None:
        self._do = do
        self._now = now

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.turn()
            await asyncio.sleep(LOOK_S)

    async def turn(self) -> int:
        """Once; how many stamps and signatures came."""
        return await self._stamps() + await self._signatures()

    async def _stamps(self) -> int:
        """Behind the first that does not come, the others only wait."""
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

    async def _signatures(self) -> int:
        """Each by itself: nobody outside is asked, and what is wrong may be wrong with one report."""
        rows: list[ReportSignature] = await self._do(due_signatures, now=self._now())
        got = 0
        for row in rows:
            now = self._now()
            try:
                report, by = await asyncio.to_thread(signature_of, bytes(row.report), now=now)
            except NotAttested as problem:
                await self._do(wait_longer, row, problem.words, now=now)
                continue
            await self._do(was_signed, row, report, by, now=now)
            got += 1
        return got


def _answer(seal: bytes) -> tuple[bytes, datetime.datetime]:
    asked = authority()
    if asked is None:
        raise NotAttested(NO_AUTHORITY)
    return stamped(asked, seal)
