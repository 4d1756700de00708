"""Pictures and sound of a time that is over, as the recorder's intake would have them.

Owns the three densities of the demo's past: a film as the live cameras send it, hours with a picture a second and
sound, and stand-ins of a few bytes for footage that is deleted before anybody could have looked at it. Each real
picture carries its own time as the live ones do.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from minhbach.demo import g711
from minhbach.demo.encoder import AacEncoder, VideoEncoder
from minhbach.demo.past.reel import GOP_US, STEP_US, Dial, Loop
from minhbach.demo.picture import Painter
from minhbach.demo.sound import Microphone
from minhbach.demo.spec import CameraSpec
from minhbach.edge.rtp.track import SYNC, Samples
from minhbach.fmp4 import AudioConfig, VideoConfig

SECOND_US = 1_000_000
STAND_IN_US = 30 * SECOND_US
SOUND_RATE = 8_000
PACKET_SAMPLES = 320
AAC_BIT_PER_S = 12_000
AAC_US = AacEncoder.FRAME_SAMPLES * SECOND_US // SOUND_RATE
AAC_LOOP = 125
"""So many frames are sixteen seconds, so that the beep stays on the second."""
_STAND_IN = bytes.fromhex("65888400") + bytes(400)


class Film:
    """One camera's past. Times are wall time in µs; `offset_us` is wall minus monotonic since the last start."""

    def __init__(self, spec: CameraSpec, dial: Dial) -> None:
        # Whatever the camera sends today: a demo's past can be looked at in every browser.
        stream = replace(spec.streams[0], video="h264")
        self.offset_us = 0
        self._spec = spec
        self._dial = dial
        self._loop = Loop(spec)
        self._painter = Painter(spec)
        self._encoder = VideoEncoder(stream, spec.frames_per_s, spec.gop_frames)
        self._picture = VideoConfig.from_sets("h264", self._encoder.sets, in_band=stream.in_band_sets)
        self._law: g711.Law = "ulaw" if stream.audio == "ulaw" else "alaw"
        self._index = 0

    def full(self, begin_us: int, end_us: int) -> tuple[Samples, Samples]:
        """Pictures and sound as the camera sends them."""
        samples = Samples(configs=[(0, self._picture)])
        every_us = SECOND_US // self._spec.frames_per_s
        for number, at_us in enumerate(range(begin_us, end_us, every_us)):
            planes = self._painter.paint(self._index, at_us)
            units, is_key = self._encoder.encode(planes, self._index, key=number % self._spec.gop_frames == 0)
            self._index += 1
            self._add(samples, units, at_us, key=is_key)
        return samples, self._sounds(begin_us, end_us)

    def group(self, begin_us: int) -> tuple[Samples, Samples]:
        """A group of pictures of those that show hours, one a second, and sound: `GOP_US` from a whole group on."""
        samples = Samples(configs=[(0, VideoConfig.from_sets("h264", self._loop.sets, in_band=False))])
        first = begin_us // STEP_US
        for number, dial in enumerate(self._dial.group(first), first):
            self._add(samples, self._loop.access_unit(number, dial), number * STEP_US, key=number == first)
        frames, config = _aac_loop()
        sounds = Samples(configs=[(0, config)])
        for number in range(-(-begin_us // AAC_US), -(-(begin_us + GOP_US) // AAC_US)):
            frame = frames[number % AAC_LOOP]
            sounds.data += frame
            sounds.sizes.append(len(frame))
            sounds.times_us.append(number * AAC_US - self.offset_us)
            sounds.flags.append(SYNC)
        return samples, sounds

    def stand_in(self, begin_us: int, end_us: int) -> Samples:
        """Something that was footage once."""
        samples = Samples(configs=[(0, self._picture)])
        for at_us in range(begin_us, end_us, STAND_IN_US):
            self._add(samples, [_STAND_IN], at_us, key=at_us == begin_us)
        return samples

    def _sounds(self, begin_us: int, end_us: int) -> Samples:
        samples = Samples(configs=[(0, AudioConfig(self._law, SOUND_RATE, 1))])
        microphone = Microphone(begin_us, SOUND_RATE, 0)
        count = (end_us - begin_us) * SOUND_RATE // SECOND_US // PACKET_SAMPLES
        for number in range(count):
            data = g711.encode(microphone.listen(number * PACKET_SAMPLES, PACKET_SAMPLES), self._law)
            samples.data += data
            samples.sizes.append(len(data))
            samples.times_us.append(begin_us + number * PACKET_SAMPLES * SECOND_US // SOUND_RATE - self.offset_us)
            samples.flags.append(SYNC)
        return samples

    def _add(self, samples: Samples, units: list[bytes], at_us: int, *, key: bool) -> None:
        data = b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)
        samples.data += data
        samples.sizes.append(len(data))
        samples.times_us.append(at_us - self.offset_us)
        samples.flags.append(SYNC if key else 0)


@cache
def _aac_loop() -> tuple[list[bytes], AudioConfig]:
    """Sixteen seconds of a room, beginning on a second whose number can be divided by sixteen."""
    encoder = AacEncoder(SOUND_RATE, AAC_BIT_PER_S)
    microphone = Microphone(0, SOUND_RATE, 0)
    once = microphone.listen(0, AAC_LOOP * AacEncoder.FRAME_SAMPLES)
    frames: dict[int, bytes] = {}
    # The second time round: by then the first frame has followed the last one.
    for number, samples in enumerate(np.split(np.tile(once, 3), AAC_LOOP * 3)):
        for frame, first in encoder.encode(samples, number * AacEncoder.FRAME_SAMPLES):
            frames[first // AacEncoder.FRAME_SAMPLES] = frame
    return [frames[AAC_LOOP + number] for number in range(AAC_LOOP)], AudioConfig("aac", SOUND_RATE, 1, encoder.config)
