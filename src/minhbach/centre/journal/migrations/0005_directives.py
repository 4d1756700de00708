"""What was directed, to whom, and what became of it."""

from django.db import migrations

from minhbach.centre.journal import watched

TABLES = ("regulation_directive", "regulation_task", "regulation_taskstep")


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_publications"), ("regulation", "0003_directives")]

    operations = [migrations.RunSQL(watched.watch(table, 1), watched.unwatch(table)) for table in TABLES]
