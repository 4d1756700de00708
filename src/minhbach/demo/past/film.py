"""Pictures and sound of a time that is over, as the recorder's intake would have them.

Owns the three densities of the demo's past: a film as the live cameras send it, a slow one for long hours, and
stand-ins of a few bytes for footage that is deleted before anybody could have looked at it. Each real picture carries
its own time as the live ones do.
"""

from __future__ import annotations

from minhbach.demo import g711
from minhbach.demo.encoder import VideoEncoder
from minhbach.demo.picture import Painter
from minhbach.demo.sound import Microphone
from minhbach.demo.spec import CameraSpec
from minhbach.edge.rtp.track import SYNC, Samples
from minhbach.fmp4 import AudioConfig, VideoConfig

SECOND_US = 1_000_000
SLOW_US = 30 * SECOND_US
SLOW_KEY = 2
STAND_IN_US = 30 * SECOND_US
SOUND_RATE = 8_000
PACKET_SAMPLES = 320
_STAND_IN = bytes.fromhex("65888400") + bytes(400)


class Film:
    """One camera's past. Times are wall time in µs; `offset_us` is wall minus monotonic."""

    def __init__(self, spec: CameraSpec, offset_us: int) -> None:
        stream = spec.streams[0]
        self._spec = spec
        self._offset_us = offset_us
        self._painter = Painter(spec)
        self._encoder = VideoEncoder(stream, spec.frames_per_s, spec.gop_frames)
        self._picture = VideoConfig.from_sets("h264", self._encoder.sets, in_band=stream.in_band_sets)
        self._law: g711.Law = "ulaw" if stream.audio == "ulaw" else "alaw"
        self._index = 0

    def full(self, begin_us: int, end_us: int) -> tuple[Samples, Samples]:
        """Pictures and sound as the camera sends them."""
        every_us = SECOND_US // self._spec.frames_per_s
        return self._pictures(begin_us, end_us, every_us, self._spec.gop_frames), self._sounds(begin_us, end_us)

    def slow(self, begin_us: int, end_us: int) -> Samples:
        """A picture now and then, no sound."""
        return self._pictures(begin_us, end_us, SLOW_US, SLOW_KEY)

    def stand_in(self, begin_us: int, end_us: int) -> Samples:
        """Something that was footage once."""
        samples = Samples(configs=[(0, self._picture)])
        for at_us in range(begin_us, end_us, STAND_IN_US):
            self._add(samples, [_STAND_IN], at_us, key=at_us == begin_us)
        return samples

    def _pictures(self, begin_us: int, end_us: int, every_us: int, key_every: int) -> Samples:
        samples = Samples(configs=[(0, self._picture)])
        for number, at_us in enumerate(range(begin_us, end_us, every_us)):
            planes = self._painter.paint(self._index, at_us)
            units, is_key = self._encoder.encode(planes, self._index, key=number % key_every == 0)
            self._index += 1
            self._add(samples, units, at_us, key=is_key)
        return samples

    def _sounds(self, begin_us: int, end_us: int) -> Samples:
        samples = Samples(configs=[(0, AudioConfig(self._law, SOUND_RATE, 1))])
        microphone = Microphone(begin_us, SOUND_RATE, 0)
        count = (end_us - begin_us) * SOUND_RATE // SECOND_US // PACKET_SAMPLES
        for number in range(count):
            data = g711.encode(microphone.listen(number * PACKET_SAMPLES, PACKET_SAMPLES), self._law)
            samples.data += data
            samples.sizes.append(len(data))
            samples.times_us.append(begin_us + number * PACKET_SAMPLES * SECOND_US // SOUND_RATE - self._offset_us)
            samples.flags.append(SYNC)
        return samples

    def _add(self, samples: Samples, units: list[bytes], at_us: int, *, key: bool) -> None:
        data = b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)
        samples.data += data
        samples.sizes.append(len(data))
        samples.times_us.append(at_us - self._offset_us)
        samples.flags.append(SYNC if key else 0)
