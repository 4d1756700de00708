"""Working days: which days an office works, and how terms are counted over them; pure.

Owns the counting that the law gives (Bộ luật Dân sự, article 147): the first day is not counted. A calendar is the
weekdays of a regulation, over which single days stand: a holiday, a day off that was swapped or moved, a day worked
instead. Promises to say for which years it knows the holidays, so that nobody trusts a date over a year whose decision
is not out yet. Leaves the rows to `models`, and which calendar holds where to `reading`.
"""

import datetime
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources

from minhbach.centre.regulation.rules import Hours
from minhbach.centre.words import Words

SHIPPED = "VN.toml"
#: No term is counted over more days than this: what is behind it is a calendar without working days.
_LONGEST_DAYS = 5_000

HOLIDAY, DAY_OFF, WORKED = "holiday", "swapped", "makeup"
KINDS = {
    HOLIDAY: Words("Nghỉ lễ, tết", "Public holiday"),
    DAY_OFF: Words("Nghỉ bù, hoán đổi", "Day off instead"),
    WORKED: Words("Làm bù", "Worked instead"),
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """When an office works. `days` holds the kind of every single day that its weekday does not tell."""

    hours: Hours
    days: Mapping[datetime.date, str] = field(default_factory=dict)

    def works_on(self, day: datetime.date) -> bool:
        """Whether the office works on the day."""
        kind = self.days.get(day)
        return kind == WORKED if kind else day.isoweekday() in self.hours.weekdays

    def knows(self, year: int) -> bool:
        """Whether the holidays of the year are in it."""
        return any(day.year == year and kind != WORKED for day, kind in self.days.items())

    def after(self, day: datetime.date, working_days: int) -> datetime.date:
        """The day that many working days later; with 0 the day itself, if it is worked or not."""
        left, last = working_days, day + datetime.timedelta(days=_LONGEST_DAYS)
        while left > 0 and day < last:
            day += datetime.timedelta(days=1)
            left -= self.works_on(day)
        return day

    def on_or_after(self, day: datetime.date) -> datetime.date:
        """The day, or the first working day after it."""
        return day if self.works_on(day) else self.after(day, 1)

    def on_or_before(self, day: datetime.date) -> datetime.date:
        """The day, or the last working day before it."""
        for back in range(_LONGEST_DAYS):
            if self.works_on(day - datetime.timedelta(days=back)):
                return day - datetime.timedelta(days=back)
        return day

    def between(self, first: datetime.date, last: datetime.date) -> int:
        """How many working days lie after `first`, up to and with `last`; less than 0 where `last` is earlier."""
        if last < first:
            return -self.between(last, first)
        return sum(self.works_on(first + datetime.timedelta(days=n)) for n in range(1, (last - first).days + 1))


@dataclass(frozen=True, slots=True)
class Single:
    """One day of a list that ships with the product; `sure` where the law itself or a decision known to us says so."""

    day: datetime.date
    kind: str
    name: str
    source: str
    sure: bool


def shipped(year: int) -> list[Single]:
    """The days of the year as the product knows them; an office checks them against the decision of that year."""
    text = (resources.files("minhbach.centre.regulation") / "calendars" / SHIPPED).read_text("utf-8")
    return sorted(_singles(tomllib.loads(text).get(str(year), [])), key=lambda single: single.day)


def shipped_years() -> list[int]:
    """The years of which the product knows days."""
    text = (resources.files("minhbach.centre.regulation") / "calendars" / SHIPPED).read_text("utf-8")
    return sorted(int(year) for year in tomllib.loads(text))


def _singles(rows: list[dict[str, object]]) -> Iterator[Single]:
    for row in rows:
        day, last = row["day"], row.get("until", row["day"])
        assert isinstance(day, datetime.date)
        assert isinstance(last, datetime.date)
        for more in range((last - day).days + 1):
            yield Single(
                day + datetime.timedelta(days=more), str(row["kind"]), str(row["name"]), str(row.get("source", "")),
                bool(row.get("sure", False)),
            )  # fmt: skip
