"""Access units out of NAL units, for H.264 and H.265 alike.

Owns where a picture's sample begins and ends, and which parameter sets are in force. Promises that NAL units are
kept byte for byte (SEI, AUD and sets too), each behind a 4-byte length, and that a torn one never gets into a
sample. Leaves to ``h264`` and ``h265`` how a payload is cut into NAL units and what a type number means.

The marker bit is a hint (camera-quirks C05 to C09): a unit ends when the next picture begins. Only a camera that
has set the marker rightly ``MARKERS_FOR_TRUST`` times in a row is believed at once, which saves live view a frame
of delay.
"""

from __future__ import annotations

from abc import abstractmethod
from struct import pack_into

from minhbach.edge.rtp.notes import Notes
from minhbach.edge.rtp.parameter_sets import ParameterSets
from minhbach.edge.rtp.timeline import Alignment
from minhbach.edge.rtp.track import DAMAGED, MOST_SAMPLE_BYTES, RECOVERY, SYNC, Track

MARKERS_FOR_TRUST = 8
IDLE_US = 1_000_000
"""A picture whose last packet came so long ago is complete."""
SEARCHED_NALS = 64
"""So many NAL units are searched for start codes from end to end, then every 16th until one was found."""
_LENGTH = bytes(4)
_START_CODE = b"\0\0\1"


