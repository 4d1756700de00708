"""Working days: single days over the weekdays, nearer units over those above, and what ships is marked as unchecked."""

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from minhbach.centre.messaging.models import Delivery
from minhbach.centre.registry.reading import day_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import actions, reading
from minhbach.centre.regulation.calendar import DAY_OFF, HOLIDAY, WORKED, Calendar, shipped, shipped_years
from minhbach.centre.regulation.models import CalendarDay
from minhbach.centre.regulation.rules import Hours
from tests.centre.access.district import DAY, SETUP, District
from tests.centre.people import signed_in

FRIDAY = datetime.date(2026, 11, 20)
HOURS = Hours((1, 2, 3, 4, 5), (("07:30", "11:30"), ("13:30", "17:00")))
days = st.dates(datetime.date(2026, 1, 1), datetime.date(2027, 12, 31))
CALENDAR = Calendar(HOURS, {single.day: single.kind for year in (2026, 2027) for single in shipped(year)})


@given(days, st.integers(1, 60))
def test_a_term_ends_on_a_working_day_and_spans_as_many_as_it_says(first, term):
    last = CALENDAR.after(first, term)
    assert CALENDAR.works_on(last)
    assert CALENDAR.between(first, last) == term
    assert CALENDAR.between(last, first) == -term


@given(days)
def test_the_nearest_working_days_enclose_a_day(day):
    before, after = CALENDAR.on_or_before(day), CALENDAR.on_or_after(day)
    assert before <= day <= after
    assert CALENDAR.works_on(before)
    assert CALENDAR.works_on(after)
    assert (before == after) == CALENDAR.works_on(day)


def test_a_term_over_tet_leaves_the_holidays_out_and_a_swapped_saturday_counts():
    assert CALENDAR.after(datetime.date(2026, 2, 13), 1) == datetime.date(2026, 2, 23)
    assert CALENDAR.after(datetime.date(2026, 8, 21), 1) == datetime.date(2026, 8, 22)
    assert CALENDAR.after(datetime.date(2026, 8, 28), 1) == datetime.date(2026, 9, 3)


def test_an_office_that_never_works_ends_every_term_somewhere():
    never = Calendar(Hours((), HOURS.spans))
    assert never.after(FRIDAY, 3) > FRIDAY
    assert never.on_or_before(FRIDAY) == FRIDAY


@pytest.mark.parametrize("year", shipped_years())
def test_what_ships_has_each_day_once_in_its_year_and_says_what_is_not_sure(year):
    singles = shipped(year)
    assert len({single.day for single in singles}) == len(singles)
    assert {single.day.year for single in singles} == {year}
    assert all(bool(single.source) == single.sure for single in singles)
    worked = [single.day for single in singles if single.kind == WORKED]
    assert all(day.isoweekday() > 5 for day in worked)
    assert any(not single.sure for single in singles)


