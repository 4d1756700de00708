"""Notices, and how each reached whom."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("vi", models.CharField(max_length=500)),
                ("en", models.CharField(max_length=500)),
                ("route", models.CharField(blank=True, max_length=80)),
                ("reference", models.CharField(blank=True, max_length=64)),
                ("sent_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("vi", ""), _negated=True),
                            models.Q(("en", ""), _negated=True),
                            models.Q(("kind", ""), _negated=True),
                        ),
                        name="notice_in_both_languages",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("address", models.UUIDField()),
                ("channel", models.CharField(default="in_product", max_length=20)),
                ("delivered_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="messaging.notice"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)), fields=["address"], name="delivery_unread"
                    ),
                    models.Index(fields=["address", "-delivered_at"], name="delivery_of_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("notice", "address", "channel"), name="delivery_once"),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["in_product"])), name="delivery_channel_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("read_at__isnull", True), ("read_at__gte", models.F("delivered_at")), _connector="OR"
                        ),
                        name="delivery_read_after",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="notice",
            trigger=pgtrigger.compiler.Trigger(
                name="notice_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="473b9d14e7a4a38d3cd66934c100d766aa217057",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_notice_is_kept_71903",
                    table="messaging_notice",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="delivery",
            trigger=pgtrigger.compiler.Trigger(
                name="delivery_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="c1a09e75eccd1a7c5bc0a836d87116d923b8dec2",
                    operation="DELETE",
                    pgid="pgtrigger_delivery_is_kept_830aa",
                    table="messaging_delivery",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="delivery",
            trigger=pgtrigger.compiler.Trigger(
                name="delivery_is_only_read",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."notice_id" IS DISTINCT FROM (NEW."notice_id") OR OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."delivered_at" IS DISTINCT FROM (NEW."delivered_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="6124a4eea71c093f87e6a8e40e24b12bab1667cb",
                    operation="UPDATE",
                    pgid="pgtrigger_delivery_is_only_read_77419",
                    table="messaging_delivery",
                    when="BEFORE",
                ),
            ),
        ),
    ]
