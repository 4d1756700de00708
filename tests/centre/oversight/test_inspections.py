"""Inspections open rooms to a team and close by themselves; visits have a checklist, minutes and two signatures."""

import base64
import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from PIL import Image

from minhbach.centre.access.deciding import decide
from minhbach.centre.access.may import May
from minhbach.centre.access.models import Grant
from minhbach.centre.access.places import place_of_room
from minhbach.centre.front.waiting import waiting
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.oversight import visiting
from minhbach.centre.oversight.actions import inspections, visits
from minhbach.centre.oversight.actions.visits import Found
from minhbach.centre.oversight.models import EmptyWeek, Inspection, InspectionKind, Seen, Visit, VisitAnswer, VisitStep
from minhbach.centre.oversight.views import inspections as pages
from minhbach.centre.registry.fields import Boxes
from minhbach.centre.registry.reading import VIETNAM, day_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.models import CalendarDay
from minhbach.centre.regulation.reading import in_force
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import shipped
from tests.centre.access.district import District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def district(settings, tmp_path):
    settings.MINHBACH_DATA = tmp_path
    return District()


def opened(district, by="area_chairman", rooms=("A", "B"), room_type="one_stop", **more):
    member = district.people["inspection_member"].person_id
    said = {
        "kind": InspectionKind.SURPRISE, "subject": "Giờ giấc", "decision_number": "31/QĐ-TTr", "team": [member],
        "leader": member, "begin": district.now, "end": district.now + 5 * DAY,
        "rooms": [district.rooms[name, room_type].id for name in rooms],
    }  # fmt: skip
    return inspections.open_inspection(
        district.people[by], ordered=inspections.Ordered(**{**said, **more}), now=district.now
    )


def sees(district, at, commune="A", room_type="one_stop", right=Right.PLAYBACK):
    place = place_of_room(district.rooms[commune, room_type].id, at)
    return decide(district.people["inspection_member"], right, place, now=at).allowed


def planned(district, by="office_specialist", **more):
    said = {"room": district.rooms["A", "one_stop"].id, "visitor": district.people[by].person_id}
    return visits.plan_visit(district.people[by], **{**said, "day": day_of(district.now), "now": district.now, **more})


def items(district, visit):
    return [code for code, _ in visiting.checklist(rules(district), visit.room)]


def rules(district):
    return in_force(district.units["A"].id, day_of(district.now))


def held(district, by="office_specialist", **wrong):
    visit = planned(district, by)
    found = {code: Found(Seen.GOOD) for code in items(district, visit)} | wrong
    return visits.write_visit(district.people[by], visit.id, found=found, photos=[photograph()], now=district.now)


def photograph():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return out.getvalue()


def test_a_team_sees_the_named_rooms_from_the_beginning_to_the_end_and_nothing_else(district):
    assert not sees(district, district.now)
    opened(district, rooms=("A",), begin=district.now + DAY, end=district.now + 3 * DAY)
    assert [sees(district, district.now + n * DAY) for n in (0, 1, 2, 3)] == [False, True, True, False]
    at = district.now + 2 * DAY
    assert not sees(district, at, "B")
    assert not sees(district, at, "A", "reception_room")
    assert not sees(district, at, right=Right.EXTRACT)
    told = Delivery.objects.filter(address=district.people["inspection_member"].person_id)
    assert told.filter(notice__kind="grant").count() == 1


def test_ended_early_it_shows_nothing_more_and_ends_once(district):
    made, chairman = opened(district), district.people["area_chairman"]
    assert sees(district, district.now + DAY)
    inspections.close_inspection(chairman, made.id, now=district.now + DAY)
    assert not sees(district, district.now + DAY)
    for again in (district.now + DAY, district.now + 9 * DAY):
        with pytest.raises(NotPossible):
            inspections.close_inspection(chairman, made.id, now=again)
    with pytest.raises(DatabaseError), transaction.atomic():
        Inspection.objects.update(closed_at=None, closed_by=None)


