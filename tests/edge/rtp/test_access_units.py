"""Where pictures begin and end (camera-quirks C05 to C10, C35 to C41, C48), H.264."""

from __future__ import annotations

from itertools import pairwise

import pytest

from minhbach.edge.rtp.track import DAMAGED, MOST_SAMPLE_BYTES, MOST_WAITING_BYTES, RECOVERY, SYNC
from minhbach.fmp4 import VideoConfig
from tests.edge.rtp.packer import Sender, h264_payloads, stap_a
from tests.edge.rtp.stage import FRAME_TICKS, FRAME_US, PPS, SPS, Stage, samples_of, slice_h264

SEI = bytes.fromhex("0605aa") + b"watermark" * 18 + b"\x80"
AUD = b"\x09\xf0"
RECOVERY_SEI = bytes.fromhex("06060180ff80")


def send(packets: list[tuple[bytes, int, bool]], stage: Stage | None = None) -> Stage:
    """Each (NAL unit, timestamp, marker) as one packet."""
    stage = stage or Stage()
    sender = Sender()
    for nal, timestamp, marker in packets:
        stage.feed(sender.send(nal, timestamp, marker=marker), timestamp * 100 // 9)
    return stage


def test_markers_on_sets_do_not_end_a_picture():
    key = slice_h264(key=True)
    stage = send([(SPS, 0, True), (PPS, 0, True), (SEI, 0, True), (key, 0, True), (slice_h264(), 6000, True)])
    assert [sample.nals for sample in stage.end()] == [[SPS, PPS, SEI, key], [slice_h264()]]


def test_sets_with_the_time_of_the_picture_before_belong_to_the_next():
    key, other = slice_h264(key=True), slice_h264(fill=3)
    packets = [(SPS, 0, True), (PPS, 0, False), (key, 6000, True), (other, 12000, True)]
    packets += [(SPS, 12000, False), (PPS, 12000, True), (key, 18000, True)]
    samples = send(packets).end()
    assert [sample.nals for sample in samples] == [[SPS, PPS, key], [other], [SPS, PPS, key]]
    assert [sample.time_us - samples[0].time_us for sample in samples] == [0, 66_666, 133_333]


@pytest.mark.parametrize("slices", [2, 4])
def test_a_marker_on_every_slice_makes_no_pictures_of_slices(slices):
    picture = [slice_h264(first=number == 0, fill=number + 1) for number in range(slices)]
    packets = [(SPS, 0, True), (PPS, 0, True)]
    packets += [(nal, number * 6000, True) for number in range(20) for nal in picture]
    samples = send(packets).end()
    assert [len(sample.nals) for sample in samples] == [2 + slices] + [slices] * 19


def test_a_marker_on_every_slice_never_earns_trust():
    stage, sender, found = Stage(sets=(SPS, PPS)), Sender(), []
    for number in range(30):
        for part in range(2):
            stage.feed(sender.send(slice_h264(first=not part), number * 6000, marker=True), number * FRAME_US)
            found += samples_of(stage.picture)
    assert [len(sample.nals) for sample in found + stage.end()] == [2] * 30


def test_without_any_marker_sets_and_delimiters_open_the_next_picture():
    pictures = [[AUD, SPS, PPS, slice_h264(key=True)], [AUD, slice_h264()], [SEI, slice_h264()], [SPS, slice_h264()]]
    packets = [(nal, number * 6000, False) for number, nals in enumerate(pictures) for nal in nals]
    assert [sample.nals for sample in send(packets).end()] == pictures


def test_a_packet_lost_between_two_slices_marks_their_picture():
    stage, sender = Stage(sets=(SPS, PPS)), Sender()
    for number in range(4):
        stage.feed(sender.send(slice_h264(), number * 6000, marker=True), number * FRAME_US)
        sender.sequence += number == 2
        stage.feed(sender.send(slice_h264(first=False), number * 6000, marker=True), number * FRAME_US)
    assert [sample.flags for sample in stage.end()] == [0, 0, DAMAGED, 0]


def test_without_any_marker_a_new_time_ends_a_picture():
    packets = [(SPS, 0, False), (PPS, 0, False)] + [(slice_h264(fill=n), n * 6000, False) for n in range(5)]
    assert [sample.nals[-1] for sample in send(packets).end()] == [slice_h264(fill=n) for n in range(5)]


def test_a_last_picture_without_marker_is_given_away_after_a_second():
    stage = send([(SPS, 0, False), (PPS, 0, False), (slice_h264(key=True), 0, False)])
    stage.receiver.reports(900_000)
    assert samples_of(stage.picture) == []
    stage.receiver.reports(1_100_000)
    assert len(samples_of(stage.picture)) == 1


def test_two_pictures_with_one_time_stay_two_samples_a_tiny_step_apart():
    packets = [(SPS, 0, False), (PPS, 0, False)]
    packets += [(slice_h264(fill=n), n // 2 * 12000, True) for n in range(6)]
    stage = send(packets)
    samples = stage.end()
    assert [sample.nals[-1][5] for sample in samples] == [0, 1, 2, 3, 4, 5]
    steps = [after.time_us - before.time_us for before, after in pairwise(samples)]
    assert steps == [1000, 132_333, 1000, 132_333, 1000]
    assert stage.kinds()["same_timestamp"] == 3


def test_a_trusted_marker_gives_the_picture_away_at_once():
    stage = Stage()
    sender = Sender()
    stage.feed(sender.send_all([SPS, PPS, slice_h264(key=True)], 0))
    for number in range(1, 20):
        stage.feed(sender.send_all([slice_h264(fill=number)], number * FRAME_TICKS), number * FRAME_US)
    assert samples_of(stage.picture)[-1].nals == [slice_h264(fill=19)]


def test_a_trusted_marker_that_lies_is_noticed_and_the_picture_joined():
    stage = Stage()
    sender = Sender()
    stage.feed(sender.send_all([SPS, PPS, slice_h264(key=True)], 0))
    for number in range(1, 20):
        stage.feed(sender.send_all([slice_h264(fill=number)], number * FRAME_TICKS), number * FRAME_US)
    halves = [slice_h264(fill=1), slice_h264(fill=2, first=False)]
    for half in halves:
        stage.feed(sender.send(half, 20 * FRAME_TICKS, marker=True), 20 * FRAME_US)
    stage.feed(sender.send(slice_h264(fill=9), 21 * FRAME_TICKS, marker=True), 21 * FRAME_US)
    samples = stage.end()
    assert samples[-2].nals == halves
    assert samples[-1].nals == [slice_h264(fill=9)]
    assert stage.kinds() == {"marker_inside_picture": 1}


def test_sets_repeated_between_the_slices_of_one_picture_do_not_split_it():
    halves = [slice_h264(fill=1), slice_h264(fill=2, first=False)]
    packets = [(SPS, 0, False), (PPS, 0, False), (halves[0], 0, False)]
    packets += [(SPS, 0, False), (PPS, 0, False), (halves[1], 0, True), (slice_h264(), 6000, True)]
    samples = send(packets).end()
    assert samples[0].nals == [SPS, PPS, halves[0], SPS, PPS, halves[1]]
    assert len(samples) == 2


def test_delimiters_and_private_messages_stay_where_they_were():
    private = b"\x06\xe5\x04ABCD\x80"
    key = slice_h264(key=True)
    stage = Stage()
    sender = Sender()
    stage.feed(sender.send_all([stap_a([AUD, SPS, SEI, PPS, private]), key], 0))
    stage.feed(sender.send_all([stap_a([AUD, SEI, slice_h264()])], 6000))
    assert [sample.nals for sample in stage.end()] == [[AUD, SPS, SEI, PPS, private, key], [AUD, SEI, slice_h264()]]


def test_sets_of_the_sdp_serve_until_the_stream_brings_its_own():
    stage = Stage(sets=(SPS, PPS + b"\0\0"))
    sender = Sender()
    other = SPS[:-1] + b"\x93"
    stage.feed(sender.send_all([slice_h264(key=True)], 0))
    stage.feed(sender.send_all([SPS, PPS, slice_h264(key=True)], 6000))
    stage.feed(sender.send_all([other, PPS, slice_h264(key=True)], 12000))
    configs = [sample.config for sample in stage.end()]
    assert stage.kinds() == {"parameter_sets_changed": 1}
    assert configs[0] == VideoConfig.from_sets("h264", (SPS, PPS + b"\0\0"), in_band=False)
    assert configs[1] == VideoConfig.from_sets("h264", (SPS, PPS + b"\0\0"), in_band=True)
    assert configs[2] == VideoConfig.from_sets("h264", (other, PPS + b"\0\0"), in_band=True)


def test_a_set_that_cannot_be_parsed_does_not_stop_the_stream():
    broken = b"\x67\xff"
    stage = send([(broken, 0, False), (PPS, 0, False), (slice_h264(key=True), 0, True)])
    samples = stage.end()
    assert samples[0].nals == [broken, PPS, slice_h264(key=True)]
    assert samples[0].config == VideoConfig("h264", (broken, PPS), True, 0, 0)


def test_sets_of_the_sdp_count_only_if_complete():
    assert Stage(sets=(SPS,)).picture.config is None
    assert Stage(sets=(SPS, PPS)).picture.config is not None


def test_a_picture_set_that_toggles_under_one_id_is_a_new_configuration_at_that_sample():
    stage = Stage()
    sender = Sender()
    toggled = PPS[:-1] + b"\x21"
    for number, pps in enumerate([PPS, toggled, PPS, PPS]):
        stage.feed(sender.send_all([SPS, pps, slice_h264(key=True)], number * 6000), number * FRAME_US)
    sets = [sample.config.sets for sample in stage.end() if isinstance(sample.config, VideoConfig)]
    assert sets == [(SPS, PPS), (SPS, toggled), (SPS, PPS), (SPS, PPS)]
    assert stage.kinds() == {"parameter_sets_changed": 2}


def test_pictures_before_any_parameter_sets_are_accounted_for_and_left_out():
    packets = [(slice_h264(fill=1), 0, True), (slice_h264(fill=2), 6000, True)]
    packets += [(SPS, 12000, False), (PPS, 12000, False), (slice_h264(key=True), 12000, True)]
    stage = send(packets)
    assert [sample.nals for sample in stage.end()] == [[SPS, PPS, slice_h264(key=True)]]
    assert stage.kinds() == {"before_parameter_sets": 2}
    assert [scrap.data[4:] for scrap in stage.notes.drain_side_log()] == [slice_h264(fill=1), slice_h264(fill=2)]


def test_flags_tell_key_recovery_and_plain_pictures_apart():
    intra = b"\x41\xb8" + b"\x55" * 20  # first_mb_in_slice 0, slice_type 2
    all_intra = b"\x41\x88" + b"\x55" * 20  # slice_type 7
    pictures = [[SPS, PPS, slice_h264(key=True)], [slice_h264()], [RECOVERY_SEI, slice_h264()], [intra], [all_intra]]
    pictures.append([intra, slice_h264(first=False)])
    pictures.append([intra, b"\x41\x34" + b"\x55" * 20])  # first_mb_in_slice 5, slice_type 0
    stage = Stage()
    sender = Sender()
    for number, nals in enumerate(pictures):
        stage.feed(sender.send_all(nals, number * 6000), number * FRAME_US)
    assert [sample.flags for sample in stage.end()] == [SYNC, 0, RECOVERY, RECOVERY, RECOVERY, 0, 0]


def test_an_access_unit_that_never_ends_is_given_up_at_its_cap():
    stage = send([(SPS, 0, False), (PPS, 0, False), (slice_h264(key=True), 0, True)])
    sender = Sender(sequence=1003)
    endless = h264_payloads(slice_h264(size=MOST_SAMPLE_BYTES + 400_000), most=60_000)
    for payload in endless[:-1]:
        stage.feed(sender.send(payload, 6000), FRAME_US)
        assert len(stage.picture.data) < MOST_SAMPLE_BYTES + 130_000
    assert stage.kinds()["access_unit_too_large"] == 1
    stage.feed(sender.send(endless[-1], 6000), FRAME_US)
    stage.feed(sender.send(slice_h264(fill=7), 12000, marker=True), 2 * FRAME_US)
    samples = stage.end()
    assert [sample.nals for sample in samples] == [[SPS, PPS, slice_h264(key=True)], [slice_h264(fill=7)]]
    assert samples[1].flags & DAMAGED


def test_a_consumer_that_never_comes_costs_bounded_memory():
    stage, sender = Stage(sets=(SPS, PPS)), Sender()
    for number in range(40):
        pps = PPS if number < 39 else PPS[:-1] + b"\x21"
        picture = [SPS, pps, *h264_payloads(slice_h264(1_000_000, fill=number + 1), most=60_000)]
        for payload in picture:
            stage.feed(sender.send(payload, number * 6000), number * FRAME_US)
    assert len(stage.picture.data) < MOST_WAITING_BYTES + 2_500_000
    kept = samples_of(stage.picture)
    stage.feed(sender.send_all([slice_h264(fill=99)], 40 * 6000), 40 * FRAME_US)
    after = stage.end()
    assert [sample.nals[2][5] for sample in kept] == list(range(1, len(kept) + 1))
    assert stage.kinds()["nobody_takes"] >= 40 - len(kept) - len(after) > 0
    assert after[0].flags & DAMAGED
    assert after[-1].config == VideoConfig.from_sets("h264", (SPS, PPS[:-1] + b"\x21"), in_band=True)
    assert set(stage.kinds()) == {"nobody_takes", "parameter_sets_changed"}


def test_b_pictures_keep_their_own_times_in_decode_order():
    order = [0, 4, 2, 1, 3, 8, 6, 5, 7]
    packets = [(SPS, 0, False), (PPS, 0, False)]
    packets += [(slice_h264(fill=n), 36000 + n * 6000, True) for n in order]
    stage = Stage()
    sender = Sender()
    for number, (nal, timestamp, marker) in enumerate(packets):
        stage.feed(sender.send(nal, timestamp, marker=marker), 1_000_000 + number * FRAME_US)
    samples = stage.end()
    assert [round((sample.time_us - samples[0].time_us) / FRAME_US) for sample in samples] == order
    assert stage.kinds() == {}


def test_taking_samples_at_any_moment_changes_nothing():
    def stream(take_every: int) -> list[tuple[bytes, int]]:
        stage, sender, found = Stage(), Sender(), []
        count = 0
        for number in range(30):
            nals = [SPS, PPS, slice_h264(3000, key=True)] if number % 10 == 0 else [slice_h264(3000, fill=number)]
            payloads = [payload for nal in nals for payload in h264_payloads(nal, 500)]
            for index, payload in enumerate(payloads):
                stage.feed(sender.send(payload, number * 6000, marker=index + 1 == len(payloads)), number * FRAME_US)
                count += 1
                if take_every and count % take_every == 0:
                    found += samples_of(stage.picture)
        found += stage.end()
        return [(sample.data, sample.flags) for sample in found]

    whole = stream(0)
    assert len(whole) == 30
    for take_every in (1, 2, 3, 7):
        assert stream(take_every) == whole
