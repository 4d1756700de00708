"""A watched room for the tests of footage pages: a province, a commune, an office that supervises, people of each kind,
two cameras and what their recorder's log said of them.

Owns rows only, made by the actions of each app; coverage is written as the index would leave it. The three people of
every access test: `chairman` owns, `specialist` supervises, `stranger` has no business here.
"""

import datetime
from dataclasses import dataclass, field
from uuid import UUID

from django.test import Client
from django.utils import timezone

from minhbach.centre.access import sessions
from minhbach.centre.access.actions import accounts
from minhbach.centre.access.models import Account
from minhbach.centre.footage.models import FootageStream, Gap, Run
from minhbach.centre.registry.actions import commissioning, people, units
from minhbach.centre.registry.models import Camera, Room, RoomType
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.rules import shipped
from tests.centre.registry.places import DAY, SETUP, camera, commune, one_stop, province, recorder
from tests.photographs import photograph

PASSWORD = "một câu dài dễ nhớ"
MINUTE = 60_000_000
HOUR = 60 * MINUTE
VIETNAM = datetime.timezone(datetime.timedelta(hours=7))


def us(at: datetime.datetime) -> int:
    """Unix µs."""
    return round(at.timestamp()) * 1_000_000


@dataclass
class Watched:
    """The room and everybody around it. `now` is the wall clock when it was made, cut to the second."""

    now: datetime.datetime = field(default_factory=lambda: timezone.now().replace(microsecond=0))
    people: dict[str, Account] = field(default_factory=dict)

    def __post_init__(self) -> None:
        top = self.top = province()
        self.commune = commune(top)
        self.elsewhere = commune(top, name="Xã Đồng Vân", code="00002")
        naming = units.NewName("Văn phòng UBND tỉnh", "35-VP", "office")
        office = units.found_unit(SETUP, naming=naming, parent=top.id, day=DAY)
        regulation.issue(
            unit=top.id, content=shipped("MO_HINH_2_CAP_2025"), valid_from=DAY, decision_number="1/QĐ", now=self.now
        )
        regulation.supervise(
            body=office.id, area=top.id, room_type=RoomType.ONE_STOP, valid_from=DAY, decision_number="2/QĐ"
        )
        self.room: Room = one_stop(self.commune.id)
        at = recorder(self.room)
        self.cameras: list[Camera] = [
            camera(self.room, at, label="Camera 1 · Quầy 1 và 2", has_sound=True),
            camera(self.room, at, label="Camera 2 · Quầy 3 và 4", address="rtsp://192.168.10.21/main"),
        ]
        self.person("chairman", "Nguyễn Thu Hà", self.commune.id, "commune_chairman")
        self.person("specialist", "Phạm Văn Lâm", office.id, "office_specialist")
        self.person("stranger", "Trần Thị Mai", self.elsewhere.id, "commune_chairman")
        self.person("technician", "Lê Văn Tùng", self.commune.id, "technician")

    def person(self, name: str, full_name: str, unit: UUID, role: str) -> Account:
        """Somebody with an account and a post."""
        who = people.add_person(SETUP, details=people.PersonDetails(full_name=full_name), now=self.now)
        people.assign(
            SETUP, person=who, unit=unit, role=role, begin=DAY, decision=people.Decision(number="3/QĐ", date=DAY)
        )
        self.people[name] = accounts.open_account(
            "tests", person=who.id, username=name, password=PASSWORD, decision_number="4/QĐ",
            must_change_password=False, now=self.now,
        )  # fmt: skip
        return self.people[name]

    def switch_on(self) -> None:
        """A sign hangs in the room, and its cameras record."""
        sign = commissioning.draw_sign(SETUP, room=self.room, days=30, now=self.now)
        commissioning.hang_sign(SETUP, sign=sign, photo=photograph(), where="Cửa", now=self.now)
        for each in self.cameras:
            Camera.objects.filter(id=each.id).update(recording_since=self.now)
            each.refresh_from_db()

    def browser(self, name: str) -> Client:
        """A browser in which that person is signed in."""
        client = Client()
        client.force_login(self.people[name])
        session = client.session
        sessions.begin(session, now=timezone.now())
        session.save()
        return client

    def today(self, hour: int, minute: int = 0) -> int:
        """A moment of the Vietnamese day of `now`, Unix µs."""
        local = self.now.astimezone(VIETNAM)
        return us(local.replace(hour=hour, minute=minute, second=0, microsecond=0))

    def recorded(self, camera: Camera, begin_us: int, end_us: int, *gaps: tuple[int, int, str]) -> FootageStream:
        """The camera recorded from `begin_us` to `end_us`, but for the gaps."""
        stream = FootageStream.objects.create(
            recorder_id=camera.recorder_id,
            camera=camera.name,
            stream="main",
            content="av",
            known_until_us=end_us,
            witnessed_until_us=end_us,
        )
        begin = begin_us
        for index, (gap_begin, gap_end, cause) in enumerate(gaps):
            Gap.objects.create(stream=stream, begin_us=gap_begin, end_us=gap_end, cause=cause, log="2026", index=index)
            if begin < gap_begin:
                Run.objects.create(stream=stream, begin_us=begin, end_us=gap_begin, first=1, last=2)
            begin = gap_end
        if begin < end_us:
            Run.objects.create(stream=stream, begin_us=begin, end_us=end_us, first=3, last=4)
        return stream
