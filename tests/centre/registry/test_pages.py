"""The pages of the registry: each opens for who may, does its one action, and says what was not possible."""

import datetime
import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access.models import Served, Viewing
from minhbach.centre.papers.actions import store
from minhbach.centre.registry import reading
from minhbach.centre.registry.models import Assignment, Camera, NoticeSign, Person, Recorder, Room, UnitName
from minhbach.centre.words.formats import VIETNAM
from tests.centre.access.district import District
from tests.centre.people import signed_in
from tests.photographs import photograph

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return District()


@pytest.fixture
def administrator(district: District) -> Client:
    return signed_in(district.people["system_administrator"])


@pytest.fixture
def technician(district: District) -> Client:
    return signed_in(district.people["technician"])


def today() -> str:
    """The day in Vietnam, asked anew each time: a run that crosses midnight has two."""
    return datetime.datetime.now(VIETNAM).date().isoformat()


def fields(**more: str) -> dict[str, str]:
    return {"day": today(), "decision_number": "12/NQ-HĐND"} | more


def pages(district: District) -> Iterator[str]:
    """Every page of the registry that is looked at, about things of commune A."""
    room, camera = district.rooms["A", "one_stop"], district.cameras["A", "one_stop"]
    yield from (reverse(name) for name in ("units", "people", "devices"))
    yield reverse("unit", args=[district.units["A"].id])
    yield reverse("room_card", args=[room.id])
    yield reverse("camera", args=[camera.id])
    yield reverse("recorder", args=[camera.recorder_id])
    yield reverse("person", args=[district.people["technician"].person_id])


def test_every_page_opens_in_both_languages(district: District, administrator: Client) -> None:
    for page in pages(district):
        for language in ("vi", "en"):
            administrator.cookies["language"] = language
            answer = administrator.get(page)
            assert answer.status_code == 200, page
            assert f'lang="{language}"' in answer.content.decode()


def test_every_form_opens(district: District, administrator: Client, technician: Client) -> None:
    unit, room = district.units["A"].id, district.rooms["A", "one_stop"].id
    camera = district.cameras["A", "one_stop"]
    for name, key in (
        *((name, unit) for name in ("unit_rename", "unit_move", "unit_merge", "unit_split", "room_new")),
        *(("room_edit", room), ("counter_new", room), ("assign", district.people["technician"].person_id)),
    ):
        assert administrator.get(reverse(name, args=[key])).status_code == 200, name
    for name, key in (
        *((name, room) for name in ("setup", "recorder_new", "camera_new", "equipment_new")),
        *(("recorder_edit", camera.recorder_id), ("camera_edit", camera.id), ("acceptance", camera.id)),
    ):
        assert technician.get(reverse(name, args=[key])).status_code == 200, name
    assert technician.get(reverse("setups")).status_code == 200


def test_the_tree_of_an_old_day_shows_the_old_names(district: District, administrator: Client) -> None:
    unit = district.units["A"]
    old = reading.name_on(unit.id, datetime.datetime.now(VIETNAM).date()).name
    yesterday = datetime.datetime.now(VIETNAM).date() - datetime.timedelta(1)
    renamed = fields(name="Phường Mới Tinh", code="09999", kind="ward")
    assert administrator.post(reverse("unit_rename", args=[unit.id]), renamed).status_code == 302
    assert "Phường Mới Tinh" in administrator.get(reverse("units")).content.decode()
    before = administrator.get(reverse("units"), {"ngay": yesterday.isoformat()}).content.decode()
    assert old in before
    assert "Phường Mới Tinh" not in before


def test_a_unit_is_found_by_its_name_without_marks(district: District, administrator: Client) -> None:
    unit = district.units["A"]
    administrator.post(
        reverse("unit_rename", args=[unit.id]), fields(name="Xã Mộc Xuyên", code="09999", kind="commune")
    )
    assert "Xã Mộc Xuyên" in administrator.get(reverse("units"), {"tim": "moc xuyen"}).content.decode()


def test_communes_are_merged_from_a_page(district: District, administrator: Client) -> None:
    a, b = district.units["A"], district.units["B"]
    answer = administrator.post(
        reverse("unit_merge", args=[a.id]),
        fields(name="Xã Tân Mộc", code="09998", kind="commune") | {"units": [str(a.id), str(b.id)]},
    )
    assert answer.status_code == 302, answer.content.decode()
    heir = UnitName.objects.get(name="Xã Tân Mộc").unit_id
    assert reading.heirs(a.id, datetime.datetime.now(VIETNAM).date()) == {heir}


