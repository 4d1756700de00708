"""What happened in the weeks before the demo's first start.

Owns the calendar of the past: office hours, the moments that somebody marked, a camera that failed, a power cut. The
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
IN_SERVICE_DAYS = 10
"""For so long it has recorded all office hours; before that it was on trial and recorded for a while now and then."""
TRIAL_US = 12 * MINUTE_US
MARKED = (1, 1, 2, 3, 5, 8, 11, 15, 19, 24, 28)
"""So many days ago something was marked."""
FAILED_DAYS_AGO = 2
CUT_DAYS_AGO = 5
MOMENT_US = 30 * SECOND_US

_NOTES = (
    ("Công dân nhận kết quả trước hạn.", "A citizen receives the result before its date."),
    ("Người dân chờ quá 30 phút, cần xem lại cách gọi số.", "People wait over 30 minutes: how numbers are called?"),
    ("Cán bộ hướng dẫn bổ sung giấy tờ, chưa đưa phiếu.", "Papers are asked for by word, without the form."),
    ("Đông người cùng lúc, cần mở thêm quầy.", "Many people at once: open another counter."),
    ("Công dân đề nghị xem lại lời hướng dẫn.", "A citizen asks to review what was explained."),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """Footage that was marked and put under hold; wall time in µs."""

    camera: str
    begin_us: int
    end_us: int
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A camera that did not answer for a while."""

    camera: str
    begin_us: int
    end_us: int
    code: str = "unreachable"


@dataclass(frozen=True, slots=True)
class Cut:
    """The recorder's machine was without power."""

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
    kept_from_us: int
    """Footage from here on is still whole at the end, so its pictures are real."""


def plan_of(recorder: str, cameras: Sequence[str], now_us: int, days: int = DAYS) -> Plan:
    """The past of a recorder up to `now_us`, at most since the beginning of the year (a log has one year)."""
    today = datetime.fromtimestamp(now_us / SECOND_US, VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    first = max(today - timedelta(days=days), today.replace(month=1, day=1))
    offices = tuple(_shifts(first, today, now_us))
    yesterday_us = _us(today - timedelta(days=1))
    random = Random(recorder)
    moments = tuple(_moments(random, cameras, today, offices))
    service_us = max(_us(today - timedelta(days=IN_SERVICE_DAYS)), _us(first))
    trials = [
        (one.begin_us - TRIAL_US // 2, one.begin_us + TRIAL_US // 2) for one in moments if one.begin_us < service_us
    ]
    shifts = (*sorted(trials), *(shift for shift in offices if shift[0] >= service_us))
    return Plan(
        begin_us=shifts[0][0] - MINUTE_US,
        now_us=now_us,
        shifts=shifts,
        moments=moments,
        troubles=tuple(_troubles(random, cameras, today, shifts)),
        cuts=tuple(_cuts(today, shifts)),
        kept_from_us=yesterday_us,
    )


def _shifts(first: datetime, today: datetime, now_us: int) -> Iterator[tuple[int, int]]:
    day = first
    while day <= today:
        # Yesterday there was work whatever day it was: somebody who tries the demo on a Monday wants to see it.
        if day.weekday() < 5 or (today - day).days <= 1:
            for begin, end in HOURS:
                begin_us, end_us = (_us(day) + minute * MINUTE_US for minute in (begin, end))
                end_us = min(end_us, (now_us - MINUTE_US) // MINUTE_US * MINUTE_US)
                if begin_us < end_us:
                    yield begin_us, end_us
        day += timedelta(days=1)


def _moments(
    random: Random, cameras: Sequence[str], today: datetime, shifts: Sequence[tuple[int, int]]
) -> Iterator[Moment]:
    for number, days_ago in enumerate(MARKED):
        day_us = _us(today - timedelta(days=days_ago))
        found = [(begin, end) for begin, end in shifts if day_us <= begin < day_us + DAY_US]
        if not found:
            continue
        begin, end = random.choice(found)
        at_us = begin + random.randrange(20, (end - begin) // MINUTE_US - 20) * MINUTE_US
        vi, en = _NOTES[number % len(_NOTES)]
        yield Moment(cameras[number % len(cameras)], at_us, at_us + MOMENT_US, vi, en)


def _troubles(
    random: Random, cameras: Sequence[str], today: datetime, shifts: Sequence[tuple[int, int]]
) -> Iterator[Trouble]:
    begin_us = _on_workday(today, FAILED_DAYS_AGO) + (8 * 60 + random.randrange(20, 140)) * MINUTE_US
    if any(begin <= begin_us < end for begin, end in shifts):
        yield Trouble(cameras[-1], begin_us, begin_us + random.randrange(35, 60) * MINUTE_US)


def _cuts(today: datetime, shifts: Sequence[tuple[int, int]]) -> Iterator[Cut]:
    begin_us = _on_workday(today, CUT_DAYS_AGO) + (15 * 60 + 20) * MINUTE_US
    if any(begin <= begin_us < end for begin, end in shifts):
        yield Cut(begin_us, begin_us + 31 * MINUTE_US)


def _on_workday(today: datetime, days_ago: int) -> int:
    """Midnight of that day, or of the Friday before."""
    day = today - timedelta(days=days_ago)
    return _us(day - timedelta(days=max(0, day.weekday() - 4)))


def _us(moment: datetime) -> int:
    return int(moment.timestamp()) * SECOND_US
