"""A citizen's request about their own recording: taken, confirmed, extended, shown, copied, withdrawn.

What is asked to be seen or copied is held at once, so that it does not go by its term while people decide. Who asks is
checked by a document of which nothing is kept but a salted commitment. Names stand in one row and nowhere else: holds,
extractions and purposes speak of the request's number. Leaves deciding to `deciding`, erasing to `erasing`.

    SubjectRefused    nothing was done; `words` say why and what to do
"""

import datetime
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from uuid_utils.compat import uuid7

from minhbach.centre.access.models import Account, Served
from minhbach.centre.access.recording import record
from minhbach.centre.dossiers.models import Dossier
from minhbach.centre.evidence.actions import requests
from minhbach.centre.evidence.models import (
    Act,
    Behalf,
    Channel,
    CopyKind,
    Extraction,
    Identity,
    SubjectPerson,
    SubjectRequest,
    SubjectStep,
    Wanted,
)
from minhbach.centre.evidence.people import demand, demand_open, moment, people_who
from minhbach.centre.evidence.scope import LONGEST_MASKED_US
from minhbach.centre.evidence.serving import Reach, in_service, in_words, reaches
from minhbach.centre.evidence.subject_cases import ENDED, PROOFS_OF, UNDECIDED, Case, Stage, case
from minhbach.centre.footage.actions.holds import HoldRefused, hold_room
from minhbach.centre.footage.models import HoldOrigin, LegalHold
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import Camera
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.ledger.entry import commitment

NOTICE = "subject"
SYSTEM = System("evidence")
#: Nobody finds themselves in longer; more is another request.
LONGEST_US = 2 * 3_600_000_000
FIRST_US = 1_500_000_000_000_000
BACK = datetime.timedelta(days=60)

