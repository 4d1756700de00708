"""A whole fictional province for looking at pages: eighteen communes, rooms of both types, one person for each duty.

Made by the apps' own actions. Footage there is none of: pages that need it are looked at on a running site.
"""

import contextlib
import datetime
from dataclasses import dataclass

from minhbach.centre.access.actions.accounts import open_account
from minhbach.centre.access.actions.viewings import Asker, ViewingRefused, open_viewing
from minhbach.centre.access.models import Account
from minhbach.centre.footage.actions import faults
from minhbach.centre.footage.models import Fault
from minhbach.centre.registry.actions import commissioning, devices, people, rooms, units
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import Person, Room, RoomType, Unit
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.rules import shipped
from tests.centre.footage.ill import began
from tests.photographs import photograph

SETUP = System("tests")
DAY = datetime.date(2026, 1, 5)
PASSWORD = "một câu dài dễ nhớ"
COMMUNES = (
    *("Mộc Xuyên", "Bãi Lam", "Đồng Sậy", "Hương Nhạn", "Cẩm Thạch", "Yên Khê", "Phú Ổi", "Tân Rạng", "Lũng Vầu"),
    *("Thạch Bình", "Quế Lâm", "Ninh Hạ", "Vân Đài", "Khe Ngái", "Trà Lĩnh Thượng", "Suối Reo", "Hợp Nhất", "Nà Phặc"),
)
#: Sign-in name, person, unit (commune by number, or what), role.
DUTIES = (
    ("chu-tich", "Phạm Văn Lâm", 0, "commune_chairman"),
    ("can-bo", "Vũ Thị Hương Lan", 0, "one_stop_officer"),
    ("thanh-tra", "Nguyễn Thu Hà", "inspectorate", "inspector"),
    ("van-phong", "Trần Quốc Bảo", "office", "chief_of_office"),
    ("ky-thuat", "Lương Thế Sáng", "province", "technician"),
    ("quan-tri", "Đỗ Minh Khuê", "province", "system_administrator"),
    ("kiem-soat", "Cao Thị Bích Ngọc", "province", "viewing_auditor"),
)


@dataclass(frozen=True)
class Province:
    """What was made: the units by name, the rooms of the first commune, and one of everything that has a page."""

    units: dict[str | int, Unit]
    one_stop: Room
    reception: Room

    def ids(self) -> dict[str, str]:
        """What addresses are made of."""
        camera = self.one_stop.cameras.order_by("label")[0]
        officer = Account.objects.get(username="can-bo").person
        found = {
            "one_stop": self.one_stop, "reception": self.reception, "commune": self.units[0], "camera": camera,
            "recorder": camera.recorder, "person": officer, "assignment": officer.assignments.get(),
            "newcomer": Person.objects.get(full_name="Bùi Ngọc Ánh"),
            "equipment": self.one_stop.equipment.get(), "sign": self.reception.signs.get(),
            "fault": Fault.objects.get(),
        }  # fmt: skip
        return {name: str(row.pk) for name, row in found.items()}


def settle(now: datetime.datetime) -> Province:
    """Found it all."""
    top = units.found_unit(SETUP, naming=units.NewName("Tỉnh Hòa Giang", "H99", "province"), parent=None, day=DAY)
    known: dict[str | int, Unit] = {"province": top}
    for key, name in (("inspectorate", "Thanh tra tỉnh"), ("office", "Văn phòng UBND tỉnh")):
        known[key] = units.found_unit(
            SETUP, naming=units.NewName(name, f"H99.{key[:2].upper()}", key), parent=top.id, day=DAY
        )
    for number, name in enumerate(COMMUNES):
        naming = units.NewName(f"Xã {name}", f"H99.{number + 11}", "commune")
        known[number] = units.found_unit(SETUP, naming=naming, parent=top.id, day=DAY)
    regulation.issue(
        unit=top.id, content=shipped("MO_HINH_2_CAP_2025"), valid_from=DAY, decision_number="02/QĐ-UBND", now=now
    )
    for body, room_type in (("inspectorate", RoomType.RECEPTION_ROOM), ("office", RoomType.ONE_STOP)):
        regulation.supervise(
            body=known[body].id, area=top.id, room_type=room_type, valid_from=DAY, decision_number="03/QĐ-UBND"
        )
    made = [_furnish(known[number], number, now) for number in range(len(COMMUNES))]
    for duty in DUTIES:
        _appoint(known, *duty, now=now)
    people.add_person(SETUP, details=people.PersonDetails(full_name="Bùi Ngọc Ánh"), now=now)
    _live_in(*made[0], now=now)
    return Province(known, *made[0])


