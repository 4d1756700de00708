"""Asking for footage to leave the house, changing what is asked for, taking it back.

A request holds its footage at once, so that nothing of it goes by its term while people decide. A change is a new
revision with a scope of its own: what was approved before counts no more. Whoever may approve is told.
"""

import dataclasses
import datetime
import secrets
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from uuid_utils.compat import uuid7

from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.evidence.edges import EdgeClosed, closed_edge, note_closed
from minhbach.centre.evidence.models import CopyKind, Ending, Extraction, Revision
from minhbach.centre.evidence.models.approvals import WITHDRAWN
from minhbach.centre.evidence.people import ExtractionRefused, demand, demand_open, people_who
from minhbach.centre.evidence.scope import LONGEST_MASKED_US, chosen
from minhbach.centre.evidence.serving import in_words, reaches
from minhbach.centre.evidence.stages import OPEN, item
from minhbach.centre.footage.actions.holds import LEGAL_HOLD, HoldRefused, hold_room
from minhbach.centre.footage.models import Hold, HoldOrigin, LegalHold
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.ledger.entry import commitment
from minhbach.ledger.errors import LedgerError
from minhbach.ledger.scope import MARGIN_US, Scope

NOTICE = "extraction"
#: Around what is asked for: a segment is at most a minute long, and the first picture may stand in the one before.
AROUND_US = 90_000_000
LONGEST_US = 12 * 3_600_000_000
FIRST_US = 1_500_000_000_000_000

