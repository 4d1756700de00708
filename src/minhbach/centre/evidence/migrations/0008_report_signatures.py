"""Reports that went into a package without the office's signature wait for it, and it goes beside the package."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0007_others_found"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportSignature",
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
                ("report", models.BinaryField()),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("failure_vi", models.TextField(blank=True)),
                ("failure_en", models.TextField(blank=True)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("signed_by", models.CharField(blank=True, max_length=300)),
                ("signed", models.BinaryField(default=b"")),
                (
                    "build",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signature", to="evidence.build"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("signed_at__isnull", True)),
                        fields=["next_at"],
                        name="report_signature_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed", b""), ("signed_at__isnull", True), ("signed_by", "")),
                            models.Q(
                                ("signed_at__isnull", False),
                                models.Q(("signed_by", ""), _negated=True),
                                models.Q(("signed", b""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="report_signature_whole",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportsignature",
            trigger=pgtrigger.compiler.Trigger(
                name="report_signature_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="1c0e7def9f6b3da4ecc0eada17de547094fa2663",
                    operation="DELETE",
                    pgid="pgtrigger_report_signature_is_kept_dbdcf",
                    table="evidence_reportsignature",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportsignature",
            trigger=pgtrigger.compiler.Trigger(
                name="report_signature_is_of_one",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."build_id" IS DISTINCT FROM (NEW."build_id") OR OLD."report" IS DISTINCT FROM (NEW."report"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="50d43da9ac69751c608d546eb50ccea8b06b01bb",
                    operation="UPDATE",
                    pgid="pgtrigger_report_signature_is_of_one_d627f",
                    table="evidence_reportsignature",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportsignature",
            trigger=pgtrigger.compiler.Trigger(
                name="report_signature_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."signed_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="2bd141733b55ffe1f793e5866c9c1d23e9f10a6f",
                    operation="UPDATE",
                    pgid="pgtrigger_report_signature_stays_b7034",
                    table="evidence_reportsignature",
                    when="BEFORE",
                ),
            ),
        ),
    ]
