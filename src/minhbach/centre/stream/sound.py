"""A sound track for a browser, without a hole.

Owns the line of a track's samples: a player stops where any of its tracks stops, so what a camera leaves out is filled
with silence, on demand (``silence_until``: a camera that falls silent must not freeze its picture), and sound that
comes back overlapping the silence is cut. Sound stays where its time says, within ``DRIFT_US``. G.711 becomes FLAC
(``flac``); AAC and Opus stay what they are.
"""

from __future__ import annotations

import struct
from typing import Literal

from minhbach.centre.stream import flac
from minhbach.centre.stream.fragments import Unit, fragment
from minhbach.fmp4 import AudioConfig, codec_string, init_segment, timescale
from minhbach.fmp4.boxes import box, full_box

DRIFT_US = 40_000
"""Sound may lie this far from its time before it is moved: half of what lips forgive."""
LONGEST_SILENCE_US = 30_000_000
UNKNOWN = AudioConfig("alaw", 8_000, 1)
"""The form of silence where nobody knows the camera's sound."""
# ISO/IEC 14496-3 raw data blocks of one silent frame, by the number of channels.
_SILENT_AAC = {1: bytes.fromhex("00c800802380"), 2: bytes.fromhex("210049900219002380")}
_SILENT_OPUS = b"\xf8\xff\xfe"
_UNITY = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


class Sound:
    """The track under one configuration. ``blocks_per_s``: how finely G.711 is cut; fine is quick, coarse is small."""

    def __init__(self, config: AudioConfig, *, blocks_per_s: int) -> None:
        self.config = config
        self.rate = timescale(config)
        self.end: int | None = None
        """Where the track ends, in ticks since 1970; None while it is empty."""
        self._law: Literal["alaw", "ulaw"] | None = config.codec if config.codec in ("alaw", "ulaw") else None
        self._block = max(16, self.rate // blocks_per_s)
        self._waiting = bytearray()
        self._sequence = self._frames = 0
        name = "flac" if self._law else codec_string(config)
        self.codec = f'audio/mp4; codecs="{name}"'
        self.init = _flac_init(config, self._block) if self._law else init_segment([config], b"")

    @property
    def end_us(self) -> int:
        """Until when there is sound, also what waits to fill a block; 0 while the track is empty."""
        if self.end is None:
            return 0
        return (self.end + len(self._waiting) // self.config.channels) * 1_000_000 // self.rate

    def feed(self, at_us: int, data: bytes, duration_us: int = 0) -> bytes:
        """What the camera sent for a moment; returns fragments, perhaps none."""
        lead = b""
        if self.end is None:
            self.end = at_us * self.rate // 1_000_000
        ahead_us = self.end_us - at_us
        if ahead_us < -DRIFT_US:
            lead = self.silence_until(at_us)
            if self.end_us - at_us < -LONGEST_SILENCE_US:
                self._waiting.clear()
                self.end = at_us * self.rate // 1_000_000
        if self._law:
            return lead + self._feed_law(data, ahead_us)
        return lead if ahead_us > DRIFT_US else lead + self._whole(data, self._length(duration_us))

    def silence_until(self, until_us: int) -> bytes:
        """Fill up to about a moment; returns fragments, perhaps none."""
        if self.end is None:
            self.end = until_us * self.rate // 1_000_000
            return b""
        missing = (until_us - self.end_us) * self.rate // 1_000_000
        if not 0 < missing <= LONGEST_SILENCE_US * self.rate // 1_000_000:
            return b""
        if self._law:
            self._waiting += flac.SILENCE[self._law] * (missing * self.config.channels)
            return self._blocks()
        silent = _SILENT_OPUS if self.config.codec == "opus" else _SILENT_AAC.get(self.config.channels)
        length = self.rate // 50 if self.config.codec == "opus" else 1024
        if silent is None:
            return b""
        return b"".join(self._whole(silent, length) for _ in range(missing // length))

    def _feed_law(self, data: bytes, ahead_us: int) -> bytes:
        if ahead_us > DRIFT_US:
            data = data[ahead_us * self.rate // 1_000_000 * self.config.channels :]
        self._waiting += data
        return self._blocks()

    def _blocks(self) -> bytes:
        """Every full block that waits, in one fragment."""
        assert self._law is not None, "only G.711 waits"
        size = self._block * self.config.channels
        count = len(self._waiting) // size
        if not count:
            return b""
        frames = []
        for number in range(count):
            part = bytes(self._waiting[number * size : (number + 1) * size])
            frames.append(flac.frame(self._law, part, self.rate, self.config.channels, self._frames & 0x7FFFFFFF))
            self._frames += 1
        del self._waiting[: count * size]
        units = [Unit(self._block, len(each), True) for each in frames]
        return self._fragment(units, b"".join(frames), count * self._block)

    def _whole(self, data: bytes, length: int) -> bytes:
        return self._fragment([Unit(length, len(data), True)], data, length)

    def _fragment(self, units: list[Unit], data: bytes, length: int) -> bytes:
        assert self.end is not None, "a fragment has a place"
        self._sequence += 1
        base, self.end = self.end, self.end + length
        return fragment(self._sequence, base, units, data)

    def _length(self, duration_us: int) -> int:
        if self.config.codec == "aac":
            return 1024
        return max(1, duration_us * self.rate // 1_000_000) if duration_us else self.rate // 50


def _flac_init(config: AudioConfig, block: int) -> bytes:
    """``ftyp`` and ``moov`` with FLAC's sample entry ("Encapsulation of FLAC in ISO Base Media File Format" 3.3)."""
    rate, channels = timescale(config), config.channels
    head = struct.pack(">6x H 8x 2H 4x I", 1, channels, 16, rate << 16 if rate <= 0xFFFF else 0)
    about = full_box(b"dfLa", 0, 0, bytes.fromhex("80000022"), flac.stream_info(rate, channels, block))
    table = box(
        b"stbl",
        full_box(b"stsd", 0, 0, (1).to_bytes(4, "big"), box(b"fLaC", head, about)),
        *(full_box(kind, 0, 0, bytes(4)) for kind in (b"stts", b"stsc")),
        full_box(b"stsz", 0, 0, bytes(8)),
        full_box(b"stco", 0, 0, bytes(4)),
    )
    in_this_file = full_box(b"dref", 0, 0, (1).to_bytes(4, "big"), full_box(b"url ", 0, 1))
    media = box(
        b"mdia",
        full_box(b"mdhd", 0, 0, struct.pack(">4I 2H", 0, 0, rate, 0, 0x55C4, 0)),
        full_box(b"hdlr", 0, 0, bytes(4), b"soun", bytes(12), b"\x00"),
        box(b"minf", full_box(b"smhd", 0, 0, bytes(4)), box(b"dinf", in_this_file), table),
    )
    track = full_box(
        b"tkhd", 0, 3, struct.pack(">5I 8x 2h H 2x", 0, 0, 1, 0, 0, 0, 0, 0x100), _UNITY, struct.pack(">2I", 0, 0)
    )
    movie = full_box(
        b"mvhd",
        0,
        0,
        struct.pack(">4I I H 10x", 0, 0, 1000, 0, 0x10000, 0x100),
        _UNITY,
        bytes(24),
        (2).to_bytes(4, "big"),
    )
    defaults = full_box(b"trex", 0, 0, struct.pack(">5I", 1, 1, 0, 0, 0))
    file_type = box(b"ftyp", b"iso6", bytes(4), b"iso6", b"mp41")
    return file_type + box(b"moov", movie, box(b"trak", track, media), box(b"mvex", defaults))
