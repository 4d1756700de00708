"""What lists cost: as many questions to the database for many units as for few, and few for the frame around them."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.centre.access.deciding import remembering, rooms_where, units_where
from minhbach.centre.access.may import May
from minhbach.centre.feedback.actions.publishing import publish_by, publish_by_each
from minhbach.centre.feedback.models import Petition
from minhbach.centre.footage.models import HoldOrigin, LegalHold
from minhbach.centre.registry.actions import units
from minhbach.centre.registry.reading import day_of
from minhbach.centre.regulation.calendar import HOLIDAY, WORKED
from minhbach.centre.regulation.models import CalendarDay
from minhbach.centre.regulation.reading import calendar_of, in_force, laws_at
from minhbach.centre.regulation.rights import Right
from tests.centre.access.district import DAY, SETUP, District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
#: Session, account, posts, supervision, versions, whether the account is open, grants, and the bell.
FRAME = 8


@pytest.fixture
def district():
    return District()


def questions(act):
    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)


def grow(district, names="DEF"):
    """More communes of the first area, with rooms, cameras and what is held there."""
    for name in names:
        naming = units.NewName(f"Xã {name}", f"000{name}", "commune")
        district.units[name] = units.found_unit(SETUP, naming=naming, parent=district.units["top"].id, day=DAY)
        district._furnish(name)
        hold(district, name)


def hold(district, name):
    LegalHold.objects.create(
        room=district.rooms[name, "one_stop"], begin_us=1, end_us=2, reason="Đơn khiếu nại", origin=HoldOrigin.PERSON,
        asked_by=district.people["chief_of_office"].person, asked_at=district.now,
    )  # fmt: skip


def test_the_frame_of_a_page_asks_no_more_than_is_counted_here(district):
    officer = signed_in(district.people["chief_of_office"])
    officer.get(reverse("notices"))
    # The notices themselves, and whether the person wants mail.
    assert questions(lambda: officer.get(reverse("notices"))) <= FRAME + 2


def test_lists_ask_as_much_of_many_units_as_of_few(district):
    hold(district, "A")
    chief = signed_in(district.people["chief_of_office"])
    pages = ("holds", "feedback", "devices", "extractions", "subjects", "findings", "finding_book", "room_standards")

    def costs():
        found = {}
        for page in pages:
            answer = chief.get(reverse(page))
            if answer.status_code == 200:
                found[page] = questions(lambda page=page: chief.get(reverse(page)))
        return found

    few = costs()
    assert {"holds", "feedback", "devices", "findings"} <= few.keys()
    grow(district)
    assert "Xã F" in chief.get(reverse("holds")).content.decode()
    assert costs() == few
    most = {"feedback": 21, "room_standards": 24}
    assert all(count <= most.get(page, 20) for page, count in few.items()), few


def test_what_holds_for_many_units_is_what_holds_for_each_and_takes_three_questions(district):
    today = day_of(district.now)
    closed = today + datetime.timedelta(days=3)
    for name, kind in (("top", HOLIDAY), ("B", WORKED)):
        CalendarDay.objects.create(
            unit=district.units[name], day=closed, kind=kind, name="Ngày riêng", added_at=district.now
        )
    asked = {(district.units[name].id, day) for name in ("A", "B", "C", "top") for day in (DAY, today)}
    found = laws_at(asked)
    assert questions(lambda: laws_at(asked)) == 3
    for unit, day in asked:
        assert found[unit, day].rules == in_force(unit, day)
        assert found[unit, day].calendar == calendar_of(unit, day)
    assert found[district.units["A"].id, today].calendar != found[district.units["B"].id, today].calendar
    before = DAY - datetime.timedelta(days=1)
    assert laws_at([(district.units["A"].id, before)])[district.units["A"].id, before].rules is None


def test_many_answers_are_due_when_each_of_them_is(district):
    answered = [
        (Petition(unit_id=district.units[name].id), district.now - datetime.timedelta(days=days))
        for name, days in (("A", 0), ("B", 9), ("C", 30))
    ]
    assert publish_by_each(answered) == [publish_by(*each) for each in answered]


def test_where_addresses_lead_is_asked_once_for_each_kind_and_answered_the_same(district):
    grow(district)
    hold(district, "C")
    urls = [reverse("hold", args=[row.id]) for row in LegalHold.objects.all()]
    account = district.people["chief_of_office"]
    plain = May(account, district.now)
    one_by_one = {url: plain.opens(url) for url in urls}
    assert set(one_by_one.values()) == {True, False}

    def foreseen(some):
        with remembering():
            may = May(account, district.now)
            may.foresee(some)
            return {url: may.opens(url) for url in some}

    assert foreseen(urls) == one_by_one
    assert questions(lambda: foreseen(urls)) == questions(lambda: foreseen(urls[:1]))


def test_where_a_right_reaches_is_loaded_once_while_a_page_is_drawn(district):
    account = district.people["chief_inspector"]

    def reach():
        return rooms_where(account, Right.PLAYBACK, now=district.now), units_where(
            account, Right.READ_VIEWINGS, now=district.now
        )

    plain = reach()
    with remembering():
        assert reach() == plain
        assert questions(reach) == 0
