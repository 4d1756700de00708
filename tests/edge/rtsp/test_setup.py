"""From DESCRIBE to PLAY: rows A20 to A30, A33, A35, A36, A42 to A54, A60 to A65 of docs/cameras.md."""

import pytest

from minhbach.edge.rtsp.habits import Habits
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
    detail,
    frame,
    new_session,
    playing,
    recorder_of,
    rtp,
    setup_answer,
)  # fmt: skip


def described(*lines: str, body: str = SDP_H264) -> str:
    return answer("200 OK", *lines, body=body)


def with_control(control: str, session_control: str = "*") -> str:
    return SDP_H264.replace("trackID=0", control).replace("a=control:*", f"a=control:{session_control}")


def set_up_at(base: str | None, control: str, *, request: str = "rtsp://h/") -> str:
    """The URL of the first SETUP for a Content-Base (None: none sent) and a control."""
    lines = [f"Content-Base: {base}"] if base is not None else []
    camera = playing(new_session(request), ScriptedCamera({"DESCRIBE": described(*lines, body=with_control(control))}))
    return camera.requests[2].target


def granting(*transports: str | None):
    """SETUP answers with these Transport values in turn; `{asked}` is what was asked, None sends no header."""

    def grant(transport):
        def reply(request):
            asked = request.headers.get("transport")
            lines = [] if transport is None else [f"Transport: {transport.replace('{asked}', asked)}"]
            return answer("200 OK", "Session: 4711", *lines)

        return reply

    return [grant(transport) for transport in transports]


def channels(session) -> list[tuple[int, int]]:
    return [(t.rtp_channel, t.rtcp_channel) for t in session.tracks]


def test_a20_of_two_session_ids_the_first_stays():
    def set_up(request):
        return setup_answer(request).replace("4711", "4711" if "trackID=0" in request.target else "4712")

    camera = playing(session := new_session(), ScriptedCamera({"SETUP": set_up}))
    assert camera.last("PLAY").headers.get("session") == "4711"
    assert session.notes["other_session_id"] == 1


def test_a21_a_session_in_options_or_describe_means_nothing():
    script = {
        "OPTIONS": answer("200 OK", "Session: 136527041864"),
        "DESCRIBE": described("Session: l0TtlUFSR"),
    }
    camera = playing(new_session(), ScriptedCamera(script))
    assert camera.requests[2].headers.get("session") is None
    assert camera.last("PLAY").headers.get("session") == "4711"


def test_a22_a_describe_without_content_type_and_base_is_read_and_the_request_url_is_the_base():
    assert set_up_at(None, "trackID=0", request="rtsp://h/live") == "rtsp://h/live/trackID=0"


def test_a22_content_location_stands_in_for_content_base():
    script = {"DESCRIBE": described("Content-Location: rtsp://h/other")}
    assert (
        playing(new_session("rtsp://h/live"), ScriptedCamera(script)).requests[2].target == "rtsp://h/other/trackID=0"
    )


def test_a23_a_relative_control_is_joined_to_a_base_without_last_slash():
    assert (
        set_up_at("rtsp://h:10554/tcp/av0_0", "track0", request="rtsp://h:10554/tcp/av0_0")
        == "rtsp://h:10554/tcp/av0_0/track0"
    )


def test_a24_a_query_in_the_base_stays_in_front_of_the_control():
    base = "rtsp://h/cam/realmonitor?channel=1&subtype=1&unicast=true&proto=Onvif/"
    assert set_up_at(base, "trackID=0") == base + "trackID=0"


def test_a25_a_control_with_a_scheme_is_used_unchanged():
    control = "rtsp://h/Streaming/Channels/101/trackID=1?transportmode=unicast&profile=Profile_1"
    assert set_up_at("rtsp://h/Streaming/Channels/101/", control) == control


def test_a26_there_is_one_slash_between_base_and_control():
    assert set_up_at("rtsp://h/", "/media/1") == "rtsp://h/media/1"


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("192.168.1.10:554/stream0/", "rtsp://h/stream0/trackID=1"),
        ("rtsp://rtsp://h:554/s/", "rtsp://h:554/s/trackID=1"),
        ("rtsp://::ffff:192.168.1.123/s/", "rtsp://h/live/trackID=1"),
        ("", "rtsp://h/live/trackID=1"),
        ("nonsense with blanks", "rtsp://h/live/trackID=1"),
    ],
)
def test_a27_a_broken_base_is_repaired_or_the_request_url_is_used(base, expected):
    assert set_up_at(base, "trackID=1", request="rtsp://h/live") == expected


