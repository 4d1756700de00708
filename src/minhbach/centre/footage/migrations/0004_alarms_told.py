"""Whether people were told of an alarm."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("footage", "0003_faults"),
    ]

    operations = [
        migrations.AddField(
            model_name="alarm",
            name="told_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
