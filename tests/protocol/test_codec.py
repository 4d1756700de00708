"""A stranger's bytes are a message of the kind expected, or one error; never anything else."""

from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.ledger import tiles
from minhbach.protocol import codec, messages
from minhbach.protocol.codec import Malformed
from minhbach.protocol.messages import Hello, LogHead, Outcome, StreamState, pack_entries, unpack_entries


@dataclass(frozen=True, slots=True)
class Inner:
    name: str
    when: int | None


@dataclass(frozen=True, slots=True)
class Outer:
    kind: Literal["a", "b"]
    on: bool
    inner: tuple[Inner, ...]


@dataclass(frozen=True, slots=True)
class Older:
    name: str


@dataclass(frozen=True, slots=True)
class Newer:
    name: str
    size: int | None = None
    often: bool = False
    times: int = 0


GOOD = Outer("b", True, (Inner("Quầy 1", None), Inner("", 5)))


def test_what_is_encoded_comes_back() -> None:
    assert codec.decode(Outer, codec.encode(GOOD)) == GOOD
    head = LogHead("2026", 7, "note\n")
    hello = Hello("0190b6a0-5c1e-7d2a-9f3b-2f1c7e4a8d60", "0.1", "key", 3, (head,))
    assert codec.decode(Hello, codec.encode(hello)) == hello


def test_a_field_with_a_default_may_be_missing_and_no_other() -> None:
    older = b'{"done":false,"en":"No.","v":1,"vi":"Kh\xc3\xb4ng."}'
    assert codec.decode(Outcome, older) == Outcome(False, "Không.", "No.")
    with pytest.raises(Malformed):
        codec.decode(Outcome, b'{"en":"No.","v":1}')


@pytest.mark.parametrize("newer", [Newer("x", 5), Newer("x", 0), Newer("x", None, True), Newer("x", None, False, 1)])
def test_an_older_side_understands_a_newer_one_that_has_nothing_new_to_say(newer: Newer) -> None:
    assert codec.decode(Older, codec.encode(Newer("x"))) == Older("x")
    assert codec.decode(Newer, codec.encode(newer)) == newer
    with pytest.raises(Malformed):
        codec.decode(Older, codec.encode(newer))


@given(st.builds(Outcome, st.booleans(), st.text(), st.text(), st.integers(-(2**53) + 1, 2**53 - 1), st.booleans()))
def test_every_message_has_one_spelling(outcome: Outcome) -> None:
    try:
        data = codec.encode(outcome)
    except ValueError:
        return  # half a surrogate pair has none
    assert codec.decode(Outcome, data) == outcome
    with pytest.raises(Malformed):
        codec.decode(Outcome, data.replace(b":", b": ", 1))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"inner":[],"kind":"b","on":true}',
        b'{"inner":[],"kind":"b","on":true,"v":2}',
        b'{"inner":[],"kind":"b","on":true,"v":true}',
        b'{"inner":[],"kind":"c","on":true,"v":1}',
        b'{"inner":[],"kind":"b","on":1,"v":1}',
        b'{"inner":{},"kind":"b","on":true,"v":1}',
        b'{"inner":[{"name":"x"}],"kind":"b","on":true,"v":1}',
        b'{"inner":[{"name":"x","when":"5"}],"kind":"b","on":true,"v":1}',
        b'{"inner":[],"kind":"b","more":0,"on":true,"v":1}',
    ],
)
def test_what_is_not_exactly_the_class_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        codec.decode(Outer, data)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_malformed(data: bytes) -> None:
    for kind in (Outer, Hello, StreamState, messages.Configuration, messages.HoldOrder):
        with pytest.raises(Malformed):
            codec.decode(kind, data)


def test_too_much_is_refused_before_it_is_read() -> None:
    data = codec.encode(Outcome(True, "x" * 1000))
    with pytest.raises(Malformed):
        codec.decode(Outcome, data, most_bytes=500)


def test_the_error_repeats_nothing_of_what_stood_there() -> None:
    with pytest.raises(Malformed) as caught:
        codec.decode(Outer, b'{"inner":[],"kind":"mat-khau","on":true,"v":1}')
    assert "mat-khau" not in str(caught.value)


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=1, max_size=300), max_size=20))
def test_entries_come_back_as_they_were_packed(begin: int, entries: list[bytes]) -> None:
    assert unpack_entries(pack_entries(begin, entries)) == (begin, entries)


@given(st.binary(max_size=400))
def test_any_bytes_are_whole_entries_or_malformed(data: bytes) -> None:
    try:
        begin, entries = unpack_entries(data)
    except Malformed:
        return
    assert pack_entries(begin, entries) == data


def test_more_than_one_answer_takes_is_refused() -> None:
    entry = b"x" * tiles.LONGEST_ENTRY_BYTES
    with pytest.raises(Malformed):
        unpack_entries(pack_entries(0, [entry] * 4))
