"""Units, rooms, devices and people as dated rows, with what PostgreSQL forbids of them, and the kinds of units."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.operations
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates

#: The kinds of units that the two shipped profiles speak of. More may be added as rows.
KINDS = (
    ("province", "Ủy ban nhân dân tỉnh", "Provincial People's Committee", 10),
    ("council", "Hội đồng nhân dân", "People's Council", 12),
    ("inspectorate", "Cơ quan thanh tra", "Inspectorate", 14),
    ("office", "Văn phòng", "Office of the People's Committee", 16),
    ("department", "Sở, phòng chuyên môn", "Specialised department", 18),
    ("service_centre", "Trung tâm Phục vụ hành chính công", "Public administration service centre", 20),
    ("district", "Ủy ban nhân dân huyện", "District People's Committee", 30),
    ("commune", "Ủy ban nhân dân xã", "Commune People's Committee", 40),
    ("ward", "Ủy ban nhân dân phường", "Ward People's Committee", 41),
    ("township", "Ủy ban nhân dân thị trấn", "Township People's Committee", 42),
    ("special_zone", "Ủy ban nhân dân đặc khu", "Special zone People's Committee", 43),
    ("team", "Tổ, đội", "Team", 60),
)


def fill(apps, schema_editor):
    kind = apps.get_model("registry", "UnitKind")
    kind.objects.bulk_create(kind(code=code, name_vi=vi, name_en=en, rank=rank) for code, vi, en, rank in KINDS)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("papers", "0001_rows"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(),
        migrations.CreateModel(
            name="Room",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "room_type",
                    models.CharField(
                        choices=[("reception_room", "Reception Room"), ("one_stop", "One Stop")], max_length=20
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("area_m2", models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True)),
                ("in_service_on", models.DateField(blank=True, null=True)),
                ("purpose", models.CharField(help_text="why it is recorded; stands on the sign", max_length=500)),
                ("legal_basis", models.CharField(help_text="which law allows it; stands on the sign", max_length=500)),
                (
                    "contact",
                    models.CharField(blank=True, help_text="whom a citizen asks; stands on the sign", max_length=200),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="room_span",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("room_type__in", ["reception_room", "one_stop"])), name="room_type_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("purpose", ""), _negated=True),
                            models.Q(("legal_basis", ""), _negated=True),
                        ),
                        name="room_purpose_written",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("area_m2__isnull", True), ("area_m2__gt", 0), _connector="OR"),
                        name="room_area_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Counter",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("number", models.PositiveSmallIntegerField()),
                ("name", models.CharField(help_text="Quầy 1, Bàn tiếp dân", max_length=120)),
                (
                    "field",
                    models.CharField(blank=True, help_text="what is handled there: Hộ tịch, Địa chính", max_length=200),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="counters", to="registry.room"
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="counter_span",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    "valid_from",
                                    "valid_until",
                                    django.contrib.postgres.fields.ranges.RangeBoundary(),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                            ("room", "="),
                            ("number", "="),
                        ],
                        name="counter_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gt", 0), models.Q(("name", ""), _negated=True)),
                        name="counter_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="unit_span",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Placement",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("decision_number", models.CharField(blank=True, max_length=60)),
                (
                    "parent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="placements_below", to="registry.unit"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="placements", to="registry.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="placement_span",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    "valid_from",
                                    "valid_until",
                                    django.contrib.postgres.fields.ranges.RangeBoundary(),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                            ("unit", "="),
                        ],
                        name="placement_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit", models.F("parent")), _negated=True), name="placement_not_itself"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Succession",
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
                ("decision_number", models.CharField(max_length=60)),
                (
                    "predecessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="successions", to="registry.unit"
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inheritances", to="registry.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("predecessor", "successor"), name="succession_once"),
                    models.CheckConstraint(
                        condition=models.Q(("predecessor", models.F("successor")), _negated=True),
                        name="succession_not_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitKind",
            fields=[
                ("code", models.SlugField(max_length=40, primary_key=True, serialize=False)),
                ("name_vi", models.CharField(max_length=120)),
                ("name_en", models.CharField(max_length=120)),
                ("rank", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ("rank", "code"),
            },
        ),
        migrations.CreateModel(
            name="Recorder",
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
                ("name", models.CharField(help_text="Đầu ghi xã Mộc Xuyên", max_length=120)),
                ("place", models.CharField(blank=True, help_text="Tủ kỹ thuật, tầng 1", max_length=200)),
                (
                    "networks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=49), default=list, help_text="192.168.1.0/24", size=None
                    ),
                ),
                ("sealing_key", models.CharField(blank=True, max_length=44)),
                ("added_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="registry.recorder",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recorders_here", to="registry.room"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="recorder_named"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("retired_at__isnull", True), ("retired_at__gt", models.F("added_at")), _connector="OR"
                        ),
                        name="recorder_span",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Camera",
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
                    models.SlugField(help_text="its name in the recorder's log; never given again", max_length=40),
                ),
                ("label", models.CharField(help_text="Camera 1 · Quầy 1 và 2", max_length=120)),
                ("address", models.CharField(help_text="rtsp://host/path, without name and password", max_length=300)),
                ("sub_address", models.CharField(blank=True, max_length=300)),
                ("sealed_credentials", models.TextField(blank=True)),
                ("tls_fingerprint", models.CharField(blank=True, max_length=64)),
                ("has_sound", models.BooleanField(default=False)),
                ("answered", models.JSONField(blank=True, default=dict)),
                ("added_at", models.DateTimeField()),
                ("recording_since", models.DateTimeField(blank=True, null=True)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="registry.camera",
                    ),
                ),
                (
                    "recorder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cameras", to="registry.recorder"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cameras", to="registry.room"
                    ),
                ),
            ],
            options={
                "ordering": ("label",),
            },
        ),
        migrations.CreateModel(
            name="Person",
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
                ("full_name", models.CharField(help_text="họ, đệm, tên, in NFC", max_length=120)),
                ("sort_key", models.CharField(db_index=True, max_length=600)),
                ("search_key", models.CharField(db_index=True, max_length=120)),
                ("staff_code", models.CharField(blank=True, max_length=40, null=True, unique=True)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("sort_key",),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("full_name", ""), _negated=True), name="person_named")
                ],
            },
        ),
        migrations.CreateModel(
            name="Acceptance",
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
                ("medium", models.CharField(choices=[("picture", "Picture"), ("voice", "Voice")], max_length=10)),
                ("party", models.CharField(choices=[("citizen", "Citizen"), ("officer", "Officer")], max_length=10)),
                ("passed", models.BooleanField()),
                ("note", models.CharField(blank=True, max_length=500)),
                ("accepted_at", models.DateTimeField()),
                ("viewing", models.UUIDField(blank=True, null=True)),
                ("seen_from", models.DateTimeField(blank=True, null=True)),
                ("seen_until", models.DateTimeField(blank=True, null=True)),
                (
                    "camera",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acceptances", to="registry.camera"
                    ),
                ),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
            ],
            options={
                "ordering": ("-accepted_at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("seen_from__isnull", True), ("seen_until__isnull", True), ("viewing__isnull", True)
                            ),
                            models.Q(
                                ("seen_from__isnull", False),
                                ("seen_until__gte", models.F("seen_from")),
                                ("viewing__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="acceptance_seen_in_a_viewing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("medium__in", ["picture", "voice"]), ("party__in", ["citizen", "officer"])),
                        name="acceptance_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("passed", True), models.Q(("note", ""), _negated=True), _connector="OR"),
                        name="acceptance_refused_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CounterPost",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "counter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="registry.counter"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="counter_posts", to="registry.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="counter_post_span",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    "valid_from",
                                    "valid_until",
                                    django.contrib.postgres.fields.ranges.RangeBoundary(),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                            ("person", "="),
                            ("counter", "="),
                        ],
                        name="counter_post_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CounterView",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "camera",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="counter_views", to="registry.camera"
                    ),
                ),
                (
                    "counter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="camera_views", to="registry.counter"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="counter_view_span",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    "valid_from",
                                    "valid_until",
                                    django.contrib.postgres.fields.ranges.RangeBoundary(),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                            ("camera", "="),
                            ("counter", "="),
                        ],
                        name="counter_view_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CounterViewEvent",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "camera",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.camera",
                    ),
                ),
                (
                    "counter",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.counter",
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
                        to="registry.counterview",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Microphone",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("label", models.CharField(max_length=120)),
                ("built_in", models.BooleanField(default=False)),
                (
                    "camera",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="microphones", to="registry.camera"
                    ),
                ),
                (
                    "counter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="microphones",
                        to="registry.counter",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="microphone_span",
                    ),
                    models.CheckConstraint(condition=models.Q(("label", ""), _negated=True), name="microphone_named"),
                ],
            },
        ),
        migrations.CreateModel(
            name="MicrophoneEvent",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("label", models.CharField(max_length=120)),
                ("built_in", models.BooleanField(default=False)),
                (
                    "camera",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.camera",
                    ),
                ),
                (
                    "counter",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.counter",
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
                        to="registry.microphone",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="NoticeSign",
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
                ("number", models.PositiveSmallIntegerField(help_text="1 is the first sign of the room")),
                ("content", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("hung_at", models.DateTimeField(blank=True, null=True)),
                ("hung_where", models.CharField(blank=True, max_length=200)),
                ("taken_down_at", models.DateTimeField(blank=True, null=True)),
                (
                    "paper",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="papers.paper"),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="papers.paper",
                    ),
                ),
                (
                    "hung_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signs", to="registry.room"
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
                "constraints": [
                    models.UniqueConstraint(fields=("room", "number"), name="sign_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hung_at__isnull", True), ("photo__isnull", True)),
                            models.Q(("hung_at__isnull", False), ("photo__isnull", False)),
                            _connector="OR",
                        ),
                        name="sign_hung_with_photo",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("taken_down_at__isnull", True),
                            ("taken_down_at__gte", models.F("hung_at")),
                            _connector="OR",
                        ),
                        name="sign_down_after_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CounterPostEvent",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "counter",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.counter",
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
                        to="registry.counterpost",
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Assignment",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("role", models.SlugField(help_text="a role of the regulation", max_length=40)),
                ("title", models.CharField(blank=True, max_length=200)),
                (
                    "field",
                    models.CharField(blank=True, help_text="professional field: Tư pháp - Hộ tịch", max_length=200),
                ),
                ("decision_number", models.CharField(max_length=60)),
                ("decision_date", models.DateField()),
                ("end_decision_number", models.CharField(blank=True, max_length=60)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawal_reason", models.CharField(blank=True, max_length=300)),
                (
                    "decision_paper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="papers.paper",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="registry.person"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="registry.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("withdrawal_reason", ""),
                                ("withdrawn_at__isnull", True),
                                models.Q(
                                    ("valid_until__isnull", True),
                                    ("valid_until__gt", models.F("valid_from")),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(
                                ("valid_until", models.F("valid_from")),
                                ("withdrawn_at__isnull", False),
                                models.Q(("withdrawal_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="assignment_span",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    "valid_from",
                                    "valid_until",
                                    django.contrib.postgres.fields.ranges.RangeBoundary(),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                            ("person", "="),
                            ("unit", "="),
                            ("role", "="),
                        ],
                        name="assignment_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", ""), _negated=True), models.Q(("decision_number", ""), _negated=True)
                        ),
                        name="assignment_by_decision",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AcceptanceEvent",
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
                ("medium", models.CharField(choices=[("picture", "Picture"), ("voice", "Voice")], max_length=10)),
                ("party", models.CharField(choices=[("citizen", "Citizen"), ("officer", "Officer")], max_length=10)),
                ("passed", models.BooleanField()),
                ("note", models.CharField(blank=True, max_length=500)),
                ("accepted_at", models.DateTimeField()),
                ("viewing", models.UUIDField(blank=True, null=True)),
                ("seen_from", models.DateTimeField(blank=True, null=True)),
                ("seen_until", models.DateTimeField(blank=True, null=True)),
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
                        to="registry.acceptance",
                    ),
                ),
                (
                    "camera",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.camera",
                    ),
                ),
                (
                    "accepted_by",
                    models.ForeignKey(
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
            name="PersonEvent",
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
                ("full_name", models.CharField(help_text="họ, đệm, tên, in NFC", max_length=120)),
                ("sort_key", models.CharField(max_length=600)),
                ("search_key", models.CharField(max_length=120)),
                ("staff_code", models.CharField(blank=True, max_length=40, null=True)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("added_at", models.DateTimeField()),
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
                        to="registry.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Equipment",
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
                ("kind", models.CharField(help_text="Camera, Micro, Đầu ghi, Máy tính, Tủ hồ sơ", max_length=60)),
                ("name", models.CharField(max_length=200)),
                ("maker", models.CharField(blank=True, max_length=120)),
                ("model", models.CharField(blank=True, max_length=120)),
                ("serial_number", models.CharField(blank=True, max_length=120)),
                ("firmware", models.CharField(blank=True, max_length=120)),
                ("certificate", models.CharField(blank=True, help_text="QCVN 135 certificate number", max_length=120)),
                ("password_changed_on", models.DateField(blank=True, null=True)),
                ("funding_source", models.CharField(blank=True, max_length=200)),
                ("contract_number", models.CharField(blank=True, max_length=120)),
                ("acquired_on", models.DateField(blank=True, null=True)),
                ("warranty_until", models.DateField(blank=True, null=True)),
                (
                    "condition",
                    models.CharField(
                        choices=[("working", "Working"), ("broken", "Broken"), ("removed", "Removed")],
                        default="working",
                        max_length=10,
                    ),
                ),
                ("condition_since", models.DateField()),
                (
                    "camera",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="equipment",
                        to="registry.camera",
                    ),
                ),
                (
                    "recorder",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="equipment",
                        to="registry.recorder",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="equipment", to="registry.room"
                    ),
                ),
            ],
            options={
                "ordering": ("kind", "name"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", ""), _negated=True), models.Q(("name", ""), _negated=True)
                        ),
                        name="equipment_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("condition__in", ["working", "broken", "removed"])),
                        name="equipment_condition_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("camera__isnull", True), ("recorder__isnull", True), _connector="OR"),
                        name="equipment_one_device",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecorderEvent",
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
                ("name", models.CharField(help_text="Đầu ghi xã Mộc Xuyên", max_length=120)),
                ("place", models.CharField(blank=True, help_text="Tủ kỹ thuật, tầng 1", max_length=200)),
                (
                    "networks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=49), default=list, help_text="192.168.1.0/24", size=None
                    ),
                ),
                ("sealing_key", models.CharField(blank=True, max_length=44)),
                ("added_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
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
                        to="registry.recorder",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.recorder",
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
            name="NoticeSignEvent",
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
                ("number", models.PositiveSmallIntegerField(help_text="1 is the first sign of the room")),
                ("content", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("hung_at", models.DateTimeField(blank=True, null=True)),
                ("hung_where", models.CharField(blank=True, max_length=200)),
                ("taken_down_at", models.DateTimeField(blank=True, null=True)),
                (
                    "paper",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="papers.paper",
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
                        to="registry.noticesign",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="papers.paper",
                    ),
                ),
                (
                    "hung_by",
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
                    "made_by",
                    models.ForeignKey(
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
            name="EquipmentEvent",
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
                ("kind", models.CharField(help_text="Camera, Micro, Đầu ghi, Máy tính, Tủ hồ sơ", max_length=60)),
                ("name", models.CharField(max_length=200)),
                ("maker", models.CharField(blank=True, max_length=120)),
                ("model", models.CharField(blank=True, max_length=120)),
                ("serial_number", models.CharField(blank=True, max_length=120)),
                ("firmware", models.CharField(blank=True, max_length=120)),
                ("certificate", models.CharField(blank=True, help_text="QCVN 135 certificate number", max_length=120)),
                ("password_changed_on", models.DateField(blank=True, null=True)),
                ("funding_source", models.CharField(blank=True, max_length=200)),
                ("contract_number", models.CharField(blank=True, max_length=120)),
                ("acquired_on", models.DateField(blank=True, null=True)),
                ("warranty_until", models.DateField(blank=True, null=True)),
                (
                    "condition",
                    models.CharField(
                        choices=[("working", "Working"), ("broken", "Broken"), ("removed", "Removed")],
                        default="working",
                        max_length=10,
                    ),
                ),
                ("condition_since", models.DateField()),
                (
                    "camera",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.camera",
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
                        to="registry.equipment",
                    ),
                ),
                (
                    "recorder",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.recorder",
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
            name="CounterEvent",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("number", models.PositiveSmallIntegerField()),
                ("name", models.CharField(help_text="Quầy 1, Bàn tiếp dân", max_length=120)),
                (
                    "field",
                    models.CharField(blank=True, help_text="what is handled there: Hộ tịch, Địa chính", max_length=200),
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
                        to="registry.counter",
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
            name="CameraEvent",
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
                    "name",
                    models.SlugField(
                        db_index=False, help_text="its name in the recorder's log; never given again", max_length=40
                    ),
                ),
                ("label", models.CharField(help_text="Camera 1 · Quầy 1 và 2", max_length=120)),
                ("address", models.CharField(help_text="rtsp://host/path, without name and password", max_length=300)),
                ("sub_address", models.CharField(blank=True, max_length=300)),
                ("sealed_credentials", models.TextField(blank=True)),
                ("tls_fingerprint", models.CharField(blank=True, max_length=64)),
                ("has_sound", models.BooleanField(default=False)),
                ("answered", models.JSONField(blank=True, default=dict)),
                ("added_at", models.DateTimeField()),
                ("recording_since", models.DateTimeField(blank=True, null=True)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
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
                        to="registry.camera",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.camera",
                    ),
                ),
                (
                    "recorder",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.recorder",
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
            name="RoomEvent",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                (
                    "room_type",
                    models.CharField(
                        choices=[("reception_room", "Reception Room"), ("one_stop", "One Stop")], max_length=20
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("area_m2", models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True)),
                ("in_service_on", models.DateField(blank=True, null=True)),
                ("purpose", models.CharField(help_text="why it is recorded; stands on the sign", max_length=500)),
                ("legal_basis", models.CharField(help_text="which law allows it; stands on the sign", max_length=500)),
                (
                    "contact",
                    models.CharField(blank=True, help_text="whom a citizen asks; stands on the sign", max_length=200),
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
                        to="registry.room",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Tenure",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("decision_number", models.CharField(blank=True, max_length=60)),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tenures", to="registry.room"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tenures", to="registry.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="tenure_span",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    "valid_from",
                                    "valid_until",
                                    django.contrib.postgres.fields.ranges.RangeBoundary(),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                            ("room", "="),
                        ],
                        name="tenure_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TenureEvent",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("decision_number", models.CharField(blank=True, max_length=60)),
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
                        to="registry.tenure",
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
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.unit",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SuccessionEvent",
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
                ("day", models.DateField()),
                ("decision_number", models.CharField(max_length=60)),
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
                        to="registry.succession",
                    ),
                ),
                (
                    "predecessor",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.unit",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.unit",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PlacementEvent",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("decision_number", models.CharField(blank=True, max_length=60)),
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
                        to="registry.placement",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.unit",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.unit",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AssignmentEvent",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("role", models.SlugField(db_index=False, help_text="a role of the regulation", max_length=40)),
                ("title", models.CharField(blank=True, max_length=200)),
                (
                    "field",
                    models.CharField(blank=True, help_text="professional field: Tư pháp - Hộ tịch", max_length=200),
                ),
                ("decision_number", models.CharField(max_length=60)),
                ("decision_date", models.DateField()),
                ("end_decision_number", models.CharField(blank=True, max_length=60)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawal_reason", models.CharField(blank=True, max_length=300)),
                (
                    "decision_paper",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="papers.paper",
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
                        to="registry.assignment",
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
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.unit",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UnitEvent",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
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
                        to="registry.unit",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UnitName",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("code", models.CharField(help_text="as text: leading zeros count", max_length=20)),
                ("name", models.CharField(max_length=200)),
                ("sort_key", models.CharField(max_length=700)),
                ("search_key", models.CharField(db_index=True, max_length=200)),
                ("decision_number", models.CharField(blank=True, max_length=60)),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.unitkind"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="names", to="registry.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="unit_name_span",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    "valid_from",
                                    "valid_until",
                                    django.contrib.postgres.fields.ranges.RangeBoundary(),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                            ("unit", "="),
                        ],
                        name="unit_name_once",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    "valid_from",
                                    "valid_until",
                                    django.contrib.postgres.fields.ranges.RangeBoundary(),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                            ("code", "="),
                        ],
                        name="unit_code_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("code", ""), _negated=True)
                        ),
                        name="unit_name_filled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitNameEvent",
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
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("code", models.CharField(help_text="as text: leading zeros count", max_length=20)),
                ("name", models.CharField(max_length=200)),
                ("sort_key", models.CharField(max_length=700)),
                ("search_key", models.CharField(max_length=200)),
                ("decision_number", models.CharField(blank=True, max_length=60)),
                (
                    "kind",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.unitkind",
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
                        to="registry.unitname",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.unit",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="camera",
            name="counters",
            field=models.ManyToManyField(related_name="cameras", through="registry.CounterView", to="registry.counter"),
        ),
        migrations.AddConstraint(
            model_name="camera",
            constraint=models.UniqueConstraint(fields=("recorder", "name"), name="camera_name_on_recorder"),
        ),
        migrations.AddConstraint(
            model_name="camera",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True),
                    models.Q(("label", ""), _negated=True),
                    models.Q(("address", ""), _negated=True),
                ),
                name="camera_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="camera",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("address__regex", "^[a-z]+://[^/]*@"), _negated=True),
                    models.Q(("sub_address__regex", "^[a-z]+://[^/]*@"), _negated=True),
                ),
                name="camera_address_without_password",
            ),
        ),
        migrations.AddConstraint(
            model_name="camera",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("retired_at__isnull", True), ("retired_at__gt", models.F("added_at")), _connector="OR"
                ),
                name="camera_span",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_personevent" ("added_at", "email", "full_name", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "search_key", "sort_key", "staff_code") VALUES (NEW."added_at", NEW."email", NEW."full_name", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."search_key", NEW."sort_key", NEW."staff_code"); RETURN NULL;',
                    hash="608d396d755a7a000ebbc7890de371751c1f0ebe",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2388e",
                    table="registry_person",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_personevent" ("added_at", "email", "full_name", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "search_key", "sort_key", "staff_code") VALUES (NEW."added_at", NEW."email", NEW."full_name", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."search_key", NEW."sort_key", NEW."staff_code"); RETURN NULL;',
                    hash="3d9d8b85df56eb17b3756e804ba2e286464e200d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_56ba8",
                    table="registry_person",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="room",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_roomevent" ("address", "area_m2", "contact", "id", "in_service_on", "legal_basis", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "room_type", "valid_from", "valid_until") VALUES (NEW."address", NEW."area_m2", NEW."contact", NEW."id", NEW."in_service_on", NEW."legal_basis", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."purpose", NEW."room_type", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="9f402ce5d6459dada1805a4d09e9a7c1afde92cc",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_9bfab",
                    table="registry_room",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="room",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_roomevent" ("address", "area_m2", "contact", "id", "in_service_on", "legal_basis", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "room_type", "valid_from", "valid_until") VALUES (NEW."address", NEW."area_m2", NEW."contact", NEW."id", NEW."in_service_on", NEW."legal_basis", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."purpose", NEW."room_type", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="6440e4b6c444bea785cf07ed2630fcca5f2391e7",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a9ccf",
                    table="registry_room",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_unitevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from", "valid_until") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="89248ca0a5410a583f5ab8c89f800ae6dce7e93a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_af48c",
                    table="registry_unit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_unitevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from", "valid_until") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="f668b1b5d27d565de12d6954ee5cef8f9f8cbea5",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_13605",
                    table="registry_unit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="counterview",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_counterviewevent" ("camera_id", "counter_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from", "valid_until") VALUES (NEW."camera_id", NEW."counter_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="eaac034a282c3ff770bdb728b72185a85f752279",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_c5bc4",
                    table="registry_counterview",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="counterview",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_counterviewevent" ("camera_id", "counter_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from", "valid_until") VALUES (NEW."camera_id", NEW."counter_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="c0348999e319f639432d33a83355ce63cccc04fe",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_cef60",
                    table="registry_counterview",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="microphone",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_microphoneevent" ("built_in", "camera_id", "counter_id", "id", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from", "valid_until") VALUES (NEW."built_in", NEW."camera_id", NEW."counter_id", NEW."id", NEW."label", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="896e8a72981f76c87e08217a4986689f033bcbec",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5c42c",
                    table="registry_microphone",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="microphone",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_microphoneevent" ("built_in", "camera_id", "counter_id", "id", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from", "valid_until") VALUES (NEW."built_in", NEW."camera_id", NEW."counter_id", NEW."id", NEW."label", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="3701e4f86134525d3e663c1adfdbf8361bb504ce",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_b8aab",
                    table="registry_microphone",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="counterpost",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_counterpostevent" ("counter_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from", "valid_until") VALUES (NEW."counter_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="786d59bf550a2d441ba714869982aa7df027bb6f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_72a46",
                    table="registry_counterpost",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="counterpost",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_counterpostevent" ("counter_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from", "valid_until") VALUES (NEW."counter_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="b64048a29db3fad7b0145056cbd15e2b0f8a8fe5",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c8c53",
                    table="registry_counterpost",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="acceptance",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_acceptanceevent" ("accepted_at", "accepted_by_id", "camera_id", "id", "medium", "note", "party", "passed", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seen_from", "seen_until", "viewing") VALUES (NEW."accepted_at", NEW."accepted_by_id", NEW."camera_id", NEW."id", NEW."medium", NEW."note", NEW."party", NEW."passed", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."seen_from", NEW."seen_until", NEW."viewing"); RETURN NULL;',
                    hash="fd7481ec629cad678b5f1ffc66aca4c0cf180e17",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ed25b",
                    table="registry_acceptance",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="acceptance",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_acceptanceevent" ("accepted_at", "accepted_by_id", "camera_id", "id", "medium", "note", "party", "passed", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seen_from", "seen_until", "viewing") VALUES (NEW."accepted_at", NEW."accepted_by_id", NEW."camera_id", NEW."id", NEW."medium", NEW."note", NEW."party", NEW."passed", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."seen_from", NEW."seen_until", NEW."viewing"); RETURN NULL;',
                    hash="3632cf8e77f1ffce53ce3033c18fcfcbe7a539fa",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_0e8b9",
                    table="registry_acceptance",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="recorder",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_recorderevent" ("added_at", "id", "name", "networks", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "replaces_id", "retired_at", "room_id", "sealing_key") VALUES (NEW."added_at", NEW."id", NEW."name", NEW."networks", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."replaces_id", NEW."retired_at", NEW."room_id", NEW."sealing_key"); RETURN NULL;',
                    hash="e7a1ddca4986abf43ef6015463d6496e94bb9355",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f4610",
                    table="registry_recorder",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="recorder",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_recorderevent" ("added_at", "id", "name", "networks", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "replaces_id", "retired_at", "room_id", "sealing_key") VALUES (NEW."added_at", NEW."id", NEW."name", NEW."networks", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."replaces_id", NEW."retired_at", NEW."room_id", NEW."sealing_key"); RETURN NULL;',
                    hash="65c5894348fbe13370be2a09e4add82b8e16fb08",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_29c96",
                    table="registry_recorder",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="noticesign",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_noticesignevent" ("content", "hung_at", "hung_by_id", "hung_where", "id", "made_at", "made_by_id", "number", "paper_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "photo_id", "room_id", "taken_down_at") VALUES (NEW."content", NEW."hung_at", NEW."hung_by_id", NEW."hung_where", NEW."id", NEW."made_at", NEW."made_by_id", NEW."number", NEW."paper_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."photo_id", NEW."room_id", NEW."taken_down_at"); RETURN NULL;',
                    hash="4c19d1d238a5fbcd452bc802fe63c3836b1d901b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d8b71",
                    table="registry_noticesign",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="noticesign",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_noticesignevent" ("content", "hung_at", "hung_by_id", "hung_where", "id", "made_at", "made_by_id", "number", "paper_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "photo_id", "room_id", "taken_down_at") VALUES (NEW."content", NEW."hung_at", NEW."hung_by_id", NEW."hung_where", NEW."id", NEW."made_at", NEW."made_by_id", NEW."number", NEW."paper_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."photo_id", NEW."room_id", NEW."taken_down_at"); RETURN NULL;',
                    hash="baf43ae1a67195b1f9b00f3b7ff4a9e55f8addaf",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_7d191",
                    table="registry_noticesign",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="equipment",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_equipmentevent" ("acquired_on", "camera_id", "certificate", "condition", "condition_since", "contract_number", "firmware", "funding_source", "id", "kind", "maker", "model", "name", "password_changed_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorder_id", "room_id", "serial_number", "warranty_until") VALUES (NEW."acquired_on", NEW."camera_id", NEW."certificate", NEW."condition", NEW."condition_since", NEW."contract_number", NEW."firmware", NEW."funding_source", NEW."id", NEW."kind", NEW."maker", NEW."model", NEW."name", NEW."password_changed_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorder_id", NEW."room_id", NEW."serial_number", NEW."warranty_until"); RETURN NULL;',
                    hash="58f9bd9fab84c1e5660dc6acc5f2afcca11271ed",
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
                    func='INSERT INTO "registry_equipmentevent" ("acquired_on", "camera_id", "certificate", "condition", "condition_since", "contract_number", "firmware", "funding_source", "id", "kind", "maker", "model", "name", "password_changed_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorder_id", "room_id", "serial_number", "warranty_until") VALUES (NEW."acquired_on", NEW."camera_id", NEW."certificate", NEW."condition", NEW."condition_since", NEW."contract_number", NEW."firmware", NEW."funding_source", NEW."id", NEW."kind", NEW."maker", NEW."model", NEW."name", NEW."password_changed_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorder_id", NEW."room_id", NEW."serial_number", NEW."warranty_until"); RETURN NULL;',
                    hash="ad966fe314517ddc93e20b458607715e823ad8cc",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_95320",
                    table="registry_equipment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="counter",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_counterevent" ("field", "id", "name", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "room_id", "valid_from", "valid_until") VALUES (NEW."field", NEW."id", NEW."name", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."room_id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="56aa84b592b7586f4f1c8f385c6340fb5203b1e6",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_11fa1",
                    table="registry_counter",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="counter",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_counterevent" ("field", "id", "name", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "room_id", "valid_from", "valid_until") VALUES (NEW."field", NEW."id", NEW."name", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."room_id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="302e015ac81463d9835f51bca0cae10285479444",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_5aa9b",
                    table="registry_counter",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="camera",
            trigger=pgtrigger.compiler.Trigger(
                name="sign_first",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."recording_since" IS NOT NULL)',
                    func="\n    IF NOT EXISTS (\n        SELECT FROM registry_noticesign AS sign\n         WHERE sign.room_id = NEW.room_id AND sign.hung_at IS NOT NULL AND sign.hung_at <= NEW.recording_since\n           AND sign.taken_down_at IS NULL\n    ) THEN\n        RAISE EXCEPTION 'registry: no notice sign hangs in the room' USING ERRCODE = 'check_violation',\n            CONSTRAINT = 'camera_sign_first';\n    END IF;\n    RETURN NEW;\n",
                    hash="711f77a11741497306c4e7e2eb6c046534c9fd85",
                    operation='INSERT OR UPDATE OF "recording_since"',
                    pgid="pgtrigger_sign_first_b2637",
                    table="registry_camera",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="camera",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_cameraevent" ("added_at", "address", "answered", "has_sound", "id", "label", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorder_id", "recording_since", "replaces_id", "retired_at", "room_id", "sealed_credentials", "sub_address", "tls_fingerprint") VALUES (NEW."added_at", NEW."address", NEW."answered", NEW."has_sound", NEW."id", NEW."label", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorder_id", NEW."recording_since", NEW."replaces_id", NEW."retired_at", NEW."room_id", NEW."sealed_credentials", NEW."sub_address", NEW."tls_fingerprint"); RETURN NULL;',
                    hash="40ff4b628a255d1bf74ec42f17a53bfae06b1f49",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5e0f5",
                    table="registry_camera",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="camera",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_cameraevent" ("added_at", "address", "answered", "has_sound", "id", "label", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorder_id", "recording_since", "replaces_id", "retired_at", "room_id", "sealed_credentials", "sub_address", "tls_fingerprint") VALUES (NEW."added_at", NEW."address", NEW."answered", NEW."has_sound", NEW."id", NEW."label", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorder_id", NEW."recording_since", NEW."replaces_id", NEW."retired_at", NEW."room_id", NEW."sealed_credentials", NEW."sub_address", NEW."tls_fingerprint"); RETURN NULL;',
                    hash="aa0f46c377192061228c31598a989cd9b5d8c9d4",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c23c1",
                    table="registry_camera",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tenure",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_tenureevent" ("decision_number", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "room_id", "unit_id", "valid_from", "valid_until") VALUES (NEW."decision_number", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."room_id", NEW."unit_id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="40fe475d1147ad2e3378f2cecc4a090ad96032d7",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_390eb",
                    table="registry_tenure",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tenure",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_tenureevent" ("decision_number", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "room_id", "unit_id", "valid_from", "valid_until") VALUES (NEW."decision_number", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."room_id", NEW."unit_id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="72ba81fbc490c6d3ed30720d0bbb6e51e18963f2",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_2553f",
                    table="registry_tenure",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="succession",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_successionevent" ("day", "decision_number", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "predecessor_id", "successor_id") VALUES (NEW."day", NEW."decision_number", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."predecessor_id", NEW."successor_id"); RETURN NULL;',
                    hash="f6aae785e3332f8d75b4504dc24d337a684d0dd8",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_9eae7",
                    table="registry_succession",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="succession",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_successionevent" ("day", "decision_number", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "predecessor_id", "successor_id") VALUES (NEW."day", NEW."decision_number", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."predecessor_id", NEW."successor_id"); RETURN NULL;',
                    hash="ea7539bd54583e1e19cf31b2c677efecf3c7af27",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_6e885",
                    table="registry_succession",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="placement",
            trigger=pgtrigger.compiler.Trigger(
                name="no_circle",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtext('registry.placement'));\n    IF EXISTS (\n        WITH RECURSIVE above(unit_id, span) AS (\n            SELECT NEW.parent_id, daterange(NEW.valid_from, NEW.valid_until)\n            UNION\n            SELECT placement.parent_id, above.span * daterange(placement.valid_from, placement.valid_until)\n              FROM registry_placement AS placement JOIN above ON placement.unit_id = above.unit_id\n             WHERE above.unit_id <> NEW.unit_id\n               AND above.span && daterange(placement.valid_from, placement.valid_until)\n        )\n        SELECT FROM above WHERE unit_id = NEW.unit_id\n    ) THEN\n        RAISE EXCEPTION 'registry: a unit cannot stand below itself' USING ERRCODE = 'check_violation',\n            CONSTRAINT = 'placement_no_circle';\n    END IF;\n    RETURN NEW;\n",
                    hash="562f7f778926388f93582ddae41247bb7ea5c2df",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_no_circle_87340",
                    table="registry_placement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="placement",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_placementevent" ("decision_number", "id", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id", "valid_from", "valid_until") VALUES (NEW."decision_number", NEW."id", NEW."parent_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."unit_id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="75f8fe8fab45c4e3ebc7478eb46e4958422fdf09",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f788e",
                    table="registry_placement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="placement",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_placementevent" ("decision_number", "id", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit_id", "valid_from", "valid_until") VALUES (NEW."decision_number", NEW."id", NEW."parent_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."unit_id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="af77bdaa4467f727e2fbcc5b652ef8d58119a14b",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_5069c",
                    table="registry_placement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assignment",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_assignmentevent" ("decision_date", "decision_number", "decision_paper_id", "end_decision_number", "field", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "title", "unit_id", "valid_from", "valid_until", "withdrawal_reason", "withdrawn_at") VALUES (NEW."decision_date", NEW."decision_number", NEW."decision_paper_id", NEW."end_decision_number", NEW."field", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."title", NEW."unit_id", NEW."valid_from", NEW."valid_until", NEW."withdrawal_reason", NEW."withdrawn_at"); RETURN NULL;',
                    hash="a30f4fd6f9cba3b7262c8cce7aea6efd067b455e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_9ddd6",
                    table="registry_assignment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assignment",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_assignmentevent" ("decision_date", "decision_number", "decision_paper_id", "end_decision_number", "field", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "title", "unit_id", "valid_from", "valid_until", "withdrawal_reason", "withdrawn_at") VALUES (NEW."decision_date", NEW."decision_number", NEW."decision_paper_id", NEW."end_decision_number", NEW."field", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."title", NEW."unit_id", NEW."valid_from", NEW."valid_until", NEW."withdrawal_reason", NEW."withdrawn_at"); RETURN NULL;',
                    hash="d436809332cf914766d516a75e4dea535e8b4999",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_71174",
                    table="registry_assignment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unitname",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registry_unitnameevent" ("code", "decision_number", "id", "kind_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "search_key", "sort_key", "unit_id", "valid_from", "valid_until") VALUES (NEW."code", NEW."decision_number", NEW."id", NEW."kind_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."search_key", NEW."sort_key", NEW."unit_id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="9da060a111adb705669962e351046948c2c73078",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_82629",
                    table="registry_unitname",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unitname",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "registry_unitnameevent" ("code", "decision_number", "id", "kind_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "search_key", "sort_key", "unit_id", "valid_from", "valid_until") VALUES (NEW."code", NEW."decision_number", NEW."id", NEW."kind_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."search_key", NEW."sort_key", NEW."unit_id", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                    hash="7a4593de6b9d6334744120dfca45275d65ba9348",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_2b9b0",
                    table="registry_unitname",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
