"""Which moments are looked at, by whom, and what they answered."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_frozen"),
        ("oversight", "0002_following"),
        ("registry", "0002_withdrawals"),
        ("regulation", "0003_directives"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draw",
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
                ("month", models.DateField()),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("seed", models.CharField(max_length=64)),
                ("origin", models.CharField(max_length=120)),
                ("checkpoint", models.TextField()),
                ("cosigned_at", models.DateTimeField()),
                ("frame", models.JSONField()),
                ("frame_digest", models.CharField(max_length=64)),
                ("by_chance", models.PositiveSmallIntegerField()),
                ("by_signs", models.PositiveSmallIntegerField()),
                ("clip_us", models.BigIntegerField()),
                ("lead_us", models.BigIntegerField()),
                ("twice_percent", models.PositiveSmallIntegerField()),
                ("open_s", models.PositiveIntegerField()),
                ("covered_s", models.PositiveIntegerField()),
                ("drawn_at", models.DateTimeField()),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="draws", to="registry.room"
                    ),
                ),
                (
                    "rules",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="regulation.regulation"
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
                "ordering": ("-first_day", "id"),
            },
        ),
        migrations.CreateModel(
            name="Clip",
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
                ("begin_us", models.BigIntegerField()),
                ("end_us", models.BigIntegerField()),
                ("sign", models.SlugField(blank=True, max_length=20)),
                ("sign_at_us", models.BigIntegerField(blank=True, null=True)),
                ("sign_reference", models.CharField(blank=True, max_length=80)),
                ("twice", models.BooleanField(default=False)),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="oversight.clip",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clips", to="registry.room"
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clips", to="oversight.draw"
                    ),
                ),
            ],
            options={
                "ordering": ("begin_us", "position"),
            },
        ),
        migrations.CreateModel(
            name="Skipped",
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
                    "why",
                    models.CharField(
                        choices=[("gap", "Gap"), ("restricted", "Restricted"), ("line", "Line"), ("said", "Said")],
                        max_length=12,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=1000)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "clip",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="skipped", to="oversight.clip"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "clip",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="claim",
                        serialize=False,
                        to="oversight.clip",
                    ),
                ),
                ("until", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Assessment",
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
                ("second", models.BooleanField(default=False)),
                ("answers", models.JSONField()),
                ("comment", models.CharField(blank=True, max_length=1000)),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="registry.person"
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="regulation.regulation"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="registry.room"
                    ),
                ),
                (
                    "viewing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.viewing"
                    ),
                ),
                (
                    "clip",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="oversight.clip"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "id"),
                "indexes": [models.Index(fields=["room", "at"], name="assessment_of_room")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("clip", "second"),
                        name="assessment_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True), ("withdrawn_at__gte", models.F("at")), _connector="OR"
                        ),
                        name="assessment_withdrawn_later",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assessment",
            trigger=pgtrigger.compiler.Trigger(
                name="assessment_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="aba5b1dee054455c01bc9269d07be3aeea3fcb03",
                    operation="DELETE",
                    pgid="pgtrigger_assessment_is_kept_96589",
                    table="oversight_assessment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assessment",
            trigger=pgtrigger.compiler.Trigger(
                name="assessment_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."clip_id" IS DISTINCT FROM (NEW."clip_id") OR OLD."room_id" IS DISTINCT FROM (NEW."room_id") OR OLD."second" IS DISTINCT FROM (NEW."second") OR OLD."answers" IS DISTINCT FROM (NEW."answers") OR OLD."comment" IS DISTINCT FROM (NEW."comment") OR OLD."form_id" IS DISTINCT FROM (NEW."form_id") OR OLD."viewing_id" IS DISTINCT FROM (NEW."viewing_id") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."at" IS DISTINCT FROM (NEW."at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="70d371e8d9d050abf2311c718adb6f100b342b7d",
                    operation="UPDATE",
                    pgid="pgtrigger_assessment_is_not_rewritten_1de42",
                    table="oversight_assessment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assessment",
            trigger=pgtrigger.compiler.Trigger(
                name="assessment_stays_withdrawn",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."withdrawn_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="4ab372cd25e13ab32d61d6e49aad86fe68877cd6",
                    operation="UPDATE",
                    pgid="pgtrigger_assessment_stays_withdrawn_cd3ff",
                    table="oversight_assessment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assessment",
            trigger=pgtrigger.compiler.Trigger(
                name="assessment_by_another",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.clip_id::text, 18));\n    IF EXISTS (SELECT 1 FROM oversight_assessment WHERE clip_id = NEW.clip_id AND by_id = NEW.by_id\n               AND withdrawn_at IS NULL) THEN\n        RAISE EXCEPTION 'oversight: nobody assesses a clip twice' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.second <> EXISTS (SELECT 1 FROM oversight_assessment WHERE clip_id = NEW.clip_id\n                             AND withdrawn_at IS NULL) THEN\n        RAISE EXCEPTION 'oversight: the second comes after the first' USING ERRCODE = 'check_violation';\n    END IF;\n    IF EXISTS (SELECT 1 FROM oversight_skipped WHERE clip_id = NEW.clip_id) THEN\n        RAISE EXCEPTION 'oversight: it could not be shown' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="90d17817fa141f06cd65610af4e455d84155de66",
                    operation="INSERT",
                    pgid="pgtrigger_assessment_by_another_bf6c7",
                    table="oversight_assessment",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="draw",
            index=models.Index(fields=["month", "room"], name="draw_of_month"),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.UniqueConstraint(fields=("room", "first_day"), name="draw_once"),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_day__lte", models.F("last_day")), ("month__lte", models.F("first_day"))),
                name="draw_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("frame_digest__regex", "^[0-9a-f]{64}$"),
                    ("seed__regex", "^[0-9a-f]{64}$"),
                    models.Q(("checkpoint", ""), _negated=True),
                    models.Q(("origin", ""), _negated=True),
                ),
                name="draw_says_from_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=models.Q(("covered_s__lte", models.F("open_s"))), name="draw_covers_no_more"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="draw",
            trigger=pgtrigger.compiler.Trigger(
                name="draw_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="aa91ee200a33e6a9d876b9b4ba1bb76764d28e38",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_draw_is_kept_af256",
                    table="oversight_draw",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="clip",
            index=models.Index(fields=["room", "begin_us"], name="clip_of_room"),
        ),
        migrations.AddConstraint(
            model_name="clip",
            constraint=models.UniqueConstraint(fields=("draw", "position"), name="clip_place_once"),
        ),
        migrations.AddConstraint(
            model_name="clip",
            constraint=models.CheckConstraint(
                condition=models.Q(("begin_us__gt", 0), ("begin_us__lt", models.F("end_us"))), name="clip_span"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clip",
            trigger=pgtrigger.compiler.Trigger(
                name="clip_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="34cc525e7c4e14bf2542a5d516c1eb0cb6727d12",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_clip_is_kept_26611",
                    table="oversight_clip",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="skipped",
            constraint=models.CheckConstraint(
                condition=models.Q(("why__in", ["gap", "restricted", "line", "said"])), name="skipped_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="skipped",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("why", "said"), _negated=True), ("words__regex", "\\S.{3,}\\S"), _connector="OR"
                ),
                name="skipped_says_why",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="skipped",
            trigger=pgtrigger.compiler.Trigger(
                name="skipped_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="a0a459b65538518091e2c5a3a3e808aa43beb2ce",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_skipped_is_kept_45622",
                    table="oversight_skipped",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["by", "until"], name="claim_of_person"),
        ),
    ]
