"""What is packed can be unpacked to the same units, and the sender's numbers are in order."""

import struct

from hypothesis import given
from hypothesis import strategies as some

from minhbach.demo import packets
from tests.demo.rtsp_client import packet, report

SIZES = some.sampled_from([2, 3, 100, 1399, 1400, 1401, 1402, 2798, 2799, 2800, 60_000]) | some.integers(2, 5000)
UNITS = some.lists(SIZES.flatmap(lambda size: some.binary(min_size=2, max_size=2).map(lambda head: _unit(head, size))))


def _unit(head: bytes, size: int) -> bytes:
    return (head + bytes(range(1, 252)) * (size // 251 + 1))[:size]


def _unpacked(payloads: list[bytes], header: int, kind_of_fragment: int) -> list[bytes]:
    """RFC 6184 section 5.8 (header 1 byte) and RFC 7798 section 4.4.3 (2 bytes), read the other way round."""
    units: list[bytes] = []
    for payload in payloads:
        kind = payload[0] & 0x1F if header == 1 else payload[0] >> 1 & 0x3F
        if kind != kind_of_fragment:
            units.append(payload)
            continue
        mark = payload[header]
        if mark & 0x80:
            first = payload[0] & 0xE0 | mark & 0x1F if header == 1 else payload[0] & 0x81 | (mark & 0x3F) << 1
            units.append(bytes([first]) + payload[1:header])
        units[-1] += payload[header + 1 :]
    return units


@given(UNITS)
def test_h264_units_survive_packing(units):
    units = [unit for unit in units if 1 <= unit[0] & 0x1F <= 23]
    payloads = packets.h264_payloads(units)
    assert all(len(payload) <= packets.PAYLOAD_BYTES for payload in payloads)
    assert _unpacked(payloads, 1, 28) == units


@given(UNITS)
def test_h265_units_survive_packing(units):
    units = [unit for unit in units if unit[0] >> 1 & 0x3F <= 40]
    payloads = packets.h265_payloads(units)
    assert all(len(payload) <= packets.PAYLOAD_BYTES for payload in payloads)
    assert _unpacked(payloads, 2, 49) == units


def test_a_fragmented_unit_begins_once_and_ends_once():
    marks = [payload[1] & 0xC0 for payload in packets.h264_payloads([_unit(b"\x65\1", 5000)])]
    assert marks == [0x80, 0, 0, 0x40]


def test_only_the_last_packet_is_marked_and_the_sequence_wraps():
    track = packets.RtpTrack(4, 96, 7, 0xFFFE)
    framed = track.pack([b"one", b"two", b"three"], 1 << 32 | 90)
    parts = [packet(framed[0:19]), packet(framed[19:38]), packet(framed[38:])]
    assert [part.sequence for part in parts] == [0xFFFE, 0xFFFF, 0]
    assert [part.marker for part in parts] == [False, False, True]
    assert {part.timestamp for part in parts} == {90}
    assert {part.channel for part in parts} == {4}
    assert [part.payload for part in parts] == [b"one", b"two", b"three"]


def test_a_sender_report_names_its_instant_and_counts_what_was_sent():
    track = packets.RtpTrack(0, 96, 7, 0)
    track.pack([b"12345", b"678"], 0)
    framed = track.sender_report(1_790_000_000_250_000, 4_000_000_000)
    wall_us, timestamp = report(framed)
    assert abs(wall_us - 1_790_000_000_250_000) <= 1
    assert timestamp == 4_000_000_000
    assert struct.unpack_from(">II", framed, 24) == (2, 8)
    assert int.from_bytes(framed[2:4], "big") == len(framed) - 4
    words = int.from_bytes(framed[6:8], "big") + 1
    assert 4 + 4 * (words + int.from_bytes(framed[4 + 4 * words + 2 :][:2], "big") + 1) == len(framed)


def test_an_aac_header_tells_the_size_of_its_frame():
    payload = packets.aac_payload(bytes(300))
    assert int.from_bytes(payload[:2], "big") == 16
    assert int.from_bytes(payload[2:4], "big") >> 3 == 300
    assert len(payload) == 304


@given(some.lists(some.binary(max_size=60)), some.integers(0, 254))
def test_another_channel_changes_the_channel_and_nothing_else(payloads, channel):
    usual, asked = packets.RtpTrack(0, 96, 7, 5), packets.RtpTrack(channel, 96, 7, 5)
    assert packets.rechannelled(usual.pack(payloads, 9), channel) == asked.pack(payloads, 9)
