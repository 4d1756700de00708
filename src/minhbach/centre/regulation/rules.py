"""What a regulation says, as values: read strictly from the data of a version, without I/O.

Owns the shape of a version (`parse`) and refuses what it does not know: a misspelt right would silently take a right
away, a misspelt time would silently leave a default. Leaves to `minhbach.centre.access` what follows from it for a
person.

    RulesError    the data of a version is not a regulation
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from importlib import resources
from types import MappingProxyType
from typing import Any

from minhbach.centre.regulation.rights import OF_ROOMS, Right
from minhbach.centre.words import Words

ROOM_TYPES = ("reception_room", "one_stop")
PROFILES = ("MO_HINH_HUYEN_2018", "MO_HINH_2_CAP_2025")


class RulesError(Exception):
    """The data of a version is not a regulation; the message names the place."""


class Scope(StrEnum):
    """Where a role has its rights."""

    #: In the unit of the assignment and in what lies below it.
    OWN = "own"
    #: Where the unit of the assignment supervises rooms of that type.
    SUPERVISED = "sup"
    #: Nowhere by itself: only as far as a grant goes, also that of a reception session.
    GRANTED = "granted"


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of the matrix: these rights, as far as the scope reaches."""

    scope: Scope
    rights: frozenset[Right]


@dataclass(frozen=True, slots=True)
class Role:
    """A level of the matrix. Held only at units of the kinds in `held_at`, whatever an assignment claims."""

    code: str
    words: Words
    held_at: frozenset[str]
    rooms: Mapping[str, Cell]
    unit: Cell | None
    oneself: frozenset[Right]

    def rights(self) -> frozenset[Right]:
        """Every right that the role has anywhere."""
        cells = [*self.rooms.values(), *([self.unit] if self.unit else [])]
        return self.oneself.union(*(cell.rights for cell in cells if cell.scope is not Scope.GRANTED))


