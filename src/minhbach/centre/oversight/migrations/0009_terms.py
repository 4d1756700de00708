"""Who is asked for more has a new term, and is waited for until it is over."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0008_accepted"),
        ("registry", "0003_rooms_and_equipment"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="findingstep",
            name="finding_step_in_order",
        ),
        migrations.AddField(
            model_name="findingstep",
            name="conclude_by",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="findingstep",
            name="explain_by",
            field=models.DateTimeField(blank=True, null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="findingstep",
            trigger=pgtrigger.compiler.Trigger(
                name="finding_step_in_order",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.finding_id::text, 16));\n    IF EXISTS (SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id\n               AND kind IN ('concluded', 'withdrawn', 'lawful')) THEN\n        RAISE EXCEPTION 'oversight: it has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('concluded', 'returned') AND EXISTS (\n        SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id\n        AND kind = 'explained' AND by_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: nobody concludes what they explained' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'explained' AND EXISTS (SELECT 1 FROM oversight_finding WHERE id = NEW.finding_id\n                                          AND found_by_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: nobody explains what they found' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'withdrawn' AND NOT EXISTS (SELECT 1 FROM oversight_finding WHERE id = NEW.finding_id\n                                              AND found_by_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: only who found it takes it back' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('concluded', 'returned') AND EXISTS (\n        SELECT 1 FROM oversight_concerned WHERE finding_id = NEW.finding_id AND person_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: nobody concludes what concerns them' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.upheld AND NOT EXISTS (SELECT 1 FROM oversight_basis\n                                  WHERE finding_id = NEW.finding_id AND kind <> 'recording') THEN\n        RAISE EXCEPTION 'oversight: a recording is never the only basis' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.upheld AND EXISTS (\n        SELECT 1 FROM oversight_concerned named JOIN oversight_finding found ON found.id = named.finding_id\n        WHERE named.finding_id = NEW.finding_id\n        AND NEW.at <= GREATEST(COALESCE(named.explain_by, found.explain_by), (\n            SELECT max(asked.explain_by) FROM oversight_findingstep asked WHERE asked.finding_id = NEW.finding_id))\n        AND NOT EXISTS (SELECT 1 FROM oversight_findingstep said\n                        WHERE said.finding_id = NEW.finding_id AND said.kind = 'explained'\n                        AND said.by_id = named.person_id AND said.at >= named.named_at)) THEN\n        RAISE EXCEPTION 'oversight: nobody is condemned unheard' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'concluded' AND EXISTS (\n        SELECT 1 FROM oversight_findingstep asked\n        WHERE asked.finding_id = NEW.finding_id AND asked.kind = 'returned' AND NEW.at <= asked.explain_by\n        AND NOT EXISTS (SELECT 1 FROM oversight_findingstep said\n                        WHERE said.finding_id = NEW.finding_id AND said.kind = 'explained'\n                        AND said.at >= asked.at)) THEN\n        RAISE EXCEPTION 'oversight: more was asked for, and there is time for it' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'lawful' AND NOT EXISTS (SELECT 1 FROM oversight_finding\n                                           WHERE id = NEW.finding_id AND source = 'gap') THEN\n        RAISE EXCEPTION 'oversight: only a gap has a lawful cause' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'lawful' AND NOT COALESCE((\n        SELECT bool_and(cause.by_id <> NEW.by_id) FROM oversight_gapcause cause\n        JOIN oversight_finding found ON found.id = NEW.finding_id AND found.room_id = cause.room_id\n        WHERE cause.document <> '' AND cause.end_us > found.begin_us AND cause.begin_us < GREATEST(found.end_us, (\n            SELECT max(longer.end_us) FROM oversight_prolonged longer WHERE longer.finding_id = found.id))), false) THEN\n        RAISE EXCEPTION 'oversight: nobody accepts the cause they put down' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="bc78e97084a3ff601e7f0f6d7e9c49cae802fbc0",
                    operation="INSERT",
                    pgid="pgtrigger_finding_step_in_order_3ce9f",
                    table="oversight_findingstep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="findingstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("conclude_by__isnull", True), ("explain_by__isnull", True)),
                    models.Q(
                        ("conclude_by__gte", models.F("explain_by")),
                        ("explain_by__gt", models.F("at")),
                        ("kind", "returned"),
                    ),
                    _connector="OR",
                ),
                name="finding_step_gives_time",
            ),
        ),
    ]