ASKED = Words(
    "Yêu cầu {code} về bản ghi của công dân ({wanted}) ở {room}: cần quyết định trước {until}.",
    "Request {code} of a citizen about their own recording ({wanted}) at {room}: to be decided by {until}.",
)
WRONG_SPAN = Words(
    "Hãy chọn đoạn thời gian đã qua, dài nhất 2 giờ.", "Choose a stretch of time that is past, at most two hours long."
)
TOO_LONG = Words(
    "Bản sao dài nhất 30 phút, vì phải che từng người khác trong hình. Hãy chọn đoạn ngắn hơn.",
    "A copy is at most 30 minutes long, as everybody else in it has to be masked. Choose a shorter stretch.",
)
NOT_IN_SERVICE = Words(
    "Trong đoạn này không ghi hình: {cameras}. Hãy bỏ chọn.",
    "Not in service in that stretch: {cameras}. Leave them out.",
)
NOT_WHOLE = Words(
    "Không lập được bản sao trọn đoạn này, vì nhật ký của đầu ghi không có đủ: {cameras}. Hãy bỏ chọn camera đó; nếu "
    "người yêu cầu cần cả phần camera đó có, hãy tiếp nhận thêm một yêu cầu cho phần đó.",
    "No copy of all of that stretch can be made: the recorder's log does not account for it: {cameras}. Leave these "
    "out; if the person needs what they do have, take another request for that part.",
)
NOT_HERE_YET = Words(
    "Nhật ký của đầu ghi chưa về trung tâm đủ cho đoạn này: {cameras}. Hãy đợi đầu ghi kết nối lại rồi thử lại; nếu "
    "đầu ghi đã hỏng hẳn, hãy ngừng sử dụng đầu ghi trước.",
    "The recorder's log has not reached the centre for all of that time: {cameras}. Wait until the recorder is back; "
    "if it is broken for good, retire it first.",
)
NOTHING_TO_COPY = Words(
    "Không còn bản ghi nào của đoạn này nên không lập được bản sao. Nếu yêu cầu chưa được quyết định, hãy từ chối với "
    "lý do không còn bản ghi; nếu đã chấp thuận, hãy đề nghị người yêu cầu rút.",
    "There is no footage of that time any more, so no copy can be made. Where nothing is decided, refuse it for that "
    "reason; where it was granted, have the person withdraw it.",
)
NO_CAMERA = Words("Hãy chọn camera của phòng này.", "Choose cameras of this room.")
WHO = Words(
    "Hãy ghi họ tên, nơi nhận trả lời và số giấy tờ đã kiểm tra.",
    "Write the name, where the answer goes, and the number of the document that was checked.",
)
FOR_WHOM = Words("Hãy ghi tên người được đại diện.", "Write the name of the person who is represented.")
BY_WHICH = Words(
    "Hãy chọn giấy tờ chứng minh quyền đại diện: của cha mẹ, người giám hộ hoặc văn bản ủy quyền.",
    "Choose the paper that shows the right to represent: a guardian's, or an authorisation.",
)
WHEN = Words("Ngày nhận không thể ở tương lai hoặc quá xa.", "It cannot have come in the future, or that long ago.")
NO_DOSSIER = Words("Không có hồ sơ nào mang mã này ở phòng này.", "No dossier of this code was received in this room.")
OVER = Words("Yêu cầu này đã kết thúc.", "This request is over.")
DONE_BEFORE = Words("Việc này đã được ghi trước đó.", "This was written down before.")
SAY_WHY = Words("Hãy ghi lý do.", "Say why.")
NOT_GRANTED = Words("Yêu cầu này chưa được chấp thuận.", "This request was not granted.")
NOT_SHOWN = Words(
    "Chưa có lượt xem nào của bạn mang số {code} đã phát hình trong đoạn được yêu cầu. Hãy mở đoạn ghi từ trang này, "
    "ghi mục đích, cho người yêu cầu xem, rồi ghi lại. Nếu vừa xem xong, hãy đợi vài giây.",
    "You have no viewing yet that names {code} and in which pictures of that stretch were played. Open the footage "
    "from this page, say the purpose, show it, then write it down. If you have only just shown it, wait some seconds.",
)
TOO_LONG_TO_MASK = Words(
    "Bản sao đã che dài nhất 30 phút. Hãy đề nghị người yêu cầu rút yêu cầu này và gửi yêu cầu mới với đoạn ngắn hơn.",
    "A masked copy is at most 30 minutes long. Have the person choose a shorter stretch: withdraw this and ask anew.",
)
OTHERS_FOUND = Words(
    "Yêu cầu {code} của công dân: trong hình có người khác nên không cho xem bản ghi gốc. {what}",
    "Request {code} of a citizen: others are in the picture, so the original is not shown. {what}",
)
ONLY_MASKED = Words(
    "Trong hình có người khác: không cho xem bản ghi gốc, chỉ cung cấp bản sao đã che. Hãy đề nghị lập bản sao "
    "từ trang này.",
    "Others are in the picture: the original is not shown, only a masked copy is given. Ask for it from this page.",
)
COPYING = Words("Bản sao đang được lập.", "The copy is being made already.")
PURPOSE = "Cung cấp cho cá nhân bản ghi về chính mình theo yêu cầu {code}, đã che người khác"
BASIS = "Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15; Nghị định số 356/2025/NĐ-CP"


class SubjectRefused(Exception):
    """Nothing was done."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a citizen asks, as the counter takes it down. Times are Unix µs, half open; `document` is never kept."""

    wanted: str
    cameras: tuple[UUID, ...]
    begin_us: int
    end_us: int
    name: str
    contact: str
    identity: str
    document: str
    behalf: str = Behalf.ONESELF
    represents: str = ""
    proof: str = ""
    looks: str = ""
    channel: str = Channel.COUNTER
    received_at: datetime.datetime | None = None
    third_party: bool = False
    dossier: str = ""


def take(actor: Account, *, room: UUID, asked: Asked, now: datetime.datetime) -> SubjectRequest:
    """Register it. At the counter the slip confirms receipt at once; a letter is confirmed by letter.

    Raises SubjectRefused, ExtractionRefused for who may not.
    """
    _, place = demand(actor, Right.SUBJECT_TAKE, room, now=now)
    said = _sensible(asked, room, now)
    if place.unit is None:
        raise SubjectRefused(NO_CAMERA)
    received = said.received_at or now
    year = received.astimezone(registry.VIETNAM).year
    salt, identity = secrets.token_bytes(16), uuid7()
    with transaction.atomic():
        number = _next_number(place.unit, year)
        row = SubjectRequest.objects.create(
            id=identity, unit_id=place.unit, room_id=room, year=year, number=number, wanted=said.wanted,
            channel=said.channel, received_at=received, begin_us=said.begin_us, end_us=said.end_us,
            dossier=_dossier(said.dossier, room), identity=said.identity, behalf=said.behalf,
            third_party=said.third_party, taken_by_id=actor.person_id, taken_at=now,
            hold=_held(identity, number, year, room, said, now),
            commitment=commitment(
                salt, {"name": said.name, "document": said.document, "represents": said.represents}
            ),
        )  # fmt: skip
        row.cameras.set(Camera.objects.filter(id__in=said.cameras))
        said_of = {name: getattr(said, name) for name in ("name", "contact", "represents", "proof", "looks")}
        SubjectPerson.about({**said_of, "salt": salt.hex()}, request=row).save(force_insert=True)
        record(actor, "subject_taken", now=now, about=(NOTICE, row.id))
        if said.channel == Channel.COUNTER:
            step(row.id, Act.ACKNOWLEDGED, now=now, by=actor)
        _tell_deciders(row.id, now)
    return row


