"""The end of a hold by two people: one who may hold asks, with a reason; another who may hold agrees, or does not.

Only then are the recorders ordered to release (`footage.release_hold`), after which the footage goes by its term again.
What an open request needs stays held. Whoever holds as the requester of the hold is told. What a recorder refused to
release it can be told again, by one: two agreed already.
"""

import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.evidence.actions.requests import keep_from_release
from minhbach.centre.evidence.models import HoldRelease, Revision, SubjectRequest
from minhbach.centre.evidence.people import (
    OWN_COUNTER,
    ExtractionRefused,
    concerned,
    demand,
    demand_not_concerned,
    people_who,
    why_not,
)
from minhbach.centre.evidence.stages import OPEN, item
from minhbach.centre.evidence.subject_cases import ENDED, cases
from minhbach.centre.feedback.actions.petitions import name_of
from minhbach.centre.feedback.reading import needs
from minhbach.centre.footage.actions.holds import LEGAL_HOLD, release_hold
from minhbach.centre.footage.models import Hold, LegalHold
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.oversight.reading import open_for
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

NO_REASON = Words("Hãy ghi lý do gỡ.", "Say why it is to be released.")
NEEDED = Words(
    "Đoạn này đang phục vụ đề nghị trích xuất số {number}, chưa gỡ được.",
    "Extraction {number} needs this footage; it cannot be released yet.",
)
NEEDED_BY = Words(
    "Đoạn này đang cần cho: {what}; chưa gỡ được.", "It is needed for: {what}; it cannot be released yet."
)
OPEN_FINDING = Words("phát hiện số {n} chưa kết thúc", "finding {n}, which has not ended")
ASKED_FOR = Words(
    "Yêu cầu {code} của công dân về đoạn này chưa giải quyết xong, chưa gỡ được.",
    "Request {code} of a citizen about this footage is not settled; it cannot be released yet.",
)
ASKED_BEFORE = Words("Đã có đề nghị gỡ đang chờ, hoặc đã gỡ.", "A release is asked for already, or it was released.")
NOT_REFUSED = Words("Không có lệnh gỡ nào bị đầu ghi từ chối.", "No recorder refused to release it.")
NOT_WAITING = Words("Không còn đề nghị gỡ nào đang chờ.", "No release is waiting any more.")
ANOTHER = Words("Người thứ hai phải là người khác.", "The second person has to be another.")
ASKED = Words(
    "{name} đề nghị gỡ giữ lại hình ở {room}: {reason}. Cần người thứ hai.",
    "{name} asks to release held footage of {room}: {reason}. A second person has to agree.",
)
DECIDED = Words("Việc giữ lại hình ở {room}: {outcome}.", "Held footage of {room}: {outcome}.")
#: In the audit log: the recorders were told once more.
AGAIN = "hold_release_again"
AGREED, KEPT = Words("đã đồng ý gỡ", "released"), Words("vẫn giữ", "still held")


def ask_release(actor: Account, hold: UUID, *, reason: str, now: datetime.datetime) -> HoldRelease:
    """Ask that a hold ends. Others who may hold there are told. Raises ExtractionRefused."""
    row = _allowed(actor, hold, now)
    said = plain(reason)[:300]
    if not said:
        raise ExtractionRefused(NO_REASON)
    _not_needed(row, now)
    if HoldRelease.objects.filter(hold=row, agreed=True).exists():
        raise ExtractionRefused(ASKED_BEFORE)
    try:
        with transaction.atomic():
            made = HoldRelease.objects.create(hold=row, asked_by_id=actor.person_id, asked_at=now, reason=said)
            record(actor, "hold_release_asked", now=now, about=("legal_hold", hold))
            words = ASKED.fill(name=actor.person.full_name, room=row.room.name, reason=said)
            to = people_who(Right.HOLD, row.room_id, now=now) - {actor.person_id}
            to -= concerned(to, row.room_id, row.begin_us, row.end_us)
            send(to=sorted(to), kind="hold", words=words, link=Link("hold", str(hold)), now=now)
    except IntegrityError:
        raise ExtractionRefused(ASKED_BEFORE) from None
    return made


