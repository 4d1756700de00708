"""From RTP timestamps to microseconds of the recorder's monotonic clock.

Owns the one mapping of a track. Promises: times of a steady stream follow its timestamps (never the jitter of
arrivals), their distance to the true arrival is led by the *earliest* arrivals (a delayed packet moves nothing),
corrections never exceed ``SLEW_PPM`` (but for a beginning that was delayed as a whole), time never runs backwards,
and a nonsensical timestamp costs one guess and a note, not a hole of ten hours. Sender reports align sound with
picture only while several of them agree; the camera's clock itself is kept as a claim and never dates anything.
Source: RFC 3550 sections 5.1 and 6.4.1; camera-quirks C10 to C18, C49 to C53, D01, D18.

How: arrival minus media time is smallest for the packet that was delayed least. The smallest value of each eight
seconds is kept for 64 seconds; once a second the mapping is moved towards their minimum. Until ``settled`` nothing
has been given away, so the start-up burst of a camera that sends cached pictures is simply moved as a whole.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise

from minhbach.edge.rtp.notes import Notes

SLEW_PPM = 500
CATCH_UP_PPM = 25_000
"""At a session's beginning, while samples are dated later than they arrive, which is certainly wrong."""
CATCH_UP_FROM_US = 150_000
CATCH_UP_WITHIN_US = 120_000_000
CATCH_UP_STEP_US = 100_000
"""More often than steering: what a step takes away must be less than a packet of sound lasts."""
SETTLE_US = 400_000
SETTLE_QUIET_US = 200_000
SETTLE_MOST_US = 1_500_000
BUCKET_US = 8_000_000
BUCKETS = 8
STEER_US = 1_000_000
LONGEST_STEP_US = 1_000_000
"""A timestamp may go back this far (B pictures), and forward this far without asking the arrivals."""
AHEAD_US = 1_000_000
AHEAD_SMOOTH_US = 10_000_000
NEW_LINE_FRAMES = 3
TINY_US = 1_000
RATE_SUSPECT_US = 500_000
RATE_SUSPECT_PPM = 300
MOST_ALIGNMENT_US = 500_000
"""How far sender reports may move a track from what its own arrivals say."""
REPORTS_AGREE_US = 100_000
REPORTS_NEEDED = 2
REPORTS_KEPT = 8


class Alignment:
    """What the sender reports of one session's tracks say together."""

    def __init__(self) -> None:
        self.timelines: list[Timeline] = []

    def camera_to_mono_us(self) -> int | None:
        """Monotonic minus camera time, by the track that was delayed least; None without agreeing reports."""
        values = [
            t.envelope_us - t.report_us for t in self.timelines if t.report_us is not None and t.envelope_us is not None
        ]
        return min(values) if values else None

    def held_us(self) -> int | None:
        """What `camera_to_mono_us` is for a track that has given samples away; None when there is none."""
        return next((held for t in self.timelines if (held := t.held_us) is not None), None)

    def prime(self) -> None:
        """Let every track that has begun say what it knows so far, be it by one report only."""
        for timeline in self.timelines:
            timeline.prime()

    @property
    def camera_offset_us(self) -> int | None:
        """The camera's claim: its Unix clock minus the recorder's monotonic clock; None when unknown."""
        shift_us = self.camera_to_mono_us()
        return None if shift_us is None else -shift_us


