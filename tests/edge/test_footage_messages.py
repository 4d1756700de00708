"""Whatever bytes come over the fabric as footage are either understood or refused, never believed."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.fmp4 import AudioConfig, VideoConfig
from minhbach.protocol import codec
from minhbach.protocol.footage import (
    Answer,
    BadFootage,
    End,
    Live,
    Packet,
    Play,
    SampleHead,
    Served,
    ServedSpan,
    Still,
    decode,
    encode,
    is_packet,
    live_channel,
)

PICTURE = VideoConfig("h264", (b"\x67\x42\xc0\x1f", b"\x68\xce"), False, 640, 360)
SOUND = AudioConfig("alaw", 8000, 1)
MESSAGES = [
    Live("t", "quay-1", ("h264",), True, "b1"),
    Play("t", "quay-1", ("h265", "h264"), False, "p1", 5, 9, True, "1:2:3"),
    Still("t", "quay-1", ("h264",), 0, 320),
    Answer(True, "main", "ab12"),
    Answer(False, code="offline", vi="Camera mất kết nối.", en="The camera is offline.", since_us=7),
    End(next=None, gap_from_us=1, gap_until_us=2),
    Served("a" * 32, 4, 10, (ServedSpan("r/q", "picture", 1, 2),)),
]

heads = st.builds(
    SampleHead,
    st.integers(0, 40),
    st.integers(0, 1 << 31),
    st.integers(-(1 << 20), 1 << 20),
    st.integers(0, 1 << 31),
    st.integers(0, 3),
)


@given(st.lists(heads, max_size=20), st.sampled_from(["picture", "sound"]), st.booleans(), st.integers(0, 1 << 50))
def test_a_packet_is_read_as_it_was_written(rows, track, configured, base_us):
    config = (PICTURE if track == "picture" else SOUND) if configured else None
    data = bytes(index % 251 for index in range(sum(row.size for row in rows)))
    packet = Packet(track, 77, base_us, tuple(rows), data, config)
    assert decode(encode(packet)) == packet
    assert is_packet(encode(packet))
    assert b"".join(bytes(part) for _, part in packet.samples()) == data


@given(st.binary(max_size=300))
def test_any_bytes_are_a_packet_or_refused(data):
    for candidate in (data, encode(Packet("picture", 1, 2, (), b"", PICTURE))[:20] + data):
        try:
            packet = decode(candidate)
        except BadFootage:
            continue
        assert sum(head.size for head in packet.heads) == len(packet.data)


@given(st.data())
def test_a_packet_with_a_changed_byte_is_a_packet_or_refused(data):
    message = bytearray(encode(Packet("sound", 3, 9, (SampleHead(4, 0, 0, 20_000, 1),), b"abcd", SOUND)))
    message[data.draw(st.integers(0, len(message) - 1))] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(BadFootage):
        decode(bytes(message))


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_is_read_as_it_was_written(message):
    assert codec.decode(type(message), codec.encode(message)) == message
    assert not is_packet(codec.encode(message))


@pytest.mark.parametrize("name", ["", "a.b", "a>", "*", "a b", "../x", "A", "x" * 70])
def test_a_name_that_would_be_more_than_one_token_never_becomes_a_subject(name):
    with pytest.raises(BadFootage):
        live_channel(name, "main", "picture")
