"""Reception days: by the rule, around closed days, changed with a reason that is posted, and never missed unseen."""

import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.centre.messaging.models import Delivery, Notice
from minhbach.centre.reception import calendars, figures, posting
from minhbach.centre.reception.actions import days, sessions
from minhbach.centre.reception.duty import terms_of
from minhbach.centre.reception.heads import receivers_of
from minhbach.centre.reception.keeping import begun
from minhbach.centre.reception.models import DayChange, DayChangeKind, Matter, MissedDay, MissedStep, Session
from minhbach.centre.reception.planning import Schedule, month_of
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actions import units
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.models import CalendarDay
from minhbach.centre.regulation.rules import shipped
from tests.centre.access.district import DAY, District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
VIETNAM = registry.VIETNAM
K = DayChangeKind


def at(day, hour, minute=0):
    return datetime.datetime(2026, day[0], day[1], hour, minute, tzinfo=VIETNAM)


def in_service(district):
    Room.objects.update(in_service_on=DAY)
    return district


@pytest.fixture
def district():
    return in_service(District(now=at((11, 2), 9)))


def closed_on(district, *found, kind="holiday"):
    for day in found:
        CalendarDay.objects.create(unit=district.units["top"], day=day, kind=kind, name="nghỉ", added_at=district.now)


def planned(district, month, unit="A", **more):
    first, last = month_of(datetime.date(2026, month, 1))
    return [
        each.day.day for each in Schedule([district.units[unit].id], first, last).days(district.units[unit].id, **more)
    ]


def change(district, kind, day, **more):
    said = days.Change(kind=kind, day=day, reason=more.pop("reason", "Họp Hội đồng nhân dân"), **more)
    return days.change_day(
        district.people["commune_chairman"], unit=district.units["A"].id, change=said, now=district.now
    )


def head_of(district, name):
    """The chairman of a commune, appointed where there is none yet."""
    key = "commune_chairman" if name == "A" else f"chairman {name}"
    return (district.people.get(key) or district.appoint("commune_chairman", name, key)).person


def received(district, person, when, name="A", kind="regular"):
    """A session of an hour."""
    room = district.rooms[name, "reception_room"]
    session = sessions.open_session(person, room=room, kind=kind, people=1, now=when)
    return sessions.close_session(person, session=session, now=when + datetime.timedelta(hours=1))


def test_the_days_follow_the_rule_and_a_closed_one_goes_to_the_next_working_day(district):
    assert planned(district, 11) == [5, 10, 20, 25]
    # The 5th and the 20th of September 2026 are a Saturday and a Sunday.
    assert planned(district, 9) == [7, 10, 21, 25]


def test_a_day_that_leaves_its_month_stands_in_the_next(district):
    closed_on(district, *(datetime.date(2026, 11, day) for day in (25, 26, 27, 30)))
    assert planned(district, 11) == [5, 10, 20]
    assert planned(district, 12)[0] == 1


def test_two_days_that_land_on_one_are_one_and_tet_moves_them_behind_it(district):
    closed_on(district, *(datetime.date(2026, 2, day) for day in (5, 6, 9, 10, 11)))
    [first, *_] = Schedule([district.units["A"].id], *month_of(datetime.date(2026, 2, 1))).days(district.units["A"].id)
    assert planned(district, 2) == [12, 20, 25]
    assert first.by_closing


def test_a_saturday_worked_instead_keeps_its_reception(district):
    closed_on(district, datetime.date(2026, 9, 5), kind="makeup")
    assert planned(district, 9)[0] == 5


@pytest.mark.parametrize(
    ("rule", "wanted"), [("skip", [10, 25]), ("before", [4, 10, 18, 25]), ("after", [7, 10, 21, 25])]
)
def test_what_happens_with_a_closed_day_is_data(district, rule, wanted):
    content = shipped("MO_HINH_2_CAP_2025")
    content["reception"]["closed"] = rule
    regulation.issue(
        unit=district.units["A"].id, content=content, valid_from=datetime.date(2026, 8, 1), decision_number="2/QĐ",
        now=district.now,
    )  # fmt: skip
    assert planned(district, 9) == wanted
    assert planned(district, 9, "B") == [7, 10, 21, 25]


