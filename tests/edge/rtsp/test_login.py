"""Logging in: rows A01 to A10 of docs/cameras.md. Digest answers are computed here a second time, from the RFCs."""

import hashlib
import re

import pytest

from minhbach.edge.rtsp.auth import Authenticator, parse_challenges
from minhbach.edge.rtsp.habits import Habits
from minhbach.edge.rtsp.url import Credentials
from tests.edge.rtsp.scripted import (
    PLAIN,
    SECOND,
    ScriptedCamera,
    answer,
    code,
    converse,
    description_of,
    detail,
    new_session,
    playing,
    recorder_of,
)

URL = "rtsp://admin:pa:ss@cam.example/live"
MD5 = 'Digest realm="IP Camera(C1214)", nonce="n1", stale="FALSE"'
SHA = 'Digest realm="IP Camera(C1214)", nonce="n1", algorithm="SHA-256", stale="FALSE"'


def fields(value: str) -> dict[str, str]:
    return {k: q or b for k, q, b in re.findall(r'(\w+)=(?:"([^"]*)"|([^,\s]*))', value.partition(" ")[2])}


def is_right(request, user: str = "admin", password: str = "pa:ss") -> bool:
    """RFC 2069 / 2617 / 7616, written out once more."""
    value = request.headers.get("authorization") or ""
    got = fields(value)
    if not value.startswith("Digest "):
        return False
    algorithm = got.get("algorithm", "MD5").upper()

    def h(text: str) -> str:
        return hashlib.new("sha256" if "SHA-256" in algorithm else "md5", text.encode("latin-1")).hexdigest()

    ha1 = h(f"{user}:{got['realm']}:{password}")
    if algorithm.endswith("-SESS"):
        ha1 = h(f"{ha1}:{got['nonce']}:{got['cnonce']}")
    ha2 = h(f"{request.method}:{got['uri']}" + (f":{h('')}" if got.get("qop") == "auth-int" else ""))
    middle = f"{got['nonce']}:{got['nc']}:{got['cnonce']}:{got['qop']}" if "qop" in got else got["nonce"]
    return got["response"] == h(f"{ha1}:{middle}:{ha2}") and got["uri"] == request.target


def guarded(*challenges: str, accept=is_right, also=()):
    """A script in which every method but OPTIONS wants a right answer to these challenges."""
    refusal = answer("401 Unauthorized", *(f"WWW-Authenticate: {c}" for c in challenges), *also)

    def guard(method):
        def reply(request):
            given = PLAIN[method]
            return (given(request) if callable(given) else given) if accept(request) else refusal

        return reply

    return {method: guard(method) for method in PLAIN if method != "OPTIONS"}


def test_a01_digest_is_chosen_before_basic_from_two_header_lines_and_noted():
    session = new_session(URL)
    camera = playing(session, ScriptedCamera(guarded(MD5, 'Basic realm="IP Camera(C1214)"')))
    assert all(is_right(request) for request in camera.requests[2:])
    assert session.login == "MD5"
    assert session.notes["login_md5"] == 1


def test_a01_the_strongest_digest_is_chosen_whatever_the_order():
    playing(session := new_session(URL), ScriptedCamera(guarded(MD5, SHA)))
    assert session.login == "SHA-256"


@pytest.mark.parametrize("line", [f'{MD5}, Basic realm="a, b=c"', f'Basic realm="a, b=c", {MD5}'])
def test_a01_challenges_joined_by_commas_in_one_line_are_told_apart(line):
    playing(session := new_session(URL), ScriptedCamera(guarded(line)))
    assert session.login == "MD5"


def test_a02_the_hash_follows_the_algorithm_and_only_then_is_it_named():
    camera = playing(session := new_session(URL), ScriptedCamera(guarded(SHA)))
    assert session.login == "SHA-256"
    assert "algorithm=SHA-256" in (camera.last("PLAY").headers.get("authorization") or "")
    camera = playing(new_session(URL), ScriptedCamera(guarded(MD5)))
    assert "algorithm" not in (camera.last("PLAY").headers.get("authorization") or "")


