"""The API as a page speaks to it: open, renew, close, purposes; and what it answers when it must not."""

import datetime
import json
import threading
import uuid

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from minhbach.centre.access.actions import grants, signing_in
from minhbach.centre.access.api import ApiGuard
from minhbach.centre.access.models import Refusal, SignInAttempt, Viewing
from minhbach.centre.access.throttle import FREE
from minhbach.centre.addresses import operations
from minhbach.centre.fabric import keys
from minhbach.lease import verify
from tests.centre.access.district import District
from tests.centre.people import signed_in

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def district(db, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    return District()


@pytest.fixture
def chairman(district):
    return signed_in(district.people["commune_chairman"])


def post(client, path, body=None):
    return client.post(f"/api/{path}", json.dumps({} if body is None else body), content_type="application/json")


def live(district, commune="A"):
    return {"kind": "live", "cameras": [str(district.camera(commune))], "sound": True}


def test_a_page_watches_live_goes_on_and_stops(district, chairman):
    opened = post(chairman, "viewings", live(district)).json()
    assert opened["renew_after_s"] == 4
    assert [one["kind"] for one in opened["watching"]] == ["live"]
    renewed = post(chairman, f"viewings/{opened['viewing']}/renew", {"played": {"seconds": 4.0}}).json()
    assert renewed["viewing"] == opened["viewing"]
    key = keys.public_lease(settings.MINHBACH_DATA / "keys")
    now_us = round(timezone.now().timestamp() * 1_000_000)
    assert verify(renewed["token"], [key], now_us).commitment == verify(opened["token"], [key], now_us).commitment
    assert post(chairman, f"viewings/{opened['viewing']}/close").status_code == 200
    over = post(chairman, f"viewings/{opened['viewing']}/renew")
    assert (over.status_code, over.json()["code"]) == (403, "over")


def test_a_page_plays_back_under_a_purpose_and_renews_it(district, chairman):
    now = timezone.now()
    wish = {
        "kind": "playback", "cameras": [str(district.camera("A"))], "begin": (now - 3 * HOUR).isoformat(),
        "end": (now - HOUR).isoformat(), "at_us": round((now - 2 * HOUR).timestamp() * 1_000_000),
    }  # fmt: skip
    asked = post(chairman, "viewings", wish)
    assert (asked.status_code, asked.json()["code"]) == (403, "purpose")
    room = str(district.rooms["A", "one_stop"].id)
    said = post(chairman, "purposes", {"text": "phản ánh PA-0123", "reference": "PA-0123", "rooms": [room]}).json()
    assert [one["id"] for one in chairman.get(f"/api/purposes?room={room}").json()["purposes"]] == [said["id"]]
    assert post(chairman, "viewings", wish | {"purpose": said["id"]}).json()["purpose_until"] == said["until"]
    assert post(chairman, f"purposes/{said['id']}/renew").json()["until"] > said["until"]
    assert post(chairman, f"purposes/{said['id']}/close").status_code == 200
    assert post(chairman, "viewings", wish | {"purpose": said["id"]}).status_code == 403


def test_a_stranger_gets_the_words_in_both_languages_and_a_row(district, chairman):
    answer = post(chairman, "viewings", live(district, "B"))
    assert answer.status_code == 403
    assert answer.json().keys() == {"vi", "en", "code"}
    assert "Xem trực tiếp" in answer.json()["vi"]
    assert "Watch live" in answer.json()["en"]
    assert Refusal.objects.count() == 1


def test_signing_out_ends_what_is_watched(district, chairman):
    opened = post(chairman, "viewings", live(district)).json()
    chairman.post("/dang-xuat")
    assert Viewing.objects.get(id=opened["viewing"]).ending == "signed_out"
    assert post(chairman, f"viewings/{opened['viewing']}/renew").status_code == 401


def test_a_viewing_cannot_be_renewed_from_another_browser_of_the_same_person(district, chairman):
    opened = post(chairman, "viewings", live(district)).json()
    other = signed_in(district.people["commune_chairman"])
    assert post(other, f"viewings/{opened['viewing']}/renew").status_code == 403


def test_a_restriction_stops_live_at_the_next_lease(district, chairman):
    opened = post(chairman, "viewings", live(district)).json()
    now = timezone.now()
    grants.restrict(
        "test",
        room=district.rooms["A", "one_stop"].id,
        begin=now - HOUR,
        end=None,
        reference="s",
        receiver=None,
        now=now,
    )
    answer = post(chairman, f"viewings/{opened['viewing']}/renew")
    assert (answer.status_code, answer.json()["code"]) == (403, "restricted")


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"kind": "live"},
        {"kind": "film", "cameras": [str(uuid.uuid4())]},
        {"kind": "live", "cameras": []},
        {"kind": "live", "cameras": [str(uuid.uuid4())] * 26},
        {"kind": "live", "cameras": ["../../etc"]},
        {"kind": "live", "cameras": [str(uuid.uuid4())]},
        {
            "kind": "playback",
            "cameras": [str(uuid.uuid4())],
            "begin": "0001-01-01T00:00:00",
            "end": "9999-12-31T23:59:59",
        },
        {"kind": "playback", "cameras": [str(uuid.uuid4())], "at_us": 1 << 60},
        {"kind": "playback", "cameras": [str(uuid.uuid4())], "at_us": -1},
    ],
)
def test_nonsense_is_answered_with_words_and_never_with_what_was_sent(chairman, body):
    answer = post(chairman, "viewings", body)
    assert answer.status_code == 422
    assert answer.json().keys() >= {"vi", "en"}
    assert "etc" not in answer.content.decode()


def test_a_moment_without_a_zone_is_no_moment(district, chairman):
    room = str(district.rooms["A", "one_stop"].id)
    said = post(chairman, "purposes", {"text": "phản ánh PA-0123", "rooms": [room]}).json()
    naive = {"begin": "2026-11-21T08:00:00", "end": "2026-11-21T09:00:00"}
    wish = {"kind": "playback", "cameras": [str(district.camera("A"))], "purpose": said["id"], **naive}
    assert post(chairman, "viewings", wish).status_code == 422


def test_an_operation_that_is_not_in_the_table_is_not_there(chairman, district, rf):
    request = rf.post("/api/viewings")
    request.user, request.session = district.people["commune_chairman"], chairman.session
    request.resolver_match = type("Match", (), {"route": "api/secret", "kwargs": {}, "view_name": "x"})()
    request._dont_enforce_csrf_checks = True
    with pytest.raises(Exception, match=r"^$"):
        ApiGuard(operations.API)(request)
    assert chairman.get("/api/secret").status_code == 404
    assert chairman.get("/api/viewings").status_code == 405


def test_the_description_of_the_api_is_for_people_who_are_signed_in(district, chairman):
    assert Client().get("/api/openapi.json").status_code == 401
    paths = chairman.get("/api/openapi.json").json()["paths"]
    assert "/api/viewings" in paths


@pytest.mark.django_db(transaction=True)
def test_a_hundred_guesses_at_once_count_like_one_after_the_other():
    def guess():
        try:
            signing_in._counted_attempt("ha.nt", None, "10.0.0.9", timezone.now())
        except signing_in.SignInRefused:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert SignInAttempt.objects.count() == FREE