@pytest.mark.django_db
class TestRows:
    """The calendar as units keep it."""

    def test_a_unit_follows_the_calendar_above_and_overrules_single_days(self):
        district = District()
        top, commune = district.units["top"].id, district.units["A"].id
        assert reading.calendar_of(commune, DAY).works_on(FRIDAY)
        actions.add_day(SETUP, unit=top, day=FRIDAY, kind=HOLIDAY, name="Ngày lễ", now=district.now)
        assert not reading.calendar_of(commune, DAY).works_on(FRIDAY)
        actions.add_day(SETUP, unit=commune, day=FRIDAY, kind=WORKED, name="Trực", now=district.now)
        assert reading.calendar_of(commune, DAY).works_on(FRIDAY)
        assert not reading.calendar_of(district.units["B"].id, DAY).works_on(FRIDAY)
        assert [row.name for row in reading.single_days(commune, 2026, DAY)] == ["Trực"]
        assert not reading.calendar_of(district.units["C"].id, DAY).days
        assert reading.calendar_of(commune, DAY).hours == HOURS

    def test_a_day_stands_once_and_is_withdrawn_but_never_rewritten(self):
        district = District()
        unit = district.units["top"].id
        row = actions.add_day(SETUP, unit=unit, day=FRIDAY, kind=HOLIDAY, name="Ngày lễ", now=district.now)
        with pytest.raises(NotPossible):
            actions.add_day(SETUP, unit=unit, day=FRIDAY, kind=WORKED, name="Làm bù", now=district.now)
        with pytest.raises(DatabaseError), transaction.atomic():
            CalendarDay.objects.filter(id=row.id).update(day=DAY)
        actions.withdraw_day(SETUP, unit=unit, day=FRIDAY, now=district.now)
        with pytest.raises(NotPossible):
            actions.withdraw_day(SETUP, unit=unit, day=FRIDAY, now=district.now)
        actions.add_day(SETUP, unit=unit, day=FRIDAY, kind=WORKED, name="Làm bù", now=district.now)
        for kind, name in ((HOLIDAY, " "), ("party", "x")):
            with pytest.raises(NotPossible):
                actions.add_day(SETUP, unit=unit, day=DAY, kind=kind, name=name, now=district.now)

    def test_an_administrator_takes_over_what_ships_once_and_sees_what_to_check(self):
        district = District()
        unit = district.units["top"].id
        browser = signed_in(district.people["system_administrator"])
        address = reverse("calendar", args=[unit])
        assert "Nạp lịch mẫu" in browser.get(address, {"nam": 2026}).content.decode()
        for _ in range(2):
            browser.post(reverse("calendar_adopt", args=[unit]), {"nam": "2026"})
        assert CalendarDay.objects.count() == len(shipped(2026))
        page = browser.get(address, {"nam": 2026}).content.decode()
        assert "Tết Bính Ngọ" in page
        assert "Chưa kiểm tra" in page
        assert "Nạp lịch mẫu" not in page
        browser.post(reverse("calendar_day_withdraw", args=[unit]), {"ngay": "2026-01-10"})
        new = {"day": "2026-01-10", "kind": WORKED, "name": "Làm bù ngày 02/01", "source": "12/TB"}
        assert browser.post(reverse("calendar_day_new", args=[unit]), new).status_code == 302
        assert browser.post(reverse("calendar_day_new", args=[unit]), new).status_code == 422
        assert CalendarDay.objects.get(day="2026-01-10", withdrawn_at__isnull=True).source == "12/TB"
        assert browser.post(reverse("calendar_day_withdraw", args=[unit]), {"ngay": "x"}).status_code == 404
        assert browser.get(address, {"nam": "٢٠٢٦"}).status_code == 200

    def test_programs_read_change_and_count_over_the_calendar_as_people_do(self):
        district = District()
        unit = district.units["A"].id
        whole = f"/api/units/{unit}/calendar"
        machine = signed_in(district.people["system_administrator"])

        def said(path, body, who="system_administrator"):
            return signed_in(district.people[who]).post(path, body, content_type="application/json")

        assert said(f"{whole}/adoptions", {"year": 2026}).json() == {"days": len(shipped(2026))}
        told = machine.get(whole, {"year": 2026}).json()
        assert (told["weekdays"], told["known"]) == ([1, 2, 3, 4, 5], True)
        assert [row["day"] for row in told["days"]] == [str(single.day) for single in shipped(2026)]
        free = {"day": "2026-12-07", "kind": HOLIDAY, "name": "Bão số 9", "source": "Công điện 12"}
        assert said(whole, free).status_code == 201
        assert said(whole, free).json()["vi"].startswith("Ngày này")
        asked: dict[str, str | int] = {"begin": "2026-12-04", "working_days": 1}
        assert machine.get(f"{whole}/term", asked).json() == {"last_day": "2026-12-08", "known": True}
        assert said(f"{whole}/withdrawals", {"day": "2026-12-07"}).status_code == 204
        assert machine.get(f"{whole}/term", asked).json()["last_day"] == "2026-12-07"
        assert said(f"{whole}/withdrawals", {"day": "2026-12-07"}).status_code == 422
        asked = {"begin": "2031-01-01", "working_days": 3}
        assert machine.get(f"{whole}/term", asked).json()["known"] is False
        assert said(whole, free, "one_stop_officer").status_code == 403


