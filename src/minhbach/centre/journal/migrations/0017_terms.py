"""Until when a finding is explained and concluded after more was asked for is watched."""

from django.db import migrations

from minhbach.centre.journal import watched

TABLE = "oversight_findingstep"


class Migration(migrations.Migration):
    dependencies = [("journal", "0016_report_signatures"), ("oversight", "0009_terms")]

    operations = [
        migrations.RunSQL(
            watched.unwatch(TABLE) + watched.watch(TABLE, 3), watched.unwatch(TABLE) + watched.watch(TABLE, 2)
        )
    ]
