"""Score sheets of units: what was counted, what the unit gave itself, what was appraised above, each step."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0001_rows"),
        ("registry", "0002_withdrawals"),
        ("regulation", "0003_directives"),
    ]

    operations = [
        migrations.CreateModel(
            name="Scoring",
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
                ("sheet", models.SlugField(max_length=40)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("self_by", models.DateField()),
                ("appraised_by", models.DateField()),
                ("opened_at", models.DateTimeField()),
                (
                    "regulation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="regulation.regulation"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scorings", to="registry.unit"
                    ),
                ),
            ],
            options={
                "ordering": ("-first_day", "unit"),
            },
        ),
        migrations.CreateModel(
            name="Score",
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
                ("criterion", models.SlugField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[("counted", "Counted"), ("self", "Self"), ("appraised", "Appraised")], max_length=10
                    ),
                ),
                ("serial", models.PositiveIntegerField()),
                ("tenths", models.PositiveIntegerField()),
                ("part", models.BigIntegerField(blank=True, null=True)),
                ("whole", models.BigIntegerField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "scoring",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scores", to="publishing.scoring"
                    ),
                ),
            ],
            options={
                "ordering": ("serial",),
            },
        ),
        migrations.CreateModel(
            name="ScoringStep",
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
                ("serial", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("handed_in", "Handed In"), ("returned", "Returned"), ("settled", "Settled")],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("words", models.CharField(blank=True, max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "scoring",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="publishing.scoring"
                    ),
                ),
            ],
            options={
                "ordering": ("serial",),
            },
        ),
        migrations.AddIndex(
            model_name="scoring",
            index=models.Index(fields=["sheet", "first_day"], name="scoring_of_period"),
        ),
        migrations.AddConstraint(
            model_name="scoring",
            constraint=models.UniqueConstraint(fields=("unit", "sheet", "first_day"), name="scoring_once"),
        ),
        migrations.AddConstraint(
            model_name="scoring",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_day__lte", models.F("last_day"))), name="scoring_has_days"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="scoring",
            trigger=pgtrigger.compiler.Trigger(
                name="scoring_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="5edd7584b852162f5fe59e223746a29aedc171b3",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_scoring_is_kept_06aef",
                    table="publishing_scoring",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="score",
            constraint=models.UniqueConstraint(fields=("scoring", "criterion", "kind", "serial"), name="score_once"),
        ),
        migrations.AddConstraint(
            model_name="score",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["counted", "self", "appraised"])), name="score_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="score",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by__isnull", True), ("kind", "counted"), ("part__gte", 0), ("whole__gte", 1)),
                    models.Q(
                        models.Q(("kind", "counted"), _negated=True),
                        ("by__isnull", False),
                        ("part__isnull", True),
                        ("whole__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="score_is_counted_or_somebodys",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="score",
            trigger=pgtrigger.compiler.Trigger(
                name="score_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="ad44741857ad12ba721ce92e76c44fe08f26c341",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_score_is_kept_d2a7b",
                    table="publishing_score",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="score",
            trigger=pgtrigger.compiler.Trigger(
                name="score_in_turn",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.scoring_id::text, 37));\n    IF coalesce((SELECT kind FROM publishing_scoringstep WHERE scoring_id = NEW.scoring_id\n                 ORDER BY serial DESC LIMIT 1), '') NOT IN (\n        SELECT unnest(CASE NEW.kind WHEN 'appraised' THEN ARRAY['handed_in'] ELSE ARRAY['', 'returned'] END)) THEN\n        RAISE EXCEPTION 'publishing: not the turn of this score' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="fa94537ec6d2bc5d230135f28ee42e8c5c65c6f8",
                    operation="INSERT",
                    pgid="pgtrigger_score_in_turn_7fe6e",
                    table="publishing_score",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="scoringstep",
            constraint=models.UniqueConstraint(fields=("scoring", "serial"), name="scoring_step_once"),
        ),
        migrations.AddConstraint(
            model_name="scoringstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["handed_in", "returned", "settled"])), name="scoring_step_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="scoringstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "returned"), _negated=True), ("words__regex", "\\S"), _connector="OR"
                ),
                name="scoring_returned_says_why",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="scoringstep",
            trigger=pgtrigger.compiler.Trigger(
                name="scoring_step_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="f20d84b50404be97037d86d951cbbf17b645ac8e",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_scoring_step_is_kept_dce90",
                    table="publishing_scoringstep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="scoringstep",
            trigger=pgtrigger.compiler.Trigger(
                name="scoring_step_in_order",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.scoring_id::text, 37));\n    IF NEW.kind NOT IN (SELECT unnest(CASE coalesce(\n            (SELECT kind FROM publishing_scoringstep WHERE scoring_id = NEW.scoring_id\n             ORDER BY serial DESC LIMIT 1), '')\n        WHEN '' THEN ARRAY['handed_in'] WHEN 'returned' THEN ARRAY['handed_in']\n        WHEN 'handed_in' THEN ARRAY['returned', 'settled'] ELSE ARRAY[]::text[] END)) THEN\n        RAISE EXCEPTION 'publishing: not the next step of a score sheet' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.serial <> 1 + (SELECT count(*) FROM publishing_scoringstep WHERE scoring_id = NEW.scoring_id) THEN\n        RAISE EXCEPTION 'publishing: a step follows the last' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind <> 'handed_in' AND EXISTS (\n        SELECT 1 FROM publishing_scoringstep\n        WHERE scoring_id = NEW.scoring_id AND kind = 'handed_in' AND by_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'publishing: nobody settles what they handed in' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="1a0344c6714448262a350f79e5007992c77e41b9",
                    operation="INSERT",
                    pgid="pgtrigger_scoring_step_in_order_a4995",
                    table="publishing_scoringstep",
                    when="BEFORE",
                ),
            ),
        ),
    ]
