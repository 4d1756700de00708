"""What a regulation says, as values: read strictly from the data of a version, without I/O.

Owns the shape of a version (`parse`) and refuses what it does not know: a misspelt right would silently take a right
away, a misspelt time would silently leave a default. Leaves to `minhbach.centre.access` what follows from it for a
person.

    RulesError    the data of a version is not a regulation (it stands in `items`)
"""

import copy
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, TypeVar

from minhbach.centre.regulation.columns import CATALOGUES, ROOMS
from minhbach.centre.regulation.items import RANKS, Item, RulesError, items_of, refer_to_each_other
from minhbach.centre.regulation.rights import OF_ROOMS, Right
from minhbach.centre.words import Words

#: A time of the day, local; the end of a day is 24:00.
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
MIDNIGHT = "24:00"
ROOM_TYPES = tuple(ROOMS)
#: Whether somebody else may receive on a head's day: nobody, or who a decision names.
DELEGATION = ("none", "decision")
#: What happens with a day of the rule that is closed.
CLOSED_DAYS = ("skip", "after", "before")
PROFILES = ("MO_HINH_HUYEN_2018", "MO_HINH_2_CAP_2025")
#: What these tables had from the first version on, and what must therefore stand in every one.
_FIRST_KNOWN = {"reception": {"days", "closed"}, "report": {"reminders"}}

Value = TypeVar("Value")


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
    # Known since later: a version issued before has these, as nobody may rewrite it.
    session_longest_hours: int = 12
    report_cutoff_day: int = 14
    subject_copy_third_days: int = 15
    subject_copy_more_days: int = 10
    subject_erase_third_days: int = 30
    subject_erase_more_days: int = 20
    subject_remind_wd: int = 2
    subject_person_days: int = 730
    session_idle_minutes: int = 60
    extraction_approve_days: int = 7
    extraction_build_days: int = 7
    extraction_hand_over_days: int = 14
    extraction_return_days: int = 90
    extraction_remind_days: int = 14
    unusual_repeats_week: int = 6
    unusual_off_hours_minutes: int = 10
    unusual_off_hours_margin_minutes: int = 90
    unusual_unused_week: int = 10
    unusual_searches_week: int = 100
    unusual_exports_week: int = 10
    unusual_refusals_week: int = 20
    feedback_low_score: int = 1
    feedback_rate_days: int = 30
    feedback_panel_minutes: int = 15
    feedback_hold_before_minutes: int = 10
    feedback_hold_after_minutes: int = 5
    feedback_held_minutes_day: int = 180
    grant_request_days: int = 7
    commissioning_days: int = 14
    reception_session_longest_hours: int = 12
    moment_minutes: int = 2
    assessed_twice_percent: int = 10
    assessment_draw_days: int = 7
    assessment_signs_room_month: int = 4
    counter_still_minutes: int = 30
    report_accept_wd: int = 3
    finding_longest_minutes: int = 240
    finding_repeat_days: int = 365
    finding_overdue_wd: int = 2
    finding_proposal_days: int = 90
    finding_gap_minutes: int = 30
    finding_gap_wait_hours: int = 4
    score_self_days: int = 5
    score_appraised_days: int = 15
    reception_begun_minutes: int = 60
    reception_represented_people: int = 5
    reception_complaint_accept_days: int = 10
    reception_complaint_settle_days: int = 30
    reception_denunciation_accept_wd: int = 7
    reception_denunciation_settle_days: int = 30
    reception_petition_answer_wd: int = 15
    reception_complaint_longest_days: int = 45
    reception_denunciation_extend_days: int = 30
    reception_denunciation_extensions: int = 2
    visits_week: int = 1


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours of ordinary days, "HH:MM" local; weekdays 1 = Monday to 7."""

    weekdays: tuple[int, ...]
    spans: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reception:
    """The days of a month on which heads receive citizens, what happens with a closed one, whether another may."""

    days: tuple[int, ...]
    closed: str
    #: "none", or "decision" where a decision says who may.
    delegation: str


@dataclass(frozen=True, slots=True)
class Reporting:
    """Who reports (codes of `bodies`), when they are reminded, and what happens with a day that is closed."""

    reminders: tuple[int, ...]
    closed: str
    reporters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """A version of a regulation, ready to be asked."""

    profile: str
    title: Words
    roles: Mapping[str, Role]
    bodies: Mapping[str, Words]
    times: Times
    hours: Hours
    reception: Reception
    report: Reporting
    #: What is laid down by code, catalogue by catalogue (`columns.CATALOGUES`), each in its order.
    catalogues: Mapping[str, Mapping[str, Item]]

    @property
    def reception_days(self) -> tuple[int, ...]:
        """Days of a month."""
        return self.reception.days

    @property
    def reception_day_closed(self) -> str:
        """What happens with a reception day that is closed: "skip", "after" or "before"."""
        return self.reception.closed

    @property
    def reception_delegation(self) -> str:
        """Whether another may receive on the head's day: "none", or "decision" where a decision says who."""
        return self.reception.delegation

    def words(self, catalogue: str) -> Mapping[str, Words]:
        """What the items of a catalogue are called, by code."""
        return {code: item.words for code, item in self.catalogues[catalogue].items()}

    @property
    def situations(self) -> Mapping[str, Words]:
        """What a finding can be about, by code."""
        return self.words("situations")

    @property
    def sanctions(self) -> Mapping[str, Words]:
        """What follows from a finding, the lightest first."""
        return self.words("sanctions")

    @property
    def conduct(self) -> Mapping[str, Words]:
        """The items of the form by which conduct is assessed."""
        return self.words("conduct")

    @property
    def reception_reasons(self) -> Mapping[str, Words]:
        """Why a reception day may lawfully go by without a session."""
        return self.words("reception_reasons")

    @property
    def visit_items(self) -> Mapping[str, Words]:
        """What is looked at on a visit."""
        return self.words("visit_items")

    @property
    def subject_refusals(self) -> Mapping[str, Words]:
        """Why a citizen's request about their own recording may be refused, by code."""
        return self.words("subject_refusals")


