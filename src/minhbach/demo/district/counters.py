"""What the counters did yesterday and today before the demo began: people called, dossiers received and handed back.

Written through the product's own actions, each at its own time and in order, only where cameras recorded that day, so
that every moment has its picture. The citizens are invented. The same place and day always give the same visits.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from minhbach.centre.dossiers.actions import moments, receiving, slips
from minhbach.centre.dossiers.deadlines import due_at
from minhbach.centre.dossiers.models import Dossier, EventKind, PaperKind, Procedure
from minhbach.centre.registry.actors import Actor
from minhbach.centre.registry.models import Counter, Unit
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.rules import Hours
from minhbach.demo.past.plan import HOURS, VIETNAM

EVERY_MINUTES = (24, 44)
#: From the call until the dossier is received.
LONG_MINUTES = (4, 11)
WEEK = Calendar(Hours((1, 2, 3, 4, 5), (("07:30", "11:30"), ("13:30", "17:00"))))
_OWN = ("Căn cước của người nộp", PaperKind.COPY, 1)
#: By what the counter handles: code, name, working days, papers.
PROCEDURES = {
    "Tư pháp - Hộ tịch": (
        ("1.001193", "Đăng ký khai sinh", 0, (
            ("Tờ khai đăng ký khai sinh", PaperKind.ORIGINAL, 1), ("Giấy chứng sinh", PaperKind.ORIGINAL, 1), _OWN,
        )),
        ("1.004873", "Cấp giấy xác nhận tình trạng hôn nhân", 3, (
            ("Tờ khai cấp giấy xác nhận", PaperKind.ORIGINAL, 1), _OWN,
        )),
    ),
    "Đất đai - Xây dựng": (
        ("1.004269", "Cung cấp thông tin, dữ liệu đất đai", 5, (
            ("Phiếu yêu cầu cung cấp thông tin", PaperKind.ORIGINAL, 1), _OWN,
        )),
    ),
    "Nông nghiệp - Môi trường": (
        ("1.010736", "Tham vấn báo cáo đánh giá tác động môi trường", 15, (
            ("Văn bản tham vấn", PaperKind.ORIGINAL, 1), ("Báo cáo đánh giá tác động môi trường", PaperKind.COPY, 1),
        )),
    ),
    "Văn hóa - Xã hội": (
        ("1.001776", "Thực hiện, điều chỉnh, thôi hưởng trợ cấp xã hội hằng tháng", 22, (
            ("Tờ khai đề nghị trợ giúp xã hội", PaperKind.ORIGINAL, 1),
            ("Giấy xác nhận khuyết tật", PaperKind.CERTIFIED_COPY, 1),
            _OWN,
        )),
    ),
    "Chứng thực": (
        ("2.000815", "Chứng thực bản sao từ bản chính", 0, (
            ("Bản chính giấy tờ", PaperKind.ORIGINAL, 1), ("Bản sao cần chứng thực", PaperKind.COPY, 3),
        )),
        ("2.000884", "Chứng thực chữ ký", 0, (("Giấy tờ cần chứng thực chữ ký", PaperKind.ORIGINAL, 2), _OWN)),
    ),
}  # fmt: skip
#: What every counter handles.
COMMON = "Chứng thực"
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Lương", "Triệu")
_MIDDLE = ("Văn", "Thị", "Đức", "Thị Ngọc", "Minh", "Thị Thanh", "Quốc", "Thu")
_GIVEN = ("An", "Bích", "Cường", "Dung", "Hạnh", "Khánh", "Loan", "Nghĩa", "Phượng", "Quỳnh", "Sơn", "Thủy", "Yến")


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody was called to a counter, and handed something in; perhaps the result was ready the same day."""

    counter: Counter
    called_at: datetime.datetime
    received_at: datetime.datetime
    handed_back_at: datetime.datetime | None


def publish(actor: Actor, *, unit: Unit, day: datetime.date) -> dict[str, list[Procedure]]:
    """The procedures, by what a counter handles."""
    return {
        field: [
            receiving.publish_procedure(
                actor,
                unit=unit,
                code=code,
                name=name,
                field=field,
                working_days=working_days,
                parts=[receiving.Part(*paper) for paper in papers],
                day=day,
            )
            for code, name, working_days, papers in rows
        ]
        for field, rows in PROCEDURES.items()
    }


