"""What a parameter set says, against FFmpeg's own parsers, and that no bytes at all stop a recording (C47)."""

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from minhbach.fmp4 import BrokenSet, VideoConfig, aac, codec_string, comparable, h264, h265, init_segment
from minhbach.fmp4.bits import BitReader
from tests.fmp4 import bitwriter, clips

X264 = clips.encode("h264", (("preset", "medium"),), frames=3).config.sets
SEEDS = [
    *X264,
    bitwriter.h264_sps(),
    *clips.encode("h265", frames=3).config.sets,
    bitwriter.h265_vps(3),
    bitwriter.h265_sps(),
]


@pytest.mark.parametrize(("width", "height"), [(320, 180), (322, 182), (160, 90), (16, 16), (704, 576)])
@pytest.mark.parametrize("codec", ["h264", "h265"])
@pytest.mark.parametrize("pixels", ["yuv420p", "yuv422p", "yuv444p"])
def test_the_size_is_that_of_the_pictures_after_cropping(codec, width, height, pixels):
    config = clips.encode(codec, frames=1, width=width, height=height, pixels=pixels).config
    assert (config.width, config.height) == (width, height)


def test_an_interlaced_picture_has_the_height_of_both_fields():
    config = clips.encode("h264", (("x264-params", "interlaced=1"),), frames=1, width=704, height=576).config
    assert (config.width, config.height) == (704, 576)


@pytest.mark.parametrize("b_frames", [0, 1, 3])
def test_the_reorder_depth_tells_whether_pictures_come_out_of_order(b_frames):
    options = (("preset", "medium"), ("x264-params", f"bframes={b_frames}:b-adapt=0:b-pyramid=none"))
    sps = h264.parse_sps(clips.encode("h264", options, frames=3).config.sets[0])
    assert sps.reorder_frames == min(b_frames, 1)
    parameters = f"log-level=none:bframes={b_frames}:b-adapt=0:b-pyramid=0"
    sets = clips.encode("h265", (("x265-params", parameters),), frames=3).config.sets
    assert h265.parse_sps(sets[1]).reorder_frames == min(b_frames, 1)


@pytest.mark.parametrize("sub_layers", [1, 2, 3, 7])
@pytest.mark.parametrize("always_fixed_rate", [False, True])
def test_an_h265_sps_with_every_coding_tool_reads_as_ffmpeg_reads_it(needs, tmp_path, sub_layers, always_fixed_rate):
    """FFmpeg's MP4 muxer stumbles over a rate that is fixed throughout, its header tracer does not."""
    sets = [
        bitwriter.h265_vps(sub_layers),
        bitwriter.h265_sps(sub_layers=sub_layers, always_fixed_rate=always_fixed_rate, segmentation=300),
        bitwriter.h265_pps(),
    ]
    traced = trace(needs("ffmpeg"), tmp_path, "hevc", [*sets, *clips.encode("h265", frames=1).units[0].nals])
    sps = h265.parse_sps(sets[1])
    assert sps.segmentation == traced["min_spatial_segmentation_idc"] == 300
    assert sps.sub_layers == traced["sps_max_sub_layers_minus1"] + 1 == sub_layers
    assert (sps.width, sps.height, sps.reorder_frames) == (2552, 1428, traced["sps_max_num_reorder_pics"])


@pytest.mark.parametrize(("chroma", "size"), [(0, (701, 570)), (1, (698, 564)), (2, (698, 570)), (3, (701, 570))])
@pytest.mark.parametrize("order_type", [0, 1, 2])
def test_an_h264_sps_with_everything_in_it_reads_as_ffmpeg_reads_it(needs, tmp_path, chroma, size, order_type):
    """Cropping counts in chroma samples and, with fields, in pairs of lines (H.264 table 6-1, 7.4.2.1.1)."""
    nal = bitwriter.h264_sps(chroma=chroma, order_type=order_type)
    traced = trace(needs("ffmpeg"), tmp_path, "h264", [nal, X264[1], *clips.encode("h264", frames=1).units[0].nals])
    sps = h264.parse_sps(nal)
    assert (sps.width, sps.height) == size
    assert sps.chroma_format == traced["chroma_format_idc"] == chroma
    assert traced["max_num_reorder_frames"] == 3
    assert sps.reorder_frames == (0 if order_type == 2 else 3)


