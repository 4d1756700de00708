"""AAC access units (RFC 3640) out of RTP payloads.

Owns the AU headers, access units in several packets, and what cameras send instead of both: ADTS frames
(camera-quirks D05 to D11). Promises that a sample is the raw access unit as coded; an ADTS header is taken off and
kept in the side log. Leaves the meaning of the configuration to ``fmp4``.
"""

from __future__ import annotations

from collections.abc import Mapping

from minhbach.edge.rtp.notes import Notes
from minhbach.edge.rtp.timeline import Alignment
from minhbach.edge.rtp.track import DAMAGED, SYNC, Track
from minhbach.fmp4 import AudioConfig, BrokenSet
from minhbach.fmp4.aac import parse_configuration, plain_configuration

MOST_UNITS = 256
LONGEST_UNIT_BYTES = 64 * 1024
ADTS_FRAMES_TO_BELIEVE = 2
_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)


class AacTrack(Track):
    """One sample per access unit."""

    kind = "audio"

    def __init__(
        self,
        name: str,
        clock_rate: int,
        channels: int,
        asc: bytes,
        fmtp: Mapping[str, str],
        notes: Notes,
        alignment: Alignment,
    ) -> None:
        super().__init__(name, clock_rate, notes, alignment)
        self._size_bits = _number(fmtp, "sizelength")
        self._index_bits = _number(fmtp, "indexlength")
        self._delta_bits = _number(fmtp, "indexdeltalength")
        self._unit_ticks = _number(fmtp, "constantduration") or _unit_ticks(asc, clock_rate)
        self._timestamp = 0
        self._partial = bytearray()
        self._partial_bytes = 0
        self._adts_frames = 0
        self._told = bool(asc)
        self._channels = channels
        self._configure(AudioConfig("aac", clock_rate, channels, asc or plain_configuration(clock_rate, channels)))

    @property
    def step_us(self) -> int:
        return self._unit_ticks * 1_000_000 // self.timeline.clock_rate

    def packet(
        self, view: memoryview, begin: int, end: int, timestamp: int, marker: int, lost: int, arrival_us: int
    ) -> None:
        self.arrival_us = arrival_us
        self._timestamp = timestamp
        if lost:
            self._damage = DAMAGED
            self._abandon()
        payload = bytes(view[begin:end])
        if not payload:
            self.remark("empty_packet")
        else:
            self._use(payload, timestamp, marker)

    def flush(self, now_us: int) -> None:
        self._abandon()
        self._settle(now_us, force=True)

    def spoil(self) -> None:
        super().spoil()
        self._abandon()

    def _use(self, payload: bytes, timestamp: int, marker: int) -> None:
        if not self._use_adts(payload, timestamp):
            self._use_headers(payload, timestamp, marker)

    def _use_headers(self, payload: bytes, timestamp: int, marker: int) -> None:
        """RFC 3640 3.2.1: the headers' length in bits, the headers, the units."""
        if not self._size_bits:
            self._unit(payload, timestamp)
            return
        sizes, position = self._sizes(payload)
        if not sizes:
            self.set_aside("unit_headers_broken", payload)
        elif len(sizes) == 1 and sizes[0] > len(payload) - position:
            self._fragment(payload[position:], sizes[0], marker, timestamp)
        else:
            self._abandon()
            for number, size in enumerate(sizes):
                unit = payload[position : position + size]
                position += size
                if len(unit) < size:
                    self.set_aside("unit_too_short", unit)
                    self._damage = DAMAGED
                    return
                self._unit(unit, timestamp + number * self._unit_ticks & 0xFFFFFFFF, len(sizes) - number)

    def _sizes(self, payload: bytes) -> tuple[list[int], int]:
        """The units' sizes in bytes, and where the first unit begins; no sizes when the headers make no sense."""
        bits = int.from_bytes(payload[:2], "big")
        begin = 2 + (bits + 7) // 8
        if not bits or begin > len(payload):
            return [], 0
        headers = int.from_bytes(payload[2:begin], "big") >> (-bits % 8)
        sizes: list[int] = []
        left = bits
        while left >= self._size_bits and len(sizes) < MOST_UNITS:
            left -= self._size_bits
            sizes.append(headers >> left & (1 << self._size_bits) - 1)
            left -= self._delta_bits if len(sizes) > 1 else self._index_bits
            left = max(left, 0)
        return sizes, begin

    def _fragment(self, data: bytes, size: int, marker: int, timestamp: int) -> None:
        """A unit in several packets: each repeats the header with the whole unit's size (D11)."""
        if self._partial_bytes != size:
            self._abandon()
        self._partial_bytes = size
        self._partial += data
        if len(self._partial) == size:
            unit = bytes(self._partial)
            self._partial.clear()
            self._partial_bytes = 0
            self._unit(unit, timestamp)
        elif marker or len(self._partial) > size or size > LONGEST_UNIT_BYTES:
            self._abandon()

    def _abandon(self) -> None:
        if self._partial:
            self.set_aside("unit_incomplete", self._partial)
            self._damage = DAMAGED
        self._partial.clear()
        self._partial_bytes = 0

    def _unit(self, unit: bytes, timestamp: int, following: int = 1) -> None:
        """A whole unit; ``following`` units end its packet, this one included."""
        if not unit:
            self.remark("unit_empty")
            return
        header = _adts_header(unit)
        if header:
            self._learn(unit)
            self._keep_header(unit[:header])
            unit = unit[header:]
        self.data += unit
        self._add(len(self.data), timestamp, self._sounded_us(following * self._unit_ticks), SYNC)

    def _use_adts(self, payload: bytes, timestamp: int) -> bool:
        """A payload of whole ADTS frames where AU headers should be (D06), believed from the second one on."""
        sizes = _adts_frames(payload)
        if not sizes:
            return False
        self._adts_frames += len(sizes)
        if self._adts_frames < ADTS_FRAMES_TO_BELIEVE and len(self._sizes(payload)[0]) > 0 and self._size_bits:
            return False
        position = 0
        for number, size in enumerate(sizes):
            self._unit(
                payload[position : position + size],
                timestamp + number * self._unit_ticks & 0xFFFFFFFF,
                len(sizes) - number,
            )
            position += size
        return True

    def _keep_header(self, header: bytes) -> None:
        if self.notes.number("adts_header", self.name):
            self.remark("adts_header")
        else:
            self.set_aside("adts_header", header)

    def _learn(self, frame: bytes) -> None:
        """Rate and channels from an ADTS header, when the SDP had no configuration (D05)."""
        rate_index = frame[2] >> 2 & 0xF
        channels = (frame[2] & 1) << 2 | frame[3] >> 6
        if self._told or rate_index >= len(_RATES) or not channels:
            return
        self._told = True
        asc = plain_configuration(_RATES[rate_index], channels)
        self._configure(AudioConfig("aac", self.timeline.clock_rate, channels, asc))

    def _timestamp_now(self) -> int:
        return self._timestamp


