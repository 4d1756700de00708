"""What is said of a camera's pictures, from the numbers of its looks alone."""

import math
from dataclasses import replace

from minhbach.decode.wire import RELIEF_BYTES, Look
from minhbach.edge.health import thresholds
from minhbach.edge.health.seeing import Face, Seeing

S = 1_000_000
RELIEF = bytes(RELIEF_BYTES)
DAY = Look(150, 180, 0.8, 0.95, 0.95, 0.95, 20.0, 3.0, 0, 1.0, 5000.0)
NIGHT = Look(22, 26, 0.0, 0.4, 0.3, 0.4, 0.8, 20.0, 0, 1.0, 5000.0)
NOISE = Look(18, 19, 0.0, 0.02, 0.03, 0.02, 0.05, 20.0, 0, 1.0, 5000.0)
SMOOTH = Look(90, 120, 0.02, 0.04, 0.6, 0.6, 3.0, 3.0, 0, 1.0, 5000.0)
FROZEN = replace(DAY, change=0.0, ratio=0.01)


def said(*looks: Look, seeing: Seeing | None = None) -> list[str]:
    seeing = seeing or Seeing()
    verdicts: list[str] = []
    for number, look in enumerate(looks):
        # As the child does: nothing can be said of what was not handed in.
        before, _, face, run = seeing.others
        look = replace(
            look,
            likeness=look.likeness if face else math.nan,
            steadiness=look.steadiness if before else math.nan,
            remains=look.remains if run else math.nan,
            depth=look.depth if run else math.nan,
        )
        relief = number.to_bytes(2, "little") * (RELIEF_BYTES // 2)
        verdicts.append(seeing.saw(look, b"sample %d" % number, relief, number * 10 * S))
    return verdicts


def test_a_recorder_that_starts_in_a_dark_room_does_not_call_it_black() -> None:
    assert said(*[NIGHT] * 20) == [""] * 20


def test_one_that_starts_with_the_cap_on_does() -> None:
    assert said(*[NOISE] * 6)[3:] == ["black"] * 3


def test_a_dark_room_that_is_nearly_lost_in_noise_is_a_room_and_known_by_the_mean_of_its_looks() -> None:
    seeing = Seeing()
    nearly = replace(NIGHT, steadiness=0.1, remains=0.14, depth=0.5)
    assert said(*[nearly] * 4, seeing=seeing) == [""] * 4
    assert seeing.face == Face((1).to_bytes(2, "little") * (RELIEF_BYTES // 2), 4, dim=True)


def test_a_dark_room_becomes_known_and_a_cap_at_night_is_black() -> None:
    assert said(*[NIGHT] * 6, *[NOISE] * 4)[-1] == "black"


def test_something_dark_that_stays_and_is_not_the_room_is_no_darkness() -> None:
    elsewhere = replace(NIGHT, likeness=0.02, remains=0.16, depth=0.5)
    assert said(*[DAY] * 3, *[elsewhere] * 4)[-1] == "covered"


def test_another_room_that_is_a_little_like_the_room_covers_it() -> None:
    elsewhere = replace(DAY, likeness=0.28, ratio=math.nan)
    assert said(*[DAY] * 3, *[elsewhere] * 3)[-1] == "covered"
    assert said(*[DAY] * 3, *[replace(elsewhere, steadiness=0.35)] * 5)[-1] == ""


def test_a_camera_that_sends_black_without_noise_is_black() -> None:
    signal = Look(16, 16, 0.0, 0.04, 0.97, 1.0, 0.01, 0.0, 0, 0.01, 5000.0)
    assert said(*[DAY] * 3, *[signal] * 4)[-1] == "black"


def test_what_is_before_the_lens_covers_and_goes_when_it_is_gone() -> None:
    verdicts = said(*[DAY] * 3, *[SMOOTH] * 4, *[DAY] * 2)
    assert verdicts == [""] * 5 + ["covered"] * 2 + [""] * 2


def test_somebody_who_passes_close_to_the_lens_covers_nothing() -> None:
    assert said(*[DAY] * 3, *[SMOOTH] * (thresholds.SURE_LOOKS - 1), DAY) == [""] * 6


def test_three_still_looks_are_a_frozen_picture_and_one_movement_is_none() -> None:
    assert said(*[DAY] * 8, *[FROZEN] * 3)[-1] == "frozen"
    moving = replace(FROZEN, movement=4)
    swinging = [replace(DAY, change=change) for change in (29.0, 12.0, 6.1, 11.0, 13.5, 8.8)]
    short_of_bits = replace(DAY, change=4.9, ratio=0.45)
    assert said(*swinging, *[short_of_bits] * 5)[-1] == ""
    assert said(*[DAY] * 8, *[replace(FROZEN, change=1.5, ratio=0.5)] * 3)[-1] == "frozen"
    assert said(*[DAY] * 8, FROZEN, moving, FROZEN, FROZEN)[-1] == ""


def test_a_camera_without_noise_is_frozen_when_its_clock_stands_and_one_without_a_clock_is_not() -> None:
    polished = replace(DAY, change=0.3, ratio=0.9)
    still = replace(polished, stir=18.0, change=0.02)
    assert said(*[polished] * 8, *[still] * 3)[-1] == "frozen"
    assert said(*[replace(polished, stir=stir) for stir in (900, 700, 15) * 3], *[still] * 5)[-1] == ""
    assert said(*[replace(polished, change=3.0)] * 8, *[replace(still, change=3.0)] * 5)[-1] == ""


def test_without_an_earlier_look_only_a_picture_without_any_change_is_frozen() -> None:
    nothing = replace(FROZEN, ratio=math.nan)
    assert said(*[nothing] * thresholds.STILL_LOOKS_ALONE)[-1] == "frozen"
    assert said(*[replace(nothing, change=0.3)] * 8) == [""] * 8


def test_the_earlier_look_stays_one_from_before_the_picture_froze() -> None:
    seeing = Seeing()
    for number in range(8):
        seeing.saw(DAY, b"live %d" % number, RELIEF, number * S)
    for number in range(40):
        seeing.saw(FROZEN, b"still", RELIEF, number * S)
    assert seeing.verdict == "frozen"
    assert seeing.others[1].startswith(b"live")


def test_a_new_session_forgets_the_noise_and_keeps_the_room() -> None:
    seeing = Seeing()
    for number in range(8):
        seeing.saw(DAY, b"sample %d" % number, RELIEF, number * S)
    seeing.begin()
    assert seeing.others == (b"", b"", RELIEF, b"")


def test_the_room_is_the_mean_of_its_first_looks_and_then_taken_anew_now_and_then() -> None:
    seeing = Seeing()
    said(*[DAY] * 6, seeing=seeing)
    assert seeing.face == Face((1).to_bytes(2, "little") * (RELIEF_BYTES // 2), thresholds.FACE_LOOKS, dim=False)
    said(*[DAY] * 70, seeing=seeing)
    assert seeing.face.relief[0] > 50
