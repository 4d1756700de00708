"""Ed25519 signature verification (RFC 8032 section 5.1) in integers alone, for a court's bare Python.

Promises one answer everywhere: the encoding of [S]B - [k]A is compared with R byte for byte (the cofactorless equation,
as OpenSSL computes it), after `well_formed` has refused what implementations are known to disagree on: S not reduced,
non-canonical points, points of small order. Never raises on hostile bytes. Verifies public data only, so it need not
run in constant time; signing, which must, is left to the caller's library.
"""

from functools import lru_cache
from hashlib import sha512

PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_1 = pow(2, (_P - 1) // 4, _P)
_Y_MASK = (1 << 255) - 1

_SMALL_ORDER = frozenset(
    bytes.fromhex(encoding)
    for encoding in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        # x = 0 with the sign bit set: no canonical encoding, yet some decoders take it for the first two.
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    )
)

_Point = tuple[int, int, int, int]  # extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z
_Addend = tuple[int, int, int, int]  # Y+X, Y-X, 2dT, 2Z of a point that is added often

_NEUTRAL: _Point = (0, 1, 1, 0)


def well_formed(public: bytes, signature: bytes) -> bool:
    """Whether both are of the one form that every strict verifier accepts: lengths, S < L, canonical, no small order.

    Cheap. A caller who verifies with another library asks this first, so that both give the same answer.
    """
    if len(public) != PUBLIC_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    point = signature[:32]
    if public in _SMALL_ORDER or point in _SMALL_ORDER:
        return False
    canonical = all(int.from_bytes(encoded, "little") & _Y_MASK < _P for encoded in (public, point))
    return canonical and int.from_bytes(signature[32:], "little") < _L


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) over `message` is of the key `public` (32 bytes). A millisecond or two."""
    if not well_formed(public, signature):
        return False
    multiples = _odd_multiples_of_minus(public)
    if multiples is None:
        return False
    digest = sha512(signature[:32] + public + message).digest()
    hashed = int.from_bytes(digest, "little") % _L
    scalar = int.from_bytes(signature[32:], "little")
    return _encode(_combine(scalar, hashed, multiples)) == signature[:32]


def _decode(encoded: bytes) -> tuple[int, int] | None:
    """Affine coordinates of a canonical encoding, None when it is no point (RFC 8032 section 5.1.3)."""
    value = int.from_bytes(encoded, "little")
    sign, y = value >> 255, value & _Y_MASK
    if y >= _P:
        return None
    above, below = y * y - 1, _D * y * y + 1
    x = above * pow(below, 3, _P) * pow(above * pow(below, 7, _P), (_P - 5) // 8, _P) % _P
    if (below * x * x - above) % _P:
        x = x * _ROOT_OF_MINUS_1 % _P
    if (below * x * x - above) % _P or (x == 0 and sign):
        return None
    return (_P - x if x & 1 != sign else x), y


def _encode(point: _Point) -> bytes:
    inverse = pow(point[2], -1, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _double(point: _Point) -> _Point:
    x, y, z, _ = point
    xx, yy = x * x, y * y
    sum_ = xx + yy
    cross = (x + y) * (x + y) - sum_
    difference = yy - xx
    rest = (difference - 2 * z * z) % _P
    # E = cross, G = difference, F = rest, H = -sum of the doubling formulas for a = -1
    return cross * rest % _P, -difference * sum_ % _P, rest * difference % _P, -cross * sum_ % _P


def _add(point: _Point, addend: _Addend) -> _Point:
    x, y, z, t = point
    plus, minus, t2d, z2 = addend
    a, b, c, d = (y - x) * minus, (y + x) * plus, t * t2d, z * z2
    e, f, g, h = (b - a) % _P, (d - c) % _P, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _addend(point: _Point) -> _Addend:
    x, y, z, t = point
    return (y + x) % _P, (y - x) % _P, 2 * _D * t % _P, 2 * z % _P


def _negative(addend: _Addend) -> _Addend:
    plus, minus, t2d, z2 = addend
    return minus, plus, -t2d, z2


def _odd_multiples(x: int, y: int, count: int) -> dict[int, _Addend]:
    """Addends of ±1, ±3, … ±(2 count - 1) times the point."""
    point: _Point = (x, y, 1, x * y % _P)
    twice = _addend(_double(point))
    table = {}
    for factor in range(1, 2 * count, 2):
        table[factor] = _addend(point)
        table[-factor] = _negative(table[factor])
        point = _add(point, twice)
    return table


@lru_cache(maxsize=256)
def _odd_multiples_of_minus(public: bytes) -> dict[int, _Addend] | None:
    point = _decode(public)
    return None if point is None else _odd_multiples(_P - point[0], point[1], 8)


@lru_cache(maxsize=1)
def _odd_multiples_of_base() -> dict[int, _Addend]:
    y = 4 * pow(5, -1, _P) % _P
    point = _decode(y.to_bytes(32, "little"))
    assert point is not None
    return _odd_multiples(*point, 64)


def _digits(scalar: int, width: int) -> dict[int, int]:
    """Signed odd digits by bit position, at most one in `width` neighbours: sum(digit << place) == scalar."""
    digits, place = {}, 0
    while scalar:
        zeros = (scalar & -scalar).bit_length() - 1
        scalar >>= zeros
        place += zeros
        digit = scalar & (1 << width) - 1
        if digit >> width - 1:
            digit -= 1 << width
        digits[place] = digit
        scalar -= digit
    return digits


def _combine(base_factor: int, other_factor: int, other: dict[int, _Addend]) -> _Point:
    """[base_factor]B + [other_factor]Q in one run over the bits, Q given by its odd multiples up to 15."""
    base = _odd_multiples_of_base()
    base_digits, other_digits = _digits(base_factor, 8), _digits(other_factor, 5)
    point = _NEUTRAL
    for place in range(max((*base_digits, *other_digits), default=-1), -1, -1):
        point = _double(point)
        if place in base_digits:
            point = _add(point, base[base_digits[place]])
        if place in other_digits:
            point = _add(point, other[other_digits[place]])
    return point
