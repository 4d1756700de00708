"""A finding drafted from what was seen on the spot, or from nobody having been there: filled in, then made by a person.

Owns which rows lead to a draft and what it says: a visit that found something wrong, a planned visit that nobody made
(then the footage of that day is looked at instead), a reception day without a session. A draft is no row: nobody is
told before somebody makes it. The finding says what it came from, and leads back there.
"""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from minhbach.centre.access.models import Account
from minhbach.centre.access.places import place_of_room
from minhbach.centre.messaging.actions import both
from minhbach.centre.oversight import reading, visiting
from minhbach.centre.oversight.actions.findings import INSPECTION, PETITION, RATING, standing_from
from minhbach.centre.oversight.models import Finding, Inspection, Seen, Source, Visit, VisitStepKind
from minhbach.centre.oversight.reading import Told
from minhbach.centre.reception.models import MissedDay, MissedStepKind, Session
from minhbach.centre.reception.planning import Schedule
from minhbach.centre.registry import reading as registry
from minhbach.centre.regulation.reading import calendar_of, in_force
from minhbach.centre.words.formats import span

VISIT, MISSED = "visit", "missed"
#: So long before its minutes were written a visit is taken to have been.
LASTED = datetime.timedelta(minutes=15)
RECEPTION_MISSED = "reception_missed"
WENT_NOBODY = "Xem hình thay cho chuyến kiểm tra ngày {day} không thực hiện."
WRONG = "Kiểm tra tại chỗ ngày {day}: {items}"
NOBODY_RECEIVED = "Đến {at} ngày {day} người đứng đầu, hoặc người được phân công bằng văn bản, chưa tiếp công dân."


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form of a finding begins with."""

    room: UUID
    reference: str
    begin: datetime.datetime
    end: datetime.datetime
    situation: str
    note: str
    #: It is about one thing that either was or was not: one finding is all there can be of it.
    once: bool = False


def of_visit(actor: Account, visit: Visit, *, now: datetime.datetime) -> Draft | None:
    """What the actor's own body found on a visit, or could not, as nobody went; none where there is nothing to find."""
    if visit.body_id not in visiting.bodies_of(actor, registry.day_of(now)):
        return None
    steps = {step.kind: step for step in visit.steps.all()}
    day = f"{visit.day:%d/%m/%Y}"
    held = steps.get(VisitStepKind.HELD)
    if VisitStepKind.WITHDRAWN in steps:
        return None
    if held is not None:
        wrong = "; ".join(f"{each.vi}: {each.note}" for each in visit.answers.all() if each.seen == Seen.BAD)
        if not wrong:
            return None
        note = WRONG.format(day=day, items=wrong)
        return Draft(visit.room_id, f"{VISIT}:{visit.id}", held.at - LASTED, held.at, "", note)
    reference = f"{VISIT}:{visit.id}"
    if steps or visit.day >= registry.day_of(now) or standing_from(visit.room_id, reference):
        return None
    begin, end = _office(visit.unit_id, visit.day)
    return Draft(visit.room_id, reference, begin, end, "", WENT_NOBODY.format(day=day), once=True)


def of_missed(actor: Account, missed: MissedDay, *, now: datetime.datetime) -> Draft | None:
    """That nobody received on a reception day; none for the unit itself, nor once its reason was accepted or a finding
    was made of it.
    """
    reference = f"{MISSED}:{missed.id}"
    answers = place_of_room(missed.room_id, now).unit
    own = {post.unit_id for post in registry.posts(actor.person_id, registry.day_of(now))}
    accepted = missed.steps.filter(kind=MissedStepKind.ACCEPTED).exists()
    if own & {answers, missed.unit_id} or accepted or standing_from(missed.room_id, reference):
        return None
    begin, _ = _office(missed.unit_id, missed.day)
    by = Schedule([missed.unit_id], missed.day, missed.day).begins_by(missed.unit_id, missed.day) or missed.found_at
    known = RECEPTION_MISSED in in_force(missed.unit_id, registry.last_day(missed.unit_id, missed.day)).situations
    note = NOBODY_RECEIVED.format(at=f"{by:%H:%M}", day=f"{missed.day:%d/%m/%Y}")
    # Whoever came late received after all: what that is called is for a person to say.
    situation = RECEPTION_MISSED if known and not _received(missed) else ""
    return Draft(missed.room_id, reference, begin, max(by, begin + LASTED), situation, note, once=True)


def _received(missed: MissedDay) -> bool:
    begin = datetime.datetime.combine(missed.day, datetime.time(), tzinfo=registry.VIETNAM)
    day = (begin, begin + datetime.timedelta(days=1))
    return Session.objects.filter(unit=missed.unit_id, opened_at__gte=day[0], opened_at__lt=day[1]).exists()


def _office(unit: UUID, day: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """From when the office opens on the day, as long as a finding may be, or until it closes for the first time."""
    lived = registry.last_day(unit, day)
    calendar, longest = calendar_of(unit, lived), in_force(unit, lived).times.finding_longest_minutes
    opens, closes = (
        datetime.datetime.combine(day, datetime.time.fromisoformat(at), tzinfo=registry.VIETNAM)
        for at in calendar.hours.spans[0]
    )
    return opens, min(closes, opens + datetime.timedelta(minutes=longest))


def made_from(
    actor: Account, references: Collection[str], *, now: datetime.datetime, as_member: bool = False
) -> list[Told]:
    """The findings that were made of these, as the actor may read them. `as_member`: their own, wherever."""
    rows = Finding.objects.filter(source=Source.INSPECTION, source_reference__in=references)
    if not as_member:
        rows = rows.filter(room__in=reading.rooms_within(actor, now=now))
    return reading.told(list(reading.with_story(rows.order_by("found_at", "id"))), actor, now=now) if references else []


def of_inspection(actor: Account, row: Inspection, *, now: datetime.datetime) -> list[Told]:
    """The findings that its team made in its rooms, and those that its visits led to; its team reads them all."""
    visits = row.visits.values_list("id", flat=True)
    references = [f"{INSPECTION}:{row.id}", *(f"{VISIT}:{visit}" for visit in visits)]
    as_member = row.members.filter(person=actor.person_id).exists()
    return made_from(actor, references, now=now, as_member=as_member)


def came_from(row: Finding) -> str:
    """The address of what a finding came from; empty where it has none."""
    kind, _, identity = row.source_reference.partition(":")
    routes = {VISIT: "visit", MISSED: "missed_day", INSPECTION: "inspection", PETITION: "petition", RATING: "rating"}
    return reverse(routes[kind], args=[identity]) if kind in routes else ""


def titles(found: Sequence[Told]) -> list[list[str]]:
    """Number, place and time, what, and how it stands, in Vietnamese, as a paper has them."""
    return [
        [
            str(each.finding), f"{each.finding.room.name}, {span(each.begin, each.end)}",
            both(each.what)[0], both(each.state[1])[0],
        ]
        for each in found
    ]  # fmt: skip