@pytest.mark.parametrize("algorithm", ["sha-256", '"SHA-256"', "Sha-256", '"md5"', "MD5-sess", '"SHA-256-sess"'])
def test_a02_the_algorithm_is_read_quoted_or_bare_in_any_case(algorithm):
    playing(new_session(URL), ScriptedCamera(guarded(f'Digest realm="r", nonce="n", algorithm={algorithm}')))


def test_a03_md5_is_tried_once_when_the_sha256_answer_is_refused_and_remembered():
    script = guarded(SHA, MD5, accept=lambda r: is_right(r) and "SHA" not in (r.headers.get("authorization") or ""))
    habits = Habits()
    playing(first := new_session(URL, habits=habits), ScriptedCamera(script))
    assert first.notes["login_sha-256"] == 1
    assert habits.prefers_md5
    playing(second := new_session(URL, habits=habits), ScriptedCamera(script))
    assert second.notes["login_sha-256"] == 0


def test_a04_without_qop_opaque_and_algorithm_the_rfc_2069_form_is_used():
    script = guarded('Digest realm="Surveillance Server", nonce="98481030"')
    camera = playing(new_session(URL), ScriptedCamera(script))
    assert set(fields(camera.last("PLAY").headers.get("authorization") or "")) == {
        "username", "realm", "nonce", "uri", "response",
    }  # fmt: skip


def test_a04_a_blank_behind_cseq_is_trimmed():
    spaced = str(PLAIN["OPTIONS"]).replace("{cseq}", "{cseq} ")
    session = new_session()
    playing(session, ScriptedCamera({"OPTIONS": spaced}))
    assert session.notes["cseq_wrong"] == 0


def test_a05_a_keep_alive_that_is_challenged_anew_is_signed_again_and_media_goes_on():
    nonces = iter(["n1", "n2", "n3"])
    current = next(nonces)

    def accept(request):
        return is_right(request) and fields(request.headers.get("authorization") or "")["nonce"] == current

    def refuse(request):
        return answer("401 Unauthorized", f'WWW-Authenticate: Digest realm="r", nonce="{current}"')

    def guard(given):
        return lambda r: (given(r) if callable(given) else given) if accept(r) else refuse(r)

    session = new_session(URL)
    camera = playing(session, ScriptedCamera({m: guard(a) for m, a in PLAIN.items()}))
    for round_number in (1, 2):
        current = next(nonces)
        recorder = recorder_of(session)
        recorder.last_media_us = round_number * 25 * SECOND
        session.timer(round_number * 25 * SECOND)
        converse(session, camera)
        assert session.state.value == "playing", session.trouble
        assert camera.methods()[-2:] == ["GET_PARAMETER", "GET_PARAMETER"]
        assert accept(camera.requests[-1])
        assert session.receiver is recorder


def test_a05_a_nonce_that_was_accepted_before_and_aged_is_no_refusal_of_the_secret():
    habits = Habits()
    login = Authenticator(Credentials("u", "p"), habits, secure=False, token=lambda: "c")
    login.challenged(['Digest realm="r", nonce="n1"'], signed=False)
    login.accepted()
    login.challenged(['Digest realm="r", nonce="n2"'], signed=True)
    assert habits.refusals == 0
    login.challenged(['Digest realm="r", nonce="n3"'], signed=True)
    assert habits.refusals == 1


def test_a06_a_secret_is_refused_at_most_twice_and_then_called_wrong():
    counter = iter(range(100))

    def refuse(request):
        return answer("401 Unauthorized", f'WWW-Authenticate: Digest realm="r", nonce="{next(counter)}", stale="FALSE"')

    session = new_session(URL)
    camera = ScriptedCamera({"DESCRIBE": refuse})
    converse(session, camera)
    assert code(session) == "wrong_password"
    assert len([r for r in camera.requests if r.headers.get("authorization")]) == 2


def test_a06_a_nonce_that_was_refused_is_not_tried_again():
    camera = ScriptedCamera({"DESCRIBE": answer("401 Unauthorized", f"WWW-Authenticate: {MD5}")})
    converse(session := new_session(URL), camera)
    assert code(session) == "wrong_password"
    assert camera.methods().count("DESCRIBE") == 2


