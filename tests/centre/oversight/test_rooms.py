"""Rooms against the norm: what is measured is what is there, a review keeps its day, a waiver hides nothing."""

import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from minhbach.centre.footage.models import FootageStream, RecorderHealth, Run
from minhbach.centre.oversight import needs, standards
from minhbach.centre.oversight.actions import purchases
from minhbach.centre.oversight.actions import rooms as actions
from minhbach.centre.oversight.actions.rooms import Answer
from minhbach.centre.oversight.standards import Met
from minhbach.centre.papers.actions import keep_photo
from minhbach.centre.registry.actions import devices
from minhbach.centre.registry.models import (
    Camera,
    Condition,
    Equipment,
    NormWaiver,
    NoticeSign,
    ProposalStepKind,
    Room,
    RoomReview,
    Verdict,
)
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.rules import shipped
from tests.centre.access.district import DAY, SETUP, District
from tests.photographs import photograph

DAY_US = 86_400_000_000


@pytest.fixture
def district(db):
    return District()


def room_of(district, commune="A", kind="one_stop"):
    return Room.objects.get(id=district.rooms[commune, kind].id)


def norm(district, code, room=None, now=None):
    found = standards.standing(room or room_of(district), now=now or district.now)
    return next(each for each in found.norms if each.code == code)


def has(district, kind, room=None, quantity=1, **more):
    details = devices.EquipmentDetails(kind=kind, name=kind, quantity=quantity, **more)
    return devices.add_equipment(SETUP, room=room or room_of(district), details=details, day=district.now.date())


def sends(district, room, *, height=1080, rate=25_000, sound=-40_000, days=40):
    """The recorders of the room say this of its cameras, and have footage of so many days."""
    now_us = int(district.now.timestamp() * 1e6)
    for camera in Camera.objects.filter(room=room):
        said = {
            "camera": camera.name, "faults": [], "picture_us": now_us, "looked_us": now_us, "sound_mdb": sound,
            "width": height * 16 // 9, "height": height, "frames_mhz": rate,
        }  # fmt: skip
        disk = {"name": "disk-1", "free_bytes": 1, "total_bytes": 2, "trouble": "", "oldest_us": now_us - days * DAY_US}
        row, _ = RecorderHealth.objects.get_or_create(
            recorder=camera.recorder, defaults={"reported_at": district.now, "report": {"cameras": [], "disks": []}}
        )
        others = [each for each in row.report["cameras"] if each["camera"] != camera.name]
        row.report = {"cameras": [*others, said], "disks": [disk]}
        row.save()
        stream, _ = FootageStream.objects.get_or_create(
            recorder=camera.recorder, camera=camera.name, stream="main", defaults={"content": "av"}
        )
        Run.objects.filter(stream=stream).delete()
        Run.objects.create(stream=stream, begin_us=now_us - days * DAY_US, end_us=now_us, first=1, last=2)


def recorded(room, since):
    """A sign hangs, and its cameras are recorded since then."""
    if not room.signs.exists():
        paper = keep_photo(data=photograph(), title="Biển", person_id=None, now=since)
        NoticeSign.objects.create(
            room=room, number=1, content={}, paper=paper, photo=paper, made_at=since,
            hung_at=since - datetime.timedelta(days=1),
        )  # fmt: skip
    Camera.objects.filter(room=room).update(recording_since=since)


def lacking(district, room=None):
    """What the room needs, by kind."""
    found = needs.needs([standards.standing(room or room_of(district), now=district.now)])
    return {need.kind: need for need in found}


def test_an_area_is_met_not_met_or_not_known(district):
    room = room_of(district)
    assert norm(district, "area").met is Met.UNKNOWN
    Room.objects.filter(id=room.id).update(area_m2=Decimal("39.5"))
    small = norm(district, "area")
    assert (small.met, small.found.vi, small.asked.vi) == (Met.NO, "39,5 m²", "ít nhất 40 m²")
    assert (small.asked.en, norm(district, "cameras").asked.en) == ("at least 40 m²", "at least 2 cameras")
    Room.objects.filter(id=room.id).update(area_m2=40)
    assert norm(district, "area").met is Met.YES


