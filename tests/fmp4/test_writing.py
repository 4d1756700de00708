"""What is written: the beginning of a segment and its fragments, byte by byte where players are strict."""

import io
import struct
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.fmp4 import (
    NON_SYNC,
    SYNC,
    AudioConfig,
    Run,
    VideoConfig,
    fragment_header,
    init_segment,
    scan,
    timescale,
    walk,
)
from minhbach.fmp4.fragment import ntp_from_unix, unix_from_ntp
from minhbach.fmp4.runs import read_run
from tests.fmp4 import clips

H264 = clips.encode("h264", frames=3).config
H265 = clips.encode("h265", frames=3).config
AUDIO = [
    AudioConfig("alaw", 8000, 1),
    AudioConfig("ulaw", 16000, 2),
    AudioConfig("aac", 16000, 1, bytes.fromhex("140856e500")),
    AudioConfig("aac", 96000, 2, bytes.fromhex("1010")),
    AudioConfig("opus", 24000, 1),
]
COUNTS = st.integers(0, 2**32 - 1)


def boxes(data: bytes) -> list[str]:
    return [box.kind.decode() for box in walk(data)]


def test_a_beginning_is_ftyp_moov_uuid_and_a_fragment_prft_moof_mdat():
    assert boxes(init_segment([H264], b"{}")) == ["ftyp", "moov", "uuid"]
    assert boxes(fragment_header(1, [Run(1, 0, [1], [0], [SYNC])], 0)) == ["prft", "moof", "mdat"]


def test_the_same_tracks_give_the_same_beginning():
    """Its hash identifies a configuration: no clock and no random number may be in it."""
    copy = VideoConfig("h264", tuple(bytes(nal) for nal in H264.sets), False, H264.width, H264.height)
    assert init_segment([copy, AUDIO[0]], b"x") == init_segment([H264, AudioConfig("alaw", 8000, 1)], b"x")
    assert init_segment([H264], b"x") != init_segment([H264], b"y")


@pytest.mark.parametrize("audio", AUDIO)
@pytest.mark.parametrize("in_band", [False, True])
@pytest.mark.parametrize("video", [H264, H265])
def test_a_beginning_is_read_back_as_it_was_written(video, in_band, audio):
    video = VideoConfig(video.codec, video.sets, in_band, video.width, video.height)
    read = scan(io.BytesIO(init_segment([video, audio], b'{"camera": "quay 1"}')))
    assert [track.config for track in read.tracks] == [video, audio]
    assert [track.timescale for track in read.tracks] == [timescale(video), timescale(audio)]
    assert [track.track_id for track in read.tracks] == [1, 2]
    assert read.about == b'{"camera": "quay 1"}'
    assert read.init_bytes == read.complete_bytes == read.size_bytes
    assert read.fault is None


@pytest.mark.parametrize(
    ("config", "entry"),
    [
        (H264, "avc1"),
        (VideoConfig("h264", H264.sets, True), "avc3"),
        (H265, "hvc1"),
        (VideoConfig("h265", H265.sets, True), "hev1"),
        (AUDIO[0], "alaw"),
        (AUDIO[1], "ulaw"),
        (AUDIO[2], "mp4a"),
        (AUDIO[4], "Opus"),
    ],
)
def test_a_sample_entry_says_whether_samples_may_carry_parameter_sets(config, entry):
    """F11: hvc1 when the sets are stable, hev1 when they also stand in band; F03: G.711 under its QuickTime names."""
    assert scan(io.BytesIO(init_segment([config], b""))).tracks[0].entry == entry


def test_g711_is_declared_as_16_bit_sound_of_its_rate():
    entry = clips.box_content(init_segment([AUDIO[0]], b""), b"alaw")
    assert entry == bytes.fromhex("000000000000 0001 0000000000000000 0001 0010 0000 0000 1f400000")


