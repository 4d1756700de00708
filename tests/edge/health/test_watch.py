"""Cameras under watch, from what a tap is given to what the log is told; pictures go through the real decode child."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import numpy as np

from minhbach.decode.child import Decoder
from minhbach.demo.encoder import VideoEncoder
from minhbach.demo.spec import StreamSpec
from minhbach.durable import Files
from minhbach.edge.config import CameraConfig
from minhbach.edge.health import thresholds
from minhbach.edge.health.faces import Faces
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
    sound_off: bool = False

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


def watched(
    seconds: int,
    feed: Callable[[TappedCamera, int], None],
    folder: Path | None = None,
    view: str = "",
) -> list[tuple[int, str, str]]:
    """What the log is told while `feed(camera, second)` gives what comes in that second; `folder`: of known rooms."""
    told: list[tuple[int, str, str]] = []

    async def run() -> None:
        camera, decoder = TappedCamera(CameraConfig("quay-1", view=view)), Decoder()
        now_s = 0
        faces = Faces(folder or Path(nowhere), Files())
        health = Health([camera], decoder, faces, lambda subject, code: told.append((now_s, subject, code)), 0)
        try:
            for now_s in range(1, seconds):
                feed(camera, now_s)
                health.tick(now_s * S)
                await health.settled()
        finally:
            await health.close()
            await decoder.close()

    with TemporaryDirectory() as nowhere:
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


def test_sound_that_is_off_by_the_rules_is_no_dead_microphone_and_one_that_stays_dead_is_found_when_it_is_on() -> None:
    film = Film()
    picture = film.key(film.room)
    chance = np.random.default_rng(1)

    def feed(camera: TappedCamera, second: int) -> None:
        camera.give("video", picture)
        # As the intake does: what is not to be kept is not handed on.
        camera.sound_off = 100 <= second < 300
        if second < 100:
            sound = chance.integers(0, 256, 8000, dtype=np.uint8).tobytes()
            camera.give("audio", Samples(bytearray(sound), [8000], [0], [SYNC], [(0, AudioConfig("alaw", 8000, 1))]))

    silent = [(second, code) for second, subject, code in watched(370, feed) if "silent" in subject]
    assert [code for _, code in silent] == ["silent"]
    assert 300 < silent[0][0] <= 360


def test_a_decoder_that_fails_stops_nothing() -> None:
    film = Film()
    broken = film.key(film.room)
    broken.data[40:] = bytes(len(broken.data) - 40)

    def feed(camera: TappedCamera, second: int) -> None:
        camera.give("video", broken)

    assert watched(120, feed) == []


def test_a_lens_covered_while_the_recorder_was_down_is_found_by_the_room_it_knew(tmp_path: Path) -> None:
    film = Film()
    assert watched(60, lambda camera, second: camera.give("video", film.key(film.noisy(film.room))), tmp_path) == []
    elsewhere = np.roll(film.room, 7, 1)[::-1].copy()
    told = watched(60, lambda camera, second: camera.give("video", film.key(film.noisy(elsewhere))), tmp_path)
    assert [each[1:] for each in told] == [("health quay-1/covered", "covered")]
    # Without what was known the other room would simply be the room.
    assert watched(60, lambda camera, second: camera.give("video", film.key(film.noisy(elsewhere)))) == []


def test_a_camera_that_was_lawfully_turned_learns_its_new_view(tmp_path: Path) -> None:
    film = Film()
    elsewhere = np.roll(film.room, 7, 1)[::-1].copy()

    def feed(camera: TappedCamera, second: int) -> None:
        if second == 120:
            camera.config = replace(camera.config, view="accepted anew")
        camera.give("video", film.key(film.noisy(film.room if second < 60 else elsewhere)))

    told = watched(220, feed, tmp_path)
    assert [each[1:] for each in told] == [("health quay-1/covered", "covered"), ("health quay-1/covered", "")]
    assert 60 < told[0][0] <= 100
    assert 180 <= told[1][0] <= 200
    # Also after a restart: the view is known by its word.
    again = watched(60, lambda camera, second: camera.give("video", film.key(film.noisy(film.room))), tmp_path, "older")
    assert again == []


def test_one_key_frame_is_looked_at_in_ten_seconds(tmp_path: Path) -> None:
    film = Film()
    looks: list[int] = []

    class Counting(Decoder):
        async def look(self, *words):  # the real child answers; only the calls are counted
            looks.append(1)
            return await super().look(*words)

    async def run() -> None:
        camera, decoder = TappedCamera(), Counting()
        faces = Faces(tmp_path, Files())
        health = Health([camera], decoder, faces, lambda subject, code: None, 0)
        for second in range(1, 61):
            camera.give("video", film.key(film.room))
            health.tick(second * S)
            await health.settled()
        assert health.conditions[0].looked_us is not None
        await health.close()
        await decoder.close()

    asyncio.run(run())
    assert len(looks) == 60 * S // thresholds.LOOK_EVERY_US


def test_what_really_comes_is_told_by_size_and_rate_and_a_break_is_no_slow_camera() -> None:
    film = Film()
    picture = film.key(film.room)
    at: dict[int, tuple[int, int, int | None]] = {}

    async def run() -> None:
        camera, decoder = TappedCamera(), Decoder()
        health = Health([camera], decoder, Faces(Path(nowhere), Files()), lambda *_: None, 0)
        try:
            for second in range(1, 71):
                if second <= 30:
                    for _ in range(4):
                        camera.give("video", picture)
                health.tick(second * S)
                await health.settled()
                [now] = health.conditions
                at[second] = (now.width, now.height, now.frames_mhz)
        finally:
            await health.close()
            await decoder.close()

    with TemporaryDirectory() as nowhere:
        asyncio.run(run())
    assert at[2][2] is None, "nothing is said of a second"
    assert at[30] == (film.config.width, film.config.height, 4000)
    assert at[70] == (film.config.width, film.config.height, None), "while it is away no rate is told"
