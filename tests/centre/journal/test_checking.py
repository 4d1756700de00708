"""What somebody with every right on the database and on the disk changes in the watchers' book, the check finds."""

import datetime
import io
import json
import shutil

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from minhbach.centre.access.actions.viewings import Left, record_served
from minhbach.centre.access.database import allowed
from minhbach.centre.access.models import AuditRow, Served, Viewing
from minhbach.centre.access.recording import record
from minhbach.centre.fabric import keys
from minhbach.centre.footage import alarms
from minhbach.centre.footage.models import Alarm
from minhbach.centre.journal import entries
from minhbach.centre.journal.anchoring import RESTORED, Anchorer
from minhbach.centre.journal.book import Book, log_of
from minhbach.centre.journal.checking import check
from minhbach.centre.journal.findings import CATALOGUE
from minhbach.centre.journal.models import Line, Pending
from minhbach.centre.journal.watched import EXCUSED, PERSONAL, QUIET, SHAPES, UNSAID
from minhbach.edge.recorder.witness_file import WitnessFile, load_key
from minhbach.edge.recorder.witnessing import Office
from minhbach.ledger import checkpoint, tree
from minhbach.ledger.witness import read_witness_file
from tests.centre.access.district import District
from tests.centre.journal.watching import watched

pytestmark = pytest.mark.django_db
#: A row that was put in speaks of a file that nobody kept: told too, and tried in `evidence/test_kept`.
OF_FILES = {"package_missing", "package_other", "package_left", "paper_lost"}


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    return tmp_path


@pytest.fixture
def lawful(data):
    """A site where somebody watched something, and everything of that is anchored."""
    watched(data)
    record("tests", "tried", now=timezone.now(), details={"what": "ấ"})
    anchor(data)
    return data


def anchor(data, now=None):
    anchorer = Anchorer(data)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_growing")  # what is quiet
    anchorer.beat(now=now or timezone.now())
    anchorer.close()


def superuser(*statements):
    """As somebody whom no trigger and no right holds back."""
    with connection.cursor() as cursor:
        # What earlier statements still owe is asked now, or no table could be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def kinds(data, *views):
    return sorted({found.kind for found in check(data, views, now=timezone.now()).findings})


def test_a_lawful_book_is_never_accused(lawful):
    result = check(lawful, now=timezone.now())
    assert result.findings == []
    assert result.lines == Line.objects.count()
    assert result.rows > 20
    record("tests", "not anchored yet", now=timezone.now())
    Viewing.objects.update(leased_until=timezone.now())
    assert kinds(lawful) == []


def test_a_row_that_is_changed_put_in_or_taken_away_past_the_journal_is_found(lawful):
    for table in SHAPES:
        row = _first(table)
        if row is None:
            assert found_after(lawful, _inserted(table)) == ["row_unwritten"], table
            continue
        column = next(
            name for name in reversed(SHAPES[table][max(SHAPES[table])].split()) if _differs(table, name, row)
        )
        free = [*_freed(table), f"UPDATE {table} SET {column} = {_other(table, column)} WHERE id::text = '{row}'"]
        assert found_after(lawful, free) == [f"row_changed {table} {row}"], column
        gone = [f"DELETE FROM {table} WHERE id::text = '{row}'"]
        assert found_after(lawful, gone) == [f"row_gone {table} {row}"]
    assert kinds(lawful) == []


def found_after(data, statements):
    """What the check says while these statements hold; of a row put in, whose id nobody knows, the kind alone."""
    with transaction.atomic():
        superuser(*statements)
        found = [each for each in check(data, now=timezone.now()).findings if each.kind not in OF_FILES]
        transaction.set_rollback(True)
    return [each.kind if each.kind == "row_unwritten" else f"{each.kind} {each.where}" for each in found]


