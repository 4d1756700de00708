"""Answered complaints as the public reads them, and as those who publish see what is left to do; reads only."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from minhbach.centre.feedback.actions.publishing import publish_by_each
from minhbach.centre.feedback.forms import TOPICS
from minhbach.centre.feedback.models import Petition, PetitionEvent, Publication, StepKind, Topic
from minhbach.centre.registry.reading import day_of
from minhbach.centre.registry.vietnamese import search_key
from minhbach.centre.words import Words

SHOWN = 20
MOST_OWED = 200


@dataclass(frozen=True, slots=True)
class Answered:
    """One complaint and its answer, with nobody in it."""

    id: UUID
    place: str
    topic: Words
    received_on: datetime.date
    answered_on: datetime.date
    what: str
    answer: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """An answer that is not published yet, and until when it should be."""

    petition: Petition
    by: datetime.datetime


def _standing() -> QuerySet[Publication]:
    return Publication.objects.filter(taken_back_at__isnull=True)


def published(
    *, sought: str = "", before: datetime.datetime | None = None
) -> tuple[list[Answered], datetime.datetime | None]:
    """The newest that hold all the words, older than `before`; and where the next page begins, if there is one."""
    rows = _standing().filter(withheld=False).select_related("petition").order_by("-at")
    for word in search_key(sought).split()[:8]:
        rows = rows.filter(found_by__contains=word)
    if before is not None:
        rows = rows.filter(at__lt=before)
    answered = PetitionEvent.objects.filter(petition=OuterRef("petition"), kind=StepKind.ANSWERED).values("at")[:1]
    found = list(rows.annotate(answered_at=Subquery(answered))[: SHOWN + 1])
    told = [_told(row) for row in found[:SHOWN]]
    return told, told[-1].at if len(found) > SHOWN else None


def _told(row: Publication) -> Answered:
    petition = row.petition
    return Answered(
        id=row.id, place=row.place, topic=TOPICS[Topic(petition.topic)], received_on=day_of(petition.received_at),
        answered_on=day_of(row.answered_at),  # type: ignore[attr-defined]  # annotated above
        what=row.what, answer=row.answer, at=row.at,
    )  # fmt: skip


def decision_on(petition: UUID) -> Publication | None:
    """What stands: published or withheld; none while nobody decided, or after it was taken back."""
    return _standing().filter(petition=petition).select_related("by").first()


def owed_in(rooms: Collection[UUID]) -> list[Owed]:
    """Answers about these rooms that are neither published nor withheld, the most pressing first."""
    decided = Exists(_standing().filter(petition=OuterRef("petition")))
    events = (
        PetitionEvent.objects.filter(~decided, kind=StepKind.ANSWERED, petition__room__in=rooms)
        .select_related("petition__room")
        .order_by("at")[:MOST_OWED]
    )
    found = [(event.petition, event.at) for event in events]
    return [Owed(petition, by) for (petition, _), by in zip(found, publish_by_each(found), strict=True)]
