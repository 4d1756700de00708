"""Whatever a peer sends, at whatever cut: no exception, no loop, bounded memory, and the same verdict for every cut."""

import tracemalloc

from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.edge.rtp.receiver import Receiver
from minhbach.edge.rtsp import headers, message, sdp
from minhbach.edge.rtsp.auth import parse_challenges
from minhbach.edge.rtsp.parameter_sets import audio_config, parameter_sets
from minhbach.edge.rtsp.reception import make_receiver
from tests.edge.rtsp.scripted import (
    PLAIN,
    SDP_H264_ALAW,
    SECOND,
    ScriptedCamera,
    answer,
    converse,
    frame,
    new_session,
    playing,
    recorder_of,
    rtp,
)  # fmt: skip

PIECES = st.sampled_from(
    [
        b"RTSP/1.0 200 OK\r\n", b"RTSP/1.0 401 No\r\n", b"RTSP/1.0 302 Go\r\n", b"CSeq: 1\r\n", b"CSeq: 2\r\n", b"\r\n",
        b'WWW-Authenticate: Digest realm="r", nonce="n"\r\n', b"Content-Length: 4\r\n", b"Content-Length: 9999999\r\n",
        b"Location: rtsp://x/\r\n", b"Session: a;timeout=1\r\n", b"OPTIONS * RTSP/1.0\r\n", b"HTTP/1.1 200 OK\r\n",
        b"$\0\0\x0c", b"$\1\0\0", b"$\xff\xff\xff", b"\x80\x60", b"\n", b" \r\n", b"RTSP/1.0", b"Transport: ;=;\r\n",
        b"Content-Base: rtsp://\r\n", b"m=video 0 RTP/AVP 96\r\n", b"TEARDOWN rtsp://h RTSP/1.0\r\n", b"R", b"$",
    ]
)  # fmt: skip
STREAM = st.lists(st.one_of(PIECES, st.binary(max_size=12)), max_size=40).map(b"".join)


def fed(data: bytes, cuts: list[int], *, in_play: bool):
    session = new_session("rtsp://u:p@cam.example/live")
    if in_play:
        playing(session)
    else:
        session.start(0)
        session.outgoing()
    rest, begin = b"", 0
    for end in [*sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]:
        rest += data[begin:end]
        begin = end
        used = session.receive(rest, 0, len(rest), SECOND)
        assert 0 <= used <= len(rest)
        rest = rest[used:]
        assert len(rest) < 65540
    frames = recorder_of(session).frames if session.receiver is not None else []
    verdict = session.trouble.fault.code if session.trouble else ""
    return verdict, session.state.value, frames, rest


@settings(max_examples=300)
@given(STREAM, st.lists(st.integers(0, 2000), max_size=6), st.booleans())
def test_any_bytes_are_taken_the_same_way_whole_and_in_pieces(data, cuts, in_play):
    whole = fed(data, [], in_play=in_play)
    assert fed(data, cuts, in_play=in_play) == whole


@settings(max_examples=100)
@given(STREAM)
def test_single_bytes_give_the_same_verdict(data):
    assert fed(data, list(range(len(data))), in_play=True) == fed(data, [], in_play=True)


def read_or_refuse(body: bytes) -> None:
    try:
        description = sdp.parse(body)
    except sdp.BadDescription:
        return
    for media in sdp.receivable(description):
        for chosen in media.formats:
            parameter_sets(chosen)
            audio_config(chosen)
    sdp.offered(description)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_description_or_a_clear_refusal(body):
    read_or_refuse(body)


MUTATED = st.lists(st.tuples(st.integers(0, len(SDP_H264_ALAW) - 1), st.integers(0, 255)), max_size=12)


@given(MUTATED)
def test_a_damaged_description_never_raises(changes):
    raw = bytearray(SDP_H264_ALAW.encode())
    for place, value in changes:
        raw[place] = value
    read_or_refuse(bytes(raw))


@given(st.text(st.characters(max_codepoint=255), max_size=120))
def test_header_values_of_any_text_are_read(text):
    headers.parse_transport(text)
    headers.parse_session(text)
    parse_challenges([text, f"Digest {text}"])


@given(st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60))
def test_a_hostile_realm_or_session_cannot_smuggle_a_line_into_our_requests(text):
    script = {
        "DESCRIBE": [answer("401 No", f'WWW-Authenticate: Digest realm="{text}", nonce="{text}"'), PLAIN["DESCRIBE"]],
        "SETUP": answer("200 OK", f"Session: {text}"),
    }
    camera = ScriptedCamera(script)
    converse(new_session("rtsp://u:p@cam.example/live"), camera)
    known = {"cseq", "user-agent", "accept", "transport", "session", "authorization", "range"}
    assert all(name in known for request in camera.requests for name, _ in request.headers.lines)


@settings(max_examples=200)
@given(STREAM, st.integers(1, 40))
def test_with_the_real_receiver_any_bytes_are_taken_and_a_good_frame_behind_them_arrives(data, step):
    session = new_session(make_receiver=make_receiver)
    converse(session, ScriptedCamera())
    receiver = session.receiver
    assert isinstance(receiver, Receiver)
    # More good frames than a false length before them could swallow.
    stream = data + b"".join(frame(2, rtp(n, payload_type=8, body=bytes(1400))) for n in range(60))
    rest = b""
    for begin in range(0, len(stream), step * 97):
        rest += stream[begin : begin + step * 97]
        rest = rest[session.receive(rest, 0, len(rest), SECOND) :]
        assert len(rest) < 65540
    assert session.state.value != "playing" or receiver.tracks[1].last_media_us == SECOND


@given(st.binary(max_size=200))
def test_the_assembler_takes_whole_messages_or_refuses(data):
    assembler = message.Assembler()
    try:
        used = assembler.feed(data, 0, len(data))
    except message.BadMessage:
        return
    assert 0 <= used <= len(data)


def test_a_session_under_a_mixed_flood_keeps_its_memory():
    session = new_session()
    playing(session)
    burst = frame(0, rtp(1)) + b"\0noise" + answer().replace("{cseq}", "9").encode() + b"\r\n" + frame(7, b"x" * 500)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for second in range(1, 2000):
        session.receive(burst, 0, len(burst), second * SECOND)
        recorder_of(session).frames.clear()
        recorder_of(session).noise = b""
        session.timer(second * SECOND)
        session.outgoing()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert session.state.value == "playing", session.trouble
    assert grown < 64 * 1024