def trace(ffmpeg: str, folder: Path, kind: str, nals: list[bytes]) -> dict[str, int]:
    """The syntax elements that FFmpeg's header tracer reads; of repeated ones the first."""
    stream = folder / "stream"
    stream.write_bytes(b"".join(b"\0\0\0\1" + nal for nal in nals))
    words = [ffmpeg, "-f", kind, "-i", str(stream), "-c", "copy", "-bsf:v", "trace_headers", "-f", "null", "-"]
    log = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False).stderr
    found = re.findall(r"\d+ +([a-z_0-9]+)(?:\[\d+\])* +[01]+ = (-?\d+)", log)
    return {name: int(value) for name, value in reversed(found)}


def test_an_unreadable_end_of_an_sps_leaves_its_size_known():
    """Cameras write odd VUIs; what stands in front of them is still true."""
    whole = h265.parse_sps(bitwriter.h265_sps())
    cut = h265.parse_sps(bitwriter.h265_sps()[:70])
    assert (cut.width, cut.height, cut.segmentation) == (whole.width, whole.height, 0)
    sps = h264.parse_sps(X264[0][:-4])
    assert (sps.width, sps.height, sps.reorder_frames) == (320, 180, None)


@pytest.mark.parametrize("nal", [X264[0], clips.encode("h265", frames=3).config.sets[1]])
@pytest.mark.parametrize("tail", [b"\0", b"\0\0\0\0", b"\x80\0\0", b"\xff"])
def test_bytes_behind_an_sps_do_not_change_what_it_says(nal, tail):
    """Trailing zeros and one stray byte were seen in SDP and in streams (B06)."""
    assert _anything(nal + tail) == _anything(nal)


def _anything(nal):
    return h264.parse_sps(nal) if nal[0] & 31 == 7 else h265.parse_sps(nal)


def test_sets_are_compared_without_their_trailing_zeros_and_order():
    sps, pps = X264
    assert comparable((sps, pps)) == comparable((pps + b"\0\0", sps + b"\0"))
    assert comparable((sps, pps)) != comparable((sps, pps[:-1] + b"\x55"))


def test_sets_are_kept_as_received_in_the_order_of_the_standard():
    vps, sps, pps = clips.encode("h265", frames=1).config.sets
    config = VideoConfig.from_sets("h265", [pps + b"\0\0", sps, vps], in_band=True)
    assert config.sets == (vps, sps, pps + b"\0\0")


@given(st.sampled_from(SEEDS), st.data())
@example(b"\x67" + b"\0" * 5000, None)
def test_no_bytes_of_a_camera_stop_a_recording(seed, data):
    """Flipped, cut or invented sets: parsing understands or raises BrokenSet, and a segment can be written."""
    if data is not None:
        start = data.draw(st.integers(0, len(seed)))
        seed = seed[:start] + data.draw(st.binary(max_size=40)) + seed[start + data.draw(st.integers(0, 9)) :]
    for config in (
        VideoConfig.from_sets("h264", [seed], in_band=False),
        VideoConfig.from_sets("h265", [seed], in_band=False),
    ):
        assert (config.width > 0) == (config.height > 0) == _understood(config.codec, seed)
        assert codec_string(config)
        assert init_segment([config], b"")


def _understood(codec, nal):
    try:
        return bool(h264.parse_sps(nal) if codec == "h264" else h265.parse_sps(nal))
    except BrokenSet:
        return False


@given(st.binary(max_size=60))
def test_any_audio_configuration_is_understood_or_refused(asc):
    try:
        known = aac.parse_configuration(asc)
    except BrokenSet:
        return
    assert known.frame_samples in (960, 1024)


@given(st.lists(st.integers(0, 2**32 - 2), max_size=20))
def test_exp_golomb_codes_are_read_back(values):
    bits = bitwriter.BitWriter().ue(*values)
    payload = bits.nal(b"")
    reader = BitReader(payload.replace(b"\0\0\3", b"\0\0"))
    assert [reader.unsigned() for _ in values] == values


def test_an_exp_golomb_code_without_an_end_is_refused():
    with pytest.raises(BrokenSet):
        BitReader(bytes(100)).unsigned()