def _number(fmtp: Mapping[str, str], key: str) -> int:
    """A small number of the fmtp line; absent or unreadable is 0 (D07)."""
    text = fmtp.get(key, "").strip().rstrip(";")
    return min(int(text), 65535) if text.isascii() and text.isdigit() else 0


def _unit_ticks(asc: bytes, clock_rate: int) -> int:
    """RTP ticks per access unit; twice as many where the clock counts the doubled rate of HE-AAC."""
    try:
        told = parse_configuration(asc) if asc else None
    except BrokenSet:
        told = None
    if told is None:
        return 1024
    return told.frame_samples * (2 if clock_rate == 2 * told.rate else 1)


def _adts_header(data: bytes) -> int:
    """The length of the ADTS header if ``data`` is exactly one ADTS frame, else 0 (ISO/IEC 14496-3 1.A.2.2)."""
    sizes = _adts_frames(data)
    return (7 if data[1] & 1 else 9) if len(sizes) == 1 else 0


def _adts_frames(data: bytes) -> list[int]:
    """The sizes of the ADTS frames that fill ``data`` exactly; empty when they do not."""
    sizes: list[int] = []
    position = 0
    while position < len(data):
        head = data[position : position + 7]
        if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
            return []
        size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        if size <= 7 or position + size > len(data):
            return []
        sizes.append(size)
        position += size
    return sizes
