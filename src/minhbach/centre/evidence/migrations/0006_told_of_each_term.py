"""People are told of each term of a citizen's request once, and of an extended one anew; the note says which."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0005_personal_data"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="subjectstep",
            name="subject_step_once",
        ),
        migrations.AddConstraint(
            model_name="subjectstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["copy_asked", "told_soon", "told_late"]), _negated=True),
                fields=("request", "kind"),
                name="subject_step_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="subjectstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["told_soon", "told_late"])),
                fields=("request", "kind", "note"),
                name="subject_told_once",
            ),
        ),
    ]
