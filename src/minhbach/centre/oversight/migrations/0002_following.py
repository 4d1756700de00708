"""What makes a case of a finding, what follows from it, and gaps that the system finds by itself."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    dependencies = [
        ("footage", "0004_hold_of_matter"),
        ("messaging", "0001_rows"),
        ("oversight", "0001_rows"),
        ("papers", "0002_never_another"),
        ("registry", "0002_withdrawals"),
    ]

    operations = [
        migrations.CreateModel(
            name="Basis",
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
                ("kind", models.SlugField(max_length=40)),
                ("vi", models.CharField(max_length=200)),
                ("en", models.CharField(max_length=200)),
                ("words", models.CharField(max_length=1000)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Concerned",
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
                ("post", models.CharField(blank=True, max_length=200)),
                ("named_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("named_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Correction",
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
                ("words", models.CharField(max_length=1000)),
                ("due_on", models.DateField()),
                ("given_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("position",),
            },
        ),
        migrations.CreateModel(
            name="CorrectionStep",
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
                            ("reported", "Reported"),
                            ("returned", "Returned"),
                            ("accepted", "Accepted"),
                            ("extended", "Extended"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("words", models.CharField(max_length=1000)),
                ("due_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="DeferralGround",
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
                ("sealed", models.BinaryField(blank=True)),
                ("key", models.PositiveSmallIntegerField()),
                ("commitment", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="FindingTold",
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
                ("stage", models.CharField(max_length=12)),
                ("term", models.DateTimeField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="GapCause",
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
                ("begin_us", models.BigIntegerField()),
                ("end_us", models.BigIntegerField()),
                ("cause", models.SlugField(max_length=40)),
                ("vi", models.CharField(max_length=200)),
                ("en", models.CharField(max_length=200)),
                ("words", models.CharField(max_length=1000)),
                ("document", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Measure",
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
                ("level", models.CharField(choices=[("internal", "Internal"), ("formal", "Formal")], max_length=8)),
                ("form", models.SlugField(max_length=40)),
                ("form_vi", models.CharField(max_length=200)),
                ("form_en", models.CharField(max_length=200)),
                ("law", models.CharField(blank=True, max_length=200)),
                ("suggested", models.SlugField(blank=True, max_length=40)),
                ("occurrence", models.PositiveSmallIntegerField()),
                ("words", models.CharField(max_length=1000)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="MeasureAct",
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
            ],
        ),
        migrations.CreateModel(
            name="MeasureStep",
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
                            ("deferred", "Deferred"),
                            ("resumed", "Resumed"),
                            ("decided", "Decided"),
                            ("dropped", "Dropped"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("words", models.CharField(blank=True, max_length=1000)),
                ("number", models.CharField(blank=True, max_length=60)),
                ("decided_on", models.DateField(blank=True, null=True)),
                ("form", models.SlugField(blank=True, max_length=40)),
                ("form_vi", models.CharField(blank=True, max_length=200)),
                ("form_en", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="findingstep",
            name="finding_step_in_order",
        ),
        migrations.RemoveConstraint(
            model_name="finding",
            name="finding_says_what",
        ),
        migrations.RemoveConstraint(
            model_name="findingstep",
            name="finding_step_known",
        ),
        migrations.AddField(
            model_name="findingstep",
            name="severity",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AddField(
            model_name="findingstep",
            name="upheld",
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="finding",
            name="found_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.person",
            ),
        ),
        migrations.AlterField(
            model_name="finding",
            name="source",
            field=models.CharField(
                choices=[
                    ("footage", "Footage"),
                    ("petition", "Petition"),
                    ("rating", "Rating"),
                    ("assessment", "Assessment"),
                    ("inspection", "Inspection"),
                    ("gap", "Gap"),
                ],
                default="footage",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="findingstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("read", "Read"),
                    ("explained", "Explained"),
                    ("returned", "Returned"),
                    ("concluded", "Concluded"),
                    ("withdrawn", "Withdrawn"),
                    ("lawful", "Lawful"),
                ],
                max_length=12,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="findingstep",
            trigger=pgtrigger.compiler.Trigger(
                name="finding_step_in_order",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.finding_id::text, 16));\n    IF EXISTS (SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id\n               AND kind IN ('concluded', 'withdrawn', 'lawful')) THEN\n        RAISE EXCEPTION 'oversight: it has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('concluded', 'returned') AND EXISTS (\n        SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id\n        AND kind = 'explained' AND by_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: nobody concludes what they explained' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'explained' AND EXISTS (SELECT 1 FROM oversight_finding WHERE id = NEW.finding_id\n                                          AND found_by_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: nobody explains what they found' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'withdrawn' AND NOT EXISTS (SELECT 1 FROM oversight_finding WHERE id = NEW.finding_id\n                                              AND found_by_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: only who found it takes it back' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('concluded', 'returned') AND EXISTS (\n        SELECT 1 FROM oversight_concerned WHERE finding_id = NEW.finding_id AND person_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: nobody concludes what concerns them' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.upheld AND NOT EXISTS (SELECT 1 FROM oversight_basis\n                                  WHERE finding_id = NEW.finding_id AND kind <> 'recording') THEN\n        RAISE EXCEPTION 'oversight: a recording is never the only basis' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'lawful' AND NOT EXISTS (SELECT 1 FROM oversight_finding\n                                           WHERE id = NEW.finding_id AND source = 'gap') THEN\n        RAISE EXCEPTION 'oversight: only a gap has a lawful cause' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="4c43a771e03dce40c72e61cf795082a5bfd2d301",
                    operation="INSERT",
                    pgid="pgtrigger_finding_step_in_order_3ce9f",
                    table="oversight_findingstep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("situation", ""), _negated=True),
                    models.Q(("situation_vi", ""), _negated=True),
                    models.Q(("situation_en", ""), _negated=True),
                    ("source__in", ["footage", "petition", "rating", "assessment", "inspection", "gap"]),
                ),
                name="finding_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("found_by__isnull", False), ("source", "gap"), _connector="OR"),
                name="finding_found_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", "gap")), fields=("room", "source_reference"), name="finding_of_gap_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="findingstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["read", "explained", "returned", "concluded", "withdrawn", "lawful"])),
                name="finding_step_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="findingstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "concluded"), ("upheld__isnull", True), _connector="OR"),
                    models.Q(
                        models.Q(("severity__in", ("minor", "serious", "grave")), ("upheld", True)),
                        models.Q(models.Q(("upheld", True), _negated=True), ("severity", "")),
                        _connector="OR",
                    ),
                ),
                name="finding_step_judges",
            ),
        ),
        migrations.AddField(
            model_name="basis",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="basis",
            name="finding",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="bases", to="oversight.finding"
            ),
        ),
        migrations.AddField(
            model_name="basis",
            name="paper",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="papers.paper"
            ),
        ),
        migrations.AddField(
            model_name="concerned",
            name="finding",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="concerned", to="oversight.finding"
            ),
        ),
        migrations.AddField(
            model_name="concerned",
            name="named_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="concerned",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="concerned",
            name="unit",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.unit"
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="finding",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="oversight.finding"
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="given_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="correctionstep",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="correctionstep",
            name="correction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="oversight.correction"
            ),
        ),
        migrations.AddField(
            model_name="correctionstep",
            name="proof",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="papers.paper"
            ),
        ),
        migrations.AddField(
            model_name="findingtold",
            name="about",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="told",
                to="oversight.correction",
            ),
        ),
        migrations.AddField(
            model_name="findingtold",
            name="finding",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="told", to="oversight.finding"
            ),
        ),
        migrations.AddField(
            model_name="findingtold",
            name="notice",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="messaging.notice",
            ),
        ),
        migrations.AddField(
            model_name="gapcause",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="gapcause",
            name="room",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="gap_causes", to="registry.room"
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="room",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.room"),
        ),
        migrations.AddField(
            model_name="measure",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.unit"),
        ),
        migrations.AddField(
            model_name="measureact",
            name="finding",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="measures", to="oversight.finding"
            ),
        ),
        migrations.AddField(
            model_name="measureact",
            name="measure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="acts", to="oversight.measure"
            ),
        ),
        migrations.AddField(
            model_name="measurestep",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="measurestep",
            name="measure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="oversight.measure"
            ),
        ),
        migrations.AddField(
            model_name="deferralground",
            name="step",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="ground", to="oversight.measurestep"
            ),
        ),
        migrations.AddConstraint(
            model_name="basis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("vi", ""), _negated=True), models.Q(("en", ""), _negated=True), ("words__regex", "\\S")
                ),
                name="basis_says_what",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="basis",
            trigger=pgtrigger.compiler.Trigger(
                name="basis_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="1eeea96d155c823d44b949fb250585c93aa9d3ac",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_basis_is_kept_cf621",
                    table="oversight_basis",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="basis",
            trigger=pgtrigger.compiler.Trigger(
                name="basis_while_open",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.finding_id::text, 16));\n    IF EXISTS (SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id\n               AND kind IN ('concluded', 'withdrawn', 'lawful')) THEN\n        RAISE EXCEPTION 'oversight: it has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="158a354b6d2e046fcd8521bf89f44b9078708e47",
                    operation="INSERT",
                    pgid="pgtrigger_basis_while_open_ef306",
                    table="oversight_basis",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="concerned",
            index=models.Index(fields=["person", "-named_at"], name="concerned_of_person"),
        ),
        migrations.AddConstraint(
            model_name="concerned",
            constraint=models.UniqueConstraint(fields=("finding", "person"), name="concerned_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="concerned",
            trigger=pgtrigger.compiler.Trigger(
                name="concerned_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="06896622a6848f6fc40c9877e0cddddac900a319",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_concerned_is_kept_d83a4",
                    table="oversight_concerned",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="concerned",
            trigger=pgtrigger.compiler.Trigger(
                name="concerned_while_open",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF EXISTS (SELECT 1 FROM oversight_finding WHERE id = NEW.finding_id AND found_by_id = NEW.person_id) THEN\n        RAISE EXCEPTION 'oversight: nobody finds themselves' USING ERRCODE = 'check_violation';\n    END IF;\n\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.finding_id::text, 16));\n    IF EXISTS (SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id\n               AND kind IN ('concluded', 'withdrawn', 'lawful')) THEN\n        RAISE EXCEPTION 'oversight: it has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="adb6614b7e663e5860fc98884bd3b2d104134709",
                    operation="INSERT",
                    pgid="pgtrigger_concerned_while_open_1b9bc",
                    table="oversight_concerned",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(fields=["due_on"], name="correction_by_due"),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(fields=("finding", "position"), name="correction_once"),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(condition=models.Q(("words__regex", "\\S")), name="correction_says_what"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="correction",
            trigger=pgtrigger.compiler.Trigger(
                name="correction_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="080e6c4e1a51eaa4b5723aee74413c8aabc299bd",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_correction_is_kept_cf6e9",
                    table="oversight_correction",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["reported", "returned", "accepted", "extended"]), ("words__regex", "\\S")
                ),
                name="correction_step_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_on__isnull", False), ("kind", "extended")),
                    models.Q(models.Q(("kind", "extended"), _negated=True), ("due_on__isnull", True)),
                    _connector="OR",
                ),
                name="correction_step_extends",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "reported"), ("proof__isnull", False)),
                    models.Q(models.Q(("kind", "reported"), _negated=True), ("proof__isnull", True)),
                    _connector="OR",
                ),
                name="correction_step_proves",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="correctionstep",
            trigger=pgtrigger.compiler.Trigger(
                name="correction_step_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="49927954c7fabcb7110d2fc723f9a6314fa330a0",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_correction_step_is_kept_90918",
                    table="oversight_correctionstep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="correctionstep",
            trigger=pgtrigger.compiler.Trigger(
                name="correction_step_in_order",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.correction_id::text, 24));\n    IF EXISTS (SELECT 1 FROM oversight_correctionstep\n               WHERE correction_id = NEW.correction_id AND kind = 'accepted') THEN\n        RAISE EXCEPTION 'oversight: it was accepted' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('accepted', 'returned') AND (\n        SELECT kind FROM oversight_correctionstep WHERE correction_id = NEW.correction_id AND kind <> 'extended'\n        ORDER BY at DESC, id DESC LIMIT 1) IS DISTINCT FROM 'reported' THEN\n        RAISE EXCEPTION 'oversight: nothing was reported' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind <> 'reported' AND EXISTS (\n        SELECT 1 FROM oversight_correctionstep WHERE correction_id = NEW.correction_id\n        AND kind = 'reported' AND by_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'oversight: nobody judges what they reported' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="c9665584493a4d539f4ba6c7d378526153e743d4",
                    operation="INSERT",
                    pgid="pgtrigger_correction_step_in_order_a5816",
                    table="oversight_correctionstep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="findingtold",
            constraint=models.UniqueConstraint(
                fields=("finding", "stage", "about", "term"), name="finding_told_once", nulls_distinct=False
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="findingtold",
            trigger=pgtrigger.compiler.Trigger(
                name="finding_told_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="08cfba7f4f4f8625b79845de77292b383d17337c",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_finding_told_is_kept_08d42",
                    table="oversight_findingtold",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="gapcause",
            index=models.Index(fields=["room", "end_us"], name="gap_cause_of_room"),
        ),
        migrations.AddConstraint(
            model_name="gapcause",
            constraint=models.CheckConstraint(
                condition=models.Q(("begin_us__gt", 0), ("begin_us__lt", models.F("end_us"))), name="gap_cause_span"
            ),
        ),
        migrations.AddConstraint(
            model_name="gapcause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("vi", ""), _negated=True), models.Q(("en", ""), _negated=True), ("words__regex", "\\S")
                ),
                name="gap_cause_says_what",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="gapcause",
            trigger=pgtrigger.compiler.Trigger(
                name="gap_cause_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="d20250ec7023ee5430018754c7e91e2b82c47bd1",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_gap_cause_is_kept_7e4dc",
                    table="oversight_gapcause",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(fields=["person", "-at"], name="measure_of_person"),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(fields=["unit", "-at"], name="measure_of_unit"),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.UniqueConstraint(fields=("unit", "year", "number"), name="measure_number_once"),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("level__in", ["internal", "formal"]),
                    models.Q(("form", ""), _negated=True),
                    models.Q(("form_vi", ""), _negated=True),
                    ("words__regex", "\\S"),
                ),
                name="measure_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("law", ""), ("level", "internal")), ("level", "formal"), _connector="OR"),
                name="measure_by_law",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(("person", models.F("by")), _negated=True), name="measure_of_another"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="measure_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="fb135fca26cfab643d7bd01e1c692b62dac70038",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_measure_is_kept_fbdea",
                    table="oversight_measure",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="measureact",
            constraint=models.UniqueConstraint(fields=("measure", "finding"), name="measure_act_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measureact",
            trigger=pgtrigger.compiler.Trigger(
                name="measure_act_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="f42417640f1bc4be52a9cf5fc1d8dafb6bce19eb",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_measure_act_is_kept_c292b",
                    table="oversight_measureact",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measureact",
            trigger=pgtrigger.compiler.Trigger(
                name="measure_act_has_one_form",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.finding_id::text, 16));\n    IF EXISTS (SELECT 1 FROM oversight_measureact act JOIN oversight_measure measure ON measure.id = act.measure_id\n               WHERE act.finding_id = NEW.finding_id\n               AND measure.person_id = (SELECT person_id FROM oversight_measure WHERE id = NEW.measure_id)\n               AND NOT EXISTS (SELECT 1 FROM oversight_measurestep step\n                               WHERE step.measure_id = measure.id AND step.kind = 'dropped')) THEN\n        RAISE EXCEPTION 'oversight: one act has one form' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NOT EXISTS (SELECT 1 FROM oversight_findingstep WHERE finding_id = NEW.finding_id AND upheld) THEN\n        RAISE EXCEPTION 'oversight: it was not upheld' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NOT EXISTS (SELECT 1 FROM oversight_concerned WHERE finding_id = NEW.finding_id AND person_id = (\n                   SELECT person_id FROM oversight_measure WHERE id = NEW.measure_id)) THEN\n        RAISE EXCEPTION 'oversight: it does not concern this officer' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="e58ea854f7c1422ef045ee56eb671f9470148a6f",
                    operation="INSERT",
                    pgid="pgtrigger_measure_act_has_one_form_58a27",
                    table="oversight_measureact",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="measurestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_on__isnull", False),
                        ("kind", "decided"),
                        ("number__regex", "\\S"),
                        models.Q(("form", ""), _negated=True),
                    ),
                    models.Q(
                        ("kind__in", ["deferred", "resumed", "dropped"]),
                        ("decided_on__isnull", True),
                        ("form", ""),
                        ("number", ""),
                    ),
                    _connector="OR",
                ),
                name="measure_step_says_what",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measurestep",
            trigger=pgtrigger.compiler.Trigger(
                name="measure_step_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="cbc5ca94b1cb8bd672d99a31c786dfd827dc88f9",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_measure_step_is_kept_3f390",
                    table="oversight_measurestep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measurestep",
            trigger=pgtrigger.compiler.Trigger(
                name="measure_step_in_order",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.measure_id::text, 25));\n    IF EXISTS (SELECT 1 FROM oversight_measure WHERE id = NEW.measure_id AND level = 'internal') THEN\n        RAISE EXCEPTION 'oversight: it took effect as it was said' USING ERRCODE = 'check_violation';\n    END IF;\n    IF EXISTS (SELECT 1 FROM oversight_measurestep WHERE measure_id = NEW.measure_id\n               AND kind IN ('decided', 'dropped')) THEN\n        RAISE EXCEPTION 'oversight: it has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    IF (NEW.kind IN ('deferred', 'decided')) = COALESCE((\n        SELECT kind = 'deferred' FROM oversight_measurestep WHERE measure_id = NEW.measure_id\n        ORDER BY at DESC, id DESC LIMIT 1), false) AND NEW.kind <> 'dropped' THEN\n        RAISE EXCEPTION 'oversight: it is deferred, or is not' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="841dc4f2aa8fb5385216d270b4b763c0e370be38",
                    operation="INSERT",
                    pgid="pgtrigger_measure_step_in_order_92bfd",
                    table="oversight_measurestep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deferralground",
            trigger=pgtrigger.compiler.Trigger(
                name="deferral_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."commitment" IS DISTINCT FROM (NEW."commitment") OR OLD."step_id" IS DISTINCT FROM (NEW."step_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="37381ff63dc142d1d3c18c61bb50028dc930a38c",
                    operation="UPDATE",
                    pgid="pgtrigger_deferral_is_not_rewritten_a3ab0",
                    table="oversight_deferralground",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deferralground",
            trigger=pgtrigger.compiler.Trigger(
                name="deferral_is_only_moved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."key" <= (OLD."key"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="a9f432cd163242cd322d8cfa17319c9cdb81acfe",
                    operation="UPDATE",
                    pgid="pgtrigger_deferral_is_only_moved_21a00",
                    table="oversight_deferralground",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deferralground",
            trigger=pgtrigger.compiler.Trigger(
                name="deferral_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="7412293535072b1124d5be4021e453becf9117eb",
                    operation="DELETE",
                    pgid="pgtrigger_deferral_is_kept_b93b9",
                    table="oversight_deferralground",
                    when="BEFORE",
                ),
            ),
        ),
    ]
