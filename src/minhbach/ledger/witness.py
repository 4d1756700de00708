"""A witness: one who remembers the last tree head of each log and never cosigns two histories (C2SP tlog-witness).

Owns the decision, the order sign → save durably → answer, and the witness file, which is both the witness' memory and
what `check --witness` reads. Promises that of one log it never cosigns two roots of one size nor a smaller tree after a
larger one, also across kill -9 between any two steps. The caller's `save` does the I/O and must be durable when it
returns; HTTP is left to the caller too (each refusal names its status). One `Witness` per file: lock the file.

    WitnessError
    ├── BrokenWitnessFile     the file is damaged before its end, or contradicts itself
    ├── TornWitnessFile       the last record was cut off; cut the file there first
    ├── WitnessStopped        an earlier save failed, so what is stored is unknown; read the file again
    └── Refusal
        ├── MalformedRequest 400   Shrunk 400   NotSignedByLog 403   YearNotBegun 403   UnknownLog 404
        └── Conflict 409   Forked 409   BadProof 422   ClockBehind 503
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import ClassVar, NamedTuple

from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import ed25519, note, tree
from minhbach.ledger.checkpoint import Checkpoint, CheckpointError, Signed
from minhbach.ledger.errors import LedgerError

LONGEST_PROOF = 63
FILE_HEADER = b"minhbach-witness/v1\n"

_LONGEST_REQUEST_BYTES = note.LONGEST_NOTE_BYTES + 4096
_OLD_SIZE = re.compile(rb"old (0|[1-9][0-9]{0,18})")
_RECORD = re.compile(rb"cosigned ([1-9][0-9]{0,5})")
_VIETNAM = timedelta(hours=7)  # no summer time; the year of a log is the year there


class WitnessError(LedgerError):
    """Anything a witness cannot or will not do."""


class BrokenWitnessFile(WitnessError):
    """The file is damaged before its end, or records what no honest witness does."""


class TornWitnessFile(WitnessError):
    """The last record is incomplete; `good_bytes` is where the file must be cut before anything is appended."""

    def __init__(self, good_bytes: int) -> None:
        super().__init__(f"The witness file is torn and must first be cut to {good_bytes} bytes.")
        self.good_bytes = good_bytes


class WitnessStopped(WitnessError):
    """A save failed. It may have been stored all the same, so nothing may be cosigned before the file is read again."""


class Refusal(WitnessError):
    """A checkpoint that is not cosigned. `status` is the HTTP status, `sentence` the reason (vi, en).

    `evidence` is the note when the log itself has signed something it must not: keep it and raise an alarm.
    """

    status: ClassVar[int]
    sentence: ClassVar[tuple[str, str]]

    def __init__(self, evidence: bytes | None = None) -> None:
        super().__init__(self.sentence[1])
        self.evidence = evidence


class MalformedRequest(Refusal):
    status = 400
    sentence = ("Yêu cầu đồng ký không đúng định dạng.", "The request for a cosignature is malformed.")


class Shrunk(Refusal):
    status = 400
    sentence = (
        "Nhật ký gửi lên ngắn hơn độ dài mà chính yêu cầu nêu ra.",
        "The log offered is shorter than the size that the request starts from.",
    )


class NotSignedByLog(Refusal):
    status = 403
    sentence = (
        "Điểm kiểm tra không có chữ ký hợp lệ của nhật ký này.",
        "The checkpoint carries no valid signature of this log.",
    )


class YearNotBegun(Refusal):
    status = 403
    sentence = (
        "Nhật ký mang năm chưa đến theo đồng hồ của bên làm chứng.",
        "The log bears a year that has not begun by the witness' clock.",
    )


class UnknownLog(Refusal):
    status = 404
    sentence = ("Bên làm chứng không biết nhật ký này.", "The witness does not know this log.")


class Conflict(Refusal):
    """The request starts from another size than `size`, the one last cosigned."""

    status = 409
    sentence = (
        "Yêu cầu không bắt đầu từ độ dài đã được đồng ký gần nhất.",
        "The request does not start from the size that was last cosigned.",
    )

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size


class Forked(Refusal):
    status = 409
    sentence = (
        "Nhật ký đã ký hai nội dung khác nhau cho cùng một độ dài.",
        "The log has signed two different contents of the same size.",
    )


class BadProof(Refusal):
    status = 422
    sentence = (
        "Không chứng minh được nhật ký mới nối tiếp nhật ký đã được đồng ký.",
        "It is not proven that the log continues what was cosigned before.",
    )


class ClockBehind(Refusal):
    status = 503
    sentence = (
        "Đồng hồ của bên làm chứng chạy lùi so với lần đồng ký trước.",
        "The witness' clock is behind the time of its last cosignature.",
    )


@dataclass(frozen=True, slots=True)
class Request:
    """The body of `add-checkpoint`: the size last cosigned, the proof from there, the signed checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes

    def body(self) -> bytes:
        lines = [f"old {self.old_size}", *(b64encode(step).decode() for step in self.proof), "", ""]
        return "\n".join(lines).encode() + self.note


