"""An inspection opened by a decision: its team sees named rooms until a moment, and no longer; ended early by hand.

Who opens it may grant in every one of the rooms; nobody opens one to themselves. The grants are those of `access`, with
its own limits of length; here stands only whose they are.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from minhbach.centre.access.actions.grants import GrantRefused, Terms, check_grant, end_grant, grant_for
from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.oversight.models import Inspection, InspectionKind, InspectionMember
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.models.dates import new_id
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

APP, ROUTE, NOTICE = "oversight", "inspection", "inspection"
#: What the team may do in the rooms, while it lasts.
RIGHTS = frozenset({Right.LIVE, Right.PLAYBACK, Right.SOUND, Right.HOLD})
NOBODY = Words("Hãy chọn thành viên đoàn và trưởng đoàn.", "Choose the team and who leads it.")
NO_ROOM = Words("Hãy chọn phòng được kiểm tra.", "Choose the rooms.")
NO_SUBJECT = Words("Hãy ghi nội dung kiểm tra.", "Write what it is about.")
NO_DECISION = Words("Hãy ghi số quyết định.", "Give the number of the decision.")
NO_POST = Words("Bạn không công tác tại cơ quan nào hôm nay.", "You serve nowhere today.")
OPENED = Words(
    "Bạn thuộc đoàn kiểm tra số {number} theo quyết định {decision}: {subject}.",
    "You are of the team of inspection {number}, by decision {decision}: {subject}.",
)
OVER = Words("Cuộc kiểm tra này đã kết thúc.", "This inspection is over.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """What a decision says: who looks at which rooms from when to when, and who leads them."""

    kind: InspectionKind
    subject: str
    decision_number: str
    rooms: Sequence[UUID]
    team: Sequence[UUID]
    leader: UUID
    begin: datetime.datetime
    end: datetime.datetime


def open_inspection(actor: Account, *, ordered: Ordered, now: datetime.datetime) -> Inspection:
    """Open it: each of the team is told and sees the rooms from the beginning to the end. Raises NotPossible."""
    team, rooms = list(dict.fromkeys(ordered.team)), list(dict.fromkeys(ordered.rooms))
    body = _body_of(actor, now)
    for said, missing, field in (
        (bool(rooms), NO_ROOM, "rooms"),
        (ordered.leader in team, NOBODY, "team"),
        (bool(plain(ordered.subject)), NO_SUBJECT, "subject"),
        (bool(plain(ordered.decision_number)), NO_DECISION, "decision_number"),
    ):
        if not said:
            raise NotPossible(missing, field)
    identity, decision = new_id(), plain(ordered.decision_number)[:60]
    terms = [
        Terms(
            person=person, rights=RIGHTS, rooms=frozenset(rooms), begin=ordered.begin, end=ordered.end,
            decision_number=decision, reference=f"inspection:{identity}",
        )
        for person in team
    ]  # fmt: skip
    try:
        for each in terms:
            check_grant([actor], each, now)
    except GrantRefused as refused:
        raise NotPossible(refused.words) from None
    # A refusal is written down by itself, so it was decided before anything is written here.
    return _write(actor, identity, body, ordered, terms, now)


@transaction.atomic
def _write(
    actor: Account, identity: UUID, body: UUID, ordered: Ordered, terms: Sequence[Terms], now: datetime.datetime
) -> Inspection:
    rooms = list(dict.fromkeys(ordered.rooms))
    year = registry.day_of(now).year
    made = Inspection.objects.create(
        id=identity, body_id=body, year=year, number=_next_number(body, year), kind=ordered.kind,
        subject=plain(ordered.subject)[:300], decision_number=terms[0].decision_number, room_id=rooms[0],
        begins_at=ordered.begin, ends_at=ordered.end, opened_by_id=actor.person_id, opened_at=now,
    )  # fmt: skip
    made.rooms.set(Room.objects.filter(id__in=rooms))
    for each in terms:
        given = grant_for(APP, terms=each, granted_by=actor.person_id, now=now)
        InspectionMember.objects.create(
            inspection=made, person_id=each.person, leads=each.person == ordered.leader, grant=given
        )
    # What they are told of the grant leads nowhere once it is over; this always leads back to what they were part of.
    said = OPENED.fill(number=str(made), subject=made.subject, decision=made.decision_number)
    send(to=sorted({each.person for each in terms}), kind=NOTICE, words=said, link=Link(ROUTE, str(made.id)), now=now)
    record(
        actor, "inspection_opened", now=now, about=("inspection", identity), details={"decision": made.decision_number}
    )
    return made


@transaction.atomic
def close_inspection(actor: Account, inspection: UUID, *, now: datetime.datetime) -> Inspection:
    """End it before its time: no member sees anything more. Raises NotPossible."""
    row = Inspection.objects.select_for_update().get(id=inspection)
    if row.closed_at is not None or row.ends_at <= now:
        raise NotPossible(OVER)
    row.closed_at, row.closed_by = now, actor.person
    row.save(update_fields=["closed_at", "closed_by"])
    for member in row.members.all():
        end_grant(APP, member.grant_id, now=now)
    record(actor, "inspection_closed", now=now, about=("inspection", row.id))
    return row


def _body_of(actor: Account, now: datetime.datetime) -> UUID:
    posts = registry.posts(actor.person_id, registry.day_of(now))
    if not posts:
        raise NotPossible(NO_POST)
    return min(posts, key=lambda post: post.valid_from).unit_id


def _next_number(body: UUID, year: int) -> int:
    """The next number in the book of the body; one at a time, so that the book has no holes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 23))", [f"{body} {year}"])
    return 1 + (Inspection.objects.filter(body=body, year=year).aggregate(last=Max("number"))["last"] or 0)
