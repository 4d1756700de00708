"""Two areas of a profile, with one person for each role: own, neighbour and stranger for every test of access.

Area one has communes A and B, its bodies supervise both; area two has commune C. Everybody serves in A or in a body of
area one. So A is everybody's own, B is another unit of the same area, C is nobody's.
"""

import datetime
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone

from minhbach.centre.access.models import Account
from minhbach.centre.registry.actions import devices, people, rooms, units
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import Assignment, Camera, Counter, Person, Recorder, Room, RoomType, Unit
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.models import Acknowledgement, Regulation
from minhbach.centre.regulation.rules import shipped

SETUP = System("tests")
DAY = datetime.date(2026, 1, 5)
#: Where each role serves: a commune, or a body of the area.
SERVES = {
    "one_stop_officer": "A",
    "commune_chairman": "A",
    "service_centre_head": "A",
    "reception_officer": "A",
    "inspector": "inspectorate",
    "chief_inspector": "inspectorate",
    "office_specialist": "office",
    "chief_of_office": "office",
    "area_chairman": "top",
    "inspection_member": "inspectorate",
    "technician": "A",
    "council_delegate": "council",
    "viewing_auditor": "A",
    "system_administrator": "top",
}
TYPES = (RoomType.RECEPTION_ROOM, RoomType.ONE_STOP)


@dataclass
class District:
    """What was founded. `rooms["A", "one_stop"]`, `cameras["B", "reception_room"]`, `people["inspector"]`."""

    profile: str = "MO_HINH_2_CAP_2025"
    now: datetime.datetime = field(default_factory=timezone.now)
    #: Whether everybody has read and confirmed the regulation, as in an office at work.
    confirmed: bool = True
    units: dict[str, Unit] = field(default_factory=dict)
    rooms: dict[tuple[str, str], Room] = field(default_factory=dict)
    recorders: dict[str, Recorder] = field(default_factory=dict)
    cameras: dict[tuple[str, str], Camera] = field(default_factory=dict)
    counters: dict[str, Counter] = field(default_factory=dict)
    people: dict[str, Account] = field(default_factory=dict)
    assignments: dict[str, Assignment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for area, communes in ((1, "AB"), (2, "C")):
            self._found(area, communes)
        for name in "ABC":
            self._furnish(name)
        for role, where in SERVES.items():
            self.appoint(role, where)

    @property
    def top_kind(self) -> str:
        """What stands above the communes in this profile."""
        return "province" if self.profile == "MO_HINH_2_CAP_2025" else "district"

    def appoint(self, role: str, where: str, name: str = "", *, begin: datetime.date = DAY) -> Account:
        """A new person in that role there; kept under `name`, else under the role."""
        details = people.PersonDetails(full_name=f"Người {len(self.people) + 1} {role}")
        person = people.add_person(SETUP, details=details, now=self.now)
        self.assignments[name or role] = people.assign(
            SETUP, person=person, unit=self.units[where].id, role=role,
            decision=people.Decision(number="7/QĐ", date=DAY), begin=begin,
        )  # fmt: skip
        self.people[name or role] = self._account(person, name or role)
        if self.confirmed:
            read = Regulation.objects.get(unit=self.units["top"], number=1)
            Acknowledgement.objects.create(regulation=read, person=person, digest=read.digest, at=self.now)
        return self.people[name or role]

    def nobody(self) -> Account:
        """A person with an account and no assignment at all."""
        person = people.add_person(SETUP, details=people.PersonDetails(full_name="Người Ngoài"), now=self.now)
        return self._account(person, "nobody")

    def _account(self, person: Person, name: str) -> Account:
        return Account.objects.create(
            person=person, username=name.lower(), password="!", must_change_password=False, decision_number="8/QĐ",
            opened_at=self.now,
        )  # fmt: skip

    def _found(self, area: int, communes: str) -> None:
        top = units.found_unit(
            SETUP, naming=units.NewName(f"Vùng {area}", f"9{area}", self.top_kind), parent=None, day=DAY
        )
        regulation.issue(
            unit=top.id, content=shipped(self.profile), valid_from=DAY, decision_number="1/QĐ", now=self.now
        )
        mine = {"top": top}
        for kind in ("inspectorate", "office", "council"):
            naming = units.NewName(f"{kind} {area}", f"9{area}{kind[:3]}", kind)
            mine[kind] = units.found_unit(SETUP, naming=naming, parent=top.id, day=DAY)
        for body, room_type in (*(("top", each) for each in TYPES), ("inspectorate", TYPES[0]), ("office", TYPES[1])):
            regulation.supervise(
                body=mine[body].id, area=top.id, room_type=room_type, valid_from=DAY, decision_number="2/QĐ"
            )
        for name in communes:
            naming = units.NewName(f"Xã {name}", f"000{name}", "commune")
            mine[name] = units.found_unit(SETUP, naming=naming, parent=top.id, day=DAY)
        if area == 1:
            self.units |= mine
        else:
            self.units |= {name: mine[name] for name in communes}

    def _furnish(self, name: str) -> None:
        for room_type in TYPES:
            details = rooms.RoomDetails(name=f"{room_type} {name}", purpose="Giám sát", legal_basis="Điều 32")
            room = rooms.open_room(SETUP, unit=self.units[name].id, room_type=room_type, details=details, day=DAY)
            self.rooms[name, room_type] = room
            if name not in self.recorders:
                self.recorders[name] = devices.add_recorder(
                    SETUP, room=room, name=f"Đầu ghi {name}", networks=["192.168.1.0/24"], now=self.now
                )
            found = devices.CameraDetails(label=f"Camera {name}", address="rtsp://192.168.1.9/main", has_sound=True)
            self.cameras[name, room_type] = devices.add_camera(
                SETUP, room=room, recorder=self.recorders[name], details=found, now=self.now, day=DAY
            )
        self.counters[name] = rooms.add_counter(SETUP, room=self.rooms[name, "one_stop"], number=1, day=DAY)

    def camera(self, commune: str, room_type: str = "one_stop") -> UUID:
        """The id of the camera of that room."""
        return self.cameras[commune, room_type].id
