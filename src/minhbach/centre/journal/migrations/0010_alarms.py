"""What was wrong with the log of a recorder, and when somebody was told."""

from django.db import migrations

from minhbach.centre.journal import watched


class Migration(migrations.Migration):
    dependencies = [("journal", "0009_ranking"), ("footage", "0001_rows")]

    operations = [migrations.RunSQL(watched.watch("footage_alarm", 1), watched.unwatch("footage_alarm"))]
