"""Pictures to NAL units and sound to AAC frames, one in, one out, through PyAV.

Promises no delay inside the video encoder: the units that come back belong to the picture just given, so that the
burned-in time is the time of sending. Parameter sets are known before the first picture, for the SDP. One thread
each: four cameras are many small encodes, not one large one.
"""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from numpy.typing import NDArray

from minhbach.demo.spec import StreamSpec

_H264_SET_KINDS = (7, 8)
_H265_SET_KINDS = (32, 33, 34)


class VideoEncoder:
    """One stream's picture. Pictures are planar YUV 4:2:0: an array of (height · 3/2, width) bytes."""

    def __init__(self, spec: StreamSpec, frames_per_s: int, gop_frames: int) -> None:
        self._context = _video_context(spec, frames_per_s, gop_frames)
        self._in_band = spec.in_band_sets
        self._h265 = spec.video == "h265"
        kinds = _H265_SET_KINDS if self._h265 else _H264_SET_KINDS
        units = split_units(bytes(self._context.extradata or b""))
        self.sets = tuple(unit for unit in units if self._kind(unit) in kinds)

    def encode(self, planes: NDArray[np.uint8], index: int, *, key: bool) -> tuple[list[bytes], bool]:
        """NAL units of one access unit and whether it is a key frame; `key` forces one."""
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = index
        frame.pict_type = PictureType.I if key else PictureType.NONE
        units: list[bytes] = []
        is_key = False
        for packet in self._context.encode(frame):
            is_key = is_key or packet.is_keyframe
            units += split_units(bytes(packet))
        return ([*self.sets, *units] if is_key and self._in_band else units), is_key

    def _kind(self, unit: bytes) -> int:
        return unit[0] >> 1 & 0x3F if self._h265 else unit[0] & 0x1F


class AacEncoder:
    """AAC-LC, mono. `config` is the AudioSpecificConfig."""

    FRAME_SAMPLES = 1024

    def __init__(self, rate: int, bit_per_s: int = 32_000) -> None:
        context = av.CodecContext.create("aac", "w")
        assert isinstance(context, AudioCodecContext)
        context.sample_rate = rate
        context.layout = "mono"
        context.format = "fltp"
        context.bit_rate = bit_per_s
        context.time_base = Fraction(1, rate)
        context.flags |= Flags.global_header
        context.open()
        self._context = context
        self._rate = rate
        self.config = bytes(context.extradata or b"")

    def encode(self, samples: NDArray[np.int16], first: int) -> list[tuple[bytes, int]]:
        """Frames that are ready, each with the number of its first sample.

        `samples`: `FRAME_SAMPLES` of them, the first one being number `first`; the codec looks one frame ahead.
        """
        sound = (samples.astype(np.float32) / 32768).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(sound, format="fltp", layout="mono")
        frame.sample_rate = self._rate
        frame.time_base = Fraction(1, self._rate)
        frame.pts = first
        return [(bytes(packet), packet.pts or 0) for packet in self._context.encode(frame)]


def split_units(stream: bytes) -> list[bytes]:
    """NAL units of an Annex B byte stream (H.264 and H.265, annex B), without start codes and trailing zeros."""
    units = []
    start = stream.find(b"\0\0\1")
    while start >= 0:
        end = stream.find(b"\0\0\1", start + 3)
        unit = stream[start + 3 : end if end >= 0 else len(stream)].rstrip(b"\0")
        if unit:
            units.append(unit)
        start = end
    return units


def _video_context(spec: StreamSpec, frames_per_s: int, gop_frames: int) -> VideoCodecContext:
    name = "libx265" if spec.video == "h265" else "libx264"
    context = av.CodecContext.create(name, "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height = spec.width, spec.height
    context.pix_fmt = "yuv420p"
    context.framerate = Fraction(frames_per_s)
    context.time_base = Fraction(1, frames_per_s)
    context.thread_count = 1
    context.gop_size = gop_frames
    context.flags |= Flags.global_header
    context.options = _h265_options(spec, gop_frames) if spec.video == "h265" else _h264_options(spec)
    context.open()
    return context


def _h264_options(spec: StreamSpec) -> dict[str, str]:
    rate = f"vbv-maxrate={spec.kbit_per_s}:vbv-bufsize={spec.kbit_per_s * 2}:scenecut=0"
    return {"preset": "veryfast", "tune": "zerolatency", "crf": "24", "forced-idr": "1", "x264-params": rate}


def _h265_options(spec: StreamSpec, gop_frames: int) -> dict[str, str]:
    parameters = (
        f"keyint={gop_frames}:min-keyint=1:scenecut=0:bframes=0:rc-lookahead=0:pools=none:frame-threads=1:wpp=0:"
        f"vbv-maxrate={spec.kbit_per_s}:vbv-bufsize={spec.kbit_per_s * 2}:info=0:log-level=none"
    )
    return {"preset": "ultrafast", "tune": "zerolatency", "crf": "29", "forced-idr": "1", "x265-params": parameters}
