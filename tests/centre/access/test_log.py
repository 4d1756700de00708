"""The log of viewings: sentences of what was really seen, for who may read them; each denial is there."""

import csv
import datetime
import io

import pytest
from django.conf import settings

from minhbach.centre.access import log
from minhbach.centre.access.actions import grants, purposes, viewings
from minhbach.centre.access.actions.viewings import Asker, Left, ViewingRefused
from minhbach.centre.access.log import PAGE, merged, read_log, watched_of
from minhbach.centre.access.log_rows import Filter
from minhbach.centre.access.models import AuditRow, Refusal, Viewing
from minhbach.centre.access.spreadsheet import safe
from minhbach.centre.fabric import keys
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.registry.actions import people
from minhbach.centre.registry.models import CounterView
from tests.centre.access.district import DAY, SETUP, District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)


@pytest.fixture
def district(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    return District()


def watch(district, role="office_specialist", commune="A", room_type="one_stop", minutes=7, heard=False):
    account = district.people[role]
    room = district.rooms[commune, room_type].id
    reason = purposes.open_purpose(account, text="phản ánh 123", reference="PA-123", rooms=[room], now=district.now)
    begin = district.now - 3 * HOUR
    opened = viewings.open_viewing(
        Asker(account, "s" * 64), kind="playback", cameras=[district.camera(commune, room_type)], begin=begin,
        end=district.now, purpose=reason.id, sound=True, now=district.now,
    )  # fmt: skip
    camera = district.cameras[commune, room_type]
    first = round(begin.timestamp() * 1_000_000)
    name, last = f"{camera.recorder_id}/{camera.name}", first + minutes * 60_000_000
    left = [Left(name, track, first, last) for track in ([False, True] if heard else [False])]
    viewings.record_served(opened.viewing.id, left, 5_000_000, now=district.now)
    viewings.close_viewing(Asker(account, "s" * 64), opened.viewing.id, now=district.now)
    return opened.viewing


def log_of(district, *communes, **wanted):
    return read_log([district.units[name].id for name in communes], Filter(**wanted), now=district.now + MINUTE).lines


def test_a_sentence_says_who_what_why_and_how_long_in_truth(district):
    watch(district)
    (line,) = log_of(district, "A")
    assert line.who == district.people["office_specialist"].person.full_name
    assert (line.verb.vi, line.purpose, line.reference, line.watched) == (
        "xem lại",
        "phản ánh 123",
        "PA-123",
        7 * MINUTE,
    )
    assert "Camera A" in line.what
    begin = (district.now - 3 * HOUR).astimezone(datetime.timezone(datetime.timedelta(hours=7)))
    assert line.times == (f"{begin:%H:%M}–{begin + 7 * MINUTE:%H:%M}",)


def test_sound_is_told_when_it_left_not_when_it_might_have(district):
    watch(district)
    watch(district, commune="B", heard=True)
    assert [line.sound for line in log_of(district, "A") + log_of(district, "B")] == [False, True]
    assert [line.watched for line in log_of(district, "B")] == [7 * MINUTE]


def test_each_denial_is_in_the_log_of_the_room_it_was_about(district):
    stranger = Asker(district.people["inspector"], "s" * 64)
    with pytest.raises(ViewingRefused):
        viewings.open_viewing(stranger, kind="live", cameras=[district.camera("A")], now=district.now)
    (line,) = log_of(district, "A", refused=True)
    assert (line.refused, line.verb.vi) == (True, "xin xem trực tiếp")
    assert log_of(district, "B") == []


def test_the_log_of_one_unit_says_nothing_of_another(district):
    watch(district)
    watch(district, commune="B")
    assert len(log_of(district, "A")) == len(log_of(district, "B")) == 1
    assert len(log_of(district, "A", "B")) == 2


def test_filters_narrow_and_pages_go_on_where_the_last_ended(district):
    watch(district)
    for number in range(PAGE + 5):
        Refusal.objects.create(
            account=district.people["inspector"], wanted="live", unit=district.units["A"], told_vi="không",
            told_en="no", at=district.now - number * MINUTE,
        )  # fmt: skip
    unit = [district.units["A"].id]
    first = read_log(unit, Filter(), now=district.now)
    second = read_log(unit, Filter(), before=first.older, now=district.now)
    assert len(first.lines) == PAGE
    assert len(second.lines) == 6
    assert not second.older
    assert not {line.id for line in first.lines} & {line.id for line in second.lines}
    assert len(log_of(district, "A", text=district.people["office_specialist"].person.full_name)) == 1
    assert len(log_of(district, "A", kind="playback")) == 1
    assert log_of(district, "A", begin=district.now + HOUR) == []
    assert read_log(unit, Filter(), before="nonsense", now=district.now).lines == first.lines


def test_what_was_watched_of_restricted_time_is_told_without_time_and_purpose(district):
    watch(district)
    grants.restrict(
        "test", room=district.rooms["A", "one_stop"].id, begin=district.now - 4 * HOUR, end=district.now - HOUR,
        reference="s", receiver=None, now=district.now,
    )  # fmt: skip
    (line,) = log_of(district, "A")
    assert (line.restricted, line.times, line.day, line.purpose, line.reference) == (True, (), None, "", "")


def _at_counter(district, begin=DAY, until=None):
    officer = district.people["one_stop_officer"]
    people.post_at_counter(SETUP, person=officer.person, counter=district.counters["A"], day=begin, until=until)
    CounterView.objects.create(camera=district.cameras["A", "one_stop"], counter=district.counters["A"], valid_from=DAY)
    return officer


def test_a_person_sees_which_body_watched_their_counter_but_no_name_and_no_purpose(district):
    officer = _at_counter(district)
    watch(district)
    watch(district, commune="B")
    (line,) = watched_of(officer.person_id, begin=district.now - 90 * 24 * HOUR, now=district.now + MINUTE)
    assert (line.who, line.purpose, line.unit) == ("", "", "office 1")
    page = signed_in(officer).get("/nhat-ky-xem/quay-cua-toi").content.decode()
    assert "office 1" in page
    assert district.people["office_specialist"].person.full_name not in page
    assert "phản ánh 123" not in page


def test_of_days_before_somebody_worked_there_they_are_told_nothing(district):
    officer = _at_counter(district, begin=district.now.date() + datetime.timedelta(days=2))
    watch(district)
    assert watched_of(officer.person_id, begin=district.now - HOUR, now=district.now + 4 * 24 * HOUR) == []


def test_the_page_is_for_the_auditor_and_shows_own_units_only(district):
    watch(district)
    watch(district, commune="B")
    page = signed_in(district.people["viewing_auditor"]).get("/nhat-ky-xem")
    assert page.content.decode().count("phản ánh 123") == 1
    assert signed_in(district.people["commune_chairman"]).get("/nhat-ky-xem").status_code == 403


def test_stretches_that_touch_are_one():
    at = datetime.datetime(2026, 11, 22, 9, tzinfo=datetime.UTC)
    spans = [(at + 5 * MINUTE, at + 6 * MINUTE), (at, at + 2 * MINUTE), (at + 2 * MINUTE, at + 3 * MINUTE)]
    assert merged(spans) == [(at, at + 3 * MINUTE), (at + 5 * MINUTE, at + 6 * MINUTE)]


@pytest.mark.parametrize(
    "query",
    [
        "begin=0001-01-01&end=9999-12-31", "begin=x", "room=x", "kind=film", "before=x",
        "before=2026-01-01/" + "0" * 32,
        "before=2026-01-01T00:00:00%2B00:00/" + "0" * 32, "who=" + "a" * 200, "refused=on",
        "before=9999-12-31T23:59:59-14:00/" + "f" * 32, "before=0001-01-01T00:00:00%2B14:00/" + "0" * 32,
        "purpose=%25_", "unit=x", "unit=" + "0" * 32,
    ],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_shows_the_log_all_the_same(district, query):
    watch(district)
    auditor = signed_in(district.people["viewing_auditor"])
    assert auditor.get(f"/nhat-ky-xem?{query}").status_code == 200
    assert auditor.get(f"/nhat-ky-xem/xuat.csv?{query}").getvalue()


def test_the_log_is_found_by_purpose_reference_and_unit(district):
    watch(district)
    watch(district, commune="B")
    for purpose, lines in (("PHẢN ÁNH", 2), ("pa-123", 2), ("%", 0), ("khác", 0)):
        assert len(log_of(district, "A", "B", purpose=purpose)) == lines
    assert [line.what for line in log_of(district, "A", "B", unit=district.units["B"].id)] == [
        "Camera B (one_stop B, Xã B)"
    ]
    assert log_of(district, "A", unit=district.units["B"].id) == []
    assert len(log_of(district, "A", "B", purpose="phản ánh", room=district.rooms["A", "one_stop"].id)) == 1


def test_seeking_a_purpose_does_not_give_away_what_restricted_time_was_watched_for(district):
    watch(district)
    watch(district, commune="B")
    grants.restrict(
        "test", room=district.rooms["A", "one_stop"].id, begin=district.now - 4 * HOUR, end=district.now - HOUR,
        reference="s", receiver=None, now=district.now,
    )  # fmt: skip
    assert [line.what for line in log_of(district, "A", "B", purpose="phản ánh")] == ["Camera B (one_stop B, Xã B)"]
    assert len(log_of(district, "A", "B")) == 2


def test_pages_miss_nothing_and_repeat_nothing_whatever_the_filter(district, monkeypatch):
    monkeypatch.setattr(log, "PAGE", 3)
    for number in range(7):
        watch(district, commune="AB"[number % 2])
        Refusal.objects.create(
            account=district.people["inspector"], wanted="live", unit=district.units["A"], told_vi="không",
            told_en="no", at=district.now - number * MINUTE,
        )  # fmt: skip
    units = [district.units[name].id for name in "AB"]
    for wanted in (Filter(), Filter(purpose="phản"), Filter(kind="live"), Filter(text="office_specialist")):
        seen, before = [], ""
        while True:
            page = read_log(units, wanted, before=before, now=district.now)
            seen += [line.id for line in page.lines]
            if not page.older:
                break
            before = page.older
        every = [line.id for line in log.all_lines(units, wanted, now=district.now)]
        assert seen == every
        assert len(seen) == len(set(seen)) == (14 if wanted == Filter() else 7)


def test_an_export_holds_every_line_and_nothing_that_a_spreadsheet_computes(district):
    watch(district)
    account, room = district.people["office_specialist"], district.rooms["A", "one_stop"].id
    evil = '=HYPERLINK("http://evil.example","x")'
    reason = purposes.open_purpose(account, text=evil, reference="+84", rooms=[room], now=district.now)
    viewings.open_viewing(
        Asker(account, "s" * 64), kind="live", cameras=[district.camera("A")], purpose=reason.id, now=district.now
    )
    auditor = district.people["viewing_auditor"]
    answer = signed_in(auditor).get("/nhat-ky-xem/xuat.csv")
    text = answer.getvalue().decode()
    assert text.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(lines) == 3
    assert not [cell for line in lines for cell in line if cell[:1] in set("=+-@")]
    assert f"'{evil}" in lines[1]
    assert "attachment" in answer["Content-Disposition"]
    assert AuditRow.objects.filter(act="log_exported", account=auditor).count() == 1
    assert signed_in(account).get("/nhat-ky-xem/xuat.csv").status_code == 403


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "|cmd", "\n-1"])
def test_a_cell_that_would_compute_begins_with_an_apostrophe(cell):
    assert safe(cell).startswith("'")


