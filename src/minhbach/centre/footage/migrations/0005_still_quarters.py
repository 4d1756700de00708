"""Quarter hours in which nothing stirred at a camera."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("footage", "0004_hold_of_matter"),
        ("registry", "0003_rooms_and_equipment"),
    ]

    operations = [
        migrations.CreateModel(
            name="StillQuarter",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "camera_id", "begin_us", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("begin_us", models.BigIntegerField()),
                ("listened", models.BooleanField()),
                (
                    "camera",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.camera"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["begin_us"], name="still_quarter_by_time")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("begin_us__gt", 0)), name="still_quarter_begins")
                ],
            },
        ),
    ]
