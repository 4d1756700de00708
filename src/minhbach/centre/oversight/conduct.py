"""The form by which conduct in a clip is assessed: the items of a version for a type of room, and what may be answered.

A clip keeps the form of the version it was drawn by: a form that changes later changes no assessment.
"""

from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.regulation.reading import rules_of
from minhbach.centre.words import Words

GOOD, BAD, UNSEEN = "good", "bad", "unseen"
ANSWERS = {
    GOOD: Words("Đạt", "Met"),
    BAD: Words("Chưa đạt", "Not met"),
    UNSEEN: Words("Không thấy rõ", "Not seen"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the form; `situation`: the finding that it leads to when it is not met, or nothing."""

    code: str
    words: Words
    situation: str


def form_of(version: UUID, room_type: str) -> tuple[Item, ...]:
    """The items for such a room, in their order."""
    items = rules_of(version).catalogues["conduct"]
    return tuple(
        Item(code, item.words, item.text("situation"))
        for code, item in items.items()
        if item.text("room") in ("", room_type)
    )


def agreement(some: dict[str, str], others: dict[str, str]) -> tuple[int, int]:
    """On how many items two people answered alike, of those that both could see."""
    both = [code for code in some if UNSEEN not in (some[code], others.get(code, UNSEEN))]
    return sum(some[code] == others[code] for code in both), len(both)
