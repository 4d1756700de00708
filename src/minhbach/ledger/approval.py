"""Approvals of a scope: what a person signs, with what, and whether it holds.

Owns the statement of an approval, and that of whoever reviewed masked copies; the bytes that a security key (WebAuthn,
ES256) or, as the weaker kind, the centre signs for them; and the centre's certificate that a security key belongs to a
person (FORMAT.md section 10). Promises that an approval counts only for the one scope its statement names, a review
only for exactly those copies, and both only under a key of the court's list: the person's own, or the centre's. Never
raises on hostile values. Leaves to others: private keys, and who may approve.
"""

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import Enum
from typing import Any, ClassVar

from minhbach.ledger import note, p256
from minhbach.ledger.entry import MAX_INTEGER, canonical

FEWEST = 2
"""Approvals that a package needs: by different people with different keys, none of them the requester."""

_CREDENTIAL = "minhbach-credential"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHA256, _NONCE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{32}")
_HEX = re.compile(r"(?:[0-9a-f]{2}){1,4096}")
_LINE = re.compile(r"[^\x00-\x1f\x7f]{0,300}")
_PRESENT, _VERIFIED = 0x01, 0x04  # flags of authenticator data: a person touched the key; it knew who


class Kind(Enum):
    """How sure it is that the person approved; the first is the strongest."""

    LISTED_KEY = "security_key_listed"
    CERTIFIED_KEY = "security_key_certified"
    ATTESTED = "attested_by_centre"


@dataclass(frozen=True, slots=True)
class Statement:
    """What is approved by whom. `scope` is the scope's hash, `person` a UUID, `nonce` 32 random hex digits, once."""

    scope: str
    person: str
    name: str
    title: str
    unit: str
    at_us: int
    nonce: str
    FORMAT: ClassVar[str] = "minhbach-approval"

    @property
    def data(self) -> bytes:
        """The canonical bytes. Raises EntryError."""
        return canonical({"format": self.FORMAT, "version": 1, **asdict(self)})


@dataclass(frozen=True, slots=True)
class Review(Statement):
    """Who looked at masked copies and lets them go: `drawer` is the UUID of whoever said what is covered in them.

    `copies` is the hash of the copies (`manifest.copies_hash`): which files, of what, and every byte of them.
    """

    drawer: str
    copies: str
    FORMAT: ClassVar[str] = "minhbach-review"


@dataclass(frozen=True, slots=True)
class Credential:
    """A security key and whose it is: `public_key` 65 bytes in hex, `rp_id` the domain it was registered for."""

    person: str
    name: str
    public_key: str
    rp_id: str
    registered_us: int

    @property
    def data(self) -> bytes:
        """The canonical bytes. Raises EntryError."""
        return canonical({"format": _CREDENTIAL, "version": 1, **asdict(self)})


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a security key answered (all bytes): the authenticator's data, the browser's, and the DER signature."""

    authenticator_data: bytes
    client_data: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval, or one review, as it travels.

    With a `credential` and an `assertion`, `signature` is the centre's on the credential; without, it is the centre's
    on the statement itself.
    """

    statement: Statement
    signature: bytes
    credential: Credential | None = None
    assertion: Assertion | None = None

    def as_json(self) -> dict[str, Any]:
        """The values of a manifest."""
        key = assertion = None
        if self.credential is not None:
            key = asdict(self.credential)
        if self.assertion is not None:
            assertion = {name: value.hex() for name, value in asdict(self.assertion).items()}
        return {
            "statement": asdict(self.statement),
            "credential": key,
            "assertion": assertion,
            "signature": self.signature.hex(),
        }


@dataclass(frozen=True, slots=True)
class Judged:
    """An approval that holds (`problem` empty), or why it does not. `kind` is None where no key at hand can tell."""

    statement: Statement
    kind: Kind | None
    problem: str = ""


def attested_message(statement: Statement) -> bytes:
    """What the centre signs (Ed25519) where somebody approved without a security key."""
    return f"{statement.FORMAT}-v1\n".encode() + statement.data


def challenge(statement: Statement) -> bytes:
    """The 32 bytes that a security key is given as its challenge."""
    return hashlib.sha256(attested_message(statement)).digest()


def certificate_message(credential: Credential) -> bytes:
    """What the centre signs (Ed25519) to say whose key it is."""
    return b"minhbach-credential-v1\n" + credential.data


def asserts(public_key: bytes, rp_id: str, statement: Statement, assertion: Assertion) -> str:
    """Empty when the security key signed exactly this statement, else what is wrong."""
    try:
        said = json.loads(assertion.client_data)
    except (ValueError, RecursionError):
        return "the browser's data is no JSON"
    expected = urlsafe_b64encode(challenge(statement)).rstrip(b"=").decode()
    if not isinstance(said, dict) or said.get("type") != "webauthn.get" or said.get("challenge") != expected:
        return "the security key signed something else"
    data = assertion.authenticator_data
    if len(data) < 37 or data[:32] != hashlib.sha256(rp_id.encode()).digest():
        return "the security key signed for another place"
    if data[32] & (_PRESENT | _VERIFIED) != _PRESENT | _VERIFIED:
        return "the security key did not verify who used it"
    signed = data + hashlib.sha256(assertion.client_data).digest()
    return "" if p256.verify(public_key, signed, assertion.signature) else "the signature does not fit"


# --- reading ------------------------------------------------------------------------------------------


def read(value: Any) -> Approval:
    """The approval in a manifest's value. Raises KeyError, TypeError or ValueError (EntryError among them)."""
    return _read(value, Statement)


