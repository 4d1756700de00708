"""Clips for the tests: pictures and sound encoded by x264, x265 and FFmpeg, as a camera would send them.

Owns encoding and the cutting of byte streams into NAL units, both independent of the code under test, and
`segment`, which writes a clip with that code as the archive does.
"""

import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

import av
import numpy as np

from minhbach.fmp4 import NON_SYNC, SYNC, AudioConfig, Run, TrackConfig, VideoConfig, fragment_header, init_segment

FRAMES_PER_S = 15
TICKS_PER_FRAME = 90_000 // FRAMES_PER_S
WALL_US = 1_795_200_000_123_456
PARAMETER_SETS = {"h264": (7, 8), "h265": (32, 33, 34)}


@dataclass(frozen=True, slots=True)
class Unit:
    """One access unit: its NAL units, and times in ticks of its track."""

    nals: tuple[bytes, ...]
    decoding: int
    presentation: int
    sync: bool


@dataclass(frozen=True, slots=True)
class Video:
    config: VideoConfig
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Audio:
    config: AudioConfig
    packets: tuple[bytes, ...]
    samples_per_packet: int


def split(stream: bytes) -> list[bytes]:
    """The NAL units of an Annex B byte stream (none ends in a zero byte: such zeros belong to the stream)."""
    return [part.rstrip(b"\x00") for part in stream.split(b"\x00\x00\x01")[1:]]


def nal_type(codec: str, nal: bytes) -> int:
    return nal[0] & 31 if codec == "h264" else nal[0] >> 1 & 63


def is_key(codec: str, nal: bytes) -> bool:
    kind = nal_type(codec, nal)
    return kind == 5 if codec == "h264" else 16 <= kind <= 23


def picture(index: int, width: int, height: int, pixels: str) -> av.VideoFrame:
    """A moving pattern, so that every picture differs from the one before."""
    down, across = np.mgrid[0:height, 0:width]
    grey = ((down * 3 + across * 2 + index * 9) % 256).astype(np.uint8)
    frame = av.VideoFrame.from_ndarray(np.stack([grey, grey[::-1], 255 - grey], axis=-1), format="rgb24")
    frame = frame.reformat(format=pixels)
    frame.pts = index
    return frame


