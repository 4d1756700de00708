"""The desk, the month and a draw as people see them: no more than they may; a room is assessed only by assessing."""

import io
import json

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from minhbach.centre.access.models import AuditRow
from minhbach.centre.fabric import keys
from minhbach.centre.oversight import assessed as covered
from minhbach.centre.oversight import monthly
from minhbach.centre.oversight.models import Assessment, Clip, Draw
from tests.centre.oversight.drawn import NOW, answers, assessed, draw, founded, recorded, watched
from tests.centre.people import signed_in


@pytest.fixture
def district(db, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    made = founded()
    recorded(made)
    draw(made)
    return made


@pytest.fixture
def clip(district):
    return Clip.objects.select_related("draw", "room").get()


def as_(district, role):
    return signed_in(district.people[role])


def post(browser, address, said):
    return browser.post(address, json.dumps(said), content_type="application/json")


def test_the_desk_works_by_its_api_from_taking_to_taking_back(district, clip):
    browser = as_(district, "office_specialist")
    given = post(browser, "/api/assessments/next", {}).json()
    assert given["id"] == str(clip.id)
    assert given["purpose"]
    assert [item["code"] for item in given["form"]][:2] == ["on_time", "dress"]
    assert given["form"][0]["situation"] == "late_or_absent"
    assert given["why"][0]["vi"].startswith("Chọn ngẫu nhiên: thứ")
    viewing = watched(district.people["office_specialist"], clip)
    said = {"answers": answers(clip, on_time="bad"), "comment": "Vắng 2 phút", "viewing": str(viewing.id)}
    made = post(browser, f"/api/assessments/clips/{clip.id}/answers", said)
    assert made.status_code == 200
    assert post(browser, f"/api/assessments/clips/{clip.id}/answers", said).status_code == 409
    assert post(browser, "/api/assessments/next", {}).status_code == 404
    back = browser.delete(f"/api/assessments/{made.json()['id']}")
    assert back.json()["id"] == str(clip.id)
    assert Assessment.objects.get().withdrawn_at
    left = post(browser, f"/api/assessments/clips/{clip.id}/leaving", {"words": "Ảnh quá tối"})
    assert left.json() == {"replaced": True}
    found = {"begin": clip.begin_us, "end": clip.end_us, "situation": "attitude"}
    assert post(browser, f"/api/assessments/clips/{clip.id}/findings", found).json()["number"] == "001/2026"
    acts = set(AuditRow.objects.values_list("act", flat=True))
    assert {"assessed", "assessment_taken_back", "clip_left", "finding_made"} <= acts


def test_an_answer_to_half_a_form_is_refused_in_words(district, clip):
    browser = as_(district, "office_specialist")
    said = {"answers": {"manner": "good"}, "viewing": str(watched(district.people["office_specialist"], clip).id)}
    refused = post(browser, f"/api/assessments/clips/{clip.id}/answers", said)
    assert (refused.status_code, refused.json()["vi"]) == (409, "Hãy trả lời đủ các mục của phiếu.")


def test_a_room_is_assessed_by_assessing_and_by_nothing_else(district, clip):
    room, month = clip.room_id, clip.draw.month
    before = covered.months_of([room], month)[room]
    assert (before.is_assessed, before.waiting, before.covered.people) == (False, 1, 0)
    assert before.machine_percent == 100
    assessed(district.people["office_specialist"], clip, manner="bad")
    after = covered.months_of([room], month)[room]
    assert (after.is_assessed, after.waiting, after.covered.people, after.not_met) == (True, 0, 1, 1)
    assert after.people_s == 120
    assert covered.assessed(room, month) == after.covered
    begin = NOW.replace(hour=0)
    assert covered.assessed_between(begin, NOW.replace(hour=23))[room].people == 1
    assert covered.assessed_between(begin.replace(day=1), NOW)[room].office_s == clip.draw.open_s
    assert covered.assessed_between(NOW.replace(hour=10), NOW.replace(hour=11)) == {}


def test_the_month_shows_people_and_machines_apart_to_who_may_read_figures(district, clip):
    page = as_(district, "office_specialist").get(reverse("assessments")).content.decode()
    assert "0 trong 2 phòng đã đánh giá" in page
    assert reverse("draw", args=[clip.draw_id]) in page
    assert "Bàn đánh giá" in page
    assessed(district.people["office_specialist"], clip)
    page = as_(district, "commune_chairman").get(reverse("assessments")).content.decode()
    assert "1 trong 2 phòng đã đánh giá" in page
    assert reverse("assess") not in page
    assert as_(district, "commune_chairman").get(reverse("assess")).status_code == 403
    inspector = as_(district, "inspector").get(reverse("assessments")).content.decode()
    assert reverse("draw", args=[clip.draw_id]) not in inspector


def test_a_draw_shows_its_seed_and_says_whether_it_follows(district, clip):
    browser = as_(district, "office_specialist")
    page = browser.get(reverse("draw", args=[clip.draw_id])).content.decode()
    row = Draw.objects.get()
    for said in (row.seed, row.frame_digest, row.origin, "Đúng như đã lưu"):
        assert said in page
    told = browser.get(f"/api/assessments/draws/{row.id}").json()
    assert told["same"]
    assert told["frame"]["open"] == row.frame["open"]
    row.seed = "1" * 64
    assert not monthly.is_same(row, [clip])
    row.refresh_from_db()
    moved = Clip(position=0, begin_us=clip.begin_us + 1, end_us=clip.end_us + 1)
    assert not monthly.is_same(row, [moved])
    row.frame = row.frame | {"signs": [["rating", clip.begin_us, 80, ""]]}
    assert not monthly.is_same(row, [clip])


def test_comments_are_read_by_who_assesses_and_by_nobody_else(district, clip):
    assessed(district.people["office_specialist"], clip, comment="Cán bộ nghe điện thoại")
    address = reverse("draw", args=[clip.draw_id])
    assert "nghe điện thoại" in as_(district, "chief_of_office").get(address).content.decode()
    assert "nghe điện thoại" not in as_(district, "commune_chairman").get(address).content.decode()
    assert as_(district, "inspector").get(address).status_code == 403


def test_the_month_is_printed_and_calculated_with(district, clip):
    assessed(district.people["office_specialist"], clip)
    browser = as_(district, "office_specialist")
    paper = browser.get(reverse("assessments_pdf", args=["2026-10"]))
    assert paper.content.startswith(b"%PDF")
    table = browser.get(reverse("assessments_xlsx", args=["2026-10"]))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(table.content)).get_sheet_by_index(0).to_python()
    found = next(row for row in rows if row[1] == clip.room.name)
    assert (found[2], found[3], found[4]) == ("Đã đánh giá", 1, 2)
    assert browser.get(reverse("assessments_pdf", args=["2026-13"])).status_code == 404


def test_the_month_and_the_desk_ask_as_much_of_ten_rooms_as_of_two(district, clip):
    browser = as_(district, "office_specialist")
    counts = []
    for _ in range(2):
        for name in ("assessments", "assess", "assess_strip"):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert browser.get(reverse(name)).status_code == 200
            counts.append(len(asked))
        recorded(district, "B")
        draw(district)
    assert counts[:3] == counts[3:]
    assert max(counts) <= 40, counts
