"""Moments compared with what was recorded, month by month: which of them have neither footage nor a reason."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.centre.access.models import Restriction
from minhbach.centre.footage import moments
from minhbach.centre.footage.actions.comparing import AGAIN, DAY_US, PAST, Comparing, us_of
from minhbach.centre.footage.actions.comparing import HOUR as AN_HOUR
from minhbach.centre.footage.actions.marks import Moment, mark, withdraw_mark
from minhbach.centre.footage.models import ComparedDay, FootageStream, LostMoment, Run
from minhbach.centre.footage.moments import PAGE
from minhbach.centre.footage.timeline import moment
from minhbach.centre.registry.actions import rooms
from minhbach.centre.registry.models import CounterView, Room
from minhbach.centre.registry.reading import day_of
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from tests.centre.footage.watched import HOUR, MINUTE, Watched, us
from tests.centre.registry.places import DAY, SETUP

pytestmark = pytest.mark.django_db


def ends_us(now):
    """Shortly before now; or at the end of a month that has just gone by, so that the hours before it lie in one."""
    end, first = us(now) - 20 * MINUTE, us_of(day_of(now).replace(day=1))
    return end if end - 4 * HOUR > first else first - MINUTE


def month_at(now):
    """The month of those hours."""
    return moment(ends_us(now)).date().replace(day=1)


def compared(actor, *, now, **asked):
    """What a person reads of it once the worker was round."""
    Comparing().beat(now=now)
    return moments.compared(actor, now=now, month=month_at(now), **asked)


class Counters(Watched):
    """The watched room with two counters: the first camera sees the first, nobody sees the second."""

    def __post_init__(self):
        super().__post_init__()
        self.first, self.second = (rooms.add_counter(SETUP, room=self.room, number=n, day=DAY) for n in (11, 12))
        CounterView.objects.create(camera=self.cameras[0], counter=self.first, valid_from=DAY)
        self.end = ends_us(self.now)
        self.begin = self.end - 3 * HOUR
        self.count = 0

    def moment(self, at_us, counter=None, kind=Moment.RECEIVED):
        self.count += 1
        return mark(
            SETUP,
            room=self.room.id,
            counter=counter.id if counter else None,
            kind=kind,
            reference=str(self.count),
            words=Words(f"Tiếp nhận {self.count}", f"Received {self.count}"),
            right=Right.PLAYBACK,
            begin_us=at_us,
            end_us=at_us,
            now=self.now,
        )

    def figures(self, name="chairman"):
        found = compared(self.people[name], now=self.now)
        return found.seen, found.explained, found.lost_count


@pytest.fixture
def watched():
    return Counters()


def test_a_moment_has_footage_or_a_reason_or_is_lost(watched):
    gap = (watched.begin + HOUR, watched.begin + HOUR + 10 * MINUTE, "power_lost")
    watched.recorded(watched.cameras[0], watched.begin, watched.end, gap)
    watched.moment(watched.begin, watched.first)
    watched.moment(watched.begin + HOUR + MINUTE, watched.first)
    watched.moment(watched.begin - 1, watched.first)
    watched.moment(watched.begin + HOUR + 10 * MINUTE, watched.first)
    assert watched.figures() == (2, 1, 1)
    [lost] = compared(watched.people["chairman"], now=watched.now).lost
    assert (lost.counter, lost.what.en, lost.why[1].en) == (
        watched.first, "Received 3", "No footage, and the log gives no reason",
    )  # fmt: skip


def test_a_counter_that_no_camera_sees_is_said_to_be_so(watched):
    watched.recorded(watched.cameras[0], watched.begin, watched.end)
    watched.moment(watched.begin + MINUTE, watched.second)
    [lost] = compared(watched.people["chairman"], now=watched.now).lost
    assert lost.why[1].en == "No camera recorded this counter then"


def test_a_log_that_has_not_come_yet_is_no_silence_and_the_last_minutes_are_not_asked_about(watched):
    watched.recorded(watched.cameras[0], watched.begin, watched.end - HOUR)
    watched.moment(watched.end - MINUTE, watched.first)
    watched.moment(us(watched.now) - 5 * MINUTE, watched.first)
    [lost] = compared(watched.people["chairman"], now=watched.now).lost
    assert lost.why[1].en == "The recorder's log has not come that far"


def test_a_reception_is_seen_by_any_camera_of_its_room(watched):
    watched.recorded(watched.cameras[1], watched.begin, watched.end)
    watched.moment(watched.begin + MINUTE, kind=Moment.SESSION)
    assert watched.figures() == (1, 0, 0)


def test_bookmarks_and_what_was_withdrawn_are_no_moments(watched):
    watched.moment(watched.begin, watched.second, kind="bookmark")
    gone = watched.moment(watched.begin, watched.second)
    withdraw_mark(SETUP, kind=gone.kind, reference=gone.reference, now=watched.now)
    assert watched.figures() == (0, 0, 0)


def test_nothing_is_told_of_restricted_time_nor_of_other_peoples_rooms(watched):
    watched.moment(watched.begin + MINUTE, watched.second)
    watched.moment(watched.begin + HOUR, watched.second)
    assert [watched.figures(name) for name in ("chairman", "specialist", "stranger")] == [
        (0, 0, 2),
        (0, 0, 2),
        (0, 0, 0),
    ]
    at = datetime.datetime.fromtimestamp((watched.begin + MINUTE) / 1e6, datetime.UTC)
    second = datetime.timedelta(seconds=1)
    Restriction.objects.create(
        room=watched.room, begins_at=at - second, ends_at=at + second, reference="7", made_at=watched.now
    )
    assert [watched.figures(name) for name in ("chairman", "specialist", "technician")] == [(0, 0, 1)] * 3


def test_who_keeps_the_devices_going_learns_the_kind_and_no_code(watched):
    watched.moment(watched.begin, watched.second)
    [lost] = compared(watched.people["technician"], now=watched.now).lost
    assert lost.what.en == "A dossier was received"
    asked = {"month": f"{month_at(watched.now):%Y-%m}"}
    [told] = watched.browser("technician").get("/api/moments", asked).json()["lost"]
    assert told["what"]["en"] == "A dossier was received"
    assert told["counter"] == str(watched.second.id)


def test_the_page_asks_no_more_when_there_are_more_moments(watched):
    watched.recorded(watched.cameras[0], watched.begin, watched.end)
    counts = []
    compared(watched.people["chairman"], now=watched.now)  # a version of the rules is read once and kept
    for _ in range(2):
        for _ in range(20):
            watched.moment(watched.begin + watched.count * MINUTE, watched.first)
        Comparing().beat(now=watched.now)
        with CaptureQueriesContext(connection) as asked:
            moments.compared(watched.people["chairman"], now=watched.now, month=month_at(watched.now))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert watched.figures() == (40, 0, 0)


def test_the_page_says_it_in_figures(watched):
    watched.recorded(watched.cameras[0], watched.begin, watched.end)
    watched.moment(watched.begin, watched.first)
    watched.moment(watched.begin, watched.second)
    Comparing().beat(now=watched.now)
    asked = {"thang": f"{month_at(watched.now):%Y-%m}"}
    page = watched.browser("specialist").get(reverse("moments"), asked).content.decode()
    assert "Không camera nào ghi quầy này lúc đó" in page
    assert watched.browser("stranger").get(reverse("moments")).status_code == 200


def test_what_is_lost_is_turned_page_by_page_with_the_same_questions_to_the_database(watched):
    for number in range(PAGE + 3):
        watched.moment(watched.begin + number * MINUTE, watched.second)
    actor, asked = watched.people["chairman"], []
    compared(actor, now=watched.now)  # a version of the rules is read once and kept
    for skip, length in ((0, PAGE), (PAGE, 3), (999, 0)):
        with CaptureQueriesContext(connection) as queries:
            found = moments.compared(actor, now=watched.now, month=month_at(watched.now), skip=skip)
        asked.append(len(queries))
        assert (len(found.lost), found.lost_count) == (length, PAGE + 3)
    assert asked[0] == asked[1]
    browser, month = watched.browser("chairman"), f"{month_at(watched.now):%Y-%m}"
    page = browser.get("/doi-chieu", {"tu": str(PAGE), "thang": month}).content.decode()
    assert f"{PAGE + 1}–{PAGE + 3} trong {PAGE + 3}" in page
    assert f"thang={month}" in page
    assert len(browser.get("/api/moments", {"skip": PAGE, "month": month}).json()["lost"]) == 3
    assert browser.get("/doi-chieu", {"tu": "٣"}).status_code == 200


def test_a_month_of_long_ago_can_be_chosen_and_was_compared_in_its_turn(watched):
    ago = AGAIN.days + PAST.days + 9
    Room.objects.update(valid_from=datetime.date(2020, 1, 1))
    watched.moment(us(watched.now) - ago * DAY_US, watched.second)
    watched.moment(us(watched.now) - 2 * HOUR, watched.second)
    actor, round_ = watched.people["chairman"], Comparing()
    round_.beat(now=watched.now)
    assert ComparedDay.objects.count() == 1, "the past before these weeks follows month by month"
    round_.beat(now=watched.now)
    assert ComparedDay.objects.count() == 2
    day = moment(us(watched.now) - ago * DAY_US).date()
    found = moments.compared(actor, now=watched.now, month=day.replace(day=1))
    assert (found.lost_count, [lost.at.date() for lost in found.lost]) == (1, [day])
    assert (found.months[-1], found.months[0]) == (day.replace(day=1), day_of(watched.now).replace(day=1))
    assert len(found.months) == len(set(found.months)) > 3
    page = watched.browser("chairman").get(reverse("moments"), {"thang": f"{day:%Y-%m}"}).content.decode()
    assert f'<option value="{day:%Y-%m}" selected>' in page
    assert watched.browser("chairman").get(reverse("moments"), {"thang": "2026-99"}).status_code == 200


def test_the_page_reads_what_was_kept_and_compares_nothing(watched):
    watched.recorded(watched.cameras[0], watched.begin, watched.end)
    for number in range(3):
        watched.moment(watched.begin + number * MINUTE, watched.first)
    actor = watched.people["chairman"]
    assert watched.figures() == (3, 0, 0)
    with CaptureQueriesContext(connection) as asked:
        moments.compared(actor, now=watched.now, month=month_at(watched.now))
    tables = ("footage_run", "footage_gap", "footage_removal")
    assert not [each["sql"] for each in asked if any(f'"{table}"' in each["sql"] for table in tables)]
    assert not [each["sql"] for each in asked if 'FROM "footage_mark"' in each["sql"]]


def test_what_comes_and_what_is_taken_back_is_compared_at_the_next_round_and_nothing_else(watched):
    watched.recorded(watched.cameras[0], watched.begin, watched.end)
    watched.moment(watched.begin, watched.first)
    round_, actor = Comparing(), watched.people["chairman"]

    def figures():
        found = moments.compared(actor, now=watched.now, month=month_at(watched.now))
        return found.seen, found.explained, found.lost_count

    assert (round_.beat(now=watched.now), figures()) == (1, (1, 0, 0))
    assert round_.beat(now=watched.now) == 0
    new = watched.moment(watched.begin + MINUTE, watched.second)
    assert (round_.beat(now=watched.now), figures()) == (1, (1, 0, 1))
    withdraw_mark(SETUP, kind=new.kind, reference=new.reference, now=watched.now)
    assert (round_.beat(now=watched.now), figures()) == (1, (1, 0, 0))
    assert not LostMoment.objects.exists()


def test_a_log_that_comes_late_is_looked_at_within_the_hour(watched):
    stream = watched.recorded(watched.cameras[0], watched.begin, watched.begin + HOUR)
    watched.moment(watched.begin + 2 * HOUR, watched.first)
    now = watched.now
    round_ = Comparing()
    round_.beat(now=now)
    assert [row.why for row in LostMoment.objects.all()] == ["late_log"]
    Run.objects.create(stream=stream, begin_us=watched.begin + HOUR, end_us=watched.end, first=5, last=6)
    FootageStream.objects.filter(id=stream.id).update(known_until_us=watched.end)
    round_.beat(now=now + AN_HOUR)
    assert not LostMoment.objects.exists()
    assert [(row.seen, row.lost) for row in ComparedDay.objects.all()] == [(1, 0)]


def test_a_room_with_restricted_time_is_counted_without_it(watched):
    watched.recorded(watched.cameras[0], watched.begin, watched.end)
    for minutes in (1, 2, 3):
        watched.moment(watched.begin + minutes * MINUTE, watched.first)
    at = moment(watched.begin + 2 * MINUTE)
    second = datetime.timedelta(seconds=1)
    Restriction.objects.create(
        room=watched.room, begins_at=at - second, ends_at=at + second, reference="7", made_at=watched.now
    )
    assert watched.figures() == (2, 0, 0)
    assert watched.figures("stranger") == (0, 0, 0)
