"""An erasure ends though a camera of the request has no footage of it: one that was never recorded, one that ended."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from minhbach.centre.evidence.actions import approving, deciding, erasing
from minhbach.centre.evidence.actions.building import package_path
from minhbach.centre.evidence.actions.erasing import due_erasures, erase_copies, note_asked, refuse_retired, settle
from minhbach.centre.evidence.actions.subjects import SubjectRefused
from minhbach.centre.evidence.models import Erasure, SubjectPerson, SubjectRequest
from minhbach.centre.evidence.subject_cases import Case as SubjectCase
from minhbach.centre.evidence.subject_cases import Stage, cases
from minhbach.centre.footage.models import RecorderLog
from minhbach.centre.messaging.actions import both
from minhbach.centre.registry.actions import commissioning, devices
from minhbach.centre.registry.models import Camera, Recorder
from tests.centre.access.district import SETUP
from tests.centre.evidence.asking import now_of, taken
from tests.centre.evidence.case import Case
from tests.centre.evidence.test_own_recording import brought_in, told
from tests.centre.people import signed_in
from tests.edge.keeping import S, Site, configured
from tests.photographs import photograph

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def camera(case: Case, name: str, *, on: bool = True) -> Camera:
    """Another camera of the room on the same recorder; switched on, whatever became of that."""
    recorder = Recorder.objects.get(id=case.centre.recorder)
    now = case.district.now
    details = devices.CameraDetails(
        label=f"Camera {name}", address="rtsp://127.0.0.9/main", sealed_credentials="", has_sound=False
    )
    made = devices.add_camera(
        SETUP, room=recorder.room, recorder=recorder, details=details, now=now, day=now.date()
    )  # fmt: skip
    if on:
        sign = commissioning.draw_sign(SETUP, room=recorder.room, days=30, now=now)
        commissioning.hang_sign(SETUP, sign=sign, photo=photograph(), where="Cửa vào", now=now)
        devices.switch_on(SETUP, camera=made, now=now)
    Camera.objects.filter(id=made.id).update(name=name)
    return Camera.objects.get(id=made.id)


def decided(case: Case, cameras: tuple[Camera, ...], **more: object) -> SubjectRequest:
    row = taken(case, "erase", cameras=(case.camera, *(each.id for each in cameras)), **more)
    deciding.grant(case.person("commune_chairman"), row.id, note="Điều 14 Luật 91/2025", now=case.now)
    deciding.second(case.person("chief_of_office"), row.id, now=case.now)
    return row


def carried_out(case: Case) -> None:
    """The recorder does what it is told, and its log comes in."""
    for erasure in due_erasures(case.centre.recorder, now=case.now):
        told(case, erasure)
        note_asked(erasure.id, now=case.now)
    brought_in(case)


def test_a_camera_that_the_recorder_never_knew_is_done_once_its_log_passed_the_time(own: Case) -> None:
    row = decided(own, (camera(own, "quay-2"),))
    carried_out(own)
    read = RecorderLog.objects.get()
    RecorderLog.objects.update(indexed=1)
    assert settle(now=own.now) == 0, "what the log may still say is not known"
    RecorderLog.objects.update(indexed=read.indexed)
    assert settle(now=own.now) == 1
    found = now_of(own, row)
    assert found.stage is Stage.DONE
    assert [(each.name, bool(each.segments)) for each in found.erasures if each.done_at] == [
        (each.name, each.name == "quay-1") for each in found.erasures
    ]


@pytest.fixture
def ended(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """A case whose recorder had a second camera, until it was configured without."""
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path / "centre")
    (tmp_path / "centre").mkdir()
    site = Site(configured(tmp_path / "archive", "quay-1", "quay-2")).start()
    site.stream(40)
    site.settle()
    site.restart(configured(tmp_path / "archive", "quay-1"))
    site.stream(70)
    site.settle()
    found = Case(site)
    found.end_us = site.clock.wall_us() - 20 * S
    found.begin_us = found.end_us - 20 * S
    yield found
    found.close()
    site.stop()


def test_a_camera_whose_account_ended_before_is_done_and_one_that_goes_on_is_waited_for(ended: Case) -> None:
    second = camera(ended, "quay-2")
    row = decided(ended, (second,))
    carried_out(ended)
    second.recorder.streams.filter(camera="quay-2").update(active=True)
    assert settle(now=ended.now) == 0
    assert [each.name for each in now_of(ended, row).erasures if each.done_at] == ["quay-1"]
    second.recorder.streams.filter(camera="quay-2").update(active=False)
    assert settle(now=ended.now) == 1
    assert now_of(ended, row).stage is Stage.DONE


def test_a_recorder_that_is_retired_is_waited_for_no_more_than_its_log_says(own: Case) -> None:
    row = decided(own, ())
    Recorder.objects.filter(id=own.centre.recorder).update(retired_at=own.now)
    assert settle(now=own.now) == 0, "footage is there"
    carried_out(own)
    Erasure.objects.update(asked_at=None)
    assert settle(now=own.now) == 1
    assert now_of(own, row).stage is Stage.DONE


def test_what_a_retired_recorder_still_has_waits_for_a_person_and_is_not_asked_for_again(own: Case) -> None:
    row = decided(own, ())
    [order] = due_erasures(own.centre.recorder, now=own.now)
    assert refuse_retired(now=own.now) == 0
    Recorder.objects.filter(id=own.centre.recorder).update(retired_at=own.now)
    assert [settle(now=own.now), refuse_retired(now=own.now), refuse_retired(now=own.now)] == [0, 1, 0]
    assert now_of(own, row).stage is Stage.STUCK
    assert due_erasures(own.centre.recorder, now=own.now + DAY) == []
    chairman = own.person("commune_chairman")
    page = signed_in(chairman).get(reverse("subject", args=[row.id])).content.decode()
    assert both(erasing.RETIRED)[0] in page
    assert reverse("subject_erase_again", args=[row.id]) not in page
    with pytest.raises(SubjectRefused, match="is retired"):
        erasing.ask_again(chairman, row.id, now=own.now)
    told(own, order)
    brought_in(own)
    assert settle(now=own.now) == 1, "it was told before, and its log says so at last"
    assert now_of(own, row).stage is Stage.DONE


def test_a_request_is_about_cameras_that_were_in_service_at_that_time(case: Case) -> None:
    second, never = camera(case, "quay-2"), camera(case, "quay-3", on=False)
    Camera.objects.filter(id=second.id).update(retired_at=case.district.now + datetime.timedelta(seconds=5))
    for other in (second, never):
        with pytest.raises(SubjectRefused) as refused:
            taken(case, "erase", cameras=(case.camera, other.id))
        assert both(refused.value.words)[1] == f"Not in service in that stretch: {other.label}. Leave them out."
    soon = case.begin_us - 8 * S
    row = taken(case, "see", cameras=(case.camera, second.id), begin_us=soon)
    assert {each.id for each in now_of(case, row).cameras} == {case.camera, second.id}
    said = signed_in(case.person("one_stop_officer")).get(reverse("subject_new", args=[case.room])).content.decode()
    assert f"{second.label} (ngừng sử dụng từ" in said
    assert never.label not in said


def test_where_no_camera_was_in_service_a_request_is_taken_all_the_same(case: Case) -> None:
    begin_us = case.begin_us - 40 * 86_400 * S
    row = taken(case, "see", begin_us=begin_us, end_us=begin_us + 60 * S)
    assert [each.id for each in now_of(case, row).cameras] == [case.camera]


def test_what_lies_at_the_centre_of_files_that_reach_into_the_stretch_goes_too(case: Case) -> None:
    beside = case.ask(begin_us=case.end_us + 5 * S, end_us=case.end_us + 15 * S)
    approving.refuse(case.person("chief_of_office"), beside.id, reason="Không có căn cứ", now=case.now)
    path = package_path(beside.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"a package")
    assert erase_copies(now_of(case, taken(case, "erase")), now=case.now) == 1
    assert not path.exists()


def test_who_is_forgotten_by_hand_meanwhile_keeps_nobody_else_from_being_forgotten(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [taken(case), taken(case)]
    for row in rows:
        deciding.refuse(case.person("commune_chairman"), row.id, reason="identity", now=case.now)

    def raced(*args: object, **named: object) -> list[SubjectCase]:
        found = cases(*args, **named)  # type: ignore[arg-type]
        SubjectPerson.objects.filter(request=found[0].row).delete()
        return found

    monkeypatch.setattr(erasing, "cases", raced)
    assert erasing.forget_old(now=case.now + 731 * DAY) == 1
    assert not SubjectPerson.objects.exists()
