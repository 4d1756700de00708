"""When sound may be kept, as the centre orders it and the recorder obeys it.

Owns the table of one camera: the weekdays on which its office works, the hours of such a day with the margin that the
rules give them, and the single days that are the other way round. Promises that both sides read it alike, by the wall
clock and nothing else, so that a recorder whose line is cut goes on by the last table it was told. Leaves to the centre
where the hours come from, and to the recorder what becomes of sound outside them.
"""

from __future__ import annotations

from dataclasses import dataclass

DAY_MINUTES = 24 * 60
MOST_SPANS = 12
MOST_OTHERS = 200
"""Single days of one table: an order stays small, however much an office wrote into its calendar."""
_MOST_AHEAD_MINUTES = 14 * 60
_MINUTE_US = 60_000_000
_DAYS_BEFORE_1970 = 719_163
"""``date.toordinal`` of 1970-01-01."""


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a day, in minutes from its midnight; ``end`` is outside."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class SoundHours:
    """``ahead_minutes``: of local time before UTC. ``weekdays``: 1 = Monday to 7. ``spans``: when sound is kept on a
    day that is worked. ``others``: days (counted from 1970-01-01) that are worked though their weekday is not, or the
    other way round.
    """

    ahead_minutes: int
    weekdays: tuple[int, ...]
    spans: tuple[Span, ...]
    others: tuple[int, ...] = ()

    def keep(self, wall_us: int) -> bool:
        """Whether sound of this moment (Unix µs) may be kept."""
        day, minute = divmod(wall_us // _MINUTE_US + self.ahead_minutes, DAY_MINUTES)
        # 1970-01-01 was a Thursday.
        worked = ((day + 3) % 7 + 1 in self.weekdays) != (day in self.others)
        return worked and any(span.begin <= minute < span.end for span in self.spans)

    @property
    def usable(self) -> bool:
        """Whether it is a table at all, of a size that a recorder takes."""
        return (
            abs(self.ahead_minutes) <= _MOST_AHEAD_MINUTES
            and set(self.weekdays) <= set(range(1, 8))
            and len(self.weekdays) <= 7
            and len(self.spans) <= MOST_SPANS
            and all(0 <= span.begin < span.end <= DAY_MINUTES for span in self.spans)
            and len(self.others) <= MOST_OTHERS
        )


def day_number(ordinal: int) -> int:
    """A day of ``date.toordinal`` as ``SoundHours.others`` counts it."""
    return ordinal - _DAYS_BEFORE_1970