def read_review(value: Any) -> Approval:
    """The same of a review: its statement is a Review."""
    found = _read(value, Review)
    said = found.statement
    if not (isinstance(said, Review) and _match(_UUID, said.drawer) and _match(_SHA256, said.copies)):
        raise ValueError("A review names who drew, and the copies by their hash.")
    return found


def _read(value: Any, kind: type[Statement]) -> Approval:
    if type(value) is not dict or value.keys() != {"statement", "credential", "assertion", "signature"}:
        raise ValueError("An approval has other parts.")
    statement = kind(**value["statement"])
    credential = None if value["credential"] is None else Credential(**value["credential"])
    raw = value["assertion"]
    assertion = None if raw is None else Assertion(**{name: _bytes(each) for name, each in dict(raw).items()})
    if (credential is None) != (assertion is None):
        raise ValueError("An assertion and the key that made it belong together.")
    _demand_statement(statement)
    if credential is not None:
        _demand_credential(credential)
    return Approval(statement, _bytes(value["signature"]), credential, assertion)


def _demand_statement(value: Statement) -> None:
    texts = [value.name, value.title, value.unit]
    if not (_match(_SHA256, value.scope) and _match(_UUID, value.person) and _match(_NONCE, value.nonce)):
        raise ValueError("A statement names its scope, its person and its nonce in hex.")
    if not all(_match(_LINE, text) for text in texts) or not value.name or not _time(value.at_us):
        raise ValueError("A statement says who and when.")
    _ = value.data


def _demand_credential(value: Credential) -> None:
    if not _match(_UUID, value.person) or not _match(_LINE, value.name) or not _match(_LINE, value.rp_id):
        raise ValueError("A credential says whose it is.")
    if not _time(value.registered_us) or not p256.is_key(_bytes(value.public_key)):
        raise ValueError("A credential holds a key of P-256.")
    _ = value.data


def _match(pattern: re.Pattern[str], value: Any) -> bool:
    return type(value) is str and pattern.fullmatch(value) is not None


def _time(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MAX_INTEGER


def _bytes(value: Any) -> bytes:
    if not _match(_HEX, value):
        raise ValueError("Bytes are written in hex.")
    return bytes.fromhex(value)


# --- judging ------------------------------------------------------------------------------------------


def judge(
    approvals: Sequence[Approval],
    scope_hash: str,
    requester: str,
    centres: Iterable[note.Verifier],
    listed: Mapping[str, str],
) -> Iterator[Judged]:
    """Judges each by the centre's keys and by the security keys (hex) that the court lists with their names."""
    trusted, people, keys = list(centres), {requester}, set()
    for approval in approvals:
        judged = _judge(approval, scope_hash, trusted, listed)
        person = approval.statement.person
        key = approval.credential.public_key if approval.credential is not None else None
        if not judged.problem and person in people:
            judged = replace(judged, problem="it is the requester's, or one person approved twice")
        elif not judged.problem and key is not None and key in keys:
            judged = replace(judged, problem="one security key stands for two people")
        people.add(person)
        keys.add(key)
        yield judged


def judge_reviews(
    reviews: Sequence[Approval],
    approvals: Sequence[Approval],
    hashes: tuple[str, str],
    centres: Iterable[note.Verifier],
    listed: Mapping[str, str],
) -> Iterator[Judged]:
    """Judges each review of masked copies; `hashes` are the scope's and that of the copies.

    Beside approvals, whose security keys stand for those who approved.
    """
    scope_hash, copies = hashes
    trusted = list(centres)
    owners = {each.credential.public_key: each.statement.person for each in approvals if each.credential is not None}
    people: set[str] = set()
    for review in reviews:
        judged, said = _judge(review, scope_hash, trusted, listed), review.statement
        key = review.credential.public_key if review.credential is not None else ""
        if not judged.problem and (not isinstance(said, Review) or said.copies != copies):
            judged = replace(judged, problem="it is for other copies")
        elif not judged.problem and isinstance(said, Review) and said.drawer == said.person:
            judged = replace(judged, problem="whoever drew the covers reviewed them")
        elif not judged.problem and key and owners.setdefault(key, said.person) != said.person:
            judged = replace(judged, problem="one security key stands for two people")
        elif not judged.problem and said.person in people:
            judged = replace(judged, problem="one person reviewed twice")
        people.add(said.person)
        yield judged


def _judge(approval: Approval, scope_hash: str, centres: list[note.Verifier], listed: Mapping[str, str]) -> Judged:
    statement = approval.statement
    if statement.scope != scope_hash:
        return Judged(statement, None, "it is for another scope")
    if approval.credential is None or approval.assertion is None:
        return _centre(statement, attested_message(statement), approval.signature, centres, Kind.ATTESTED)
    credential = approval.credential
    if (credential.person, credential.name) != (statement.person, statement.name):
        return Judged(statement, None, "the security key is somebody else's")
    public_key = bytes.fromhex(credential.public_key)
    problem = asserts(public_key, credential.rp_id, statement, approval.assertion)
    if problem:
        return Judged(statement, None, problem)
    if credential.public_key in listed:
        return Judged(statement, Kind.LISTED_KEY)
    return _centre(statement, certificate_message(credential), approval.signature, centres, Kind.CERTIFIED_KEY)


def _centre(statement: Statement, message: bytes, signature: bytes, centres: list[note.Verifier], kind: Kind) -> Judged:
    if not centres:
        return Judged(statement, None)
    if any(centre.verify(message, signature) for centre in centres):
        return Judged(statement, kind)
    return Judged(statement, None, "the centre did not sign it")
