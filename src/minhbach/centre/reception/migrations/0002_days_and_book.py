"""Reception days that are changed or missed, the reception book, and sessions held online."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import minhbach.centre.registry.models.dates


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_frozen"),
        ("reception", "0001_rows"),
        ("registry", "0002_withdrawals"),
    ]

    operations = [
        migrations.CreateModel(
            name="BookEntry",
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
                ("box", models.PositiveSmallIntegerField(default=0)),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                (
                    "matter",
                    models.CharField(
                        choices=[
                            ("complaint", "Complaint"),
                            ("denunciation", "Denunciation"),
                            ("petition", "Petition"),
                            ("feedback", "Feedback"),
                        ],
                        max_length=12,
                    ),
                ),
                ("people", models.PositiveSmallIntegerField()),
                ("settled_before", models.CharField(blank=True, max_length=200)),
                ("note", models.CharField(blank=True, max_length=1000)),
                ("handle_by", models.DateField()),
                ("settle_by", models.DateField()),
                ("written_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-year", "-number"),
            },
        ),
        migrations.CreateModel(
            name="BookPerson",
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
            name="BookStep",
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
                            ("returned", "Returned"),
                            ("forwarded", "Forwarded"),
                            ("result", "Result"),
                            ("reclassified", "Reclassified"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "matter",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("complaint", "Complaint"),
                            ("denunciation", "Denunciation"),
                            ("petition", "Petition"),
                            ("feedback", "Feedback"),
                        ],
                        max_length=12,
                    ),
                ),
                ("handle_by", models.DateField(blank=True, null=True)),
                ("settle_by", models.DateField(blank=True, null=True)),
                ("to_body", models.CharField(blank=True, max_length=200)),
                ("words", models.CharField(blank=True, max_length=1000)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="DayChange",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("added", "Added"),
                            ("moved", "Moved"),
                            ("cancelled", "Cancelled"),
                            ("restored", "Restored"),
                            ("delegated", "Delegated"),
                        ],
                        max_length=10,
                    ),
                ),
                ("moved_to", models.DateField(blank=True, null=True)),
                ("reason", models.CharField(max_length=300)),
                ("decision_number", models.CharField(blank=True, max_length=60)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("made_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="MissedDay",
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
                ("found_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-day", "id"),
            },
        ),
        migrations.CreateModel(
            name="MissedStep",
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
                        choices=[("explained", "Explained"), ("accepted", "Accepted"), ("rejected", "Rejected")],
                        max_length=10,
                    ),
                ),
                ("code", models.SlugField(blank=True, max_length=40)),
                ("vi", models.CharField(blank=True, max_length=200)),
                ("en", models.CharField(blank=True, max_length=200)),
                ("words", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="session",
            name="session_known",
        ),
        migrations.AlterField(
            model_name="session",
            name="kind",
            field=models.CharField(
                choices=[("regular", "Regular"), ("scheduled", "Scheduled"), ("adhoc", "Adhoc"), ("online", "Online")],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["regular", "scheduled", "adhoc", "online"]),
                    ("number__gte", 1),
                    ("people__gte", 1),
                    ("people__lte", 500),
                ),
                name="session_known",
            ),
        ),
        migrations.AddField(
            model_name="bookentry",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="reception.session"
            ),
        ),
        migrations.AddField(
            model_name="bookentry",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="book_entries", to="registry.unit"
            ),
        ),
        migrations.AddField(
            model_name="bookentry",
            name="written_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="bookperson",
            name="entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="person", to="reception.bookentry"
            ),
        ),
        migrations.AddField(
            model_name="bookstep",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="bookstep",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="reception.bookentry"
            ),
        ),
        migrations.AddField(
            model_name="daychange",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="daychange",
            name="receiver",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.person",
            ),
        ),
        migrations.AddField(
            model_name="daychange",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reception_changes", to="registry.unit"
            ),
        ),
        migrations.AddField(
            model_name="missedday",
            name="room",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="missed_days", to="registry.room"
            ),
        ),
        migrations.AddField(
            model_name="missedday",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="missed_days", to="registry.unit"
            ),
        ),
        migrations.AddField(
            model_name="missedstep",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
            ),
        ),
        migrations.AddField(
            model_name="missedstep",
            name="missed",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="reception.missedday"
            ),
        ),
        migrations.AddIndex(
            model_name="bookentry",
            index=models.Index(fields=["unit", "-year", "-number"], name="book_of_unit"),
        ),
        migrations.AddConstraint(
            model_name="bookentry",
            constraint=models.UniqueConstraint(fields=("unit", "box", "year", "number"), name="book_number_once"),
        ),
        migrations.AddConstraint(
            model_name="bookentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("matter__in", ["complaint", "denunciation", "petition", "feedback"]),
                    ("number__gte", 1),
                    ("people__gte", 1),
                    ("people__lte", 500),
                ),
                name="book_entry_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("handle_by__lte", models.F("settle_by"))), name="book_entry_terms"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bookentry",
            trigger=pgtrigger.compiler.Trigger(
                name="book_entry_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="ddc036197997ec6aa18381d15a78e90eb6631eb0",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_book_entry_is_kept_53cac",
                    table="reception_bookentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bookperson",
            trigger=pgtrigger.compiler.Trigger(
                name="book_person_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="73a9df1cdfeaa6f1f77a5aa880641fbb05699246",
                    operation="DELETE",
                    pgid="pgtrigger_book_person_is_kept_2d07c",
                    table="reception_bookperson",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bookperson",
            trigger=pgtrigger.compiler.Trigger(
                name="book_person_is_not_rewritten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."commitment" IS DISTINCT FROM (NEW."commitment") OR OLD."entry_id" IS DISTINCT FROM (NEW."entry_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="83419fe953d9773022a64ae728f703203d496d52",
                    operation="UPDATE",
                    pgid="pgtrigger_book_person_is_not_rewritten_b64c7",
                    table="reception_bookperson",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bookperson",
            trigger=pgtrigger.compiler.Trigger(
                name="book_person_only_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."key" <= (OLD."key"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="256640aaa7e62b2a6270b1aa38e8fa8c71fd595f",
                    operation="UPDATE",
                    pgid="pgtrigger_book_person_only_moves_b27e6",
                    table="reception_bookperson",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="bookstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ("accepted", "returned", "forwarded"))),
                fields=("entry",),
                name="book_handled_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "accepted"), ("matter", ""), ("to_body", "")),
                    models.Q(("kind", "returned"), ("matter", ""), ("to_body", ""), ("words__regex", "\\S")),
                    models.Q(("kind", "forwarded"), ("matter", ""), ("to_body__regex", "\\S")),
                    models.Q(("kind", "result"), ("matter", ""), ("to_body", ""), ("words__regex", "\\S")),
                    models.Q(
                        ("kind", "reclassified"),
                        ("matter__in", ["complaint", "denunciation", "petition", "feedback"]),
                        ("to_body", ""),
                        ("words__regex", "\\S"),
                    ),
                    _connector="OR",
                ),
                name="book_step_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("handle_by__lte", models.F("settle_by")), ("kind", "reclassified")),
                    models.Q(
                        models.Q(("kind", "reclassified"), _negated=True),
                        ("handle_by__isnull", True),
                        ("settle_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="book_step_terms",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bookstep",
            trigger=pgtrigger.compiler.Trigger(
                name="book_step_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="c550d9d5e431eee01f71943d879aef874ab43c56",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_book_step_is_kept_6c7c1",
                    table="reception_bookstep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="daychange",
            index=models.Index(fields=["unit", "day"], name="day_change_of_unit"),
        ),
        migrations.AddIndex(
            model_name="daychange",
            index=models.Index(
                condition=models.Q(("moved_to__isnull", False)), fields=["moved_to"], name="day_change_to"
            ),
        ),
        migrations.AddConstraint(
            model_name="daychange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["added", "moved", "cancelled", "restored", "delegated"]),
                    models.Q(
                        models.Q(
                            ("kind", "moved"),
                            ("moved_to__isnull", False),
                            models.Q(("moved_to", models.F("day")), _negated=True),
                        ),
                        models.Q(models.Q(("kind", "moved"), _negated=True), ("moved_to__isnull", True)),
                        _connector="OR",
                    ),
                ),
                name="day_change_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="daychange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "delegated"),
                        ("receiver__isnull", False),
                        models.Q(("decision_number", ""), _negated=True),
                    ),
                    models.Q(models.Q(("kind", "delegated"), _negated=True), ("receiver__isnull", True)),
                    _connector="OR",
                ),
                name="day_change_delegates_by_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="daychange",
            constraint=models.CheckConstraint(condition=models.Q(("reason__regex", "\\S")), name="day_change_says_why"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="daychange",
            trigger=pgtrigger.compiler.Trigger(
                name="day_change_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="66dd8c81757943ef2ed5cd0a64bde8a4e21aaca9",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_day_change_is_kept_55647",
                    table="reception_daychange",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="missedday",
            index=models.Index(fields=["room", "-day"], name="missed_day_of_room"),
        ),
        migrations.AddConstraint(
            model_name="missedday",
            constraint=models.UniqueConstraint(fields=("unit", "day"), name="missed_day_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="missedday",
            trigger=pgtrigger.compiler.Trigger(
                name="missed_day_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="92844fd42cdf2ea9ee1eb046f3843828f24ca417",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_missed_day_is_kept_d1a82",
                    table="reception_missedday",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="missedstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "explained"),
                        models.Q(("code", ""), _negated=True),
                        models.Q(("vi", ""), _negated=True),
                        models.Q(("en", ""), _negated=True),
                    ),
                    ("kind", "accepted"),
                    models.Q(("kind", "rejected"), ("words__regex", "\\S")),
                    _connector="OR",
                ),
                name="missed_step_says_why",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="missedstep",
            trigger=pgtrigger.compiler.Trigger(
                name="missed_step_is_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                    hash="6982a516c0cb7fe6aecfed9d14e67044cd0147b3",
                    operation="DELETE OR UPDATE",
                    pgid="pgtrigger_missed_step_is_kept_534aa",
                    table="reception_missedstep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="missedstep",
            trigger=pgtrigger.compiler.Trigger(
                name="missed_step_in_order",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.missed_id::text, 21));\n    IF EXISTS (SELECT 1 FROM reception_missedstep WHERE missed_id = NEW.missed_id AND kind = 'accepted') THEN\n        RAISE EXCEPTION 'reception: it is accepted' USING ERRCODE = 'check_violation';\n    END IF;\n    IF (NEW.kind = 'explained') = coalesce((SELECT kind = 'explained' FROM reception_missedstep\n        WHERE missed_id = NEW.missed_id ORDER BY at DESC, id DESC LIMIT 1), false) THEN\n        RAISE EXCEPTION 'reception: not this step' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.kind <> 'explained' AND EXISTS (SELECT 1 FROM reception_missedstep\n        WHERE missed_id = NEW.missed_id AND kind = 'explained' AND by_id = NEW.by_id) THEN\n        RAISE EXCEPTION 'reception: nobody accepts what they explained' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="561143b3e51df79735782a39358ffa9157079680",
                    operation="INSERT",
                    pgid="pgtrigger_missed_step_in_order_c57b4",
                    table="reception_missedstep",
                    when="BEFORE",
                ),
            ),
        ),
    ]