ASKED = Words(
    "{name} đề nghị trích xuất số {number}: {room}, {begin}. Cần hai người duyệt.",
    "{name} asks for extraction {number}: {room}, {begin}. Two people have to approve.",
)
CHANGED = Words(
    "Đề nghị trích xuất số {number} đã thay đổi; các lần duyệt trước không còn giá trị.",
    "Extraction {number} was changed; earlier approvals count no more.",
)
TAKEN_BACK = Words(
    "Đề nghị trích xuất số {number} đã được rút: {reason}", "Extraction {number} was withdrawn: {reason}"
)
WRONG_SPAN = Words(
    "Hãy chọn đoạn thời gian đã qua, có đầu, có cuối, dài nhất 12 giờ.",
    "Choose a stretch of time that is past, with a beginning and an end, at most 12 hours long.",
)
LONG_TO_MASK = Words(
    "Bản sao đã che dài nhất 30 phút, vì phải có người xem từng giây. Hãy chọn đoạn ngắn hơn.",
    "A masked copy is at most 30 minutes long, since somebody looks at every second. Choose a shorter stretch.",
)
NO_CAMERA = Words("Hãy chọn camera của phòng này.", "Choose cameras of this room.")
SAY_MORE = Words(
    "Hãy ghi đủ mục đích, căn cứ, cơ quan nhận và người nhận.",
    "Say what it is for, on which basis, which body receives it and who.",
)
NOT_YOURS = Words("Chỉ người đề nghị thay đổi hoặc rút được.", "Only who asked changes or withdraws it.")
TOO_LATE = Words("Đề nghị này không còn thay đổi được.", "This request cannot be changed any more.")
NO_REASON = Words("Hãy ghi lý do.", "Say why.")
NOT_HELD = Words(
    "Lệnh giữ lại đã chọn không còn giữ trọn đoạn này. Hãy chọn đoạn nằm trong đoạn đang giữ.",
    "The hold that was chosen does not keep all of this time. Choose a stretch within what is held.",
)
NOT_ACCOUNTED = Words(
    "Nhật ký của đầu ghi chưa đủ cho đoạn này. Nếu đoạn vừa ghi xong, hãy đợi vài phút rồi thử lại.",
    "The recorder's log does not account for all of this time yet. If it is only just past, wait some minutes.",
)
LACKING = Words(
    "Nhật ký của đầu ghi không có đủ đoạn này của: {cameras}. Hãy bỏ chọn camera đó, hoặc chọn đoạn mà camera có.",
    "The recorder's log does not account for all of this time of: {cameras}. Leave these cameras out, or choose the "
    "time that they have.",
)
BEHIND = Words(
    "Nhật ký của đầu ghi chưa đến hết đoạn này của: {cameras}. Nếu đoạn vừa ghi xong, hãy đợi vài phút rồi thử lại; "
    "nếu không, hãy bỏ chọn camera đó, hoặc chọn đoạn mà camera có.",
    "The recorder's log does not account for all of this time yet of: {cameras}. If it is only just past, wait some "
    "minutes; otherwise leave these cameras out, or choose the time that they have.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for, in the words of who asks. Times are Unix µs, half open."""

    cameras: tuple[UUID, ...]
    begin_us: int
    end_us: int
    purpose: str
    legal_basis: str
    receiver_body: str
    receiver_name: str
    case_number: str = ""
    kind: str = CopyKind.ORIGINAL
    #: A hold that keeps all of it already; without one, the request places its own.
    hold: UUID | None = None


def request(actor: Account, *, room: UUID, wish: Wish, now: datetime.datetime) -> Extraction:
    """Ask: its number, its scope, its hold; whoever may approve is told. Raises ExtractionRefused."""
    said = _sensible(wish, room, now)
    _, place = demand(actor, Right.EXTRACT, room, now=now)
    demand_open(actor, room, said.begin_us, said.end_us, now=now)
    if place.unit is None:
        raise ExtractionRefused(NO_CAMERA)
    year = now.astimezone(registry.VIETNAM).year
    try:
        with transaction.atomic():
            row = Extraction.objects.create(
                unit_id=place.unit, room_id=room, year=year, number=_next_number(place.unit, year),
                requested_by_id=actor.person_id, requested_at=now,
            )  # fmt: skip
            _revise(actor, row, said, 1, now)
            record(actor, "extraction_asked", now=now, about=("extraction", row.id))
            words = ASKED.fill(
                name=actor.person.full_name, number=str(row), room=row.room.name, begin=_when(said.begin_us)
            )
            _tell(row, words, now)
    except HoldRefused as refusal:
        raise ExtractionRefused(refusal.words) from None
    except EdgeClosed as refusal:
        note_closed(actor, room, refusal.words, now=now)
        raise
    return row


def change(actor: Account, extraction: UUID, *, wish: Wish, now: datetime.datetime) -> Revision:
    """Ask for something else under the same number: approvals begin anew. Raises ExtractionRefused."""
    found = item(extraction, now=now)
    row = found.extraction
    _own(actor, row)
    if found.stage not in OPEN or found.build is not None:
        raise ExtractionRefused(TOO_LATE)
    said = _sensible(wish, row.room_id, now)
    demand(actor, Right.EXTRACT, row.room_id, now=now)
    demand_open(actor, row.room_id, said.begin_us, said.end_us, now=now)
    try:
        with transaction.atomic():
            made = _revise(actor, row, said, found.revision.serial + 1, now)
            record(actor, "extraction_changed", now=now, about=("extraction", row.id))
            _tell(row, CHANGED.fill(number=str(row)), now)
    except HoldRefused as refusal:
        raise ExtractionRefused(refusal.words) from None
    except EdgeClosed as refusal:
        note_closed(actor, row.room_id, refusal.words, now=now)
        raise
    except IntegrityError:  # somebody began to build it, or another window changed it, in this moment
        raise ExtractionRefused(TOO_LATE) from None
    return made


def withdraw(actor: Account, extraction: UUID, *, reason: str, now: datetime.datetime) -> None:
    """Take the request back, with a reason. The hold stays until two people release it. Raises ExtractionRefused."""
    found = item(extraction, now=now)
    _own(actor, found.extraction)
    said = plain(reason)[:300]
    if not said:
        raise ExtractionRefused(NO_REASON)
    if found.stage not in OPEN:
        raise ExtractionRefused(TOO_LATE)
    try:
        with transaction.atomic():
            Ending.objects.create(extraction_id=extraction, kind=WITHDRAWN, by_id=actor.person_id, at=now, reason=said)
            record(actor, "extraction_withdrawn", now=now, about=("extraction", extraction))
            _tell(found.extraction, TAKEN_BACK.fill(number=str(found.extraction), reason=said), now)
    except IntegrityError:
        raise ExtractionRefused(TOO_LATE) from None


def _own(actor: Account, row: Extraction) -> None:
    if row.requested_by_id != actor.person_id:
        raise ExtractionRefused(NOT_YOURS)


def _sensible(wish: Wish, room: UUID, now: datetime.datetime) -> Wish:
    said = dataclasses.replace(
        wish,
        cameras=tuple(dict.fromkeys(wish.cameras)),
        purpose=plain(wish.purpose)[:300],
        legal_basis=plain(wish.legal_basis)[:300],
        receiver_body=plain(wish.receiver_body)[:200],
        receiver_name=plain(wish.receiver_name)[:120],
        case_number=plain(wish.case_number)[:120],
    )
    if not (said.purpose and said.legal_basis and said.receiver_body and said.receiver_name):
        raise ExtractionRefused(SAY_MORE)
    if not FIRST_US <= wish.begin_us < wish.end_us <= round(now.timestamp() * 1_000_000):
        raise ExtractionRefused(WRONG_SPAN)
    if wish.end_us - wish.begin_us > LONGEST_US or wish.kind not in CopyKind.values:
        raise ExtractionRefused(WRONG_SPAN)
    if wish.kind == CopyKind.MASKED and wish.end_us - wish.begin_us > LONGEST_MASKED_US:
        raise ExtractionRefused(LONG_TO_MASK)
    if not said.cameras or Camera.objects.filter(room=room, id__in=said.cameras).count() != len(said.cameras):
        raise ExtractionRefused(NO_CAMERA)
    return said


def _next_number(unit: UUID, year: int) -> int:
    """The next number in the book of the unit; one at a time, so that the book has no holes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 9))", [f"{unit} {year}"])
    last = Extraction.objects.filter(unit=unit, year=year).aggregate(last=Max("number"))["last"]
    return 1 + (last or 0)


def _revise(actor: Account, row: Extraction, wish: Wish, serial: int, now: datetime.datetime) -> Revision:
    revision, salt = uuid7(), secrets.token_bytes(16)
    scope = _scope(actor, row, wish, revision, salt, now)
    hold = _holding(row, wish, wish.hold) if wish.hold else _hold(actor, row, wish, now)
    made = Revision.objects.create(
        id=revision, extraction=row, serial=serial, begin_us=wish.begin_us, end_us=wish.end_us, kind=wish.kind,
        purpose=wish.purpose, legal_basis=wish.legal_basis, case_number=wish.case_number,
        receiver_body=wish.receiver_body, receiver_name=wish.receiver_name, hold=hold, made_at=now, salt=salt,
        scope=scope.data, scope_hash=scope.hash,
    )  # fmt: skip
    made.cameras.set(Camera.objects.filter(id__in=wish.cameras))
    return made


def _hold(actor: Account, row: Extraction, wish: Wish, now: datetime.datetime) -> LegalHold:
    """Keep it from now on, with what lies around it. Raises HoldRefused."""
    latest_us = round(now.timestamp() * 1_000_000)
    return hold_room(
        actor, room=row.room_id, cameras=wish.cameras, begin_us=wish.begin_us - AROUND_US,
        end_us=min(wish.end_us + AROUND_US, latest_us), reason=f"Đề nghị trích xuất số {row}",
        document=wish.case_number, origin=HoldOrigin.EXTRACTION, route="extraction", reference=str(row.id), now=now,
    )  # fmt: skip


def _holding(row: Extraction, wish: Wish, hold: UUID) -> LegalHold:
    """The hold that was chosen, if it keeps all of it with its margin. Raises ExtractionRefused."""
    found = LegalHold.objects.filter(
        id=hold, room=row.room_id, begin_us__lte=wish.begin_us - MARGIN_US, end_us__gte=wish.end_us + MARGIN_US
    ).first()
    keep_from_release(found.id if found else None)
    orders = Hold.objects.filter(kind=LEGAL_HOLD, reference=str(wish.hold), refused_en="", release_asked_at=None)
    held = set(orders.values_list("recorder", "camera"))
    cameras = Camera.objects.filter(id__in=wish.cameras).values_list("recorder", "name")
    if found is None or not all((recorder, name) in held or (recorder, "*") in held for recorder, name in cameras):
        raise ExtractionRefused(NOT_HELD)
    return found


def keep_from_release(hold: UUID | None) -> None:
    """Until this transaction ends nobody else relies on the hold, or lets it go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 10))", [str(hold)])