def test_a_rate_beyond_16_bits_stands_only_in_the_configuration():
    entry = clips.box_content(init_segment([AUDIO[3]], b""), b"mp4a")
    assert entry[16:28] == bytes.fromhex("0002 0010 0000 0000 00000000")


def test_a_beginning_has_the_bytes_of_the_standard():
    """ISO/IEC 14496-12, box by box, for one track of sound."""
    unity = "00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000"
    movie = (
        "0000006c 6d766864 00000000 00000000 00000000 000003e8 00000000 00010000 0100 0000 0000000000000000"
        + unity
        + "00000000 00000000 00000000 00000000 00000000 00000000 00000002"
    )
    track = (
        "0000005c 746b6864 00000003 00000000 00000000 00000001 00000000 00000000 0000000000000000 0000 0000 0100 0000"
        + unity
        + "00000000 00000000"
    )
    media = (
        "00000020 6d646864 00000000 00000000 00000000 00001f40 00000000 55c4 0000"
        "00000021 68646c72 00000000 00000000 736f756e 00000000 00000000 00000000 00"
    )
    information = (
        "00000010 736d6864 00000000 0000 0000"
        "00000024 64696e66 0000001c 64726566 00000000 00000001 0000000c 75726c20 00000001"
    )
    table = (
        "00000034 73747364 00000000 00000001"
        "00000024 616c6177 000000000000 0001 0000000000000000 0001 0010 0000 0000 1f400000"
        "00000010 73747473 00000000 00000000 00000010 73747363 00000000 00000000"
        "00000014 7374737a 00000000 00000000 00000000 00000010 7374636f 00000000 00000000"
    )
    defaults = "00000028 6d766578 00000020 74726578 00000000 00000001 00000001 00000000 00000000 00000000"
    information = nested("minf", information + nested("stbl", table))
    movie += nested("trak", track + nested("mdia", media + information)) + defaults
    expected = (
        "00000018 66747970 69736f36 00000000 69736f36 6d703432"
        + nested("moov", movie)
        + nested("uuid", "13574f13f7974d6caa34c09a03c1a62b" + b"about".hex())
    )
    assert init_segment([AUDIO[0]], b"about") == bytes.fromhex(expected)


def nested(kind: str, content: str) -> str:
    return (8 + len(bytes.fromhex(content))).to_bytes(4, "big").hex() + kind.encode().hex() + content


def test_an_opus_entry_carries_the_real_number_of_channels():
    """F13: RTP announces two, always."""
    init = init_segment([AUDIO[4]], b"")
    assert clips.box_content(init, b"dOps") == bytes.fromhex("00 01 0000 00005dc0 0000 00")


def test_a_fragment_has_the_bytes_of_the_standard():
    video = Run(1, 0x123456789, [6000, 6000], [5, 3], [SYNC, NON_SYNC])
    audio = Run(2, 4000, [160, 160, 160], [160, 160, 160], [SYNC] * 3)
    wall_us = 1_795_200_000_500_000
    expected = (
        f"00000020 70726674 01000008 00000001 {1_795_200_000 + 2_208_988_800:08x} 80000000 0000000123456789"
        "000000bc 6d6f6f66 00000010 6d666864 00000000 00000007"
        "00000058 74726166 0000001c 74666864 00020038 00000001 00001770 00000005 01010000"
        "00000014 74666474 01000000 0000000123456789"
        "00000020 7472756e 00000205 00000002 000000c4 02000000 00000005 00000003"
        "0000004c 74726166 0000001c 74666864 00020038 00000002 000000a0 000000a0 02000000"
        "00000014 74666474 01000000 0000000000000fa0"
        "00000014 7472756e 00000001 00000003 000000cc"
        "000001f0 6d646174"
    )
    assert fragment_header(7, [video, audio], wall_us) == bytes.fromhex(expected)


