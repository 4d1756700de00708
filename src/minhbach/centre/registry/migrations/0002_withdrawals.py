"""Who took over from whom is kept once the day has come; before, it may be taken back."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0001_rows"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="succession",
            trigger=pgtrigger.compiler.Trigger(
                name="succession_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF OLD.day <= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date THEN\n        RAISE EXCEPTION 'registry: who took over is kept' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN OLD;\n",
                    hash="d56e217d6d6bd56474a0aaece658921987a65b56",
                    operation="DELETE",
                    pgid="pgtrigger_succession_is_kept_16956",
                    table="registry_succession",
                    when="BEFORE",
                ),
            ),
        ),
    ]
