"""Documents by which work is directed, their tasks and each step: rows that are only ever added."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0001_rows"),
        ("registry", "0001_rows"),
        ("regulation", "0002_acknowledgements"),
    ]

    operations = [
        migrations.CreateModel(
            name="Directive",
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
                            ("directive", "Directive"),
                            ("letter", "Letter"),
                            ("plan", "Plan"),
                            ("conclusion", "Conclusion"),
                            ("decision", "Decision"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("number", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=300)),
                ("issued_on", models.DateField()),
                ("entered_at", models.DateTimeField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="directives", to="registry.unit"
                    ),
                ),
            ],
            options={
                "ordering": ("-issued_on", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Task",
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
                ("words", models.CharField(max_length=1000)),
                ("due_on", models.DateField()),
                ("given_at", models.DateTimeField()),
                (
                    "directive",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="regulation.directive"
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.unit"
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
            },
        ),
        migrations.CreateModel(
            name="TaskStep",
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
                            ("reported", "Reported"),
                            ("returned", "Returned"),
                            ("accepted", "Accepted"),
                            ("extended", "Extended"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("words", models.CharField(max_length=1000)),
                ("due_on", models.DateField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="papers.paper",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="regulation.task"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.AddConstraint(
            model_name="directive",
            constraint=models.UniqueConstraint(fields=("unit", "number", "issued_on"), name="directive_once"),
        ),
        migrations.AddConstraint(
            model_name="directive",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["directive", "letter", "plan", "conclusion", "decision", "other"]),
                    ("number__regex", "\\S"),
                    ("title__regex", "\\S"),
                ),
                name="directive_says_what",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="directive",
            trigger=pgtrigger.compiler.Trigger(
                name="directive_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="3d0b8a68ed6d49c000273b035c3b53dc96dcec22",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_directive_is_kept_1c88d",
                    table="regulation_directive",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["holder", "due_on"], name="task_of_holder"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["unit", "due_on"], name="task_of_unit"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(fields=("directive", "position"), name="task_once"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(condition=models.Q(("words__regex", "\\S")), name="task_says_what"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="task",
            trigger=pgtrigger.compiler.Trigger(
                name="task_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="55ec4da71ba55c125dcf775cec56d11409e4677c",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_task_is_kept_aaa02",
                    table="regulation_task",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="taskstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["reported", "returned", "accepted", "extended", "cancelled"]), ("words__regex", "\\S")
                ),
                name="task_step_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_on__isnull", False), ("kind", "extended")),
                    models.Q(models.Q(("kind", "extended"), _negated=True), ("due_on__isnull", True)),
                    _connector="OR",
                ),
                name="task_step_extends",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("proof__isnull", True), ("kind", "reported"), _connector="OR"),
                name="task_step_proves",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taskstep",
            trigger=pgtrigger.compiler.Trigger(
                name="task_step_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="41aa93b9b174176330e446a67a97a81080353e0d",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_task_step_is_kept_72094",
                    table="regulation_taskstep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taskstep",
            trigger=pgtrigger.compiler.Trigger(
                name="task_step_in_order",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.task_id::text, 23));\n    IF EXISTS (SELECT 1 FROM regulation_taskstep WHERE task_id = NEW.task_id AND kind IN ('accepted', 'cancelled')) THEN\n        RAISE EXCEPTION 'regulation: the task has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    IF (NEW.kind = 'reported') <> EXISTS (\n        SELECT 1 FROM regulation_task WHERE id = NEW.task_id AND holder_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'regulation: the holder reports, another judges' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('accepted', 'returned') AND (\n        SELECT kind FROM regulation_taskstep WHERE task_id = NEW.task_id AND kind <> 'extended'\n        ORDER BY at DESC, id DESC LIMIT 1) IS DISTINCT FROM 'reported' THEN\n        RAISE EXCEPTION 'regulation: nothing was reported' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="284365e8ff1c76d4e1e6c4109301c5ea85cf3c7f",
                    operation="INSERT",
                    pgid="pgtrigger_task_step_in_order_9a0bc",
                    table="regulation_taskstep",
                    when="BEFORE",
                ),
            ),
        ),
    ]
