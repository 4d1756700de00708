"""The lines of the journal, and the triggers that write them from here on; every row that is there gets its first."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from minhbach.centre.journal import watched

#: The tables that were watched when this was laid, and in which shape. Later ones have migrations of their own, beside
#: that of their table: a shape that is read from `watched` here would be asked of tables that are not there yet.
FIRST = dict.fromkeys(
    [
        "access_auditrow",
        "access_refusal",
        "access_refusaltally",
        "access_signin",
        "access_purpose",
        "access_purpose_rooms",
        "access_viewing",
        "access_viewedcamera",
        "access_served",
        "access_account",
        "access_codedevice",
        "access_recoverycode",
        "access_securitykey",
        "access_codereset",
        "access_grant_rooms",
        "access_grantrequest",
        "access_grantrequest_rooms",
        "access_restriction",
        "access_stilloccasion",
        "registry_assignment",
        "registry_counterpost",
        "regulation_regulation",
        "regulation_supervision",
        "footage_hold",
        "evidence_holdrelease",
        "evidence_extraction",
        "evidence_revision",
        "evidence_revision_cameras",
        "evidence_approval",
        "evidence_ending",
        "evidence_build",
        "evidence_custody",
        "evidence_stamp",
        "evidence_maskround",
        "evidence_subjectrequest",
        "evidence_subjectrequest_cameras",
        "evidence_subjectstep",
        "evidence_erasure",
        "feedback_rating",
        "feedback_ratingnote",
        "feedback_petition",
        "feedback_petitionevent",
        "feedback_panel",
        "oversight_finding",
        "oversight_finding_cameras",
        "oversight_findingstep",
        "reception_session",
        "reception_sessionevent",
        "reception_reopening",
        "dossiers_dossier",
        "dossiers_event",
        "dossiers_component",
        "dossiers_slip",
        "dossiers_unitrange",
        "footage_mark",
        "footage_bookmark",
        "papers_paper",
        "footage_fault",
        "footage_faulttold",
        "footage_faultwork",
    ],
    1,
) | {"access_grant": 2, "footage_legalhold": 2}


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_rows"),
        ("dossiers", "0001_rows"),
        ("evidence", "0001_rows"),
        ("feedback", "0001_rows"),
        ("footage", "0001_rows"),
        ("oversight", "0001_rows"),
        ("papers", "0001_rows"),
        ("reception", "0001_rows"),
        ("registry", "0001_rows"),
        ("regulation", "0001_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Growing",
            fields=[
                ("row_id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("table_name", models.CharField(max_length=63)),
                ("touched_at", models.DateTimeField()),
            ],
            options={
                "db_table": "journal_growing",
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(unique=True)),
                ("at", models.DateTimeField()),
                ("table_name", models.CharField(max_length=63)),
                ("row_id", models.CharField(max_length=64)),
                ("op", models.CharField(max_length=1)),
                ("shape", models.SmallIntegerField()),
                ("by", models.CharField(max_length=63)),
                ("salt", models.BinaryField()),
                ("commitment", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "journal_line",
            },
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("line", models.UUIDField(primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "journal_pending",
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="line",
            trigger=pgtrigger.compiler.Trigger(
                name="line_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="cd9ef289e6ee4fba1204f1098072575e30f0536a",
                    operation="DELETE",
                    pgid="pgtrigger_line_is_kept_08ffc",
                    table="journal_line",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="line",
            trigger=pgtrigger.compiler.Trigger(
                name="line_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."table_name" IS DISTINCT FROM (NEW."table_name") OR OLD."row_id" IS DISTINCT FROM (NEW."row_id") OR OLD."op" IS DISTINCT FROM (NEW."op") OR OLD."shape" IS DISTINCT FROM (NEW."shape") OR OLD."by" IS DISTINCT FROM (NEW."by") OR OLD."commitment" IS DISTINCT FROM (NEW."commitment"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="244f447d87fca07c4a3292e04d387ade540e5717",
                    operation="UPDATE",
                    pgid="pgtrigger_line_is_not_rewritten_d84d6",
                    table="journal_line",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(watched.FUNCTIONS, watched.NO_FUNCTIONS),
        *(migrations.RunSQL(watched.watch(table, shape), watched.unwatch(table)) for table, shape in FIRST.items()),
    ]
