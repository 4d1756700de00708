"""Lays the district through the site's own actions, as an office would have written it in the weeks before.

Promises that it can be run again after an interruption: everything is one transaction, but for what the log's index
keeps in files, which is taken in again. Leaves what the recorders have to `past`.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from minhbach.centre.access.actions import confirming
from minhbach.centre.access.actions.accounts import open_account
from minhbach.centre.access.models import Account
from minhbach.centre.fabric import keys
from minhbach.centre.footage import ingestion, ordering
from minhbach.centre.footage.actions import faults
from minhbach.centre.footage.witnessing import CentreWitness
from minhbach.centre.registry.actions import commissioning, devices, people, rooms, units
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import Camera, Counter, Medium, Party, Person, Recorder, Room, RoomType, Unit
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation import rules
from minhbach.centre.regulation.models import Regulation
from minhbach.demo.district import (
    assessments,
    cases,
    citizens,
    counters,
    directives,
    extractions,
    fittings,
    matters,
    own_recordings,
    places,
    rankings,
    receptions,
    reports,
    staff,
    visits,
)
from minhbach.demo.district.photo import photograph
from minhbach.edge.archive import home, layout
from minhbach.ledger.entry import Entry, decode
from minhbach.protocol import sealed

DEMO = System("bản chạy thử")
PROFILE = "MO_HINH_2_CAP_2025"
DECISION = "1145/QĐ-UBND"
SINCE_DAYS = 60
NETWORK = "127.0.0.1/32"
ACCOUNTS_FILE = "demo-accounts.json"
#: Footage is kept so short that the disk of a notebook does not fill: see `fleet.DEMO_RETENTION`.
SHORT_MEMORY = {
    "retention_one_stop_days": 2,
    "retention_one_stop_minimum_days": 1,
    "retention_reception_room_days": 2,
    "retention_reception_room_minimum_days": 1,
    "deletion_intent_hours": 1,
}


@dataclass(frozen=True, slots=True)
class Site:
    """What one live commune brings: its archive, recorder, sealing key, cameras' addresses and held moments."""

    key: str
    archive: Path
    recorder: UUID
    sealing_key: str
    addresses: Mapping[str, tuple[str, str, str, str]]
    """By the camera's name: address without login, user, password, address of a smaller stream or nothing."""
    held: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Past:
    """Everything that the demo knows when it lays the district. ``now``: the time of the first start."""

    now: datetime.datetime
    sites: tuple[Site, ...]

    @classmethod
    def read(cls, words: Mapping[str, Any]) -> Past:
        """Out of what `demo` hands over."""
        sites = tuple(
            Site(
                key=each["key"],
                archive=Path(each["archive"]),
                recorder=UUID(each["recorder"]),
                sealing_key=each["sealing_key"],
                addresses={name: tuple(found) for name, found in each["addresses"].items()},
                held=each["held"],
            )
            for each in words["sites"]
        )
        return cls(datetime.datetime.fromtimestamp(words["now_us"] / 1_000_000, datetime.UTC), sites)

    @property
    def since(self) -> datetime.date:
        """The day on which everything was in place."""
        return (self.now - datetime.timedelta(days=SINCE_DAYS)).date()

    @property
    def since_moment(self) -> datetime.datetime:
        """The same as a moment."""
        return self.now - datetime.timedelta(days=SINCE_DAYS - 1)


def lay(past: Past) -> None:
    """Lay everything. Where it was laid before, cameras that moved to another port are told to their recorders."""
    if Unit.objects.exists():
        for site in past.sites:
            _readdress(site, past)
        return
    with transaction.atomic():
        District(past).lay()
        # Last and inside: whoever starts again after an interruption finds nothing, or everything.
        for site in past.sites:
            _take_in(site, past.now)
            _relive(site)
        receptions.relive(past.now)
        visits.relive(past.now)
        own_recordings.OwnRecordings(past.now).relive()
        if past.sites:
            extractions.Relived(past.sites[0].archive, past.sites[0].held, past.now).relive()
        citizens.speak(past.now)
        assessments.relive(past.now)
        if past.sites:
            cases.follow(past.now, past.sites[0].held)
        reports.relive(past.now)
        rankings.relive(past.now)
        directives.relive(past.now)
        fittings.relive(past.now)


def _readdress(site: Site, past: Past) -> None:
    for camera in Camera.objects.filter(recorder=site.recorder, name__in=site.addresses):
        address, user, password, small = site.addresses[camera.name]
        details = devices.CameraDetails(
            label=camera.label,
            address=address,
            sub_address=small,
            sealed_credentials=sealed.seal_login(user, password, site.sealing_key, str(site.recorder), camera.name),
            has_sound=camera.has_sound,
        )
        seen = Counter.objects.filter(camera_views__camera=camera, camera_views__valid_until__isnull=True)
        devices.change_camera(DEMO, camera=camera, details=details, day=past.now.date(), counters=list(seen))


