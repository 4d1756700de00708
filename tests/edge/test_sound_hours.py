"""Outside the hours of its order a camera's sound goes nowhere: not into a file, not to a viewer, not to health."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

from minhbach.edge.config import CameraConfig
from minhbach.edge.recorder.intake import SOUND_OFF, Intake
from minhbach.edge.rtp.notes import Notes
from minhbach.edge.rtp.track import SYNC, Samples
from minhbach.fmp4 import AudioConfig, TrackConfig, VideoConfig
from minhbach.protocol.hours import SoundHours, Span
from tests.edge.archive.house import EPOCH, House
from tests.edge.archive.stage import VIDEOS, S

STEP_US = 100_000
SOUND = AudioConfig("alaw", 8000, 1)
FIRST_MINUTE = EPOCH.offset_us // (60 * S) % 1440
#: Of a recording that begins with the next whole minute the second minute; the first, third and fourth are outside.
SECOND_MINUTE = SoundHours(0, tuple(range(1, 8)), (Span(FIRST_MINUTE + 2, FIRST_MINUTE + 3),))


@dataclass
class Track:
    """What the receiver hands on of one track."""

    kind: Literal["video", "audio"]
    config: TrackConfig
    step_us: int = STEP_US
    last_media_us: int = 0
    timeline: Any = field(default_factory=lambda: SimpleNamespace(camera_offset_us=None))
    waiting: Samples | None = None

    @property
    def name(self) -> str:
        return self.kind

    def take(self) -> Samples | None:
        waiting, self.waiting = self.waiting, None
        return waiting

    def give(self, at_us: int, data: bytes, flags: int) -> None:
        self.waiting = Samples(bytearray(data), [len(data)], [at_us], [flags], [(0, self.config)])


def picture(number: int) -> bytes:
    body = b"\x65" + f"picture {number:06d}".encode()
    return len(body).to_bytes(4, "big") + body


def test_sound_outside_its_hours_is_in_no_file_and_heard_by_nobody_and_the_picture_goes_on(tmp_path: Path) -> None:
    house = House(tmp_path)
    archive = SimpleNamespace(series=lambda *_: house.series, epoch=EPOCH)
    begin_us = 60 * S - EPOCH.offset_us % (60 * S)
    config = CameraConfig("a", url="rtsp://x/", sound_hours=SECOND_MINUTE)
    intake = Intake(config, archive)  # type: ignore[arg-type]
    heard: list[int] = []
    intake.taps.append(lambda kind, step_us, samples: heard.extend(samples.times_us) if kind == "audio" else None)
    video, audio = Track("video", VIDEOS[0]), Track("audio", SOUND)
    receiver: Any = SimpleNamespace(tracks=[video, audio], notes=Notes())
    intake.begin()
    for number in range(4 * 600):
        at_us = begin_us + number * STEP_US
        video.give(at_us, picture(number), SYNC if number % 20 == 0 else 0)
        audio.give(at_us, b"\xd5" * 800, SYNC)
        intake.collect(receiver, Counter(), at_us + STEP_US)
        house.series.flush(at_us + STEP_US)
        house.lanes.poll()
    house.series.end(begin_us + 2400 * STEP_US, "stop", "")
    house.settle()

    inside = range(begin_us + 60 * S, begin_us + 120 * S)
    sounds = [each.time_us for film in house.films for each in film.shown(AudioConfig)]
    assert sounds, "in its hours sound is kept"
    assert all(at_us in inside for at_us in heard)
    # A tick of the sound's own clock may round a time down.
    assert all(inside[0] - 200 <= at_us <= inside[-1] for at_us in sounds)
    assert len(heard) > 590
    assert len(sounds) > 590
    assert sum(len(film.shown(VideoConfig)) for film in house.films) == 2400
    assert len(house.gaps) <= 1, "no picture is missing behind the first"
    tracks = [len(film.entry["tracks"]) for film in house.films]
    assert tracks[0] == tracks[-1] == 1, "a file of a time without sound has no place for sound"
    assert max(tracks) == 2
    told = sum(film.entry["notes"].get(SOUND_OFF, 0) for film in house.films)
    assert told > 1700, "the log says that sound came and was not to be kept"


def test_other_hours_hold_from_the_next_sound_on(tmp_path: Path) -> None:
    house = House(tmp_path)
    archive = SimpleNamespace(series=lambda *_: house.series, epoch=EPOCH)
    never, always = SoundHours(0, (), ()), SoundHours(0, tuple(range(1, 8)), (Span(0, 1440),))
    intake = Intake(CameraConfig("a", url="rtsp://x/", sound_hours=never), archive)  # type: ignore[arg-type]
    heard: list[int] = []
    intake.taps.append(lambda kind, step_us, samples: heard.extend(samples.times_us))
    audio = Track("audio", SOUND)
    receiver: Any = SimpleNamespace(tracks=[audio], notes=Notes())
    intake.begin()
    for at_us, hours in ((S, never), (2 * S, always), (3 * S, None), (4 * S, never)):
        intake.hours = hours
        audio.give(at_us, b"\xd5" * 800, SYNC)
        intake.collect(receiver, Counter(), at_us)
    assert heard == [2 * S, 3 * S]
    assert intake.sound_off
