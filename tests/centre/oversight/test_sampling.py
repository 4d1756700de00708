"""Moments to look at: drawn the same by everybody, known to nobody before, spread over the week."""

import datetime
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.centre.oversight.sampling import (
    HOUR_US,
    SECOND_US,
    Draw,
    Frame,
    Sign,
    Span,
    Wanted,
    draw,
    joined,
    seed_of,
    stratum_of,
)
from minhbach.centre.words.formats import VIETNAM

CLIP_US = 120 * SECOND_US
WANTED = Wanted(by_chance=4, by_signs=2, clip_us=CLIP_US, lead_us=30 * SECOND_US)
SEED = seed_of("9a-1", "2026-11", b"minhbach.vn/moc-xuyen\n12\nroot\n")


def at(day: int, hour: int, minute: int = 0) -> int:
    """In November 2026, in Vietnam; the 2nd is a Monday."""
    return int(datetime.datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM).timestamp()) * SECOND_US


def month(days: range = range(2, 30)) -> list[Span]:
    working = [day for day in days if datetime.date(2026, 11, day).isoweekday() < 6]
    return [span for day in working for span in ((at(day, 7, 30), at(day, 11, 30)), (at(day, 13), at(day, 17)))]


ALWAYS = [(at(1, 0), at(30, 0))]


def inside(span: Span, spans: list[Span]) -> bool:
    return any(begin <= span[0] and span[1] <= end for begin, end in joined(spans))


def spans_of(found: Draw) -> list[Span]:
    return [(each.begin_us, each.end_us) for each in found.moments]


spans = st.lists(
    st.tuples(st.integers(0, 700), st.integers(1, 300)).map(
        lambda pair: (at(2, 6) + pair[0] * 60 * SECOND_US, at(2, 6) + (pair[0] + pair[1]) * 60 * SECOND_US)
    ),
    max_size=8,
)
signs = st.lists(
    st.builds(
        Sign,
        kind=st.sampled_from(["petition", "rating", "fault"]),
        at_us=st.integers(at(2, 6), at(2, 22)),
        weight=st.integers(1, 3),
        reference=st.text("ab", max_size=2),
    ),
    max_size=6,
)


@settings(max_examples=60)
@given(spans, spans, signs, st.randoms())
def test_whoever_has_the_same_facts_in_whatever_order_draws_the_same(
    office: list[Span], covered: list[Span], signs: list[Sign], chance: random.Random
) -> None:
    first = draw(SEED, Frame(office, covered, signs), WANTED)
    for each in (office, covered, signs):
        chance.shuffle(each)
    assert draw(SEED, Frame(office, covered, signs), WANTED) == first


@settings(max_examples=60)
@given(spans, spans, signs)
def test_what_is_drawn_has_footage_lies_in_office_hours_and_is_looked_at_once(
    office: list[Span], covered: list[Span], signs: list[Sign]
) -> None:
    found = draw(SEED, Frame(office, covered, signs), WANTED)
    assert all(inside(span, covered) for span in spans_of(found))
    assert all(one[1] <= other[0] for one, other in zip(spans_of(found), spans_of(found)[1:], strict=False))
    by_chance = [each for each in found.moments if each.sign is None]
    assert len(by_chance) <= 4
    assert all(inside((each.begin_us, each.end_us), office) for each in by_chance)
    assert all(each.end_us - each.begin_us == CLIP_US for each in by_chance)
    assert len(found.moments) - len(by_chance) <= 2
    for each in found.moments:
        assert each.sign is None or each.begin_us <= each.sign.at_us < each.end_us
    assert all(not inside((sign.at_us, sign.at_us + 1), covered) for sign in found.unseen)


def test_a_stratum_has_its_second_turn_after_all_others_had_their_first() -> None:
    found = draw(SEED, Frame(month(), ALWAYS), Wanted(45, 0, CLIP_US, 0))
    # 07:30-11:30 and 13:00-17:00 on five weekdays: nine clock hours a day.
    assert (found.strata, found.slots) == (45, 180)
    assert set(Counter(stratum_of(begin) for begin, _ in spans_of(found)).values()) == {1}


