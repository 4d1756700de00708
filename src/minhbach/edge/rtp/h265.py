"""H.265 payloads (RFC 7798) into NAL units.

Owns the payload formats: single NAL unit, aggregation packet and fragmentation unit, with decoding order numbers
only where the SDP announced them (``sprop-max-don-diff``; camera-quirks C44). PACI packets and reserved types go to
the side log. Leaves to ``video`` where an access unit ends.
"""

from __future__ import annotations

from minhbach.edge.rtp.notes import Notes
from minhbach.edge.rtp.parameter_sets import ParameterSets
from minhbach.edge.rtp.sei import has_recovery_point
from minhbach.edge.rtp.timeline import Alignment
from minhbach.edge.rtp.track import RECOVERY, SYNC
from minhbach.edge.rtp.video import VideoTrack

_LAST_SLICE = 31
_FIRST_IRAP, _LAST_IRAP = 16, 23
_SETS = frozenset((32, 33, 34))
_PREFIX_SEI = 39
# What may stand before a picture but not inside one (H.265 7.4.2.4.4).
_PREFIXES = frozenset((32, 33, 34, 35, 39, 41, 42, 43, 44, *range(48, 56)))
_AGGREGATE, _FRAGMENT = 48, 49
_HEADER_BYTES = 2


class H265Track(VideoTrack):
    """``fragment`` is the payload header and FU header of a middle fragment."""

    fragment_bytes = 3

    def __init__(
        self, name: str, clock_rate: int, notes: Notes, alignment: Alignment, sets: ParameterSets, *, don: bool = False
    ) -> None:
        super().__init__(name, clock_rate, notes, alignment, sets)
        self._don_bytes = 2 if don else 0
        if don:
            self.fragment_bytes = 0

    def _unpack(self, view: memoryview, begin: int, end: int) -> None:
        if end - begin < 3:
            self._tiny(view, begin, end)
            return
        kind = view[begin] >> 1 & 0x3F
        if kind == _FRAGMENT:
            self._fragmented(view, begin, end)
        elif kind == _AGGREGATE:
            self._aggregated(view, begin + _HEADER_BYTES, end)
        elif view[begin] < 0x80 and kind < _AGGREGATE and not self._annex_b(view, begin):
            self._single(view, begin, end)
        elif self._annex_b(view, begin):
            self._whole_nal(view, begin, end)  # C33: split like any start code inside
        else:
            self.set_aside("nal_type_unusable", view[begin:end])

    def _annex_b(self, view: memoryview, begin: int) -> bool:
        # A payload header never begins with two zero bytes: its temporal id is at least 1.
        return bytes(view[begin : begin + 4]).startswith((b"\0\0\0\1", b"\0\0\1"))

    def _single(self, view: memoryview, begin: int, end: int) -> None:
        if not self._don_bytes:
            self._whole_nal(view, begin, end)
            return
        self._begin_nal()
        self.data += view[begin : begin + _HEADER_BYTES]
        self.data += view[begin + _HEADER_BYTES + self._don_bytes : end]
        self._end_nal()

    def _tiny(self, view: memoryview, begin: int, end: int) -> None:
        if end - begin == _HEADER_BYTES and view[begin] >> 1 & 0x3F in (36, 37):
            self._whole_nal(view, begin, end)
        else:
            self.remark("empty_packet")

    def _fragmented(self, view: memoryview, begin: int, end: int) -> None:
        first, second, header = view[begin], view[begin + 1], view[begin + 2]
        kind = header & 0x3F
        data_at = begin + 3
        if header & 0x80:
            data_at += self._don_bytes
            self._begin_nal()
            self.data += bytes((first & 0x81 | kind << 1, second))
            self.fragment = 0 if self._don_bytes else first << 16 | second << 8 | kind
            self._fragment_kind = kind
            if header & 0x40:
                self.remark("fragment_alone")
        elif self._nal < 0:
            self._hurt()
            self.set_aside("fragment_without_start", view[begin:end])
            return
        elif kind != self._fragment_kind:
            self.remark("fragment_type_changed")
        self.data += view[data_at:end]
        if header & 0x40:
            self._end_nal()

    def _aggregated(self, view: memoryview, begin: int, end: int) -> None:
        """RFC 7798 4.4.2; the outer header's temporal id is not judged (C45), a tail of zeros is padding."""
        begin += self._don_bytes
        while end - begin > 2:
            size = view[begin] << 8 | view[begin + 1]
            begin += 2
            if not size or size > end - begin:
                self._bad_tail(view, begin - 2, end)
                return
            if view[begin] >> 1 & 0x3F < _AGGREGATE:
                self._whole_nal(view, begin, begin + size)
            else:
                self.set_aside("nal_type_unusable", view[begin : begin + size])
            begin += size + self._don_bytes // 2

    def _classify(self, start: int, end: int) -> None:
        data = self.data
        kind = data[start + 4] >> 1 & 0x3F
        if kind <= _LAST_SLICE and end - start > 6:
            random_access = _FIRST_IRAP <= kind <= _LAST_IRAP
            self._slice(start, data[start + 6] > 0x7F, SYNC if random_access else 0, random_access)
        elif kind in _PREFIXES:
            self._prefix(start, end, kind in _SETS)
            if kind == _PREFIX_SEI and has_recovery_point(data, start + 6, end):
                self._next_flags |= RECOVERY
        else:
            self._suffix(start, end)
