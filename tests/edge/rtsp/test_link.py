"""On real sockets: media flows, hosts that are no camera end in one clear sentence, and nobody slows anybody."""

import time

import pytest

from minhbach.edge.rtsp.connection import SCRATCH_BYTES
from minhbach.edge.rtsp.link import LinkState
from tests.edge.rtsp.scripted import answer
from tests.edge.rtsp.server import Peer, camera, ended_with, new_link, pump_until


def frames(link) -> int:
    return len(link.receiver.frames) if link.receiver else 0


def test_media_of_a_camera_on_a_socket_reaches_the_receiver_and_close_says_teardown():
    with Peer(camera()) as peer:
        link = new_link(peer.url())
        assert pump_until(link, lambda: frames(link) >= 20), link.fault
        assert link.state is LinkState.PLAYING
        assert link.fault is None
        link.close(time.monotonic_ns() // 1000)
        assert pump_until(link, lambda: link.state is LinkState.CLOSED)
        assert peer.connections == 1


def silent(connection, peer):
    peer.over.wait(10)


def test_a_host_that_accepts_and_stays_silent_is_named_so():
    with Peer(silent) as peer:
        assert ended_with(peer.url()) == "accepted_silent"


def drips(connection, peer):
    connection.recv(4096)
    for byte in answer().replace("{cseq}", "1").encode() * 100:
        connection.sendall(bytes([byte]))
        if peer.over.wait(0.05):
            return


def test_a_host_that_drips_is_cut_off_at_the_deadline_of_the_dialog():
    with Peer(drips) as peer:
        assert ended_with(peer.url()) == "too_slow"


def speaks_http(connection, peer):
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    peer.over.wait(10)


def test_a_port_that_speaks_http_is_named_so():
    with Peer(speaks_http) as peer:
        assert ended_with(peer.url()) == "speaks_http"


def greets_like_ssh(connection, peer):
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
    peer.over.wait(10)


def test_a_port_that_speaks_something_else_is_named_so():
    with Peer(greets_like_ssh) as peer:
        assert ended_with(peer.url()) == "not_rtsp"


def endless_headers(connection, peer):
    connection.recv(4096)
    connection.sendall(b"RTSP/1.0 200 OK\r\n")
    while not peer.over.is_set():
        connection.sendall(b"X-More: " + b"x" * 8000 + b"\r\n")


def test_endless_headers_are_cut_off():
    with Peer(endless_headers) as peer:
        assert ended_with(peer.url()) == "answer_too_long"


def endless_noise(connection, peer):
    while not peer.over.is_set():
        connection.sendall(b"\0\1\2\3" * 4096)


def test_endless_noise_is_cut_off():
    with Peer(endless_noise) as peer:
        assert ended_with(peer.url()) == "not_rtsp"


def test_a_closed_port_is_refused():
    with Peer(silent) as peer:
        url = peer.url()
    assert ended_with(url) == "connection_refused"


def test_a_name_that_does_not_exist_is_not_found():
    assert ended_with("rtsp://no-such-camera.invalid/live") == "name_not_found"


FLOODS = {
    "line ends": b"\r\n" * 32768,
    "empty frames": b"$\0\0\0" * 16384,
    "answers to nothing": b"RTSP/1.0 200 OK\r\nCSeq: 99\r\n\r\n" * 2048,
    "requests": b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n" * 2048,
    "dollars": b"$" * 65536,
    "letters": b"R" * 65536,
}


@pytest.mark.parametrize("kind", FLOODS)
def test_a_camera_that_floods_takes_no_more_than_its_share_of_a_tick(kind):
    def floods(connection, peer):
        connection.recv(4096)
        while not peer.over.is_set():
            connection.sendall(FLOODS[kind])

    with Peer(floods) as peer:
        link = new_link(peer.url())
        scratch = bytearray(SCRATCH_BYTES)
        slowest = 0.0
        for _ in range(30):
            before = time.thread_time()
            link.pump(scratch, time.monotonic_ns() // 1000)
            slowest = max(slowest, time.thread_time() - before)
            time.sleep(0.01)
        assert slowest < 0.3, kind
        link.close(0)
