"""A small blocking RTSP client for these tests: asks, answers challenges, splits `$` frames. It trusts its peer."""

import hashlib
import re
import secrets
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Answer:
    code: int
    fields: dict[str, str]
    body: str


@dataclass(frozen=True)
class Packet:
    """One RTP packet as it came."""

    channel: int
    marker: bool
    sequence: int
    timestamp: int
    payload: bytes


class Client:
    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self.url = f"rtsp://{parts.hostname}:{parts.port}{parts.path}"
        self._user, self._password = parts.username or "", unquote(parts.password or "")
        self._challenge: dict[str, str] = {}
        self._session = ""
        self._sequence = 0
        self._count = 0
        self.socket = socket.create_connection((parts.hostname, parts.port or 554), timeout=60)
        self._buffer = bytearray()

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def ask(self, method: str, uri: str = "", **fields: str) -> Answer:
        """Ask once more with the password when challenged; `$` frames before the answer are dropped."""
        answer = self._ask(method, uri or self.url, fields)
        if answer.code == 401 and not self._challenge:
            self._challenge = dict(re.findall(r'(\w+)="?([^",]+)"?', answer.fields["www-authenticate"]))
            answer = self._ask(method, uri or self.url, fields)
        return answer

    def setup(self, track: int, channel: int | None = None) -> Answer:
        channel = 2 * track if channel is None else channel
        transport = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"
        return self.ask("SETUP", f"{self.url}/trackID={track}", Transport=transport)

    def play(self, *tracks: int) -> Answer:
        for track in tracks or (0, 1):
            assert self.setup(track).code == 200
        return self.ask("PLAY")

    def frames(self) -> Iterator[bytes]:
        """`$` frames with their four bytes, until the camera hangs up."""
        while True:
            while len(self._buffer) < 4 or len(self._buffer) < 4 + int.from_bytes(self._buffer[2:4], "big"):
                data = self.socket.recv(65536)
                if not data:
                    return
                self._buffer += data
            assert self._buffer[:1] == b"$"
            end = 4 + int.from_bytes(self._buffer[2:4], "big")
            frame = bytes(self._buffer[:end])
            del self._buffer[:end]
            yield frame

    def packets(self) -> Iterator[Packet]:
        """RTP only."""
        for frame in self.frames():
            if frame[1] % 2 == 0:
                yield packet(frame)

    def _ask(self, method: str, uri: str, fields: dict[str, str]) -> Answer:
        self._sequence += 1
        lines = [f"{method} {uri} RTSP/1.0", f"CSeq: {self._sequence}"]
        if self._session:
            lines.append(f"Session: {self._session}")
        if self._challenge:
            lines.append(f"Authorization: {self._proof(method, uri)}")
        lines += [f"{name}: {value}" for name, value in fields.items()]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = self._answer()
        self._session = answer.fields.get("session", self._session).partition(";")[0]
        assert answer.fields["cseq"] == str(self._sequence)
        return answer

    def _answer(self) -> Answer:
        while True:
            if self._buffer[:1] == b"$" and len(self._buffer) >= 4:
                end = 4 + int.from_bytes(self._buffer[2:4], "big")
                if len(self._buffer) >= end:
                    del self._buffer[:end]
                    continue
            elif b"\r\n\r\n" in self._buffer:
                head, _, rest = self._buffer.partition(b"\r\n\r\n")
                first, *lines = head.decode().split("\r\n")
                fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                length = int(fields.get("content-length", "0"))
                if len(rest) >= length:
                    self._buffer = rest[length:]
                    return Answer(int(first.split()[1]), fields, rest[:length].decode())
            data = self.socket.recv(65536)
            assert data, "the camera hung up"
            self._buffer += data

    def _proof(self, method: str, uri: str) -> str:
        realm, nonce = self._challenge["realm"], self._challenge["nonce"]
        algorithm = self._challenge.get("algorithm", "MD5")

        def hashed(text: str) -> str:
            return hashlib.new(algorithm.replace("-", "").lower(), text.encode()).hexdigest()

        left, right = hashed(f"{self._user}:{realm}:{self._password}"), hashed(f"{method}:{uri}")
        words = f'Digest username="{self._user}", realm="{realm}", nonce="{nonce}", uri="{uri}"'
        if "algorithm" in self._challenge:
            words += f", algorithm={algorithm}"
        if "qop" not in self._challenge:
            return words + f', response="{hashed(f"{left}:{nonce}:{right}")}"'
        self._count += 1
        count, own = f"{self._count:08x}", secrets.token_hex(4)
        response = hashed(f"{left}:{nonce}:{count}:{own}:auth:{right}")
        return words + f', qop=auth, nc={count}, cnonce="{own}", response="{response}"'


def packet(frame: bytes) -> Packet:
    """The fields of a `$`-framed RTP packet without extensions."""
    _, channel, length, first, second, sequence, timestamp, _ = struct.unpack_from(">BBHBBHII", frame)
    assert first == 0x80
    assert length == len(frame) - 4
    return Packet(channel, bool(second & 0x80), sequence, timestamp, frame[16:])


def report(frame: bytes) -> tuple[int, int]:
    """Unix microseconds and RTP time of a `$`-framed sender report."""
    assert frame[5] == 200
    seconds, fraction, timestamp = struct.unpack_from(">III", frame, 12)
    return (seconds - 2_208_988_800) * 1_000_000 + (fraction * 1_000_000 >> 32), timestamp
