"""Recorders as witnesses of the centre's own log: each is asked for a cosignature every quarter of an hour.

They stand in other houses under other hands, and their witness keys never leave them. What came back is kept in
`journal/witnessed/RECORDER.witness` (one record, FORMAT.md section 4.4), which the check reads; who trusts nobody at
the centre carries the recorder's own `centre.witness` here instead. A recorder's key is believed when it first answers.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from minhbach.centre.fabric import keys
from minhbach.centre.fabric.client import Client, FabricError
from minhbach.centre.fabric.keys import fast_check
from minhbach.centre.journal.book import FOLDER, log_of
from minhbach.durable import Files
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import note
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.note import Verifier
from minhbach.ledger.witness import Cosigned, Request, WitnessView, read_witness_file
from minhbach.protocol import subjects
from minhbach.protocol.messages import CentreHead, CentreHeadCosigned

EVERY_S = 900.0
LOOK_S = 20.0
WITNESSED = "witnessed"
_LOGGER = logging.getLogger(__name__)


class Cosigning:
    """``do`` runs blocking work on the worker's desk; ``connected`` says which recorders are there now."""

    def __init__(
        self,
        client: Client,
        do: Callable[..., Awaitable[Any]],
        connected: Callable[[], set[UUID]],
        data: Path,
        now: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._do = do
        self._connected = connected
        self._data = data
        self._now = now
        self._due: dict[UUID, float] = {}

    async def run(self) -> None:
        """Ask whoever is there and was not asked lately, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_S)
            for recorder in sorted(self._connected()):
                if self._due.get(recorder, 0.0) <= loop.time():
                    self._due[recorder] = loop.time() + EVERY_S
                    try:
                        await self.ask(recorder)
                    except FabricError as error:
                        _LOGGER.info("recorder %s does not witness the centre's log: %s", recorder, error)

    async def ask(self, recorder: UUID) -> bool:
        """Have one recorder cosign the newest head; whether it did, or had. Raises FabricError."""
        given = await self._asked(recorder, None)
        if given is not None and not given[1].line and given[1].size:
            # It remembers another size than the file here, which may be gone or older.
            given = await self._asked(recorder, given[1].size)
        if given is None:
            return True
        if given[1].line:
            return bool(await self._do(self._keep, recorder, *given))
        _LOGGER.warning("recorder %s does not cosign the centre's log: %s", recorder, given[1].en)
        return False

    async def _asked(self, recorder: UUID, size: int | None) -> tuple[CentreHead, CentreHeadCosigned] | None:
        offered = await self._do(self._offer, recorder, size)
        if offered is None:
            return None
        return offered, await self._client.ask(str(recorder), subjects.WITNESS, offered, CentreHeadCosigned)

    def _offer(self, recorder: UUID, size: int | None) -> CentreHead | None:
        """What is asked of a recorder that cosigned ``size``, or what the file here says; None: nothing is new."""
        log = log_of(self._data)
        if log is None:
            return None
        head = log.head
        if size is None:
            known = self._kept(recorder)
            latest = known.latest(checkpoints.claimed(head.note).origin) if known else None
            size = latest.checkpoint.size if latest else 0
            if size >= head.size:
                return None
        proof = log.reader().consistency_proof(size, head.size) if 0 < size < head.size else []
        return CentreHead(Request(size, tuple(proof), head.note).body().decode(), self._verifier(head.note).vkey)

    def _keep(self, recorder: UUID, offered: CentreHead, given: CentreHeadCosigned) -> bool:
        """Store a cosignature that holds, under the key that this recorder first showed."""
        head = offered.request.partition("\n\n")[2].encode()
        try:
            witness = note.parse_vkey(given.key, fast_check)
            log = self._verifier(head)
            signed = checkpoints.read(head + given.line.encode(), [log, witness])
            time_s, known = signed.witnessed_s(), self._kept(recorder)
            if witness.algorithm != note.WITNESS_KEY or time_s is None:
                raise LedgerError("The answer is no cosignature.")
            if known is not None and witness.vkey not in {key.vkey for key in known.verifiers}:
                raise LedgerError("It answers with another key than before.")
        except LedgerError as error:
            _LOGGER.warning("recorder %s: %s", recorder, error)
            return False
        view = WitnessView((witness, log), (Cosigned(signed.checkpoint, time_s, signed.note),), 0)
        files = Files()
        files.make_folder(self._path(recorder).parent)
        files.replace(self._path(recorder), view.file())
        return True

    def _verifier(self, head: bytes) -> Verifier:
        """The centre's key under the name of the log's generation."""
        signer = keys.load_journal(self._data / "keys")
        name = checkpoints.key_name(checkpoints.claimed(head).origin)
        return Verifier(name, note.LOG_KEY, signer.public, fast_check)

    def _kept(self, recorder: UUID) -> WitnessView | None:
        return _read(self._path(recorder))

    def _path(self, recorder: UUID) -> Path:
        return self._data / FOLDER / WITNESSED / f"{recorder}.witness"


def views(data: Path) -> list[WitnessView]:
    """What recorders have cosigned, as far as it is here."""
    found = [_read(path) for path in sorted((data / FOLDER / WITNESSED).glob("*.witness"))]
    return [view for view in found if view is not None]


def _read(path: Path) -> WitnessView | None:
    try:
        return read_witness_file(path.read_bytes(), fast_check)
    except (OSError, LedgerError):
        return None