def shipped(profile: str) -> dict[str, Any]:
    """The data of a profile that comes with the product."""
    if profile not in PROFILES:
        raise RulesError(f"{profile} is not a profile of this product: {', '.join(PROFILES)}")
    return copy.deepcopy(_shipped(profile))


@cache
def _shipped(profile: str) -> dict[str, Any]:
    folder = resources.files("minhbach.centre.regulation") / "profiles"
    return tomllib.loads((folder / f"{profile}.toml").read_text("utf-8"))


def minutes_of(clock: str) -> int:
    """The minutes of a day that are over at such a time."""
    hour, _, minute = clock.partition(":")
    return 60 * int(hour) + int(minute)


def parse(data: Mapping[str, object]) -> Rules:
    """The rules in the data of a version; anything unknown, missing or of the wrong kind raises `RulesError`."""
    _only(
        data,
        {"profile", "title", "bodies", "roles", "times", "hours", "reception", "report", *CATALOGUES},
        "regulation",
    )
    catalogues = {name: items_of(name, _in_order(data, name, dict(_laid_down(data, name)))) for name in CATALOGUES}
    refer_to_each_other(catalogues)
    bodies = {code: _words(value, f"bodies.{code}") for code, value in _table(data, "bodies").items()}
    return Rules(
        profile=_text(data, "profile"),
        title=_words(_table(data, "title", {"vi", "en"}), "title"),
        roles=_in_order(data, "roles", {code: _role(code, value) for code, value in _table(data, "roles").items()}),
        bodies=_in_order(data, "bodies", bodies),
        times=_times(_table(data, "times")),
        hours=_hours(_table(data, "hours", {"weekdays", "spans"})),
        reception=_reception(_since_later(data, "reception")),
        report=_reporting(_since_later(data, "report"), bodies),
        catalogues=MappingProxyType(catalogues),
    )


