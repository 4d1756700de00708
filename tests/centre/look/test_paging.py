"""Long lists are turned page by page: each row stands on one, and an address that makes no sense shows the first."""

import pytest
from django.http import QueryDict

from minhbach.centre.look.paging import PAGE, part


class Numbers:
    """So many rows."""

    def __init__(self, count: int) -> None:
        self._all = range(count)

    def count(self) -> int:
        return len(self._all)

    def __getitem__(self, cut: slice) -> range:
        return self._all[cut]


@pytest.mark.parametrize("count", [0, 1, PAGE, PAGE + 1, 3 * PAGE, 3 * PAGE + 7])
def test_turning_the_pages_shows_every_row_once_and_keeps_what_was_asked(count: int) -> None:
    seen: list[int] = []
    way = "?q=abc&da-xong="
    while way:
        asked = QueryDict(way[1:])
        here = part(Numbers(count), asked)
        seen += here.rows
        way = str(here.pager["older"])
        assert not way or QueryDict(way[1:])["q"] == "abc"
        if newer := str(here.pager["newer"]):
            assert part(Numbers(count), QueryDict(newer[1:])).pager["older"].endswith(asked.get("tu", ""))  # type: ignore[attr-defined]
    assert seen == list(range(count))


@pytest.mark.parametrize(("said", "first"), [("x", 0), ("-3", 0), ("²", 0), ("9" * 30, 0), ("9999", 100), ("50", 50)])
def test_a_place_that_is_none_is_the_first_page_and_one_too_far_the_last(said: str, first: int) -> None:
    assert next(iter(part(Numbers(101), QueryDict(f"tu={said}")).rows)) == first