def parse_request(body: bytes) -> Request:
    """The request out of an HTTP body. Raises MalformedRequest."""
    head, blank, signed = body.partition(b"\n\n")
    first, *steps = head.split(b"\n")
    size = _OLD_SIZE.fullmatch(first)
    if not blank or not size or len(steps) > LONGEST_PROOF or len(body) > _LONGEST_REQUEST_BYTES:
        raise MalformedRequest
    return Request(int(size[1]), tuple(map(_proof_step, steps)), signed)


def judge(latest: Checkpoint | None, old_size: int, proof: Sequence[bytes], signed: Signed) -> None:
    """Return when a witness that last cosigned `latest` of this log may cosign `signed`; raise a Refusal otherwise.

    Pure: a caller with a database runs it inside the transaction that holds the log's row.
    """
    new = signed.checkpoint
    known_size, known_root = (latest.size, latest.root) if latest else (0, tree.EMPTY_ROOT)
    if latest and latest.origin != new.origin:
        raise UnknownLog
    if new.size == known_size and new.root != known_root:
        raise Forked(signed.note)
    if old_size > new.size:
        raise Shrunk
    if old_size != known_size:
        raise Conflict(known_size)
    try:
        tree.verify_consistency(known_size, known_root, new.size, new.root, proof)
    except tree.ProofError:
        raise BadProof(signed.note) from None


class Cosigned(NamedTuple):
    """One record of a witness file: the checkpoint, the Unix time of the cosignature, and the note with both."""

    checkpoint: Checkpoint
    time_s: int
    note: bytes

    def record(self) -> bytes:
        """As it stands in the file."""
        return b"cosigned %d\n" % len(self.note) + self.note


@dataclass(frozen=True, slots=True)
class WitnessView:
    """What a witness file says, every signature verified: its keys, and what was cosigned in order.

    `good_bytes` is less than the file's length when its last record is torn; such a record was never answered.
    """

    verifiers: tuple[note.Verifier, ...]
    cosigned: tuple[Cosigned, ...]
    good_bytes: int

    def latest(self, origin: str) -> Cosigned | None:
        """The last record of a log: the state of the witness."""
        return next((record for record in reversed(self.cosigned) if record.checkpoint.origin == origin), None)

    def summary(self, before: "WitnessView | None" = None) -> "WitnessView":
        """The same with only the newest record of each log, oldest first; ``before``: what this one goes on from."""
        newest: dict[str, Cosigned] = {}
        for record in (*(before.cosigned if before else ()), *self.cosigned):
            newest.pop(record.checkpoint.origin, None)
            newest[record.checkpoint.origin] = record
        return WitnessView(self.verifiers, tuple(newest.values()), self.good_bytes)

    def file(self) -> bytes:
        """A witness file of these keys and records."""
        keys = b"".join(b"key %s\n" % key.vkey.encode() for key in self.verifiers)
        return FILE_HEADER + keys + b"".join(record.record() for record in self.cosigned)


