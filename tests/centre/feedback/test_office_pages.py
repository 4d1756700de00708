"""Those who handle what citizens said see it and act on it; the officer of the counter sees no single rating."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.centre.access.models import Restriction
from minhbach.centre.feedback.actions import petitions, rating
from minhbach.centre.feedback.models import Petition, Score
from minhbach.centre.registry.vietnamese import search_key
from tests.centre.feedback.test_petitions import sent
from tests.centre.people import signed_in

OTHERS = ("one_stop_officer", "inspector", "technician", "council_delegate")


@pytest.fixture
def low(town):
    made = rating.rate(event=town.visit(town.handed_back(20)), score=Score.DISSATISFIED, now=town.now)
    rating.say_why(made.id, reasons=["attitude"], said="Nói to", now=town.now)
    return made


def as_(town, role):
    return signed_in(town.district.people[role])


def test_the_head_of_the_counter_sees_totals_low_ratings_why_and_the_way_to_the_minute(town, low):
    page = as_(town, "service_centre_head").get(reverse("feedback")).content.decode()
    assert "Thái độ, lời nói" in page
    assert "Nói to" in page
    assert f"/phong/{town.room.id}?luc=" in page
    one = as_(town, "service_centre_head").get(reverse("rating", args=[low.id])).content.decode()
    assert reverse("hold", args=[low.hold_id]) in one


@pytest.mark.parametrize("role", OTHERS)
def test_who_does_not_handle_them_reads_neither_ratings_nor_complaints(town, low, role):
    row = sent(town)
    browser = as_(town, role)
    for address in (reverse("rating", args=[low.id]), reverse("petition", args=[row.id])):
        assert browser.get(address).status_code == 403
    listed = browser.get(reverse("feedback"))
    assert listed.status_code == 403 or str(row.id) not in listed.content.decode()


def test_a_restricted_minute_is_not_led_to(town, low):
    row = sent(town, 20)
    for address in (reverse("rating", args=[low.id]), reverse("petition", args=[row.id]), reverse("feedback")):
        assert "?luc=" in as_(town, "chief_of_office").get(address).content.decode()
    Restriction.objects.create(
        room=town.room, begins_at=town.ago(60), ends_at=town.now, reference="phiên", made_at=town.now
    )
    for address in (reverse("rating", args=[low.id]), reverse("petition", args=[row.id]), reverse("feedback")):
        assert "?luc=" not in as_(town, "chief_of_office").get(address).content.decode()
    held = as_(town, "chief_of_office").get(reverse("hold", args=[row.hold_id])).content.decode()
    assert "Nội dung chỉ người có quyền được đọc" in held
    assert "Phản ánh, kiến nghị của công dân" not in held


def test_a_complaint_is_accepted_answered_and_over(town):
    row = sent(town, contact=petitions.Contact(name="Trần Thị Bé"))
    browser = as_(town, "commune_chairman")
    assert "Trần Thị Bé" in browser.get(reverse("petition", args=[row.id])).content.decode()
    steps = reverse("petition_step", args=[row.id])
    browser.post(steps, {"kind": "accepted"})
    browser.post(steps, {"kind": "answered", "words": "Đã nhắc nhở."})
    assert [event.kind for event in row.events.all()] == ["accepted", "answered"]
    assert 'name="words"' not in browser.get(reverse("petition", args=[row.id])).content.decode()
    assert str(row.id) in browser.get(reverse("feedback") + "?da-xong").content.decode()
    waiting = browser.get(reverse("feedback")).context
    assert list(waiting["lines"]) == []
    assert [owed.petition for owed in waiting["owed"]] == [row], "the public is to read it"


def test_an_officer_takes_in_what_came_by_telephone_and_gives_the_codes_once(town):
    browser = as_(town, "one_stop_officer")
    given = {"way": "hotline", "kind": "feedback", "topic": "conduct", "room": str(town.room.id), "content": "Chờ lâu"}
    page = browser.post(reverse("petition_new", args=[town.room.id]), given)
    row = Petition.objects.get()
    assert (row.way, row.registered_by_id) == ("hotline", town.district.people["one_stop_officer"].person_id)
    assert row.code in page.content.decode()


def test_the_list_asks_no_more_of_the_database_for_more_complaints(town):
    browser, counts = as_(town, "commune_chairman"), []
    for more in (2, 12):
        for minutes in range(more):
            sent(town, 30 + minutes)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(reverse("feedback")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_it_is_read_and_answered_through_the_api_without_a_name(town, low):
    row = sent(town, contact=petitions.Contact(name="Trần Thị Bé"))
    browser = as_(town, "office_specialist")
    [told] = browser.get("/api/feedback/petitions").json()
    assert told["number"] == str(row)
    one = browser.get(f"/api/feedback/petitions/{row.id}")
    assert "Trần Thị Bé" not in one.content.decode()
    steps, said = f"/api/feedback/petitions/{row.id}/steps", {"kind": "answered", "words": "Đã nhắc nhở."}
    assert browser.post(steps, said, content_type="application/json").status_code == 200
    assert browser.post(steps, said, content_type="application/json").status_code == 409
    [total] = browser.get("/api/feedback/ratings").json()
    assert (total["dissatisfied"], total["satisfied"]) == (1, 0)


def test_complaints_are_searched_by_number_place_and_words_and_never_by_who_said_them(town):
    row = sent(town, contact=petitions.Contact(name="Trần Thị Nga", phone="0912345678"))
    browser = as_(town, "chief_of_office")

    def found(text, **asked):
        return [each["id"] for each in browser.get("/api/feedback/petitions", {"q": text, **asked}).json()]

    some = search_key(row.content).split()[0]
    assert found(some.upper()) == found(str(row)) == found(town.room.name) == [str(row.id)]
    assert found("khong co") == found(some, skip=1) == found(some, ended=True) == []
    assert found("tran thi nga") == found("0912345678") == []
    assert str(row) in browser.get(reverse("feedback"), {"q": some}).content.decode()
    assert "Không có phản ánh nào như vậy" in browser.get(reverse("feedback"), {"q": "khong co"}).content.decode()
