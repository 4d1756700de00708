"""On real sockets: media flows, hosts that are no camera end in one clear sentence, and nobody slows anybody."""

import datetime
import ipaddress
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from minhbach.edge.rtsp.connection import CONNECT_US, SCRATCH_BYTES
from minhbach.edge.rtsp.link import LinkState
from minhbach.edge.rtsp.session import Limits
from tests.edge.rtsp.scripted import ScriptedCamera, answer, frame, rtp
from tests.edge.rtsp.server import EXECUTOR, Peer, camera, ended_with, fault_of, new_link, pump_until


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


def test_media_is_dated_after_it_was_read_however_long_ago_the_round_began():
    """On a busy machine a round may take a second; dated by its beginning, media would come before it was sent."""
    with Peer(camera()) as peer:
        link = new_link(peer.url(), mono_us=lambda: time.monotonic_ns() // 1000)
        scratch, began_us = bytearray(SCRATCH_BYTES), time.monotonic_ns() // 1000
        deadline_s = time.monotonic() + 60
        while frames(link) < 20 and time.monotonic() < deadline_s:
            link.pump(scratch, began_us)
            time.sleep(0.02)
        assert link.receiver is not None
        assert link.receiver.last_media_us is not None
        assert link.receiver.last_media_us - began_us > 150_000


def drops(connection, peer):
    """Plays for sixty frames, then cuts the connection."""
    scripted = ScriptedCamera()
    while "PLAY" not in scripted.methods():
        connection.sendall(scripted.hear(connection.recv(65536)))
    for sequence in range(60):
        connection.sendall(frame(0, rtp(sequence)))
        time.sleep(0.01)


def test_a_camera_that_drops_again_and_again_after_seconds_of_media_is_dialled_again_within_a_second_each_time():
    with Peer(drops) as peer:
        link = new_link(peer.url(), limits=Limits(), draw=0.999)
        scratch, now_us = bytearray(SCRATCH_BYTES), 0
        for number in range(1, 5):
            now_us = max(now_us, link.next_attempt_us)
            while peer.connections < number or link.state is not LinkState.WAITING:
                link.pump(scratch, now_us)
                now_us += 150_000  # so that the media of a round lasts about nine seconds
                time.sleep(0.01)
            assert fault_of(link) == "stream_broken"
            assert link.next_attempt_us - now_us <= 1_000_000


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


def hangs_up(connection, peer):
    connection.recv(4096)


def test_a64_a_connection_that_closes_in_the_dialog_is_tried_once_more_at_once_and_then_waits():
    with Peer(hangs_up) as peer:
        link = new_link(peer.url())
        assert pump_until(link, lambda: fault_of(link) == "closed_early")
        assert peer.connections == 2
        assert link.state is LinkState.WAITING
        assert link.next_attempt_us > 0


def test_a_refused_password_is_tried_twice_and_then_left_alone_for_five_minutes():
    refusal = answer("401 Unauthorized", 'WWW-Authenticate: Digest realm="r", nonce="n"')
    with Peer(camera({"DESCRIBE": refusal})) as peer:
        link = new_link(peer.url(user="admin:secret@"))
        assert pump_until(link, lambda: fault_of(link) == "wrong_password")
        assert link.next_attempt_us - time.monotonic_ns() // 1000 > 290_000_000
        assert not pump_until(link, lambda: link.state is not LinkState.WAITING, seconds=0.3)
        assert "secret" not in str(link.fault)


def test_a_stream_that_breaks_comes_back_and_the_fault_is_told_in_between():
    def breaks_once(connection, peer):
        if peer.connections == 1:
            connection.settimeout(5)
            scripted = ScriptedCamera()
            while "PLAY" not in scripted.methods():
                connection.sendall(scripted.hear(connection.recv(65536)))
            connection.sendall(frame(0, rtp(1)))
        else:
            camera()(connection, peer)

    with Peer(breaks_once) as peer:
        link = new_link(peer.url())
        assert pump_until(link, lambda: fault_of(link) == "stream_broken")
        broken = link.receiver
        assert frames(link) == 1
        assert pump_until(link, lambda: frames(link) >= 3)
        assert link.receiver is not broken
        assert link.fault is None


def test_an_address_outside_the_allowed_networks_is_never_dialled():
    with Peer(silent) as peer:
        networks = (ipaddress.ip_network("10.0.0.0/8"),)
        assert ended_with(peer.url(), allowed_networks=networks) == "forbidden_network"
        assert ended_with(f"rtsp://localhost:{peer.port}/", allowed_networks=networks) == "forbidden_network"
        assert peer.connections == 0
        inside = new_link(peer.url(), allowed_networks=(ipaddress.ip_network("127.0.0.0/8"),))
        assert pump_until(inside, lambda: peer.connections == 1)


def test_an_address_that_leads_nowhere_is_unreachable():
    assert ended_with("rtsp://[fe80::1]/live") == "unreachable"


def test_a_name_whose_lookup_hangs_ends_at_the_deadline_and_blocks_nobody():
    hang = threading.Event()
    busy = EXECUTOR.submit(hang.wait, 30)
    try:
        link = new_link("rtsp://some-camera.invalid/live")
        scratch = bytearray(SCRATCH_BYTES)
        link.pump(scratch, 0)
        link.pump(scratch, CONNECT_US - 1)
        assert link.state is LinkState.DIALLING
        link.pump(scratch, CONNECT_US)
        assert fault_of(link) == "name_not_found"
    finally:
        hang.set()
        busy.result(5)


def test_cameras_that_hang_drip_and_flood_do_not_slow_another_one():
    with Peer(silent) as one, Peer(drips) as two, Peer(endless_noise) as three, Peer(camera()) as good:
        bad = [new_link(peer.url()) for peer in (one, two, three)]
        link = new_link(good.url())
        scratch = bytearray(SCRATCH_BYTES)

        def also_the_bad_ones():
            for other in bad:
                other.pump(scratch, time.monotonic_ns() // 1000)
            return frames(link) >= 50

        assert pump_until(link, also_the_bad_ones, seconds=5)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Two server contexts with self-signed certificates, each with its fingerprint."""
    folder = tmp_path_factory.mktemp("tls")

    def make(name):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        born = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
        built = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        built = built.not_valid_before(born).not_valid_after(born.replace(year=2021))
        signed = built.sign(key, hashes.SHA256())
        path = folder / f"{name}.pem"
        path.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + signed.public_bytes(Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context, signed.fingerprint(hashes.SHA256()).hex(":")

    return [make("one"), make("two")]


def test_a66_over_tls_a_self_signed_and_expired_certificate_is_pinned_at_first_use(certificates):
    (context, fingerprint), _ = certificates
    with Peer(camera(), context) as peer:
        link = new_link(peer.url("/live?enableSrtp"))
        assert pump_until(link, lambda: frames(link) >= 20), link.fault
        assert link.habits.tls_fingerprint == fingerprint.replace(":", "")


def test_a66_a_certificate_that_changed_is_refused_before_anything_is_said(certificates):
    (context, fingerprint), (_, other) = certificates
    with Peer(camera(), context) as peer:
        assert ended_with(peer.url(user="u:p@"), fingerprint=other) == "tls_changed"
        link = new_link(peer.url(), fingerprint=fingerprint.upper())
        assert pump_until(link, lambda: frames(link) >= 1), link.fault
        learned = new_link(peer.url())
        learned.habits.tls_fingerprint = other.replace(":", "")
        assert pump_until(learned, lambda: fault_of(learned) == "tls_changed")


def test_a66_a_port_that_speaks_no_tls_is_named_so():
    with Peer(speaks_http) as peer:
        assert ended_with(peer.url().replace("rtsp:", "rtsps:")) == "tls_failed"


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
