"""A session marked as a denunciation: restricted as a whole and held, at once; opened again by two people only.

Marking may come during the session or after it. Who asks to open it again says why without naming anybody; who agrees
is another person, with the right to grant in that room. What was held stays held until two release it.
"""

import datetime

from django.db import transaction

from minhbach.centre.access.actions.grants import lift, restrict
from minhbach.centre.access.reading import granters_of
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.reception.actions.sessions import APP, write_event
from minhbach.centre.reception.holding import begin_of, hold_session
from minhbach.centre.reception.models import REASON_LENGTH, Reopening, Session, SessionEventKind
from minhbach.centre.registry.models import Person
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

RESTRICTED_ALREADY = Words("Thời gian buổi tiếp này đang bị hạn chế.", "The time of this session is restricted.")
NOT_RESTRICTED = Words("Thời gian buổi tiếp này không bị hạn chế.", "The time of this session is not restricted.")
NO_REASON = Words(
    "Hãy ghi lý do bỏ hạn chế, không nêu tên ai.", "Write why it is opened again, without naming anybody."
)
ASKED_ALREADY = Words(
    "Đã có đề nghị bỏ hạn chế đang chờ người thứ hai.", "Opening it again is asked for and waits for a second person."
)
NOT_ASKED = Words("Không có đề nghị nào đang chờ.", "Nothing is waiting.")
NOT_ONESELF = Words(
    "Bỏ hạn chế cần hai người: người đồng ý phải khác người đề nghị và khác người tiếp.",
    "It takes two people: who agrees is neither who asked nor who received.",
)
WAITS = Words(
    "Có đề nghị bỏ hạn chế một khoảng thời gian của phòng tiếp công dân, chờ người thứ hai.",
    "Somebody asks to lift a restricted time of a reception room; a second person has to decide.",
)


@transaction.atomic
def restrict_session(actor: Person, *, session: Session, now: datetime.datetime) -> bool:
    """Close the session's time to all but its receiver, and hold it; False where no footage is left to hold.

    Raises NotPossible.
    """
    row = Session.objects.select_for_update().get(id=session.id)
    if row.restriction_id is not None:
        raise NotPossible(RESTRICTED_ALREADY)
    row.restriction = restrict(
        APP, room=row.room_id, begin=begin_of(row), end=row.closed_at, reference=f"session:{row.id}",
        receiver=row.received_by_id, now=now,
    )  # fmt: skip
    row.save(update_fields=["restriction"])
    write_event(actor, row, SessionEventKind.RESTRICTED, now=now)
    return hold_session(row, row.closed_at or now, now=now)


@transaction.atomic
def ask_reopening(actor: Person, *, session: Session, reason: str, now: datetime.datetime) -> Reopening:
    """Somebody says it was marked in error; those who may grant there are told. Raises NotPossible."""
    row = Session.objects.select_for_update().get(id=session.id)
    said = plain(reason)
    if not said or len(said) > REASON_LENGTH:
        raise NotPossible(NO_REASON, "reason")
    if row.restriction_id is None:
        raise NotPossible(NOT_RESTRICTED)
    if row.reopenings.filter(decided_at__isnull=True).exists():
        raise NotPossible(ASKED_ALREADY)
    asked = Reopening.objects.create(session=row, asked_by=actor, asked_at=now, reason=said)
    others = sorted(granters_of([row.room_id], now=now) - {actor.id, row.received_by_id})
    send(to=others, kind="reopening", words=WAITS, link=Link("session", str(row.id)), now=now)
    return asked


@transaction.atomic
def decide_reopening(actor: Person, *, session: Session, agreed: bool, now: datetime.datetime) -> Reopening:
    """The second person agrees, and the time is open again; or not, and nothing changes. Raises NotPossible."""
    row = Session.objects.select_for_update().get(id=session.id)
    asked = row.reopenings.select_for_update().filter(decided_at__isnull=True).first()
    if asked is None or row.restriction_id is None:
        raise NotPossible(NOT_ASKED)
    if actor.id in (asked.asked_by_id, row.received_by_id):
        raise NotPossible(NOT_ONESELF)
    asked.decided_by, asked.decided_at, asked.agreed = actor, now, agreed
    asked.save(update_fields=["decided_by", "decided_at", "agreed"])
    if agreed:
        lift(APP, row.restriction_id, by=asked.asked_by_id, second=actor.id, now=now)
        row.restriction = None
        row.save(update_fields=["restriction"])
        write_event(actor, row, SessionEventKind.REOPENED, now=now)
    return asked
