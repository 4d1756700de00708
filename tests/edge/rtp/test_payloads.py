"""Payloads that are broken, and what is saved of them (camera-quirks C26 to C34, C44 to C46)."""

from __future__ import annotations

import pytest

from minhbach.edge.rtp.track import DAMAGED
from tests.edge.rtp.packer import Sender, aggregate_h265, h264_payloads, h265_payloads, stap_a
from tests.edge.rtp.stage import FRAME_TICKS, FRAME_US, PPS, SPS, Sample, Stage, slice_h264

KEY = slice_h264(key=True)
LONG = slice_h264(5000, fill=0x31)
VPS_265 = b"\x40\x01" + b"\x0c" * 20
SPS_265 = b"\x42\x01" + b"\x01" * 30
PPS_265 = b"\x44\x01" + b"\xc1" * 5
KEY_265 = b"\x26\x01\xaf" + b"\x77" * 3000
LONG_265 = b"\x02\x01\xd0" + b"\x66" * 5000


def play(pictures: list[list[bytes]], stage: Stage | None = None) -> tuple[Stage, list[Sample]]:
    """Each inner list are the payloads of one picture, the last one marked; behind SPS, PPS and a key frame."""
    stage, sender = stage or Stage(), Sender()
    for number, payloads in enumerate([[SPS, PPS, KEY], *pictures]):
        stage.feed(sender.send_all(payloads, number * FRAME_TICKS), number * FRAME_US)
    return stage, stage.end()[1:]


def test_a_fragment_with_start_and_end_is_a_whole_unit():
    payload = bytes((LONG[0] & 0xE0 | 28, 0xC0 | LONG[0] & 0x1F)) + LONG[1:]
    stage, samples = play([[payload]])
    assert samples[0].nals == [LONG]
    assert samples[0].flags == 0
    assert stage.kinds() == {"fragment_alone": 1}


def test_the_first_fragment_header_decides_the_type():
    payloads = [bytearray(payload) for payload in h264_payloads(LONG)]
    for payload in payloads[1:]:
        payload[1] = payload[1] & 0xE0 | 5
    stage, samples = play([[bytes(payload) for payload in payloads]])
    assert samples[0].nals == [LONG]
    assert stage.kinds() == {"fragment_type_changed": 3}


def test_the_reserved_bit_of_a_fragment_is_ignored():
    payloads = [bytes((payload[0], payload[1] | 0x20)) + payload[2:] for payload in h264_payloads(LONG)]
    stage, samples = play([payloads])
    assert samples[0].nals == [LONG]
    assert stage.kinds() == {}


def test_fragments_without_payload_are_legal():
    payloads = h264_payloads(LONG)
    start, end = payloads[0], payloads[-1]
    middle = bytes((start[0], start[1] & 0x1F))
    padded = [start[:2], middle + start[2:], middle, *payloads[1:-1], middle, middle + end[2:], end[:2]]
    stage, samples = play([padded])
    assert samples[0].nals == [LONG]
    assert stage.kinds() == {}


def test_a_fragment_whose_start_was_lost_stays_out_of_the_sample():
    stage, samples = play([[*h264_payloads(LONG)[1:]], [slice_h264(fill=2)]])
    assert [sample.nals for sample in samples] == [[slice_h264(fill=2)]]
    assert samples[0].flags == DAMAGED
    assert stage.kinds() == {"fragment_without_start": 3}


@pytest.mark.parametrize("lost", [0, 1, 2, 3])
def test_one_lost_fragment_costs_its_unit_and_marks_the_damage(lost):
    stage, sender = Stage(), Sender()
    stage.feed(sender.send_all([SPS, PPS, KEY], 0))
    first = slice_h264(fill=1)
    payloads = h264_payloads(slice_h264(5000, first=False))
    stage.feed(sender.send(first, 6000), FRAME_US)
    for index, payload in enumerate(payloads):
        packet = sender.send(payload, 6000, marker=index == 3)
        if index != lost:
            stage.feed(packet, FRAME_US)
    stage.feed(sender.send(slice_h264(fill=3), 12000, marker=True), 2 * FRAME_US)
    samples = stage.end()
    assert [sample.nals for sample in samples][1:] == [[first], [slice_h264(fill=3)]]
    assert samples[1].flags & DAMAGED
    assert stage.kinds()["packets_lost"] == 1