def _first(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id::text FROM {table} ORDER BY id LIMIT 1")
        return next((row for (row,) in cursor.fetchall()), None)


def _freed(table):
    """A superuser is held back by no condition of a table either."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'x')", [table]
        )
        return [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for (name,) in cursor.fetchall()]


def _types(table):
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name, udt_name FROM information_schema.columns WHERE table_name = %s", [table])
        return dict(cursor.fetchall())


def _other(table, column):
    """Another value than the one that stands there."""
    return {
        "bool": f"NOT {column}",
        "varchar": f"left(coalesce({column}, '') || 'x', 1) || 'y'",
        "text": f"coalesce({column}, '') || 'x'",
        "timestamptz": f"coalesce({column}, now()) - interval '1 microsecond'",
        "date": f"coalesce({column}, current_date) - 1",
        "uuid": "gen_random_uuid()",
        "int8": f"coalesce({column}, 0) + 1",
        "int4": f"coalesce({column}, 0) + 1",
        "numeric": f"coalesce({column}, 0) + 1",
        "jsonb": "'{\"other\": 1}'",
        "inet": "'10.9.9.9'",
        "_varchar": "ARRAY['sound']",
    }[_types(table)[column]]


def _differs(table, column, row):
    kind = _types(table)[column]
    if column == "id" or kind not in (
        "bool",
        "varchar",
        "text",
        "timestamptz",
        "date",
        "uuid",
        "int8",
        "int4",
        "numeric",
        "jsonb",
    ):
        return False
    with connection.cursor() as cursor:
        other = _other(table, column)
        cursor.execute(f"SELECT {other} IS DISTINCT FROM {column} FROM {table} WHERE id::text = %s", [row])
        return bool(cursor.fetchone()[0])


def _inserted(table):
    """Statements that put a row of zeros into a table."""
    values = {
        "uuid": "gen_random_uuid()", "int8": "7", "int4": "7", "bool": "false", "jsonb": "'{}'", "int2": "1",
        "timestamptz": "now()", "date": "current_date", "varchar": "'x'", "text": "'x'", "inet": "'10.0.0.1'",
        "_varchar": "'{live}'", "bytea": "'x'", "numeric": "7.5",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        written = {name for (name,) in cursor.fetchall()}
    types = {name: kind for name, kind in _types(table).items() if name in written}
    row = ", ".join(values[kind] for kind in types.values())
    names = ", ".join(f'"{name}"' for name in types)
    return [*_freed(table), f"INSERT INTO {table} ({names}) VALUES ({row})"]


def test_an_alarm_may_be_counted_on_and_told_but_says_and_proves_what_it_did(data):
    district = District()
    recorder, now = district.recorders["A"].id, timezone.now()
    told = alarms.tell(recorder, "log_contradicts", now=now, log="2026", evidence=b"proof")
    anchor(data)
    assert alarms.tell(recorder, "log_contradicts", now=now, log="2026").times == 2
    assert kinds(data) == []
    Alarm.objects.update(told_at=now)
    assert kinds(data) == []
    anchor(data)
    for change in ("vi = 'khác'", "evidence = 'other'", "grave = false", "told_at = NULL", "first_at = now()"):
        statement = f"UPDATE footage_alarm SET {change} WHERE id = '{told.id}'"
        assert found_after(data, [statement]) == [f"row_changed footage_alarm {told.id}"], change


def test_a_line_forged_with_its_row_contradicts_the_log(lawful):
    row = AuditRow.objects.get(act="tried")
    line = Line.objects.get(row_id=str(row.id))
    superuser(
        f"UPDATE access_auditrow SET act = 'other' WHERE id = '{row.id}'",
        f"UPDATE journal_line SET commitment = repeat('0', 64) WHERE id = '{line.id}'",
    )
    assert kinds(lawful) == ["line_changed", "row_changed"]
    # A forger who computes it right changes what the log has anchored all the same.
    superuser(f"DELETE FROM access_auditrow WHERE id = '{row.id}'", f"DELETE FROM journal_line WHERE id = '{line.id}'")
    assert kinds(lawful) == ["line_missing"]


def test_a_line_that_never_reaches_the_log_is_found(lawful):
    record("tests", "hidden", now=timezone.now())
    superuser("DELETE FROM journal_pending")
    assert kinds(lawful) == ["line_unanchored"]


def test_a_salt_that_is_gone_hides_nothing(lawful):
    superuser("UPDATE journal_line SET salt = '' WHERE table_name = 'access_auditrow'")
    assert kinds(lawful) == ["salt_gone"]


def test_what_another_role_writes_is_told_by_its_name(lawful):
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE curious SUPERUSER LOGIN")
        cursor.execute("SET LOCAL SESSION AUTHORIZATION curious")
        record("tests", "forged", now=timezone.now())
        cursor.execute("RESET SESSION AUTHORIZATION")
    found = check(lawful, now=timezone.now()).findings
    assert [(each.kind, each.why) for each in found] == [("line_by_other", "curious")]


# -- through the journal itself --------------------------------------------------------------------------------------


def without_guards(table, *statements):
    """As a superuser who lets the journal write its line, under the application's own name, and nothing refuse."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
            " AND tgname NOT LIKE 'z\\_journal\\_%%'",
            [table],
        )
        guards = [name for (name,) in cursor.fetchall()]
        for name in guards:
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in guards:
            cursor.execute(f'ALTER TABLE {table} ENABLE TRIGGER "{name}"')


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE access_auditrow SET act = 'other' WHERE act = 'tried'",
        "DELETE FROM access_auditrow WHERE act = 'tried'",
        "UPDATE access_viewedcamera SET kind = 'live'",
        "DELETE FROM access_purpose_rooms",
    ],
)
def test_a_deed_of_no_application_is_found_though_the_journal_wrote_it_down(lawful, deed):
    without_guards(deed.split()[1 if deed.startswith("UPDATE") else 2], deed)
    anchor(lawful)
    assert kinds(lawful) == ["line_unlawful"]


