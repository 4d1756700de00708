"""Accounts, grants, purposes, viewings and the audit log; most of it append-only by trigger."""

import datetime

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("registry", "0001_rows"),
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("username", models.CharField(max_length=64, unique=True)),
                ("is_active", models.BooleanField(default=True)),
                ("must_change_password", models.BooleanField(default=True)),
                ("decision_number", models.CharField(max_length=64)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="account", to="registry.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("username", django.db.models.functions.text.Lower("username"))),
                        name="account_name_is_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision_number", ""), _negated=True), name="account_has_a_decision"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("is_active", True)),
                            models.Q(("closed_at__isnull", False), ("is_active", False)),
                            _connector="OR",
                        ),
                        name="account_is_active_or_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditRow",
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
                ("at", models.DateTimeField()),
                ("system", models.CharField(blank=True, max_length=40)),
                ("act", models.CharField(max_length=60)),
                ("object_kind", models.CharField(blank=True, max_length=40)),
                ("object_id", models.CharField(blank=True, max_length=64)),
                ("details", models.JSONField(default=dict)),
                ("address", models.GenericIPAddressField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audit_rows",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-at", "-id"], name="audit_by_time"),
                    models.Index(fields=["object_kind", "object_id"], name="audit_by_object"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("account__isnull", False), ("system", "")),
                            models.Q(("account__isnull", True), models.Q(("system", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="audit_names_one_actor",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CodeDevice",
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
                ("sealed", models.BinaryField()),
                ("begun_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("last_step", models.BigIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="code_devices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_at__isnull", False)),
                        fields=("account",),
                        name="code_device_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_at__isnull", True)),
                        fields=("account",),
                        name="code_device_begun_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CodeReset",
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
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="code_resets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "-asked_at"], name="code_reset_of_account")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("account", models.F("asked_by")), _negated=True),
                        name="code_reset_not_by_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                            models.Q(
                                ("done_at__isnull", False),
                                ("done_by__isnull", False),
                                models.Q(("done_by", models.F("asked_by")), _negated=True),
                                models.Q(("done_by", models.F("account")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="code_reset_by_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Grant",
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
                    "rights",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reference", models.CharField(max_length=120)),
                ("decision_number", models.CharField(max_length=60)),
                ("through_restriction", models.BooleanField(default=False)),
                ("granted_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("footage_begins_at", models.DateTimeField(blank=True, null=True)),
                ("footage_ends_at", models.DateTimeField(blank=True, null=True)),
                (
                    "granted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="registry.person"
                    ),
                ),
                ("rooms", models.ManyToManyField(related_name="grants", to="registry.room")),
                (
                    "seconded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("footage_begins_at__isnull", True), ("footage_ends_at__isnull", True)),
                            ("footage_ends_at__gt", models.F("footage_begins_at")),
                            _connector="OR",
                        ),
                        name="grant_footage",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("begins_at"))), name="grant_span"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ends_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("begins_at"), "+", models.Value(datetime.timedelta(days=31))
                                ),
                            )
                        ),
                        name="grant_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rights__len__gt", 0), models.Q(("decision_number", ""), _negated=True)),
                        name="grant_says_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("granted_by")), _negated=True),
                        name="grant_not_to_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("seconded_by__isnull", True),
                            models.Q(
                                models.Q(("seconded_by", models.F("granted_by")), _negated=True),
                                models.Q(("seconded_by", models.F("person")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="grant_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("through_restriction", False), ("seconded_by__isnull", False), _connector="OR"
                        ),
                        name="grant_through_needs_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GrantEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "id",
                    models.UUIDField(
                        default=minhbach.centre.registry.models.dates.new_id, editable=False, serialize=False
                    ),
                ),
                (
                    "rights",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reference", models.CharField(max_length=120)),
                ("decision_number", models.CharField(max_length=60)),
                ("through_restriction", models.BooleanField(default=False)),
                ("granted_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("footage_begins_at", models.DateTimeField(blank=True, null=True)),
                ("footage_ends_at", models.DateTimeField(blank=True, null=True)),
                (
                    "granted_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="access.grant",
                    ),
                ),
                (
                    "seconded_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="GrantRequest",
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
                    "rights",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("decision_number", models.CharField(max_length=60)),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("refusal_reason", models.CharField(blank=True, max_length=300)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "grant",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="request",
                        to="access.grant",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                ("rooms", models.ManyToManyField(related_name="+", to="registry.room")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("begins_at"))), name="grant_request_span"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("asked_by")), _negated=True),
                        name="grant_request_not_to_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(
                                models.Q(("decided_by", models.F("asked_by")), _negated=True),
                                models.Q(("decided_by", models.F("person")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="grant_request_by_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("grant__isnull", True),
                                ("refusal_reason", ""),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("grant__isnull", False),
                                ("refusal_reason", ""),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("grant__isnull", True),
                                models.Q(("refusal_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="grant_request_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Purpose",
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
                ("text", models.CharField(max_length=300)),
                ("reference", models.CharField(blank=True, max_length=120)),
                ("search_key", models.CharField(max_length=430)),
                ("begun_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("longest_until", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purposes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("rooms", models.ManyToManyField(related_name="purposes", to="registry.room")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "until"], name="purpose_by_account"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("search_key", name="gin_trgm_ops"),
                        name="purpose_by_words",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text__regex", "\\S.{3,}\\S")), name="purpose_is_written"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__gt", models.F("begun_at")), ("until__lte", models.F("longest_until"))
                        ),
                        name="purpose_ends",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
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
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("account", "digest"), name="recovery_code_once")],
            },
        ),
        migrations.CreateModel(
            name="Refusal",
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
                ("wanted", models.CharField(max_length=20)),
                ("route", models.CharField(blank=True, max_length=120)),
                ("told_vi", models.CharField(max_length=300)),
                ("told_en", models.CharField(max_length=300)),
                ("address", models.GenericIPAddressField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refusals",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "camera",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.camera"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.room"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.unit"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["unit", "-at", "-id"], name="refusal_at_unit"),
                    models.Index(fields=["account", "-at", "-id"], name="refusal_of_account"),
                    models.Index(fields=["room", "-at", "-id"], name="refusal_in_room"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RefusalTally",
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
                ("address", models.GenericIPAddressField(null=True)),
                ("wanted", models.CharField(max_length=20)),
                ("hour", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
                ("last_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refusal_tallies",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "address", "wanted", "hour"), name="tally_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Restriction",
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
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("reference", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "lifted_second",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "receiver",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="restrictions", to="registry.room"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["room", "begins_at"], name="restriction_in_room")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True), ("ends_at__gt", models.F("begins_at")), _connector="OR"
                        ),
                        name="restriction_span",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("lifted_at__isnull", True),
                                ("lifted_by__isnull", True),
                                ("lifted_second__isnull", True),
                            ),
                            models.Q(
                                ("lifted_at__isnull", False),
                                ("lifted_by__isnull", False),
                                ("lifted_second__isnull", False),
                                models.Q(("lifted_by", models.F("lifted_second")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="restriction_lifted_by_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RestrictionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "id",
                    models.UUIDField(
                        default=minhbach.centre.registry.models.dates.new_id, editable=False, serialize=False
                    ),
                ),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("reference", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "lifted_second",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="access.restriction",
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.room",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SecurityKey",
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
                ("label", models.CharField(max_length=60)),
                ("credential", models.CharField(max_length=1400, unique=True)),
                ("point", models.CharField(max_length=128)),
                ("site_name", models.CharField(max_length=255)),
                ("count", models.BigIntegerField(default=0)),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="security_keys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("point__regex", "^[0-9a-f]{128}$")), name="security_key_point"
                    ),
                    models.CheckConstraint(condition=models.Q(("label", ""), _negated=True), name="security_key_named"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("browser", models.CharField(blank=True, max_length=200)),
                ("address", models.GenericIPAddressField(null=True)),
                ("begun_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "-begun_at"], name="sign_in_of_account")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("until__gt", models.F("begun_at"))), name="sign_in_span")
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInAttempt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name_digest", models.CharField(max_length=64)),
                ("source", models.CharField(max_length=60)),
                ("address", models.CharField(max_length=45)),
                ("at", models.DateTimeField()),
                ("succeeded", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["name_digest", "at"], name="attempt_by_name"),
                    models.Index(fields=["address", "at"], name="attempt_by_address"),
                    models.Index(fields=["at"], name="attempt_by_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StillOccasion",
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
                ("kind", models.CharField(max_length=20)),
                ("reference", models.CharField(max_length=120)),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                (
                    "camera",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="still_occasions",
                        to="registry.camera",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["fault", "commissioning"])), name="occasion_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True), ("ends_at__gte", models.F("begins_at")), _connector="OR"
                        ),
                        name="occasion_span",
                    ),
                    models.UniqueConstraint(fields=("camera", "reference"), name="occasion_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Viewing",
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
                ("session_digest", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=10)),
                ("sound", models.BooleanField()),
                ("begins_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("address", models.GenericIPAddressField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("leased_until", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("ending", models.CharField(blank=True, max_length=12)),
                ("salt", models.CharField(blank=True, max_length=32)),
                ("commitment", models.CharField(max_length=64, unique=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="viewings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "purpose",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="viewings",
                        to="access.purpose",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-opened_at", "-id"], name="viewing_by_time"),
                    models.Index(fields=["account", "-opened_at"], name="viewing_by_account"),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)), fields=["leased_until"], name="viewing_open"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("live", "playback", "still", "export"))),
                        name="viewing_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("begins_at__isnull", True), ("ends_at__isnull", True), ("kind", "live")),
                            models.Q(
                                models.Q(("kind", "live"), _negated=True),
                                ("begins_at__isnull", False),
                                ("ends_at__gte", models.F("begins_at")),
                            ),
                            _connector="OR",
                        ),
                        name="viewing_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("ending", "")),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("ending__in", ("closed", "lapsed", "revoked", "signed_out", "stopped")),
                            ),
                            _connector="OR",
                        ),
                        name="viewing_ending",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("commitment__regex", "^[0-9a-f]{64}$")), name="viewing_commitment"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ViewedCamera",
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
                ("ground", models.CharField(max_length=60)),
                ("opened_at", models.DateTimeField()),
                ("kind", models.CharField(max_length=10)),
                (
                    "camera",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="viewed", to="registry.camera"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.room"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.unit"
                    ),
                ),
                (
                    "viewing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cameras", to="access.viewing"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["unit", "-opened_at", "-viewing"], name="viewed_of_unit"),
                    models.Index(fields=["room", "-opened_at", "-viewing"], name="viewed_in_room"),
                    models.Index(fields=["unit", "kind", "-opened_at", "-viewing"], name="viewed_of_unit_by_kind"),
                    models.Index(fields=["camera", "-opened_at"], name="viewed_of_camera"),
                ],
                "constraints": [models.UniqueConstraint(fields=("viewing", "camera"), name="viewed_once")],
            },
        ),
        migrations.CreateModel(
            name="Served",
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
                ("sound", models.BooleanField(default=False)),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("bytes", models.BigIntegerField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                (
                    "camera",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.camera"
                    ),
                ),
                (
                    "viewing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="served", to="access.viewing"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["viewing", "camera", "-ends_at"], name="served_of_viewing")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("bytes__gte", 0), ("ends_at__gte", models.F("begins_at"))),
                        name="served_span",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditrow",
            trigger=pgtrigger.compiler.Trigger(
                name="audit_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="5d209db285e4ca5cf8f49bd63b1b71c10a81f959",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_audit_is_kept_e229f",
                    table="access_auditrow",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codereset",
            trigger=pgtrigger.compiler.Trigger(
                name="code_reset_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="1eb36dca438f708732476f7244a6e097b680ab9e",
                    operation="DELETE",
                    pgid="pgtrigger_code_reset_is_kept_555db",
                    table="access_codereset",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codereset",
            trigger=pgtrigger.compiler.Trigger(
                name="code_reset_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="435477470b38553f8154235c79c013317b320596",
                    operation="UPDATE",
                    pgid="pgtrigger_code_reset_is_not_rewritten_09047",
                    table="access_codereset",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grant",
            trigger=pgtrigger.compiler.Trigger(
                name="grant_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="31c89a5ca2c720b331296e134cd7bfce8529f05f",
                    operation="DELETE",
                    pgid="pgtrigger_grant_is_kept_ec534",
                    table="access_grant",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grant",
            trigger=pgtrigger.compiler.Trigger(
                name="grant_only_ends",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."rights" IS DISTINCT FROM (NEW."rights") OR OLD."begins_at" IS DISTINCT FROM (NEW."begins_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."decision_number" IS DISTINCT FROM (NEW."decision_number") OR OLD."granted_by_id" IS DISTINCT FROM (NEW."granted_by_id") OR OLD."seconded_by_id" IS DISTINCT FROM (NEW."seconded_by_id") OR OLD."through_restriction" IS DISTINCT FROM (NEW."through_restriction") OR OLD."granted_at" IS DISTINCT FROM (NEW."granted_at") OR OLD."footage_begins_at" IS DISTINCT FROM (NEW."footage_begins_at") OR OLD."footage_ends_at" IS DISTINCT FROM (NEW."footage_ends_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="777b3b5b4a8db22d40ce704ad37528655dc5bdac",
                    operation="UPDATE",
                    pgid="pgtrigger_grant_only_ends_afdb9",
                    table="access_grant",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grant",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "access_grantevent" ("begins_at", "decision_number", "ended_at", "ends_at", "footage_begins_at", "footage_ends_at", "granted_at", "granted_by_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "rights", "seconded_by_id", "through_restriction") VALUES (NEW."begins_at", NEW."decision_number", NEW."ended_at", NEW."ends_at", NEW."footage_begins_at", NEW."footage_ends_at", NEW."granted_at", NEW."granted_by_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reference", NEW."rights", NEW."seconded_by_id", NEW."through_restriction"); RETURN NULL;',
                    hash="6a1bd5aea91b65446f06382fb76e48b8af80b04b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1423b",
                    table="access_grant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grant",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "access_grantevent" ("begins_at", "decision_number", "ended_at", "ends_at", "footage_begins_at", "footage_ends_at", "granted_at", "granted_by_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "rights", "seconded_by_id", "through_restriction") VALUES (NEW."begins_at", NEW."decision_number", NEW."ended_at", NEW."ends_at", NEW."footage_begins_at", NEW."footage_ends_at", NEW."granted_at", NEW."granted_by_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reference", NEW."rights", NEW."seconded_by_id", NEW."through_restriction"); RETURN NULL;',
                    hash="49e2aad6e93a6ea237739feb1141ec99018ac7a1",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c99f4",
                    table="access_grant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grantrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="grant_request_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="516a678e0a583513e5b0676fb95dd9b7c743090b",
                    operation="DELETE",
                    pgid="pgtrigger_grant_request_is_kept_d2fac",
                    table="access_grantrequest",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grantrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="grant_request_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."rights" IS DISTINCT FROM (NEW."rights") OR OLD."begins_at" IS DISTINCT FROM (NEW."begins_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."decision_number" IS DISTINCT FROM (NEW."decision_number") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="c47df56037c6ece048edb255bf13b2d685134673",
                    operation="UPDATE",
                    pgid="pgtrigger_grant_request_is_not_rewritten_6672e",
                    table="access_grantrequest",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="purpose",
            trigger=pgtrigger.compiler.Trigger(
                name="purpose_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="34847e2563cc412ec59317f1c1fa25b811db910f",
                    operation="DELETE",
                    pgid="pgtrigger_purpose_is_kept_88e10",
                    table="access_purpose",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="purpose",
            trigger=pgtrigger.compiler.Trigger(
                name="purpose_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."search_key" IS DISTINCT FROM (NEW."search_key") OR OLD."begun_at" IS DISTINCT FROM (NEW."begun_at") OR OLD."longest_until" IS DISTINCT FROM (NEW."longest_until"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="9035bdeeaf704349680792afc0d93169c4e0609a",
                    operation="UPDATE",
                    pgid="pgtrigger_purpose_is_not_rewritten_3f83d",
                    table="access_purpose",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refusal",
            trigger=pgtrigger.compiler.Trigger(
                name="refusal_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="5d34ef47c0eb5a75cadc3cf0be4864ea4047a793",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_refusal_is_kept_2fd7f",
                    table="access_refusal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refusaltally",
            trigger=pgtrigger.compiler.Trigger(
                name="tally_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="cdafe1f9b6d6c1e3a76a0f201ac8e133f8f24613",
                    operation="DELETE",
                    pgid="pgtrigger_tally_is_kept_746fc",
                    table="access_refusaltally",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refusaltally",
            trigger=pgtrigger.compiler.Trigger(
                name="tally_counts_up",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NEW.id <> OLD.id OR NEW.account_id IS DISTINCT FROM OLD.account_id OR NEW.address IS DISTINCT FROM OLD.address\n       OR NEW.wanted <> OLD.wanted OR NEW.hour <> OLD.hour OR NEW.count <= OLD.count OR NEW.last_at < OLD.last_at THEN\n        RAISE EXCEPTION 'access: what was counted is not taken back' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="6b5a33185d0409274b163d1647340ec35db0e5eb",
                    operation="UPDATE",
                    pgid="pgtrigger_tally_counts_up_90cfb",
                    table="access_refusaltally",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restriction",
            trigger=pgtrigger.compiler.Trigger(
                name="restriction_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="cfcfb318e7669ed70d630abd590fc956b118e14a",
                    operation="DELETE",
                    pgid="pgtrigger_restriction_is_kept_57561",
                    table="access_restriction",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restriction",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "access_restrictionevent" ("begins_at", "ends_at", "id", "lifted_at", "lifted_by_id", "lifted_second_id", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "receiver_id", "reference", "room_id") VALUES (NEW."begins_at", NEW."ends_at", NEW."id", NEW."lifted_at", NEW."lifted_by_id", NEW."lifted_second_id", NEW."made_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."receiver_id", NEW."reference", NEW."room_id"); RETURN NULL;',
                    hash="2290d405d812ae14fb04f687429b9ff3deeb4029",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1cea9",
                    table="access_restriction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restriction",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "access_restrictionevent" ("begins_at", "ends_at", "id", "lifted_at", "lifted_by_id", "lifted_second_id", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "receiver_id", "reference", "room_id") VALUES (NEW."begins_at", NEW."ends_at", NEW."id", NEW."lifted_at", NEW."lifted_by_id", NEW."lifted_second_id", NEW."made_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."receiver_id", NEW."reference", NEW."room_id"); RETURN NULL;',
                    hash="6c235b7b0f095903f99d463f1025af727551b9d0",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a507e",
                    table="access_restriction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="securitykey",
            trigger=pgtrigger.compiler.Trigger(
                name="security_key_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="76a010f0179fa57e4a1c1da47842bc611ca97ec3",
                    operation="DELETE",
                    pgid="pgtrigger_security_key_is_kept_90061",
                    table="access_securitykey",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="securitykey",
            trigger=pgtrigger.compiler.Trigger(
                name="security_key_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."label" IS DISTINCT FROM (NEW."label") OR OLD."credential" IS DISTINCT FROM (NEW."credential") OR OLD."point" IS DISTINCT FROM (NEW."point") OR OLD."site_name" IS DISTINCT FROM (NEW."site_name") OR OLD."added_at" IS DISTINCT FROM (NEW."added_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="ff18af9c93547caaaacdfc7f4543513e10818020",
                    operation="UPDATE",
                    pgid="pgtrigger_security_key_is_not_rewritten_44255",
                    table="access_securitykey",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="signin",
            trigger=pgtrigger.compiler.Trigger(
                name="sign_in_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="b0e299fc7e11e6c5e87688da847cb09cff2791f6",
                    operation="DELETE",
                    pgid="pgtrigger_sign_in_is_kept_81cc2",
                    table="access_signin",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="signin",
            trigger=pgtrigger.compiler.Trigger(
                name="sign_in_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."browser" IS DISTINCT FROM (NEW."browser") OR OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."begun_at" IS DISTINCT FROM (NEW."begun_at") OR OLD."until" IS DISTINCT FROM (NEW."until"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="cf00e0f34ff121f04b266ef7d94da2ced5fe5515",
                    operation="UPDATE",
                    pgid="pgtrigger_sign_in_is_not_rewritten_334ab",
                    table="access_signin",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stilloccasion",
            trigger=pgtrigger.compiler.Trigger(
                name="occasion_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="9a0f350fd355f4e015f4cbfc13b3a85be891db0b",
                    operation="DELETE",
                    pgid="pgtrigger_occasion_is_kept_ca5d1",
                    table="access_stilloccasion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="viewing",
            trigger=pgtrigger.compiler.Trigger(
                name="viewing_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="d9ddfb9c067ba185f0afcd713411c251d209cb13",
                    operation="DELETE",
                    pgid="pgtrigger_viewing_is_kept_e1b2f",
                    table="access_viewing",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="viewing",
            trigger=pgtrigger.compiler.Trigger(
                name="viewing_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."session_digest" IS DISTINCT FROM (NEW."session_digest") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."sound" IS DISTINCT FROM (NEW."sound") OR OLD."begins_at" IS DISTINCT FROM (NEW."begins_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."purpose_id" IS DISTINCT FROM (NEW."purpose_id") OR OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."commitment" IS DISTINCT FROM (NEW."commitment"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="d13c3349779c2d9bd6f8de34a6fc962d73b70f4b",
                    operation="UPDATE",
                    pgid="pgtrigger_viewing_is_not_rewritten_71045",
                    table="access_viewing",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="viewing",
            trigger=pgtrigger.compiler.Trigger(
                name="viewing_stays_closed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."closed_at" IS NOT NULL AND OLD."salt" = (NEW."salt"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="209a3f5894b7edf13c580eda87e68b221558f93e",
                    operation="UPDATE",
                    pgid="pgtrigger_viewing_stays_closed_3c997",
                    table="access_viewing",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="viewedcamera",
            trigger=pgtrigger.compiler.Trigger(
                name="viewed_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="9491571dfdf8e4c07a59e66ca5b9e7452dd95666",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_viewed_is_kept_dd6d8",
                    table="access_viewedcamera",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="served",
            trigger=pgtrigger.compiler.Trigger(
                name="served_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="a40778596f08e4fda9f963c17011e53135d9c974",
                    operation="DELETE",
                    pgid="pgtrigger_served_is_kept_89453",
                    table="access_served",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="served",
            trigger=pgtrigger.compiler.Trigger(
                name="served_grows_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NEW.viewing_id <> OLD.viewing_id OR NEW.camera_id <> OLD.camera_id\n       OR NEW.sound <> OLD.sound OR NEW.begins_at <> OLD.begins_at\n       OR NEW.ends_at < OLD.ends_at OR NEW.bytes < OLD.bytes OR NEW.first_at <> OLD.first_at\n       OR NEW.last_at < OLD.last_at THEN\n        RAISE EXCEPTION 'access: what was served is not taken back' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="8968a7879c24619a72c4ed7c35b4ad4476d636f5",
                    operation="UPDATE",
                    pgid="pgtrigger_served_grows_only_e34aa",
                    table="access_served",
                    when="BEFORE",
                ),
            ),
        ),
    ]
