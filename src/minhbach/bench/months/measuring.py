"""Communes with a month of events behind them; counting their days, drafting their reports and recounting, timed; and
the digests of their heads on the morning after.
"""

import datetime
import json
import time
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from minhbach.bench.months import events, pages
from minhbach.centre.access.mailing import mailboxes
from minhbach.centre.access.models import Account
from minhbach.centre.dossiers.models import Procedure
from minhbach.centre.footage.models import Fault, FootageStream, Gap, Run
from minhbach.centre.front.digest import queue_digests
from minhbach.centre.messaging.models import Mail
from minhbach.centre.publishing.actions.ranking import open_due
from minhbach.centre.publishing.actions.reminding import draft_due
from minhbach.centre.publishing.actions.rolling import roll
from minhbach.centre.publishing.counting import AT_END, DAY, count, differences, whole
from minhbach.centre.publishing.sources import MISSING, RECORDED, SOURCES, UNKNOWN
from minhbach.centre.registry.actions import devices, people, rooms, units
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import Camera, Person, Recorder, Room, RoomType, Unit
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.models import Acknowledgement, Regulation
from minhbach.centre.regulation.rules import shipped

BENCH = System("bench")
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
#: The regulation was issued only in March: February owes no report.
FOUNDED, ISSUED = datetime.date(2026, 1, 5), datetime.date(2026, 3, 2)
#: March 2026 counts 15 February to 14 March and is drafted on the 20th.
FIRST, LAST, DRAFTED = datetime.date(2026, 2, 15), datetime.date(2026, 3, 14), datetime.date(2026, 3, 20)
FAULTS_A_MONTH = 10
#: So many heads of communes have a mailbox.
MAILBOXES = 100
CODES = (*SOURCES, RECORDED, MISSING, UNKNOWN, *AT_END)
SEGMENT_US, LOST_US, HALF_DAY_US = 43_100_000_000, 100_000_000, 43_200_000_000


def measure(sizes: list[int], answer: str) -> None:
    """Lay as many communes as the sizes say, one after another, and measure at each; JSON to the file."""
    figures: dict[str, float] = {}
    (top, issued), laid = found(), 0
    everybody = serving(top, issued)
    browser = pages.reader(top, FOUNDED)
    for size in sizes:
        for number in range(laid, size):
            commune(top, number, everybody)
        laid = size
        figures |= {f"{size}.{name}": value for name, value in (_times() | pages.costs(browser)).items()}
    Path(answer).write_text(json.dumps(figures), "ascii")


def _times() -> dict[str, float]:
    found: dict[str, float] = {}
    now = datetime.datetime.combine(DRAFTED, datetime.time(6), VIETNAM)
    begun = time.perf_counter()
    roll(FIRST, DRAFTED - DAY, now=now)
    found["count_s"] = _since(begun)
    # What a smaller size drafted stays: PostgreSQL keeps every report. So many are new here.
    begun = time.perf_counter()
    made = draft_due(now=now)
    found["draft_s"] = _since(begun)
    found["drafted"] = made
    begun = time.perf_counter()
    open_due(now=now)
    found["score_s"] = _since(begun)
    begun = time.perf_counter()
    count(whole(FIRST, LAST))
    found["recount_s"] = _since(begun)
    found["wrong"] = len(list(differences(FIRST, LAST)))
    found["empty_codes"] = len(empty())
    found["codes"] = len(CODES) - len(empty())
    return found | _digests(now + datetime.timedelta(hours=1))


def empty() -> list[str]:
    """The codes of which nothing was counted in the whole month: nothing equals nothing."""
    counted = {code for figures in count(whole(FIRST, LAST)).values() for code, value in figures.items() if value}
    return [code for code in CODES if code not in counted]


def _digests(now: datetime.datetime) -> dict[str, float]:
    """Seconds for a hundred people who had none this morning."""
    waiting = mailboxes(now).exclude(id__in=Mail.objects.filter(day=now.date()).values("address")).count()
    begun = time.perf_counter()
    queued = queue_digests(now=now, site="https://minhbach.example")
    return {"digests_s_per_100": round(_since(begun) * 100 / waiting, 2), "digests": queued}


def _since(begun: float) -> float:
    return round(time.perf_counter() - begun, 2)


def found() -> tuple[UUID, Regulation]:
    """A province that leads its own communes, and what it issued."""
    top = units.found_unit(BENCH, naming=units.NewName("Tỉnh", "H99", "province"), parent=None, day=FOUNDED)
    now = datetime.datetime.combine(ISSUED, datetime.time(8), VIETNAM)
    issued = regulation.issue(
        unit=top.id, content=shipped("MO_HINH_2_CAP_2025"), valid_from=FOUNDED, decision_number="1/QĐ", now=now
    )
    for kind in RoomType:
        regulation.supervise(body=top.id, area=top.id, room_type=kind, valid_from=FOUNDED, decision_number="2/QĐ")
    return top.id, issued


