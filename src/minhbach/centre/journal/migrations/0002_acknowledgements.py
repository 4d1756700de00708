"""Who confirmed which regulation is watched like every other row that somebody's rights follow from."""

from django.db import migrations

from minhbach.centre.journal import watched

TABLE = "regulation_acknowledgement"


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_rows"), ("regulation", "0002_acknowledgements")]

    operations = [migrations.RunSQL(watched.watch(TABLE, 1), watched.unwatch(TABLE))]
