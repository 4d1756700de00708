"""A term moves when papers come that it stood still for, and not otherwise."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0002_personal_data"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="dossier",
            name="dossier_is_not_rewritten",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dossier",
            trigger=pgtrigger.compiler.Trigger(
                name="dossier_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."box" IS DISTINCT FROM (NEW."box") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."scan" IS DISTINCT FROM (NEW."scan") OR OLD."counter_id" IS DISTINCT FROM (NEW."counter_id") OR OLD."procedure_id" IS DISTINCT FROM (NEW."procedure_id") OR OLD."lookup_secret" IS DISTINCT FROM (NEW."lookup_secret") OR OLD."received_at" IS DISTINCT FROM (NEW."received_at") OR OLD."sets" IS DISTINCT FROM (NEW."sets") OR OLD."return_by" IS DISTINCT FROM (NEW."return_by"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="7e1a0f7b5e2ffe734d67d08617e02fea5ed526eb",
                    operation="UPDATE",
                    pgid="pgtrigger_dossier_is_not_rewritten_14671",
                    table="dossiers_dossier",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dossier",
            trigger=pgtrigger.compiler.Trigger(
                name="dossier_is_due_when_it_was",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."due_at" IS DISTINCT FROM (OLD."due_at") AND NOT (NEW."due_at" > (OLD."due_at") AND NEW."state" = 2 AND OLD."state" = 5))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="fc149663c7e5f0b432b6f4af2334f849e1c8db24",
                    operation="UPDATE",
                    pgid="pgtrigger_dossier_is_due_when_it_was_df7a6",
                    table="dossiers_dossier",
                    when="BEFORE",
                ),
            ),
        ),
    ]
