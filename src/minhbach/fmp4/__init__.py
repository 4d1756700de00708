"""Fragmented MP4 as the archive keeps it: written by the standards, read back without trust.

A segment is `init_segment` and then fragments, each a `fragment_header` with the samples' bytes behind it.
Nothing here does I/O except `scan`, `outline` and `check_media`, which read a file they are given, and nothing
re-encodes: parameter sets, configurations and samples stay the bytes the camera sent. Readers survive hostile files.

Errors: `BrokenFile` (no or no longer an MP4 file) and `BrokenSet` (a parameter set that cannot be
understood), both ValueError; a writer that is given impossible numbers raises a plain ValueError.
"""

from minhbach.fmp4.bits import BrokenSet
from minhbach.fmp4.boxes import Box, BrokenFile, walk
from minhbach.fmp4.config import AudioConfig, TrackConfig, VideoConfig, codec_string, comparable, timescale
from minhbach.fmp4.fragment import MOST_SAMPLES, NON_SYNC, SYNC, Run, fragment_header
from minhbach.fmp4.reader import Fragment, Outline, Sample, Scan, Span, check_media, nal_units, outline, samples, scan
from minhbach.fmp4.tracks import Track
from minhbach.fmp4.writer import init_segment

__all__ = [
    "MOST_SAMPLES",
    "NON_SYNC",
    "SYNC",
    "AudioConfig",
    "Box",
    "BrokenFile",
    "BrokenSet",
    "Fragment",
    "Outline",
    "Run",
    "Sample",
    "Scan",
    "Span",
    "Track",
    "TrackConfig",
    "VideoConfig",
    "check_media",
    "codec_string",
    "comparable",
    "fragment_header",
    "init_segment",
    "nal_units",
    "outline",
    "samples",
    "scan",
    "timescale",
    "walk",
]
