"""A gap without a lawful cause is a finding of its own, once; a cause is lawful once a body outside the unit agrees."""

import datetime
import itertools

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from minhbach.centre.footage.models import Fault, FootageStream, Gap, RecorderLog, Run
from minhbach.centre.footage.timeline import us
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.oversight import reading
from minhbach.centre.oversight.actions import cases, findings, gaps
from minhbach.centre.oversight.counts import finding_counts
from minhbach.centre.oversight.models import Finding, GapCause, Prolonged, Source
from minhbach.centre.registry.models import Acceptance, Camera, Room
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import formats
from tests.centre.access.district import DAY
from tests.centre.feedback.visits import Town
from tests.centre.oversight.test_rooms import recorded
from tests.centre.people import signed_in

HOUR = datetime.timedelta(hours=1)
MINUTE = HOUR / 60


@pytest.fixture
def town(db):
    found = Town()
    Room.objects.update(in_service_on=DAY)
    camera = found.district.cameras["A", "one_stop"]
    Acceptance.objects.create(
        camera=camera, medium="picture", party="citizen", passed=True, accepted_at=found.now - 90 * 24 * HOUR
    )
    return found


def a_working_morning(town):
    """09:00 of the newest Wednesday that is over, with nothing but weekends free; Vietnamese time."""
    day = town.now.astimezone(VIETNAM).replace(hour=9, minute=0, second=0, microsecond=0)
    day -= datetime.timedelta(days=1)
    while day.isoweekday() != 3:
        day -= datetime.timedelta(days=1)
    return day


def gap(town, begin, minutes, cause="stream_lost", index=[0]):  # noqa: B006 # a counter
    index[0] += 1
    stream = FootageStream.objects.get(stream="main")
    end = begin + minutes * MINUTE
    return Gap.objects.create(
        stream=stream, begin_us=us(begin), end_us=us(end), cause=cause, log="2026", index=index[0]
    )


def raised(town, begin, after=5 * HOUR):
    gaps.raise_gaps(now=begin + after)
    return list(Finding.objects.filter(source=Source.GAP).order_by("begin_us"))


def test_an_outage_in_office_hours_becomes_one_finding_that_is_told(town):
    begin = a_working_morning(town)
    gap(town, begin, 20)
    gap(town, begin + 20 * MINUTE, 25, cause="recorder_killed")  # the same outage goes on
    [row] = raised(town, begin)
    assert (row.begin_us, row.end_us) == (us(begin), us(begin + 45 * MINUTE))
    assert (row.found_by, row.hold, row.cameras.count()) == (None, None, 1)
    told = set(Delivery.objects.filter(notice__kind="finding").values_list("address", flat=True))
    wanted = {"commune_chairman", "service_centre_head", "office_specialist", "technician"}
    assert {town.district.people[role].person_id for role in wanted} <= told
    gap(town, begin + 45 * MINUTE, 30)  # more of it comes in later
    assert len(raised(town, begin, 6 * HOUR)) == 1


@pytest.mark.parametrize(
    ("minutes", "hour", "cause"), [(29, 9, "stream_lost"), (600, 18, "stream_lost"), (90, 9, "reconfigured")]
)
def test_a_short_one_one_at_night_and_one_that_was_configured_are_none(town, minutes, hour, cause):
    begin = a_working_morning(town).replace(hour=hour)
    gap(town, begin, minutes, cause=cause)
    assert raised(town, begin, 11 * HOUR) == []


def test_nothing_is_found_before_there_was_time_to_put_down_a_cause_nor_of_a_camera_on_trial(town):
    begin = a_working_morning(town)
    gap(town, begin, 60)
    assert raised(town, begin, 3 * HOUR) == []
    Acceptance.objects.update(accepted_at=begin + 5 * HOUR)
    assert raised(town, begin, 5 * HOUR) == []


def test_nothing_is_found_in_a_room_that_was_not_handed_over_yet(town):
    begin = a_working_morning(town)
    gap(town, begin, 60)
    for day in (None, begin.date() + datetime.timedelta(days=1)):
        Room.objects.update(in_service_on=day)
        assert raised(town, begin) == []
    Room.objects.update(in_service_on=begin.date())
    assert len(raised(town, begin)) == 1


def silent(town, since):
    """The recorder of the room, which is to record, is heard no more; how far its log came."""
    recorded(town.room, since - datetime.timedelta(days=30))
    FootageStream.objects.update(known_until_us=us(since))


