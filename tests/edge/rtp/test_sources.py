"""Who speaks on a channel, and what is missing there (camera-quirks C01 to C04, C19 to C25, A37, A38, A53)."""

from __future__ import annotations

import struct

import pytest

from minhbach.edge.rtp.track import DAMAGED
from tests.edge.rtp.packer import Sender, frame, h264_payloads, rtp
from tests.edge.rtp.stage import FRAME_TICKS, FRAME_US, PPS, SPS, Sample, Stage, slice_h264

KEY = slice_h264(key=True)
COUNT = 12


def pictures(sender: Sender, begin: int = 0, end: int = COUNT, size: int = 40, base: int = 0) -> list[bytes]:
    """The packets of each picture of a stream; the first one of all brings sets and a key frame."""
    result = []
    for number in range(begin, end):
        nals = [slice_h264(size, fill=number + 1)] if number else [SPS, PPS, KEY]
        payloads = [payload for nal in nals for payload in h264_payloads(nal)]
        result.append(sender.send_all(payloads, base + number * FRAME_TICKS))
    return result


def feed(stage: Stage, packets: list[bytes], begin: int = 0) -> None:
    for number, packet in enumerate(packets, begin):
        stage.feed(packet, number * FRAME_US)


def numbers(samples: list[Sample]) -> list[int]:
    """Which picture each sample is."""
    return [nal[5] - 1 if (nal := sample.nals[-1]) != KEY else 0 for sample in samples]


def assert_steady(samples: list[Sample], tolerance_us: int = 1500) -> None:
    first = samples[0].time_us
    for number, sample in zip(numbers(samples), samples, strict=True):
        assert abs(sample.time_us - first - number * FRAME_US) <= tolerance_us


def test_a_new_source_and_sequence_at_every_group_of_pictures_loses_nothing():
    stage = Stage()
    for group in range(4):
        sender = Sender(sequence=9000 * group, ssrc=100 + group)
        feed(stage, pictures(sender, group * 3, group * 3 + 3, base=group * 0x3000_0000), group * 3)
    samples = stage.end()
    assert numbers(samples) == list(range(COUNT))
    assert_steady(samples)
    assert stage.kinds()["ssrc_changed"] == 3
    assert "timestamp_outlier" not in stage.kinds()


def test_a_source_number_of_zero_in_mid_stream_is_only_a_label():
    stage, sender = Stage(), Sender()
    packets = pictures(sender)
    for number in (5, 6):
        packets[number] = packets[number][:12] + bytes(4) + packets[number][16:]
    feed(stage, packets)
    assert numbers(stage.end()) == list(range(COUNT))
    assert stage.kinds() == {"ssrc_relabelled": 2}


def test_frames_of_an_old_session_go_to_the_side_log():
    stage = Stage()
    old, new = Sender(sequence=25580, ssrc=1), Sender(sequence=40477, ssrc=2)
    stale = [old.send(slice_h264(fill=0x60), 900_000 + number * FRAME_TICKS, marker=True) for number in range(40)]
    fresh = pictures(new)
    stage.feed(stale[0])
    for number, packet in enumerate(fresh):
        stage.feed(packet + stale[3 * number + 1] + stale[3 * number + 2], number * FRAME_US)
    samples = stage.end()
    assert numbers(samples) == list(range(COUNT))
    assert stage.kinds()["ssrc_foreign"] == 2 * COUNT


def test_a_source_that_was_replaced_may_return_when_its_successor_falls_silent():
    stage = Stage()
    first, intruder = Sender(ssrc=1), Sender(sequence=40000, ssrc=2)
    packets = pictures(first, end=60)
    feed(stage, packets[:5])
    stage.feed(intruder.send(slice_h264(fill=0x70), 77, marker=True), 5 * FRAME_US)
    feed(stage, packets[5:], 5)
    kept = [number for number in numbers(stage.end()) if number < 60]
    assert kept[-20:] == list(range(40, 60))


def test_a_foreign_payload_type_with_a_neighbours_number_disturbs_nothing():
    stage, sender = Stage(), Sender()
    packets = pictures(sender)
    strangers = [frame(0, rtp(b"?" * 20, 1003 + n, 0, kind=50, marker=True)) for n in range(COUNT)]
    feed(stage, [packet + stranger for packet, stranger in zip(packets, strangers, strict=True)])
    assert numbers(stage.end()) == list(range(COUNT))
    assert stage.kinds() == {"payload_type_foreign": COUNT}


