"""A scope says exactly which entries are meant, in one sequence of bytes that two people can sign."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.ledger import scope, tiles
from minhbach.ledger.entry import canonical, decode
from minhbach.ledger.scope import Asked, Scope, ScopeError, ScopeStream, choose
from minhbach.ledger.selection import PackageError
from tests.ledger.evidence import CAMERA, Scene
from tests.ledger.simulation import RECORDER, S

REQUEST, REQUESTER = "01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002"


def asked(room: Scene, begin_us: int, end_us: int, margin_us: int = 0) -> Asked:
    stream = ScopeStream(RECORDER, *CAMERA)
    return Asked(REQUEST, "ab" * 32, REQUESTER, (stream,), begin_us, end_us, margin_us)


def chosen(room: Scene, begin_us: int, end_us: int, margin_us: int = 0) -> Scope:
    return choose(asked(room, begin_us, end_us, margin_us), {RECORDER: readers(room)})


def readers(room: Scene) -> list[tiles.LogReader]:
    return [each.reader for each in room.logs() if isinstance(each.reader, tiles.LogReader)]


def numbers(room: Scene, found: Scope) -> list[int]:
    return [decode(readers(room)[0].entry(leaf.index))["number"] for leaf in found.leaves]


def test_a_scope_names_each_stretch_that_touches_the_range_by_the_hash_of_its_leaf(room: Scene) -> None:
    found = chosen(room, room.begin_us + 12 * S, room.begin_us + 31 * S)
    assert numbers(room, found) == [1, 2, 3]
    for leaf in found.leaves:
        [expected] = readers(room)[0].leaf_hashes(leaf.index, leaf.index + 1)
        assert leaf.hash == expected.hex()
        assert leaf.origin == room.recorder.logs[-1].origin


def test_the_margin_takes_in_the_neighbours_it_reaches_and_no_more(room: Scene) -> None:
    begin_us, end_us = room.begin_us + 22 * S, room.begin_us + 36 * S
    assert numbers(room, chosen(room, begin_us, end_us)) == [2, 3]
    assert numbers(room, chosen(room, begin_us, end_us, 5 * S)) == [1, 2, 3, 4]
    assert numbers(room, chosen(room, begin_us, end_us, 2 * S)) == [2, 3]


def test_the_margin_may_reach_beyond_the_log_but_the_range_may_not(room: Scene) -> None:
    assert len(chosen(room, room.begin_us, room.end_us, 60 * S).leaves) >= 6
    with pytest.raises(PackageError, match="account"):
        chosen(room, room.begin_us, room.end_us + 1, 60 * S)


def test_one_scope_has_one_hash_and_every_change_another(room: Scene) -> None:
    found = chosen(room, room.begin_us, room.end_us)
    again = chosen(room, room.begin_us, room.end_us)
    assert (found.data, found.hash) == (again.data, again.hash)
    assert scope.read(found.data) == found
    one, other = "01900000-0000-7000-8000-0000000000aa", "cd" * 32
    for changes in ({"request": one}, {"requester": one}, {"commitment": other}, {"copy": "masked"}, {"margin_us": 1}):
        assert Scope(replace(found.asked, **changes), found.leaves).hash != found.hash
    assert Scope(found.asked, found.leaves[1:]).hash != found.hash


def test_a_scope_says_nothing_of_who_and_why(room: Scene) -> None:
    value = json.loads(chosen(room, room.begin_us, room.end_us).data)
    assert value.keys() == {
        *("format", "version", "request", "commitment", "requester", "copy"),
        *("begin_us", "end_us", "margin_us", "streams", "leaves"),
    }


@given(st.data())
def test_whatever_is_put_into_a_scope_it_is_read_as_one_or_refused(room: Scene, data: st.DataObject) -> None:
    value: Any = json.loads(chosen(room, room.begin_us, room.begin_us + 20 * S).data)
    place, key = value, data.draw(st.sampled_from(sorted(value)))
    while isinstance(place[key], list) and place[key] and data.draw(st.booleans()):
        place, key = place[key], data.draw(st.integers(0, len(place[key]) - 1))
    place[key] = data.draw(st.sampled_from([None, True, -1, 1.5, 2**53, "", "masked", [], {}, [[]], "00" * 32, "x"]))
    try:
        bytes_ = canonical(value)
    except ValueError:
        bytes_ = json.dumps(value).encode()
    try:
        found = scope.read(bytes_)
    except ScopeError:
        return
    assert found.data == bytes_


def test_leaves_out_of_order_twice_or_of_a_recorder_nobody_asked_for_are_refused(room: Scene) -> None:
    found = chosen(room, room.begin_us, room.end_us)
    first, second, *rest = found.leaves
    other = replace(first, origin=first.origin.replace(RECORDER, REQUEST))
    for leaves in ((second, first, *rest), (first, first), (), (other,), (first, other)):
        with pytest.raises(ScopeError):
            scope.read(Scope(found.asked, leaves).data)


def test_a_request_for_a_recorder_whose_logs_are_not_here_is_refused(room: Scene) -> None:
    with pytest.raises(PackageError):
        choose(asked(room, room.begin_us, room.end_us), {})
