"""Inspections that open rooms to a team, visits with a checklist, and weeks without one."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_frozen"),
        ("oversight", "0003_assessments"),
        ("papers", "0002_never_another"),
        ("registry", "0003_rooms_and_equipment"),
    ]

    operations = [
        migrations.CreateModel(
            name="Inspection",
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
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("kind", models.CharField(choices=[("periodic", "Periodic"), ("surprise", "Surprise")], max_length=10)),
                ("subject", models.CharField(max_length=300)),
                ("decision_number", models.CharField(max_length=60)),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inspections", to="registry.unit"
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.room"
                    ),
                ),
                ("rooms", models.ManyToManyField(related_name="inspections", to="registry.room")),
            ],
            options={
                "ordering": ("-opened_at",),
            },
        ),
        migrations.CreateModel(
            name="InspectionMember",
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
                ("leads", models.BooleanField()),
                (
                    "grant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.grant"
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="oversight.inspection"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
            ],
            options={
                "ordering": ("-leads", "id"),
            },
        ),
        migrations.CreateModel(
            name="Visit",
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
                ("day", models.DateField()),
                ("planned_at", models.DateTimeField()),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="registry.unit"
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="oversight.inspection",
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="registry.room"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.unit"
                    ),
                ),
                (
                    "visitor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
            ],
            options={
                "ordering": ("-day", "id"),
            },
        ),
        migrations.CreateModel(
            name="VisitAnswer",
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
                ("code", models.SlugField(max_length=40)),
                ("vi", models.CharField(max_length=200)),
                ("en", models.CharField(max_length=200)),
                (
                    "seen",
                    models.CharField(
                        choices=[("good", "Good"), ("bad", "Bad"), ("not_seen", "Not Seen")], max_length=10
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="oversight.visit"
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
            },
        ),
        migrations.CreateModel(
            name="VisitPhoto",
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
                    "paper",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="papers.paper"),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="photos", to="oversight.visit"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="VisitStep",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("held", "Held"),
                            ("cancelled", "Cancelled"),
                            ("signed", "Signed"),
                            ("objected", "Objected"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="oversight.visit"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="EmptyWeek",
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
                ("monday", models.DateField()),
                ("held", models.PositiveSmallIntegerField()),
                ("wanted", models.PositiveSmallIntegerField()),
                ("found_at", models.DateTimeField()),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="empty_weeks", to="registry.unit"
                    ),
                ),
            ],
            options={
                "ordering": ("-monday",),
                "constraints": [
                    models.UniqueConstraint(fields=("body", "monday"), name="empty_week_once"),
                    models.CheckConstraint(
                        condition=models.Q(("held__lt", models.F("wanted"))), name="empty_week_is_short"
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="emptyweek",
            trigger=pgtrigger.compiler.Trigger(
                name="empty_week_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="15cb5433350d7cca27138f112620059beafde315",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_empty_week_is_kept_531af",
                    table="oversight_emptyweek",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="inspection",
            index=models.Index(fields=["body", "-opened_at"], name="inspection_of_body"),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.UniqueConstraint(fields=("body", "year", "number"), name="inspection_number_once"),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("begins_at"))), name="inspection_span"
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision_number", ""), _negated=True),
                    ("kind__in", ["periodic", "surprise"]),
                    ("subject__regex", "\\S"),
                ),
                name="inspection_by_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                    models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                    _connector="OR",
                ),
                name="inspection_closed_by_somebody",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="inspection",
            trigger=pgtrigger.compiler.Trigger(
                name="inspection_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="4bd94d069c9430bf91bc1de8f41b130c5d7c277a",
                    operation="DELETE",
                    pgid="pgtrigger_inspection_is_kept_0a3f6",
                    table="oversight_inspection",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="inspection",
            trigger=pgtrigger.compiler.Trigger(
                name="inspection_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."body_id" IS DISTINCT FROM (NEW."body_id") OR OLD."year" IS DISTINCT FROM (NEW."year") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."subject" IS DISTINCT FROM (NEW."subject") OR OLD."decision_number" IS DISTINCT FROM (NEW."decision_number") OR OLD."room_id" IS DISTINCT FROM (NEW."room_id") OR OLD."begins_at" IS DISTINCT FROM (NEW."begins_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."opened_by_id" IS DISTINCT FROM (NEW."opened_by_id") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="e22fb233da242f62052cd92a87469a88f0ca45b7",
                    operation="UPDATE",
                    pgid="pgtrigger_inspection_is_not_rewritten_d9a58",
                    table="oversight_inspection",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="inspection",
            trigger=pgtrigger.compiler.Trigger(
                name="inspection_closes_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."closed_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="b799843b360402b89561ba92af833d57652770cd",
                    operation="UPDATE",
                    pgid="pgtrigger_inspection_closes_once_14b65",
                    table="oversight_inspection",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectionmember",
            constraint=models.UniqueConstraint(fields=("inspection", "person"), name="inspection_member_once"),
        ),
        migrations.AddConstraint(
            model_name="inspectionmember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("leads", True)), fields=("inspection",), name="inspection_one_leads"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="inspectionmember",
            trigger=pgtrigger.compiler.Trigger(
                name="inspection_member_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="ac5e0cb8483bfa0de21625e5e1233a14948d6e81",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_inspection_member_is_kept_00972",
                    table="oversight_inspectionmember",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["body", "-day"], name="visit_of_body"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["room", "-day"], name="visit_of_room"),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.UniqueConstraint(fields=("body", "room", "visitor", "day"), name="visit_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="visit",
            trigger=pgtrigger.compiler.Trigger(
                name="visit_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="b0690b73543d6d813fffada2a46db542e2941224",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_visit_is_kept_85992",
                    table="oversight_visit",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="visitanswer",
            constraint=models.UniqueConstraint(fields=("visit", "code"), name="visit_answer_once"),
        ),
        migrations.AddConstraint(
            model_name="visitanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("seen__in", ["good", "bad", "not_seen"])), name="visit_answer_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="visitanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("seen", "bad"), _negated=True), ("note__regex", "\\S"), _connector="OR"),
                name="visit_answer_says_what",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="visitanswer",
            trigger=pgtrigger.compiler.Trigger(
                name="visit_answer_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="c42742b0933540d8f53b84190457b86e96bda2db",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_visit_answer_is_kept_4e295",
                    table="oversight_visitanswer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="visitphoto",
            trigger=pgtrigger.compiler.Trigger(
                name="visit_photo_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="e25fcafa51521d269d07ce727873a934d86f96b0",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_visit_photo_is_kept_dc00c",
                    table="oversight_visitphoto",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="visitstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["held", "cancelled", "signed", "objected"])), name="visit_step_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="visitstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["held", "signed"]), ("words__regex", "\\S"), _connector="OR"),
                name="visit_step_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="visitstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["signed", "objected"])), fields=("visit",), name="visit_signed_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="visitstep",
            trigger=pgtrigger.compiler.Trigger(
                name="visit_step_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="994a0c1f23bcd7ae38fed8c2764b8427dc26f5ce",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_visit_step_is_kept_04ade",
                    table="oversight_visitstep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="visitstep",
            trigger=pgtrigger.compiler.Trigger(
                name="visit_step_in_order",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.visit_id::text, 22));\n    IF NEW.kind IN ('held', 'cancelled') AND EXISTS (SELECT 1 FROM oversight_visitstep\n        WHERE visit_id = NEW.visit_id) THEN\n        RAISE EXCEPTION 'oversight: it was held or cancelled' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('signed', 'objected') AND NOT EXISTS (SELECT 1 FROM oversight_visitstep\n        WHERE visit_id = NEW.visit_id AND kind = 'held' AND by_id <> NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: nothing to sign, or by the visitor' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="6d674182e571131588b27237b661690074f8b540",
                    operation="INSERT",
                    pgid="pgtrigger_visit_step_in_order_17efc",
                    table="oversight_visitstep",
                    when="BEFORE",
                ),
            ),
        ),
    ]
