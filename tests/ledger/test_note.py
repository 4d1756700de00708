"""Signed notes: what is handed out was signed, and there is one spelling of everything."""

from base64 import b64encode
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.ledger import note
from minhbach.ledger.note import NoteError, Signer, UntrustedNote, Verifier
from tests.ledger.people import LOG, NEXT_LOG, OTHER_LOG, OTHER_WITNESS, WITNESS

TEXT = "Ủy ban nhân dân\n\nhai dòng\n"
SIGNED = note.sign(TEXT, LOG)


def line_of(signed: bytes, row: int = -1) -> bytes:
    return signed.splitlines(keepends=True)[row]


def test_a_signed_note_opens_with_its_text_and_its_signer():
    opened = note.open(SIGNED, [LOG.verifier, OTHER_LOG.verifier])
    assert opened.text == TEXT
    assert [(line.name, line.key_id, line.time_s) for line in opened.signatures] == [
        (LOG.name, LOG.verifier.key_id, None)
    ]


def test_two_keys_of_one_name_are_two_keys():
    both = note.sign(TEXT, LOG, NEXT_LOG)
    for known, expected in [([LOG], 1), ([NEXT_LOG], 1), ([LOG, NEXT_LOG], 2)]:
        assert len(note.open(both, [signer.verifier for signer in known]).signatures) == expected


def test_a_cosignature_tells_its_time_and_signs_the_same_text():
    whole = SIGNED + note.cosign(TEXT, WITNESS, 1_800_000_000)
    opened = note.open(whole, [LOG.verifier, WITNESS.verifier])
    assert [line.time_s for line in opened.signatures] == [None, 1_800_000_000]


def test_a_cosignature_with_another_time_is_refused():
    line = note.cosign(TEXT, WITNESS, 1_800_000_000)
    signature = note.open(SIGNED + line, [WITNESS.verifier]).signatures[0]
    moved = (1_700_000_000).to_bytes(8, "big") + signature.value[8:]
    forged = note.signature_line(WITNESS.name, signature.key_id, moved)
    with pytest.raises(UntrustedNote):
        note.open(SIGNED + forged, [LOG.verifier, WITNESS.verifier])


def test_a_log_key_and_a_witness_key_made_of_the_same_bytes_cannot_stand_in_for_each_other():
    as_witness = Signer(LOG.name, LOG.public, LOG.sign, note.WITNESS_KEY)
    assert as_witness.verifier.key_id != LOG.verifier.key_id
    with pytest.raises(UntrustedNote):
        note.open(SIGNED, [as_witness.verifier])
    own = note.open(SIGNED, [LOG.verifier]).signatures[0].value
    assert not as_witness.verifier.verify(TEXT.encode(), bytes(8) + own)


def test_a_key_kept_for_one_purpose_refuses_the_other():
    with pytest.raises(NoteError):
        note.sign(TEXT, WITNESS)
    with pytest.raises(NoteError):
        note.cosign(TEXT, LOG, 1)


def test_unknown_keys_are_passed_over_but_one_known_key_must_have_signed():
    assert note.open(note.sign(TEXT, LOG, OTHER_LOG), [LOG.verifier]).text == TEXT
    for strangers in ([], [OTHER_LOG.verifier], [WITNESS.verifier]):
        with pytest.raises(UntrustedNote):
            note.open(SIGNED, strangers)


def test_a_wrong_signature_of_a_known_key_spoils_the_whole_note():
    own = line_of(note.sign("another text\n", LOG))
    with pytest.raises(UntrustedNote):
        note.open(note.sign(TEXT, OTHER_LOG) + own, [LOG.verifier, OTHER_LOG.verifier])


@given(st.integers(0, 8 * len(SIGNED) - 1))
def test_one_changed_bit_anywhere_never_opens_with_another_text(bit):
    changed = bytearray(SIGNED)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NoteError):
        note.open(bytes(changed), [LOG.verifier])


@given(st.binary(max_size=300) | st.text().map(lambda text: text.encode(errors="replace") + line_of(SIGNED)))
def test_any_other_bytes_open_with_a_note_error_or_not_at_all(data):
    with pytest.raises(NoteError):
        note.open(data, [LOG.verifier])


@given(st.text(max_size=100).map(lambda text: text + "\n"))
def test_whatever_text_can_be_signed_can_be_opened_again(text):
    with suppress(NoteError):
        assert note.open(note.sign(text, LOG), [LOG.verifier]).text == text


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\n\n",
        b"text\n",
        b"text\n\n",
        SIGNED.rstrip(b"\n"),
        SIGNED + b"\n",
        SIGNED.replace(b"\n\n\xe2\x80\x94", b"\n\xe2\x80\x94"),
        SIGNED.replace("— ".encode(), b"- "),
        SIGNED.replace("— ".encode(), "—  ".encode()),
        SIGNED[:-1] + b" \n",
        SIGNED + b"not a signature\n",
        SIGNED + "— name AAAA\n".encode(),
        SIGNED + "— name+plus AAAAAAAA\n".encode(),
        SIGNED + "— a\u00a0b AAAAAAAA\n".encode(),
        SIGNED.replace(b"hai", b"h\x07i"),
        SIGNED.replace(b"hai", b"h\xffi"),
        SIGNED + line_of(SIGNED) * note.MOST_SIGNATURES,
        b"x" * note.LONGEST_NOTE_BYTES + b"\n\n" + line_of(SIGNED),
    ],
)
def test_a_note_out_of_form_is_refused(broken):
    with pytest.raises(NoteError):
        note.open(broken, [LOG.verifier])


