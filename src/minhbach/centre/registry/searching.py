"""What somebody types in a hurry, looked for by PostgreSQL: without marks, without case, every word somewhere.

Owns `SearchKey`, which spells columns as `vietnamese.search_key` spells text, and the number of a book as people type
it. For lists of one office or one year; what is larger has a column of its own, which `kept_key` spells.
"""

from django.db.models import CharField, F, Func, Q, TextField, Value
from django.db.models.functions import Cast, Concat

from minhbach.centre.registry.vietnamese import search_key

MOST_WORDS = 8
SPELLING = (
    "lower(regexp_replace(regexp_replace(normalize(translate(%(expressions)s, 'Đđ', 'Dd'), NFD), "
    r"'[\u0300-\u036f]', '', 'g'), '\s+', ' ', 'g'))"
)


class SearchKey(Func):
    """Columns as one text in plain small letters. Without its marks every Vietnamese letter but đ is one of ASCII, so
    that the database's collation is not asked.
    """

    template = SPELLING
    arg_joiner = " || ' ' || "
    output_field = TextField()

    def __init__(self, *columns: str) -> None:
        super().__init__(*(Concat(F(name), Value(""), output_field=TextField()) for name in columns))


def kept_key(*columns: str) -> Func:
    """What a generated column is made of, from columns of its own table that are never null."""
    expressions = (F(name) for name in columns)
    return Func(*expressions, template=SPELLING, arg_joiner=" || ' ' || ", output_field=TextField())


def words_of(text: str) -> list[str]:
    """What to look for."""
    return search_key(text.replace("\0", " ")).split()[:MOST_WORDS]


def numbered() -> Concat:
    """The number of a row in its book, as `7/2026`."""
    return Concat(Cast("number", CharField()), Value("/"), Cast("year", CharField()))


def has_number(word: str) -> Q:
    """Rows with an alias `label` of `numbered` in which the word stands; 007/2026 is 7/2026."""
    return Q(label__contains=word.lstrip("0") or word)
