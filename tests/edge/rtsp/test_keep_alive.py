"""Signs of life: rows A11 to A19 and A34 of docs/cameras.md."""

import itertools

import pytest

from minhbach.edge.rtsp.habits import Habits
from minhbach.edge.rtsp.session import Session
from tests.edge.rtsp.scripted import SECOND, ScriptedCamera, answer, code, converse, new_session, playing, recorder_of


def live(session: Session, camera: ScriptedCamera, until_s: int, *, since_s: int = 0) -> None:
    """Let media flow and the timer run, second by second."""
    for second in range(since_s + 1, until_s + 1):
        recorder_of(session).last_media_us = second * SECOND
        session.timer(second * SECOND)
        converse(session, camera, second * SECOND)
        if session.state.value != "playing":
            return


def kept_alive(camera: ScriptedCamera) -> list[str]:
    methods = camera.methods()
    return methods[methods.index("PLAY") + 1 :]


def test_a11_an_error_with_an_old_cseq_answers_the_open_keep_alive():
    stale = answer("400 Bad Request").replace("{cseq}", "5")
    camera = ScriptedCamera({"GET_PARAMETER": stale, "SETUP": answer("200 OK", "Session: 1;timeout=15")})
    habits = Habits()
    session = new_session(habits=habits)
    playing(session, camera)
    live(session, camera, 40)
    assert session.state.value == "playing", session.trouble
    assert habits.keep_alive_method == "OPTIONS"
    assert kept_alive(camera)[:2] == ["GET_PARAMETER", "OPTIONS"]
    assert set(kept_alive(camera)[1:]) == {"OPTIONS"}
    assert session.notes["keep_alive_400"] == 1


def test_a12_a_refused_method_is_left_though_public_lists_it_and_what_works_is_remembered():
    habits = Habits()
    script = {"GET_PARAMETER": answer("400 Bad Request")}
    camera = playing(session := new_session(habits=habits), ScriptedCamera(script))
    live(session, camera, 60)
    assert kept_alive(camera) == ["GET_PARAMETER", "OPTIONS", "OPTIONS"]
    camera = playing(session := new_session(habits=habits), ScriptedCamera(script))
    live(session, camera, 60)
    assert kept_alive(camera) == ["OPTIONS", "OPTIONS"]


def test_a13_a_cut_when_the_timeout_ends_makes_the_next_session_use_another_method():
    habits = Habits()
    camera = playing(session := new_session(habits=habits))
    live(session, camera, 59)
    session.eof(60 * SECOND)
    assert code(session) == "stream_broken"
    assert session.notes["cut_at_timeout"] == 1
    assert habits.keep_alive_method == "OPTIONS"


def test_a13_a_cut_at_another_time_changes_nothing():
    habits = Habits()
    camera = playing(session := new_session(habits=habits))
    live(session, camera, 40)
    session.eof(40 * SECOND)
    assert habits.keep_alive_method == "GET_PARAMETER"


def test_a14_a_454_on_a_keep_alive_does_not_end_a_stream_that_flows():
    camera = playing(session := new_session(), ScriptedCamera({"GET_PARAMETER": answer("454 Session Not Found")}))
    live(session, camera, 100)
    assert session.state.value == "playing"
    assert not session.wants_renewal


def test_a15_keep_alives_that_are_never_answered_are_not_waited_for():
    camera = playing(session := new_session(), ScriptedCamera({"GET_PARAMETER": []}))
    live(session, camera, 80)
    assert session.state.value == "playing"
    assert kept_alive(camera) == ["GET_PARAMETER", "OPTIONS", "OPTIONS"]
    assert session.notes["keep_alive_unanswered"] == 1


def test_a16_the_first_keep_alive_is_never_set_parameter():
    camera = playing(session := new_session())
    live(session, camera, 300)
    assert "SET_PARAMETER" not in kept_alive(camera)


def test_a14_errors_far_apart_with_answers_between_them_do_not_add_up():
    lost = answer("454 Session Not Found")
    script = {"GET_PARAMETER": lost, "OPTIONS": [answer(), answer(), lost, answer()], "SET_PARAMETER": [answer(), lost]}
    camera = playing(session := new_session(), ScriptedCamera(script))
    live(session, camera, 400)
    assert session.notes["keep_alive_454"] >= 3
    assert not session.wants_renewal


def test_a17_keep_alives_carry_the_session_and_the_base_url():
    camera = playing(session := new_session())
    live(session, camera, 30)
    assert camera.last("GET_PARAMETER").headers.get("session") == "4711"
    assert camera.last("GET_PARAMETER").target == "rtsp://cam.example/live/main"


def test_a18_receiver_reports_go_out_at_least_every_five_seconds():
    session = new_session()
    playing(session)
    times = []
    for tenth in range(300):
        now_us = tenth * SECOND // 10
        recorder_of(session).last_media_us = now_us
        session.timer(now_us)
        if b"$\x01" in session.outgoing():
            times.append(now_us)
    assert len(times) >= 6
    assert all(after - before <= 5 * SECOND for before, after in itertools.pairwise(times))


@pytest.mark.parametrize(
    ("setup", "play", "pause_s"),
    [
        ("        708345999;timeout=60", "708345999", 25),
        ("9a90de54; timeout=60", "9a90de54; timeout=120", 25),
        ("45266830;timeout=5", "45266830", 3),
        ("45266830;timeout=60", "45266830;timeout=20", 10),
        ("45266830", "45266830", 25),
        ("45266830;timeout=0", "45266830", 25),
        ("45266830;timeout=x", "45266830", 25),
    ],
)
def test_a19_the_session_is_sent_back_bare_and_renewed_by_half_the_newest_timeout(setup, play, pause_s):
    def set_up(request):
        return answer("200 OK", f"Session: {setup}", f"Transport: {request.headers.get('transport')}")

    camera = ScriptedCamera({"SETUP": set_up, "PLAY": answer("200 OK", f"Session: {play}")})
    playing(session := new_session(), camera)
    live(session, camera, pause_s - 1)
    assert kept_alive(camera) == []
    live(session, camera, pause_s, since_s=pause_s - 1)
    assert kept_alive(camera) == ["GET_PARAMETER"]
    assert camera.last("GET_PARAMETER").headers.get("session") == setup.partition(";")[0].strip()


def test_a34_when_every_keep_alive_is_answered_454_a_new_session_is_wanted_while_this_one_goes_on():
    lost = answer("454 Session Not Found")
    camera = playing(session := new_session())
    script = {"GET_PARAMETER": lost, "OPTIONS": lost, "SET_PARAMETER": lost}
    camera = ScriptedCamera(script)
    live(session, camera, 30)
    assert session.wants_renewal
    assert session.state.value == "playing"
