"""The catalogue of camera faults, and the wait between two attempts."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.edge import faults
from minhbach.edge.faults import Backoff, Fault, Patience

SECOND = 1_000_000


def test_every_fault_is_in_the_catalogue_under_its_own_code():
    named = [value for value in vars(faults).values() if isinstance(value, Fault)]
    assert {fault.code: fault for fault in named} == dict(faults.CATALOGUE)
    assert len(named) == len(faults.CATALOGUE)


def test_the_catalogue_cannot_be_changed():
    with pytest.raises(TypeError):
        faults.CATALOGUE["x"] = faults.WRONG_URL  # type: ignore[index]


@pytest.mark.parametrize("fault", faults.CATALOGUE.values(), ids=lambda fault: fault.code)
def test_every_sentence_is_whole_in_both_languages(fault):
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", fault.code)
    for sentence in fault.sentences:
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "  " not in sentence
    assert re.search(r"[ạảãàáâậầấẩẫăắằặẳẵệếềểễịỉĩọỏõộốồổỗơớờợởỡụủũưứừựửữỳỵỷỹđ]", fault.vi)
    assert fault.en.isascii()


def test_the_wait_is_jittered_over_a_ceiling_that_doubles_to_a_minute():
    backoff = Backoff(lambda: 0.999999)
    waits = [backoff.failed(faults.STREAM_BROKEN) / SECOND for _ in range(9)]
    assert [round(wait) for wait in waits] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert Backoff(lambda: 0.0).failed(faults.STREAM_BROKEN) == SECOND // 10


def test_after_success_the_wait_starts_again_from_the_shortest():
    backoff = Backoff(lambda: 0.999999)
    for _ in range(5):
        backoff.failed(faults.STREAM_BROKEN)
    backoff.succeeded()
    assert backoff.failed(faults.STREAM_BROKEN) <= SECOND


def test_a_host_that_does_not_answer_is_asked_again_within_seconds_however_long_it_was_away():
    backoff = Backoff(lambda: 0.999999)
    waits = [backoff.failed(faults.UNREACHABLE) / SECOND for _ in range(50)]
    assert [round(wait) for wait in waits[:5]] == [1, 2, 4, 6, 6]
    assert max(waits) <= 6


def test_a_host_that_answers_again_begins_with_the_shortest_wait():
    backoff = Backoff(lambda: 0.999999)
    for _ in range(50):
        backoff.failed(faults.CONNECTION_REFUSED)
    assert backoff.failed(faults.CLOSED_EARLY) <= SECOND


@given(st.integers(0, 60), st.floats(0, 1, exclude_max=True))
def test_a_refused_password_waits_at_least_five_minutes_whatever_the_draw(failures, draw):
    backoff = Backoff(lambda: draw)
    for _ in range(failures):
        backoff.failed(faults.STREAM_BROKEN)
    assert 300 * SECOND <= backoff.failed(faults.WRONG_PASSWORD) <= 1200 * SECOND


@given(st.integers(0, 200), st.sampled_from(list(faults.CATALOGUE.values())))
def test_a_wait_is_never_zero_and_never_endless(failures, fault):
    backoff = Backoff(random.Random(1).random)
    for _ in range(failures):
        backoff.failed(fault)
    assert 100_000 <= backoff.failed(fault) <= 1200 * SECOND


def test_every_fault_about_the_account_has_the_patience_of_a_password():
    about = ("wrong_password", "needs_password", "login_unsupported", "clear_password", "access_forbidden")
    assert all(faults.CATALOGUE[code].patience is Patience.PASSWORD for code in about)
