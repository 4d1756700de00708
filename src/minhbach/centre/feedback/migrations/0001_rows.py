"""Ratings of visits, complaints and suggestions, and the screens at counters."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("dossiers", "0001_rows"),
        ("footage", "0001_rows"),
        ("registry", "0001_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Panel",
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
                ("digest", models.CharField(max_length=64, unique=True)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
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
                    "counter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="panels", to="registry.counter"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
            ],
            options={
                "ordering": ("-opened_at",),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="panel_digest")
                ],
            },
        ),
        migrations.CreateModel(
            name="Petition",
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
                (
                    "kind",
                    models.CharField(choices=[("feedback", "Feedback"), ("suggestion", "Suggestion")], max_length=12),
                ),
                (
                    "topic",
                    models.CharField(
                        choices=[("conduct", "Conduct"), ("rule", "Rule"), ("other", "Other")], max_length=12
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("web", "Web"),
                            ("counter", "Counter"),
                            ("hotline", "Hotline"),
                            ("box", "Box"),
                            ("letter", "Letter"),
                        ],
                        max_length=10,
                    ),
                ),
                ("content", models.CharField(max_length=2000)),
                ("begin_us", models.BigIntegerField(blank=True, null=True)),
                ("end_us", models.BigIntegerField(blank=True, null=True)),
                ("received_at", models.DateTimeField()),
                ("code", models.CharField(max_length=14, unique=True)),
                ("lookup_secret", models.CharField(max_length=6)),
                ("refuse_by", models.DateTimeField()),
                ("ask_by", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                (
                    "not_held",
                    models.CharField(
                        blank=True, choices=[("no_footage", "No Footage"), ("limit", "Limit")], max_length=20
                    ),
                ),
                (
                    "counter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="petitions",
                        to="registry.counter",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="petitions",
                        to="dossiers.dossier",
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="footage.legalhold",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="petitions", to="registry.room"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="petitions", to="registry.unit"
                    ),
                ),
            ],
            options={
                "ordering": ("-received_at",),
                "indexes": [
                    models.Index(fields=["room", "-received_at"], name="petition_of_room"),
                    models.Index(condition=models.Q(("hold__isnull", False)), fields=["hold"], name="petition_of_hold"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "year", "number"), name="petition_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("content__regex", "\\S")), name="petition_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["feedback", "suggestion"]),
                            ("topic__in", ["conduct", "rule", "other"]),
                            ("way__in", ["web", "counter", "hotline", "box", "letter"]),
                        ),
                        name="petition_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[0-9]{14}$"), ("lookup_secret__regex", "^[0-9]{6}$")),
                        name="petition_secret",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("begin_us__isnull", True), ("end_us__isnull", True)),
                            models.Q(("begin_us__gt", 0), ("end_us__gt", models.F("begin_us"))),
                            _connector="OR",
                        ),
                        name="petition_span",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ask_by__lte", models.F("answer_by")),
                            ("refuse_by__gt", models.F("received_at")),
                            ("refuse_by__lte", models.F("ask_by")),
                        ),
                        name="petition_terms",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hold__isnull", True), ("not_held", ""), _connector="OR"),
                        name="petition_held_or_not",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Petitioner",
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
                ("name", models.CharField(blank=True, max_length=120)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("email", models.CharField(blank=True, max_length=120)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "petition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="petitioner", to="feedback.petition"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at__isnull", True),
                            models.Q(("address", ""), ("email", ""), ("name", ""), ("phone", "")),
                            _connector="OR",
                        ),
                        name="petitioner_erased",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PetitionEvent",
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
                            ("accepted", "Accepted"),
                            ("asked", "Asked"),
                            ("answered", "Answered"),
                            ("refused", "Refused"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("words", models.CharField(blank=True, max_length=2000)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "petition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="feedback.petition"
                    ),
                ),
            ],
            options={
                "ordering": ("at",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["accepted", "asked", "answered", "refused"])),
                        name="petition_step_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "accepted"), ("words__regex", "\\S"), _connector="OR"),
                        name="petition_step_says_why",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "accepted")), fields=("petition",), name="petition_accepted_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rating",
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
                    "score",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Dissatisfied"), (2, "Satisfied"), (3, "Very Satisfied")]
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "not_held",
                    models.CharField(
                        blank=True, choices=[("no_footage", "No Footage"), ("limit", "Limit")], max_length=20
                    ),
                ),
                (
                    "counter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ratings", to="registry.counter"
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rating", to="dossiers.event"
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="footage.legalhold",
                    ),
                ),
                (
                    "panel",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ratings",
                        to="feedback.panel",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ratings", to="registry.unit"
                    ),
                ),
            ],
            options={
                "ordering": ("-at",),
                "indexes": [models.Index(fields=["counter", "-at"], name="rating_at_counter")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("score__in", [1, 2, 3])), name="rating_score"),
                    models.CheckConstraint(
                        condition=models.Q(("hold__isnull", True), ("not_held", ""), _connector="OR"),
                        name="rating_held_or_not",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RatingNote",
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
                ("reasons", models.JSONField(default=list)),
                ("said", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "rating",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="note", to="feedback.rating"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reasons", []), _negated=True), ("said__regex", "\\S"), _connector="OR"
                        ),
                        name="rating_note_says_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Try",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("source", models.CharField(max_length=45)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "source", "at"], name="try_of_source")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="panel",
            trigger=pgtrigger.compiler.Trigger(
                name="panel_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="62438bc7473caf160fe855cdd24b68c1f50bd138",
                    operation="DELETE",
                    pgid="pgtrigger_panel_is_kept_12281",
                    table="feedback_panel",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="panel",
            trigger=pgtrigger.compiler.Trigger(
                name="panel_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."counter_id" IS DISTINCT FROM (NEW."counter_id") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."opened_by_id" IS DISTINCT FROM (NEW."opened_by_id") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="341be324785756abc6302051446eaaf99e451f65",
                    operation="UPDATE",
                    pgid="pgtrigger_panel_is_not_rewritten_17779",
                    table="feedback_panel",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="petition",
            trigger=pgtrigger.compiler.Trigger(
                name="petition_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="54911e5f2a0d6aed1db27e43233c72ee3b75026e",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_petition_is_kept_508ad",
                    table="feedback_petition",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="petitioner",
            trigger=pgtrigger.compiler.Trigger(
                name="petitioner_row_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="a3c4044f69ae1ff7acaa62575e7bac56f59dcdce",
                    operation="DELETE",
                    pgid="pgtrigger_petitioner_row_is_kept_41480",
                    table="feedback_petitioner",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="petitioner",
            trigger=pgtrigger.compiler.Trigger(
                name="petitioner_is_only_erased",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."erased_at" IS NOT NULL OR NEW."erased_at" IS NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="0c75f93f6c17b5bad597159a2e3110ad62f7a7b4",
                    operation="UPDATE",
                    pgid="pgtrigger_petitioner_is_only_erased_22e68",
                    table="feedback_petitioner",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="petitionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="petition_step_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="16426602b8b71802b732d027b90e7391f9075269",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_petition_step_is_kept_e1759",
                    table="feedback_petitionevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="petitionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="petition_step_in_order",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.petition_id::text, 14));\n    IF EXISTS (SELECT 1 FROM feedback_petitionevent WHERE petition_id = NEW.petition_id\n               AND kind IN ('answered', 'refused')) THEN\n        RAISE EXCEPTION 'feedback: it has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="98ffa5a1b41e3131f77dd913a99da3ecda4ec5e9",
                    operation="INSERT",
                    pgid="pgtrigger_petition_step_in_order_566a0",
                    table="feedback_petitionevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rating",
            trigger=pgtrigger.compiler.Trigger(
                name="rating_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="a83843feaaa02832cdc852c954f46db3b4245169",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_rating_is_kept_3bf92",
                    table="feedback_rating",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ratingnote",
            trigger=pgtrigger.compiler.Trigger(
                name="rating_note_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="5fa9ff2f250887ed50014a8841562f8c5c789ed9",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_rating_note_is_kept_6d385",
                    table="feedback_ratingnote",
                    when="BEFORE",
                ),
            ),
        ),
    ]