def test_what_the_database_forbids_is_said_at_the_form(district: District, administrator: Client) -> None:
    taken = reading.name_on(district.units["B"].id, datetime.datetime.now(VIETNAM).date()).code
    form = fields(name="Xã Khác", code=taken, kind="commune")
    answer = administrator.post(reverse("unit_rename", args=[district.units["A"].id]), form)
    assert answer.status_code == 422
    assert "Mã này đang thuộc về một đơn vị khác" in answer.content.decode()


def test_a_person_is_added_and_assigned_by_decision(district: District, administrator: Client) -> None:
    administrator.post(reverse("person_new"), {"full_name": "Đỗ Thị Thắm"})
    person = Person.objects.get(full_name="Đỗ Thị Thắm")
    form = {
        "unit": str(district.units["A"].id),
        "role": "one_stop_officer",
        "decision_number": "45/QĐ-UBND",
        "decision_date": today(),
        "begin": today(),
    }
    assert administrator.post(reverse("assign", args=[person.id]), form).status_code == 302
    assert [post.role for post in reading.posts(person.id, datetime.datetime.now(VIETNAM).date())] == [
        "one_stop_officer"
    ]


def test_nobody_assigns_themselves(district: District, administrator: Client) -> None:
    oneself = district.people["system_administrator"].person_id
    form = {
        "unit": str(district.units["A"].id),
        "role": "inspector",
        "decision_number": "1/QĐ",
        "decision_date": today(),
        "begin": today(),
    }
    answer = administrator.post(reverse("assign", args=[oneself]), form)
    assert answer.status_code == 422
    assert not Assignment.objects.filter(person=oneself, role="inspector").exists()


def test_nobody_is_assigned_to_a_unit_outside_the_administrators_reach(
    district: District, administrator: Client
) -> None:
    person = district.people["technician"].person_id
    form = {
        "unit": str(district.units["C"].id),
        "role": "one_stop_officer",
        "decision_number": "1/QĐ",
        "decision_date": today(),
        "begin": today(),
    }
    assert administrator.post(reverse("assign", args=[person]), form).status_code == 422
    assert not Assignment.objects.filter(unit=district.units["C"], person=person).exists()


def test_lists_show_only_what_lies_within_reach(district: District, technician: Client) -> None:
    shown = technician.get(reverse("devices")).content.decode()
    assert str(district.cameras["A", "one_stop"].id) in shown
    assert str(district.cameras["C", "one_stop"].id) not in shown


def test_a_room_goes_from_nothing_to_a_sign_that_hangs(
    district: District, administrator: Client, technician: Client
) -> None:
    unit = district.units["A"].id
    begun = administrator.get(reverse("room_new", args=[unit]))
    assert "Điều 32" in begun.content.decode()
    form = {
        "room_type": "one_stop",
        "name": "Điểm tiếp nhận số 2",
        "purpose": "Giám sát",
        "legal_basis": "Điều 32",
        "day": today(),
    }
    assert administrator.post(reverse("room_new", args=[unit]), form).status_code == 302
    room = Room.objects.get(name="Điểm tiếp nhận số 2")
    recorder = {"name": "Đầu ghi số 2", "networks": "192.168.10.0/24\n"}
    assert technician.post(reverse("recorder_new", args=[room.id]), recorder).status_code == 302
    assert Recorder.objects.get(name="Đầu ghi số 2").networks == ["192.168.10.0/24"]
    assert technician.post(reverse("sign_draw", args=[room.id])).status_code == 302
    sign = NoticeSign.objects.get(room=room)
    printed = technician.get(reverse("sign_pdf", args=[sign.id]))
    assert (printed["Content-Type"], printed.content[:5]) == ("application/pdf", b"%PDF-")
    bad = technician.post(reverse("sign_hang", args=[sign.id]), {"photo": upload(b"<svg/>"), "where": "Cửa"})
    assert bad.status_code == 422
    good = technician.post(reverse("sign_hang", args=[sign.id]), {"photo": upload(photograph()), "where": "Cửa"})
    assert good.status_code == 302
    assert technician.get(reverse("sign_photo", args=[sign.id])).content[:2] == b"\xff\xd8"
    assert "Đang treo" in administrator.get(reverse("room_card", args=[room.id])).content.decode()
    sign.refresh_from_db()
    for name, paper in (("sign_pdf", sign.paper), ("sign_photo", sign.photo)):
        assert paper is not None
        kept = store().folder / paper.digest[:2] / paper.digest
        kept.write_bytes(kept.read_bytes() + b"changed")
        damaged = technician.get(reverse(name, args=[sign.id]))
        kept.unlink()
        lost = technician.get(reverse(name, args=[sign.id]))
        for answer in (damaged, lost):
            assert answer.status_code == 404
            assert "phục hồi từ bản sao lưu" in answer.content.decode()


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("anh.jpg", data, "image/jpeg")