class VideoTrack(Track):
    """What both codecs share. Offsets are into ``data``; -1 means none."""

    kind = "video"

    def __init__(self, name: str, clock_rate: int, notes: Notes, alignment: Alignment, sets: ParameterSets) -> None:
        super().__init__(name, clock_rate, notes, alignment)
        self._sets = sets
        self._set_spans: list[tuple[int, int]] = []
        self._nal = -1
        self._fragment_kind = 0
        self._timestamp = -1
        self._timestamp_arrival_us = 0
        self._has_picture = False
        self._picture_timestamp = 0
        self._picture_arrival_us = 0
        self._picture_flags = 0
        self._next_flags = 0
        self._next_damage = 0
        self._all_intra = True
        self._boundary = -1
        self._marked = False
        self._closed_timestamp = -1
        self._placed_us: int | None = None
        self._good_markers = 0
        self._markers_lie = False
        self._nals_seen = 0
        self._start_codes = False
        if sets.complete:
            self._configure(sets.config())

    def packet(
        self, view: memoryview, begin: int, end: int, timestamp: int, marker: int, lost: int, arrival_us: int
    ) -> None:
        self.arrival_us = arrival_us
        if lost:
            self._lose()
        if timestamp != self._timestamp:
            if self._nal >= 0:
                self._tear("torn_by_timestamp")
            self._timestamp = timestamp
            self._timestamp_arrival_us = arrival_us
        self._unpack(view, begin, end)
        if marker and self._has_picture and self._nal < 0:
            self._mark()
        if len(self.data) - self._open > MOST_SAMPLE_BYTES:
            self._give_up()

    def flush(self, now_us: int) -> None:
        if self._nal >= 0:
            self._tear("torn_by_end")
        if self._has_picture:
            self._close(self._boundary if self._boundary >= 0 else len(self.data))
        self._settle(now_us, force=True)

    def tick(self, now_us: int) -> None:
        if self._has_picture and self._nal < 0 and now_us - self.arrival_us >= IDLE_US:
            self._close(self._boundary if self._boundary >= 0 else len(self.data))
        super().tick(now_us)

    def spoil(self) -> None:
        self._lose()

    @abstractmethod
    def _unpack(self, view: memoryview, begin: int, end: int) -> None:
        """Cut a payload into NAL units: ``_begin_nal``, bytes appended to ``data``, ``_end_nal``."""

    @abstractmethod
    def _classify(self, start: int, end: int) -> None:
        """Call ``_slice``, ``_prefix`` or ``_suffix`` for the NAL unit whose length field is at ``start``."""

    def _timestamp_now(self) -> int:
        return self._timestamp

    def _begin_nal(self) -> None:
        if self._nal >= 0:
            self._tear("torn_by_next")
        self._nal = len(self.data)
        self.data += _LENGTH

    def _end_nal(self) -> None:
        """The NAL unit at the end of ``data`` is complete."""
        data, start = self.data, self._nal
        self._nal = -1
        self.fragment = 0
        end = len(data)
        seen = self._nals_seen = self._nals_seen + 1
        whole = seen <= SEARCHED_NALS or not seen & 15 or self._start_codes or end - start < 256
        if data.find(_START_CODE, start + 4, end if whole else start + 68) >= 0:
            self._split(start)
        else:
            pack_into(">I", data, start, end - start - 4)
            self._classify(start, end)

    def _whole_nal(self, view: memoryview, begin: int, end: int) -> None:
        self._begin_nal()
        self.data += view[begin:end]
        self._end_nal()

    def _bad_tail(self, view: memoryview, begin: int, end: int) -> None:
        if any(view[begin:end]):
            self.set_aside("aggregate_broken", view[begin:end])
        else:
            self.remark("aggregate_padded")

    def _split(self, start: int) -> None:
        """Start codes cannot occur inside a NAL unit, so these are several (C33)."""
        self._start_codes = True
        payload = bytes(self.data[start + 4 :])
        del self.data[start:]
        self.set_aside("start_codes_inside", payload)
        for part in payload.split(_START_CODE):
            nal = part.rstrip(b"\0")
            if nal:
                begin = len(self.data)
                self.data += len(nal).to_bytes(4, "big") + nal
                self._classify(begin, len(self.data))

    def _slice(self, start: int, first: bool, flags: int, intra: bool) -> None:
        """A coded slice; ``first``: it begins a picture."""
        if self._has_picture:
            if first or self._timestamp != self._picture_timestamp:
                self._judge_marker()
                start -= self._close(self._boundary if self._boundary >= 0 else start)
            else:
                self._markers_lie |= self._marked
                self._damage |= self._next_damage
                self._next_damage = 0
                self._boundary = -1
                self._marked = False
        elif not first and self._timestamp == self._closed_timestamp:
            self._reopen()
        if not self._has_picture:
            self._has_picture = True
            self._picture_timestamp = self._timestamp
            self._picture_arrival_us = self._timestamp_arrival_us
            self._all_intra = True
            if not first:
                self._damage = DAMAGED
        self._picture_flags |= flags | self._next_flags
        self._next_flags = 0
        self._all_intra &= intra

    def _prefix(self, start: int, end: int, is_set: bool) -> None:
        """Sets, SEI and delimiters belong to the picture that follows (C07)."""
        if self._has_picture and self._boundary < 0:
            self._boundary = start
        if is_set:
            self._set_spans.append((start + 4, end))

    def _suffix(self, start: int, end: int) -> None:
        """What belongs to the picture before: suffix SEI, end of sequence, filler."""
        if not self._has_picture and self._timestamp == self._closed_timestamp:
            self._reopen()
        elif self._boundary == start:
            self._boundary = end

    def _mark(self) -> None:
        """The marker says that the picture is complete."""
        if self._boundary >= 0:
            return
        if self._good_markers >= MARKERS_FOR_TRUST and not self._markers_lie:
            self._closed_timestamp = self._timestamp
            self._close(len(self.data))
        else:
            self._boundary = len(self.data)
            self._marked = True

    def _judge_marker(self) -> None:
        if self._marked and self._boundary >= 0:
            self._good_markers += 1
        else:
            self._good_markers = 0

    def _reopen(self) -> None:
        """A trusted marker lied: the picture goes on. Join the parts unless the first has been taken already."""
        self.remark("marker_inside_picture")
        self._markers_lie = True
        samples = self._samples
        if not samples.sizes:
            return
        self._placed_us = samples.times_us.pop()
        self._damage |= samples.flags[-1] & DAMAGED
        self._picture_flags = samples.flags.pop() & ~(DAMAGED | RECOVERY)
        self._open -= samples.sizes.pop()
        self._has_picture = True
        self._all_intra = False

    def _close(self, end: int) -> int:
        """The bytes up to ``end`` are an access unit; returns how far the bytes behind it moved to the front."""
        self._has_picture = False
        self._boundary = -1
        self._marked = False
        flags, self._picture_flags = self._picture_flags, 0
        if self._set_spans:
            self._absorb_sets(end)
        if self.config is None:
            return self._drop(end)
        if self._all_intra and not flags & SYNC:
            flags |= RECOVERY
        removed = self._add(end, self._picture_timestamp, self._picture_arrival_us, flags, self._placed_us)
        self._placed_us = None
        self._damage |= self._next_damage
        self._next_damage = 0
        if removed:
            self._shift_sets(removed)
        return removed

    def _drop(self, end: int) -> int:
        """A picture without any parameter sets cannot be decoded by anyone."""
        size = end - self._open
        self.set_aside("before_parameter_sets", self.data[self._open : end])
        del self.data[self._open : end]
        self._shift_sets(size)
        return size

    def _shift_sets(self, size: int) -> None:
        self._set_spans = [(begin - size, end - size) for begin, end in self._set_spans]

    def _absorb_sets(self, end: int) -> None:
        """Sets that came inside this access unit are in force from it on (C37, C38)."""
        changed, replaced = False, self._sets.replaced
        for begin, stop in self._set_spans:
            if begin < end:
                changed |= self._sets.put(bytes(self.data[begin:stop]), in_band=True)
        self._set_spans = [span for span in self._set_spans if span[0] >= end]
        if changed and self._sets.complete:
            if self._sets.replaced != replaced:
                self.remark("parameter_sets_changed")
            self._configure(self._sets.config())

    def _lose(self) -> None:
        if self._nal >= 0:
            self._tear("torn_by_loss")
        else:
            self._hurt()

    def _tear(self, kind: str) -> None:
        """The NAL unit in progress will never be complete: out of the sample with it, and into the side log (C30)."""
        self.set_aside(kind, self.data[self._nal + 4 :])
        del self.data[self._nal :]
        self._nal = -1
        self.fragment = 0
        self._hurt()

    def _hurt(self) -> None:
        """Something is missing here: in the picture at hand, or, if that is complete, in the next one."""
        if self._has_picture and (self._boundary >= 0 or self._timestamp != self._picture_timestamp):
            self._next_damage = DAMAGED
        else:
            self._damage = DAMAGED

    def _give_up(self) -> None:
        """More than a picture can be (C48): what was complete before stays, the rest goes."""
        if self._has_picture and self._boundary >= 0:
            self._close(self._boundary)
        self.set_aside("access_unit_too_large", self.data[self._open : self._open + 64])
        del self.data[self._open :]
        self._nal = self._boundary = -1
        self.fragment = 0
        self._has_picture = self._marked = False
        self._picture_flags = 0
        self._set_spans.clear()
        self._damage = DAMAGED

    def _moved(self, count: int) -> None:
        if self._nal >= 0:
            self._nal -= count
        if self._boundary >= 0:
            self._boundary -= count
        if self._set_spans:
            self._shift_sets(count)
