"""Our Ed25519 against the RFC's vectors, against OpenSSL through `cryptography`, and against known forgeries."""

import time
from hashlib import sha512

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from minhbach.ledger import ed25519

FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493

# RFC 8032 section 7.1, TEST 1 to 3: public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
CURVE_D = -121665 * pow(121666, -1, FIELD) % FIELD


def square_roots(value: int) -> list[int]:
    """Both roots of a value modulo the field's prime, none when there is none."""
    root = pow(value, (FIELD + 3) // 8, FIELD)
    candidates = (root, root * pow(2, (FIELD - 1) // 4, FIELD) % FIELD)
    return sorted({each % FIELD for one in candidates if (one * one - value) % FIELD == 0 for each in (one, -one)})


# Orders 1 and 2 have y = ±1, order 4 has y = 0; twice a point of order 8 has y = 0, hence x² = -y², and the curve's
# equation then leaves d y⁴ + 2 y² - 1 = 0.
SMALL_ORDER = [1, FIELD - 1, 0] + [
    y
    for sign in (1, -1)
    for half in square_roots(1 + CURVE_D)[:1]
    for y in square_roots((sign * half - 1) * pow(CURVE_D, -1, FIELD) % FIELD)
]
KEYS = st.binary(min_size=32, max_size=32).map(Ed25519PrivateKey.from_private_bytes)


def encoded(y: int, sign: int = 0) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


def public_of(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def openssl_accepts(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_vectors_of_rfc_8032_verify(public, message, signature):
    assert ed25519.verify(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))


@given(KEYS, st.binary(max_size=300))
def test_a_true_signature_verifies(key, message):
    assert ed25519.verify(public_of(key), message, key.sign(message))


@given(KEYS, st.binary(max_size=50), st.integers(0, 8 * 96 - 1))
def test_one_changed_bit_in_key_or_signature_is_refused(key, message, bit):
    both = bytearray(public_of(key) + key.sign(message))
    both[bit // 8] ^= 1 << bit % 8
    assert not ed25519.verify(bytes(both[:32]), message, bytes(both[32:]))


@given(KEYS, st.binary(max_size=50), st.binary(max_size=50))
def test_a_signature_holds_for_its_message_only(key, message, other):
    assert ed25519.verify(public_of(key), other, key.sign(message)) == (other == message)


@given(st.binary(max_size=70), st.binary(max_size=40), st.binary(max_size=70))
def test_hostile_bytes_are_refused_without_an_exception(public, message, signature):
    assert not ed25519.verify(public, message, signature)


@given(st.integers(0, 2**256 - 1), st.integers(0, 2**256 - 1), st.integers(0, ORDER - 1))
def test_what_we_accept_openssl_accepts(public, point, scalar):
    signature = point.to_bytes(32, "little") + scalar.to_bytes(32, "little")
    key = public.to_bytes(32, "little")
    assert not ed25519.verify(key, b"message", signature) or openssl_accepts(key, b"message", signature)


def test_a_scalar_grown_by_the_group_order_is_refused():
    public, message, signature = (bytes.fromhex(part) for part in RFC_8032[2])
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    assert not ed25519.verify(public, message, signature[:32] + scalar.to_bytes(32, "little"))


@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("y", SMALL_ORDER)
def test_a_key_of_small_order_signs_nothing(y, sign):
    """With such a key the scalar 0 and a point of small order fit one message in a few; OpenSSL lets some pass."""
    forgeries = [
        (encoded(y, sign), number.to_bytes(2, "big"), encoded(point, bit) + bytes(32))
        for point in SMALL_ORDER
        for bit in (0, 1)
        for number in range(8)
    ]
    assert not any(ed25519.verify(*forgery) for forgery in forgeries)
    assert not any(ed25519.well_formed(public, signature) for public, _, signature in forgeries)


def test_five_y_coordinates_have_small_order():
    assert len(SMALL_ORDER) == 5


def test_the_forgeries_with_small_order_are_real():
    neutral = encoded(1)
    assert openssl_accepts(neutral, b"anything", neutral + bytes(32))


def test_a_key_of_small_order_is_refused_beside_an_ordinary_point():
    base_point = encoded(4 * pow(5, -1, FIELD) % FIELD)
    forgery = encoded(1), b"anything", base_point + (1).to_bytes(32, "little")
    assert openssl_accepts(*forgery)
    assert not ed25519.verify(*forgery)


def test_a_point_of_small_order_is_refused_beside_an_ordinary_key():
    """The owner of a key can make such a signature: R neutral, S = k a. One who is strict and one who is not differ."""
    seed = b"s" * 32
    public = public_of(Ed25519PrivateKey.from_private_bytes(seed))
    secret = int.from_bytes(sha512(seed).digest()[:32], "little")
    secret = secret & (1 << 254) - 8 | 1 << 254
    hashed = int.from_bytes(sha512(encoded(1) + public + b"message").digest(), "little")
    signature = encoded(1) + (hashed * secret % ORDER).to_bytes(32, "little")
    assert openssl_accepts(public, b"message", signature)
    assert not ed25519.verify(public, b"message", signature)


@pytest.mark.parametrize("y", [*range(FIELD, FIELD + 19)])
def test_a_second_spelling_of_a_point_is_refused(y):
    for sign in (0, 1):
        assert not ed25519.well_formed(encoded(y, sign), bytes(64))
        honest = bytes.fromhex(RFC_8032[0][0])
        assert not ed25519.well_formed(honest, encoded(y, sign) + bytes(32))


def test_a_point_that_is_not_on_the_curve_is_no_key():
    refused = [y for y in range(2, 60) if not openssl_accepts(encoded(y), b"", encoded(3) + bytes(32))]
    assert refused
    assert not any(ed25519.verify(encoded(y), b"", encoded(3) + bytes(32)) for y in refused)


def test_a_verification_costs_no_more_than_twenty_thousand_multiplications():
    public, message, signature = (bytes.fromhex(part) for part in RFC_8032[2])

    def multiplied():
        number = FIELD - 2
        for _ in range(20_000):
            number = number * (FIELD - 3) % FIELD

    def timed(work):
        begin = time.perf_counter()
        work()
        return time.perf_counter() - begin

    # By turns, the fastest of each: whatever else the machine does meanwhile, it does to both.
    pairs = [(timed(lambda: ed25519.verify(public, message, signature)), timed(multiplied)) for _ in range(20)]
    assert min(each for each, _ in pairs) <= min(each for _, each in pairs)