def step(request: UUID, kind: str, *, now: datetime.datetime, by: Account | None = None, **more: object) -> SubjectStep:
    """One more thing that happened, and a row of the audit log. Raises SubjectRefused where PostgreSQL refuses it."""
    try:
        with transaction.atomic():
            made = SubjectStep.objects.create(
                request_id=request, kind=kind, at=now, by_id=by.person_id if by else None, **more
            )
            record(by or str(SYSTEM.name), f"subject_{kind}", now=now, about=(NOTICE, request))
    except IntegrityError:  # somebody else was quicker, or it may not be
        raise SubjectRefused(DONE_BEFORE) from None
    return made


def acknowledge(actor: Account, request: UUID, *, now: datetime.datetime) -> None:
    """The confirmation of a letter was sent. Raises SubjectRefused, ExtractionRefused."""
    found = open_case(actor, request, Right.SUBJECT_TAKE, now=now)
    step(found.row.id, Act.ACKNOWLEDGED, now=now, by=actor)


def may_withdraw(found: Case) -> bool:
    """Whether nothing is on its way yet that cannot be called back."""
    return found.stage not in ENDED and found.stage not in (Stage.ERASING, Stage.STUCK, Stage.COPYING)


def withdraw(actor: Account, request: UUID, *, note: str, now: datetime.datetime) -> None:
    """Who asked takes it back. Not any more once an erasure is decided by two."""
    found = open_case(actor, request, Right.SUBJECT_TAKE, now=now)
    said = plain(note)[:300]
    if not said:
        raise SubjectRefused(SAY_WHY)
    if not may_withdraw(found):
        raise SubjectRefused(OVER)
    step(found.row.id, Act.WITHDRAWN, now=now, by=actor, note=said)


def show(actor: Account, request: UUID, *, note: str, now: datetime.datetime) -> None:
    """It was shown: by somebody who may play it back, in a viewing that names this request and played of its stretch.

    Where others are in the picture nobody is shown the original: Luật 91/2025, article 15, gives data about others only
    with their consent or by law.
    """
    found = case(request, now=now)
    demand(actor, Right.PLAYBACK, found.row.room_id, now=now)
    granted = found.step(Act.GRANTED)
    if found.masked and found.stage in (Stage.TO_COPY, Stage.COPYING):
        raise SubjectRefused(ONLY_MASKED)
    if found.stage is not Stage.TO_SHOW or granted is None:
        raise SubjectRefused(NOT_GRANTED if found.stage in UNDECIDED else OVER)
    said = plain(note)[:300]
    if not said:
        raise SubjectRefused(SAY_WHY)
    if not _was_shown(actor, found, since=granted.at):
        raise SubjectRefused(NOT_SHOWN.fill(code=found.code))
    step(request, Act.SHOWN, now=now, by=actor, note=said)


def _was_shown(actor: Account, found: Case, *, since: datetime.datetime) -> bool:
    """Whether pictures of the stretch have left for a viewing of the actor that names the request.

    A viewing alone is a page that was opened, perhaps at another minute of the day; what left is counted as it leaves.
    """
    left = Served.objects.filter(
        viewing__account=actor, viewing__kind="playback", viewing__purpose__reference=found.code,
        viewing__opened_at__gte=since, camera__in=[camera.id for camera in found.cameras], sound=False, bytes__gt=0,
        begins_at__lt=moment(found.row.end_us), ends_at__gt=moment(found.row.begin_us),
    )  # fmt: skip
    return left.exists()


