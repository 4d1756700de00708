"""Signing in: one answer for everything that is wrong, waiting that cannot lock an office out, codes used once."""

import datetime
import random
import threading

import pytest
from django.conf import settings
from django.core import signing
from django.db import connection
from django.test import Client
from django.utils import timezone

from minhbach.centre.access import sessions, throttle
from minhbach.centre.access.actions import accounts, signing_in
from minhbach.centre.access.models import Account, AuditRow, SignInAttempt
from minhbach.centre.registry.models import Person
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "một câu dài dễ nhớ"
NOW = datetime.datetime(2026, 11, 22, 1, tzinfo=datetime.UTC)
SECOND, MINUTE = datetime.timedelta(seconds=1), datetime.timedelta(minutes=1)


def an_account(username="ha.nt", **more):
    now = timezone.now()
    person = Person.objects.create(full_name="Nguyễn Thu Hà", sort_key="ha", search_key="ha", added_at=now)
    return accounts.open_account(
        "test", person=person.id, username=username, password=PASSWORD, decision_number="12/QĐ", now=now,
        **({"must_change_password": False} | more),
    )  # fmt: skip


@pytest.fixture
def account():
    return an_account()


def enter(client, name="ha.nt", password=PASSWORD, code="", address="10.0.0.9", **more):
    form = {"username": name, "password": password, "code": code, **more}
    return client.post("/dang-nhap", form, REMOTE_ADDR=address)


def said(answer):
    return answer.content.decode()


def test_the_right_password_begins_a_session(account):
    client = Client()
    assert enter(client, name=" HA.NT ").status_code == 302
    assert client.get("/mat-khau").status_code == 200
    assert AuditRow.objects.filter(account=account, act="signed_in").count() == 1
    assert client.cookies[settings.SESSION_COOKIE_NAME]["httponly"]


def test_whatever_is_wrong_is_one_answer(account):
    accounts.close_account("test", an_account("closed"), now=timezone.now())
    answers = {
        str(signing_in.WRONG) in said(answer) and answer.status_code
        for answer in (
            enter(Client(), password="không phải"),
            enter(Client(), name="nobody"),
            enter(Client(), name="closed"),
        )
    }
    assert answers == {403}


def test_what_was_typed_as_a_name_is_kept_nowhere_in_clear(account):
    enter(Client(), name="my-secret-password")
    rows = [
        *SignInAttempt.objects.values_list("name_digest", "source"),
        *AuditRow.objects.values_list("details", "act"),
    ]
    assert "my-secret-password" not in str(rows)


def test_after_five_wrong_passwords_the_right_one_waits_too(account):
    client = Client()
    for _ in range(throttle.FREE):
        enter(client, password="sai")
    assert "Đã thử sai nhiều lần" in said(enter(client))
    assert SignInAttempt.objects.count() == throttle.FREE
    SignInAttempt.objects.update(at=timezone.now() - 2 * MINUTE)
    assert enter(client).status_code == 302


def test_nobody_can_lock_out_a_browser_that_the_account_knows(account):
    mine, attacker = Client(), Client()
    enter(mine)
    mine.post("/dang-xuat")
    for number in range(throttle.FREE + 3):
        enter(attacker, password=f"sai {number}")  # from the same office, behind the same address
    assert "Đã thử sai nhiều lần" in said(enter(attacker))
    assert enter(mine).status_code == 302


def test_one_persons_mistakes_make_no_colleague_wait(account):
    an_account("lan.vt")
    for number in range(throttle.FREE + 1):
        enter(Client(), password=f"sai {number}")
    assert enter(Client(), name="lan.vt").status_code == 302


def test_the_cookie_of_a_known_browser_speaks_for_its_own_account_only(account):
    an_account("lan.vt")
    client = Client()
    enter(client, name="lan.vt")
    client.post("/dang-xuat")
    for number in range(throttle.FREE):
        enter(client, password=f"sai {number}")
    assert "Đã thử sai nhiều lần" in said(enter(client))
    forged = Client()
    forged.cookies[signing_in.DEVICE_COOKIE] = signing.dumps({"device": "0" * 32, "name": "x"}, salt="another")
    assert "Đã thử sai nhiều lần" in said(enter(forged))


