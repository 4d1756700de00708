"""People who approve in the package tests: a centre, security keys made in software, and weaker approvals.

Owns: making approvals that hold. Leaves to others: breaking them.
"""

import io
import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from minhbach.ledger import tiles
from minhbach.ledger.approval import (
    Approval,
    Assertion,
    Credential,
    Review,
    Statement,
    attested_message,
    certificate_message,
    challenge,
)
from minhbach.ledger.entry import Entry
from minhbach.ledger.extract import Copy, Document, Material, build_approved
from minhbach.ledger.manifest import copies_hash
from minhbach.ledger.scope import Asked, Scope, ScopeStream, choose
from tests.ledger.evidence import CAMERA, Scene, key_file
from tests.ledger.simulation import RECORDER, S, signer

CENTRE = signer("example.vn/centre", 700)
RP_ID = "minhbach.example.vn"
AT_US = 1_797_000_100_000_000


def person(number: int) -> str:
    return str(UUID(int=(0x01900000 << 96) | (7 << 76) | (0x8 << 60) | number))


def security_key(number: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(number + 1000, ec.SECP256R1())


def public_of(key: ec.EllipticCurvePrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()


def statement(scope_hash: str, number: int) -> Statement:
    name = f"Nguyễn Thị {'ABCDEFGH'[number % 8]}"
    return Statement(scope_hash, person(number), name, "Chánh Văn phòng", "Tỉnh Hòa Giang", AT_US, f"{number:032x}")


def attested(scope_hash: str, number: int, said: Statement | None = None) -> Approval:
    """By password and code: the centre vouches."""
    said = said or statement(scope_hash, number)
    return Approval(said, CENTRE.sign(attested_message(said)))


def credential(number: int, key: ec.EllipticCurvePrivateKey | None = None) -> Credential:
    said = statement("00" * 32, number)
    return Credential(said.person, said.name, public_of(key or security_key(number)), RP_ID, AT_US - 1)


def assertion(
    said: Statement, key: ec.EllipticCurvePrivateKey, *, flags: int = 5, rp_id: str = RP_ID, kind: str = "webauthn.get"
) -> Assertion:
    """What an authenticator and a browser return."""
    data = sha256(rp_id.encode()).digest() + bytes((flags, 0, 0, 0, 7))
    asked = urlsafe_b64encode(challenge(said)).rstrip(b"=").decode()
    client = json.dumps({"type": kind, "challenge": asked, "origin": f"https://{rp_id}", "crossOrigin": False}).encode()
    return Assertion(data, client, key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256())))


def keyed(
    scope_hash: str, number: int, key: ec.EllipticCurvePrivateKey | None = None, said: Statement | None = None
) -> Approval:
    """By a security key that the centre certified."""
    key = key or security_key(number)
    said, mine = said or statement(scope_hash, number), credential(number, key)
    return Approval(said, CENTRE.sign(certificate_message(mine)), mine, assertion(said, key))


REQUESTER = person(9)


def reviewed(scope_hash: str, number: int, copies: str, drawer: int = 9) -> Statement:
    """Somebody looked at copies that another one had drawn on."""
    said = statement(scope_hash, number)
    return Review(**asdict(said), drawer=person(drawer), copies=copies)


def seen(scope: Scope, copies: Sequence[Copy]) -> str:
    """The hash of copies, as a reviewer signs it."""
    return copies_hash(
        [each.derived for each in copies], {each.file: sha256(each.open().read()).hexdigest() for each in copies}
    )


def scope_of(room: Scene, **changes: int) -> Scope:
    """What is asked of a room: by default 30 s in its middle."""
    begin_us, end_us = changes.get("begin_us", room.begin_us + 15 * S), changes.get("end_us", room.begin_us + 45 * S)
    streams, margin_us = (ScopeStream(RECORDER, *CAMERA),), changes.get("margin_us", 0)
    asked = Asked(person(50), "ab" * 32, REQUESTER, streams, begin_us, end_us, margin_us)
    return choose(asked, {RECORDER: [each.reader for each in room.logs() if isinstance(each.reader, tiles.LogReader)]})


def material(room: Scene, scope: Scope, approvals: Sequence[Approval] | None = None) -> Material:
    """All that an approved package is made of; approved by one security key and one word of the centre."""

    def open_file(recorder: str, value: Entry) -> BinaryIO:
        assert recorder == RECORDER
        return room.open(value["disk"], value["path"])

    if approvals is None:
        approvals = [keyed(scope.hash, 1), attested(scope.hash, 2)]
    documents = [Document("player.html", lambda: io.BytesIO(b"<!doctype html><title>x</title>"))]
    return Material(
        scope, approvals, {RECORDER: room.logs()}, open_file, lambda _: documents, CENTRE, room.recorder.wall_us
    )


def approved(room: Scene, target: Path, **changes: int) -> Path:
    build_approved(target, material(room, scope_of(room, **changes)))
    return target


def court(room: Scene, *, centre: bool = True) -> str:
    """The court's key file, with the centre's key."""
    return key_file(room.recorder) + (f"\ncentre {CENTRE.verifier.vkey}\n" if centre else "\n")
