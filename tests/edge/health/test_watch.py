"""Cameras under watch, from what a tap is given to what the log is told; pictures go through the real decode child."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from minhbach.decode.child import Decoder
from minhbach.demo.encoder import VideoEncoder
from minhbach.demo.spec import StreamSpec
from minhbach.edge.config import CameraConfig
from minhbach.edge.health import thresholds
from minhbach.edge.health.watch import Health
from minhbach.edge.rtp.track import SYNC, Samples
from minhbach.fmp4 import AudioConfig, VideoConfig
from tests.decode.filming import joined

S = 1_000_000


@dataclass
class TappedCamera:
    """A camera of a recorder, as far as health sees it."""

    config: CameraConfig = field(default_factory=lambda: CameraConfig("quay-1"))
    taps: list[Callable[[Literal["video", "audio"], int, Samples], None]] = field(default_factory=list)

    def give(self, kind: Literal["video", "audio"], samples: Samples) -> None:
        for tap in self.taps:
            tap(kind, 0, samples)


class Film:
    """Key frames of a noisy room."""

    def __init__(self) -> None:
        spec = StreamSpec()
        self._encoder = VideoEncoder(spec, 10, 20)
        self.config = VideoConfig.from_sets("h264", self._encoder.sets, in_band=True)
        self._chance = np.random.default_rng(7)
        room = np.full((540, 640), 128, np.uint8)
        room[:360] = self._chance.integers(60, 200, (12, 20), dtype=np.uint8).repeat(30, 0)[:360].repeat(32, 1)
        self.room = room
        self._index = 0

    def noisy(self, picture: np.ndarray) -> np.ndarray:
        grain = np.rint(self._chance.normal(0, 2, picture.shape))
        return (picture + grain).clip(0, 255).astype(np.uint8)

    def key(self, picture: np.ndarray) -> Samples:
        units, _ = self._encoder.encode(picture, self._index, key=True)
        self._index += 1
        data = joined(units)
        return Samples(bytearray(data), [len(data)], [0], [SYNC], [(0, self.config)])


def watched(seconds: int, feed: Callable[[TappedCamera, int], None]) -> list[tuple[int, str, str]]:
    """What the log is told while `feed(camera, second)` gives what comes in that second."""
    told: list[tuple[int, str, str]] = []

    async def run() -> None:
        camera, decoder = TappedCamera(), Decoder()
        now_s = 0
        health = Health([camera], decoder, lambda subject, code: told.append((now_s, subject, code)), 0)
        try:
            for now_s in range(1, seconds):
                feed(camera, now_s)
                health.tick(now_s * S)
                await health.settled()
        finally:
            await health.close()
            await decoder.close()

    asyncio.run(run())
    return told


def test_a_camera_that_is_gone_is_offline_within_fifteen_seconds_and_flapping_is_one_fault() -> None:
    film = Film()
    picture = film.key(film.room)

    def feed(camera: TappedCamera, second: int) -> None:
        away = 30 <= second < 300 and second // 20 % 2 == 1
        if not away:
            camera.give("video", picture)

    told = watched(500, feed)
    assert told[0][0] <= 30 + 15
    assert [each[1:] for each in told if "offline" in each[1]] == [
        ("health quay-1/offline", "offline"),
        ("health quay-1/offline", ""),
    ]


def test_a_picture_that_freezes_goes_black_or_is_covered_is_known_within_a_minute() -> None:
    film = Film()
    frozen = film.noisy(film.room)
    black = np.full_like(film.room, 128)
    black[:360] = 17
    cover = np.full_like(film.room, 128)
    cover[:360] = np.linspace(90, 140, 640).astype(np.uint8)

    def feed(camera: TappedCamera, second: int) -> None:
        if second % 2:
            return
        scene = {0: film.noisy(film.room), 1: frozen, 2: film.noisy(film.room), 3: film.noisy(black)}
        place = 0 if second < 200 else 1 if second < 300 else 2 if second < 500 else 3 if second < 600 else 4
        camera.give("video", film.key(scene.get(place, film.noisy(cover))))

    told = watched(700, feed)
    began = {code: second for second, _, code in told if code}
    assert 200 < began["frozen"] <= 260
    assert 500 < began["black"] <= 560
    assert 600 < began["covered"] <= 660
    assert [subject for _, subject, code in told if not code] == ["health quay-1/frozen", "health quay-1/black"]


def test_a_microphone_that_goes_dead_is_known_within_a_minute() -> None:
    film = Film()
    picture = film.key(film.room)
    chance = np.random.default_rng(1)

    def feed(camera: TappedCamera, second: int) -> None:
        camera.give("video", picture)
        sound = bytes([0xD5]) * 8000 if second >= 100 else chance.integers(0, 256, 8000, dtype=np.uint8).tobytes()
        camera.give("audio", Samples(bytearray(sound), [8000], [0], [SYNC], [(0, AudioConfig("alaw", 8000, 1))]))

    (second, subject, code) = next(each for each in watched(170, feed) if each[2] == "silent")
    assert subject == "health quay-1/silent"
    assert code == "silent"
    assert 100 + 30 <= second <= 160


def test_a_decoder_that_fails_stops_nothing() -> None:
    film = Film()
    broken = film.key(film.room)
    broken.data[40:] = bytes(len(broken.data) - 40)

    def feed(camera: TappedCamera, second: int) -> None:
        camera.give("video", broken)

    assert watched(120, feed) == []


def test_one_key_frame_is_looked_at_in_ten_seconds() -> None:
    film = Film()
    looks: list[int] = []

    class Counting(Decoder):
        async def look(self, *words):  # the real child answers; only the calls are counted
            looks.append(1)
            return await super().look(*words)

    async def run() -> None:
        camera, decoder = TappedCamera(), Counting()
        health = Health([camera], decoder, lambda subject, code: None, 0)
        for second in range(1, 61):
            camera.give("video", film.key(film.room))
            health.tick(second * S)
            await health.settled()
        assert health.conditions[0].looked_us is not None
        await health.close()
        await decoder.close()

    asyncio.run(run())
    assert len(looks) == 60 * S // thresholds.LOOK_EVERY_US
