"""Which matters the words of a purpose name, by the numbers that the product prints: a dossier's code or bar code, the
number of a complaint, finding, request, extraction or entry of the reception book, an inspection's or its decision.

Owns the reading of such words, and the looking up for many purposes at once. Promises that a number counts only where
such a matter stands in the books of the unit that was watched, or is an inspection of that very room: any other number
may well be a true one of another office's book, but nobody can tell here. And that no month and no law is taken for a
number: in a sentence one counts only as the product prints it, while who fills in the field for numbers means one.
"""

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model, Q

from minhbach.centre.dossiers.models import Dossier
from minhbach.centre.evidence.models import Extraction, SubjectRequest
from minhbach.centre.feedback.models import Petition
from minhbach.centre.oversight.models import Finding, Inspection
from minhbach.centre.reception.models import BookEntry
from minhbach.centre.registry.vietnamese import plain, search_key

#: Books in which a unit numbers its matters of a year.
BOOKS: tuple[type[Model], ...] = (Petition, Finding, SubjectRequest, Extraction, BookEntry)
_CODE = re.compile(r"(?<![A-Z0-9.])[A-Z0-9.]{2,24}-\d{6}-\d{4,7}(?!\d)")
_SCAN = re.compile(r"(?<!\d)\d{4} ?\d{4} ?\d{4} ?\d{4}(?!\d)")
#: Not 12/2026/QĐ-UBND, which is another office's paper.
_NUMBER = re.compile(r"(?<![\d/])(\d{1,6})/(20\d\d)(?![\d/-])")
#: A decision's number that is shorter would be found in many words.
_SHORTEST = 4


def _any(*names: str) -> str:
    """Any of these words, with their marks or typed in a hurry."""
    return "|".join(rf"\b{each}\b" for name in names for each in sorted({name, search_key(name)}))


#: What the product prints before a number: Phản ánh số 003/2026, Complaint 003/2026, YC-03/2026. Typed in a hurry,
#: "hồ sơ" and "cơ sở" end like "số".
_PRINTED = re.compile(
    r"(?:\bsố\s*:?|(?<!ho )(?<!co )\bso\s*:?|\byc-|"
    r"\b(?:complaint|suggestion|finding|extraction|inspection|reception book)\b)\s*$"
)
_MATTER = _any(
    *("phản ánh", "kiến nghị", "phát hiện", "trích xuất", "yêu cầu", "kiểm tra", "tiếp công dân"),
    *("complaint", "suggestion", "finding", "extraction", "inspection", "reception book"),
)
_PAPER = _any(
    *("luật", "pháp lệnh", "nghị định", "nghị quyết", "thông tư", "quyết định", "chỉ thị", "văn bản", "công văn"),
    *("kế hoạch", "tờ trình", "thông báo", "báo cáo", "hướng dẫn", "nđ", "nq", "qđ", "cv", "tt"),
    *("law", "decree", "decision", "circular", "plan", "report"),
)
_TIME = re.compile(rf"(?:{_any('ngày', 'tuần', 'tháng', 'quý', 'năm', 'kỳ', 'month', 'year')})\s*$")
#: Of what stands before a number in the same breath, the last word says whose number it is.
_WHOSE = re.compile(rf"(?P<matter>{_MATTER})|(?P<paper>{_PAPER})")
_BREATH = re.compile(r"[^,;.:()\d]{0,40}$")


@dataclass(frozen=True, slots=True)
class Said:
    """A purpose and the place that was watched under it: its words, and what stands in its field for numbers."""

    unit: UUID
    room: UUID
    words: str
    reference: str = ""

    @property
    def whole(self) -> str:
        """Both on one line."""
        return f"{self.words} {self.reference}".strip()


def known(asked: Collection[Said]) -> set[Said]:
    """Those that name a matter the product knows, in a few queries for all of them."""
    dossiers = _dossiers(asked)
    numbers = {each: _numbers(each) for each in asked}
    wanted = set[tuple[int, int]]().union(*numbers.values())
    booked = _booked({each.unit for each in asked}, wanted)
    inspected = _inspected({each.room for each in asked})
    return {
        each
        for each in asked
        if any((each.unit, code) in dossiers for code in _codes(each.whole))
        or any((each.unit, *number) in booked for number in numbers[each])
        or any(_is_of(each, numbers[each], one) for one in inspected.get(each.room, ()))
    }


def _codes(words: str) -> set[str]:
    """Codes and bar codes of dossiers, as they stand in their rows."""
    said = words.upper()
    return {*_CODE.findall(said), *(found.replace(" ", "") for found in _SCAN.findall(said))}


def _numbers(said: Said) -> set[tuple[int, int]]:
    """Numbers of a year's book, as (year, number)."""
    printed = _read(said.words, printed=True)
    return printed | _read(said.reference, printed=False)


def _read(text: str, *, printed: bool) -> set[tuple[int, int]]:
    line = plain(text).casefold()
    found = (each for each in _NUMBER.finditer(line) if _is_of_a_book(line[: each.start()], printed=printed))
    return {(int(each[2]), int(each[1])) for each in found}


def _is_of_a_book(before: str, *, printed: bool) -> bool:
    """Whether a number behind these words may be one of a book here; `printed`: only as the product prints it."""
    prefix = _PRINTED.search(before)
    if (printed and prefix is None) or _TIME.search(before):
        return False
    # What is printed may itself name the matter.
    breath = _BREATH.search(before[: prefix.start()] if prefix else before)
    named = list(_WHOSE.finditer((breath[0] if breath else "") + (prefix[0] if prefix else "")))
    return not named or named[-1]["paper"] is None


def _dossiers(asked: Collection[Said]) -> set[tuple[UUID, str]]:
    """Of the codes that are said, those of dossiers which the units received."""
    wanted = set[str]().union(*(_codes(each.whole) for each in asked))
    if not wanted:
        return set()
    rows = Dossier.objects.filter(Q(code__in=wanted) | Q(scan__in=wanted), unit__in={each.unit for each in asked})
    return {(unit, text) for unit, *texts in rows.values_list("unit", "code", "scan") for text in texts}


def _booked(units: Collection[UUID], wanted: Collection[tuple[int, int]]) -> set[tuple[UUID, int, int]]:
    if not wanted:
        return set()
    years, numbers = {year for year, _ in wanted}, {number for _, number in wanted}
    found: set[tuple[UUID, int, int]] = set()
    for model in BOOKS:
        rows = model._default_manager.filter(unit__in=units, year__in=years, number__in=numbers)
        found.update(rows.values_list("unit", "year", "number"))
    return found


def _inspected(rooms: Collection[UUID]) -> dict[UUID, list[tuple[int, int, str]]]:
    found: dict[UUID, list[tuple[int, int, str]]] = defaultdict(list)
    if rooms:
        rows = Inspection.objects.filter(rooms__in=rooms).values_list("rooms", "year", "number", "decision_number")
        for room, year, number, decision in rows:
            found[room].append((year, number, search_key(decision)))
    return found


def _is_of(said: Said, numbers: Collection[tuple[int, int]], inspection: tuple[int, int, str]) -> bool:
    year, number, decision = inspection
    return (year, number) in numbers or (len(decision) >= _SHORTEST and decision in search_key(said.whole))
