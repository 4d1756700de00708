"""The SDP a simulated camera answers with (RFC 4566), in the shape real cameras use.

Promises relative `a=control` values, so that the answer holds behind any address. Leaves the numbers of payload
types to the caller's tracks.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrackLines:
    """What one `m=` section says: `format` is the rtpmap's right side, `parameters` the fmtp's ("" = none)."""

    kind: str
    payload_type: int
    format: str
    parameters: str = ""


def h264_lines(payload_type: int, sets: tuple[bytes, ...]) -> TrackLines:
    """`sets`: SPS then PPS, without start codes (RFC 6184 section 8.1)."""
    sprop = ",".join(b64encode(unit).decode() for unit in sets)
    profile = sets[0][1:4].hex().upper()
    parameters = f"packetization-mode=1; profile-level-id={profile}; sprop-parameter-sets={sprop}"
    return TrackLines("video", payload_type, "H264/90000", parameters)


def h265_lines(payload_type: int, sets: tuple[bytes, ...]) -> TrackLines:
    """`sets`: VPS, SPS, PPS, without start codes (RFC 7798 section 7.1)."""
    names = ("sprop-vps", "sprop-sps", "sprop-pps")
    pairs = zip(names, sets, strict=True)
    parameters = "; ".join(f"{name}={b64encode(unit).decode()}" for name, unit in pairs)
    return TrackLines("video", payload_type, "H265/90000", parameters)


def g711_lines(law: str, rate: int) -> TrackLines:
    """`law`: "alaw" or "ulaw"; both have static payload types (RFC 3551 section 6)."""
    if law == "alaw":
        return TrackLines("audio", 8, f"PCMA/{rate}")
    return TrackLines("audio", 0, f"PCMU/{rate}")


def aac_lines(payload_type: int, rate: int, channels: int, config: bytes) -> TrackLines:
    """`config`: the AudioSpecificConfig (RFC 3640 section 4.1)."""
    parameters = (
        "streamtype=5; profile-level-id=1; mode=AAC-hbr; sizelength=13; indexlength=3; indexdeltalength=3; "
        f"config={config.hex().upper()}"
    )
    return TrackLines("audio", payload_type, f"MPEG4-GENERIC/{rate}/{channels}", parameters)


def presentation(name: str, tracks: tuple[TrackLines, ...], session: int) -> str:
    """The whole SDP with CRLF ends; track *i* is controlled as `trackID=i`."""
    lines = ["v=0", f"o=- {session} 1 IN IP4 0.0.0.0", f"s={name}", "c=IN IP4 0.0.0.0", "t=0 0"]
    lines += ["a=control:*", "a=range:npt=now-"]
    for index, track in enumerate(tracks):
        lines.append(f"m={track.kind} 0 RTP/AVP {track.payload_type}")
        lines.append(f"a=rtpmap:{track.payload_type} {track.format}")
        if track.parameters:
            lines.append(f"a=fmtp:{track.payload_type} {track.parameters}")
        lines.append(f"a=control:trackID={index}")
    return "\r\n".join(lines) + "\r\n"
