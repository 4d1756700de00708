"""A finding says what led to it: an inspection open in the room, a complaint, a rating; and a team reads on."""

import datetime
import json
import uuid

import pytest
from django.urls import reverse

from minhbach.centre.access.models import Refusal
from minhbach.centre.feedback.actions import petitions
from minhbach.centre.feedback.actions.rating import rate
from minhbach.centre.feedback.models import PetitionKind, Score, Topic, Way
from minhbach.centre.footage.timeline import us
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.oversight.actions import findings, inspections
from minhbach.centre.oversight.models import Finding, Source
from tests.centre.feedback.visits import Town
from tests.centre.oversight.test_cases import account
from tests.centre.oversight.test_drafts import text_of
from tests.centre.oversight.test_inspections import opened
from tests.centre.people import signed_in

MINUTE = 60_000_000


@pytest.fixture
def town(db, settings, tmp_path):
    settings.MINHBACH_DATA = tmp_path
    return Town()


def found(town, role, **more):
    """As the page of the room makes one."""
    begin = us(town.ago(60))
    said = {"begin": begin, "end": begin + MINUTE, "situation": "late_or_absent", **more}
    address = f"/api/rooms/{town.room.id}/findings"
    return signed_in(account(town, role)).post(address, json.dumps(said), content_type="application/json")


def complaint(town, room):
    said = petitions.Said(kind=PetitionKind.FEEDBACK, topic=Topic.CONDUCT, way=Way.LETTER, content="Chờ lâu")
    officer = account(town, "one_stop_officer").person
    return petitions.register(officer, room=room, said=said, contact=petitions.Contact(), now=town.now)


def test_what_a_team_finds_in_its_rooms_stands_on_the_page_and_in_the_minutes_of_its_inspection(town):
    made = opened(town.district, rooms=("A",))
    assert found(town, "inspection_member").status_code == 200
    row = Finding.objects.get()
    assert (row.source, row.source_reference) == (Source.INSPECTION, f"inspection:{made.id}")
    page, paper = reverse("inspection", args=[made.id]), reverse("inspection_minutes", args=[made.id])
    for role in ("inspection_member", "office_specialist", "commune_chairman"):
        browser = signed_in(account(town, role))
        assert reverse("finding", args=[row.id]) in browser.get(page).content.decode(), role
        assert str(row) in text_of(browser.get(paper).content), role
        assert page in browser.get(reverse("finding", args=[row.id])).content.decode(), role
    assert found(town, "office_specialist").status_code == 200  # of no team
    assert Finding.objects.filter(source=Source.FOOTAGE, source_reference="").count() == 1


def test_a_team_reads_its_inspection_and_its_minutes_also_when_its_rights_have_ended(town):
    made = opened(town.district, rooms=("A",))
    member = account(town, "inspection_member")
    assert found(town, "inspection_member").status_code == 200
    row = Finding.objects.get()
    over = town.now + datetime.timedelta(minutes=1)
    inspections.close_inspection(account(town, "area_chairman"), made.id, now=over)
    page, paper = reverse("inspection", args=[made.id]), reverse("inspection_minutes", args=[made.id])
    browser = signed_in(member)
    shown = browser.get(page).content.decode()
    assert (str(row) in shown, reverse("finding", args=[row.id]) in shown) == (True, False)
    assert str(row) in text_of(browser.get(paper).content)
    assert browser.get(f"/api/inspections/{made.id}").status_code == 200
    assert browser.get(reverse("finding", args=[row.id])).status_code == 403
    told = Delivery.objects.filter(address=member.person_id, notice__route="inspection").select_related("notice")
    assert [each.notice.reference for each in told] == [str(made.id)]
    for role in ("technician", "one_stop_officer", "inspector"):
        stranger = signed_in(account(town, role))
        for address in (page, paper, f"/api/inspections/{made.id}"):
            assert stranger.get(address).status_code == 403, (role, address)
    assert Refusal.objects.filter(route="inspection").exists()


@pytest.mark.parametrize("kind", ["petition", "rating"])
def test_a_finding_that_follows_a_complaint_or_a_rating_says_so_and_leads_back(town, kind):
    if kind == "petition":
        led = complaint(town, town.room)
    else:
        led = rate(event=town.visit(town.handed_back(20)), score=Score.DISSATISFIED, now=town.now)
    follows = f"{kind}:{led.id}"
    assert found(town, "chief_of_office", follows=follows).status_code == 200
    row = Finding.objects.get()
    assert (row.source, row.source_reference) == (kind, follows)
    browser = signed_in(account(town, "chief_of_office"))
    assert reverse(kind, args=[led.id]) in browser.get(reverse("finding", args=[row.id])).content.decode()
    letter = text_of(browser.get(reverse("finding_request", args=[row.id])).content)
    source = "Phản ánh, kiến nghị" if kind == "petition" else "Đánh giá không hài lòng"
    assert (source in letter, "Xem hình" in letter) == (True, False)


def test_nothing_is_said_to_follow_what_is_of_another_room_or_is_not_there(town):
    other = complaint(town, town.district.rooms["B", "one_stop"])
    for follows in (f"petition:{other.id}", f"petition:{uuid.uuid4()}", f"rating:{other.id}", "petition:x", "gap:1"):
        answer = found(town, "chief_of_office", follows=follows)
        assert (answer.status_code, answer.json()["vi"]) == (409, findings.NOT_FOLLOWED.vi), follows
    assert not Finding.objects.exists()


def test_who_comes_to_the_room_from_a_rating_is_asked_whether_the_finding_follows_it(town):
    low = rate(event=town.visit(town.handed_back(20)), score=Score.DISSATISFIED, now=town.now)
    browser = signed_in(account(town, "chief_of_office"))
    page = browser.get(reverse("rating", args=[low.id])).content.decode()
    assert f"&amp;theo=rating:{low.id}" in page
    room = reverse("room", args=[town.room.id])
    shown = browser.get(room, {"theo": f"rating:{low.id}"}).content.decode()
    assert f'id="finding-follows" value="rating:{low.id}"' in shown
    assert "finding-follows" not in browser.get(room).content.decode()
