"""Sessions of reception, their events, and the asking to open a restricted one again."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_rows"),
        ("registry", "0001_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
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
                (
                    "kind",
                    models.CharField(
                        choices=[("regular", "Regular"), ("scheduled", "Scheduled"), ("adhoc", "Adhoc")], max_length=10
                    ),
                ),
                ("people", models.PositiveSmallIntegerField()),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "received_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reception_sessions",
                        to="registry.person",
                    ),
                ),
                (
                    "restriction",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.restriction",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reception_sessions",
                        to="registry.room",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reception_sessions",
                        to="registry.unit",
                    ),
                ),
            ],
            options={
                "ordering": ("-opened_at",),
                "indexes": [models.Index(fields=["room", "-opened_at"], name="session_in_room")],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "box", "year", "number"), name="session_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)), fields=("room",), name="session_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_at__isnull", True), ("closed_at__gt", models.F("opened_at")), _connector="OR"
                        ),
                        name="session_span",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["regular", "scheduled", "adhoc"]),
                            ("number__gte", 1),
                            ("people__gte", 1),
                            ("people__lte", 500),
                        ),
                        name="session_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reopening",
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
                ("asked_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=300)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("agreed", models.BooleanField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reopenings", to="reception.session"
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_at",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at__isnull", True)),
                        fields=("session",),
                        name="reopening_one_waits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_by", models.F("asked_by")), _negated=True), name="reopening_by_two"
                    ),
                    models.CheckConstraint(condition=models.Q(("reason__regex", "\\S")), name="reopening_says_why"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("agreed__isnull", True), ("decided_at__isnull", True), ("decided_by__isnull", True)
                            ),
                            models.Q(
                                ("agreed__isnull", False), ("decided_at__isnull", False), ("decided_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="reopening_decided",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionEvent",
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
                            ("opened", "Opened"),
                            ("closed", "Closed"),
                            ("restricted", "Restricted"),
                            ("reopened", "Reopened"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
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
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="reception.session"
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
                "ordering": ("at", "number"),
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "box", "number"), name="session_event_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["opened", "closed"])),
                        fields=("session", "kind"),
                        name="session_event_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["opened", "closed", "restricted", "reopened"]), ("number__gte", 1)
                        ),
                        name="session_event_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Running",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("box", models.PositiveSmallIntegerField(default=0)),
                ("name", models.CharField(max_length=20)),
                ("last", models.BigIntegerField()),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.unit"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("unit", "box", "name"), name="reception_running_once")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="session",
            trigger=pgtrigger.compiler.Trigger(
                name="session_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="6a0caefaf7d3afb7764e2c42cd5fc196378d1abd",
                    operation="DELETE",
                    pgid="pgtrigger_session_is_kept_ebdd6",
                    table="reception_session",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="session",
            trigger=pgtrigger.compiler.Trigger(
                name="session_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."box" IS DISTINCT FROM (NEW."box") OR OLD."year" IS DISTINCT FROM (NEW."year") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."room_id" IS DISTINCT FROM (NEW."room_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."people" IS DISTINCT FROM (NEW."people") OR OLD."received_by_id" IS DISTINCT FROM (NEW."received_by_id") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="ec6db244146bb86d740df1e584adb89223572c93",
                    operation="UPDATE",
                    pgid="pgtrigger_session_is_not_rewritten_c5a09",
                    table="reception_session",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="session",
            trigger=pgtrigger.compiler.Trigger(
                name="session_closes_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."closed_at" IS NOT NULL AND OLD."closed_at" IS DISTINCT FROM (NEW."closed_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="9a9770cc2397f68b65b81e9b69efb0ace3b193a9",
                    operation="UPDATE",
                    pgid="pgtrigger_session_closes_once_709ee",
                    table="reception_session",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reopening",
            trigger=pgtrigger.compiler.Trigger(
                name="reopening_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="e60a85260aba127c791bf88cbe0f81186b91085f",
                    operation="DELETE",
                    pgid="pgtrigger_reopening_is_kept_2bca2",
                    table="reception_reopening",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reopening",
            trigger=pgtrigger.compiler.Trigger(
                name="reopening_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."session_id" IS DISTINCT FROM (NEW."session_id") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."reason" IS DISTINCT FROM (NEW."reason"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="da1fd5576ed78b5335b46a021eb3a49ce9a0a6f8",
                    operation="UPDATE",
                    pgid="pgtrigger_reopening_is_not_rewritten_5e3e3",
                    table="reception_reopening",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reopening",
            trigger=pgtrigger.compiler.Trigger(
                name="reopening_decided_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."decided_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="c461084436f4b60631a4c9cbcffecacc586572e1",
                    operation="UPDATE",
                    pgid="pgtrigger_reopening_decided_once_3da76",
                    table="reception_reopening",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sessionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="session_event_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="9d1db788c41718d8e67dc631beaa1845b844571d",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_session_event_is_kept_ffbc1",
                    table="reception_sessionevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
