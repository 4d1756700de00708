"""What stirred is counted by the quarter hour: only where it could be seen or heard, and no more than an hour back."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from minhbach.decode.child import Decoder
from minhbach.durable import Files
from minhbach.edge.health import thresholds
from minhbach.edge.health.faces import Faces
from minhbach.edge.health.report import report
from minhbach.edge.health.stirring import HEARD_RMS, Stirring
from minhbach.edge.health.watch import Health
from minhbach.edge.rtp.track import SYNC, Samples
from minhbach.fmp4 import AudioConfig
from minhbach.protocol import codec
from minhbach.protocol.health import MOST_QUARTERS, QUARTER_US, HealthReport, Quarter
from tests.edge.health.test_watch import Film, S, TappedCamera

QUARTER_S = QUARTER_US // S
ALAW = AudioConfig("alaw", 8000, 1)
#: One step of A-law in a few hundred samples: a live microphone in a quiet room, at about -63 dBFS.
QUIET = bytes([0xD5, 0x55] * 3200 + [0xD2, 0x52] * 800)


def test_looks_and_windows_are_counted_in_the_quarter_hour_they_fall_in() -> None:
    stirring = Stirring()
    for second in range(0, 2 * QUARTER_S + 10, 10):
        stirring.looked(4 if second < QUARTER_S and second % 100 == 0 else thresholds.MOST_MOVEMENT, second * S)
        stirring.listened(HEARD_RMS if second >= QUARTER_S else HEARD_RMS / 2, second * S)
    assert stirring.quarters == (Quarter(0, 90, 9, 90, 0), Quarter(QUARTER_US, 90, 0, 90, 90))


@pytest.mark.parametrize(("rms", "windows"), [(thresholds.SILENT_RMS / 2, 0), (thresholds.SILENT_RMS, 1)])
def test_a_dead_microphone_hears_nothing_and_says_nothing(rms: float, windows: int) -> None:
    stirring = Stirring()
    stirring.listened(rms, 0)
    stirring.looked(0, 0)
    stirring.looked(0, QUARTER_US)
    assert stirring.quarters == (Quarter(0, 1, 0, windows, 0),)


def test_what_lies_more_than_an_hour_back_is_not_told() -> None:
    stirring = Stirring()
    for quarter in range(9):
        stirring.looked(0, quarter * QUARTER_US)
    assert [each.begin_us // QUARTER_US for each in stirring.quarters] == [4, 5, 6, 7]
    assert len(stirring.quarters) == MOST_QUARTERS


def _room(film: Film, chance: np.random.Generator, somebody: bool) -> np.ndarray:
    """The room with its noise and a clock in its corner; somebody in it stands now here, now there."""
    picture = film.noisy(film.room)
    picture[4:28, 8:136] = chance.integers(16, 235, (3, 16), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    if somebody:
        across = 64 + 32 * int(chance.integers(0, 12))
        picture[120:260, across : across + 64] = 40
    return picture


async def told(folder: Path, seconds: int) -> HealthReport:
    """What a recorder reports of a room: a quarter hour with somebody in it, one empty, one with a frozen picture."""
    film, camera, decoder = Film(), TappedCamera(), Decoder()
    health = Health([camera], decoder, Faces(folder, Files()), lambda subject, code: None, 0)
    chance = np.random.default_rng(5)
    frozen = film.noisy(film.room)
    shown = film.key(frozen)
    try:
        for second in range(1, seconds):
            if second % 10 == 1:
                # The recorder wants one picture in ten seconds; the others say only that the camera is there.
                shown = film.key(frozen if second > 2 * QUARTER_S else _room(film, chance, second < QUARTER_S))
            if second % 5 == 1:
                camera.give("video", shown)
                sound = chance.integers(0, 256, 8000, dtype=np.uint8).tobytes() if second < QUARTER_S else QUIET
                camera.give("audio", Samples(bytearray(sound), [len(sound)], [0], [SYNC], [(0, ALAW)]))
            health.tick(second * S)
            await health.settled()
        return report("r", health, (), oldest_us=None, started_us=0, now_us=seconds * S, offset_us=7 * S)
    finally:
        await health.close()
        await decoder.close()


def test_an_empty_room_is_told_from_one_with_somebody_in_it_and_from_a_frozen_picture(tmp_path: Path) -> None:
    found = asyncio.run(told(tmp_path, 3 * QUARTER_S + 20))
    (camera,) = found.cameras
    somebody, nobody, blind = camera.quarters
    assert somebody.begin_us == 7 * S  # wall time, by the offset
    assert nobody.begin_us == somebody.begin_us + QUARTER_US
    assert somebody.looks >= 60
    assert somebody.moved >= somebody.looks // 2
    assert somebody.heard == somebody.windows >= 60
    assert nobody.looks >= 60
    assert nobody.moved * 20 <= nobody.looks
    # The window that ended just after they left was of them.
    assert nobody.heard <= 1
    assert nobody.windows >= 60
    assert blind.looks < 20
    assert codec.decode(HealthReport, codec.encode(found)) == found
