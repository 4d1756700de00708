"""The reception book (Mẫu 03, Thông tư 04/2021/TT-TTCP): who came with what, and what became of it.

Whoever came stands in a row of its own whose words lie closed, the matter too: what somebody brings forward tells who
they are. An entry is never rewritten: its class is put right by a step, and what is done about it is a step.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.access.models.personal import ONLY_MOVED, Personal, Told
from minhbach.centre.reception.models.days import KEPT
from minhbach.centre.reception.models.sessions import BOX, MOST_PEOPLE, Session
from minhbach.centre.registry.models import Identified, Person, Unit

WORDS_LENGTH = 1000


class Matter(models.TextChoices):
    """What is brought forward, as the law divides it (column 6)."""

    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"
    PETITION = "petition"
    FEEDBACK = "feedback"


class BookEntry(Identified):
    """One matter in the book of a unit and year, numbered without holes."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="book_entries")
    box = models.PositiveSmallIntegerField(default=BOX)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    session = models.ForeignKey(Session, models.PROTECT, related_name="entries")
    matter = models.CharField(max_length=12, choices=Matter)
    #: How many came in this matter.
    people = models.PositiveSmallIntegerField()
    #: Which body settled it before, if any (column 7).
    settled_before = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=WORDS_LENGTH, blank=True)
    #: Until when one of the three ways is taken, and until when an accepted matter is settled, as it was written; what
    #: moves them since is a step.
    handle_by = models.DateField()
    settle_by = models.DateField()
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("-year", "-number")
        constraints: ClassVar = [
            models.UniqueConstraint(name="book_number_once", fields=["unit", "box", "year", "number"]),
            models.CheckConstraint(
                name="book_entry_known",
                condition=Q(matter__in=Matter.values, people__gte=1, people__lte=MOST_PEOPLE, number__gte=1),
            ),
            models.CheckConstraint(name="book_entry_terms", condition=Q(handle_by__lte=F("settle_by"))),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="book_entry_is_kept", operation=KEPT)]
        indexes: ClassVar = [models.Index(name="book_of_unit", fields=["unit", "-year", "-number"])]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"


class BookPerson(Personal):
    """Who came and with what. Kept as long as the book is: no request empties what the law has an office keep."""

    entry = models.OneToOneField(BookEntry, models.PROTECT, related_name="person")
    name = Told(120)
    address = Told(300)
    #: Number of the citizen, identity card or passport.
    personal_id = Told(20)
    #: Who speaks for the others where many came in one matter, one a line.
    representatives = Told(1200)
    content = Told(2000)

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="book_person_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="book_person_is_not_rewritten", exclude=[*Personal.MOVES]),
            pgtrigger.Protect(name="book_person_only_moves", operation=pgtrigger.Update, condition=ONLY_MOVED),
        ]

    def __str__(self) -> str:
        return str(self.entry_id)


class BookStepKind(models.TextChoices):
    """What is done about a matter: one of three ways first (columns 8 to 10), then what came of it (column 11), before
    which an accepted one may lawfully be given more time.
    """

    ACCEPTED = "accepted"
    RETURNED = "returned"
    FORWARDED = "forwarded"
    RESULT = "result"
    RECLASSIFIED = "reclassified"
    EXTENDED = "extended"


#: The three ways of handling: a matter goes one of them.
HANDLED = (BookStepKind.ACCEPTED.value, BookStepKind.RETURNED.value, BookStepKind.FORWARDED.value)

#: Steps that may say new terms.
MOVES_TERMS = (BookStepKind.ACCEPTED.value, BookStepKind.RECLASSIFIED.value, BookStepKind.EXTENDED.value)


class BookStep(Identified):
    """One step: who, when, in which words; to which body, or which class it really is."""

    entry = models.ForeignKey(BookEntry, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=BookStepKind)
    matter = models.CharField(max_length=12, choices=Matter, blank=True)
    #: The terms from here on: of the class it really is; of a matter accepted on this day; until when it is extended.
    handle_by = models.DateField(null=True, blank=True)
    settle_by = models.DateField(null=True, blank=True)
    to_body = models.CharField(max_length=200, blank=True)
    words = models.CharField(max_length=WORDS_LENGTH, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(name="book_handled_once", fields=["entry"], condition=Q(kind__in=HANDLED)),
            models.CheckConstraint(
                name="book_step_says_what",
                condition=Q(kind=BookStepKind.ACCEPTED.value, matter="", to_body="")
                | Q(kind=BookStepKind.RETURNED.value, words__regex=r"\S", matter="", to_body="")
                | Q(kind=BookStepKind.FORWARDED.value, to_body__regex=r"\S", matter="")
                | Q(kind=BookStepKind.RESULT.value, words__regex=r"\S", matter="", to_body="")
                | Q(kind=BookStepKind.EXTENDED.value, words__regex=r"\S", matter="", to_body="")
                | Q(kind=BookStepKind.RECLASSIFIED.value, words__regex=r"\S", to_body="", matter__in=Matter.values),
            ),
            models.CheckConstraint(
                name="book_step_terms",
                condition=Q(kind=BookStepKind.RECLASSIFIED.value, handle_by__lte=F("settle_by"))
                # One accepted before its own day was counted has none.
                | Q(kind=BookStepKind.ACCEPTED.value, handle_by__isnull=True)
                | Q(kind=BookStepKind.EXTENDED.value, handle_by__isnull=True, settle_by__isnull=False)
                | ~Q(kind__in=MOVES_TERMS) & Q(handle_by__isnull=True, settle_by__isnull=True),
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="book_step_is_kept", operation=KEPT)]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.kind}"
