"""A line for every change of a watched row, in the same transaction, that commits to what the row said."""

import json

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access.models import AuditRow
from minhbach.centre.access.recording import record
from minhbach.centre.journal.models import Line, Pending
from minhbach.centre.journal.watched import SHAPES
from minhbach.ledger.entry import commitment
from tests.centre.access.district import District
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db


def said(line: Line) -> str:
    """What the line committed to, from the row as it stands."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'UTC'")
        cursor.execute(
            f"SELECT jsonb_build_array(l.table_name, l.row_id, l.op, l.shape, l.by, l.at, (SELECT jsonb_agg("
            f"to_jsonb(t) -> c ORDER BY n) FROM unnest(%s::text[]) WITH ORDINALITY AS u (c, n)))::text"
            f" FROM journal_line l JOIN {line.table_name} t ON t.id::text = l.row_id WHERE l.id = %s",
            [SHAPES[line.table_name][line.shape].split(), line.id],
        )
        return str(cursor.fetchone()[0])


def test_a_row_gets_a_line_that_commits_to_it_behind_a_salt_and_waits_for_the_log():
    row = record("tests", 'tried "ấ\\\n\u2028', now=timezone.now(), details={"ghi chú": ["ế", 1, None, 0.5]})
    line = Line.objects.get(row_id=str(row.id))
    assert (line.table_name, line.op, len(line.salt)) == ("access_auditrow", "+", 32)
    assert line.commitment == commitment(bytes(line.salt), said(line))
    assert json.loads(said(line))[-1][4].startswith("tried")
    assert Pending.objects.filter(line=line.id).exists()


def test_what_is_rolled_back_leaves_no_line():
    before = Line.objects.count()
    with transaction.atomic():
        record("tests", "tried", now=timezone.now())
        transaction.set_rollback(True)
    assert Line.objects.count() == before
    assert not AuditRow.objects.filter(act="tried").exists()


def test_whoever_searches_the_log_of_viewings_leaves_a_line_with_what_they_sought():
    district = District()
    auditor = signed_in(district.people["viewing_auditor"])
    assert auditor.get(reverse("viewings")).status_code == 200
    assert not AuditRow.objects.filter(act="log_searched").exists()
    assert auditor.get(reverse("viewings"), {"who": "Nguyễn Văn A"}).status_code == 200
    row = AuditRow.objects.get(act="log_searched")
    assert row.details == {"text": "Nguyễn Văn A"}
    assert Line.objects.filter(row_id=str(row.id)).count() == 1
