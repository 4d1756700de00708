"""The book is searched and turned by index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0002_fail_after_end"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="search_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.F("purpose"),
                    models.F("legal_basis"),
                    models.F("case_number"),
                    models.F("receiver_body"),
                    models.F("receiver_name"),
                    arg_joiner=" || ' ' || ",
                    output_field=models.TextField(),
                    template="lower(regexp_replace(regexp_replace(normalize(translate(%(expressions)s, 'Đđ', 'Dd'), NFD), '[\\u0300-\\u036f]', '', 'g'), '\\s+', ' ', 'g'))",
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="extraction",
            index=models.Index(fields=["year", "-requested_at", "-number", "-unit"], name="extraction_of_year"),
        ),
    ]
