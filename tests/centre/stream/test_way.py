"""However narrow a line is and whatever buffers lie between: what is on its way is soon there."""

from collections import deque
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.centre.stream.quiet import FIRST_S, Quiet
from minhbach.centre.stream.relay import Piece
from minhbach.centre.stream.way import SILENT_S, Way
from minhbach.fmp4 import AudioConfig

MESSAGE = 2_000
STEP_S = 0.01
TELL_S = 0.1


class Line:
    """A line with endless buffers, on a clock of its own; the page says ten times a second how much it has."""

    def __init__(self, bytes_per_s, delay_s=0.02):
        self.way, self.now_s = Way(), 0.0
        self.bytes_per_s, self.delay_s = bytes_per_s, delay_s
        self.free_s, self.told_s, self.arrived = 0.0, 0.0, 0
        self.on_it: deque[tuple[float, float]] = deque()
        self.took: list[tuple[float, float]] = []

    def run(self, seconds, wanted_bytes_per_s=float("inf")):
        """Send as much as may be sent, and no more than is wanted; returns bytes a second that came."""
        before, until_s, wanted = self.arrived, self.now_s + seconds, 0.0
        while self.now_s < until_s:
            self.now_s += STEP_S
            wanted = min(wanted + wanted_bytes_per_s * STEP_S, 64 * MESSAGE)
            while wanted >= MESSAGE and self.way.open(self.now_s):
                wanted -= MESSAGE
                self.way.sent(MESSAGE, self.now_s)
                self.free_s = max(self.free_s, self.now_s) + MESSAGE / self.bytes_per_s
                self.on_it.append((self.now_s, self.free_s + self.delay_s))
            while self.on_it and self.on_it[0][1] <= self.now_s:
                sent_s, _ = self.on_it.popleft()
                self.took.append((self.now_s, self.now_s - sent_s))
                self.arrived += 1
            if self.now_s - self.told_s >= TELL_S:
                self.told_s = self.now_s
                self.way.got(self.arrived, self.now_s)
        return (self.arrived - before) * MESSAGE / seconds

    def worst_s(self, since_s):
        return max(took_s for at_s, took_s in self.took if at_s > since_s)


def test_a_line_that_becomes_narrow_is_soon_short_again_and_stays_full():
    line = Line(1_000_000)
    line.run(5, 60_000)
    line.bytes_per_s = 20_000
    line.run(4, 60_000)
    assert line.run(10, 60_000) > 0.8 * 20_000
    assert line.worst_s(since_s=9) < 1.2
    line.bytes_per_s = 1_000_000
    line.run(3, 60_000)
    assert line.run(2, 60_000) > 0.9 * 60_000


def test_a_quick_line_is_not_held_back():
    for delay_s in (0.0, 0.3):
        line = Line(4_000_000, delay_s)
        line.run(4)
        assert line.run(1) > 0.8 * 4_000_000


@settings(max_examples=12)
@given(st.lists(st.tuples(st.floats(20_000, 2_000_000), st.floats(0.0, 0.4)), min_size=1, max_size=4))
def test_whatever_the_line_does_something_goes_through_and_never_takes_long_for_long(turns):
    line = Line(100_000)
    for bytes_per_s, delay_s in turns:
        line.bytes_per_s, line.delay_s = bytes_per_s, delay_s
        line.run(12, 80_000)
        calm_s = line.now_s
        assert line.run(4, 80_000) > min(bytes_per_s, 80_000) / 4
        assert line.worst_s(since_s=calm_s) < 0.9 + 2 * delay_s + 2 * 8_192 / bytes_per_s


@given(st.lists(st.integers(0, 50), max_size=60))
def test_who_claims_more_than_came_gains_nothing(claims):
    way, now_s, sent = Way(), 0.0, 0
    for claim in claims:
        now_s += 0.01
        way.got(claim, now_s)
        if way.open(now_s):
            way.sent(100_000, now_s)
            sent += 1
    way.got(max(claims, default=0), now_s)
    assert way.open(now_s + SILENT_S + 0.02) == (max(claims, default=0) >= sent or not sent)


def test_sound_gives_way_to_the_picture_longer_each_time_and_comes_back():
    quiet = Quiet()
    quiet.lost(100.0)
    assert quiet.now(100.0 + FIRST_S - 0.1)
    assert not quiet.now(100.0 + FIRST_S)
    quiet.lost(105.0)
    assert quiet.now(105.0 + 3 * FIRST_S)
    quiet.lost(400.0)
    assert not quiet.now(400.0 + FIRST_S)


def test_each_picture_of_a_quiet_tile_has_silence_beside_it_and_none_twice():
    for config in (AudioConfig("alaw", 8_000, 1), AudioConfig("ulaw", 48_000, 2)):
        quiet, begin_us = Quiet(), 1_797_000_000_000_000
        spans = []
        for number in range(20):
            at_us = begin_us + number * 100_000 + (5_000_000 if number >= 10 else 0)
            piece = Piece("picture", b"", number % 10 == 0, at_us, at_us + 100_000, at_us)
            assert len(quiet.beside(piece, config)) < 1_500
            assert quiet._silence is not None
            spans.append((at_us, quiet._silence.end_us))
        assert all(end_us >= at_us + 100_000 for at_us, end_us in spans)
        assert all(0 < after - before < 200_000 for (_, before), (_, after) in pairwise(spans[:10]))