def serving(top: UUID, issued: Regulation) -> events.People:
    """Who works in all communes, and by what."""
    now = datetime.datetime.combine(FOUNDED, datetime.time(8), VIETNAM)
    officer, inspector = (
        people.add_person(BENCH, details=people.PersonDetails(full_name=name), now=now)
        for name in ("Nguyễn Văn Tiếp", "Trần Thị Soát")
    )
    procedure = Procedure.objects.create(
        unit_id=top, code="1.000948", name="Đăng ký khai sinh", working_days=5, valid_from=FOUNDED
    )
    return events.People(officer, inspector, _account(inspector, now), issued, procedure, events.paper(now))


def _account(person: Person, now: datetime.datetime) -> Account:
    return Account.objects.create(
        person=person, username=f"n{person.id.hex}", password="!", must_change_password=False,
        decision_number="5/QĐ", opened_at=now,
    )  # fmt: skip


def _head(unit: Unit, number: int, issued: Regulation) -> None:
    """Its chairman, who has read the regulation and reads the digest."""
    now = datetime.datetime.combine(ISSUED, datetime.time(9), VIETNAM)
    details = people.PersonDetails(full_name=f"Chủ tịch {number}", email=f"chutich.{number}@minhbach.example")
    person = people.add_person(BENCH, details=details, now=now)
    decision = people.Decision(number="6/QĐ", date=FOUNDED)
    people.assign(BENCH, person=person, unit=unit.id, role="commune_chairman", decision=decision, begin=FOUNDED)
    _account(person, now)
    Acknowledgement.objects.create(regulation=issued, person=person, digest=issued.digest, at=now)


def commune(top: UUID, number: int, everybody: events.People) -> None:
    """A commune with both rooms, a camera in each, its head, and its month."""
    naming = units.NewName(f"Xã {number}", f"H99.{number}", "commune")
    unit = units.found_unit(BENCH, naming=naming, parent=top, day=FOUNDED)
    begun = datetime.datetime.combine(FIRST, datetime.time(), VIETNAM)
    recorder: Recorder | None = None
    made: dict[RoomType, tuple[Room, Camera]] = {}
    for kind in RoomType:
        details = rooms.RoomDetails(name=f"Phòng {kind}", purpose="Giám sát", legal_basis="Điều 32")
        room = rooms.open_room(BENCH, unit=unit.id, room_type=kind, details=details, day=FOUNDED, in_service_on=FOUNDED)
        recorder = recorder or devices.add_recorder(
            BENCH, room=room, name="Đầu ghi", networks=["127.0.0.0/16"], now=begun
        )
        found = devices.CameraDetails(label=f"Camera {kind}", address="rtsp://127.0.0.1/a")
        camera = devices.add_camera(BENCH, room=room, recorder=recorder, details=found, now=begun, day=FOUNDED)
        made[kind] = room, camera
        events.recorded(camera, room, everybody, begun)
        _record(camera, round(begun.timestamp()) * 1_000_000)
    Fault.objects.bulk_create(
        Fault(
            recorder=recorder, room_id=recorder.room_id, kind="line", began_at=begun + n * 2 * DAY,
            known_at=begun + n * 2 * DAY, ended_at=begun + n * 2 * DAY + DAY / 8,
        )
        for n in range(FAULTS_A_MONTH) if recorder
    )  # fmt: skip
    office, camera = made[RoomType.ONE_STOP]
    counter = rooms.add_counter(BENCH, room=office, number=1, day=FOUNDED)
    if number < MAILBOXES:
        _head(unit, number, everybody.regulation)
    events.lay(events.Place(unit, office, made[RoomType.RECEPTION_ROOM][0], camera, counter, begun), everybody)


def _record(camera: Camera, begin_us: int) -> None:
    """Half a day recorded at a time, and a little lost after each."""
    # Of the last half day nobody knows: the line was cut.
    known_us = begin_us + 55 * HALF_DAY_US
    stream = FootageStream.objects.create(
        recorder_id=camera.recorder_id, camera=camera.name, stream="main", content="av", known_until_us=known_us,
        witnessed_until_us=known_us,
    )  # fmt: skip
    starts = [(n, begin_us + n * HALF_DAY_US) for n in range(55)]
    Run.objects.bulk_create(
        Run(stream=stream, begin_us=at, end_us=at + SEGMENT_US, first=n, last=n) for n, at in starts
    )
    Gap.objects.bulk_create(
        Gap(
            stream=stream,
            begin_us=at + SEGMENT_US,
            end_us=at + SEGMENT_US + LOST_US,
            cause="stream_lost",
            log="2026",
            index=n,
        )
        for n, at in starts
    )
