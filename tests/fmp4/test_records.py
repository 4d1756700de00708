"""Decoder configuration records, byte by byte, against those of FFmpeg's MP4 muxer for x264 and x265 streams (F12)."""

from typing import Any

import pytest

from minhbach.fmp4 import AudioConfig, BrokenSet, VideoConfig, aac, codec_string, h264, h265
from minhbach.fmp4.config import audio_specific_config
from tests.fmp4 import bitwriter, clips

_HRD = "nal-hrd=cbr:bitrate=500:vbv-maxrate=500:vbv-bufsize=500"
H264_STREAMS = {
    "baseline": ((("profile", "baseline"),), "yuv420p"),
    "main, B-frames": ((("profile", "main"), ("preset", "medium")), "yuv420p"),
    "high, several slices": ((("profile", "high"), ("preset", "medium"), ("slices", "3")), "yuv420p"),
    "high, HRD": ((("preset", "medium"), ("x264-params", _HRD)), "yuv420p"),
    "high, scaling matrices": ((("preset", "medium"), ("x264-params", "cqm=jvt")), "yuv420p"),
    "high, interlaced": ((("preset", "medium"), ("x264-params", "interlaced=1")), "yuv420p"),
    "high 10": ((), "yuv420p10le"),
    "high 4:2:2": ((), "yuv422p"),
    "high 4:4:4": ((), "yuv444p"),
}
H265_STREAMS = {
    "main": ("log-level=none", "yuv420p"),
    "main, slices only": ("log-level=none:wpp=0", "yuv420p"),
    "main, temporal layers": ("log-level=none:temporal-layers=2:bframes=3:b-adapt=0", "yuv420p"),
    "main, scaling lists": ("log-level=none:scaling-list=default", "yuv420p"),
    "main, HRD": ("log-level=none:hrd=1:vbv-maxrate=500:vbv-bufsize=500", "yuv420p"),
    "main, deep references": ("log-level=none:ref=5:bframes=4:b-pyramid=1", "yuv420p"),
    "main, high tier": ("log-level=none:level-idc=5.1:high-tier=1:vbv-maxrate=50000:vbv-bufsize=50000", "yuv420p"),
    "main 10": ("log-level=none", "yuv420p10le"),
    "4:2:2": ("log-level=none", "yuv422p"),
    "4:4:4": ("log-level=none", "yuv444p"),
}


@pytest.mark.parametrize("name", H264_STREAMS)
def test_avcc_is_what_ffmpeg_writes_for_an_x264_stream(name):
    options, pixels = H264_STREAMS[name]
    video = clips.encode("h264", options, frames=3, pixels=pixels)
    muxed = clips.muxed("h264", [*video.config.sets, *video.units[0].nals], "avc1")
    assert h264.decoder_configuration(video.config.sets) == clips.box_content(muxed, b"avcC")


@pytest.mark.parametrize("name", H265_STREAMS)
@pytest.mark.parametrize("tag", ["hvc1", "hev1"])
def test_hvcc_is_what_ffmpeg_writes_for_an_x265_stream(name, tag):
    parameters, pixels = H265_STREAMS[name]
    video = clips.encode("h265", (("x265-params", parameters),), frames=3, pixels=pixels)
    muxed = clips.muxed("h265", [*video.config.sets, *video.units[0].nals], tag)
    assert h265.decoder_configuration(video.config.sets, tag == "hvc1") == clips.box_content(muxed, b"hvcC")


SPS_VARIANTS: dict[str, dict[str, Any]] = {
    "all tools": {},
    "one sub-layer": {"sub_layers": 1},
    "seven sub-layers": {"sub_layers": 7},
    "10 bit": {"bit_depth": 10},
    "4:2:2": {"chroma": 2},
    "4:4:4, no scaling lists": {"chroma": 3, "scaling": False},
    "segmentation unknown": {"segmentation": 0},
}
PPS_VARIANTS = {
    "slices": ({}, 1),
    "tiles": ({"tiles": True}, 2),
    "wavefronts": ({"wavefronts": True}, 3),
    "tiles and wavefronts": ({"tiles": True, "wavefronts": True}, 0),
}


