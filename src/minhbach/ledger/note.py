"""Signed notes and verifier keys (C2SP signed-note): text that says who signed it.

Owns the framing, the key ids and the two kinds of signature this product knows: a log's own Ed25519 (type 1) and a
witness' timestamped cosignature (type 4). Promises that the text is handed out only after a known key's signature over
exactly these bytes was verified. What the text means is `checkpoint`'s.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from minhbach.ledger import cosignature, ed25519
from minhbach.ledger.errors import LedgerError

LOG_KEY = 0x01
WITNESS_KEY = 0x04

LONGEST_NOTE_BYTES = 64 * 1024
MOST_SIGNATURES = 64

_DASH = "— "
_KEY_ID_BYTES = 4

Check = Callable[[bytes, bytes, bytes], bool]
"""(public key, message, signature) → whether the Ed25519 equation holds; `ed25519.verify` or a faster library."""


class NoteError(LedgerError):
    """The bytes are no signed note, or the text is no verifier key."""


class UntrustedNote(NoteError):
    """A note that no known key has signed, or that carries a wrong signature under a known key."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with the name and purpose it is trusted for.

    `algorithm` is LOG_KEY or WITNESS_KEY; `check` may be any Ed25519 library: strictness is added here.
    """

    name: str
    algorithm: int
    public: bytes
    check: Check = field(default=ed25519.verify, repr=False, compare=False)

    def __post_init__(self) -> None:
        _demand_name(self.name)
        if self.algorithm not in (LOG_KEY, WITNESS_KEY) or len(self.public) != ed25519.PUBLIC_BYTES:
            raise NoteError(f"The key {self.name} is neither a log's nor a witness' Ed25519 key.")

    @property
    def key_id(self) -> int:
        return key_id(self.name, self.algorithm, self.public)

    @property
    def vkey(self) -> str:
        """The key as one line of text: name+id+base64(algorithm || public key)."""
        return f"{self.name}+{self.key_id:08x}+{_encode(bytes((self.algorithm,)) + self.public)}"

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Whether `signature` (a signature line's bytes behind the key id) is this key's over the note's text."""
        if self.algorithm == LOG_KEY:
            return self._holds(text, signature)
        parts = cosignature.unpack(signature)
        return parts is not None and self._holds(cosignature.message(text, parts[0]), parts[1])

    def _holds(self, message: bytes, signature: bytes) -> bool:
        return ed25519.well_formed(self.public, signature) and self.check(self.public, message, signature)


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key behind a function: `sign(message)` returns the 64 bytes of RFC 8032. One key, one purpose."""

    name: str
    public: bytes
    sign: Callable[[bytes], bytes] = field(repr=False)
    algorithm: int = LOG_KEY

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.algorithm, self.public)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line that a known key has truly made. `time_s` is a witness' Unix time, None for a log's own."""

    name: str
    key_id: int
    algorithm: int
    value: bytes
    time_s: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """The text of a note and the verified signatures in the order of their lines, those of unknown keys left out."""

    text: str
    signatures: tuple[Signature, ...]


def key_id(name: str, algorithm: int, public: bytes) -> int:
    """First four bytes, big-endian, of SHA-256(name || newline || algorithm || public key)."""
    digest = sha256(name.encode() + b"\n" + bytes((algorithm,)) + public).digest()
    return int.from_bytes(digest[:_KEY_ID_BYTES], "big")


def parse_vkey(text: str, check: Check = ed25519.verify) -> Verifier:
    """A verifier out of one line name+id+base64. Raises NoteError when any part contradicts another.

    Base64 has '+' of its own, so only the first two part the fields.
    """
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise NoteError("A verifier key has three parts joined by plus signs.")
    name, identity, encoded = parts
    material = _decode(encoded)
    if not material:
        raise NoteError(f"The key material of {name!r} is not base64.")
    verifier = Verifier(name, material[0], material[1:], check)
    if identity != f"{verifier.key_id:08x}":
        raise NoteError(f"The key id of {name!r} is not that of its key.")
    return verifier


def sign(text: str, *signers: Signer) -> bytes:
    """The text as a note signed by logs' keys, one line each. Raises NoteError when the text cannot be a note's."""
    body = _demand_text(text)
    if not signers:
        raise NoteError("A note needs a signature.")
    lines = (_line(signer, _ed25519(signer, LOG_KEY, body)) for signer in signers)
    return body + b"\n" + b"".join(lines)


def cosign(text: str, signer: Signer, time_s: int) -> bytes:
    """A witness' signature line over the text at a Unix time, to be appended to the note."""
    message = cosignature.message(_demand_text(text), time_s)
    return _line(signer, cosignature.pack(time_s, _ed25519(signer, WITNESS_KEY, message)))


