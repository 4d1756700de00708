"""Who asks for their own recording lies closed under a key that is not in the database."""

from typing import Any

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from minhbach.centre.access.actions.personal import close_rows


def _close(apps: Any, editor: Any) -> None:
    close_rows(apps.get_model("evidence", "SubjectPerson"), ["name", "contact", "represents", "looks", "salt"])


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0004_review_signed"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="subjectperson",
            name="subject_person_is_not_rewritten",
        ),
        migrations.RemoveConstraint(
            model_name="subjectperson",
            name="subject_named",
        ),
        migrations.AddField(
            model_name="subjectperson",
            name="commitment",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="subjectperson",
            name="key",
            field=models.PositiveSmallIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="subjectperson",
            name="sealed",
            field=models.BinaryField(blank=True),
        ),
        migrations.RunPython(_close, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="subjectperson",
            name="contact",
        ),
        migrations.RemoveField(
            model_name="subjectperson",
            name="looks",
        ),
        migrations.RemoveField(
            model_name="subjectperson",
            name="name",
        ),
        migrations.RemoveField(
            model_name="subjectperson",
            name="represents",
        ),
        migrations.RemoveField(
            model_name="subjectperson",
            name="salt",
        ),
        # Columns that are dropped stay in the file of the table until it is written anew.
        migrations.RunSQL(
            "ALTER TABLE evidence_subjectperson ALTER COLUMN sealed TYPE bytea USING sealed || ''::bytea", ""
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subjectperson",
            trigger=pgtrigger.compiler.Trigger(
                name="subject_person_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."commitment" IS DISTINCT FROM (NEW."commitment") OR OLD."request_id" IS DISTINCT FROM (NEW."request_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="9bea7e83f751e966d57b61169c618f7a32ab2f36",
                    operation="UPDATE",
                    pgid="pgtrigger_subject_person_is_not_rewritten_4605a",
                    table="evidence_subjectperson",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subjectperson",
            trigger=pgtrigger.compiler.Trigger(
                name="subject_person_is_only_moved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."key" <= (OLD."key"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="f59f99dc8c8ab4f7d2d95c92a7b8562741fc6f56",
                    operation="UPDATE",
                    pgid="pgtrigger_subject_person_is_only_moved_31570",
                    table="evidence_subjectperson",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="subjectperson",
            constraint=models.CheckConstraint(condition=models.Q(("sealed", b""), _negated=True), name="subject_named"),
        ),
    ]
