"""What came of comparing moments with what was recorded, by room and day."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("footage", "0005_still_quarters"),
        ("registry", "0003_rooms_and_equipment"),
    ]

    operations = [
        migrations.CreateModel(
            name="ComparedDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "room_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("seen", models.PositiveIntegerField()),
                ("explained", models.PositiveIntegerField()),
                ("lost", models.PositiveIntegerField()),
                ("compared_at", models.DateTimeField()),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.room"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LostMoment",
            fields=[
                (
                    "mark",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="footage.mark",
                    ),
                ),
                ("at_us", models.BigIntegerField()),
                (
                    "why",
                    models.CharField(
                        choices=[("unseen", "Unseen"), ("late_log", "Late Log"), ("not_told", "Not Told")], max_length=8
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.room",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["room", "-at_us"], name="lost_by_room")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["unseen", "late_log", "not_told"])), name="lost_moment_why"
                    )
                ],
            },
        ),
    ]
