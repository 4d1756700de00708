"""This recorder as a witness of the centre's own log: it stands elsewhere, under other hands.

Owns a key and a witness file of its own (``private/witness.key``, ``centre.witness``; FORMAT.md section 4.4), which
``minhbach check --centre --witness`` reads. The key of the first log that the centre shows is believed, and no other
afterwards, whatever name it bears. Promises what every witness does: never two histories of one log. Leaves the
decision to ``ledger.witness``. For one thread at a time.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from minhbach.durable import Files
from minhbach.edge.archive import keys
from minhbach.ledger import note
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.witness import Conflict, Refusal, UnknownLog, Witness, parse_request, read_witness_file
from minhbach.protocol.messages import CentreHead, CentreHeadCosigned

FILE = "centre.witness"
KEY = "witness.key"
_NAMES = "minhbach.vn/witness"


class CentreLog:
    """The witness of the centre that enrolled this recorder. ``archive``: where the recorder keeps everything;
    ``check``: a fast library's Ed25519.
    """

    def __init__(self, archive: Path, files: Files, check: note.Check) -> None:
        self._check = check
        self._path = archive / FILE
        self._key = archive / "private" / KEY
        self._files = files
        self._witness: Witness | None = None
        self._public: bytes | None = None
        self._vkey = ""
        self._names: set[str] = set()

    def cosign(self, offered: CentreHead, now_s: int) -> CentreHeadCosigned:
        """The cosignature, or why there is none. Raises OSError, KeyUnreadable."""
        try:
            witness = self._witness or self._open()
            self._trust(witness, offered.key)
            request = parse_request(offered.request.encode())
            line = witness.add_checkpoint(request.old_size, request.proof, request.note, now_s)
        except Conflict as conflict:
            return CentreHeadCosigned(self._vkey, "", conflict.size, *conflict.sentence)
        except Refusal as refusal:
            return CentreHeadCosigned(self._vkey, "", 0, *refusal.sentence)
        except LedgerError as error:
            self._witness = None  # only a reading of the file can say what it holds
            return CentreHeadCosigned(self._vkey, "", 0, f"Bên làm chứng không làm việc được: {error}", str(error))
        return CentreHeadCosigned(self._vkey, line.decode(), 0, "", "")

    def _open(self) -> Witness:
        found = keys.load_or_create(self._files, self._key, _NAMES, note.WITNESS_KEY)
        signer = replace(found, name=f"{_NAMES}/{hashlib.sha256(found.public).hexdigest()[:12]}")
        if not self._path.exists():
            self._files.create(self._path).close()
            self._files.sync_folder(self._path.parent)
        past = self._path.read_bytes()
        view = read_witness_file(past, self._check)
        if view.good_bytes < len(past):
            self._files.truncate(self._path, view.good_bytes)
        logs = [key for key in view.verifiers if key.algorithm == note.LOG_KEY]
        self._public = logs[0].public if logs else None
        self._names = {key.name for key in logs}
        self._vkey = signer.verifier.vkey
        self._witness = Witness(signer, logs, past[: view.good_bytes], self._append, self._check)
        return self._witness

    def _trust(self, witness: Witness, vkey: str) -> None:
        key = note.parse_vkey(vkey, self._check)
        if key.algorithm != note.LOG_KEY or (self._public is not None and key.public != self._public):
            raise UnknownLog
        self._public = key.public
        if key.name not in self._names:
            witness.trust(key)
            self._names.add(key.name)

    def _append(self, record: bytes) -> None:
        file = self._files.append(self._path)
        try:
            file.write([record])
            file.sync()
        finally:
            file.close()