def test_a_note_cut_within_its_last_line_is_refused_although_the_first_would_do():
    both = note.sign(TEXT, LOG, NEXT_LOG)
    assert note.open(both, [LOG.verifier]).text == TEXT
    with pytest.raises(NoteError):
        note.open(both[:-1], [LOG.verifier])


def test_a_note_longer_than_the_limit_is_refused_although_it_is_signed():
    fitting = note.LONGEST_NOTE_BYTES - len(note.sign("\n", LOG))
    assert len(note.open(note.sign("x" * fitting + "\n", LOG), [LOG.verifier]).text) == fitting + 1
    with pytest.raises(NoteError):
        note.open(note.sign("x" * (fitting + 1) + "\n", LOG), [LOG.verifier])


@pytest.mark.parametrize(("time_s", "good"), [(0, True), (2**63 - 1, True), (2**63, False), (2**64 - 1, False)])
def test_a_cosignature_is_made_before_the_end_of_time(time_s, good):
    line = note.cosign(TEXT, WITNESS, time_s)
    if good:
        assert note.open(SIGNED + line, [WITNESS.verifier]).signatures[0].time_s == time_s
    else:
        with pytest.raises(UntrustedNote):
            note.open(SIGNED + line, [WITNESS.verifier])


def test_base64_has_one_spelling():
    encoded = line_of(SIGNED).split(b" ")[2].rstrip(b"\n")
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    assert encoded.endswith(b"=")
    place = encoded.index(b"=") - 1
    for digit in alphabet:
        other = encoded[:place] + bytes((digit,)) + encoded[place + 1 :]
        if other != encoded:
            with pytest.raises(NoteError):
                note.open(SIGNED.replace(encoded, other), [LOG.verifier])
    for other in (encoded.rstrip(b"="), encoded + b"=", encoded.replace(b"=", b"\n=")):
        with pytest.raises(NoteError):
            note.open(SIGNED.replace(encoded, other), [LOG.verifier])


def test_at_least_sixteen_signatures_are_read():
    many = note.sign(TEXT, *[LOG] * 16)
    assert len(note.open(many, [LOG.verifier]).signatures) == 16


@pytest.mark.parametrize("text", ["", "no end", "bell\x07\n", "carriage\r\n", "half \ud800\n"])
def test_a_text_that_is_no_notes_text_is_not_signed(text):
    with pytest.raises(NoteError):
        note.sign(text, LOG)


def test_a_note_is_signed_by_somebody_and_with_whole_signatures():
    with pytest.raises(NoteError):
        note.sign(TEXT)
    with pytest.raises(NoteError):
        note.sign(TEXT, Signer(LOG.name, LOG.public, lambda message: b"short"))


@pytest.mark.parametrize("signer", [LOG, NEXT_LOG, WITNESS, OTHER_WITNESS])
def test_a_vkey_is_read_back_as_the_same_key(signer):
    assert note.parse_vkey(signer.verifier.vkey) == signer.verifier


def test_a_vkey_whose_base64_holds_plus_signs_is_read_whole():
    keys = (Verifier("n", note.LOG_KEY, sha256(bytes((number,))).digest()) for number in range(20))
    with_plus = [key for key in keys if "+" in key.vkey.split("+", 2)[2]]
    assert with_plus
    assert all(note.parse_vkey(key.vkey) == key for key in with_plus)


def vkey(name: str, material: bytes, identity: str | None = None) -> str:
    own = f"{note.key_id(name, material[0], material[1:]):08x}"
    return f"{name}+{identity or own}+{b64encode(material).decode()}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000",
        "name+00000000+",
        "name+zz+AAAA",
        vkey("name", b"\1" + LOG.public, "00000000"),
        vkey("name", b"\1" + LOG.public).upper(),
        vkey("name", b"\2" + LOG.public),
        vkey("name", b"\1" + LOG.public + b"x"),
        vkey("na me", b"\1" + LOG.public),
        vkey("", b"\1" + LOG.public),
        vkey("name", b"\1" + LOG.public) + "\n",
        "\ud800" + LOG.verifier.vkey,
    ],
)
def test_a_vkey_that_contradicts_itself_is_refused(text):
    with pytest.raises(NoteError):
        note.parse_vkey(text)


@given(st.text())
def test_any_text_is_a_vkey_or_a_note_error(text):
    with suppress(NoteError):
        assert note.parse_vkey(text).vkey == text


def test_another_library_may_check_the_equation_but_not_the_form():
    believing = Verifier(LOG.name, note.LOG_KEY, LOG.public, lambda *_: True)
    assert believing.verify(b"anything\n", note.open(SIGNED, [LOG.verifier]).signatures[0].value)
    assert not believing.verify(b"anything\n", b"\xff" * 64)


def test_a_signing_function_never_shows_in_a_repr():
    assert "sign=" not in repr(LOG)