def test_what_a_camera_really_sends_is_held_against_the_norm_not_what_was_promised(district):
    room = room_of(district)
    assert {norm(district, code).met for code in ("height", "rate")} == {Met.UNKNOWN}
    sends(district, room, height=720, rate=14_600)
    assert norm(district, "height").met is Met.NO
    assert norm(district, "rate").met is Met.YES, "14.6 pictures a second are those of a camera of 15"
    sends(district, room, rate=12_000)
    assert norm(district, "rate").met is Met.NO


def test_a_recorder_of_an_older_version_says_nothing_of_size_and_rate(district):
    room = room_of(district)
    sends(district, room)
    row = RecorderHealth.objects.get()
    for said in row.report["cameras"]:
        for name in ("width", "height", "frames_mhz"):
            said.pop(name)
    row.save()
    assert norm(district, "height").met is norm(district, "rate").met is Met.UNKNOWN


def test_days_of_footage_are_not_asked_of_a_room_that_is_recorded_since_fewer(district):
    room = room_of(district)
    sends(district, room, days=3)
    recorded(room, district.now - datetime.timedelta(days=90))
    assert norm(district, "days_one_stop").met is Met.NO
    recorded(room, district.now - datetime.timedelta(days=3))
    young = norm(district, "days_one_stop")
    assert young.met is Met.UNKNOWN
    assert "mới ghi từ" in young.found.vi


def test_days_of_footage_are_days_of_the_camera_itself_and_do_not_grow_when_it_is_out(district):
    room, now_us = room_of(district), int(district.now.timestamp() * 1e6)
    recorded(room, district.now - datetime.timedelta(days=90))
    sends(district, room_of(district, kind="reception_room"))  # on the same recorder
    sends(district, room)
    assert (norm(district, "days_one_stop").met, norm(district, "days_one_stop").found.vi) == (Met.YES, "40 ngày")
    Run.objects.filter(stream__camera=room.cameras.get().name).update(end_us=now_us - 20 * DAY_US)
    out = norm(district, "days_one_stop")
    assert (out.met, out.found.vi) == (Met.NO, "21 ngày")  # the last of them not whole


def test_what_is_held_from_long_ago_makes_no_long_memory(district):
    room, now_us = room_of(district), int(district.now.timestamp() * 1e6)
    recorded(room, district.now - datetime.timedelta(days=400))
    sends(district, room, days=3)
    held = now_us - 300 * DAY_US
    Run.objects.create(stream=Run.objects.get().stream, begin_us=held, end_us=held + 1, first=0, last=0)
    assert (norm(district, "days_one_stop").met, norm(district, "days_one_stop").found.vi) == (Met.NO, "4 ngày")


def test_what_a_recorder_said_that_is_heard_no_more_meets_no_norm(district):
    sends(district, room_of(district))
    codes = ("height", "rate", "sound", "days_one_stop")
    hour = datetime.timedelta(hours=1)
    assert {norm(district, code, now=district.now + 23 * hour).met for code in codes} == {Met.YES}
    assert {norm(district, code, now=district.now + 25 * hour).met for code in codes} == {Met.UNKNOWN}


def test_only_what_works_counts_and_what_is_broken_is_needed(district):
    has(district, "Máy tính", quantity=2)
    assert norm(district, "computers").met is Met.YES
    printer = has(district, "máy  in")
    assert norm(district, "printer").met is Met.YES, "the kind is compared as people type it"
    since = district.now.date() - datetime.timedelta(days=400)
    devices.set_condition(SETUP, equipment=printer, condition=Condition.BROKEN, day=since)
    found = lacking(district)
    assert found["Máy in"].quantity == 1
    assert found["Máy in"].broken_since == since
    assert f"{since:%d/%m/%Y}" in found["Máy in"].why.vi
    assert "Máy tính" not in found
    assert found["Ghế chờ"].quantity == 8


