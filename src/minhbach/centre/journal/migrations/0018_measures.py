"""By when a proposal is decided, and when a deferral is looked at again, is watched."""

from django.db import migrations

from minhbach.centre.journal import watched

TABLES = ("oversight_measure", "oversight_measurestep")


class Migration(migrations.Migration):
    dependencies = [("journal", "0017_terms"), ("oversight", "0011_measures")]

    operations = [
        migrations.RunSQL(
            watched.unwatch(table) + watched.watch(table, 2), watched.unwatch(table) + watched.watch(table, 1)
        )
        for table in TABLES
    ]