def test_a_type_the_sdp_did_not_name_is_taken_when_nothing_else_comes():
    stage, sender = Stage(sets=(SPS, PPS)), Sender(kind=112)
    feed(stage, [sender.send(slice_h264(fill=number + 1), number * FRAME_TICKS, marker=True) for number in range(80)])
    assert numbers(stage.end()) == list(range(49, 80))
    assert stage.kinds()["payload_type_adopted"] == 1


def test_a_static_type_of_another_codec_is_never_taken():
    stage, sender = Stage(sets=(SPS, PPS)), Sender(kind=13)
    feed(stage, [sender.send(slice_h264(fill=number + 1), number * FRAME_TICKS, marker=True) for number in range(80)])
    assert stage.end() == []


def test_a_gap_inside_tcp_is_a_loss_at_the_camera():
    stage, sender = Stage(), Sender()
    packets = pictures(sender)
    feed(stage, packets[:4])
    feed(stage, packets[6:], 6)
    samples = stage.end()
    assert numbers(samples) == [0, 1, 2, 3, *range(6, COUNT)]
    assert [bool(sample.flags & DAMAGED) for sample in samples] == [number == 4 for number in range(10)]
    assert stage.kinds() == {"packets_lost": 2}
    assert_steady(samples)


def test_a_sequence_that_starts_again_keeps_the_stream():
    stage, sender = Stage(), Sender(sequence=5000)
    packets = pictures(sender, end=6)
    sender.sequence = 0
    feed(stage, packets + pictures(sender, 6))
    samples = stage.end()
    assert numbers(samples) == list(range(COUNT))
    assert_steady(samples)
    assert stage.kinds() == {"sequence_restarted": 1}


def test_packets_that_come_again_are_used_once():
    stage, sender = Stage(), Sender()
    packets = pictures(sender)
    feed(stage, [packet + packets[max(0, number - 2)] for number, packet in enumerate(packets)])
    assert numbers(stage.end()) == list(range(COUNT))
    assert set(stage.kinds()) == {"packet_again"}


def test_the_sequence_wraps_without_a_note():
    stage, sender = Stage(), Sender(sequence=65530)
    feed(stage, pictures(sender, size=5000))
    assert numbers(stage.end()) == list(range(COUNT))
    assert stage.kinds() == {}


def repack(packet: bytes, first: int, insert: bytes = b"", append: bytes = b"") -> bytes:
    """A framed packet with another first header byte, more header behind the fixed part, and a tail."""
    body = bytes((first,)) + packet[5:16] + insert + packet[16:] + append
    return frame(packet[1], body)


@pytest.mark.parametrize(
    ("first", "insert", "append", "kind"),
    [
        (0xA0, b"", b"\0\0\0\4", None),
        (0xA0, b"", b"\1", None),
        (0x83, b"csrc" * 3, b"", None),
        (0x90, struct.pack(">HH", 0xABAC, 3) + bytes(12), b"", "extension_onvif"),
        (0x90, struct.pack(">HH", 0xBEDE, 0), b"", "extension_other"),
        (0xB2, b"csrc" * 2 + struct.pack(">HH", 0xABAC, 5) + bytes(20), b"\0\2", "extension_onvif"),
    ],
)
def test_padding_sources_and_extensions_are_not_payload(first, insert, append, kind):
    stage, sender = Stage(), Sender()
    feed(stage, [repack(packet, first, insert, append) for packet in pictures(sender, 0, 1)[:0]])
    packets = [sender.send(SPS, 0), sender.send(PPS, 0), sender.send(KEY, 0, marker=True)]
    for number in range(1, COUNT):
        packets += [
            sender.send(payload, number * FRAME_TICKS) for payload in h264_payloads(slice_h264(4000, fill=number + 1))
        ]
    for packet in packets:
        stage.feed(repack(packet, first, insert, append))
    samples = stage.end()
    assert [sample.nals[-1] for sample in samples[1:]] == [
        slice_h264(4000, fill=number + 1) for number in range(1, COUNT)
    ]
    assert set(stage.kinds()) == ({kind} if kind else set())


