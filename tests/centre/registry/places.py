"""A small province for the tests of the registry: made by its own actions, so that the tests stand on real ground."""

import datetime
from uuid import UUID

from minhbach.centre.registry.actions import devices, rooms, units
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import Camera, Recorder, Room, RoomType, Unit

SETUP = System("tests")
DAY = datetime.date(2026, 3, 5)
MERGER = datetime.date(2026, 7, 1)
NOW = datetime.datetime(2026, 11, 22, 2, 0, tzinfo=datetime.UTC)
TODAY = datetime.date(2026, 11, 22)


def province(code: str = "35") -> Unit:
    """The top of a tree."""
    return units.found_unit(SETUP, naming=units.NewName("Tỉnh Hòa Giang", code, "province"), parent=None, day=DAY)


def commune(above: Unit, name: str = "Xã Mộc Xuyên", code: str = "00001") -> Unit:
    """A commune below the province."""
    return units.found_unit(SETUP, naming=units.NewName(name, code, "commune"), parent=above.id, day=DAY)


def details(name: str = "Bộ phận Một cửa", **more: str) -> rooms.RoomDetails:
    """What is written about a room, with its purpose and law."""
    words = {"purpose": "Giám sát việc tiếp công dân", "legal_basis": "Điều 32 Luật 91/2025/QH15"} | more
    return rooms.RoomDetails(
        name=name, purpose=words["purpose"], legal_basis=words["legal_basis"], contact=words.get("contact", "")
    )


def one_stop(holder: UUID, day: datetime.date = DAY, **more: str) -> Room:
    """A one-stop section of the unit."""
    return rooms.open_room(SETUP, unit=holder, room_type=RoomType.ONE_STOP, details=details(**more), day=day)


def recorder(room: Room) -> Recorder:
    """A recorder in the room that may reach one small network."""
    return devices.add_recorder(SETUP, room=room, name="Đầu ghi xã Mộc Xuyên", networks=["192.168.10.0/24"], now=NOW)


def camera(room: Room, at: Recorder, **more: object) -> Camera:
    """A camera of the room, not yet recorded."""
    words = {"label": "Camera 1 · Quầy 1 và 2", "address": "rtsp://192.168.10.20/main"} | more
    found = devices.CameraDetails(**words)  # type: ignore[arg-type]  # what each test gives
    return devices.add_camera(SETUP, room=room, recorder=at, details=found, now=NOW, day=TODAY)
