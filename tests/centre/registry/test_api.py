"""The registry as JSON: what pages do can be done without them; what is not possible is said in both languages."""

import datetime
import json

import pytest
from django.test import Client

from minhbach.centre.registry import reading
from minhbach.centre.registry.models import Assignment, Camera
from minhbach.centre.words.formats import VIETNAM
from tests.centre.access.district import District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return District()


@pytest.fixture
def administrator(district: District) -> Client:
    return signed_in(district.people["system_administrator"])


def today() -> datetime.date:
    """The day in Vietnam, asked anew each time: a run that crosses midnight has two."""
    return datetime.datetime.now(VIETNAM).date()


def yesterday() -> datetime.date:
    return today() - datetime.timedelta(1)


def post(client: Client, route: str, **said: object):
    return client.post(f"/api/registry/{route}", json.dumps(said, default=str), content_type="application/json")


def naming(name: str = "Xã Tân Mộc", code: str = "09998") -> dict[str, object]:
    return {"name": name, "code": code, "kind": "commune", "day": today(), "decision_number": "12/NQ"}


def test_the_tree_of_yesterday_is_there_after_a_merger(district: District, administrator: Client) -> None:
    top, a, b = (district.units[name].id for name in ("top", "A", "B"))
    made = post(administrator, f"units/{top}/mergers", **naming(), units=[a, b])
    assert made.status_code == 201, made.json()
    assert made.json()["ended_assignments"]
    assert heir_names(administrator, today()) == ["Xã Tân Mộc"]
    assert str(a) in administrator.get("/api/registry/units", {"day": yesterday().isoformat()}).content.decode()
    assert administrator.get(f"/api/registry/units/{a}").json()["successors"] == [made.json()["id"]]


def heir_names(client: Client, day: datetime.date) -> list[str]:
    found = json.dumps(client.get("/api/registry/units", {"day": day.isoformat()}).json(), ensure_ascii=False)
    return [name for name in ("Xã Tân Mộc",) if name in found]


def test_only_units_below_the_one_addressed_are_merged(district: District, administrator: Client) -> None:
    top, a, c = (district.units[name].id for name in ("top", "A", "C"))
    assert post(administrator, f"units/{top}/mergers", **naming(), units=[a, c]).status_code == 422


def test_what_is_not_possible_is_said_in_both_languages_with_its_field(
    district: District, administrator: Client
) -> None:
    unit = district.units["A"].id
    form = {"room_type": "one_stop", "name": "Phòng", "purpose": "", "legal_basis": "Điều 32", "day": today()}
    answer = post(administrator, f"units/{unit}/rooms", **form)
    assert answer.status_code == 422
    assert answer.json()["field"] == "purpose"
    assert answer.json()["vi"].startswith("Hãy ghi mục đích")


def test_a_person_is_added_assigned_and_ended(district: District, administrator: Client) -> None:
    unit = district.units["A"].id
    person = post(administrator, "people", full_name="Đỗ Thị Thắm").json()["id"]
    form = {"person": person, "role": "one_stop_officer", "decision_number": "45/QĐ", "decision_date": yesterday()}
    made = post(administrator, f"units/{unit}/assignments", **form, begin=yesterday())
    assert made.status_code == 201, made.json()
    assert administrator.get(f"/api/registry/people/{person}").json()["assignments"][0]["role"] == "one_stop_officer"
    ended = post(administrator, f"assignments/{made.json()['id']}/end", day=today(), decision_number="46/QĐ")
    assert ended.status_code == 204
    assert Assignment.objects.get(id=made.json()["id"]).valid_until == today()


def test_a_camera_tells_everything_but_its_password(district: District, administrator: Client) -> None:
    camera = district.cameras["A", "one_stop"]
    Camera.objects.filter(id=camera.id).update(sealed_credentials="niêm phong")
    told = administrator.get(f"/api/registry/cameras/{camera.id}")
    assert told.json()["name"] == camera.name
    assert "niêm phong" not in json.dumps(told.json(), ensure_ascii=False)


def test_a_camera_is_not_switched_on_without_a_sign(district: District) -> None:
    technician = signed_in(district.people["technician"])
    camera = district.cameras["A", "one_stop"]
    Camera.objects.filter(id=camera.id).update(recording_since=None)
    answer = post(technician, f"cameras/{camera.id}/recording", on=True)
    assert answer.status_code == 422
    assert "biển báo" in answer.json()["vi"]
    assert post(technician, f"cameras/{camera.id}/recording", on=False).status_code == 204


