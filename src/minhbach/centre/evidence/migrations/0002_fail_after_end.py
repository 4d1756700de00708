"""A build that is under way when its request ends may fail."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0001_rows"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="build",
            name="build_is_lawful",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="build",
            trigger=pgtrigger.compiler.Trigger(
                name="build_is_lawful",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.extraction_id::text, 8));\n    IF NEW.revision_id <> (SELECT id FROM evidence_revision WHERE extraction_id = NEW.extraction_id\n                           ORDER BY serial DESC LIMIT 1)\n       OR 2 <> (SELECT count(*) FROM evidence_approval WHERE revision_id = NEW.revision_id) THEN\n        RAISE EXCEPTION 'evidence: only what two approved is built' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.failed_at IS NULL\n       AND EXISTS (SELECT 1 FROM evidence_ending WHERE extraction_id = NEW.extraction_id) THEN\n        RAISE EXCEPTION 'evidence: it has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    IF EXISTS (SELECT 1 FROM evidence_extraction WHERE id = NEW.extraction_id AND requested_by_id = NEW.begun_by_id)\n       OR EXISTS (SELECT 1 FROM evidence_approval WHERE revision_id = NEW.revision_id\n                  AND approver_id = NEW.begun_by_id) THEN\n        RAISE EXCEPTION 'evidence: who asked or approved does not build' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="4b9897d94cea63bbf1652c9dd04f5a868712efcd",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_build_is_lawful_680a9",
                    table="evidence_build",
                    when="BEFORE",
                ),
            ),
        ),
    ]
