"""The scanned pages of a directive, and when whoever holds a task opened it first."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0002_never_another"),
        ("registry", "0002_withdrawals"),
        ("regulation", "0003_directives"),
    ]

    operations = [
        migrations.CreateModel(
            name="TaskRead",
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
                ("at", models.DateTimeField()),
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="read", to="regulation.task"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DirectivePage",
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
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "directive",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pages", to="regulation.directive"
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="papers.paper"),
                ),
            ],
            options={
                "ordering": ("position",),
                "constraints": [models.UniqueConstraint(fields=("directive", "position"), name="directive_page_once")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="directivepage",
            trigger=pgtrigger.compiler.Trigger(
                name="directive_page_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="68ab31da10f86870a5161b813bbc21194c056205",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_directive_page_is_kept_d75da",
                    table="regulation_directivepage",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="taskread",
            trigger=pgtrigger.compiler.Trigger(
                name="task_read_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="3a8617b6b6e11a4730f5788ba4f811c94caf5d01",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_task_read_is_kept_8d958",
                    table="regulation_taskread",
                    when="BEFORE",
                ),
            ),
        ),
    ]
