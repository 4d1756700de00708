"""How long a gap went on after it was found is watched."""

from django.db import migrations

from minhbach.centre.journal import watched

TABLE = "oversight_prolonged"


class Migration(migrations.Migration):
    dependencies = [("journal", "0013_inspections"), ("oversight", "0005_prolonged")]

    operations = [migrations.RunSQL(watched.watch(TABLE, 1), watched.unwatch(TABLE))]
