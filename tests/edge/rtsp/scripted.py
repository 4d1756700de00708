"""A camera that answers by script, without a socket: what every test of the dialog talks to.

Owns `ScriptedCamera` (requests in, scripted bytes out), `FrameRecorder` (a receiver that only collects frames) and
`converse`, which carries bytes between a session and a camera in pieces of any size, as `connection` would.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from minhbach.edge.rtsp import message
from minhbach.edge.rtsp.dialog import SetUp
from minhbach.edge.rtsp.habits import Habits
from minhbach.edge.rtsp.sdp import Description
from minhbach.edge.rtsp.session import Limits, MakeReceiver, Session
from minhbach.edge.rtsp.url import parse

SECOND = 1_000_000
URL = "rtsp://cam.example/live/main"
Answer = bytes | str | Callable[[message.Request], bytes | str]

SDP_H264_ALAW = """v=0\r
o=- 1 1 IN IP4 0.0.0.0\r
s=camera\r
t=0 0\r
a=control:*\r
m=video 0 RTP/AVP 96\r
a=rtpmap:96 H264/90000\r
a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z01AFuygUBf8uAiAAAADAIAAAAoHixbL,aOvjyyA=\r
a=control:trackID=0\r
m=audio 0 RTP/AVP 8\r
a=control:trackID=1\r
"""
SDP_H264 = SDP_H264_ALAW[: SDP_H264_ALAW.index("m=audio")]


def answer(status: str = "200 OK", *lines: str, body: str = "", end: str = "\r\n") -> str:
    """An answer with `CSeq: {cseq}`, the given header lines, and a Content-Length when there is a body."""
    head = [f"RTSP/1.0 {status}", "CSeq: {cseq}", *lines]
    if body:
        head.append(f"Content-Length: {len(body)}")
    return end.join([*head, "", ""]) + body


def frame(channel: int, payload: bytes) -> bytes:
    """One interleaved frame (RFC 2326 10.12)."""
    return b"$" + bytes([channel]) + len(payload).to_bytes(2, "big") + payload


def rtp(sequence: int, *, ssrc: int = 7, payload_type: int = 96, body: bytes = b"media") -> bytes:
    """An RTP packet with version 2."""
    return (
        bytes([0x80, payload_type])
        + (sequence & 0xFFFF).to_bytes(2, "big")
        + (sequence * 3000 & 0xFFFFFFFF).to_bytes(4, "big")
        + ssrc.to_bytes(4, "big")
        + body
    )


def setup_answer(request: message.Request) -> str:
    """Grants the channels that were asked for."""
    asked = request.headers.get("transport") or ""
    return answer("200 OK", "Session: 4711;timeout=60", f"Transport: {asked}")


PLAIN: dict[str, Answer] = {
    "OPTIONS": answer("200 OK", "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER"),
    "DESCRIBE": answer("200 OK", "Content-Type: application/sdp", body=SDP_H264_ALAW),
    "SETUP": setup_answer,
    "PLAY": answer("200 OK", "Session: 4711"),
    "GET_PARAMETER": answer(),
    "SET_PARAMETER": answer(),
    "TEARDOWN": answer(),
}


class ScriptedCamera:
    """Answers each method by its script, an `Answer` or a list of them; of a list each answer is used once, the last
    one for ever. A method with an empty list is never answered."""

    def __init__(self, script: Mapping[str, Any] | None = None) -> None:
        merged: dict[str, Any] = {**PLAIN, **(script or {})}
        self._script = {k: [v] if isinstance(v, (bytes, str)) or callable(v) else list(v) for k, v in merged.items()}
        self._assembler = message.Assembler()
        self.requests: list[message.Request] = []

    def hear(self, data: bytes) -> bytes:
        """The bytes answered to what was heard."""
        out, pos = b"", 0
        while pos < len(data):
            if not self._assembler.active and data[pos] == 0x24:
                pos += 4 + int.from_bytes(data[pos + 2 : pos + 4], "big")
                continue
            pos = self._assembler.feed(data, pos, len(data))
            heard = self._assembler.take()
            if isinstance(heard, message.Request):
                self.requests.append(heard)
                out += self._answer(heard)
        return out

    def methods(self) -> list[str]:
        """The methods asked so far, in order."""
        return [request.method for request in self.requests]

    def last(self, method: str) -> message.Request:
        """The newest request of a method."""
        return next(request for request in reversed(self.requests) if request.method == method)

    def _answer(self, request: message.Request) -> bytes:
        answers = self._script.get(request.method, [])
        if not answers:
            return b""
        scripted = answers.pop(0) if len(answers) > 1 else answers[0]
        text = scripted(request) if callable(scripted) else scripted
        raw = text.encode("latin-1") if isinstance(text, str) else text
        return raw.replace(b"{cseq}", (request.headers.get("cseq") or "").encode())


@dataclass
class FrameRecorder:
    """A receiver that keeps frames as (channel, payload) and knows no codec."""

    tracks: tuple[SetUp, ...] = ()
    frames: list[tuple[int, bytes]] = field(default_factory=list)
    noise: bytes = b""
    last_media_us: int | None = None
    said_goodbye: bool = False
    next_report_us: int = 0

    def feed(self, buffer: message.Buffer, pos: int, end: int, now_us: int) -> int:
        known = {c for t in self.tracks for c in (t.rtp_channel, t.rtcp_channel)}
        while end - pos >= 4 and buffer[pos] == 0x24:
            after = pos + 4 + (buffer[pos + 2] << 8 | buffer[pos + 3])
            if after > end:
                break
            self.frames.append((buffer[pos + 1], bytes(buffer[pos + 4 : after])))
            if buffer[pos + 1] in known:
                self.last_media_us = now_us
            pos = after
        return pos

    def reports(self, now_us: int) -> bytes:
        if now_us < self.next_report_us:
            return b""
        self.next_report_us = now_us + 5 * SECOND
        return b"".join(frame(t.rtcp_channel, b"\x80\xc9\x00\x01\0\0\0\1") for t in self.tracks)

    def foreign(self, data: bytes, now_us: int) -> None:
        self.noise += data


def make_recorder(tracks: Sequence[SetUp], now_us: int) -> FrameRecorder:
    return FrameRecorder(tuple(tracks))


def new_session(
    address: str = URL,
    *,
    habits: Habits | None = None,
    secure: bool = False,
    limits: Limits | None = None,
    make_receiver: MakeReceiver = make_recorder,
) -> Session:
    """A session for an address that may hold user and password; its cnonce is always `c0ffee`."""
    target, credentials = parse(address)
    return Session(
        target, credentials, make_receiver=make_receiver, habits=habits or Habits(), token=lambda: "c0ffee",
        secure=secure, limits=limits,
    )  # fmt: skip


def converse(
    session: Session,
    camera: ScriptedCamera,
    now_us: int = 0,
    *,
    pieces: Callable[[bytes], Iterable[bytes]] | None = None,
) -> bytes:
    """Carry bytes both ways until neither side has anything to say; returns all the camera said."""
    said, rest = b"", b""
    if session.state.value == "idle":
        session.start(now_us)
    while request := session.outgoing():
        reply = camera.hear(request)
        said += reply
        for piece in pieces(reply) if pieces else [reply]:
            rest += piece
            rest = rest[session.receive(rest, 0, len(rest), now_us) :]
    return said


def recorder_of(session: Session) -> FrameRecorder:
    """The frame recorder of a playing session."""
    assert isinstance(session.receiver, FrameRecorder), session.trouble
    return session.receiver


def playing(session: Session, camera: ScriptedCamera | None = None, now_us: int = 0) -> ScriptedCamera:
    """Bring a session to PLAYING and return its camera."""
    camera = camera or ScriptedCamera()
    converse(session, camera, now_us)
    assert session.state.value == "playing", session.trouble
    return camera


def code(session: Session) -> str:
    """The fault code that ended the session, empty when none did."""
    return session.trouble.fault.code if session.trouble else ""


def detail(session: Session) -> str:
    """What the session tells beside the fault's sentence."""
    assert session.trouble is not None
    return session.trouble.detail


def description_of(session: Session) -> Description:
    """The newest description the camera gave."""
    assert session.description is not None
    return session.description
