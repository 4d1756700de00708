"""Items of catalogues as values: read strictly from the content of a version, and what they refer to each other.

    RulesError    what is there is no item; `words` says it to whoever edits

Pure. Leaves tables of text to `catalogues`, and which catalogues there are to `columns`.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from minhbach.centre.regulation.columns import CATALOGUES, Column, Holds
from minhbach.centre.words import Words

CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")
#: As long as what a finding keeps of an item's words; and what a cell of text may hold.
LONGEST = 200
HIGHEST = 100_000
RANKS = 10_000
REFERS = Words(
    "Mục «{item}» của «{here}» dẫn đến «{said}», không có trong «{there}».",
    "The item “{item}” of “{here}” refers to “{said}”, which is not in “{there}”.",
)


class RulesError(Exception):
    """The data of a version is not a regulation; the message names the place, `words` say it to people."""

    def __init__(self, message: str, words: Words | None = None) -> None:
        super().__init__(message)
        self.words = words or Words("{why}", "{why}").fill(why=message)


@dataclass(frozen=True, slots=True)
class Item:
    """Words and what is laid down beside them, by column; what is left out is not in `cells`."""

    words: Words
    cells: Mapping[str, str | int | datetime.date | tuple[str, ...]] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """A code or a text; "" where there is none."""
        value = self.cells.get(key, "")
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int | None:
        """A whole number, or none."""
        value = self.cells.get(key)
        return value if isinstance(value, int) else None

    def day(self, key: str) -> datetime.date | None:
        """A day, or none."""
        value = self.cells.get(key)
        return value if isinstance(value, datetime.date) else None

    def codes(self, key: str) -> tuple[str, ...]:
        """Several codes, often none."""
        value = self.cells.get(key, ())
        return value if isinstance(value, tuple) else ()

    def holds_on(self, day: datetime.date) -> bool:
        """Whether the item is good for what happened on that day; `from` and `until` are both days within."""
        begin, end = self.day("from"), self.day("until")
        return (begin is None or begin <= day) and (end is None or day <= end)


def items_of(name: str, table: Mapping[str, object]) -> Mapping[str, Item]:
    """The items of a catalogue by code, in the order of the table. Raises RulesError."""
    return MappingProxyType({code: _item(f"{name}.{code}", code, name, value) for code, value in table.items()})


def refer_to_each_other(found: Mapping[str, Mapping[str, Item]]) -> None:
    """Every reference leads to an item of the same version. Raises RulesError."""
    for name, items in found.items():
        for column in CATALOGUES[name].columns:
            if column.holds is Holds.OF:
                _refer(name, column, items, found[column.of])


def _refer(name: str, column: Column, items: Mapping[str, Item], others: Mapping[str, Item]) -> None:
    for code, item in items.items():
        said = item.text(column.key)
        if said and said not in others:
            here, there = CATALOGUES[name].words, CATALOGUES[column.of].words
            words = REFERS.fill(item=item.words, here=here, said=said, there=there)
            raise RulesError(f"{name}.{code}.{column.key} must be one of {', '.join(others)}", words)


def _item(where: str, code: str, name: str, value: object) -> Item:
    if not isinstance(value, Mapping):
        raise RulesError(f"{where} must have vi and en")
    columns = CATALOGUES[name].columns
    if unknown := set(value) - {"vi", "en", "rank", *(column.key for column in columns)}:
        raise RulesError(f"{where} says what this product does not know: {', '.join(sorted(unknown))}")
    cells = {}
    for column in columns:
        if column.key in value:
            cells[column.key] = _cell(f"{where}.{column.key}", column, value[column.key])
        elif column.needed:
            raise RulesError(f"{where}.{column.key} is missing")
    return Item(Words(_text(value, "vi", where), _text(value, "en", where)), MappingProxyType(cells))


def _text(value: Mapping[str, object], key: str, where: str) -> str:
    said = value.get(key)
    if not isinstance(said, str) or not said:
        raise RulesError(f"{where}.{key} is missing or is not a text")
    return said


def _cell(where: str, column: Column, value: object) -> str | int | datetime.date | tuple[str, ...]:
    if column.holds is Holds.NUMBER:
        if type(value) is not int or not 0 <= value <= HIGHEST:
            raise RulesError(f"{where} must be a whole number from 0 to {HIGHEST}")
        return value
    if column.holds is Holds.CODES:
        if not isinstance(value, list) or not all(isinstance(each, str) and CODE.fullmatch(each) for each in value):
            raise RulesError(f"{where} must list codes")
        return tuple(value)
    if not isinstance(value, str) or not value or len(value) > LONGEST:
        raise RulesError(f"{where} must be a text of {LONGEST} letters at most")
    if column.holds is Holds.DAY:
        return _day(where, value)
    if column.holds is Holds.ONE and value not in column.known:
        raise RulesError(f"{where} must be one of {', '.join(column.known)}")
    return value


def _day(where: str, value: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise RulesError(f"{where} must be a day as 2025-07-01") from None
