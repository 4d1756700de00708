"""Whom a finding concerned, what its conclusion rests on, what had to be corrected, and what followed from it."""

from django.db import migrations

from minhbach.centre.journal import watched

TABLES = (
    "oversight_concerned", "oversight_basis", "oversight_correction", "oversight_correctionstep",
    "oversight_findingtold", "oversight_gapcause", "oversight_measure", "oversight_measureact", "oversight_measurestep",
)  # fmt: skip
STEP = "oversight_findingstep"


class Migration(migrations.Migration):
    dependencies = [("journal", "0005_directives"), ("oversight", "0002_following")]

    operations = [
        *(migrations.RunSQL(watched.watch(table, 1), watched.unwatch(table)) for table in TABLES),
        migrations.RunSQL(
            watched.unwatch(STEP) + watched.watch(STEP, 2), watched.unwatch(STEP) + watched.watch(STEP, 1)
        ),
    ]