def test_a28_a_host_learned_from_the_camera_is_never_used():
    script = {"DESCRIBE": described("Content-Base: rtsp://127.0.0.1:554/camera")}
    camera = playing(session := new_session("rtsp://10.1.2.3/camera"), ScriptedCamera(script))
    assert all(request.target.startswith("rtsp://10.1.2.3/") for request in camera.requests)
    assert session.notes["base_repaired"] == 1


def test_a28_an_absolute_control_on_another_host_is_tried_on_ours_and_then_as_written():
    script = {
        "DESCRIBE": described(body=with_control("rtsp://192.168.1.64/trackID=1")),
        "SETUP": [answer("404 Not Found"), setup_answer],
    }
    camera = playing(new_session("rtsp://10.1.2.3/camera"), ScriptedCamera(script))
    assert [r.target for r in camera.requests[2:4]] == ["rtsp://10.1.2.3/trackID=1", "rtsp://192.168.1.64/trackID=1"]


def test_a29_user_and_password_from_the_camera_are_stripped_before_anything_else():
    base, control = "rtsp://admin:secret@h/profile5/", "rtsp://admin:secret@h/profile5/track1"
    script = {"DESCRIBE": described(f"Content-Base: {base}", body=with_control(control, session_control=base))}
    camera = playing(session := new_session("rtsp://h/profile5"), ScriptedCamera(script))
    assert not any("secret" in request.target for request in camera.requests)
    assert "secret" not in repr(description_of(session).media)


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "459 Aggregate", "460 Only Aggregate"])
def test_a30_play_is_tried_once_with_the_other_last_slash(status):
    script = {"DESCRIBE": described("Content-Base: rtsp://h/b5.mp4/"), "PLAY": [answer(status), PLAIN["PLAY"]]}
    camera = playing(session := new_session("rtsp://h/b5.mp4"), ScriptedCamera(script))
    assert [r.target for r in camera.requests if r.method == "PLAY"] == ["rtsp://h/b5.mp4/", "rtsp://h/b5.mp4"]
    assert session.notes["play_other_url"] == 1


def test_a30_play_refused_in_both_forms_ends_the_session():
    converse(session := new_session(), camera := ScriptedCamera({"PLAY": answer("400 Bad Request")}))
    assert code(session) == "camera_error"
    assert camera.methods().count("PLAY") == 2
    assert session.outgoing() == b""
    assert camera.methods()[-1] == "TEARDOWN"


@pytest.mark.parametrize("method", ["DESCRIBE", "SETUP", "PLAY"])
@pytest.mark.parametrize("status", ["453 Not Enough Bandwidth", "503 Service Unavailable"])
def test_a33_a_camera_that_refuses_more_viewers_is_named_so(method, status):
    converse(session := new_session(), ScriptedCamera({method: answer(status)}))
    assert code(session) == "too_many_viewers"
    assert detail(session) == status


def test_a35_a_connection_carries_one_describe_unless_login_asks_for_a_second():
    camera = playing(session := new_session())
    for second in range(1, 200):
        recorder_of(session).last_media_us = second * SECOND
        session.timer(second * SECOND)
        converse(session, camera, second * SECOND)
    assert camera.methods().count("DESCRIBE") == 1


@pytest.mark.parametrize("status", ["500 Internal Server Error", "454 Session Not Found", "200 OK"])
def test_a36_any_answer_to_teardown_means_gone(status):
    camera = playing(session := new_session(), ScriptedCamera({"TEARDOWN": answer(status)}))
    session.close(SECOND)
    converse(session, camera, SECOND)
    assert session.state.value == "ended"
    assert code(session) == ""
    assert camera.methods().count("TEARDOWN") == 1


def test_a42_the_channels_that_the_camera_chose_rule():
    script = {"SETUP": granting("RTP/AVP/TCP;interleaved=8-9", "RTP/AVP/TCP;interleaved=10-11")}
    playing(session := new_session(), ScriptedCamera(script))
    assert channels(session) == [(8, 9), (10, 11)]
    assert session.notes["channels_chosen_by_camera"] == 2


