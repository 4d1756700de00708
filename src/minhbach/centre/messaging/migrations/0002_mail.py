"""E-mail: the queue, what servers answered, and which mail people want."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0001_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mail",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("address", models.UUIDField()),
                ("kind", models.CharField(max_length=40)),
                ("day", models.DateField(blank=True, null=True)),
                ("to", models.EmailField(max_length=254)),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("queued_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="messaging.notice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MailTry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("taken", models.BooleanField()),
                ("said", models.CharField(blank=True, max_length=300)),
                (
                    "mail",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tries", to="messaging.mail"
                    ),
                ),
            ],
            options={
                "ordering": ("at",),
            },
        ),
        migrations.CreateModel(
            name="MailWish",
            fields=[
                ("address", models.UUIDField(primary_key=True, serialize=False)),
                ("notices", models.BooleanField(default=True)),
                ("digest", models.BooleanField(default=True)),
                ("language", models.CharField(default="vi", max_length=2)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ("vi", "en"))), name="mail_language_known"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("failed_at__isnull", True), ("sent_at__isnull", True)),
                fields=["next_at"],
                name="mail_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(fields=["-queued_at"], name="mail_by_time"),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.UniqueConstraint(fields=("notice", "address"), name="mail_of_notice_once"),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.UniqueConstraint(
                condition=models.Q(("day__isnull", False)), fields=("address", "day"), name="mail_digest_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(("notice__isnull", True), ("day__isnull", True), _connector="XOR"),
                name="mail_about_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(("sent_at__isnull", True), ("failed_at__isnull", True), _connector="OR"),
                name="mail_ends_once",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mail",
            trigger=pgtrigger.compiler.Trigger(
                name="mail_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="027e01c7ecafdccd3a49e9c0f61f7fc61ef3dba1",
                    operation="DELETE",
                    pgid="pgtrigger_mail_is_kept_2f0a0",
                    table="messaging_mail",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mail",
            trigger=pgtrigger.compiler.Trigger(
                name="mail_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."notice_id" IS DISTINCT FROM (NEW."notice_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."day" IS DISTINCT FROM (NEW."day") OR OLD."to" IS DISTINCT FROM (NEW."to") OR OLD."subject" IS DISTINCT FROM (NEW."subject") OR OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."queued_at" IS DISTINCT FROM (NEW."queued_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="1a45baddfcd87c4d5b0b926006a4acf6347bf1c2",
                    operation="UPDATE",
                    pgid="pgtrigger_mail_is_not_rewritten_82580",
                    table="messaging_mail",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mailtry",
            trigger=pgtrigger.compiler.Trigger(
                name="mail_try_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="9c84b8de2d488b251a56393e7faf7358229eaf5e",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_mail_try_is_kept_771f4",
                    table="messaging_mailtry",
                    when="BEFORE",
                ),
            ),
        ),
    ]
