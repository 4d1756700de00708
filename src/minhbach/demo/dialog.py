"""The camera's side of one RTSP connection: bytes in, bytes out, no socket (RFC 2326).

Owns what a connection has agreed on: which presentation, which tracks on which channels, whether it plays. Promises
that hostile bytes cost at most `REQUEST_BYTES` of memory and end the dialog; that nothing is described or played
before the password was proved. Leaves sending media, and closing after `closed` or `expired`, to the caller.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from minhbach.demo.gate import DigestGate

REQUEST_BYTES = 16_384
_REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    459: "Aggregate Operation Not Allowed",
    461: "Unsupported Transport",
    501: "Not Implemented",
}
_METHODS = ("OPTIONS", "DESCRIBE", "SETUP", "PLAY", "GET_PARAMETER", "SET_PARAMETER", "TEARDOWN")
_CHANNELS = re.compile(r"interleaved=(\d{1,3})(?:-\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Offer:
    """One presentation: its SDP and, for track *i*, the sequence number and RTP time that PLAY will start with.

    Without `position` PLAY answers without `RTP-Info`, as many cameras do.
    """

    sdp: str
    tracks: int
    position: Callable[[int], tuple[int, int]] | None


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    uri: str
    fields: Mapping[str, str]


class Dialog:
    """One client's conversation. `offers` maps a path without slashes at its ends to what is served there."""

    def __init__(self, offers: Mapping[str, Offer], gate: DigestGate | None, timeout_s: int, now_us: int) -> None:
        self._offers = offers
        self._gate = gate
        self._timeout_s = timeout_s
        self._pending = bytearray()
        self._session = ""
        self._last_request_us = now_us
        self.path = ""
        self.channels: dict[int, int] = {}  # track → interleaved channel of its RTP
        self.playing = False
        self.closed = False

    def receive(self, data: bytes, now_us: int) -> bytes:
        """Answers to all requests that `data` completes; receiver reports are read past."""
        self._pending += data
        out = bytearray()
        while not self.closed:
            if self._pending[:1] == b"$":
                if not self._skip_frame():
                    break
                continue
            request = self._next_request()
            if request is None:
                break
            self._last_request_us = now_us
            out += self._answer(request)
        return bytes(out)

    def expired(self, now_us: int) -> bool:
        """True when the client has asked nothing for longer than the session's timeout.

        Receiver reports do not count: many cameras count requests only, and a client must survive those.
        """
        return now_us - self._last_request_us > self._timeout_s * 1_000_000

    def _skip_frame(self) -> bool:
        if len(self._pending) < 4:
            return False
        end = 4 + int.from_bytes(self._pending[2:4], "big")
        if len(self._pending) < end:
            return False
        del self._pending[:end]
        return True

    def _next_request(self) -> _Request | None:
        end = self._pending.find(b"\r\n\r\n")
        if end < 0:
            self.closed = len(self._pending) > REQUEST_BYTES
            return None
        first, *lines = self._pending[:end].decode("utf-8", "replace").split("\r\n")
        fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = fields.get("content-length", "0")
        if not re.fullmatch(r"\d{1,4}", length):
            self.closed = True
            return None
        if len(self._pending) < end + 4 + int(length):
            return None
        del self._pending[: end + 4 + int(length)]
        method, _, rest = first.partition(" ")
        return _Request(method, rest.partition(" ")[0], fields)

    def _answer(self, request: _Request) -> bytes:
        if request.method not in _METHODS:
            return self._reply(request, 501)
        if not _readable(request.uri):
            return self._reply(request, 400)
        if request.method == "OPTIONS":
            return self._reply(request, 200, f"Public: {', '.join(_METHODS)}")
        if self._gate and not self._gate.admits(request.fields.get("authorization", ""), request.method, request.uri):
            return self._reply(request, 401, f"WWW-Authenticate: {self._gate.challenge()}")
        if request.method == "DESCRIBE":
            return self._describe(request)
        if request.method == "SETUP":
            return self._setup(request)
        return self._within_session(request)

    def _describe(self, request: _Request) -> bytes:
        path, _ = _target(request.uri)
        offer = self._offers.get(path)
        if offer is None:
            return self._reply(request, 404)
        place = urlsplit(request.uri)
        headers = f"Content-Base: rtsp://{place.netloc}/{path}/", "Content-Type: application/sdp"
        return self._reply(request, 200, *headers, body=offer.sdp.encode())

    def _setup(self, request: _Request) -> bytes:
        path, track = _target(request.uri)
        offer = self._offers.get(path)
        if offer is None or (track is not None and track >= offer.tracks):
            return self._reply(request, 404)
        if track is None and offer.tracks > 1:
            return self._reply(request, 459)
        if self.playing or (self.path and self.path != path):
            return self._reply(request, 455)
        transport = request.fields.get("transport", "")
        if "RTP/AVP/TCP" not in transport.upper():
            return self._reply(request, 461)
        track = track or 0
        wanted = _CHANNELS.search(transport)
        channel = int(wanted[1]) if wanted else 2 * track
        if channel > 254:
            return self._reply(request, 461)
        self.path, self.channels[track] = path, channel
        self._session = self._session or secrets.token_hex(8)
        return self._reply(request, 200, f"Transport: RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}")

    def _within_session(self, request: _Request) -> bytes:
        named = request.fields.get("session", "").partition(";")[0].strip()
        if request.method in ("GET_PARAMETER", "SET_PARAMETER") and not named:
            return self._reply(request, 200)
        if not self._session or named != self._session:
            return self._reply(request, 454)
        if request.method == "TEARDOWN":
            self.playing, self.closed = False, True
            return self._reply(request, 200)
        if request.method != "PLAY":
            return self._reply(request, 200)
        self.playing = True
        position = self._offers[self.path].position
        if position is None:
            return self._reply(request, 200, "Range: npt=now-")
        return self._reply(request, 200, "Range: npt=now-", f"RTP-Info: {self._rtp_info(request.uri, position)}")

    def _rtp_info(self, uri: str, position: Callable[[int], tuple[int, int]]) -> str:
        parts = []
        place = urlsplit(uri)
        for track in sorted(self.channels):
            sequence, timestamp = position(track)
            url = f"rtsp://{place.netloc}/{self.path}/trackID={track}"
            parts.append(f"url={url};seq={sequence};rtptime={timestamp}")
        return ",".join(parts)

    def _reply(self, request: _Request, code: int, *headers: str, body: bytes = b"") -> bytes:
        lines = [f"RTSP/1.0 {code} {_REASONS[code]}", f"CSeq: {request.fields.get('cseq', '0')}", *headers]
        if self._session and code == 200:
            lines.append(f"Session: {self._session};timeout={self._timeout_s}")
        if body:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body


def _readable(uri: str) -> bool:
    try:
        urlsplit(uri)
    except ValueError:  # an unclosed bracket, for one
        return False
    return True


def _target(uri: str) -> tuple[str, int | None]:
    """The presentation's path and the track number that a request's URI names."""
    path = urlsplit(uri).path.strip("/")
    head, _, tail = path.rpartition("/")
    named = re.fullmatch(r"trackID=(\d{1,3})", tail)
    return (head, int(named[1])) if named else (path, None)
