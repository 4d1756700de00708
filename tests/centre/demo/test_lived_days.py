"""What the demo's counters and reception rooms did before it began, through the site's own actions."""

import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minhbach.centre.access.models import Restriction
from minhbach.centre.dossiers.models import Dossier, Event, EventKind, Procedure, Slip, State
from minhbach.centre.footage.models import Mark
from minhbach.centre.reception.models import BookEntry, MissedDay, Session
from minhbach.centre.registry.actions import devices
from minhbach.centre.registry.models import Counter, Room, RoomType, Unit
from minhbach.centre.registry.reading import VIETNAM
from minhbach.demo.district import counters, laying, places, receptions
from minhbach.demo.district.laying import DEMO

NOW = datetime.datetime(2026, 11, 20, 9, 30, tzinfo=datetime.UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def commune(settings: Any, tmp_path: Path) -> Iterator[Unit]:
    """The first live commune, without a recorder."""
    settings.MINHBACH_DATA = tmp_path
    laying.lay(laying.Past(NOW, ()))
    yield Unit.objects.get(names__name=places.commune(places.LIVE[0].commune))
    shutil.rmtree(tmp_path, ignore_errors=True)


def test_without_a_camera_in_a_reception_room_nobody_was_received(commune: Unit) -> None:
    assert receptions.relive(NOW) == 0
    assert not Session.objects.exists()


def test_yesterday_had_sessions_and_one_of_them_is_restricted(commune: Unit) -> None:
    room = Room.objects.get(tenures__unit=commune, room_type=RoomType.RECEPTION_ROOM)
    recorder = devices.add_recorder(DEMO, room=room, name="Đầu ghi", networks=["192.168.1.0/24"], now=NOW)
    details = devices.CameraDetails(label="Bàn tiếp dân", address="rtsp://192.168.1.9/main", has_sound=True)
    devices.add_camera(DEMO, room=room, recorder=recorder, details=details, name="tiep-dan", now=NOW, day=NOW.date())
    assert receptions.relive(NOW) == 3
    yesterday = NOW.astimezone(VIETNAM).date() - datetime.timedelta(days=1)
    lived = Session.objects.filter(closed_at__isnull=False, opened_at__date=yesterday)
    assert lived.count() == 3
    assert BookEntry.objects.filter(session__in=lived).count() == 3
    assert [row.steps.exists() for row in MissedDay.objects.order_by("day")].count(True) == 1
    assert Restriction.objects.filter(lifted_at__isnull=True, ends_at__isnull=False).count() == 1
    assert Mark.objects.filter(kind="session", withdrawn_at__isnull=True, room=room).count() == 5


def test_whoever_is_sent_home_for_papers_or_not_taken_has_it_in_writing(commune: Unit) -> None:
    rows = list(Counter.objects.filter(room__tenures__unit=commune).order_by("number"))
    procedures: dict[str, list[Procedure]] = {}
    for row in Procedure.objects.all():
        procedures.setdefault(row.field, []).append(row)
    made = counters.relive({row.number: DEMO for row in rows}, counters=rows, procedures=procedures, now=NOW)
    assert made > 20
    assert Dossier.objects.filter(state=State.HANDED_BACK).exists()
    in_writing = Event.objects.filter(kind__in=[EventKind.SUPPLEMENT, EventKind.REFUSED])
    assert set(Slip.objects.values_list("event", flat=True)) == set(in_writing.values_list("id", flat=True))
