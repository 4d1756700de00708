"""A citizen's request about footage of themselves (Luật 91/2025/QH15): what is asked, what became of it, step by step.

Who asks is a row of its own, `SubjectPerson`, the only one here that may go: without it nothing names them, and the
commitment in `SubjectRequest` binds nobody any more. Everything else is kept. An erasure is decided by two who neither
took the request nor are one person: PostgreSQL takes no other.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from minhbach.centre.access.models.personal import ONLY_MOVED, Personal, Told
from minhbach.centre.dossiers.models import Dossier
from minhbach.centre.evidence.models.requests import KEPT, Extraction
from minhbach.centre.footage.models import LegalHold
from minhbach.centre.registry.models import Camera, Identified, Person, Recorder, Room, Unit


class Wanted(models.TextChoices):
    """What the person asks for."""

    SEE = "see"
    COPY = "copy"
    ERASE = "erase"


class Channel(models.TextChoices):
    """On which way it came."""

    COUNTER = "counter"
    LETTER = "letter"


class Identity(models.TextChoices):
    """By which document it was checked who asks. No copy of it is kept, and not its number."""

    CARD = "card"
    VNEID = "vneid"
    PASSPORT = "passport"
    CERTIFIED = "certified"


class Behalf(models.TextChoices):
    """For whom the person speaks."""

    ONESELF = "oneself"
    GUARDIAN = "guardian"
    AUTHORISED = "authorised"


class Proof(models.TextChoices):
    """By which paper somebody showed that they may speak for another. No copy of it is kept."""

    BIRTH = "birth"
    GUARDIANSHIP = "guardianship"
    COURT = "court"
    VNEID = "vneid"
    AUTHORISATION = "authorisation"


class Pictured(models.TextChoices):
    """Whom the footage shows that somebody asks to see, as who grants it says."""

    ALONE = "alone"
    OTHERS = "others"


class SubjectRequest(Identified):
    """One request, with its number in the book of its unit and year."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="subject_requests")
    room = models.ForeignKey(Room, models.PROTECT, related_name="subject_requests")
    cameras: "models.ManyToManyField[Camera, models.Model]" = models.ManyToManyField(Camera, related_name="+")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    wanted = models.CharField(max_length=10, choices=Wanted.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    received_at = models.DateTimeField()
    begin_us = models.BigIntegerField()
    end_us = models.BigIntegerField()
    #: The receipt that led to the minutes.
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, blank=True, related_name="+")
    identity = models.CharField(max_length=10, choices=Identity.choices)
    behalf = models.CharField(max_length=10, choices=Behalf.choices)
    #: Whether another body has to take part: the law then gives longer.
    third_party = models.BooleanField(default=False)
    taken_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    #: What is asked to be seen or copied does not go by its term meanwhile.
    hold = models.ForeignKey(LegalHold, models.PROTECT, null=True, blank=True, related_name="+")
    #: Salted, of the person's name and document; the salt lies with the person.
    commitment = models.CharField(max_length=64)

    class Meta:
        ordering = ("-received_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="subject_number_once", fields=["unit", "year", "number"]),
            models.CheckConstraint(
                name="subject_known",
                condition=Q(wanted__in=Wanted.values, channel__in=Channel.values, behalf__in=Behalf.values)
                & Q(identity__in=Identity.values),
            ),
            models.CheckConstraint(name="subject_span", condition=Q(begin_us__gt=0, begin_us__lt=F("end_us"))),
            models.CheckConstraint(name="subject_commitment", condition=Q(commitment__regex=r"^[0-9a-f]{64}$")),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="subject_request_is_kept", operation=KEPT)]
        indexes: ClassVar = [models.Index(name="subject_in_room", fields=["room", "-received_at"])]

    def __str__(self) -> str:
        return f"{self.number:02}/{self.year}"