def test_a_recorder_of_which_no_log_comes_any_more_is_found_a_day_later_as_what_nobody_knows(town):
    begin = a_working_morning(town)
    silent(town, begin)
    assert raised(town, begin, 24 * HOUR + 29 * MINUTE) == []
    [row] = raised(town, begin, 26 * HOUR)
    assert (row.begin_us, row.end_us, row.cameras.count()) == (us(begin), us(begin + 2 * HOUR), 1)
    assert f"{begin:%H:%M ngày %d/%m/%Y}: chưa rõ có hình hay không" in row.note
    raised(town, begin, 26 * HOUR + 10 * MINUTE)
    assert row.prolonged.count() == 0  # in steps of an hour, as any that goes on
    [row] = raised(town, begin, 28 * HOUR)
    assert row.until_us == us(begin + 4 * HOUR)
    # Its log comes after all, and there is footage: nothing is prolonged, and no second one is found.
    FootageStream.objects.update(known_until_us=us(begin + 30 * HOUR))
    footage(town, begin, begin + 30 * HOUR)
    [row] = raised(town, begin, 31 * HOUR)
    assert row.until_us == us(begin + 4 * HOUR)


def test_a_camera_of_which_no_log_ever_came_is_found_too_and_one_that_is_to_rest_is_not(town):
    begin = a_working_morning(town)
    silent(town, begin)
    Run.objects.all().delete()
    FootageStream.objects.all().delete()
    Acceptance.objects.update(accepted_at=begin)
    assert len(raised(town, begin, 26 * HOUR)) == 1
    Camera.objects.update(recording_since=None)
    assert gaps.outages(begin + 26 * HOUR) == []


def test_a_log_that_is_being_read_anew_is_not_silent(town):
    begin = a_working_morning(town)
    silent(town, begin)
    recorder = town.district.recorders["A"]
    log = RecorderLog.objects.create(recorder=recorder, name="2026", origin="x", place=0, size=9, indexed=4)
    assert raised(town, begin, 26 * HOUR) == []
    RecorderLog.objects.filter(id=log.id).update(indexed=9)
    assert len(raised(town, begin, 26 * HOUR)) == 1


def test_what_a_log_tells_only_after_a_long_cut_is_found_as_if_it_had_come_in_time(town):
    begin = a_working_morning(town)
    gap(town, begin, 60)
    after = datetime.timedelta(days=20)
    assert raised(town, begin, after) == []
    Fault.objects.create(
        recorder=town.district.recorders["A"], room=town.room, kind="line", began_at=begin - HOUR,
        known_at=begin - HOUR, ended_at=begin + after - HOUR,
    )  # fmt: skip
    [row] = raised(town, begin, after)
    assert (row.begin_us, row.end_us) == (us(begin), us(begin + HOUR))
    assert len(raised(town, begin, after + HOUR)) == 1


def put(town, first, minutes, now, who="technician", cause="power", document="TB 12"):
    return gaps.put_cause(
        town.district.people[who], room=town.room.id, begin_us=us(first), end_us=us(first + minutes * MINUTE),
        cause=cause, words="Điện lực cắt điện sửa chữa.", document=document, now=now,
    )  # fmt: skip


def accept(town, row, now, who="chief_of_office"):
    return gaps.accept_causes(town.district.people[who], row.id, words="Đã đối chiếu với thông báo.", now=now)


def steps_of(town, row):
    people = {account.person_id: role for role, account in town.district.people.items()}
    return [(step.kind, people[step.by_id]) for step in row.steps.all()]


def test_a_cause_ends_a_finding_once_a_body_outside_takes_it_for_lawful(town):
    begin = a_working_morning(town)
    at = begin + 6 * HOUR
    gap(town, begin, 60)
    [row] = raised(town, begin)
    put(town, begin, 20, at)  # forty minutes are left
    assert not row.steps.exists()
    with pytest.raises(NotPossible) as refused:
        accept(town, row, at)
    assert refused.value.words is gaps.NOT_ACCOUNTED_FOR
    put(town, begin + 20 * MINUTE, 41, at)
    assert steps_of(town, row) == [("explained", "technician")]
    told = Delivery.objects.filter(notice__kind="finding", notice__vi__contains="đã giải trình")
    outside = {town.district.people[role].person_id for role in ("chief_of_office", "office_specialist")}
    assert set(told.values_list("address", flat=True)) == outside
    for home in ("commune_chairman", "service_centre_head"):
        with pytest.raises(NotPossible) as refused:
            accept(town, row, at, who=home)
        assert refused.value.words is findings.NOT_ITS_OWN
    accept(town, row, at)
    assert steps_of(town, row) == [("explained", "technician"), ("lawful", "chief_of_office")]
    with pytest.raises(NotPossible):
        cases.conclude(
            town.district.people["chief_of_office"], row.id, upheld=False, words="x", now=row.conclude_by + HOUR
        )