def test_rooms_and_recorders_are_told(district: District, administrator: Client) -> None:
    room, camera = district.rooms["A", "one_stop"], district.cameras["A", "one_stop"]
    told = administrator.get(f"/api/registry/rooms/{room.id}").json()
    assert told["unit"] == str(reading.holder_on(room.id, today()))
    assert [one["id"] for one in told["cameras"]] == [str(camera.id)]
    assert administrator.get(f"/api/registry/recorders/{camera.recorder_id}").json()["cameras"]


def test_a_counter_is_added_once(district: District, administrator: Client) -> None:
    room = district.rooms["A", "reception_room"].id
    assert post(administrator, f"rooms/{room}/counters", number=7, day=today()).status_code == 201
    assert post(administrator, f"rooms/{room}/counters", number=7, day=today()).status_code == 422


def test_a_unit_is_moved_within_the_unit_addressed_and_no_farther(district: District, administrator: Client) -> None:
    top, a, b, c = (district.units[name].id for name in ("top", "A", "B", "C"))
    said = {"day": today(), "decision_number": "12/NQ"}
    assert post(administrator, f"units/{top}/moves", unit=a, parent=c, **said).status_code == 422
    assert post(administrator, f"units/{top}/moves", unit=c, parent=a, **said).status_code == 422
    assert post(administrator, f"units/{top}/moves", unit=a, parent=b, **said).status_code == 204
    assert reading.parent_on(a, today()) == b


def test_a_unit_is_split_and_what_nobody_takes_is_refused(district: District, administrator: Client) -> None:
    a = district.units["A"].id
    rooms = [district.rooms["A", kind].id for kind in ("one_stop", "reception_room")]
    parts = [
        {"name": f"Xã A{number}", "code": f"0999{number}", "kind": "commune", "rooms": [room]}
        for number, room in enumerate(rooms)
    ]
    said = {"day": today(), "decision_number": "12/NQ"}
    short = [parts[0], parts[1] | {"rooms": []}]
    assert post(administrator, f"units/{a}/splits", parts=short, **said).json()["field"] == "parts"
    made = post(administrator, f"units/{a}/splits", parts=parts, **said)
    assert made.status_code == 201, made.json()
    assert [str(reading.holder_on(room, today())) for room in rooms] == made.json()["ids"]


def test_a_room_is_closed_and_a_unit_without_rooms_ended(district: District, administrator: Client) -> None:
    b = district.units["B"].id
    said = {"decision_number": "45/QĐ"}
    assert post(administrator, f"units/{b}/end", day=today(), **said).status_code == 422
    for kind in ("one_stop", "reception_room"):
        assert post(administrator, f"rooms/{district.rooms['B', kind].id}/close", **said).status_code == 204
    tomorrow = today() + datetime.timedelta(1)
    assert post(administrator, f"units/{b}/end", day=tomorrow, **said).status_code == 204
    assert b not in reading.children_on(district.units["top"].id, tomorrow)


def test_a_camera_whose_recorder_is_away_is_not_kept_and_its_password_is_nowhere(district: District) -> None:
    technician = signed_in(district.people["technician"])
    room = district.rooms["A", "one_stop"]
    said = {"label": "Camera 9", "address": "rtsp://192.168.10.99/main", "user_name": "xem", "password": "bí mật 12345"}
    before = Camera.objects.count()
    answer = post(technician, f"rooms/{room.id}/cameras", **said)
    assert answer.status_code == 422
    assert "bí mật" not in answer.content.decode()
    assert Camera.objects.count() == before


def test_a_retired_camera_is_retired_once(district: District) -> None:
    technician = signed_in(district.people["technician"])
    camera = district.cameras["A", "one_stop"]
    assert post(technician, f"cameras/{camera.id}/retire").status_code == 204
    assert post(technician, f"cameras/{camera.id}/retire").status_code == 422
    assert technician.get(f"/api/registry/rooms/{camera.room_id}/signs").json() == {"signs": []}


def test_every_operation_says_what_it_does(administrator: Client) -> None:
    paths = administrator.get("/api/openapi.json").json()["paths"]
    operations = [operation for path in paths.values() for operation in path.values()]
    assert operations
    assert [one["operationId"] for one in operations if not one.get("description")] == []
    assert [route for route in paths if "registry" in route and "units" in route]
