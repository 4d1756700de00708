"""The orders of a hold are found by what they are for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("footage", "0003_key_orders"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(fields=["reference", "kind"], name="hold_of_matter"),
        ),
    ]