@cache
def encode(
    codec: Literal["h264", "h265"],
    options: tuple[tuple[str, str], ...] = (),
    *,
    frames: int = 30,
    width: int = 320,
    height: int = 180,
    pixels: str = "yuv420p",
    in_band: bool = False,
) -> Video:
    """A clip; `in_band` leaves the parameter sets in the samples, else they are only in the configuration."""
    encoder = av.CodecContext.create({"h264": "libx264", "h265": "libx265"}[codec], "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, pixels
    encoder.time_base, encoder.framerate = Fraction(1, FRAMES_PER_S), Fraction(FRAMES_PER_S)
    encoder.options = {
        "preset": "ultrafast",
        "g": "15",
        **({"x265-params": "log-level=none"} if codec == "h265" else {}),
    }
    encoder.options |= dict(options)
    pictures = [picture(index, width, height, pixels) for index in range(frames)]
    packets = [packet for frame in [*pictures, None] for packet in encoder.encode(frame)]
    sets: list[bytes] = []
    units = []
    for index, packet in enumerate(packets):
        nals = split(bytes(packet))
        sets += [nal for nal in nals if nal_type(codec, nal) in PARAMETER_SETS[codec] and nal not in sets]
        kept = tuple(nal for nal in nals if in_band or nal_type(codec, nal) not in PARAMETER_SETS[codec])
        sync = any(is_key(codec, nal) for nal in nals)
        units.append(Unit(kept, index * TICKS_PER_FRAME, int(packet.pts or 0) * TICKS_PER_FRAME, sync))
    return Video(VideoConfig.from_sets(codec, sets, in_band=in_band), tuple(units))


@cache
def aac(seconds: int = 2, rate: int = 16000, layout: str = "mono") -> Audio:
    """A 440 Hz tone in AAC-LC."""
    encoder = av.AudioCodecContext.create("aac", "w")
    packets, channels = _encode_tone(encoder, "fltp", seconds, rate, layout, 1024)
    return Audio(AudioConfig("aac", rate, channels, bytes(encoder.extradata or b"")), packets, 1024)


@cache
def opus(seconds: int = 2) -> Audio:
    """The same tone in Opus, 20 ms to a packet."""
    packets, channels = _encode_tone(av.AudioCodecContext.create("libopus", "w"), "flt", seconds, 48000, "mono", 960)
    return Audio(AudioConfig("opus", 48000, channels), packets, 960)


def _encode_tone(
    encoder: av.AudioCodecContext, kind: str, seconds: int, rate: int, layout: str, step: int
) -> tuple[tuple[bytes, ...], int]:
    encoder.sample_rate, encoder.layout, encoder.format = rate, layout, kind
    channels = encoder.layout.nb_channels
    tone = np.sin(np.arange(rate * seconds) * 2 * np.pi * 440 / rate).astype(np.float32) / 4
    packets = []
    for start in range(0, len(tone) - step + 1, step):
        frame = av.AudioFrame.from_ndarray(np.stack([tone[start : start + step]] * channels), kind, layout)
        frame.sample_rate, frame.pts = rate, start
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    return tuple(bytes(packet) for packet in packets), channels


def g711(codec: Literal["alaw", "ulaw"], seconds: int = 2) -> Audio:
    """Any bytes are valid G.711: a coarse tone in packets of 20 ms."""
    packets = [bytes(0x80 ^ (index * 7 + at) % 128 for at in range(160)) for index in range(50 * seconds)]
    return Audio(AudioConfig(codec, 8000, 1), tuple(packets), 160)


def packets(file: bytes) -> list[tuple[str, av.Packet]]:
    """All packets of a file with their kind, as FFmpeg reads them (a packet must not be asked for its stream later)."""
    with av.open(io.BytesIO(file), "r") as container:
        return [(packet.stream.type, packet) for packet in container.demux() if packet.size]


def times_shown(file: bytes) -> list[int]:
    """The presentation times of the decoded pictures, in the order in which FFmpeg shows them."""
    with av.open(io.BytesIO(file), "r") as container:
        return [frame.pts for frame in container.decode(video=0) if frame.pts is not None]


def sample(unit: Unit) -> bytes:
    return b"".join(len(nal).to_bytes(4, "big") + nal for nal in unit.nals)


def muxed(codec: str, nals: Sequence[bytes], tag: str) -> bytes:
    """The file that FFmpeg's MP4 muxer makes of NAL units: the independent witness for our records."""
    stream = b"".join(b"\x00\x00\x01" + nal for nal in nals)
    target = io.BytesIO()
    with (
        av.open(io.BytesIO(stream), "r", format={"h264": "h264", "h265": "hevc"}[codec]) as source,
        av.open(target, "w", format="mp4") as container,
    ):
        copied = container.add_stream_from_template(source.streams.video[0])
        copied.codec_context.codec_tag = tag
        for index, packet in enumerate(source.demux(video=0)):
            if packet.size:
                packet.stream = copied
                packet.pts = packet.dts = index
                container.mux(packet)
    return target.getvalue()


def box_content(file: bytes, kind: bytes) -> bytes:
    """What stands in the first box of that kind, found by its letters alone."""
    at = file.index(kind)
    return file[at + 4 : at - 4 + int.from_bytes(file[at - 4 : at], "big")]


def segment(video: Video | None, audio: Audio | None = None, *, frames: int = 8, about: bytes = b"{}") -> bytes:
    """The clip written as a segment, `frames` pictures (or as much sound) to a fragment."""
    tracks: list[TrackConfig] = [part.config for part in (video, audio) if part is not None]
    out = bytearray(init_segment(tracks, about))
    for sequence in itertools.count(1):
        first = (sequence - 1) * frames
        runs: list[Run] = []
        media: list[bytes] = []
        if video is not None:
            _add_video(runs, media, video.units[first : first + frames])
        if audio is not None:
            last = video is not None and first + frames >= len(video.units)
            _add_audio(runs, media, audio, first, None if last else first + frames, len(tracks))
        if not media:
            return bytes(out)
        out += fragment_header(sequence, runs, WALL_US + first * 1_000_000 // FRAMES_PER_S)
        out += b"".join(media)
    raise AssertionError


def _add_video(runs: list[Run], media: list[bytes], units: Sequence[Unit]) -> None:
    if not units:
        return
    samples = [sample(unit) for unit in units]
    flags = [SYNC if unit.sync else NON_SYNC for unit in units]
    # Two pictures of delay keep every composition offset positive, whatever the B-frames do.
    offsets = [unit.presentation - unit.decoding for unit in units]
    delayed = None if not any(offsets) else [offset + 2 * TICKS_PER_FRAME for offset in offsets]
    sizes = [len(each) for each in samples]
    runs.append(Run(1, units[0].decoding, [TICKS_PER_FRAME] * len(units), sizes, flags, delayed))
    media.extend(samples)


def _add_audio(runs: list[Run], media: list[bytes], audio: Audio, first: int, end: int | None, track_id: int) -> None:
    ticks, rate = audio.samples_per_packet, audio.config.rate
    begin = first * rate // FRAMES_PER_S // ticks
    packets = audio.packets[begin : None if end is None else end * rate // FRAMES_PER_S // ticks]
    if packets:
        sizes = [len(packet) for packet in packets]
        runs.append(Run(track_id, begin * ticks, [ticks] * len(packets), sizes, [SYNC] * len(packets)))
        media.extend(packets)