def aged(data, hours):
    """The site after some hours in which other things were anchored; what is quiet has its line."""
    served, now = Served.objects.get(), timezone.now()
    for minutes in (30, 60):
        then = now + datetime.timedelta(minutes=minutes)
        record("tests", "meanwhile", now=then)
        anchor(data, then)
    return served, now + datetime.timedelta(hours=hours)


def later_check(data, now):
    return sorted({found.kind for found in check(data, now=now).findings})


def test_a_count_of_what_was_served_is_not_edited_by_calling_it_one_that_grows(lawful):
    served, now = aged(lawful, 2)
    assert later_check(lawful, now) == []
    edit = f"UPDATE access_served SET bytes = 1 WHERE id = '{served.id}'"
    said = f"('{served.id}', 'access_served', 'infinity')"
    superuser(edit, f"INSERT INTO journal_growing (row_id, table_name, touched_at) VALUES {said}")
    assert later_check(lawful, now) == ["row_changed"]
    # The worker itself gives it a line that fits, and anchors it.
    anchor(lawful, now)
    assert Line.objects.filter(row_id=str(served.id)).count() == 2
    assert later_check(lawful, now) == ["grown_late"]
    # Dated to when it was edited, it grew after its viewing was over.
    Viewing.objects.update(closed_at=served.last_at + datetime.timedelta(seconds=1), ending="closed")
    superuser(f"UPDATE access_served SET last_at = '{now.isoformat()}' WHERE id = '{served.id}'")
    assert "grown_late" in later_check(lawful, now)


def test_a_count_that_grows_again_is_not_accused(lawful):
    served, now = aged(lawful, 2)
    camera = served.camera
    left = Left(f"{camera.recorder_id}/{camera.name}", False, 10**15, 10**15 + 2 * 10**6)
    record_served(served.viewing_id, [left], 500, now=now)
    assert Served.objects.get().bytes == 1500
    assert later_check(lawful, now) == []
    anchor(lawful, now + datetime.timedelta(minutes=3))
    assert Line.objects.filter(row_id=str(served.id)).count() == 2
    assert later_check(lawful, now + datetime.timedelta(hours=1)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE access_auditrow DISABLE TRIGGER ALL",
        "DROP TRIGGER z_journal_access_auditrow ON access_auditrow",
        "DROP TRIGGER z_journal_access_auditrow ON access_auditrow; CREATE TRIGGER z_journal_access_auditrow"
        " AFTER INSERT ON access_auditrow FOR EACH ROW EXECUTE FUNCTION journal_note('1', 'id')",
    ],
)
def test_a_table_that_is_not_watched_any_more_is_found(lawful, statement):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
    assert kinds(lawful) == ["trigger_off"]