@dataclass(frozen=True, slots=True)
class Times:
    """Periods and limits. `_wd` counts working days, `_wh` working hours."""

    purpose_minutes: int
    purpose_longest_minutes: int
    playback_span_hours: int
    grant_longest_wd: int
    grant_longest_calendar_days: int
    retention_one_stop_days: int
    retention_one_stop_minimum_days: int
    retention_reception_room_days: int
    retention_reception_room_minimum_days: int
    hold_review_days: int
    deletion_intent_hours: int
    sound_margin_minutes: int
    assessments_per_room_month: int
    moments_per_room_month: int
    report_day: int
    report_draft_day: int
    fault_head_minutes: int
    fault_supervisor_minutes: int
    repair_started_wh: int
    substitute_hours: int
    finding_read_wd: int
    finding_explained_wd: int
    finding_concluded_wd: int
    finding_corrected_wd: int
    feedback_refuse_wd: int
    feedback_ask_wd: int
    feedback_answer_wd: int
    feedback_publish_wd: int
    subject_acknowledge_wd: int
    subject_copy_days: int
    subject_erase_days: int
    apology_ahead_wd: int
    acknowledge_wd: int


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours of ordinary days, "HH:MM" local; weekdays 1 = Monday to 7."""

    weekdays: tuple[int, ...]
    spans: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """A version of a regulation, ready to be asked."""

    profile: str
    title: Words
    roles: Mapping[str, Role]
    bodies: Mapping[str, Words]
    times: Times
    hours: Hours
    reception_days: tuple[int, ...]
    reception_day_closed: str
    report_reminder_days: tuple[int, ...]


def shipped(profile: str) -> dict[str, Any]:
    """The data of a profile that comes with the product."""
    if profile not in PROFILES:
        raise RulesError(f"{profile} is not a profile of this product: {', '.join(PROFILES)}")
    folder = resources.files("minhbach.centre.regulation") / "profiles"
    return tomllib.loads((folder / f"{profile}.toml").read_text("utf-8"))


def parse(data: Mapping[str, object]) -> Rules:
    """The rules in the data of a version; anything unknown, missing or of the wrong kind raises `RulesError`."""
    _only(data, {"profile", "title", "bodies", "roles", "times", "hours", "reception", "report"}, "regulation")
    reception = _table(data, "reception", {"days", "closed"})
    return Rules(
        profile=_text(data, "profile"),
        title=_words(_table(data, "title", {"vi", "en"}), "title"),
        roles=MappingProxyType({code: _role(code, value) for code, value in _table(data, "roles").items()}),
        bodies=MappingProxyType(
            {code: _words(value, f"bodies.{code}") for code, value in _table(data, "bodies").items()}
        ),
        times=_times(_table(data, "times")),
        hours=_hours(_table(data, "hours", {"weekdays", "spans"})),
        reception_days=_days(reception.get("days"), "reception.days"),
        reception_day_closed=_one_of(reception.get("closed"), ("skip", "after", "before"), "reception.closed"),
        report_reminder_days=_days(_table(data, "report", {"reminders"}).get("reminders"), "report.reminders"),
    )


def _only(data: Mapping[str, object], allowed: set[str], where: str) -> None:
    if unknown := set(data) - allowed:
        raise RulesError(f"{where} says what this product does not know: {', '.join(sorted(unknown))}")


def _table(data: Mapping[str, object], key: str, allowed: set[str] | None = None) -> Mapping[str, object]:
    value = data.get(key)
    if not isinstance(value, Mapping):
        raise RulesError(f"{key} is missing or is not a table")
    if allowed is not None:
        _only(value, allowed, key)
    return value


def _text(data: Mapping[str, object], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise RulesError(f"{key} is missing or is not a text")
    return value


def _words(value: object, where: str) -> Words:
    if not isinstance(value, Mapping):
        raise RulesError(f"{where} must have vi and en")
    return Words(_text(value, "vi"), _text(value, "en"))


def _one_of(value: object, allowed: tuple[str, ...], where: str) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise RulesError(f"{where} must be one of {', '.join(allowed)}")
    return value


def _days(value: object, where: str) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(day) is int and 1 <= day <= 31 for day in value):
        raise RulesError(f"{where} must be days of a month")
    return tuple(value)


def _times(table: Mapping[str, object]) -> Times:
    names = {field.name for field in fields(Times)}
    _only(table, names, "times")
    for name in sorted(names):
        value = table.get(name)
        if type(value) is not int or not 0 < value <= 10_000:
            raise RulesError(f"times.{name} must be a whole number from 1 to 10000")
    return Times(**{name: table[name] for name in names})  # type: ignore[arg-type]  # checked in the loop above


def _hours(table: Mapping[str, object]) -> Hours:
    spans = table.get("spans")
    if not isinstance(spans, list) or not all(_is_span(span) for span in spans):
        raise RulesError("hours.spans must be pairs of HH:MM, the earlier first")
    weekdays = _days(table.get("weekdays"), "hours.weekdays")
    if max(weekdays, default=0) > 7:
        raise RulesError("hours.weekdays must be days of a week, 1 to 7")
    return Hours(weekdays, tuple((span[0], span[1]) for span in spans))


def _is_span(span: object) -> bool:
    if not isinstance(span, list) or len(span) != 2 or not all(isinstance(end, str) for end in span):
        return False
    return all(len(end) == 5 and end[2] == ":" and "00:00" <= end <= "24:00" for end in span) and span[0] < span[1]


def _role(code: str, value: object) -> Role:
    where = f"roles.{code}"
    if not isinstance(value, Mapping):
        raise RulesError(f"{where} is not a table")
    _only(value, {"vi", "en", "held_at", "unit", "oneself", *ROOM_TYPES}, where)
    held_at = value.get("held_at")
    if not isinstance(held_at, list) or not held_at or not all(isinstance(kind, str) for kind in held_at):
        raise RulesError(f"{where}.held_at must name the kinds of units where the role is held")
    rooms = {kind: _cell(value[kind], f"{where}.{kind}", OF_ROOMS) for kind in ROOM_TYPES if kind in value}
    unit = _cell(value["unit"], f"{where}.unit", frozenset(Right) - OF_ROOMS) if "unit" in value else None
    oneself = _rights(value.get("oneself", []), f"{where}.oneself", frozenset({Right.OWN_PAGE}))
    return Role(code, _words(value, where), frozenset(held_at), MappingProxyType(rooms), unit, oneself)


def _cell(value: object, where: str, allowed: frozenset[Right]) -> Cell:
    if not isinstance(value, Mapping):
        raise RulesError(f"{where} is not a table")
    _only(value, {"scope", "rights"}, where)
    scope = _one_of(value.get("scope"), tuple(Scope), f"{where}.scope")
    return Cell(Scope(scope), _rights(value.get("rights"), where, allowed))


def _rights(value: object, where: str, allowed: frozenset[Right]) -> frozenset[Right]:
    if not isinstance(value, list):
        raise RulesError(f"{where} must list rights")
    unknown = [code for code in value if code not in set(allowed)]
    if unknown:
        raise RulesError(f"{where} lists what is no right there: {', '.join(map(str, unknown))}")
    return frozenset(Right(code) for code in value)
