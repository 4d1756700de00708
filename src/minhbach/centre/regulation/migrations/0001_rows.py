"""The first rows of regulation, with what PostgreSQL forbids among them."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("registry", "0002_kinds"),
    ]

    operations = [
        migrations.CreateModel(
            name="Regulation",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("decision_number", models.CharField(max_length=60)),
                ("issued_at", models.DateTimeField()),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="regulations", to="registry.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RegulationEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "id",
                    models.UUIDField(
                        default=minhbach.centre.registry.models.dates.new_id, editable=False, serialize=False
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("decision_number", models.CharField(max_length=60)),
                ("issued_at", models.DateTimeField()),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="regulation.regulation",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.unit",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Supervision",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "room_type",
                    models.CharField(
                        choices=[("reception_room", "Reception Room"), ("one_stop", "One Stop")], max_length=20
                    ),
                ),
                ("decision_number", models.CharField(max_length=60)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="supervised_by", to="registry.unit"
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="supervisions", to="registry.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SupervisionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "id",
                    models.UUIDField(
                        default=minhbach.centre.registry.models.dates.new_id, editable=False, serialize=False
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "room_type",
                    models.CharField(
                        choices=[("reception_room", "Reception Room"), ("one_stop", "One Stop")], max_length=20
                    ),
                ),
                ("decision_number", models.CharField(max_length=60)),
                (
                    "area",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.unit",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.unit",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="regulation.supervision",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="regulation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="regulation_span",
            ),
        ),
        migrations.AddConstraint(
            model_name="regulation",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            "valid_from",
                            "valid_until",
                            django.contrib.postgres.fields.ranges.RangeBoundary(),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                    ("unit", "="),
                ],
                name="regulation_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="regulation",
            constraint=models.UniqueConstraint(fields=("unit", "number"), name="regulation_number"),
        ),
        migrations.AddConstraint(
            model_name="regulation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision_number", ""), _negated=True), ("digest__regex", "^[0-9a-f]{64}$")
                ),
                name="regulation_by_decision",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regulation",
            trigger=pgtrigger.compiler.Trigger(
                name="regulation_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="5e663e03e1834c0458b30af34b7a0e0d7a6110a7",
                    operation="DELETE",
                    pgid="pgtrigger_regulation_is_kept_689d5",
                    table="regulation_regulation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regulation",
            trigger=pgtrigger.compiler.Trigger(
                name="regulation_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."content" IS DISTINCT FROM (NEW."content") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."decision_number" IS DISTINCT FROM (NEW."decision_number") OR OLD."issued_at" IS DISTINCT FROM (NEW."issued_at") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="7fbcd937b92e0e5a630ad14a53e6aaea958c6bb2",
                    operation="UPDATE",
                    pgid="pgtrigger_regulation_is_not_rewritten_4640f",
                    table="regulation_regulation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regulation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "regulation_regulationevent" ("content", "decision_number", "digest", "id", "issued_at", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id", "valid_from", "valid_until") VALUES (NEW."content", NEW."decision_number", NEW."digest", NEW."id", NEW."issued_at", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."unit_id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="7d4c426d7a832ea4c7fc29c6cc68da850906724e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_c6d4f",
                    table="regulation_regulation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regulation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "regulation_regulationevent" ("content", "decision_number", "digest", "id", "issued_at", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id", "valid_from", "valid_until") VALUES (NEW."content", NEW."decision_number", NEW."digest", NEW."id", NEW."issued_at", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."unit_id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="94d64f5402495efe4a0435865bc589ec42664a6e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_0d406",
                    table="regulation_regulation",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="supervision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="supervision_span",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervision",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            "valid_from",
                            "valid_until",
                            django.contrib.postgres.fields.ranges.RangeBoundary(),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                    ("body", "="),
                    ("area", "="),
                    ("room_type", "="),
                ],
                name="supervision_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervision",
            constraint=models.CheckConstraint(
                condition=models.Q(("room_type__in", ["reception_room", "one_stop"])), name="supervision_type_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="supervision",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision_number", ""), _negated=True), name="supervision_by_decision"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="supervision",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "regulation_supervisionevent" ("area_id", "body_id", "decision_number", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "room_type", "valid_from", "valid_until") VALUES (NEW."area_id", NEW."body_id", NEW."decision_number", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."room_type", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="a3e95bac19c0cc6bf18360c71fa1158f9772fde8",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_c2246",
                    table="regulation_supervision",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="supervision",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "regulation_supervisionevent" ("area_id", "body_id", "decision_number", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "room_type", "valid_from", "valid_until") VALUES (NEW."area_id", NEW."body_id", NEW."decision_number", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."room_type", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="7b985185bfb657900a310b9b69a0a48ef0f87722",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d9b78",
                    table="regulation_supervision",
                    when="AFTER",
                ),
            ),
        ),
    ]