class Timeline:
    """The mapping of one track. ``place`` is called once per access unit or audio packet, in decode order."""

    def __init__(self, clock_rate: int, notes: Notes, track: str, alignment: Alignment | None = None) -> None:
        self.clock_rate = clock_rate
        self.settled = False
        self.last_us = 0
        self.rate_ppm = 1_000_000
        """Media seconds are worth this many millionths of a recorder second (camera-quirks C16)."""
        self.envelope_us: int | None = None
        self.report_us: int | None = None
        """Camera clock minus media time by agreeing sender reports."""
        self._notes = notes
        self._track = track
        self._alignment = alignment
        self._started = False
        self._timestamp = 0
        self._ticks = 0
        self._origin_ticks = 0
        self._origin_us = 0
        self._scale = 1_000_000
        self._divisor = clock_rate
        self._offset_us = 0
        self._floor_us = -(1 << 62)
        self._step_x16 = 0
        self._lowest_us = 1 << 62
        self._buckets: deque[tuple[int, int]] = deque(maxlen=BUCKETS)
        self._bucket_end_us = 0
        self._steered_us = 0
        self._next_steer_us = 0
        self._catching_up = False
        self._first_arrival_us = 0
        self._lowered_us = 0
        self._repeats = 0
        self._odd_frames = 0
        self._odd_timestamp = 0
        self._odd_arrival_us = 0
        self._frames_for_new_line = NEW_LINE_FRAMES
        self._reports: deque[int] = deque(maxlen=REPORTS_KEPT)
        self._early_report: tuple[int, int] | None = None
        if alignment is not None:
            alignment.timelines.append(self)

    @property
    def camera_offset_us(self) -> int | None:
        """See `Alignment.camera_offset_us`."""
        return None if self._alignment is None else self._alignment.camera_offset_us

    @property
    def step_us(self) -> int:
        """The running mean distance of two samples; 0 before two were seen."""
        return max(0, self._step_x16 >> 4)

    def place(self, timestamp: int, arrival_us: int) -> int:
        """The presentation time (µs, monotonic) of a sample whose first packet arrived at ``arrival_us``."""
        if not self._started:
            return self._begin(timestamp, arrival_us)
        delta = ((timestamp - self._timestamp + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        if not delta:
            return self._repeated(arrival_us)
        ticks = self._ticks + delta
        media_us = self._origin_us + (ticks - self._origin_ticks) * self._scale // self._divisor
        time_us = media_us + self._offset_us
        rate = self.clock_rate
        if time_us - arrival_us > AHEAD_US or delta < -rate:
            smooth = -rate <= delta <= rate
            if not smooth or (self.settled and time_us - arrival_us > AHEAD_SMOOTH_US):
                return self._odd(timestamp, arrival_us)
        self._timestamp = timestamp
        self._ticks = ticks
        self._repeats = self._odd_frames = 0
        if -rate <= delta <= rate:
            self._step_x16 += (
                delta * 1_000_000 // rate - (self._step_x16 >> 4) if self._step_x16 else delta * 16_000_000 // rate
            )
        excess_us = arrival_us - media_us
        if excess_us < self._lowest_us:
            self._lowest_us = excess_us
            self._lowered_us = arrival_us
        if arrival_us >= self._next_steer_us:
            self._steer(arrival_us)
            time_us = media_us + self._offset_us
        if time_us <= self._floor_us:
            time_us = self._hold(arrival_us)
        self.last_us = time_us
        return time_us

    def settle(self, now_us: int, *, force: bool = False) -> int | None:
        """Fix the anchor if enough was seen; returns how far earlier times must be moved (µs), None if too early."""
        if self.settled or not self._started:
            return 0 if self.settled else None
        waited_us = now_us - self._first_arrival_us
        quiet = now_us - self._lowered_us >= SETTLE_QUIET_US
        if not force and waited_us < SETTLE_MOST_US and not (waited_us >= SETTLE_US and quiet):
            return None
        held_us = None if self._alignment is None else self._alignment.held_us()
        self.settled = True
        if self._alignment is not None:
            self._alignment.prime()
        self._measure()
        shift_us = self._anchor_us(held_us) - self._offset_us
        self._offset_us += shift_us
        self.last_us += shift_us
        self._floor_us += shift_us
        return shift_us

    @property
    def held_us(self) -> int | None:
        """Monotonic minus camera time by which samples are given away; None before, and without reports."""
        return self._offset_us - self.report_us if self.settled and self.report_us is not None else None

    def prime(self) -> None:
        """Make the first anchor as good as it can be: nothing was given away yet, so one plausible report may count."""
        if self._started:
            self._measure()
            if self.report_us is None and self._reports:
                self.report_us = self._reports[0]

    def restart(self) -> None:
        """The sender began anew (SSRC or sequence): the very next sample may found a new line."""
        self._frames_for_new_line = 1

    def report(self, ntp_us: int, timestamp: int, now_us: int) -> bool:
        """A sender report: at ``ntp_us`` of the camera's clock (Unix µs) its media clock showed ``timestamp``.

        Returns whether it fitted the stream; one that does not is no clock for anything (camera-quirks C03, C50, C53).
        """
        if not self._started:
            self._early_report = ntp_us, timestamp  # many cameras report before they send
            return True
        delta = ((timestamp - self._timestamp + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        media_us = self._origin_us + (self._ticks + delta - self._origin_ticks) * self._scale // self._divisor
        if not -2_000_000 <= now_us - (media_us + self._offset_us) <= 30_000_000:
            return False
        claim_us = ntp_us - media_us
        if self._reports and abs(claim_us - sum(self._reports) // len(self._reports)) > REPORTS_AGREE_US:
            self._reports.clear()
            self.report_us = None
            self._notes.count("report_disagrees", self._track, 0, timestamp, now_us)
        self._reports.append(claim_us)
        if len(self._reports) >= REPORTS_NEEDED:
            self.report_us = sum(self._reports) // len(self._reports)
        return True

    def _begin(self, timestamp: int, arrival_us: int) -> int:
        self._started = True
        self._timestamp = timestamp
        self._first_arrival_us = self._lowered_us = self._steered_us = arrival_us
        self._next_steer_us = arrival_us + STEER_US
        self._bucket_end_us = arrival_us + BUCKET_US
        self._offset_us = self._lowest_us = arrival_us
        self.last_us = arrival_us
        if self._early_report is not None and not self.report(*self._early_report, arrival_us):
            self._notes.count("report_misfits", self._track, 0, timestamp, arrival_us)
        return arrival_us

    def _repeated(self, arrival_us: int) -> int:
        """Samples with one timestamp (C10) get a tiny distance; one that stands still follows the arrivals."""
        self._repeats += 1
        self._notes.count("same_timestamp", self._track, 0, self._timestamp, arrival_us)
        self.last_us += TINY_US
        if self._repeats > NEW_LINE_FRAMES:
            self.last_us = max(self.last_us, arrival_us)
        self._floor_us = self.last_us
        return self.last_us

    def _odd(self, timestamp: int, arrival_us: int) -> int:
        """A timestamp that fits nowhere: guess, or believe the new line when enough frames agree on it (C11 to C14)."""
        delta = ((timestamp - self._odd_timestamp + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        elapsed_us = arrival_us - self._odd_arrival_us
        agrees = -self.clock_rate <= delta and delta * 1_000_000 // self.clock_rate <= elapsed_us + AHEAD_US
        self._odd_frames = self._odd_frames + 1 if self._odd_frames and agrees else 1
        self._odd_timestamp = timestamp
        self._odd_arrival_us = arrival_us
        if self._odd_frames >= self._frames_for_new_line:
            return self._new_line(timestamp, arrival_us)
        self._notes.count("timestamp_outlier", self._track, 0, timestamp, arrival_us)
        self.last_us = max(self.last_us + TINY_US, min(self.last_us + self.step_us, arrival_us))
        self._floor_us = self.last_us
        return self.last_us

    def _new_line(self, timestamp: int, arrival_us: int) -> int:
        self._notes.count("new_timeline", self._track, 0, timestamp, arrival_us)
        next_us = self.last_us + max(self.step_us, TINY_US)
        time_us = next_us if 0 <= arrival_us - next_us < AHEAD_US else arrival_us
        media_us = self._origin_us + (self._ticks - self._origin_ticks) * self._scale // self._divisor
        self._timestamp = timestamp
        self._odd_frames = self._repeats = 0
        self._frames_for_new_line = NEW_LINE_FRAMES
        self._offset_us = time_us - media_us
        self._forget(arrival_us, arrival_us - media_us)
        self._reports.clear()
        self.report_us = None
        self._floor_us = self.last_us
        if time_us <= self._floor_us:
            time_us = self._hold(arrival_us)
        self.last_us = time_us
        return time_us

    def _hold(self, arrival_us: int) -> int:
        """Time never runs backwards: wait, a millisecond per sample, until the mapping has caught up (C12)."""
        self._notes.count("time_held", self._track, 0, self._timestamp, arrival_us)
        self._floor_us += TINY_US
        return self._floor_us

    def _forget(self, arrival_us: int, lowest_us: int) -> None:
        self._buckets.clear()
        self._lowest_us = lowest_us
        self._bucket_end_us = arrival_us + BUCKET_US
        self.envelope_us = None

    def _measure(self) -> None:
        lowest_us = self._lowest_us
        for _, bucket_us in self._buckets:
            if bucket_us < lowest_us:
                lowest_us = bucket_us
        self.envelope_us = lowest_us

    def _target_us(self) -> int:
        """Where the mapping should be: the earliest arrivals, moved by what agreeing reports say about the tracks."""
        envelope_us = self.envelope_us if self.envelope_us is not None else self._offset_us
        if self.report_us is not None and self._alignment is not None:
            camera_us = self._alignment.camera_to_mono_us()
            if camera_us is not None and abs(camera_us + self.report_us - envelope_us) <= MOST_ALIGNMENT_US:
                return camera_us + self.report_us
        return envelope_us

    def _anchor_us(self, held_us: int | None) -> int:
        """Where the mapping begins: with the track that has begun, even if the earliest arrivals now say better. Both
        will be steered there together; apart they would stay apart for minutes.
        """
        if held_us is not None and self.report_us is not None and self.envelope_us is not None:
            joined_us = held_us + self.report_us
            if abs(joined_us - self.envelope_us) <= MOST_ALIGNMENT_US:
                return joined_us
        return self._target_us()

    def _steer(self, arrival_us: int) -> None:
        elapsed_us = min(arrival_us - self._steered_us, 10 * STEER_US)
        self._steered_us = arrival_us
        self._next_steer_us = arrival_us + STEER_US
        if not self.settled:
            return
        self._measure()
        if arrival_us >= self._bucket_end_us:
            self._rotate(arrival_us)
        missing_us = self._target_us() - self._offset_us
        ppm = self._slew_ppm(missing_us, arrival_us)
        if self._catching_up:
            elapsed_us = min(elapsed_us, 2 * CATCH_UP_STEP_US)
        most_us = elapsed_us * ppm // 1_000_000
        self._offset_us += max(-most_us, min(most_us, missing_us))

    def _slew_ppm(self, missing_us: int, arrival_us: int) -> int:
        """Usually SLEW_PPM. Where all arrivals were late until the anchor was fixed (everything starts at once after a
        power cut), the anchor is late by that too and would stay so for an hour. Not later in a session: a camera whose
        seconds are too short runs ahead as well, and is to be measured.
        """
        began_us = arrival_us - self._first_arrival_us
        if missing_us > -CATCH_UP_FROM_US and not (self._catching_up and missing_us < 0):
            self._catching_up = False
        elif began_us < CATCH_UP_WITHIN_US:
            if not self._catching_up:
                self._notes.count("late_beginning", self._track, 0, self._timestamp, arrival_us)
            self._catching_up = True
            self._next_steer_us = arrival_us + CATCH_UP_STEP_US
            return CATCH_UP_PPM
        return SLEW_PPM

    def _rotate(self, arrival_us: int) -> None:
        self._buckets.append((arrival_us, self._lowest_us))
        self._lowest_us = 1 << 62
        self._bucket_end_us = arrival_us + BUCKET_US
        latest_us = self._buckets[-1][1]
        if len(self._buckets) < 5 or abs(latest_us - self._offset_us) < RATE_SUSPECT_US:
            return
        begin_us, first_us = self._buckets[1]
        slope_ppm = (latest_us - first_us) * 1_000_000 // (arrival_us - begin_us)
        if abs(slope_ppm) >= RATE_SUSPECT_PPM and self._steadily(slope_ppm > 0):
            # The least of a rising bucket is its beginning; now is its end.
            self._change_rate(slope_ppm, latest_us + max(0, slope_ppm) * BUCKET_US // 1_000_000, arrival_us)

    def _steadily(self, rising: bool) -> bool:
        lows = [low for _, low in self._buckets][1:]
        return all((later > earlier) == rising for earlier, later in pairwise(lows))

    def _change_rate(self, slope_ppm: int, latest_us: int, arrival_us: int) -> None:
        """The media clock is wrong by more than slewing can follow: count its ticks at their measured worth (C16)."""
        self._notes.count("clock_rate", self._track, 0, self._timestamp, arrival_us)
        media_us = self._origin_us + (self._ticks - self._origin_ticks) * self._scale // self._divisor
        # Slope is excess per arrival; a media second took 1 / (1 - slope) recorder seconds.
        self.rate_ppm = self.rate_ppm * 1_000_000 // max(1_000_000 - slope_ppm, 10_000)
        self._scale, self._divisor = self.rate_ppm, self.clock_rate
        self._origin_ticks, self._origin_us = self._ticks, media_us
        self._offset_us = latest_us
        self._floor_us = self.last_us
        self._reports.clear()
        self.report_us = None
        self._forget(arrival_us, latest_us)