def request_said(row: Extraction, wish: Wish) -> dict[str, object]:
    """Everything the request says, as its commitment in the scope means it."""
    return {
        "number": f"{row.number}/{row.year}",
        "unit": str(row.unit_id),
        "room": str(row.room_id),
        "purpose": wish.purpose,
        "legal_basis": wish.legal_basis,
        "case_number": wish.case_number,
        "receiver_body": wish.receiver_body,
        "receiver_name": wish.receiver_name,
    }


def _scope(actor: Account, row: Extraction, wish: Wish, revision: UUID, salt: bytes, now: datetime.datetime) -> Scope:
    """What exactly would leave. Raises EdgeClosed where a sealed file of it reaches into time closed to the actor."""
    choose = partial(
        chosen, cameras=wish.cameras, begin_us=wish.begin_us, end_us=wish.end_us, request=revision,
        commitment=commitment(salt, request_said(row, wish)), requester=actor.person_id, copy=str(wish.kind),
    )  # fmt: skip
    try:
        scope = choose()
        if closed_edge(actor, row.room_id, scope, now=now) is None:
            return scope
        # The seconds around are a courtesy to whoever reads it: where they are closed it goes without them.
        scope = choose(margin_us=0)
    except LedgerError:
        raise ExtractionRefused(_not_accounted(wish)) from None
    if (why := closed_edge(actor, row.room_id, scope, now=now)) is not None:
        raise EdgeClosed(why)
    return scope


def _not_accounted(wish: Wish) -> Words:
    """Which of the cameras the logs do not account for, and how far each goes."""
    short = [each for each in reaches(wish.cameras, wish.begin_us, wish.end_us) if not each.whole]
    if not short:  # the centre's index says more than the log itself gives: a clock that is missing, say
        return NOT_ACCOUNTED
    words = BEHIND if any(each.grows for each in short) else LACKING
    return words.fill(cameras=in_words(short))


def _tell(row: Extraction, words: Words, now: datetime.datetime) -> None:
    to = people_who(Right.APPROVE, row.room_id, now=now) - {row.requested_by_id}
    send(to=sorted(to), kind=NOTICE, words=words, link=Link("extraction", str(row.id)), now=now)


def _when(us: int) -> str:
    at = datetime.datetime.fromtimestamp(us / 1_000_000, registry.VIETNAM)
    return f"{at:%H:%M %d/%m/%Y}"
