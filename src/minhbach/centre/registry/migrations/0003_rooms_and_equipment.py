"""Reviews of rooms, waivers, proposals to buy, plans of fitting out, hand-overs; a piece of the inventory is counted."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0002_never_another"),
        ("registry", "0002_withdrawals"),
    ]

    operations = [
        migrations.CreateModel(
            name="HandOver",
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
                ("signed_on", models.DateField()),
                ("live_from", models.DateField()),
                ("giver", models.CharField(max_length=200)),
                ("receiver", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="NormWaiver",
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
                ("code", models.SlugField(max_length=40)),
                ("reason", models.CharField(max_length=500)),
                ("decision_number", models.CharField(max_length=60)),
                ("until", models.DateField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-made_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Proposal",
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
                ("reason", models.CharField(max_length=1000)),
                ("lines", models.JSONField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-made_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="ProposalStep",
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
                            ("funded", "Funded"),
                            ("no_money", "No Money"),
                            ("refused", "Refused"),
                            ("bought", "Bought"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("words", models.CharField(blank=True, max_length=500)),
                ("funding_source", models.CharField(blank=True, max_length=200)),
                ("amount_vnd", models.PositiveBigIntegerField(blank=True, null=True)),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Rollout",
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
                ("title", models.CharField(max_length=300)),
                ("decision_number", models.CharField(max_length=60)),
                ("due_on", models.DateField()),
                ("milestones", models.JSONField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-made_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="RolloutSite",
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
                ("pilot", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="RolloutStep",
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
                ("milestone", models.PositiveSmallIntegerField()),
                ("reached_on", models.DateField()),
                ("note", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("milestone", "at"),
            },
        ),
        migrations.CreateModel(
            name="RoomReview",
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
                ("version", models.UUIDField()),
                ("points", models.DecimalField(decimal_places=1, max_digits=7)),
                ("points_of", models.DecimalField(decimal_places=1, max_digits=7)),
                ("measured", models.JSONField()),
                ("note", models.CharField(blank=True, max_length=500)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-made_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="RoomReviewLine",
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
                ("points_of", models.PositiveSmallIntegerField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[("met", "Met"), ("partly", "Partly"), ("unmet", "Unmet"), ("left_out", "Left Out")],
                        max_length=8,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "ordering": ("position",),
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="equipment",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="equipment",
            name="update_update",
        ),
        migrations.AddField(
            model_name="equipment",
            name="quantity",
            field=models.PositiveSmallIntegerField(default=1, help_text="chairs are counted, not named one by one"),
        ),
        migrations.AddField(
            model_name="equipmentevent",
            name="quantity",
            field=models.PositiveSmallIntegerField(default=1, help_text="chairs are counted, not named one by one"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="equipment",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_equipmentevent" ("acquired_on", "camera_id", "certificate", "condition", "condition_since", "contract_number", "firmware", "funding_source", "id", "kind", "maker", "model", "name", "password_changed_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quantity", "recorder_id", "room_id", "serial_number", "warranty_until") VALUES (NEW."acquired_on", NEW."camera_id", NEW."certificate", NEW."condition", NEW."condition_since", NEW."contract_number", NEW."firmware", NEW."funding_source", NEW."id", NEW."kind", NEW."maker", NEW."model", NEW."name", NEW."password_changed_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."quantity", NEW."recorder_id", NEW."room_id", NEW."serial_number", NEW."warranty_until"); RETURN NULL;',
                    hash="ac2b93aa11d6239f091107c77a6aa8001717962d",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_4935f",
                    table="registry_equipment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="equipment",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_equipmentevent" ("acquired_on", "camera_id", "certificate", "condition", "condition_since", "contract_number", "firmware", "funding_source", "id", "kind", "maker", "model", "name", "password_changed_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quantity", "recorder_id", "room_id", "serial_number", "warranty_until") VALUES (NEW."acquired_on", NEW."camera_id", NEW."certificate", NEW."condition", NEW."condition_since", NEW."contract_number", NEW."firmware", NEW."funding_source", NEW."id", NEW."kind", NEW."maker", NEW."model", NEW."name", NEW."password_changed_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."quantity", NEW."recorder_id", NEW."room_id", NEW."serial_number", NEW."warranty_until"); RETURN NULL;',
                    hash="e0929d33f2737c3be5f4ddfd89b404fdf54716d3",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_95320",
                    table="registry_equipment",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="equipment",
            constraint=models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="equipment_counted"),
        ),
        migrations.AddField(
            model_name="handover",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="minutes",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="papers.paper"),
        ),
        migrations.AddField(
            model_name="handover",
            name="room",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="hand_overs", to="registry.room"
            ),
        ),
        migrations.AddField(
            model_name="normwaiver",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="normwaiver",
            name="room",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="waivers", to="registry.room"
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="made_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="registry.unit"
            ),
        ),
        migrations.AddField(
            model_name="proposalstep",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="proposalstep",
            name="proposal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="registry.proposal"
            ),
        ),
        migrations.AddField(
            model_name="rollout",
            name="made_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="rollout",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rollouts", to="registry.unit"
            ),
        ),
        migrations.AddField(
            model_name="rolloutsite",
            name="rollout",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="sites", to="registry.rollout"
            ),
        ),
        migrations.AddField(
            model_name="rolloutsite",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.unit"),
        ),
        migrations.AddField(
            model_name="rolloutstep",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="rolloutstep",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="registry.rolloutsite"
            ),
        ),
        migrations.AddField(
            model_name="roomreview",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="roomreview",
            name="room",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="registry.room"
            ),
        ),
        migrations.AddField(
            model_name="roomreview",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="room_reviews", to="registry.unit"
            ),
        ),
        migrations.AddField(
            model_name="roomreviewline",
            name="photo",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="papers.paper"
            ),
        ),
        migrations.AddField(
            model_name="roomreviewline",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="registry.roomreview"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("live_from__gte", models.F("signed_on"))), name="hand_over_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("giver__regex", "\\S"), ("receiver__regex", "\\S")), name="hand_over_says_who"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="handover",
            trigger=pgtrigger.compiler.Trigger(
                name="hand_over_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="d9ab11b9ca8bac4998512112e32f81a5ab6cb183",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_hand_over_is_kept_3e1e4",
                    table="registry_handover",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="normwaiver",
            index=models.Index(fields=["room", "code"], name="waiver_of_room"),
        ),
        migrations.AddConstraint(
            model_name="normwaiver",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision_number__regex", "\\S"), ("reason__regex", "\\S")),
                name="norm_waiver_says_why",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="normwaiver",
            trigger=pgtrigger.compiler.Trigger(
                name="norm_waiver_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="d0777b798b5ab819aeb4c65affbb3266729a238b",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_norm_waiver_is_kept_838cf",
                    table="registry_normwaiver",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["unit", "-made_at"], name="proposal_by_time"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(fields=("unit", "year", "number"), name="proposal_number_once"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(condition=models.Q(("reason__regex", "\\S")), name="proposal_says_why"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proposal",
            trigger=pgtrigger.compiler.Trigger(
                name="proposal_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="a2bda1a6702974f44f11b98433c5066e165b5d7d",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_proposal_is_kept_b35d6",
                    table="registry_proposal",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="proposalstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["funded", "no_money", "refused", "bought", "withdrawn"]),
                    models.Q(
                        models.Q(("funding_source__regex", "\\S"), ("kind", "funded")),
                        ("words__regex", "\\S"),
                        _connector="OR",
                    ),
                ),
                name="proposal_step_says_what",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proposalstep",
            trigger=pgtrigger.compiler.Trigger(
                name="proposal_step_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="abbef69a76c4138cd002c583b0210123ede64bcc",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_proposal_step_is_kept_58662",
                    table="registry_proposalstep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proposalstep",
            trigger=pgtrigger.compiler.Trigger(
                name="proposal_step_in_order",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.proposal_id::text, 31));\n    IF EXISTS (SELECT 1 FROM registry_proposalstep WHERE proposal_id = NEW.proposal_id\n               AND kind IN ('refused', 'bought', 'withdrawn')) THEN\n        RAISE EXCEPTION 'registry: the proposal has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('funded', 'no_money', 'refused') AND EXISTS (\n        SELECT 1 FROM registry_proposal WHERE id = NEW.proposal_id AND made_by_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'registry: nobody decides what they asked' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'bought' AND (\n        SELECT kind FROM registry_proposalstep WHERE proposal_id = NEW.proposal_id\n        ORDER BY at DESC, id DESC LIMIT 1) IS DISTINCT FROM 'funded' THEN\n        RAISE EXCEPTION 'registry: there is no money for it yet' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="bdb7a3ee39255b1ce5cac85c15b0b4a59d7343f5",
                    operation="INSERT",
                    pgid="pgtrigger_proposal_step_in_order_eeb08",
                    table="registry_proposalstep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="rollout",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision_number__regex", "\\S"), ("title__regex", "\\S")), name="rollout_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="rollout",
            constraint=models.UniqueConstraint(fields=("unit", "decision_number"), name="rollout_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rollout",
            trigger=pgtrigger.compiler.Trigger(
                name="rollout_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="b5f0cde9c826b91115b657825fdfb4a966b41b41",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_rollout_is_kept_d7fdb",
                    table="registry_rollout",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="rolloutsite",
            constraint=models.UniqueConstraint(fields=("rollout", "unit"), name="rollout_site_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rolloutsite",
            trigger=pgtrigger.compiler.Trigger(
                name="rollout_site_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="eb43885f2e272000d1b7de6b5393af2c40ae58e2",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_rollout_site_is_kept_d0f3f",
                    table="registry_rolloutsite",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="rolloutstep",
            constraint=models.UniqueConstraint(fields=("site", "milestone"), name="rollout_step_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rolloutstep",
            trigger=pgtrigger.compiler.Trigger(
                name="rollout_step_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="50e0db1c4634ef29d89e831b46b75a2d97caef85",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_rollout_step_is_kept_08411",
                    table="registry_rolloutstep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="roomreview",
            index=models.Index(fields=["room", "-made_at"], name="review_of_room"),
        ),
        migrations.AddConstraint(
            model_name="roomreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("points__gte", 0), ("points__lte", models.F("points_of"))),
                name="room_review_points",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="roomreview",
            trigger=pgtrigger.compiler.Trigger(
                name="room_review_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="19b0bddb0657b8bf9d102f4b0641d1bd48d13fc1",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_room_review_is_kept_6d330",
                    table="registry_roomreview",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="roomreviewline",
            constraint=models.UniqueConstraint(fields=("review", "code"), name="room_review_line_once"),
        ),
        migrations.AddConstraint(
            model_name="roomreviewline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict", "met"),
                    models.Q(("note__regex", "\\S"), ("verdict__in", ["met", "partly", "unmet", "left_out"])),
                    _connector="OR",
                ),
                name="room_review_line_says_why",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="roomreviewline",
            trigger=pgtrigger.compiler.Trigger(
                name="room_review_line_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="46c2e248d041c3ce416e3f79c8c950984cae9e2a",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_room_review_line_is_kept_160ea",
                    table="registry_roomreviewline",
                    when="BEFORE",
                ),
            ),
        ),
    ]
