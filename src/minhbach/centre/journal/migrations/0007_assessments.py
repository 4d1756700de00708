"""Which moments of a room were drawn, and who assessed them."""

from django.db import migrations

from minhbach.centre.journal import watched

TABLES = ("oversight_draw", "oversight_clip", "oversight_skipped", "oversight_assessment")


class Migration(migrations.Migration):
    dependencies = [("journal", "0006_cases"), ("oversight", "0003_assessments")]

    operations = [migrations.RunSQL(watched.watch(table, 1), watched.unwatch(table)) for table in TABLES]
