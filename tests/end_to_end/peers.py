"""Hosts that no recorder should have to meet, each a function for `tests.edge.rtsp.server.Peer`."""

import contextlib
import os
import random
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from tests.edge.rtsp.scripted import PLAIN, SDP_H264, SDP_H264_ALAW, ScriptedCamera, answer, frame, rtp
from tests.edge.rtsp.server import Peer

Behaviour = Callable[[socket.socket, Peer], None]


def silent(connection: socket.socket, peer: Peer) -> None:
    """Accepts, and says nothing."""
    peer.over.wait()


def dripping(connection: socket.socket, peer: Peer) -> None:
    """One byte of a fitting answer a second."""
    for byte in answer("200 OK", "Public: OPTIONS").replace("{cseq}", "1").encode():
        connection.sendall(bytes([byte]))
        if peer.over.wait(1):
            return


def hanging_up(connection: socket.socket, peer: Peer) -> None:
    """Closes at once."""


def web_server(connection: socket.socket, peer: Peer) -> None:
    """Speaks HTTP."""
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html>no</html>")


def endless_headers(connection: socket.socket, peer: Peer) -> None:
    """An answer whose headers do not end."""
    connection.sendall(b"RTSP/1.0 200 OK\r\n")
    while not peer.over.is_set():
        connection.sendall(b"X-Filler: " + b"x" * 4000 + b"\r\n")


def endless_body(connection: socket.socket, peer: Peer) -> None:
    """A description said to be 3 GB long, and sent."""
    scripted = ScriptedCamera({"DESCRIBE": "RTSP/1.0 200 OK\r\nCSeq: {cseq}\r\nContent-Length: 3000000000\r\n\r\n"})
    while data := connection.recv(4096):
        connection.sendall(scripted.hear(data))
        while scripted.methods()[-1] == "DESCRIBE" and not peer.over.is_set():
            connection.sendall(bytes(65536))


def offering(sdp: str) -> Behaviour:
    """A camera that plays nothing but offers this."""
    return playing(lambda: (), {"DESCRIBE": answer("200 OK", "Content-Type: application/sdp", body=sdp)})


def refusing(reason: str) -> Behaviour:
    """A camera that answers DESCRIBE with an error."""
    return playing(lambda: (), {"DESCRIBE": answer(f"500 {reason}")})


def playing(media: Callable[[], Iterable[bytes]], script: dict | None = None) -> Behaviour:
    """A camera that sends `media` as fast as it is taken once it was asked to play, and then nothing."""

    def behave(connection: socket.socket, peer: Peer) -> None:
        scripted = ScriptedCamera({**PLAIN, **(script or {})})
        while "PLAY" not in scripted.methods():
            data = connection.recv(65536)
            if not data:
                return
            connection.sendall(scripted.hear(data))
        for piece in media():
            if peer.over.is_set():
                return
            connection.sendall(piece)
            with contextlib.suppress(BlockingIOError):
                connection.sendall(scripted.hear(connection.recv(65536, socket.MSG_DONTWAIT)))
        peer.over.wait()

    return behave


def garbage() -> Iterator[bytes]:
    """Noise for ever, in which nothing looks like a frame or a message."""
    while True:
        yield os.urandom(65536).replace(b"$", b"#").replace(b"R", b"r")


def swarm() -> Iterator[bytes]:
    """Well-formed RTP packets with one byte of payload, seventeen bytes each, as many as the other side takes."""
    while True:
        yield _swarm()


@cache
def _swarm() -> bytes:
    return b"".join(frame(0, rtp(number, body=bytes([random.randrange(256)]))) for number in range(65536))


def pictureless() -> Iterator[bytes]:
    """Supplemental information (SEI) instead of pictures, 25 times a second."""
    number = 0
    while True:
        yield frame(0, rtp(number, body=b"\x06\x05\x10" + bytes(16) + b"\x80"))
        number += 1
        time.sleep(0.04)


MJPEG = SDP_H264.replace("H264/90000", "JPEG/90000").replace("a=fmtp", "a=x")
MJPEG_WITH_SOUND = SDP_H264_ALAW.replace("H264/90000", "JPEG/90000").replace("a=fmtp", "a=x")
