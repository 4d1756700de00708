"""The weekly page of unusual viewing names what the regulation's thresholds name, and little else."""

import datetime
import random
import re
import tracemalloc
from dataclasses import replace
from uuid import UUID

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access import recording
from minhbach.centre.access.actions import purposes, viewings
from minhbach.centre.access.actions.viewings import Asker, Left
from minhbach.centre.access.recording import record, record_refusal
from minhbach.centre.evidence.models import Extraction
from minhbach.centre.fabric import keys
from minhbach.centre.journal.matters import Said, known
from minhbach.centre.journal.telling import Weekly, oddities, oddities_of_each, shown_to, tell
from minhbach.centre.journal.unusual import (
    AGAIN,
    KINDS,
    OFF_HOURS,
    REFUSED,
    SEARCHED,
    TAKEN,
    UNUSED,
    Act,
    is_off_hours,
    judge,
    odd_among,
    outside,
    seen_in,
)
from minhbach.centre.journal.views import KEPT_S, RUNNING_KEPT_S
from minhbach.centre.look import paging
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.calendar import HOLIDAY, Calendar
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import parse, shipped
from tests.centre.access.district import District
from tests.centre.dossiers.counters import dossier_row
from tests.centre.people import signed_in

RULES = parse(shipped("MO_HINH_2_CAP_2025"))
CALENDAR = Calendar(RULES.hours, {datetime.date(2026, 11, 25): HOLIDAY})
MONDAY = datetime.datetime(2026, 11, 15, 17, tzinfo=datetime.UTC)  # midnight in Vietnam
MINUTE, HOUR, DAY = datetime.timedelta(minutes=1), datetime.timedelta(hours=1), datetime.timedelta(days=1)


def person(number):
    return UUID(int=number)


def act(who, at, *, camera=1, kind="playback", minutes=5, used=True):
    off_hours = is_off_hours(at, CALENDAR, RULES.times)
    return Act(person(who), UUID(int=1000 + camera), UUID(int=9), kind, at, minutes * MINUTE, used, off_hours)


def named(acts):
    return {(odd.person.int, odd.kind) for odd in judge(acts, RULES.times)}


def test_one_camera_again_and_again_is_named_and_one_sitting_is_one_occasion():
    morning = MONDAY + 8 * HOUR
    sitting = [act(1, morning + n * MINUTE) for n in range(0, 200, 10)]
    assert named(sitting) == set()
    spread = [act(2, morning + n * HOUR) for n in range(6)]
    assert named(spread) == {(2, AGAIN)}
    assert named(spread[:5]) == set()
    elsewhere = [act(2, morning + n * HOUR, camera=n) for n in range(6)]
    assert named(elsewhere) == set()


def test_what_is_watched_outside_office_hours_and_their_margin_is_named():
    night, evening, sunday = MONDAY + 23 * HOUR, MONDAY + 18 * HOUR, MONDAY + 6 * DAY + 9 * HOUR
    assert named([act(1, night, minutes=10)]) == {(1, OFF_HOURS)}
    assert named([act(1, night, kind="live", minutes=10)]) == {(1, OFF_HOURS)}
    assert named([act(1, night, minutes=9)]) == set()
    assert named([act(1, evening, minutes=60)]) == set()
    assert named([act(1, sunday, minutes=10)]) == {(1, OFF_HOURS)}
    holiday = datetime.datetime(2026, 11, 25, 3, tzinfo=datetime.UTC)
    assert named([act(1, holiday, minutes=10)]) == {(1, OFF_HOURS)}
    # Stills of a fault are looked at when it is there.
    assert named([act(1, night, kind="still", minutes=10)]) == set()