def test_a_unit_torn_by_the_next_picture_is_kept_aside():
    stage, samples = play([h264_payloads(LONG)[:2], [slice_h264(fill=2)]])
    assert [sample.nals for sample in samples] == [[slice_h264(fill=2)]]
    assert samples[0].flags & DAMAGED
    assert stage.kinds() == {"torn_by_timestamp": 1}
    assert stage.notes.drain_side_log()[0].data == LONG[: len(LONG)][:2048]


def test_a_unit_torn_by_another_unit_of_the_same_picture_is_kept_aside():
    stage, samples = play([[*h264_payloads(LONG)[:2], slice_h264(fill=2)]])
    assert [sample.nals for sample in samples] == [[slice_h264(fill=2)]]
    assert stage.kinds() == {"torn_by_next": 1}


def test_a_marker_before_the_last_fragment_does_not_end_the_unit():
    stage, sender = Stage(), Sender()
    stage.feed(sender.send_all([SPS, PPS, KEY], 0))
    for payload in h264_payloads(LONG):
        stage.feed(sender.send(payload, 6000, marker=True), FRAME_US)
    assert stage.end()[1].nals == [LONG]


@pytest.mark.parametrize(
    ("tail", "kind"), [(b"\0\0\0\0\0", "aggregate_padded"), (b"\0\x40\x41\x9a", "aggregate_broken")]
)
def test_the_good_units_of_a_broken_aggregate_are_kept(tail, kind):
    stage, samples = play([[stap_a([b"\x09\xf0", slice_h264(fill=2)]) + tail]])
    assert samples[0].nals == [b"\x09\xf0", slice_h264(fill=2)]
    assert stage.kinds() == {kind: 1}


@pytest.mark.parametrize("payload", [bytes((kind,)) + b"strange" for kind in (0, 25, 26, 27, 29, 30, 31)])
def test_payloads_of_unusable_types_go_to_the_side_log(payload):
    stage, samples = play([[payload, slice_h264(fill=2)]])
    assert samples[0].nals == [slice_h264(fill=2)]
    assert [scrap.data for scrap in stage.notes.drain_side_log()] == [payload]


def test_an_aggregate_inside_an_aggregate_goes_to_the_side_log():
    inner = stap_a([slice_h264(fill=9)])
    stage, samples = play([[stap_a([slice_h264(fill=2), inner])]])
    assert samples[0].nals == [slice_h264(fill=2)]
    assert [scrap.data for scrap in stage.notes.drain_side_log()] == [inner]


@pytest.mark.parametrize("code", [b"\0\0\1", b"\0\0\0\1"])
@pytest.mark.parametrize("in_front", [False, True])
def test_start_codes_inside_a_payload_split_it(code, in_front):
    key = slice_h264(9000, key=True)
    stage, sender = Stage(), Sender()
    payload = (code if in_front else b"") + code.join([SPS, PPS, key])
    stage.feed(sender.send(payload[:60_000], 0, marker=True))
    assert stage.end()[0].nals == [SPS, PPS, key]
    assert stage.kinds() == {"start_codes_inside": 1}


@pytest.mark.parametrize("most", range(len(SPS), len(SPS) + 12))
def test_a_start_code_cut_by_two_fragments_is_found(most):
    stage, sender = Stage(), Sender()
    key = slice_h264(600, key=True)
    payload = b"\0\0\0\1".join([SPS, PPS, key])
    stage.feed(sender.send_all(h264_payloads(payload, most), 0))
    assert stage.end()[0].nals == [SPS, PPS, key]


