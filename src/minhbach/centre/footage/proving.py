"""Whether the recorder itself is behind its line, or somebody who has its enrolment.

Owns when a recorder is asked to prove itself with the key of its log (after each greeting, and every two minutes for as
long as something is heard under its name), and what follows: a wrong answer, two right ones, or none while somebody
goes on saying that all is well are alarms. So an enrolment that was copied is noticed within minutes, also while the
true recorder is silent. Leaves what is signed to `protocol.proving`, ending a line to the page of the recorder.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from minhbach.centre.fabric.client import Client, FabricError
from minhbach.centre.fabric.keys import fast_check
from minhbach.centre.footage import alarms
from minhbach.centre.footage.collecting import Collector
from minhbach.centre.footage.models import LogKey, RecorderLine
from minhbach.ledger import note
from minhbach.protocol import codec, proving, subjects
from minhbach.protocol.codec import Malformed
from minhbach.protocol.messages import LineProof, LineProofWanted

_LOGGER = logging.getLogger(__name__)

LOOK_S = 5.0
EVERY_S = 120.0
HEARD_WITHIN_S = 20.0
"""A recorder says every five seconds that it lives; who is not heard is asked nothing."""
MISSES = 2
"""So often nothing may come back: a line may break just then."""
AGAIN_S = 20.0
"""After an answer that did not come."""
MOST_AT_ONCE = 16


@dataclass(slots=True)
class _Standing:
    due_s: float = 0.0
    hello_s: float = -1.0
    misses: int = 0


class Proving:
    """Asks all recorders that are heard, again and again."""

    def __init__(self, client: Client, collector: Collector, now: Callable[[], datetime]) -> None:
        self._client = client
        self._collector = collector
        self._now = now
        self._standings: dict[UUID, _Standing] = {}
        self._places = asyncio.Semaphore(MOST_AT_ONCE)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Ask everybody who is due."""
        time_s = asyncio.get_running_loop().time()
        due = [recorder for recorder in list(self._collector.heard_s) if self._is_due(recorder, time_s)]
        await asyncio.gather(*(self._guarded(recorder) for recorder in due))

    def _is_due(self, recorder: UUID, time_s: float) -> bool:
        standing = self._standings.setdefault(recorder, _Standing())
        hello_s = self._collector.greeted_s.get(recorder, -1.0)
        fresh = hello_s > standing.hello_s
        standing.hello_s = hello_s
        return time_s - self._collector.heard_s[recorder] < HEARD_WITHIN_S and (fresh or time_s >= standing.due_s)

    async def _guarded(self, recorder: UUID) -> None:
        async with self._places:
            try:
                await self._ask(recorder, self._standings[recorder])
            except Exception:
                _LOGGER.exception("recorder %s: an error of our own while it was to prove itself", recorder)

    async def _ask(self, recorder: UUID, standing: _Standing) -> None:
        loop = asyncio.get_running_loop()
        keys = await self._collector.do(_keys, recorder)
        standing.due_s = loop.time() + EVERY_S
        if not keys:
            return  # Nothing it has logged is here yet; the first log names its key.
        nonce = proving.new_nonce()
        try:
            answers = await self._client.ask_all(str(recorder), subjects.PROVE, LineProofWanted(nonce))
        except FabricError:
            answers = []
        proofs = [_proof(each) for each in answers]
        right = [proof for proof in proofs if proving.holds(proof, str(recorder), nonce, keys)]
        kinds = [
            *(["line_impostor"] if len(right) < len(proofs) else []),
            *(["line_twice"] if len(right) > 1 else []),
        ]
        if not proofs:
            standing.misses, standing.due_s = standing.misses + 1, loop.time() + AGAIN_S
            # Who is asked has spoken within the last seconds, so between two misses, too.
            if standing.misses > MISSES:
                kinds.append("line_unproven")
        else:
            standing.misses = 0
        for kind in kinds:
            await self._collector.do(alarms.tell, recorder, kind, now=self._now())
        if right and not kinds:
            await self._collector.do(_note_proved, recorder, self._now())


def _proof(data: bytes) -> bytes:
    """The note in an answer; empty where it is none, as of somebody who refuses."""
    try:
        return codec.decode(LineProof, data).note.encode()
    except (Malformed, UnicodeEncodeError):
        return b""


def _keys(recorder: UUID) -> Sequence[note.Verifier]:
    vkeys = LogKey.objects.filter(recorder=recorder).values_list("vkey", flat=True)
    return [note.parse_vkey(vkey, fast_check) for vkey in vkeys]


def _note_proved(recorder: UUID, now: datetime) -> None:
    RecorderLine.objects.filter(recorder=recorder).update(proved_at=now)
