"""What a track carries: the values that describe a video or audio stream to everything else.

Owns the two configurations, what can be derived from them (time scale, codec string) and the comparison
of parameter sets. A configuration is only what the camera said; when it came into force and on which
sample is left to the receiver.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from minhbach.fmp4 import aac, h264, h265
from minhbach.fmp4.bits import BrokenSet

VIDEO_TIMESCALE = 90_000
OPUS_TIMESCALE = 48_000  # RFC 7587 4.1: whatever rate was captured


@dataclass(frozen=True, slots=True)
class VideoConfig:
    """An H.264 or H.265 stream between two changes of its parameter sets.

    `sets` are whole NAL units as received, without start codes: VPS, SPS, PPS. `in_band` says that the
    samples carry sets too. `width` and `height` are pixels after cropping, 0 when the SPS cannot be read.
    """

    codec: Literal["h264", "h265"]
    sets: tuple[bytes, ...]
    in_band: bool
    width: int = 0
    height: int = 0

    @classmethod
    def from_sets(cls, codec: Literal["h264", "h265"], sets: Sequence[bytes], *, in_band: bool) -> "VideoConfig":
        """Sorts the sets into the order of a record and takes the size from the first SPS that can be read."""
        nal_type = h264.nal_type if codec == "h264" else h265.nal_type
        ordered = tuple(sorted(sets, key=nal_type))
        width, height = _size(codec, ordered)
        return cls(codec, ordered, in_band, width, height)


@dataclass(frozen=True, slots=True)
class AudioConfig:
    """An audio stream. `rate` in Hz is that of its time stamps; `asc` is AAC's AudioSpecificConfig, else empty.

    `channels` are those really coded: for Opus not the 2 that RTP always announces (RFC 7587 7).
    """

    codec: Literal["aac", "alaw", "ulaw", "opus"]
    rate: int
    channels: int
    asc: bytes = b""


TrackConfig = VideoConfig | AudioConfig


def _size(codec: str, sets: Sequence[bytes]) -> tuple[int, int]:
    for nal in sets:
        try:
            sps = h264.parse_sps(nal) if codec == "h264" else h265.parse_sps(nal)
        except BrokenSet:
            continue
        return sps.width, sps.height
    return 0, 0


def comparable(sets: Sequence[bytes]) -> frozenset[bytes]:
    """Sets as they must be compared: cameras repeat one set with and without trailing zero bytes, in any order."""
    return frozenset(nal.rstrip(b"\x00") for nal in sets)


def timescale(config: TrackConfig) -> int:
    """Ticks per second of the track's times in the file."""
    if isinstance(config, VideoConfig):
        return VIDEO_TIMESCALE
    return OPUS_TIMESCALE if config.codec == "opus" else config.rate


def codec_string(config: TrackConfig) -> str:
    """The `codecs` value of RFC 6381 3.3 and ISO/IEC 14496-15 Annex E; for G.711 the name of the sample entry."""
    if isinstance(config, VideoConfig):
        name = sample_entry_name(config)
        if config.codec == "h264":
            return f"{name}.{h264.profile_bytes(config.sets).hex()}"
        return f"{name}.{h265.codec_suffix(config.sets)}"
    return f"mp4a.40.{_aac_object_type(config)}" if config.codec == "aac" else config.codec


def sample_entry_name(config: TrackConfig) -> str:
    """The four letters that say how to read a sample; avc3 and hev1 allow parameter sets inside samples."""
    if isinstance(config, VideoConfig):
        if config.codec == "h264":
            return "avc3" if config.in_band else "avc1"
        return "hev1" if config.in_band else "hvc1"
    return {"aac": "mp4a", "alaw": "alaw", "ulaw": "ulaw", "opus": "Opus"}[config.codec]


def audio_specific_config(config: AudioConfig) -> bytes:
    """What the camera told, or plain AAC-LC of that rate when it told nothing."""
    return config.asc or aac.plain_configuration(config.rate, config.channels)


def _aac_object_type(config: AudioConfig) -> int:
    try:
        return aac.parse_configuration(audio_specific_config(config)).object_type
    except BrokenSet:
        return 2
