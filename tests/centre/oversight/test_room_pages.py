"""The pages of rooms against the norm: walked by those who use them, with their papers, and at a cost that stays."""

import datetime
import io
import json
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from minhbach.centre.oversight import standards
from minhbach.centre.registry.actions import devices, plans
from minhbach.centre.registry.models import (
    Condition,
    HandOver,
    Proposal,
    ProposalStep,
    Rollout,
    RolloutSite,
    RolloutStep,
    Room,
    RoomReview,
)
from minhbach.centre.registry.tables import rows_of
from tests.centre.access.district import SETUP, District
from tests.centre.people import signed_in
from tests.photographs import photograph


@pytest.fixture
def district(db):
    return District()


def room_of(district, commune="A"):
    return Room.objects.get(id=district.rooms[commune, "one_stop"].id)


def of(district, role):
    return signed_in(district.people[role])


def looked_at(district, room):
    """The codes of what a person looks at in the room."""
    law = standards.standing(room, now=district.now).rules
    assert law is not None
    return [code for code, _ in standards.checklist(law, "one_stop")]


def photo(name="anh.jpg"):
    file = io.BytesIO(photograph())
    file.name = name
    return file


def test_a_supervisor_reviews_a_room_with_a_photograph_and_prints_the_sheet(district):
    office, room = of(district, "office_specialist"), room_of(district)
    form = reverse("room_review_new", args=[room.id])
    assert office.get(form).status_code == 200
    said = dict.fromkeys(looked_at(district, room), "met") | {"note": "", "seats": "unmet"}
    refused = office.post(form, said)
    assert refused.status_code == 422
    assert "hãy ghi vì sao" in refused.content.decode()
    made = office.post(form, said | {"seats_note": "Không có ghế", "seats_photo": photo()}, follow=True)
    assert "95,0/100" in made.content.decode()
    row = RoomReview.objects.get()
    line = row.lines.get(code="seats")
    picture = office.get(reverse("room_review_photo", args=[row.id, line.id]))
    assert picture["Content-Type"] == "image/jpeg"
    assert office.get(reverse("room_review_pdf", args=[row.id])).content.startswith(b"%PDF")
    other = row.lines.exclude(code="seats").first()
    assert other is not None
    assert office.get(reverse("room_review_photo", args=[row.id, other.id])).status_code == 404
    assert "95,0/100" in office.get(reverse("room_standards")).content.decode()


def test_a_norm_that_is_not_met_is_excused_for_a_time_and_its_reason_stands_on_the_page(district):
    office, room = of(district, "chief_of_office"), room_of(district)
    Room.objects.filter(id=room.id).update(area_m2=20)
    way = reverse("norm_waive", args=[room.id]) + "?dinh-muc=area"
    assert way.split("?")[1] in office.get(reverse("room_standard", args=[room.id])).content.decode()
    until = district.now.date() + datetime.timedelta(days=30)
    told = {"reason": "Đang xây trụ sở", "decision_number": "9/UBND", "until": until.isoformat()}
    assert "Đang xây trụ sở" in office.post(way, told, follow=True).content.decode()
    assert office.get(reverse("norm_waive", args=[room.id]) + "?dinh-muc=none").status_code == 404


def test_who_runs_a_room_is_told_on_its_page_who_excuses_it(district):
    chairman, room = of(district, "commune_chairman"), room_of(district)
    Room.objects.filter(id=room.id).update(area_m2=20)
    page = chairman.get(reverse("room_standard", args=[room.id])).content.decode()
    assert "Cơ quan giám sát ghi nhận việc miễn" in page
    assert reverse("norm_waive", args=[room.id]) not in page
    until = (district.now.date() + datetime.timedelta(days=30)).isoformat()
    told = {"reason": "Đang xây trụ sở", "decision_number": "9/UBND", "until": until}
    refused = chairman.post(reverse("norm_waive", args=[room.id]) + "?dinh-muc=area", told)
    assert refused.status_code == 422
    assert "cơ quan giám sát ghi nhận" in refused.content.decode()
    said = json.dumps(told | {"code": "area"})
    answer = chairman.post(f"/api/rooms/{room.id}/waivers", said, content_type="application/json")
    assert answer.status_code == 422