def test_a_cause_that_nobody_accepted_keeps_nothing_from_being_found_and_an_accepted_one_does(town):
    begin = a_working_morning(town).replace(hour=8)
    put(town, begin, 5 * 60, begin - 24 * HOUR, cause="maintenance")
    gap(town, begin, 60)
    [row] = raised(town, begin)
    assert not row.steps.exists()
    accept(town, row, begin + 5 * HOUR)
    gap(town, begin + 150 * MINUTE, 60, cause="disk_full")
    assert len(raised(town, begin, 8 * HOUR)) == 1
    gap(town, begin + 6 * HOUR, 60, cause="disk_full")
    put(town, begin + 6 * HOUR, 60, begin + 7 * HOUR)  # since then, so nobody accepted it yet
    assert len(raised(town, begin, 12 * HOUR)) == 2


def test_only_announced_maintenance_is_put_down_ahead(town):
    begin = a_working_morning(town)
    for cause in ("power", "line", "disaster", "ordered", "closed"):
        with pytest.raises(NotPossible) as refused:
            put(town, begin, 120, begin + HOUR, cause=cause)
        assert (refused.value.words, refused.value.field) == (gaps.AHEAD, "end")
    assert put(town, begin, 120, begin + HOUR, cause="maintenance").cause == "maintenance"


def test_nobody_accepts_the_cause_that_they_put_down_nor_one_that_is_not_there(town):
    begin = a_working_morning(town)
    at = begin + 6 * HOUR
    gap(town, begin, 60)
    [row] = raised(town, begin)
    chief, technician = (town.district.people[role].person_id for role in ("chief_of_office", "technician"))
    with pytest.raises(DatabaseError, match="cause"), transaction.atomic():
        row.steps.create(kind="lawful", at=at, by_id=chief, words="x")  # also past the action
    put(town, begin, 60, at)
    with pytest.raises(DatabaseError, match="cause"), transaction.atomic():
        row.steps.create(kind="lawful", at=at, by_id=technician, words="x")
    accept(town, row, at)


def test_the_causes_stand_on_the_page_of_the_finding_for_who_judges_them(town):
    begin = a_working_morning(town)
    gap(town, begin, 60)
    [row] = raised(town, begin)
    put(town, begin, 60, begin + 6 * HOUR, document="TB 12/ĐL")
    here = reverse("finding", args=[row.id])
    chief, head = (signed_in(town.district.people[role]) for role in ("chief_of_office", "service_centre_head"))
    for browser, judges in ((chief, True), (head, False)):
        page = browser.get(here).content.decode()
        assert ("TB 12/ĐL" in page, 'value="lawful"' in page) == (True, judges)
    said = {"kind": "lawful", "words": "Đúng theo thông báo."}
    api = f"/api/findings/{row.id}/steps"
    assert head.post(api, said, content_type="application/json").status_code == 409
    head.post(reverse("finding_step", args=[row.id]), said)
    assert not row.steps.filter(kind="lawful").exists()
    assert chief.post(reverse("finding_step", args=[row.id]), said).status_code == 302
    assert row.steps.filter(kind="lawful").exists()
    assert chief.post(api, said, content_type="application/json").status_code == 409


