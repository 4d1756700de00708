"""Times on the recorder's clock (camera-quirks C10 to C18, C49 to C53, D01, D18), a day of stream in a few seconds."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from minhbach.edge.rtp.notes import Notes
from minhbach.edge.rtp.timeline import SLEW_PPM, Alignment, Timeline

HOUR_S = 3600
TICK_US = 100_000
CAMERA_PPM = 20
SOUND_PPM = 50


def exact_tick(arrival_us: int, _: random.Random) -> int:
    """A recorder that wakes up every 100 ms on the dot."""
    return -(-arrival_us // TICK_US) * TICK_US


def loose_tick(arrival_us: int, chance: random.Random) -> int:
    """A recorder whose ticks come every 80 to 120 ms."""
    return arrival_us + chance.randrange(100_000)


@dataclass
class Show:
    """A camera whose sound clock runs ``SOUND_PPM`` faster than its video clock; both are off the recorder's."""

    fps: int = 15
    picture_delay_us: int = 30_000
    sound_delay_us: int = 30_000
    packet_us: int = 128_000
    late_us: int = 0
    """How much later everything comes in the first two seconds."""
    reports: bool = True
    tick: Callable[[int, random.Random], int] = exact_tick
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    notes: Notes = field(default_factory=Notes)

    def __post_init__(self) -> None:
        self.alignment = Alignment()
        self.picture = Timeline(90_000, self.notes, "video", self.alignment)
        self.sound = Timeline(8_000, self.notes, "audio", self.alignment)
        self.begin_us = 5_000_000_000
        self.worst_us = 0
        self.picture_error_us = 0
        self.last_us = {"video": -1, "audio": -1}

    def timestamp(self, at_us: int, rate: int, ppm: int, origin: int) -> int:
        return origin + (at_us - self.begin_us) * rate * (1_000_000 + ppm) // 10**12 & 0xFFFFFFFF

    def place(self, line: Timeline, at_us: int, delay_us: int, ppm: int, origin: int, made_us: int = 0) -> int:
        """Returns how far the sample's time is from the instant it shows."""
        jitter_us = int(self.chance.expovariate(1 / 4000))
        if at_us < self.begin_us + 2_000_000:
            delay_us += self.late_us
        arrival_us = self.tick(at_us + made_us + delay_us + jitter_us, self.chance) - made_us
        time_us = line.place(self.timestamp(at_us, line.clock_rate, ppm, origin), arrival_us)
        shift_us = line.settle(arrival_us)
        name = "video" if line is self.picture else "audio"
        if shift_us:
            time_us += shift_us
        assert time_us > self.last_us[name] or shift_us
        self.last_us[name] = time_us
        return time_us - at_us

    def report(self, at_us: int) -> None:
        ntp_us = 1_700_000_000_000_000 + at_us + at_us * CAMERA_PPM // 1_000_000
        for line, ppm, origin in ((self.picture, CAMERA_PPM, 0xFFFF_F000), (self.sound, CAMERA_PPM + SOUND_PPM, 77)):
            line.report(ntp_us, self.timestamp(at_us, line.clock_rate, ppm, origin), at_us + 20_000)

    def run(self, seconds: int, judge_from_s: int = 0) -> None:
        """Plays; keeps the worst distance between picture and sound."""
        picture_us = sound_us = self.begin_us
        end_us = self.begin_us + seconds * 1_000_000
        picture_error_us = sound_error_us = 0
        next_report_us = self.begin_us + 300_000
        while picture_us < end_us:
            if self.reports and picture_us >= next_report_us:
                self.report(picture_us)
                next_report_us += 5_000_000
            if picture_us <= sound_us:
                picture_error_us = self.place(self.picture, picture_us, self.picture_delay_us, CAMERA_PPM, 0xFFFF_F000)
                picture_us += 1_000_000 // self.fps
            else:
                sound_error_us = self.place(
                    self.sound, sound_us, self.sound_delay_us, CAMERA_PPM + SOUND_PPM, 77, made_us=self.packet_us
                )
                sound_us += self.packet_us
            if picture_us > self.begin_us + 1_500_000 + judge_from_s * 1_000_000:
                self.worst_us = max(self.worst_us, abs(picture_error_us - sound_error_us))
        self.picture_error_us = picture_error_us


def test_sound_and_picture_stay_together_for_a_day_by_reports():
    show = Show(picture_delay_us=180_000, sound_delay_us=20_000)
    show.run(24 * HOUR_S)
    assert show.worst_us <= 40_000
    assert show.picture_error_us < 60_000


def test_sound_and_picture_stay_together_for_a_day_by_arrivals_only():
    show = Show(reports=False, tick=loose_tick)
    show.run(24 * HOUR_S)
    assert show.worst_us <= 40_000


