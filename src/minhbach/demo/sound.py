"""What a simulated microphone hears: a soft room, and a beep that begins on each full second of the camera's clock.

Owns the sound clock: sample *n* was captured at `start_us + n / rate`, where the true rate is off by the spec's ppm.
Promises that the beep's first sample is the first one captured in the new second, so that picture (barcode) and
sound can be held against each other. Leaves coding to `g711` and `encoder`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BEEP_US = 100_000
_NOISE_SECONDS = 7  # not a divisor of anything, so that the loop is not heard


class Microphone:
    """Sound by sample number. `start_us`: camera wall time (Unix µs) of sample 0; `rate`: nominal samples/s."""

    def __init__(self, start_us: int, rate: int, ppm: int, pitch_hz: float = 1000.0) -> None:
        self.rate = rate
        self.deaf = False
        """A plug that was pulled: only zeros are heard."""
        self._start_us = start_us
        self._million_seconds = rate * (1_000_000 + ppm)  # samples in 10^6 true seconds
        self._noise = _room_noise(rate)
        self._beep = _beep(rate, pitch_hz)

    def captured_us(self, sample: int) -> int:
        """Camera wall time at which `sample` was captured, rounded up to the microsecond."""
        return self._start_us + -(-sample * 1_000_000_000_000 // self._million_seconds)

    def samples_until(self, wall_us: int) -> int:
        """How many samples were captured before `wall_us`; also the sound clock's reading at that instant."""
        return -(-(wall_us - self._start_us) * self._million_seconds // 1_000_000_000_000)

    def listen(self, first: int, count: int) -> NDArray[np.int16]:
        """Samples `first` to `first + count`, mono, 16 bit; the same answer whenever asked."""
        if self.deaf:
            return np.zeros(count, np.int16)
        out: NDArray[np.int16] = np.take(self._noise, np.arange(first, first + count), mode="wrap")
        second_us = (self.captured_us(first) - BEEP_US) // 1_000_000 * 1_000_000
        for _ in range(3):
            self._add_beep(out, self.samples_until(second_us) - first)
            second_us += 1_000_000
        return out

    def _add_beep(self, out: NDArray[np.int16], at: int) -> None:
        begin, end = max(at, 0), min(at + len(self._beep), len(out))
        if begin < end:
            out[begin:end] += self._beep[begin - at : end - at]


def _room_noise(rate: int) -> NDArray[np.int16]:
    """Brownish noise of about -50 dB: air and distant voices rather than hiss, between about 60 and 300 Hz.

    Without a Fourier transform: libx265 leaves the processor's MMX registers in use, the next number of extended
    precision in its thread is none, and NumPy turns its transforms by angles of extended precision.
    """
    white = np.random.default_rng(5).normal(size=rate * _NOISE_SECONDS)
    taps = np.arange(rate // 60)
    kernel = _decay(taps, 300 / rate) - _decay(taps, 60 / rate)
    # Around the end, so that the loop has no seam.
    shaped = np.convolve(np.concatenate([white[1 - len(taps) :], white]), kernel, "valid")
    loud: NDArray[np.int16] = (shaped / np.std(shaped) * 90).astype(np.int16)
    return loud


def _decay(taps: NDArray[np.int64], turns: float) -> NDArray[np.float64]:
    """What a low-pass of one pole makes of one click, with a sum of 1; ``turns``: its corner in turns per sample."""
    decay = np.exp(-2 * np.pi * turns * taps)
    kernel: NDArray[np.float64] = decay / decay.sum()
    return kernel


def _beep(rate: int, pitch_hz: float) -> NDArray[np.int16]:
    count = rate * BEEP_US // 1_000_000
    time_s = np.arange(count) / rate
    # Full level from the first sample on: the onset is what measurements look for.
    fade = np.minimum(1, (count - np.arange(count)) / (count / 4))
    return (6000 * np.cos(2 * np.pi * pitch_hz * time_s) * fade).astype(np.int16)
