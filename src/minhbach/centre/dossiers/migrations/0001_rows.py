"""Dossiers, their numbers, and what happens at counters."""

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
        ("papers", "0001_rows"),
        ("registry", "0001_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Procedure",
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
                ("code", models.CharField(help_text="as text: 1.000948", max_length=30)),
                ("name", models.CharField(max_length=300)),
                ("field", models.CharField(blank=True, max_length=120)),
                ("working_days", models.PositiveSmallIntegerField()),
                ("components", models.JSONField(default=list)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="procedures", to="registry.unit"
                    ),
                ),
            ],
            options={
                "ordering": ("field", "name"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="procedure_span",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
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
                            ("code", "="),
                        ],
                        name="procedure_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("code", ""), _negated=True), models.Q(("name", ""), _negated=True)
                        ),
                        name="procedure_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dossier",
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
                ("box", models.PositiveSmallIntegerField(default=0)),
                ("code", models.CharField(max_length=40)),
                ("scan", models.CharField(max_length=16)),
                ("lookup_secret", models.CharField(blank=True, editable=False, max_length=6)),
                ("received_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("sets", models.PositiveSmallIntegerField(default=1)),
                (
                    "return_by",
                    models.CharField(
                        choices=[("counter", "Counter"), ("post", "Post"), ("online", "Online")],
                        default="counter",
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.PositiveSmallIntegerField(
                        choices=[(2, "Received"), (3, "Refused"), (5, "Supplement"), (10, "Handed Back")], default=2
                    ),
                ),
                (
                    "counter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dossiers", to="registry.counter"
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="papers.paper",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dossiers", to="registry.unit"
                    ),
                ),
                (
                    "procedure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dossiers", to="dossiers.procedure"
                    ),
                ),
            ],
            options={
                "ordering": ("-received_at",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", (2, 5))), fields=["counter", "due_at"], name="dossier_open"
                    ),
                    models.Index(fields=["code"], name="dossier_by_code"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "code"), name="dossier_code_once"),
                    models.UniqueConstraint(fields=("unit", "scan"), name="dossier_scan_once"),
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gte", models.F("received_at"))), name="dossier_due_later"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scan__regex", "^[0-9]{16}$"), models.Q(("code", ""), _negated=True)),
                        name="dossier_digits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lookup_secret__regex", "^([0-9]{6})?$")), name="dossier_secret"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sets__gte", 1), ("sets__lte", 99)), name="dossier_sets"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("return_by__in", ["counter", "post", "online"]), ("state__in", [2, 3, 5, 10])
                        ),
                        name="dossier_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
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
                ("box", models.PositiveSmallIntegerField(default=0)),
                ("number", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("called", "Called"),
                            ("received", "Received"),
                            ("refused", "Refused"),
                            ("supplement", "Supplement"),
                            ("supplemented", "Supplemented"),
                            ("handed_back", "Handed Back"),
                            ("help", "Help"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "counter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="desk_events", to="registry.counter"
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="dossiers.dossier",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="counter_events", to="registry.unit"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "number"),
                "indexes": [models.Index(fields=["counter", "-at"], name="event_at_counter")],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "box", "number"), name="event_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "received")), fields=("dossier",), name="event_received_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "refused")), fields=("dossier",), name="event_refused_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "handed_back")), fields=("dossier",), name="event_handed_back_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dossier__isnull", True), ("kind__in", ("called", "help"))),
                            models.Q(
                                ("dossier__isnull", False),
                                (
                                    "kind__in",
                                    [
                                        "called",
                                        "received",
                                        "refused",
                                        "supplement",
                                        "supplemented",
                                        "handed_back",
                                        "help",
                                    ],
                                ),
                                models.Q(("kind__in", ("called", "help")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="event_about",
                    ),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="event_numbered"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Running",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("box", models.PositiveSmallIntegerField(default=0)),
                (
                    "name",
                    models.CharField(help_text="events, scans, or the day of the dossiers: 261122", max_length=20),
                ),
                ("last", models.BigIntegerField()),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.unit"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("unit", "box", "name"), name="running_once")],
            },
        ),
        migrations.CreateModel(
            name="Slip",
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
                ("box", models.PositiveSmallIntegerField(default=0)),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("items", models.JSONField(default=list)),
                ("contact", models.CharField(blank=True, max_length=200)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slip", to="dossiers.event"
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="papers.paper",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slips", to="registry.unit"
                    ),
                ),
            ],
            options={
                "ordering": ("unit", "year", "number"),
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "box", "year", "number"), name="slip_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True),
                            models.Q(("items", []), _negated=True),
                            _connector="OR",
                        ),
                        name="slip_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Submitter",
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
                ("name", models.CharField(max_length=120)),
                (
                    "personal_id",
                    models.CharField(blank=True, help_text="số định danh or tax code, as shown", max_length=20),
                ),
                ("address", models.CharField(blank=True, max_length=300)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="submitter", to="dossiers.dossier"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("erased_at__isnull", True), ("name__regex", "\\S")),
                            models.Q(
                                ("address", ""),
                                ("erased_at__isnull", False),
                                ("name", ""),
                                ("personal_id", ""),
                                ("phone", ""),
                            ),
                            _connector="OR",
                        ),
                        name="submitter_named_or_erased",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitRange",
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
                ("number", models.PositiveIntegerField(unique=True)),
                ("given_at", models.DateTimeField()),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bar_code_range", to="registry.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 99999)), name="range_fits"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Component",
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
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=300)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("original", "Original"),
                            ("copy", "Copy"),
                            ("certified_copy", "Certified Copy"),
                            ("electronic", "Electronic"),
                        ],
                        max_length=20,
                    ),
                ),
                ("copies", models.PositiveSmallIntegerField()),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="components", to="dossiers.dossier"
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
                "constraints": [
                    models.UniqueConstraint(fields=("dossier", "position"), name="component_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            ("copies__gte", 1),
                            ("copies__lte", 99),
                            ("kind__in", ["original", "copy", "certified_copy", "electronic"]),
                        ),
                        name="component_handed_in",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="component",
            trigger=pgtrigger.compiler.Trigger(
                name="component_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="ecb4b91fc86910267ec57b5497ae00bf07ce26e1",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_component_is_kept_8a615",
                    table="dossiers_component",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="event_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="056cdbdfffeb2e2a086b64550bec072ec13a5e78",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_event_is_kept_d4598",
                    table="dossiers_event",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dossier",
            trigger=pgtrigger.compiler.Trigger(
                name="dossier_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="fce5e761119907452a2da2516ae8346f28d622ca",
                    operation="DELETE",
                    pgid="pgtrigger_dossier_is_kept_f01e4",
                    table="dossiers_dossier",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dossier",
            trigger=pgtrigger.compiler.Trigger(
                name="dossier_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."box" IS DISTINCT FROM (NEW."box") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."scan" IS DISTINCT FROM (NEW."scan") OR OLD."counter_id" IS DISTINCT FROM (NEW."counter_id") OR OLD."procedure_id" IS DISTINCT FROM (NEW."procedure_id") OR OLD."lookup_secret" IS DISTINCT FROM (NEW."lookup_secret") OR OLD."received_at" IS DISTINCT FROM (NEW."received_at") OR OLD."due_at" IS DISTINCT FROM (NEW."due_at") OR OLD."sets" IS DISTINCT FROM (NEW."sets") OR OLD."return_by" IS DISTINCT FROM (NEW."return_by"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="c7dfc39324a09b08aa7aa152e63f122668064dd8",
                    operation="UPDATE",
                    pgid="pgtrigger_dossier_is_not_rewritten_14671",
                    table="dossiers_dossier",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="slip",
            trigger=pgtrigger.compiler.Trigger(
                name="slip_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="b340f975f03bd0e8589de03277e670f7a8238f6c",
                    operation="DELETE",
                    pgid="pgtrigger_slip_is_kept_2d4ff",
                    table="dossiers_slip",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="slip",
            trigger=pgtrigger.compiler.Trigger(
                name="slip_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."box" IS DISTINCT FROM (NEW."box") OR OLD."year" IS DISTINCT FROM (NEW."year") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."event_id" IS DISTINCT FROM (NEW."event_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."items" IS DISTINCT FROM (NEW."items") OR OLD."contact" IS DISTINCT FROM (NEW."contact"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="662c46b679ce02298380af5ea640dd96900c6405",
                    operation="UPDATE",
                    pgid="pgtrigger_slip_is_not_rewritten_ee780",
                    table="dossiers_slip",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="submitter",
            trigger=pgtrigger.compiler.Trigger(
                name="submitter_row_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="0f2f1bddc759eba38377160fa6a709e3d59d1cb4",
                    operation="DELETE",
                    pgid="pgtrigger_submitter_row_is_kept_7feac",
                    table="dossiers_submitter",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="submitter",
            trigger=pgtrigger.compiler.Trigger(
                name="submitter_is_only_erased",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."erased_at" IS NOT NULL OR NEW."erased_at" IS NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="4587fbd2bc5bd8438873caafd1e4ae7cf2469bf6",
                    operation="UPDATE",
                    pgid="pgtrigger_submitter_is_only_erased_d74c1",
                    table="dossiers_submitter",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unitrange",
            trigger=pgtrigger.compiler.Trigger(
                name="range_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="758fc43e25b3d34625d750e00acf1df198f2ffed",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_range_is_kept_22057",
                    table="dossiers_unitrange",
                    when="BEFORE",
                ),
            ),
        ),
    ]
