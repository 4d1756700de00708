"""Segments of real pictures and sound, read by FFmpeg's demuxer and decoders, which know nothing of ours."""

import io
from pathlib import Path
from typing import Literal

import av
import pytest

from minhbach.edge.rtp.track import SYNC
from tests.edge.archive.house import EPOCH, Film, House
from tests.edge.archive.stage import S
from tests.edge.archive.test_series import Camera, Item, ended, verify
from tests.fmp4 import clips

FRAME_US = S // clips.FRAMES_PER_S


def filmed(video: clips.Video, audio: clips.Audio, begin_us: int = S) -> Camera:
    """The clip as a camera sends it."""
    camera = Camera()
    for index, unit in enumerate(video.units):
        shown_us = begin_us + unit.presentation * S // 90_000
        arrives_us = begin_us + index * FRAME_US
        camera.pictures.append(Item(clips.sample(unit), shown_us, arrives_us, SYNC * unit.sync, video.config))
    for index, packet in enumerate(audio.packets):
        time_us = begin_us + index * audio.samples_per_packet * S // audio.config.rate
        camera.sounds.append(Item(packet, time_us, time_us + 64_000, SYNC, audio.config))
    return camera


def decoded(film: Film, kind: str) -> list[float]:
    """When each decoded picture or stretch of sound is shown (monotonic µs); raises where FFmpeg does."""
    base_us = film.about_base_us() - EPOCH.offset_us
    with av.open(io.BytesIO(film.path.read_bytes()), "r") as container:
        frames = container.decode(video=0) if kind == "video" else container.decode(audio=0)
        times_s = [frame.time for frame in frames]
    return [base_us + time_s * S for time_s in times_s if time_s is not None]


@pytest.mark.parametrize(
    ("codec", "options"),
    [
        ("h264", ()),
        ("h264", (("preset", "veryfast"), ("bf", "3"), ("g", "40"))),
        ("h265", (("x265-params", "log-level=none:bframes=3:b-pyramid=1:keyint=45:no-open-gop=1"),)),
    ],
)
def test_each_picture_and_sound_is_decoded_once_and_shown_at_its_time(
    codec: Literal["h264", "h265"], options: tuple[tuple[str, str], ...], scratch: Path
) -> None:
    video = clips.encode(codec, options, frames=345, width=160, height=96)
    camera = filmed(video, clips.aac(23))
    house = House(scratch / "played")
    house.series.step_us = FRAME_US
    house.series.sound.config = camera.sounds[0].config
    ended(house, camera.play(house))
    verify(house, camera)
    assert len(house.films) >= 2
    shown = sorted(time_us for film in house.films for time_us in decoded(film, "video"))
    assert len(shown) == len(camera.pictures)
    for time_us, item in zip(shown, sorted(camera.pictures, key=lambda each: each.time_us), strict=True):
        assert abs(time_us - item.time_us) < 12
    heard = [time_us for film in house.films for time_us in decoded(film, "audio")]
    assert len(heard) == len(camera.sounds)
    assert max(abs(time_us - item.time_us) for time_us, item in zip(heard, camera.sounds, strict=True)) < 65
