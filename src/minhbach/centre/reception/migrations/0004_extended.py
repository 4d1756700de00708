"""A matter is settled by the day of its acceptance, and may be extended by a paper."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reception", "0003_counted"),
        ("registry", "0003_rooms_and_equipment"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="bookstep",
            name="book_step_says_what",
        ),
        migrations.RemoveConstraint(
            model_name="bookstep",
            name="book_step_terms",
        ),
        migrations.AlterField(
            model_name="bookstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("accepted", "Accepted"),
                    ("returned", "Returned"),
                    ("forwarded", "Forwarded"),
                    ("result", "Result"),
                    ("reclassified", "Reclassified"),
                    ("extended", "Extended"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="bookstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "accepted"), ("matter", ""), ("to_body", "")),
                    models.Q(("kind", "returned"), ("matter", ""), ("to_body", ""), ("words__regex", "\\S")),
                    models.Q(("kind", "forwarded"), ("matter", ""), ("to_body__regex", "\\S")),
                    models.Q(("kind", "result"), ("matter", ""), ("to_body", ""), ("words__regex", "\\S")),
                    models.Q(("kind", "extended"), ("matter", ""), ("to_body", ""), ("words__regex", "\\S")),
                    models.Q(
                        ("kind", "reclassified"),
                        ("matter__in", ["complaint", "denunciation", "petition", "feedback"]),
                        ("to_body", ""),
                        ("words__regex", "\\S"),
                    ),
                    _connector="OR",
                ),
                name="book_step_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("handle_by__lte", models.F("settle_by")), ("kind", "reclassified")),
                    models.Q(("handle_by__isnull", True), ("kind", "accepted")),
                    models.Q(("handle_by__isnull", True), ("kind", "extended"), ("settle_by__isnull", False)),
                    models.Q(
                        models.Q(("kind__in", ("accepted", "reclassified", "extended")), _negated=True),
                        ("handle_by__isnull", True),
                        ("settle_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="book_step_terms",
            ),
        ),
    ]