@pytest.mark.parametrize("tail", [b"\0", b"\xff"])
def test_padding_that_cannot_be_is_no_padding(tail):
    stage, sender = Stage(sets=(SPS, PPS)), Sender()
    nal = slice_h264(fill=2) + tail
    stage.feed(repack(sender.send(nal, 0, marker=True), 0xA0))
    assert stage.end()[0].nals == [nal]
    assert stage.kinds() == {"padding_wrong": 1}


def test_a_packet_of_padding_only_is_no_loss():
    stage, sender = Stage(), Sender()
    packets = pictures(sender, end=3)
    packets.append(repack(sender.send(b"", 3 * FRAME_TICKS), 0xA0, append=bytes(7) + b"\x08"))
    feed(stage, packets + pictures(sender, 3))
    samples = stage.end()
    assert numbers(samples) == list(range(COUNT))
    assert not any(sample.flags & DAMAGED for sample in samples)


def test_a_header_longer_than_its_packet_goes_to_the_side_log():
    stage, sender = Stage(), Sender()
    packets = pictures(sender, end=2)
    packets.append(repack(sender.send(b"x", 2 * FRAME_TICKS), 0x90, insert=struct.pack(">HH", 1, 9000)))
    feed(stage, packets)
    assert len(stage.end()) == 2
    assert stage.kinds() == {"header_too_long": 1}


def test_data_on_a_channel_nobody_set_up_is_counted_and_skipped():
    stage, sender, stranger = Stage(), Sender(), Sender(channel=9)
    feed(stage, [packet + stranger.send(b"hello", 0) for packet in pictures(sender)])
    assert numbers(stage.end()) == list(range(COUNT))
    assert stage.kinds() == {"channel_unknown": COUNT}


def test_feeding_stops_where_a_message_begins():
    stage, sender = Stage(), Sender()
    packets = pictures(sender)
    answer = b"RTSP/1.0 200 OK\r\nCSeq: 5\r\n\r\n"
    assert stage.feed(packets[0] + answer + packets[1]) == answer + packets[1]
    stage.rest = b""
    assert stage.feed(packets[1] + b"\r\n" + answer) == b"\r\n" + answer
    stage.rest = b""
    assert stage.feed(b"OPTIONS rtsp://") == b"OPTIONS rtsp://"


@pytest.mark.parametrize(
    "noise", [b"\x00", b"\x00\x01\x02" * 50, b"$", b"$\x00\x00\x20noise$$$$", b"$\x09garbage", b"\xff" * 3000]
)
def test_random_bytes_between_frames_are_skipped(noise):
    stage, sender = Stage(), Sender()
    packets = pictures(sender, end=40)
    packets[4] += noise
    feed(stage, packets)
    kept = numbers(stage.end())
    assert kept[:4] == [0, 1, 2, 3]
    assert kept[-30:] == list(range(10, 40))


@pytest.mark.parametrize("cut", [1, 5, 100, 1300])
def test_a_frame_cut_short_costs_only_its_own_picture(cut):
    stage, sender = Stage(), Sender()
    packets = pictures(sender, size=5000)
    broken = packets[5]
    packets[5] = broken[: 1416 - cut] + broken[1416:]
    feed(stage, packets)
    samples = stage.end()
    whole = [number for number, sample in zip(numbers(samples), samples, strict=True) if not sample.flags & DAMAGED]
    assert whole[:5] == [0, 1, 2, 3, 4]
    assert set(range(7, COUNT)) <= set(whole)
    assert all(len(sample.nals[-1]) == 5000 for sample in samples[1:])
    assert "bytes_skipped" in stage.kinds()


def test_frames_swallowed_by_one_that_was_cut_short_are_found_again():
    stage, sender = Stage(), Sender()
    packets = pictures(sender, end=5) + pictures(sender, 5, 6, size=1400) + pictures(sender, 6, 60)
    packets[5] = packets[5][:200]
    stage.feed(b"".join(packets) + b"RTSP/1.0 200 OK")
    assert [number for number in numbers(stage.end()) if number >= 6] == list(range(6, 60))
