"""That others were found in what was to be shown is a step of its own; from then on the original is not shown."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0006_told_of_each_term"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="subjectstep",
            name="subject_step_is_lawful",
        ),
        migrations.RemoveConstraint(
            model_name="subjectstep",
            name="subject_step_known",
        ),
        migrations.AlterField(
            model_name="subjectstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("acknowledged", "Acknowledged"),
                    ("extended", "Extended"),
                    ("granted", "Granted"),
                    ("seconded", "Seconded"),
                    ("refused", "Refused"),
                    ("others_found", "Others Found"),
                    ("shown", "Shown"),
                    ("copy_asked", "Copy Asked"),
                    ("erased", "Erased"),
                    ("withdrawn", "Withdrawn"),
                    ("told_soon", "Told Soon"),
                    ("told_late", "Told Late"),
                    ("forgotten", "Forgotten"),
                ],
                max_length=14,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subjectstep",
            trigger=pgtrigger.compiler.Trigger(
                name="subject_step_is_lawful",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.request_id::text, 10));\n    IF NEW.kind NOT IN ('told_soon', 'told_late', 'forgotten') AND EXISTS (\n        SELECT 1 FROM evidence_subjectstep WHERE request_id = NEW.request_id\n        AND kind IN ('refused', 'withdrawn', 'erased')\n    ) THEN\n        RAISE EXCEPTION 'evidence: the request has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('granted', 'seconded', 'refused') AND EXISTS (\n        SELECT 1 FROM evidence_subjectrequest WHERE id = NEW.request_id AND taken_by_id = NEW.by_id\n    ) THEN\n        RAISE EXCEPTION 'evidence: who took the request does not decide it' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'seconded' AND NOT EXISTS (\n        SELECT 1 FROM evidence_subjectstep s JOIN evidence_subjectrequest r ON r.id = s.request_id\n        WHERE s.request_id = NEW.request_id AND s.kind = 'granted' AND s.by_id <> NEW.by_id AND r.wanted = 'erase'\n    ) THEN\n        RAISE EXCEPTION 'evidence: an erasure is seconded by another' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('shown', 'others_found', 'copy_asked') AND NOT EXISTS (\n        SELECT 1 FROM evidence_subjectstep WHERE request_id = NEW.request_id AND kind = 'granted'\n    ) THEN\n        RAISE EXCEPTION 'evidence: nothing was granted' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'shown' AND EXISTS (\n        SELECT 1 FROM evidence_subjectstep WHERE request_id = NEW.request_id AND kind = 'others_found'\n    ) THEN\n        RAISE EXCEPTION 'evidence: others are in the picture' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="18fc22e4d5de3ed6c0d8a777afcc93727478aa92",
                    operation="INSERT",
                    pgid="pgtrigger_subject_step_is_lawful_37b8c",
                    table="evidence_subjectstep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="subjectstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "acknowledged",
                            "extended",
                            "granted",
                            "seconded",
                            "refused",
                            "others_found",
                            "shown",
                            "copy_asked",
                            "erased",
                            "withdrawn",
                            "told_soon",
                            "told_late",
                            "forgotten",
                        ],
                    )
                ),
                name="subject_step_known",
            ),
        ),
    ]
