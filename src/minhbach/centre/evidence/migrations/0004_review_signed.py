"""A review of masked copies is signed, and a build that is begun again begins its rounds anew."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_rows"),
        ("evidence", "0003_search"),
        ("registry", "0001_rows"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="maskround",
            name="mask_round_is_not_rewritten",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="maskround",
            name="mask_round_follows",
        ),
        migrations.RemoveConstraint(
            model_name="maskround",
            name="mask_round_accepted_once",
        ),
        migrations.AddField(
            model_name="build",
            name="attempt",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="maskround",
            name="attempt",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="maskround",
            name="key",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.securitykey",
            ),
        ),
        migrations.AddField(
            model_name="maskround",
            name="record",
            field=models.JSONField(blank=True, null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="maskround",
            trigger=pgtrigger.compiler.Trigger(
                name="mask_round_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."extraction_id" IS DISTINCT FROM (NEW."extraction_id") OR OLD."serial" IS DISTINCT FROM (NEW."serial") OR OLD."attempt" IS DISTINCT FROM (NEW."attempt") OR OLD."drawn_by_id" IS DISTINCT FROM (NEW."drawn_by_id") OR OLD."drawn_at" IS DISTINCT FROM (NEW."drawn_at") OR OLD."decisions" IS DISTINCT FROM (NEW."decisions") OR OLD."digest" IS DISTINCT FROM (NEW."digest"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="d0034bd667855e226caea9f7ca649eb8e533666f",
                    operation="UPDATE",
                    pgid="pgtrigger_mask_round_is_not_rewritten_58787",
                    table="evidence_maskround",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="maskround",
            trigger=pgtrigger.compiler.Trigger(
                name="mask_round_follows",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.extraction_id::text, 8));\n    IF NEW.serial <> 1 + (SELECT count(*) FROM evidence_maskround WHERE extraction_id = NEW.extraction_id) THEN\n        RAISE EXCEPTION 'evidence: a round follows the last' USING ERRCODE = 'check_violation';\n    END IF;\n    IF EXISTS (SELECT 1 FROM evidence_maskround\n               WHERE extraction_id = NEW.extraction_id AND attempt = NEW.attempt AND accepted) THEN\n        RAISE EXCEPTION 'evidence: a round was accepted' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NOT EXISTS (\n        SELECT 1 FROM evidence_build b JOIN evidence_revision r ON r.id = b.revision_id\n        WHERE b.extraction_id = NEW.extraction_id AND b.attempt = NEW.attempt\n          AND b.digest = '' AND b.failed_at IS NULL AND r.kind = 'masked'\n    ) THEN\n        RAISE EXCEPTION 'evidence: no masked copy is being built' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="37b99b1c758f740a5ab70edb15e7e6b864ab6bc7",
                    operation="INSERT",
                    pgid="pgtrigger_mask_round_follows_e1c57",
                    table="evidence_maskround",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="maskround",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted", True)),
                fields=("extraction", "attempt"),
                name="mask_round_accepted_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="maskround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted", True), ("record__isnull", False)),
                    models.Q(
                        models.Q(("accepted__isnull", True), ("accepted", False), _connector="OR"),
                        ("key__isnull", True),
                        ("record__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="mask_round_signed",
            ),
        ),
    ]
