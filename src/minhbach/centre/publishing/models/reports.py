"""Monthly reports: who owes one, what the system counted, what people wrote over it, and each step up the tree.

Everything but the count of the system is only ever added: the newest row counts, the older ones stay. What is signed is
not changed: PostgreSQL refuses it, until the signature is taken back or the report returned.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.messaging.models import Notice
from minhbach.centre.papers.models import Paper
from minhbach.centre.registry.models import Identified, Person, Unit

KEPT = pgtrigger.Delete | pgtrigger.Update
TEXT_LENGTH, REASON_LENGTH = 6000, 300


class Kind(models.TextChoices):
    """In what quality a body reports; the codes of a regulation's bodies."""

    OPERATES = "operates"
    RECEPTION = "supervises_reception_room"
    ONE_STOP = "supervises_one_stop"
    LEADS = "leads"


class Part(models.TextChoices):
    """What is written in words, in the order of the paper."""

    MANAGEMENT = "management"
    RESULTS = "results"
    SHORTCOMINGS = "shortcomings"
    PROPOSALS = "proposals"


class StepKind(models.TextChoices):
    """What happens to a report as a whole."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    SENT = "sent"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class Report(Identified):
    """The report that one body owes for one month; the days it counts are both included."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=30, choices=Kind)
    #: The first day of the month it is called by.
    month = models.DateField()
    first_day = models.DateField()
    last_day = models.DateField()
    due_on = models.DateField()
    drafted_at = models.DateTimeField()

    class Meta:
        ordering = ("-month", "unit", "kind")
        constraints: ClassVar = [
            models.UniqueConstraint(name="report_once", fields=["unit", "kind", "month"]),
            models.CheckConstraint(name="report_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="report_has_days", condition=Q(first_day__lte=F("last_day"))),
            models.CheckConstraint(name="report_of_month", condition=Q(month__day=1)),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="report_is_kept", operation=KEPT)]
        indexes: ClassVar = [models.Index(name="report_of_month", fields=["month", "unit"])]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y}"


#: The last step tells what may come: nothing but a signature changes hands, and what is signed stays as it is.
IN_ORDER = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.report_id::text, 31));
    IF NEW.kind NOT IN (SELECT unnest(CASE coalesce(
            (SELECT kind FROM publishing_reportstep WHERE report_id = NEW.report_id ORDER BY serial DESC LIMIT 1), '')
        WHEN '' THEN ARRAY['signed'] WHEN 'unsigned' THEN ARRAY['signed'] WHEN 'returned' THEN ARRAY['signed']
        WHEN 'signed' THEN ARRAY['sent', 'unsigned'] WHEN 'sent' THEN ARRAY['returned', 'accepted']
        ELSE ARRAY[]::text[] END)) THEN
        RAISE EXCEPTION 'publishing: not the next step of a report' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.serial <> 1 + (SELECT count(*) FROM publishing_reportstep WHERE report_id = NEW.report_id) THEN
        RAISE EXCEPTION 'publishing: a step follows the last' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
#: Nothing is written into what is signed, sent or accepted.
STILL_OPEN = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.report_id::text, 31));
    IF coalesce((SELECT kind FROM publishing_reportstep WHERE report_id = NEW.report_id
                 ORDER BY serial DESC LIMIT 1), '') IN ('signed', 'sent', 'accepted') THEN
        RAISE EXCEPTION 'publishing: what is signed is not changed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class ReportFigure(Identified):
    """What the system counted for one line; none where nothing could be counted."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="figures")
    code = models.SlugField(max_length=40)
    system = models.BigIntegerField(null=True)
    counted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="report_figure_once", fields=["report", "code"])]
        triggers: ClassVar = [
            pgtrigger.Protect(name="report_figure_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="report_figure_is_recounted", exclude=["system", "counted_at"]),
            pgtrigger.Trigger(
                name="report_figure_open", when=pgtrigger.Before, operation=pgtrigger.Update, func=STILL_OPEN
            ),
        ]

    def __str__(self) -> str:
        return self.code


class FigureEdit(Identified):
    """A person put another value in the system's place, or took that back (no value); why, who, when."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="edits")
    code = models.SlugField(max_length=40)
    serial = models.PositiveIntegerField()
    value = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=REASON_LENGTH)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("serial",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="figure_edit_once", fields=["report", "code", "serial"]),
            models.CheckConstraint(name="figure_edit_says_why", condition=Q(reason__regex=r"\S")),
            models.CheckConstraint(name="figure_edit_value", condition=Q(value__isnull=True) | Q(value__gte=0)),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="figure_edit_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="figure_edit_open", when=pgtrigger.Before, operation=pgtrigger.Insert, func=STILL_OPEN
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.serial}"


class ReportText(Identified):
    """One part in words, as the system drafted it (nobody's) or as a person left it."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="texts")
    part = models.CharField(max_length=12, choices=Part)
    serial = models.PositiveIntegerField()
    words = models.CharField(max_length=TEXT_LENGTH, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("serial",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="report_text_once", fields=["report", "part", "serial"]),
            models.CheckConstraint(name="report_part_known", condition=Q(part__in=Part.values)),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="report_text_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="report_text_open", when=pgtrigger.Before, operation=pgtrigger.Insert, func=STILL_OPEN
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.serial}"


class ReportStep(Identified):
    """One step: signed (with the paper that was signed), sent, returned with a reason, accepted."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="steps")
    serial = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=StepKind)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.CharField(max_length=REASON_LENGTH, blank=True)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("serial",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="report_step_once", fields=["report", "serial"]),
            models.CheckConstraint(name="report_step_known", condition=Q(kind__in=StepKind.values)),
            models.CheckConstraint(
                name="report_returned_says_why", condition=~Q(kind=StepKind.RETURNED.value) | Q(words__regex=r"\S")
            ),
            models.CheckConstraint(
                name="report_signed_paper",
                condition=Q(kind=StepKind.SIGNED.value, paper__isnull=False)
                | (~Q(kind=StepKind.SIGNED.value) & Q(paper__isnull=True)),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="report_step_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="report_step_in_order", when=pgtrigger.Before, operation=pgtrigger.Insert, func=IN_ORDER
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"


class ReportReminder(Identified):
    """That people were told on a day that a report is due, or late; with the notice, or none where nobody is there."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="reminders")
    day = models.DateField()
    late = models.BooleanField(default=False)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="report_reminded_once", fields=["report", "day", "late"]),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="report_reminder_is_kept", operation=KEPT)]

    def __str__(self) -> str:
        return f"{self.report_id} {self.day}"
