"""Whether somebody listens with a copy of a recorder's enrolment, and says nothing.

Owns the question to the servers of the fabric, every twenty seconds, who is connected under which name, and what
follows. A recorder keeps two lines; after a cut its old ones may stand beside the new for half a minute, until the
server finds them dead. Three and more for longer than that, or again and again, is somebody else: an alarm with the
addresses. Who speaks under a recorder's name is found by `proving`. Leaves ending the lines to the recorder's page.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from minhbach.centre.fabric.client import Client
from minhbach.centre.footage import alarms
from minhbach.centre.footage.collecting import Collector
from minhbach.centre.registry.models import Recorder
from minhbach.protocol import subjects
from minhbach.protocol.line import LineError

_LOGGER = logging.getLogger(__name__)

LOOK_S = 20.0
LINES = 2
"""A recorder's own: one for what is said, one for footage."""
IN_A_ROW = 4
"""Looks, more than any cut explains."""
AMONG, OFTEN = 30, 15
"""Of the looks of ten minutes, so many with a stranger are too many even where none lasted."""
FIRST_S, OTHERS_S = 5.0, 0.5
MOST_AT_ONCE = 1000
MOST_PAGES = 20


@dataclass(slots=True)
class Looks:
    """What was seen of one recorder's lines lately."""

    seen: deque[bool] = field(default_factory=lambda: deque(maxlen=AMONG))

    def take(self, lines: int) -> bool:
        """Note how many lines there are now; whether that is somebody else by now."""
        self.seen.append(lines > LINES)
        last = list(self.seen)[-IN_A_ROW:]
        return (len(last) == IN_A_ROW and all(last)) or sum(self.seen) >= OFTEN


def lines_of(answers: Iterable[bytes]) -> tuple[dict[UUID, list[str]], bool]:
    """The addresses of the lines under each recorder's name, from what servers answered; and whether there are more.

    What is no answer counts for nothing.
    """
    found: dict[UUID, list[str]] = defaultdict(list)
    more = False
    for answer in answers:
        try:
            told = json.loads(answer)["data"]["connections"]
            more = more or len(told) >= MOST_AT_ONCE
            pairs = [(str(each.get("authorized_user", "")), str(each.get("ip", ""))[:45]) for each in told]
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        for user, address in pairs:
            try:
                found[UUID(user)].append(address)
            except ValueError:
                continue  # The centre's own processes have names.
    return found, more


class Listening:
    """Asks again and again. ``client``: one that signs in as ``server.WATCH``."""

    def __init__(self, client: Client, collector: Collector, now: Callable[[], datetime]) -> None:
        self._client = client
        self._collector = collector
        self._now = now
        self._looks: dict[UUID, Looks] = defaultdict(Looks)

    async def run(self) -> None:
        """Until cancelled."""
        self._client.start()
        try:
            while True:
                await asyncio.sleep(LOOK_S)
                try:
                    await self.look()
                except LineError as error:
                    _LOGGER.info("the fabric does not say who is connected: %s", error)
        finally:
            await self._client.stop()

    async def look(self) -> None:
        """Ask once, and tell of whoever is there too much. Raises LineError."""
        found = await self._lines()
        for recorder in self.judge(found):
            await self._collector.do(_tell, recorder, self._now(), found[recorder])

    def judge(self, found: Mapping[UUID, list[str]]) -> list[UUID]:
        """Take one look into account; whose lines somebody else holds too."""
        known = self._looks.keys() | found.keys()
        held = [recorder for recorder in known if self._looks[recorder].take(len(found.get(recorder, [])))]
        return sorted(recorder for recorder in held if len(found.get(recorder, [])) > LINES)

    async def _lines(self) -> dict[UUID, list[str]]:
        found: dict[UUID, list[str]] = defaultdict(list)
        for page in range(MOST_PAGES):
            question = json.dumps({"auth": True, "limit": MOST_AT_ONCE, "offset": page * MOST_AT_ONCE}).encode()
            answers = await self._client.line.ask_all(subjects.CONNECTIONS, question, FIRST_S, OTHERS_S)
            lines, more = lines_of(answers)
            for recorder, addresses in lines.items():
                found[recorder] += addresses
            if not more:
                break
        return found


def _tell(recorder: UUID, now: datetime, lines: Sequence[str]) -> None:
    if Recorder.objects.filter(id=recorder).exists():
        addresses = ", ".join(sorted(set(lines)))[:200]
        alarms.tell(recorder, "line_overheard", now=now, count=len(lines), addresses=addresses)
