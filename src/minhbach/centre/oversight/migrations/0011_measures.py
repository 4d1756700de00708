"""Forms inside a unit can be taken back, proposals have a term; that somebody waives a deferral is kept."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0010_replies"),
        ("registry", "0003_rooms_and_equipment"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="measureact",
            name="measure_act_has_one_form",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="measurestep",
            name="measure_step_in_order",
        ),
        migrations.RemoveConstraint(
            model_name="measure",
            name="measure_by_law",
        ),
        migrations.RemoveConstraint(
            model_name="measurestep",
            name="measure_step_says_what",
        ),
        migrations.AddField(
            model_name="measure",
            name="due_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="measurestep",
            name="due_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="measurestep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("waived", "Waived"),
                    ("deferred", "Deferred"),
                    ("resumed", "Resumed"),
                    ("decided", "Decided"),
                    ("dropped", "Dropped"),
                    ("withdrawn", "Withdrawn"),
                ],
                max_length=12,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measureact",
            trigger=pgtrigger.compiler.Trigger(
                name="measure_act_has_one_form",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.finding_id::text, 16));\n    IF EXISTS (SELECT 1 FROM oversight_measureact act JOIN oversight_measure measure ON measure.id = act.measure_id\n               WHERE act.finding_id = NEW.finding_id\n               AND measure.person_id = (SELECT person_id FROM oversight_measure WHERE id = NEW.measure_id)\n               AND NOT EXISTS (SELECT 1 FROM oversight_measurestep step\n                               WHERE step.measure_id = measure.id AND step.kind IN ('dropped', 'withdrawn'))) THEN\n        RAISE EXCEPTION 'oversight: one act has one form' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NOT EXISTS (SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id AND upheld) THEN\n        RAISE EXCEPTION 'oversight: it was not upheld' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NOT EXISTS (SELECT 1 FROM oversight_concerned WHERE finding_id = NEW.finding_id AND person_id = (\n                   SELECT person_id FROM oversight_measure WHERE id = NEW.measure_id)) THEN\n        RAISE EXCEPTION 'oversight: it does not concern this officer' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="a7543eedc692c22621049cef734121f02d28da9e",
                    operation="INSERT",
                    pgid="pgtrigger_measure_act_has_one_form_58a27",
                    table="oversight_measureact",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measurestep",
            trigger=pgtrigger.compiler.Trigger(
                name="measure_step_in_order",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.measure_id::text, 25));\n    IF EXISTS (SELECT 1 FROM oversight_measure WHERE id = NEW.measure_id\n               AND (level = 'internal') <> (NEW.kind = 'withdrawn')) THEN\n        RAISE EXCEPTION 'oversight: it took effect as it was said' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'withdrawn' AND EXISTS (SELECT 1 FROM oversight_measure WHERE id = NEW.measure_id\n                                          AND NEW.by_id IN (by_id, person_id)) THEN\n        RAISE EXCEPTION 'oversight: another takes it back' USING ERRCODE = 'check_violation';\n    END IF;\n    IF EXISTS (SELECT 1 FROM oversight_measurestep WHERE measure_id = NEW.measure_id\n               AND (kind IN ('decided', 'dropped', 'withdrawn') OR NEW.kind = 'waived')) THEN\n        RAISE EXCEPTION 'oversight: it has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('deferred', 'decided', 'resumed') AND (NEW.kind <> 'resumed') = COALESCE((\n        SELECT kind = 'deferred' FROM oversight_measurestep WHERE measure_id = NEW.measure_id\n        ORDER BY at DESC, id DESC LIMIT 1), false) THEN\n        RAISE EXCEPTION 'oversight: it is deferred, or is not' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="51593b45963d4798e7c984a0691fd95732604a61",
                    operation="INSERT",
                    pgid="pgtrigger_measure_step_in_order_92bfd",
                    table="oversight_measurestep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_on__isnull", True), ("law", ""), ("level", "internal")),
                    ("level", "formal"),
                    _connector="OR",
                ),
                name="measure_by_law",
            ),
        ),
        migrations.AddConstraint(
            model_name="measurestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_on__isnull", False),
                        ("kind", "decided"),
                        ("number__regex", "\\S"),
                        models.Q(("form", ""), _negated=True),
                    ),
                    models.Q(("decided_on__isnull", True), ("form", ""), ("kind", "waived"), ("number__regex", "\\S")),
                    models.Q(
                        ("kind__in", ["deferred", "resumed", "dropped", "withdrawn"]),
                        ("decided_on__isnull", True),
                        ("form", ""),
                        ("number", ""),
                    ),
                    _connector="OR",
                ),
                name="measure_step_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="measurestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "withdrawn"), _negated=True), ("words__regex", "\\S"), _connector="OR"
                ),
                name="measure_withdrawn_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="measurestep",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__isnull", True), ("kind__in", ["deferred", "resumed"]), _connector="OR"),
                name="measure_step_has_term",
            ),
        ),
    ]
