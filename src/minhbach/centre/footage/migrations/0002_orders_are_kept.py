"""Orders to recorders, and alarms, stay as they were written."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("footage", "0001_rows"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="alarm",
            trigger=pgtrigger.compiler.Trigger(
                name="alarm_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="99e4b6b3d7ef4b070d871c5ff25b7d247b5c31f9",
                    operation="DELETE",
                    pgid="pgtrigger_alarm_is_kept_e4c64",
                    table="footage_alarm",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="alarm",
            trigger=pgtrigger.compiler.Trigger(
                name="alarm_says_what_it_said",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."recorder_id" IS DISTINCT FROM (NEW."recorder_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."grave" IS DISTINCT FROM (NEW."grave") OR OLD."log" IS DISTINCT FROM (NEW."log") OR OLD."index" IS DISTINCT FROM (NEW."index") OR OLD."vi" IS DISTINCT FROM (NEW."vi") OR OLD."en" IS DISTINCT FROM (NEW."en") OR OLD."camera" IS DISTINCT FROM (NEW."camera") OR OLD."begin_us" IS DISTINCT FROM (NEW."begin_us") OR OLD."end_us" IS DISTINCT FROM (NEW."end_us") OR OLD."evidence" IS DISTINCT FROM (NEW."evidence") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."first_at" IS DISTINCT FROM (NEW."first_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="fcafab04695a06a516fe72eff72c337ff00e46a5",
                    operation="UPDATE",
                    pgid="pgtrigger_alarm_says_what_it_said_da3fd",
                    table="footage_alarm",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hold",
            trigger=pgtrigger.compiler.Trigger(
                name="hold_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="a09386deb92b6e6b7ebe2283b64d474d0f94a4e4",
                    operation="DELETE",
                    pgid="pgtrigger_hold_is_kept_683b3",
                    table="footage_hold",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hold",
            trigger=pgtrigger.compiler.Trigger(
                name="hold_is_as_asked",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."recorder_id" IS DISTINCT FROM (NEW."recorder_id") OR OLD."camera" IS DISTINCT FROM (NEW."camera") OR OLD."stream" IS DISTINCT FROM (NEW."stream") OR OLD."begin_us" IS DISTINCT FROM (NEW."begin_us") OR OLD."end_us" IS DISTINCT FROM (NEW."end_us") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."commitment" IS DISTINCT FROM (NEW."commitment") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="3c293fc67e92f80b864ac1e9cc96647b7b3b3068",
                    operation="UPDATE",
                    pgid="pgtrigger_hold_is_as_asked_2c68c",
                    table="footage_hold",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sentconfiguration",
            trigger=pgtrigger.compiler.Trigger(
                name="configuration_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="94562a2a77e8711970803dce4f47d4e7ff2f59a1",
                    operation="DELETE",
                    pgid="pgtrigger_configuration_is_kept_c4cb8",
                    table="footage_sentconfiguration",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sentconfiguration",
            trigger=pgtrigger.compiler.Trigger(
                name="configuration_is_as_sent",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."recorder_id" IS DISTINCT FROM (NEW."recorder_id") OR OLD."serial" IS DISTINCT FROM (NEW."serial") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."token" IS DISTINCT FROM (NEW."token") OR OLD."issued_at" IS DISTINCT FROM (NEW."issued_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="44a026107038b0ed594e30102b5b9241f63a720c",
                    operation="UPDATE",
                    pgid="pgtrigger_configuration_is_as_sent_4e0b1",
                    table="footage_sentconfiguration",
                    when="BEFORE",
                ),
            ),
        ),
    ]
