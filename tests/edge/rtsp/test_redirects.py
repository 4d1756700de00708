"""Redirects: rows A31 and A32 of docs/cameras.md."""

import pytest

from tests.edge.rtsp.scripted import ScriptedCamera, answer, code, converse, new_session
from tests.edge.rtsp.server import Peer, camera, fault_of, new_link, pump_until


def redirected_to(location: str, method: str = "DESCRIBE", status: str = "302 Moved Temporarily"):
    said = f"RTSP/1.0 {status}\r\nLocation: {location}\r\n\r\n"
    converse(session := new_session("rtsps://cam.example/live"), ScriptedCamera({method: said}))
    return session


@pytest.mark.parametrize("method", ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"])
@pytest.mark.parametrize("status", ["301 Moved", "302 Moved Temporarily", "303 See", "307 x"])
def test_a31_a_redirect_without_cseq_ends_the_session_with_the_new_address(method, status):
    session = redirected_to("rtsp://cam.example:1554/other?x=1", method, status)
    assert session.redirect.text == "rtsp://cam.example:1554/other?x=1"
    assert session.trouble is None
    assert session.state.value == "ended"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("rtsps://192.168.126.9/1", ("192.168.126.9", 322)),
        ("rtsp://192.168.126.9/1", ("192.168.126.9", 554)),
        ("/other", ("cam.example", 322)),
    ],
)
def test_a32_a_redirect_without_port_goes_to_the_default_port_of_its_scheme(location, expected):
    redirect = redirected_to(location).redirect
    assert (redirect.host, redirect.port) == expected


def test_a_redirect_to_nowhere_is_a_fault():
    assert code(redirected_to("")) == "camera_error"
    assert code(redirected_to("http://cam.example/")) == "camera_error"


def moved(location: str):
    return {"DESCRIBE": answer("302 Moved Temporarily", f"Location: {location}")}


def test_a31_a_redirect_to_another_port_of_the_same_host_is_followed_on_a_new_connection():
    with Peer(camera()) as target, Peer(camera(moved(target.url("/moved")))) as first:
        link = new_link(first.url())
        assert pump_until(link, lambda: link.receiver is not None and link.receiver.last_media_us is not None)
        assert (first.connections, target.connections) == (1, 1)
        assert link.fault is None
        link.close(0)
        assert pump_until(link, lambda: link.state.value == "closed")


def test_a32_a_redirect_to_itself_is_a_loop():
    script: dict[str, str] = {}
    with Peer(lambda connection, peer: camera(script)(connection, peer)) as peer:
        script.update(moved(peer.url()))
        link = new_link(peer.url())
        assert pump_until(link, lambda: link.fault is not None)
        assert fault_of(link) == "redirect_loop"
        assert peer.connections == 1


def test_a31_at_most_five_hops_are_followed():
    hops = iter(range(100))

    def onward(connection, peer):
        camera(moved(peer.url(f"/hop{next(hops)}")))(connection, peer)

    with Peer(onward) as peer:
        link = new_link(peer.url())
        assert pump_until(link, lambda: link.fault is not None)
        assert fault_of(link) == "redirect_loop"
        assert peer.connections == 6


@pytest.mark.parametrize("location", ["rtsp://192.0.2.1/live", "rtsp://localhost:554/live"])
def test_a28_a31_a_redirect_to_another_host_is_told_and_not_followed(location):
    with Peer(camera(moved(location))) as peer:
        link = new_link(peer.url(user="admin:secret@"))
        assert pump_until(link, lambda: link.fault is not None)
        assert fault_of(link) == "redirected_elsewhere"
        assert location.split("/")[2] in str(link.fault)
        assert "secret" not in str(link.fault)