def decide_release(actor: Account, hold: UUID, *, agreed: bool, now: datetime.datetime) -> None:
    """The second person agrees, and the recorders are told; or does not, and it stays. Raises ExtractionRefused."""
    row = _allowed(actor, hold, now)
    waiting = HoldRelease.objects.filter(hold=row, agreed__isnull=True)
    asked = waiting.first()
    if asked is None:
        raise ExtractionRefused(NOT_WAITING)
    if asked.asked_by_id == actor.person_id:
        raise ExtractionRefused(ANOTHER)
    with transaction.atomic():
        keep_from_release(hold)
        if agreed:
            _not_needed(row, now)
        if not waiting.filter(id=asked.id).update(decided_by=actor.person_id, decided_at=now, agreed=agreed):
            raise ExtractionRefused(NOT_WAITING)
        for order in Hold.objects.filter(kind=LEGAL_HOLD, reference=str(hold), release_asked_at__isnull=True):
            if agreed:
                release_hold(actor.person, hold=order, now=now)
        record(actor, "hold_released" if agreed else "hold_kept", now=now, about=("legal_hold", hold))
        words = DECIDED.fill(room=row.room.name, outcome=AGREED if agreed else KEPT)
        askers = {asked.asked_by_id, row.asked_by_id} - {actor.person_id}
        to = {person for person in askers if person}
        send(to=sorted(to), kind="hold", words=words, link=Link("hold", str(hold)), now=now)


def ask_recorders_again(actor: Account, hold: UUID, *, now: datetime.datetime) -> None:
    """Two agreed, and a recorder refused to release: tell it once more. Raises ExtractionRefused."""
    row = _allowed(actor, hold, now)
    with transaction.atomic():
        keep_from_release(hold)
        _not_needed(row, now)
        orders = refused_releases(hold)
        said = sorted(set(orders.values_list("refused_vi", "refused_en")))
        if not orders.update(refused_vi="", refused_en=""):
            raise ExtractionRefused(NOT_REFUSED)
        record(actor, AGAIN, now=now, about=("legal_hold", hold), details={"refused": said})


def refused_releases(hold: UUID) -> QuerySet[Hold]:
    """The orders of the hold that recorders in use carry out still though two let it go: they refused to release."""
    orders = Hold.objects.filter(
        kind=LEGAL_HOLD, reference=str(hold), placed_at__isnull=False, recorder__retired_at__isnull=True
    )
    return orders.filter(release_asked_at__isnull=False, released_at__isnull=True).exclude(refused_en="")


def may_not_release(actor: Account, hold: LegalHold, *, now: datetime.datetime) -> Words | None:
    """What this person is to the hold that keeps them from releasing it, in words; none: nothing. Nothing is written
    down: nobody asked to.
    """
    if (why := why_not(actor, Right.HOLD, hold.room_id, now=now)) is not None:
        return why
    return OWN_COUNTER if concerned([actor.person_id], hold.room_id, hold.begin_us, hold.end_us) else None


def open_release(hold: UUID) -> HoldRelease | None:
    """The release that waits for a second person."""
    return HoldRelease.objects.filter(hold=hold, agreed__isnull=True).select_related("asked_by").first()


def _allowed(actor: Account, hold: UUID, now: datetime.datetime) -> LegalHold:
    """The hold, for somebody who may hold there and did not work at a counter of the room at that time."""
    row = LegalHold.objects.select_related("room").get(id=hold)
    demand(actor, Right.HOLD, row.room_id, now=now)
    demand_not_concerned(actor.person_id, row.room_id, row.begin_us, row.end_us)
    return row


def _not_needed(hold: LegalHold, now: datetime.datetime) -> None:
    if (finding := open_for(hold.id)) is not None:
        raise ExtractionRefused(NEEDED_BY.fill(what=OPEN_FINDING.fill(n=str(finding))))
    if (petition := needs(hold.id)) is not None:
        raise ExtractionRefused(NEEDED_BY.fill(what=name_of(petition)))
    for revision in Revision.objects.filter(hold=hold):
        found = item(revision.extraction_id, now=now)
        if found.revision.id == revision.id and found.stage in OPEN:
            raise ExtractionRefused(NEEDED.fill(number=str(found.extraction)))
    for case in cases(SubjectRequest.objects.filter(hold=hold), now=now):
        if case.stage not in ENDED:
            raise ExtractionRefused(ASKED_FOR.fill(code=case.code))