def read_witness_file(
    data: bytes, check: note.Check = ed25519.verify, before: WitnessView | None = None
) -> WitnessView:
    """The witness file's contents. Trust in its keys comes from whoever hands over the file.

    Whoever has read the file up to `before.good_bytes` gives only what follows as `data`, and gets only the records of
    that; `before` must hold the newest record of each log (`WitnessView.summary`).

    Raises BrokenWitnessFile when a record before the last is damaged, a signature does not hold, or the records are not
    one line of growing trees and times.
    """
    if before is None:
        if len(data) < len(FILE_HEADER) and FILE_HEADER.startswith(data):
            return WitnessView((), (), 0)
        if not data.startswith(FILE_HEADER):
            raise BrokenWitnessFile("The file is no witness file of version 1.")
    keys = {key.vkey: key for key in before.verifiers} if before else {}
    cosigned: list[Cosigned] = []
    heads = {record.checkpoint.origin: record for record in before.cosigned} if before else {}
    begin = before.good_bytes if before else 0
    position = 0 if before else len(FILE_HEADER)
    while position < len(data):
        try:
            end = _read_record(data, position, keys, cosigned, heads, check)
        except LedgerError as problem:
            if _is_torn(data, position):
                break
            raise BrokenWitnessFile(f"The witness file is damaged at byte {begin + position}: {problem}") from problem
        position = end
    return WitnessView(tuple(keys.values()), tuple(cosigned), begin + position)


class Witness:
    """Cosigns checkpoints of the logs it trusts and remembers them through `save`.

    `past` is the file as it stands, or what follows of it behind `before` (see `read_witness_file`); `save(record)`
    appends to it and returns only when that is durable. Raises TornWitnessFile or BrokenWitnessFile. Safe to call from
    several threads; not from several processes.
    """

    def __init__(
        self,
        signer: note.Signer,
        logs: Iterable[note.Verifier],
        past: bytes,
        save: Callable[[bytes], None],
        check: note.Check = ed25519.verify,
        before: WitnessView | None = None,
    ) -> None:
        view = read_witness_file(past, check, before)
        if view.good_bytes != len(past) + (before.good_bytes if before else 0):
            raise TornWitnessFile(view.good_bytes)
        heads = view.summary(before).cosigned
        self._signer = signer
        self._save = save
        self._logs: list[note.Verifier] = []
        self._heads = {record.checkpoint.origin: record.checkpoint for record in heads}
        self._last_s = max((record.time_s for record in heads), default=0)
        self._written = {verifier.vkey for verifier in view.verifiers}
        self._unwritten = b"" if past or before else FILE_HEADER
        self._stopped = False
        self._lock = Lock()
        self._introduce(signer.verifier)
        for log in logs:
            self.trust(log)

    def trust(self, log: note.Verifier) -> None:
        """Accept checkpoints under one more log key; the key is recorded with the next cosignature."""
        with self._lock:
            self._logs.append(log)
            self._introduce(log)

    def latest(self, origin: str) -> Checkpoint | None:
        """The tree head last cosigned for a log."""
        return self._heads.get(origin)

    def add_checkpoint(self, old_size: int, proof: Sequence[bytes], note_bytes: bytes, now_s: int) -> bytes:
        """The cosignature line for a checkpoint, durable in the witness file before it is returned.

        `now_s` is Unix time by the witness' own clock. Raises a Refusal, or WitnessStopped.
        """
        with self._lock:
            if self._stopped:
                raise WitnessStopped("The witness has stopped because a save failed; its file must be read again.")
            signed = self._signed(note_bytes)
            head = signed.checkpoint
            judge(self._heads.get(head.origin), old_size, proof, signed)
            self._demand_time(head, now_s)
            line = checkpoints.cosign(head, self._signer, now_s)
            self._store(_record(signed, line))
            self._heads[head.origin] = head
            self._last_s = now_s
            return line

    def _signed(self, note_bytes: bytes) -> Signed:
        try:
            name = checkpoints.key_name(checkpoints.claimed(note_bytes).origin)
        except (note.NoteError, CheckpointError):
            raise MalformedRequest from None
        verifiers = [log for log in self._logs if log.name == name and log.algorithm == note.LOG_KEY]
        if not verifiers:
            raise UnknownLog
        try:
            return checkpoints.read(note_bytes, verifiers)
        except note.NoteError:
            raise NotSignedByLog from None

    def _demand_time(self, head: Checkpoint, now_s: int) -> None:
        if now_s < self._last_s:
            raise ClockBehind
        _, year = checkpoints.split_origin(head.origin)
        if year > (datetime.fromtimestamp(now_s, UTC) + _VIETNAM).year:
            raise YearNotBegun

    def _store(self, record: bytes) -> None:
        try:
            self._save(self._unwritten + record)
        except BaseException as error:
            self._stopped = True
            raise WitnessStopped("A save failed, so what the witness file holds is unknown.") from error
        self._unwritten = b""

    def _introduce(self, verifier: note.Verifier) -> None:
        if verifier.vkey not in self._written:
            self._written.add(verifier.vkey)
            self._unwritten += f"key {verifier.vkey}\n".encode()


