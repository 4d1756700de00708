"""Real encoders' streams, packed here, give back every NAL unit; fed in pieces of any size, they give the same."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

import av
import numpy
import pytest

from tests.edge.rtp.packer import Sender, aggregate_h265, h264_payloads, h265_payloads, stap_a
from tests.edge.rtp.stage import FRAME_TICKS, FRAME_US, Stage, run_cut_everywhere

PICTURES = 45
OPTIONS = {
    "H264": ("libx264", {"preset": "veryfast", "x264-params": "keyint=15:bframes=2:b-adapt=0:slices=2:aud=1"}),
    "H265": (
        "libx265",
        {"preset": "ultrafast", "x265-params": "keyint=15:bframes=2:aud=1:log-level=none:repeat-headers=1"},
    ),
}


@cache
def encoded(codec: str) -> tuple[tuple[tuple[bytes, ...], int], ...]:
    """Access units of an encoder in decode order: NAL units and RTP timestamp."""
    name, options = OPTIONS[codec]
    context = av.CodecContext.create(name, "w")
    context.width, context.height, context.pix_fmt = 192, 128, "yuv420p"  # type: ignore[attr-defined]
    context.time_base = Fraction(1, 15)
    context.options = options
    random = numpy.random.default_rng(7)
    units = []
    for number in range(PICTURES + 1):
        frame = None
        if number < PICTURES:
            picture = random.integers(0, 255, (128, 192, 3), dtype=numpy.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number
        for packet in context.encode(frame):  # type: ignore[attr-defined]
            units.append((tuple(annex_b(bytes(packet))), 90_000 + packet.pts * FRAME_TICKS))
    return tuple(units)


def annex_b(data: bytes) -> Iterator[bytes]:
    """The NAL units of a byte stream (H.264 Annex B)."""
    for part in data.split(b"\0\0\1")[1:]:
        yield part.rstrip(b"\0")


def packed(codec: str) -> list[bytes]:
    """The framed packets of each access unit: small units aggregated, large ones fragmented."""
    sender = Sender(sequence=65_500)
    result = []
    for nals, timestamp in encoded(codec):
        payloads: list[bytes] = []
        small: list[bytes] = []
        for nal in nals:
            if len(nal) < 200:
                small.append(nal)
                continue
            payloads += aggregate(codec, small)
            small = []
            payloads += h264_payloads(nal) if codec == "H264" else h265_payloads(nal)
        result.append(sender.send_all([*payloads, *aggregate(codec, small)], timestamp))
    return result


def aggregate(codec: str, nals: list[bytes]) -> list[bytes]:
    if len(nals) < 2:
        return nals
    return [stap_a(nals) if codec == "H264" else aggregate_h265(nals)]


@pytest.mark.parametrize("codec", ["H264", "H265"])
def test_every_nal_unit_of_an_encoder_comes_back(codec):
    stage = Stage(codec)
    for number, packets in enumerate(packed(codec)):
        stage.feed(packets, 1_000_000 + number * FRAME_US)
    samples = stage.end()
    assert [tuple(sample.nals) for sample in samples] == [nals for nals, _ in encoded(codec)]
    assert stage.kinds() == {}
    config = samples[0].config
    assert config is not None
    assert (getattr(config, "width", 0), getattr(config, "height", 0)) == (192, 128)
    ticks = [round((sample.time_us - samples[0].time_us) * 9 / 100) for sample in samples]
    sent = [timestamp for _, timestamp in encoded(codec)]
    assert ticks == [timestamp - sent[0] for timestamp in sent]


@pytest.mark.parametrize("codec", ["H264", "H265"])
def test_the_stream_may_be_cut_anywhere(codec):
    stream = b"".join(packed(codec)[:6])
    results = run_cut_everywhere(lambda: Stage(codec), stream, (len(stream), 1, 2, 3, 5, 17, 1399, 1416, 1417, 4096))
    whole = [(sample.data, sample.flags) for sample in results[0]]
    assert len(whole) == 6
    for samples in results[1:]:
        assert [(sample.data, sample.flags) for sample in samples] == whole


@pytest.mark.parametrize("codec", ["H264", "H265"])
def test_a_cut_at_every_byte_of_two_pictures_changes_nothing(codec):
    stream = b"".join(packed(codec)[:2])[:9000]
    whole = Stage(codec)
    whole.feed(stream)
    expected = [(sample.data, sample.flags) for sample in whole.end()]
    for cut in range(1, len(stream)):
        stage = Stage(codec)
        stage.feed(stream[:cut])
        stage.feed(stream[cut:])
        assert [(sample.data, sample.flags) for sample in stage.end()] == expected
