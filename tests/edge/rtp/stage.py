"""A camera session without a network: tracks, a receiver, and what came out of it.

Owns the small bookkeeping every test here needs: keeping the unused rest between two feeds, and cutting samples
into NAL units again. Leaves the packets to ``packer``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from minhbach.edge.rtp.factory import make_track
from minhbach.edge.rtp.notes import Notes
from minhbach.edge.rtp.receiver import Receiver
from minhbach.edge.rtp.timeline import Alignment
from minhbach.edge.rtp.track import Track
from minhbach.fmp4 import TrackConfig

SPS = bytes.fromhex("6742c01ed9014016ec0440000003004000000c83c58b92")
PPS = bytes.fromhex("68cb83cb20")
FRAME_TICKS = 6000
FRAME_US = 66_667


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample with everything the receiver said about it."""

    data: bytes
    time_us: int
    flags: int
    config: TrackConfig | None

    @property
    def nals(self) -> list[bytes]:
        return split_nals(self.data)


def split_nals(sample: bytes) -> list[bytes]:
    """The NAL units behind their 4-byte lengths; raises if the lengths do not fill the sample."""
    nals, position = [], 0
    while position < len(sample):
        size = int.from_bytes(sample[position : position + 4], "big")
        if not size or position + 4 + size > len(sample):
            raise AssertionError("a length field does not fit its sample")
        nals.append(sample[position + 4 : position + 4 + size])
        position += 4 + size
    return nals


def samples_of(track: Track) -> list[Sample]:
    """Everything the track gives away now."""
    taken = track.take()
    if taken is None:
        return []
    assert len(taken.sizes) == len(taken.times_us) == len(taken.flags)
    assert sum(taken.sizes) == len(taken.data)
    assert taken.configs[0][0] == 0
    samples, position, configs = [], 0, dict(taken.configs)
    config: TrackConfig | None = None
    for index, size in enumerate(taken.sizes):
        config = configs.get(index, config)
        data = bytes(taken.data[position : position + size])
        samples.append(Sample(data, taken.times_us[index], taken.flags[index], config))
        position += size
    return samples


class Stage:
    """A receiver with one picture (channel 0, type 96) and, if asked for, one sound track (channel 2)."""

    def __init__(self, codec: str = "H264", sound: str | None = None, sound_type: int = 8, **options: object) -> None:
        self.notes = Notes()
        self.alignment = Alignment()
        self.receiver = Receiver(self.notes, own_ssrc=7)
        self.rest = b""
        self.picture = make_track("video", codec, 90_000, self.notes, self.alignment, **options)  # type: ignore[arg-type]
        self.receiver.attach(0, self.picture, {96})
        self.sound: Track | None = None
        if sound is not None:
            self.sound = make_track("audio", sound, 8_000, self.notes, self.alignment)
            self.receiver.attach(2, self.sound, {sound_type})

    def feed(self, data: bytes, now_us: int = 0) -> bytes:
        """Hand over bytes; returns what the receiver did not use."""
        buffer = self.rest + data
        used = self.receiver.feed(buffer, 0, len(buffer), now_us)
        self.rest = buffer[used:]
        return self.rest

    def end(self, now_us: int = 60_000_000) -> list[Sample]:
        """The session is over: all picture samples not taken before."""
        self.receiver.flush(now_us)
        return samples_of(self.picture)

    def kinds(self) -> dict[str, int]:
        """The notes: kind → count."""
        return {note.kind: note.count for note in self.notes.all()}


def slice_h264(size: int = 40, *, key: bool = False, first: bool = True, fill: int = 0x55) -> bytes:
    """A slice that begins or continues a picture: P, or I of an IDR picture; the rest is filling."""
    head = (0x88 if key else 0x9A) if first else (0x4D if key else 0x5A)
    return bytes((0x65 if key else 0x41, head)) + bytes((fill,)) * (size - 2)


def run_cut_everywhere(stage_of: Callable[[], Stage], stream: bytes, steps: Sequence[int]) -> list[list[Sample]]:
    """The samples of the same stream fed in pieces of each of these sizes."""
    results = []
    for step in steps:
        stage = stage_of()
        for begin in range(0, len(stream), step):
            stage.feed(stream[begin : begin + step])
        results.append(stage.end())
    return results
