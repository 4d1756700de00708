"""The kept files: one row a paper, its bytes lie in the store."""

import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Paper",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.CharField(help_text="SHA-256 of the bytes in the store, hexadecimal", max_length=64)),
                ("size_bytes", models.PositiveBigIntegerField()),
                ("media_type", models.CharField(max_length=60)),
                ("origin", models.CharField(choices=[("made", "Made"), ("uploaded", "Uploaded")], max_length=10)),
                ("title", models.CharField(max_length=300)),
                ("person_id", models.UUIDField(blank=True, null=True)),
                ("kept_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="paper_digest"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size_bytes__gt", 0), models.Q(("title", ""), _negated=True)),
                        name="paper_filled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["made", "uploaded"])), name="paper_origin_known"
                    ),
                ],
            },
        ),
    ]