@pytest.mark.parametrize("sps", SPS_VARIANTS)
@pytest.mark.parametrize("pps", PPS_VARIANTS)
def test_hvcc_of_sets_with_every_coding_tool_is_what_ffmpeg_writes(sps, pps):
    """Segmentation and parallelism, which x265 never states, from sets written bit by bit (C47)."""
    variant = SPS_VARIANTS[sps]
    features, parallelism = PPS_VARIANTS[pps]
    layers = variant.get("sub_layers", 3)
    sets = [bitwriter.h265_vps(layers), bitwriter.h265_sps(**variant), bitwriter.h265_pps(**features)]
    picture = clips.encode("h265", frames=3).units[0].nals
    record = h265.decoder_configuration(sets, complete=True)
    assert record == clips.box_content(clips.muxed("h265", [*sets, *picture], "hvc1"), b"hvcC")
    segmentation = variant.get("segmentation", 7)
    assert record[13:16] == bytes((0xF0, segmentation, 0xFC | (parallelism if segmentation else 0)))
    assert record[21] == layers << 3 | 1 << 2 | 3


@pytest.mark.parametrize(
    ("of_vps", "of_sps"), [("main, high tier", "main"), ("main", "main, high tier"), ("main 10", "main")]
)
def test_an_hvcc_of_sets_that_disagree_claims_no_more_than_all_of_them(of_vps, of_sps):
    """The highest tier and level, only the flags on which all agree (ISO/IEC 14496-15 8.3.3.1.2)."""
    streams = []
    for name in (of_vps, of_sps):
        parameters, pixels = H265_STREAMS[name]
        streams.append(clips.encode("h265", (("x265-params", parameters),), frames=3, pixels=pixels))
    sets = [streams[0].config.sets[0], *streams[1].config.sets[1:]]
    muxed = clips.muxed("h265", [*sets, *streams[1].units[0].nals], "hvc1")
    assert h265.decoder_configuration(sets, complete=True) == clips.box_content(muxed, b"hvcC")


def test_an_hvcc_never_says_that_its_sei_is_complete():
    """The camera's samples may hold more: signatures travel there."""
    sets = [*clips.encode("h265", frames=3).config.sets, b"\x4e\x01\x05\x01\xaa\x80"]
    record = h265.decoder_configuration(sets, complete=True)
    assert record[22] == 4
    assert record.endswith(bytes.fromhex("27 0001 0006") + sets[-1])


def test_an_avcc_of_an_unreadable_sps_carries_its_bytes_and_says_what_they_say_first():
    sps, pps = bytes.fromhex("67640028") + b"\xff" * 3, b"\x68\xee\x3c\x80"
    record = h264.decoder_configuration([sps, pps])
    assert record == bytes.fromhex("01640028ffe1") + b"\0\7" + sps + b"\1\0\4" + pps + b"\xfd\xf8\xf8\0"
    assert VideoConfig.from_sets("h264", [sps, pps], in_band=False).width == 0


def test_an_hvcc_of_an_unreadable_sps_keeps_the_profile_of_its_vps():
    vps, sps = bitwriter.h265_vps(1), b"\x42\x01\xff"
    record = h265.decoder_configuration([vps, sps], complete=True)
    assert record[1:13] == bytes.fromhex("21 60000000 900000000000 78")
    assert h265.sets_of_record(record) == (vps, sps)
    assert codec_string(VideoConfig.from_sets("h265", [vps, sps], in_band=False)) == "hvc1.1.6.H120.90"


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_a_camera_that_sent_no_sets_still_has_a_record(codec):
    config = VideoConfig.from_sets(codec, [], in_band=True)
    assert codec_string(config) == {"h264": "avc3.640028", "h265": "hev1.1.6.L120.B0"}[codec]
    if codec == "h264":
        assert h264.sets_of_record(h264.decoder_configuration([])) == ()
    else:
        assert h265.sets_of_record(h265.decoder_configuration([], complete=False)) == ()


