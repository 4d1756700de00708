"""Extractions, their approvals and builds, whose hands a package went through."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_rows"),
        ("dossiers", "0001_rows"),
        ("footage", "0001_rows"),
        ("papers", "0001_rows"),
        ("registry", "0001_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Extraction",
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
                ("requested_at", models.DateTimeField()),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="extractions", to="registry.person"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="extractions", to="registry.room"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="extractions", to="registry.unit"
                    ),
                ),
            ],
            options={
                "ordering": ("-requested_at",),
                "indexes": [models.Index(fields=["room", "-requested_at"], name="extraction_in_room")],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "year", "number"), name="extraction_number_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Ending",
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
                ("at", models.DateTimeField()),
                ("reason", models.CharField(max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "extraction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ending", to="evidence.extraction"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["refused", "withdrawn"])), name="ending_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("reason__regex", "\\S")), name="ending_says_why"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Custody",
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
                            ("copied", "Copied"),
                            ("handed_over", "Handed Over"),
                            ("signed", "Signed"),
                            ("returned", "Returned"),
                            ("destroyed", "Destroyed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("medium", models.CharField(blank=True, max_length=200)),
                ("document", models.CharField(blank=True, max_length=200)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="papers.paper",
                    ),
                ),
                (
                    "extraction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="custody", to="evidence.extraction"
                    ),
                ),
            ],
            options={
                "ordering": ("at",),
                "indexes": [models.Index(fields=["extraction", "at"], name="custody_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["copied", "handed_over", "signed", "returned", "destroyed"])),
                        name="custody_kind_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["handed_over", "signed"])),
                        fields=("extraction", "kind"),
                        name="custody_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["returned", "destroyed"])),
                        fields=("extraction",),
                        name="custody_ends_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "handed_over"), ("medium", ""), _negated=True),
                            models.Q(("kind", "signed"), ("paper__isnull", True), _negated=True),
                        ),
                        name="custody_in_hand",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HoldRelease",
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
                ("reason", models.CharField(max_length=300)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("agreed", models.BooleanField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="footage.legalhold"
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_at",),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("reason__regex", "\\S")), name="release_says_why"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="release_by_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("agreed__isnull", True), ("decided_at__isnull", True), ("decided_by__isnull", True)
                            ),
                            models.Q(
                                ("agreed__isnull", False), ("decided_at__isnull", False), ("decided_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="release_decided",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("agreed", True)), fields=("hold",), name="release_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("agreed__isnull", True)), fields=("hold",), name="release_asked_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MaskRound",
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
                ("serial", models.PositiveSmallIntegerField()),
                ("drawn_at", models.DateTimeField()),
                ("decisions", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("rendered_at", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("failure_vi", models.TextField(blank=True)),
                ("failure_en", models.TextField(blank=True)),
                ("copies", models.JSONField(default=dict)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                ("accepted", models.BooleanField(blank=True, null=True)),
                ("said", models.CharField(blank=True, max_length=300)),
                (
                    "drawn_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "extraction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mask_rounds",
                        to="evidence.extraction",
                    ),
                ),
                (
                    "reviewed_by",
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
                "ordering": ("serial",),
                "constraints": [
                    models.UniqueConstraint(fields=("extraction", "serial"), name="mask_round_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("accepted", True)), fields=("extraction",), name="mask_round_accepted_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by__isnull", True),
                            models.Q(("reviewed_by", models.F("drawn_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="mask_round_by_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="mask_round_digest"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("accepted__isnull", True), ("reviewed_at__isnull", True), ("reviewed_by__isnull", True)
                            ),
                            models.Q(
                                ("accepted__isnull", False),
                                ("rendered_at__isnull", False),
                                ("reviewed_at__isnull", False),
                                ("reviewed_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="mask_round_reviewed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Revision",
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
                ("serial", models.PositiveSmallIntegerField()),
                ("begin_us", models.BigIntegerField()),
                ("end_us", models.BigIntegerField()),
                ("kind", models.CharField(choices=[("original", "Original"), ("masked", "Masked")], max_length=20)),
                ("purpose", models.CharField(max_length=300)),
                ("legal_basis", models.CharField(max_length=300)),
                ("case_number", models.CharField(blank=True, max_length=120)),
                ("receiver_body", models.CharField(max_length=200)),
                ("receiver_name", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField()),
                ("salt", models.BinaryField()),
                ("scope", models.BinaryField()),
                ("scope_hash", models.CharField(max_length=64)),
                ("cameras", models.ManyToManyField(related_name="+", to="registry.camera")),
                (
                    "extraction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="evidence.extraction"
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="footage.legalhold"
                    ),
                ),
            ],
            options={
                "ordering": ("serial",),
                "constraints": [
                    models.UniqueConstraint(fields=("extraction", "serial"), name="revision_serial_once"),
                    models.UniqueConstraint(fields=("scope_hash",), name="revision_scope_once"),
                    models.CheckConstraint(
                        condition=models.Q(("begin_us__gt", 0), ("begin_us__lt", models.F("end_us"))),
                        name="revision_span",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scope_hash__regex", "^[0-9a-f]{64}$")), name="revision_scope"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["original", "masked"])), name="revision_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("legal_basis__regex", "\\S"),
                            ("purpose__regex", "\\S"),
                            ("receiver_name__regex", "\\S"),
                            ("receiver_body__regex", "\\S"),
                        ),
                        name="revision_says_what_for",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Build",
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
                ("begun_at", models.DateTimeField()),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("failure_vi", models.TextField(blank=True)),
                ("failure_en", models.TextField(blank=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("size_bytes", models.BigIntegerField(default=0)),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "extraction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="build", to="evidence.extraction"
                    ),
                ),
                (
                    "revision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="build", to="evidence.revision"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("digest", ""), ("finished_at__isnull", True), ("size_bytes", 0)),
                            models.Q(
                                ("digest__regex", "^[0-9a-f]{64}$"),
                                ("finished_at__isnull", False),
                                ("size_bytes__gt", 0),
                            ),
                            _connector="OR",
                        ),
                        name="build_finished",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Approval",
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
                ("number", models.PositiveSmallIntegerField()),
                ("managing", models.BooleanField()),
                ("kind", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("nonce", models.CharField(max_length=32, unique=True)),
                ("record", models.JSONField()),
                (
                    "approver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.securitykey",
                    ),
                ),
                (
                    "extraction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="approvals", to="evidence.extraction"
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="approvals", to="evidence.revision"
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
                "constraints": [
                    models.UniqueConstraint(fields=("revision", "approver"), name="approved_once_by_one"),
                    models.UniqueConstraint(fields=("revision", "number"), name="approved_by_two"),
                    models.CheckConstraint(condition=models.Q(("number__in", [1, 2])), name="approval_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key__isnull", False), ("kind", "webauthn")),
                            models.Q(("key__isnull", True), ("kind", "password_code")),
                            _connector="OR",
                        ),
                        name="approval_proof",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stamp",
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
                ("seal", models.BinaryField()),
                ("signed_by", models.CharField(blank=True, max_length=300)),
                ("inside", models.BooleanField(default=False)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("failure_vi", models.TextField(blank=True)),
                ("failure_en", models.TextField(blank=True)),
                ("stamped_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.BinaryField(default=b"")),
                (
                    "build",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stamp", to="evidence.build"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("stamped_at__isnull", True)), fields=["next_at"], name="stamp_waiting"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", b""), ("inside", False), ("stamped_at__isnull", True)),
                            models.Q(("stamped_at__isnull", False), models.Q(("answer", b""), _negated=True)),
                            _connector="OR",
                        ),
                        name="stamp_has_its_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SubjectRequest",
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
                    "wanted",
                    models.CharField(choices=[("see", "See"), ("copy", "Copy"), ("erase", "Erase")], max_length=10),
                ),
                ("channel", models.CharField(choices=[("counter", "Counter"), ("letter", "Letter")], max_length=10)),
                ("received_at", models.DateTimeField()),
                ("begin_us", models.BigIntegerField()),
                ("end_us", models.BigIntegerField()),
                (
                    "identity",
                    models.CharField(
                        choices=[
                            ("card", "Card"),
                            ("vneid", "Vneid"),
                            ("passport", "Passport"),
                            ("certified", "Certified"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "behalf",
                    models.CharField(
                        choices=[("oneself", "Oneself"), ("guardian", "Guardian"), ("authorised", "Authorised")],
                        max_length=10,
                    ),
                ),
                ("third_party", models.BooleanField(default=False)),
                ("taken_at", models.DateTimeField()),
                ("commitment", models.CharField(max_length=64)),
                ("cameras", models.ManyToManyField(related_name="+", to="registry.camera")),
                (
                    "dossier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="subject_requests", to="registry.room"
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="subject_requests", to="registry.unit"
                    ),
                ),
            ],
            options={
                "ordering": ("-received_at",),
                "indexes": [models.Index(fields=["room", "-received_at"], name="subject_in_room")],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "year", "number"), name="subject_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("behalf__in", ["oneself", "guardian", "authorised"]),
                            ("channel__in", ["counter", "letter"]),
                            ("wanted__in", ["see", "copy", "erase"]),
                            ("identity__in", ["card", "vneid", "passport", "certified"]),
                        ),
                        name="subject_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("begin_us__gt", 0), ("begin_us__lt", models.F("end_us"))),
                        name="subject_span",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("commitment__regex", "^[0-9a-f]{64}$")), name="subject_commitment"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubjectPerson",
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
                ("name", models.CharField(max_length=120)),
                ("contact", models.CharField(max_length=300)),
                ("represents", models.CharField(blank=True, max_length=120)),
                ("looks", models.CharField(blank=True, max_length=300)),
                ("salt", models.BinaryField()),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="person", to="evidence.subjectrequest"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name__regex", "\\S")), name="subject_named")
                ],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
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
                ("name", models.CharField(max_length=64)),
                ("begin_us", models.BigIntegerField()),
                ("end_us", models.BigIntegerField()),
                ("salt", models.BinaryField()),
                ("commitment", models.CharField(max_length=64, unique=True)),
                ("ordered_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("entry", models.BigIntegerField(blank=True, null=True)),
                ("segments", models.PositiveIntegerField(default=0)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("refused_vi", models.TextField(blank=True)),
                ("refused_en", models.TextField(blank=True)),
                (
                    "camera",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.camera"
                    ),
                ),
                (
                    "recorder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="erasures", to="registry.recorder"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasures",
                        to="evidence.subjectrequest",
                    ),
                ),
            ],
            options={
                "ordering": ("ordered_at", "id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)), fields=["recorder"], name="erasure_pending"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("request", "camera"), name="erasure_once"),
                    models.CheckConstraint(
                        condition=models.Q(("begin_us__gt", 0), ("begin_us__lt", models.F("end_us"))),
                        name="erasure_span",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubjectStep",
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
                            ("acknowledged", "Acknowledged"),
                            ("extended", "Extended"),
                            ("granted", "Granted"),
                            ("seconded", "Seconded"),
                            ("refused", "Refused"),
                            ("shown", "Shown"),
                            ("copy_asked", "Copy Asked"),
                            ("erased", "Erased"),
                            ("withdrawn", "Withdrawn"),
                            ("told_soon", "Told Soon"),
                            ("told_late", "Told Late"),
                            ("forgotten", "Forgotten"),
                        ],
                        max_length=14,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("note", models.CharField(blank=True, max_length=300)),
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
                    "extraction",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subject_step",
                        to="evidence.extraction",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="evidence.subjectrequest"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "acknowledged",
                                    "extended",
                                    "granted",
                                    "seconded",
                                    "refused",
                                    "shown",
                                    "copy_asked",
                                    "erased",
                                    "withdrawn",
                                    "told_soon",
                                    "told_late",
                                    "forgotten",
                                ],
                            )
                        ),
                        name="subject_step_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "copy_asked"), _negated=True),
                        fields=("request", "kind"),
                        name="subject_step_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ("erased", "told_soon", "told_late", "forgotten")),
                            ("by__isnull", False),
                            _connector="OR",
                        ),
                        name="subject_step_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["refused", "extended", "withdrawn"]),
                            ("note", ""),
                            ("reason", ""),
                            _negated=True,
                        ),
                        name="subject_step_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "copy_asked"), ("extraction__isnull", True), _connector="XOR"),
                        name="subject_step_copy",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extraction",
            trigger=pgtrigger.compiler.Trigger(
                name="extraction_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="914e44b286d6df45949fe642d40d6d1cb02b2d24",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_extraction_is_kept_f139c",
                    table="evidence_extraction",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ending",
            trigger=pgtrigger.compiler.Trigger(
                name="ending_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="1942d0ff79c377b55e5bcba49673fd1ab55d54ea",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_ending_is_kept_e8b29",
                    table="evidence_ending",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ending",
            trigger=pgtrigger.compiler.Trigger(
                name="ending_is_in_time",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.extraction_id::text, 8));\n    IF EXISTS (SELECT 1 FROM evidence_build WHERE extraction_id = NEW.extraction_id AND digest <> '') THEN\n        RAISE EXCEPTION 'evidence: its package was built' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="1332a4dc8f2bd5da3b956d7f84a2cb482c546b5f",
                    operation="INSERT",
                    pgid="pgtrigger_ending_is_in_time_b2d78",
                    table="evidence_ending",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="custody",
            trigger=pgtrigger.compiler.Trigger(
                name="custody_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="2f95ecc09efa41c228988ab2c4c24954dbeafb21",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_custody_is_kept_2c2c8",
                    table="evidence_custody",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="holdrelease",
            trigger=pgtrigger.compiler.Trigger(
                name="release_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="55f32aba79befaea32df7232e7a5de6c904ee374",
                    operation="DELETE",
                    pgid="pgtrigger_release_is_kept_3669a",
                    table="evidence_holdrelease",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="holdrelease",
            trigger=pgtrigger.compiler.Trigger(
                name="release_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."hold_id" IS DISTINCT FROM (NEW."hold_id") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."reason" IS DISTINCT FROM (NEW."reason"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="9025e6a3007d7e1e54d029b6caca442090b6f1c3",
                    operation="UPDATE",
                    pgid="pgtrigger_release_is_not_rewritten_1134e",
                    table="evidence_holdrelease",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="holdrelease",
            trigger=pgtrigger.compiler.Trigger(
                name="release_stays_decided",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."agreed" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="2deff2a447faf37182f991e1953ef9da95e658b8",
                    operation="UPDATE",
                    pgid="pgtrigger_release_stays_decided_40701",
                    table="evidence_holdrelease",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="maskround",
            trigger=pgtrigger.compiler.Trigger(
                name="mask_round_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="79befda41db4eeb85222d4b964c46f43b3849b91",
                    operation="DELETE",
                    pgid="pgtrigger_mask_round_is_kept_e98e7",
                    table="evidence_maskround",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="maskround",
            trigger=pgtrigger.compiler.Trigger(
                name="mask_round_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."extraction_id" IS DISTINCT FROM (NEW."extraction_id") OR OLD."serial" IS DISTINCT FROM (NEW."serial") OR OLD."drawn_by_id" IS DISTINCT FROM (NEW."drawn_by_id") OR OLD."drawn_at" IS DISTINCT FROM (NEW."drawn_at") OR OLD."decisions" IS DISTINCT FROM (NEW."decisions") OR OLD."digest" IS DISTINCT FROM (NEW."digest"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="1334734d4a298a6f1863677ce9158f1b44f8e143",
                    operation="UPDATE",
                    pgid="pgtrigger_mask_round_is_not_rewritten_58787",
                    table="evidence_maskround",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="maskround",
            trigger=pgtrigger.compiler.Trigger(
                name="mask_round_stays_made",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."rendered_at" IS NOT NULL AND NOT (OLD."copies" = (NEW."copies")))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="93366685bd4622cc8e18b73a80d0ad13921215f0",
                    operation="UPDATE",
                    pgid="pgtrigger_mask_round_stays_made_5e56b",
                    table="evidence_maskround",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="maskround",
            trigger=pgtrigger.compiler.Trigger(
                name="mask_round_stays_reviewed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."accepted" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="f4e447d7602354d0f57a74c9d97b01106370b81a",
                    operation="UPDATE",
                    pgid="pgtrigger_mask_round_stays_reviewed_e8b77",
                    table="evidence_maskround",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="maskround",
            trigger=pgtrigger.compiler.Trigger(
                name="mask_round_follows",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.extraction_id::text, 8));\n    IF NEW.serial <> 1 + (SELECT count(*) FROM evidence_maskround WHERE extraction_id = NEW.extraction_id) THEN\n        RAISE EXCEPTION 'evidence: a round follows the last' USING ERRCODE = 'check_violation';\n    END IF;\n    IF EXISTS (SELECT 1 FROM evidence_maskround WHERE extraction_id = NEW.extraction_id AND accepted) THEN\n        RAISE EXCEPTION 'evidence: a round was accepted' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NOT EXISTS (\n        SELECT 1 FROM evidence_build b JOIN evidence_revision r ON r.id = b.revision_id\n        WHERE b.extraction_id = NEW.extraction_id AND b.digest = '' AND b.failed_at IS NULL AND r.kind = 'masked'\n    ) THEN\n        RAISE EXCEPTION 'evidence: no masked copy is being built' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="7cdfcb7b1dc9a79c409f064bb2790adf32dbc807",
                    operation="INSERT",
                    pgid="pgtrigger_mask_round_follows_e1c57",
                    table="evidence_maskround",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revision",
            trigger=pgtrigger.compiler.Trigger(
                name="revision_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="41a8747009f103ea9909c3966a4d58b52350475e",
                    operation="DELETE",
                    pgid="pgtrigger_revision_is_kept_7f486",
                    table="evidence_revision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revision",
            trigger=pgtrigger.compiler.Trigger(
                name="revision_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."extraction_id" IS DISTINCT FROM (NEW."extraction_id") OR OLD."serial" IS DISTINCT FROM (NEW."serial") OR OLD."begin_us" IS DISTINCT FROM (NEW."begin_us") OR OLD."end_us" IS DISTINCT FROM (NEW."end_us") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."legal_basis" IS DISTINCT FROM (NEW."legal_basis") OR OLD."case_number" IS DISTINCT FROM (NEW."case_number") OR OLD."receiver_body" IS DISTINCT FROM (NEW."receiver_body") OR OLD."receiver_name" IS DISTINCT FROM (NEW."receiver_name") OR OLD."hold_id" IS DISTINCT FROM (NEW."hold_id") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."scope" IS DISTINCT FROM (NEW."scope") OR OLD."scope_hash" IS DISTINCT FROM (NEW."scope_hash"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="84850b27c373ca19f8ce2b784dba866798d52a99",
                    operation="UPDATE",
                    pgid="pgtrigger_revision_is_not_rewritten_cd02f",
                    table="evidence_revision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="revision",
            trigger=pgtrigger.compiler.Trigger(
                name="revision_follows",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.extraction_id::text, 8));\n    IF NEW.serial <> 1 + (SELECT count(*) FROM evidence_revision WHERE extraction_id = NEW.extraction_id) THEN\n        RAISE EXCEPTION 'evidence: a revision follows the last' USING ERRCODE = 'check_violation';\n    END IF;\n    IF EXISTS (SELECT 1 FROM evidence_ending WHERE extraction_id = NEW.extraction_id)\n       OR EXISTS (SELECT 1 FROM evidence_build WHERE extraction_id = NEW.extraction_id) THEN\n        RAISE EXCEPTION 'evidence: what has ended or is being built is not changed' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="58176da04e88b90e59cd25770bd3b1b3be12ab0d",
                    operation="INSERT",
                    pgid="pgtrigger_revision_follows_f4295",
                    table="evidence_revision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="build",
            trigger=pgtrigger.compiler.Trigger(
                name="build_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="0f7cec9f3df5b90b1f93971a7004742a1035f0f6",
                    operation="DELETE",
                    pgid="pgtrigger_build_is_kept_9f2cd",
                    table="evidence_build",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="build",
            trigger=pgtrigger.compiler.Trigger(
                name="build_is_of_one",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."extraction_id" IS DISTINCT FROM (NEW."extraction_id") OR OLD."revision_id" IS DISTINCT FROM (NEW."revision_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="dc92d137b26a96765f7b2a1ed330eb7af415e290",
                    operation="UPDATE",
                    pgid="pgtrigger_build_is_of_one_d0ca9",
                    table="evidence_build",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="build",
            trigger=pgtrigger.compiler.Trigger(
                name="build_is_one",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT (OLD.\"digest\" = ''))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="3478518985901045c032d2fd8546e05200fc6b1b",
                    operation="UPDATE",
                    pgid="pgtrigger_build_is_one_3305b",
                    table="evidence_build",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="build",
            trigger=pgtrigger.compiler.Trigger(
                name="build_is_lawful",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.extraction_id::text, 8));\n    IF NEW.revision_id <> (SELECT id FROM evidence_revision WHERE extraction_id = NEW.extraction_id\n                           ORDER BY serial DESC LIMIT 1)\n       OR 2 <> (SELECT count(*) FROM evidence_approval WHERE revision_id = NEW.revision_id) THEN\n        RAISE EXCEPTION 'evidence: only what two approved is built' USING ERRCODE = 'check_violation';\n    END IF;\n    IF EXISTS (SELECT 1 FROM evidence_ending WHERE extraction_id = NEW.extraction_id) THEN\n        RAISE EXCEPTION 'evidence: it has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    IF EXISTS (SELECT 1 FROM evidence_extraction WHERE id = NEW.extraction_id AND requested_by_id = NEW.begun_by_id)\n       OR EXISTS (SELECT 1 FROM evidence_approval WHERE revision_id = NEW.revision_id\n                  AND approver_id = NEW.begun_by_id) THEN\n        RAISE EXCEPTION 'evidence: who asked or approved does not build' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="046cdadb225a6e9be0af1f95e966e065642350b5",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_build_is_lawful_680a9",
                    table="evidence_build",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="approval",
            trigger=pgtrigger.compiler.Trigger(
                name="approval_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="56d015f25d34c81fe823078fd62657b01e472e12",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_approval_is_kept_c484d",
                    table="evidence_approval",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="approval",
            trigger=pgtrigger.compiler.Trigger(
                name="approval_is_lawful",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.extraction_id::text, 8));\n    IF NOT EXISTS (\n        SELECT 1 FROM evidence_revision r\n        WHERE r.id = NEW.revision_id AND r.extraction_id = NEW.extraction_id AND r.serial =\n            (SELECT max(serial) FROM evidence_revision WHERE extraction_id = NEW.extraction_id)\n    ) THEN\n        RAISE EXCEPTION 'evidence: only the newest revision is approved' USING ERRCODE = 'check_violation';\n    END IF;\n    IF EXISTS (SELECT 1 FROM evidence_extraction WHERE id = NEW.extraction_id AND requested_by_id = NEW.approver_id)\n    THEN\n        RAISE EXCEPTION 'evidence: nobody approves their own request' USING ERRCODE = 'check_violation';\n    END IF;\n    IF EXISTS (SELECT 1 FROM evidence_ending WHERE extraction_id = NEW.extraction_id) THEN\n        RAISE EXCEPTION 'evidence: it has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.number <> 1 + (SELECT count(*) FROM evidence_approval WHERE revision_id = NEW.revision_id) THEN\n        RAISE EXCEPTION 'evidence: approvals are numbered one after the other' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.number = 2 AND NOT NEW.managing\n       AND NOT EXISTS (SELECT 1 FROM evidence_approval WHERE revision_id = NEW.revision_id AND managing) THEN\n        RAISE EXCEPTION 'evidence: one approver is of the body that manages the stream'\n            USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="ddcd83b5b4557d9b6fa5181b22b9f9ba224ab029",
                    operation="INSERT",
                    pgid="pgtrigger_approval_is_lawful_e9600",
                    table="evidence_approval",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stamp",
            trigger=pgtrigger.compiler.Trigger(
                name="stamp_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="2e7216bf941b208de995301d3dee439d1194c9c9",
                    operation="DELETE",
                    pgid="pgtrigger_stamp_is_kept_4046b",
                    table="evidence_stamp",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stamp",
            trigger=pgtrigger.compiler.Trigger(
                name="stamp_is_of_one",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."build_id" IS DISTINCT FROM (NEW."build_id") OR OLD."seal" IS DISTINCT FROM (NEW."seal") OR OLD."signed_by" IS DISTINCT FROM (NEW."signed_by") OR OLD."inside" IS DISTINCT FROM (NEW."inside"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="d84804a21956636af061615fe8e95e899a0ddbb3",
                    operation="UPDATE",
                    pgid="pgtrigger_stamp_is_of_one_15dba",
                    table="evidence_stamp",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stamp",
            trigger=pgtrigger.compiler.Trigger(
                name="stamp_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."stamped_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="0baa96af6ae973cfdfcd7df570c17a54f44ad09a",
                    operation="UPDATE",
                    pgid="pgtrigger_stamp_stays_7997a",
                    table="evidence_stamp",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subjectrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="subject_request_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="ed9786be07111f3a511a01f41419fa50d0da2364",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_subject_request_is_kept_61531",
                    table="evidence_subjectrequest",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subjectperson",
            trigger=pgtrigger.compiler.Trigger(
                name="subject_person_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="14dc66653cd56444f8d5d44574084c1ae7f1c36a",
                    operation="UPDATE",
                    pgid="pgtrigger_subject_person_is_not_rewritten_4605a",
                    table="evidence_subjectperson",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="erasure",
            trigger=pgtrigger.compiler.Trigger(
                name="erasure_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="0f46e3a7919fc0d5670c8b1d69ed457f0d295bca",
                    operation="DELETE",
                    pgid="pgtrigger_erasure_is_kept_be526",
                    table="evidence_erasure",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="erasure",
            trigger=pgtrigger.compiler.Trigger(
                name="erasure_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."request_id" IS DISTINCT FROM (NEW."request_id") OR OLD."camera_id" IS DISTINCT FROM (NEW."camera_id") OR OLD."recorder_id" IS DISTINCT FROM (NEW."recorder_id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."begin_us" IS DISTINCT FROM (NEW."begin_us") OR OLD."end_us" IS DISTINCT FROM (NEW."end_us") OR OLD."commitment" IS DISTINCT FROM (NEW."commitment") OR OLD."ordered_at" IS DISTINCT FROM (NEW."ordered_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="90b7382efd454064515cc0057f20614b5e47fca4",
                    operation="UPDATE",
                    pgid="pgtrigger_erasure_is_not_rewritten_621ad",
                    table="evidence_erasure",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="erasure",
            trigger=pgtrigger.compiler.Trigger(
                name="erasure_is_decided",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF 2 <> (SELECT count(*) FROM evidence_subjectstep WHERE request_id = NEW.request_id\n             AND kind IN ('granted', 'seconded')) THEN\n        RAISE EXCEPTION 'evidence: an erasure is decided by two' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="9540013786bc4aacb2b6c725a18953d5c2aee58b",
                    operation="INSERT",
                    pgid="pgtrigger_erasure_is_decided_b403a",
                    table="evidence_erasure",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subjectstep",
            trigger=pgtrigger.compiler.Trigger(
                name="subject_step_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="8815578ae715631a7dc182655bb5a142bc21e58f",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_subject_step_is_kept_0c11f",
                    table="evidence_subjectstep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subjectstep",
            trigger=pgtrigger.compiler.Trigger(
                name="subject_step_is_lawful",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.request_id::text, 10));\n    IF NEW.kind NOT IN ('told_soon', 'told_late', 'forgotten') AND EXISTS (\n        SELECT 1 FROM evidence_subjectstep WHERE request_id = NEW.request_id\n        AND kind IN ('refused', 'withdrawn', 'erased')\n    ) THEN\n        RAISE EXCEPTION 'evidence: the request has ended' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('granted', 'seconded', 'refused') AND EXISTS (\n        SELECT 1 FROM evidence_subjectrequest WHERE id = NEW.request_id AND taken_by_id = NEW.by_id\n    ) THEN\n        RAISE EXCEPTION 'evidence: who took the request does not decide it' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind = 'seconded' AND NOT EXISTS (\n        SELECT 1 FROM evidence_subjectstep s JOIN evidence_subjectrequest r ON r.id = s.request_id\n        WHERE s.request_id = NEW.request_id AND s.kind = 'granted' AND s.by_id <> NEW.by_id AND r.wanted = 'erase'\n    ) THEN\n        RAISE EXCEPTION 'evidence: an erasure is seconded by another' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind IN ('shown', 'copy_asked') AND NOT EXISTS (\n        SELECT 1 FROM evidence_subjectstep WHERE request_id = NEW.request_id AND kind = 'granted'\n    ) THEN\n        RAISE EXCEPTION 'evidence: nothing was granted' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="041ceb6d4a810259120fe065babaf9f9bb97ef52",
                    operation="INSERT",
                    pgid="pgtrigger_subject_step_is_lawful_37b8c",
                    table="evidence_subjectstep",
                    when="BEFORE",
                ),
            ),
        ),
    ]
