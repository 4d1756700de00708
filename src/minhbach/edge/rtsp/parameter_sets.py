"""Parameter sets and audio configurations out of an SDP: a way to start sooner, never a reason to refuse.

Owns: `sprop-parameter-sets`, `sprop-vps/sps/pps` and `config=` as cameras write them (B02-B10).

Promises: either a complete group of sets whose picture size can be read (H.264: SPS and PPS; H.265: VPS, SPS and PPS),
each byte as received, trailing zeros too (B06); or nothing at all, and then the stream's own sets are waited for
(B01, B03).

Leaves to others: parsing the sets (`fmp4`), comparing them with those in the stream (`rtp`).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from typing import Literal

from minhbach.edge.rtsp.sdp import Format
from minhbach.fmp4 import VideoConfig

_START_CODE = re.compile(rb"\x00\x00\x00?\x01")
_MAX_SETS = 64
_MAX_SET_BYTES = 16 * 1024


def parameter_sets(chosen: Format) -> tuple[bytes, ...]:
    """NAL units of the SDP in the order VPS, SPS, PPS (all of each kind, B07); empty when any kind is missing."""
    if chosen.encoding == "H264":
        found = _nal_units(chosen.fmtp.get("sprop-parameter-sets", ""))
        return _readable("h264", _complete(found, (7, 8), lambda nal: nal[0] & 0x1F))
    if chosen.encoding in ("H265", "HEVC"):
        texts = (chosen.fmtp.get(key, "") for key in ("sprop-vps", "sprop-sps", "sprop-pps"))
        found = [nal for text in texts for nal in _nal_units(text)]
        return _readable("h265", _complete(found, (32, 33, 34), lambda nal: nal[0] >> 1 & 0x3F))
    return ()


def audio_config(chosen: Format) -> bytes:
    """The AudioSpecificConfig of `config=` (hex), empty when there is none or it cannot be read (B16)."""
    text = re.sub(r"[\s\"]", "", chosen.fmtp.get("config", ""))
    if len(text) % 2 or len(text) > 2 * _MAX_SET_BYTES or not re.fullmatch(r"[0-9A-Fa-f]*", text):
        return b""
    return bytes.fromhex(text)


def _complete(nal_units: Iterable[bytes], kinds: tuple[int, ...], kind_of: Callable[[bytes], int]) -> tuple[bytes, ...]:
    # The forbidden bit and a length below four show base64 that was never a NAL unit (B05, B08).
    plausible = [nal for nal in nal_units if len(nal.rstrip(b"\x00")) >= 4 - (kinds[0] == 7) and not nal[0] & 0x80]
    groups = [[nal for nal in plausible if kind_of(nal) == kind] for kind in kinds]
    return tuple(nal for group in groups for nal in group) if all(groups) else ()


def _readable(codec: Literal["h264", "h265"], sets: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The sets when their picture size can be read; a damaged SPS (B03) would only start a file that nobody plays."""
    return sets if sets and VideoConfig.from_sets(codec, sets, in_band=False).width else ()


def _nal_units(text: str) -> list[bytes]:
    """The sets of one comma-separated value; a start code in front or between is taken out (B04)."""
    found: list[bytes] = []
    for part in text.strip().strip('"').split(",")[:_MAX_SETS]:
        raw = _base64(part)
        pieces = _START_CODE.split(raw) if raw.startswith((b"\0\0\1", b"\0\0\0\1")) else [raw]
        found += [piece for piece in pieces if 0 < len(piece) <= _MAX_SET_BYTES]
    return found[:_MAX_SETS]


def _base64(text: str) -> bytes:
    """Strict first, then with the padding or alphabet repaired, else nothing (B09)."""
    text = "".join(text.split())
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    for attempt in (text, bare + "=" * (-len(bare) % 4)):
        try:
            return base64.b64decode(attempt, validate=True)
        except (binascii.Error, ValueError):
            continue
    return b""
