"""What recorders logged as viewed and what the centre wrote down are compared both ways."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from minhbach.centre.access.models import Account, Served, ViewedCamera, Viewing
from minhbach.centre.footage.countersigned import UNLOGGED_AFTER, compare_all, compare_new
from minhbach.centre.footage.models import Alarm
from minhbach.centre.registry.actions import devices
from minhbach.centre.registry.models import Person, Recorder, Tenure
from tests.centre.footage.sites import Centre
from tests.centre.registry.places import NOW, SETUP, TODAY
from tests.edge.keeping import MINUTE, Site, configured

pytestmark = pytest.mark.django_db
KNOWN, STOLEN = "a1" * 32, "b2" * 32


@pytest.fixture
def centre(tmp_path: Path):
    site = Site(configured(tmp_path / "archive", "quay-1")).start()
    centre = Centre(site, tmp_path / "centre")
    yield centre
    centre.close()
    if site.alive:
        site.stop()


def viewing(commitment):
    person = Person.objects.create(full_name="Hà", sort_key="ha", search_key="ha", added_at=NOW)
    account = Account.objects.create(
        person=person, username=commitment[:8], password="!", decision_number="1", opened_at=NOW
    )
    return Viewing.objects.create(
        account=account, session_digest="0" * 64, kind="live", sound=False, opened_at=NOW, leased_until=NOW,
        commitment=commitment,
    )  # fmt: skip


def log(centre, commitment):
    now_us = centre.site.clock.wall_us()
    centre.site.archive.book.append(
        "viewing", lambda _: None, cameras=["quay-1"], begin_us=now_us, end_us=now_us + MINUTE, mode="live",
        commitment=commitment,
    )  # fmt: skip


def test_a_viewing_the_centre_never_made_is_an_alarm_and_a_line_of_the_check(centre, monkeypatch, capsys):
    viewing(KNOWN)
    for commitment in (KNOWN, STOLEN):
        log(centre, commitment)
    centre.site.stop()
    read = centre.take_in()
    assert compare_new(centre.recorder, read, now=centre.now) == 1
    assert compare_new(centre.recorder, read, now=centre.now) == 1
    (alarm,) = Alarm.objects.filter(kind="viewing_unknown")
    assert (alarm.times, bytes(alarm.evidence)) == (2, STOLEN.encode())
    assert [(each.kind, each.commitment) for each in compare_all(centre.folder / "logs", now=centre.now)] == [
        ("viewing_unknown", STOLEN)
    ]
    monkeypatch.setattr(settings, "MINHBACH_DATA", centre.folder)
    with pytest.raises(SystemExit):
        call_command("check_viewings")
    assert "viewings.discrepancies: 1" in capsys.readouterr().out


def test_both_books_agree_when_nothing_is_wrong(centre, monkeypatch, capsys):
    viewing(KNOWN)
    log(centre, KNOWN)
    centre.site.stop()
    assert compare_new(centre.recorder, centre.take_in(), now=centre.now) == 0
    monkeypatch.setattr(settings, "MINHBACH_DATA", centre.folder)
    call_command("check_viewings")
    assert "viewings.discrepancies: 0" in capsys.readouterr().out


def test_what_was_served_and_never_logged_is_found_after_a_while(centre):
    recorder = Recorder.objects.get(id=centre.recorder)
    details = devices.CameraDetails(label="Quầy 1", address="rtsp://127.0.0.1/main")
    camera = devices.add_camera(SETUP, room=recorder.room, recorder=recorder, details=details, now=NOW, day=TODAY)
    row = viewing(KNOWN)
    unit = Tenure.objects.get(room=recorder.room).unit
    ViewedCamera.objects.create(
        viewing=row,
        camera=camera,
        room=recorder.room,
        unit=unit,
        ground="post:x",
        opened_at=row.opened_at,
        kind=row.kind,
    )
    Served.objects.create(viewing=row, camera=camera, begins_at=NOW, ends_at=NOW, bytes=9, first_at=NOW, last_at=NOW)
    assert compare_all(centre.folder / "logs", now=NOW) == []
    later = NOW + 2 * UNLOGGED_AFTER
    assert [each.kind for each in compare_all(centre.folder / "logs", now=later)] == ["viewing_unlogged"]
