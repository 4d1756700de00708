"""What a unit objects to of a visit is answered, or what was written is withdrawn."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0009_terms"),
        ("registry", "0003_rooms_and_equipment"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="visitstep",
            name="visit_step_in_order",
        ),
        migrations.RemoveConstraint(
            model_name="visitstep",
            name="visit_step_known",
        ),
        migrations.AlterField(
            model_name="visitstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("held", "Held"),
                    ("cancelled", "Cancelled"),
                    ("signed", "Signed"),
                    ("objected", "Objected"),
                    ("answered", "Answered"),
                    ("withdrawn", "Withdrawn"),
                ],
                max_length=10,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="visitstep",
            trigger=pgtrigger.compiler.Trigger(
                name="visit_step_in_order",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.visit_id::text, 22));\n    IF NEW.kind IN ('held', 'cancelled') AND EXISTS (SELECT 1 FROM oversight_visitstep\n        WHERE visit_id = NEW.visit_id) THEN\n        RAISE EXCEPTION 'oversight: it was held or cancelled' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('signed', 'objected') AND NOT EXISTS (SELECT 1 FROM oversight_visitstep\n        WHERE visit_id = NEW.visit_id AND kind = 'held' AND by_id <> NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: nothing to sign, or by the visitor' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('answered', 'withdrawn') AND NOT EXISTS (SELECT 1 FROM oversight_visitstep\n        WHERE visit_id = NEW.visit_id AND kind = 'objected' AND by_id <> NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: no objection to answer, or by who objected' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="7db1b5351ba3cb1cd7077836d081cc4ce8ff346d",
                    operation="INSERT",
                    pgid="pgtrigger_visit_step_in_order_17efc",
                    table="oversight_visitstep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="visitstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["held", "cancelled", "signed", "objected", "answered", "withdrawn"])),
                name="visit_step_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="visitstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["answered", "withdrawn"])),
                fields=("visit",),
                name="visit_answered_once",
            ),
        ),
    ]
