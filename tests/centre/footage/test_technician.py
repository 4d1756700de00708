"""The technician's table and the page of a fault: what is shown to whom, and what a stranger gets."""

import datetime

import pytest
from django.utils import timezone

from minhbach.centre.access.models import Account
from minhbach.centre.footage.actions import faults
from minhbach.centre.footage.fault_page import fault_page
from minhbach.centre.footage.models import Fault, RecorderHealth, RecorderLine
from minhbach.centre.footage.technicians import Line, table
from tests.centre.access.district import District
from tests.centre.footage.ill import beat, began, ended, report
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return District(now=timezone.now() - datetime.timedelta(days=3))


@pytest.fixture
def now() -> datetime.datetime:
    return timezone.now().replace(microsecond=0)


def ago(now: datetime.datetime, **span: float) -> datetime.datetime:
    return now - datetime.timedelta(**span)


def alive(district: District, now: datetime.datetime, ahead_us: int = 0) -> None:
    """Recorder A was heard a moment ago and reported that all is well."""
    recorder = district.recorders["A"]
    heard = {"first_heard_at": ago(now, days=2), "last_heard_at": now, "clock_ahead_us": ahead_us}
    RecorderLine.objects.update_or_create(recorder=recorder, defaults=heard)
    names = [camera.name for (commune, _), camera in district.cameras.items() if commune == "A"]
    faults.take_report(report(recorder.id, at=now, watched=names), now=now)


def break_down(district: District, kind: str, at: datetime.datetime, commune: str = "A") -> Fault:
    entries = began(district.cameras[commune, "one_stop"].name, kind, at)
    return faults.take_entries(district.recorders[commune].id, entries, now=at)[0]


def line_of(actor: Account, district: District, now: datetime.datetime) -> Line:
    found = table(actor, now=now)
    return next(line for line in found.lines if line.room == district.rooms["A", "one_stop"])


def kinds(line: Line) -> list[str]:
    return [cell.kind for cell, _ in line.titled]


def test_where_all_is_well_nothing_stands_out(district: District, now: datetime.datetime) -> None:
    alive(district, now)
    line = line_of(district.people["technician"], district, now)
    assert kinds(line) == ["quiet"] * 5
    assert (line.rank, line.disk.words.values) == (2, (("days", 12),))


@pytest.mark.parametrize(
    ("oldest", "said"),
    [(None, "chưa có bản ghi"), (datetime.timedelta(hours=3), "dưới 1 ngày"), (datetime.timedelta(days=2), "2 ngày")],
)
def test_what_is_kept_is_said_in_days_once_there_are_any(
    district: District, now: datetime.datetime, oldest: datetime.timedelta | None, said: str
) -> None:
    alive(district, now)
    health = RecorderHealth.objects.get(recorder=district.recorders["A"])
    health.report["disks"][0]["oldest_us"] = oldest and round((now - oldest).timestamp() * 1_000_000)
    health.save()
    assert str(line_of(district.people["technician"], district, now).disk.words) == said


def test_of_what_never_answered_nothing_good_is_said(district: District, now: datetime.datetime) -> None:
    page = table(district.people["technician"], now=now)
    assert [kinds(line) for line in page.lines] == [["unseen"] * 5] * 2
    assert [(kind, str(words)) for kind, words in page.tally] == [("unseen", "2 phòng chưa rõ tình trạng")]
    alive(district, now)
    page = table(district.people["technician"], now=now)
    assert [(kind, str(words)) for kind, words in page.tally] == [("ok", "Cả 2 phòng đều tốt")]
    break_down(district, "black", ago(now, minutes=3))
    page = table(district.people["technician"], now=now)
    assert [kind for kind, _ in page.tally] == ["fault", "ok"]
    assert [line.rank for line in page.lines] == [0, 2]


@pytest.mark.parametrize(
    ("kind", "place"), [("offline", 0), ("black", 0), ("covered", 0), ("frozen", 0), ("silent", 1)]
)
def test_only_what_is_wrong_stands_out(district: District, now: datetime.datetime, kind: str, place: int) -> None:
    alive(district, now)
    fault = break_down(district, kind, ago(now, minutes=10))
    line = line_of(district.people["technician"], district, now)
    assert [number for number, each in enumerate(kinds(line)) if each != "quiet"] == [place]
    assert line.titled[place][0].fault == fault.id
    other = next(each for each in table(district.people["technician"], now=now).lines if each.room != line.room)
    assert other.picture.kind == "quiet"


def test_of_a_recorder_that_is_cut_off_nothing_is_claimed(district: District, now: datetime.datetime) -> None:
    alive(district, ago(now, minutes=5))
    beat(now=now)
    line = line_of(district.people["technician"], district, now)
    assert kinds(line) == ["unseen", "unseen", "unseen", "unseen", "fault"]
    assert line.picture.since == ago(now, minutes=5)


