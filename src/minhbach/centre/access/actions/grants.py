"""Grants, restrictions and occasions for stills: what the apps above write down here, and what a person may grant.

A grant ends by itself and never lies in its grantor's own favour. `grant` is for people and is decided and recorded;
`grant_for` is for the apps above (an inspection, a reception session), which have decided by their own rules.

    GrantRefused    the sentence for the page
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.grantable import GRANTABLE
from minhbach.centre.access.judging import judge
from minhbach.centre.access.models import Account, Grant, Restriction, StillOccasion
from minhbach.centre.access.places import Place, places_of_rooms
from minhbach.centre.access.reading import labels_of, rights_in_order
from minhbach.centre.access.recording import record, record_refusal
from minhbach.centre.messaging.actions import Link, both, send
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.reading import VIETNAM, day_of
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.reading import Law
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, formats

ONESELF = Words("Không ai tự cấp quyền cho chính mình.", "Nobody grants a right to themselves.")
NOT_GRANTABLE = Words("Quyền này không cấp riêng được.", "This right cannot be granted.")
NO_ROOM = Words("Hãy chọn phòng được cấp quyền.", "Choose the rooms the grant is for.")
TOO_LONG = Words(
    "Quyền có thời hạn không được dài quá {wd} ngày làm việc và không quá {days} ngày; muộn nhất là hết ngày {last}. "
    "Hãy chọn ngày sớm hơn và gia hạn khi cần.",
    "A grant lasts {wd} working days at most, and no more than {days} days; {last} is the last whole day. Choose an "
    "earlier day, and renew it when needed.",
)
TWO_PEOPLE = Words(
    "Quyền xem thời gian bị hạn chế cần hai người có thẩm quyền cùng ký.",
    "A grant into restricted time needs two people who may grant.",
)


PAST = Words("Thời hạn này đã qua.", "That time is past.")
GIVEN = Words(
    "Bạn được cấp quyền «{rights}» tại {rooms}, đến {end}. Quyền tự hết khi đến hạn.",
    "You were granted “{rights}” at {rooms}, until {end}. It ends by itself.",
)
TAKEN = Words("Quyền có thời hạn của bạn tại {rooms} đã bị thu hồi.", "Your grant at {rooms} was taken back.")


class GrantRefused(Exception):
    """Nothing was granted; `words` says why."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True, slots=True)
class Terms:
    """What is granted to whom, where, from when to when, by which decision."""

    person: UUID
    rights: frozenset[Right]
    rooms: frozenset[UUID]
    begin: datetime.datetime
    end: datetime.datetime
    decision_number: str
    reference: str = ""
    through_restriction: bool = False
    #: The only stretch of footage it is about; none for all.
    footage: tuple[datetime.datetime, datetime.datetime] | None = None


def grant(actor: Account, *, terms: Terms, second: Account | None = None, now: datetime.datetime) -> Grant:
    """Grant rights that the actor (and the second, where one signs too) may grant in every one of the rooms.

    The person is told. Raises GrantRefused; a refusal for lack of right is written down before.
    """
    if terms.through_restriction and (second is None or second.person_id == actor.person_id):
        raise GrantRefused(TWO_PEOPLE)
    check_grant([actor] if second is None else [actor, second], terms, now)
    return _write(actor, actor.person_id, second.person_id if second else None, terms, now)


def check_grant(signers: Sequence[Account], terms: Terms, now: datetime.datetime) -> None:
    """Whether all of these may sign a grant on these terms. Raises GrantRefused."""
    if terms.person in {signer.person_id for signer in signers}:
        raise GrantRefused(ONESELF)
    places = _sensible(terms, now)
    for signer in signers:
        _may_grant(signer, places, now)
    laws = regulation.laws_of({place.unit for place in places.values() if place.unit is not None}, day_of(now))
    longest, times = min(
        ((longest_until(law, terms.begin), law.rules.times) for law in laws.values() if law.rules is not None),
        key=lambda limit: limit[0],
    )
    if terms.end > longest:
        last = formats.day(day_of(longest) - datetime.timedelta(days=1))
        days, wd = times.grant_longest_calendar_days, times.grant_longest_wd
        raise GrantRefused(TOO_LONG.fill(days=days, wd=wd, last=last))
    if terms.end <= max(terms.begin, now):
        raise GrantRefused(PAST)


def longest_until(law: Law, begin: datetime.datetime) -> datetime.datetime:
    """When a grant from that moment on ends at the latest: by working days or by all days, whichever is sooner.

    As terms are counted its first day is not, and its last is whole. Where no rules are in force it does not begin.
    """
    if law.rules is None:
        return begin
    times = law.rules.times
    last = law.calendar.after(day_of(begin), times.grant_longest_wd)
    worked = datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time(), VIETNAM)
    return min(worked, begin + datetime.timedelta(days=times.grant_longest_calendar_days))


def grant_for(
    app: str,
    *,
    terms: Terms,
    granted_by: UUID,
    seconded_by: UUID | None = None,
    told: bool = True,
    now: datetime.datetime,
) -> Grant:
    """For an app above, under its own decision, signed by these people. PostgreSQL still refuses what must not be.

    The person is told, unless it follows from what they just did themselves.
    """
    _sensible(terms, now)
    return _write(app, granted_by, seconded_by, terms, now, told=told)


