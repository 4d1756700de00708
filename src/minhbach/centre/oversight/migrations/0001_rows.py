"""Findings, and each step about them."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("footage", "0001_rows"),
        ("registry", "0001_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Finding",
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
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("begin_us", models.BigIntegerField()),
                ("end_us", models.BigIntegerField()),
                ("situation", models.SlugField(max_length=40)),
                ("situation_vi", models.CharField(max_length=200)),
                ("situation_en", models.CharField(max_length=200)),
                ("note", models.CharField(blank=True, max_length=1000)),
                (
                    "source",
                    models.CharField(
                        choices=[("footage", "Footage"), ("petition", "Petition"), ("rating", "Rating")],
                        default="footage",
                        max_length=12,
                    ),
                ),
                ("source_reference", models.CharField(blank=True, max_length=80)),
                ("found_at", models.DateTimeField()),
                ("read_by", models.DateTimeField()),
                ("explain_by", models.DateTimeField()),
                ("conclude_by", models.DateTimeField()),
                ("correct_by", models.DateTimeField()),
                ("cameras", models.ManyToManyField(related_name="+", to="registry.camera")),
                (
                    "found_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="footage.legalhold",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="registry.room"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="registry.unit"
                    ),
                ),
            ],
            options={
                "ordering": ("-found_at",),
                "indexes": [
                    models.Index(fields=["room", "-found_at"], name="finding_of_room"),
                    models.Index(condition=models.Q(("hold__isnull", False)), fields=["hold"], name="finding_of_hold"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "year", "number"), name="finding_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("begin_us__gt", 0), ("begin_us__lt", models.F("end_us"))),
                        name="finding_span",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("situation", ""), _negated=True),
                            models.Q(("situation_vi", ""), _negated=True),
                            models.Q(("situation_en", ""), _negated=True),
                            ("source__in", ["footage", "petition", "rating"]),
                        ),
                        name="finding_says_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("explain_by__lte", models.F("conclude_by")),
                            ("read_by__lte", models.F("explain_by")),
                            ("conclude_by__lte", models.F("correct_by")),
                            ("read_by__gt", models.F("found_at")),
                        ),
                        name="finding_terms",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FindingStep",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("read", "Read"),
                            ("explained", "Explained"),
                            ("returned", "Returned"),
                            ("concluded", "Concluded"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("words", models.CharField(blank=True, max_length=1000)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="oversight.finding"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["read", "explained", "returned", "concluded", "withdrawn"])),
                        name="finding_step_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "read"), ("words__regex", "\\S"), _connector="OR"),
                        name="finding_step_says_what",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "read")), fields=("finding", "by"), name="finding_read_once"
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="finding",
            trigger=pgtrigger.compiler.Trigger(
                name="finding_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="abaa0ef109e2de83b80aaeec4e61804a04bba545",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_finding_is_kept_615c3",
                    table="oversight_finding",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="findingstep",
            trigger=pgtrigger.compiler.Trigger(
                name="finding_step_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="53d30f313705364264a3c18633c8b43ce1ce1900",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_finding_step_is_kept_67dee",
                    table="oversight_findingstep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="findingstep",
            trigger=pgtrigger.compiler.Trigger(
                name="finding_step_in_order",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.finding_id::text, 16));\n    IF EXISTS (SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id\n               AND kind IN ('concluded', 'withdrawn')) THEN\n        RAISE EXCEPTION 'oversight: it has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('concluded', 'returned') AND EXISTS (\n        SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id\n        AND kind = 'explained' AND by_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: nobody concludes what they explained' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'explained' AND EXISTS (SELECT 1 FROM oversight_finding WHERE id = NEW.finding_id\n                                          AND found_by_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: nobody explains what they found' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'withdrawn' AND NOT EXISTS (SELECT 1 FROM oversight_finding WHERE id = NEW.finding_id\n                                              AND found_by_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: only who found it takes it back' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="4e89c56c6ba829c23a4ca90bf235b9df42297512",
                    operation="INSERT",
                    pgid="pgtrigger_finding_step_in_order_3ce9f",
                    table="oversight_findingstep",
                    when="BEFORE",
                ),
            ),
        ),
    ]