def test_a_cause_is_one_of_the_regulation_and_only_who_keeps_the_equipment_puts_it_down(town):
    begin = a_working_morning(town)
    technician = town.district.people["technician"]
    for cause, words, lasts, paper in (
        ("laziness", "x", HOUR, "TB 12"),
        ("power", " ", HOUR, "TB 12"),
        ("power", "x", 0 * HOUR, "TB 12"),
        ("power", "x", HOUR, " "),
    ):
        with pytest.raises(NotPossible):
            gaps.put_cause(
                technician, room=town.room.id, begin_us=us(begin), end_us=us(begin + lasts), cause=cause, words=words,
                document=paper, now=begin + 6 * HOUR,
            )  # fmt: skip
    assert not GapCause.objects.exists()
    page = reverse("gap_cause", args=[town.room.id])
    assert signed_in(town.district.people["commune_chairman"]).get(page).status_code == 403
    said = {
        "cause": "power",
        "begin_0": f"{begin:%Y-%m-%d}",
        "begin_1": f"{begin:%H:%M}",
        "end_0": f"{begin + HOUR:%Y-%m-%d}",
        "end_1": f"{begin + HOUR:%H:%M}",
        "words": "Cắt điện",
    }
    refused = signed_in(technician).post(page, said)  # without a paper
    assert refused.status_code == 422
    again = refused.content.decode()
    for name in ("begin_0", "begin_1", "end_0", "end_1"):
        assert f'name="{name}" value="{said[name]}"' in again  # what was typed stays, and no seconds come with it
    without = signed_in(technician).post(page, {**said, "document": "TB 12", "begin_1": ""})
    assert without.status_code == 422
    assert 'href="#id_begin_0"' in without.content.decode()
    assert not GapCause.objects.exists()
    assert signed_in(technician).post(page, {**said, "document": "TB 12"}).status_code == 302
    made = GapCause.objects.get()
    assert (made.begin_us, made.end_us) == (us(begin), us(begin + HOUR))


def test_what_is_counted_is_what_the_rows_say(town):
    begin = a_working_morning(town)
    gap(town, begin, 60)
    [row] = raised(town, begin)
    chief = town.district.people["chief_of_office"]
    at = row.explain_by + HOUR
    cases.add_basis(chief, row.id, kind="minutes", words="Biên bản kiểm tra số 3.", now=at)
    cases.conclude(chief, row.id, upheld=True, severity="minor", words="Đầu ghi bị tắt.", now=at)
    cases.ask_correction(chief, row.id, words="Niêm phong nguồn điện", due_on=at.date(), now=at)
    [(unit, counts)] = finding_counts(begin, at + 5 * 24 * HOUR).items()
    assert (unit, counts.made, counts.sources, counts.upheld) == (row.unit_id, 1, {"gap": 1}, 1)
    assert (counts.corrections_given, counts.corrections_accepted, counts.corrections_late) == (1, 0, 1)
    assert finding_counts(begin - 2 * HOUR, begin) == {}


def footage(town, begin, end):
    """More footage of the room's camera, as its recorder has it by now."""
    stream = FootageStream.objects.get(stream="main")
    Run.objects.create(stream=stream, begin_us=us(begin), end_us=us(end), first=9, last=10)


def held_for(row):
    return [(hold.begin_us, hold.end_us) for hold in reading.holds_for(row)]


def test_what_the_cameras_saw_around_both_ends_of_a_gap_is_held(town):
    begin = a_working_morning(town)
    end = begin + 60 * MINUTE
    footage(town, begin - HOUR, begin)
    footage(town, end, end + HOUR)
    gap(town, begin, 60)
    [row] = raised(town, begin)
    wanted = [(us(at - 10 * MINUTE), us(at + 10 * MINUTE)) for at in (begin, end)]
    assert held_for(row) == wanted
    assert (row.hold.begin_us, row.hold.end_us) == wanted[0]
    raised(town, begin, 6 * HOUR)
    assert held_for(row) == wanted  # once, however often it is looked for
    page = signed_in(town.district.people["office_specialist"]).get(reverse("finding", args=[row.id])).content.decode()
    assert page.count("Hình quanh lúc mất hình") == 2
    assert all(reverse("hold", args=[hold.id]) in page for hold in reading.holds_for(row))


