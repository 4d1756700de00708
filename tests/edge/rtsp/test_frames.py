"""Frames and messages on one connection: rows A37 to A41, A53, A55 to A57 and A59 of docs/cameras.md."""

import pytest

from minhbach.edge.rtsp import framing
from minhbach.edge.rtsp.message import MAX_BODY_BYTES, MAX_HEAD_BYTES
from tests.edge.rtsp.scripted import (
    PLAIN,
    SDP_H264,
    SDP_H264_ALAW,
    SECOND,
    ScriptedCamera,
    answer,
    code,
    converse,
    description_of,
    frame,
    new_session,
    playing,
    recorder_of,
    rtp,
    setup_answer,
)  # fmt: skip

GOOD = [frame(0, rtp(n, body=bytes([n]) * 40)) for n in range(1, 8)]


def after_play(data: bytes, *, cut: int | None = None):
    """A playing session that has received `data`, cut in two at a byte, or byte by byte for -1."""
    session = new_session()
    playing(session)
    if cut == -1:
        pieces = [data[i : i + 1] for i in range(len(data))]
    else:
        pieces = [data] if cut is None else [data[:cut], data[cut:]]
    rest = b""
    for piece in pieces:
        rest += piece
        rest = rest[session.receive(rest, 0, len(rest), SECOND) :]
    return session


def sequences(session) -> list[int]:
    return [payload[3] for channel, payload in recorder_of(session).frames if channel == 0]


def test_a37_frames_of_an_old_session_before_any_setup_are_counted_and_do_no_harm():
    old = b"".join(frame(0, rtp(25580 + n, ssrc=99)) for n in range(3))
    script = {"OPTIONS": lambda r: old.decode("latin-1") + str(PLAIN["OPTIONS"])}
    playing(session := new_session(), ScriptedCamera(script))
    assert session.notes["frame_before_setup"] == 3
    assert recorder_of(session).frames == []


def test_a37_a_session_that_ends_with_a_fault_still_says_teardown():
    camera = playing(session := new_session())
    session.timer(10 * SECOND)
    assert code(session) == "stream_silent"
    camera.hear(session.outgoing())
    assert camera.methods()[-1] == "TEARDOWN"


@pytest.mark.parametrize("noise", [b"\0" * 7, b"xyz", b"\xff$\xff", b"RTSQ", b"lower case words "])
def test_a38_after_noise_the_next_true_frame_is_found_and_the_noise_is_counted(noise):
    data = GOOD[0] + noise + b"".join(GOOD[1:])
    session = after_play(data)
    assert sequences(session) == [1, 2, 3, 4, 5, 6, 7]
    assert session.notes["skipped_bytes"] == len(noise)
    assert recorder_of(session).noise == noise


def test_a38_noise_is_left_behind_wherever_it_is_cut():
    data = GOOD[0] + b"\0\1garbage" + GOOD[1] + b"\n\r" + GOOD[2]
    for cut in range(1, len(data)):
        assert sequences(after_play(data, cut=cut)) == [1, 2, 3], cut


def test_a38_a_message_after_noise_is_found_too():
    session = after_play(GOOD[0] + b"\0\0\0" + b"RTSP/1.0 200 OK\r\nCSeq: 77\r\n\r\n" + GOOD[1])
    assert session.notes["answer_to_nothing"] == 1
    assert sequences(session) == [1, 2]


def test_a38_after_noise_a_frame_of_a_channel_nobody_set_up_is_noise_too():
    session = after_play(GOOD[0] + b"\0" + frame(9, rtp(1)) + GOOD[1])
    assert {channel for channel, _ in recorder_of(session).frames} == {0}
    assert sequences(session) == [1, 2]


def test_a38_noise_without_end_ends_the_session():
    session = new_session()
    playing(session)
    for _ in range(5):
        session.receive(b"\x01" * 300_000, 0, 300_000, SECOND)
    assert code(session) == "stream_broken"


