"""What a look measures: the numbers by which black, covered and frozen pictures are told from a room."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from minhbach.decode.child import Decoder, NotDecodable
from minhbach.decode.wire import Footage, Look, Sound
from minhbach.demo.encoder import AacEncoder, VideoEncoder
from minhbach.demo.fleet import FLEET
from minhbach.demo.picture import Painter
from minhbach.demo.spec import StreamSpec
from minhbach.edge.health import thresholds
from minhbach.fmp4 import AudioConfig, VideoConfig
from tests.decode.filming import START_US, filmed, joined

CHANCE = np.random.default_rng(11)


def room(second: int = 0, light: float = 1.0) -> np.ndarray:
    planes = Painter(FLEET[0]).paint(0, START_US + second * 1_000_000).copy()
    planes[:360] = (planes[:360] - 16.0) * light + 16
    return planes


def plain(luma: float) -> np.ndarray:
    planes = np.full((540, 640), 128, np.uint8)
    planes[:360] = luma
    return planes


def grainy(planes: np.ndarray, noise: float = 2.0) -> np.ndarray:
    grain = np.rint(CHANCE.normal(0, noise, planes.shape))
    return (planes + grain).clip(0, 255).astype(np.uint8)


def looked(pictures: Sequence[np.ndarray], *, earlier: int = -1, face: int = -1, run: int = -1) -> Look:
    """The look at the last of these pictures, beside the one before it and, by number, an earlier one, a face and the
    first of a run.
    """
    encoder = VideoEncoder(StreamSpec(kbit_per_s=2000), 10, 20)
    config = VideoConfig.from_sets("h264", encoder.sets, in_band=True)

    async def ask() -> Look:
        decoder, samples, reliefs, look = Decoder(), [b""], [b""], None
        try:
            for number, picture in enumerate(pictures):
                units, _ = encoder.encode(picture, number, key=True)
                known = samples[earlier + 1] if len(samples) > earlier + 1 else b""
                seen = reliefs[face + 1] if len(samples) > face + 1 else b""
                others = samples[-1], known, seen, b"".join(reliefs[run + 1 :] if run >= 0 else ())
                look, sample, relief = await decoder.look(Footage(config, (joined(units),)), *others)
                samples.append(sample)
                reliefs.append(relief)
            assert look is not None
            return look
        finally:
            await decoder.close()

    return asyncio.run(ask())


@pytest.mark.parametrize("light", [1.0, 0.3, 0.06])
def test_a_room_is_like_itself_in_any_light(light: float) -> None:
    look = looked([grainy(room()), grainy(room(light=light), 4.0)], face=0)
    assert look.likeness > 2 * thresholds.UNLIKE


@pytest.mark.parametrize("luma", [16, 60, 200])
def test_nothing_is_like_the_room(luma: float) -> None:
    look = looked([grainy(room()), grainy(plain(luma))], face=0)
    assert look.likeness < thresholds.UNLIKE
    assert look.structure < thresholds.BARE
    assert (look.brightest <= thresholds.DARK) == (luma == 16)


def test_what_is_nearly_lost_in_noise_shows_in_the_mean_of_some_looks_and_noise_does_not() -> None:
    dark = looked([grainy(room(light=0.04), 6.0) for _ in range(4)], run=0)
    assert dark.remains > 2 * thresholds.SOMETHING_REMAINS
    assert dark.depth > thresholds.SOMETHING_DEPTH
    cap = looked([grainy(plain(19), 6.0) for _ in range(4)], run=0)
    assert cap.remains < thresholds.SOMETHING_REMAINS
    nothing = looked([plain(16)] * 4, run=0)
    assert nothing.depth < thresholds.SOMETHING_DEPTH


def test_two_looks_of_a_live_picture_differ_as_much_from_each_other_as_from_an_earlier_one() -> None:
    look = looked([grainy(room()) for _ in range(7)], earlier=2)
    assert 0.8 < look.ratio < 1.25
    assert look.movement <= thresholds.MOST_MOVEMENT


def test_a_frozen_picture_differs_from_an_earlier_one_and_not_from_itself() -> None:
    frozen = grainy(room())
    look = looked([grainy(room()), frozen, frozen], earlier=0)
    assert look.ratio < thresholds.STILL_RATIO
    assert look.change < thresholds.STILL_CHANGE


def test_people_move_and_a_clock_does_not_count() -> None:
    clock = grainy(room())
    ticked = clock.copy()
    ticked[10:26, 400:630] = room(second=7)[10:26, 400:630]
    ticking = looked([clock, ticked])
    assert ticking.movement == 0
    assert ticking.stir > thresholds.CLOCK_STIR
    assert looked([clock, clock]).stir < thresholds.STILL_STIR * ticking.stir
    assert looked([grainy(room()), grainy(room(second=12))]).movement > thresholds.MOST_MOVEMENT
    people = [grainy(room()), grainy(room(second=1), 4.0), grainy(room(second=12), 4.0)]
    assert looked(people, earlier=0).movement > thresholds.MOST_MOVEMENT


def test_after_the_light_was_switched_the_earlier_look_says_nothing() -> None:
    look = looked([grainy(room()), grainy(room(light=0.2)), grainy(room(light=0.2))], earlier=0)
    assert math.isnan(look.ratio)


def test_samples_of_another_size_or_of_nothing_are_passed_over() -> None:
    async def run() -> None:
        decoder = Decoder()
        try:
            look, sample, relief = await decoder.look(filmed(), b"", b"", b"", b"")
            assert math.isnan(look.likeness)
            odd = b"\0\x08\0\x08" + bytes(64)
            look, *again = await decoder.look(filmed(), odd, sample[:-1], b"\xff" * 40, relief[1:])
            assert math.isnan(look.change)
            assert math.isnan(look.likeness)
            assert math.isnan(look.remains)
            assert again == [sample, relief]
        finally:
            await decoder.close()

    asyncio.run(run())


def test_a_damaged_picture_is_not_judged() -> None:
    whole = filmed("h264")
    broken = bytearray(whole.samples[0])
    broken[len(broken) // 2 : len(broken) // 2 + 400] = bytes(400)

    async def run() -> None:
        decoder = Decoder()
        try:
            with pytest.raises(NotDecodable):
                await decoder.look(replace(whole, samples=(bytes(broken),)), b"", b"", b"", b"")
        finally:
            await decoder.close()

    asyncio.run(run())


def test_loudness_of_aac_is_that_of_what_was_coded() -> None:
    encoder = AacEncoder(16_000)
    packets = [
        data
        for number in range(20)
        for data, _ in encoder.encode(np.rint(CHANCE.normal(0, 300, 1024)).astype(np.int16), number * 1024)
    ]

    async def run() -> float:
        decoder = Decoder()
        try:
            sound = Sound(AudioConfig("aac", 16_000, 1, encoder.config), tuple(packets))
            return (await decoder.loudness(sound)).rms
        finally:
            await decoder.close()

    assert asyncio.run(run()) == pytest.approx(300 / 32768, rel=0.3)
