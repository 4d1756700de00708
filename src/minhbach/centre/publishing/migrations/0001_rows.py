"""Days that were counted, and the reports that state them."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("messaging", "0001_rows"),
        ("papers", "0002_never_another"),
        ("registry", "0002_withdrawals"),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
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
                            ("operates", "Operates"),
                            ("supervises_reception_room", "Reception"),
                            ("supervises_one_stop", "One Stop"),
                            ("leads", "Leads"),
                        ],
                        max_length=30,
                    ),
                ),
                ("month", models.DateField()),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("due_on", models.DateField()),
                ("drafted_at", models.DateTimeField()),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="registry.unit"
                    ),
                ),
            ],
            options={
                "ordering": ("-month", "unit", "kind"),
            },
        ),
        migrations.CreateModel(
            name="FigureEdit",
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
                ("code", models.SlugField(max_length=40)),
                ("serial", models.PositiveIntegerField()),
                ("value", models.BigIntegerField(null=True)),
                ("reason", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="edits", to="publishing.report"
                    ),
                ),
            ],
            options={
                "ordering": ("serial",),
            },
        ),
        migrations.CreateModel(
            name="ReportFigure",
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
                ("code", models.SlugField(max_length=40)),
                ("system", models.BigIntegerField(null=True)),
                ("counted_at", models.DateTimeField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="figures", to="publishing.report"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportReminder",
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
                ("day", models.DateField()),
                ("late", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="messaging.notice",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="publishing.report"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportStep",
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
                ("serial", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("signed", "Signed"),
                            ("unsigned", "Unsigned"),
                            ("sent", "Sent"),
                            ("returned", "Returned"),
                            ("accepted", "Accepted"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("words", models.CharField(blank=True, max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
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
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="publishing.report"
                    ),
                ),
            ],
            options={
                "ordering": ("serial",),
            },
        ),
        migrations.CreateModel(
            name="ReportText",
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
                    "part",
                    models.CharField(
                        choices=[
                            ("management", "Management"),
                            ("results", "Results"),
                            ("shortcomings", "Shortcomings"),
                            ("proposals", "Proposals"),
                        ],
                        max_length=12,
                    ),
                ),
                ("serial", models.PositiveIntegerField()),
                ("words", models.CharField(blank=True, max_length=6000)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="texts", to="publishing.report"
                    ),
                ),
            ],
            options={
                "ordering": ("serial",),
            },
        ),
        migrations.CreateModel(
            name="DayFigures",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id", "day", "room_type", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                (
                    "room_type",
                    models.CharField(
                        choices=[("reception_room", "Reception Room"), ("one_stop", "One Stop")], max_length=20
                    ),
                ),
                ("figures", models.JSONField()),
                ("counted_at", models.DateTimeField()),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.unit"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["day", "unit"], name="day_figures_by_day")],
            },
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["month", "unit"], name="report_of_month"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(fields=("unit", "kind", "month"), name="report_once"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["operates", "supervises_reception_room", "supervises_one_stop", "leads"])
                ),
                name="report_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_day__lte", models.F("last_day"))), name="report_has_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(condition=models.Q(("month__day", 1)), name="report_of_month"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="report_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="2609f74fbf56ce504476b94c0497ef935e7cc0d9",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_report_is_kept_15437",
                    table="publishing_report",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="figureedit",
            constraint=models.UniqueConstraint(fields=("report", "code", "serial"), name="figure_edit_once"),
        ),
        migrations.AddConstraint(
            model_name="figureedit",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__regex", "\\S")), name="figure_edit_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="figureedit",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__isnull", True), ("value__gte", 0), _connector="OR"),
                name="figure_edit_value",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="figureedit",
            trigger=pgtrigger.compiler.Trigger(
                name="figure_edit_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="4ef3cac9d5d053c506d78f09828a056e6ffdf866",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_figure_edit_is_kept_8b324",
                    table="publishing_figureedit",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="figureedit",
            trigger=pgtrigger.compiler.Trigger(
                name="figure_edit_open",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.report_id::text, 31));\n    IF coalesce((SELECT kind FROM publishing_reportstep WHERE report_id = NEW.report_id\n                 ORDER BY serial DESC LIMIT 1), '') IN ('signed', 'sent', 'accepted') THEN\n        RAISE EXCEPTION 'publishing: what is signed is not changed' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="8f554a97c7f842d15254282e064b0b8c3402b366",
                    operation="INSERT",
                    pgid="pgtrigger_figure_edit_open_c81d4",
                    table="publishing_figureedit",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reportfigure",
            constraint=models.UniqueConstraint(fields=("report", "code"), name="report_figure_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportfigure",
            trigger=pgtrigger.compiler.Trigger(
                name="report_figure_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="e702cb584683749520e70e8a9f29bae7556b36e5",
                    operation="DELETE",
                    pgid="pgtrigger_report_figure_is_kept_aab1a",
                    table="publishing_reportfigure",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportfigure",
            trigger=pgtrigger.compiler.Trigger(
                name="report_figure_is_recounted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."report_id" IS DISTINCT FROM (NEW."report_id") OR OLD."code" IS DISTINCT FROM (NEW."code"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="c4795def6865e0586c0d2d14c19c53a825ed5867",
                    operation="UPDATE",
                    pgid="pgtrigger_report_figure_is_recounted_eee50",
                    table="publishing_reportfigure",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportfigure",
            trigger=pgtrigger.compiler.Trigger(
                name="report_figure_open",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.report_id::text, 31));\n    IF coalesce((SELECT kind FROM publishing_reportstep WHERE report_id = NEW.report_id\n                 ORDER BY serial DESC LIMIT 1), '') IN ('signed', 'sent', 'accepted') THEN\n        RAISE EXCEPTION 'publishing: what is signed is not changed' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="542e32ea816c526f17c29e326dabaa83d7d62715",
                    operation="UPDATE",
                    pgid="pgtrigger_report_figure_open_f8ce0",
                    table="publishing_reportfigure",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reportreminder",
            constraint=models.UniqueConstraint(fields=("report", "day", "late"), name="report_reminded_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportreminder",
            trigger=pgtrigger.compiler.Trigger(
                name="report_reminder_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="2d47d0ade8bda14d7af3eace77ed11fc962d302a",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_report_reminder_is_kept_4c8aa",
                    table="publishing_reportreminder",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reportstep",
            constraint=models.UniqueConstraint(fields=("report", "serial"), name="report_step_once"),
        ),
        migrations.AddConstraint(
            model_name="reportstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["signed", "unsigned", "sent", "returned", "accepted"])),
                name="report_step_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "returned"), _negated=True), ("words__regex", "\\S"), _connector="OR"
                ),
                name="report_returned_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "signed"), ("paper__isnull", False)),
                    models.Q(models.Q(("kind", "signed"), _negated=True), ("paper__isnull", True)),
                    _connector="OR",
                ),
                name="report_signed_paper",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportstep",
            trigger=pgtrigger.compiler.Trigger(
                name="report_step_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="9acdcc675aaa658364e7f6ee4f6c7a47970c7b45",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_report_step_is_kept_889b0",
                    table="publishing_reportstep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportstep",
            trigger=pgtrigger.compiler.Trigger(
                name="report_step_in_order",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.report_id::text, 31));\n    IF NEW.kind NOT IN (SELECT unnest(CASE coalesce(\n            (SELECT kind FROM publishing_reportstep WHERE report_id = NEW.report_id ORDER BY serial DESC LIMIT 1), '')\n        WHEN '' THEN ARRAY['signed'] WHEN 'unsigned' THEN ARRAY['signed'] WHEN 'returned' THEN ARRAY['signed']\n        WHEN 'signed' THEN ARRAY['sent', 'unsigned'] WHEN 'sent' THEN ARRAY['returned', 'accepted']\n        ELSE ARRAY[]::text[] END)) THEN\n        RAISE EXCEPTION 'publishing: not the next step of a report' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.serial <> 1 + (SELECT count(*) FROM publishing_reportstep WHERE report_id = NEW.report_id) THEN\n        RAISE EXCEPTION 'publishing: a step follows the last' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="23866772473cbad50dc5e7fdbf990fd0c9112f1d",
                    operation="INSERT",
                    pgid="pgtrigger_report_step_in_order_248c9",
                    table="publishing_reportstep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reporttext",
            constraint=models.UniqueConstraint(fields=("report", "part", "serial"), name="report_text_once"),
        ),
        migrations.AddConstraint(
            model_name="reporttext",
            constraint=models.CheckConstraint(
                condition=models.Q(("part__in", ["management", "results", "shortcomings", "proposals"])),
                name="report_part_known",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reporttext",
            trigger=pgtrigger.compiler.Trigger(
                name="report_text_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="67f625ff525775c528ed92ea5361f7db8a74c66f",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_report_text_is_kept_b9cf6",
                    table="publishing_reporttext",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reporttext",
            trigger=pgtrigger.compiler.Trigger(
                name="report_text_open",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.report_id::text, 31));\n    IF coalesce((SELECT kind FROM publishing_reportstep WHERE report_id = NEW.report_id\n                 ORDER BY serial DESC LIMIT 1), '') IN ('signed', 'sent', 'accepted') THEN\n        RAISE EXCEPTION 'publishing: what is signed is not changed' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="99398716e6cc493b82f18bb3591f573354018b86",
                    operation="INSERT",
                    pgid="pgtrigger_report_text_open_c08f4",
                    table="publishing_reporttext",
                    when="BEFORE",
                ),
            ),
        ),
    ]