def test_a38_noise_that_looks_like_a_message_does_not_end_the_stream():
    session = after_play(GOOD[0] + b"RTSP/1.0 huh\r\n\r\n" + GOOD[1])
    assert session.state.value == "playing", session.trouble
    assert sequences(session) == [1, 2]


def test_a39_frames_between_setup_and_the_answer_to_play_are_kept_for_the_receiver():
    script = {"PLAY": lambda r: GOOD[0].decode("latin-1") + GOOD[1].decode("latin-1") + str(PLAIN["PLAY"])}
    playing(session := new_session(), ScriptedCamera(script))
    assert sequences(session) == [1, 2]


def test_a39_early_frames_are_bounded():
    flood = frame(0, bytes(60_000)).decode("latin-1") * 40
    script = {"PLAY": lambda r: flood + str(PLAIN["PLAY"])}
    playing(session := new_session(), ScriptedCamera(script))
    assert len(recorder_of(session).frames) == 4
    assert session.notes["early_frame_dropped"] == 36


@pytest.mark.parametrize("stray", ["\r\n", "\n", "\r\n\r\n\r\n", "\r"])
def test_a40_stray_line_ends_before_messages_and_frames_are_skipped(stray):
    script = {m: stray + str(PLAIN[m]) for m in ("OPTIONS", "DESCRIBE")}
    playing(new_session(), ScriptedCamera(script))
    session = after_play(stray.encode() + GOOD[0] + stray.encode() + GOOD[1])
    assert sequences(session) == [1, 2]
    assert session.notes["resync"] == 0


def test_a40_line_ends_without_end_are_noise():
    session = new_session()
    session.start(0)
    session.receive(b"\r\n" * 40_000, 0, 80_000, SECOND)
    assert code(session) == "not_rtsp"


def test_a41_a_line_of_one_blank_does_not_end_the_headers():
    script = {"PLAY": "RTSP/1.0 200 OK\r\nCSeq: {cseq}\r\nSession: 4711\r\n \r\nRTP-Info: url=x;seq=1\r\n\r\n"}
    playing(session := new_session(), ScriptedCamera(script))
    assert session.notes["resync"] == 0


def test_a_folded_header_continues_the_line_before():
    script = {"SETUP": lambda r: setup_answer(r).replace(";timeout=60", ";\r\n\ttimeout=30")}
    playing(session := new_session(), ScriptedCamera(script))
    recorder_of(session).last_media_us = 15 * SECOND
    session.timer(15 * SECOND)
    assert b"GET_PARAMETER" in session.outgoing()


@pytest.mark.parametrize("method", ["OPTIONS", "DESCRIBE", "PLAY"])
def test_messages_with_bare_line_feeds_are_read(method):
    head, _, body = str(PLAIN[method]).partition("\r\n\r\n")
    playing(new_session(), ScriptedCamera({method: head.replace("\r\n", "\n") + "\n\n" + body}))


def test_a53_a_frame_on_a_channel_that_nobody_set_up_goes_to_the_receiver_and_disturbs_nothing():
    session = after_play(GOOD[0] + frame(9, rtp(1)) + GOOD[1])
    assert sequences(session) == [1, 2]
    assert session.state.value == "playing"


