"""A version as people read it, and what one version changes of another: pure, in both languages.

The page, the paper and the difference are made of the same lines, so none can say what another does not. What is
enforced is the version's content itself; these lines are all of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from minhbach.centre.regulation.columns import CATALOGUES, NORM_MEASURES, ROOMS, YES, Column, Holds
from minhbach.centre.regulation.items import Item
from minhbach.centre.regulation.rules import Cell, Role, Rules, Scope
from minhbach.centre.regulation.wording import (
    BODIES,
    CATALOGUE_WORDS,
    CLOSED,
    DELEGATED,
    SCOPES,
    UNIT,
    UNIT_WORDS,
    amount,
    periods,
    rights_of,
)
from minhbach.centre.words import Words

#: Weekdays from Monday on.
WEEKDAYS = (
    Words("thứ Hai", "Monday"), Words("thứ Ba", "Tuesday"), Words("thứ Tư", "Wednesday"), Words("thứ Năm", "Thursday"),
    Words("thứ Sáu", "Friday"), Words("thứ Bảy", "Saturday"), Words("Chủ nhật", "Sunday"),
)  # fmt: skip
NOTHING = Words("không", "nothing")
CALENDAR = Words("Giờ làm việc, ngày tiếp công dân, nhắc báo cáo", "Hours, reception days, reminders")


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: where it stands, what it is about, what it says."""

    code: str
    about: Words
    says: Words


@dataclass(frozen=True, slots=True)
class Section:
    """Rules that belong together."""

    code: str
    title: Words
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Change:
    """A line that differs; None where a version has no such line."""

    section: Words
    about: Words
    was: Words | None
    becomes: Words | None


def document(rules: Rules, kinds: Mapping[str, Words] = MappingProxyType({})) -> list[Section]:
    """All of a version, section by section; `kinds` are what kinds of units are called, by code."""
    return [
        Section("bodies", Words("Cơ quan", "Bodies"), list(_bodies(rules))),
        *(Section(f"role-{code}", role.words, list(_role(role, kinds))) for code, role in rules.roles.items()),
        *(
            Section(f"times-{number}", title, [Line(code, words, amount(code, value)) for code, words, value in lines])
            for number, (title, lines) in enumerate(periods(rules.times))
        ),
        Section("calendar", CALENDAR, list(_calendar(rules))),
        *(Section(name, words, list(_catalogue(rules, name, kinds))) for name, words in CATALOGUE_WORDS.items()),
    ]


def differences(old: Rules, new: Rules, kinds: Mapping[str, Words] = MappingProxyType({})) -> list[Change]:
    """What the new version changes, in the order of the document; empty where both say the same."""
    before, after = (
        {(section.code, line.code): (section, line) for section in document(rules, kinds) for line in section.lines}
        for rules in (old, new)
    )
    changes = []
    for key in [*after, *(key for key in before if key not in after)]:
        section, line = after.get(key) or before[key]
        was, becomes = (side[key][1].says if key in side else None for side in (before, after))
        if was != becomes:
            changes.append(Change(section.title, line.about, was, becomes))
    return changes


def _bodies(rules: Rules) -> Iterator[Line]:
    yield Line("title", Words("Tên quy chế", "Title"), rules.title)
    for code, words in rules.bodies.items():
        yield Line(code, BODIES.get(code, Words(code, code)), words)


def _role(role: Role, kinds: Mapping[str, Words]) -> Iterator[Line]:
    held = [kinds.get(code, Words(code, code)) for code in sorted(role.held_at)]
    yield Line("name", Words("Tên vai trò", "Name of the role"), role.words)
    yield Line("held_at", Words("Giữ tại", "Held at"), _joined(held))
    for room, words in ROOMS.items():
        yield Line(room, words, _cell(role.rooms.get(room)))
    yield Line(UNIT, UNIT_WORDS, _cell(role.unit))
    own = [right.words for right in sorted(role.oneself)]
    yield Line("oneself", Words("Về chính mình", "About oneself"), _joined(own))


def _cell(cell: Cell | None) -> Words:
    if cell is None or not cell.rights:
        return NOTHING
    names = [right.words for right in rights_of(cell)]
    rights = Words("; ".join(each.vi for each in names), "; ".join(each.en for each in names))
    scope = SCOPES[Scope(cell.scope)]
    return Words(f"{rights.vi} ({scope.vi})", f"{rights.en} ({scope.en})")


