"""Sentences in two languages, side by side: Vietnamese first, English second.

Owns `Words`, the pair every text of ours is made of; the tag `{% t %}` for templates; and the choice of language per
request. There is no catalogue to fall behind: a sentence without its twin cannot be written. Django's own texts use the
catalogue that Django ships.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import lazystr
from django.utils.translation import get_language

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence in both languages; `str()` gives the one of the request at hand, with the values filled in."""

    vi: str
    en: str
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        text = self.en if (get_language() or "vi").startswith("en") else self.vi
        return text.format(**dict(self.values)) if self.values else text

    def __mod__(self, values: object) -> str:
        """As Django fills the messages of its forms; a sentence without such places stays as it is."""
        return str(self) % values if "%(" in str(self) else str(self)

    def fill(self, **values: object) -> "Words":
        """The same sentence with `{name}` places filled."""
        return Words(self.vi, self.en, (*self.values, *values.items()))


def text(vi: str, en: str) -> "StrPromise":
    """The pair where Django asks for a text of its own: labels, hints and messages of forms, names of choices."""
    return lazystr(Words(vi, en))
