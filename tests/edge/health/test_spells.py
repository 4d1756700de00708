"""Flapping is one fault, and a fault ends only after a while of wellness."""

from minhbach.edge.health.spell import Spell

S = 1_000_000


def told(judgements: list[tuple[int, bool]], quiet_s: int = 60) -> list[tuple[int, str]]:
    spell = Spell(quiet_s * S)
    return [(at, said) for at, bad in judgements if (said := spell.judge(bad, at * S))]


def test_a_fault_begins_once_and_ends_once() -> None:
    assert told([(0, False), (10, True), (20, True), (30, False), (80, False), (90, False), (100, False)]) == [
        (10, "began"),
        (90, "ended"),
    ]


def test_what_comes_and_goes_every_half_minute_is_one_fault() -> None:
    flapping = [(at, at // 30 % 2 == 0) for at in range(0, 1200, 10)]
    assert told(flapping) == [(0, "began")]


def test_how_often_it_came_back_is_counted() -> None:
    spell = Spell(60 * S)
    for at in range(0, 200, 10):
        spell.judge(at // 20 % 2 == 0, at * S)
    assert spell.since_us == 0
    assert spell.times == 5


def test_a_second_fault_after_the_quiet_is_another() -> None:
    assert [said for _, said in told([(0, True), (10, False), (70, False), (80, True)])] == ["began", "ended", "began"]


def test_a_loose_plug_is_a_few_faults_a_day_and_calm_makes_up_for_it() -> None:
    day = [(at, at % 300 < 60) for at in range(0, 86_400, 10)]
    later = [(at, at % 300 < 60 and at < 90_100) for at in range(86_400, 100_000, 10)]
    faults = told([*day, *later], quiet_s=120)
    assert [said for _, said in faults] == ["began", "ended", "began", "ended"]
    # Well for an hour and more, it is a fault like the first again.
    again = told([*day, *later, *[(at, at < 100_010) for at in range(100_000, 100_200, 10)]], quiet_s=120)
    assert again[len(faults) :] == [(100_000, "began"), (100_130, "ended")]