def with_lines(text: str, signatures: Iterable[Signature]) -> bytes:
    """A note of this text that carries only the given signatures: what is left when unknown lines are dropped."""
    lines = (signature_line(line.name, line.key_id, line.value) for line in signatures)
    return _demand_text(text) + b"\n" + b"".join(lines)


def signature_line(name: str, identity: int, value: bytes) -> bytes:
    """Em dash, key name and base64(key id || signature), ended by a newline."""
    return f"{_DASH}{name} {_encode(identity.to_bytes(_KEY_ID_BYTES, 'big') + value)}\n".encode()


def split(note: bytes) -> tuple[str, bytes]:
    """(text, signature lines) of a note without verifying anything: to look up whose keys to verify it with.

    Raises NoteError when the bytes are no note.
    """
    if len(note) > LONGEST_NOTE_BYTES:
        raise NoteError(f"The note is longer than {LONGEST_NOTE_BYTES} bytes.")
    body, blank, lines = note.rpartition(b"\n\n")
    if not blank or not lines:
        raise NoteError("The note has no blank line between text and signatures.")
    try:
        text = body.decode() + "\n"
    except UnicodeDecodeError:
        raise NoteError("The text of the note is not UTF-8.") from None
    _demand_text(text)
    return text, lines


def open(note: bytes, verifiers: Iterable[Verifier]) -> Opened:
    """The note's text once a known key's signature holds.

    Lines of unknown keys are passed over. Raises NoteError when the bytes are no note, UntrustedNote when a known key's
    signature is wrong or none is there.
    """
    text, lines = split(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    body, found = text.encode(), []
    for name, identity, value in _signature_lines(lines):
        verifier = known.get((name, identity))
        if verifier is None:
            continue
        if not verifier.verify(body, value):
            raise UntrustedNote(f"The signature of {name} does not fit the note.")
        found.append(Signature(name, identity, verifier.algorithm, value, _time_s(verifier, value)))
    if not found:
        raise UntrustedNote("No known key has signed the note.")
    return Opened(text, tuple(found))


def _time_s(verifier: Verifier, value: bytes) -> int | None:
    parts = cosignature.unpack(value) if verifier.algorithm == WITNESS_KEY else None
    return parts[0] if parts else None


def _line(signer: Signer, value: bytes) -> bytes:
    return signature_line(signer.name, signer.verifier.key_id, value)


def _ed25519(signer: Signer, algorithm: int, message: bytes) -> bytes:
    if signer.algorithm != algorithm:
        raise NoteError(f"The key {signer.name} is kept for another purpose.")
    signature = signer.sign(message)
    if len(signature) != ed25519.SIGNATURE_BYTES:
        raise NoteError(f"The signing function of {signer.name} did not return {ed25519.SIGNATURE_BYTES} bytes.")
    return signature


def _signature_lines(lines: bytes) -> list[tuple[str, int, bytes]]:
    try:
        rows = lines.decode().split("\n")
    except UnicodeDecodeError:
        raise NoteError("A signature line is not UTF-8.") from None
    if rows.pop():
        raise NoteError("The last signature line has no end.")
    if len(rows) > MOST_SIGNATURES:
        raise NoteError(f"The note has more than {MOST_SIGNATURES} signature lines.")
    return [_signature_line(row) for row in rows]


def _signature_line(row: str) -> tuple[str, int, bytes]:
    name, space, encoded = row.removeprefix(_DASH).partition(" ")
    value = _decode(encoded)
    if not row.startswith(_DASH) or not space or value is None or len(value) <= _KEY_ID_BYTES:
        raise NoteError("A signature line is not: dash, name, base64 of key id and signature.")
    _demand_name(name)
    return name, int.from_bytes(value[:_KEY_ID_BYTES], "big"), value[_KEY_ID_BYTES:]


def _demand_text(text: str) -> bytes:
    if not text.endswith("\n") or any(character < " " and character != "\n" for character in text):
        raise NoteError("The text of a note ends with a newline and has no other control character.")
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise NoteError("The text of the note cannot be UTF-8.") from None


def _demand_name(name: str) -> None:
    bad = any(character.isspace() or character == "+" or character < " " for character in name)
    if not name or bad or name != name.encode(errors="replace").decode():
        raise NoteError("A key name is not empty and has neither spaces nor plus signs.")


def _encode(data: bytes) -> str:
    return b64encode(data).decode()


def _decode(text: str) -> bytes | None:
    """Bytes of standard base64, None unless encoding them again gives the same text."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        return None
    return data if _encode(data) == text else None