def test_a_version_that_begins_amid_a_month_rules_from_its_day(district):
    content = shipped("MO_HINH_2_CAP_2025")
    content["reception"]["days"] = [12, 26]
    regulation.issue(
        unit=district.units["A"].id, content=content, valid_from=datetime.date(2026, 11, 11), decision_number="2/QĐ",
        now=district.now,
    )  # fmt: skip
    assert planned(district, 11) == [5, 10, 12, 26]


def test_a_unit_that_ends_amid_a_month_receives_up_to_its_end(district):
    system, end = System("tests"), datetime.date(2026, 11, 15)
    units.absorb_units(
        system, units=[district.units["B"].id], into=district.units["A"].id, day=end, decision_number="9/NQ"
    )
    assert planned(district, 11, "B") == [5, 10]
    assert planned(district, 11, "A") == [5, 10, 20, 25]


def test_a_day_is_moved_cancelled_added_and_restored_with_its_reason(district):
    november = datetime.date(2026, 11, 1)
    change(district, K.MOVED, november.replace(day=10), moved_to=november.replace(day=12))
    change(district, K.CANCELLED, november.replace(day=20), reason="Bão số 9")
    change(district, K.ADDED, november.replace(day=16))
    assert planned(district, 11) == [5, 12, 16, 25]
    assert planned(district, 11, cancelled=True) == [5, 10, 12, 16, 20, 25]
    change(district, K.RESTORED, november.replace(day=20))
    assert planned(district, 11) == [5, 12, 16, 20, 25]
    assert planned(district, 11, "B") == [5, 10, 20, 25]
    change(district, K.MOVED, november.replace(day=12), moved_to=november.replace(day=13))
    assert planned(district, 11) == [5, 13, 16, 20, 25]


@pytest.mark.parametrize(
    ("kind", "day", "more"),
    [
        (K.CANCELLED, 6, {}),
        (K.MOVED, 10, {"moved_to": datetime.date(2026, 11, 14)}),
        (K.MOVED, 10, {"moved_to": datetime.date(2026, 11, 20)}),
        (K.MOVED, 10, {}),
        (K.ADDED, 10, {}),
        (K.RESTORED, 10, {}),
        (K.CANCELLED, 1, {}),
        (K.CANCELLED, 10, {"reason": " "}),
        (K.DELEGATED, 10, {"decision_number": "5/QĐ"}),
    ],
)
def test_what_makes_no_calendar_is_refused(district, kind, day, more):
    with pytest.raises(NotPossible):
        change(district, kind, datetime.date(2026, 11, day), **more)
    assert not DayChange.objects.exists()


def test_who_receives_instead_of_the_head_is_named_by_a_decision_where_the_rule_allows_it():
    for profile, allowed in (("MO_HINH_HUYEN_2018", True), ("MO_HINH_2_CAP_2025", False)):
        with transaction.atomic():
            district = in_service(District(profile, now=at((11, 2), 9)))
            deputy = district.people["reception_officer"].person
            day, more = datetime.date(2026, 11, 10), {"receiver": deputy.id, "decision_number": "15/QĐ-UBND"}
            if not allowed:
                with pytest.raises(NotPossible, match="in person"):
                    change(district, K.DELEGATED, day, **more)
                continue
            with pytest.raises(NotPossible):
                change(district, K.DELEGATED, day, receiver=deputy.id)
            change(district, K.DELEGATED, day, **more)
            [_, line, *_] = calendars.days_of(district.units["A"].id, *month_of(day), now=district.now)
            assert line.plan.delegated
            assert line.plan.delegated.receiver == deputy
            transaction.set_rollback(True)


