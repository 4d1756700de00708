"""Citizens rate and complain without an account; nobody guesses their way in; a screen holds no account."""

import datetime
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.centre.dossiers.codes import Scan, read_scan, scan_digits
from minhbach.centre.feedback import throttling
from minhbach.centre.feedback.models import Panel, Petition, PetitionEvent, Rating, RatingNote, Score, Try
from minhbach.centre.feedback.reading import rooms_to_choose
from minhbach.centre.footage.models import LegalHold
from minhbach.centre.registry.actions import units
from minhbach.centre.registry.models import Tenure
from minhbach.centre.registry.reading import VIETNAM, day_of
from tests.centre.access.district import SETUP
from tests.centre.people import signed_in


def paper(row, **more):
    return {"scan": row.scan, "secret": row.lookup_secret} | more


def other(secret):
    return f"{(int(secret) + 1) % 1_000_000:06d}"


def test_a_receipt_rates_its_visit_in_one_touch_and_says_why_after_it(town):
    row, browser = town.handed_back(20), Client()
    page = browser.post(reverse("rate"), paper(row))
    assert b'name="score"' in page.content
    page = browser.post(reverse("rate"), paper(row, score="1"))
    assert "Hình ghi tại quầy lúc đó được giữ lại" in page.content.decode()
    made = Rating.objects.get()
    assert made.hold
    assert (made.score, made.event, made.hold.room) == (Score.DISSATISFIED, town.visit(row), town.room)
    token = page.context["token"]
    browser.post(reverse("rate_why"), {"token": token, "reasons": ["attitude"], "said": "Nói to"})
    assert RatingNote.objects.get().reasons == ["attitude"]
    again = browser.post(reverse("rate"), paper(row, score="3"))
    assert "đã được đánh giá" in again.content.decode()
    assert Rating.objects.count() == 1


def test_the_secret_stands_in_no_address_and_no_answer_is_kept_on_the_way(town):
    row, browser = town.handed_back(20), Client()
    for address in ("rate", "complain", "look_up", "panel"):
        assert "no-store" in browser.get(reverse(address)).headers["Cache-Control"]
    assert "no-store" in browser.post(reverse("rate"), paper(row)).headers["Cache-Control"]
    assert not browser.get(reverse("rate"), paper(row)).context["form"].is_bound


def test_no_such_number_and_a_wrong_secret_read_the_same(town):
    row, browser = town.handed_back(20), Client()
    wrong = browser.post(reverse("rate"), paper(row, secret=other(row.lookup_secret)))
    read = read_scan(row.scan)
    unknown = scan_digits(Scan(read.unit_range, read.box, read.number + 5000))
    none = browser.post(reverse("rate"), {"scan": unknown, "secret": "123456"})
    said = [answer.context["form"].non_field_errors() for answer in (wrong, none)]
    assert said[0]
    assert said[0] == said[1]
    assert not Rating.objects.exists()


def test_whoever_guesses_waits_and_nobody_elsewhere_with_another_receipt_does(town):
    row, browser = town.handed_back(20), Client()
    for _ in range(throttling.WRONG_FROM.most):
        assert browser.post(reverse("rate"), paper(row, secret=other(row.lookup_secret))).status_code == 422
    assert browser.post(reverse("rate"), paper(row)).status_code == 429
    elsewhere = Client(REMOTE_ADDR="10.9.9.9")
    assert elsewhere.post(reverse("rate"), paper(row)).status_code == 429, "this receipt is being guessed at"
    assert elsewhere.post(reverse("rate"), paper(town.handed_back(10))).status_code == 200
    throttling.forget(town.now + datetime.timedelta(days=3))
    assert not Try.objects.exists()


def test_a_complaint_with_day_and_time_has_its_footage_held_and_is_read_again_by_its_codes(town):
    at = town.ago(90).astimezone(VIETNAM)
    given = {
        "kind": "feedback", "topic": "conduct", "room": str(town.room.id), "counter": "1", "day": f"{at:%Y-%m-%d}",
        "at": f"{at:%H:%M}", "content": "Phải chờ 40 phút", "name": "", "phone": "", "scan": "", "secret": "",
    }  # fmt: skip
    browser = Client()
    page = browser.post(reverse("complain"), given)
    row = Petition.objects.get()
    assert row.code in page.content.decode()
    assert row.lookup_secret in page.content.decode()
    assert LegalHold.objects.get().reference == str(row.id)
    PetitionEvent.objects.create(
        petition=row, kind="answered", at=town.now, words="Đã nhắc nhở cán bộ.",
        by=town.district.people["commune_chairman"].person,
    )  # fmt: skip
    slip = {"code": row.code, "secret": row.lookup_secret}
    assert "Đã nhắc nhở cán bộ." in browser.post(reverse("look_up"), slip).content.decode()
    wrong = browser.post(reverse("look_up"), slip | {"secret": other(row.lookup_secret)}).content.decode()
    assert "nhắc nhở" not in wrong


def test_a_flood_of_complaints_from_one_address_is_stopped_and_takes_no_more_footage(town):
    at = town.ago(90).astimezone(VIETNAM)
    given = {
        "kind": "feedback", "topic": "other", "room": str(town.room.id), "day": f"{at:%Y-%m-%d}", "at": f"{at:%H:%M}",
        "content": "x",
    }  # fmt: skip
    browser = Client()
    codes = [browser.post(reverse("complain"), given).status_code for _ in range(throttling.COMPLAINED_HOUR.most + 2)]
    assert codes == [200] * throttling.COMPLAINED_HOUR.most + [429] * 2
    assert LegalHold.objects.count() == 1