def test_playing_back_often_without_any_use_is_named():
    hours = [MONDAY + (8 + n % 8) * HOUR + n // 8 * DAY for n in range(10)]
    assert named([act(1, at, camera=n, used=False) for n, at in enumerate(hours)]) == {(1, UNUSED)}
    assert named([act(1, at, camera=n, used=n == 3) for n, at in enumerate(hours)]) == set()


def ordinary(chance, who):
    """A week of somebody who does their work: counters looked at in turn, mostly for a matter, sometimes late."""
    for day in range(5):
        for _ in range(chance.randrange(3)):
            at = MONDAY + day * DAY + chance.uniform(7.6, 17.4) * HOUR
            camera = chance.randrange(16)
            for again in range(chance.choice((1, 1, 2, 4))):
                yield act(who, at + again * 7 * MINUTE, camera=camera, minutes=chance.uniform(1, 12),
                          used=chance.random() < 0.75)  # fmt: skip
        for _ in range(chance.randrange(6)):
            at = MONDAY + day * DAY + chance.uniform(7.2, 18.2) * HOUR
            yield act(who, at, camera=chance.randrange(16), kind="live", minutes=chance.uniform(1, 40))
    if chance.random() < 0.2:  # called in for a few minutes
        yield act(who, MONDAY + 2 * DAY + 20 * HOUR, kind="live", minutes=chance.uniform(1, 7))


def planted(chance, who, kind):
    """The same, and besides what the page is for, never exactly at a threshold."""
    if kind == AGAIN:
        slots = chance.sample([(day, hour) for day in range(5) for hour in range(8, 17)], chance.randrange(7, 12))
        yield from (act(who, MONDAY + day * DAY + hour * HOUR, minutes=6) for day, hour in slots)
    elif kind == OFF_HOURS:
        for _ in range(chance.randrange(2, 5)):
            at = MONDAY + chance.randrange(7) * DAY + chance.uniform(20, 23.5) * HOUR
            yield act(who, at, camera=chance.randrange(16), minutes=chance.uniform(6, 20))
    else:
        slots = chance.sample([(day, hour) for day in range(5) for hour in range(8, 17)], chance.randrange(12, 20))
        for day, hour in slots:
            yield act(who, MONDAY + day * DAY + hour * HOUR, camera=chance.randrange(16), used=False)


def test_of_planted_weeks_nearly_all_are_named_and_of_ordinary_ones_nearly_none():
    chance = random.Random(20261122)  # thresholds were fixed before this seed was drawn
    quiet = [set(named(list(ordinary(chance, who)))) for who in range(600)]
    false = sum(map(bool, quiet))
    missed = 0
    for who in range(600):
        kind = (AGAIN, OFF_HOURS, UNUSED)[who % 3]
        missed += (who, kind) not in named([*ordinary(chance, who), *planted(chance, who, kind)])
    print(f"unusual.false: {false} of 600  unusual.missed: {missed} of 600")
    assert missed <= 0.02 * 600
    assert false <= 0.02 * 600


# -- the page ------------------------------------------------------------------------------------------------------


@pytest.fixture
def district(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    now = timezone.localtime()
    monday = (now - now.weekday() * DAY - 7 * DAY).replace(hour=9, minute=0, second=0, microsecond=0)
    return District(now=monday)


def play(district, role, at, *, reference="", seconds=700):
    """Somebody plays back an hour of commune A's counter, and watches so many seconds of it."""
    account, room = district.people[role], district.rooms["A", "one_stop"]
    reason = purposes.open_purpose(account, text="kiểm tra phản ánh", reference=reference, rooms=[room.id], now=at)
    opened = viewings.open_viewing(
        Asker(account, "s" * 64), kind="playback", cameras=[district.camera("A")], begin=at - 2 * HOUR,
        end=at - HOUR, purpose=reason.id, now=at,
    )  # fmt: skip
    camera = district.cameras["A", "one_stop"]
    begin_us = round((at - 2 * HOUR).timestamp() * 1_000_000)
    left = Left(f"{camera.recorder_id}/{camera.name}", False, begin_us, begin_us + seconds * 1_000_000)
    viewings.record_served(opened.viewing.id, [left], 1000, now=at)
    viewings.close_viewing(Asker(account, "s" * 64), opened.viewing.id, now=at)


def week(units, begin):
    return odd_among(seen_in(units, begin))


@pytest.mark.django_db
def test_a_week_is_read_from_what_was_truly_watched(district, django_assert_max_num_queries):
    monday = district.now.replace(hour=0)
    for day in range(5):
        for hour in (9, 11, 14):
            play(district, "commune_chairman", monday + day * DAY + hour * HOUR, seconds=60)
    play(district, "chief_of_office", monday + 22 * HOUR, reference="PA-1")
    units = {district.units["A"].id}
    found = {(odd.person, odd.kind, odd.count) for odd in week(units, monday)}
    chairman, chief = (district.people[role].person_id for role in ("commune_chairman", "chief_of_office"))
    assert found == {(chairman, AGAIN, 15), (chairman, UNUSED, 15), (chief, OFF_HOURS, 12)}
    assert week({district.units["B"].id}, monday) == []
    assert week(units, monday - 7 * DAY) == []
    client = signed_in(district.people["viewing_auditor"])
    with django_assert_max_num_queries(55):
        page = client.get(reverse("unusual")).content.decode()
    assert page.count("data-label") == 4 * 3
    assert "12 phút" in page
    assert "Không có gì vượt ngưỡng" in client.get(reverse("unusual"), {"tuan": "2021-01-01"}).content.decode()
    for text in ("2026-99-99", "x" * 500, "0001-01-01", "9999-12-31"):
        assert client.get(reverse("unusual"), {"tuan": text}).status_code == 200
    assert signed_in(district.people["commune_chairman"]).get(reverse("unusual")).status_code == 403


# -- what was searched, taken along, refused; and the notice of it ---------------------------------------------------


def deeds_of(account, act, at, number, **details):
    for _ in range(number):
        record(account, act, now=at, details=details)


@pytest.mark.django_db
def test_searches_tables_and_refusals_of_a_week_are_named_with_those_that_were_only_counted(district, monkeypatch):
    monkeypatch.setattr(recording, "ROWS_AN_HOUR", 5)
    monday = district.now.replace(hour=0)
    chairman, officer = district.people["commune_chairman"], district.people["one_stop_officer"]
    deeds_of(chairman, "searched:scan", monday + DAY, 60, ma="1")
    deeds_of(chairman, "log_searched", monday + 2 * DAY, 40)
    deeds_of(officer, "searched:scan", monday + DAY, 200, ma="1", quay="7")  # at the counter's own desk
    deeds_of(officer, "searched:find", monday + DAY, 99, q="H81")
    deeds_of(chairman, "taken:book_csv", monday + DAY, 6)
    deeds_of(chairman, "log_exported", monday + DAY, 4)
    deeds_of(chairman, "taken:receipt", monday + DAY, 50)
    deeds_of(chairman, "searched:find", monday - DAY, 50, q="H81")
    for _ in range(23):
        record_refusal(officer, Right.LIVE, KINDS[REFUSED], now=monday + 3 * DAY)
    found = {(odd.person, odd.kind, odd.count) for odd in oddities({district.units["A"].id}, monday.date())}
    assert found == {
        (chairman.person_id, SEARCHED, 100),
        (chairman.person_id, TAKEN, 10),
        (officer.person_id, REFUSED, 23),
    }
    assert oddities({district.units["B"].id}, monday.date()) == []
    page = signed_in(district.people["viewing_auditor"]).get(reverse("unusual")).content.decode()
    assert "100 lần" in page
    assert "Không tính theo camera" in page


@pytest.mark.django_db
def test_the_week_s_first_working_morning_tells_the_heads_of_other_units_once(district):
    monday = district.now.replace(hour=0)
    deeds_of(district.people["commune_chairman"], "log_exported", monday + DAY, 10)
    same_house, another = district.people["viewing_auditor"], district.appoint("viewing_auditor", "top", "elsewhere")
    weekly, next_monday = Weekly(), monday + 7 * DAY
    regulation.add_day(
        district.people["system_administrator"], unit=district.units["top"].id,
        day=next_monday.date(), kind=HOLIDAY, name="Nghỉ", source="thử", now=monday,
    )  # fmt: skip
    assert weekly.beat(now=next_monday + 9 * HOUR) == 0  # a holiday
    assert weekly.beat(now=next_monday + DAY + 5 * HOUR) == 0  # nobody is there yet
    assert weekly.beat(now=next_monday + DAY + 8 * HOUR) == 1
    assert weekly.beat(now=next_monday + DAY + 9 * HOUR) == 0
    assert Weekly().beat(now=next_monday + 2 * DAY + 9 * HOUR) == 0  # another worker
    told = Delivery.objects.filter(notice__kind="unusual_viewing").values_list("address", "notice__vi")
    assert [address for address, _ in told] == [another.person_id]
    assert "1 điều bất thường" in told[0][1]
    assert same_house.person_id != another.person_id


@pytest.mark.django_db
def test_who_alone_may_read_is_told_of_their_own_house_but_never_of_themselves(district):
    monday = district.now.replace(hour=0)
    auditor = district.people["viewing_auditor"]
    deeds_of(auditor, "log_exported", monday + DAY, 10)
    assert tell(monday.date(), now=monday + 7 * DAY + 9 * HOUR) == 0
    deeds_of(district.people["commune_chairman"], "log_exported", monday + DAY, 10)
    assert tell(monday.date(), now=monday + 7 * DAY + 9 * HOUR) == 1
    assert list(Delivery.objects.values_list("address", flat=True)) == [auditor.person_id]


# -- cut by the calendar ---------------------------------------------------------------------------------------------


def test_of_a_span_only_what_lies_outside_office_hours_counts():
    def part(begin, end):
        return round(outside(begin, end, CALENDAR, RULES.times), 3)

    noon, evening, sunday = MONDAY + 12 * HOUR, MONDAY + 18 * HOUR + 31 * MINUTE, MONDAY + 6 * DAY
    assert part(noon, noon + HOUR) == 0
    assert part(evening - HOUR, evening + HOUR) == 0.5
    assert part(evening - HOUR, evening + 3 * HOUR) == 0.75
    assert part(evening, evening + HOUR) == 1
    assert part(sunday - HOUR, sunday + 9 * HOUR) == 1
    assert part(MONDAY + 5 * HOUR, MONDAY + 7 * HOUR) == 0.5  # opens at 07:30, an hour and a half of margin
    assert (part(noon, noon), part(sunday, sunday)) == (0, 1)
    # Watched from Monday's evening into Tuesday's morning: the night alone.
    assert part(evening, MONDAY + DAY + 8 * HOUR) == round(1 - 2 / (8 + 24 - 18 - 31 / 60), 3)


def test_who_opens_in_office_hours_and_stays_is_named_and_who_comes_early_and_works_is_not():
    stays, early = act(1, MONDAY + 16 * HOUR, minutes=60), act(2, MONDAY + 5 * HOUR, minutes=60)
    assert not stays.off_hours
    assert early.off_hours
    assert named([replace(stays, off_hours=0.5), replace(early, off_hours=0.1)]) == {(1, OFF_HOURS)}


def watch(district, role, opened, first, last, minutes):
    """Somebody opens a playback and watches so many minutes of it between two moments."""
    account, room = district.people[role], district.rooms["A", "one_stop"]
    reason = purposes.open_purpose(account, text="kiểm tra phản ánh", reference="", rooms=[room.id], now=opened)
    opening = viewings.open_viewing(
        Asker(account, "s" * 64), kind="playback", cameras=[district.camera("A")], begin=opened - 3 * HOUR,
        end=opened - HOUR, purpose=reason.id, now=opened,
    )  # fmt: skip
    camera = district.cameras["A", "one_stop"]
    begin_us = round((opened - 3 * HOUR).timestamp() * 1_000_000)
    for upto, at in ((1, first), (minutes, last)):
        left = Left(f"{camera.recorder_id}/{camera.name}", False, begin_us, begin_us + upto * 60_000_000)
        viewings.record_served(opening.viewing.id, [left], 1000, now=at)


@pytest.mark.django_db
def test_a_week_s_minutes_outside_hours_are_those_that_left_outside(district):
    monday = district.now.replace(hour=0)
    evening = monday + 18 * HOUR + 31 * MINUTE
    watch(district, "commune_chairman", monday + 16 * HOUR, evening - HOUR, evening + HOUR, 60)
    watch(district, "chief_of_office", monday + 5 * HOUR, monday + 5 * HOUR, monday + 11 * HOUR, 36)
    found = {(odd.person, odd.kind, odd.count) for odd in week({district.units["A"].id}, monday)}
    assert found == {(district.people["commune_chairman"].person_id, OFF_HOURS, 30)}


@pytest.mark.django_db
def test_stretches_of_a_week_are_added_up_as_they_are_read(district):
    monday = district.now.replace(hour=0)
    play(district, "commune_chairman", monday + 9 * HOUR, seconds=60)
    units, many = {district.units["A"].id}, 10_000
    assert [each.act.watched for each in seen_in(units, monday)] == [MINUTE]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_served (id, viewing_id, camera_id, sound, begins_at, ends_at, bytes, first_at, last_at)"
            " SELECT gen_random_uuid(), viewing_id, camera_id, sound, begins_at, ends_at, bytes, first_at, last_at"
            " FROM access_served CROSS JOIN generate_series(1, %s)",
            [many - 1],
        )
    tracemalloc.start()
    try:
        (read,) = seen_in(units, monday)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (read.act.watched, read.act.off_hours) == (many * MINUTE, 0)
    assert most < 3_000_000


# -- numbers of matters ----------------------------------------------------------------------------------------------


def extracted(district, number):
    """A matter in the book of commune A that somebody else asked for."""
    return Extraction.objects.create(
        unit=district.units["A"], room=district.rooms["A", "one_stop"], year=2026, number=number,
        requested_by=district.people["inspector"].person, requested_at=district.now,
    )  # fmt: skip


@pytest.mark.django_db
def test_only_a_number_of_a_matter_that_stands_in_the_books_is_a_use(district):
    monday, row = district.now.replace(hour=0), extracted(district, 7)
    received = dossier_row(district, district.counters["A"])
    hours = [monday + day * DAY + hour * HOUR for day in range(5) for hour in (9, 14)]
    for at in hours:
        play(district, "commune_chairman", at, reference="việc quan trọng", seconds=60)
        number = f"TX-{row}" if at.hour == 9 else received.code.lower()
        play(district, "chief_of_office", at, reference=number, seconds=60)
    units = {district.units["A"].id}
    (odd,) = [odd for odd in week(units, monday) if odd.kind == UNUSED]
    assert (odd.person, odd.count, odd.elsewhere) == (district.people["commune_chairman"].person_id, 10, 10)
    page = signed_in(district.people["viewing_auditor"]).get(reverse("unusual")).content.decode()
    assert "10 lần có ghi số văn bản, hồ sơ không có trong hệ thống này" in page


@pytest.mark.django_db
def test_a_number_counts_in_the_books_of_the_unit_alone_and_as_it_is_printed(district):
    extracted(district, 7)
    received = dossier_row(district, district.counters["A"])
    room, there, elsewhere = (district.rooms["A", "one_stop"].id, *(district.units[name].id for name in "AB"))
    for words, unit, counts in (
        ("Trích xuất số 07/2026", there, True),
        ("số 7/2026", there, True),
        ("số 7/2026", elsewhere, False),
        ("số 8/2026", there, False),
        ("số 7/2025", there, False),
        ("số 17/2026", there, False),
        ("Quyết định số 7/2026/QĐ-UBND", there, False),
        ("số 7", there, False),
        (f"hồ sơ {received.code}", there, True),
        (f"hồ sơ {received.code}", elsewhere, False),
        (f"mã {received.scan}", there, True),
        (f"mã {received.scan}", elsewhere, False),
        (f"{received.code}9", there, False),
        ("H81.01-260930-9999", there, False),
        ("x", there, False),
        ("", there, False),
    ):
        said, noted = Said(unit, room, words), Said(unit, room, "kiểm tra", words)
        assert known({said, noted}) == ({said, noted} if counts else set()), words


@pytest.mark.django_db
def test_no_month_no_law_and_no_bare_number_of_a_sentence_is_a_matter(district):
    extracted(district, 7)
    unit, room = district.units["A"].id, district.rooms["A", "one_stop"].id
    for words, in_a_sentence, in_its_field in (
        ("7/2026", False, True),
        ("kiểm tra định kỳ 7/2026", False, False),
        ("họp tổng kết tháng 7/2026", False, False),
        ("hop tong ket thang 7/2026", False, False),
        ("Nghị định 7/2026", False, False),
        ("theo Nghị định của Chính phủ số 7/2026", False, False),
        ("NGHI DINH SO: 7/2026", False, False),
        ("Luật số 7/2026", False, False),
        ("Quyết định số 7/2026", False, False),
        ("Văn bản số 7/2026", False, False),
        ("hồ sơ 7/2026", False, True),
        ("ho so 7/2026", False, True),
        ("số: 7/2026", True, True),
        ("trich xuat so 007/2026", True, True),
        ("Extraction 07/2026, long wait", True, True),
        ("quyết định về trích xuất số 7/2026", True, True),
        ("yêu cầu YC-07/2026", True, True),
    ):
        said, noted = Said(unit, room, words), Said(unit, room, "kiểm tra", words)
        expected = {each for each, counts in ((said, in_a_sentence), (noted, in_its_field)) if counts}
        assert known({said, noted}) == expected, words


@pytest.mark.django_db
def test_the_example_beside_the_field_for_a_purpose_is_a_number_that_counts(district):
    extracted(district, 3)
    shown = render_to_string("footage/purpose.html")
    (example,) = re.findall(r'id="purpose-hint">[^:]*: ([^<]*)<', shown)
    said = Said(district.units["A"].id, district.rooms["A", "one_stop"].id, example)
    assert known({said}) == {said}


# -- whom the page is for --------------------------------------------------------------------------------------------


def named_on(account, **asked):
    answer = signed_in(account).get(reverse("unusual"), asked)
    return [row.who for row in answer.context["rows"]]


@pytest.mark.django_db
def test_the_page_is_for_the_head_of_another_unit_and_never_about_its_reader(district):
    monday = district.now.replace(hour=0)
    chairman, same_house = district.people["commune_chairman"], district.people["viewing_auditor"]
    for someone in (chairman, same_house):
        deeds_of(someone, "log_exported", monday + DAY, 10)
    assert named_on(same_house) == [chairman.person.full_name]  # nobody else can ask
    another = district.appoint("viewing_auditor", "top", "elsewhere")
    deeds_of(another, "log_exported", monday + DAY, 10)
    cache.clear()
    assert set(named_on(another)) == {chairman.person.full_name, same_house.person.full_name}
    assert named_on(same_house) == []
    assert tell(monday.date(), now=monday + 7 * DAY + 9 * HOUR) == 1
    told = Delivery.objects.get(notice__kind="unusual_viewing")
    assert told.address == another.person_id
    assert f"{len(named_on(another))} điều bất thường" in told.notice.vi


@pytest.mark.django_db
def test_the_page_is_turned_and_a_week_that_is_over_is_not_counted_anew(district, monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 2)
    monday = district.now.replace(hour=0)
    for number, role in enumerate(("commune_chairman", "one_stop_officer", "technician")):
        deeds_of(district.people[role], "log_exported", monday + DAY, 10 + number)
    browser = signed_in(district.people["viewing_auditor"])
    first = browser.get(reverse("unusual"), {"tuan": monday.date().isoformat()})
    assert len(first.context["rows"]) == 2
    assert "1–2 trong 3" in first.content.decode()
    with CaptureQueriesContext(connection) as again:
        last = browser.get(reverse("unusual") + first.context["older"])
    assert len(last.context["rows"]) == 1
    assert last.context["monday"] == monday.date()
    assert last.context["as_of"] == first.context["as_of"]
    assert not [query for query in again if "access_viewedcamera" in query["sql"] or "refusaltally" in query["sql"]]
    running = browser.get(reverse("unusual"), {"tuan": timezone.localdate().isoformat()})
    assert running.context["as_of"] > last.context["as_of"]


@pytest.mark.django_db
def test_the_running_week_is_counted_anew_after_a_minute(district, monkeypatch):
    today = timezone.localdate().isoformat()
    browser = signed_in(district.people["viewing_auditor"])
    first, again = (browser.get(reverse("unusual"), {"tuan": today}).context["as_of"] for _ in range(2))
    assert first == again
    kept = {}
    monkeypatch.setattr(cache, "set", lambda key, value, seconds: kept.update({key.split(":")[2]: seconds}))
    cache.clear()
    browser.get(reverse("unusual"), {"tuan": today})
    browser.get(reverse("unusual"))
    assert sorted(kept.values()) == [RUNNING_KEPT_S, KEPT_S]


@pytest.mark.django_db
def test_thirty_readers_cost_what_three_do(district):
    monday = district.now.replace(hour=0)
    deeds_of(district.people["commune_chairman"], "log_exported", monday + DAY, 10)
    play(district, "commune_chairman", monday + 22 * HOUR)
    me, units = district.people["viewing_auditor"], {district.units["A"].id}

    def cost(readers):
        for number in range(readers):
            district.appoint("viewing_auditor", ("A", "B", "top")[number % 3], f"reader{len(district.people)}")
        with CaptureQueriesContext(connection) as asked:
            # Another unit may ask: the two things about the reader's own house are no longer theirs.
            assert shown_to(me, units, monday.date(), now=timezone.now()) == []
        return len(asked)

    assert len(shown_to(me, units, monday.date(), now=timezone.now())) == 2
    few = cost(3)
    assert cost(27) == few


@pytest.mark.django_db
def test_a_week_that_is_read_for_many_is_judged_for_each_by_what_they_read(district):
    monday = district.now.replace(hour=0)
    officer = district.appoint("one_stop_officer", "B", "officer_b")
    deeds_of(officer, "log_exported", monday + DAY, 10)
    play(district, "commune_chairman", monday + 22 * HOUR)
    a, b = ({district.units[name].id} for name in "AB")
    found = oddities_of_each([a, b, a | b, a], monday.date())
    assert found.keys() == {frozenset(a), frozenset(b), frozenset(a | b)}
    kinds = {units: {(odd.person, odd.kind) for odd in odd} for units, odd in found.items()}
    night, tables = (district.people["commune_chairman"].person_id, OFF_HOURS), (officer.person_id, TAKEN)
    assert kinds == {frozenset(a): {night}, frozenset(b): {tables}, frozenset(a | b): {night, tables}}
    assert all(oddities(set(units), monday.date()) == each for units, each in found.items())
