"""A camera answers what it is asked, whatever pieces the question comes in, and bears with hostile bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from minhbach.demo.dialog import REQUEST_BYTES, Dialog, Offer
from minhbach.demo.gate import DigestGate

URL = "rtsp://10.0.0.9:554/main"
OFFERS = {"main": Offer("v=0\r\n", 2, lambda track: (100 + track, 9000 * track)), "sub": Offer("v=0\r\n", 1, None)}
TCP = "Transport: RTP/AVP/TCP;unicast;interleaved="


def _dialog(gate=None):
    return Dialog(OFFERS, gate, 60, 0)


def _request(method, uri=URL, *lines):
    return "\r\n".join([f"{method} {uri} RTSP/1.0", "CSeq: 7", *lines, "", ""]).encode()


def _code(dialog, *words):
    return int(dialog.receive(_request(*words), 0).split()[1])


def _setup(dialog, track=0, channels="0-1"):
    return dialog.receive(_request("SETUP", f"{URL}/trackID={track}", TCP + channels), 0).decode()


def _playing():
    dialog = _dialog()
    session = _setup(dialog).split("Session: ")[1].split(";")[0]
    _setup(dialog, 1, "2-3")
    answer = dialog.receive(_request("PLAY", URL, f"Session: {session}"), 0).decode()
    return dialog, session, answer


def test_describe_names_the_base_that_controls_are_relative_to():
    answer = _dialog().receive(_request("DESCRIBE"), 0).decode()
    assert answer.startswith("RTSP/1.0 200 OK\r\nCSeq: 7\r\n")
    assert f"Content-Base: {URL}/\r\n" in answer
    assert answer.endswith("Content-Length: 5\r\n\r\nv=0\r\n")


def test_play_says_where_each_track_begins_and_the_timeout_of_the_session():
    dialog, session, answer = _playing()
    assert dialog.playing
    assert f"RTP-Info: url={URL}/trackID=0;seq=100;rtptime=0,url={URL}/trackID=1;seq=101;rtptime=9000" in answer
    assert f"Session: {session};timeout=60" in answer


def test_a_client_gets_the_channels_it_asks_for():
    dialog = _dialog()
    assert "interleaved=8-9" in _setup(dialog, 0, "8-9")
    assert dialog.channels == {0: 8}


def test_teardown_ends_playing_and_the_dialog():
    dialog, session, _ = _playing()
    assert b" 200 " in dialog.receive(_request("TEARDOWN", URL, f"Session: {session}"), 0)
    assert (dialog.playing, dialog.closed) == (False, True)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (400, ("DESCRIBE", "rtsp://[10.0.0.9/main")),
        (404, ("DESCRIBE", "rtsp://10.0.0.9/elsewhere")),
        (404, ("SETUP", f"{URL}/trackID=2", TCP + "0-1")),
        (454, ("PLAY", URL, "Session: 12345")),
        (454, ("PLAY",)),
        (454, ("TEARDOWN", URL, "Session: 12345")),
        (459, ("SETUP", URL, TCP + "0-1")),
        (461, ("SETUP", f"{URL}/trackID=0", "Transport: RTP/AVP;unicast;client_port=5000-5001")),
        (461, ("SETUP", f"{URL}/trackID=0", TCP + "255-256")),
        (501, ("RECORD",)),
        (200, ("OPTIONS", "*")),
        (200, ("GET_PARAMETER",)),
        (200, ("SETUP", "rtsp://10.0.0.9/sub", TCP + "0-1")),
    ],
)
def test_each_wrong_question_has_its_own_answer(code, words):
    assert _code(_dialog(), *words) == code


def test_setting_up_while_playing_is_refused():
    dialog, _, _ = _playing()
    assert _code(dialog, "SETUP", f"{URL}/trackID=0", TCP + "0-1") == 455


@pytest.mark.parametrize("method", ["DESCRIBE", "SETUP", "PLAY", "GET_PARAMETER", "TEARDOWN"])
def test_nothing_but_options_is_answered_without_the_password(method):
    dialog = _dialog(DigestGate("camera", "xem", "secret", "MD5", qop=False))
    answer = dialog.receive(_request(method), 0)
    assert answer.startswith(b"RTSP/1.0 401 ")
    assert b"\r\nWWW-Authenticate: Digest " in answer
    assert _code(dialog, "OPTIONS") == 200


def test_only_requests_keep_a_session_alive():
    dialog, session, _ = _playing()
    dialog.receive(b"$\1\0\4abcd", 50_000_000)
    assert dialog.expired(61_000_000)
    dialog.receive(_request("GET_PARAMETER", URL, f"Session: {session}"), 61_000_000)
    assert not dialog.expired(120_000_000)


TALK = (
    _request("OPTIONS")
    + b"$\1\0\3\r\n\r"
    + _request("DESCRIBE")
    + _request("SET_PARAMETER", URL, "Content-Length: 5")
    + b"a\r\n\r\n"
    + _request("DESCRIBE", f"{URL}?x=1")
)


@pytest.mark.parametrize("cut", range(len(TALK)))
def test_answers_do_not_depend_on_where_the_bytes_are_cut(cut):
    dialog = _dialog()
    answers = dialog.receive(TALK[:cut], 0) + dialog.receive(TALK[cut:], 0)
    assert answers == _dialog().receive(TALK, 0)
    assert answers.count(b"RTSP/1.0 200 OK") == 4


def test_an_endless_request_ends_the_dialog():
    dialog = _dialog()
    dialog.receive(b"OPTIONS * RTSP/1.0\r\nX: ", 0)
    dialog.receive(b"y" * REQUEST_BYTES, 0)
    assert dialog.closed


@given(some.lists(some.binary() | some.sampled_from([TALK, b"$", b"\r\n\r\n", b"Content-Length: 99999\r\n\r\n"])))
def test_no_bytes_break_the_dialog(pieces):
    dialog = _dialog()
    for piece in pieces:
        dialog.receive(piece, 0)