@pytest.mark.parametrize(
    ("by", "more"),
    [
        ("chief_inspector", {}),  # grants in reception rooms only
        ("office_specialist", {}),  # grants nowhere
        ("area_chairman", {"team": [], "leader": None}),
        ("area_chairman", {"rooms": ()}),
        ("area_chairman", {"subject": " "}),
        ("area_chairman", {"decision_number": ""}),
    ],
)
def test_only_who_may_grant_in_every_room_opens_it_and_leaves_nothing_out(district, by, more):
    with pytest.raises(NotPossible):
        opened(district, by, **more)
    assert not Inspection.objects.exists()
    assert not Grant.objects.exists()


def test_nobody_opens_one_to_themselves_or_for_longer_than_the_regulation_lets(district):
    oneself = district.people["area_chairman"].person_id
    for more in (
        {"team": [oneself], "leader": oneself},
        {"end": district.now + 22 * DAY},
        # Within all days that the regulation lets, and beyond its ten working days.
        {"end": district.now + 17 * DAY},
        {"end": district.now - DAY, "begin": district.now - 2 * DAY},
    ):
        with pytest.raises(NotPossible):
            opened(district, **more)
    assert opened(district, end=district.now + 12 * DAY).number == 1


def test_a_visit_is_planned_by_the_body_that_supervises_the_room(district):
    made = planned(district)
    assert made.body == district.units["office"]
    for by, more in (
        ("office_specialist", {}),
        ("inspector", {}),
        ("commune_chairman", {}),
        ("office_specialist", {"day": day_of(district.now) - DAY}),
        ("office_specialist", {"day": day_of(district.now) + 91 * DAY}),
        ("office_specialist", {"visitor": district.people["inspector"].person_id}),
    ):
        with pytest.raises(NotPossible):
            planned(district, by, **more)
    assert planned(district, "inspector", room=district.rooms["A", "reception_room"].id).body.id


def test_a_visit_answers_every_item_of_the_regulation_and_says_what_is_wrong(district):
    visit = planned(district)
    codes = items(district, visit)
    good = {code: Found(Seen.GOOD) for code in codes}
    writer = district.people["office_specialist"]
    for found in ({}, {**good, codes[0]: Found(Seen.BAD)}, {code: good[code] for code in codes[1:]}):
        with pytest.raises(NotPossible), transaction.atomic():
            visits.write_visit(writer, visit.id, found=found, photos=[photograph()], now=district.now)
    with pytest.raises(NotPossible):
        visits.write_visit(
            district.people["chief_of_office"], visit.id, found=good, photos=[photograph()], now=district.now
        )
    found = {**good, codes[0]: Found(Seen.BAD, "Quầy 2 vắng người lúc 08:10")}
    visits.write_visit(writer, visit.id, found=found, words="Chấn chỉnh ngay", photos=[photograph()], now=district.now)
    assert [each.code for each in VisitAnswer.objects.all()] == codes
    assert visit.photos.get().paper.media_type == "image/jpeg"
    told = set(Delivery.objects.filter(notice__kind="visit").values_list("address", flat=True))
    assert district.people["commune_chairman"].person_id in told
    assert writer.person_id not in told
    with pytest.raises(NotPossible):
        visits.write_visit(writer, visit.id, found=found, photos=[photograph()], now=district.now)


def test_a_visit_on_which_nothing_was_looked_at_or_photographed_is_none(district):
    visit, writer = planned(district), district.people["office_specialist"]
    codes = items(district, visit)
    unseen = {code: Found(Seen.NOT_SEEN) for code in codes}
    one = {**unseen, codes[0]: Found(Seen.GOOD)}
    with pytest.raises(NotPossible, match="one item at least") as refused:
        visits.write_visit(writer, visit.id, found=unseen, photos=[photograph()], now=district.now)
    assert refused.value.field == codes[0]
    with pytest.raises(NotPossible, match="photograph") as refused:
        visits.write_visit(writer, visit.id, found=one, now=district.now)
    assert refused.value.field == "photos"
    page = signed_in(writer).post(reverse("visit_result", args=[visit.id]), dict.fromkeys(codes, "good"))
    assert (page.status_code, "photos" in page.context["form"].errors) == (422, True)
    assert not visit.steps.exists()
    visits.write_visit(writer, visit.id, found=one, photos=[photograph()], now=district.now)