def ask(method: str, *lines: str, body: bytes = b"") -> bytes:
    head = [f"{method} rtsp://h/live RTSP/1.0", "CSeq: 31", *lines, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(head).encode() + body


@pytest.mark.parametrize(
    ("method", "status"),
    [("OPTIONS", 200), ("GET_PARAMETER", 200), ("SET_PARAMETER", 200), ("ANNOUNCE", 200), ("FROBNICATE", 501)],
)
def test_a55_requests_of_the_camera_are_answered_with_their_cseq_wherever_they_are_cut(method, status):
    data = GOOD[0] + ask(method) + GOOD[1]
    for cut in range(1, len(data)):
        session = after_play(data, cut=cut)
        reply = session.outgoing()
        assert reply.startswith(f"RTSP/1.0 {status} ".encode()), cut
        assert b"CSeq: 31\r\n" in reply
        assert sequences(session) == [1, 2]


def test_a55_an_announcement_is_a_change_point_and_its_description_is_read():
    session = after_play(ask("ANNOUNCE", body=SDP_H264.encode()))
    assert session.announcements == 1
    assert [media.kind for media in description_of(session).media] == ["video"]
    session = after_play(ask("ANNOUNCE", body=b"nonsense"))
    assert [media.kind for media in description_of(session).media] == ["video", "audio"]
    assert session.notes["announce_not_understood"] == 1


def test_a55_a_teardown_by_the_camera_ends_the_session_with_its_own_sentence():
    assert code(after_play(ask("TEARDOWN"))) == "stream_ended"


def test_a56_a_goodbye_ends_the_session():
    session = after_play(GOOD[0])
    recorder_of(session).said_goodbye = True
    session.timer(SECOND)
    assert code(session) == "stream_ended"


def test_a56_silence_of_the_media_ends_the_session_though_the_connection_speaks():
    session = after_play(GOOD[0])
    session.timer(11 * SECOND - 1)
    assert session.state.value == "playing"
    beat = b"RTSP/1.0 200 OK\r\nCSeq: 9\r\n\r\n"
    session.receive(beat, 0, len(beat), 11 * SECOND - 1)
    session.timer(11 * SECOND)
    assert code(session) == "stream_silent"


def test_a57_frames_and_messages_survive_any_cut_and_single_bytes():
    data = GOOD[0] + answer().replace("{cseq}", "50").encode() + GOOD[1] + GOOD[2] + ask("OPTIONS") + GOOD[3]
    for cut in [-1, *range(1, len(data))]:
        assert sequences(after_play(data, cut=cut)) == [1, 2, 3, 4], cut


def test_a59_a_description_of_many_kilobytes_is_read_whole():
    body = SDP_H264_ALAW + "a=x-filler:" + "y" * 500_000 + "\r\n"
    playing(session := new_session(), ScriptedCamera({"DESCRIBE": answer(body=body)}))
    assert len(description_of(session).text) == len(body)


@pytest.mark.parametrize("length", [MAX_BODY_BYTES + 1, 10**17])
def test_a59_a_body_announced_too_long_is_cut_off_with_a_clear_fault(length):
    said = f"RTSP/1.0 200 OK\r\nCSeq: {{cseq}}\r\nContent-Length: {length}\r\n\r\n"
    converse(session := new_session(), ScriptedCamera({"DESCRIBE": said}))
    assert code(session) == "answer_too_long"


def test_a59_a_body_shorter_than_announced_ends_at_the_deadline():
    said = f"RTSP/1.0 200 OK\r\nCSeq: {{cseq}}\r\nContent-Length: 60055\r\n\r\n{SDP_H264}"
    converse(session := new_session(), ScriptedCamera({"DESCRIBE": said}))
    session.timer(10 * SECOND)
    assert code(session) == "too_slow"


def test_headers_without_end_are_cut_off():
    converse(session := new_session(), ScriptedCamera({"OPTIONS": "RTSP/1.0 200 OK\r\n" + "X: y\r\n" * MAX_HEAD_BYTES}))
    assert code(session) == "answer_too_long"


def test_more_messages_than_a_camera_in_its_senses_sends_end_the_session():
    session = after_play(b"RTSP/1.0 200 OK\r\nCSeq: 9\r\n\r\n" * 300)
    assert code(session) == "peer_floods"


@pytest.mark.parametrize("tail", [b"", b"\0", b"0 200 OK"])
def test_a_start_of_a_message_is_waited_for_only_while_it_can_become_one(tail):
    whole = b"RTSP/1."
    for length in range(1, len(whole)):
        assert framing.classify(whole, 0, length) is framing.Start.MORE
    assert framing.classify(whole + tail, 0, len(whole + tail)) is framing.Start.MESSAGE
    assert framing.classify(b"R\0", 0, 2) is framing.Start.NOISE
    assert framing.classify(b"A" * 100, 0, 100) is framing.Start.NOISE