def relive(
    officers: dict[int, Actor],
    *,
    counters: Sequence[Counter],
    procedures: dict[str, list[Procedure]],
    now: datetime.datetime,
) -> int:
    """Everything up to `now`, in the order of time; how many dossiers were received."""
    random = Random(f"{counters[0].room_id}{now:%Y%m%d}") if counters else Random(0)
    visits = sorted(_visits(random, counters, now), key=lambda visit: visit.received_at)
    steps = [(at, place, visit) for visit in visits for place, at in enumerate(_times(visit)) if at and at < now]
    made: dict[tuple[int, datetime.datetime], Dossier] = {}
    for at, place, visit in sorted(steps, key=lambda step: (step[0], step[1], step[2].counter.number)):
        officer, counter = officers[visit.counter.number], visit.counter
        if place == 0:
            moments.call_next(officer, counter=counter, now=at)
        elif place == 1:
            dossier = _receive(
                random,
                officer,
                counter,
                random.choice(procedures[counter.field if counter.field in procedures else COMMON]),
                at,
            )
            made[counter.number, visit.received_at] = dossier
            _trouble(random, officer, dossier, at)
        else:
            dossier = made[counter.number, visit.received_at]
            if dossier.procedure.working_days == 0 and dossier.events.count() == 1:
                moments.move_on(officer, EventKind.HANDED_BACK, dossier=dossier, counter=counter, now=at)
    return len(made)


def _trouble(random: Random, officer: Actor, dossier: Dossier, at: datetime.datetime) -> None:
    """One in a dozen lacks a paper and is sent home for it; one in thirty is not taken, at the same counter."""
    chance = random.random()
    if chance < 1 / 12:
        papers = [dossier.procedure.components[-1]["name"]]
        slips.ask_for_papers(
            officer, dossier=dossier, counter=dossier.counter, items=papers, reason="Bản nộp bị mờ, không đọc được số.",
            now=at + datetime.timedelta(minutes=2),
        )  # fmt: skip
    elif chance > 1 - 1 / 30:
        receiving.refuse(
            officer, counter=dossier.counter, brought=receiving.Brought(name=_name(random)),
            procedure=dossier.procedure, now=at + datetime.timedelta(minutes=3),
            reason="Nơi cư trú không thuộc địa bàn tỉnh; đề nghị nộp tại nơi có thẩm quyền giải quyết.",
        )  # fmt: skip


def _name(random: Random) -> str:
    return f"{random.choice(_FAMILY)} {random.choice(_MIDDLE)} {random.choice(_GIVEN)}"


def _times(visit: Visit) -> tuple[datetime.datetime, datetime.datetime, datetime.datetime | None]:
    return visit.called_at, visit.received_at, visit.handed_back_at


def _visits(random: Random, counters: Sequence[Counter], now: datetime.datetime) -> Iterator[Visit]:
    today = now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    for day in (today - datetime.timedelta(days=1), today):
        if day == today and day.weekday() >= 5 and not _worked(now, today):
            continue
        for counter in counters:
            for begin, end in HOURS:
                yield from _shift(random, counter, day, begin, end)


def _worked(now: datetime.datetime, today: datetime.datetime) -> bool:
    return now >= today + datetime.timedelta(minutes=HOURS[0][0])


def _shift(random: Random, counter: Counter, day: datetime.datetime, begin: int, end: int) -> Iterator[Visit]:
    """Minutes of the day `begin` to `end`; nobody is called in the last quarter of an hour."""
    at = begin + random.uniform(3, EVERY_MINUTES[0])
    while at < end - 15:
        called = day + datetime.timedelta(minutes=at)
        received = called + datetime.timedelta(minutes=random.uniform(*LONG_MINUTES))
        ready = received + datetime.timedelta(minutes=random.uniform(20, 70))
        open_still = ready < day + datetime.timedelta(minutes=end - 2)
        yield Visit(counter, called, received, ready if open_still and random.random() < 0.8 else None)
        at += random.uniform(*EVERY_MINUTES)


def _receive(random: Random, officer: Actor, counter: Counter, of: Procedure, at: datetime.datetime) -> Dossier:
    name = _name(random)
    parts = [receiving.Part(each["name"], PaperKind(each["kind"]), each["copies"]) for each in of.components]
    handed = receiving.Handed(procedure=of, parts=parts, due_at=due_at(at.astimezone(VIETNAM), of.working_days, WEEK))
    brought = receiving.Brought(name=name, address=f"Thôn {random.randrange(1, 12)}", phone="0900 000 000")
    return receiving.receive(officer, counter=counter, brought=brought, handed=handed, now=at)
