"""What a security key answers, read and judged: WebAuthn, one algorithm (ES256), no attestation. No I/O, no rows.

Owns the bytes of `authenticatorData` and of `clientDataJSON` as far as this product takes them. Promises that what it
accepts a court can check again with the standard library: the signature is over exactly the bytes that are kept
(decision 0012). Whose key it is, and what its signature means, is left to `actions.security_keys`.

    KeyRefused    the sentence for the page: what the browser sent proves nothing
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from minhbach.centre.words import Words

CREATED, SIGNED = "webauthn.create", "webauthn.get"
MOST_BYTES = 4096
_PRESENT, _VERIFIED, _NEW_KEY = 0x01, 0x04, 0x40
#: A P-256 key for ES256 as CTAP2 writes it, byte for byte: kty EC2, alg ES256, crv P-256, then x and y.
_COSE_X, _COSE_Y = bytes.fromhex("a5010203262001215820"), bytes.fromhex("225820")
_COORDINATE = 32

NOT_SIGNED = Words(
    "Khóa bảo mật trả lời không đúng. Hãy thử lại trên chính trang này.",
    "The security key's answer is not right. Try again on this very page.",
)
NOT_VERIFIED = Words(
    "Khóa bảo mật chưa kiểm tra chính bạn (mã PIN hoặc vân tay). Hãy đặt mã PIN cho khóa rồi thử lại.",
    "The key did not check that it is you (PIN or fingerprint). Set a PIN on the key, then try again.",
)
OTHER_KIND = Words(
    "Loại khóa này chưa dùng được ở đây; cần khóa FIDO2 có thuật toán ES256.",
    "This kind of key cannot be used here; it takes a FIDO2 key with ES256.",
)
COPIED = Words(
    "Số đếm của khóa bảo mật đi lùi: có thể có một bản sao của khóa. Hãy báo ngay người quản trị.",
    "The key's counter went backwards: there may be a copy of it. Tell the administrator at once.",
)


class KeyRefused(Exception):
    """What the browser sent proves nothing; `words` says what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True, slots=True)
class Site:
    """Where keys are asked: the name keys belong to, and the address of the page as the browser says it."""

    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was made for this site: its id, its point (x and y, 64 bytes), where its counter stands."""

    credential: bytes
    point: bytes
    count: int


@dataclass(frozen=True, slots=True)
class Signed:
    """What a key signed: the bytes as sent, kept as they are."""

    authenticator: bytes
    client: bytes
    signature: bytes


def registered(authenticator: bytes, client: bytes, *, challenge: bytes, site: Site) -> NewKey:
    """The key that a browser says was made. It is proved by its first signature, not by its maker. KeyRefused."""
    _judge_client(client, CREATED, challenge, site)
    flags, count = _judge_head(authenticator, site)
    if not flags & _NEW_KEY or len(authenticator) < 55:
        raise KeyRefused(NOT_SIGNED)
    length = int.from_bytes(authenticator[53:55])
    credential, cose = authenticator[55 : 55 + length], authenticator[55 + length :]
    if not 16 <= length <= 1023 or len(credential) != length:
        raise KeyRefused(NOT_SIGNED)
    return NewKey(credential, _point(cose), count)


def proved(signed: Signed, *, challenge: bytes, point: bytes, count: int, site: Site) -> int:
    """The key's counter after a signature over this challenge by the key of that point. Raises KeyRefused."""
    _judge_client(signed.client, SIGNED, challenge, site)
    _, now_at = _judge_head(signed.authenticator, site)
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + point)
        message = signed.authenticator + hashlib.sha256(signed.client).digest()
        key.verify(signed.signature, message, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        raise KeyRefused(NOT_SIGNED) from None
    # Keys without a counter always say nought.
    if (count or now_at) and now_at <= count:
        raise KeyRefused(COPIED)
    return now_at


def _judge_client(client: bytes, kind: str, challenge: bytes, site: Site) -> None:
    wanted = urlsafe_b64encode(challenge).decode().rstrip("=")
    try:
        said = json.loads(client) if len(client) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.get("crossOrigin") not in (None, False):
        raise KeyRefused(NOT_SIGNED)
    if (said.get("type"), said.get("challenge"), said.get("origin")) != (kind, wanted, site.origin):
        raise KeyRefused(NOT_SIGNED)


def _judge_head(authenticator: bytes, site: Site) -> tuple[int, int]:
    """The flags and the counter; the key must be of this site, touched, and have checked its owner."""
    if not 37 <= len(authenticator) <= MOST_BYTES:
        raise KeyRefused(NOT_SIGNED)
    flags = authenticator[32]
    if authenticator[:32] != hashlib.sha256(site.name.encode()).digest() or not flags & _PRESENT:
        raise KeyRefused(NOT_SIGNED)
    if not flags & _VERIFIED:
        raise KeyRefused(NOT_VERIFIED)
    return flags, int.from_bytes(authenticator[33:37])


def _point(cose: bytes) -> bytes:
    middle = len(_COSE_X) + _COORDINATE
    if not cose.startswith(_COSE_X) or cose[middle : middle + len(_COSE_Y)] != _COSE_Y:
        raise KeyRefused(OTHER_KIND)
    point = cose[len(_COSE_X) : middle] + cose[middle + len(_COSE_Y) :][:_COORDINATE]
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + point)
    except ValueError:
        raise KeyRefused(OTHER_KIND) from None
    return point
