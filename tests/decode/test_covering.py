"""What is uncertain covers more, never less: the arithmetic, and people of the demo followed through pictures."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.centre.evidence.copies import covering, masking
from minhbach.centre.evidence.copies.covering import Key, Paths, Track, cover, covers
from minhbach.centre.evidence.copies.cutting import Cut
from minhbach.centre.evidence.copies.decisions import Decided
from minhbach.centre.evidence.copies.sealed import Sealed
from minhbach.decode.orders import WHOLE, Box
from minhbach.demo import figure, room
from minhbach.demo.fleet import FLEET
from minhbach.demo.picture import Painter
from tests.decode.filming import START_US
from tests.decode.sealing import PICTURES_A_SECOND, S, sealed

NONE = Paths({}, {})


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    left, top = draw(st.integers(0, WHOLE - 1)), draw(st.integers(0, WHOLE - 1))
    return left, top, draw(st.integers(1, WHOLE - left)), draw(st.integers(1, WHOLE - top))


def inside(inner: Box, outer: Box) -> bool:
    return bool(covering.intersection(inner, outer) == inner)


@given(boxes(), boxes(), st.integers(1, 10 * S), st.integers(0, 100))
def test_between_two_drawn_boxes_a_lost_person_is_covered_wherever_he_can_have_gone(
    first: Box, last: Box, length_us: int, part: int
) -> None:
    track = Track(1, (Key(5 * S, first), Key(5 * S + length_us, last)))
    at_us = 5 * S + length_us * part // 100
    found = cover(track, NONE, at_us)
    assert found is not None
    way = [a + (b - a) * part // 100 for a, b in zip(first, last, strict=True)]
    distance = max(abs(a - b) for a, b in zip(first, last, strict=True))
    if distance * 2 <= covering.REACH_A_S * length_us // S:
        middle = way[0] + way[2] // 2, way[1] + way[3] // 2
        assert found[0] <= middle[0] <= found[0] + found[2]
        assert found[1] <= middle[1] <= found[1] + found[3]


@given(boxes(), boxes(), boxes())
def test_where_two_searches_differ_both_places_are_covered(drawn: Box, there: Box, back: Box) -> None:
    track = Track(1, (Key(5 * S, drawn), Key(8 * S, drawn)))
    found = cover(track, Paths({6 * S: there}, {6 * S: back}), 6 * S)
    assert found is not None
    assert inside(there, found)
    assert inside(back, found)


@given(boxes(), st.integers(0, 60 * S), st.integers(0, 10 * S))
def test_what_is_lost_is_covered_ever_wider_until_somebody_draws_again(drawn: Box, at_us: int, more_us: int) -> None:
    track = Track(1, (Key(5 * S, drawn),))
    one, later = cover(track, NONE, 5 * S + at_us), cover(track, NONE, 5 * S + at_us + more_us)
    assert one is not None
    assert later is not None
    assert inside(one, later)
    assert inside(drawn, one)
    assert cover(track, NONE, 30 * S) == (0, 0, WHOLE, WHOLE)


def test_a_search_without_a_drawn_box_behind_it_is_believed_for_three_seconds_only() -> None:
    stuck = dict.fromkeys(range(5 * S, 20 * S, S), (1000, 1000, 500, 500))
    track = Track(1, (Key(5 * S, (1000, 1000, 500, 500)),))
    early, late = cover(track, Paths(stuck, {}), 7 * S), cover(track, Paths(stuck, {}), 12 * S)
    assert early is not None
    assert early[2] < 1500
    assert late == (0, 0, WHOLE, WHOLE)


def test_a_person_is_covered_from_a_second_before_the_first_box_until_he_is_said_to_be_gone() -> None:
    track = Track(1, (Key(5 * S, (1000, 1000, 500, 500)),), 9 * S)
    shown = [second for second in range(12) if cover(track, NONE, second * S) is not None]
    assert shown == [4, 5, 6, 7, 8]


def test_a_picture_nobody_decided_about_has_no_covers_and_so_becomes_black() -> None:
    found = covers([], [(2 * S, 4 * S)], range(0, 6 * S, S))
    assert found == {2 * S: [], 3 * S: []}


SPEC = FLEET[0]
SECONDS = 26


def heads(at_us: int) -> list[tuple[int, Box]]:
    """Where visitors' heads are in the drawn picture, by the number of their visit."""
    painter = Painter(SPEC)
    look = room.ROOMS[SPEC.room]
    seconds = at_us / S + painter._act_s
    found = []
    for seat, actor in seated(seconds, look.seats):
        left = painter._placed(actor.x, figure.WIDTH) + 26
        top = (actor.y - figure.HEIGHT + 8) & ~1
        box = clipped(left, top, 46, 56)
        if box is not None:
            # Whoever comes next to the same seat wears something else.
            found.append((seat * 10 + actor.clothes, box))
    return found