def test_a06_a_camera_that_calls_every_nonce_stale_does_not_keep_us_for_ever():
    counter = iter(range(100))

    def refuse(request):
        return answer("401 Unauthorized", f'WWW-Authenticate: Digest realm="r", nonce="{next(counter)}", stale=true')

    camera = ScriptedCamera({"DESCRIBE": refuse})
    converse(session := new_session(URL), camera)
    assert code(session) == "wrong_password"
    assert len(camera.requests) < 10


@pytest.mark.parametrize("qop", ['"auth"', '"auth, auth-int"', '"auth-int,auth"', "auth", '"auth-int"'])
@pytest.mark.parametrize("algorithm", ["MD5", "MD5-sess", "SHA-256"])
def test_a07_qop_opaque_sess_and_nonce_counts_are_supported(qop, algorithm):
    challenge = f'Digest realm="r", nonce="n", qop={qop}, opaque="0p,q", algorithm={algorithm}'
    camera = playing(new_session(URL), ScriptedCamera(guarded(challenge)))
    got = [fields(r.headers.get("authorization") or "") for r in camera.requests if r.headers.get("authorization")]
    assert [g["nc"] for g in got] == [f"{n:08x}" for n in range(1, len(got) + 1)]
    assert all(g["opaque"] == "0p,q" for g in got)
    assert {g["qop"] for g in got} == {"auth-int" if qop == '"auth-int"' else "auth"}


def test_a08_an_unknown_challenge_is_reported_whole_but_without_secrets():
    camera = ScriptedCamera({"DESCRIBE": answer("401 No", 'WWW-Authenticate: Digest nonce="x", algorithm=FOO')})
    converse(session := new_session(URL), camera)
    assert code(session) == "login_unsupported"
    assert "FOO" in detail(session)
    assert "nonce" in detail(session)
    assert "pa:ss" not in str(session.trouble)


def test_a09_every_request_names_its_user_agent():
    camera = playing(new_session())
    assert all(request.headers.get("user-agent") for request in camera.requests)


def test_a10_a_byte_that_is_no_text_goes_through_headers_sdp_and_digest_unchanged():
    def accept(request):
        return is_right(request) and b"\xff" in request.headers.get("authorization").encode("latin-1")

    script = guarded('Digest realm="EZVIZ\xff", nonce="n"', accept=accept, also=("X-Junk: \xff\xfe",))
    body = str(PLAIN["DESCRIBE"]).replace("s=camera", "s=c\xffmera")
    described = script["DESCRIBE"]
    script["DESCRIBE"] = lambda r: body if "200 OK" in described(r) else described(r)
    session = new_session(URL)
    playing(session, ScriptedCamera(script))
    assert "s=c\xffmera" in description_of(session).text


def test_a_camera_that_wants_a_password_we_do_not_have_says_so():
    converse(session := new_session(), ScriptedCamera(guarded(MD5)))
    assert code(session) == "needs_password"


BASIC = 'Basic realm="cam"'


def basic_is_right(request):
    return request.headers.get("authorization") == "Basic YWRtaW46cGE6c3M="


def test_a01_basic_alone_is_answered_when_nothing_better_is_offered():
    playing(session := new_session(URL), ScriptedCamera(guarded(BASIC, accept=basic_is_right)))
    assert session.login == "basic"
    assert session.notes["login_basic"] == 1


def test_a01_basic_is_refused_in_the_clear_by_a_camera_that_once_asked_for_digest():
    habits = Habits(digest_seen=True)
    script = guarded(BASIC, accept=basic_is_right)
    converse(session := new_session(URL, habits=habits), camera := ScriptedCamera(script))
    assert code(session) == "clear_password"
    assert not any(r.headers.get("authorization") for r in camera.requests)
    playing(new_session(URL, habits=habits, secure=True), ScriptedCamera(script))


def test_challenges_of_nonsense_are_fewer_challenges_and_no_exception():
    assert parse_challenges(["", ",,,", '"', "=", 'Digest realm="open']) is not None
    assert parse_challenges(['Digest realm="a\\"b", nonce=x'])[0].parameters == {"realm": 'a"b', "nonce": "x"}
    assert [c.scheme for c in parse_challenges(["Negotiate, Basic realm=x"])] == ["negotiate", "basic"]
