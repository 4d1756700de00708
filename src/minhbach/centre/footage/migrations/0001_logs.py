"""What recorders logged, what it covers, and what they were ordered."""

import django.db.models.deletion
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("registry", "0002_kinds"),
    ]

    operations = [
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
            ],
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
        migrations.AddConstraint(
            model_name="footagestream",
            constraint=models.UniqueConstraint(fields=("recorder", "camera", "stream"), name="stream_once"),
        ),
        migrations.AddIndex(
            model_name="gap",
            index=models.Index(fields=["stream", "end_us"], name="gap_by_time"),
        ),
        migrations.AddConstraint(
            model_name="gap",
            constraint=models.CheckConstraint(
                condition=models.Q(("begin_us__lt", models.F("end_us"))), name="gap_has_length"
            ),
        ),
        migrations.AddConstraint(
            model_name="gap",
            constraint=models.UniqueConstraint(fields=("stream", "log", "index"), name="gap_once"),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(
                condition=models.Q(("placed_at__isnull", True)), fields=["recorder"], name="hold_pending"
            ),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(
                condition=models.Q(("release_asked_at__isnull", False), ("released_at__isnull", True)),
                fields=["recorder"],
                name="hold_release_pending",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(("begin_us__lt", models.F("end_us"))), name="hold_has_length"
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="hold_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(("released_at__isnull", True), ("release_asked_at__isnull", False), _connector="OR"),
                name="hold_release_asked",
            ),
        ),
        migrations.AddIndex(
            model_name="latespan",
            index=models.Index(fields=["stream", "end_us"], name="late_by_time"),
        ),
        migrations.AddConstraint(
            model_name="latespan",
            constraint=models.CheckConstraint(
                condition=models.Q(("begin_us__lt", models.F("end_us"))), name="late_has_length"
            ),
        ),
        migrations.AddConstraint(
            model_name="logkey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reason", "first")), fields=("name",), name="log_key_first_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="logkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ("first", "rotated"))), name="log_key_reason_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="recorderlog",
            constraint=models.UniqueConstraint(fields=("recorder", "name"), name="log_name_once"),
        ),
        migrations.AddConstraint(
            model_name="recorderlog",
            constraint=models.UniqueConstraint(fields=("recorder", "place"), name="log_place_once"),
        ),
        migrations.AddConstraint(
            model_name="recorderlog",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cosigned__lte", models.F("size")),
                    ("indexed__lte", models.F("size")),
                    ("returned__lte", models.F("cosigned")),
                ),
                name="log_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="recorderlog",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cosigned", 0), ("cosigned_at__isnull", True)),
                    models.Q(("cosigned__gt", 0), ("cosigned_at__isnull", False)),
                    _connector="OR",
                ),
                name="log_cosigned_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="cosignature",
            constraint=models.UniqueConstraint(fields=("log", "hour"), name="cosignature_once_an_hour"),
        ),
        migrations.AddIndex(
            model_name="removal",
            index=models.Index(fields=["stream", "end_us"], name="removal_by_time"),
        ),
        migrations.AddConstraint(
            model_name="removal",
            constraint=models.CheckConstraint(
                condition=models.Q(("begin_us__lt", models.F("end_us"))), name="removal_has_length"
            ),
        ),
        migrations.AddConstraint(
            model_name="removal",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("deletion", "emergency_deletion", "erasure"))), name="removal_known"
            ),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["stream", "end_us"], name="run_by_time"),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(("begin_us__lt", models.F("end_us"))), name="run_has_length"
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lte", models.F("last"))), name="run_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="sentconfiguration",
            constraint=models.UniqueConstraint(fields=("recorder", "serial"), name="configuration_serial_once"),
        ),
    ]
