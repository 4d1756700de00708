"""The answered complaints that an office shows to everybody, without whoever complained."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0002_personal_data"),
        ("registry", "0001_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=minhbach.centre.registry.models.dates.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("withheld", models.BooleanField(default=False)),
                ("place", models.CharField(max_length=400)),
                ("what", models.CharField(blank=True, max_length=2000)),
                ("answer", models.CharField(blank=True, max_length=2000)),
                ("found_by", models.TextField(blank=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                ("taken_back_why", models.CharField(blank=True, max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "petition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="publications", to="feedback.petition"
                    ),
                ),
                (
                    "taken_back_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
            ],
            options={
                "ordering": ("-at",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("taken_back_at", None), ("withheld", False)),
                        fields=["-at"],
                        name="publication_standing",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at__isnull", True)),
                        fields=("petition",),
                        name="publication_stands_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer__regex", "\\S"), ("reason", ""), ("what__regex", "\\S"), ("withheld", False)
                            ),
                            models.Q(("answer", ""), ("reason__regex", "\\S"), ("what", ""), ("withheld", True)),
                            _connector="OR",
                        ),
                        name="publication_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("taken_back_at__isnull", True), ("taken_back_by__isnull", True), ("taken_back_why", "")
                            ),
                            models.Q(
                                ("taken_back_at__isnull", False),
                                ("taken_back_by__isnull", False),
                                ("taken_back_why__regex", "\\S"),
                            ),
                            _connector="OR",
                        ),
                        name="publication_taken_back",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="publication",
            trigger=pgtrigger.compiler.Trigger(
                name="publication_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="8b727cf4603a87b213aecdadc5ad8a56bca513a0",
                    operation="DELETE",
                    pgid="pgtrigger_publication_is_kept_46fd3",
                    table="feedback_publication",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="publication",
            trigger=pgtrigger.compiler.Trigger(
                name="publication_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."petition_id" IS DISTINCT FROM (NEW."petition_id") OR OLD."withheld" IS DISTINCT FROM (NEW."withheld") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."what" IS DISTINCT FROM (NEW."what") OR OLD."answer" IS DISTINCT FROM (NEW."answer") OR OLD."found_by" IS DISTINCT FROM (NEW."found_by") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="309732b71a6a31925576f16f19b005ee4d3f1e54",
                    operation="UPDATE",
                    pgid="pgtrigger_publication_is_not_rewritten_5a7f3",
                    table="feedback_publication",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="publication",
            trigger=pgtrigger.compiler.Trigger(
                name="publication_is_taken_back_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."taken_back_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="71667a0b872c18b4bb13276fa5b920c2d85e122e",
                    operation="UPDATE",
                    pgid="pgtrigger_publication_is_taken_back_once_384a5",
                    table="feedback_publication",
                    when="BEFORE",
                ),
            ),
        ),
    ]