def test_what_is_lacking_is_asked_for_decided_on_by_another_and_taken_along(district):
    technician, chairman = of(district, "technician"), of(district, "commune_chairman")
    unit = district.units["A"].id
    listed = technician.get(reverse("needs")).content.decode()
    assert "Máy in" in listed
    assert reverse("proposal_new", args=[unit]) in listed
    form = technician.get(reverse("proposal_new", args=[unit])).context["form"]
    keys = [key for key, _ in form.fields["needs"].choices]
    assert technician.post(reverse("proposal_new", args=[unit]), {"needs": keys[:2], "reason": " "}).status_code == 422
    technician.post(reverse("proposal_new", args=[unit]), {"needs": keys[:2], "reason": "Hỏng từ 2015"})
    row = Proposal.objects.get()
    assert len(row.lines) == 2
    step = reverse("proposal_step", args=[row.id])
    assert technician.post(step, {"kind": "funded", "funding_source": "Ngân sách"}).status_code == 422
    assert "Bố trí kinh phí" in chairman.get(reverse("proposal", args=[row.id])).content.decode()
    chairman.post(step, {"kind": "funded", "funding_source": "Ngân sách xã", "amount_vnd": "7000000"})
    assert ProposalStep.objects.get().amount_vnd == 7_000_000
    assert chairman.get(reverse("proposal_pdf", args=[row.id])).content.startswith(b"%PDF")
    packed = zipfile.ZipFile(io.BytesIO(chairman.get(reverse("proposal_docx", args=[row.id])).content))
    assert "Hỏng từ 2015" in packed.read("word/document.xml").decode()
    technician.cookies["language"] = "en"
    for page in (reverse("needs"), reverse("proposal", args=[row.id])):
        told = technician.get(page).content.decode()
        assert all(escape(line["kind_en"]) in told and escape(line["why_en"]) in told for line in row.lines), page
        assert "Máy in" not in told
        assert "thiếu so với" not in told
    assert "Printer" in technician.get(reverse("needs")).content.decode()
    technician.cookies["language"] = "vi"
    rows = rows_of(technician.get(reverse("needs_xlsx")).content)
    assert rows[0][2] == "Thiết bị"
    assert any("Đã bố trí kinh phí" in row for row in rows)


def test_the_inventory_is_filtered_searched_and_taken_along(district):
    room, technician = room_of(district), of(district, "technician")
    day = district.now.date()
    for name, details in (
        ("Máy tính cũ", {"acquired_on": day.replace(year=day.year - 7, day=1), "funding_source": "Ngân sách huyện"}),
        ("Máy tính mới", {"acquired_on": day, "warranty_until": day + datetime.timedelta(days=30)}),
    ):
        found = devices.EquipmentDetails(kind="Máy tính", name=name, **details)
        devices.add_equipment(SETUP, room=room, details=found, day=day)

    def names(query):
        return [line[0].name for line in technician.get(reverse("inventory") + query).context["lines"]]

    assert names("") == ["Máy tính cũ", "Máy tính mới"]
    assert names("?loc=cu") == names("?q=ngan+sach+HUYEN") == ["Máy tính cũ"]
    assert names("?loc=sap-het") == ["Máy tính mới"]
    assert names("?loc=hong") == names("?q=khong+co") == []
    assert len(rows_of(technician.get(reverse("inventory_xlsx")).content)) == 3
    assert "Máy tính" not in of(district, "inspector").get(reverse("inventory")).content.decode()


def test_a_plan_is_made_its_milestones_recorded_and_a_stranger_sees_none_of_it(district):
    chairman, technician = of(district, "area_chairman"), of(district, "technician")
    day = district.now.date()
    form = reverse("rollout_new", args=[district.units["top"].id])
    told = {
        "title": "Lắp đặt 2 xã", "decision_number": "45/KH", "due_on": (day + datetime.timedelta(days=9)).isoformat(),
        "milestones": f"Lắp xong | {day:%d/%m/%Y}\n\nTập huấn | {day:%d/%m/%Y}",
        "sites": [str(district.units[name].id) for name in "AB"], "pilots": [str(district.units["A"].id)],
    }  # fmt: skip
    assert chairman.post(form, told | {"milestones": "Lắp xong"}).status_code == 422
    page = chairman.post(form, told, follow=True).content.decode()
    assert "làm điểm" in page
    plan = Rollout.objects.get()
    mine = technician.get(reverse("rollout", args=[plan.id])).content.decode()
    assert "Xã A" in mine
    assert "Xã B" not in mine, "the other commune is none of theirs"
    site, foreign = (RolloutSite.objects.get(unit=district.units[name]) for name in "AB")
    for what, on in ((f"{foreign.id}:0", day), (f"{site.id}:7", day), (f"{site.id}:0", "hôm qua"), ("x", day)):
        technician.post(reverse("rollout_step", args=[plan.id]), {"what": what, "on": str(on)})
    assert not RolloutStep.objects.exists()
    technician.post(reverse("rollout_step", args=[plan.id]), {"what": f"{site.id}:0", "on": str(day)})
    assert RolloutStep.objects.get().site == site


