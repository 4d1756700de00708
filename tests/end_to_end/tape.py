"""What a camera really sent, read from the bytes on the wire by rules of its own.

Owns a second, plain reading of RTSP interleaving, RTP and the payload formats (RFC 2326 10.12, 3550, 6184, 7798, 3640,
3551), written without the product's, so that both can be held against each other. It knows well-formed streams only.
"""

import base64
import re
from dataclasses import dataclass, field

from tests.end_to_end.wire import Passage

FU = {"h264": 28, "h265": 49}
AGGREGATE = {"h264": 24, "h265": 48}


@dataclass
class Unit:
    """An access unit (its NAL units) or the sound of one packet (its frames); `sent_us`: when its last byte left."""

    sent_us: int
    timestamp: int
    parts: list[bytes]


@dataclass
class Tape:
    """Whole units in sending order; `codec` is h264 or h265, `sound_codec` the rtpmap's name."""

    codec: str = ""
    sound_codec: str = ""
    sets: list[bytes] = field(default_factory=list)
    pictures: list[Unit] = field(default_factory=list)
    sounds: list[Unit] = field(default_factory=list)
    half: list[bytes] = field(default_factory=list)
    half_timestamp: int = -1


def read(passage: Passage, until_us: int = 1 << 62) -> Tape:
    """Everything of one connection up to a time; a unit that was cut off by its end is left out."""
    pieces = [(at_us, piece) for at_us, piece in passage.pieces if at_us <= until_us]
    data = b"".join(piece for _, piece in pieces)
    ends, total = [], 0
    for at_us, piece in pieces:
        total += len(piece)
        ends.append((total, at_us))
    tape, arrived, position = Tape(), iter(ends), 0
    end, at_us = next(arrived, (0, 0))
    while position + 4 <= len(data):
        if data[position] != 0x24:
            position = _message(tape, data, position)
            continue
        stop = position + 4 + int.from_bytes(data[position + 2 : position + 4], "big")
        if stop > len(data):
            break
        while end < stop:
            end, at_us = next(arrived)
        if data[position + 1] % 2 == 0:
            _packet(tape, data[position + 4 : stop], data[position + 1], at_us)
        position = stop
    return tape


def _message(tape: Tape, data: bytes, position: int) -> int:
    stop = data.find(b"\r\n\r\n", position)
    if stop < 0:
        return len(data)
    head = data[position:stop].decode("latin-1")
    length = re.search(r"content-length: *(\d+)", head, re.IGNORECASE)
    body = data[stop + 4 : stop + 4 + int(length[1])] if length else b""
    if b"m=video" in body:
        _description(tape, body.decode())
    return stop + 4 + len(body)


def _description(tape: Tape, text: str) -> None:
    names = re.findall(r"a=rtpmap:\d+ ([\w-]+)/", text)
    tape.codec = "h265" if "H265" in names else "h264"
    tape.sound_codec = next((name for name in names if name not in ("H264", "H265")), "")
    told = re.findall(r"sprop-(?:parameter-sets|vps|sps|pps)=([^;\s]+)", text)
    tape.sets = [base64.b64decode(one) for group in told for one in group.split(",")]


def _packet(tape: Tape, packet: bytes, channel: int, at_us: int) -> None:
    marker, kind = packet[1] >> 7, packet[1] & 0x7F
    timestamp = int.from_bytes(packet[4:8], "big")
    payload = packet[12 + 4 * (packet[0] & 15) :]
    if channel:
        tape.sounds.append(Unit(at_us, timestamp, _frames(tape.sound_codec, kind, payload)))
        return
    if tape.half_timestamp != timestamp:
        tape.half, tape.half_timestamp = [], timestamp
    _nal_units(tape.codec, payload, tape.half)
    if marker:
        tape.pictures.append(Unit(at_us, timestamp, tape.half))
        tape.half = []


def _nal_units(codec: str, payload: bytes, half: list[bytes]) -> None:
    header = 2 if codec == "h265" else 1
    kind = payload[0] >> 1 & 0x3F if codec == "h265" else payload[0] & 0x1F
    if kind == AGGREGATE[codec]:
        at = header
        while at < len(payload):
            size = int.from_bytes(payload[at : at + 2], "big")
            half.append(payload[at + 2 : at + 2 + size])
            at += 2 + size
    elif kind == FU[codec]:
        fragment = payload[header]
        if fragment & 0x80:
            half.append(_restored(codec, payload, fragment))
        half[-1] += payload[header + 1 :]
    else:
        half.append(payload)


def _restored(codec: str, payload: bytes, fragment: int) -> bytes:
    """The NAL unit header that the fragments share among them."""
    if codec == "h265":
        return bytes([payload[0] & 0x81 | (fragment & 0x3F) << 1, payload[1]])
    return bytes([payload[0] & 0xE0 | fragment & 0x1F])


def _frames(codec: str, kind: int, payload: bytes) -> list[bytes]:
    if kind < 96:
        return [payload]
    count = int.from_bytes(payload[:2], "big") // 16
    at, frames = 2 + 2 * count, []
    for index in range(count):
        size = int.from_bytes(payload[2 + 2 * index : 4 + 2 * index], "big") >> 3
        frames.append(payload[at : at + size])
        at += size
    return frames