def test_what_is_broken_and_has_no_norm_is_needed_once(district):
    fan = has(district, "Quạt", quantity=3)
    devices.set_condition(SETUP, equipment=fan, condition=Condition.BROKEN, day=district.now.date())
    assert lacking(district)["Quạt"].quantity == 3


def test_what_is_in_use_for_too_long_is_to_be_replaced(district):
    old = district.now.date() - datetime.timedelta(days=6 * 366)
    has(district, "Máy tính", quantity=2, acquired_on=old)
    has(district, "Máy tính", quantity=1, acquired_on=district.now.date())
    assert norm(district, "computer_age").met is Met.NO
    assert lacking(district)["Máy tính"].quantity == 2


def said(district, **changed):
    law = standards.standing(room_of(district), now=district.now).rules
    assert law is not None
    answers = {code: Answer(Verdict.MET) for code, _ in standards.checklist(law, "one_stop")}
    return answers | changed


def reviewed(district, role="office_specialist", **changed):
    person = district.people[role]
    return actions.review(person, room=room_of(district), answers=said(district, **changed), note="", now=district.now)


def test_a_review_keeps_words_points_photographs_and_what_was_measured(district):
    row = reviewed(
        district,
        books=Answer(Verdict.PARTLY, "Thiếu sổ bàn giao", photograph()),
        access=Answer(Verdict.LEFT_OUT, "Không có bậc thềm"),
        seats=Answer(Verdict.UNMET, "Thiếu ghế"),
    )
    # 100 points; 5 left out, 5 not met, half of 10.
    assert (row.points, row.points_of) == (Decimal("85.0"), Decimal("95.0"))
    lines = {line.code: line for line in row.lines.all()}
    assert lines["books"].photo.media_type == "image/jpeg"
    assert lines["books"].vi == "Có đủ sổ, ghi chép cập nhật trong ngày"
    assert {each["code"]: each["met"] for each in row.measured}["area"] == "unknown"


def test_what_is_not_met_says_why_and_no_item_is_left_open(district):
    with pytest.raises(NotPossible) as refused:
        reviewed(district, books=Answer(Verdict.UNMET))
    assert refused.value.field == "books_note"
    answers = said(district)
    answers.pop("seats")
    person = district.people["office_specialist"]
    with pytest.raises(NotPossible) as refused:
        actions.review(person, room=room_of(district), answers=answers, note="", now=district.now)
    assert refused.value.field == "seats"
    assert not RoomReview.objects.exists()


@pytest.mark.parametrize("role", ["inspector", "technician", "one_stop_officer"])
def test_who_supervises_no_such_room_reviews_none(district, role):
    with pytest.raises(NotPossible):
        reviewed(district, role)


