"""Which track a line of an SDP becomes.

Owns the list of codecs this recorder receives and their names in SDP (RFC 6184, 7798, 3640, 3551, 7587). Leaves
reading the SDP to ``rtsp``; what comes from there is a hint to start sooner, never a reason to refuse packets
later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from minhbach.edge.rtp.aac import AacTrack
from minhbach.edge.rtp.g711 import G711Track
from minhbach.edge.rtp.h264 import H264Track
from minhbach.edge.rtp.h265 import H265Track
from minhbach.edge.rtp.latm import LatmTrack, specific_config
from minhbach.edge.rtp.notes import Notes
from minhbach.edge.rtp.opus import OpusTrack
from minhbach.edge.rtp.parameter_sets import ParameterSets
from minhbach.edge.rtp.timeline import Alignment
from minhbach.edge.rtp.track import Track


class UnsupportedCodec(Exception):
    """This recorder cannot receive the codec; the other tracks go on."""

    def __init__(self, codec: str) -> None:
        self.codec = codec
        super().__init__(f"This recorder does not receive {codec}.")


def make_track(
    kind: Literal["video", "audio"],
    codec: str,
    clock_rate: int,
    notes: Notes,
    alignment: Alignment,
    *,
    name: str = "",
    fmtp: Mapping[str, str] | None = None,
    channels: int = 1,
    sets: Sequence[bytes] = (),
    asc: bytes = b"",
) -> Track:
    """A track for the codec of an rtpmap (any case). ``sets``: NAL units of the SDP; ``asc``: AAC's ``config``.

    ``fmtp`` keys are lower case. ``name`` tells tracks apart in notes. Raises `UnsupportedCodec`.
    """
    name = name or kind
    upper = codec.upper()
    if upper == "H264":
        return H264Track(name, clock_rate or 90_000, notes, alignment, ParameterSets("h264", sets))
    if upper in ("H265", "HEVC"):
        # RFC 7798 7.1: decoding order numbers are in the packets only if this difference is announced.
        don = (fmtp or {}).get("sprop-max-don-diff", "0").strip() not in ("", "0")
        return H265Track(name, clock_rate or 90_000, notes, alignment, ParameterSets("h265", sets), don=don)
    if upper == "MPEG4-GENERIC":
        return AacTrack(name, clock_rate or 16_000, max(1, channels), asc, fmtp or {}, notes, alignment)
    if upper == "MP4A-LATM":
        track = LatmTrack(name, clock_rate or 16_000, max(1, channels), specific_config(asc), {}, notes, alignment)
        track.config_in_band = (fmtp or {}).get("cpresent", "1").strip() != "0"
        return track
    if upper == "OPUS":
        return OpusTrack(name, notes, alignment)
    if upper in ("PCMA", "PCMU"):
        law: Literal["alaw", "ulaw"] = "alaw" if upper == "PCMA" else "ulaw"
        return G711Track(name, law, clock_rate or 8_000, max(1, channels), notes, alignment)
    raise UnsupportedCodec(codec)
