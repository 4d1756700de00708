"""Inspections and visits are watched: who was let in where, and what was found."""

from django.db import migrations

from minhbach.centre.journal import watched

TABLES = (
    "oversight_inspection", "oversight_inspection_rooms", "oversight_inspectionmember", "oversight_visit",
    "oversight_visitstep", "oversight_visitanswer", "oversight_visitphoto", "oversight_emptyweek",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("journal", "0012_reception"), ("oversight", "0004_inspections")]

    operations = [migrations.RunSQL(watched.watch(table, 1), watched.unwatch(table)) for table in TABLES]
