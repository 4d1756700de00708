"""Keys of citizens' data changed, and who looked at such data.

A new key closes what is new at once; then every row is closed anew under it, some at a time, so that pages go on. Told
twice, or killed in between, it goes on where it was. Promises that no key goes under which a row lies.
"""

import datetime
from collections.abc import Sequence

from django.db import connection, models, transaction

from minhbach.centre.access import closing
from minhbach.centre.access.models import Account
from minhbach.centre.access.models.personal import Personal, keys_folder, tables
from minhbach.centre.access.recording import record

BATCH = 200
SHOWN = "personal_shown"


def note_shown(
    actor: Account, about: tuple[str, object], *, now: datetime.datetime, address: str | None = None
) -> None:
    """Somebody had a citizen's data shown in full: a viewing of personal data, in the audit log."""
    record(actor, SHOWN, now=now, about=about, address=address)


def rotate_key(*, now: datetime.datetime) -> int:
    """A new key, and everything under it; how many rows were closed anew. Raises PersonalKeyMissing, OSError."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('personal keys', 20))")
        before = closing.ring_of(keys_folder()).newest
        number = closing.add_key(keys_folder())
        record("access", "personal_key_made", now=now, details={"key": number})
    moved = sum(_move(table, number) for table in tables())
    # The one before stays for what was being written meanwhile; the next change closes that anew and takes it out.
    used = [
        table._default_manager.exclude(sealed=b"").order_by("key").values_list("key", flat=True).first()
        for table in tables()
    ]
    closing.drop_keys(keys_folder(), below=min([before, *(each for each in used if each is not None)]))
    record("access", "personal_rows_moved", now=now, details={"key": number, "rows": moved})
    return moved


def _move(table: type[Personal], number: int) -> int:
    moved = 0
    while True:
        with transaction.atomic():
            rows = list(
                table._default_manager.select_for_update(of=("self",))
                .filter(key__lt=number)
                .exclude(sealed=b"")[:BATCH]
            )
            for row in rows:
                table._default_manager.filter(id=row.id).update(**row.under_newest())
        moved += len(rows)
        if not rows:
            return moved


def close_rows(table: type[models.Model], lines: Sequence[str], *, numbered: str = "") -> None:
    """For a migration: close what stood open in these columns. `numbered`: the one that the row is found by."""
    folder = keys_folder()
    for row in table._default_manager.iterator(chunk_size=BATCH):
        said = {name: _text(getattr(row, name)) for name in lines}
        if not any(said.values()):
            continue
        closing.ensure(folder)
        closed = closing.close(folder, said, table=table._meta.db_table, row=row.pk)
        columns = {"sealed": closed.sealed, "key": closed.key, "commitment": closed.commitment}
        if numbered:
            columns["mark"] = closing.mark(folder, said[numbered])
        table._default_manager.filter(pk=row.pk).update(**columns)


def _text(value: object) -> str:
    """A column of words, or of bytes as their digits."""
    return str(value) if isinstance(value, str) else bytes(value).hex()  # type: ignore[call-overload]