def test_sets_that_no_record_can_hold_are_left_out_of_it():
    """Lengths have 16 bits and counts 5 and 8: a hostile camera must not break the writing of a segment."""
    sps, pps = b"\x67\x42\x00\x1f\x80", b"\x68\xce"
    record = h264.decoder_configuration([b"\x67" + b"\x55" * 0x10000, *[sps] * 40, *[pps] * 300])
    assert h264.sets_of_record(record) == (sps,) * 31 + (pps,) * 255


def test_records_cut_anywhere_are_refused():
    video = clips.encode("h264", frames=3), clips.encode("h265", frames=3)
    avcc = h264.decoder_configuration(video[0].config.sets)
    hvcc = h265.decoder_configuration(video[1].config.sets, complete=True)
    for record, sets_of_record in ((avcc, h264.sets_of_record), (hvcc, h265.sets_of_record)):
        for end in range(len(record)):
            with pytest.raises(BrokenSet):
                sets_of_record(record[:end])


@pytest.mark.parametrize("asc", [b"\x14\x08", bytes.fromhex("140856e500"), b"\x11\x90" + b"x" * 200, b"\x12" * 20000])
def test_esds_keeps_every_byte_of_the_audio_configuration(asc):
    assert aac.configuration_of_stream(aac.elementary_stream(asc)) == asc


def test_esds_has_the_bytes_of_the_standard():
    decoder = "04 11 40 15 000000 00000000 00000000" + "05 02 1408"
    assert aac.elementary_stream(b"\x14\x08") == bytes.fromhex("03 19 0000 00" + decoder + "06 01 02")


@pytest.mark.parametrize(
    ("asc", "string", "rate", "channels"),
    [
        ("1408", "mp4a.40.2", 16000, 1),
        ("1190", "mp4a.40.2", 48000, 2),
        ("2b92088800", "mp4a.40.5", 22050, 2),
        ("eb8a0880", "mp4a.40.29", 22050, 1),
        ("178001f410", "mp4a.40.2", 1000, 2),
    ],
)
def test_an_audio_configuration_gives_rate_channels_and_codec_string(asc, string, rate, channels):
    known = aac.parse_configuration(bytes.fromhex(asc))
    assert (known.rate, known.channels) == (rate, channels)
    assert codec_string(AudioConfig("aac", rate, channels, bytes.fromhex(asc))) == string


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 12345])
@pytest.mark.parametrize("channels", [1, 2, 6, 8])
def test_a_camera_that_tells_no_audio_configuration_gets_plain_aac(rate, channels):
    asc = audio_specific_config(AudioConfig("aac", rate, channels))
    assert aac.parse_configuration(asc) == aac.AudioSpecific(2, rate, channels, 1024)


def test_codec_strings_come_from_the_sps_in_use():
    """Not from profile-level-id (B11); the digits of H.265 are those of ISO/IEC 14496-15 Annex E."""
    assert codec_string(VideoConfig("h264", (b"\x67\x64\x00\x1f\xac", b"\x68\xee"), False)) == "avc1.64001f"
    assert codec_string(VideoConfig("h264", (b"\x67\x4d\x00\x29\xac", b"\x68\xee"), True)) == "avc3.4d0029"
    main = clips.encode("h265", frames=3).config
    assert codec_string(main) == "hvc1.1.6.L60.90"
    assert codec_string(AudioConfig("alaw", 8000, 1)) == "alaw"
    assert codec_string(AudioConfig("ulaw", 8000, 1)) == "ulaw"
    assert codec_string(AudioConfig("opus", 48000, 1)) == "opus"
