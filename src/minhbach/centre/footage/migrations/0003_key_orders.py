"""A recorder may be ordered to sign with another key."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("footage", "0002_orders_are_kept"),
        ("registry", "0001_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeyOrder",
            fields=[
                (
                    "recorder",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="key_order",
                        serialize=False,
                        to="registry.recorder",
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("reason", models.CharField(max_length=300)),
                ("asked_at", models.DateTimeField()),
                ("tried_at", models.DateTimeField(blank=True, null=True)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("refused_vi", models.TextField(blank=True)),
                ("refused_en", models.TextField(blank=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason__regex", "\\S"), models.Q(("key", ""), _negated=True)),
                        name="key_order_has_a_reason",
                    )
                ],
            },
        ),
    ]