@pytest.mark.parametrize("fps", [12, 15, 25, 30])
def test_exact_ticks_of_the_recorder_do_not_pull_sound_and_picture_apart(fps):
    show = Show(reports=False, fps=fps, packet_us=20_000)
    show.run(HOUR_S // 2)
    assert show.worst_us <= 40_000


def test_ten_pictures_a_second_are_aligned_by_reports_even_against_exact_ticks():
    show = Show(fps=10, packet_us=20_000)
    show.run(HOUR_S // 2)
    assert show.worst_us <= 40_000


def test_ten_pictures_a_second_are_aligned_by_arrivals_when_the_ticks_are_loose():
    show = Show(fps=10, packet_us=20_000, reports=False, tick=loose_tick)
    show.run(HOUR_S // 2)
    assert show.worst_us <= 40_000


def test_the_cameras_clock_is_known_as_a_claim():
    show = Show(tick=lambda arrival_us, _: arrival_us)
    show.run(60)
    assert show.alignment.camera_offset_us is not None
    assert abs(show.alignment.camera_offset_us - 1_700_000_000_000_000 - 100_000) < 60_000


def test_a_report_before_the_first_packet_aligns_sound_and_picture_from_the_start():
    show = Show(fps=10, picture_delay_us=180_000, sound_delay_us=20_000, reports=False)
    show.report(show.begin_us)
    show.run(60)
    assert show.worst_us <= 40_000
    assert show.notes.all() == []


def test_a_track_that_settles_later_joins_the_one_that_has_begun_though_arrivals_became_better_meanwhile():
    alignment = Alignment()
    picture, sound = (Timeline(rate, Notes(), name, alignment) for rate, name in ((90_000, "video"), (8_000, "audio")))
    for line in (picture, sound):
        line.report(1_700_000_000_000_000, 0, 0)
    for step in range(30):
        arrival_us = step * 40_000 + (330_000 if step < 15 else 20_000)  # a busy camera catches its breath
        sound.place(step * 320, arrival_us)
        if step < 11:
            picture.place(step * 3600, arrival_us)
            picture.settle(arrival_us)
        if step > 15:
            sound.settle(arrival_us)
    assert picture.settled
    assert sound.settled
    assert abs(picture.place(30 * 3600, 1_220_000) - sound.place(30 * 320, 1_220_000)) <= 2_000


class Line:
    """One track with 15 pictures a second; ``show`` places picture ``number`` with any timestamp."""

    def __init__(self) -> None:
        self.notes = Notes()
        self.timeline = Timeline(90_000, self.notes, "video")
        self.times: list[int] = []

    def show(self, number: int, timestamp: int | None = None, late_us: int = 0) -> int:
        arrival_us = 1_000_000 + number * 66_667 + late_us
        time_us = self.timeline.place((number * 6000 if timestamp is None else timestamp) & 0xFFFFFFFF, arrival_us)
        shift_us = self.timeline.settle(arrival_us) or 0
        self.times = [known_us + shift_us for known_us in self.times] + [time_us + shift_us]
        return time_us + shift_us

    def error_us(self) -> int:
        """Of the last picture, against its arrival."""
        return self.times[-1] - (1_000_000 + (len(self.times) - 1) * 66_667)

    def assert_forward(self) -> None:
        assert all(after > before for before, after in zip(self.times, self.times[1:], strict=False))


def test_timestamps_wrap_without_a_trace():
    line = Line()
    for number in range(100):
        line.show(number, 0xFFFF_F000 + number * 6000)
    steps = {after - before for before, after in zip(line.times, line.times[1:], strict=False)}
    assert steps <= {66_666, 66_667}
    assert line.notes.all() == []


@pytest.mark.parametrize("jump_s", [-9_800, 37_600, -20, 52, 31])
def test_a_single_wild_timestamp_costs_one_guess(jump_s):
    line = Line()
    for number in range(60):
        line.show(number, number * 6000 + (jump_s * 90_000 if number % 20 == 10 else 0))
    line.assert_forward()
    assert abs(line.error_us()) < 2000
    assert {note.kind: note.count for note in line.notes.all()} == {"timestamp_outlier": 3}
    assert all(abs(time_us - line.times[0] - number * 66_667) < 2000 for number, time_us in enumerate(line.times))


@pytest.mark.parametrize("jump_s", [-9_800, 37_600, -20, 52, -3])
def test_timestamps_that_begin_anew_are_believed_from_the_third_picture_on(jump_s):
    line = Line()
    for number in range(200):
        line.show(number, number * 6000 + (jump_s * 90_000 if number >= 50 else 0))
    line.assert_forward()
    assert {note.kind: note.count for note in line.notes.all()} == {"timestamp_outlier": 2, "new_timeline": 1}
    assert all(abs(time_us - line.times[0] - number * 66_667) < 3000 for number, time_us in enumerate(line.times))


def test_repeated_steps_back_never_turn_time_around():
    line = Line()
    for number in range(600):
        line.show(number, number * 6000 - number // 60 * 400_000)
    line.assert_forward()
    assert abs(line.error_us()) < 150_000


def test_a_real_pause_stays_a_pause():
    line = Line()
    for number in [*range(30), *range(930, 960)]:
        line.show(number)
    assert line.times[30] - line.times[29] == pytest.approx(901 * 66_667, abs=400)
    assert line.notes.all() == []


def test_a_stall_of_the_line_moves_no_picture():
    line = Line()
    for number in range(300):
        late_us = (160 - number) * 66_667 if 10 <= number < 160 else 0
        line.show(number, late_us=late_us)
    assert all(abs(time_us - line.times[0] - number * 66_667) < 2000 for number, time_us in enumerate(line.times))
    assert line.notes.all() == []


def test_a_burst_of_cached_pictures_does_not_put_the_stream_into_the_future():
    line = Line()
    for number in range(300):
        line.show(number, late_us=max(0, (30 - number) * 66_667 + number * 3000) if number < 30 else 0)
    assert line.notes.all() == []
    assert abs(line.error_us()) < 5000
    assert abs(line.times[0] - 1_000_000) < 5000


def test_a_camera_whose_seconds_are_too_long_is_measured_and_followed():
    line = Line()
    for number in range(15 * 600):
        line.show(number, number * 5000)
    line.assert_forward()
    assert abs(line.error_us()) < 300_000
    assert line.timeline.rate_ppm == pytest.approx(1_200_000, rel=0.002)
    assert line.notes.number("clock_rate") == 1


def test_a_camera_whose_seconds_are_too_short_is_measured_and_followed():
    line = Line()
    for number in range(15 * 600):
        line.show(number, number * 6600)
    line.assert_forward()
    assert abs(line.error_us()) < 300_000


@pytest.mark.parametrize("step", [12_000, 60_000, 100_000])
def test_timestamps_that_run_away_never_turn_time_around(step):
    line = Line()
    for number in range(15 * 120):
        line.show(number, number * step)
    line.assert_forward()
    assert line.error_us() < 11_000_000


def test_timestamps_that_stand_still_follow_the_arrivals():
    line = Line()
    for number in range(300):
        line.show(number, 5)
    line.assert_forward()
    assert abs(line.error_us()) < 300_000


def test_corrections_stay_below_the_slew_limit():
    line = Line()
    late = [50_000] * 300 + [0] * 3000
    for number, late_us in enumerate(late):
        line.show(number, late_us=late_us)
    steps = [after - before for before, after in zip(line.times, line.times[1:], strict=False)]
    assert all(66_666 - SLEW_PPM * 1.1 <= step <= 66_668 + SLEW_PPM * 1.1 for step in steps)
    assert abs(line.error_us()) < 1000


@pytest.mark.parametrize("late_us", [200_000, 1_200_000, 2_400_000])
def test_a_beginning_that_was_late_as_a_whole_is_made_up_for_in_two_minutes_and_no_picture_stands_still(late_us):
    """After a power cut all begins at once, and nothing arrives in time until the time of the stream is fixed."""
    line = Line()
    for number in range(15 * 120):
        line.show(number, late_us=max(0, late_us - max(0, number - 25) * 66_667))
    line.assert_forward()
    assert abs(line.error_us()) < 2_000
    assert line.notes.number("late_beginning") == 1
    assert {note.kind for note in line.notes.all()} == {"late_beginning"}
    steps = [after - before for before, after in zip(line.times, line.times[1:], strict=False)]
    assert min(steps) > 60_000
    assert max(steps) < 67_000


def test_sound_and_picture_stay_together_while_a_late_beginning_is_made_up_for():
    show = Show(late_us=1_200_000)
    show.run(120)
    assert show.worst_us <= 60_000
    assert show.picture_error_us < 60_000


def with_reports(claims_us: list[int]) -> tuple[Timeline, Timeline]:
    """Sound and picture that arrive together; the sound's reports, every five seconds, claim these distances."""
    show = Show(reports=False, tick=lambda arrival_us, _: arrival_us, packet_us=20_000)
    notes, alignment = show.notes, Alignment()
    picture, sound = Timeline(90_000, notes, "video", alignment), Timeline(8_000, notes, "audio", alignment)
    for number in range(50 * 5 * len(claims_us)):
        at_us = number * 20_000
        sound.place(number * 160, at_us)
        if number % 2 == 0:
            picture.place(number * 1800, at_us)
        for line in (picture, sound):
            line.settle(at_us)
        if number % 250 == 100:
            picture.report(10**15 + at_us, number * 1800, at_us)
            sound.report(10**15 + at_us + claims_us[number // 250], number * 160, at_us)
    return picture, sound


def test_one_report_that_disagrees_moves_nothing():
    picture, sound = with_reports([0, 0, 0, 3_600_000_000, 0, 0, 0, -7_000_000, 0, 0])
    assert abs(picture.last_us - sound.last_us) < 25_000


def test_reports_that_jitter_are_smoothed():
    chance = random.Random(3)
    picture, sound = with_reports([chance.randrange(-12_000, 12_000) for _ in range(60)])
    assert abs(picture.last_us - sound.last_us) < 25_000


def test_a_report_whose_timestamp_is_of_no_known_time_is_refused():
    line = Line()
    for number in range(60):
        line.show(number)
    arrival_us = 1_000_000 + 60 * 66_667
    assert line.timeline.report(10**15, 60 * 6000, arrival_us)
    assert not line.timeline.report(10**15, 60 * 6000 + 90_000 * 100, arrival_us)
    assert not line.timeline.report(10**15, 0x8000_0000, arrival_us)
