"""A stretch of a room kept for a matter: asked for by who may, pending until the recorder has it, never rewritten."""

import datetime
import json

import pytest
from django.db import DatabaseError, transaction

from minhbach.centre.access.models import Restriction
from minhbach.centre.footage.models import Hold, LegalHold, Removal, Run
from minhbach.centre.registry.models import Camera
from tests.centre.footage.watched import HOUR, MINUTE, Watched, us

pytestmark = pytest.mark.django_db


@pytest.fixture
def watched() -> Watched:
    found = Watched()
    end = us(found.now)
    for camera in found.cameras:
        found.recorded(camera, end - 5 * HOUR, end)
    return found


def send(watched: Watched, name: str = "chairman", **changed: object):
    end = us(watched.now) - HOUR
    body = {
        "begin": end - 12 * MINUTE,
        "end": end,
        "reason": "Xác minh phản ánh",
        "document": "PA-2026-0123",
        **changed,
    }
    address = f"/api/rooms/{watched.room.id}/holds"
    return watched.browser(name).post(address, json.dumps(body), content_type="application/json")


def test_a_hold_is_an_order_for_each_camera_that_has_footage_and_a_mark_on_the_timeline(watched):
    answer = send(watched)
    assert answer.status_code == 200, answer.content
    orders = Hold.objects.filter(reference=answer.json()["id"])
    assert {order.camera for order in orders} == {camera.name for camera in watched.cameras}
    assert {order.reason for order in orders} == {"Xác minh phản ánh (PA-2026-0123)"}
    [mark] = watched.browser("specialist").get(f"/api/rooms/{watched.room.id}/timeline").json()["marks"]
    assert (mark["kind"], mark["words"]["vi"]) == ("hold", "Xác minh phản ánh")
    assert mark["href"] == f"/giu-lai/{answer.json()['id']}"
    assert watched.browser("specialist").get(mark["href"]).status_code == 200


def test_only_the_chosen_cameras_are_held(watched):
    chosen = watched.cameras[1]
    answer = send(watched, cameras=[str(chosen.id)])
    assert [order.camera for order in Hold.objects.filter(reference=answer.json()["id"])] == [chosen.name]


def test_it_is_called_waiting_until_every_recorder_has_it_and_a_refusal_is_told_in_its_words(watched):
    key = send(watched).json()["id"]
    page = f"/giu-lai/{key}"
    browser = watched.browser("chairman")
    assert "Chờ đầu ghi xác nhận" in browser.get("/giu-lai").content.decode()
    assert "vẫn có thể bị xóa" in browser.get(page).content.decode()
    first, second = Hold.objects.order_by("camera")
    Hold.objects.filter(id=first.id).update(placed_at=watched.now, placed_index=1234)
    assert "Chờ đầu ghi xác nhận" in browser.get("/giu-lai").content.decode()
    Hold.objects.filter(id=second.id).update(placed_at=watched.now, placed_index=1235)
    assert "Đang giữ" in browser.get("/giu-lai").content.decode()
    said = browser.get(page).content.decode()
    assert "1.234" in said
    assert "vẫn có thể bị xóa" not in said
    Hold.objects.filter(id=second.id).update(placed_at=None, refused_vi="Đoạn này đã xóa.", refused_en="It is gone.")
    said = browser.get(page).content.decode()
    assert "Đầu ghi không giữ được" in said
    assert "Đoạn này đã xóa." in said


def test_a_stretch_without_footage_left_is_refused(watched):
    now = us(watched.now)
    for run in Run.objects.all():
        Removal.objects.create(
            stream=run.stream,
            begin_us=run.begin_us,
            end_us=run.end_us,
            kind="deletion",
            first=1,
            last=2,
            removed_us=now,
        )
    Run.objects.all().delete()
    answer = send(watched)
    assert answer.status_code == 409
    assert "không còn bản ghi" in answer.json()["vi"]
    assert not Hold.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reason": "  "}, "lý do"),
        ({"reason": "x" * 301}, "lý do"),
        ({"begin": 5}, "đã qua"),
        ({"end": 4_000_000_000_000_000}, "đã qua"),
        ({"cameras": ["01a20000-0000-7000-8000-000000000000"]}, "không thuộc phòng"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(watched, changed, said):
    answer = send(watched, **changed)
    assert answer.status_code == 409
    assert said in answer.json()["vi"]
    assert not LegalHold.objects.exists()


def test_more_than_a_week_is_refused(watched):
    end = us(watched.now)
    answer = send(watched, begin=end - 8 * 24 * HOUR, end=end)
    assert (answer.status_code, "7 ngày" in answer.json()["vi"]) == (409, True)


@pytest.mark.parametrize("name", ["stranger", "technician"])
def test_who_may_not_hold_here_asks_and_reads_in_vain(watched, name):
    key = send(watched).json()["id"]
    assert send(watched, name).status_code == 403
    assert watched.browser(name).get(f"/giu-lai/{key}").status_code == 403
    assert LegalHold.objects.count() == 1


def test_the_list_shows_only_rooms_in_which_one_may_hold(watched):
    send(watched)
    assert "Xác minh phản ánh" in watched.browser("chairman").get("/giu-lai").content.decode()
    assert "Xác minh phản ánh" not in watched.browser("stranger").get("/giu-lai").content.decode()


def test_what_was_asked_for_is_neither_rewritten_nor_deleted(watched):
    send(watched)
    for change in (lambda: LegalHold.objects.update(reason="khác"), lambda: LegalHold.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_who_may_hold_finds_the_button_and_a_retired_camera_is_told_from_the_others(watched):
    Camera.objects.filter(id=watched.cameras[0].id).update(retired_at=watched.now + datetime.timedelta(minutes=1))
    page = watched.browser("chairman").get(f"/phong/{watched.room.id}").content.decode()
    assert 'id="hold"' in page
    assert page.count('data-retired="1"') == 1
    assert page.count('data-retired=""') == 1


def test_what_was_released_is_a_list_of_its_own_and_both_are_searched_as_far_as_one_may_read(watched):
    key = send(watched).json()["id"]
    browser = watched.browser("chairman")

    def shown(**asked):
        return key in browser.get("/giu-lai", asked).content.decode()

    assert (shown(), shown(**{"da-xong": ""})) == (True, False)
    assert (shown(q="xac minh"), shown(q="PA-2026"), shown(q="khong co")) == (True, True, False)
    first, second = Hold.objects.order_by("camera")
    gone = {"release_asked_at": watched.now, "released_at": watched.now}
    Hold.objects.filter(id=first.id).update(**gone)
    assert shown()
    Hold.objects.filter(id=second.id).update(**gone)
    assert (shown(), shown(**{"da-xong": ""})) == (False, True)
    assert shown(**{"da-xong": "", "q": "xac minh"})
    minutes = datetime.timedelta(minutes=90)
    Restriction.objects.create(
        room=watched.room, begins_at=watched.now - minutes, ends_at=watched.now, reference="phiên", made_at=watched.now
    )
    assert (shown(**{"da-xong": ""}), shown(**{"da-xong": "", "q": "xac minh"})) == (True, False)
