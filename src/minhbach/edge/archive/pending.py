"""Samples that wait to be written.

Owns the samples of one track between the depacketizer and the file: nothing is copied, a fragment is cut out of the
buffers by views. Leaves to ``series`` where the cuts are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from minhbach.edge.rtp.track import Samples
from minhbach.fmp4 import TrackConfig


@dataclass(slots=True)
class Taken:
    """Consecutive samples of one track: bytes in order, and per sample size, presentation time (µs) and flags."""

    buffers: list[memoryview]
    sizes: list[int]
    times_us: list[int]
    flags: list[int]


@dataclass(slots=True)
class TrackQueue:
    """First in, first out; parallel lists in decode order."""

    sizes: list[int] = field(default_factory=list)
    times_us: list[int] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    configs: list[tuple[int, TrackConfig]] = field(default_factory=list)
    config: TrackConfig | None = None
    _buffers: list[memoryview] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.sizes)

    def add(self, samples: Samples) -> None:
        """Append what a track gathered; its configurations keep their place."""
        offset = len(self.sizes)
        for index, config in samples.configs:
            if config != self.last_config:
                self.configs.append((offset + index, config))
        self.sizes += samples.sizes
        self.times_us += samples.times_us
        self.flags += samples.flags
        if samples.data:
            self._buffers.append(memoryview(samples.data))

    @property
    def last_config(self) -> TrackConfig | None:
        """The configuration of the newest sample."""
        return self.configs[-1][1] if self.configs else self.config

    def config_at(self, index: int) -> TrackConfig | None:
        """The configuration in force at a sample that waits here."""
        result = self.config
        for begin, config in self.configs:
            if begin <= index:
                result = config
        return result

    def take(self, count: int) -> Taken:
        """Remove the first ``count`` samples."""
        taken = Taken(
            self._take_bytes(sum(self.sizes[:count])), self.sizes[:count], self.times_us[:count], self.flags[:count]
        )
        self.config = self.config_at(count - 1) if count else self.config
        self.configs = [(begin - count, config) for begin, config in self.configs if begin >= count]
        del self.sizes[:count], self.times_us[:count], self.flags[:count]
        return taken

    def clear(self) -> int:
        """Throw all waiting samples away; returns how many."""
        return len(self.take(len(self.sizes)).sizes)

    def drop_unconfigured(self) -> None:
        """Throw the first samples away while nobody knows how to read them."""
        if self.config is None:
            self.take(min([begin for begin, _ in self.configs] or [len(self)]))

    def forget(self) -> None:
        """The session is over: its samples and its configuration."""
        self.clear()
        self.config = None

    def _take_bytes(self, wanted: int) -> list[memoryview]:
        result = []
        while wanted:
            first = self._buffers[0]
            if len(first) <= wanted:
                result.append(self._buffers.pop(0))
                wanted -= len(first)
            else:
                result.append(first[:wanted])
                self._buffers[0] = first[wanted:]
                wanted = 0
        return result
