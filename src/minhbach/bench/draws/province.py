"""Lays a province by the registry's own actions, its week of footage in bulk, and measures drawing and assessing."""

import datetime
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access import sessions
from minhbach.centre.access.actions import viewings
from minhbach.centre.access.actions.accounts import open_account
from minhbach.centre.footage.models import FootageStream, Run
from minhbach.centre.footage.timeline import us
from minhbach.centre.oversight.actions import drawing
from minhbach.centre.oversight.frames import periods_of
from minhbach.centre.oversight.models import Draw
from minhbach.centre.oversight.seeds import Seen
from minhbach.centre.registry.actions import devices, people, rooms, units
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import Camera, Recorder, RoomType
from minhbach.centre.registry.reading import day_of
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.rules import shipped

BENCH = System("bench")
SINCE = datetime.date(2026, 1, 5)
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
NOTE = "minhbach.vn/log/bench/2026\n9\nroot\n"
#: To make up one's mind about an item, and to press its key.
SECOND_PER_KEY = 1.35 + 0.28


def measure(many: int, clips: int, answer: str) -> None:
    """Write the figures, by name, as JSON into the file `answer`."""
    now = timezone.now()
    # A period that is over, whatever day it is: the first of this month, or of the last.
    this = day_of(now).replace(day=1)
    past = [
        each
        for month in ((this - DAY).replace(day=1), this)
        for each in periods_of(month, 7)
        if each.last < day_of(now)
    ]
    begun = past[-1].begin - DAY
    browser = _found(many, begun, now)
    _record(us(begun), us(now))
    figures: dict[str, float] = {}
    before = time.perf_counter()
    made = drawing.draw_due(lambda recorders, after: Seen("bench", NOTE, after + MINUTE), now=now)
    figures["drawn_rooms"] = made
    figures["drawing_s"] = round(time.perf_counter() - before, 2)
    rows = list(Draw.objects.all())
    before = time.perf_counter()
    for row in rows:
        drawing.clips_of(row)
    figures["sampling_s"] = round(time.perf_counter() - before, 2)
    with CaptureQueriesContext(connection) as asked:
        browser.get(reverse("assessments"))
    figures["month_page_queries"] = len(asked)
    spent = [_spent_ms(lambda: browser.get(reverse("assessments"))) for _ in range(5)]
    figures["month_page_ms"] = round(statistics.median(spent), 1)
    machine = [_spent_ms(lambda: _assess(browser)) for _ in range(clips)]
    figures["machine_ms_p50"] = round(statistics.median(machine), 1)
    figures["machine_ms_p95"] = round(statistics.quantiles(machine, n=20)[-1], 1)
    keys = 1 + len(_take(browser)["form"])
    figures["keys_per_clip"] = keys
    figures["second_per_key"] = SECOND_PER_KEY
    figures["overhead_s"] = round(figures["machine_ms_p95"] / 1000 + keys * SECOND_PER_KEY, 1)
    Path(answer).write_text(json.dumps(figures), "ascii")


def _found(many: int, begun: datetime.datetime, now: datetime.datetime) -> Client:
    """The province, and a browser of somebody who supervises its one-stop rooms."""
    top = units.found_unit(BENCH, naming=units.NewName("Tỉnh Hòa Giang", "35", "province"), parent=None, day=SINCE)
    office = units.found_unit(BENCH, naming=units.NewName("Văn phòng", "35.1", "office"), parent=top.id, day=SINCE)
    rules = shipped("MO_HINH_2_CAP_2025")
    regulation.issue(unit=top.id, content=rules, valid_from=SINCE, decision_number="1/QĐ", now=now)
    regulation.supervise(
        body=office.id, area=top.id, room_type=RoomType.ONE_STOP, valid_from=SINCE, decision_number="2/QĐ"
    )
    for number in range(many):
        naming = units.NewName(f"Xã {number}", f"35.{number:04}", "commune")
        commune = units.found_unit(BENCH, naming=naming, parent=top.id, day=SINCE)
        recorder: Recorder | None = None
        for room_type in RoomType:
            details = rooms.RoomDetails(
                name=f"Phòng {room_type}", purpose="Giám sát", legal_basis="Điều 32", contact=""
            )
            room = rooms.open_room(
                BENCH, unit=commune.id, room_type=room_type, details=details, day=SINCE, in_service_on=SINCE
            )
            recorder = recorder or devices.add_recorder(
                BENCH, room=room, name="Đầu ghi", networks=["127.0.0.0/16"], now=begun
            )
            found = devices.CameraDetails(label=f"Camera {room_type}", address="rtsp://127.0.0.1/a")
            devices.add_camera(BENCH, room=room, recorder=recorder, details=found, now=begun, day=begun.date())
    person = people.add_person(BENCH, details=people.PersonDetails(full_name="Phạm Minh Tuấn"), now=now)
    decision = people.Decision(number="3/QĐ", date=SINCE)
    people.assign(BENCH, person=person, unit=office.id, role="office_specialist", begin=SINCE, decision=decision)
    return _browser(person.id, now)


def _browser(person: object, now: datetime.datetime) -> Client:
    account = open_account(
        "bench",
        person=person,  # type: ignore[arg-type]  # an id
        username="bench",
        password="một câu dài dễ nhớ",
        decision_number="4/QĐ",
        must_change_password=False,
        now=now,
    )
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(account)
    session = client.session
    sessions.begin(session, now=now)
    session.save()
    return client


def _record(begin_us: int, end_us: int) -> None:
    """Every camera recorded from then on, in stretches of half a day."""
    streams = FootageStream.objects.bulk_create(
        FootageStream(
            recorder_id=camera.recorder_id, camera=camera.name, stream="main", content="av", known_until_us=end_us,
            witnessed_until_us=end_us,
        )
        for camera in Camera.objects.all()
    )  # fmt: skip
    step = 43_200_000_000
    Run.objects.bulk_create(
        Run(stream=stream, begin_us=at, end_us=min(at + step - 2_000_000, end_us), first=1, last=2)
        for stream in streams
        for at in range(begin_us, end_us - 2_000_000, step)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _spent_ms(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return (time.perf_counter() - before) * 1000


def _post(browser: Client, address: str, said: object) -> dict[str, Any]:
    answer = browser.post(address, json.dumps(said), content_type="application/json")
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code} {answer.content.decode()[:200]}")
    found: dict[str, Any] = answer.json()
    return found


def _take(browser: Client) -> dict[str, Any]:
    return _post(browser, "/api/assessments/next", {})


def _assess(browser: Client) -> None:
    """Everything that the page asks of the site for one clip."""
    clip = _take(browser)
    cameras = [camera["id"] for camera in clip["cameras"]]
    wish = {"kind": "playback", "cameras": cameras, "begin": clip["begin_at"], "end": clip["end_at"]}
    viewing = _post(browser, "/api/viewings", wish | {"purpose": clip["purpose"], "at_us": clip["begin"]})
    # As the worker notes it while the clip plays.
    left = viewings.Left(clip["cameras"][0]["line"], sound=False, begin_us=clip["begin"], end_us=clip["end"])
    viewings.record_served(UUID(viewing["viewing"]), [left], 1, now=timezone.now())
    answers = {item["code"]: "good" for item in clip["form"]}
    said = {"answers": answers, "viewing": viewing["viewing"]}
    _post(browser, f"/api/assessments/clips/{clip['id']}/answers", said)
    _post(browser, f"/api/viewings/{viewing['viewing']}/close", {})
