"""What accounts, restrictions and counts are of never changes."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_rows"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="account_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="c771fc7e19d3e8740022e116920b6a1c08ce26c5",
                    operation="DELETE",
                    pgid="pgtrigger_account_is_kept_ff247",
                    table="access_account",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="account_is_of_one",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."username" IS DISTINCT FROM (NEW."username") OR OLD."decision_number" IS DISTINCT FROM (NEW."decision_number") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="1c08a579aa4f78f77c58599d3489984f37c9da9b",
                    operation="UPDATE",
                    pgid="pgtrigger_account_is_of_one_83b88",
                    table="access_account",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refusaltally",
            trigger=pgtrigger.compiler.Trigger(
                name="tally_is_of_one",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."wanted" IS DISTINCT FROM (NEW."wanted") OR OLD."hour" IS DISTINCT FROM (NEW."hour"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="50ec97d958164f8c05a524ea872d2f781f42fc1f",
                    operation="UPDATE",
                    pgid="pgtrigger_tally_is_of_one_77257",
                    table="access_refusaltally",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restriction",
            trigger=pgtrigger.compiler.Trigger(
                name="restriction_stays_where_it_is",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."room_id" IS DISTINCT FROM (NEW."room_id") OR OLD."begins_at" IS DISTINCT FROM (NEW."begins_at") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."receiver_id" IS DISTINCT FROM (NEW."receiver_id") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="e4419285a5e830d58665d4ed52719d4e1220bed6",
                    operation="UPDATE",
                    pgid="pgtrigger_restriction_stays_where_it_is_0572f",
                    table="access_restriction",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restriction",
            trigger=pgtrigger.compiler.Trigger(
                name="restriction_stays_lifted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."lifted_at" IS NOT NULL AND (OLD."lifted_at" IS DISTINCT FROM (NEW."lifted_at") OR OLD."lifted_by_id" IS DISTINCT FROM (NEW."lifted_by_id") OR OLD."lifted_second_id" IS DISTINCT FROM (NEW."lifted_second_id")))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="9fdbecbebec49b787c639496089d8bf2bcfe5a0e",
                    operation="UPDATE",
                    pgid="pgtrigger_restriction_stays_lifted_126bb",
                    table="access_restriction",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="served",
            trigger=pgtrigger.compiler.Trigger(
                name="served_is_of_one",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."viewing_id" IS DISTINCT FROM (NEW."viewing_id") OR OLD."camera_id" IS DISTINCT FROM (NEW."camera_id") OR OLD."sound" IS DISTINCT FROM (NEW."sound") OR OLD."begins_at" IS DISTINCT FROM (NEW."begins_at") OR OLD."first_at" IS DISTINCT FROM (NEW."first_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="23834fdfbe22a393474ce3444d2f0d5ef7137281",
                    operation="UPDATE",
                    pgid="pgtrigger_served_is_of_one_d508b",
                    table="access_served",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stilloccasion",
            trigger=pgtrigger.compiler.Trigger(
                name="occasion_is_of_one",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."camera_id" IS DISTINCT FROM (NEW."camera_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."begins_at" IS DISTINCT FROM (NEW."begins_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="39d24317c459297d9e94c32594c11986196c03af",
                    operation="UPDATE",
                    pgid="pgtrigger_occasion_is_of_one_ee9b8",
                    table="access_stilloccasion",
                    when="BEFORE",
                ),
            ),
        ),
    ]