def test_a_review_is_never_changed_and_never_goes(district):
    row = reviewed(district)
    with pytest.raises(DatabaseError), transaction.atomic():
        RoomReview.objects.filter(id=row.id).update(points=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.lines.all().delete()


def waived(district, until=30, code="area", role="chief_of_office", **more):
    return actions.waive(
        district.people[role], room=room_of(district), code=code, reason="Trụ sở đang xây mới",
        decision_number="12/UBND-VP", until=district.now.date() + datetime.timedelta(days=until), now=district.now,
        **more,
    )  # fmt: skip


def test_a_waiver_excuses_until_its_day_and_stays_visible(district):
    Room.objects.filter(id=room_of(district).id).update(area_m2=30)
    row = waived(district)
    excused = norm(district, "area")
    assert (excused.met, excused.waiver) == (Met.WAIVED, row)
    assert norm(district, "area", now=district.now + datetime.timedelta(days=40)).met is Met.NO


def test_what_is_met_needs_no_waiver(district):
    Room.objects.filter(id=room_of(district).id).update(area_m2=300)
    with pytest.raises(NotPossible):
        waived(district)


@pytest.mark.parametrize("role", ["commune_chairman", "service_centre_head"])
def test_who_runs_the_room_does_not_excuse_it_from_what_is_laid_down_above(district, role):
    Room.objects.filter(id=room_of(district).id).update(area_m2=30)
    with pytest.raises(NotPossible, match="laid down above"):
        waived(district, role=role)
    assert not NormWaiver.objects.exists()
    assert norm(district, "area").met is Met.NO


def test_who_runs_the_room_excuses_it_from_a_norm_of_its_own_regulation_alone(district):
    content = shipped("MO_HINH_2_CAP_2025")
    content["norms"]["own_area"] = {**content["norms"]["area"], "vi": "Diện tích riêng", "en": "Own area", "least": 60}
    regulation.issue(
        unit=district.units["A"].id, content=content, valid_from=DAY, decision_number="2/QĐ", now=district.now
    )
    Room.objects.filter(id=room_of(district).id).update(area_m2=30)
    waived(district, code="own_area", role="commune_chairman")
    assert norm(district, "own_area").met is Met.WAIVED
    with pytest.raises(NotPossible, match="laid down above"):
        waived(district, role="commune_chairman")


@pytest.mark.parametrize(("until", "may"), [(364, True), (369, False), (-1, False)])
def test_nobody_excuses_a_room_for_longer_than_a_year(district, until, may):
    Room.objects.filter(id=room_of(district).id).update(area_m2=30)
    if may:
        assert waived(district, until)
        return
    with pytest.raises(NotPossible) as refused:
        waived(district, until)
    assert refused.value.field == "until"


def test_the_next_norm_holds_from_its_day_and_at_its_level_only(district):
    standing = standards.standing(room_of(district, kind="reception_room"), now=district.now)
    codes = {each.code for each in standing.norms}
    assert "reception_area" in codes
    assert not codes & {"area", "computers", "kiosk", "days_one_stop"}


def asked(district, role="technician", kinds=("Máy in",)):
    chosen = [lacking(district)[kind] for kind in kinds]
    unit = district.units["A"].id
    return purchases.propose(
        district.people[role], unit=unit, chosen=chosen, reason="Máy in hỏng từ năm 2015", now=district.now
    )


def test_a_need_that_was_asked_for_says_how_its_money_stands(district):
    def budget():
        return lacking(district)["Máy in"]

    assert budget().waits
    row = asked(district)
    assert (budget().proposal, budget().budget) == (row, needs.BUDGET[None])
    step = {"now": district.now}
    chairman = district.people["commune_chairman"]
    purchases.step(chairman, row, kind=ProposalStepKind.NO_MONEY, words="Chưa có trong dự toán", **step)
    assert budget().budget == needs.BUDGET[ProposalStepKind.NO_MONEY]
    purchases.step(
        chairman, row, kind=ProposalStepKind.FUNDED, funding_source="Ngân sách xã", amount_vnd=6_000_000, **step
    )
    purchases.step(district.people["technician"], row, kind=ProposalStepKind.BOUGHT, words="Đã nhận hàng", **step)
    assert budget().budget == needs.BUDGET[ProposalStepKind.BOUGHT]
    has(district, "Máy in")
    assert "Máy in" not in lacking(district)


def test_nothing_is_bought_without_money_and_nobody_decides_what_they_asked(district):
    row = asked(district)
    for role, kind in (("technician", ProposalStepKind.BOUGHT), ("technician", ProposalStepKind.FUNDED)):
        with pytest.raises(NotPossible):
            purchases.step(
                district.people[role], row, kind=kind, words="x", funding_source="Ngân sách", now=district.now
            )
    with pytest.raises(NotPossible):
        purchases.step(
            district.people["commune_chairman"], row, kind=ProposalStepKind.WITHDRAWN, words="x", now=district.now
        )


def test_the_book_of_proposals_has_no_holes(district):
    assert [asked(district).number, asked(district, kinds=("Tủ hồ sơ",)).number] == [1, 2]


def test_many_rooms_cost_no_more_queries_than_one(district):
    rooms = [room_of(district, commune, kind) for commune in "AB" for kind in ("one_stop", "reception_room")]
    sends(district, rooms[0])
    Equipment.objects.all().delete()

    def queries(of):
        with CaptureQueriesContext(connection) as seen:
            needs.needs(standards.standings(of, now=district.now))
        return len(seen)

    queries(rooms)
    assert queries(rooms[:1]) == queries(rooms) <= 12