def test_a_row_adopted_behind_the_journal_s_back_is_found(lawful):
    row = AuditRow.objects.get(act="tried")
    columns = SHAPES["access_auditrow"][1]
    superuser(f"UPDATE access_auditrow SET act = 'other' WHERE id = '{row.id}'")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT journal_write('access_auditrow', id::text, '0', 1, journal_content(to_jsonb(found), %s))"
            " FROM access_auditrow found WHERE id = %s",
            [columns, row.id],
        )
    anchor(lawful)
    assert kinds(lawful) == ["adopted_late"]


def test_every_kept_table_is_watched_or_excused():
    kept = {each.table for each in allowed() if not each.delete}
    histories = {model._meta.db_table for model in apps.get_models() if hasattr(model, "pgh_tracked_model")}
    assert kept - histories - SHAPES.keys() - PERSONAL == EXCUSED.keys() & kept
    assert not SHAPES.keys() & (EXCUSED.keys() | PERSONAL)
    assert SHAPES.keys() >= QUIET


def test_every_column_of_a_watched_table_is_said_or_may_change_unsaid():
    unsaid = {table: set(_types(table)) - set(said[max(said)].split()) for table, said in SHAPES.items()}
    assert {table: columns for table, columns in unsaid.items() if columns} == {
        table: set(columns.split()) for table, columns in UNSAID.items()
    }
    for table, shapes in SHAPES.items():
        assert set(shapes[max(shapes)].split()) <= set(_types(table)), table


# -- the log itself ------------------------------------------------------------------------------------------------


@pytest.fixture
def cosigned(lawful, tmp_path_factory):
    """What another office has cosigned of the centre's log, with the command of every witness."""
    folder = tmp_path_factory.mktemp("office")

    def view():
        with WitnessFile(folder / "centre.witness") as file:
            office = Office(lawful / "journal", file, load_key(folder / "office.key"), lambda text: None)
            office.look(0.0, timezone.now().timestamp(), last=True)
            assert not office.refused
        return read_witness_file((folder / "centre.witness").read_bytes())

    return view


def test_the_log_is_witnessed_like_a_recorder_s(lawful, cosigned):
    view = cosigned()
    record("tests", "more", now=timezone.now())
    anchor(lawful)
    result = check(lawful, [view], now=timezone.now())
    assert result.findings == []
    assert 0 < result.witnessed < result.size
    result = check(lawful, [cosigned()], now=timezone.now())
    assert (result.findings, result.notices, result.witnessed) == ([], [], result.size)


def test_a_log_that_is_written_anew_with_its_own_key_contradicts_the_witness(lawful, cosigned):
    view = cosigned()
    lines = list(Line.objects.order_by("number").values_list("id", "commitment"))
    shutil.rmtree(lawful / "journal")
    with Book(lawful, keys.load_journal(lawful / "keys"), now=timezone.now()) as book:
        book.append(entries.lines(lines, at_us=1_700_000_000_000_000))
        book.append(entries.lines([], at_us=1_700_000_000_000_000) or [b'{"at_us":1,"kind":"lines","lines":[],"v":1}'])
    assert kinds(lawful) == []  # nobody could know, but for the witness
    assert kinds(lawful, view) == ["log_rewritten"]


def test_a_log_under_another_key_is_not_the_one_that_was_witnessed(lawful, cosigned):
    view = cosigned()
    lines = list(Line.objects.order_by("number").values_list("id", "commitment"))
    shutil.rmtree(lawful / "journal")
    shutil.rmtree(lawful / "keys")
    keys.ensure(lawful / "keys")
    with Book(lawful, keys.load_journal(lawful / "keys"), now=timezone.now()) as book:
        book.append(entries.lines(lines, at_us=1_700_000_000_000_000))
    assert kinds(lawful, view) == ["log_unknown"]


