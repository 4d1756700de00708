"""Looking a room over by the checklist of the day, and excusing a room from a norm.

A review is written whole or not at all: every item with its verdict, its photograph if there is one, and beside them
what the system measured at that moment. Who may do so is decided again here. From a norm that is laid down above nobody
excuses the room that is run where they serve, and nobody excuses for longer than a year.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from minhbach.centre.access.deciding import decide
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import place_of_room
from minhbach.centre.access.recording import record
from minhbach.centre.oversight.sides import serves_where_run
from minhbach.centre.oversight.standards import Standing, checklist, standing
from minhbach.centre.papers.actions import keep_photo
from minhbach.centre.papers.models import Paper
from minhbach.centre.papers.photo import PhotoRefused
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import NormWaiver, Room, RoomReview, RoomReviewLine, Verdict
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.reading import rules_for, version_for
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, formats

NOTE_LENGTH = 500
SHARE = {Verdict.MET: Decimal(1), Verdict.PARTLY: Decimal("0.5"), Verdict.UNMET: Decimal(0)}
NO_RULES = Words(
    "Chưa có quy chế nào có hiệu lực cho đơn vị này, nên chưa có phiếu chấm.",
    "No regulation is in force for this unit, so there is no checklist.",
)
MISSING = Words("Hãy chấm mục «{item}».", "Say how “{item}” is.")
SAY_WHY = Words("Mục «{item}» chưa đạt: hãy ghi vì sao.", "“{item}” is not met: write why.")
NO_SUCH_NORM = Words("Định mức này đang đạt hoặc không áp dụng cho phòng.", "This norm is met or not asked here.")
WHY = Words("Hãy ghi lý do và số văn bản.", "Write the reason and the number of the decision.")
UNTIL = Words("Hãy chọn một ngày sau hôm nay.", "Choose a day after today.")
#: What is excused for good is no norm any more: that is for a version of the regulation to say.
LONGEST = datetime.timedelta(days=366)
TOO_LONG = Words(
    "Mỗi lần miễn nhiều nhất một năm: chọn ngày không quá {day}.",
    "It is excused for a year at most each time: choose a day not after {day}.",
)
FROM_ABOVE = Words(
    "Cấp trên quy định định mức này, đơn vị quản lý phòng không tự miễn được: hãy gửi văn bản đề nghị cơ quan giám sát "
    "ghi nhận.",
    "The norm is laid down above, and who runs the room does not excuse it: ask the supervising body to record it.",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says of one item; `photo` as it was brought."""

    verdict: Verdict
    note: str = ""
    photo: bytes | None = None


def review(
    actor: Account, *, room: Room, answers: Mapping[str, Answer], note: str, now: datetime.datetime
) -> RoomReview:
    """A person looked the room over. Raises NotPossible with the item it is about."""
    _allowed(actor, room, now)
    stands = standing(room, now=now)
    if stands.unit is None or stands.rules is None:
        raise NotPossible(NO_RULES)
    items = checklist(stands.rules, room.room_type)
    for code, item in items:
        if code not in answers:
            raise NotPossible(MISSING.fill(item=item.words), code)
        if answers[code].verdict is not Verdict.MET and not plain(answers[code].note):
            raise NotPossible(SAY_WHY.fill(item=item.words), f"{code}_note")
    photos = {code: _kept(actor, code, answers[code].photo, room, now) for code, _ in items}
    counted = [(item.number("points") or 0, answers[code].verdict) for code, item in items]
    with transaction.atomic():
        made = RoomReview.objects.create(
            room=room, unit_id=stands.unit, version=_version(stands.unit, now),
            points=sum((points * SHARE[verdict] for points, verdict in counted if verdict in SHARE), Decimal(0)),
            points_of=sum(points for points, verdict in counted if verdict in SHARE),
            measured=_measured(stands), note=plain(note)[:NOTE_LENGTH], made_by_id=actor.person_id, made_at=now,
        )  # fmt: skip
        RoomReviewLine.objects.bulk_create(
            RoomReviewLine(
                review=made, position=place, code=code, vi=item.words.vi, en=item.words.en,
                points_of=item.number("points") or 0, verdict=answers[code].verdict,
                note=plain(answers[code].note)[:NOTE_LENGTH], photo=photos[code],
            )
            for place, (code, item) in enumerate(items)
        )  # fmt: skip
        record(actor, "room_reviewed", now=now, about=("room", room.id))
    return made


def waive(
    actor: Account,
    *,
    room: Room,
    code: str,
    reason: str,
    decision_number: str,
    until: datetime.date,
    now: datetime.datetime,
) -> NormWaiver:
    """The room need not meet a norm until that day. Raises NotPossible."""
    _allowed(actor, room, now)
    stands, last = standing(room, now=now), registry.day_of(now) + LONGEST
    if code not in {norm.code for norm in stands.unmet}:
        raise NotPossible(NO_SUCH_NORM)
    if code not in waivable(actor, stands, now=now):
        raise NotPossible(FROM_ABOVE)
    if not plain(reason) or not plain(decision_number):
        raise NotPossible(WHY, "reason")
    if until <= registry.day_of(now):
        raise NotPossible(UNTIL, "until")
    if until > last:
        raise NotPossible(TOO_LONG.fill(day=formats.day(last)), "until")
    with transaction.atomic():
        made = NormWaiver.objects.create(
            room=room, code=code, reason=plain(reason)[:NOTE_LENGTH], decision_number=plain(decision_number)[:60],
            until=until, made_by_id=actor.person_id, made_at=now,
        )  # fmt: skip
        record(actor, "norm_waived", now=now, about=("room", room.id), details={"norm": code})
    return made


def waivable(actor: Account, stands: Standing, *, now: datetime.datetime) -> set[str]:
    """The norms that the room does not meet and this person may excuse it from; where they run it, only such as no
    regulation above knows.
    """
    unmet = {norm.code for norm in stands.unmet}
    if stands.unit is None or not unmet or not serves_where_run(actor.person_id, stands.room.id, now):
        return unmet
    day = registry.day_of(now)
    above = rules_for(tuple(reversed(registry.units_above(stands.unit, day)[1:])), day)
    return unmet - above.catalogues["norms"].keys() if above else unmet


def _allowed(actor: Account, room: Room, now: datetime.datetime) -> None:
    decision = decide(actor, Right.HOLD, place_of_room(room.id, now), now=now)
    if not decision.allowed:
        raise NotPossible(decision.why)


def _kept(actor: Account, code: str, photo: bytes | None, room: Room, now: datetime.datetime) -> Paper | None:
    if not photo:
        return None
    try:
        return keep_photo(data=photo, title=f"Ảnh chấm phòng: {room.name}", person_id=actor.person_id, now=now)
    except PhotoRefused as refused:
        raise NotPossible(refused.words, f"{code}_photo") from None


def _version(unit: UUID, now: datetime.datetime) -> UUID:
    day = registry.day_of(now)
    found = version_for(tuple(reversed(registry.units_above(unit, day))), day)
    if found is None:
        raise NotPossible(NO_RULES)
    return found


def _measured(stands: Standing) -> Sequence[dict[str, str]]:
    return [
        {
            "code": each.code, "vi": each.words.vi, "en": each.words.en, "asked": each.asked.vi,
            "asked_en": each.asked.en, "found": each.found.vi, "found_en": each.found.en, "met": each.met.value,
        }
        for each in stands.norms
    ]  # fmt: skip