def ask_copy(actor: Account, request: UUID, *, now: datetime.datetime) -> Extraction:
    """Ask for the masked copy through the chain of extraction: two approve it as any other.

    Also of what was to be shown, once others are seen in it: that is written down first, and from then on it is shown
    to nobody, whatever becomes of the copy. It is of what the logs account for (`copied`). Raises SubjectRefused,
    ExtractionRefused.
    """
    found = case(request, now=now)
    if found.stage not in (Stage.TO_COPY, Stage.TO_SHOW):
        raise SubjectRefused(COPYING if found.stage is Stage.COPYING else NOT_GRANTED)
    row = found.row
    if found.stage is Stage.TO_SHOW:
        _others_found(actor, found, now)
    if found.too_long_to_mask:
        raise SubjectRefused(TOO_LONG_TO_MASK)
    cameras, begin_us, end_us = copied(found)
    wish = requests.Wish(
        cameras=cameras, begin_us=begin_us, end_us=end_us,
        purpose=PURPOSE.format(code=found.code), legal_basis=BASIS, receiver_body="Công dân",
        receiver_name=f"Người yêu cầu {found.code}", case_number=found.code, kind=CopyKind.MASKED,
    )  # fmt: skip
    # Not in one transaction: a refusal is written in one of its own. Of two at once one stays without its step.
    made = requests.request(actor, room=row.room_id, wish=wish, now=now)
    step(request, Act.COPY_ASKED, now=now, by=actor, extraction=made)
    return made


def copied(found: Case) -> tuple[tuple[UUID, ...], int, int]:
    """Of which cameras and from when to when (Unix µs) a copy can be made: an extraction is of one stretch that the
    logs account for on each of its cameras. Of those with footage the ones that reach over all of it; where none does,
    what the one that reaches furthest has, with all that have as much. Raises SubjectRefused where there is nothing, or
    more is still to come.
    """
    known = _reaches_of(found)
    if coming := [each for each in known if each.grows]:
        raise SubjectRefused(NOT_HERE_YET.fill(cameras=in_words(coming)))
    demand_something_to_copy(found)
    there = [each for each in known if each.footage]
    most = max(there, key=lambda each: each.length_us)
    reaching = tuple(each.camera.id for each in there if each.covers(most.begin_us, most.end_us))
    return reaching, most.begin_us, most.end_us


def demand_something_to_copy(found: Case) -> None:
    """There is footage, or may be once the log has come so far: else a copy is granted that nobody can make. Raises
    SubjectRefused.
    """
    if not any(each.footage or each.grows for each in _reaches_of(found)):
        raise SubjectRefused(NOTHING_TO_COPY)


def _reaches_of(found: Case) -> list[Reach]:
    return reaches([camera.id for camera in found.cameras], found.row.begin_us, found.row.end_us)


def _others_found(actor: Account, found: Case, now: datetime.datetime) -> None:
    """By somebody who may ask for the copy and look at the time; who took it is told where no copy can follow."""
    row = found.row
    demand(actor, Right.EXTRACT, row.room_id, now=now)
    demand_open(actor, row.room_id, row.begin_us, row.end_us, now=now)
    step(row.id, Act.OTHERS_FOUND, now=now, by=actor)
    if found.too_long_to_mask:
        to = {row.taken_by_id} - {actor.person_id}
        words = OTHERS_FOUND.fill(code=found.code, what=TOO_LONG_TO_MASK)
        send(to=sorted(to), kind=NOTICE, words=words, link=Link("subject", str(row.id)), now=now)


def open_case(actor: Account, request: UUID, right: Right, *, now: datetime.datetime) -> Case:
    """The request, not over yet, for somebody who has the right there. Raises SubjectRefused, ExtractionRefused."""
    found = case(request, now=now)
    demand(actor, right, found.row.room_id, now=now)
    if found.stage in ENDED:
        raise SubjectRefused(OVER)
    return found