def _take_in(site: Site, now: datetime.datetime) -> None:
    """Verify the past of a recorder and take it into the site's index, with the cosignatures of its time."""
    witness = CentreWitness(
        site.recorder, settings.MINHBACH_DATA / "witness", keys.load(settings.MINHBACH_DATA / "keys").witness
    )
    try:
        for name in layout.log_names(site.archive):
            folder = layout.log_folder(site.archive, name)
            head = (folder / "checkpoint").read_bytes()
            ingestion.import_past(
                site.recorder, name, home.reader(folder), head, witness, settings.MINHBACH_DATA / "logs", now=now
            )
    finally:
        witness.close()


def _relive(site: Site) -> None:
    """Find the holds, tell and repair the faults at their own times, as the worker and a technician would have."""
    technician = Account.objects.get(username="kythuat")
    for index, entry in _noted(site.archive):
        at = datetime.datetime.fromtimestamp(entry["at_us"] / 1_000_000, datetime.UTC)
        ordering.take_entries(site.recorder, [(index, entry)], now=at)
        for fault in faults.take_entries(site.recorder, [(index, entry)], now=at):
            faults.tell_due([fault], now=at + datetime.timedelta(minutes=15))
            begun = at + datetime.timedelta(minutes=22)
            faults.start_repair(technician, fault.id, note="Lỏng nguồn camera, đã cử người tới thay.", now=begun)


def _noted(archive: Path) -> Iterator[tuple[int, Entry]]:
    for name in layout.log_names(archive):
        reader = home.reader(layout.log_folder(archive, name))
        for index, data in enumerate(reader.entries(0, reader.size)):
            if b'"kind":"fault"' in data or b'"kind":"hold"' in data:
                yield index, decode(data)


