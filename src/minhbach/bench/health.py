"""How many faults health finds, and how often it cries wolf: the recorder's own code on clips it has never seen.

Owns ``minhbach bench health``. Each clip plays through ``Health`` with its taps, the real decode child and a simulated
clock, one camera a clip. A fault is found when its own kind is told to the log within a minute of its beginning (15 s
for a camera that is gone); another kind beside it counts as confusion, anything in a sound clip as a false alarm.

Figures: ``health.recall_<kind>``, ``health.slowest_<kind>_s`` (of those found), ``health.false_alarms_per_100``,
``health.confused_per_100`` (broken clips with another kind as well), ``health.sound_clips``, ``health.broken_clips``,
``health.look_ms`` (one look at 640 × 360, pipe and child included), ``health.cpu_ms_per_look`` (the same in the
processor's time, both processes), ``health.cpu_percent_per_camera`` (of one core, a look and a sound in ten seconds),
``health.child_mb`` (memory of the child that serves all cameras of a recorder).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import numpy as np

from minhbach.bench import processes
from minhbach.bench.clips import WAYS, Clip, Film, broken_clips, heard, sound_clips
from minhbach.decode.child import Decoder
from minhbach.demo import g711
from minhbach.demo.encoder import AacEncoder
from minhbach.durable import Files
from minhbach.edge.config import CameraConfig
from minhbach.edge.health.faces import Faces
from minhbach.edge.health.watch import Health
from minhbach.edge.rtp.track import SYNC, Samples
from minhbach.fmp4 import AudioConfig

S = 1_000_000
CLIP_S = 230
FOUND_WITHIN_S = {"offline": 15, "silent": 60, "frozen": 60, "black": 60, "covered": 60}
LOOK_EVERY_S = 10
"""A clip is drawn only when health will look; in between a camera sends what no one decodes."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the log was told about one clip: (second, kind) of each beginning."""

    clip: Clip
    began: tuple[tuple[int, str], ...]

    @property
    def found_s(self) -> int | None:
        """Seconds from the fault's beginning until its own kind was told; None when it was not, or too late."""
        late = [second - self.clip.breaks_s for second, kind in self.began if kind == self.clip.fault]
        return next((each for each in late if 0 <= each <= FOUND_WITHIN_S[self.clip.fault]), None)

    @property
    def strange(self) -> list[str]:
        """Kinds that were told and are not there."""
        return [kind for second, kind in self.began if kind != self.clip.fault or second < self.clip.breaks_s]


def run(sound: int = 100, each: int = 24) -> Iterator[str]:
    """Yields ``figure: value`` lines."""
    begin = time.monotonic()
    well = play(sound_clips(sound))
    ill = play(broken_clips(each))
    yield f"health.sound_clips: {len(well)}"
    yield f"health.broken_clips: {len(ill)}"
    for kind in WAYS:
        mine = [told for told in ill if told.clip.fault == kind]
        found = [told.found_s for told in mine if told.found_s is not None]
        yield f"health.recall_{kind}: {len(found) / len(mine):.3f}"
        yield f"health.slowest_{kind}_s: {max(found, default=0)}"
    alarmed = [told for told in well if told.began]
    yield f"health.false_alarms_per_100: {100 * len(alarmed) / len(well):.1f}"
    yield f"health.confused_per_100: {100 * sum(bool(told.strange) for told in ill) / len(ill):.1f}"
    yield from asyncio.run(_costs())
    for told in [*alarmed, *(told for told in ill if told.found_s is None or told.strange)]:
        clip = told.clip
        yield f"# clip {clip.number} {clip.story} {clip.fault} {clip.how} at {clip.breaks_s} s: told {told.began}"
    yield f"# {time.monotonic() - begin:.0f} s"


def play(clips: Sequence[Clip]) -> list[Told]:
    """Every clip through health, all with one decode child."""
    return asyncio.run(_play(clips))


async def _play(clips: Sequence[Clip]) -> list[Told]:
    decoder = Decoder()
    try:
        return [await _watched(clip, decoder) for clip in clips]
    finally:
        await decoder.close()


@dataclass
class _Camera:
    """What health knows of a camera: its configuration, its taps, and that its sound is kept."""

    config: CameraConfig = field(default_factory=lambda: CameraConfig("clip"))
    taps: list[Callable[[Literal["video", "audio"], int, Samples], None]] = field(default_factory=list)
    sound_off: bool = False

    def send(self, kind: Literal["video", "audio"], samples: Samples) -> None:
        for tap in self.taps:
            tap(kind, 0, samples)


