"""Documents by which work is directed, the tasks they give, and each step of a task: rows that are only ever added."""

import pgtrigger
from django.db import models
from django.db.models import Q

from minhbach.centre.papers.models import Paper
from minhbach.centre.registry.models import Identified, Person, Unit

KEPT = pgtrigger.Delete | pgtrigger.Update
WORDS_LENGTH = 1000


class DirectiveKind(models.TextChoices):
    """What sort of document it is."""

    DIRECTIVE = "directive"
    LETTER = "letter"
    PLAN = "plan"
    CONCLUSION = "conclusion"
    DECISION = "decision"
    OTHER = "other"


class Directive(Identified):
    """A document of a unit that gives tasks."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="directives")
    kind = models.CharField(max_length=12, choices=DirectiveKind)
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    issued_on = models.DateField()
    entered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ("-issued_on", "-id")
        constraints = (
            models.UniqueConstraint(fields=("unit", "number", "issued_on"), name="directive_once"),
            models.CheckConstraint(
                condition=Q(kind__in=DirectiveKind.values, number__regex=r"\S", title__regex=r"\S"),
                name="directive_says_what",
            ),
        )
        triggers = (pgtrigger.Protect(name="directive_is_kept", operation=KEPT),)

    def __str__(self) -> str:
        return self.number


class DirectivePage(Identified):
    """One scanned page of a document, in their order."""

    directive = models.ForeignKey(Directive, models.PROTECT, related_name="pages")
    position = models.PositiveSmallIntegerField()
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="+")
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("directive", "position"), name="directive_page_once"),)
        triggers = (pgtrigger.Protect(name="directive_page_is_kept", operation=KEPT),)

    def __str__(self) -> str:
        return f"{self.directive_id} {self.position}"


class Task(Identified):
    """What one person has to do by a day, because of a directive."""

    directive = models.ForeignKey(Directive, models.PROTECT, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    #: Where the holder served when it was given: it stays in the lists of that unit.
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    holder = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.CharField(max_length=WORDS_LENGTH)
    due_on = models.DateField()
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("directive", "position"), name="task_once"),
            models.CheckConstraint(condition=Q(words__regex=r"\S"), name="task_says_what"),
        )
        triggers = (pgtrigger.Protect(name="task_is_kept", operation=KEPT),)
        indexes = (
            models.Index(name="task_of_holder", fields=["holder", "due_on"]),
            models.Index(name="task_of_unit", fields=["unit", "due_on"]),
        )

    def __str__(self) -> str:
        return f"{self.directive_id} {self.position}"


class TaskRead(Identified):
    """When the holder first opened the task."""

    task = models.OneToOneField(Task, models.PROTECT, related_name="read")
    at = models.DateTimeField()

    class Meta:
        triggers = (pgtrigger.Protect(name="task_read_is_kept", operation=KEPT),)

    def __str__(self) -> str:
        return f"{self.task_id}"


class TaskStepKind(models.TextChoices):
    """What is done about a task."""

    REPORTED = "reported"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    EXTENDED = "extended"
    CANCELLED = "cancelled"


TASK_ENDS = (TaskStepKind.ACCEPTED.value, TaskStepKind.CANCELLED.value)
#: Nothing after the end; only the holder reports; nobody accepts or returns but what was reported, nor their own work.
IN_ORDER = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.task_id::text, 23));
    IF EXISTS (SELECT 1 FROM regulation_taskstep WHERE task_id = NEW.task_id AND kind IN ('accepted', 'cancelled')) THEN
        RAISE EXCEPTION 'regulation: the task has ended' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.kind = 'reported') <> EXISTS (
        SELECT 1 FROM regulation_task WHERE id = NEW.task_id AND holder_id = NEW.by_id) THEN
        RAISE EXCEPTION 'regulation: the holder reports, another judges' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind IN ('accepted', 'returned') AND (
        SELECT kind FROM regulation_taskstep WHERE task_id = NEW.task_id AND kind <> 'extended'
        ORDER BY at DESC, id DESC LIMIT 1) IS DISTINCT FROM 'reported' THEN
        RAISE EXCEPTION 'regulation: nothing was reported' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class TaskStep(Identified):
    """One step: who, when, in which words; a report may carry a photograph, an extension carries the new day."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=TaskStepKind)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.CharField(max_length=WORDS_LENGTH)
    due_on = models.DateField(null=True, blank=True)
    proof = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=TaskStepKind.values, words__regex=r"\S"), name="task_step_says_what"
            ),
            models.CheckConstraint(
                condition=Q(kind=TaskStepKind.EXTENDED.value, due_on__isnull=False)
                | (~Q(kind=TaskStepKind.EXTENDED.value) & Q(due_on__isnull=True)),
                name="task_step_extends",
            ),
            models.CheckConstraint(
                condition=Q(proof__isnull=True) | Q(kind=TaskStepKind.REPORTED.value), name="task_step_proves"
            ),
        )
        triggers = (
            pgtrigger.Protect(name="task_step_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="task_step_in_order", when=pgtrigger.Before, operation=pgtrigger.Insert, func=IN_ORDER
            ),
        )

    def __str__(self) -> str:
        return f"{self.task_id} {self.kind}"
