"""The journal speaks of which attempt a build and its rounds belong to, and of what a reviewer signed."""

from django.db import migrations

from minhbach.centre.journal import watched

TABLES = ("evidence_build", "evidence_maskround")


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_acknowledgements"), ("evidence", "0004_review_signed")]

    operations = [
        migrations.RunSQL(
            watched.unwatch(table) + watched.watch(table, 2), watched.unwatch(table) + watched.watch(table, 1)
        )
        for table in TABLES
    ]