class SubjectPerson(Personal):
    """Who asks. This row goes when the person is to be forgotten, and with it the salt."""

    request = models.OneToOneField(SubjectRequest, models.PROTECT, related_name="person")
    name = Told(120)
    contact = Told(300)
    #: Whom a guardian or an authorised person speaks for.
    represents = Told(120)
    #: By which paper they showed that they may (`Proof`); empty for oneself. It goes with the person.
    proof = Told(20)
    #: How to find them in the picture.
    looks = Told(300)
    #: Of the request's commitment, hex.
    salt = Told(64)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="subject_named", condition=~Q(sealed=b""))]
        triggers: ClassVar = [
            pgtrigger.ReadOnly(name="subject_person_is_not_rewritten", exclude=Personal.MOVES),
            pgtrigger.Protect(name="subject_person_is_only_moved", operation=pgtrigger.Update, condition=ONLY_MOVED),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Act(models.TextChoices):
    """What may happen to a request."""

    ACKNOWLEDGED = "acknowledged"
    EXTENDED = "extended"
    GRANTED = "granted"
    SECONDED = "seconded"
    REFUSED = "refused"
    OTHERS_FOUND = "others_found"
    SHOWN = "shown"
    COPY_ASKED = "copy_asked"
    ERASED = "erased"
    WITHDRAWN = "withdrawn"
    TOLD_SOON = "told_soon"
    TOLD_LATE = "told_late"
    FORGOTTEN = "forgotten"


#: What the system does by itself.
BY_SYSTEM = (Act.ERASED.value, Act.TOLD_SOON.value, Act.TOLD_LATE.value, Act.FORGOTTEN.value)

#: One at a time for each request. Who took it decides nothing of it; an erasure takes two who decide. Once others were
#: found in the picture the original is shown to nobody.
LAWFUL_STEP = """
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.request_id::text, 10));
    IF NEW.kind NOT IN ('told_soon', 'told_late', 'forgotten') AND EXISTS (
        SELECT 1 FROM evidence_subjectstep WHERE request_id = NEW.request_id
        AND kind IN ('refused', 'withdrawn', 'erased')
    ) THEN
        RAISE EXCEPTION 'evidence: the request has ended' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind IN ('granted', 'seconded', 'refused') AND EXISTS (
        SELECT 1 FROM evidence_subjectrequest WHERE id = NEW.request_id AND taken_by_id = NEW.by_id
    ) THEN
        RAISE EXCEPTION 'evidence: who took the request does not decide it' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'seconded' AND NOT EXISTS (
        SELECT 1 FROM evidence_subjectstep s JOIN evidence_subjectrequest r ON r.id = s.request_id
        WHERE s.request_id = NEW.request_id AND s.kind = 'granted' AND s.by_id <> NEW.by_id AND r.wanted = 'erase'
    ) THEN
        RAISE EXCEPTION 'evidence: an erasure is seconded by another' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind IN ('shown', 'others_found', 'copy_asked') AND NOT EXISTS (
        SELECT 1 FROM evidence_subjectstep WHERE request_id = NEW.request_id AND kind = 'granted'
    ) THEN
        RAISE EXCEPTION 'evidence: nothing was granted' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'shown' AND EXISTS (
        SELECT 1 FROM evidence_subjectstep WHERE request_id = NEW.request_id AND kind = 'others_found'
    ) THEN
        RAISE EXCEPTION 'evidence: others are in the picture' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class SubjectStep(Identified):
    """One thing that happened to a request. Never rewritten."""

    request = models.ForeignKey(SubjectRequest, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=14, choices=Act.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    #: Of the regulation's catalogue, where it was refused; of seeing that was granted, who is in it (`Pictured`).
    reason = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)
    #: The masked copy, where one was asked for.
    extraction = models.OneToOneField(Extraction, models.PROTECT, null=True, blank=True, related_name="subject_step")

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(name="subject_step_known", condition=Q(kind__in=Act.values)),
            # A masked copy that came to nothing is asked for again.
            models.UniqueConstraint(
                name="subject_step_once",
                fields=["request", "kind"],
                condition=~Q(kind__in=["copy_asked", "told_soon", "told_late"]),
            ),
            # Of each term once; which one, says the note.
            models.UniqueConstraint(
                name="subject_told_once",
                fields=["request", "kind", "note"],
                condition=Q(kind__in=["told_soon", "told_late"]),
            ),
            models.CheckConstraint(
                name="subject_step_by_somebody", condition=Q(kind__in=BY_SYSTEM) | Q(by__isnull=False)
            ),
            models.CheckConstraint(
                name="subject_step_says_why",
                condition=~Q(kind__in=["refused", "extended", "withdrawn"], note="", reason=""),
            ),
            models.CheckConstraint(
                name="subject_step_copy", condition=Q(kind="copy_asked") ^ Q(extraction__isnull=True)
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="subject_step_is_kept", operation=KEPT),
            pgtrigger.Trigger(
                name="subject_step_is_lawful", when=pgtrigger.Before, operation=pgtrigger.Insert, func=LAWFUL_STEP
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.kind}"


#: No recorder is told to erase what two have not decided.
DECIDED_BY_TWO = """
    IF 2 <> (SELECT count(*) FROM evidence_subjectstep WHERE request_id = NEW.request_id
             AND kind IN ('granted', 'seconded')) THEN
        RAISE EXCEPTION 'evidence: an erasure is decided by two' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Erasure(Identified):
    """What one camera's recorder is told to erase. *Pending* until its proven log has the entry and nothing is left."""

    request = models.ForeignKey(SubjectRequest, models.PROTECT, related_name="erasures")
    camera = models.ForeignKey(Camera, models.PROTECT, related_name="+")
    recorder = models.ForeignKey(Recorder, models.PROTECT, related_name="erasures")
    #: As the recorder's log names the camera.
    name = models.CharField(max_length=64)
    begin_us = models.BigIntegerField()
    end_us = models.BigIntegerField()
    salt = models.BinaryField()
    #: In the entry of the log: of the request and who decided.
    commitment = models.CharField(max_length=64, unique=True)
    ordered_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    #: The newest entry of the log that erased some of it, and how many segments all of them did.
    entry = models.BigIntegerField(null=True, blank=True)
    segments = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    refused_vi = models.TextField(blank=True)
    refused_en = models.TextField(blank=True)

    class Meta:
        ordering = ("ordered_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(name="erasure_once", fields=["request", "camera"]),
            models.CheckConstraint(name="erasure_span", condition=Q(begin_us__gt=0, begin_us__lt=F("end_us"))),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="erasure_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="erasure_is_not_rewritten",
                exclude=["salt", "asked_at", "entry", "segments", "done_at", "refused_vi", "refused_en"],
            ),
            pgtrigger.Trigger(
                name="erasure_is_decided", when=pgtrigger.Before, operation=pgtrigger.Insert, func=DECIDED_BY_TWO
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="erasure_pending", fields=["recorder"], condition=Q(done_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.name}"
