"""An approval counts for one scope, one person and one key; anything else is named and does not count."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.ledger.approval import Approval, Judged, Kind, attested_message, certificate_message, judge, read
from minhbach.ledger.entry import canonical
from tests.ledger.consent import CENTRE, assertion, attested, credential, keyed, person, public_of, security_key
from tests.ledger.evidence import STRANGER

SCOPE, REQUESTER = "5c" * 32, person(9)


def judged(approvals: Sequence[Approval], **listed: str) -> list[Judged]:
    return list(judge(approvals, SCOPE, REQUESTER, [CENTRE.verifier], {key: name for name, key in listed.items()}))


def test_a_security_key_that_the_court_lists_needs_nobody_to_vouch_for_it() -> None:
    [found] = judge([keyed(SCOPE, 1)], SCOPE, REQUESTER, [], {public_of(security_key(1)): "A"})
    assert (found.kind, found.problem) == (Kind.LISTED_KEY, "")


def test_the_kinds_are_told_apart() -> None:
    found = judged([keyed(SCOPE, 1), attested(SCOPE, 2), keyed(SCOPE, 3)], A=public_of(security_key(3)))
    assert [each.kind for each in found] == [Kind.CERTIFIED_KEY, Kind.ATTESTED, Kind.LISTED_KEY]
    assert not any(each.problem for each in found)


def test_without_a_key_of_the_centre_nobody_can_tell() -> None:
    found = list(judge([keyed(SCOPE, 1), attested(SCOPE, 2)], SCOPE, REQUESTER, [], {}))
    assert [(each.kind, each.problem) for each in found] == [(None, ""), (None, "")]


def test_the_requester_one_person_twice_and_one_key_for_two_do_not_count() -> None:
    assert judged([attested(SCOPE, 9)])[0].problem
    assert [bool(each.problem) for each in judged([attested(SCOPE, 1), keyed(SCOPE, 1)])] == [False, True]
    shared = security_key(1)
    assert [bool(each.problem) for each in judged([keyed(SCOPE, 1), keyed(SCOPE, 2, shared)])] == [False, True]


def altered() -> list[tuple[str, Approval]]:
    good, weak = keyed(SCOPE, 1), attested(SCOPE, 2)
    said, key = good.statement, security_key(1)
    other, stranger = replace(said, at_us=said.at_us + 1), replace(said, name="Người khác")
    return [
        ("another scope", keyed("00" * 32, 1)),
        ("another scope, attested", attested("00" * 32, 1)),
        ("a changed statement", replace(good, statement=other)),
        ("a changed statement, attested", replace(weak, statement=other)),
        ("another name than the key's", replace(good, statement=stranger, assertion=assertion(stranger, key))),
        ("another key", replace(good, assertion=assertion(said, security_key(2)))),
        ("nobody touched it", replace(good, assertion=assertion(said, key, flags=4))),
        ("nobody was verified", replace(good, assertion=assertion(said, key, flags=1))),
        ("another place", replace(good, assertion=assertion(said, key, rp_id="evil.example"))),
        ("a registration", replace(good, assertion=assertion(said, key, kind="webauthn.create"))),
        ("a stranger's certificate", replace(good, signature=STRANGER.sign(certificate_message(credential(1))))),
        ("a stranger's word", replace(weak, signature=STRANGER.sign(attested_message(weak.statement)))),
        ("a word for a certificate", replace(weak, signature=CENTRE.sign(certificate_message(credential(2))))),
    ]


@pytest.mark.parametrize(("what", "approval"), altered(), ids=[each[0] for each in altered()])
def test_an_approval_that_was_changed_does_not_count(what: str, approval: Approval) -> None:
    [found] = judged([approval])
    assert found.problem, what


def test_an_approval_comes_back_from_a_manifest_as_it_was() -> None:
    for approval in (keyed(SCOPE, 1), attested(SCOPE, 2)):
        value = approval.as_json()
        canonical(value)
        assert read(value) == approval


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_an_approval_of_any_shape_is_read_or_refused_and_never_holds_changed(data: st.DataObject) -> None:
    good = data.draw(st.sampled_from([keyed(SCOPE, 1), attested(SCOPE, 2)]))
    value: Any = good.as_json()
    place = value
    key = data.draw(st.sampled_from(sorted(place)))
    if isinstance(place[key], dict) and data.draw(st.booleans()):
        place = place[key]
        key = data.draw(st.sampled_from(sorted(place)))
    place[key] = data.draw(st.sampled_from([None, True, 0, -1, "", "00", "zz", [], {}, {"name": 1}, "00" * 32]))
    try:
        found = read(value)
    except (KeyError, TypeError, ValueError):
        return
    assert found == good or judged([found])[0].problem