def test_a_gap_that_goes_on_prolongs_its_finding_until_it_is_over(town):
    begin = a_working_morning(town)
    gap(town, begin, 250)
    [row] = raised(town, begin, 4 * HOUR + 12 * MINUTE)
    assert (row.until_us, row.prolonged.count()) == (us(begin + 250 * MINUTE), 0)
    gap(town, begin + 250 * MINUTE, 20)  # not an hour more, and not over
    raised(town, begin, 4 * HOUR + 31 * MINUTE)
    assert row.prolonged.count() == 0
    gap(town, begin + 270 * MINUTE, 45)
    raised(town, begin, 5 * HOUR + 16 * MINUTE)
    assert [each.end_us for each in row.prolonged.all()] == [us(begin + 315 * MINUTE)]
    gap(town, begin + 315 * MINUTE, 5)
    footage(town, begin + 320 * MINUTE, begin + 400 * MINUTE)
    for after in (5 * HOUR + 40 * MINUTE, 6 * HOUR):
        [row] = raised(town, begin, after)
    row = Finding.objects.get(id=row.id)
    over = begin + 320 * MINUTE
    assert (row.end_us, row.until_us, row.prolonged.count()) == (us(begin + 250 * MINUTE), us(over), 2)
    assert held_for(row)[-1] == (us(over - 10 * MINUTE), us(over + 10 * MINUTE))
    chief = signed_in(town.district.people["chief_of_office"])
    page = chief.get(reverse("finding", args=[row.id])).content.decode()
    assert f"kéo dài đến {formats.moment(over)}" in page
    assert chief.get(reverse("finding_request", args=[row.id])).status_code == 200


def test_a_gap_that_goes_on_for_two_months_stays_one_finding(town):
    begin = a_working_morning(town)
    weeks = [datetime.timedelta(weeks=n) for n in range(9)]
    for since, until in itertools.pairwise(weeks):
        gap(town, begin + since, (until - since) / MINUTE)
        [row] = raised(town, begin, until)
        assert row.until_us == us(begin + until)


def test_a_log_that_comes_late_and_tells_what_began_earlier_makes_a_finding_of_that(town):
    begin = a_working_morning(town).replace(hour=8)
    gap(town, begin + 90 * MINUTE, 60)
    [row] = raised(town, begin, 6 * HOUR)
    gap(town, begin, 90)
    [earlier, known] = raised(town, begin, 6 * HOUR + MINUTE)
    assert (earlier.begin_us, earlier.end_us) == (us(begin), us(begin + 90 * MINUTE))
    assert (known.id, known.until_us) == (row.id, row.until_us)
    assert len(raised(town, begin, 7 * HOUR)) == 2


def test_what_goes_on_after_its_finding_was_concluded_is_another_finding(town):
    begin = a_working_morning(town).replace(hour=8)
    gap(town, begin, 60)
    [first] = raised(town, begin)
    chief, at = town.district.people["chief_of_office"], first.explain_by + HOUR
    cases.conclude(chief, first.id, upheld=False, words="Máy chủ nâng cấp.", now=at)
    gap(town, begin + 60 * MINUTE, 20)
    assert len(raised(town, begin, 6 * HOUR)) == 1  # too short to count by itself
    gap(town, begin + 80 * MINUTE, 40)
    [_, second] = raised(town, begin, 7 * HOUR)
    assert (second.begin_us, second.until_us) == (us(begin + 60 * MINUTE), us(begin + 120 * MINUTE))
    assert first.prolonged.count() == 0
    with pytest.raises(DatabaseError), transaction.atomic():
        Prolonged.objects.create(finding=first, end_us=us(begin + 120 * MINUTE), at=at)


def test_a_gap_is_prolonged_forward_alone_and_nothing_of_it_is_rewritten(town):
    begin = a_working_morning(town)
    gap(town, begin, 60)
    [row] = raised(town, begin)
    longer = Prolonged.objects.create(finding=row, end_us=row.end_us + 9, at=begin + 9 * HOUR)
    for end_us in (row.end_us, row.end_us + 9, row.end_us + 4):
        with pytest.raises(DatabaseError), transaction.atomic():
            Prolonged.objects.create(finding=row, end_us=end_us, at=begin + 9 * HOUR)
    with pytest.raises(DatabaseError), transaction.atomic():
        Prolonged.objects.filter(id=longer.id).update(end_us=row.end_us + 99)
    with pytest.raises(DatabaseError), transaction.atomic():
        longer.delete()


def test_a_cause_ends_the_finding_of_a_gap_only_when_it_covers_what_came_later_too(town):
    begin = a_working_morning(town).replace(hour=8)
    gap(town, begin, 60)
    [row] = raised(town, begin)
    gap(town, begin + 60 * MINUTE, 60)
    raised(town, begin, 7 * HOUR)
    put(town, begin, 60, begin + 8 * HOUR)
    assert not row.steps.exists()
    put(town, begin + 60 * MINUTE, 60, begin + 8 * HOUR)
    accept(town, row, begin + 8 * HOUR)
    assert [step.kind for step in row.steps.all()] == ["explained", "lawful"]
