"""No list of a page ends where it was cut: what does not fit stands on the next, and how many there are is said."""

import datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from minhbach.centre.look import paging
from minhbach.centre.oversight.models import Inspection, InspectionKind
from minhbach.centre.reception.models import Session
from minhbach.centre.registry.models import Proposal, RoomReview
from tests.centre.access.district import District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
MANY = 5


@pytest.fixture
def district(monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 2)
    return District()


def before(district, number):
    return district.now - datetime.timedelta(days=number + 1)


def sessions(district):
    room, officer = district.rooms["A", "reception_room"], district.people["reception_officer"]
    for number in range(MANY):
        begun = before(district, number)
        Session.objects.create(
            unit=district.units["A"], year=2026, number=number + 1, room=room, kind="regular", people=1,
            received_by=officer.person, opened_at=begun, closed_at=begun + datetime.timedelta(hours=1),
        )  # fmt: skip
    return "reception_officer", reverse("sessions"), "tu", lambda page: page.context["page"].sessions


def inspections(district):
    room, chief = district.rooms["A", "reception_room"], district.people["chief_inspector"]
    for number in range(MANY):
        begun = before(district, number)
        made = Inspection.objects.create(
            body=district.units["inspectorate"], year=2026, number=number + 1, kind=InspectionKind.values[0],
            subject="Tiếp công dân", decision_number=f"{number}/QĐ", room=room, begins_at=begun,
            ends_at=begun + datetime.timedelta(hours=1), opened_by=chief.person, opened_at=begun,
        )  # fmt: skip
        made.rooms.add(room)
    return "chief_inspector", reverse("inspections"), "cuoc", lambda page: page.context["inspections"]


def proposals(district):
    person = district.people["commune_chairman"].person
    for number in range(MANY):
        Proposal.objects.create(
            unit=district.units["A"], year=2026, number=number + 1, reason="Thiếu camera", lines=[], made_by=person,
            made_at=before(district, number),
        )  # fmt: skip
    return "technician", reverse("needs"), "de-nghi", lambda page: page.context["proposals"]


def reviews(district):
    room, person = district.rooms["A", "one_stop"], district.people["commune_chairman"].person
    for number in range(MANY):
        RoomReview.objects.create(
            room=room, unit=district.units["A"], version=uuid4(), points=8, points_of=10, measured=[], made_by=person,
            made_at=before(district, number),
        )  # fmt: skip
    return "technician", reverse("room_standard", args=[room.id]), "tu", lambda page: page.context["reviews"]


@pytest.mark.parametrize("laid", [sessions, inspections, proposals, reviews])
def test_what_was_cut_stands_on_the_next_page(district, laid):
    role, where, place, rows = laid(district)
    browser = signed_in(district.people[role])
    seen = []
    for skip, length in ((0, 2), (2, 2), (4, 1)):
        page = browser.get(where, {place: str(skip)} if skip else {})
        assert page.status_code == 200
        found = list(rows(page))
        assert len(found) == length, (role, skip)
        seen += [str(each[0]) if isinstance(each, tuple) else str(each) for each in found]
        said = page.content.decode()
        assert f"{skip + 1}–{skip + length} trong {MANY}" in said
        assert (f"{place}={skip + 2}" in said) is (skip + 2 < MANY)
    assert len(set(seen)) == MANY


def test_rooms_of_a_month_are_turned_and_counted_whole(district, monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 1)
    browser, where = signed_in(district.people["chief_inspector"]), reverse("assessments")
    first = browser.get(where, {"thang": "2026-03"})
    whole = first.context["found"].lines
    assert len(whole) > 1
    assert list(first.context["lines"]) == [whole[0]]
    second = browser.get(where, {"thang": "2026-03", "tu": "1"})
    assert [line.room for line in second.context["lines"]] == [whole[1].room]
    said = second.content.decode()
    assert f"0 trong {len(whole)} phòng đã đánh giá" in said
    assert "thang=2026-03" in said
