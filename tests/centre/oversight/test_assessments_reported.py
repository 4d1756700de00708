"""A room that nobody assessed is in no report as assessed, whatever machines watched and people write there."""

import datetime

import pytest
from django.conf import settings
from django.urls import reverse

from minhbach.centre.fabric import keys
from minhbach.centre.footage.models import Fault
from minhbach.centre.oversight.actions import assessing
from minhbach.centre.oversight.models import Assessment, Clip, Draw
from minhbach.centre.publishing import duties, reading
from minhbach.centre.publishing.actions import reports
from minhbach.centre.publishing.actions.reminding import draft_due
from minhbach.centre.publishing.actions.rolling import roll
from minhbach.centre.publishing.counting import differences, rows_of
from minhbach.centre.publishing.models import Kind, Report
from minhbach.centre.registry.models import Camera, Room
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.registry.writing import NotPossible
from tests.centre.oversight.drawn import NOW, assessed, draw, founded, recorded
from tests.centre.oversight.test_rooms import recorded as begun

D = datetime.date
FIRST, LAST = D(2026, 9, 15), D(2026, 10, 14)
#: Tuesday, 20 October 2026: the day of drafts.
DRAFTED = datetime.datetime(2026, 10, 20, 6, 0, tzinfo=VIETNAM)


@pytest.fixture
def district(db, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    made = founded()
    recorded(made)
    begun(made.rooms["A", "one_stop"], made.now)
    draw(made)
    return made


def drafted(district):
    """The report of the body that supervises one-stop rooms."""
    roll(FIRST, LAST, now=DRAFTED)
    draft_due(now=DRAFTED)
    return Report.objects.get(kind=Kind.ONE_STOP, unit=district.units["office"], month=D(2026, 10, 1))


def owed(district, report):
    """Whether the report says that its room was not assessed."""
    missing, _ = duties.missing(report, now=DRAFTED)
    page = reverse("room", args=[district.rooms["A", "one_stop"].id])
    return any(each.url == page and "chưa được đánh giá" in str(each.words) for each in missing)


def figure(report, code):
    return reading.figures_of(report)[code].value


def test_what_machines_watched_is_a_line_of_its_own_and_assesses_nothing(district):
    report = drafted(district)
    row = Draw.objects.get()
    assert figure(report, "assessed_people") == 0
    assert figure(report, "assessed_machines") == row.covered_s == 5 * 27_000
    assert owed(district, report)
    found, many = rows_of("assessed_machines", [district.units["A"].id], ["one_stop"], FIRST, LAST)
    assert (many, found[0].value, found[0].about) == (1, row.covered_s, row.id)
    assert list(differences(FIRST, LAST)) == []


def test_a_room_on_trial_owes_nothing_and_the_report_says_that_it_is_recorded_on_trial(district):
    room, recorder = district.rooms["A", "one_stop"], district.recorders["A"]
    days = (datetime.datetime(2026, 10, day, 9, tzinfo=VIETNAM) for day in (5, 10))
    before, after = (
        Fault.objects.create(recorder=recorder, room=room, kind="line", began_at=at, known_at=at, ended_at=at)
        for at in days
    )
    Room.objects.filter(id=room.id).update(in_service_on=None)
    report = drafted(district)
    assert not owed(district, report)
    missing, _ = duties.missing(report, now=DRAFTED)
    page = reverse("room_standard", args=[room.id])
    assert [each.url for each in missing if "chưa bàn giao" in str(each.words)] == [page]
    Room.objects.filter(id=room.id).update(in_service_on=D(2026, 10, 8))
    missing, _ = duties.missing(report, now=DRAFTED)
    told = {each.url for each in missing}
    assert reverse("fault", args=[after.id]) in told
    assert reverse("fault", args=[before.id]) not in told
    assert owed(district, report)


def test_one_assessment_is_one_and_the_duty_leaves_the_list(district):
    clip = Clip.objects.select_related("draw", "room").get()
    assessed(district.people["office_specialist"], clip)
    report = drafted(district)
    assert figure(report, "assessed_people") == 1
    assert figure(report, "assessed_machines") == clip.draw.covered_s
    assert not owed(district, report)


def test_an_assessment_that_was_taken_back_was_none(district):
    clip = Clip.objects.select_related("draw", "room").get()
    actor = district.people["office_specialist"]
    assessing.take_back(actor, assessed(actor, clip).id, now=NOW)
    report = drafted(district)
    assert Assessment.objects.count() == 1
    assert figure(report, "assessed_people") == 0
    assert owed(district, report)


def test_a_clip_that_was_left_assesses_nothing(district):
    clip = Clip.objects.select_related("draw", "room").get()
    assessing.leave(district.people["office_specialist"], clip.id, words="Ống kính bị mờ", now=NOW)
    report = drafted(district)
    assert figure(report, "assessed_people") == 0
    assert owed(district, report)


@pytest.mark.parametrize("code", ["assessed_people", "assessed_machines"])
def test_nobody_writes_into_a_report_what_was_not_assessed(district, code):
    report = drafted(district)
    with pytest.raises(NotPossible):
        reports.put_figure(
            district.people["office_specialist"], report.id, code=code, value=5, reason="Đã xem", seen=0, now=DRAFTED
        )
    assert figure(report, code) == reading.figures_of(report)[code].system


def test_a_camera_that_never_recorded_owes_no_assessment(district):
    Camera.objects.filter(room=district.rooms["A", "one_stop"]).update(recording_since=None)
    assert not owed(district, drafted(district))
