"""``minhbach witness``: a second office's memory of a recorder's logs.

Owns the witness that reads an archive's files: it looks every ``LOOK_EVERY_S`` whether each log still continues what it
has cosigned, and cosigns what is new every ``COSIGN_EVERY_S``, at its first look and at its last (the record of a
cosignature is kept for ever, hence not at every look). Promises that a log which was forked or shrunk is never
cosigned, is said loudly, kept as a file and turns the exit status into 1. A log never seen before is trusted by the key
that it names itself (*trust on first use*), and this is said with the key. Leaves the decision to ``ledger.witness``,
its file to ``witness_file``, and a witness that asks over a network to the centre.
"""

from __future__ import annotations

import argparse
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from minhbach.edge.check.inspection import fast_check
from minhbach.edge.check.place import CannotRead, LogFolder, look
from minhbach.edge.config import ConfigError
from minhbach.edge.recorder.witness_file import WitnessFile, load_key
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import note, tree
from minhbach.ledger.entry import Entry, decode
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.tiles import LogReader
from minhbach.ledger.witness import BadProof, Forked, NotSignedByLog, Refusal, Shrunk, WitnessStopped, judge

LOOK_EVERY_S = 5.0
COSIGN_EVERY_S = 30.0
_ROTATION = b'"kind":"key_rotated"'
_GRAVE = (Forked, Shrunk, BadProof, NotSignedByLog)

Say = Callable[[str], None]


def command(args: argparse.Namespace) -> int:
    """The ``witness`` command: 0 ended as asked, 1 a log is refused, 2 cannot run."""
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    try:
        with WitnessFile(args.file) as file:
            return Office(args.archive.absolute(), file, load_key(args.key), say).run(stop, args.seconds)
    except (ConfigError, CannotRead) as problem:
        say(f"{problem.vi}\n{problem.en}")
    except (LedgerError, OSError) as problem:
        say(f"Bên làm chứng không làm việc được: {problem}\nThe witness cannot work: {problem}")
    return 2


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    print(text, flush=True)


@dataclass(slots=True)
class _Known:
    """One log beside its tree head: when it was last cosigned (monotonic), how far new keys were looked for in it, and
    what is held against it now.
    """

    cosigned_s: float = float("-inf")
    searched: int = 0
    complaint: str = ""


