"""The book of a city: what the log says is held beside the database without either of them being in memory."""

import errno
import random
import tracemalloc
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from minhbach.centre.access.database import allowed
from minhbach.centre.access.recording import record
from minhbach.centre.fabric import keys
from minhbach.centre.journal import entries, logged
from minhbach.centre.journal.anchoring import RESTORED, Anchorer
from minhbach.centre.journal.book import Book, log_of
from minhbach.centre.journal.checking import check
from minhbach.centre.journal.logged import Logged, NoRoom, Told, beside, said_of, told
from minhbach.centre.journal.models import Line, Pending
from minhbach.centre.journal.watched import QUIET, SHAPES

MANY = 200_000
#: One line took some 600 bytes of memory, and its id as much again.
MOST_BYTES = 40_000_000


@pytest.fixture
def data(db, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    return tmp_path


def anchor(data):
    anchorer = Anchorer(data)
    try:
        return anchorer.beat(now=timezone.now())
    finally:
        anchorer.close()


def superuser(*statements):
    """As somebody whom no trigger holds back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize("run", [3, 7, 1000])
def test_lines_are_found_and_come_in_order_whether_they_fit_into_memory_or_not(tmp_path, monkeypatch, run):
    monkeypatch.setattr(logged, "RUN", run)
    model: dict[UUID, Told] = {}
    chance, lines, contradicted = random.Random(1), Logged(tmp_path), []
    ids = [UUID(int=chance.getrandbits(128)) for _ in range(60)]
    for number in range(150):
        line, commitment = chance.choice(ids[:50]), chance.choice("ab")
        lines.add(told(line.hex, commitment, number, (1, number)))
        first = model.setdefault(line, Told(line.bytes, (1, number), number, said_of(commitment)))
        if first.said != said_of(commitment):
            contradicted.append((line.hex, (1, number)))
    assert sorted(lines.settle()) == sorted(contradicted)
    assert list(lines) == [model[line] for line in sorted(model)]
    assert [lines.get(line.bytes) for line in ids] == [model.get(line) for line in ids]
    there = sorted(ids[::2])
    pairs = list(beside([(line,) for line in there], lines))
    assert [(row[0], each) for row, each in pairs if row] == [(line, model.get(line)) for line in there]
    assert [each for row, each in pairs if not row] == [model[line] for line in sorted(model.keys() - set(there))]
    lines.close()
    assert not list(tmp_path.iterdir()), "the file has no name that would outlive the process"


@pytest.mark.parametrize(("line", "at_us"), [("ab", 1), ("zz" * 16, 1), ("ab" * 16, -1), ("ab" * 16, None)])
def test_what_is_no_line_is_refused_in_words_that_a_check_understands(line, at_us):
    with pytest.raises(ValueError, match=r".+"):
        Logged().add(told(line, "c", at_us, (1, 1)))


def found(data):
    said = check(data, now=timezone.now())
    return sorted((each.kind, each.where, each.count, each.why) for each in [*said.findings, *said.notices])


def test_a_check_finds_the_same_from_the_disk_as_from_memory(data, monkeypatch):
    rows = [record("tests", f"act_{number}", now=timezone.now()) for number in range(40)]
    anchor(data)
    said = dict(Line.objects.filter(row_id__in=[str(row.id) for row in rows]).values_list("row_id", "id"))
    lines = [said[str(row.id)] for row in rows]
    with Book(data, keys.load_journal(data / "keys"), now=timezone.now()) as book:
        book.append(entries.lines([(lines[5], "0" * 64)], at_us=1_700_000_000_000_000))
    record("tests", "never anchored", now=timezone.now())
    unanchored = Pending.objects.get().line
    superuser(
        f"UPDATE journal_line SET commitment = '{'1' * 64}' WHERE id = '{lines[7]}'",
        f"DELETE FROM journal_line WHERE id IN ('{lines[8]}', '{lines[9]}')",
        f"DELETE FROM access_auditrow WHERE id IN ('{rows[8].id}', '{rows[9].id}')",
        f"DELETE FROM journal_pending WHERE line = '{unanchored}'",
    )
    in_memory = found(data)
    assert {kind for kind, *_ in in_memory} >= {"log_damaged", "line_changed", "line_missing", "line_unanchored"}
    for run in (1, 7):
        monkeypatch.setattr(logged, "RUN", run)
        assert found(data) == in_memory


def test_a_full_disk_is_told_as_one_and_accuses_no_log(data, monkeypatch):
    monkeypatch.setattr(logged, "RUN", 3)
    for number in range(20):
        record("tests", f"act_{number}", now=timezone.now())
    anchor(data)

    def full(dir):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(logged, "TemporaryFile", full)
    with pytest.raises(NoRoom):
        check(data, now=timezone.now())
    with pytest.raises(CommandError, match="Đĩa không đủ chỗ") as refused:
        call_command("check_journal")
    assert refused.value.returncode == 2
    (data / "journal" / RESTORED).touch()
    with pytest.raises(NoRoom):
        anchor(data)
    assert (data / "journal" / RESTORED).exists(), "it is taken in as soon as there is room"


def test_a_restoration_is_taken_in_from_the_disk_too(data, monkeypatch):
    monkeypatch.setattr(logged, "RUN", 3)
    rows = [record("tests", f"act_{number}", now=timezone.now()) for number in range(20)]
    anchor(data)
    lost = ", ".join(f"'{row.id}'" for row in rows[12:])
    superuser(f"DELETE FROM journal_line WHERE row_id IN ({lost})", f"DELETE FROM access_auditrow WHERE id IN ({lost})")
    # The backup is of before some of what is kept was taken off the list of what waits.
    superuser("INSERT INTO journal_pending SELECT id FROM journal_line ORDER BY number DESC LIMIT 5")
    (data / "journal" / RESTORED).touch()
    assert anchor(data) == 0
    assert not Pending.objects.exists()
    log = log_of(data)
    assert log is not None
    [told_] = [each for each in map(entries.read, log.reader().entries(0, log.head.size)) if each["kind"] == "restored"]
    assert told_["lost"] == 8
    said = check(data, now=timezone.now())
    assert said.findings == []
    assert [(each.kind, each.count) for each in said.notices if each.kind == "restored"] == [("restored", 8)]


def test_memory_does_not_grow_with_the_lines(data, monkeypatch):
    monkeypatch.setattr(logged, "RUN", 10_000)
    # A bundle of entries that are full is in memory as a whole, however long the log is.
    monkeypatch.setattr(entries, "MOST_LINES", 50)
    table = next(each.table for each in allowed() if each.delete and each.table in SHAPES and each.table not in QUIET)
    record("tests", "the first", now=timezone.now())
    superuser(
        f"""
        INSERT INTO journal_line (id, number, at, table_name, row_id, op, shape, by, salt, commitment)
        SELECT gen_random_uuid(), nextval('journal_line_number'), clock_timestamp(), '{table}',
            gen_random_uuid()::text, '-', 1, session_user, '\\x00', encode(sha256(n::text::bytea), 'hex')
        FROM generate_series(1, {MANY}) AS n
        """,
        f"INSERT INTO journal_pending SELECT id FROM journal_line WHERE table_name = '{table}' AND op = '-'",
    )
    assert anchor(data) > MANY
    tracemalloc.start()
    try:
        said = check(data, now=timezone.now())
        checked = tracemalloc.get_traced_memory()[1]
        (data / "journal" / RESTORED).touch()
        tracemalloc.reset_peak()
        anchor(data)
        taken_in = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert said.findings == []
    assert said.lines > MANY
    assert checked < MOST_BYTES
    assert taken_in < MOST_BYTES
