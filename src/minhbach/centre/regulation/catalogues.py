"""Catalogues of a version as tables: read with every error of every row that is wrong, and written the same way.

Pure: rows of text in, items or errors out. A table written here reads back as exactly what it was written from, so that
taking it over again changes nothing. What the columns hold stands in `columns`. Leaves files to `registry.tables`, and
what is kept to `drafting`.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minhbach.centre.registry.tables import place_of_headings
from minhbach.centre.registry.vietnamese import plain, search_key
from minhbach.centre.regulation.columns import CATALOGUES, Column, Holds
from minhbach.centre.regulation.items import CODE, HIGHEST, LONGEST, Item
from minhbach.centre.regulation.rules import Rules
from minhbach.centre.words import Words

#: An item as the content of a version keeps it: vi, en, and what its catalogue has more.
Content = dict[str, str | int | list[str]]
MOST_ITEMS = 1_000
WRONG = Words("Cần sửa", "To mend")
FIRST = (
    Column("code", Words("Mã", "Code"), Holds.TEXT, frozenset({"ma so"}), width=22, needed=True),
    Column(
        "vi", Words("Nội dung", "Content"), Holds.TEXT, frozenset({"tieng viet", "hanh vi", "tinh huong", "ten"}),
        width=60, needed=True,
    ),
    Column(
        "en", Words("Nội dung tiếng Anh", "Content in English"), Holds.TEXT, frozenset({"tieng anh", "english"}),
        width=50,
    ),
)  # fmt: skip
NO_HEADINGS = Words(
    "Dòng đầu phải có các cột «Mã» và «Nội dung».", "The first row must have the columns “Mã” and “Nội dung”."
)
STRANGE = Words(
    "Cột «{said}» không có trong danh mục «{catalogue}»; hãy xem có chọn nhầm tệp không.",
    "There is no column “{said}” in “{catalogue}”; is it the file of another catalogue?",
)
NO_CODE = Words(
    "Mã «{said}» chỉ gồm chữ thường không dấu, số và dấu gạch dưới, nhiều nhất 40 ký tự.",
    "The code “{said}” may hold small letters, digits and underscores only, 40 at most.",
)
NO_WORDS = Words("Thiếu nội dung.", "The content is missing.")
TOO_LONG = Words("Nội dung dài quá 200 ký tự.", "The content is longer than 200 letters.")
TWICE = Words("Mã «{said}» đã có ở dòng {n}.", "The code “{said}” stands in row {n} already.")
NOT_KNOWN = Words(
    "{heading} «{said}» không có: ghi {known} hoặc để trống.",
    "{heading}: there is no “{said}”; write {known}, or leave it empty.",
)
NOT_THERE = Words(
    "{heading} «{said}» không có trong phần «{catalogue}» của dự thảo.",
    "{heading}: “{said}” is not in the part “{catalogue}” of the draft.",
)
NO_NUMBER = Words(
    "{heading} «{said}» phải là số nguyên từ 0 đến {most}.", "{heading}: “{said}” is no whole number from 0 to {most}."
)
NO_DAY = Words("{heading} «{said}» phải là ngày như 01/07/2025.", "{heading}: “{said}” is no day such as 01/07/2025.")
NO_CODES = Words(
    "{heading} «{said}» phải là các mã, cách nhau bằng dấu phẩy.", "{heading}: “{said}” must be codes, with commas."
)
MISSING = Words("Thiếu «{heading}».", "“{heading}” is missing.")
EMPTY = Words("Danh mục không có dòng nào.", "There is no row in it.")
TOO_MANY = Words("Danh mục có quá 1.000 dòng.", "There are more than 1,000 rows.")
_DAYS = (re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"), re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00:00)?"))


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that is no item, by its number in the table, and why; a row may stand there several times."""

    number: int
    words: Words


def columns_of(name: str) -> tuple[Column, ...]:
    """The columns of a catalogue, those first that all have."""
    return (*FIRST, *CATALOGUES[name].columns)


def headings_of(name: str) -> list[Words]:
    """What stands over them."""
    return [column.words for column in columns_of(name)]


def as_rows(rules: Rules, name: str) -> list[list[str]]:
    """The catalogue as a table whose first row is its headings, in Vietnamese: offices exchange these files."""
    found = [[words.vi for words in headings_of(name)]]
    for code, item in rules.catalogues[name].items():
        more = [_written(column, item, rules) for column in CATALOGUES[name].columns]
        found.append([code, item.words.vi, item.words.en, *more])
    return found


def content_of(item: Item) -> Content:
    """An item as the content of a version keeps it."""
    kept: Content = {"vi": item.words.vi, "en": item.words.en}
    for key, value in item.cells.items():
        if isinstance(value, datetime.date):
            kept[key] = value.isoformat()
        else:
            kept[key] = list(value) if isinstance(value, tuple) else value
    return kept