def test_a_hand_over_without_acceptance_is_refused_on_the_page(district):
    technician, room = of(district, "technician"), room_of(district)
    day = district.now.date().isoformat()
    told = {"signed_on": day, "live_from": day, "giver": "Công ty A", "receiver": "UBND xã A", "minutes": photo()}
    assert technician.get(reverse("hand_over", args=[room.id])).status_code == 200
    assert technician.post(reverse("hand_over", args=[room.id]), told).status_code == 422
    assert not HandOver.objects.exists()


def test_the_api_does_what_the_pages_do(district):
    technician, office = of(district, "technician"), of(district, "office_specialist")
    room, unit = room_of(district), district.units["A"].id
    norms = technician.get(f"/api/rooms/{room.id}/standard").json()["norms"]
    assert {"code", "asked", "found", "met"} <= norms[0].keys()
    answers = {code: {"verdict": "met"} for code in looked_at(district, room)}

    def post(client, path, body):
        return client.post(path, json.dumps(body), content_type="application/json")

    assert post(office, f"/api/rooms/{room.id}/reviews", {"answers": answers}).status_code == 201
    assert post(office, f"/api/rooms/{room.id}/reviews", {"answers": {}}).json()["field"]
    need = technician.get("/api/needs").json()[0]
    made = post(technician, f"/api/units/{unit}/proposals", {"needs": [need["key"]], "reason": "thiếu"}).json()
    steps = f"/api/proposals/{made['id']}/steps"
    assert post(technician, steps, {"kind": "bought", "words": "x"}).status_code == 422
    assert post(of(district, "commune_chairman"), steps, {"kind": "no_money", "words": "chưa có"}).status_code == 201
    assert technician.get(f"/api/proposals/{made['id']}").json()["state"]["vi"] == "Chưa có kinh phí"
    day = district.now.date().isoformat()
    plan = {
        "title": "Kế hoạch", "decision_number": "1/KH", "due_on": day, "milestones": [{"words": "Lắp", "due": day}],
        "sites": [str(unit)],
    }  # fmt: skip
    top = district.units["top"].id
    assert post(of(district, "area_chairman"), f"/api/units/{top}/rollouts", plan).status_code == 201
    [told] = technician.get("/api/rollouts").json()
    site = told["sites"][0]["id"]
    assert post(technician, f"/api/rollout-sites/{site}/steps", {"milestone": 0, "on": day}).status_code == 201
    assert technician.get("/api/rollouts").json()[0]["sites"][0]["reached"] == [day]


@pytest.mark.parametrize("route", ["room_standards", "needs", "inventory", "rollouts"])
def test_a_page_costs_few_queries_however_many_rooms_there_are(district, route):
    chairman = of(district, "area_chairman")
    plans.plan(
        SETUP, unit=district.units["top"].id, title="x", decision_number="1", due_on=district.now.date(),
        milestones=[plans.Milestone("x", district.now.date())],
        sites={district.units["A"].id, district.units["B"].id}, pilots=(), now=district.now,
    )  # fmt: skip
    chairman.get(reverse(route))

    def asked():
        with CaptureQueriesContext(connection) as seen:
            assert chairman.get(reverse(route)).status_code == 200
        return len(seen)

    room = room_of(district)
    counts = []
    for number in range(30):
        details = devices.EquipmentDetails(kind=f"Loại {number}", name=f"Thiết bị {number}")
        piece = devices.add_equipment(SETUP, room=room, details=details, day=district.now.date())
        devices.set_condition(SETUP, equipment=piece, condition=Condition.BROKEN, day=district.now.date())
        counts += [asked()] if number in (0, 29) else []
    assert counts[0] == counts[1] <= 32
