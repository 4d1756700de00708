"""What was served says whether it was picture or sound; what was counted before stands as picture."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_rows"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="served",
            name="served_grows_only",
        ),
        migrations.AddField(
            model_name="served",
            name="sound",
            field=models.BooleanField(default=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="served",
            trigger=pgtrigger.compiler.Trigger(
                name="served_grows_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NEW.viewing_id <> OLD.viewing_id OR NEW.camera_id <> OLD.camera_id\n       OR NEW.sound <> OLD.sound OR NEW.begins_at <> OLD.begins_at\n       OR NEW.ends_at < OLD.ends_at OR NEW.bytes < OLD.bytes OR NEW.first_at <> OLD.first_at\n       OR NEW.last_at < OLD.last_at THEN\n        RAISE EXCEPTION 'access: what was served is not taken back' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="8968a7879c24619a72c4ed7c35b4ad4476d636f5",
                    operation="UPDATE",
                    pgid="pgtrigger_served_grows_only_e34aa",
                    table="access_served",
                    when="BEFORE",
                ),
            ),
        ),
    ]
