"""An alarm reaches people: on the page of the recorders' logs, and once as a notice to who keeps the room running."""

import datetime

import pytest

from minhbach.centre.footage import alarms
from minhbach.centre.footage.actions.alarms import tell_alarms
from minhbach.centre.footage.logbooks import logbooks
from minhbach.centre.footage.models import Alarm, RecorderLine, RecorderLog
from minhbach.centre.messaging.models import Delivery
from tests.centre.access.district import District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db

PAGE = "/ky-thuat/so-ghi"


@pytest.fixture
def district() -> District:
    return District()


def trouble(district: District, kind: str = "log_forked", **values: object) -> Alarm:
    recorder = district.recorders["A"]
    return alarms.tell(recorder.id, kind, now=district.now, log="2026", evidence=b"proof", **values)  # type: ignore[arg-type]


def test_the_technician_reads_it_a_stranger_does_not(district: District) -> None:
    trouble(district)
    page = signed_in(district.people["technician"]).get(PAGE)
    assert page.status_code == 200
    assert "hai nội dung khác nhau cho cùng một độ dài của nhật ký 2026" in page.content.decode()
    assert signed_in(district.people["council_delegate"]).get(PAGE).status_code == 403


def test_only_recorders_of_own_rooms_are_shown(district: District) -> None:
    rooms = {district.recorders["A"].room_id}
    assert [book.recorder for book in logbooks(rooms, now=district.now)] == [district.recorders["A"]]


def test_people_are_told_of_a_grave_alarm_once(district: District) -> None:
    trouble(district)
    assert tell_alarms(now=district.now) == 1
    assert tell_alarms(now=district.now) == 0
    told = set(Delivery.objects.values_list("address", flat=True))
    assert district.people["technician"].person_id in told
    assert district.people["council_delegate"].person_id not in told
    trouble(district)
    assert tell_alarms(now=district.now) == 0
    assert Alarm.objects.get().times == 2


def test_a_line_that_is_cut_and_a_log_nobody_signs_are_said(district: District) -> None:
    recorder, now = district.recorders["A"], district.now
    before = now - datetime.timedelta(hours=1)
    RecorderLine.objects.create(recorder=recorder, first_heard_at=before, last_heard_at=before)
    RecorderLog.objects.create(
        recorder=recorder, name="2026", origin="x/2026", place=0, size=9, indexed=9, cosigned=5, cosigned_at=before
    )
    book = next(each for each in logbooks({recorder.room_id}, now=now) if each.recorder == recorder)
    assert (book.heard, book.in_time, book.waiting) == (False, False, 4)
    text = signed_in(district.people["technician"]).get(PAGE).content.decode()
    assert "Mất kết nối" in text
    assert "Chưa có làm chứng" in text