@pytest.mark.parametrize(
    ("failures", "source", "known", "waits"),
    [
        ([("address:a", 1)] * 4, "address:a", False, False),
        ([("address:a", 1)] * 5, "address:a", False, True),
        ([("address:a", 1)] * 5, "address:b", False, False),
        ([("address:a", 3601)] * 9, "address:a", False, False),
        ([(f"address:{n}", 1) for n in range(30)], "address:new", False, True),
        ([(f"address:{n}", 1) for n in range(30)], "device:mine", True, False),
        ([("device:mine", 1)] * 5, "device:mine", True, True),
        ([("device:other", 1)] * 40, "address:a", False, False),
    ],
)
def test_who_waits(failures, source, known, waits):
    seen = throttle.Seen([throttle.Attempt(each, NOW - ago * SECOND) for each, ago in failures], [])
    assert bool(throttle.wait(seen, source, known=known, now=NOW)) is waits


def test_waiting_grows_and_ends():
    lengths = [
        throttle.wait(
            throttle.Seen([throttle.Attempt("address:a", NOW)] * count, []), "address:a", known=False, now=NOW
        ).total_seconds()
        for count in range(4, 14)
    ]
    assert lengths == [0, 30, 60, 120, 240, 480, 900, 900, 900, 900]


def test_trying_many_accounts_from_one_address_waits_unless_the_browser_is_known():
    spray = [throttle.Attempt("address:a", NOW)] * throttle.FREE_FOR_ADDRESS
    assert throttle.wait(throttle.Seen([], spray), "address:a", known=False, now=NOW)
    assert not throttle.wait(throttle.Seen([], spray), "device:mine", known=True, now=NOW)


def test_a_first_password_is_changed_before_anything_else():
    account = an_account(must_change_password=True)
    client = Client()
    enter(client)
    assert client.get("/thong-bao").headers["Location"] == "/mat-khau"
    assert client.post("/api/purposes", {}, content_type="application/json").status_code == 401
    new = {"present": PASSWORD, "new": "một câu khác hẳn", "again": "một câu khác hẳn"}
    assert client.post("/mat-khau", new).status_code == 302
    assert client.get("/thong-bao").status_code == 200
    assert not Account.objects.get(id=account.id).must_change_password


@pytest.mark.parametrize(
    "given",
    [
        {"present": "sai", "new": "một câu khác hẳn", "again": "một câu khác hẳn"},
        {"present": PASSWORD, "new": "ngắn", "again": "ngắn"},
        {"present": PASSWORD, "new": PASSWORD, "again": PASSWORD},
        {"present": PASSWORD, "new": "một câu khác hẳn", "again": "một câu khác nữa"},
        {"present": PASSWORD, "new": "password123", "again": "password123"},
    ],
)
def test_a_password_is_not_changed_to_what_is_no_password(account, given):
    before = Account.objects.get().password
    assert signed_in(account).post("/mat-khau", given).status_code == 200
    assert Account.objects.get().password == before


def test_changing_the_password_ends_the_other_sessions(account):
    here, elsewhere = signed_in(account), signed_in(account)
    new = {"present": PASSWORD, "new": "một câu khác hẳn", "again": "một câu khác hẳn"}
    here.post("/mat-khau", new)
    assert here.get("/thong-bao").status_code == 200
    assert elsewhere.get("/thong-bao").status_code == 302


@pytest.mark.parametrize(
    ("begun", "seen", "lasts"),
    [(0, 0, True), (11, 0, True), (13, 0, False), (2, 0.9, True), (2, 1.1, False)],
)
def test_a_session_lasts_twelve_hours_and_one_without_anybody_there(account, begun, seen, lasts):
    client = signed_in(account)
    session, now = client.session, timezone.now()
    session[sessions.BEGUN] = (now - datetime.timedelta(hours=begun)).isoformat()
    session[sessions.SEEN] = (now - datetime.timedelta(hours=seen)).isoformat()
    session.save()
    assert (client.get("/thong-bao").status_code == 200) is lasts


def test_a_session_without_its_times_is_none(account):
    client = Client()
    client.force_login(account)
    assert client.get("/thong-bao").status_code == 302


def test_a_closed_account_is_out_at_once(account):
    client = signed_in(account)
    accounts.close_account("test", account, now=timezone.now())
    assert client.get("/thong-bao").status_code == 302


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/nhat-ky-xem?a=b", "/nhat-ky-xem?a=b"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_to_a_page_of_this_site_only(account, wanted, goes):
    assert enter(Client(), next=wanted).headers["Location"] == goes


def test_the_session_has_a_new_key_after_signing_in(account):
    client = Client()
    client.get("/dang-nhap")
    client.session["planted"] = "x"
    client.session.save()
    before = client.session.session_key
    enter(client)
    assert client.session.session_key != before


def test_a_form_from_elsewhere_is_refused(account):
    client = Client(enforce_csrf_checks=True)
    assert enter(client).status_code == 403
    browser = signed_in(account, enforce_csrf_checks=True)
    assert browser.post("/dang-xuat").status_code == 403
    assert browser.post("/api/purposes", "{}", content_type="application/json").status_code == 403


