"""A signed, short-lived right to bytes of footage: made by the centre, verified by stream and recorder.

Owns what such a right says and how it is written: canonical JSON (sorted keys, no spaces) and an Ed25519 signature over
it behind a fixed prefix, both in base64url, joined by a dot. Promises that nothing unsigned is ever understood, that a
right outlives its decision by at most ``LIFE_US``, and that two readers of one token read the same. A token says
nothing about a person: ``commitment`` stands for who, why and on what ground, and goes into the recorder's log.
Leaves to ``access`` who gets one, and to whoever serves footage to ask again before each byte.

Errors::

    LeaseRefused(ValueError)    the token gives no right; ``vi`` and ``en`` say why
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LIFE_US = 10_000_000
"""The longest life of a lease: taking a right away stops every byte within it."""
SKEW_US = 2_000_000
"""How much younger than now a lease may seem: the readers' clocks are not the writer's."""
MOST_CAMERAS = 25
MOST_TOKEN_CHARACTERS = 8192

_PREFIX = b"minhbach-lease-v1\n"
_HEX32, _HEX64 = re.compile(r"[0-9a-f]{32}"), re.compile(r"[0-9a-f]{64}")
_CAMERA = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/[^/\x00-\x1f\x7f]{1,64}")
_MOST_US = 1 << 53

Kind = Literal["live", "playback", "still", "export"]


class LeaseRefused(ValueError):
    """A token that gives no right. ``code`` is one of malformed, forged, expired, early, scope."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(en)
        self.code, self.vi, self.en = code, vi, en


@dataclass(frozen=True, slots=True)
class Lease:
    """What may leave: ``cameras`` as "<recorder uuid>/<camera name in the recorder's log>", times in Unix µs.

    ``begin_us`` and ``end_us`` bound the footage and are 0 for live; ``viewing`` is the viewing's uuid in 32 hex
    digits, ``commitment`` the salted SHA-256 in hex that the recorder logs.
    """

    viewing: str
    kind: Kind
    cameras: tuple[str, ...]
    sound: bool
    begin_us: int
    end_us: int
    issued_us: int
    expires_us: int
    commitment: str

    def alive(self, now_us: int) -> bool:
        """Whether it still gives a right."""
        return now_us < self.expires_us

    def renews(self, other: Lease) -> bool:
        """Whether it is the same right as the other, for longer."""
        return (self.viewing, self.kind, self.commitment) == (other.viewing, other.kind, other.commitment)


def sign(lease: Lease, private_key: Ed25519PrivateKey) -> str:
    """The token of a lease. Raises ValueError for one that nobody would accept."""
    if (problem := _problem(lease)) is not None:
        raise ValueError(f"A lease cannot be signed: {problem}.")
    body = json.dumps(asdict(lease), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return f"{_encode(body)}.{_encode(private_key.sign(_PREFIX + body))}"


def verify(token: str, keys: Collection[Ed25519PublicKey], now_us: int) -> Lease:
    """The lease in a token that one of the keys signed and that is alive. Raises LeaseRefused."""
    body = _signed_body(token, keys)
    lease = _read(body)
    if now_us < lease.issued_us - SKEW_US:
        raise LeaseRefused(
            "early",
            "Quyền xem ghi thời điểm ở tương lai; hãy kiểm tra đồng hồ của máy.",
            "The lease is from the future; check the machine's clock.",
        )
    if not lease.alive(now_us):
        raise LeaseRefused(
            "expired", "Quyền xem đã hết hạn; hãy mở lại trang.", "The lease has expired; open the page again."
        )
    return lease


def _signed_body(token: str, keys: Collection[Ed25519PublicKey]) -> bytes:
    body_text, dot, signature_text = token.partition(".") if len(token) <= MOST_TOKEN_CHARACTERS else ("", "", "")
    if not dot:
        raise _malformed()
    body, signature = _decode(body_text), _decode(signature_text)
    for key in keys:
        try:
            key.verify(signature, _PREFIX + body)
        except InvalidSignature:
            continue
        return body
    raise LeaseRefused(
        "forged",
        "Quyền xem không mang chữ ký của trung tâm; hãy mở lại trang.",
        "The lease bears no signature of the centre; open the page again.",
    )


def _read(body: bytes) -> Lease:
    try:
        values: Any = json.loads(body)
        if not isinstance(values, dict) or values.keys() != {field.name for field in fields(Lease)}:
            raise _malformed()
        lease = Lease(**{**values, "cameras": tuple(values["cameras"])})
    except (ValueError, TypeError, RecursionError) as error:
        raise _malformed() from error
    if _problem(lease) is not None:
        raise _malformed()
    return lease


def _problem(lease: Lease) -> str | None:
    """Why nobody may accept it; None when it is as it should be."""
    numbers = (lease.begin_us, lease.end_us, lease.issued_us, lease.expires_us)
    if not all(type(number) is int and 0 <= number < _MOST_US for number in numbers) or type(lease.sound) is not bool:
        return "a field has the wrong type"
    if not all(isinstance(text, str) for text in (lease.viewing, lease.kind, lease.commitment, *lease.cameras)):
        return "a field has the wrong type"
    if not _HEX32.fullmatch(lease.viewing) or not _HEX64.fullmatch(lease.commitment):
        return "the viewing or the commitment is not hex of its length"
    if lease.kind not in get_args(Kind) or not 0 < len(lease.cameras) <= MOST_CAMERAS:
        return "there is no such kind, or no camera, or too many"
    if not all(_CAMERA.fullmatch(camera) for camera in lease.cameras):
        return "a camera is not named by its recorder and its name"
    if not 0 < lease.expires_us - lease.issued_us <= LIFE_US:
        return "it lives for too long or not at all"
    if (lease.begin_us, lease.end_us) != (0, 0) if lease.kind == "live" else lease.begin_us >= lease.end_us:
        return "the stretch of footage does not fit the kind"
    return None


def _malformed() -> LeaseRefused:
    return LeaseRefused(
        "malformed", "Quyền xem không đọc được; hãy mở lại trang.", "The lease cannot be read; open the page again."
    )


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _malformed() from error
    if _encode(data) != text:
        raise _malformed()  # One token, one spelling.
    return data
