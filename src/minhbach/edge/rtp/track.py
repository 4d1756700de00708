"""A track's samples on their way from packets to the archive.

Owns the buffer in which samples grow: whole samples first, then the one being put together, so that payload bytes
are copied once and ``take`` moves only the unfinished rest. Promises that lists and bytes always match, that the
first configuration of every ``Samples`` stands at index 0, that nothing is given away before its time is settled,
and that a consumer which does not come costs at most ``MOST_WAITING_BYTES``. Leaves to the subclasses where samples
begin and end.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Literal

from minhbach.edge.rtp.notes import Notes
from minhbach.edge.rtp.timeline import Alignment, Timeline
from minhbach.fmp4 import TrackConfig

SYNC = 1
"""The sample can be decoded by itself (IDR, IRAP; every audio sample)."""
RECOVERY = 2
"""A recovery point SEI message or only I slices: decoding may begin here, with a smear."""
DAMAGED = 4
"""Packets are missing in this sample or right before it."""

LONGEST_PACKET_US = 1_000_000
MOST_SAMPLE_BYTES = 8 * 1024 * 1024
MOST_WAITING_BYTES = 32 * 1024 * 1024
MOST_WAITING_SAMPLES = 100_000


@dataclass(slots=True)
class Samples:
    """Whole samples in decode order; parallel lists with one item per access unit or audio packet.

    ``data`` holds them one behind the other (video with 4-byte NAL lengths); ``times_us`` are presentation times on the
    recorder's monotonic clock; ``configs`` says from which index on which configuration is in force.
    """

    data: bytearray = field(default_factory=bytearray)
    sizes: list[int] = field(default_factory=list)
    times_us: list[int] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    configs: list[tuple[int, TrackConfig]] = field(default_factory=list)


class Track(ABC):
    """One media stream of a camera. ``packet`` is fed by the receiver, ``take`` empties it."""

    kind: Literal["video", "audio"]
    fragment_bytes = 0
    """How many leading bytes ``fragment`` has."""

    def __init__(self, name: str, clock_rate: int, notes: Notes, alignment: Alignment) -> None:
        self.name = name
        self.notes = notes
        self.timeline = Timeline(clock_rate, notes, name, alignment)
        self.config: TrackConfig | None = None
        """In force at the newest sample; None while the parameters are unknown."""
        self.last_media_us: int | None = None
        """Arrival of the newest packet that was used."""
        self.data = bytearray()
        self.fragment = 0
        """What a packet begins with that only continues a fragment and may be appended to ``data`` unseen; else 0."""
        self.sequence = 0
        self.arrival_us = 0
        self._open = 0
        self._samples = Samples()
        self._damage = 0

    @property
    def step_us(self) -> int:
        """The typical duration of one sample; 0 while unknown."""
        return self.timeline.step_us

    @abstractmethod
    def packet(
        self, view: memoryview, begin: int, end: int, timestamp: int, marker: int, lost: int, arrival_us: int
    ) -> None:
        """Use the payload ``view[begin:end]``; ``lost`` packets are missing right before it (-1: unknown)."""

    @abstractmethod
    def flush(self, now_us: int) -> None:
        """The stream has ended: finish what can be finished, account for the rest."""

    def spoil(self) -> None:
        """Bytes of unknown meaning were skipped: what is in progress cannot be trusted."""
        self._damage = DAMAGED

    def tick(self, now_us: int) -> None:
        """Time passes without packets."""
        if not self.timeline.settled:
            self._settle(now_us)

    def take(self) -> Samples | None:
        """The whole samples gathered since the last call; None without any, or while their time is not settled."""
        samples = self._samples
        if not samples.sizes or not self.timeline.settled:
            return None
        samples.data = self.data
        self.data = samples.data[self._open :]
        del samples.data[self._open :]
        self._moved(self._open)
        self._open = 0
        self._samples = Samples()
        if self.config is not None:
            self._samples.configs.append((0, self.config))
        return samples

    def remark(self, kind: str, number: int = 1) -> None:
        """Count an oddity of the packet at hand."""
        self.notes.count(kind, self.name, self.sequence, self._timestamp_now(), self.arrival_us, number=number)

    def set_aside(self, kind: str, data: bytes | bytearray | memoryview) -> None:
        """Put bytes that fit nowhere into the side log."""
        self.notes.keep(kind, self.name, self.sequence, self._timestamp_now(), self.arrival_us, data)

    def _timestamp_now(self) -> int:
        return 0

    def _moved(self, count: int) -> None:
        """``count`` bytes were taken from the front of ``data``."""
        return

    def _sounded_us(self, ticks: int) -> int:
        """When sound of ``ticks`` began to be made whose packet has arrived: a packet leaves after its last sample."""
        return self.arrival_us - min(ticks * 1_000_000 // self.timeline.clock_rate, LONGEST_PACKET_US)

    def _settle(self, now_us: int, *, force: bool = False) -> None:
        shift_us = self.timeline.settle(now_us, force=force)
        if shift_us:
            self._samples.times_us[:] = [time_us + shift_us for time_us in self._samples.times_us]

    def _configure(self, config: TrackConfig) -> None:
        """In force from the sample that is about to be added."""
        if config == self.config:
            return
        self.config = config
        index = len(self._samples.sizes)
        configs = self._samples.configs
        if configs and configs[-1][0] == index:
            configs.pop()
        configs.append((index, config))

    def _add(self, end: int, timestamp: int, arrival_us: int, flags: int, placed_us: int | None = None) -> int:
        """The bytes from the last sample's end to ``end`` are a sample; ``placed_us``: its time is known already.

        Returns how many bytes were thrown away, because nobody came for those before them.
        """
        if self._open > MOST_WAITING_BYTES or len(self._samples.sizes) >= MOST_WAITING_SAMPLES:
            self.remark("nobody_takes")
            del self.data[self._open : end]
            self._damage = DAMAGED
            return end - self._open
        samples = self._samples
        samples.sizes.append(end - self._open)
        samples.times_us.append(self.timeline.place(timestamp, arrival_us) if placed_us is None else placed_us)
        samples.flags.append(flags | self._damage)
        self._damage = 0
        self._open = end
        if not self.timeline.settled:
            self._settle(arrival_us)
        return 0