def test_changes_are_posted_with_their_reason_before_everybody(district):
    unit = district.units["A"].id
    today = datetime.datetime.now(VIETNAM).date()
    tomorrow = today + datetime.timedelta(days=1)  # of today the hour may have come
    first = next(each for each in Schedule([unit], tomorrow, today + datetime.timedelta(days=60)).days(unit))
    said = days.Change(kind=K.CANCELLED, day=first.day, reason="Bão số 9, trụ sở ngập")
    days.change_day(
        district.people["commune_chairman"], unit=unit, change=said, now=datetime.datetime.now(datetime.UTC)
    )
    month = f"?thang={first.day:%Y-%m}"
    page = Client().get(reverse("reception_calendar", args=[unit]) + month).content.decode()
    assert "Bão số 9, trụ sở ngập" in page
    assert district.people["commune_chairman"].person.full_name in page
    assert Client().get(reverse("reception_calendar_pdf", args=[unit]) + month).content.startswith(b"%PDF")
    file = Client().get(reverse("reception_calendar_ics", args=[unit]) + month).content.decode()
    assert "STATUS:CANCELLED" in file
    assert f"UID:{unit}-{first.day:%Y%m%d}@" in file
    assert all(len(line.encode()) <= 75 for line in file.split("\r\n"))
    assert "Xã A" in Client().get(reverse("reception_calendars")).content.decode()
    assert Client().get(reverse("reception_calendar", args=[district.units["office"].id])).status_code == 404


def test_a_calendar_file_keeps_every_letter_and_begins_when_the_office_opens(district):
    found = calendars.posted(district.units["A"].id, datetime.date(2026, 11, 1), now=district.now)
    text = posting.calendar_file(found, now=district.now).decode().replace("\r\n ", "")
    assert "SUMMARY:Tiếp công dân: Xã A" in text
    assert "DTSTART:20261105T003000Z" in text
    assert "DTEND:20261105T100000Z" in text
    assert text.count("BEGIN:VEVENT") == 4


def test_a_reception_day_without_a_session_is_found_at_its_time_and_told_once(district):
    sessions.open_session(
        head_of(district, "B"), room=district.rooms["B", "reception_room"], kind="scheduled", people=1,
        now=at((11, 5), 8, 10),
    )  # fmt: skip
    missed = days.Missed()
    assert missed.beat(now=at((11, 5), 8, 29)) == 0
    assert missed.beat(now=at((11, 5), 8, 30)) == 2
    assert days.Missed().beat(now=at((11, 5), 8, 31)) == 0
    assert {row.unit_id for row in MissedDay.objects.all()} == {district.units[name].id for name in "AC"}
    row = MissedDay.objects.get(unit=district.units["A"])
    told = set(Delivery.objects.filter(notice__reference=str(row.id)).values_list("address", flat=True))
    for role in ("commune_chairman", "reception_officer", "inspector", "chief_inspector"):
        assert district.people[role].person_id in told, role
    for role in ("office_specialist", "one_stop_officer", "technician"):
        assert district.people[role].person_id not in told, role
    assert Notice.objects.get(reference=str(row.id)).vi.startswith("Xã A: đến 08:30")


@pytest.mark.parametrize(("day", "hour"), [((11, 6), 9), ((11, 5), 8), ((11, 8), 9)])
def test_no_other_day_and_no_earlier_hour_is_missed(district, day, hour):
    if day != (11, 5):  # what went by on the fifth was found on it
        days.find_missed(now=at((11, 5), 9))
    assert days.Missed().beat(now=at(day, hour)) == 0


def test_a_cancelled_day_is_not_missed_and_the_day_it_moved_to_is(district):
    change(district, K.MOVED, datetime.date(2026, 11, 5), moved_to=datetime.date(2026, 11, 6))
    assert district.units["A"].id not in days.missing_at(at((11, 5), 9))
    assert set(days.missing_at(at((11, 6), 9))) == {district.units["A"].id}


