"""Findings are searched by a column of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0005_prolonged"),
    ]

    operations = [
        migrations.AddField(
            model_name="finding",
            name="search_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.F("situation_vi"),
                    models.F("situation_en"),
                    models.F("note"),
                    arg_joiner=" || ' ' || ",
                    output_field=models.TextField(),
                    template="lower(regexp_replace(regexp_replace(normalize(translate(%(expressions)s, 'Đđ', 'Dd'), NFD), '[\\u0300-\\u036f]', '', 'g'), '\\s+', ' ', 'g'))",
                ),
                output_field=models.TextField(),
            ),
        ),
    ]