class District:
    """One laying."""

    def __init__(self, past: Past) -> None:
        self._past = past
        self._units: dict[str, UUID] = {}
        self._rooms: dict[tuple[str, str], Room] = {}
        self._counters: dict[tuple[str, int], Counter] = {}
        self._accounts: dict[str, Account] = {}

    def lay(self) -> None:
        """Units first, people last, as each needs the one before."""
        self._found_units()
        self._rule()
        for name in places.COMMUNES:
            self._furnish(name, next((one for one in places.LIVE if one.commune == name), None))
        self._appoint()
        for site in self._past.sites:
            self._equip(site, next(one for one in places.LIVE if one.key == site.key))
        self._serve()
        self._tell_accounts()

    def _found_units(self) -> None:
        province = self._found(places.PROVINCE, "H81", "province", None)
        for name, code, kind in places.BODIES:
            self._found(name, code, kind, province)
        for number, name in enumerate(places.COMMUNES, 1):
            self._found(places.commune(name), f"H81.{number:02d}", "commune", province)

    def _found(self, name: str, code: str, kind: str, parent: UUID | None) -> UUID:
        naming = units.NewName(name, code, kind)
        unit = units.found_unit(DEMO, naming=naming, parent=parent, day=self._past.since, decision_number=DECISION)
        self._units[name] = unit.id
        return unit.id

    def _rule(self) -> None:
        content = rules.shipped(PROFILE)
        times = content["times"]
        assert isinstance(times, dict)
        times.update(SHORT_MEMORY)
        times.update(assessments.TIMES)
        times.update(reports.times(self._past.now))
        province = self._units[places.PROVINCE]
        regulation.issue(
            unit=province, content=content, valid_from=self._past.since, decision_number=DECISION, now=self._past.now
        )
        for year in (self._past.now.year, self._past.now.year + 1):
            regulation.adopt_days(DEMO, unit=province, year=year, now=self._past.now)
        for body, kinds in (
            (places.INSPECTORATE, (RoomType.RECEPTION_ROOM,)),
            (places.OFFICE, (RoomType.ONE_STOP,)),
            (places.CENTRE, (RoomType.ONE_STOP,)),
            (places.PROVINCE, (RoomType.RECEPTION_ROOM, RoomType.ONE_STOP)),
        ):
            for kind in kinds:
                regulation.supervise(
                    body=self._units[body],
                    area=province,
                    room_type=kind,
                    valid_from=self._past.since,
                    decision_number=DECISION,
                )

    def _furnish(self, name: str, office: places.Office | None) -> None:
        for kind, words in places.ROOM_NAMES.items():
            details = rooms.RoomDetails(
                name=words,
                purpose=places.PURPOSES[kind],
                legal_basis=places.LEGAL_BASIS,
                address=f"Trụ sở UBND xã {name}",
                contact="0000 000 000",
            )
            room = rooms.open_room(
                DEMO,
                unit=self._units[places.commune(name)],
                room_type=RoomType(kind),
                details=details,
                day=self._past.since,
                decision_number=DECISION,
                in_service_on=self._past.since,
            )
            self._rooms[name, kind] = room
        for number in range(1, (office.counters if office else 3) + 1):
            self._counters[name, number] = rooms.add_counter(
                DEMO,
                room=self._rooms[name, places.ONE_STOP],
                number=number,
                day=self._past.since,
                field=places.COUNTERS[(number - 1) % len(places.COUNTERS)],
            )

    def _appoint(self) -> None:
        for number, member in enumerate(staff.MEMBERS, 1):
            mailbox = f"{member.username}@hoagiang.example"
            details = people.PersonDetails(full_name=member.name, staff_code=f"HG{number:04d}", email=mailbox)
            person = people.add_person(DEMO, details=details, now=self._past.since_moment, person_id=member.person_id)
            people.assign(
                DEMO,
                person=person,
                unit=self._units[member.unit],
                role=member.role,
                decision=people.Decision(number=f"{100 + number}/QĐ-UBND", date=self._past.since),
                begin=self._past.since,
                title=member.title,
            )
            if member.counter:
                counter = self._counters[places.LIVE[0].commune, member.counter]
                people.post_at_counter(DEMO, person=person, counter=counter, day=self._past.since)
            account = self._accounts[member.username] = self._open(member, person)
            if member.username != staff.UNREAD:
                version = Regulation.objects.get()
                confirming.confirm(account, version.id, digest=version.digest, read=True, now=self._past.now)

    def _open(self, member: staff.Member, person: Person) -> Account:
        return open_account(
            "demo",
            person=person.id,
            username=member.username,
            password=staff.PASSWORD,
            decision_number=DECISION,
            must_change_password=False,
            now=self._past.now,
        )

    def _equip(self, site: Site, office: places.Office) -> None:
        now, since = self._past.since_moment, self._past.since
        recorder = devices.add_recorder(
            DEMO,
            room=self._rooms[office.commune, places.ONE_STOP],
            name=f"Đầu ghi xã {office.commune}",
            networks=[NETWORK],
            place="Tủ thiết bị",
            recorder_id=site.recorder,
            now=now,
        )
        devices.learn_sealing_key(DEMO, recorder=recorder.id, key=site.sealing_key)
        cameras = [self._mount(site, office, lens, recorder) for lens in office.lenses if lens.name in site.addresses]
        for kind in places.ROOM_NAMES:
            self._hang_sign(self._rooms[office.commune, kind])
        for camera in cameras:
            devices.switch_on(DEMO, camera=camera, now=now)
            devices.add_equipment(
                DEMO,
                room=camera.room,
                details=devices.EquipmentDetails(kind="camera", name=camera.label, acquired_on=since),
                day=since,
                camera=camera,
            )
        matters.hold(site.held, {camera.name: camera for camera in cameras})
        matters.write_down(cameras, self._past.now)

    def _mount(self, site: Site, office: places.Office, lens: places.Lens, recorder: Recorder) -> Camera:
        address, user, password, small = site.addresses[lens.name]
        secret = sealed.seal_login(user, password, site.sealing_key, str(site.recorder), lens.name)
        details = devices.CameraDetails(
            label=lens.label, address=address, sub_address=small, sealed_credentials=secret, has_sound=True
        )
        seen = [self._counters[office.commune, number] for number in lens.counters]
        camera = devices.add_camera(
            DEMO,
            room=self._rooms[office.commune, lens.room],
            recorder=recorder,
            details=details,
            counters=seen,
            name=lens.name,
            now=self._past.since_moment,
            day=self._past.since,
        )
        devices.add_microphone(DEMO, camera=camera, label=f"Micro {lens.label}", day=self._past.since, built_in=True)
        for medium in (Medium.PICTURE, Medium.VOICE):
            for party in (Party.CITIZEN, Party.OFFICER):
                commissioning.accept(
                    DEMO, camera=camera, medium=medium, party=party, passed=True, now=self._past.since_moment
                )
        return camera

    def _hang_sign(self, room: Room) -> None:
        now = self._past.since_moment
        sign = commissioning.draw_sign(DEMO, room=room, days=SHORT_MEMORY["retention_one_stop_days"], now=now)
        commissioning.hang_sign(DEMO, sign=sign, photo=photograph(), where="Cửa ra vào", now=now)

    def _serve(self) -> None:
        """What the counters with cameras did lately, by those who sit there."""
        province = Unit.objects.get(id=self._units[places.PROVINCE])
        procedures = counters.publish(DEMO, unit=province, day=self._past.since)
        sitting = {member.counter: self._accounts[member.username].person for member in staff.MEMBERS if member.counter}
        for office in places.LIVE:
            numbers = range(1, office.counters + 1)
            every = [self._counters[office.commune, number] for number in numbers]
            rows = [row for row in every if row.camera_views.exists()]
            at_home = office is places.LIVE[0]
            officers = {number: (sitting.get(number) if at_home else None) or DEMO for number in numbers}
            counters.relive(officers, counters=rows, procedures=procedures, now=self._past.now)

    def _tell_accounts(self) -> None:
        lines = list(self._lines())
        (settings.MINHBACH_DATA / ACCOUNTS_FILE).write_text(json.dumps(lines, ensure_ascii=False), "utf-8")

    def _lines(self) -> Iterator[dict[str, str]]:
        for member in staff.MEMBERS:
            yield {
                "username": member.username,
                "password": staff.PASSWORD,
                "vi": f"{member.name} · {member.title}, {member.unit}",
                "en": f"{member.name} · {member.en}, {member.unit}",
            }
