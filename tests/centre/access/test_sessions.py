"""Sessions: which there are, ending them with what is watched, limits by regulation, nothing to steal from a row."""

import datetime

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from minhbach.centre.access import sessions
from minhbach.centre.access.actions import accounts, signing_in, viewings
from minhbach.centre.access.browsers import browser_of
from minhbach.centre.access.models import AuditRow, SignIn, Viewing
from minhbach.centre.fabric import keys
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.rules import shipped
from tests.centre.access.district import District
from tests.centre.access.test_signing_in import PASSWORD, an_account, enter

pytestmark = pytest.mark.django_db
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"


@pytest.fixture
def account():
    return an_account()


def entered(**more):
    client = Client(headers={"User-Agent": CHROME})
    assert enter(client, **more).status_code == 302
    return client


def is_in(client):
    return client.get("/thong-bao").status_code == 200


def test_a_person_sees_where_they_are_signed_in_and_ends_one_session(account):
    here, there = entered(), entered(address="10.9.9.9")
    page = here.get("/tai-khoan-cua-toi").content.decode()
    assert page.count("Chrome, Windows") >= 2
    assert "10.9.9.9" in page
    other = SignIn.objects.get(address="10.9.9.9")
    assert here.post(f"/tai-khoan-cua-toi/phien/{other.id}/ket-thuc").status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert here.post(f"/tai-khoan-cua-toi/phien/{other.id}/ket-thuc").status_code == 404
    assert AuditRow.objects.filter(act="session_ended", account=account).count() == 1


def test_nobody_ends_the_session_of_somebody_else(account):
    an_account("lan.vt")
    mine, hers = entered(), entered(name="lan.vt")
    foreign = SignIn.objects.get(account__username="lan.vt")
    assert mine.post(f"/tai-khoan-cua-toi/phien/{foreign.id}/ket-thuc").status_code == 404
    assert mine.post("/tai-khoan-cua-toi/phien-khac/ket-thuc").status_code == 302
    assert is_in(hers)
    assert "lan.vt" not in mine.get("/tai-khoan-cua-toi").content.decode()


def test_all_other_sessions_end_at_one_press(account):
    here, others = entered(), [entered() for _ in range(3)]
    here.post("/tai-khoan-cua-toi/phien-khac/ket-thuc")
    assert is_in(here)
    assert not any(is_in(other) for other in others)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one_in_the_list(account):
    here, there = entered(), entered()
    new = {"present": PASSWORD, "new": "một câu khác hẳn", "again": "một câu khác hẳn"}
    assert here.post("/mat-khau", new).status_code == 302
    assert not is_in(there)
    lasting = SignIn.objects.get(ended_at__isnull=True)
    assert lasting.digest == sessions.digest_of(here.session)
    assert "Phiên này" in here.get("/tai-khoan-cua-toi").content.decode()


@pytest.mark.parametrize("act", ["reset", "close", "sign_out"])
def test_a_session_that_ended_stands_in_no_table_of_sessions(account, act):
    client = entered()
    match act:
        case "reset":
            accounts.reset_password("test", account, password="mật khẩu đầu mới", now=timezone.now())
        case "close":
            accounts.close_account("test", account, now=timezone.now())
        case "sign_out":
            client.post("/dang-xuat")
    assert not Session.objects.exists()
    assert not SignIn.objects.filter(ended_at__isnull=True).exists()
    assert not is_in(client)


def test_the_table_of_sessions_holds_nothing_that_lets_in(account):
    client = entered()
    kept = Session.objects.get().session_key
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert key not in {kept, SignIn.objects.get().digest}
    thief = Client()
    for stolen in (kept, SignIn.objects.get().digest):
        thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
        assert not is_in(thief)
    thief.cookies[settings.SESSION_COOKIE_NAME] = key
    assert is_in(thief)


def test_ending_a_session_stops_what_is_watched_in_it(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    district = District()
    chairman = district.people["commune_chairman"]
    chairman.set_password(PASSWORD)
    chairman.save()
    client = entered(name=chairman.username)
    wish = {"kind": "live", "cameras": [str(district.camera("A"))]}
    opened = client.post("/api/viewings", wish, content_type="application/json").json()
    renew = f"/api/viewings/{opened['viewing']}/renew"
    assert client.post(renew, {}, content_type="application/json").status_code == 200
    entered(name=chairman.username).post("/tai-khoan-cua-toi/phien-khac/ket-thuc")
    assert client.post(renew, {}, content_type="application/json").status_code == 401
    row = Viewing.objects.get()
    assert (row.ending, row.closed_at is not None) == ("signed_out", True)
    with pytest.raises(viewings.ViewingRefused):
        viewings.renew_viewing(viewings.Asker(chairman, row.session_digest), row.id, now=timezone.now())


def test_how_long_a_session_lasts_is_the_regulations(monkeypatch):
    district = District()
    inspector = district.people["inspector"]
    assert signing_in.limits_of(inspector, now=district.now) == (datetime.timedelta(hours=12), sessions.LONGEST_IDLE)
    content = shipped(district.profile)
    content["times"] |= {"session_longest_hours": 8, "session_idle_minutes": 15}
    day = district.now.date() - datetime.timedelta(1)
    regulation.issue(
        unit=district.units["inspectorate"].id, content=content, valid_from=day, decision_number="3/QĐ",
        now=district.now,
    )  # fmt: skip
    inspector.set_password(PASSWORD)
    inspector.save()
    client = entered(name="inspector")
    assert is_in(client)
    session = client.session
    session[sessions.SEEN] = (timezone.now() - datetime.timedelta(minutes=14)).isoformat()
    session.save()
    assert is_in(client)
    session[sessions.SEEN] = (timezone.now() - datetime.timedelta(minutes=16)).isoformat()
    session.save()
    assert not is_in(client)


def test_no_regulation_makes_a_session_longer_than_its_cookie(account):
    client = Client()
    enter(client)
    session = client.session
    session[sessions.BEGUN] = (timezone.now() - datetime.timedelta(hours=13)).isoformat()
    session[sessions.LIMITS] = [10**9, 10**9]
    session.save()
    assert not is_in(client)


def test_being_there_is_written_down_once_a_minute(account):
    client = entered()
    before = SignIn.objects.get().seen_at
    is_in(client)
    assert SignIn.objects.get().seen_at == before
    session = client.session
    session[sessions.SEEN] = (timezone.now() - datetime.timedelta(minutes=2)).isoformat()
    session.save()
    is_in(client)
    assert SignIn.objects.get().seen_at > before


def test_a_sign_in_is_kept():
    an_account()
    entered()
    for statement in ("DELETE FROM access_signin", "UPDATE access_signin SET address = '1.1.1.1'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (CHROME, "Chrome, Windows"),
        (CHROME + " Edg/126.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox, Linux"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_browser_is_called_what_people_call_it(said, known):
    assert browser_of(said) == known
