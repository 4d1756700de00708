"""No name can slip out of its place in a subject."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.protocol import subjects
from minhbach.protocol.subjects import BadSubject, Place

RECORDER = "0190b6a0-5c1e-7d2a-9f3b-2f1c7e4a8d60"


def test_a_subject_says_who_and_what() -> None:
    assert subjects.parse(subjects.up(RECORDER, subjects.HELLO)) == Place("up", RECORDER, "hello")
    assert subjects.parse(subjects.down(RECORDER, subjects.ENTRIES)) == Place("dn", RECORDER, "entries")
    assert subjects.parse(subjects.live(RECORDER, "quay-1", "picture")) == Place("live", RECORDER, "quay-1.picture")


@given(st.text())
def test_no_text_but_a_plain_word_stands_in_a_subject(text: str) -> None:
    for make in (
        lambda: subjects.up(RECORDER, text),
        lambda: subjects.live(RECORDER, text),
        lambda: subjects.inbox(text),
        lambda: subjects.up_from_all(text),
    ):
        try:
            subject = make()
        except BadSubject:
            continue
        assert not set(text) & set(" .*>\r\n\t")
        assert subject.isascii()


@pytest.mark.parametrize("recorder", ["", "*", ">", "a.b", RECORDER.upper(), RECORDER + " ", RECORDER + "\n"])
def test_only_a_uuid_names_a_recorder(recorder: str) -> None:
    for make in (subjects.up, subjects.down, subjects.live):
        with pytest.raises(BadSubject):
            make(recorder, "hello")
    with pytest.raises(BadSubject):
        subjects.all_down(recorder)


@given(st.text())
def test_any_text_parses_or_is_a_bad_subject(text: str) -> None:
    with pytest.raises(BadSubject):
        subjects.parse(text)
