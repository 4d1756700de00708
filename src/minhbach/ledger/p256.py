"""ECDSA over P-256 with SHA-256 (FIPS 186-5), verified in integers alone: what a security key signs with.

Promises one answer everywhere and none but True for a signature whose DER is the only spelling of its two numbers.
Never raises on hostile bytes. Verifies public data only, so it need not run in constant time; about ten milliseconds.
Leaves to others: what was signed (`approval`).
"""

from hashlib import sha256

PUBLIC_BYTES = 65

_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)

_Point = tuple[int, int, int]  # Jacobian: x = X/Z², y = Y/Z³; Z = 0 is infinity
_INFINITY: _Point = (0, 1, 0)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the DER `signature` over `message` is of the key `public` (0x04, x, y: 65 bytes)."""
    point, numbers = _point(public), _numbers(signature)
    if point is None or numbers is None:
        return False
    r, s = numbers
    inverse = pow(s, -1, _N)
    hashed = int.from_bytes(sha256(message).digest(), "big")
    x, _, z = _sum_of_multiples(hashed * inverse % _N, r * inverse % _N, point)
    if z == 0:
        return False
    return x * pow(z, -2, _P) % _P % _N == r


def is_key(public: bytes) -> bool:
    """Whether the 65 bytes are a point of the curve."""
    return _point(public) is not None


def _point(public: bytes) -> tuple[int, int] | None:
    if len(public) != PUBLIC_BYTES or public[0] != 4:
        return None
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    if x >= _P or y >= _P or (y * y - (x * x * x - 3 * x + _B)) % _P:
        return None
    return x, y


def _numbers(signature: bytes) -> tuple[int, int] | None:
    """r and s of SEQUENCE { INTEGER, INTEGER } in DER, each from 1 below the order; None for anything else."""
    if not 8 <= len(signature) <= 72 or signature[:2] != bytes((0x30, len(signature) - 2)):
        return None
    rest, found = signature[2:], []
    for _ in range(2):
        if len(rest) < 3 or rest[0] != 0x02 or not 0 < rest[1] <= 33:
            return None
        body, rest = rest[2 : 2 + rest[1]], rest[2 + rest[1] :]
        value = int.from_bytes(body, "big")
        if not 0 < value < _N or body != value.to_bytes(value.bit_length() // 8 + 1, "big"):
            return None
        found.append(value)
    return None if rest else (found[0], found[1])


def _double(point: _Point) -> _Point:
    x, y, z = point
    zz, yy = z * z % _P, y * y % _P
    beta, alpha = x * yy % _P, 3 * (x - zz) * (x + zz) % _P
    x3 = (alpha * alpha - 8 * beta) % _P
    return x3, (alpha * (4 * beta - x3) - 8 * yy * yy) % _P, 2 * y * z % _P


def _add(first: _Point, second: _Point) -> _Point:
    if first[2] == 0 or second[2] == 0:
        return second if first[2] == 0 else first
    x1, y1, z1 = first
    x2, y2, z2 = second
    zz1, zz2 = z1 * z1 % _P, z2 * z2 % _P
    u1, u2 = x1 * zz2 % _P, x2 * zz1 % _P
    s1, s2 = y1 * z2 * zz2 % _P, y2 * z1 * zz1 % _P
    if u1 == u2:
        return _double(first) if s1 == s2 else _INFINITY
    h, r = u2 - u1, s2 - s1
    hh = h * h % _P
    hhh, v = h * hh % _P, u1 * hh % _P
    x3 = (r * r - hhh - 2 * v) % _P
    return x3, (r * (v - x3) - s1 * hhh) % _P, h * z1 * z2 % _P


def _sum_of_multiples(base_factor: int, other_factor: int, other: tuple[int, int]) -> _Point:
    """[base_factor]G + [other_factor]Q in one run over the bits."""
    base, q = (*_G, 1), (*other, 1)
    addends = {1: base, 2: q, 3: _add(base, q)}
    point = _INFINITY
    for place in range(max(base_factor.bit_length(), other_factor.bit_length()) - 1, -1, -1):
        point = _double(point)
        which = base_factor >> place & 1 | (other_factor >> place & 1) << 1
        if which:
            point = _add(point, addends[which])
    return point
