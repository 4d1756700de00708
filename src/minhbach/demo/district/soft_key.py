"""A security key made of software, for the people of the demo who approved something before it began.

Owns what a FIDO2 key writes when it is added and when it signs. Its name of a site is one that no browser can open, so
that nobody is offered it; its private half is forgotten when the demo is laid, and the key taken away.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from minhbach.centre.access.actions.security_keys import KeyAnswer, as_text
from minhbach.centre.access.key_proof import Signed, Site

SITE = Site("minhbach.invalid", "https://minhbach.invalid")
_PRESENT_AND_VERIFIED, _NEW = 0x05, 0x40
_COSE_X, _COSE_Y = bytes.fromhex("a5010203262001215820"), bytes.fromhex("225820")


class SoftKey:
    """One key."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._credential = secrets.token_bytes(16)
        self._count = 0

    def made(self, challenge: bytes) -> tuple[str, str]:
        """What a browser sends of a new key: authenticator data and client data, base64url."""
        numbers = self._key.public_key().public_numbers()
        cose = _COSE_X + numbers.x.to_bytes(32) + _COSE_Y + numbers.y.to_bytes(32)
        body = UUID(int=0).bytes + len(self._credential).to_bytes(2) + self._credential + cose
        return as_text(self._head(_PRESENT_AND_VERIFIED | _NEW) + body), as_text(_client("webauthn.create", challenge))

    def sign(self, challenge: bytes) -> KeyAnswer:
        """What it answers to a challenge."""
        self._count += 1
        head, client = self._head(_PRESENT_AND_VERIFIED), _client("webauthn.get", challenge)
        signature = self._key.sign(head + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return KeyAnswer(as_text(self._credential), Signed(head, client, signature))

    def _head(self, flags: int) -> bytes:
        return hashlib.sha256(SITE.name.encode()).digest() + bytes([flags]) + self._count.to_bytes(4)


def _client(kind: str, challenge: bytes) -> bytes:
    said = {"type": kind, "challenge": as_text(challenge), "origin": SITE.origin, "crossOrigin": False}
    return json.dumps(said).encode()
