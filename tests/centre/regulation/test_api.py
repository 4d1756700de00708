"""The regulation by JSON: read, drafted, issued, confirmed; directives given, read, reported and accepted."""

import io
import json

import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image

from minhbach.centre.registry.reading import day_of
from minhbach.centre.regulation.models import Acknowledgement, DirectivePage, Regulation, Task, TaskRead
from tests.centre.access.district import District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return District(confirmed=False)


def send(browser, method, way, body=None):
    answer = getattr(browser, method)(f"/api/{way}", json.dumps(body or {}), content_type="application/json")
    return answer.status_code, answer.json() if answer.content else None


def test_a_version_is_read_drafted_issued_and_confirmed_by_json(district):
    keeper, inspector = (signed_in(district.people[name]) for name in ("system_administrator", "inspector"))
    unit = district.units["top"].id
    [first] = keeper.get(f"/api/units/{unit}/regulations").json()
    whole = keeper.get(f"/api/regulations/{first['id']}").json()
    assert {section["code"] for section in whole["sections"]} >= {"bodies", "role-inspector", "norms"}
    norms = keeper.get(f"/api/regulations/{first['id']}/catalogues/norms").json()
    assert norms[0]["laid_down"]["least"] == 40
    assert keeper.get(f"/api/regulations/{first['id']}/differences").json() == []
    assert keeper.get(f"/api/regulations/{first['id']}/catalogues/roles").status_code == 404

    status, draft = send(keeper, "post", f"units/{unit}/regulation-drafts")
    assert status == 201
    content = draft["content"]
    content["times"]["purpose_minutes"] = 0
    assert send(keeper, "put", f"regulation-drafts/{draft['id']}", {"content": content})[0] == 422
    content["times"]["purpose_minutes"] = 20
    status, told = send(keeper, "put", f"regulation-drafts/{draft['id']}", {"content": content})
    assert [each["becomes"]["vi"] for each in told["changes"]] == ["20 phút"]
    issue = {"decision_number": "12/QĐ", "valid_from": day_of(district.now).isoformat()}
    status, made = send(keeper, "post", f"regulation-drafts/{draft['id']}/issue", issue)
    assert (status, made["number"]) == (201, 2)
    assert len(keeper.get(f"/api/regulations/{made['id']}/differences").json()) == 1

    assert send(inspector, "post", f"regulations/{made['id']}/confirmations", {"digest": "0" * 64})[0] == 422
    assert send(inspector, "post", f"regulations/{made['id']}/confirmations", {"digest": made["digest"]})[0] == 204
    assert Acknowledgement.objects.get().regulation_id == Regulation.objects.get(number=2).id
    where = district.units["inspectorate"].id
    bound = {each["name"]: each["confirmed_at"] for each in keeper.get(f"/api/units/{where}/confirmations").json()}
    assert sum(at is not None for at in bound.values()) == 1


@pytest.mark.parametrize(
    "content", [{}, {"roles": []}, {"profile": 3, "times": {"x": {}}}, {"title": {"vi": [], "en": ""}}]
)
def test_what_is_no_regulation_is_refused_with_a_sentence(district, content):
    keeper, unit = signed_in(district.people["system_administrator"]), district.units["top"].id
    _, draft = send(keeper, "post", f"units/{unit}/regulation-drafts")
    status, why = send(keeper, "put", f"regulation-drafts/{draft['id']}", {"content": content})
    assert status == 422
    assert why["vi"]


