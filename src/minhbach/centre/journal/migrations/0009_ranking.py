"""How units were scored, the scanned pages of directives, and when whoever holds a task read it."""

from django.db import migrations

from minhbach.centre.journal import watched

TABLES = (
    "publishing_scoring",
    "publishing_score",
    "publishing_scoringstep",
    "regulation_directivepage",
    "regulation_taskread",
)


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0008_reports"),
        ("publishing", "0002_ranking"),
        ("regulation", "0004_receipts"),
    ]

    operations = [migrations.RunSQL(watched.watch(table, 1), watched.unwatch(table)) for table in TABLES]
