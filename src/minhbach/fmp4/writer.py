"""The beginning of a segment: `ftyp`, `moov` and the `uuid` box that says where the footage comes from.

Owns the static boxes of ISO/IEC 14496-12 and the sample entries of -14 and -15. The same tracks and the same
`about` give the same bytes at any time and on any machine (no clock, no random number, no version inside),
so that the hash of a beginning identifies a configuration. Moving pictures and sound follow in fragments.
"""

import struct
from collections.abc import Sequence

from minhbach.fmp4 import aac, h264, h265
from minhbach.fmp4.boxes import box, full_box
from minhbach.fmp4.config import (
    AudioConfig,
    TrackConfig,
    VideoConfig,
    audio_specific_config,
    sample_entry_name,
    timescale,
)

ABOUT_BOX = bytes.fromhex("13574f13f7974d6caa34c09a03c1a62b")
"""The user type of our `uuid` box; its payload is what the archive wants to say, usually JSON."""

MOVIE_TIMESCALE = 1000
_UNITY = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_UNDETERMINED = 0x55C4  # "und", ISO 639-2 packed by five bits
_ENABLED_IN_MOVIE = 3
_VIDEO_HANDLER, _SOUND_HANDLER = b"vide", b"soun"


def init_segment(tracks: Sequence[TrackConfig], about: bytes) -> bytes:
    """The bytes before the first fragment; the tracks get the identifiers 1, 2, … in their order."""
    file_type = box(b"ftyp", b"iso6", bytes(4), b"iso6", b"mp42")
    return file_type + _movie(tracks) + box(b"uuid", ABOUT_BOX, about)


def _movie(tracks: Sequence[TrackConfig]) -> bytes:
    header = struct.pack(">4I I H 10x", 0, 0, MOVIE_TIMESCALE, 0, 0x10000, 0x100)
    boxes = [full_box(b"mvhd", 0, 0, header, _UNITY, bytes(24), (len(tracks) + 1).to_bytes(4, "big"))]
    numbered = list(enumerate(tracks, 1))
    boxes += [_track(track_id, config) for track_id, config in numbered]
    defaults = [full_box(b"trex", 0, 0, struct.pack(">5I", track_id, 1, 0, 0, 0)) for track_id, _ in numbered]
    return box(b"moov", *boxes, box(b"mvex", *defaults))


def _track(track_id: int, config: TrackConfig) -> bytes:
    video = isinstance(config, VideoConfig)
    width, height = (config.width, config.height) if isinstance(config, VideoConfig) else (0, 0)
    place = struct.pack(">5I 8x 2h H 2x", 0, 0, track_id, 0, 0, 0, 0, 0 if video else 0x100)
    size = struct.pack(">2I", min(width, 0xFFFF) << 16, min(height, 0xFFFF) << 16)
    header = full_box(b"tkhd", 0, _ENABLED_IN_MOVIE, place, _UNITY, size)
    return box(b"trak", header, _media(config))


def _media(config: TrackConfig) -> bytes:
    video = isinstance(config, VideoConfig)
    clock = struct.pack(">4I 2H", 0, 0, timescale(config), 0, _UNDETERMINED, 0)
    handler = _VIDEO_HANDLER if video else _SOUND_HANDLER
    media_header = full_box(b"vmhd", 0, 1, bytes(8)) if video else full_box(b"smhd", 0, 0, bytes(4))
    in_this_file = full_box(b"dref", 0, 0, (1).to_bytes(4, "big"), full_box(b"url ", 0, 1))
    return box(
        b"mdia",
        full_box(b"mdhd", 0, 0, clock),
        full_box(b"hdlr", 0, 0, bytes(4), handler, bytes(12), b"\x00"),
        box(b"minf", media_header, box(b"dinf", in_this_file), _sample_table(config)),
    )


def _sample_table(config: TrackConfig) -> bytes:
    """The one sample entry; all other tables are empty, since every sample stands in a fragment."""
    none = bytes(4)
    return box(
        b"stbl",
        full_box(b"stsd", 0, 0, (1).to_bytes(4, "big"), sample_entry(config)),
        full_box(b"stts", 0, 0, none),
        full_box(b"stsc", 0, 0, none),
        full_box(b"stsz", 0, 0, bytes(8)),
        full_box(b"stco", 0, 0, none),
    )


def sample_entry(config: TrackConfig) -> bytes:
    """The box in `stsd` that tells a player how to decode (ISO/IEC 14496-12 8.5.2, 12.1.3, 12.2.3)."""
    name = sample_entry_name(config).encode("ascii")
    if isinstance(config, VideoConfig):
        return box(name, _visual(config), _video_decoder(config))
    return box(name, _audible(config), _audio_decoder(config))


def _visual(config: VideoConfig) -> bytes:
    """SampleEntry and VisualSampleEntry fields: 72 dpi, one frame a sample, no name, 24 bit without alpha."""
    size = (min(config.width, 0xFFFF), min(config.height, 0xFFFF))
    return struct.pack(">6x H 16x 2H 3I H 32x H h", 1, *size, 0x480000, 0x480000, 0, 1, 24, -1)


def _audible(config: AudioConfig) -> bytes:
    """SampleEntry and AudioSampleEntry fields; 16 bit is what G.711 expands to and what -14 demands for AAC.

    The rate has 16 bits before the point: a higher one is written 0 and read from the configuration.
    """
    rate = timescale(config)
    return struct.pack(">6x H 8x 2H 4x I", 1, config.channels, 16, rate << 16 if rate <= 0xFFFF else 0)


def _video_decoder(config: VideoConfig) -> bytes:
    if config.codec == "h264":
        return box(b"avcC", h264.decoder_configuration(config.sets))
    return box(b"hvcC", h265.decoder_configuration(config.sets, complete=not config.in_band))


def _audio_decoder(config: AudioConfig) -> bytes:
    if config.codec == "aac":
        return full_box(b"esds", 0, 0, aac.elementary_stream(audio_specific_config(config)))
    if config.codec == "opus":
        # No pre-skip: a recording begins in the middle of a stream whose encoder started long ago.
        return box(b"dOps", struct.pack(">2B H I h B", 0, config.channels, 0, config.rate, 0, 0))
    return b""