def test_half_a_time_and_an_unknown_counter_are_said_at_their_fields(town):
    given = {"kind": "feedback", "topic": "other", "room": str(town.room.id), "content": "x"}
    browser = Client()
    assert browser.post(reverse("complain"), given | {"at": "09:30"}).context["form"].errors["at"]
    assert browser.post(reverse("complain"), given | {"counter": "77"}).context["form"].errors["counter"]
    assert not Petition.objects.exists()


def test_where_it_was_is_chosen_among_rooms_in_the_order_of_their_units_at_the_price_of_two_questions(town):
    day = day_of(town.now)
    for name, called in (("B", "Xã Đào"), ("C", "Xã Yên")):
        unit = town.district.units[name]
        naming = units.NewName(called, f"000{name}", "commune")
        units.rename_unit(SETUP, unit=unit.id, naming=naming, day=day, decision_number="9/QĐ")
    # Nobody holds it any more: a complaint about it would be refused.
    Tenure.objects.filter(room=town.district.rooms["B", "reception_room"]).update(valid_until=day)
    with CaptureQueriesContext(connection) as asked:
        offered = rooms_to_choose(town.now)
    assert len(asked) == 2
    assert [words for _, words in offered] == [
        "Xã A · one_stop A", "Xã A · reception_room A", "Xã Đào · one_stop B", "Xã Yên · one_stop C",
        "Xã Yên · reception_room C",
    ]  # fmt: skip
    assert str(town.room.id) in Client().get(reverse("complain")).content.decode()


def test_a_receipt_says_where_and_when_it_was_without_a_choice(town):
    row, browser = town.handed_back(20), Client()
    given = {"kind": "feedback", "topic": "other", "content": "x"}
    assert browser.post(reverse("complain"), given).context["form"].errors["room"]
    assert browser.post(reverse("complain"), given | paper(row)).status_code == 200
    made = Petition.objects.get()
    assert made.hold
    assert (made.dossier, made.counter, made.hold.room) == (row, town.counter, town.room)


def opened(town):
    """A tablet on which the officer opened the screen of their counter."""
    tablet = signed_in(town.district.people["one_stop_officer"])
    answer = tablet.post(reverse("panel_open", args=[town.counter.id]))
    assert urlsplit(answer.headers["Location"]).path == reverse("panel")
    return tablet


def test_the_screen_of_a_counter_is_signed_out_and_takes_one_touch_for_the_visit_that_just_ended(town):
    tablet = opened(town)
    assert tablet.get(reverse("desks")).headers["Location"].startswith(reverse("sign_in"))
    assert tablet.get(reverse("panel")).context["state"] == "idle"
    event = town.visit(town.handed_back(1))
    assert tablet.get(reverse("panel")).context["event"] == event
    thanks = tablet.post(reverse("panel_rate"), {"event": event.id, "score": "1"})
    tablet.post(reverse("panel_why"), {"rating": thanks.context["ask"], "reason": "waiting"})
    made = Rating.objects.get()
    assert (made.panel, made.score, made.note.reasons) == (Panel.objects.get(), 1, ["waiting"])
    assert tablet.get(reverse("panel")).context["state"] == "idle"


def test_a_touch_that_comes_too_late_rates_nobody_elses_visit(town):
    tablet = opened(town)
    first = town.visit(town.handed_back(3))
    town.visit(town.handed_back(1))
    assert tablet.post(reverse("panel_rate"), {"event": first.id, "score": "1"}).status_code == 302
    assert not Rating.objects.exists()


def test_a_browser_without_the_screens_token_rates_nothing(town):
    event = town.visit(town.handed_back(1))
    stranger = Client()
    assert stranger.get(reverse("panel")).context["state"] == "shut"
    stranger.cookies["minhbach_panel"] = "x" * 43
    assert stranger.post(reverse("panel_rate"), {"event": event.id, "score": "1"}).status_code == 302
    assert not Rating.objects.exists()


def test_a_closed_screen_takes_nothing_more(town):
    tablet = opened(town)
    event = town.visit(town.handed_back(1))
    head = signed_in(town.district.people["service_centre_head"])
    head.post(reverse("panel_close", args=[Panel.objects.get().id]))
    assert tablet.get(reverse("panel")).context["state"] == "shut"
    tablet.post(reverse("panel_rate"), {"event": event.id, "score": "1"})
    assert not Rating.objects.exists()


@pytest.mark.parametrize("score", ["0", "4", "-1", "x", "", "١"])
def test_no_other_score_is_taken(town, score):
    row = town.handed_back(20)
    Client().post(reverse("rate"), paper(row, score=score))
    assert not Rating.objects.exists()


def test_a_screen_that_shows_it_already_is_not_drawn_anew(town):
    tablet = opened(town)
    assert tablet.get(reverse("panel"), {"dang": "idle"}).status_code == 204
    event = town.visit(town.handed_back(1))
    assert tablet.get(reverse("panel"), {"dang": "idle"}).context["event"] == event
    assert tablet.get(reverse("panel"), {"dang": str(event.id)}).status_code == 204