def test_a_start_code_late_in_a_long_slice_is_found_once_the_camera_is_known_for_it():
    halves = [slice_h264(5000, fill=1), slice_h264(5000, fill=2, first=False)]
    pictures = [h264_payloads(b"\0\0\1".join(halves)) for _ in range(200)]
    _, samples = play(pictures)
    assert [sample.nals for sample in samples] == [halves] * 200


def test_a_camera_that_takes_to_start_codes_late_is_found_out_within_sixteen_slices():
    halves = [slice_h264(5000, fill=1), slice_h264(5000, fill=2, first=False)]
    clean = [h264_payloads(LONG) for _ in range(100)]
    _, samples = play(clean + [h264_payloads(b"\0\0\1".join(halves)) for _ in range(40)])
    assert [sample.nals for sample in samples[116:]] == [halves] * 24


def test_h265_aggregates_fragments_and_single_units_give_back_each_unit():
    stage, sender = Stage("H265"), Sender()
    single = b"\x00\x01\xd0" + b"\x12" * 30  # type 0, TRAIL_N (C46)
    stage.feed(sender.send_all([aggregate_h265([VPS_265, SPS_265, PPS_265]), *h265_payloads(KEY_265)], 0))
    stage.feed(sender.send_all(h265_payloads(LONG_265), 6000), FRAME_US)
    stage.feed(sender.send_all([single], 12000), 2 * FRAME_US)
    samples = stage.end()
    assert [sample.nals for sample in samples] == [[VPS_265, SPS_265, PPS_265, KEY_265], [LONG_265], [single]]
    assert [sample.flags for sample in samples] == [1, 0, 0]
    assert stage.kinds() == {}


def test_the_outer_header_of_an_h265_aggregate_is_not_judged():
    stage, sender = Stage("H265"), Sender()
    aggregate = bytes((48 << 1, 0)) + aggregate_h265([VPS_265, SPS_265, PPS_265, KEY_265[:50]])[2:]
    stage.feed(sender.send_all([aggregate], 0))
    assert stage.end()[0].nals == [VPS_265, SPS_265, PPS_265, KEY_265[:50]]


def test_h265_decoding_order_numbers_are_taken_out_when_announced():
    stage = Stage("H265", fmtp={"sprop-max-don-diff": "2"})
    sender = Sender()
    units = [VPS_265, SPS_265, PPS_265]
    plain = aggregate_h265(units)
    with_don = plain[:2] + b"\0\7" + plain[2:]
    position = 4
    for nal in units[:-1]:
        position += 2 + len(nal)
        with_don = with_don[:position] + b"\0" + with_don[position:]
        position += 1
    fragments = h265_payloads(KEY_265)
    fragments[0] = fragments[0][:3] + b"\0\x0a" + fragments[0][3:]
    single = LONG_265[:50]
    stage.feed(sender.send_all([with_don, *fragments], 0))
    stage.feed(sender.send_all([single[:2] + b"\0\x0b" + single[2:]], 6000), FRAME_US)
    assert [sample.nals for sample in stage.end()] == [[*units, KEY_265], [single]]


def test_h265_packets_of_other_types_go_to_the_side_log():
    stage, sender = Stage("H265", sets=(VPS_265, SPS_265, PPS_265)), Sender()
    strange = bytes((50 << 1, 1)) + b"paci"
    stage.feed(sender.send_all([strange, KEY_265[:99]], 0))
    assert stage.end()[0].nals == [KEY_265[:99]]
    assert [scrap.data for scrap in stage.notes.drain_side_log()] == [strange]


def test_h265_slices_of_one_picture_stay_together_and_a_suffix_message_with_them():
    suffix = b"\x50\x01\x05\x01\x00\x80"
    second = b"\x02\x01\x50" + b"\x11" * 20
    stage, sender = Stage("H265", sets=(VPS_265, SPS_265, PPS_265)), Sender()
    for number in range(12):
        for nal in (LONG_265[:60], second, suffix):
            stage.feed(sender.send(nal, number * 6000, marker=True), number * FRAME_US)
    assert [sample.nals for sample in stage.end()] == [[LONG_265[:60], second, suffix]] * 12
