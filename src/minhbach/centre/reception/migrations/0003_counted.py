"""A reception day is kept where nobody came yet; who came is counted when the session is closed."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_frozen"),
        ("reception", "0002_days_and_book"),
        ("registry", "0003_rooms_and_equipment"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="session",
            name="session_is_not_rewritten",
        ),
        migrations.RemoveConstraint(
            model_name="session",
            name="session_known",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="session",
            trigger=pgtrigger.compiler.Trigger(
                name="session_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."box" IS DISTINCT FROM (NEW."box") OR OLD."year" IS DISTINCT FROM (NEW."year") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."room_id" IS DISTINCT FROM (NEW."room_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."received_by_id" IS DISTINCT FROM (NEW."received_by_id") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="783fb98428b741a66e2dc6c77f1767388314fbcf",
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
                name="session_is_counted_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."people" IS DISTINCT FROM (NEW."people") AND (OLD."closed_at" IS NOT NULL OR NEW."closed_at" IS NULL))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="8bda13e34804823061bf98f5b35302563473148a",
                    operation="UPDATE",
                    pgid="pgtrigger_session_is_counted_once_9668a",
                    table="reception_session",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["regular", "scheduled", "adhoc", "online"]),
                    ("number__gte", 1),
                    ("people__gte", 0),
                    ("people__lte", 500),
                    models.Q(("people__gte", 1), ("kind", "scheduled"), _connector="OR"),
                ),
                name="session_known",
            ),
        ),
    ]