def _calendar(rules: Rules) -> Iterator[Line]:
    days = [WEEKDAYS[day - 1] for day in rules.hours.weekdays]
    yield Line("weekdays", Words("Ngày làm việc", "Working days"), _joined(days))
    spans = ", ".join(f"{begin}–{end}" for begin, end in rules.hours.spans)
    yield Line("spans", Words("Giờ làm việc", "Working hours"), _same(spans))
    yield from _reception(rules)
    yield from _report(rules)


def _reception(rules: Rules) -> Iterator[Line]:
    said, days = rules.reception, _same(", ".join(map(str, rules.reception.days)))
    yield Line("reception_days", Words("Ngày tiếp công dân hằng tháng", "Reception days of a month"), days)
    closed = Words("Ngày tiếp trùng ngày nghỉ", "A reception day that is closed")
    yield Line("reception_closed", closed, CLOSED[said.closed])
    delegation = Words("Tiếp thay người đứng đầu", "Receiving instead of the head")
    yield Line("reception_delegation", delegation, DELEGATED[said.delegation])


def _report(rules: Rules) -> Iterator[Line]:
    said = rules.report
    by = [BODIES.get(code, Words(code, code)) for code in said.reporters]
    yield Line("reporters", Words("Nơi báo cáo hằng tháng", "Who reports every month"), _joined(by))
    days = _same(", ".join(map(str, said.reminders)))
    yield Line("reminders", Words("Nhắc báo cáo vào ngày", "Reminded of the report on days"), days)
    closed = Words("Ngày báo cáo trùng ngày nghỉ", "A day of the report that is closed")
    yield Line("report_closed", closed, CLOSED[said.closed])


def _same(said: str) -> Words:
    return Words(said, said)


def _joined(words: Sequence[Words], between: str = ", ") -> Words:
    return Words(between.join(each.vi for each in words), between.join(each.en for each in words)) if words else NOTHING


def _catalogue(rules: Rules, name: str, kinds: Mapping[str, Words]) -> Iterator[Line]:
    for code, item in rules.catalogues[name].items():
        more = [_cell_of(column, item, rules, kinds) for column in CATALOGUES[name].columns if column.key in item.cells]
        says = _spread(Words("{what} ({more})", "{what} ({more})"), what=item.words, more=_joined(more, "; "))
        yield Line(code, item.words, says if more else item.words)


def _cell_of(column: Column, item: Item, rules: Rules, kinds: Mapping[str, Words]) -> Words:
    """A cell as it is read: codes by their names, other values after the heading."""
    said = item.text(column.key)
    if column.holds is Holds.ONE and column.known[said] is not YES["yes"]:
        return column.known[said]
    if column.holds is Holds.OF:
        return rules.catalogues[column.of][said].words
    if column.holds is Holds.ONE:
        return column.words
    value = _english_of(column, item, rules) or _value_of(column, item, kinds)
    return _spread(Words("{what}: {said}", "{what}: {said}"), what=column.words, said=value)


def _english_of(column: Column, item: Item, rules: Rules) -> Words | None:
    """A norm's words of the office with their English: what it is counted in, the kind as the norm of it is called."""
    said, figure = item.text(column.key), item.text("figure")
    if column.key == "measure" and figure in NORM_MEASURES:
        return Words(said, NORM_MEASURES[figure][1])
    if column.key == "kind":
        counted = (each for each in rules.catalogues["norms"].values() if each.text("figure") == "count")
        return next((Words(said, each.words.en) for each in counted if each.text("kind") == said), None)
    return None


def _value_of(column: Column, item: Item, kinds: Mapping[str, Words]) -> Words:
    if column.holds is Holds.CODES:
        return _joined([kinds.get(code, _same(code)) for code in item.codes(column.key)])
    day = item.day(column.key)
    return _same(f"{day:%d/%m/%Y}") if day else _same(str(item.cells[column.key]))


def _spread(words: Words, **parts: Words) -> Words:
    vi = {name: part.vi for name, part in parts.items()}
    en = {name: part.en for name, part in parts.items()}
    return Words(words.vi.format(**vi), words.en.format(**en))
