"""Reception days changed and missed, and the reception book; who came stands in a table that is never watched."""

from django.db import migrations

from minhbach.centre.journal import watched

TABLES = (
    "reception_daychange", "reception_missedday", "reception_missedstep", "reception_bookentry", "reception_bookstep",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("journal", "0011_rooms"), ("reception", "0002_days_and_book")]

    operations = [migrations.RunSQL(watched.watch(table, 1), watched.unwatch(table)) for table in TABLES]
