"""All `$` frames of one RTSP connection (RFC 2326 10.12) to their tracks, in place.

Owns the hot loop of the recorder: about 23,000 packets a second for a hundred cameras. Promises that payload bytes
are copied once, that a frame on a channel nobody set up costs nothing but a note (camera-quirks A53), that after
bytes which are no frame the next true one is found (A38), and that one broken track never disturbs another. Leaves
the dialog between frames to ``rtsp``, which calls ``feed`` for every run of frames.

Most packets are the middle of a fragmented picture: same channel, source and timestamp as the one before, the next
sequence number, the same two or three leading bytes. For these one ``unpack`` and one append is all there is.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from struct import Struct

from minhbach.edge.rtp import rtcp
from minhbach.edge.rtp.lane import AGAIN, Lane
from minhbach.edge.rtp.notes import Notes
from minhbach.edge.rtp.packet import locate
from minhbach.edge.rtp.resync import find_frame, may_begin
from minhbach.edge.rtp.track import MOST_SAMPLE_BYTES, Track

DOLLAR = 0x24
REPORT_EVERY_US = 5_000_000
"""Some cameras end a session that stays silent for longer (A18)."""
RESYNC_WINDOW_BYTES = 4096
ONVIF_REPLAY = 0xABAC
"""ONVIF Streaming Specification 6.3: the camera's NTP time of the picture."""
_RTP = Struct(">BBHII")
# `$` and channel, length, flags and type, sequence, timestamp and SSRC, the payload's first four bytes.
_HEAD = Struct(">HHHHQI")
_PLAIN = 0x8000
_SHORTEST_RTP = 12