def test_a42_a_clash_with_another_track_is_asked_again_on_free_channels():
    script = {"SETUP": granting("{asked}", "RTP/AVP/TCP;interleaved=0-1", "{asked}")}
    camera = playing(session := new_session(), ScriptedCamera(script))
    assert channels(session) == [(0, 1), (4, 5)]
    assert [r.target[-1] for r in camera.requests if r.method == "SETUP"] == ["0", "1", "1"]


def test_a42_a_clash_that_stays_costs_only_that_track():
    script = {"SETUP": granting("RTP/AVP/TCP;interleaved=0-1")}
    playing(session := new_session(), ScriptedCamera(script))
    assert [t.media.kind for t in session.tracks] == ["video"]


@pytest.mark.parametrize(
    ("transport", "expected"),
    [
        ("RTP/AVP/TCP;unicast", (0, 1)),
        ("RTP/AVP/TCP;unicast;interleaved=", (0, 1)),
        ("RTP/AVP/TCP;unicast;interleaved=4", (4, 5)),
        ("RTP/AVP/TCP;unicast;interleaved=4-9", (4, 9)),
        ("RTP/AVP/TCP;unicast;interleaved=400-401", (0, 1)),
    ],
)
def test_a43_missing_channels_are_as_asked_and_a_single_one_means_it_and_the_next(transport, expected):
    script = {"DESCRIBE": described(), "SETUP": granting(transport)}
    playing(session := new_session(), ScriptedCamera(script))
    assert channels(session) == [expected]


def test_a44_interleaved_means_tcp_whatever_the_protocol_says():
    script = {"DESCRIBE": described(), "SETUP": granting("RTP/AVP;unicast;destination=10.0.0.1;interleaved=0-1")}
    playing(new_session(), ScriptedCamera(script))


def test_a45_a_setup_answer_without_transport_grants_what_was_asked():
    playing(session := new_session(), ScriptedCamera({"SETUP": granting(None)}))
    assert channels(session) == [(0, 1), (2, 3)]
    assert session.notes["transport_missing"] == 2


def test_a46_transport_parameters_may_come_in_any_order_with_blanks_and_empty_parts():
    script = {
        "DESCRIBE": described(),
        "SETUP": granting("RTP/AVP/TCP; ssrc=22345685 ;; x-y ; interleaved = 6-7;unicast;"),
    }
    playing(session := new_session(), ScriptedCamera(script))
    assert channels(session) == [(6, 7)]
    assert session.tracks[0].ssrc_hint == 0x22345685


@pytest.mark.parametrize(("ssrc", "hint"), [("0", 0), ("4317f", 0x4317F), ("zz", None), ("30A98EE7", 0x30A98EE7)])
def test_a47_an_announced_ssrc_is_a_hint_and_frames_of_any_other_pass(ssrc, hint):
    script = {"DESCRIBE": described(), "SETUP": granting(f"{{asked}};ssrc={ssrc}")}
    playing(session := new_session(), ScriptedCamera(script))
    media = frame(0, rtp(1, ssrc=0x12345678))
    session.receive(media, 0, len(media), SECOND)
    assert session.tracks[0].ssrc_hint == hint
    assert len(recorder_of(session).frames) == 1


def test_a49_a51_a54_unicast_is_always_said_and_mode_and_require_never():
    camera = playing(new_session())
    for request in camera.requests:
        assert request.headers.get("require") is None
        if request.method == "SETUP":
            assert ";unicast;" in str(request.headers.get("transport"))
            assert "mode" not in str(request.headers.get("transport"))


@pytest.mark.parametrize("refusal", ["461", "udp"])
def test_a50_a_camera_that_does_not_stream_over_tcp_is_named_so(refusal):
    udp = granting("RTP/AVP;unicast;client_port=1234-1235;server_port=39000-35968")
    script = {"SETUP": answer("461 Unsupported Transport") if refusal == "461" else udp}
    converse(session := new_session(), ScriptedCamera(script))
    assert code(session) == "tcp_refused"


def test_a52_every_receivable_track_is_set_up():
    camera = playing(new_session())
    assert camera.methods().count("SETUP") == 2


def test_a52_after_silence_the_next_session_sets_up_every_track_there_is():
    body = (
        SDP_H264_ALAW
        + "m=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\na=control:trackID=4\r\n"
    )
    script = {"DESCRIBE": described(body=body)}
    habits = Habits()
    camera = playing(session := new_session(habits=habits), ScriptedCamera(script))
    assert camera.methods().count("SETUP") == 2
    session.timer(10 * SECOND)
    assert code(session) == "stream_silent"
    camera = playing(new_session(habits=habits), ScriptedCamera(script))
    assert camera.methods().count("SETUP") == 3


