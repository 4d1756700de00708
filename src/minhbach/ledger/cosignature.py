"""The bytes of a timestamped Ed25519 cosignature (C2SP tlog-cosignature, `cosignature/v1`).

Owns what a witness signs and how time and signature are packed into a note's signature line; knows neither keys nor
checkpoints. The line of text in front of the signed message keeps a cosignature from ever being a log's own signature.
"""

from minhbach.ledger.ed25519 import SIGNATURE_BYTES

_TIME_BYTES = 8
_LATEST_TIME_S = (1 << 63) - 1


def message(text: bytes, time_s: int) -> bytes:
    """What the witness signs: two lines of its own, then the whole text of the note it cosigns."""
    return b"cosignature/v1\ntime %d\n" % time_s + text


def pack(time_s: int, signature: bytes) -> bytes:
    """72 bytes of a signature line: Unix seconds as big-endian uint64, then the Ed25519 signature."""
    return time_s.to_bytes(_TIME_BYTES, "big") + signature


def unpack(packed: bytes) -> tuple[int, bytes] | None:
    """(Unix seconds, Ed25519 signature), None when the bytes are no cosignature."""
    if len(packed) != _TIME_BYTES + SIGNATURE_BYTES:
        return None
    time_s = int.from_bytes(packed[:_TIME_BYTES], "big")
    return (time_s, packed[_TIME_BYTES:]) if time_s <= _LATEST_TIME_S else None