class Receiver:
    """The media side of a session. Times are monotonic microseconds."""

    def __init__(self, notes: Notes, own_ssrc: int | None = None) -> None:
        self.notes = notes
        self.tracks: list[Track] = []
        self._lanes: list[Lane | None] = [None] * 256
        self._reports: list[Lane | None] = [None] * 256
        self._own_ssrc = int.from_bytes(os.urandom(4), "big") if own_ssrc is None else own_ssrc
        self._next_report_us = 0
        self._running: Lane | None = None

    def attach(
        self, channel: int, track: Track, payload_types: Collection[int], rtcp_channel: int | None = None
    ) -> None:
        """Frames on ``channel`` belong to ``track``; its RTCP has the next channel unless told (A42, A43)."""
        lane = Lane(channel, track, payload_types, channel + 1 & 0xFF if rtcp_channel is None else rtcp_channel)
        self._reports[lane.rtcp_channel] = lane
        self._lanes[channel] = lane
        self.tracks.append(track)

    @property
    def said_goodbye(self) -> bool:
        """Whether every track's source has said that it ends (A56)."""
        lanes = self._attached()
        return bool(lanes) and all(lane.bye for lane in lanes)

    @property
    def last_media_us(self) -> int | None:
        """The newest sign of life of the picture that is silent longest (of the sound, if there is no picture).

        None if one of these tracks never sent anything. A camera that sends a picture only when something moves stays
        alive by its reports, for a while (C43); sound may be missing for ever (D17).
        """
        lanes = self._attached()
        pictures = [lane for lane in lanes if lane.track.kind == "video"]
        signs = [lane.last_sign_us for lane in pictures or lanes]
        known = [sign for sign in signs if sign is not None]
        return min(known) if known and len(known) == len(signs) else None

    def feed(self, buffer: bytes | bytearray | memoryview, position: int, end: int, now_us: int) -> int:
        """Use the frames in ``buffer[position:end]``; returns where the first byte stands that was not used.

        That is an incomplete frame, or what looks like an RTSP message or a line end before one.
        """
        last = position - 1
        with memoryview(buffer) as view:
            while position < end:
                if self._running is not None:
                    last, position = self._run(self._running, view, position, end, now_us)
                    if position >= end:
                        break
                if view[position] == DOLLAR:
                    if end - position < 4:
                        break
                    stop = position + 4 + (view[position + 2] << 8 | view[position + 3])
                    if stop > end and (end - position < 5 or view[position + 4] >> 6 == 2):
                        break
                    self._running = None
                    last = position
                    if stop <= end and (self._frame(view, position, stop, now_us) or may_begin(view, stop, end)):
                        position = stop
                        continue
                elif may_begin(view, position, end):
                    break
                at = self.resync(view, last + 1, end, now_us)
                if at == position:
                    break
                position, last = at, at - 1
        return position

    def resync(self, buffer: bytes | bytearray | memoryview, position: int, end: int, now_us: int) -> int:
        """Skip bytes that are neither frame nor message; returns where the next one begins, or may begin (A38)."""
        data = bytes(buffer[position : min(end, position + RESYNC_WINDOW_BYTES)])
        skipped = find_frame(data, self._plausible)
        self.foreign(data[:skipped], now_us)
        return position + skipped

    def foreign(self, data: bytes, now_us: int) -> None:
        """Bytes between frames that nobody understood: into the side log; whatever is in progress may be torn."""
        self.notes.keep("bytes_skipped", "", 0, 0, now_us, data)
        for track in self.tracks:
            track.spoil()
        self._running = None

    def reports(self, now_us: int) -> bytes:
        """To be called on every tick: finishes what waits in the tracks; returns framed receiver reports when due."""
        for track in self.tracks:
            track.tick(now_us)
        if now_us < self._next_report_us:
            return b""
        self._next_report_us = now_us + REPORT_EVERY_US
        out = bytearray()
        for lane in self._attached():
            report = rtcp.receiver_report(self._own_ssrc, lane.reception(now_us))
            out += bytes((DOLLAR, lane.rtcp_channel)) + len(report).to_bytes(2, "big") + report
        return bytes(out)

    def flush(self, now_us: int) -> None:
        """The session has ended: every track finishes what it can."""
        self._running = None
        for track in self.tracks:
            track.flush(now_us)

    def _attached(self) -> list[Lane]:
        return [lane for lane in self._lanes if lane is not None]

    def _run(self, lane: Lane, view: memoryview, position: int, end: int, now_us: int) -> tuple[int, int]:
        """Append consecutive middle fragments; returns where the last one begins and where it ends."""
        unpack = _HEAD.unpack_from
        track = lane.track
        data = track.data
        want_lead = track.fragment
        want_at, want_flags, want_key = lane.run
        first = sequence = lane.next_sequence
        skip = 16 + track.fragment_bytes
        shift = 32 - 8 * track.fragment_bytes
        last = end - _HEAD.size
        before = position
        while position <= last:
            at, length, flags, number, key, lead = unpack(view, position)
            if (
                key != want_key
                or number != sequence
                or lead >> shift != want_lead
                or flags != want_flags
                or at != want_at
            ):
                break
            stop = position + 4 + length
            if stop > end:
                break
            data += view[position + skip : stop]
            sequence = sequence + 1 & 0xFFFF
            before, position = position, stop
        if sequence != first:
            lane.ran(sequence, now_us)
            if len(data) > MOST_SAMPLE_BYTES:
                self._running = None  # the long way looks at sizes
        return before, position

    def _frame(self, view: memoryview, position: int, stop: int, now_us: int) -> bool:
        """Use one frame; returns whether it looked like one."""
        channel = view[position + 1]
        begin = position + 4
        lane = self._lanes[channel]
        if lane is None:
            return self._other_channel(view, channel, begin, stop, now_us)
        if stop - begin < _SHORTEST_RTP or view[begin] >> 6 != 2:
            self.notes.keep("no_rtp", lane.track.name, 0, 0, now_us, view[begin:stop])
            return False
        flags, kind, sequence, timestamp, ssrc = _RTP.unpack_from(view, begin)
        if kind & 0x7F not in lane.payload_types and not lane.accept_type(kind & 0x7F, now_us):
            return True
        track = lane.track
        if ssrc != lane.ssrc and not lane.accept_source(ssrc, sequence, timestamp, now_us):
            self.notes.keep("ssrc_foreign", track.name, sequence, timestamp, now_us, view[begin:stop])
            return True
        lost = lane.missing(sequence, timestamp, now_us) if sequence != lane.next_sequence else 0
        if lost == AGAIN:
            self.notes.keep("packet_again", track.name, sequence, timestamp, now_us, view[begin:stop])
            return True
        lane.took(sequence, timestamp, now_us)
        if flags == 0x80:
            track.packet(view, begin + 12, stop, timestamp, kind >> 7, lost, now_us)
        else:
            self._extended(view, begin, stop, lane, kind >> 7, lost, now_us)
        if track.fragment:
            lane.run = DOLLAR << 8 | channel, _PLAIN | kind & 0x7F, timestamp << 32 | ssrc
            self._running = lane
        return True

    def _extended(
        self, view: memoryview, begin: int, stop: int, lane: Lane, marker: int, lost: int, now_us: int
    ) -> None:
        """A header of more than twelve bytes, or padding behind the payload."""
        track = lane.track
        payload = locate(view, begin, stop)
        if payload is None:
            track.set_aside("header_too_long", view[begin:stop])
            return
        if payload.bad_padding:
            track.remark("padding_wrong")
        if payload.extension is not None:
            profile, at, until = payload.extension
            lane.extension = profile, bytes(view[at:until])
            track.remark("extension_onvif" if profile == ONVIF_REPLAY else "extension_other")
        track.packet(view, payload.begin, payload.end, lane.timestamp, marker, lost, now_us)

    def _other_channel(self, view: memoryview, channel: int, begin: int, stop: int, now_us: int) -> bool:
        """RTCP, or a channel that was never set up; returns whether it looked like a packet at all."""
        lane = self._reports[channel]
        sane = stop - begin >= 4 and view[begin] >> 6 == 2
        if lane is None:
            self.notes.keep("channel_unknown", "", channel, 0, now_us, view[begin:stop])
        elif sane:
            self._control(lane, bytes(view[begin:stop]), now_us)
        else:
            self.notes.keep("no_rtcp", lane.track.name, 0, 0, now_us, view[begin:stop])
        return sane

    def _control(self, lane: Lane, data: bytes, now_us: int) -> None:
        for item in rtcp.read(data):
            if isinstance(item, rtcp.SenderReport):
                lane.heard_report(item, now_us)
            elif isinstance(item, rtcp.Bye):
                lane.bye |= item.ssrc == lane.ssrc
            else:
                self.notes.keep("rtcp_broken", lane.track.name, 0, 0, now_us, data)

    def _plausible(self, channel: int, head: bytes) -> bool:
        """Whether a `$` frame on ``channel`` whose packet begins with ``head`` (12 bytes) may be believed."""
        if head[0] >> 6 != 2:
            return False
        lane = self._lanes[channel]
        if lane is None:
            return self._reports[channel] is not None and 200 <= head[1] <= 207
        known_source = lane.ssrc < 0 or int.from_bytes(head[8:12], "big") == lane.ssrc
        return head[1] & 0x7F in lane.payload_types and known_source
