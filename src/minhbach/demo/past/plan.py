"""What happened in the weeks before the demo's first start.

Owns the calendar of the past: office hours, the moments that somebody had held, a camera that failed, a power cut. The
same recorder and the same day always give the same past. Leaves living through it to `make`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random

from minhbach.demo.past.film import SECOND_US

VIETNAM = timezone(timedelta(hours=7))
MINUTE_US = 60 * SECOND_US
DAY_US = 86_400 * SECOND_US
HOURS = ((7 * 60 + 30, 11 * 60 + 30), (13 * 60 + 30, 17 * 60))
"""Office hours, minutes of the day."""
DAYS = 30
IN_SERVICE_DAYS = 5
"""For so long it has recorded all office hours; before that it was on trial and recorded part of the morning."""
TRIAL_HOURS = ((8 * 60, 9 * 60),)
HELD = (1, 1, 2, 3, 5, 8, 11, 15, 19, 24, 28)
"""So many days ago something was held."""
FAILURES = ((1, 9 * 60 + 40, 34), (2, 9 * 60 + 35, 47))
CUTS = ((1, 15 * 60 + 20, 7), (5, 15 * 60 + 20, 31))
APART = (1, 14 * 60 + 5, 26)
"""What went wrong: how many days ago, at which minute of the day, for how many minutes."""
MOMENT_US = 30 * SECOND_US

#: Reason and kind of document, in words that fit a counter and a reception room.
_MATTERS = (
    ("Công dân đề nghị xem lại lời hướng dẫn", "PA"),
    ("Phản ánh phải chờ quá 30 phút", "PA"),
    ("Yêu cầu bổ sung giấy tờ bằng lời, không đưa phiếu", "PA"),
    ("To tiếng trước bàn, cần xác minh", ""),
    ("Khiếu nại về thái độ phục vụ", "KN"),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """Footage that somebody had held for a matter, at the end of that shift; wall time in µs."""

    camera: str
    begin_us: int
    end_us: int
    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A camera that did not answer for a while."""

    camera: str
    begin_us: int
    end_us: int
    code: str = "unreachable"


@dataclass(frozen=True, slots=True)
class Cut:
    """The recorder's machine was without power, or without its line to the centre."""

    begin_us: int
    end_us: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that happens to one recorder. `shifts`: (begin, end) of recording, in order, none in the future."""

    begin_us: int
    now_us: int
    shifts: tuple[tuple[int, int], ...]
    moments: tuple[Moment, ...]
    troubles: tuple[Trouble, ...]
    cuts: tuple[Cut, ...]
    apart: tuple[Cut, ...]
    """When the line to the centre was cut: recorded all the same, and cosigned late."""
    kept_from_us: int
    """Footage from here on is still whole at the end, so its pictures are real."""


def plan_of(recorder: str, cameras: Sequence[str], now_us: int, days: int = DAYS) -> Plan:
    """The past of a recorder up to `now_us`, at most since the beginning of the year (a log has one year)."""
    today = datetime.fromtimestamp(now_us / SECOND_US, VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    first = max(today - timedelta(days=days), today.replace(month=1, day=1))
    service = max(today - timedelta(days=IN_SERVICE_DAYS), first)
    shifts = tuple(_shifts(first, service, today, now_us))
    random = Random(recorder)
    return Plan(
        begin_us=shifts[0][0] - MINUTE_US,
        now_us=now_us,
        shifts=shifts,
        moments=tuple(_moments(random, cameras, today, shifts)),
        troubles=tuple(Trouble(cameras[-1], begin, end) for begin, end in _wrong(FAILURES, today, shifts)),
        cuts=tuple(Cut(begin, end) for begin, end in _wrong(CUTS, today, shifts)),
        apart=tuple(Cut(begin, end) for begin, end in _wrong((APART,), today, shifts)),
        kept_from_us=_us(today - timedelta(days=1)),
    )


def _shifts(first: datetime, service: datetime, today: datetime, now_us: int) -> Iterator[tuple[int, int]]:
    day = first
    while day <= today:
        # Yesterday there was work whatever day it was: somebody who tries the demo on a Monday wants to see it.
        if day.weekday() < 5 or (today - day).days <= 1:
            for begin, end in HOURS if day >= service else TRIAL_HOURS:
                begin_us, end_us = (_us(day) + minute * MINUTE_US for minute in (begin, end))
                end_us = min(end_us, (now_us - MINUTE_US) // MINUTE_US * MINUTE_US)
                if begin_us < end_us:
                    yield begin_us, end_us
        day += timedelta(days=1)


def _moments(
    random: Random, cameras: Sequence[str], today: datetime, shifts: Sequence[tuple[int, int]]
) -> Iterator[Moment]:
    for number, days_ago in enumerate(HELD):
        day_us = _us(today - timedelta(days=days_ago))
        found = [(begin, end) for begin, end in shifts if day_us <= begin < day_us + DAY_US]
        if not found:
            continue
        begin, end = random.choice(found)
        at_us = begin + random.randrange(20, (end - begin) // MINUTE_US - 20) * MINUTE_US
        reason, kind = _MATTERS[number % len(_MATTERS)]
        paper = f"{kind}-{today.year}-{random.randrange(20, 400):04d}" if kind else ""
        yield Moment(cameras[number % len(cameras)], at_us, at_us + MOMENT_US, reason, paper)


def _wrong(
    what: Sequence[tuple[int, int, int]], today: datetime, shifts: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """When each of these happened, if there was work then."""
    for days_ago, minute, minutes in what:
        begin_us = _on_workday(today, days_ago) + minute * MINUTE_US
        if any(begin <= begin_us < end for begin, end in shifts):
            yield begin_us, begin_us + minutes * MINUTE_US


def _on_workday(today: datetime, days_ago: int) -> int:
    """Midnight of that day, or of the Friday before; of yesterday in any case."""
    day = today - timedelta(days=days_ago)
    return _us(day if days_ago == 1 else day - timedelta(days=max(0, day.weekday() - 4)))


def _us(moment: datetime) -> int:
    return int(moment.timestamp()) * SECOND_US
