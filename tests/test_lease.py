"""A lease gives exactly the right that was signed, to nobody else, and not for longer."""

import base64
import json
from dataclasses import asdict, replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from minhbach.lease import LIFE_US, Lease, LeaseRefused, sign, verify

KEY = Ed25519PrivateKey.generate()
OTHER = Ed25519PrivateKey.generate()
NOW_US = 1_797_000_000_000_000
CAMERA = "0190b5a0-0000-7000-8000-000000000001/quầy-1"
LIVE = Lease("a" * 32, "live", (CAMERA,), True, 0, 0, NOW_US, NOW_US + LIFE_US, "b" * 64)


def refusal(token: str, now_us: int = NOW_US) -> str:
    with pytest.raises(LeaseRefused) as refused:
        verify(token, [KEY.public_key()], now_us)
    assert refused.value.vi != refused.value.en
    return refused.value.code


def spelled(values: object, key: Ed25519PrivateKey = KEY) -> str:
    """A token with any content, rightly signed."""
    body = json.dumps(values, sort_keys=True, separators=(",", ":")).encode()
    parts = (body, key.sign(b"minhbach-lease-v1\n" + body))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def test_what_was_signed_is_what_is_read():
    playback = replace(LIVE, kind="playback", begin_us=1, end_us=2, cameras=(CAMERA, CAMERA + "b"))
    for lease in (LIVE, playback):
        assert verify(sign(lease, KEY), [OTHER.public_key(), KEY.public_key()], NOW_US) == lease


def test_a_lease_that_another_key_signed_gives_nothing():
    assert refusal(sign(LIVE, OTHER)) == "forged"


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_a_token_with_any_bit_changed_gives_nothing(place: int, bit: int):
    token = bytearray(sign(LIVE, KEY), "ascii")
    token[place % len(token)] ^= 1 << bit
    assert refusal(token.decode("latin-1")) in ("forged", "malformed")


@given(st.text())
def test_any_text_is_refused_and_nothing_worse(text: str):
    assert refusal(text) in ("malformed", "forged")


def test_a_lease_ends_by_itself_within_ten_seconds():
    token = sign(LIVE, KEY)
    assert verify(token, [KEY.public_key()], NOW_US + LIFE_US - 1) == LIVE
    assert refusal(token, NOW_US + LIFE_US) == "expired"
    with pytest.raises(ValueError):
        sign(replace(LIVE, expires_us=NOW_US + LIFE_US + 1), KEY)


def test_a_lease_of_the_future_is_refused():
    assert refusal(sign(LIVE, KEY), NOW_US - 3_000_000) == "early"


@pytest.mark.parametrize(
    "change",
    [
        {"expires_us": NOW_US + LIFE_US + 1},
        {"expires_us": NOW_US},
        {"kind": "export"},
        {"cameras": []},
        {"cameras": "x" * 40},
        {"cameras": [CAMERA] * 26},
        {"cameras": ["quầy-1"]},
        {"cameras": [CAMERA.replace("/", "/../")]},
        {"sound": 1},
        {"begin_us": 5},
        {"issued_us": float(NOW_US)},
        {"viewing": "A" * 32},
        {"commitment": ""},
        {"more": 1},
    ],
    ids=str,
)
def test_even_a_rightly_signed_lease_must_be_of_the_known_form(change: dict[str, object]):
    assert refusal(spelled({**asdict(LIVE), **change})) == "malformed"


def test_one_token_has_one_spelling():
    body, _, signature = sign(LIVE, KEY).partition(".")
    assert refusal(f"{body}=.{signature}") == "malformed"
    assert refusal(f"{body}.{signature}==") == "malformed"
