"""Our ECDSA over P-256 against the RFC's vector, against OpenSSL through `cryptography`, and against forgeries."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.ledger import p256

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
KEYS = st.integers(1, ORDER - 1).map(lambda number: ec.derive_private_key(number, ec.SECP256R1()))

# RFC 6979, appendix A.2.5, SHA-256, message "sample".
PUBLIC = bytes.fromhex(
    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
)
R = 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
S = 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8


def public_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def test_the_vector_of_the_rfc_holds_and_no_neighbour_of_it() -> None:
    assert p256.verify(PUBLIC, b"sample", encode_dss_signature(R, S))
    assert not p256.verify(PUBLIC, b"simple", encode_dss_signature(R, S))
    assert not p256.verify(PUBLIC, b"sample", encode_dss_signature(S, R))
    assert not p256.verify(PUBLIC, b"sample", encode_dss_signature(R + 1, S))


@settings(max_examples=25, deadline=None)
@given(KEYS, st.binary(max_size=80), st.integers(0, 71 * 8 - 1))
def test_what_openssl_signs_holds_and_with_one_bit_turned_both_say_the_same(
    key: ec.EllipticCurvePrivateKey, message: bytes, bit: int
) -> None:
    signature = key.sign(message, ec.ECDSA(SHA256()))
    assert p256.verify(public_of(key), message, signature)
    turned = bytearray(signature)
    turned[bit // 8 % len(turned)] ^= 1 << bit % 8
    try:
        key.public_key().verify(bytes(turned), message, ec.ECDSA(SHA256()))
        theirs = True
    except InvalidSignature:
        theirs = False
    assert p256.verify(public_of(key), message, bytes(turned)) == theirs


def test_numbers_out_of_range_and_other_spellings_are_refused() -> None:
    for r, s in ((0, S), (R, 0), (ORDER, S), (R, ORDER), (R + ORDER, S), (R, S + ORDER)):
        assert not p256.verify(PUBLIC, b"sample", encode_dss_signature(r, s))
    good = encode_dss_signature(R, S)
    assert decode_dss_signature(good) == (R, S)
    padded = bytes((0x30, good[1] + 1, 0x02, good[3] + 1, 0)) + good[4:]
    for spelling in (good + b"\0", good[:-1], b"", padded, good[:1] + b"\x81" + good[1:], bytes(200)):
        assert not p256.verify(PUBLIC, b"sample", spelling)


def test_a_point_that_is_not_on_the_curve_is_no_key() -> None:
    assert p256.is_key(PUBLIC)
    moved = PUBLIC[:-1] + bytes((PUBLIC[-1] ^ 1,))
    for public in (moved, b"\x04" + bytes(64), b"\x02" + PUBLIC[1:33], b"", PUBLIC + b"\0", b"\x04" + b"\xff" * 64):
        assert not p256.is_key(public)
        assert not p256.verify(public, b"sample", encode_dss_signature(R, S))