# --- not at will ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [K.CANCELLED, K.MOVED, K.RESTORED])
def test_who_supervises_and_who_directs_above_hear_at_once_of_a_day_that_is_changed(district, kind):
    tenth, twelfth = datetime.date(2026, 11, 10), datetime.date(2026, 11, 12)
    if kind is K.RESTORED:
        change(district, K.CANCELLED, tenth)
    change(district, kind, tenth, moved_to=twelfth if kind is K.MOVED else None)
    notice = Notice.objects.filter(kind="reception_day").order_by("-id")[0]
    assert notice.vi.startswith("Xã A")
    assert "10/11/2026" in notice.vi
    assert "Họp Hội đồng nhân dân" in notice.vi
    told = set(Delivery.objects.filter(notice=notice).values_list("address", flat=True))
    for role in ("inspector", "chief_inspector", "area_chairman"):
        assert district.people[role].person_id in told, role
    for role in ("commune_chairman", "reception_officer", "office_specialist", "technician"):
        assert district.people[role].person_id not in told, role


def test_a_day_that_is_added_takes_nothing_away_and_is_told_to_nobody(district):
    change(district, K.ADDED, datetime.date(2026, 11, 16))
    assert not Notice.objects.filter(kind="reception_day").exists()


def test_once_its_hour_has_come_a_day_is_neither_cancelled_nor_moved(district):
    def say(kind, minute, **more):
        said = days.Change(kind=kind, day=datetime.date(2026, 11, 5), reason="Họp", **more)
        unit = district.units["A"].id
        return days.change_day(district.people["commune_chairman"], unit=unit, change=said, now=at((11, 5), 8, minute))

    for kind, more in ((K.CANCELLED, {}), (K.MOVED, {"moved_to": datetime.date(2026, 11, 6)})):
        with pytest.raises(NotPossible, match="hour of this day has come") as refused:
            say(kind, 30, **more)
        assert refused.value.field == "day"
    say(K.CANCELLED, 29)
    assert district.units["A"].id not in days.missing_at(at((11, 5), 9))


@pytest.mark.parametrize(
    ("day", "to", "may"),
    [
        (10, (11, 19), True),
        (10, (11, 23), False),
        (10, (11, 6), True),
        (10, (11, 4), False),
        (25, (12, 4), True),
        (25, (12, 8), False),
    ],
)
def test_a_day_is_moved_to_before_the_next_of_the_rule_and_no_further(district, day, to, may):
    november = datetime.date(2026, 11, 1)
    change(district, K.CANCELLED, november.replace(day=5))  # what was cancelled bounds it all the same
    change(district, K.CANCELLED, november.replace(day=20))
    moved_to = datetime.date(2026, *to)
    if may:
        change(district, K.MOVED, november.replace(day=day), moved_to=moved_to)
        assert moved_to.day in planned(district, moved_to.month)
        return
    with pytest.raises(NotPossible, match="between the reception days") as refused:
        change(district, K.MOVED, november.replace(day=day), moved_to=moved_to)
    assert refused.value.field == "moved_to"


def test_a_day_that_is_moved_again_stays_within_its_own_bounds_and_moved_back_is_held(district):
    tenth, twelfth = datetime.date(2026, 11, 10), datetime.date(2026, 11, 12)
    change(district, K.MOVED, tenth, moved_to=twelfth)
    with pytest.raises(NotPossible):
        change(district, K.MOVED, twelfth, moved_to=datetime.date(2026, 11, 23))
    change(district, K.MOVED, twelfth, moved_to=tenth)
    assert planned(district, 11) == [5, 10, 20, 25]
    change(district, K.MOVED, tenth, moved_to=twelfth)
    assert planned(district, 11) == [5, 12, 20, 25]


def test_what_was_cancelled_before_a_day_moved_there_does_not_cancel_it(district):
    added = datetime.date(2026, 11, 12)
    change(district, K.ADDED, added)
    change(district, K.CANCELLED, added)
    change(district, K.MOVED, datetime.date(2026, 11, 10), moved_to=added)
    assert planned(district, 11) == [5, 12, 20, 25]


# --- who keeps a day ------------------------------------------------------------------------------------------------


def state_of(district, day, now):
    [found] = calendars.units_on([district.units["A"].id], day, now=now)
    assert found.state
    return str(found.state[1])


