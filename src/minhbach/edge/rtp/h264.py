"""H.264 payloads (RFC 6184, non-interleaved modes) into NAL units.

Owns the payload formats: single NAL unit, STAP-A and FU-A, and the repairs of broken ones (camera-quirks C26 to
C35). The interleaved formats (STAP-B, MTAP, FU-B) need a negotiation nobody makes; they go to the side log, as do
types that mean nothing. Leaves to ``video`` where an access unit ends.
"""

from __future__ import annotations

from minhbach.edge.rtp.sei import has_recovery_point
from minhbach.edge.rtp.track import RECOVERY, SYNC
from minhbach.edge.rtp.video import VideoTrack
from minhbach.fmp4 import BrokenSet
from minhbach.fmp4.bits import BitReader

_IDR, _SEI = 5, 6
_SLICES_WITH_HEAD = frozenset((1, 2, 5))
_SLICES = frozenset((1, 2, 3, 4, 5, 20, 21))
_SETS = frozenset((7, 8))
# What may stand before a picture but not inside one (H.264 7.4.1.2.3), and the SPS extension, which follows an SPS.
_PREFIXES = frozenset((6, 7, 8, 9, 13, 14, 15, 16, 17, 18))
_STAP_A, _FU_A = 24, 28


class H264Track(VideoTrack):
    """``fragment`` is the FU indicator and header of a middle fragment."""

    fragment_bytes = 2

    def _unpack(self, view: memoryview, begin: int, end: int) -> None:
        if end - begin < 2:
            self._tiny(view, begin, end)
            return
        indicator = view[begin]
        kind = indicator & 0x1F
        if kind == _FU_A:
            self._fragmented(view, begin, end, indicator, view[begin + 1])
        elif 0 < kind < _STAP_A:
            self._whole_nal(view, begin, end)
        elif kind == _STAP_A:
            self._aggregated(view, begin + 1, end)
        elif kind == 0 and bytes(view[begin : begin + 4]).startswith((b"\0\0\0\1", b"\0\0\1")):
            self._whole_nal(view, begin, end)  # Annex B as payload (C33): split like any start code inside
        else:
            self.set_aside("nal_type_unusable", view[begin:end])

    def _tiny(self, view: memoryview, begin: int, end: int) -> None:
        if end - begin == 1 and view[begin] & 0x1F in (9, 10, 11):
            self._whole_nal(view, begin, end)
        else:
            self.remark("empty_packet")

    def _fragmented(self, view: memoryview, begin: int, end: int, indicator: int, header: int) -> None:
        kind = header & 0x1F
        if header & 0x80:
            self._begin_nal()
            self.data.append(indicator & 0xE0 | kind)
            self.fragment = indicator << 8 | kind
            if header & 0x40:
                self.remark("fragment_alone")
        elif self._nal < 0:
            self._hurt()
            self.set_aside("fragment_without_start", view[begin:end])
            return
        elif kind != self.fragment & 0x1F:
            self.remark("fragment_type_changed")
        self.data += view[begin + 2 : end]
        if header & 0x40:
            self._end_nal()

    def _aggregated(self, view: memoryview, begin: int, end: int) -> None:
        """STAP-A (RFC 6184 5.7.1); a tail of zeros is padding (C31)."""
        while end - begin > 2:
            size = view[begin] << 8 | view[begin + 1]
            begin += 2
            if not size or size > end - begin:
                self._bad_tail(view, begin - 2, end)
                return
            if 0 < view[begin] & 0x1F < _STAP_A:
                self._whole_nal(view, begin, begin + size)
            else:
                self.set_aside("nal_type_unusable", view[begin : begin + size])
            begin += size

    def _classify(self, start: int, end: int) -> None:
        data = self.data
        kind = data[start + 4] & 0x1F
        if kind in _SLICES_WITH_HEAD and end - start > 6:
            head = data[start + 5]
            intra = (
                (head >> 4 & 7 == 3 or head & 0x7F == 8)
                if head & 0x80
                else is_intra(bytes(data[start + 5 : start + 15]))
            )
            self._slice(start, head > 0x7F, SYNC if kind == _IDR else 0, intra)
        elif kind in _SLICES:
            self._slice(start, False, 0, kind != 1)
        elif kind in _PREFIXES:
            self._prefix(start, end, kind in _SETS)
            if kind == _SEI and has_recovery_point(data, start + 5, end):
                self._next_flags |= RECOVERY
        else:
            self._suffix(start, end)


def is_intra(slice_head: bytes) -> bool:
    """Whether a slice header (first_mb_in_slice, slice_type; H.264 7.3.3) is that of an I slice."""
    try:
        bits = BitReader(slice_head)
        bits.unsigned()
        return bits.unsigned() in (2, 7)
    except BrokenSet:
        return False
