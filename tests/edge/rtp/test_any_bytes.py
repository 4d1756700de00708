"""Whatever bytes come, the receiver stays sound: no exception, bounded memory, samples that can be cut into NAL
units."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.edge.rtp import rtcp
from minhbach.edge.rtp.factory import make_track
from minhbach.edge.rtp.notes import LONGEST_ENTRY_BYTES, MOST_KINDS, SIDE_LOG_BYTES, Notes
from minhbach.edge.rtp.receiver import Receiver
from minhbach.edge.rtp.timeline import Alignment
from tests.edge.rtp.packer import Sender, frame, h264_payloads, rtp
from tests.edge.rtp.stage import PPS, SPS, Stage, samples_of, slice_h264

PAYLOADS = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            SPS,
            PPS,
            slice_h264(key=True),
            slice_h264(),
            b"\x06\x06\x01\x80\x80",
            b"\x7c\x85xx",
            b"\x7c\x05xx",
            b"\x7c\x45xx",
        ]
    ),
    st.builds(
        lambda head, tail: head + tail,
        st.sampled_from([b"\x7c\x81", b"\x7c\x41", b"\x78\0", b"\x62\x01\x93", b"\x60\x01"]),
        st.binary(max_size=40),
    ),
)
PACKETS = st.builds(
    lambda payload, sequence, timestamp, marker, kind, ssrc: rtp(
        payload, sequence, timestamp, marker=marker, kind=kind, ssrc=ssrc
    ),
    PAYLOADS,
    st.integers(0, 8) | st.integers(0, 65535),
    st.integers(0, 4).map(lambda n: n * 6000) | st.integers(0, 2**32 - 1),
    st.booleans(),
    st.sampled_from([96, 8, 50]),
    st.sampled_from([1, 2]),
)
FRAMES = st.one_of(
    st.builds(frame, st.sampled_from([0, 0, 0, 1, 2, 2, 3, 9]), st.one_of(PACKETS, st.binary(max_size=40))),
    st.binary(max_size=30),
)


def all_tracks(codec: str, sound: str) -> Receiver:
    notes, alignment = Notes(), Alignment()
    receiver = Receiver(notes, own_ssrc=1)
    receiver.attach(0, make_track("video", codec, 90_000, notes, alignment), {96})
    fmtp = {"sizelength": "13", "indexlength": "3", "indexdeltalength": "3"}
    receiver.attach(2, make_track("audio", sound, 8_000, notes, alignment, fmtp=fmtp), {8})
    return receiver


@pytest.mark.parametrize(("codec", "sound"), [("H264", "PCMA"), ("H265", "MPEG4-GENERIC"), ("H264", "OPUS")])
@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(st.tuples(FRAMES, st.integers(0, 3_000_000)), max_size=25), take=st.booleans())
def test_no_stream_of_bytes_breaks_the_receiver(codec, sound, pieces, take):
    receiver = all_tracks(codec, sound)
    rest, now_us = b"", 0
    for data, elapsed_us in pieces:
        now_us += elapsed_us
        buffer = rest + data
        used = receiver.feed(buffer, 0, len(buffer), now_us)
        assert 0 <= used <= len(buffer)
        # What is left is an incomplete frame or something for the RTSP side.
        rest = buffer[used:] if buffer[used : used + 1] == b"$" else b""
        receiver.reports(now_us)
        if take:
            check(receiver)
    receiver.flush(now_us)
    check(receiver)


def check(receiver: Receiver) -> None:
    for track in receiver.tracks:
        for sample in samples_of(track):
            assert sample.data
            if track.kind == "video":
                assert sample.nals


@settings(max_examples=150, deadline=None)
@given(cuts=st.lists(st.integers(1, 400), min_size=1, max_size=40))
def test_pieces_of_any_size_give_the_same_samples(cuts):
    sender = Sender(sequence=65_530)
    stream = b""
    for number in range(6):
        nals = [SPS, PPS, slice_h264(900, key=True)] if number % 3 == 0 else [slice_h264(1500, fill=number)]
        stream += sender.send_all([payload for nal in nals for payload in h264_payloads(nal, 300)], number * 6000)
    whole, pieces = Stage(), Stage()
    whole.feed(stream)
    position, index = 0, 0
    while position < len(stream):
        size = cuts[index % len(cuts)]
        pieces.feed(stream[position : position + size])
        position, index = position + size, index + 1
    assert [(s.data, s.flags) for s in pieces.end()] == [(s.data, s.flags) for s in whole.end()]


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=120))
def test_any_report_can_be_read(data):
    for item in rtcp.read(b"\x80\xc8\0\x06" + data if len(data) % 2 else data):
        assert item is None or isinstance(item, rtcp.SenderReport | rtcp.Bye)


def test_notes_and_side_log_are_bounded():
    notes = Notes()
    for number in range(5000):
        notes.keep(f"kind{number}", "video", number, number, number, bytes(5000))
    assert len(notes.all()) <= MOST_KINDS + 1
    assert sum(note.count for note in notes.all()) == 5000
    scraps = notes.drain_side_log()
    assert sum(len(scrap.data) for scrap in scraps) <= SIDE_LOG_BYTES
    assert all(len(scrap.data) <= LONGEST_ENTRY_BYTES and scrap.size_bytes == 5000 for scrap in scraps)
    notes.keep("kind0", "video", 1, 1, 1, b"again")
    assert [scrap.data for scrap in notes.drain_side_log()] == [b"again"]


def test_a_note_remembers_its_first_and_last_packet_and_counts_the_rest():
    notes = Notes()
    for number in range(10, 20):
        notes.count("odd", "video", number, number * 100, number * 1000)
    note = notes.all()[0]
    assert (note.count, note.first_sequence, note.last_sequence) == (10, 10, 19)
    assert (note.first_timestamp, note.last_timestamp) == (1000, 1900)
    assert (note.first_arrival_us, note.last_arrival_us) == (10_000, 19_000)
    assert notes.take_counts("video") == {"odd": 10}
    assert notes.take_counts("video") == {}


def test_noise_and_frames_in_turn_cost_no_more_than_linear_time():
    stage, sender = Stage(sets=(SPS, PPS)), Sender()
    stage.feed(sender.send(slice_h264(), 0))
    piece = b"".join(sender.send(b"\x41\x9a\x11", number) + b"\xff" * 9 for number in range(20_000))
    stage.feed(piece)
    assert stage.kinds()["bytes_skipped"] >= 20_000
    assert len(stage.rest) < 100