def test_nobody_opens_closes_or_resets_their_own_account(account):
    now = timezone.now()
    for act in (
        lambda: accounts.close_account(account, account, now=now),
        lambda: accounts.reset_password(account, account, password="một câu nữa", now=now),
        lambda: accounts.open_account(
            account, person=account.person_id, username="twin", password=PASSWORD, decision_number="1", now=now
        ),
    ):
        with pytest.raises(accounts.AccountRefused):
            act()


def test_the_demo_shows_its_accounts_and_an_office_none(monkeypatch, tmp_path):
    (tmp_path / "demo-accounts.json").write_text(
        '[{"username": "chutich", "password": "p", "vi": "Chủ tịch", "en": "C"}]'
    )
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    assert "chutich" not in said(Client().get("/dang-nhap"))
    monkeypatch.setattr(settings, "MINHBACH_DEMO", True)
    assert "chutich" in said(Client().get("/dang-nhap"))
    (tmp_path / "demo-accounts.json").unlink()
    assert Client().get("/dang-nhap").status_code == 200


def test_only_a_named_proxy_is_believed_about_an_address(account, monkeypatch):
    enter(Client(), password="sai", address="10.0.0.9")
    Client().post("/dang-nhap", {"username": "ha.nt", "password": "sai"}, REMOTE_ADDR="10.0.0.9",
                  headers={"X-Forwarded-For": "1.2.3.4"})  # fmt: skip
    monkeypatch.setattr(settings, "MINHBACH_PROXIES", {"10.0.0.9"})
    Client().post("/dang-nhap", {"username": "ha.nt", "password": "sai"}, REMOTE_ADDR="10.0.0.9",
                  headers={"X-Forwarded-For": "6.6.6.6, 1.2.3.4"})  # fmt: skip
    assert list(SignInAttempt.objects.order_by("at").values_list("address", flat=True)) == [
        "10.0.0.9", "10.0.0.9", "1.2.3.4",
    ]  # fmt: skip


def test_old_attempts_are_forgotten(account):
    enter(Client(), password="sai")
    assert signing_in.forget_attempts(now=timezone.now() + datetime.timedelta(days=29)) == 0
    assert signing_in.forget_attempts(now=timezone.now() + datetime.timedelta(days=31)) == 1


def test_a_crowd_at_the_door_leaves_a_thread_for_those_who_are_in(account, monkeypatch):
    monkeypatch.setattr(signing_in, "_entrance", threading.BoundedSemaphore(1))
    with signing_in._entrance:
        busy = enter(Client())
        assert str(signing_in.BUSY) in said(busy)
        assert (busy.status_code, busy["Retry-After"]) == (503, "1")
        assert PASSWORD not in said(busy)
    assert SignInAttempt.objects.count() == 0
    assert enter(Client()).status_code == 302


def test_the_script_that_waits_for_its_turn_is_told_where_to_go(account):
    form = {"username": "ha.nt", "password": PASSWORD, "next": "/phong?q=một cửa"}
    answer = Client().post("/dang-nhap", form, headers={"X-Waits": "1"})
    assert (answer.status_code, answer["X-Go-On"]) == (204, "/phong?q=m%E1%BB%99t%20c%E1%BB%ADa")
    for elsewhere in ("//evil.example", "/\\evil.example", "https://evil.example/"):
        answer = Client().post("/dang-nhap", form | {"next": elsewhere}, headers={"X-Waits": "1"})
        assert answer["X-Go-On"] == "/"


@pytest.mark.django_db(transaction=True)
def test_thirty_people_behind_one_address_are_all_in_within_their_turns(monkeypatch):
    """Half past seven: all at once, each asking again when the door is full, as the page does."""
    names = [f"can.bo.{number}" for number in range(30)]
    for name in names:
        an_account(name)
    monkeypatch.setattr(signing_in, "_entrance", threading.BoundedSemaphore(3))
    answers: dict[str, list[int]] = {name: [] for name in names}
    together = threading.Barrier(len(names))

    def come(name):
        together.wait()
        try:
            while not answers[name] or (answers[name][-1] == 503 and len(answers[name]) < 1000):
                if answers[name]:
                    threading.Event().wait(random.uniform(0.05, 0.3))
                answers[name].append(enter(Client(), name).status_code)
        finally:
            connection.close()

    people = [threading.Thread(target=come, args=(name,)) for name in names]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert {each[-1] for each in answers.values()} == {302}
    assert {status for each in answers.values() for status in each[:-1]} == {503}
    assert AuditRow.objects.filter(act="sign_in_failed").count() == 0
