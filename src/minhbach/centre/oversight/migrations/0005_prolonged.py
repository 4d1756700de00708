"""How far a gap went on after its finding was made."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0004_inspections"),
    ]

    operations = [
        migrations.CreateModel(
            name="Prolonged",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=minhbach.centre.registry.models.dates.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("end_us", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="prolonged", to="oversight.finding"
                    ),
                ),
            ],
            options={
                "ordering": ("end_us",),
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="prolonged",
            trigger=pgtrigger.compiler.Trigger(
                name="prolonged_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="456592c4f8ac9808afa9349525537427e122e4a0",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_prolonged_is_kept_50d3a",
                    table="oversight_prolonged",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="prolonged",
            trigger=pgtrigger.compiler.Trigger(
                name="prolonged_while_open",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.finding_id::text, 16));\n    IF NOT EXISTS (SELECT 1 FROM oversight_finding WHERE id = NEW.finding_id AND source = 'gap'\n                   AND end_us < NEW.end_us) OR EXISTS (\n        SELECT 1 FROM oversight_prolonged WHERE finding_id = NEW.finding_id AND end_us >= NEW.end_us) THEN\n        RAISE EXCEPTION 'oversight: it does not go on' USING ERRCODE = 'check_violation';\n    END IF;\n\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.finding_id::text, 16));\n    IF EXISTS (SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id\n               AND kind IN ('concluded', 'withdrawn', 'lawful')) THEN\n        RAISE EXCEPTION 'oversight: it has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="fbdb5879a135a9887959096720d07401d1aea38b",
                    operation="INSERT",
                    pgid="pgtrigger_prolonged_while_open_20b57",
                    table="oversight_prolonged",
                    when="BEFORE",
                ),
            ),
        ),
    ]