def test_a_day_is_kept_by_the_head_and_not_by_whoever_else_receives(district):
    day, unit = datetime.date(2026, 11, 5), district.units["A"].id
    received(district, district.people["reception_officer"].person, at((11, 5), 7, 40))
    assert unit in days.missing_at(at((11, 5), 8, 30))
    assert state_of(district, day, at((11, 5), 8)) == "hôm nay, trước 08:30"
    assert state_of(district, day, at((11, 5), 8, 45)) == "người đứng đầu chưa tiếp"
    days.find_missed(now=at((11, 5), 8, 45))
    assert "do người đứng đầu" in Notice.objects.filter(kind="missed_day")[0].vi
    assert unit in figures.missed_days(day, day)
    assert state_of(district, day, at((11, 6), 9)) == "người đứng đầu không tiếp"
    received(district, head_of(district, "A"), at((11, 5), 10), kind="scheduled")
    assert unit not in figures.missed_days(day, day)
    assert state_of(district, day, at((11, 6), 9)) == "bắt đầu muộn, 10:00"


def test_the_head_who_waits_for_people_keeps_the_day(district):
    day, unit = datetime.date(2026, 11, 5), district.units["A"].id
    head, room = head_of(district, "A"), district.rooms["A", "reception_room"]
    session = sessions.open_session(head, room=room, kind="scheduled", people=0, now=at((11, 5), 7, 40))
    assert unit not in days.missing_at(at((11, 5), 9))
    assert unit not in {missed.unit_id for missed in days.find_missed(now=at((11, 5), 9))}
    sessions.close_session(head, session=session, now=at((11, 5), 11))
    assert figures.received([unit], day, day)[unit].people == 0
    assert state_of(district, day, at((11, 6), 9)) == "đã tiếp"


def test_whom_a_decision_names_keeps_the_day_that_it_names_and_no_other():
    district = in_service(District("MO_HINH_HUYEN_2018", now=at((11, 2), 9)))
    officer, unit = district.people["reception_officer"].person, district.units["A"].id
    change(district, K.DELEGATED, datetime.date(2026, 11, 10), receiver=officer.id, decision_number="15/QĐ-UBND")
    for day in (5, 10):
        received(district, officer, at((11, day), 7, 40))
    assert unit in days.missing_at(at((11, 5), 9))
    assert unit not in days.missing_at(at((11, 10), 9))
    assert state_of(district, datetime.date(2026, 11, 10), at((11, 10), 9)) == "đã tiếp"
    other = district.people["one_stop_officer"].person
    change(district, K.DELEGATED, datetime.date(2026, 11, 10), receiver=other.id, decision_number="16/QĐ-UBND")
    assert unit in days.missing_at(at((11, 10), 9))


@pytest.mark.parametrize("profile", ["MO_HINH_HUYEN_2018", "MO_HINH_2_CAP_2025"])
def test_the_question_to_the_database_says_the_same_as_the_matrix(profile):
    district = in_service(District(profile, now=at((11, 2), 9)))
    unit, room = district.units["A"], district.rooms["A", "reception_room"]
    names = list(district.people)
    for number, name in enumerate(names, 1):
        opened = at((11, 1), 8) + datetime.timedelta(days=number)
        Session.objects.create(
            unit=unit, year=2026, number=number, room=room, kind="regular", people=1, opened_at=opened,
            received_by=district.people[name].person, closed_at=opened + datetime.timedelta(hours=1),
        )  # fmt: skip
    first = datetime.date(2026, 11, 2)
    found = begun([unit.id], first, first + datetime.timedelta(days=len(names)))
    kept = {name for name, (_, each) in zip(names, sorted(found.items()), strict=True) if each.kept_at}
    leading = receivers_of(unit.id, first)
    assert kept == {name for name in names if district.people[name].person_id in leading} == {"commune_chairman"}