@st.composite
def runs(draw, track_id: int = 1) -> Run:
    count = draw(st.integers(1, 12))
    column = st.lists(COUNTS, min_size=count, max_size=count) | COUNTS.map(lambda value: [value] * count)
    sizes = draw(st.lists(st.integers(0, 1000), min_size=count, max_size=count))
    flags = st.lists(st.sampled_from([SYNC, NON_SYNC]), min_size=count, max_size=count)
    offsets = draw(st.none() | column)
    return Run(track_id, draw(st.integers(0, 2**64 - 1)), draw(column), sizes, draw(flags), offsets)


@given(runs(), runs(2), st.integers(0, 2**32 - 1))
def test_runs_are_read_back_as_they_were_written(first, second, sequence):
    """Each sample keeps its own duration, size, flags and offset; F08: offsets unsigned, F09: times in exact ticks."""
    file = fragment_header(sequence, [first, second], 0)
    moof = next(box for box in walk(file) if box.kind == b"moof")
    placed = [read_run(file, box, moof.start) for box in walk(file, moof.body, moof.end) if box.kind == b"traf"]
    assert [each.run for each in placed] == [first, second]
    assert [each.start for each in placed] == [len(file), len(file) + sum(first.sizes)]


def test_samples_may_come_in_arrays_and_tuples():
    lists = fragment_header(1, [Run(1, 0, [5, 6], [7, 8], [SYNC, NON_SYNC], [0, 9])], 0)
    others = Run(1, 0, array("I", [5, 6]), (7, 8), array("I", [SYNC, NON_SYNC]), array("Q", [0, 9]))
    assert fragment_header(1, [others], 0) == lists


def test_a_track_without_samples_is_left_out():
    some, none = Run(1, 0, [1], [2], [SYNC]), Run(2, 0, [], [], [])
    assert fragment_header(1, [none, some], 0) == fragment_header(1, [some], 0)


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [Run(1, 0, [], [], [])],
        [Run(1, 0, [1], [2, 3], [SYNC, SYNC])],
        [Run(1, 0, [1, 1], [2, 3], [SYNC])],
        [Run(1, 0, [], [2], [])],
        [Run(1, 0, [1, 1], [2, 3], [SYNC, SYNC], [1])],
        [Run(1, -1, [1], [2], [SYNC])],
        [Run(1, 0, [1] * 4097, [2] * 4097, [SYNC] * 4097)],
        [Run(1, 0, [-1], [2], [SYNC])],
        [Run(1, 0, [1, 2], [2, 3], [SYNC, SYNC], [0, -1])],
        [Run(1, 0, [2**32], [2], [SYNC])],
        [Run(1, 0, [1, 1], [2**30, 2**30], [SYNC, SYNC])],
        [Run(1, 2**64, [1], [2], [SYNC])],
        [Run(1, 0, [1, 1], [2, 2], [-1, SYNC])],
    ],
)
def test_a_fragment_that_would_lie_is_not_written(wrong):
    with pytest.raises(ValueError):
        fragment_header(1, wrong, 0)


@given(st.integers(-60_000_000_000_000, 4_200_000_000_000_000))
def test_wall_time_survives_ntp_to_the_microsecond(unix_us):
    """From 1968 to 2104, over the end of NTP's first era in 2036."""
    assert unix_from_ntp(ntp_from_unix(unix_us)) == unix_us


def test_ntp_time_is_that_of_rfc_5905():
    assert ntp_from_unix(0) == 2_208_988_800 << 32
    assert ntp_from_unix(500_000) & 0xFFFFFFFF == 1 << 31
    assert ntp_from_unix(2_085_978_496_000_000) == 0  # 2036-02-07T06:28:16Z, the second era begins


def test_a_picture_larger_than_the_fields_is_declared_at_their_limit():
    wide = VideoConfig("h265", H265.sets, False, 70_000, 100)
    entry = clips.box_content(init_segment([wide], b""), b"hvc1")
    assert struct.unpack_from(">2H", entry, 24) == (0xFFFF, 100)