def _sensible(asked: Asked, room: UUID, now: datetime.datetime) -> Asked:
    values = {
        "name": plain(asked.name)[:120], "contact": plain(asked.contact)[:300], "looks": plain(asked.looks)[:300],
        "represents": plain(asked.represents)[:120], "document": plain(asked.document)[:60],
    }  # fmt: skip
    known = ((asked.wanted, Wanted), (asked.identity, Identity), (asked.behalf, Behalf), (asked.channel, Channel))
    if any(value not in choices.values for value, choices in known) or not (
        values["name"] and values["contact"] and values["document"]
    ):
        raise SubjectRefused(WHO)
    if asked.behalf != Behalf.ONESELF and not values["represents"]:
        raise SubjectRefused(FOR_WHOM)
    if asked.proof not in (PROOFS_OF[asked.behalf] or {""}):
        raise SubjectRefused(BY_WHICH)
    if not FIRST_US <= asked.begin_us < asked.end_us <= round(now.timestamp() * 1_000_000):
        raise SubjectRefused(WRONG_SPAN)
    if asked.end_us - asked.begin_us > LONGEST_US:
        raise SubjectRefused(WRONG_SPAN)
    if asked.wanted == Wanted.COPY and asked.end_us - asked.begin_us > LONGEST_MASKED_US:
        raise SubjectRefused(TOO_LONG)
    if asked.received_at is not None and not now - BACK <= asked.received_at <= now:
        raise SubjectRefused(WHEN)
    cameras = tuple(dict.fromkeys(asked.cameras))
    if not cameras or Camera.objects.filter(room=room, id__in=cameras).count() != len(cameras):
        raise SubjectRefused(NO_CAMERA)
    _refuse_out_of_service(room, cameras, asked)
    if asked.wanted == Wanted.COPY:
        _refuse_what_no_copy_has(cameras, asked)
    kept = {name: getattr(asked, name) for name in Asked.__slots__} | values
    return Asked(**(kept | {"cameras": cameras, "dossier": plain(asked.dossier)[:40].upper()}))


def _refuse_out_of_service(room: UUID, cameras: tuple[UUID, ...], asked: Asked) -> None:
    """No recorder could ever say that footage of theirs is erased. Where none of the room was in service the request is
    taken all the same: it has to be answered.
    """
    serving = in_service(room, moment(asked.begin_us), moment(asked.end_us))
    if serving and (others := set(cameras) - serving):
        labels = Camera.objects.filter(id__in=others).order_by("label").values_list("label", flat=True)
        raise SubjectRefused(NOT_IN_SERVICE.fill(cameras=", ".join(labels)))


def _refuse_what_no_copy_has(cameras: tuple[UUID, ...], asked: Asked) -> None:
    """The counter can still ask which part is meant; later the copy could only leave it out. Where there is nothing at
    all the request is taken, as it has to be answered.
    """
    known = reaches(cameras, asked.begin_us, asked.end_us)
    short = [each for each in known if not (each.whole or each.grows)]
    if short and any(each.length_us for each in known):
        raise SubjectRefused(NOT_WHOLE.fill(cameras=in_words(short)))


def _dossier(code: str, room: UUID) -> Dossier | None:
    if not code:
        return None
    row = Dossier.objects.filter(code=code, counter__room=room).first()
    if row is None:
        raise SubjectRefused(NO_DOSSIER)
    return row


def _next_number(unit: UUID, year: int) -> int:
    """The next number in the book of the unit; one at a time, so that the book has no holes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [f"{unit} {year}"])
    last = SubjectRequest.objects.filter(unit=unit, year=year).aggregate(last=Max("number"))["last"]
    return 1 + (last or 0)


def _held(request: UUID, number: int, year: int, room: UUID, said: Asked, now: datetime.datetime) -> LegalHold | None:
    """What is to be seen or copied does not go meanwhile; where nothing is left there is nothing to hold."""
    if said.wanted == Wanted.ERASE:
        return None
    try:
        return hold_room(
            SYSTEM, room=room, cameras=said.cameras, begin_us=said.begin_us, end_us=said.end_us,
            reason=f"Yêu cầu của công dân số YC-{number:02}/{year}", origin=HoldOrigin.SUBJECT, route="subject",
            reference=str(request), now=now,
        )  # fmt: skip
    except HoldRefused:
        return None


def _tell_deciders(request: UUID, now: datetime.datetime) -> None:
    found = case(request, now=now)
    to = people_who(Right.SUBJECT_DECIDE, found.row.room_id, now=now) - {found.row.taken_by_id}
    until = f"{found.terms.answer_by:%H:%M, %d/%m/%Y}" if found.terms else "–"
    words = ASKED.fill(code=found.code, wanted=found.wanted, room=found.row.room.name, until=until)
    send(to=sorted(to), kind=NOTICE, words=words, link=Link("subject", str(request)), now=now)