def test_a_camera_of_a_recorder_that_is_away_is_not_saved_and_the_page_says_why(
    district: District, technician: Client, settings
) -> None:
    room = district.rooms["A", "one_stop"]
    count = Camera.objects.count()
    form = {"label": "Camera 9", "address": "rtsp://10.0.0.9/main"}
    answer = technician.post(reverse("camera_new", args=[room.id]), form)
    assert answer.status_code == 422
    assert re.search(r'class="error"', answer.content.decode())
    assert Camera.objects.count() == count


def test_a_password_is_in_no_page_and_no_row(district: District, technician: Client) -> None:
    room = district.rooms["A", "one_stop"]
    form = {"label": "Camera 9", "address": "rtsp://10.0.0.9/main", "user_name": "admin", "password": "bí-mật-12345"}
    answer = technician.post(reverse("camera_new", args=[room.id]), form)
    assert "bí-mật-12345" not in answer.content.decode()


def test_a_verdict_is_given_on_the_acceptance_page(district: District, technician: Client) -> None:
    camera = district.cameras["A", "one_stop"]
    page = reverse("acceptance", args=[camera.id])
    word = {"medium": "picture", "party": "citizen"}
    assert "Hãy ghi rõ lý do" in technician.post(page, word | {"passed": "no"}).content.decode()
    assert "Ngược sáng" in technician.post(page, word | {"passed": "no", "note": "Ngược sáng"}).content.decode()
    assert "Bạn chưa xem hình" in technician.post(page, word | {"passed": "yes"}).content.decode()
    shown = show(district, "technician", camera, seconds=0)
    technician.post(page, word | {"passed": "yes"})
    assert [one.passed for one in camera.acceptances.all()] == [True, False]
    assert camera.acceptances.all()[0].viewing == shown


@pytest.mark.parametrize(("seconds", "passes"), [(9, False), (10, True)])
def test_a_voice_is_accepted_after_ten_seconds_that_left_as_sound(
    district: District, seconds: int, passes: bool
) -> None:
    camera = district.cameras["A", "one_stop"]
    Camera.objects.filter(id=camera.id).update(has_sound=True)
    chairman = signed_in(district.people["commune_chairman"])
    word = {"medium": "voice", "party": "officer", "passed": "yes"}
    show(district, "commune_chairman", camera, seconds=60)  # a picture alone is not heard
    show(district, "commune_chairman", camera, seconds=seconds, sound=True)
    show(district, "inspector", camera, seconds=60, sound=True)  # what others hear does not count
    answer = chairman.post(reverse("acceptance", args=[camera.id]), word)
    assert ("chưa nghe đủ 10 giây" in answer.content.decode()) is not passes
    assert camera.acceptances.filter(passed=True).exists() is passes


def show(district: District, role: str, camera: Camera, *, seconds: int, sound: bool = False) -> UUID:
    """A viewing of the person in which the stream counted so much of the camera; its id."""
    now = timezone.now()
    viewing = Viewing.objects.create(
        account=district.people[role], session_digest="0" * 64, kind="live", sound=sound, opened_at=now,
        leased_until=now, commitment=uuid4().hex * 2,
    )  # fmt: skip
    ends_at = now - datetime.timedelta(minutes=5)
    Served.objects.create(
        viewing=viewing, camera=camera, sound=sound, begins_at=ends_at - datetime.timedelta(seconds=seconds),
        ends_at=ends_at, bytes=1000, first_at=ends_at, last_at=ends_at,
    )  # fmt: skip
    return viewing.id


def test_who_saves_over_somebody_elses_change_is_told_first_and_loses_nothing(
    district: District, administrator: Client
) -> None:
    room = district.rooms["A", "one_stop"]
    page = reverse("room_edit", args=[room.id])
    typed = {"name": "Phòng số 2", "purpose": room.purpose, "legal_basis": room.legal_basis}
    seen = as_seen(administrator.get(page).content.decode())
    Room.objects.filter(id=room.id).update(name="Phòng số 3")
    answer = administrator.post(page, typed | {"as_seen": seen})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "Người khác đã sửa" in said
    assert "Phòng số 3" in said
    assert 'value="Phòng số 2"' in said
    assert Room.objects.get(id=room.id).name == "Phòng số 3"
    administrator.post(page, typed | {"as_seen": as_seen(said)})
    assert Room.objects.get(id=room.id).name == "Phòng số 2"


def as_seen(page: str) -> str:
    """What the form of a page was filled from."""
    found = re.search(r'name="as_seen" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]
