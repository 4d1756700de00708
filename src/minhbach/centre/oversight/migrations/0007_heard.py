"""Whoever a finding concerns has a term of their own, and nothing is upheld before they were heard."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0006_search"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="findingstep",
            name="finding_step_in_order",
        ),
        migrations.AddField(
            model_name="concerned",
            name="explain_by",
            field=models.DateTimeField(blank=True, null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="findingstep",
            trigger=pgtrigger.compiler.Trigger(
                name="finding_step_in_order",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.finding_id::text, 16));\n    IF EXISTS (SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id\n               AND kind IN ('concluded', 'withdrawn', 'lawful')) THEN\n        RAISE EXCEPTION 'oversight: it has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('concluded', 'returned') AND EXISTS (\n        SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id\n        AND kind = 'explained' AND by_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: nobody concludes what they explained' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'explained' AND EXISTS (SELECT 1 FROM oversight_finding WHERE id = NEW.finding_id\n                                          AND found_by_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: nobody explains what they found' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'withdrawn' AND NOT EXISTS (SELECT 1 FROM oversight_finding WHERE id = NEW.finding_id\n                                              AND found_by_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: only who found it takes it back' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('concluded', 'returned') AND EXISTS (\n        SELECT 1 FROM oversight_concerned WHERE finding_id = NEW.finding_id AND person_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: nobody concludes what concerns them' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.upheld AND NOT EXISTS (SELECT 1 FROM oversight_basis\n                                  WHERE finding_id = NEW.finding_id AND kind <> 'recording') THEN\n        RAISE EXCEPTION 'oversight: a recording is never the only basis' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.upheld AND EXISTS (\n        SELECT 1 FROM oversight_concerned named JOIN oversight_finding found ON found.id = named.finding_id\n        WHERE named.finding_id = NEW.finding_id AND NEW.at <= COALESCE(named.explain_by, found.explain_by)\n        AND NOT EXISTS (SELECT 1 FROM oversight_findingstep said\n                        WHERE said.finding_id = NEW.finding_id AND said.kind = 'explained'\n                        AND said.by_id = named.person_id AND said.at >= named.named_at)) THEN\n        RAISE EXCEPTION 'oversight: nobody is condemned unheard' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'lawful' AND NOT EXISTS (SELECT 1 FROM oversight_finding\n                                           WHERE id = NEW.finding_id AND source = 'gap') THEN\n        RAISE EXCEPTION 'oversight: only a gap has a lawful cause' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="39b01d15f9a5ec0d90e3689ac8c2247f66d6d6f5",
                    operation="INSERT",
                    pgid="pgtrigger_finding_step_in_order_3ce9f",
                    table="oversight_findingstep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="concerned",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("explain_by__isnull", True), ("explain_by__gt", models.F("named_at")), _connector="OR"
                ),
                name="concerned_has_time",
            ),
        ),
    ]
