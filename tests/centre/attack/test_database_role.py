"""Whoever speaks as the pages do in PostgreSQL, through a hole in them: what is kept stays what it was.

Asked of PostgreSQL itself, for every table of every app, also of one that is added tomorrow.
"""

import datetime
import io
import secrets

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import ProgrammingError, connection

from minhbach.centre.access.actions import grants
from minhbach.centre.access.models import Restriction
from minhbach.centre.footage.models import Hold
from minhbach.centre.journal.watched import SHAPES
from minhbach.centre.papers.models import Paper
from tests.centre.access.district import District

pytestmark = pytest.mark.django_db
#: Where the law, or the first day of what is true for days, lets a watched row go: its lines stay.
MAY_GO = {
    "papers_paper", "access_codedevice", "access_recoverycode", "registry_assignment", "registry_counterpost",
    "regulation_supervision",
}  # fmt: skip
#: Whose and when a kept row is may change here only: as a trigger lets it grow, or what is tried again.
MOVES = {
    "dossiers_dossier.due_at",  # by the days that papers were missing
    "access_purpose.until", "access_refusaltally.last_at", "access_served.ends_at", "access_served.last_at",
    "access_signin.seen_at", "access_viewing.leased_until", "footage_alarm.last_at",
    "dossiers_submitter.personal_id", "messaging_mail.next_at",  # a mail that did not go
    "publishing_reportfigure.counted_at",  # counted again by trigger while the report is a draft
    "evidence_build.begun_at", "evidence_build.begun_by_id", "evidence_stamp.next_at",
    "evidence_reportsignature.next_at",
}  # fmt: skip
ENDINGS = ("_id", "_at", "_us", "until", "begin", "end")


@pytest.fixture
def rights():
    """What the application's role may do: (table, column, nullable, is the key) → may it be changed; deleted."""
    role = f"pages_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role} NOLOGIN")
        call_command("secure_database", role=role, stdout=io.StringIO())
        cursor.execute(
            "SELECT c.relname, a.attname, NOT a.attnotnull, has_column_privilege(%s, c.oid, a.attnum, 'UPDATE'),"
            " has_table_privilege(%s, c.oid, 'DELETE'), has_table_privilege(%s, c.oid, 'TRUNCATE,TRIGGER,REFERENCES'),"
            " pg_has_role(%s, c.relowner, 'MEMBER')"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped",
            [role] * 4,
        )
        return cursor.fetchall()


def test_no_row_of_any_table_is_given_the_name_of_another(rights):
    keys = {(model._meta.db_table, model._meta.pk.column) for model in apps.get_models(include_auto_created=True)}
    renamed = {(table, column) for table, column, _, update, *_ in rights if update} & keys
    assert renamed == set()
    assert len(keys) > 80


def test_nobody_but_the_owner_empties_bends_or_owns_a_table(rights):
    assert [row for row in rights if row[5] or row[6]] == []


def test_what_the_journal_watches_is_never_deleted(rights):
    kept = {table for table, _, _, _, delete, *_ in rights if not delete}
    assert set(SHAPES) - kept <= MAY_GO


def test_whose_and_when_a_kept_row_is_does_not_change(rights):
    """Rows with a history of their own are left out: there each change writes the row before it away, by trigger."""
    tracked = {model._meta.db_table for model in _tracked()}
    changing = {
        f"{table}.{column}"
        for table, column, empty, update, delete, *_ in rights
        if update and not (empty or delete) and column.endswith(ENDINGS) and table not in tracked
    }
    assert sorted(changing - MOVES) == []


def _tracked():
    events = [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]
    return {event.pgh_tracked_model for event in events}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_account SET person_id = (SELECT person_id FROM access_account ORDER BY id DESC LIMIT 1)",
        "UPDATE access_restriction SET room_id = room_id, begins_at = now()",
        "UPDATE access_restriction SET lifted_at = NULL",
        "UPDATE footage_hold SET end_us = begin_us + 1",
        "DELETE FROM footage_hold",
        "DELETE FROM access_account",
        "UPDATE papers_paper SET digest = repeat('0', 64)",
    ],
)
def test_not_even_the_owner_does_this_without_taking_a_trigger_away(statement):
    district = District()
    now = district.now
    room = district.rooms["A", "one_stop"]
    row = grants.restrict("tests", room=room.id, begin=now, end=None, reference="x", receiver=None, now=now)
    Restriction.objects.filter(id=row.id).update(
        ends_at=now + datetime.timedelta(hours=1), lifted_at=now,
        lifted_by=district.people["inspector"].person, lifted_second=district.people["chief_inspector"].person,
    )  # fmt: skip
    Hold.objects.create(
        recorder=district.recorders["A"], begin_us=1, end_us=9, kind="test", reason="vụ việc", salt=b"0" * 32,
        commitment="0" * 64, asked_at=now,
    )  # fmt: skip
    Paper.objects.create(digest="1" * 64, size_bytes=1, media_type="a/b", origin="made", title="x", kept_at=now)
    with pytest.raises(ProgrammingError, match="pgtrigger"), connection.cursor() as cursor:
        cursor.execute(statement)