def _live_in(one_stop: Room, reception: Room, now: datetime.datetime) -> None:
    """A room that is lived in: signs printed, one hung, something bought, something broken, somebody refused."""
    hung = commissioning.draw_sign(SETUP, room=one_stop, days=30, now=now)
    commissioning.hang_sign(SETUP, sign=hung, photo=photograph(), where="Trên cửa vào", now=now)
    commissioning.draw_sign(SETUP, room=reception, days=90, now=now)
    bought = devices.EquipmentDetails(kind="camera", name="Camera bán cầu", maker="Hãng A", serial_number="A-0017")
    devices.add_equipment(SETUP, room=one_stop, details=bought, day=DAY)
    broken = one_stop.cameras.order_by("label")[0]
    faults.take_entries(broken.recorder_id, began(broken.name, "offline", now), now=now)
    asker = Asker(Account.objects.get(username="can-bo"), session="0" * 64)
    with contextlib.suppress(ViewingRefused):
        open_viewing(asker, kind="live", cameras=[broken.id], now=now)


def _furnish(unit: Unit, number: int, now: datetime.datetime) -> tuple[Room, Room]:
    one_stop, reception = (
        rooms.open_room(
            SETUP, unit=unit.id, room_type=room_type, day=DAY,
            details=rooms.RoomDetails(
                name=name, purpose="Bảo đảm việc tiếp công dân đúng quy định",
                legal_basis="Điều 32 Luật 91/2025/QH15",
            ),
        )
        for name, room_type in (
            ("Bộ phận Một cửa", RoomType.ONE_STOP), ("Phòng tiếp công dân", RoomType.RECEPTION_ROOM),
        )
    )  # fmt: skip
    counters = [rooms.add_counter(SETUP, room=one_stop, number=n, day=DAY) for n in (1, 2, 3, 4)]
    box = devices.add_recorder(
        SETUP, room=one_stop, name=f"Đầu ghi xã {COMMUNES[number]}", networks=[f"192.168.{number + 10}.0/24"], now=now
    )
    for place, label, seen in (
        (one_stop, "Quầy 1 và 2", counters[:2]),
        (one_stop, "Quầy 3 và 4, ghế chờ", counters[2:]),
        (reception, "Bàn tiếp công dân", []),
    ):
        address = f"rtsp://192.168.{number + 10}.{20 + len(label)}/main"
        details = devices.CameraDetails(label=label, address=address, has_sound=True)
        devices.add_camera(SETUP, room=place, recorder=box, details=details, now=now, day=DAY, counters=seen)
    return one_stop, reception


def _appoint(
    known: dict[str | int, Unit], username: str, name: str, unit: str | int, role: str, *, now: datetime.datetime
) -> None:
    person = people.add_person(SETUP, details=people.PersonDetails(full_name=name), now=now)
    paper = people.Decision(number=f"{len(username)}/QĐ-UBND", date=DAY)
    people.assign(SETUP, person=person, unit=known[unit].id, role=role, decision=paper, begin=DAY)
    open_account(
        "tests", person=person.id, username=username, password=PASSWORD, decision_number=paper.number,
        must_change_password=False, now=now,
    )  # fmt: skip