@pytest.mark.parametrize("cell", ["", "Quầy 1 (Bộ phận Một cửa)", "09:00–09:12", "a=b", "1-2"])
def test_an_ordinary_cell_stays_as_it_is(cell):
    assert safe(cell) == cell


def test_an_auditor_sees_who_watches_now_and_ends_it_with_a_reason_that_is_told(district):
    account, auditor = district.people["commune_chairman"], district.people["viewing_auditor"]
    who = Asker(account, "s" * 64)
    opened = viewings.open_viewing(who, kind="live", cameras=[district.camera("A")], now=district.now)
    browser = signed_in(auditor)
    address = f"/nhat-ky-xem/{opened.viewing.id}/dung"
    assert address in browser.get("/nhat-ky-xem").content.decode()
    browser.post(address, {"reason": " \0 "})
    assert Viewing.objects.get().closed_at is None
    browser.post(address, {"reason": "không đúng phòng"})
    assert (Viewing.objects.get().ending, Viewing.objects.get().closed_at is not None) == ("stopped", True)
    with pytest.raises(ViewingRefused) as caught:
        viewings.renew_viewing(who, opened.viewing.id, now=district.now + MINUTE / 20)
    assert caught.value.code == "over"
    told = Delivery.objects.select_related("notice").get(address=account.person_id)
    assert "không đúng phòng" in told.notice.vi
    assert auditor.person.full_name in told.notice.vi
    assert AuditRow.objects.get(act="viewing_stopped").details == {"reason": "không đúng phòng"}
    assert address not in browser.get("/nhat-ky-xem").content.decode()


def test_nobody_ends_a_viewing_of_units_whose_log_they_do_not_read(district):
    who = Asker(district.people["area_chairman"], "s" * 64)
    reason = purposes.open_purpose(
        who.account, text="kiểm tra", reference="", rooms=[district.rooms["B", "one_stop"].id], now=district.now
    )
    opened = viewings.open_viewing(
        who, kind="live", cameras=[district.camera("B")], purpose=reason.id, now=district.now
    )
    for role, status in (("viewing_auditor", 302), ("area_chairman", 403), ("system_administrator", 403)):
        browser = signed_in(district.people[role])
        assert browser.post(f"/nhat-ky-xem/{opened.viewing.id}/dung", {"reason": "thử"}).status_code == status
    assert Viewing.objects.get().closed_at is None
