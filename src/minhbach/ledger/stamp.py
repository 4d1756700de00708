"""A time stamp of RFC 3161 over a package's seal: what it says, as far as the standard library can tell.

Owns finding in a response what was stamped and when (FORMAT.md section 10). Promises a value or StampError, whatever
the bytes. It does not judge the authority's signature: that takes certificates, and `openssl ts -verify` does it.
Leaves asking an authority to the centre's `evidence`.

Errors: StampError: the bytes are no granted time stamp over SHA-256.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from minhbach.ledger.errors import LedgerError

FILE = "stamp.tsr"
LIMIT_BYTES = 1 << 17
_SEQUENCE, _INTEGER, _OCTETS, _OBJECT, _TIME, _EXPLICIT = 0x30, 0x02, 0x04, 0x06, 0x18, 0xA0
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_TST_INFO = bytes.fromhex("2a864886f70d0109100104")
_SHA256 = bytes.fromhex("608648016503040201")
_GRANTED = (0, 1)


class StampError(LedgerError):
    """These bytes are no time stamp; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an authority says it has seen (hex SHA-256), and when (Unix µs). Its signature is not checked here."""

    digest: str
    at_us: int
    serial: int

    def is_of(self, seal: bytes) -> bool:
        """Whether it is of this seal."""
        return self.digest == hashlib.sha256(seal).hexdigest()


def read(data: bytes) -> Stamp:
    """The stamp in a response (`.tsr`). Raises StampError."""
    if len(data) > LIMIT_BYTES:
        raise StampError("The time stamp is too long.")
    response = _Der(_Der(data).only(_SEQUENCE))
    status = _Der(response.take(_SEQUENCE)).whole()
    if status not in _GRANTED:
        raise StampError("The authority refused the time stamp.")
    content = _Der(response.take(_SEQUENCE))
    content.demand(_OBJECT, _SIGNED_DATA)
    signed = _Der(_Der(content.take(_EXPLICIT)).only(_SEQUENCE))
    signed.whole()
    signed.take(0x31)
    inner = _Der(signed.take(_SEQUENCE))
    inner.demand(_OBJECT, _TST_INFO)
    return _info(_Der(_Der(inner.take(_EXPLICIT)).only(_OCTETS)))


def _info(data: "_Der") -> Stamp:
    info = _Der(data.only(_SEQUENCE))
    info.whole()
    info.take(_OBJECT)
    imprint = _Der(info.take(_SEQUENCE))
    _Der(imprint.take(_SEQUENCE)).demand(_OBJECT, _SHA256)
    digest = imprint.take(_OCTETS)
    serial = info.whole()
    return Stamp(digest.hex(), _moment(info.take(_TIME)), serial)


def _moment(data: bytes) -> int:
    """`YYYYMMDDhhmmss[.f…]Z`, always UTC."""
    try:
        whole, _, rest = data.decode("ascii").partition(".")
        found = datetime.strptime(f"{whole.removesuffix('Z')}+0000", "%Y%m%d%H%M%S%z")
        micros = int(rest.removesuffix("Z")[:6].ljust(6, "0")) if rest else 0
    except (UnicodeDecodeError, ValueError) as error:
        raise StampError("The time stamp has no time.") from error
    if not data.endswith(b"Z") or micros < 0:
        raise StampError("The time stamp has no time in UTC.")
    return round((found - datetime.fromtimestamp(0, UTC)).total_seconds()) * 1_000_000 + micros


class _Der:
    """Values of DER one behind the other."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, tag: int) -> bytes:
        """The content of the next value, which has this tag."""
        data, at = self._data, self._at
        if len(data) < at + 2 or data[at] != tag:
            raise StampError("The time stamp is damaged or of another form.")
        length, begin = data[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4:
                raise StampError("The time stamp is damaged or of another form.")
            length, begin = int.from_bytes(data[begin : begin + count], "big"), begin + count
        self._at = begin + length
        if self._at > len(data):
            raise StampError("The time stamp is cut off.")
        return data[begin : self._at]

    def only(self, tag: int) -> bytes:
        """The content of the only value."""
        found = self.take(tag)
        if self._at != len(self._data):
            raise StampError("Something stands behind the time stamp.")
        return found

    def demand(self, tag: int, content: bytes) -> None:
        """That the next value is this one."""
        if self.take(tag) != content:
            raise StampError("It is no time stamp over SHA-256.")

    def whole(self) -> int:
        """The next value, an integer."""
        return int.from_bytes(self.take(_INTEGER), "big", signed=True)
