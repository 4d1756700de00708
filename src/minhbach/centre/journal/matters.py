"""Which matters the words of a purpose name, by the numbers that the product prints: a dossier's code or bar code, the
number of a complaint, finding, request, extraction or entry of the reception book, an inspection's or its decision.

Owns the reading of such words, and the looking up for many purposes at once. Promises that a number counts only where
such a matter stands in the books of the unit that was watched, or is an inspection of that very room: any other number
may well be a true one of another office's book, but nobody can tell here.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model, Q

from minhbach.centre.dossiers.models import Dossier
from minhbach.centre.evidence.models import Extraction, SubjectRequest
from minhbach.centre.feedback.models import Petition
from minhbach.centre.oversight.models import Finding, Inspection
from minhbach.centre.reception.models import BookEntry
from minhbach.centre.registry.vietnamese import search_key

#: Books in which a unit numbers its matters of a year.
BOOKS: tuple[type[Model], ...] = (Petition, Finding, SubjectRequest, Extraction, BookEntry)
_CODE = re.compile(r"(?<![A-Z0-9.])[A-Z0-9.]{2,24}-\d{6}-\d{4,7}(?!\d)")
_SCAN = re.compile(r"(?<!\d)\d{4} ?\d{4} ?\d{4} ?\d{4}(?!\d)")
#: Not 12/2026/QĐ-UBND, which is another office's paper.
_NUMBER = re.compile(r"(?<![\d/])(\d{1,6})/(20\d\d)(?![\d/-])")
#: A decision's number that is shorter would be found in many words.
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Said:
    """A purpose's words and the place that was watched under it."""

    unit: UUID
    room: UUID
    words: str


def known(asked: Collection[Said]) -> set[Said]:
    """Those that name a matter the product knows, in a few queries for all of them."""
    dossiers = _dossiers(asked)
    numbers = {each: {(int(year), int(number)) for number, year in _NUMBER.findall(each.words)} for each in asked}
    wanted = set[tuple[int, int]]().union(*numbers.values())
    booked = _booked({each.unit for each in asked}, wanted)
    inspected = _inspected({each.room for each in asked})
    return {
        each
        for each in asked
        if _codes(each.words) & dossiers
        or any((each.unit, *number) in booked for number in numbers[each])
        or any(_is_of(each, numbers[each], one) for one in inspected.get(each.room, ()))
    }


def _codes(words: str) -> set[str]:
    """Codes and bar codes of dossiers, as they stand in their rows."""
    said = words.upper()
    return {*_CODE.findall(said), *(found.replace(" ", "") for found in _SCAN.findall(said))}


def _dossiers(asked: Iterable[Said]) -> set[str]:
    wanted = set[str]().union(*(_codes(each.words) for each in asked))
    if not wanted:
        return set()
    rows = Dossier.objects.filter(Q(code__in=wanted) | Q(scan__in=wanted)).values_list("code", "scan")
    return {text for row in rows for text in row}


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
    return (year, number) in numbers or (len(decision) >= _SHORTEST and decision in search_key(said.words))
