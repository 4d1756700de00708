"""What is published of complaints is watched: who put which words before the public, and who took them back."""

from django.db import migrations

from minhbach.centre.journal import watched

TABLE = "feedback_publication"


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_review_signed"), ("feedback", "0003_publication")]

    operations = [migrations.RunSQL(watched.watch(TABLE, 1), watched.unwatch(TABLE))]