def _proof_step(line: bytes) -> bytes:
    try:
        step = b64decode(line, validate=True)
    except ValueError:
        raise MalformedRequest from None
    if len(step) != tree.HASH_BYTES or b64encode(step) != line:
        raise MalformedRequest
    return step


def _record(signed: Signed, line: bytes) -> bytes:
    """The record of one cosignature. Lines of strangers that came with the note are left out."""
    whole = note.with_lines(signed.checkpoint.text(), signed.log_signatures) + line
    return b"cosigned %d\n" % len(whole) + whole


def _read_record(
    data: bytes,
    start: int,
    keys: dict[str, note.Verifier],
    cosigned: list[Cosigned],
    heads: dict[str, Cosigned],
    check: note.Check,
) -> int:
    """Take in the record at `start` and return where the next one begins."""
    end = data.find(b"\n", start)
    if end < 0:
        raise BrokenWitnessFile("the line has no end.")
    line = data[start:end]
    if line.startswith(b"key "):
        verifier = note.parse_vkey(line[4:].decode(errors="replace"), check)
        keys[verifier.vkey] = verifier
        return end + 1
    length = _RECORD.fullmatch(line)
    if not length:
        raise BrokenWitnessFile("the line opens no record.")
    after = end + 1 + int(length[1])
    if after > len(data):
        raise BrokenWitnessFile("the record is longer than the file.")
    record = _cosigned(data[end + 1 : after], keys.values())
    _demand_one_line(heads.get(record.checkpoint.origin), record)
    heads[record.checkpoint.origin] = record
    cosigned.append(record)
    return after


def _cosigned(whole: bytes, verifiers: Iterable[note.Verifier]) -> Cosigned:
    signed = checkpoints.read(whole, verifiers)
    time_s = signed.witnessed_s()
    if time_s is None:
        raise BrokenWitnessFile("no known witness has cosigned the record.")
    return Cosigned(signed.checkpoint, time_s, whole)


def _demand_one_line(before: Cosigned | None, record: Cosigned) -> None:
    if before is None:
        return
    old, new = before.checkpoint, record.checkpoint
    if new.size < old.size or record.time_s < before.time_s or (new.size == old.size and new.root != old.root):
        raise BrokenWitnessFile(f"{new.origin} does not go on from the record before.")


def _is_torn(data: bytes, start: int) -> bool:
    """Whether the record at `start` is the end of an append that never finished.

    It must be the last one, and either run past the end of the file or hold blocks that were never written (zeros).
    Anything else is damage: to forget a record that was whole would let the witness cosign a second history.
    """
    rest = data[start:]
    if b"cosigned " in rest[1:]:
        return False
    line, newline, body = rest.partition(b"\n")
    length = _RECORD.fullmatch(line)
    return b"\0" in rest or not newline or (length is not None and len(body) < int(length[1]))
