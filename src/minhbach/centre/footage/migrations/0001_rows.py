"""What recorders logged, as an index that can be made anew; marks, faults and holds."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("messaging", "0001_rows"),
        ("registry", "0001_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecorderHealth",
            fields=[
                (
                    "recorder",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="health",
                        serialize=False,
                        to="registry.recorder",
                    ),
                ),
                ("reported_at", models.DateTimeField()),
                ("report", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="RecorderLine",
            fields=[
                (
                    "recorder",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="line",
                        serialize=False,
                        to="registry.recorder",
                    ),
                ),
                ("first_heard_at", models.DateTimeField()),
                ("last_heard_at", models.DateTimeField()),
                ("software", models.CharField(blank=True, max_length=80)),
                ("clock_ahead_us", models.BigIntegerField(default=0)),
                ("configuration", models.PositiveIntegerField(default=0)),
                ("replay", models.JSONField(null=True)),
                ("allowance_bytes", models.BigIntegerField(null=True)),
                ("allowance_at", models.DateTimeField(null=True)),
                ("proved_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Fault",
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
                            ("offline", "Offline"),
                            ("silent", "Silent"),
                            ("frozen", "Frozen"),
                            ("black", "Black"),
                            ("covered", "Covered"),
                            ("disk", "Disk"),
                            ("line", "Line"),
                        ],
                        max_length=12,
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("known_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "camera",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="faults",
                        to="registry.camera",
                    ),
                ),
                (
                    "recorder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="faults", to="registry.recorder"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="faults", to="registry.room"
                    ),
                ),
            ],
            options={
                "ordering": ("-began_at",),
                "indexes": [
                    models.Index(fields=["camera", "-began_at"], name="fault_of_camera"),
                    models.Index(fields=["room", "ended_at"], name="fault_by_change"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["offline", "silent", "frozen", "black", "covered", "disk", "line"])
                        ),
                        name="fault_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("camera__isnull", False),
                                ("kind__in", ("offline", "silent", "frozen", "black", "covered")),
                            ),
                            models.Q(("camera__isnull", True), ("kind__in", ("disk", "line"))),
                            _connector="OR",
                        ),
                        name="fault_of_its_device",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True), ("ended_at__gte", models.F("began_at")), _connector="OR"
                        ),
                        name="fault_ends_after_it_begins",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("recorder", "camera", "kind"),
                        name="fault_open_once",
                        nulls_distinct=False,
                    ),
                    models.UniqueConstraint(
                        fields=("recorder", "camera", "kind", "began_at"), name="fault_once", nulls_distinct=False
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FaultTold",
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
                    "step",
                    models.CharField(
                        choices=[("technician", "Technician"), ("head", "Head"), ("supervisor", "Supervisor")],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "fault",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="told", to="footage.fault"
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="messaging.notice",
                    ),
                ),
            ],
            options={
                "ordering": ("at",),
                "constraints": [
                    models.UniqueConstraint(fields=("fault", "step"), name="fault_told_once"),
                    models.CheckConstraint(
                        condition=models.Q(("step__in", ["technician", "head", "supervisor"])), name="fault_step_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FaultToldTogether",
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
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="messaging.notice"
                    ),
                ),
                (
                    "told",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="together", to="footage.faulttold"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("told", "notice"), name="fault_told_together_once")],
            },
        ),
        migrations.CreateModel(
            name="FaultWork",
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
                        choices=[("started", "Started"), ("substitute", "Substitute"), ("note", "Note")], max_length=12
                    ),
                ),
                ("note", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "fault",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="work", to="footage.fault"
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
                "ordering": ("at",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["started", "substitute", "note"])), name="fault_work_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("note__regex", "\\S")), name="fault_work_says_something"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "started")), fields=("fault",), name="fault_started_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "substitute")), fields=("fault",), name="fault_substitute_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FootageStream",
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
                ("camera", models.CharField(max_length=64)),
                ("stream", models.CharField(max_length=64)),
                ("content", models.CharField(help_text="av, picture or sound", max_length=10)),
                ("active", models.BooleanField(default=True)),
                ("known_until_us", models.BigIntegerField(default=0)),
                ("witnessed_until_us", models.BigIntegerField(default=0)),
                (
                    "recorder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="streams", to="registry.recorder"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("recorder", "camera", "stream"), name="stream_once")],
            },
        ),
        migrations.CreateModel(
            name="Gap",
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
                ("cause", models.CharField(max_length=64)),
                ("log", models.CharField(max_length=12)),
                ("index", models.BigIntegerField()),
                (
                    "stream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="footage.footagestream"
                    ),
                ),
            ],
            options={
                "ordering": ("begin_us",),
                "abstract": False,
                "indexes": [models.Index(fields=["stream", "end_us"], name="gap_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("begin_us__lt", models.F("end_us"))), name="gap_has_length"
                    ),
                    models.UniqueConstraint(fields=("stream", "log", "index"), name="gap_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
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
                ("camera", models.CharField(default="*", max_length=64)),
                ("stream", models.CharField(default="*", max_length=64)),
                ("begin_us", models.BigIntegerField()),
                ("end_us", models.BigIntegerField()),
                ("kind", models.SlugField(max_length=40)),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("reason", models.TextField()),
                ("salt", models.BinaryField()),
                ("commitment", models.CharField(max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("placed_at", models.DateTimeField(blank=True, null=True)),
                ("placed_index", models.BigIntegerField(blank=True, null=True)),
                ("release_asked_at", models.DateTimeField(blank=True, null=True)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("refused_vi", models.TextField(blank=True)),
                ("refused_en", models.TextField(blank=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "recorder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="registry.recorder"
                    ),
                ),
                (
                    "release_asked_by",
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
                "ordering": ("-asked_at",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("placed_at__isnull", True)), fields=["recorder"], name="hold_pending"
                    ),
                    models.Index(
                        condition=models.Q(("release_asked_at__isnull", False), ("released_at__isnull", True)),
                        fields=["recorder"],
                        name="hold_release_pending",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("begin_us__lt", models.F("end_us"))), name="hold_has_length"
                    ),
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="hold_has_a_reason"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_at__isnull", True), ("release_asked_at__isnull", False), _connector="OR"
                        ),
                        name="hold_release_asked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LateSpan",
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
                ("witnessed_at", models.DateTimeField()),
                (
                    "stream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="footage.footagestream"
                    ),
                ),
            ],
            options={
                "ordering": ("begin_us",),
                "abstract": False,
                "indexes": [models.Index(fields=["stream", "end_us"], name="late_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("begin_us__lt", models.F("end_us"))), name="late_has_length"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
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
                ("reason", models.CharField(max_length=300)),
                ("document", models.CharField(blank=True, max_length=120)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("person", "Person"),
                            ("extraction", "Extraction"),
                            ("rating", "Rating"),
                            ("petition", "Petition"),
                            ("finding", "Finding"),
                            ("session", "Session"),
                            ("subject", "Subject"),
                        ],
                        default="person",
                        max_length=20,
                    ),
                ),
                ("route", models.CharField(blank=True, max_length=60)),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("asked_at", models.DateTimeField()),
                (
                    "asked_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="legal_holds", to="registry.room"
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_at",),
                "indexes": [models.Index(fields=["room", "end_us"], name="legal_hold_of_room")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("begin_us__gt", 0), ("begin_us__lt", models.F("end_us"))),
                        name="legal_hold_has_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__regex", "\\S")), name="legal_hold_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "origin__in",
                                ["person", "extraction", "rating", "petition", "finding", "session", "subject"],
                            )
                        ),
                        name="legal_hold_origin_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("asked_by__isnull", False), models.Q(("origin", "person"), _negated=True), _connector="OR"
                        ),
                        name="legal_hold_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LogKey",
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
                    "name",
                    models.CharField(help_text="the name of the key: the origin without its year", max_length=100),
                ),
                ("vkey", models.CharField(max_length=200, unique=True)),
                ("reason", models.CharField(choices=[("first", "First"), ("rotated", "Rotated")], max_length=10)),
                ("trusted_at", models.DateTimeField()),
                (
                    "recorder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="log_keys", to="registry.recorder"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("reason", "first")), fields=("name",), name="log_key_first_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ("first", "rotated"))), name="log_key_reason_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mark",
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
                (
                    "kind",
                    models.SlugField(
                        help_text="bookmark, hold, finding; for moments see `actions.marks.Moment`", max_length=40
                    ),
                ),
                ("reference", models.CharField(max_length=80)),
                ("vi", models.CharField(max_length=300)),
                ("en", models.CharField(max_length=300)),
                ("right", models.CharField(max_length=20)),
                ("route", models.CharField(blank=True, max_length=60)),
                ("made_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "camera",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="registry.camera",
                    ),
                ),
                (
                    "counter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="registry.counter",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="marks", to="registry.room"
                    ),
                ),
                (
                    "withdrawn_by",
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
                "ordering": ("begin_us",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=["room", "end_us"],
                        name="mark_by_time",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("begin_us__gt", 0), ("end_us__gte", models.F("begin_us"))),
                        name="mark_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            ("withdrawn_at__isnull", False),
                            _connector="OR",
                        ),
                        name="mark_withdrawn",
                    ),
                    models.UniqueConstraint(fields=("kind", "reference"), name="mark_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("vi", ""), _negated=True),
                            models.Q(("en", ""), _negated=True),
                            models.Q(("right", ""), _negated=True),
                        ),
                        name="mark_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecorderLog",
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
                    "name",
                    models.CharField(help_text="2026 or 2/2026, as references in entries spell it", max_length=12),
                ),
                ("origin", models.CharField(max_length=120, unique=True)),
                ("place", models.PositiveSmallIntegerField()),
                ("size", models.BigIntegerField(default=0)),
                ("root", models.CharField(blank=True, max_length=64)),
                ("stored_at", models.DateTimeField(blank=True, null=True)),
                ("indexed", models.BigIntegerField(default=0)),
                ("cosigned", models.BigIntegerField(default=0)),
                ("cosigned_at", models.DateTimeField(blank=True, null=True)),
                ("returned", models.BigIntegerField(default=0)),
                (
                    "recorder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="logs", to="registry.recorder"
                    ),
                ),
            ],
            options={
                "ordering": ("place",),
                "constraints": [
                    models.UniqueConstraint(fields=("recorder", "name"), name="log_name_once"),
                    models.UniqueConstraint(fields=("recorder", "place"), name="log_place_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cosigned__lte", models.F("size")),
                            ("indexed__lte", models.F("size")),
                            ("returned__lte", models.F("cosigned")),
                        ),
                        name="log_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cosigned", 0), ("cosigned_at__isnull", True)),
                            models.Q(("cosigned__gt", 0), ("cosigned_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="log_cosigned_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cosignature",
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
                ("hour", models.DateTimeField()),
                ("size", models.BigIntegerField()),
                ("cosigned_at", models.DateTimeField()),
                ("note", models.TextField()),
                (
                    "log",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="footage.recorderlog",
                    ),
                ),
            ],
            options={
                "ordering": ("-hour",),
                "constraints": [models.UniqueConstraint(fields=("log", "hour"), name="cosignature_once_an_hour")],
            },
        ),
        migrations.CreateModel(
            name="Removal",
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
                (
                    "kind",
                    models.CharField(
                        choices=[("deletion", "Deletion"), ("emergency_deletion", "Emergency"), ("erasure", "Erasure")],
                        max_length=20,
                    ),
                ),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("removed_us", models.BigIntegerField(help_text="of the newest entry that removed some of it")),
                (
                    "stream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="footage.footagestream"
                    ),
                ),
            ],
            options={
                "ordering": ("begin_us",),
                "abstract": False,
                "indexes": [models.Index(fields=["stream", "end_us"], name="removal_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("begin_us__lt", models.F("end_us"))), name="removal_has_length"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("deletion", "emergency_deletion", "erasure"))),
                        name="removal_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
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
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                (
                    "stream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="footage.footagestream"
                    ),
                ),
            ],
            options={
                "ordering": ("begin_us",),
                "abstract": False,
                "indexes": [models.Index(fields=["stream", "end_us"], name="run_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("begin_us__lt", models.F("end_us"))), name="run_has_length"
                    ),
                    models.CheckConstraint(condition=models.Q(("first__lte", models.F("last"))), name="run_in_order"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SegmentBlock",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "stream_id", "block", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("block", models.BigIntegerField()),
                ("packed", models.BinaryField()),
                (
                    "stream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="footage.footagestream"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SentConfiguration",
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
                ("digest", models.CharField(max_length=64)),
                ("token", models.TextField()),
                ("issued_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("refused_vi", models.TextField(blank=True)),
                ("refused_en", models.TextField(blank=True)),
                (
                    "recorder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="configurations",
                        to="registry.recorder",
                    ),
                ),
            ],
            options={
                "ordering": ("-serial",),
                "constraints": [
                    models.UniqueConstraint(fields=("recorder", "serial"), name="configuration_serial_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
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
                ("grave", models.BooleanField(default=True)),
                ("log", models.CharField(blank=True, max_length=12)),
                ("index", models.BigIntegerField(default=-1)),
                ("vi", models.TextField()),
                ("en", models.TextField()),
                ("camera", models.CharField(blank=True, max_length=64)),
                ("begin_us", models.BigIntegerField(blank=True, null=True)),
                ("end_us", models.BigIntegerField(blank=True, null=True)),
                ("evidence", models.BinaryField(blank=True, default=bytes)),
                ("digest", models.CharField(help_text="of what makes two alarms the same", max_length=64)),
                ("times", models.PositiveIntegerField(default=1)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recorder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alarms", to="registry.recorder"
                    ),
                ),
            ],
            options={
                "ordering": ("-first_at", "-id"),
                "constraints": [
                    models.UniqueConstraint(fields=("recorder", "digest"), name="alarm_once"),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("vi", ""), _negated=True), models.Q(("en", ""), _negated=True)),
                        name="alarm_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Bookmark",
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
                ("note", models.CharField(max_length=300)),
                ("made_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bookmarks", to="registry.person"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bookmarks", to="registry.room"
                    ),
                ),
                (
                    "withdrawn_by",
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
                "ordering": ("-made_at",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("begin_us__gt", 0), ("end_us__gte", models.F("begin_us"))),
                        name="bookmark_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                            ("withdrawn_at__isnull", False),
                            _connector="OR",
                        ),
                        name="bookmark_withdrawn",
                    ),
                    models.CheckConstraint(condition=models.Q(("note__regex", "\\S")), name="bookmark_says_something"),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bookmark",
            trigger=pgtrigger.compiler.Trigger(
                name="bookmark_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="7528a62c8cf867675e5fcaacaca77c5d5254bc30",
                    operation="DELETE",
                    pgid="pgtrigger_bookmark_is_kept_a6954",
                    table="footage_bookmark",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bookmark",
            trigger=pgtrigger.compiler.Trigger(
                name="bookmark_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."room_id" IS DISTINCT FROM (NEW."room_id") OR OLD."begin_us" IS DISTINCT FROM (NEW."begin_us") OR OLD."end_us" IS DISTINCT FROM (NEW."end_us") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="f53b63c678ab95886fe7d1cb56d4b26027dae1bf",
                    operation="UPDATE",
                    pgid="pgtrigger_bookmark_is_not_rewritten_0e5ed",
                    table="footage_bookmark",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="fault",
            trigger=pgtrigger.compiler.Trigger(
                name="fault_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="c5cce193e964dc6911802ec4e227ebf6edf0e4b9",
                    operation="DELETE",
                    pgid="pgtrigger_fault_is_kept_62dcc",
                    table="footage_fault",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="fault",
            trigger=pgtrigger.compiler.Trigger(
                name="fault_only_ends",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."recorder_id" IS DISTINCT FROM (NEW."recorder_id") OR OLD."camera_id" IS DISTINCT FROM (NEW."camera_id") OR OLD."room_id" IS DISTINCT FROM (NEW."room_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."began_at" IS DISTINCT FROM (NEW."began_at") OR OLD."known_at" IS DISTINCT FROM (NEW."known_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="f3b670c5b5d1815bfe8ce0e56bd7b028a66e31df",
                    operation="UPDATE",
                    pgid="pgtrigger_fault_only_ends_dc36d",
                    table="footage_fault",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="faulttold",
            trigger=pgtrigger.compiler.Trigger(
                name="fault_told_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="409c973aa89d587df44f16ffc2bd5dc9bb891e2e",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_fault_told_is_kept_54d30",
                    table="footage_faulttold",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="faulttoldtogether",
            trigger=pgtrigger.compiler.Trigger(
                name="fault_together_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="dd89c7fd5382233da029a371de553bc0a7d5ed43",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_fault_together_is_kept_6644e",
                    table="footage_faulttoldtogether",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="faultwork",
            trigger=pgtrigger.compiler.Trigger(
                name="fault_work_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="4e8b6eb51730fab29efe61e9f31c72ecac2659ac",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_fault_work_is_kept_f2a21",
                    table="footage_faultwork",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="legalhold",
            trigger=pgtrigger.compiler.Trigger(
                name="legal_hold_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="9790afb9193d20a0032a9c08d255e6527bc82313",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_legal_hold_is_kept_0692d",
                    table="footage_legalhold",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mark",
            trigger=pgtrigger.compiler.Trigger(
                name="mark_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="6293f67e349e18f22f85b30606f4468661fa808b",
                    operation="DELETE",
                    pgid="pgtrigger_mark_is_kept_a2cf8",
                    table="footage_mark",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="mark",
            trigger=pgtrigger.compiler.Trigger(
                name="mark_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."room_id" IS DISTINCT FROM (NEW."room_id") OR OLD."camera_id" IS DISTINCT FROM (NEW."camera_id") OR OLD."counter_id" IS DISTINCT FROM (NEW."counter_id") OR OLD."begin_us" IS DISTINCT FROM (NEW."begin_us") OR OLD."end_us" IS DISTINCT FROM (NEW."end_us") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."vi" IS DISTINCT FROM (NEW."vi") OR OLD."en" IS DISTINCT FROM (NEW."en") OR OLD."right" IS DISTINCT FROM (NEW."right") OR OLD."route" IS DISTINCT FROM (NEW."route") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="c0f35403d5adb8e7b7796eb613b68aaa2ec2d944",
                    operation="UPDATE",
                    pgid="pgtrigger_mark_is_not_rewritten_9b6a6",
                    table="footage_mark",
                    when="BEFORE",
                ),
            ),
        ),
    ]
