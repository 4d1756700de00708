"""The plain dialog, however its bytes are cut."""

import pytest

from tests.edge.rtsp.scripted import (
    PLAIN,
    SECOND,
    ScriptedCamera,
    answer,
    code,
    converse,
    frame,
    new_session,
    playing,
    recorder_of,
    rtp,
)  # fmt: skip

MEDIA = frame(0, rtp(1)) + frame(2, rtp(1, payload_type=8)) + frame(1, b"\x80\xc8\0\0") + frame(0, rtp(2))


def test_the_dialog_asks_options_describe_setup_of_each_track_and_play():
    session = new_session()
    camera = playing(session)
    assert camera.methods() == ["OPTIONS", "DESCRIBE", "SETUP", "SETUP", "PLAY"]
    assert camera.last("SETUP").target == "rtsp://cam.example/live/main/trackID=1"
    assert camera.last("PLAY").headers.get("session") == "4711"
    assert [(t.media.kind, t.rtp_channel, t.rtcp_channel) for t in session.tracks] == [("video", 0, 1), ("audio", 2, 3)]


def test_frames_reach_the_receiver_in_order_with_messages_between_them():
    session = new_session()
    playing(session)
    stream = MEDIA + answer().replace("{cseq}", "99").encode() + MEDIA
    assert session.receive(stream, 0, len(stream), SECOND) == len(stream)
    assert [channel for channel, _ in recorder_of(session).frames] == [0, 2, 1, 0] * 2


def play_then_media(request):
    return answer("200 OK", "Session: 4711").replace("{cseq}", request.headers.get("cseq")).encode() + MEDIA


LOGIN = answer("401 Unauthorized", 'WWW-Authenticate: Digest realm="r", nonce="n1"')


def a_whole_camera() -> ScriptedCamera:
    return ScriptedCamera({"DESCRIBE": [LOGIN, PLAIN["DESCRIBE"]], "PLAY": play_then_media})


def run_cut(cut: int, step: int) -> tuple[list[tuple[int, bytes]], int]:
    """The dialog with login and media, its stream cut at byte `cut` and every `step` bytes behind it."""
    session = new_session("rtsp://u:p@cam.example/live/main")
    at = 0

    def pieces(reply: bytes):
        nonlocal at
        begin = 0
        for end in range(1, len(reply) + 1):
            position = at + end
            if end == len(reply) or position == cut or (step and position > cut and (position - cut) % step == 0):
                yield reply[begin:end]
                begin = end
        at += len(reply)

    said = converse(session, a_whole_camera(), pieces=pieces)
    assert session.state.value == "playing", (cut, session.trouble)
    return recorder_of(session).frames, len(said)


def test_the_same_frames_arrive_wherever_the_stream_is_cut_once():
    whole, length = run_cut(0, 0)
    assert len(whole) == 4
    for cut in range(1, length):
        assert run_cut(cut, 0)[0] == whole, cut


@pytest.mark.parametrize("step", [1, 2, 3, 7, 64])
def test_the_same_frames_arrive_in_pieces_of_any_size(step):
    assert run_cut(0, step)[0] == run_cut(0, 0)[0]


def test_close_says_teardown_and_ends_at_its_answer():
    session = new_session()
    camera = playing(session)
    session.close(SECOND)
    assert session.state.value == "closing"
    converse(session, camera, SECOND)
    assert session.state.value == "ended"
    assert camera.methods()[-1] == "TEARDOWN"
    assert code(session) == ""


def test_a_teardown_that_is_never_answered_ends_after_a_second():
    session = new_session()
    playing(session)
    session.close(SECOND)
    session.timer(2 * SECOND - 1)
    assert session.state.value == "closing"
    session.timer(2 * SECOND)
    assert session.state.value == "ended"
