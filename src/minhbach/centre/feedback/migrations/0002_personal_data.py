"""Who said something lies closed under a key that is not in the database."""

from typing import Any

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from minhbach.centre.access.actions.personal import close_rows


def _close(apps: Any, editor: Any) -> None:
    close_rows(apps.get_model("feedback", "Petitioner"), ["name", "phone", "email", "address"])


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0001_rows"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="petitioner",
            name="petitioner_is_only_erased",
        ),
        migrations.RemoveConstraint(
            model_name="petitioner",
            name="petitioner_erased",
        ),
        migrations.AddField(
            model_name="petitioner",
            name="commitment",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="petitioner",
            name="key",
            field=models.PositiveSmallIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="petitioner",
            name="sealed",
            field=models.BinaryField(blank=True),
        ),
        migrations.RunPython(_close, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="petitioner",
            name="address",
        ),
        migrations.RemoveField(
            model_name="petitioner",
            name="email",
        ),
        migrations.RemoveField(
            model_name="petitioner",
            name="name",
        ),
        migrations.RemoveField(
            model_name="petitioner",
            name="phone",
        ),
        # Columns that are dropped stay in the file of the table until it is written anew.
        migrations.RunSQL(
            "ALTER TABLE feedback_petitioner ALTER COLUMN sealed TYPE bytea USING sealed || ''::bytea", ""
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="petitioner",
            trigger=pgtrigger.compiler.Trigger(
                name="petitioner_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."commitment" IS DISTINCT FROM (NEW."commitment") OR OLD."petition_id" IS DISTINCT FROM (NEW."petition_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="91126354f126cda0906a9451cb5cc310c408f69b",
                    operation="UPDATE",
                    pgid="pgtrigger_petitioner_is_not_rewritten_3c366",
                    table="feedback_petitioner",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="petitioner",
            trigger=pgtrigger.compiler.Trigger(
                name="petitioner_is_only_erased",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."erased_at" IS NOT NULL OR (NEW."erased_at" IS NULL AND NEW."key" <= (OLD."key")))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="cbc34816f62b37bb8f0410f02bdcd3d4acce3277",
                    operation="UPDATE",
                    pgid="pgtrigger_petitioner_is_only_erased_22e68",
                    table="feedback_petitioner",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="petitioner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("erased_at__isnull", True), models.Q(("sealed", b""), _negated=True)),
                    models.Q(("erased_at__isnull", False), ("sealed", b"")),
                    _connector="OR",
                ),
                name="petitioner_erased",
            ),
        ),
    ]