def read(rows: Sequence[Sequence[str]], name: str, rules: Rules) -> tuple[dict[str, Content], list[Wrong]]:
    """The items of a table whose first row is its headings, and all that is wrong with it.

    `rules` are the draft's: they know what an item may refer to.
    """
    top = place_of_headings(rows)
    places = _places(rows[top], columns_of(name)) if rows else {}
    if not {"code", "vi"} <= places.keys():
        return {}, [Wrong(top + 1, NO_HEADINGS)]
    if strange := _strange(rows[top], places):
        return {}, [Wrong(top + 1, STRANGE.fill(said=said[:40], catalogue=CATALOGUES[name].words)) for said in strange]
    found: dict[str, Content] = {}
    at: dict[str, int] = {}
    wrong: list[Wrong] = []
    for number, row in enumerate(rows[top + 1 :], top + 2):
        if not any(row):
            continue
        cells = {key: _cell(row, place) for key, place in places.items()}
        code = cells["code"].lower()
        item, said = _item(code, cells, name, rules)
        if code in at:
            said.append(TWICE.fill(said=code, n=at[code]))
        elif CODE.fullmatch(code):
            at[code] = number
        wrong += [Wrong(number, words) for words in said]
        if not said:
            found[code] = item
    if not found and not wrong:
        wrong.append(Wrong(top + 1, EMPTY))
    if len(found) > MOST_ITEMS:
        wrong.append(Wrong(at[list(found)[MOST_ITEMS]], TOO_MANY))
    return found, wrong


def errors_as_rows(rows: Sequence[Sequence[str]], wrong: Sequence[Wrong]) -> list[list[str]]:
    """The same table with a last column that says what is to be mended; it reads back once it is."""
    said: dict[int, list[str]] = {}
    for each in wrong:
        said.setdefault(each.number, []).append(str(each.words))
    width = max((len(row) for row in rows), default=0)
    filled, top = [[*row, *[""] * (width - len(row))] for row in rows], place_of_headings(rows) + 1
    head = ": ".join([str(WRONG), *([" ".join(said.pop(top))] if top in said else [])])
    return [[*row, head if number == top else " ".join(said.get(number, ()))] for number, row in enumerate(filled, 1)]


def _written(column: Column, item: Item, rules: Rules) -> str:
    said = item.text(column.key)
    if column.holds is Holds.ONE:
        return column.known[said].vi if said else ""
    if column.holds is Holds.OF:
        return rules.catalogues[column.of][said].words.vi if said else ""
    if column.holds is Holds.CODES:
        return ", ".join(item.codes(column.key))
    day = item.day(column.key)
    return f"{day:%d/%m/%Y}" if day else str(item.cells.get(column.key, ""))


def _places(headings: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        said = search_key(heading.replace("\n", " "))
        for column in columns:
            if said in {column.key, search_key(column.words.vi), search_key(column.words.en), *column.also}:
                places.setdefault(column.key, place)
    return places


def _strange(headings: Sequence[str], places: Mapping[str, int]) -> list[str]:
    """Headings of no column: a file that is another catalogue's would replace this one without a word."""
    taken, ours = set(places.values()), (search_key(WRONG.vi), search_key(WRONG.en))
    said = [(place, heading.replace("\n", " ").strip()) for place, heading in enumerate(headings)]
    return [
        heading
        for place, heading in said
        if heading and place not in taken and not search_key(heading).startswith(ours)
    ]


def _cell(row: Sequence[str], place: int) -> str:
    said = plain(row[place]) if place < len(row) else ""
    # What was written as text so that no spreadsheet computes it.
    return said[1:].strip() if said.startswith("'") else said


def _item(code: str, cells: Mapping[str, str], name: str, rules: Rules) -> tuple[Content, list[Words]]:
    """The item, and all that is wrong with it."""
    vi, en = cells["vi"], cells.get("en", "") or cells["vi"]
    wrong = [] if CODE.fullmatch(code) else [NO_CODE.fill(said=code[:40])]
    if not vi:
        wrong.append(NO_WORDS)
    if max(len(vi), len(en)) > LONGEST:
        wrong.append(TOO_LONG)
    item: Content = {"vi": vi, "en": en}
    for column in CATALOGUES[name].columns:
        said = cells.get(column.key, "")
        if not said:
            wrong += [MISSING.fill(heading=column.words)] if column.needed else []
            continue
        value = _value(column, said, rules)
        if isinstance(value, Words):
            wrong.append(value.fill(heading=column.words, said=said[:60]))
        else:
            item[column.key] = value
    return item, wrong


def _value(column: Column, said: str, rules: Rules) -> str | int | list[str] | Words:
    """What a cell says, or why it says nothing that fits."""
    if column.holds is Holds.ONE:
        known = ", ".join(words.vi for words in column.known.values())
        return _named(said, column.known) or NOT_KNOWN.fill(known=known)
    if column.holds is Holds.OF:
        return _named(said, rules.words(column.of)) or NOT_THERE.fill(catalogue=CATALOGUES[column.of].words)
    if column.holds is Holds.NUMBER:
        digits = said.replace(".", "") if re.fullmatch(r"\d{1,3}(\.\d{3})+", said) else said.removesuffix(".0")
        fits = digits.isascii() and digits.isdigit() and int(digits[:9]) <= HIGHEST
        return int(digits) if fits else NO_NUMBER.fill(most=HIGHEST)
    if column.holds is Holds.DAY:
        return _day(said) or NO_DAY
    if column.holds is Holds.CODES:
        codes = [part.strip().lower() for part in said.split(",") if part.strip()]
        return codes if codes and all(CODE.fullmatch(code) for code in codes) else NO_CODES
    return said if len(said) <= LONGEST else TOO_LONG


def _day(said: str) -> str:
    for pattern in _DAYS:
        if found := pattern.fullmatch(said):
            parts = [int(part) for part in found.groups()]
            year, month, day = parts if len(found[1]) == 4 else reversed(parts)
            try:
                return datetime.date(year, month, day).isoformat()
            except ValueError:
                return ""
    return ""


def _named(said: str, known: Mapping[str, Words]) -> str:
    key = search_key(said)
    for code, words in known.items():
        if key in {code, search_key(words.vi), search_key(words.en)}:
            return code
    return ""
