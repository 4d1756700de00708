"""What was reported as a figure, who put another in its place, and each step of a report."""

from django.db import migrations

from minhbach.centre.journal import watched

TABLES = (
    "publishing_report",
    "publishing_reportfigure",
    "publishing_figureedit",
    "publishing_reporttext",
    "publishing_reportstep",
    "publishing_reportreminder",
)


class Migration(migrations.Migration):
    dependencies = [("journal", "0007_assessments"), ("publishing", "0001_rows")]

    operations = [migrations.RunSQL(watched.watch(table, 1), watched.unwatch(table)) for table in TABLES]
