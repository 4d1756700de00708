"""The loop that hands mails to the server, beside everything else: a server may take its time.

Promises that the database's thread never waits for the server, that a kill leaves a mail in the queue rather than lost,
and that behind the first mail that finds nobody the others wait for the next turn.
"""

from __future__ import annotations

import asyncio
import datetime
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from minhbach.centre.messaging import mailing, smtp
from minhbach.centre.messaging.models import Mail
from minhbach.centre.messaging.smtp import MailDelayed, MailRefused, Server

LOOK_S = 10.0
_LOGGER = logging.getLogger(__name__)

Do = Callable[..., Awaitable[Any]]
"""Runs blocking work with the database on the desk's thread: `Collector.do`."""


class Posting:
    """Hands over what is due. For the worker's loop; does nothing where no server is set."""

    def __init__(self, do: Do, now: Callable[[], datetime.datetime], server: Server | None) -> None:
        self._do, self._now, self._server = do, now, server

    async def run(self) -> None:
        """Until cancelled."""
        while self._server is not None:
            await self.turn()
            await asyncio.sleep(LOOK_S)
        await asyncio.Event().wait()

    async def turn(self) -> int:
        """Once; how many mails were taken."""
        if self._server is None:
            return 0
        rows: list[Mail] = await self._do(mailing.due, now=self._now())
        got = 0
        for row in rows:
            try:
                await asyncio.to_thread(_hand_over, self._server, row, self._now())
            except MailRefused as refused:
                await self._do(mailing.not_taken, row, str(refused), for_good=True, now=self._now())
            except MailDelayed as delayed:
                await self._do(mailing.not_taken, row, str(delayed), for_good=False, now=self._now())
                _LOGGER.warning("mail: not taken now, %s", delayed)
                break
            else:
                await self._do(mailing.taken, row, now=self._now())
                got += 1
        return got


def _hand_over(server: Server, row: Mail, now: datetime.datetime) -> None:
    mail = smtp.message(sender=server.sender, to=row.to, subject=row.subject, body=row.body, key=str(row.id), now=now)
    smtp.hand_over(server, mail)
