"""What the catalogues of a version lay down, as those ask who go by them: by day, room and kind of unit; pure.

`rules` are those in force where it happens (`reading`): old cases ask the version of their day. Leaves what follows
from an answer to the apps above.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.items import Item
from minhbach.centre.regulation.rules import Rules
from minhbach.centre.words import Words


@dataclass(frozen=True, slots=True)
class ConductItem:
    """One question of the assessor's form; `situation` is what a finding is about when it is not met, "" for none."""

    code: str
    words: Words
    situation: str


@dataclass(frozen=True, slots=True)
class Norm:
    """What a room needs: `figure` is a key of `columns.NORM_FIGURES`, `kind` the equipment that is counted or aged."""

    code: str
    words: Words
    figure: str
    kind: str
    least: int | None
    most: int | None
    measure: str
    source: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a score sheet; `figure` is what the system can work out for it, "" where people score."""

    code: str
    words: Words
    points: int
    figure: str


@dataclass(frozen=True, slots=True)
class Grade:
    """What units are called from so many points on."""

    code: str
    words: Words
    least: int


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """What units of some kinds are scored by, once a month, quarter or year; grades the highest first."""

    code: str
    words: Words
    period: str
    levels: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    grades: tuple[Grade, ...]

    @property
    def points(self) -> int:
        """The most that can be had."""
        return sum(criterion.points for criterion in self.criteria)

    def grade(self, tenths: int) -> Grade | None:
        """The grade of so many tenths of a point."""
        return next((grade for grade in self.grades if tenths >= grade.least * 10), None)


def conduct_form(rules: Rules, room_type: str) -> tuple[ConductItem, ...]:
    """The form for rooms of that type, in its order."""
    return tuple(
        ConductItem(code, item.words, item.text("situation")) for code, item in _in_room(rules, "conduct", room_type)
    )


def checklist(rules: Rules, room_type: str) -> tuple[tuple[str, Words, int], ...]:
    """By what a room of that type is scored: code, words, points."""
    rows = _in_room(rules, "room_checklist", room_type)
    return tuple((code, item.words, item.number("points") or 0) for code, item in rows)


def step_for(rules: Rules, situation: str, occurrence: int) -> str:
    """What follows inside the unit from the situation the first, second … time within the days of repetition.

    Never lighter than what the catalogue lays down for the situation; "" where nothing is laid down at all.
    """
    order = list(rules.catalogues["sanctions"])
    item = rules.catalogues["situations"].get(situation)
    said = item.text("sanction") if item else ""
    found = [said] if said else []
    for code, sanction in rules.catalogues["sanctions"].items():
        since = sanction.number("times")
        if sanction.text("level") == "internal" and since is not None and since <= occurrence:
            found.append(code)
    return max(found, key=order.index, default="")


def forms_on(rules: Rules, act: datetime.date) -> dict[str, Words]:
    """The forms of discipline by law that can be proposed for what was done on that day, the lightest first."""
    rows = rules.catalogues["sanctions"].items()
    return {code: item.words for code, item in rows if item.text("level") == "formal" and item.holds_on(act)}


def law_on(rules: Rules, act: datetime.date) -> Words | None:
    """By which law discipline goes for what was done on that day; none where the regulation names none."""
    return next((item.words for item in rules.catalogues["discipline_laws"].values() if item.holds_on(act)), None)


def norms_for(rules: Rules, unit_kind: str, room_type: str, day: datetime.date) -> tuple[Norm, ...]:
    """What a room of that type in a unit of that kind must have on the day."""
    return tuple(
        Norm(
            code, item.words, item.text("figure"), item.text("kind"), item.number("least"), item.number("most"),
            item.text("measure"), item.text("source"),
        )
        for code, item in _in_room(rules, "norms", room_type)
        if item.holds_on(day) and unit_kind in (item.codes("levels") or (unit_kind,))
    )  # fmt: skip


def score_sheets(rules: Rules) -> tuple[ScoreSheet, ...]:
    """Every sheet with its criteria and grades."""
    return tuple(_sheet(rules, code, item) for code, item in rules.catalogues["score_sheets"].items())


def moved(calendar: Calendar, day: datetime.date, closed: str) -> datetime.date | None:
    """Where a day of a rule falls: itself when the office works; else as `closed` says, none for "skip"."""
    if calendar.works_on(day):
        return day
    if closed == "skip":
        return None
    return calendar.on_or_after(day) if closed == "after" else calendar.on_or_before(day)


def _sheet(rules: Rules, code: str, item: Item) -> ScoreSheet:
    criteria = tuple(
        Criterion(each, line.words, line.number("points") or 0, line.text("figure"))
        for each, line in rules.catalogues["score_criteria"].items()
        if line.text("sheet") == code
    )
    grades = (
        Grade(each, line.words, line.number("least") or 0)
        for each, line in rules.catalogues["score_grades"].items()
        if line.text("sheet") == code
    )
    return ScoreSheet(
        code, item.words, item.text("period"), item.codes("levels"), criteria,
        tuple(sorted(grades, key=lambda grade: -grade.least)),
    )  # fmt: skip


def _in_room(rules: Rules, name: str, room_type: str) -> Iterator[tuple[str, Item]]:
    for code, item in rules.catalogues[name].items():
        if item.text("room") in ("", room_type):
            yield code, item
