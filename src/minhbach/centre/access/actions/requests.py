"""Grants that need two signatures: one who may grant asks, another who may grant signs or refuses, with a reason.

Everything is asked again when the second signs: both may still grant, the rooms are what they were, the end is still to
come. What nobody signed within the days of the regulation is over.

    GrantRefused    the sentence for the page (of `actions.grants`)
"""

import datetime
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from minhbach.centre.access.actions.grants import ONESELF, GrantRefused, Terms, check_grant, grant
from minhbach.centre.access.models import Account, Grant, GrantRequest
from minhbach.centre.access.places import places_of_rooms
from minhbach.centre.access.reading import granters_of
from minhbach.centre.access.recording import record
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.reading import day_of
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

ASKED = Words(
    "{name} đề nghị cấp quyền xem thời gian bị hạn chế cho {to}; cần chữ ký thứ hai của bạn hoặc người có thẩm quyền.",
    "{name} asks for a grant into restricted time for {to}; it needs a second signature, yours or another's.",
)
NOT_SIGNED = Words("Đề nghị cấp quyền cho {to} không được ký: {reason}", "The grant for {to} was not signed: {reason}")
OVER = Words(
    "Đề nghị này không còn chờ ký: đã được ký, bị từ chối hoặc hết hạn.",
    "This request waits no more: it was signed, refused or is too old.",
)
SAME = Words("Người ký thứ hai phải là người khác.", "The second signature has to be somebody else's.")
NO_REASON = Words("Hãy ghi lý do không ký.", "Say why it is not signed.")
LEFT = Words(
    "Người đề nghị không còn tài khoản; hãy để người khác đề nghị lại.",
    "Whoever asked has no account any more; somebody else has to ask again.",
)


@transaction.atomic
def _write(actor: Account, terms: Terms, now: datetime.datetime) -> GrantRequest:
    row = GrantRequest.objects.create(
        person_id=terms.person,
        rights=sorted(terms.rights),
        begins_at=terms.begin,
        ends_at=terms.end,
        decision_number=terms.decision_number,
        asked_by_id=actor.person_id,
        asked_at=now,
    )
    row.rooms.set(Room.objects.filter(id__in=terms.rooms))
    record(actor, "grant_asked", now=now, about=("grant_request", row.id), details={"person": str(terms.person)})
    signers = granters_of(terms.rooms, now=now) - {actor.person_id, terms.person}
    said = ASKED.fill(name=actor.person.full_name, to=row.person.full_name)
    send(to=signers, kind="grant", words=said, link=Link("grants"), now=now)
    return row


def ask_grant(actor: Account, *, terms: Terms, now: datetime.datetime) -> GrantRequest:
    """Ask for a grant into restricted time; whoever may sign is told. Raises GrantRefused."""
    check_grant([actor], terms, now)
    return _write(actor, replace(terms, through_restriction=True), now)


def sign_request(actor: Account, asked: UUID, *, now: datetime.datetime) -> Grant:
    """Put the second signature: the grant is in force from its day, or from now. Raises GrantRefused."""
    waiting = _waiting(asked, now)
    if waiting.asked_by_id == actor.person_id:
        raise GrantRefused(SAME)
    if waiting.person_id == actor.person_id:
        raise GrantRefused(ONESELF)
    asker = Account.objects.filter(person=waiting.asked_by_id, is_active=True).first()
    if asker is None:
        raise GrantRefused(LEFT)
    terms = replace(terms_of(waiting), begin=max(waiting.begins_at, now))
    # A refusal is written outside of a transaction; so the rights are asked before the row is locked.
    check_grant([asker, actor], terms, now)
    with transaction.atomic():
        row = _waiting(asked, now, lock=True)
        given = grant(asker, terms=terms, second=actor, now=now)
        GrantRequest.objects.filter(id=row.id).update(decided_by=actor.person_id, decided_at=now, grant=given)
    return given


def refuse_request(actor: Account, asked: UUID, *, reason: str, now: datetime.datetime) -> None:
    """Refuse the second signature; whoever asked is told why. Raises GrantRefused."""
    said = plain(reason)[:300]
    if not said:
        raise GrantRefused(NO_REASON)
    waiting = _waiting(asked, now)
    if waiting.asked_by_id == actor.person_id or waiting.person_id == actor.person_id:
        raise GrantRefused(SAME)
    check_grant([actor], terms_of(waiting), now)
    with transaction.atomic():
        row = _waiting(asked, now, lock=True)
        GrantRequest.objects.filter(id=row.id).update(decided_by=actor.person_id, decided_at=now, refusal_reason=said)
        record(actor, "grant_not_signed", now=now, about=("grant_request", row.id))
        words = NOT_SIGNED.fill(to=row.person.full_name, reason=said)
        send(to=[row.asked_by_id], kind="grant", words=words, link=Link("grants"), now=now)


def waiting_requests(*, now: datetime.datetime) -> QuerySet[GrantRequest]:
    """The requests that wait for a second signature, for as long as the regulation of their rooms leaves them open."""
    rows = GrantRequest.objects.filter(decided_at__isnull=True, ends_at__gt=now)
    days: dict[int, set[UUID]] = {}
    rooms = set(rows.values_list("rooms", flat=True)) - {None}
    for room, place in places_of_rooms(rooms, now).items():
        rules = regulation.rules_for(place.path, day_of(now))
        days.setdefault(rules.times.grant_request_days if rules else 0, set()).add(room)
    too_old = Q()
    for longest, of in days.items():
        too_old |= Q(rooms__in=of, asked_at__lte=now - datetime.timedelta(days=longest))
    return rows.exclude(id__in=rows.filter(too_old).values("id")) if days else rows


def requests_for(account: Account, *, now: datetime.datetime) -> list[GrantRequest]:
    """The requests that this person may sign, the oldest first."""
    rows = waiting_requests(now=now).exclude(asked_by=account.person_id).exclude(person=account.person_id)
    found = rows.select_related("person", "asked_by").prefetch_related("rooms").order_by("asked_at")
    return [row for row in found if account.person_id in granters_of({room.id for room in row.rooms.all()}, now=now)]


def terms_of(row: GrantRequest) -> Terms:
    """What was asked for."""
    return Terms(
        person=row.person_id,
        rights=frozenset(Right(code) for code in row.rights),
        rooms=frozenset(room.id for room in row.rooms.all()),
        begin=row.begins_at,
        end=row.ends_at,
        decision_number=row.decision_number,
        through_restriction=True,
    )


def _waiting(asked: UUID, now: datetime.datetime, *, lock: bool = False) -> GrantRequest:
    rows = waiting_requests(now=now).filter(id=asked)
    row = (rows.select_for_update() if lock else rows).first()
    if row is None:
        raise GrantRefused(OVER)
    return row