def test_a_log_without_the_key_cannot_be_touched(lawful):
    log = log_of(lawful)
    assert log is not None
    tail = log.folder / "tail"
    good = tail.read_bytes()
    tail.write_bytes(good.replace(b'"kind":"lines"', b'"kind":"Lines"', 1))
    assert "log_damaged" in kinds(lawful)
    tail.write_bytes(good)
    head = log.head
    forged = checkpoint.Checkpoint(checkpoint.claimed(head.note).origin, head.size, tree.EMPTY_ROOT)
    note = head.note.replace(checkpoint.claimed(head.note).text().encode(), forged.text().encode())
    record_ = json.loads((log.folder / "head.json").read_bytes())
    (log.folder / "head.json").write_text(json.dumps({**record_, "note": note.decode()}))
    assert "log_damaged" in kinds(lawful)
    shutil.rmtree(lawful / "journal")
    assert "log_missing" in kinds(lawful)


@pytest.mark.parametrize("files", ["newer than the database", "as old as the database"])
def test_a_restoration_is_said_with_what_it_lost_and_accuses_nobody(lawful, cosigned, tmp_path_factory, files):
    kept = tmp_path_factory.mktemp("backup") / "journal"
    shutil.copytree(lawful / "journal", kept)
    cosigned()
    last = Line.objects.order_by("-number")[0].number
    for number in range(3):
        record("tests", f"lost_{number}", now=timezone.now())
    anchor(lawful)
    view = cosigned()
    # What was dumped before those three is put back.
    superuser("DELETE FROM access_auditrow WHERE act LIKE 'lost_%'", f"DELETE FROM journal_line WHERE number > {last}")
    if files == "as old as the database":
        shutil.rmtree(lawful / "journal")
        shutil.copytree(kept, lawful / "journal")
    unsaid = ["log_rewritten"] if files == "as old as the database" else ["line_missing"]
    assert kinds(lawful, view) == unsaid
    (lawful / "journal" / RESTORED).touch()
    record("tests", "afterwards", now=timezone.now())
    anchor(lawful)
    result = check(lawful, [view], now=timezone.now())
    assert result.findings == []
    assert [found.kind for found in result.notices] == ["restored", "unwitnessed"]
    assert result.origin.split("/")[3] == "2"
    # The next rows go on in the new log, and what is taken away from there is found again.
    superuser("DELETE FROM access_auditrow WHERE act = 'afterwards'")
    assert kinds(lawful, view) == ["row_gone"]
    assert not (lawful / "journal" / RESTORED).exists()


def test_a_restoration_that_names_other_lines_excuses_nothing(lawful):
    row = AuditRow.objects.get(act="tried")
    line = Line.objects.get(row_id=str(row.id))
    (lawful / "journal" / RESTORED).touch()
    record("tests", "afterwards", now=timezone.now())
    anchor(lawful)
    superuser(f"DELETE FROM access_auditrow WHERE id = '{row.id}'", f"DELETE FROM journal_line WHERE id = '{line.id}'")
    assert kinds(lawful) == ["line_missing"]


# -- the command ---------------------------------------------------------------------------------------------------


def run(*words):
    said = io.StringIO()
    try:
        call_command("check_journal", *words, stdout=said)
    except SystemExit as end:
        return end.code, said.getvalue()
    return 0, said.getvalue()


def test_the_command_ends_with_one_where_something_was_found(lawful, tmp_path):
    status, said = run()
    assert status == 0
    assert "journal.findings: 0" in said
    row = AuditRow.objects.get(act="tried")
    superuser(f"DELETE FROM access_auditrow WHERE id = '{row.id}'")
    status, said = run("--json")
    assert status == 1
    told = json.loads(said)
    assert [(each["kind"], each["where"]) for each in told["findings"]] == [("row_gone", f"access_auditrow {row.id}")]
    assert told["findings"][0]["vi"] == CATALOGUE["row_gone"][0]
    (tmp_path / "nothing").write_bytes(b"nothing")
    with pytest.raises(CommandError) as refused:
        run("--witness", str(tmp_path / "nothing"))
    assert refused.value.returncode == 2
    assert not Pending.objects.exists()
