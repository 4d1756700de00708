"""Signed tree heads (C2SP tlog-checkpoint): the one line of a log's history that a signature holds.

Owns the three lines, the rule which key may sign which origin, and what counts as witnessed. Promises that a
`Signed` value was signed by a key of this very log; cosignatures on it are only those of known witnesses. Whether two
checkpoints belong to one history is `tree`'s to prove.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from minhbach.ledger import note, tree
from minhbach.ledger.errors import LedgerError

LARGEST_SIZE = (1 << 63) - 1

_LOGS = "minhbach.vn/log"
_ORIGIN = re.compile(r"([^\s+\x00-\x1f]+)/([0-9]{4})")
_RECORDER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class CheckpointError(LedgerError):
    """The text of a note is no checkpoint, or not one this key may sign."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The first `size` entries of the log `origin` have this root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.size <= LARGEST_SIZE or len(self.root) != tree.HASH_BYTES:
            raise CheckpointError("A checkpoint has a size below 2^63 and a root of 32 bytes.")
        if not _ORIGIN.fullmatch(self.origin):
            raise CheckpointError("The origin of a checkpoint is a key's name, a slash and a year.")

    def text(self) -> str:
        """Three lines: origin, decimal size, base64 root."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint its log has signed: the log's own signatures (at least one), and those of known witnesses."""

    checkpoint: Checkpoint
    log_signatures: tuple[note.Signature, ...]
    cosignatures: tuple[note.Signature, ...]
    note: bytes

    def witnessed_s(self) -> int | None:
        """Unix time of the earliest known witness' cosignature, None when there is none."""
        return min((line.time_s for line in self.cosignatures if line.time_s is not None), default=None)


def log_origin(recorder: str, year: int, generation: int = 1) -> str:
    """Origin of a recorder's log of one year, for the keys of `log_key_name(recorder, generation)`."""
    origin = f"{log_key_name(recorder, generation)}/{year:04d}"
    split_origin(origin)
    return origin


def log_key_name(recorder: str, generation: int = 1) -> str:
    """Name of the keys that sign a recorder's logs of all years. `recorder` is a UUID in lower case.

    After the loss of a key or a log the generation grows, so that a stolen key can never sign what follows.
    """
    if not _RECORDER.fullmatch(recorder) or generation < 1:
        raise CheckpointError("A recorder is named by a UUID in lower case and a generation from 1.")
    return f"{_LOGS}/{recorder}" + (f"/{generation}" if generation > 1 else "")


def key_name(origin: str) -> str:
    """Name that a key must have to sign this origin: all of it but the last part, the year."""
    return split_origin(origin)[0]


def split_origin(origin: str) -> tuple[str, int]:
    """(key name, year) of an origin. Raises CheckpointError when it has another form."""
    match = _ORIGIN.fullmatch(origin)
    if not match:
        raise CheckpointError("The origin of a checkpoint is a key's name, a slash and a year.")
    return match[1], int(match[2])


def parse(text: str) -> Checkpoint:
    """A checkpoint out of a note's text; refuses extension lines and any second spelling of the same value."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise CheckpointError("A checkpoint is exactly three lines.")
    origin, size, encoded = lines[:3]
    if not _SIZE.fullmatch(size):
        raise CheckpointError("The size of a checkpoint is a decimal number without leading zeros.")
    try:
        root = b64decode(encoded, validate=True)
    except ValueError:
        raise CheckpointError("The root of a checkpoint is not base64.") from None
    checkpoint = Checkpoint(origin, int(size), root)
    if checkpoint.text() != text:
        raise CheckpointError("The root of a checkpoint is not spelled as base64 is.")
    return checkpoint


def sign(checkpoint: Checkpoint, *signers: note.Signer) -> bytes:
    """The checkpoint as a note under its log's key (or both keys, when the key changes with this checkpoint)."""
    if any(signer.name != key_name(checkpoint.origin) for signer in signers):
        raise CheckpointError("A log's checkpoint is signed by keys of that log only.")
    return note.sign(checkpoint.text(), *signers)


def claimed(note_bytes: bytes) -> Checkpoint:
    """The checkpoint a note claims, nothing verified: to look up whose keys to read it with."""
    return parse(note.split(note_bytes)[0])


def read(note_bytes: bytes, verifiers: Iterable[note.Verifier]) -> Signed:
    """A checkpoint signed by its own log, with the cosignatures of known witnesses.

    Only keys with the name that the origin demands count as the log's. Raises NoteError, UntrustedNote or
    CheckpointError.
    """
    opened = note.open(note_bytes, verifiers)
    checkpoint = parse(opened.text)
    name = key_name(checkpoint.origin)
    own = tuple(line for line in opened.signatures if line.algorithm == note.LOG_KEY and line.name == name)
    if not own:
        raise note.UntrustedNote("No known key of this log has signed the checkpoint.")
    seen = tuple(line for line in opened.signatures if line.algorithm == note.WITNESS_KEY)
    return Signed(checkpoint, own, seen, note_bytes)


def cosign(checkpoint: Checkpoint, signer: note.Signer, time_s: int) -> bytes:
    """A witness' cosignature line, to be appended to its note; whether it may be made, `witness` decides."""
    return note.cosign(checkpoint.text(), signer, time_s)