def _laid_down(data: Mapping[str, object], name: str) -> Mapping[str, object]:
    # Known since later: a version issued before has those that ship, as nobody may rewrite it.
    return _table(data if name in data else _shipped(_profile_of(data)), name)


def _since_later(data: Mapping[str, object], name: str) -> Mapping[str, object]:
    """A table, in which what was known only later is as it ships."""
    given, ships = _table(data, name), _shipped(_profile_of(data))[name]
    _only(given, set(ships), name)
    return {**{key: ships[key] for key in set(ships) - _FIRST_KNOWN[name]}, **given}


def _reception(table: Mapping[str, object]) -> Reception:
    return Reception(
        _days(table.get("days"), "reception.days"),
        _one_of(table.get("closed"), CLOSED_DAYS, "reception.closed"),
        _one_of(table.get("delegation"), DELEGATION, "reception.delegation"),
    )


def _reporting(table: Mapping[str, object], bodies: Mapping[str, Words]) -> Reporting:
    reporters = table.get("reporters")
    if not isinstance(reporters, list) or not reporters:
        raise RulesError("report.reporters must list bodies")
    return Reporting(
        _days(table.get("reminders"), "report.reminders"),
        _one_of(table.get("closed"), CLOSED_DAYS[1:], "report.closed"),
        tuple(_one_of(each, tuple(bodies), "report.reporters") for each in reporters),
    )


def _profile_of(data: Mapping[str, object]) -> str:
    said = data.get("profile")
    return said if isinstance(said, str) and said in PROFILES else PROFILES[-1]


def _in_order(data: Mapping[str, object], name: str, found: dict[str, Value]) -> Mapping[str, Value]:
    """By rank where one is given, else as it ships, then by code: PostgreSQL keeps no order of keys."""
    ranks, order = ranks_of(data.get(name, {})), _order_of(_profile_of(data), name)
    last = len(order)
    return MappingProxyType(
        dict(sorted(found.items(), key=lambda item: (ranks.get(item[0], order.get(item[0], last)), item[0])))
    )


def ranks_of(table: object) -> dict[str, int]:
    """The ranks that a table gives to its items, as many as have one. Raises RulesError for what is none."""
    found = {}
    for code, value in table.items() if isinstance(table, Mapping) else ():
        if isinstance(value, Mapping) and "rank" in value:
            if type(value["rank"]) is not int or not 0 <= value["rank"] <= RANKS:
                raise RulesError(f"{code}.rank must be a whole number from 0 to {RANKS}")
            found[code] = value["rank"]
    return found


@cache
def _order_of(profile: str, name: str) -> Mapping[str, int]:
    return {code: place for place, code in enumerate(_shipped(profile)[name])}


def ranked(codes: Iterable[str], table: dict[str, Any]) -> None:
    """Have the items of a table stand in the order of these codes."""
    for place, code in enumerate(codes):
        table[code] = {**table[code], "rank": place}


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


_ADDED = {field.name: field.default for field in fields(Times) if field.default is not MISSING}


def _times(table: Mapping[str, object]) -> Times:
    names = {field.name for field in fields(Times)}
    _only(table, names, "times")
    for name in sorted(names):
        value = table.get(name, _ADDED.get(name))
        if type(value) is not int or not 0 < value <= 10_000:
            raise RulesError(f"times.{name} must be a whole number from 1 to 10000")
    return Times(**table)  # type: ignore[arg-type]  # checked in the loop above


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
    return all(_is_clock(end) for end in span) and span[0] < span[1]


def _is_clock(said: str) -> bool:
    return bool(CLOCK.fullmatch(said))


def _role(code: str, value: object) -> Role:
    where = f"roles.{code}"
    if not isinstance(value, Mapping):
        raise RulesError(f"{where} is not a table")
    _only(value, {"vi", "en", "held_at", "unit", "oneself", "rank", *ROOM_TYPES}, where)
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
    unknown = [code for code in value if not isinstance(code, str) or code not in set(allowed)]
    if unknown:
        raise RulesError(f"{where} lists what is no right there: {', '.join(map(str, unknown))}")
    return frozenset(Right(code) for code in value)
