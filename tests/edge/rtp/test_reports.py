"""RTCP both ways (RFC 3550 section 6; camera-quirks A18, A56, C03, C43, C49, C52, C53)."""

from __future__ import annotations

import struct

from minhbach.edge.rtp import rtcp
from tests.edge.rtp.packer import SSRC, Sender, frame, sender_report
from tests.edge.rtp.stage import FRAME_TICKS, FRAME_US, PPS, SPS, Stage, slice_h264

UNIX_US = 1_795_000_000_250_000
SDES_WITHOUT_END = struct.pack(">BBHI", 0x81, 202, 2, SSRC) + b"\x01\x02ab"


def play(count: int = 10, stage: Stage | None = None, skip: tuple[int, ...] = ()) -> Stage:
    stage, sender = stage or Stage("H264", sound="PCMA", sets=(SPS, PPS)), Sender(sequence=65_533)
    for number in range(count):
        packet = sender.send(slice_h264(fill=number), number * FRAME_TICKS, marker=True)
        if number not in skip:
            stage.feed(packet, number * FRAME_US)
    return stage


def test_a_sender_report_is_read_to_the_microsecond():
    report = next(rtcp.read(sender_report(UNIX_US, 4711)))
    assert isinstance(report, rtcp.SenderReport)
    assert abs(report.unix_us - UNIX_US) <= 1
    assert (report.ssrc, report.timestamp) == (SSRC, 4711)


def test_a_clock_of_1970_and_one_beyond_2036_are_read_as_they_are():
    for unix_us in (3_600_000_000, 2_200_000_000_000_000):
        report = next(rtcp.read(sender_report(unix_us, 0)))
        assert isinstance(report, rtcp.SenderReport)
        assert abs(report.unix_us - unix_us) <= 1


def test_what_parses_of_a_broken_compound_is_taken():
    bye = struct.pack(">BBHI", 0x81, 203, 1, SSRC)
    unknown = struct.pack(">BBHI", 0x80, 250, 1, SSRC)
    padded = struct.pack(">BBHI", 0xA0, 201, 1, SSRC)
    items = list(rtcp.read(sender_report(UNIX_US, 1) + SDES_WITHOUT_END + unknown + padded + bye + b"\x80\xc9\xff\xff"))
    assert [type(item) for item in items] == [rtcp.SenderReport, rtcp.Bye, type(None)]


def test_a_receiver_report_is_due_every_five_seconds_and_counts_the_loss():
    stage = play(skip=(4, 5))
    stage.feed(frame(1, sender_report(UNIX_US, 9 * FRAME_TICKS)), 700_000)
    packet = stage.receiver.reports(1_700_000)
    assert stage.receiver.reports(6_600_000) == b""
    assert stage.receiver.reports(6_700_000) != b""
    assert packet[:2] == b"$\x01"
    size = int.from_bytes(packet[2:4], "big")
    body = packet[4 : 4 + size]
    first, kind, words, own = struct.unpack_from(">BBHI", body)
    assert (first, kind, words, own) == (0x81, 201, 7, 7)
    ssrc, loss, highest, jitter, last, delay = struct.unpack_from(">IIIIII", body, 8)
    assert ssrc == SSRC
    assert loss == (256 * 2 // 10) << 24 | 2
    assert highest == 1 << 16 | (65_533 + 9) & 0xFFFF
    assert jitter == 0
    seconds = UNIX_US // 1_000_000 + 2_208_988_800
    assert last == (seconds & 0xFFFF) << 16 | 0x4000 - 1 or last == (seconds & 0xFFFF) << 16 | 0x4000
    assert delay == 65_536
    assert body[32:34] == b"\x81\xca"
    assert packet[4 + size : 4 + size + 2] == b"$\x03"


def test_the_stream_has_said_goodbye_only_when_every_source_did():
    stage = play()
    sound = Sender(channel=2, kind=8, ssrc=99)
    stage.feed(sound.send(bytes(160), 0))
    stage.feed(frame(1, struct.pack(">BBHI", 0x81, 203, 1, SSRC)))
    assert not stage.receiver.said_goodbye
    stage.feed(frame(3, struct.pack(">BBHI", 0x81, 203, 1, 12345)))
    assert not stage.receiver.said_goodbye
    stage.feed(frame(3, struct.pack(">BBHI", 0x81, 203, 1, 99)))
    assert stage.receiver.said_goodbye


def test_a_quiet_picture_is_alive_by_its_reports_for_a_minute():
    stage = play(10)
    assert stage.receiver.last_media_us == 9 * FRAME_US
    stage.feed(frame(1, sender_report(UNIX_US, 0)), 30_000_000)
    assert stage.receiver.last_media_us == 30_000_000
    stage.feed(frame(1, sender_report(UNIX_US, 0)), 300_000_000)
    assert stage.receiver.last_media_us == 9 * FRAME_US + 60_000_000


def test_sound_that_never_comes_does_not_make_the_picture_silent():
    assert play().receiver.last_media_us == 9 * FRAME_US
    assert Stage("H264", sound="PCMA").receiver.last_media_us is None


def test_reports_of_no_use_are_noted():
    stage = Stage(sets=(SPS, PPS))
    stage.feed(frame(1, sender_report(UNIX_US, 0x4000_0000)))
    stage.feed(frame(1, b"\x00\x01"))
    stage.feed(frame(1, b"\x80\xc8\x00\x50"))
    play(3, stage)
    assert stage.kinds() == {"report_misfits": 1, "no_rtcp": 1, "rtcp_broken": 1}


def test_the_camera_offset_needs_two_reports_that_agree():
    stage = play(20)
    assert stage.alignment.camera_offset_us is None
    stage.feed(frame(1, sender_report(UNIX_US, 19 * FRAME_TICKS)), 19 * FRAME_US)
    stage.feed(frame(1, sender_report(UNIX_US, 19 * FRAME_TICKS)), 19 * FRAME_US)
    stage = play(60, stage, skip=tuple(range(20)))
    offset_us = stage.alignment.camera_offset_us
    assert offset_us is not None
    assert abs(offset_us - (UNIX_US - 19 * FRAME_US)) < 1000