def test_who_keeps_a_day_follows_the_version_of_that_day_and_the_post_of_that_day(district):
    content = shipped("MO_HINH_2_CAP_2025")
    content["roles"]["reception_officer"]["reception_room"]["scope"] = "own"
    regulation.issue(
        unit=district.units["A"].id, content=content, valid_from=datetime.date(2026, 11, 9), decision_number="2/QĐ",
        now=district.now,
    )  # fmt: skip
    for day in (5, 10):
        received(district, district.people["reception_officer"].person, at((11, day), 7, 40))
        person = district.appoint("commune_chairman", "A", f"new {day}", begin=datetime.date(2026, 11, 6)).person
        received(district, person, at((11, day), 9), kind="regular")
    unit, first, last = district.units["A"].id, datetime.date(2026, 11, 5), datetime.date(2026, 11, 10)
    found = begun([unit], first, last)
    assert found[unit, first].kept_at is None
    assert found[unit, last].kept_at == found[unit, last].first_at == at((11, 10), 7, 40)
    assert begun([unit], first, last, until=at((11, 10), 7, 39)).keys() == {(unit, first)}


# --- found afterwards -----------------------------------------------------------------------------------------------


def test_what_went_by_while_nobody_looked_is_found_afterwards_and_told_once(district):
    received(district, head_of(district, "B"), at((11, 5), 11), name="B")
    missed = days.Missed()
    assert missed.beat(now=at((11, 7), 6)) == 2
    assert set(MissedDay.objects.values_list("day", flat=True)) == {datetime.date(2026, 11, 5)}
    assert days.Missed().beat(now=at((11, 8), 9)) == 0
    assert days.Missed().beat(now=at((11, 13), 9)) == 3  # those of the tenth; the fifth lies too far back
    assert MissedDay.objects.filter(unit=district.units["B"]).get().day == datetime.date(2026, 11, 10)


def test_a_day_that_is_added_is_looked_at_although_the_times_of_today_are_over(district):
    missed, friday = days.Missed(), datetime.date(2026, 11, 6)
    assert missed.beat(now=at((11, 6), 9)) == 3
    said = days.Change(kind=K.ADDED, day=friday, reason="Tiếp bù ngày 05")
    days.change_day(
        district.people["commune_chairman"], unit=district.units["A"].id, change=said, now=at((11, 6), 9, 10)
    )
    # No sooner than the grace after it was posted: nobody can begin before they know.
    assert state_of(district, friday, at((11, 6), 9, 30)) == "hôm nay, trước 10:10"
    assert [missed.beat(now=at((11, 6), *clock)) for clock in ((9, 11), (10, 9), (10, 10), (10, 11))] == [0, 0, 1, 0]
    assert Notice.objects.filter(kind="missed_day", vi__contains="đến 10:10 ngày tiếp công dân 06/11/2026").exists()


def test_a_version_of_this_morning_is_seen_within_the_hour(district):
    missed = days.Missed()
    assert missed.beat(now=at((11, 6), 9)) == 3
    content = shipped("MO_HINH_2_CAP_2025")
    content["reception"]["days"] = [5, 6, 10, 20, 25]
    regulation.issue(
        unit=district.units["A"].id, content=content, valid_from=datetime.date(2026, 11, 6), decision_number="2/QĐ",
        now=at((11, 6), 9, 5),
    )  # fmt: skip
    assert [missed.beat(now=at((11, 6), *clock)) for clock in ((9, 30), (10, 0))] == [0, 1]


def test_a_room_on_trial_is_not_awaited(district):
    Room.objects.filter(id=district.rooms["A", "reception_room"].id).update(in_service_on=None)
    Room.objects.filter(id=district.rooms["B", "reception_room"].id).update(in_service_on=datetime.date(2026, 11, 6))
    assert days.Missed().beat(now=at((11, 7), 9)) == 1
    assert MissedDay.objects.get().unit_id == district.units["C"].id


def test_the_time_by_which_it_begins_is_data(district):
    content = shipped("MO_HINH_2_CAP_2025")
    content["times"]["reception_begun_minutes"] = 120
    regulation.issue(
        unit=district.units["A"].id, content=content, valid_from=datetime.date(2026, 11, 1), decision_number="2/QĐ",
        now=district.now,
    )  # fmt: skip
    assert district.units["A"].id not in days.missing_at(at((11, 5), 9))
    assert district.units["A"].id in days.missing_at(at((11, 5), 9, 30))


