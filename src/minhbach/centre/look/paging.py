"""A long list, a page at a time: how many rows there are, which of them stand here, and the ways to the others.

Owns `?tu=50` (rows passed over) and keeps whatever else the address says. For lists of tens of thousands; the log of
viewings, which has millions, is turned by its own index.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from django.http import QueryDict

from minhbach.centre.words import Words

PAGE = 50
PLACE = "tu"
SHOWN = Words("{first}–{last} trong {all}", "{first}–{last} of {all}")
_MOST = 1_000_000
Row = TypeVar("Row", covariant=True)
Each = TypeVar("Each")


class Rows(Protocol[Row]):
    """What can be counted and cut: a query set."""

    def count(self) -> int:
        """How many there are."""

    def __getitem__(self, part: slice, /) -> Iterable[Row]:
        """Some of them."""


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """The rows of one page. `pager`: what `components/pager.html` shows."""

    rows: Sequence[Row]
    count: int
    pager: dict[str, object]


def part(rows: Rows[Row], asked: QueryDict, place: str = PLACE) -> Part[Row]:
    """The page that the address asks for; one behind the last is the last. `place`: of the second list of a page."""
    said, count = asked.get(place, ""), rows.count()
    skip = min(int(said), _MOST) if said.isascii() and said.isdigit() and len(said) <= 7 else 0
    skip = min(skip, max(0, (count - 1) // PAGE * PAGE))
    found = list(rows[skip : skip + PAGE])
    pager: dict[str, object] = {
        "newer": _way(asked, place, max(0, skip - PAGE)) if skip else "",
        "older": _way(asked, place, skip + PAGE) if count > skip + PAGE else "",
        "shown": SHOWN.fill(first=skip + 1, last=skip + len(found), all=count) if count > PAGE else "",
        "by_place": True,
    }
    return Part(found, count, pager)


class Listed(list[Each]):
    """A list that is counted and cut like a question to the database."""

    def count(self, *_: object) -> int:
        """How many there are."""
        return len(self)


def _way(asked: QueryDict, place: str, skip: int) -> str:
    kept = asked.copy()
    kept.pop(place, None)
    if skip:
        kept[place] = str(skip)
    return f"?{kept.urlencode()}" if kept else "?"
