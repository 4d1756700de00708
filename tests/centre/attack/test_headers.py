"""What a browser is told beside the answer, whatever the answer is: nothing foreign runs, frames, keeps or guesses."""

import datetime

import pytest
from django.conf import settings
from django.http import HttpResponseServerError
from django.test import Client
from django.utils import timezone

from minhbach.centre.access import guard
from minhbach.centre.access.pace import Cost, Pace
from minhbach.centre.front import views as front
from tests.centre.access.district import District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def district():
    return District()


def answers(district):
    """One of each class of answer: what it is, and the answer."""
    chairman = signed_in(district.people["commune_chairman"])
    keeper = signed_in(district.people["system_administrator"])
    auditor = signed_in(district.people["viewing_auditor"])
    stranger = Client()
    stranger.raise_request_exception = chairman.raise_request_exception = False
    strict = signed_in(district.people["commune_chairman"], enforce_csrf_checks=True)
    room = district.rooms["A", "one_stop"].id
    yield "page", keeper.get("/tai-khoan")
    yield "public page", stranger.get("/dang-nhap")
    yield "citizens' page", stranger.get("/danh-gia")
    yield "redirect", stranger.get("/tai-khoan")
    yield "table", auditor.get("/nhat-ky-xem/xuat.csv")
    yield "paper", chairman.get("/trich-xuat/so.pdf")
    yield "json", chairman.get(f"/api/purposes?room={room}")
    yield "description", chairman.get("/api/openapi.json")
    yield "json 401", stranger.get(f"/api/purposes?room={room}")
    yield "json 403", strict.post("/api/purposes", {}, JSON)
    yield "json 404", chairman.get(f"/api/rooms/{district.nobody().id}/timeline")
    yield "json 422", chairman.post("/api/purposes", {}, JSON)
    yield "403", chairman.get("/tai-khoan")
    yield "403 form", strict.post("/giao-dien", {})
    yield "404", chairman.get("/khong-co")
    yield "405", chairman.post("/tai-khoan", headers={"Accept": "text/html"})
    yield "400 host", stranger.get("/", headers={"Host": "evil.example"})
    yield "413", stranger.post("/dang-nhap", {}, CONTENT_LENGTH=str(1 << 40))


def test_every_class_of_answer_carries_every_policy(district):
    seen = 0
    for what, answer in answers(district):
        seen += 1
        assert_guarded(what, answer)
        assert "no-store" in answer["Cache-Control"], what
    assert seen == 18


def assert_guarded(what, answer):
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'"), what
    assert "unsafe" not in policy, what
    assert "*" not in policy, what
    assert "frame-ancestors 'none'" in policy, what
    assert answer["X-Content-Type-Options"] == "nosniff", what
    # What is refused before any page is reached is framed by nobody for the policy above alone.
    assert answer.headers.get("X-Frame-Options", "DENY") == "DENY", what
    assert answer["Referrer-Policy"] == "same-origin", what
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin", what
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin", what
    assert "camera=()" in answer["Permissions-Policy"], what
    assert "Access-Control-Allow-Origin" not in answer.headers, what
    assert "Server" not in answer.headers, what


def test_what_is_everybodys_is_guarded_too_and_may_be_kept():
    answer = Client().get("/static/css/public.css")
    assert answer.status_code == 200
    assert b"".join(getattr(answer, "streaming_content", ()))
    answer.close()
    assert_guarded("static", answer)
    assert "no-store" not in answer["Cache-Control"]


def test_an_answer_to_who_asks_too_fast_and_one_of_our_own_failures_are_guarded_too(district, monkeypatch):
    chairman = signed_in(district.people["commune_chairman"])
    chairman.raise_request_exception = False

    def broken(request):
        raise RuntimeError("Nguyễn Thị Bí Mật")

    monkeypatch.setattr(front.start, "__code__", broken.__code__)
    failed = chairman.get("/")
    assert failed.status_code == HttpResponseServerError.status_code
    assert "Bí Mật" not in failed.content.decode()
    assert_guarded("500", failed)
    monkeypatch.setattr(guard, "PACE", Pace(lambda: 0.0))
    for _ in range(Cost.LOOKING_UP.most):
        guard.PACE.wait_s(f"account {district.people['commune_chairman'].pk}", Cost.LOOKING_UP)
    slowed = chairman.get("/tim?q=1")
    assert slowed.status_code == 429
    assert_guarded("429", slowed)


