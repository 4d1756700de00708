"""Until when whoever a finding concerns may explain it is watched."""

from django.db import migrations

from minhbach.centre.journal import watched

TABLE = "oversight_concerned"


class Migration(migrations.Migration):
    dependencies = [("journal", "0014_prolonged"), ("oversight", "0007_heard")]

    operations = [
        migrations.RunSQL(
            watched.unwatch(TABLE) + watched.watch(TABLE, 2), watched.unwatch(TABLE) + watched.watch(TABLE, 1)
        )
    ]
