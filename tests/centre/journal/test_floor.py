"""A centre whose disk runs full says so to its administrators: at once when something stops, else once a day."""

import datetime

import pytest
from django.conf import settings

from minhbach.centre.fabric import keys
from minhbach.centre.footage.floor import Measured
from minhbach.centre.journal import floor
from minhbach.centre.messaging.models import Delivery, Notice
from tests.centre.access.district import District
from tests.centre.people import signed_in

DAY = datetime.timedelta(days=1)
MB, TOTAL = 1 << 20, 10 << 40


@pytest.fixture
def district(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    return District()


def free(monkeypatch, megabytes):
    monkeypatch.setattr(floor, "measure", lambda folder: Measured(megabytes * MB, TOTAL))


@pytest.mark.django_db
def test_administrators_are_told_once_a_day_while_there_is_too_little_room(district, monkeypatch):
    free(monkeypatch, 9000)
    assert floor.beat(now=district.now) == 0
    free(monkeypatch, 3000)
    assert floor.beat(now=district.now) == 1
    assert floor.beat(now=district.now + DAY / 2) == 0
    assert floor.beat(now=district.now + 2 * DAY) == 1
    told = set(Delivery.objects.values_list("address", flat=True))
    assert told == {district.people["system_administrator"].person_id}


@pytest.mark.django_db
def test_what_stops_and_what_goes_on_is_told_at_once_and_by_name(district, monkeypatch):
    for minute, megabytes in enumerate((9000, 1000, 1000, 300, 700, 9000)):
        free(monkeypatch, megabytes)
        floor.beat(now=district.now + datetime.timedelta(minutes=minute))
    said = list(Notice.objects.order_by("sent_at").values_list("en", flat=True))
    assert [text.partition(": ")[2].partition(".")[0] for text in said] == [
        "building packages",
        "collecting the recorders' logs",
        "collecting the recorders' logs",
        "building packages",
    ]
    assert ["stands still" in text for text in said] == [True, True, False, False]


@pytest.mark.django_db
def test_the_technicians_pages_say_what_stands_still_and_since_when(district, monkeypatch):
    client = signed_in(district.people["technician"])
    for megabytes, is_said in ((300, True), (9000, False)):
        free(monkeypatch, megabytes)
        floor.beat(now=district.now)
        for path in ("/ky-thuat", "/ky-thuat/so-ghi"):
            text = client.get(path).content.decode()
            assert ("lập gói dữ liệu trích xuất, nhận nhật ký của các đầu ghi" in text) == is_said, path
