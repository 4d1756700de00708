"""Lays the rows of a month as the index of the recorders' logs would leave them, and asks for them.

Owns the load of ``bench timeline``: what is calm and what is flapping stands here. Registry, rules and people are
made by their own actions; only coverage is written in bulk: verifying a month of logs takes longer than measuring.
"""

import datetime
import json
import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.test import Client
from django.utils import timezone

from minhbach.centre.access import sessions
from minhbach.centre.access.actions.accounts import open_account
from minhbach.centre.footage.actions.marks import mark
from minhbach.centre.footage.models import FootageStream, Gap, Run
from minhbach.centre.footage.timeline import us
from minhbach.centre.registry.actions import devices, people, rooms, units
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import Camera, Room, RoomType
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import shipped
from minhbach.centre.words import Words

BENCH = System("bench")
SINCE = datetime.date(2026, 1, 5)
DAY_US = 86_400_000_000
CALM_GAPS_A_DAY = 2
FLAPPING_GAPS_A_DAY = 144
MARKS_A_DAY = 50
_CAUSES = ("stream_lost", "camera_timeout", "recorder_killed")


def measure(cameras: int, days: int, requests: int, answer: str) -> None:
    """Write the figures, by name, as JSON into the file `answer`."""
    now = timezone.now()
    room, browser = _room(cameras, now)
    figures: dict[str, float] = {}
    for name, gaps in (("", CALM_GAPS_A_DAY), ("flapping_", FLAPPING_GAPS_A_DAY)):
        _record(room, days, gaps, now)
        if not name:
            _marks(room, days, now)
        before_s = time.process_time()
        spent_ms, size = _ask(browser, room, requests)
        figures[f"{name}server_cpu_ms"] = round((time.process_time() - before_s) * 1000 / (requests + 1), 1)
        figures[f"{name}server_ms_p50"] = round(statistics.median(spent_ms), 1)
        figures[f"{name}server_ms_p95"] = round(statistics.quantiles(spent_ms, n=20)[-1], 1)
        figures[f"{name}sent_kb"] = round(size / 1000)
    Path(answer).write_text(json.dumps(figures), "ascii")


def _room(cameras: int, now: datetime.datetime) -> tuple[Room, Client]:
    """A one-stop section with that many cameras, and a browser of the head of its commune."""
    naming = units.NewName("Tỉnh Hòa Giang", "35", "province")
    top = units.found_unit(BENCH, naming=naming, parent=None, day=SINCE)
    naming = units.NewName("Xã Mộc Xuyên", "00001", "commune")
    commune = units.found_unit(BENCH, naming=naming, parent=top.id, day=SINCE)
    rules = shipped("MO_HINH_2_CAP_2025")
    regulation.issue(unit=top.id, content=rules, valid_from=SINCE, decision_number="1/QĐ", now=now)
    details = rooms.RoomDetails(name="Bộ phận Một cửa", purpose="Giám sát", legal_basis="Điều 32", contact="")
    room = rooms.open_room(BENCH, unit=commune.id, room_type=RoomType.ONE_STOP, details=details, day=SINCE)
    recorder = devices.add_recorder(BENCH, room=room, name="Đầu ghi", networks=["127.0.0.0/16"], now=now)
    for number in range(cameras):
        found = devices.CameraDetails(label=f"Camera {number + 1} · Quầy {number + 1}", address="rtsp://127.0.0.1/a")
        devices.add_camera(BENCH, room=room, recorder=recorder, details=found, now=now, day=SINCE)
    head = people.add_person(BENCH, details=people.PersonDetails(full_name="Nguyễn Thu Hà"), now=now)
    decision = people.Decision(number="2/QĐ", date=SINCE)
    people.assign(BENCH, person=head, unit=commune.id, role="commune_chairman", begin=SINCE, decision=decision)
    return room, _browser(head.id, now)


def _browser(person: object, now: datetime.datetime) -> Client:
    account = open_account(
        "bench",
        person=person,  # type: ignore[arg-type]  # an id
        username="bench",
        password="một câu dài dễ nhớ",
        decision_number="3/QĐ",
        must_change_password=False,
        now=now,
    )
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(account)
    session = client.session
    sessions.begin(session, now=now)
    session.save()
    return client


def _record(room: Room, days: int, gaps_a_day: int, now: datetime.datetime) -> None:
    """The month again, with that many gaps in each camera's day."""
    Gap.objects.all().delete()
    Run.objects.all().delete()
    FootageStream.objects.all().delete()
    end = us(now)
    for camera in Camera.objects.filter(room=room):
        stream = FootageStream.objects.create(
            recorder_id=camera.recorder_id,
            camera=camera.name,
            stream="main",
            content="av",
            known_until_us=end,
            witnessed_until_us=end - 60_000_000,
        )
        edges = list(_edges(end - days * DAY_US, end, gaps_a_day, random.Random(camera.name)))
        Run.objects.bulk_create(
            Run(stream=stream, begin_us=begin, end_us=lost, first=1, last=2) for begin, lost, _ in edges
        )
        Gap.objects.bulk_create(
            Gap(stream=stream, begin_us=lost, end_us=end, cause=_CAUSES[index % 3], log="2026", index=index)
            for index, (_, lost, end) in enumerate(edges)
        )
    # A database that has stood for a minute knows its tables; this one is seconds old.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _edges(begin_us: int, end_us: int, gaps_a_day: int, chance: random.Random) -> Iterator[tuple[int, int, int]]:
    """Begin of footage, begin of the gap behind it and its end, one after the other, of uneven lengths."""
    mean = DAY_US // gaps_a_day
    while (end := begin_us + round(mean * chance.uniform(0.7, 1.3))) <= end_us:
        lost = end - round(mean * chance.uniform(0.01, 0.1))
        yield begin_us, lost, end
        begin_us = end


def _marks(room: Room, days: int, now: datetime.datetime) -> None:
    for number in range(days * MARKS_A_DAY):
        at = us(now) - number * DAY_US // MARKS_A_DAY
        words = Words(f"Mốc {number}", f"Mark {number}")
        mark(
            BENCH, room=room.id, kind="received", reference=str(number), words=words,
            right=Right.PLAYBACK, begin_us=at, end_us=at, now=now,
        )  # fmt: skip


def _ask(browser: Client, room: Room, requests: int) -> tuple[list[float], int]:
    """Milliseconds of each request, the first left out, and the bytes of an answer as it is sent."""
    spent_ms = []
    size = 0
    for _ in range(requests + 1):
        begin = time.perf_counter()
        answer = browser.get(f"/api/rooms/{room.id}/timeline", headers={"accept-encoding": "gzip"})
        spent_ms.append((time.perf_counter() - begin) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"The room's time was not told ({answer.status_code}): there is nothing to measure.")
        size = len(answer.content)
    return spent_ms[1:], size
