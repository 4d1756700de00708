"""Communes with a month of events behind them; counting their days, drafting their reports and recounting, timed."""

import datetime
import json
import time
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from minhbach.bench.months import pages
from minhbach.centre.footage.models import Fault, FootageStream, Gap, Run
from minhbach.centre.publishing.actions.ranking import open_due
from minhbach.centre.publishing.actions.reminding import draft_due
from minhbach.centre.publishing.actions.rolling import roll
from minhbach.centre.publishing.counting import DAY, count, differences, whole
from minhbach.centre.reception.models import Session
from minhbach.centre.registry.actions import devices, people, rooms, units
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import Camera, Person, Recorder, Room, RoomType
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.rules import shipped

BENCH = System("bench")
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
FOUNDED = datetime.date(2026, 1, 5)
#: March 2026 counts 15 February to 14 March and is drafted on the 20th.
FIRST, LAST, DRAFTED = datetime.date(2026, 2, 15), datetime.date(2026, 3, 14), datetime.date(2026, 3, 20)
SESSIONS_A_MONTH, FAULTS_A_MONTH = 20, 10
SEGMENT_US, LOST_US, HALF_DAY_US = 43_100_000_000, 100_000_000, 43_200_000_000


def measure(sizes: list[int], answer: str) -> None:
    """Lay as many communes as the sizes say, one after another, and measure at each; JSON to the file."""
    figures: dict[str, float] = {}
    top, laid = _found(), 0
    receiver = people.add_person(
        BENCH, details=people.PersonDetails(full_name="Nguyễn Văn Tiếp"),
        now=datetime.datetime.combine(FOUNDED, datetime.time(8), VIETNAM),
    )  # fmt: skip
    browser = pages.reader(top, FOUNDED)
    for size in sizes:
        for number in range(laid, size):
            _commune(top, number, receiver)
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
    return found


def _since(begun: float) -> float:
    return round(time.perf_counter() - begun, 2)


def _found() -> UUID:
    """A province that leads its own communes."""
    top = units.found_unit(BENCH, naming=units.NewName("Tỉnh", "H99", "province"), parent=None, day=FOUNDED)
    now = datetime.datetime.combine(FOUNDED, datetime.time(8), VIETNAM)
    regulation.issue(
        unit=top.id, content=shipped("MO_HINH_2_CAP_2025"), valid_from=FOUNDED, decision_number="1/QĐ", now=now
    )
    for kind in RoomType:
        regulation.supervise(body=top.id, area=top.id, room_type=kind, valid_from=FOUNDED, decision_number="2/QĐ")
    return top.id


def _commune(top: UUID, number: int, receiver: Person) -> None:
    """A commune with both rooms, a camera in each, and its month."""
    naming = units.NewName(f"Xã {number}", f"H99.{number}", "commune")
    unit = units.found_unit(BENCH, naming=naming, parent=top, day=FOUNDED)
    begun = datetime.datetime.combine(FIRST, datetime.time(), VIETNAM)
    recorder: Recorder | None = None
    made: list[Room] = []
    for kind in RoomType:
        details = rooms.RoomDetails(name=f"Phòng {kind}", purpose="Giám sát", legal_basis="Điều 32")
        room = rooms.open_room(BENCH, unit=unit.id, room_type=kind, details=details, day=FOUNDED, in_service_on=FOUNDED)
        made.append(room)
        recorder = recorder or devices.add_recorder(
            BENCH, room=room, name="Đầu ghi", networks=["127.0.0.0/16"], now=begun
        )
        found = devices.CameraDetails(label=f"Camera {kind}", address="rtsp://127.0.0.1/a")
        camera = devices.add_camera(BENCH, room=room, recorder=recorder, details=found, now=begun, day=FOUNDED)
        _record(camera, round(begun.timestamp()) * 1_000_000)
    Fault.objects.bulk_create(
        Fault(
            recorder=recorder, room_id=recorder.room_id, kind="line", began_at=begun + n * 2 * DAY,
            known_at=begun + n * 2 * DAY, ended_at=begun + n * 2 * DAY + DAY / 8,
        )
        for n in range(FAULTS_A_MONTH) if recorder
    )  # fmt: skip
    Session.objects.bulk_create(
        Session(
            unit=unit, year=2026, number=1 + n, room=made[-1], kind="regular", people=3, received_by=receiver,
            opened_at=begun + n * DAY, closed_at=begun + n * DAY + DAY / 24,
        )
        for n in range(SESSIONS_A_MONTH)
    )  # fmt: skip


def _record(camera: Camera, begin_us: int) -> None:
    """Half a day recorded at a time, and a little lost after each."""
    stream = FootageStream.objects.create(
        recorder_id=camera.recorder_id, camera=camera.name, stream="main", content="av"
    )
    starts = [(n, begin_us + n * HALF_DAY_US) for n in range(56)]
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