def test_what_is_saved_says_its_name_and_what_it_is(district):
    """A browser that shows instead of saving, or guesses the kind, would run what is inside as a page of ours."""
    for what, answer in answers(district):
        kind = answer["Content-Type"] if "Content-Type" in answer.headers else ""
        if what in ("table", "paper"):
            assert 'filename="' in answer["Content-Disposition"], what
        if kind.startswith("text/csv"):
            assert answer["Content-Disposition"].startswith("attachment"), what
        assert kind.split(";")[0] in {"text/html", "text/csv", "application/pdf", "application/json", ""}, (what, kind)
        assert "html" not in kind or "charset=utf-8" in kind, what


def test_no_cookie_of_ours_is_read_by_script_or_sent_from_another_site(district):
    account = district.people["inspector"]
    account.set_password("một câu dài dễ nhớ")
    account.save()
    browser = Client()
    browser.get("/dang-nhap")
    browser.post("/dang-nhap", {"username": account.username, "password": "một câu dài dễ nhớ"})
    browser.post("/giao-dien", {"theme": "dark", "language": "en"})
    assert {"minhbach_session", "csrftoken", "known_browser", "theme"} <= set(browser.cookies)
    for name, cookie in browser.cookies.items():
        # The token of forms is read by our pages' scripts, and is worth nothing without the session.
        assert cookie["httponly"] or name == "csrftoken"
        assert cookie["samesite"] in ("Lax", "Strict"), name
        assert not cookie["domain"], name
        if name in ("minhbach_session", "known_browser"):
            assert account.username not in cookie.value


def test_over_https_no_cookie_travels_without_it(monkeypatch, district):
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        monkeypatch.setattr(settings, name, True)
    monkeypatch.setattr(settings, "SECURE_PROXY_SSL_HEADER", ("HTTP_X_FORWARDED_PROTO", "https"))
    account = district.people["inspector"]
    account.set_password("một câu dài dễ nhớ")
    account.save()
    browser = Client(headers={"X-Forwarded-Proto": "https"})
    browser.get("/dang-nhap")
    browser.post("/dang-nhap", {"username": account.username, "password": "một câu dài dễ nhớ"})
    browser.post("/giao-dien", {"theme": "dark"}, headers={"Referer": "https://testserver/"})
    assert [name for name, cookie in browser.cookies.items() if not cookie["secure"]] == []
    assert len(browser.cookies) >= 4


@pytest.mark.parametrize("planted", ["", "a" * 32, "../../etc/passwd", "x" * 4000])
def test_a_session_that_somebody_planted_is_not_the_one_that_signs_in(district, planted):
    account = district.people["inspector"]
    account.set_password("một câu dài dễ nhớ")
    account.save()
    browser = Client()
    browser.cookies["minhbach_session"] = planted
    browser.post("/dang-nhap", {"username": account.username, "password": "một câu dài dễ nhớ"})
    mine = browser.cookies["minhbach_session"].value
    assert mine != planted
    assert browser.get("/").status_code == 200
    other = Client()
    other.cookies["minhbach_session"] = planted
    assert other.get("/").status_code == 302


def test_whoever_signs_in_over_another_persons_session_gets_nothing_of_it(district):
    """One machine, two people: the second one's session is a new one, and the first one's cookie opens nothing."""
    first, second = (district.people[role] for role in ("inspector", "system_administrator"))
    for account in (first, second):
        account.set_password("một câu dài dễ nhớ")
        account.save()
    browser = Client()
    browser.post("/dang-nhap", {"username": first.username, "password": "một câu dài dễ nhớ"})
    before = browser.cookies["minhbach_session"].value
    browser.session["left_behind"] = "x"
    browser.post("/dang-nhap", {"username": second.username, "password": "một câu dài dễ nhớ"})
    assert browser.cookies["minhbach_session"].value != before
    assert "left_behind" not in browser.session
    old = Client()
    old.cookies["minhbach_session"] = before
    assert old.get("/").status_code == 302


def test_a_right_that_ends_ends_at_the_next_question_without_a_new_sign_in(district):
    """Rights are asked for each time and stand in no session: there is nothing to rotate when they change."""
    administrator = signed_in(district.people["system_administrator"])
    assert administrator.get("/tai-khoan").status_code == 200
    row = district.assignments["system_administrator"]
    type(row).objects.filter(id=row.id).update(valid_until=timezone.localdate() - datetime.timedelta(days=1))
    assert administrator.get("/tai-khoan").status_code == 403
