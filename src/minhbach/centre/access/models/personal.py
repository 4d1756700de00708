"""A row about a citizen: what it says lies closed in one column, and goes as a whole.

Promises that PostgreSQL, a copy of it and whoever rules it learn neither name, number nor address, and that nobody
rewrites them unseen: what was written first is bound by `commitment`, which never changes. Leaves keys to `closing`.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self, overload

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from minhbach.centre.access import closing
from minhbach.centre.access.closing import Closed, PersonalKeyMissing
from minhbach.centre.registry.models import Identified


def keys_folder() -> Path:
    """Where the keys of personal data lie."""
    return Path(settings.MINHBACH_DATA) / "keys"


class Told:
    """A line of what a closed row says; empty once it was forgotten."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self._name = ""

    def __set_name__(self, owner: type[object], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, row: None, owner: object) -> Self: ...
    @overload
    def __get__(self, row: "Personal", owner: object) -> str: ...
    def __get__(self, row: "Personal | None", owner: object) -> "Self | str":
        """The words; the line itself where it is asked of the class. Raises PersonalKeyMissing."""
        return self if row is None else row.said.get(self._name, "")


class Personal(Identified):
    """What every such row keeps. Its lines are `Told`; its tables take `erased_at` or are deleted when they go."""

    sealed = models.BinaryField(blank=True)
    key = models.PositiveSmallIntegerField()
    commitment = models.CharField(max_length=64)

    class Meta:
        abstract = True

    #: What may change: the same words under a newer key, or nothing left of them.
    MOVES: ClassVar = ["sealed", "key"]

    @classmethod
    def lines(cls) -> dict[str, int]:
        """The lines of such a row and the longest each may be."""
        return {name: line.longest for name, line in vars(cls).items() if isinstance(line, Told)}

    @classmethod
    def about(cls, said: Mapping[str, str], **columns: Any) -> Self:
        """A row that says this, each line cut to its length; not saved. Raises PersonalKeyMissing."""
        folder = keys_folder()
        if not (folder / closing.NAME).exists():
            if any(table._default_manager.exists() for table in tables()):
                raise PersonalKeyMissing(f"{folder / closing.NAME} is gone; restore it from the backup of the keys.")
            closing.ensure(folder)
        row = cls(**columns)
        lines = {name: said.get(name, "")[:longest] for name, longest in cls.lines().items()}
        row.keep(closing.close(folder, lines, table=cls._meta.db_table, row=row.id))
        return row

    @property
    def closed(self) -> Closed:
        """As it lies there."""
        return Closed(bytes(self.sealed), self.key, self.commitment)

    def keep(self, closed: Closed) -> None:
        """Take over what was closed; not saved."""
        self.sealed, self.key, self.commitment = closed.sealed, closed.key, closed.commitment
        self.__dict__.pop("said", None)

    @cached_property
    def said(self) -> dict[str, str]:
        """Everything it says, opened once; empty once it was forgotten. Raises PersonalKeyMissing."""
        if not self.sealed:
            return {}
        return closing.reopen(keys_folder(), self.closed, table=self._meta.db_table, row=self.id)

    def under_newest(self) -> dict[str, object]:
        """The columns as they stand under the newest key. Raises PersonalKeyMissing."""
        closed = closing.close_again(keys_folder(), self.closed, table=self._meta.db_table, row=self.id)
        return {"sealed": closed.sealed, "key": closed.key}


def tables() -> list[type[Personal]]:
    """Every table of such rows."""
    return [table for table in Personal.__subclasses__() if not table._meta.abstract]


#: Of a row that stays when its words go, by `erased_at`.
EMPTIED = Q(erased_at__isnull=True) & ~Q(sealed=b"") | Q(erased_at__isnull=False, sealed=b"")
#: Only from somebody to nobody, or under a newer key.
ONLY_EMPTIED = pgtrigger.Q(old__erased_at__isnull=False) | pgtrigger.Q(
    new__erased_at__isnull=True, new__key__lte=pgtrigger.F("old__key")
)
#: Of a row that is deleted when it is to go.
ONLY_MOVED = pgtrigger.Q(new__key__lte=pgtrigger.F("old__key"))
