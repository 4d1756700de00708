"""One RTP channel of a session: sequence numbers, sources, payload types.

Owns who may speak on a channel and what is missing there. Promises that a foreign payload type never touches the
sequence (camera-quirks C04), that a source which was replaced is not listened to again while its successor speaks
(A37), and that a change of SSRC is otherwise only a label (C01, C02). Leaves payloads to the track and framing to
``receiver``.
"""

from __future__ import annotations

from collections.abc import Collection

from minhbach.edge.rtp.rtcp import Reception, SenderReport
from minhbach.edge.rtp.track import Track

MOST_RETIRED = 16
RETIRED_QUIET_US = 500_000
RETIRED_PACKETS = 8
ADOPT_AFTER = 50
DUPLICATE_WINDOW = 64
"""A sequence number at most this far behind is an old packet again, unless its time is new."""
NEAR_S = 10
REPORTS_VOUCH_US = 60_000_000
AGAIN = -2
NEW_BEGINNING = -1


class Lane:
    """State of one channel. ``next_sequence`` is -1 before the first packet; ``lost`` counts what never came."""

    def __init__(self, channel: int, track: Track, payload_types: Collection[int], rtcp_channel: int) -> None:
        self.channel = channel
        self.rtcp_channel = rtcp_channel
        self.track = track
        self.payload_types = frozenset(payload_types)
        self.ssrc = -1
        self.next_sequence = -1
        self.timestamp = 0
        self.received = 0
        self.lost = 0
        self.bye = False
        self.run = (0, 0, 0)
        """What the next middle fragment's frame begins with: `$` and channel, flags and type, timestamp and SSRC."""
        self.extension: tuple[int, bytes] | None = None
        """The newest RTP header extension (profile, bytes): ONVIF's is one more claim of the camera's clock (C23)."""
        self.last_report: SenderReport | None = None
        self.report_arrival_us = 0
        self._cycles = 0
        self._last_packet_us = 0
        self._retired: dict[int, int] = {}
        self._foreign_types: dict[int, int] = {}
        self._reported = (0, 0)

    def accept_type(self, payload_type: int, now_us: int) -> bool:
        """Whether an unexpected payload type is to be taken: only if nothing else ever comes (B13, B29)."""
        self.track.arrival_us = now_us
        self.track.remark("payload_type_foreign")
        if self.received or payload_type < 96:
            return False
        seen = self._foreign_types.get(payload_type, 0) + 1
        self._foreign_types[payload_type] = seen
        if seen < ADOPT_AFTER:
            return False
        self.payload_types |= {payload_type}
        self.track.remark("payload_type_adopted")
        return True

    def accept_source(self, ssrc: int, sequence: int, timestamp: int, now_us: int) -> bool:
        """Whether a packet of another SSRC than the last one's belongs to this stream."""
        if self.ssrc < 0:
            self.ssrc = ssrc
            return True
        drift = (timestamp - self.timestamp + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        if sequence == self.next_sequence and abs(drift) <= NEAR_S * self.track.timeline.clock_rate:
            self.track.remark("ssrc_relabelled")
            self._retired.pop(ssrc, None)
        elif ssrc in self._retired and not self._may_return(ssrc, now_us):
            return False
        else:
            self.track.remark("ssrc_changed")
            self._retire()
            self.next_sequence = -1
            self.track.timeline.restart()
        self.ssrc = ssrc
        return True

    def missing(self, sequence: int, timestamp: int, now_us: int) -> int:
        """Packets missing before this one: a number, ``NEW_BEGINNING`` when unknown, ``AGAIN`` for an old packet."""
        expected = self.next_sequence
        if expected < 0:
            self.next_sequence = sequence
            return NEW_BEGINNING if self.received else 0
        ahead = sequence - expected & 0xFFFF
        self.track.sequence = sequence
        self.track.arrival_us = now_us
        if ahead < 0x8000:
            self.lost += ahead
            self.track.remark("packets_lost", ahead)
            if ahead > 1000:
                self.track.timeline.restart()
            self._cycles += sequence < expected
            return ahead
        newer = (timestamp - self.timestamp + 0x80000000 & 0xFFFFFFFF) - 0x80000000 > 0
        if 0x10000 - ahead <= DUPLICATE_WINDOW and not newer:
            return AGAIN
        self.track.remark("sequence_restarted")
        self.track.timeline.restart()
        return NEW_BEGINNING

    def took(self, sequence: int, timestamp: int, now_us: int) -> None:
        """This packet of the stream is used."""
        track = self.track
        track.sequence = sequence
        track.last_media_us = now_us
        self.next_sequence = sequence + 1 & 0xFFFF
        if sequence == 0xFFFF:
            self._cycles += 1
        self.timestamp = timestamp
        self.received += 1
        if self._retired:
            self._heard(now_us)

    def ran(self, next_sequence: int, now_us: int) -> None:
        """All packets up to ``next_sequence`` (not included) were used."""
        track = self.track
        track.sequence = next_sequence - 1 & 0xFFFF
        track.last_media_us = track.arrival_us = now_us
        self.received += next_sequence - self.next_sequence & 0xFFFF
        if next_sequence < self.next_sequence:
            self._cycles += 1
        self.next_sequence = next_sequence
        if self._retired:
            self._heard(now_us)

    def heard_report(self, report: SenderReport, now_us: int) -> None:
        """The camera says what its clocks show; believed by the timeline only as far as it fits (C03, C50)."""
        self.last_report = report
        self.report_arrival_us = now_us
        self.track.arrival_us = now_us
        if not self.track.timeline.report(report.unix_us, report.timestamp, now_us):
            self.track.remark("report_misfits")

    @property
    def last_sign_us(self) -> int | None:
        """Arrival of the newest packet, or of a sender report at most ``REPORTS_VOUCH_US`` after it."""
        media_us = self.track.last_media_us
        if media_us is None or self.last_report is None:
            return media_us
        return max(media_us, min(self.report_arrival_us, media_us + REPORTS_VOUCH_US))

    def _heard(self, now_us: int) -> None:
        """The current source speaks: whoever was retired stays so."""
        self._last_packet_us = now_us
        for ssrc in self._retired:
            self._retired[ssrc] = 0

    def reception(self, now_us: int) -> Reception | None:
        """The block of the next receiver report; None before the first packet."""
        if self.next_sequence < 0 or self.ssrc < 0:
            return None
        received, lost = self.received - self._reported[0], self.lost - self._reported[1]
        self._reported = self.received, self.lost
        fraction = min(255, 256 * lost // (received + lost)) if received + lost else 0
        highest = (self._cycles << 16 & 0xFFFF0000) | self.next_sequence - 1 & 0xFFFF
        if self.last_report is None:
            return Reception(self.ssrc, fraction, self.lost, highest, 0, 0)
        delay = (now_us - self.report_arrival_us) * 65536 // 1_000_000
        return Reception(self.ssrc, fraction, self.lost, highest, self.last_report.middle, delay & 0xFFFFFFFF)

    def _may_return(self, ssrc: int, now_us: int) -> bool:
        self._retired[ssrc] += 1
        return self._retired[ssrc] > RETIRED_PACKETS and now_us - self._last_packet_us >= RETIRED_QUIET_US

    def _retire(self) -> None:
        self._retired[self.ssrc] = 0
        while len(self._retired) > MOST_RETIRED:
            del self._retired[next(iter(self._retired))]
