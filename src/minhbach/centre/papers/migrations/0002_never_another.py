"""A kept paper never becomes another."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0001_rows"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="paper",
            trigger=pgtrigger.compiler.Trigger(
                name="paper_is_what_it_is",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="98c2fa3ee32b8d072822fecb8e16e786c3278f90",
                    operation="UPDATE",
                    pgid="pgtrigger_paper_is_what_it_is_f018a",
                    table="papers_paper",
                    when="BEFORE",
                ),
            ),
        ),
    ]