@pytest.mark.django_db
class TestOwnOffice:
    """What a unit's own people may close: nothing that is here or over, and nothing unseen from above."""

    def own(self, district):
        return district.appoint("system_administrator", "A", "own administrator")

    def close(self, district, account, days, *, kind=DAY_OFF, source="12/QĐ-UBND"):
        day = day_of(district.now) + datetime.timedelta(days=days)
        unit = district.units["A"].id
        return actions.add_day(
            account.person, unit=unit, day=day, kind=kind, name="Nghỉ bù", source=source, now=district.now
        )

    @pytest.mark.parametrize(
        ("days", "source", "field"), [(0, "12/QĐ", "day"), (-1, "12/QĐ", "day"), (9, " ", "source")]
    )
    def test_they_close_no_day_that_has_come_and_none_without_a_decision(self, days, source, field):
        district = District()
        with pytest.raises(NotPossible) as refused:
            self.close(district, self.own(district), days, source=source)
        assert refused.value.field == field
        assert not CalendarDay.objects.exists()
        # Whoever stands above may, where a storm closes the office this morning.
        assert self.close(district, district.people["system_administrator"], 0, source="").source == ""

    def test_a_day_they_close_ahead_is_told_to_who_directs_and_who_configures_above(self):
        district = District()
        district.appoint("system_administrator", "B", "neighbour")
        row = self.close(district, self.own(district), 9)
        unit = district.units["A"].id
        assert not reading.calendar_of(unit, day_of(district.now)).works_on(row.day)
        told = Delivery.objects.filter(notice__kind="calendar")
        wanted = ("area_chairman", "chief_inspector", "chief_of_office", "system_administrator")
        assert set(told.values_list("address", flat=True)) == {district.people[role].person_id for role in wanted}
        assert "Xã A tự ghi vào lịch làm việc" in told[0].notice.vi
        assert "12/QĐ-UBND" in told[0].notice.vi

    def test_what_is_closed_above_they_write_down_freely_and_nobody_is_told(self):
        district = District()
        top, today = district.units["top"].id, day_of(district.now)
        actions.add_day(SETUP, unit=top, day=today, kind=HOLIDAY, name="Ngày lễ", now=district.now)
        assert self.close(district, self.own(district), 0, source="").day == today
        assert not Delivery.objects.filter(notice__kind="calendar").exists()

    def test_a_day_of_work_that_has_come_they_do_not_take_back(self):
        district = District()
        own, unit, today = self.own(district), district.units["A"].id, day_of(district.now)
        self.close(district, own, 0, kind=WORKED, source="")
        with pytest.raises(NotPossible):
            actions.withdraw_day(own.person, unit=unit, day=today, now=district.now)
        actions.withdraw_day(district.people["system_administrator"].person, unit=unit, day=today, now=district.now)

    def test_of_what_ships_they_take_over_what_the_law_says_and_nobody_above_says_otherwise(self):
        district = District()
        top, unit = district.units["top"].id, district.units["A"].id
        sure = [single.day for single in shipped(2026) if single.sure]
        actions.add_day(SETUP, unit=top, day=sure[0], kind=WORKED, name="Trực", now=district.now)
        assert actions.adopt_days(self.own(district).person, unit=unit, year=2026, now=district.now) == len(sure) - 1
        assert sorted(CalendarDay.objects.filter(unit=unit).values_list("day", flat=True)) == sure[1:]

    def test_page_and_program_refuse_alike_and_say_what_to_do(self):
        district = District()
        browser, unit = signed_in(self.own(district)), district.units["A"].id
        today = day_of(district.now)
        said = {"day": str(today), "kind": DAY_OFF, "name": "Nghỉ bù", "source": "12/QĐ"}
        page = browser.get(reverse("calendar_day_new", args=[unit])).content.decode()
        assert "cấp trên được báo ngay" in page
        refused = browser.post(reverse("calendar_day_new", args=[unit]), said)
        assert refused.status_code == 422
        assert "đề nghị quản trị hệ thống cấp trên" in refused.content.decode()
        answer = browser.post(f"/api/units/{unit}/calendar", said, content_type="application/json")
        assert (answer.status_code, answer.json()["field"]) == (422, "day")