def test_a_version_of_before_that_names_no_hours_stops_neither_the_round_nor_the_posted_calendar(district):
    content = shipped("MO_HINH_2_CAP_2025")
    content["hours"]["spans"] = []
    regulation.issue(
        unit=district.units["A"].id, content=content, valid_from=datetime.date(2026, 11, 1), decision_number="2/QĐ",
        now=district.now,
    )  # fmt: skip
    assert set(days.missing_at(at((11, 5), 9, 30))) == {district.units[name].id for name in "ABC"}
    for page in ("reception_calendar", "reception_calendar_ics"):
        assert Client().get(reverse(page, args=[district.units["A"].id])).status_code == 200
    assert calendars.posted(district.units["A"].id, datetime.date(2026, 11, 1), now=district.now).hours.startswith("08")


def test_a_missed_day_is_explained_by_the_unit_and_answered_by_who_supervises(district):
    days.find_missed(now=at((11, 5), 9))
    row, now = MissedDay.objects.get(unit=district.units["A"]), at((11, 5), 10)
    chairman, inspector = district.people["commune_chairman"], district.people["inspector"]
    with pytest.raises(NotPossible):
        days.answer(inspector, row.id, accepted=True, now=now)
    with pytest.raises(NotPossible):
        days.explain(chairman, row.id, code="slept", now=now)
    days.explain(chairman, row.id, code="ill", words="Nhập viện", now=now)
    with pytest.raises(NotPossible):
        days.answer(chairman, row.id, accepted=True, now=now)
    with pytest.raises(NotPossible):
        days.answer(inspector, row.id, accepted=False, now=now)
    days.answer(inspector, row.id, accepted=False, words="Chưa niêm yết ngày bù", now=now)
    days.explain(chairman, row.id, code="called_away", now=now)
    days.answer(inspector, row.id, accepted=True, now=now)
    with pytest.raises(NotPossible):
        days.explain(chairman, row.id, code="ill", now=now)
    [line] = calendars.units_on([row.unit_id], row.day, now=now)
    assert line.state
    assert "triệu tập" in str(line.state[1])
    for change_it in (MissedStep.objects.all().delete, lambda: MissedDay.objects.update(day=DAY)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change_it()


def test_leaders_and_supervisors_see_it_on_their_pages_and_close_it_there(district):
    now = datetime.datetime.now(VIETNAM)
    row = MissedDay.objects.create(
        unit=district.units["A"], room=district.rooms["A", "reception_room"], day=now.date(), found_at=now
    )
    for role in ("commune_chairman", "inspector"):
        browser = signed_in(district.people[role])
        assert reverse("missed_day", args=[row.id]) in browser.get("/").content.decode(), role
        assert "Xã A" in browser.get(reverse("reception_days")).content.decode(), role
    chairman, inspector = (signed_in(district.people[role]) for role in ("commune_chairman", "inspector"))
    page = reverse("missed_day", args=[row.id])
    assert "Nêu lý do" in chairman.get(page).content.decode()
    chairman.post(reverse("missed_explain", args=[row.id]), {"code": "ill", "words": "ốm"})
    assert "Kết luận" in inspector.get(page).content.decode()
    inspector.post(reverse("missed_answer", args=[row.id]), {"accepted": "1"})
    assert "Chấp nhận lý do" in chairman.get(page).content.decode()


def test_a_unit_changes_its_calendar_with_the_pages(district):
    now = datetime.datetime.now(VIETNAM)
    unit, browser = district.units["A"].id, signed_in(district.people["commune_chairman"])
    [first, *_] = Schedule(
        [unit], now.date() + datetime.timedelta(days=1), now.date() + datetime.timedelta(days=40)
    ).days(unit)
    form = {"day": f"{first.day}", "kind": "cancelled", "reason": ""}
    assert browser.post(reverse("reception_change", args=[unit]), form).status_code == 422
    answer = browser.post(reverse("reception_change", args=[unit]), {**form, "reason": "Tập huấn toàn huyện"})
    assert answer.status_code == 302
    page = browser.get(reverse("reception_schedule", args=[unit]) + f"?thang={first.day:%Y-%m}").content.decode()
    assert "Tập huấn toàn huyện" in page
    assert "Phân công người khác tiếp" not in browser.get(reverse("reception_change", args=[unit])).content.decode()


def test_the_api_tells_and_changes_days_as_the_pages_do(district):
    unit, browser = district.units["A"].id, signed_in(district.people["commune_chairman"])
    found = browser.get(f"/api/units/{unit}/reception-days?year=2026&month=9").json()
    assert [each["day"][-2:] for each in found] == ["07", "10", "21", "25"]
    now = datetime.datetime.now(VIETNAM)
    [first, *_] = Schedule(
        [unit], now.date() + datetime.timedelta(days=1), now.date() + datetime.timedelta(days=40)
    ).days(unit)
    new = {"kind": "cancelled", "day": f"{first.day}", "reason": "Tập huấn"}
    answer = browser.post(f"/api/units/{unit}/reception-days", new, content_type="application/json")
    assert {each["reason"] for each in answer.json() if each["day"] == f"{first.day}"} == {"Tập huấn"}
    assert browser.post(f"/api/units/{unit}/reception-days", new, content_type="application/json").status_code == 409
    row = MissedDay.objects.create(
        unit=district.units["A"], room=district.rooms["A", "reception_room"], day=now.date(), found_at=now
    )
    said = browser.post(f"/api/missed-days/{row.id}/explanation", {"code": "ill"}, content_type="application/json")
    assert said.json()["steps"][0]["code"] == "ill"
    inspector = signed_in(district.people["inspector"])
    done = inspector.post(f"/api/missed-days/{row.id}/answer", {"accepted": True}, content_type="application/json")
    assert [step["kind"] for step in done.json()["steps"]] == ["explained", "accepted"]
    assert isinstance(inspector.get("/api/reception-days").json(), list)


def test_following_asks_no_more_of_the_database_for_more_units(district):
    asked = []
    for names in ("A", "ABC"):
        ids = [district.units[name].id for name in names]
        with CaptureQueriesContext(connection) as queries:
            calendars.units_on(ids, datetime.date(2026, 11, 5), now=district.now)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 12


def test_terms_are_counted_from_the_day_after_and_end_on_a_working_day(district):
    day, unit = datetime.date(2026, 11, 5), district.units["A"].id
    schedule = Schedule([unit], day, day)
    rules, calendar = schedule.rules(unit, day), schedule.calendar(unit, day)
    assert rules
    wanted = {
        Matter.COMPLAINT: ((11, 16), (12, 15)),  # the tenth day is a Sunday
        Matter.DENUNCIATION: ((11, 16), (12, 16)),
        Matter.PETITION: ((11, 26), (11, 26)),
    }
    for matter, (handle, settle) in wanted.items():
        terms = terms_of(matter, day, rules, calendar)
        assert terms.handle_by == datetime.date(2026, *handle), matter
        assert terms.settle_by == datetime.date(2026, *settle), matter


def test_a_report_counts_what_was_received_and_what_went_by(district):
    day, officer = datetime.date(2026, 11, 5), head_of(district, "B")
    days.find_missed(now=at((11, 5), 9))
    session = sessions.open_session(
        officer, room=district.rooms["B", "reception_room"], kind="scheduled", people=4, now=at((11, 5), 10)
    )
    sessions.close_session(officer, session=session, now=at((11, 5), 11))
    excused = MissedDay.objects.get(unit=district.units["A"])
    days.explain(district.people["commune_chairman"], excused.id, code="ill", now=at((11, 5), 10))
    assert set(figures.missed_days(day, day)) == {district.units["A"].id, district.units["C"].id}
    days.answer(district.people["inspector"], excused.id, accepted=True, now=at((11, 5), 11))
    assert figures.missed_days(day, day) == {district.units["C"].id: [day]}
    assert figures.missed_days(day + datetime.timedelta(days=1), datetime.date(2026, 11, 30)) == {}
    ids = [unit.id for unit in district.units.values()]
    [found] = figures.received(ids, day, day).values()
    assert (found.sessions, found.people, found.matters) == (1, 4, {})