def test_a_clock_that_is_95_seconds_fast_is_said_so(district: District, now: datetime.datetime) -> None:
    alive(district, now, ahead_us=95_400_000)
    clock = line_of(district.people["technician"], district, now).clock
    assert (clock.kind, str(clock.words)) == ("late", "nhanh 95 giây")


def test_what_changed_since_yesterday_is_begun_and_ended_newest_first(
    district: District, now: datetime.datetime
) -> None:
    break_down(district, "frozen", ago(now, hours=30))
    fault = break_down(district, "black", ago(now, hours=20))
    entries = ended(district.cameras["A", "one_stop"].name, "black", ago(now, hours=2))
    faults.take_entries(district.recorders["A"].id, entries, now=ago(now, hours=2))
    changes = table(district.people["technician"], now=now).changes
    assert [(each.began, each.fault) for each in changes] == [(False, fault.id), (True, fault.id)]


def test_the_table_asks_as_little_for_many_faults(
    district: District, now: datetime.datetime, django_assert_max_num_queries
) -> None:
    alive(district, now)
    for kind in ("offline", "black", "covered", "frozen", "silent"):
        break_down(district, kind, ago(now, minutes=10))
    with django_assert_max_num_queries(30):
        table(district.people["technician"], now=now)


def test_the_page_of_a_fault_opens_for_its_technician_and_chairman_and_for_no_stranger(
    district: District, now: datetime.datetime
) -> None:
    fault = break_down(district, "black", ago(now, minutes=10))
    for role in ("technician", "commune_chairman", "office_specialist"):
        page = signed_in(district.people[role]).get(f"/ky-thuat/su-co/{fault.id}")
        assert page.status_code == 200, role
        assert "Hình đen" in page.content.decode()
    elsewhere = district.appoint("technician", "B", "technician of B")
    for stranger in (elsewhere, district.people["one_stop_officer"], district.nobody()):
        assert signed_in(stranger).get(f"/ky-thuat/su-co/{fault.id}").status_code == 403


def test_only_a_technician_may_ask_for_the_stills_and_only_while_it_lasts(
    district: District, now: datetime.datetime
) -> None:
    fault = break_down(district, "covered", ago(now, minutes=10))
    technician = fault_page(district.people["technician"], fault.id, now=now)
    assert technician.may_see
    assert technician.before is not None
    assert technician.after is not None
    assert technician.before < fault.began_at < technician.after
    assert technician.after - technician.before < datetime.timedelta(seconds=96), "the span of one viewing of stills"
    assert not fault_page(district.people["one_stop_officer"], fault.id, now=now).may_see
    entries = ended(district.cameras["A", "one_stop"].name, "covered", now)
    faults.take_entries(district.recorders["A"].id, entries, now=now)
    over = fault_page(district.people["technician"], fault.id, now=now)
    assert (over.before, over.after) == (None, None)


def test_an_offline_camera_has_a_picture_before_and_none_after(district: District, now: datetime.datetime) -> None:
    fault = break_down(district, "offline", ago(now, minutes=10))
    page = fault_page(district.people["technician"], fault.id, now=now)
    assert page.before is not None
    assert page.after is None


def test_work_is_written_by_form_and_stops_the_repair_clock(district: District, now: datetime.datetime) -> None:
    fault = break_down(district, "frozen", ago(now, minutes=10))
    client = signed_in(district.people["technician"])
    url = f"/ky-thuat/su-co/{fault.id}/viec"
    answer = client.post(url, {"kind": "started", "note": "Đang khởi động lại camera"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/ky-thuat/su-co/{fault.id}")
    assert "Đang khởi động lại camera" in client.get(f"/ky-thuat/su-co/{fault.id}").content.decode()
    started, substitute = fault_page(district.people["technician"], fault.id, now=now).duties
    assert started.done_at is not None
    assert substitute.done_at is None
    assert signed_in(district.people["commune_chairman"]).post(url, {"note": "x"}).status_code == 403
    assert client.post(url, {"kind": "paint it", "note": " "}).status_code == 302
    assert fault.work.count() == 1


def test_the_table_is_a_page_with_one_line_for_each_room_one_may_know(
    district: District, now: datetime.datetime
) -> None:
    alive(district, now)
    break_down(district, "silent", ago(now, minutes=40))
    answer = signed_in(district.people["technician"]).get("/ky-thuat").content.decode()
    assert "Micro không có tiếng" in answer
    assert answer.count('<th scope="row">') == 2
    assert "Xã B" not in answer
    assert "Micro không có tiếng" in signed_in(district.people["office_specialist"]).get("/ky-thuat").content.decode()
