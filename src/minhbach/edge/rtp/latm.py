"""AAC in LATM (RFC 6416) where the configuration stands in the SDP (``cpresent=0``).

Owns the lengths in front of the access units and the place of the AudioSpecificConfig inside a StreamMuxConfig
(ISO/IEC 14496-3 1.7.3). Only what cameras were seen to send is read: one program, one layer, whole units; the rest
goes to the side log. Leaves samples to ``aac``.
"""

from __future__ import annotations

from minhbach.edge.rtp.aac import AacTrack

_HEAD_BITS = 15
"""audioMuxVersion, allStreamsSameTimeFraming, numSubFrames, numProgram, numLayer."""


class LatmTrack(AacTrack):
    """One or more access units per packet, each behind its length."""

    config_in_band = False
    """The configuration travels in the packets (the default of RFC 6416): nothing of them can be used yet."""

    def _use(self, payload: bytes, timestamp: int, marker: int) -> None:
        if self.config_in_band:
            self.set_aside("latm_config_in_band", payload)
            return
        units: list[bytes] = []
        position = 0
        while position < len(payload):
            size = 0
            while position < len(payload):
                byte = payload[position]
                position += 1
                size += byte
                if byte != 0xFF:
                    break
            unit = payload[position : position + size]
            position += size
            if len(unit) < size:
                self.set_aside("unit_too_short", unit)
                break
            units.append(unit)
        for number, unit in enumerate(units):
            self._unit(unit, timestamp + number * self._unit_ticks & 0xFFFFFFFF, len(units) - number)


def specific_config(mux_config: bytes) -> bytes:
    """The AudioSpecificConfig of a StreamMuxConfig with one program and one layer; empty if it is another kind.

    Its length is not told (audioMuxVersion 0), so it is cut behind what AAC-LC needs: sixteen bits.
    """
    if len(mux_config) < 4 or int.from_bytes(mux_config[:2], "big") >> 1 not in (0x2000, 0x0000):
        return b""
    return (int.from_bytes(mux_config, "big") >> 8 * len(mux_config) - _HEAD_BITS - 16 & 0xFFFF).to_bytes(2, "big")