class Office:
    """A witness at work over one archive. ``refused``: some log has shown a second history."""

    def __init__(self, archive: Path, file: WitnessFile, signer: note.Signer, tell: Say) -> None:
        self.refused = False
        self._archive = archive
        self._file = file
        self._say = tell
        self._witness, view = file.open(signer)
        self._keys = [key for key in view.verifiers if key.algorithm == note.LOG_KEY]
        self._known = {each.checkpoint.origin: _Known() for each in view.cosigned}
        tell(f"witness {signer.verifier.vkey}")

    def run(self, stop: threading.Event, seconds: float | None) -> int:
        """Look until stopped, twice at least; returns the exit status."""
        end_s = float("inf") if seconds is None else time.monotonic() + seconds
        self.look(time.monotonic(), time.time())
        if not self._known:
            self._say(f"Đang chờ nhật ký trong {self._archive}. / Waiting for a log in {self._archive}.")
        while not stop.wait(min(LOOK_EVERY_S, max(0.0, end_s - time.monotonic()))) and time.monotonic() < end_s:
            self.look(time.monotonic(), time.time())
        self.look(time.monotonic(), time.time(), last=True)
        if not self._known:
            self._say(f"Không có nhật ký nào trong {self._archive}. / There is no log in {self._archive}.")
            return 2
        return 1 if self.refused or any(each.complaint for each in self._known.values()) else 0

    def look(self, now_s: float, wall_s: float, *, last: bool = False) -> None:
        """One look at every log. ``now_s`` is monotonic, ``wall_s`` Unix time; ``last``: cosign whatever is new."""
        logs = self._logs()
        for origin in [*self._known, *(each for each in logs if each not in self._known)]:
            known = self._known.setdefault(origin, _Known())
            due = last or now_s - known.cosigned_s >= COSIGN_EVERY_S
            log = logs.get(origin)
            if log is None:
                self.refused = True
                self._complain(origin, "nhật ký đã ký không còn ở đây.", "the log that was cosigned is gone.")
                continue
            try:
                self._look_at(log, wall_s if due else None)
                if due:
                    known.cosigned_s = now_s
                known.complaint = ""
            except WitnessStopped:
                raise
            except Refusal as refusal:
                self._refuse(origin, refusal)
            except (LedgerError, OSError) as problem:
                self._complain(origin, "không đọc được nhật ký.", f"the log cannot be read: {problem}")

    def _logs(self) -> dict[str, LogFolder]:
        try:
            return {log.origin: log for log in look(self._archive).logs if log.origin}
        except CannotRead:
            return {}

    def _look_at(self, log: LogFolder, cosign_s: float | None) -> None:
        """Judge one log; cosign it if it has grown and ``cosign_s`` (Unix time) is given."""
        origin = log.origin
        latest = self._witness.latest(origin)
        reader, signed_note = log.reader(), log.checkpoint or b""
        if not any(key.name == checkpoints.key_name(origin) for key in self._keys):
            self._trust_first(reader, checkpoints.claimed(signed_note))
        signed = self._signed(signed_note, reader, latest)
        old_size = latest.size if latest else 0
        size = signed.checkpoint.size
        proof = reader.consistency_proof(old_size, size) if 0 < old_size < size else []
        judge(latest, old_size, proof, signed)
        if cosign_s is not None and signed.checkpoint != latest:
            self._witness.add_checkpoint(old_size, proof, signed_note, int(cosign_s))

    def _signed(
        self, signed_note: bytes, reader: LogReader, latest: checkpoints.Checkpoint | None
    ) -> checkpoints.Signed:
        try:
            return checkpoints.read(signed_note, self._keys)
        except note.UntrustedNote:
            if latest is None or not self._follow_rotations(reader, latest):
                raise NotSignedByLog(signed_note) from None
        try:
            return checkpoints.read(signed_note, self._keys)
        except note.UntrustedNote:
            raise NotSignedByLog(signed_note) from None

    def _trust_first(self, reader: LogReader, head: checkpoints.Checkpoint) -> None:
        """Believe the key in ``log_opened``, and say so: nothing here could know it to be the recorder's."""
        opened = _proven(reader, 0, head)
        if opened["kind"] != "log_opened" or opened["origin"] != head.origin:
            raise LedgerError("The log does not begin with its own opening entry.")
        self._trust(opened["key"])
        self._say(
            f"Lần đầu gặp nhật ký {head.origin}; tin khóa do chính nhật ký nêu, hãy đối chiếu với đầu ghi:\n"
            f"First sight of this log; the key it names itself is trusted, compare it with the recorder's:\n"
            f"log {opened['key']}"
        )
        if opened["reason"] in ("key_lost", "log_damaged"):
            self._tell_loss(opened)

    def _tell_loss(self, opened: Entry) -> None:
        previous = opened["previous"] or {"origin": "", "size": 0}
        earlier = [self._witness.latest(origin) for origin in self._known]
        lost = [each for each in earlier if each and each.origin == previous["origin"] and each.size > previous["size"]]
        self._say(f"Đầu ghi báo mất khóa hoặc nhật ký. / The recorder reports a loss: {opened['reason']}.")
        for head in lost:
            self.refused = True
            self._say(
                f"!! ĐÃ KÝ {head.size} mục của {head.origin}, nhật ký mới chỉ nhận {previous['size']}.\n"
                f"!! COSIGNED {head.size} entries, the new log acknowledges only {previous['size']}."
            )

    def _follow_rotations(self, reader: LogReader, head: checkpoints.Checkpoint) -> bool:
        """A new key that the cosigned log names under its old one is the log's key; whether there was one."""
        if reader.size < head.size:
            return False
        known = self._known[head.origin]
        found = False
        for index, data in enumerate(reader.entries(known.searched, head.size), known.searched):
            if _ROTATION in data:
                entry = _proven(reader, index, head)
                if entry["kind"] == "key_rotated" and all(entry["key"] != key.vkey for key in self._keys):
                    self._trust(entry["key"])
                    self._say(f"Nhật ký đổi khóa / the log has a new key:\nlog {entry['key']}")
                    found = True
        known.searched = head.size
        return found

    def _trust(self, vkey: str) -> None:
        key = note.parse_vkey(vkey, fast_check)
        self._keys.append(key)
        self._witness.trust(key)

    def _refuse(self, origin: str, refusal: Refusal) -> None:
        self.refused = self.refused or isinstance(refusal, _GRAVE)
        kept = self._file.keep(refusal.evidence) if refusal.evidence else None
        where = f" [{kept}]" if kept else ""
        self._complain(origin, refusal.sentence[0] + where, refusal.sentence[1])

    def _complain(self, origin: str, vi: str, en: str) -> None:
        """Once for as long as the same is wrong."""
        text = f"!! KHÔNG KÝ {origin}: {vi}\n!! NOT COSIGNED: {en}"
        known = self._known.setdefault(origin, _Known())
        if known.complaint != text:
            known.complaint = text
            self._say(text)


def _proven(reader: LogReader, index: int, head: checkpoints.Checkpoint) -> Entry:
    """An entry that the checkpoint includes. Raises LedgerError."""
    data = reader.entry(index)
    proof = reader.inclusion_proof(index, head.size)
    tree.verify_inclusion(tree.leaf_hash(data), index, head.size, proof, head.root)
    return decode(data)
