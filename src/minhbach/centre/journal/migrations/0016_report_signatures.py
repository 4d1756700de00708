"""The office's signatures on reports of packages that went without are watched."""

from django.db import migrations

from minhbach.centre.journal import watched

TABLE = "evidence_reportsignature"


class Migration(migrations.Migration):
    dependencies = [("journal", "0015_heard"), ("evidence", "0008_report_signatures")]

    operations = [migrations.RunSQL(watched.watch(TABLE, 1), watched.unwatch(TABLE))]
