"""What is said of a camera's pictures, from the numbers of its looks alone."""

import math
from dataclasses import replace

from minhbach.decode.wire import Look
from minhbach.edge.health import thresholds
from minhbach.edge.health.seeing import Seeing

S = 1_000_000
DAY = Look(150, 180, 0.8, 0.95, 0.95, 3.0, 0, 1.0)
NIGHT = Look(22, 26, 0.0, 0.6, 0.5, 20.0, 0, 1.0)
NOISE = Look(18, 19, 0.0, 0.02, 0.03, 20.0, 0, 1.0)
SMOOTH = Look(90, 120, 0.02, 0.04, 0.6, 3.0, 0, 1.0)
FROZEN = replace(DAY, change=0.0, ratio=0.01)


def said(*looks: Look) -> list[str]:
    seeing = Seeing()
    verdicts: list[str] = []
    for number, look in enumerate(looks):
        # As the child does: nothing can be said of what was not handed in.
        before, _, face = seeing.others
        look = replace(
            look,
            likeness=look.likeness if face else math.nan,
            steadiness=look.steadiness if before else math.nan,
        )
        verdicts.append(seeing.saw(look, b"sample %d" % number, number * 10 * S))
    return verdicts


def test_a_recorder_that_starts_in_a_dark_room_does_not_call_it_black() -> None:
    assert said(*[NIGHT] * 20) == [""] * 20


def test_one_that_starts_with_the_cap_on_does() -> None:
    assert said(*[NOISE] * 6)[3:] == ["black"] * 3


def test_a_dark_room_becomes_known_and_a_cap_at_night_is_black() -> None:
    assert said(*[NIGHT] * 6, *[NOISE] * 4)[-1] == "black"


def test_something_dark_that_stays_and_is_not_the_room_is_no_darkness() -> None:
    elsewhere = replace(NIGHT, likeness=0.02, structure=0.03)
    assert said(*[DAY] * 3, *[elsewhere] * 4)[-1] == "covered"


def test_a_camera_that_sends_black_without_noise_is_black() -> None:
    signal = Look(16, 16, 0.0, 0.04, 0.97, 0.0, 0, 0.01)
    assert said(*[DAY] * 3, *[signal] * 4)[-1] == "black"


def test_what_is_before_the_lens_covers_and_goes_when_it_is_gone() -> None:
    verdicts = said(*[DAY] * 3, *[SMOOTH] * 4, *[DAY] * 2)
    assert verdicts == [""] * 5 + ["covered"] * 2 + [""] * 2


def test_somebody_who_passes_close_to_the_lens_covers_nothing() -> None:
    assert said(*[DAY] * 3, *[SMOOTH] * (thresholds.SURE_LOOKS - 1), DAY) == [""] * 6


def test_three_still_looks_are_a_frozen_picture_and_one_movement_is_none() -> None:
    assert said(*[DAY] * 8, *[FROZEN] * 3)[-1] == "frozen"
    moving = replace(FROZEN, movement=4)
    assert said(*[DAY] * 8, FROZEN, moving, FROZEN, FROZEN)[-1] == ""


def test_without_an_earlier_look_only_a_picture_without_any_change_is_frozen() -> None:
    nothing = replace(FROZEN, ratio=math.nan)
    assert said(*[nothing] * thresholds.STILL_LOOKS_ALONE)[-1] == "frozen"
    assert said(*[replace(nothing, change=0.3)] * 8) == [""] * 8


def test_the_earlier_look_stays_one_from_before_the_picture_froze() -> None:
    seeing = Seeing()
    for number in range(8):
        seeing.saw(DAY, b"live %d" % number, number * S)
    for number in range(40):
        seeing.saw(FROZEN, b"still", number * S)
    assert seeing.verdict == "frozen"
    assert seeing.others[1].startswith(b"live")


def test_a_new_session_forgets_the_noise_and_keeps_the_room() -> None:
    seeing = Seeing()
    for number in range(8):
        seeing.saw(DAY, b"sample %d" % number, number * S)
    face = seeing.others[2]
    seeing.begin()
    assert seeing.others == (b"", b"", face)
    assert face