def test_what_was_drawn_in_earlier_months_comes_last() -> None:
    first = draw(SEED, Frame(month(), ALWAYS), Wanted(44, 0, CLIP_US, 0))
    seen = Counter(stratum_of(begin) for begin, _ in spans_of(first))
    everything = draw(SEED, Frame(month(), ALWAYS), Wanted(45, 0, CLIP_US, 0))
    [left] = {stratum_of(begin) for begin, _ in spans_of(everything)} - set(seen)
    [begin] = [begin for begin, _ in spans_of(draw(SEED, Frame(month(), ALWAYS, seen=seen), Wanted(1, 0, CLIP_US, 0)))]
    assert stratum_of(begin) == left


def test_each_hour_and_each_second_is_as_likely_as_each_other() -> None:
    frame, wanted = Frame(month(range(2, 7)), ALWAYS), Wanted(1, 0, CLIP_US, 0)
    hours: Counter[int] = Counter()
    late = 0
    for number in range(1800):
        [(begin, _)] = spans_of(draw(seed_of("room", str(number), b"checkpoint"), frame, wanted))
        hours[begin - begin % HOUR_US] += 1
        late += begin % HOUR_US >= HOUR_US // 2
    # 45 slots, 40 expected in each, half a minute from the middle: six standard deviations.
    assert len(hours) == 45
    assert all(abs(many - 40) < 6 * 40**0.5 for many in hours.values())
    # Half-hours at the office's edge (07:30, 11:00) are half of two hours in nine; what is left is even.
    assert abs(late - 1800 * 0.5) < 6 * 450**0.5


def test_a_hole_in_one_hour_moves_no_moment_of_another() -> None:
    whole = draw(SEED, Frame(month(), ALWAYS), Wanted(10, 0, CLIP_US, 0))
    lost = whole.moments[4]
    hole = lost.begin_us - lost.begin_us % HOUR_US
    holed = draw(
        SEED, Frame(month(), [(ALWAYS[0][0], hole), (hole + HOUR_US, ALWAYS[0][1])]), Wanted(10, 0, CLIP_US, 0)
    )
    assert set(spans_of(whole)) - set(spans_of(holed)) == {(lost.begin_us, lost.end_us)}
    assert len(holed.moments) == 10


def test_the_gravest_signs_are_looked_at_and_those_without_footage_are_named() -> None:
    complaint, rating = Sign("petition", at(3, 9), 3, "p1"), Sign("rating", at(4, 9), 2)
    together, light = Sign("rating", at(3, 9, 1), 2), Sign("fault", at(5, 9), 1)
    dark = Sign("session", at(6, 9), 9)
    frame = Frame(month(), [(at(2, 0), at(6, 0))], [light, rating, together, dark, complaint])
    found = draw(SEED, frame, Wanted(0, 2, CLIP_US, 30 * SECOND_US))
    assert [each.sign for each in found.moments] == [complaint, rating]
    assert spans_of(found)[0] == (at(3, 9) - 30 * SECOND_US, at(3, 9) + 90 * SECOND_US)
    assert found.unseen == (dark,)


@pytest.mark.parametrize("frame", [Frame([], ALWAYS), Frame(month(), []), Frame(month(), [(at(2, 8), at(2, 8, 1))])])
def test_where_nothing_can_be_looked_at_nothing_is_drawn(frame: Frame) -> None:
    assert draw(SEED, frame, WANTED) == Draw((), (), 0, 0)


def test_another_room_month_or_checkpoint_is_another_chance() -> None:
    seeds = {
        seed_of("a", "2026-11", b"x"), seed_of("b", "2026-11", b"x"), seed_of("a", "2026-12", b"x"),
        seed_of("a", "2026-11", b"y"), seed_of("a2", "026-11", b"x"),
    }  # fmt: skip
    assert len(seeds) == 5