def test_what_is_looked_at_is_data(district):
    content = shipped("MO_HINH_2_CAP_2025")
    content["visit_items"] = {"flag": {"vi": "Treo Quốc kỳ", "en": "The flag"}}
    regulation.issue(
        unit=district.units["A"].id, content=content, valid_from=day_of(district.now), decision_number="2/QĐ",
        now=district.now,
    )  # fmt: skip
    visit = planned(district)
    visits.write_visit(
        district.people["office_specialist"], visit.id, found={"flag": Found(Seen.GOOD)}, photos=[photograph()],
        now=district.now,
    )  # fmt: skip
    assert VisitAnswer.objects.get().vi == "Treo Quốc kỳ"


def test_the_unit_signs_or_objects_and_the_visitor_signs_nothing_for_it(district):
    visit = held(district)
    with pytest.raises(NotPossible):
        visits.answer_visit(district.people["office_specialist"], visit.id, agreed=True, now=district.now)
    chairman = district.people["commune_chairman"]
    with pytest.raises(NotPossible):
        visits.answer_visit(chairman, visit.id, agreed=False, now=district.now)
    visits.answer_visit(chairman, visit.id, agreed=False, words="Cán bộ đi họp có giấy mời", now=district.now)
    with pytest.raises(NotPossible):
        visits.answer_visit(chairman, visit.id, agreed=True, now=district.now)
    [line] = visiting.lines_of(Visit.objects.all(), now=district.now)
    assert line.state == visiting.OBJECTED
    for change in (VisitStep.objects.all().delete, lambda: VisitAnswer.objects.update(note="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def week_of(district):
    office = district.units["office"].id
    [week] = visiting.weeks_of([office], visiting.monday_of(day_of(district.now)), {office: 1})
    return week


@pytest.mark.parametrize(("withdrawn", "counted"), [(False, 1), (True, 0)])
def test_what_the_unit_objects_to_counts_once_it_is_answered(district, withdrawn, counted):
    visit, office, chairman = held(district), district.people["office_specialist"], district.people["commune_chairman"]
    assert week_of(district).held == 1
    with pytest.raises(NotPossible):
        visits.reply_visit(office, visit.id, withdrawn=withdrawn, words="Chưa có ý kiến", now=district.now)
    visits.answer_visit(chairman, visit.id, agreed=False, words="Cán bộ đi họp có giấy mời", now=district.now)
    told = Delivery.objects.filter(notice__kind="visit", notice__vi__contains="ý kiến khác")
    assert [row.address for row in told] == [office.person_id]
    assert (week_of(district).held, week_of(district).short) == (0, True)
    for who, words in ((chairman, "Tôi trả lời"), (office, " ")):
        with pytest.raises(NotPossible):
            visits.reply_visit(who, visit.id, withdrawn=withdrawn, words=words, now=district.now)
    visits.reply_visit(office, visit.id, withdrawn=withdrawn, words="Đã đối chiếu giấy mời", now=district.now)
    assert week_of(district).held == counted
    [line] = visiting.lines_of(Visit.objects.all(), now=district.now)
    assert line.state is (visiting.WITHDRAWN if withdrawn else visiting.ANSWERED)
    with pytest.raises(NotPossible):
        visits.reply_visit(office, visit.id, withdrawn=not withdrawn, words="Lần nữa", now=district.now)


def test_the_body_answers_an_objection_on_the_page_of_the_visit_and_by_the_api(district):
    visit, browser = held(district), signed_in(district.people["office_specialist"])
    chairman, page = district.people["commune_chairman"], reverse("visit", args=[visit.id])
    way = reverse("visit_reply", args=[visit.id])
    assert way not in browser.get(page).content.decode()
    visits.answer_visit(chairman, visit.id, agreed=False, words="Có giấy mời", now=district.now)
    assert way in browser.get(page).content.decode()
    assert way not in signed_in(chairman).get(page).content.decode()
    said = {"words": "Đã đối chiếu", "withdrawn": "0"}
    assert "Đã đối chiếu" in browser.post(way, said, follow=True).content.decode()
    assert browser.get(reverse("visit_minutes", args=[visit.id])).content.startswith(b"%PDF")
    again = browser.post(f"/api/visits/{visit.id}/reply", {"words": "Nữa"}, content_type="application/json")
    assert again.status_code == 409
    assert [step.kind for step in visit.steps.all()] == ["held", "objected", "answered"]


def test_a_visit_that_is_still_to_come_says_what_it_will_look_at_and_from_when(district):
    row = planned(district, day=day_of(district.now) + DAY)
    page = signed_in(district.people["office_specialist"]).get(reverse("visit", args=[row.id]))
    assert page.context["ahead"]
    html = page.content.decode()
    assert all(words.vi in html for words in page.context["ahead"])
    assert f"từ ngày {row.day:%d/%m/%Y}" in html
    today = planned(district)
    assert signed_in(district.people["office_specialist"]).get(reverse("visit", args=[today.id])).context["ahead"] == []


def test_a_cancelled_visit_is_not_held_and_counts_for_no_week(district):
    visit = planned(district)
    with pytest.raises(NotPossible):
        visits.cancel_visit(district.people["commune_chairman"], visit.id, words="bận", now=district.now)
    visits.cancel_visit(district.people["office_specialist"], visit.id, words="Bão", now=district.now)
    monday = visiting.monday_of(day_of(district.now))
    [week] = visiting.weeks_of([district.units["office"].id], monday, {district.units["office"].id: 1})
    assert (week.held, week.planned, week.short) == (0, 0, True)


def test_a_week_without_a_visit_is_found_once_it_is_over_and_told_once(district):
    at = datetime.datetime(2026, 11, 23, 8, tzinfo=VIETNAM)
    visit = planned(district, day=datetime.date(2026, 11, 18), now=at - 6 * DAY)
    found = {code: Found(Seen.GOOD) for code in items(district, visit)}
    visits.write_visit(
        district.people["office_specialist"], visit.id, found=found, photos=[photograph()], now=at - 5 * DAY
    )
    assert visits.Weeks().beat(now=at - datetime.timedelta(hours=3)) == 0
    assert visits.Weeks().beat(now=at) == 1
    row = EmptyWeek.objects.get()
    assert (row.body, row.monday) == (district.units["inspectorate"], datetime.date(2026, 11, 16))
    told = set(Delivery.objects.filter(notice__kind="empty_week").values_list("address", flat=True))
    assert district.people["chief_inspector"].person_id in told
    assert district.people["chief_of_office"].person_id not in told
    assert visits.Weeks().beat(now=at + datetime.timedelta(hours=1)) == 0


def test_a_visit_written_down_after_its_week_was_found_short_takes_it_off_the_list(district):
    monday_at_seven = datetime.datetime(2026, 11, 23, 7, tzinfo=VIETNAM)
    visit = planned(district, day=datetime.date(2026, 11, 20), now=monday_at_seven - 5 * DAY)
    visits.find_empty_weeks(now=monday_at_seven)
    weeks = EmptyWeek.objects.filter(body=district.units["office"])
    assert [row.made for row in visiting.lacking(weeks)] == [0]
    head = signed_in(district.people["area_chairman"])
    assert "office 1, tuần từ 16/11/2026: 0/1 chuyến" in head.get(reverse("inspections")).content.decode()
    found = {code: Found(Seen.GOOD) for code in items(district, visit)}
    an_hour_later = monday_at_seven + datetime.timedelta(hours=1)
    visits.write_visit(
        district.people["office_specialist"], visit.id, found=found, photos=[photograph()], now=an_hour_later
    )
    assert not visiting.lacking(weeks).exists()
    assert "office 1, tuần từ" not in head.get(reverse("inspections")).content.decode()
    objecting = district.people["commune_chairman"]
    visits.answer_visit(objecting, visit.id, agreed=False, words="Không ai đến", now=an_hour_later)
    assert visiting.lacking(weeks).exists()


def test_a_week_without_a_visit_is_told_to_who_directs_the_body_from_above_and_stands_on_their_page(district):
    visits.find_empty_weeks(now=datetime.datetime(2026, 11, 23, 8, tzinfo=VIETNAM))
    chairman = district.people["area_chairman"]
    told = Delivery.objects.filter(address=chairman.person_id, notice__kind="empty_week")
    bodies = sorted(row.notice.vi.split(",")[0] for row in told.select_related("notice"))
    assert bodies == ["inspectorate 1", "office 1"]
    neighbours = Delivery.objects.filter(
        address=district.people["chief_of_office"].person_id, notice__kind="empty_week"
    )
    assert neighbours.count() == 1  # of their own body alone
    page = signed_in(chairman).get(reverse("inspections")).content.decode()
    assert all(f"{body}, tuần từ 16/11/2026: 0/1 chuyến" in page for body in bodies)
    page = signed_in(district.people["chief_of_office"]).get(reverse("inspections")).content.decode()
    assert ("office 1, tuần từ" in page, "inspectorate 1, tuần từ" in page) == (True, False)


def test_no_week_without_a_visit_falls_off_the_end_of_the_list(district):
    first = datetime.date(2025, 1, 6)
    for number in range(60):
        EmptyWeek.objects.create(
            body=district.units["office"], monday=first + 7 * number * DAY, held=0, wanted=1, found_at=district.now
        )
    head = signed_in(district.people["area_chairman"])
    newest = head.get(reverse("inspections")).content.decode()
    assert (newest.count("0/1 chuyến"), "tuần từ 06/01/2025" in newest) == (50, False)
    rest = head.get(f"{reverse('inspections')}?tuan=50").content.decode()
    assert (rest.count("0/1 chuyến"), "tuần từ 06/01/2025" in rest) == (10, True)


def test_weeks_that_went_by_while_the_centre_stood_still_are_found_as_far_back_as_visits_are_known(district):
    at = datetime.datetime(2026, 11, 23, 8, tzinfo=VIETNAM)
    planned(district, day=datetime.date(2026, 11, 11), now=at - 12 * DAY)
    found = visits.find_empty_weeks(now=at)
    bodies = {district.units[name].id for name in ("office", "inspectorate")}
    mondays = {datetime.date(2026, 11, 9), datetime.date(2026, 11, 16)}
    assert {(row.body_id, row.monday) for row in found} == {(body, monday) for body in bodies for monday in mondays}
    assert visits.find_empty_weeks(now=at) == []
    later = visits.find_empty_weeks(now=at + 70 * DAY)
    assert len(later) == 2 * visits.WEEKS_BACK
    assert min(row.monday for row in later) == datetime.date(2027, 1, 4)


def test_a_week_in_which_the_office_is_closed_owes_no_visit(district):
    for number in range(5):
        CalendarDay.objects.create(
            unit=district.units["top"], day=datetime.date(2026, 11, 16 + number), kind="holiday", name="Tết",
            added_at=district.now,
        )  # fmt: skip
    assert visits.find_empty_weeks(now=datetime.datetime(2026, 11, 23, 8, tzinfo=VIETNAM)) == []


def test_a_chairman_opens_one_and_a_specialist_goes_round_with_the_pages(district):
    chairman, member = signed_in(district.people["area_chairman"]), district.people["inspection_member"]
    today = datetime.datetime.now(VIETNAM).date()
    form = {
        "kind": "surprise", "subject": "Niêm yết", "decision_number": "31/QĐ", "team": [str(member.person_id)],
        "leader": str(member.person_id), "rooms": [str(district.rooms["A", "one_stop"].id)], "begin": f"{today}",
        "end": f"{today + 4 * DAY}",
    }  # fmt: skip
    assert chairman.post(reverse("inspection_new"), {**form, "rooms": []}).status_code == 422
    page = chairman.post(reverse("inspection_new"), form, follow=True).content.decode()
    assert "Kết thúc sớm" in page
    made = Inspection.objects.get()
    assert signed_in(member).get(reverse("inspection", args=[made.id])).status_code == 200
    browser, room = signed_in(district.people["office_specialist"]), district.rooms["A", "one_stop"]
    plan = {
        "visitor": str(district.people["office_specialist"].person_id),
        "day": f"{today}",
        "inspection": str(made.id),
    }
    assert "Ghi kết quả" in browser.post(reverse("visit_new", args=[room.id]), plan, follow=True).content.decode()
    visit = Visit.objects.get()
    said = dict.fromkeys(items(district, visit), "good")
    first = next(iter(said))
    address = reverse("visit_result", args=[visit.id])
    assert browser.post(address, {**said, first: "bad"}).status_code == 422
    photo = SimpleUploadedFile("a.jpg", photograph(), "image/jpeg")
    answer = browser.post(
        address, {**said, first: "bad", f"{first}_note": "Vắng Quầy 2", "photos": [photo]}, follow=True
    )
    assert "Vắng Quầy 2" in answer.content.decode()
    picture = visit.photos.get()
    assert browser.get(reverse("visit_photo", args=[visit.id, picture.id])).content.startswith(b"\xff\xd8")
    commune = signed_in(district.people["commune_chairman"])
    page = commune.post(reverse("visit_sign", args=[visit.id]), {"agreed": "1"}, follow=True).content.decode()
    assert "Đơn vị ký xác nhận" in page
    assert commune.get(reverse("visit_minutes", args=[visit.id])).content.startswith(b"%PDF")
    assert "Vắng" not in browser.get(reverse("inspections")).content.decode()
    chairman.post(reverse("inspection_close", args=[made.id]))
    made.refresh_from_db()
    assert made.closed_at
    assert not decide(member, Right.PLAYBACK, place_of_room(room.id, made.closed_at), now=made.closed_at).allowed
    assert signed_in(member).get(reverse("room", args=[room.id])).status_code == 403
    assert signed_in(member).get(reverse("inspection", args=[made.id])).status_code == 200  # what they were part of


def test_who_is_to_be_visited_learns_of_it_only_when_it_was_made(district):
    made = opened(district, rooms=("A",), begin=district.now + DAY)
    visit, browser = planned(district), signed_in(district.people["commune_chairman"])
    for address in (
        reverse("visit", args=[visit.id]),
        reverse("inspection", args=[made.id]),
        f"/api/visits/{visit.id}",
    ):
        assert browser.get(address).status_code == 404, address
    page = browser.get(reverse("inspections")).content.decode()
    assert str(visit.id) not in page
    assert str(made.id) not in page
    found = {code: Found(Seen.GOOD) for code in items(district, visit)}
    visits.write_visit(
        district.people["office_specialist"], visit.id, found=found, photos=[photograph()], now=district.now
    )
    assert browser.get(reverse("visit", args=[visit.id])).status_code == 200
    assert signed_in(district.people["office_specialist"]).get("/kiem-tra").status_code == 200


def test_an_inspection_that_reaches_beyond_a_supervisor_s_rooms_is_listed_without_a_way_in(district):
    rooms = [district.rooms["A", kind].id for kind in ("one_stop", "reception_room")]
    row = inspections.open_inspection(
        district.people["area_chairman"],
        ordered=inspections.Ordered(
            kind=InspectionKind.SURPRISE, subject="Cả hai phòng", decision_number="32/QĐ-TTr",
            team=[district.people["inspection_member"].person_id],
            leader=district.people["inspection_member"].person_id,
            begin=district.now, end=district.now + DAY, rooms=rooms,
        ),
        now=district.now,
    )  # fmt: skip
    for role, opens in (("area_chairman", True), ("inspector", False)):
        browser, address = signed_in(district.people[role]), reverse("inspection", args=[row.id])
        page = browser.get(reverse("inspections")).content.decode()
        assert str(row) in page, role
        assert (f'href="{address}"' in page) is opens, role
        assert (browser.get(address).status_code == 200) is opens, role


def test_strangers_read_no_visit(district):
    visit = held(district)
    for role in ("inspector", "technician", "one_stop_officer", "viewing_auditor"):
        assert signed_in(district.people[role]).get(reverse("visit", args=[visit.id])).status_code == 403, role


def test_the_api_opens_plans_writes_and_signs_as_the_pages_do(district):
    now = datetime.datetime.now(VIETNAM)
    member = str(district.people["inspection_member"].person_id)
    room, office = district.rooms["A", "one_stop"].id, district.people["office_specialist"]

    def post(role, path, body):
        browser = signed_in(district.people[role])
        answer = browser.post(f"/api/{path}", body, content_type="application/json")
        return answer.status_code, answer.json()

    new = {
        "kind": "surprise", "subject": "Giờ giấc", "decision_number": "31/QĐ", "rooms": [str(room)], "team": [member],
        "leader": member, "begin": now.isoformat(), "end": (now + 3 * DAY).isoformat(),
    }  # fmt: skip
    assert post("area_chairman", "inspections", {**new, "end": now.isoformat()})[0] == 409
    status, made = post("area_chairman", "inspections", new)
    assert (status, made["open"], made["team"]) == (200, True, [member])
    plan = {"visitor": str(office.person_id), "day": f"{now.date()}", "inspection": made["id"]}
    status, visit = post("office_specialist", f"rooms/{room}/visits", plan)
    assert (status, visit["steps"]) == (200, [])
    codes = items(district, Visit.objects.get())
    found = {code: {"seen": "good"} for code in codes}
    assert post("office_specialist", f"visits/{visit['id']}/result", {"items": {}})[0] == 409
    result = f"visits/{visit['id']}/result"
    assert post("office_specialist", result, {"items": found})[0] == 409
    assert post("office_specialist", result, {"items": found, "photos": ["không phải ảnh"]})[0] == 409
    shown = {"items": found, "photos": [base64.b64encode(photograph()).decode()]}
    assert len(post("office_specialist", result, shown)[1]["items"]) == len(codes)
    assert post("commune_chairman", f"visits/{visit['id']}/signature", {"agreed": True})[1]["steps"] == [
        "held",
        "signed",
    ]
    assert not post("area_chairman", f"inspections/{made['id']}/close", {})[1]["open"]


def test_rooms_stand_under_their_units_and_of_a_whole_province_only_what_is_looked_for(district, monkeypatch):
    browser = signed_in(district.people["office_specialist"])
    address, plan = reverse("inspections"), reverse("visit_new", args=[district.rooms["B", "one_stop"].id])
    assert plan in browser.get(address).content.decode()
    found = browser.get(address, {"noi": "xa b"}).content.decode()
    other = reverse("visit_new", args=[district.rooms["A", "one_stop"].id])
    assert (plan in found, other in found) == (True, False)
    assert "Không có đơn vị, phòng nào như vậy" in browser.get(address, {"noi": "nơi khác"}).content.decode()
    monkeypatch.setattr(pages, "MOST_UNITS", 1)
    page = browser.get(address).content.decode()
    assert (plan in page, other in page, "Có 2 đơn vị" in page) == (False, False, True)
    assert plan in browser.get(address, {"noi": "Xã B"}).content.decode()


def test_boxes_of_an_inspection_stand_under_units_which_are_shut_but_for_what_is_ticked(district, monkeypatch):
    chairman, member = signed_in(district.people["area_chairman"]), district.people["inspection_member"]
    page = chairman.get(reverse("inspection_new")).content.decode()
    assert all(f"<summary>{name} <" in page for name in ("Xã A", "Xã B", "inspectorate 1"))
    monkeypatch.setattr(Boxes, "FEW", 0)
    room = str(district.rooms["A", "one_stop"].id)
    ticked = {"rooms": [room], "team": [str(member.person_id)], "leader": str(member.person_id)}
    answer = chairman.post(reverse("inspection_new"), ticked)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert ("<details open><summary>Xã A <" in shown, "<details><summary>Xã B <" in shown) == (True, True)


def test_a_visit_waits_for_who_makes_it_and_its_minutes_for_the_unit_that_signs(district):
    def work(role):
        person = district.people[role]
        found = waiting(person, May(person, district.now), now=district.now)
        return [(str(task.verb), task.kind) for task in found if "/kiem-tra/" in task.url]

    visit = planned(district)
    assert (work("office_specialist"), work("commune_chairman")) == ([("Đi kiểm tra", "soon")], [])
    late = planned(district, day=day_of(district.now) - 2 * DAY, now=district.now - 3 * DAY)
    assert work("office_specialist") == [("Đi kiểm tra", "late"), ("Đi kiểm tra", "soon")]
    visits.cancel_visit(district.people["office_specialist"], late.id, words="Bão", now=district.now)
    found = {code: Found(Seen.GOOD) for code in items(district, visit)}
    visits.write_visit(
        district.people["office_specialist"], visit.id, found=found, photos=[photograph()], now=district.now
    )
    assert (work("office_specialist"), work("commune_chairman")) == ([], [("Ký", "soon")])
    visits.answer_visit(district.people["commune_chairman"], visit.id, agreed=True, now=district.now)
    assert work("commune_chairman") == []
