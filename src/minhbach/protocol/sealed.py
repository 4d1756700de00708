"""A secret that only one recorder can open: a camera's user name and password.

Owns the sealing (HPKE, RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305) to the key a recorder made for this alone, so
that a camera's password stands in clear neither on the fabric nor in the centre's database. The context (recorder and
camera) is bound in: what was sealed for one camera opens for no other. Leaves keeping keys to both sides.

Errors::

    CannotOpen    sealed to another key or for another camera, or no sealed secret at all
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_KEY_BYTES = 32


class CannotOpen(Exception):
    """This secret was not sealed to this key for this use. Never says what was in it."""


def public_text(key: X25519PrivateKey) -> str:
    """The public half as base64: what a recorder tells the centre."""
    return b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def seal(secret: str, public: str, use: str) -> str:
    """``secret`` sealed to a public key of ``public_text``. ``use`` must be given again to open, for example
    ``<recorder>/<camera>``. Raises CannotOpen for a text that is no such key.
    """
    try:
        raw = b64decode(public, validate=True)
        key = X25519PublicKey.from_public_bytes(raw)
    except ValueError:
        raise CannotOpen("This is no key that anything could be sealed to.") from None
    return b64encode(_SUITE.encrypt(secret.encode(), key, info=_info(use))).decode()


def unseal(text: str, key: X25519PrivateKey, use: str) -> str:
    """The secret. Raises CannotOpen."""
    try:
        data = b64decode(text, validate=True)
        return _SUITE.decrypt(data, key, info=_info(use)).decode()
    except (ValueError, InvalidTag):
        raise CannotOpen("The secret was sealed to another key or for another use.") from None


def seal_login(user: str, password: str, public: str, recorder: str, camera: str) -> str:
    """A camera's credentials for one recorder and one camera name. Raises CannotOpen for a text that is no key."""
    return seal(json.dumps([user, password]), public, f"{recorder}/{camera}")


def unseal_login(text: str, key: X25519PrivateKey, recorder: str, camera: str) -> tuple[str, str]:
    """(user, password). Raises CannotOpen."""
    try:
        user, password = json.loads(unseal(text, key, f"{recorder}/{camera}"))
    except (ValueError, TypeError, RecursionError):
        raise CannotOpen("What was sealed is no user name and password.") from None
    return str(user), str(password)


def _info(use: str) -> bytes:
    return b"minhbach-sealed/1\n" + use.encode()