def test_what_nobody_could_live_with_may_stand_in_a_draft_and_is_never_issued(district):
    keeper, unit = signed_in(district.people["system_administrator"]), district.units["top"].id
    _, draft = send(keeper, "post", f"units/{unit}/regulation-drafts")
    content = draft["content"]
    content["hours"]["spans"] = []
    content["conduct"] = {}
    status, told = send(keeper, "put", f"regulation-drafts/{draft['id']}", {"content": content})
    assert status == 200
    said = [each["vi"] for each in told["troubles"]]
    assert any("không có giờ làm việc" in words for words in said)
    assert sum("Phiếu đánh giá" in words for words in said) == 2
    issue = {"decision_number": "12/QĐ", "valid_from": day_of(district.now).isoformat()}
    status, why = send(keeper, "post", f"regulation-drafts/{draft['id']}/issue", issue)
    assert status == 422
    assert "giờ làm việc" in why["vi"]
    assert Regulation.objects.filter(unit=unit).count() == 1


def given(district):
    """A directive of the chairman of A with a task for an officer there."""
    chairman, unit = signed_in(district.people["commune_chairman"]), district.units["A"].id
    said = {"kind": "directive", "number": "04/CT-UBND", "title": "Chấn chỉnh", "issued_on": "2026-02-01"}
    status, made = send(chairman, "post", f"units/{unit}/directives", said)
    assert status == 201
    officer = district.people["one_stop_officer"].person_id
    today = day_of(district.now).isoformat()
    task = {"unit": str(unit), "holder": str(officer), "words": "Rà soát niêm yết", "due_on": today}
    status, task = send(chairman, "post", f"directives/{made['id']}/tasks", task)
    assert status == 201
    return chairman, made["id"], task


def test_a_task_is_given_read_reported_and_accepted_by_json_and_a_stranger_sees_nothing(district):
    chairman, directive, task = given(district)
    officer = signed_in(district.people["one_stop_officer"])
    way = f"tasks/{task['id']}"
    assert chairman.get(f"/api/{way}").json()["read_at"] is None
    assert officer.get(f"/api/{way}").json()["read_at"] is not None
    assert send(officer, "post", f"{way}/steps", {"kind": "accepted", "words": "tự xong"})[0] == 422
    assert send(officer, "post", f"{way}/steps", {"kind": "reported", "words": "đã niêm yết"})[1]["state"] == "reported"
    assert send(chairman, "post", f"{way}/steps", {"kind": "accepted", "words": "đạt"})[1]["state"] == "accepted"
    assert [each["id"] for each in chairman.get("/api/tasks?state=accepted").json()] == [task["id"]]
    assert chairman.get(f"/api/directives/{directive}").json()["tasks"][0]["state"] == "accepted"
    stranger = signed_in(district.people["reception_officer"])
    assert stranger.get(f"/api/{way}").status_code == 403
    assert not TaskRead.objects.exclude(task__holder=district.people["one_stop_officer"].person_id).exists()


def test_opening_the_page_of_a_task_is_the_receipt_and_the_scan_of_its_directive_stands_beside(
    district, tmp_path, monkeypatch
):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    chairman, directive, task = given(district)
    page = reverse("directive", args=[directive])
    assert "chưa đọc" in chairman.get(page).content.decode()
    signed_in(district.people["one_stop_officer"]).get(reverse("task", args=[task["id"]]))
    assert TaskRead.objects.get().task_id == Task.objects.get().id
    assert "chưa đọc" not in chairman.get(page).content.decode()

    picture = io.BytesIO()
    Image.new("RGB", (120, 160), "white").save(picture, "JPEG")
    new = reverse("directive_page_new", args=[directive])
    for number in (1, 2):
        picture.seek(0)
        picture.name = f"trang-{number}.jpg"
        assert chairman.post(new, {"page": picture}).status_code == 302
    wrong = io.BytesIO(b"no picture")
    wrong.name = "x.jpg"
    assert chairman.post(new, {"page": wrong}).status_code == 422
    assert list(DirectivePage.objects.values_list("position", flat=True)) == [1, 2]
    scan = chairman.get(reverse("directive_page", args=[directive, 2]))
    assert scan["Content-Type"] == "image/jpeg"
    assert chairman.get(reverse("directive_page", args=[directive, 3])).status_code == 404
