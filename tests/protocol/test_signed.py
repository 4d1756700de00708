"""A signed document is obeyed only by whom it is for, for what it is for, and unchanged."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from minhbach.protocol import sealed, signed
from minhbach.protocol.codec import Malformed
from minhbach.protocol.messages import CONFIGURE, HOLD, TIME, Outcome, TimeTold
from minhbach.protocol.sealed import CannotOpen
from minhbach.protocol.signed import NotSigned

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
MINE, YOURS = X25519PrivateKey.generate(), X25519PrivateKey.generate()
TOLD = TimeTold("0190b6a0-5c1e-7d2a-9f3b-2f1c7e4a8d60", "ab" * 16, 1_790_000_000_000_000)
SECRET = "Mật-khẩu:@/ 1"


def test_what_is_signed_is_read() -> None:
    assert signed.read(TIME, TimeTold, signed.sign(TIME, TOLD, KEY), [OTHER.public_key(), KEY.public_key()]) == TOLD


def test_no_document_of_one_purpose_serves_another() -> None:
    token = signed.sign(TIME, TOLD, KEY)
    for purpose in (CONFIGURE, HOLD, "tim", "time "):
        with pytest.raises(NotSigned):
            signed.read(purpose, TimeTold, token, [KEY.public_key()])


def test_a_document_of_another_shape_is_malformed_even_when_signed() -> None:
    with pytest.raises(Malformed):
        signed.read(TIME, TimeTold, signed.sign(TIME, Outcome(True), KEY), [KEY.public_key()])


def test_a_strangers_signature_counts_for_nothing() -> None:
    with pytest.raises(NotSigned):
        signed.read(TIME, TimeTold, signed.sign(TIME, TOLD, OTHER), [KEY.public_key()])


@given(st.data())
def test_no_changed_token_is_read(data: st.DataObject) -> None:
    token = signed.sign(TIME, TOLD, KEY)
    at = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.characters(codec="ascii", exclude_characters=token[at]))
    with pytest.raises((NotSigned, Malformed)):
        signed.read(TIME, TimeTold, token[:at] + letter + token[at + 1 :], [KEY.public_key()])


@given(st.text(max_size=100))
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises((NotSigned, Malformed)):
        signed.read(TIME, TimeTold, text, [KEY.public_key()])


def test_a_camera_login_opens_for_its_recorder_and_its_camera_only() -> None:
    text = sealed.seal_login("viewer", SECRET, sealed.public_text(MINE), "rec", "camera-1")
    assert SECRET not in text
    assert sealed.unseal_login(text, MINE, "rec", "camera-1") == ("viewer", SECRET)
    for key, recorder, camera in ((YOURS, "rec", "camera-1"), (MINE, "other", "camera-1"), (MINE, "rec", "camera-2")):
        with pytest.raises(CannotOpen):
            sealed.unseal_login(text, key, recorder, camera)


def test_the_same_login_sealed_twice_looks_different() -> None:
    public = sealed.public_text(MINE)
    assert sealed.seal("x", public, "use") != sealed.seal("x", public, "use")


@given(st.text(max_size=80))
def test_any_text_in_place_of_a_seal_cannot_be_opened(text: str) -> None:
    with pytest.raises(CannotOpen):
        sealed.unseal(text, MINE, "use")


@given(st.text(max_size=60))
def test_nothing_is_sealed_to_a_text_that_is_no_key(text: str) -> None:
    with pytest.raises(CannotOpen):
        sealed.seal("x", text, "use")
