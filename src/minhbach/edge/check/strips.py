"""Strips of time: which stretch of time one shows, and how it is drawn.

Owns the choice that makes a strip worth looking at: hours of an archive that holds minutes would be one thin line, so
a short archive gets one strip over its own minutes and a long one a strip per day. Draws SVG that says the same by
shape as by colour: footage is plain, an explained gap hatched, what a check found carries a bar above. Leaves the page
around it to ``page``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from minhbach.edge.archive.layout import utc
from minhbach.edge.check.timeline import Stretch
from minhbach.edge.check.words import VIETNAM, cause_words, duration, moment
from minhbach.ledger.findings import Finding

SHOWN_DAYS = 45
DAY_US = 86_400_000_000
_HOUR_US = 3_600_000_000
_OFFSET_US = 7 * _HOUR_US
_SHORT_US = 12 * _HOUR_US
_MOST_TICKS = 7
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800)
_WIDTH, _HEIGHT, _BAR = 1440, 34, 6


@dataclass(frozen=True, slots=True)
class Window:
    """What one strip shows, in wall µs, and the labels at equal distances below it."""

    begin_us: int
    end_us: int
    title: str
    ticks: tuple[str, ...]

    def cut(self, parts: Iterable[Stretch]) -> list[Stretch]:
        """What of some stretches lies inside."""
        inside = [
            Stretch(max(part.begin_us, self.begin_us), min(part.end_us, self.end_us), part.cause) for part in parts
        ]
        return [part for part in inside if part.begin_us < part.end_us]


def windows(parts: Sequence[Stretch]) -> list[Window]:
    """The strips for these stretches (of all cameras, so that their strips stand below each other), newest first."""
    if not parts:
        return []
    begin_us, end_us = min(part.begin_us for part in parts), max(part.end_us for part in parts)
    if end_us - begin_us <= _SHORT_US:
        return [_short(begin_us, end_us)]
    days: set[int] = set()
    for part in parts:
        last = (part.end_us - 1 + _OFFSET_US) // DAY_US
        # A clock that started in 1970 makes a stretch of many thousand days; only the newest are shown.
        days.update(range(max((part.begin_us + _OFFSET_US) // DAY_US, last - SHOWN_DAYS), last + 1))
    return [_day(day) for day in sorted(days, reverse=True)]


def draw(window: Window, parts: Sequence[Stretch], findings: Iterable[Finding]) -> str:
    """One strip as SVG, with what it shows in words."""
    inside = window.cut(parts)
    footage_us = sum(part.end_us - part.begin_us for part in inside if not part.cause)
    gap_us = sum(part.end_us - part.begin_us for part in inside if part.cause)
    marks = list(_marks(window, findings))
    words = f"{window.title}: {duration(footage_us)} có bản ghi, {duration(gap_us)} trống"
    if marks:
        words += f", {len(marks)} phát hiện"
    shapes = "".join(_bar(window, part) for part in inside) + "".join(marks)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" role="img" aria-label="{escape(words)}">'
        f"{shapes}</svg>"
    )


def _short(begin_us: int, end_us: int) -> Window:
    steps = (step * 1_000_000 for step in _STEPS_S)
    step_us = next(step for step in steps if _count(begin_us, end_us, step) < _MOST_TICKS)
    count = _count(begin_us, end_us, step_us)
    first_us = _before(begin_us, step_us)
    last_us = first_us + count * step_us
    form = "%H:%M:%S" if step_us < 60_000_000 else "%H:%M"
    ticks = tuple(f"{_local(first_us + at * step_us):{form}}" for at in range(count + 1))
    title, end = f"{_local(first_us):%d/%m/%Y}", f"{_local(last_us - 1):%d/%m/%Y}"
    return Window(first_us, last_us, title if title == end else f"{title[:5]} – {end}", ticks)


def _before(at_us: int, step_us: int) -> int:
    """The last whole step of Vietnamese time before an instant."""
    return (at_us + _OFFSET_US) // step_us * step_us - _OFFSET_US


def _count(begin_us: int, end_us: int, step_us: int) -> int:
    return -(-(end_us - _before(begin_us, step_us)) // step_us)


def _day(day: int) -> Window:
    zero_us = day * DAY_US - _OFFSET_US
    ticks = tuple(f"{hour:02d}" for hour in range(0, 25, 3))
    return Window(zero_us, zero_us + DAY_US, f"{_local(zero_us):%d/%m/%Y}", ticks)


def _local(at_us: int) -> datetime:
    return utc(at_us).astimezone(VIETNAM)


def _bar(window: Window, part: Stretch) -> str:
    x, width = _place(window, part.begin_us, part.end_us)
    fill = "var(--ok-soft)" if not part.cause else "url(#missing)" if part.cause == "file_missing" else "url(#gap)"
    what = cause_words(part.cause)[0] if part.cause else "có bản ghi"
    title = escape(f"{moment(part.begin_us)} → {moment(part.end_us)}: {what}")
    return (
        f'<rect x="{x:.2f}" y="{_BAR}" width="{width:.2f}" height="{_HEIGHT - _BAR}" fill="{fill}">'
        f"<title>{title}</title></rect>"
    )


def _marks(window: Window, findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        begin_us = finding.begin_us
        end_us = begin_us if finding.end_us is None else finding.end_us
        if begin_us is not None and end_us is not None and begin_us < window.end_us and window.begin_us <= end_us:
            x, width = _place(window, max(begin_us, window.begin_us), min(end_us, window.end_us))
            yield f'<rect x="{x:.2f}" width="{max(width, 6):.2f}" height="{_BAR - 1}" fill="var(--late)"/>'


def _place(window: Window, begin_us: int, end_us: int) -> tuple[float, float]:
    scale = _WIDTH / (window.end_us - window.begin_us)
    return (begin_us - window.begin_us) * scale, max((end_us - begin_us) * scale, 0.8)
