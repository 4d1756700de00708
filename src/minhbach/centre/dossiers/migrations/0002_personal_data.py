"""Who brought a dossier lies closed under a key that is not in the database."""

from typing import Any

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from minhbach.centre.access.actions.personal import close_rows


def _close(apps: Any, editor: Any) -> None:
    close_rows(
        apps.get_model("dossiers", "Submitter"), ["name", "personal_id", "address", "phone"], numbered="personal_id"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0001_rows"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="submitter",
            name="submitter_is_only_erased",
        ),
        migrations.RemoveConstraint(
            model_name="submitter",
            name="submitter_named_or_erased",
        ),
        migrations.AddField(
            model_name="submitter",
            name="commitment",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="submitter",
            name="key",
            field=models.PositiveSmallIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="submitter",
            name="mark",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="submitter",
            name="sealed",
            field=models.BinaryField(blank=True),
        ),
        migrations.RunPython(_close, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="submitter",
            name="address",
        ),
        migrations.RemoveField(
            model_name="submitter",
            name="name",
        ),
        migrations.RemoveField(
            model_name="submitter",
            name="personal_id",
        ),
        migrations.RemoveField(
            model_name="submitter",
            name="phone",
        ),
        # Columns that are dropped stay in the file of the table until it is written anew.
        migrations.RunSQL(
            "ALTER TABLE dossiers_submitter ALTER COLUMN sealed TYPE bytea USING sealed || ''::bytea", ""
        ),
        migrations.AddIndex(
            model_name="submitter",
            index=models.Index(
                condition=models.Q(("mark", ""), _negated=True), fields=["mark"], name="submitter_by_mark"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="submitter",
            trigger=pgtrigger.compiler.Trigger(
                name="submitter_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."commitment" IS DISTINCT FROM (NEW."commitment") OR OLD."dossier_id" IS DISTINCT FROM (NEW."dossier_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="ecad5ac104944df9e567e933192d8edabc45ecfc",
                    operation="UPDATE",
                    pgid="pgtrigger_submitter_is_not_rewritten_1ab4b",
                    table="dossiers_submitter",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="submitter",
            trigger=pgtrigger.compiler.Trigger(
                name="submitter_is_only_erased",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."erased_at" IS NOT NULL OR (NEW."erased_at" IS NULL AND NEW."key" <= (OLD."key")))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="db6cceb20817ee1d6bf0038812f19a89f8362c51",
                    operation="UPDATE",
                    pgid="pgtrigger_submitter_is_only_erased_d74c1",
                    table="dossiers_submitter",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="submitter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("erased_at__isnull", True), models.Q(("sealed", b""), _negated=True)),
                    models.Q(("erased_at__isnull", False), ("sealed", b"")),
                    _connector="OR",
                ),
                name="submitter_named_or_erased",
            ),
        ),
        migrations.AddConstraint(
            model_name="submitter",
            constraint=models.CheckConstraint(
                condition=models.Q(("erased_at__isnull", True), ("mark", ""), _connector="OR"),
                name="submitter_mark_erased",
            ),
        ),
    ]