async def _watched(clip: Clip, decoder: Decoder) -> Told:
    camera, film, ear = _Camera(), Film(clip), _Ear(clip)
    began: list[tuple[int, str]] = []
    second = 0

    def log_fault(subject: str, code: str) -> None:
        if code:
            began.append((second, code))

    with TemporaryDirectory() as folder:
        health = Health([camera], decoder, Faces(Path(folder), Files()), log_fault, 0)
        for second in range(1, min(CLIP_S, clip.breaks_s + FOUND_WITHIN_S.get(clip.fault, 0) + 2)):
            if _sends(clip, second):
                if second % LOOK_EVERY_S == 1:
                    _send_pictures(camera, film, second)
                else:
                    camera.send("video", Samples(bytearray(b"\0"), [1], [0], [0], [(0, film.config)]))
                ear.send(camera)
            health.tick(second * S)
            await health.settled()
        await health.close()
    return Told(clip, tuple(began))


def _sends(clip: Clip, second: int) -> bool:
    if clip.fault != "offline" or second < clip.breaks_s:
        return True
    # A camera that drops out answers again for a moment now and then.
    return clip.how == "drops" and (second - clip.breaks_s) % 40 >= 37


def _send_pictures(camera: _Camera, film: Film, second: int) -> None:
    samples = film.gop(second)
    flags = [SYNC] + [0] * (len(samples) - 1)
    data = bytearray(b"".join(samples))
    camera.send("video", Samples(data, [len(each) for each in samples], [0] * len(samples), flags, [(0, film.config)]))


class _Ear:
    """The microphone of a clip, coded as its camera codes it."""

    def __init__(self, clip: Clip) -> None:
        rate = 16_000 if clip.sound == "aac" else 8_000
        self._seconds = heard(clip, rate, CLIP_S)
        self._law: g711.Law = "alaw" if clip.sound == "alaw" else "ulaw"
        self._aac = AacEncoder(rate) if clip.sound == "aac" else None
        self._rest = np.zeros(0, np.int16)
        self._given = 0
        asc = self._aac.config if self._aac else b""
        self._config = AudioConfig(clip.sound, rate, 1, asc)

    def send(self, camera: _Camera) -> None:
        """One second of it."""
        packets = self._packets(next(self._seconds))
        if packets:
            data = bytearray(b"".join(packets))
            sizes = [len(each) for each in packets]
            configs = [(0, self._config)]
            camera.send("audio", Samples(data, sizes, [0] * len(sizes), [SYNC] * len(sizes), list(configs)))

    def _packets(self, samples: np.ndarray[tuple[int, ...], np.dtype[np.int16]]) -> list[bytes]:
        if self._aac is None:
            coded = g711.encode(samples, self._law)
            return [coded[begin : begin + 320] for begin in range(0, len(coded), 320)]
        self._rest = np.concatenate([self._rest, samples])
        packets: list[bytes] = []
        while len(self._rest) >= AacEncoder.FRAME_SAMPLES:
            frame, self._rest = np.split(self._rest, [AacEncoder.FRAME_SAMPLES])
            packets += [data for data, _ in self._aac.encode(frame, self._given)]
            self._given += AacEncoder.FRAME_SAMPLES
        return packets


def _kept_in(sounds: list[Samples]) -> Callable[[Literal["video", "audio"], int, Samples], None]:
    """A tap that keeps what it hears."""
    return lambda kind, step_us, heard: sounds.append(heard)


async def _costs(looks: int = 20) -> list[str]:
    """What looking costs: figures."""
    decoder, camera = Decoder(), _Camera()
    clip = sound_clips(1)[0]
    film, ear = Film(clip), _Ear(clip)
    wall_s = cpu_s = 0.0
    with TemporaryDirectory() as folder:
        health = Health([camera], decoder, Faces(Path(folder), Files()), lambda subject, code: None, 0)
        _send_pictures(camera, film, 1)
        health.tick(S)
        await health.settled()
        assert decoder.pid is not None
        child_s = processes.cpu_s(decoder.pid)
        for look in range(2, looks + 2):
            now_us = look * LOOK_EVERY_S * S
            health.tick(now_us - S)
            _send_pictures(camera, film, look)
            sounds: list[Samples] = []
            microphone = _Camera(taps=[_kept_in(sounds)])
            for _ in range(LOOK_EVERY_S):
                ear.send(microphone)
            begin, used = time.perf_counter(), time.process_time()
            for samples in sounds:
                camera.send("audio", samples)
            health.tick(now_us)
            await health.settled()
            wall_s += time.perf_counter() - begin
            cpu_s += time.process_time() - used
        cpu_s += processes.cpu_s(decoder.pid) - child_s
        memory = processes.memory_bytes(decoder.pid)
        await health.close()
    await decoder.close()
    return [
        f"health.look_ms: {1000 * wall_s / looks:.1f}",
        f"health.cpu_ms_per_look: {1000 * cpu_s / looks:.1f}",
        f"health.cpu_percent_per_camera: {100 * cpu_s / looks / LOOK_EVERY_S:.2f}",
        f"health.child_mb: {memory / 1e6:.0f}",
    ]