def _sensible(terms: Terms, now: datetime.datetime) -> dict[UUID, Place]:
    if not terms.rights or terms.rights - GRANTABLE:
        raise GrantRefused(NOT_GRANTABLE)
    places = places_of_rooms(terms.rooms, now)
    if not places or terms.rooms - set(places):
        raise GrantRefused(NO_ROOM)
    return places


def _may_grant(signer: Account, places: dict[UUID, Place], now: datetime.datetime) -> None:
    standing = standing_of(signer, now=now)
    for place in places.values():
        decision = judge(standing, Right.GRANT, place)
        # A right got by a grant is not passed on.
        if not decision.allowed or not decision.ground.startswith("post:"):
            record_refusal(signer, Right.GRANT, decision.why, now=now, place=place, route="grant")
            raise GrantRefused(decision.why)


@transaction.atomic
def _write(
    actor: Account | str,
    granted_by: UUID,
    seconded_by: UUID | None,
    terms: Terms,
    now: datetime.datetime,
    *,
    told: bool = True,
) -> Grant:
    row = Grant.objects.create(
        person_id=terms.person,
        rights=sorted(terms.rights),
        begins_at=terms.begin,
        ends_at=terms.end,
        reference=terms.reference,
        decision_number=terms.decision_number,
        granted_by_id=granted_by,
        seconded_by_id=seconded_by,
        through_restriction=terms.through_restriction,
        granted_at=now,
        footage_begins_at=terms.footage[0] if terms.footage else None,
        footage_ends_at=terms.footage[1] if terms.footage else None,
    )
    row.rooms.set(Room.objects.filter(id__in=terms.rooms))
    details = {"rights": row.rights, "person": str(terms.person), "decision": terms.decision_number}
    record(actor, "granted", now=now, about=("grant", row.id), details=details)
    if not told:
        return row
    vi, en = (", ".join(says) for says in zip(*(both(words) for words in rights_in_order(row.rights)), strict=True))
    said = GIVEN.fill(rights=Words(vi, en), rooms=_rooms(row, now), end=formats.moment(row.ends_at))
    send(to=[row.person_id], kind="grant", words=said, link=Link("own_account"), now=now)
    return row


def _rooms(row: Grant, now: datetime.datetime) -> str:
    return ", ".join(
        sorted(labels_of({room.id: room.name for room in row.rooms.all()}, now=now).values(), key=sort_key)
    )


@transaction.atomic
def end_grant(actor: Account | str, grant: UUID, *, now: datetime.datetime, told: bool = True) -> None:
    """Take a grant back: the next lease is not signed. The person is told, unless what it was for simply ended."""
    if Grant.objects.filter(id=grant, ended_at__isnull=True, ends_at__gt=now).update(ended_at=now):
        record(actor, "grant_ended", now=now, about=("grant", grant))
        if not told:
            return
        row = Grant.objects.get(id=grant)
        said = TAKEN.fill(rooms=_rooms(row, now))
        send(to=[row.person_id], kind="grant", words=said, link=Link("own_account"), now=now)


@transaction.atomic
def restrict(
    app: str,
    *,
    room: UUID,
    begin: datetime.datetime,
    end: datetime.datetime | None,
    reference: str,
    receiver: UUID | None,
    now: datetime.datetime,
) -> Restriction:
    """Close a room's time, also backwards, to everybody but its receiver. Running views of it stop within a lease."""
    row = Restriction.objects.create(
        room_id=room, begins_at=begin, ends_at=end, reference=reference, receiver_id=receiver, made_at=now
    )
    record(app, "restricted", now=now, about=("restriction", row.id))
    return row


@transaction.atomic
def end_restricted_time(app: str, restriction: UUID, *, end: datetime.datetime, now: datetime.datetime) -> None:
    """The session is over: what comes after is open again. What was closed stays closed."""
    if Restriction.objects.filter(id=restriction, ends_at__isnull=True, begins_at__lt=end).update(ends_at=end):
        record(app, "restricted_time_ended", now=now, about=("restriction", restriction))


@transaction.atomic
def lift(app: str, restriction: UUID, *, by: UUID, second: UUID, now: datetime.datetime) -> None:
    """Open it again, by two people together; PostgreSQL refuses one person twice."""
    lifted = Restriction.objects.filter(id=restriction, lifted_at__isnull=True).update(
        lifted_at=now, lifted_by=by, lifted_second=second
    )
    if lifted:
        record(app, "restriction_lifted", now=now, about=("restriction", restriction))


def open_still_occasion(
    app: str,
    *,
    camera: UUID,
    kind: str,
    reference: str,
    begin: datetime.datetime,
    until: datetime.datetime | None = None,
    now: datetime.datetime,
) -> StillOccasion:
    """From now on a technician may see single pictures of this camera; asked twice with one reference, it is one."""
    row, made = StillOccasion.objects.get_or_create(
        camera_id=camera, reference=reference, defaults={"kind": kind, "begins_at": begin, "ends_at": until}
    )
    if made:
        record(app, "stills_opened", now=now, about=("camera", camera), details={"kind": kind})
    return row


def close_still_occasion(app: str, *, camera: UUID, reference: str, now: datetime.datetime) -> None:
    """The fault is over, or the camera is accepted: no more stills."""
    open_ones = StillOccasion.objects.filter(camera=camera, reference=reference, begins_at__lte=now)
    if open_ones.exclude(ends_at__lte=now).update(ends_at=now):
        record(app, "stills_closed", now=now, about=("camera", camera))
