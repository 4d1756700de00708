"""What of extraction waits for a person: to approve, to build, to hand over, to have signed; and holds to release.

Owns which stage makes whose work. Promises a number of queries that does not grow with requests. Leaves the lines on
the start page to `front`.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from minhbach.centre.access.deciding import rooms_where_each
from minhbach.centre.access.models import Account
from minhbach.centre.evidence.models import GONE, CopyKind, CustodyKind, Extraction, HoldRelease, MaskRound
from minhbach.centre.evidence.people import Span, concerned, own_stretches, people_who, rooms_by_post
from minhbach.centre.evidence.stages import (
    TO_APPROVE,
    TO_HAND_OVER,
    TO_SIGN,
    UNSIGNED,
    WITH_RECEIVER,
    Item,
    Stage,
    items,
    waiting_packages,
    with_receivers,
)
from minhbach.centre.registry.models import Person
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

APPROVE, BUILD = Words("Duyệt", "Approve"), Words("Lập gói", "Build")
COPY_OUT = Words("Chép gói ra", "Copy it out")
HAND_OVER, SIGNED = Words("Bàn giao", "Hand over"), Words("Lưu biên bản", "Keep the minutes")
TAKE_BACK = Words("Thu hồi", "Take back")
COVER, REVIEW = Words("Vẽ vùng che", "Draw covers"), Words("Kiểm duyệt bản che", "Review the covers")
#: What is older waits on its own page, not on the start page.
LATELY = datetime.timedelta(days=60)
#: A built package waits so long for who asked; then for everybody who may hand it over.
PATIENCE = datetime.timedelta(days=2)
#: So many are looked through for what waits, the oldest first.
MOST = 200
#: Signed for, brought back or destroyed: nobody has to do anything, until it is overdue.
_NOTHING_WAITS = (CustodyKind.SIGNED, *GONE)


@dataclass(frozen=True, slots=True)
class Duty:
    """What to do, of which extraction."""

    verb: Words
    item: Item


def duties(actor: Account, *, now: datetime.datetime) -> Iterator[Duty]:
    """What waits for this person, the oldest first."""
    rooms = rooms_where_each(actor, (Right.APPROVE, Right.BUILD, Right.HAND_OVER, Right.EXTRACT), now=now)
    approves, builds, hands, extracts = rooms.values()
    concerned = Q(room__in=approves | builds | hands | extracts) | Q(requested_by=actor.person_id)
    over = Q(ending__isnull=False) | Q(custody__kind__in=_NOTHING_WAITS)
    gone = Extraction.objects.filter(over, id=OuterRef("id"))
    lately = Extraction.objects.filter(concerned, ~Exists(gone), requested_at__gte=now - LATELY)
    # A package waits until somebody takes it or it is destroyed, however long ago it was asked for.
    packages = waiting_packages().filter(room__in=builds | hands, requested_at__lt=now - LATELY)
    rows = [*packages[:MOST], *lately.order_by("requested_at", "id")[:MOST]]
    found_items = items(
        Extraction.objects.filter(id__in=[row.id for row in rows]).order_by("requested_at", "id"), now=now
    )
    rounds = _rounds(found_items)
    alone = _without_asker(found_items)
    filmed = _filmed(actor.person_id, [each for each in found_items if each.extraction.id in rounds])
    for found in found_items:
        room, mine = found.extraction.room_id, found.extraction.requested_by_id == actor.person_id
        reviews = room in approves and found.extraction.id not in filmed
        draws = mine or (room in extracts and found.extraction.id in alone)
        if found.stage in TO_APPROVE and room in approves and not mine and not _approved(found, actor.person_id):
            yield Duty(APPROVE, found)
        elif found.stage in (Stage.APPROVED, Stage.FAILED) and room in builds:
            yield Duty(BUILD, found)
        elif _is_masking(found) and (verb := _of_masking(rounds.get(found.extraction.id), draws, reviews, actor)):
            yield Duty(verb, found)
        elif found.stage in TO_HAND_OVER and not found.is_copied and room in builds:
            yield Duty(COPY_OUT, found)
        elif _is_with_us(found) and room in hands and (mine or _waited(found, now)):
            yield Duty(HAND_OVER if found.stage in TO_HAND_OVER else SIGNED, found)
    for found in items(with_receivers().filter(room__in=hands)[:MOST], now=now):
        if found.stage is Stage.OVERDUE:
            yield Duty(TAKE_BACK, found)


def _is_with_us(found: Item) -> bool:
    """To be handed over, once it is copied out, or to have signed; or it is late, and somebody has to end it."""
    return found.stage in TO_SIGN | {Stage.NOT_COLLECTED} or (found.stage is Stage.BUILT and found.is_copied)


def _is_masking(found: Item) -> bool:
    return found.revision.kind == CopyKind.MASKED and found.stage is Stage.BUILDING


def _rounds(found: list[Item]) -> dict[UUID, MaskRound]:
    """The newest round of each masked copy that is being made."""
    wanted = [each.extraction.id for each in found if _is_masking(each)]
    mine = MaskRound.objects.filter(extraction__in=wanted, attempt=F("extraction__build__attempt"))
    rows = mine.order_by("serial") if wanted else ()
    return {row.extraction_id: row for row in rows}


def _without_asker(found: list[Item]) -> set[UUID]:
    """The masked copies being made of these whose asker has no account any more: whoever may ask there draws."""
    askers = {each.extraction.id: each.extraction.requested_by_id for each in found if _is_masking(each)}
    here = Account.objects.filter(person__in=askers.values(), is_active=True) if askers else Account.objects.none()
    known = set(here.values_list("person", flat=True))
    return {extraction for extraction, person in askers.items() if person not in known}


def _filmed(person: UUID, found: list[Item]) -> set[UUID]:
    """The extractions of these in whose footage the person may be seen at their own counter: never theirs to review."""
    return own_stretches(person, {each.extraction.id: _span(each) for each in found})


def _span(found: Item) -> Span:
    return found.extraction.room_id, found.revision.begin_us, found.revision.end_us


def _of_masking(last: MaskRound | None, draws: bool, reviews: bool, actor: Account) -> Words | None:
    """Who asked draws, first and after it was sent back or failed; somebody else who may reviews what was made."""
    if last is None or last.failed_at or last.accepted is False:
        return COVER if draws else None
    return REVIEW if last.waits_for_review and reviews and last.drawn_by_id != actor.person_id else None


def releases(actor: Account, *, now: datetime.datetime) -> list[HoldRelease]:
    """Releases of holds that wait for this person as the second: none that they would be refused (`releasing`)."""
    rooms = rooms_by_post(actor, (Right.HOLD,), now=now)[Right.HOLD]
    waiting = HoldRelease.objects.filter(agreed__isnull=True, hold__room__in=rooms).exclude(asked_by=actor.person_id)
    found = list(waiting.select_related("hold__room", "asked_by").order_by("asked_at"))
    holds = {each.hold_id: (each.hold.room_id, each.hold.begin_us, each.hold.end_us) for each in found}
    own = own_stretches(actor.person_id, holds)
    return [each for each in found if each.hold_id not in own]


def who_next(found: Item, *, now: datetime.datetime) -> list[str]:
    """The names of those who can take the next step, in Vietnamese order; nobody where there is none."""
    row = found.extraction
    if found.stage in TO_APPROVE:
        people = approvers_left(found, now=now)
    elif found.stage in (Stage.APPROVED, Stage.FAILED):
        # Who asked or approved does not build, also where the rules let them build other people's requests.
        people = people_who(Right.BUILD, row.room_id, now=now) - {row.requested_by_id}
        people -= {each.approver_id for each in found.counting}
    elif _is_masking(found):
        people = _who_masks(found, now)
    elif found.stage in TO_HAND_OVER and not found.is_copied:
        people = people_who(Right.BUILD, row.room_id, now=now)
    elif found.stage in UNSIGNED | WITH_RECEIVER:
        people = people_who(Right.HAND_OVER, row.room_id, now=now)
    else:
        return []
    return list(Person.objects.filter(id__in=people).order_by("sort_key").values_list("full_name", flat=True))


def _who_masks(found: Item, now: datetime.datetime) -> set[UUID]:
    """Who draws the covers, or who reviews what was made of them; nobody while the worker is at it."""
    last = _rounds([found]).get(found.extraction.id)
    if last is None or last.failed_at or last.accepted is False:
        if _without_asker([found]):
            return people_who(Right.EXTRACT, found.extraction.room_id, now=now)
        return {found.extraction.requested_by_id}
    if last.rendered_at is None or last.accepted:
        return set()
    return reviewers_left(found, last, now=now)


def reviewers_left(found: Item, round_: MaskRound, *, now: datetime.datetime) -> set[UUID]:
    """Who may review a round by their posts: neither whoever drew it, nor who worked at a counter of the room then."""
    people = people_who(Right.APPROVE, found.extraction.room_id, now=now) - {round_.drawn_by_id}
    return people - concerned(people, *_span(found))


def approvers_left(found: Item, *, now: datetime.datetime) -> set[UUID]:
    """Who may still approve by their posts; what stands against one of them is found when they try."""
    people = people_who(Right.APPROVE, found.extraction.room_id, now=now) - {found.extraction.requested_by_id}
    return people - {each.approver_id for each in found.counting}


def _waited(found: Item, now: datetime.datetime) -> bool:
    handed = found.custody_of(CustodyKind.HANDED_OVER)
    since = handed.at if handed else found.build.finished_at if found.build else None
    return since is not None and since + PATIENCE <= now


def _approved(found: Item, person: UUID) -> bool:
    return any(each.approver_id == person for each in found.counting)