def seated(seconds: float, seats: tuple[int, ...]) -> list[tuple[int, figure.Actor]]:
    return [(index, actor) for index in range(len(seats)) for actor in one(seconds, seats, index)]


def one(seconds: float, seats: tuple[int, ...], index: int) -> list[figure.Actor]:
    """The visitor of one seat: everybody's walk depends on the number of his seat."""
    alone = list(figure.scene(seconds, seats[: index + 1]))
    before = list(figure.scene(seconds, seats[:index]))
    return [actor for actor in alone if actor not in before]


def clipped(left: int, top: int, width: int, height: int) -> Box | None:
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(room.WIDTH, left + width), min(room.HEIGHT, top + height)
    if x1 - x0 < 6 or y1 - y0 < 6:
        return None
    return (
        x0 * WHOLE // room.WIDTH,
        y0 * WHOLE // room.HEIGHT,
        (x1 - x0) * WHOLE // room.WIDTH,
        (y1 - y0) * WHOLE // room.HEIGHT,
    )


def drawn(every_s: int) -> list[Track]:
    """What a careful person draws who looks at one picture a second.

    A head where it is first seen, then every so many seconds, and where it is last seen; and that it is gone.
    """
    seen: dict[int, list[Key]] = {}
    for second in range(SECONDS):
        for number, box in heads(START_US + second * S):
            seen.setdefault(number, []).append(Key(START_US + second * S, box))
    ends_us = START_US + SECONDS * S
    return [
        Track(number, (*found[:-1:every_s], found[-1]), gone if (gone := found[-1].at_us + S) < ends_us else None)
        for number, found in seen.items()
    ]


def uncovered(found: dict[int, list[Box]]) -> list[float]:
    """Of every head in every picture: which share shows."""
    shares = []
    for at_us, boxes in found.items():
        for _, head in heads(at_us):
            pixels = {
                (x, y) for x in range(head[0], head[0] + head[2], 60) for y in range(head[1], head[1] + head[3], 60)
            }
            bare = {
                (x, y) for x, y in pixels if not any(b[0] <= x < b[0] + b[2] and b[1] <= y < b[1] + b[3] for b in boxes)
            }
            shares.append(len(bare) / len(pixels))
    return shares


def cut(files: Sequence[Sealed]) -> Cut:
    return Cut(tuple(files), files[0].begin_us, files[-1].end_us, "", "", {})


@pytest.mark.parametrize("every_s", [2, 4])
def test_heads_of_the_demo_stay_covered_however_seldom_they_were_drawn(tmp_path: Path, every_s: int) -> None:
    files = [
        Sealed(START_US + at * S, START_US + (at + 13) * S, sealed(tmp_path, at, 13, sound=False))
        for at in range(0, SECONDS, 13)
    ]
    tracks = drawn(every_s)
    assert tracks
    found = masking.covered(cut(files), Decided(tuple(tracks), ((files[0].begin_us, files[-1].end_us),)))
    assert len(found) == SECONDS * PICTURES_A_SECOND
    shares = uncovered(found)
    assert len(shares) > 60
    bare = sum(share > 0.05 for share in shares) / len(shares)
    area = sum(b[2] * b[3] for boxes in found.values() for b in boxes) / WHOLE**2 / len(found)
    print(f"every {every_s} s: {len(shares)} heads, {bare:.4f} showing more than a twentieth, {area:.3f} covered")
    assert bare == 0
    assert area < {2: 0.2, 4: 0.4}[every_s]