def test_one_track_that_is_refused_does_not_cost_the_others():
    script = {"SETUP": lambda r: setup_answer(r) if "trackID=1" in r.target else answer("500 Oops")}
    playing(session := new_session(), ScriptedCamera(script))
    assert [t.media.kind for t in session.tracks] == ["audio"]
    assert session.notes["track_refused"] == 1


def test_tracks_that_are_all_not_found_mean_a_wrong_address():
    converse(session := new_session(), ScriptedCamera({"SETUP": answer("404 Not Found")}))
    assert code(session) == "wrong_url"


def test_a60_header_names_are_read_in_any_case_and_odd_dates_and_reasons_do_not_matter():
    odd = "RTSP/1.0 200 Everything is wonderful\r\nCseq: {cseq}\r\nDate: Sun, Nov 28 2021\r\ncontent-LENGTH: 0\r\n\r\n"
    session = new_session()
    camera = playing(session, ScriptedCamera({"OPTIONS": odd}))
    assert session.notes["cseq_wrong"] == 0
    assert all(("cseq", str(n)) in r.headers.lines for n, r in enumerate(camera.requests, 1))


def test_a60_our_requests_spell_cseq_so():
    session = new_session()
    session.start(0)
    assert b"\r\nCSeq: 1\r\n" in session.outgoing()


def test_a61_an_answer_without_cseq_answers_the_open_request():
    script = {m: str(PLAIN[m]).replace("CSeq: {cseq}\r\n", "") for m in ("OPTIONS", "DESCRIBE", "PLAY")}
    playing(session := new_session(), ScriptedCamera(script))
    assert session.notes["cseq_wrong"] == 3


@pytest.mark.parametrize(
    "info",
    [
        "url=trackID=1;seq=1;rtptime=-1,url=rtsp://x/vod/mp4:a.mov/trackID=2;seq=1;rtptime=-1",
        "url=rtsp://192.168.1.110:5050/H264/video;seq=271;rtptime=1621990950",
        "seq=99999999;rtptime=abc,,,",
    ],
)
def test_a62_rtp_info_is_never_a_reason_to_reject(info):
    script = {"DESCRIBE": described(), "PLAY": answer("200 OK", f"RTP-Info: {info}")}
    playing(session := new_session(), ScriptedCamera(script))
    media = frame(0, rtp(4))
    session.receive(media, 0, len(media), 0)
    assert len(recorder_of(session).frames) == 1


def test_a64_options_comes_first():
    assert playing(new_session()).methods()[0] == "OPTIONS"


@pytest.mark.parametrize("status", ["454 x", "404 x", "501 Not Implemented", "500 x"])
def test_a64_whatever_options_is_answered_describe_follows(status):
    playing(new_session(), ScriptedCamera({"OPTIONS": answer(status)}))


@pytest.mark.parametrize("status", ["455 Method Not Valid", "459 Aggregate", "460 Only Aggregate"])
@pytest.mark.parametrize("method", ["SETUP", "PLAY"])
def test_a65_455_459_and_460_close_the_session_with_a_fault(status, method):
    converse(session := new_session(), ScriptedCamera({method: answer(status)}))
    assert session.state.value == "ended"
    assert code(session) == "camera_error"
    assert status[:3] in detail(session)


@pytest.mark.parametrize(
    ("status", "expected"),
    [("404 Not Found", "wrong_url"), ("403 Forbidden", "access_forbidden"), ("500 Oops", "camera_error")],
)
def test_a_refused_describe_has_its_own_sentence(status, expected):
    converse(session := new_session(), ScriptedCamera({"DESCRIBE": answer(status)}))
    assert code(session) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("m=video 0 RTP/AVP 26\r\n", "unsupported_codec"),
        ("m=audio 0 RTP/AVP 97\r\na=rtpmap:97 G726-32/8000\r\n", "unsupported_codec"),
        ("m=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\n", "no_tracks"),
        ("<html>no</html>", "bad_description"),
        ("", "no_tracks"),
    ],
)
def test_a_description_that_cannot_be_recorded_has_its_own_sentence(body, expected):
    converse(session := new_session(), ScriptedCamera({"DESCRIBE": described(body=body)}))
    assert code(session) == expected
