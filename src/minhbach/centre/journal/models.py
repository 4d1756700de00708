"""Lines of the journal, and which of them wait: written by triggers, read by the worker and by the check.

A line says that a row of a table was written, changed or taken away. What the row said is not in it, only a salted
commitment to it: the row itself is where it was. Erasing the salt makes the line say nothing about anybody, and leaves
the log as it was. Only triggers write lines (`migrations`); the role of pages and worker may not.
"""

from typing import ClassVar

import pgtrigger
from django.db import models


class Line(models.Model):
    """One change of one row. `number` grows; the last line of a row speaks of the row as it stands."""

    #: Filled by triggers alone: `access.database` gives the application no right to add rows.
    written_by_triggers = True

    id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    table_name = models.CharField(max_length=63)
    row_id = models.CharField(max_length=64)
    #: + written, = changed, - taken away, 0 found when the journal began.
    op = models.CharField(max_length=1)
    #: Which columns it speaks of (`watched.SHAPES`).
    shape = models.SmallIntegerField()
    #: The role of PostgreSQL that signed in.
    by = models.CharField(max_length=63)
    #: 32 random bytes; empty once erased.
    salt = models.BinaryField()
    #: `ledger.entry.commitment(salt, said)`, in hex.
    commitment = models.CharField(max_length=64)

    class Meta:
        db_table = "journal_line"
        triggers: ClassVar = [
            pgtrigger.Protect(name="line_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="line_is_not_rewritten", exclude=["salt"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.op}{self.table_name} {self.row_id}"


class Pending(models.Model):
    """A line that is not in the log yet."""

    line = models.UUIDField(primary_key=True)

    class Meta:
        db_table = "journal_pending"

    def __str__(self) -> str:
        return str(self.line)


class Growing(models.Model):
    """A row that changes every few seconds for a while: its line is written once it is quiet."""

    row_id = models.CharField(primary_key=True, max_length=64)
    table_name = models.CharField(max_length=63)
    touched_at = models.DateTimeField()

    class Meta:
        db_table = "journal_growing"

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}"
