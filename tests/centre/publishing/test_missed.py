"""A month whose day of drafting went by undrafted still has its report: late, marked so, and told as overdue."""

import datetime

import pytest
from django.urls import reverse

from minhbach.centre.publishing import reading
from minhbach.centre.publishing.actions import reminding, reports
from minhbach.centre.publishing.actions.reminding import Reporting, SomeNotDrafted, draft_due
from minhbach.centre.publishing.models import Report, ReportReminder
from minhbach.centre.registry.actions import rooms, units
from minhbach.centre.registry.models import RoomType
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.rules import shipped
from tests.centre.access.district import SETUP
from tests.centre.people import signed_in
from tests.centre.publishing.month import Month, at

D = datetime.date
MARCH, APRIL = D(2026, 3, 1), D(2026, 4, 1)
KINDS = ["leads", "operates", "operates", "operates", "supervises_one_stop", "supervises_reception_room"]


@pytest.fixture
def month(db):
    made = Month()
    made.session(D(2026, 3, 5), 1)
    return made


def drafted(month, of=MARCH):
    """What was drafted of that month for the communes and bodies of the test, commune C's own province apart."""
    mine = [unit.id for unit in month.district.units.values()]
    return sorted(Report.objects.filter(month=of, unit__in=mine).values_list("kind", flat=True))


def test_after_an_outage_from_the_day_of_drafts_to_the_end_of_the_month_it_is_drafted_late_and_told(month):
    now = at(D(2026, 4, 2), 7)
    Reporting().beat(now=now)
    assert drafted(month) == KINDS
    assert drafted(month, APRIL) == []
    row = Report.objects.get(unit=month.district.units["A"], month=MARCH)
    assert (row.first_day, row.last_day, row.due_on) == (month.first, month.last, month.due)
    told = reading.told(row.id, now=now)
    assert told.drafted_late
    assert told.values["sessions"] == 1
    assert set(ReportReminder.objects.filter(report=row).values_list("late", flat=True)) == {True}
    page = signed_in(month.district.people["commune_chairman"]).get(reverse("report", args=[row.id])).content.decode()
    assert "Hệ thống lập dự thảo ngày 02/04/2026, sau hạn gửi 25/03/2026" in page
    Reporting().beat(now=at(D(2026, 4, 3), 7))
    assert drafted(month) == KINDS
    assert ReportReminder.objects.filter(report=row).count() == 1


def test_what_was_drafted_on_its_day_is_not_late(month):
    row = month.draft()
    assert not reading.told(row.id, now=at(month.draft_day, 9)).drafted_late
    assert draft_due(now=at(D(2026, 4, 2), 7)) == 0


def test_a_unit_whose_report_could_not_be_drafted_until_the_month_was_over_gets_it_then(month, monkeypatch):
    made, broken = reports.draft, month.district.units["A"].id

    def draft(owed, period, *, now):
        if owed.unit == broken:
            raise ValueError("figures that nobody can count")
        return made(owed, period, now=now)

    with monkeypatch.context() as patch:
        patch.setattr(reminding, "draft", draft)
        for day in (month.draft_day, D(2026, 3, 31), APRIL):
            with pytest.raises(SomeNotDrafted):
                draft_due(now=at(day, 7))
    assert len(drafted(month)) == len(KINDS) - 1
    assert draft_due(now=at(APRIL, 9)) == 1
    assert drafted(month) == KINDS


def test_a_day_of_drafts_that_moves_into_the_next_month_drafts_the_report_there(month):
    content = shipped("MO_HINH_2_CAP_2025")
    content["report"]["closed"] = "after"
    content["times"] |= {"report_draft_day": 31, "report_day": 31}
    regulation.issue(
        unit=month.district.units["top"].id, content=content, valid_from=APRIL, decision_number="9/QĐ",
        now=at(D(2026, 3, 25), 8),
    )  # fmt: skip
    may, sunday = D(2026, 5, 1), D(2026, 5, 31)
    draft_due(now=at(sunday, 9))
    # Its own province did not move its days.
    early = Report.objects.get(month=may, unit__in=[unit.id for unit in month.district.units.values()])
    assert (early.unit_id, early.kind) == (month.district.units["C"].id, "operates")
    assert draft_due(now=at(sunday + datetime.timedelta(days=1), 9)) >= len(KINDS) - 1
    assert drafted(month, may) == KINDS
    row = Report.objects.get(unit=month.district.units["A"], month=may)
    assert (row.last_day, row.due_on) == (D(2026, 5, 14), D(2026, 6, 1))
    assert not reading.told(row.id, now=at(row.due_on, 9)).drafted_late


def test_a_unit_that_came_later_owes_nothing_of_before_and_the_only_heir_of_one_that_ended_owes_theirs(month):
    top = month.district.units["top"].id
    merged = [month.district.units[name].id for name in "AB"]
    naming = units.NewName("Xã Mới", "0009", "commune")
    units.merge_units(
        SETUP, units=merged, naming=naming, parent=top, day=D(2026, 4, 2), decision_number="9/NQ"
    )  # fmt: skip
    other = units.found_unit(SETUP, naming=units.NewName("Xã Sau", "0010", "commune"), parent=top, day=APRIL)
    details = rooms.RoomDetails(name="Một cửa", purpose="Giám sát", legal_basis="Điều 32")
    rooms.open_room(
        SETUP, unit=other.id, room_type=RoomType.ONE_STOP, details=details, day=APRIL, in_service_on=APRIL
    )  # fmt: skip
    now = at(D(2026, 4, 3), 7)
    Reporting().beat(now=now)
    assert not Report.objects.filter(unit__in=[other.id, *merged]).exists()
    heir = Report.objects.get(unit__names__code="0009")
    assert (heir.month, heir.kind) == (MARCH, "operates")
    assert reading.told(heir.id, now=now).values["sessions"] == 1
