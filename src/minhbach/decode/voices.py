"""The sound of a copy: laid at its own time, silent or distorted where somebody decided so, encoded anew.

Runs in the confined child only. A distorted voice is a noise in which only how loud each of a few wide bands was has
been kept, thirty times a second: what is said can mostly be understood, pitch and timbre are not in the result and so
cannot be worked out again. Promises that sound with a decision to hide it is never in the copy, and that samples of a
masked copy about which nobody decided are silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from numpy.typing import NDArray

from minhbach.decode.orders import DISTORTED, MUTED, PLAIN, Order

FRAME = 1024
_BANDS_HZ = (100, 200, 320, 460, 640, 860, 1150, 1530, 2030, 2690, 3550, 4800, 7000)
_BIT_PER_S = 48_000
_SLACK_US = 80_000
"""Packets wander by so much around their true time; a larger step is a gap."""

Floats = NDArray[np.float32]


class Sound:
    """The sound of one copy: packets in, AAC out, without a hole from its begin on."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._rate = order.rate
        self._noise = 1
        self._waiting: Floats = np.zeros(0, np.float32)
        self._placed = 0
        self._encoded = 0
        self._encoder = encoder(order.rate)

    @property
    def config(self) -> bytes:
        """AAC's own description of itself."""
        return bytes(self._encoder.extradata or b"")

    def add(self, heard: Floats, at_us: int) -> list[tuple[int, bytes]]:
        """Samples of one channel that begin at that time."""
        first = (at_us - self._order.begin_us) * self._rate // 1_000_000
        slack = _SLACK_US * self._rate // 1_000_000
        if first > self._placed + slack:
            self._place(np.zeros(min(first, self._last) - self._placed, np.float32))
        elif first < self._placed - slack or first < 0:
            heard = heard[max(0, self._placed - first) :]
        self._place(heard[: max(0, self._last - self._placed)])
        return self._flush(FRAME)

    def end(self) -> list[tuple[int, bytes]]:
        """Silence up to the copy's end, and what the encoder still holds."""
        self._place(np.zeros(max(0, self._last - self._placed), np.float32))
        self._waiting = np.concatenate([self._waiting, np.zeros(-len(self._waiting) % FRAME, np.float32)])
        return [*self._flush(FRAME), *_packets(self._encoder, None)]

    @property
    def _last(self) -> int:
        return (self._order.end_us - self._order.begin_us) * self._rate // 1_000_000

    def _place(self, heard: Floats) -> None:
        if len(heard):
            self._waiting = np.concatenate([self._waiting, self._treated(heard)])
            self._placed += len(heard)

    def _treated(self, heard: Floats) -> Floats:
        """Each stretch as decided; what nobody decided is silent in a masked copy."""
        result = np.zeros_like(heard) if self._order.masked else heard.copy()
        for kind in (PLAIN, DISTORTED, MUTED):  # the more careful decision wins where two meet
            for begin_us, end_us, wanted in self._order.sound:
                begin, end = (self._index(us) - self._placed for us in (begin_us, end_us))
                begin, end = max(0, begin), min(len(heard), end)
                if wanted != kind or begin >= end:
                    continue
                if kind == PLAIN:
                    result[begin:end] = heard[begin:end]
                elif kind == MUTED:
                    result[begin:end] = 0
                else:
                    self._noise += 1
                    result[begin:end] = distorted(heard[begin:end], self._rate, self._noise)
        return result

    def _index(self, at_us: int) -> int:
        return (at_us - self._order.begin_us) * self._rate // 1_000_000

    def _flush(self, size: int) -> list[tuple[int, bytes]]:
        made: list[tuple[int, bytes]] = []
        while len(self._waiting) >= size:
            frame = av.AudioFrame.from_ndarray(self._waiting[:size].reshape(1, -1), format="fltp", layout="mono")
            frame.sample_rate, frame.time_base, frame.pts = self._rate, Fraction(1, self._rate), self._encoded
            self._waiting = self._waiting[size:]
            self._encoded += size
            made += _packets(self._encoder, frame)
        return made


def distorted(heard: Floats, rate: int, number: int) -> Floats:
    """Noise as loud in each band as the voice was (see above). ``number`` makes one noise differ from another."""
    size = 1 << max(6, int(rate * 0.033).bit_length())
    step = size // 2
    window = np.hanning(size + 1)[:size].astype(np.float32)
    padded = np.concatenate([np.zeros(step, np.float32), heard, np.zeros(size + step, np.float32)])
    count = (len(padded) - size) // step + 1
    frames = np.stack([padded[place * step : place * step + size] * window for place in range(count)])
    spectrum = np.abs(np.fft.rfft(frames, axis=1))
    edges = np.searchsorted(np.fft.rfftfreq(size, 1 / rate), _BANDS_HZ)
    shaped = np.zeros_like(spectrum)
    for low, high in pairwise(edges):
        if low < high:
            loud = np.sqrt((spectrum[:, low:high] ** 2).mean(axis=1, keepdims=True))
            shaped[:, low:high] = loud
    turned = shaped * np.exp(1j * _angles(shaped.size, number).reshape(shaped.shape))
    parts = np.fft.irfft(turned, size, axis=1)
    result = np.zeros(len(padded), np.float64)
    for place in range(count):
        result[place * step : place * step + size] += parts[place]
    found: Floats = np.clip(result[step : step + len(heard)], -1, 1).astype(np.float32)
    return found


def _angles(count: int, number: int) -> NDArray[np.float64]:
    """As good as random for the ear. NumPy's own generators are files that the confined child can open no more."""
    seeds = np.arange(count, dtype=np.uint64) + np.uint64(number * 1_000_003)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        seeds = (seeds ^ (seeds >> np.uint64(shift))) * np.uint64(factor)
    turns: NDArray[np.float64] = (seeds ^ (seeds >> np.uint64(31))).astype(np.float64) / 2**64
    return turns * 2 * np.pi


def mono(frames: Sequence[av.AudioFrame]) -> Floats:
    """All channels of decoded sound as one."""
    heard = [_channels(frame).mean(axis=0) for frame in frames]
    return np.concatenate(heard).astype(np.float32) if heard else np.zeros(0, np.float32)


def _channels(frame: av.AudioFrame) -> NDArray[np.float64]:
    values = frame.to_ndarray().astype(np.float64)
    if not frame.format.is_planar:
        values = values.reshape(-1, frame.layout.nb_channels).T
    return values / 32768 if frame.format.name.startswith("s16") else values


def encoder(rate: int) -> AudioCodecContext:
    """AAC-LC, one channel."""
    context = av.CodecContext.create("aac", "w")
    assert isinstance(context, AudioCodecContext)
    context.sample_rate, context.layout, context.format = rate, "mono", "fltp"
    context.bit_rate, context.time_base = min(_BIT_PER_S, rate * 3), Fraction(1, rate)
    context.open()
    return context


def _packets(context: AudioCodecContext, frame: av.AudioFrame | None) -> list[tuple[int, bytes]]:
    """What comes before the first sample is the codec's own beginning, and left away."""
    found = [(packet.pts or 0, bytes(packet)) for packet in context.encode(frame)]
    return [(first, data) for first, data in found if first >= 0]
