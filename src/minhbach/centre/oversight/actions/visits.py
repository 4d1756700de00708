"""Visits: planned, written down with the regulation's checklist and photographs, signed by the unit; weeks without one.

Only a body that supervises the room goes there; its own people sign nothing for the unit. What was found wrong is said
in words. Somebody was there: one item at least was looked at, and there is a photograph. What the unit objects to
counts once the body has answered in words; or the body withdraws what it wrote. A week in which a body went to fewer
rooms than the regulation says is told once: to the body's own people, and to those who direct it from above.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Min

from minhbach.centre.access.models import Account
from minhbach.centre.access.people import people_above, people_who
from minhbach.centre.access.places import place_of_room
from minhbach.centre.access.recording import record
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.oversight.models import (
    EmptyWeek,
    Inspection,
    Seen,
    Visit,
    VisitAnswer,
    VisitPhoto,
    VisitStep,
    VisitStepKind,
)
from minhbach.centre.oversight.models.inspections import WORDS_LENGTH
from minhbach.centre.oversight.visiting import WEEK, BodyWeek, checklist, monday_of, rounds_on, weeks_of
from minhbach.centre.papers.actions import keep_photo
from minhbach.centre.papers.photo import PhotoRefused
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.reading import calendar_of, in_force, supervisors_of
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, formats

ROUTE = "visit"
MOST_PHOTOS = 6
#: So many weeks are looked at: a centre that stood still for one still tells of it.
WEEKS_BACK = 4
NOT_SUPERVISED = Words(
    "Chỉ người của cơ quan giám sát phòng này lên kế hoạch và kiểm tra tại chỗ.",
    "Only people of the body that supervises this room plan and make visits.",
)
NOT_OF_BODY = Words("Hãy chọn người đi kiểm tra của cơ quan mình.", "Choose a visitor of your own body.")
PAST = Words("Ngày này đã qua.", "That day is past.")
TOO_FAR = Words("Chỉ lên kế hoạch trong vòng 90 ngày.", "Plan within ninety days.")
TWICE = Words("Chuyến này đã có trong kế hoạch.", "This visit is planned already.")
NOT_YET = Words("Chưa đến ngày kiểm tra.", "The day of the visit has not come.")
ALL_ITEMS = Words("Hãy trả lời mọi nội dung; chỗ chưa đạt phải ghi rõ.", "Answer every item; say what is wrong.")
NOT_NOW = Words(
    "Bước này không còn làm được, hoặc phải do người khác làm.",
    "This step cannot be taken any more, or another person has to take it.",
)
ONLY_UNIT = Words("Chỉ người có trách nhiệm của đơn vị ký xác nhận.", "Only whoever answers for the unit signs.")
SAY = Words("Hãy ghi rõ.", "Say it in words.")
NOTHING_SEEN = Words(
    "Hãy kiểm tra ít nhất một nội dung. Không đến được thì hủy chuyến và ghi lý do.",
    "Look at one item at least. If nobody could go there, cancel the visit and say why.",
)
NO_PHOTO = Words("Hãy thêm ít nhất một ảnh chụp tại phòng.", "Add one photograph at least, taken in the room.")
TOO_MANY = Words("Nhiều nhất 6 ảnh.", "Six photographs at most.")
NO_INSPECTION = Words("Cuộc kiểm tra này không mở phòng này.", "That inspection does not open this room.")
WRITTEN = Words(
    "Biên bản kiểm tra {room} ngày {day} chờ đơn vị ký xác nhận.",
    "Minutes of the visit to {room} on {day} to be signed.",
)
OBJECTED = Words(
    "Đơn vị có ý kiến khác về biên bản kiểm tra {room} ngày {day}. Chuyến này chưa được tính cho đến khi trả lời.",
    "The unit objects to the minutes of the visit to {room} on {day}. It does not count until that is answered.",
)
ANSWERED = Words(
    "Đã trả lời ý kiến của đơn vị về biên bản kiểm tra {room} ngày {day}.",
    "What the unit objected to of the visit to {room} on {day} is answered.",
)
WITHDRAWN = Words(
    "Biên bản kiểm tra {room} ngày {day} đã được rút.", "The minutes of the visit to {room} on {day} are withdrawn."
)
EMPTY = Words("Tuần {day}: {n}/{wanted} chuyến kiểm tra tại chỗ.", "Week of {day}: {n} of {wanted} visits.")
EMPTY_BELOW = Words(
    "{body}, tuần {day}: {n}/{wanted} chuyến kiểm tra tại chỗ.", "{body}, week of {day}: {n} of {wanted} visits."
)


@dataclass(frozen=True, slots=True)
class Found:
    """How one item was found, and in which words."""

    seen: Seen
    note: str = ""


@transaction.atomic
def plan_visit(
    actor: Account, *, room: UUID, visitor: UUID, day: datetime.date, inspection: UUID | None = None,
    now: datetime.datetime,
) -> Visit:  # fmt: skip
    """Somebody of the actor's body is to go there on that day, also today. Raises NotPossible."""
    today = registry.day_of(now)
    body = _body_for(actor, room, now)
    if day < today:
        raise NotPossible(PAST, "day")
    if day > today + datetime.timedelta(days=90):
        raise NotPossible(TOO_FAR, "day")
    if visitor not in {row.person_id for row in registry.staff_of([body], day)}:
        raise NotPossible(NOT_OF_BODY, "visitor")
    if inspection and not Inspection.objects.filter(id=inspection, rooms=room).exists():
        raise NotPossible(NO_INSPECTION, "inspection")
    unit = place_of_room(room, now).unit
    assert unit is not None  # a body was found for it
    try:
        with transaction.atomic():
            made = Visit.objects.create(
                body_id=body, room_id=room, unit_id=unit, visitor_id=visitor, day=day, inspection_id=inspection,
                planned_by_id=actor.person_id, planned_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise NotPossible(TWICE, "day") from None
    record(actor, "visit_planned", now=now, about=("visit", made.id))
    return made


def _body_for(actor: Account, room: UUID, now: datetime.datetime) -> UUID:
    """The actor's own body that supervises the room."""
    day, place = registry.day_of(now), place_of_room(room, now)
    own = {post.unit_id for post in registry.posts(actor.person_id, day)}
    found = [body for body in supervisors_of(place.path, place.room_type or "", day) if body in own]
    if not found or place.unit is None:
        raise NotPossible(NOT_SUPERVISED)
    return found[0]


@transaction.atomic
def write_visit(
    actor: Account, visit: UUID, *, found: Mapping[str, Found], words: str = "", photos: Sequence[bytes] = (),
    now: datetime.datetime,
) -> Visit:  # fmt: skip
    """The visitor was there: every item of the checklist of that day, in its words. Raises NotPossible."""
    row = Visit.objects.select_related("room").get(id=visit)
    if actor.person_id != row.visitor_id:
        raise NotPossible(NOT_NOW)
    if registry.day_of(now) < row.day:
        raise NotPossible(NOT_YET)
    if len(photos) > MOST_PHOTOS:
        raise NotPossible(TOO_MANY, "photos")
    items = checklist(in_force(row.unit_id, registry.last_day(row.unit_id, row.day)), row.room)
    wrong = [code for code, _ in items if code not in found or (found[code].seen is Seen.BAD and not found[code].note)]
    if wrong:
        raise NotPossible(ALL_ITEMS, f"{wrong[0]}_note" if wrong[0] in found else wrong[0])
    if all(found[code].seen is Seen.NOT_SEEN for code, _ in items):
        raise NotPossible(NOTHING_SEEN, items[0][0] if items else "")
    if not photos:
        raise NotPossible(NO_PHOTO, "photos")
    _step(actor, row, VisitStepKind.HELD, words, now)
    VisitAnswer.objects.bulk_create(
        VisitAnswer(
            visit=row, position=place, code=code, vi=item.vi, en=item.en, seen=found[code].seen,
            note=plain(found[code].note)[:300],
        )
        for place, (code, item) in enumerate(items, 1)
    )  # fmt: skip
    for data in photos:
        try:
            title = f"Ảnh kiểm tra tại chỗ {row.day:%d/%m/%Y}"
            paper = keep_photo(data=data, title=title, person_id=actor.person_id, now=now)
        except PhotoRefused as refused:
            raise NotPossible(refused.words, "photos") from None
        VisitPhoto.objects.create(visit=row, paper=paper)
    _tell(people_who(Right.HOLD, row.room_id, now=now, at_home=True) - {actor.person_id}, WRITTEN, row, now)
    return row


@transaction.atomic
def answer_visit(actor: Account, visit: UUID, *, agreed: bool, words: str = "", now: datetime.datetime) -> VisitStep:
    """The unit signs what was written, or objects in words: who went there is told. Raises NotPossible."""
    row = Visit.objects.select_related("room").get(id=visit)
    holder = place_of_room(row.room_id, now).unit or row.unit_id
    if actor.person_id not in {each.person_id for each in registry.staff_of([holder], registry.day_of(now))}:
        raise NotPossible(ONLY_UNIT)
    if not agreed and not plain(words):
        raise NotPossible(SAY, "words")
    made = _step(actor, row, VisitStepKind.SIGNED if agreed else VisitStepKind.OBJECTED, words, now)
    if not agreed:
        _tell({row.visitor_id}, OBJECTED, row, now)
    return made


@transaction.atomic
def reply_visit(actor: Account, visit: UUID, *, withdrawn: bool, words: str, now: datetime.datetime) -> VisitStep:
    """The body that went there answers what the unit objects to, or withdraws what it wrote. Raises NotPossible."""
    row = Visit.objects.select_related("room").get(id=visit)
    if row.body_id not in {post.unit_id for post in registry.posts(actor.person_id, registry.day_of(now))}:
        raise NotPossible(NOT_SUPERVISED)
    if not plain(words):
        raise NotPossible(SAY, "words")
    made = _step(actor, row, VisitStepKind.WITHDRAWN if withdrawn else VisitStepKind.ANSWERED, words, now)
    to = people_who(Right.HOLD, row.room_id, now=now, at_home=True) - {actor.person_id}
    _tell(to, WITHDRAWN if withdrawn else ANSWERED, row, now)
    return made


def _tell(to: set[UUID], words: Words, row: Visit, now: datetime.datetime) -> None:
    said = words.fill(room=row.room.name, day=formats.day(row.day))
    send(to=sorted(to), kind="visit", words=said, link=Link(ROUTE, str(row.id)), now=now)


def cancel_visit(actor: Account, visit: UUID, *, words: str, now: datetime.datetime) -> VisitStep:
    """It is not made, and why. Raises NotPossible."""
    row = Visit.objects.get(id=visit)
    if row.body_id not in {post.unit_id for post in registry.posts(actor.person_id, registry.day_of(now))}:
        raise NotPossible(NOT_SUPERVISED)
    if not plain(words):
        raise NotPossible(SAY, "words")
    return _step(actor, row, VisitStepKind.CANCELLED, words, now)


def _step(actor: Account, row: Visit, kind: VisitStepKind, words: str, now: datetime.datetime) -> VisitStep:
    try:
        with transaction.atomic():
            made = VisitStep.objects.create(
                visit=row, kind=kind, words=plain(words)[:WORDS_LENGTH], by_id=actor.person_id, at=now
            )
            record(actor, f"visit_{kind}", now=now, about=("visit", row.id))
    except IntegrityError:
        raise NotPossible(NOT_NOW) from None
    return made


def find_empty_weeks(*, now: datetime.datetime) -> list[EmptyWeek]:
    """Write down each body that made too few visits in one of the last whole weeks, and tell of it; once for each.

    A week in which the office was closed all the time owes nothing, nor one before anything was known of visits here.
    """
    last = monday_of(registry.day_of(now)) - WEEK
    weeks = [last - back * WEEK for back in reversed(range(WEEKS_BACK))]
    since = _known_since(last)
    return [each for monday in weeks if monday >= since for each in _empty_in(monday, now)]


def _known_since(last: datetime.date) -> datetime.date:
    """The first week of which a visit or a lack of visits is known, at latest the last."""
    planned = Visit.objects.aggregate(first=Min("planned_at"))["first"]
    lacking = EmptyWeek.objects.aggregate(first=Min("monday"))["first"]
    known: list[datetime.date] = [monday_of(registry.day_of(planned))] if planned else []
    known += [lacking] if lacking else []
    return min([last, *known])


def _empty_in(monday: datetime.date, now: datetime.datetime) -> Iterator[EmptyWeek]:
    wanted = rounds_on(monday)
    known = set(EmptyWeek.objects.filter(monday=monday).values_list("body", flat=True))
    short = [week for week in weeks_of(wanted.keys() - known, monday, wanted) if week.short]
    for week in short:
        calendar = calendar_of(week.body, monday)
        if any(calendar.works_on(monday + datetime.timedelta(days=more)) for more in range(7)):
            yield _empty(week, now)


@transaction.atomic
def _empty(week: BodyWeek, now: datetime.datetime) -> EmptyWeek:
    made, fresh = EmptyWeek.objects.get_or_create(
        body_id=week.body, monday=week.monday, defaults={"held": week.held, "wanted": week.wanted, "found_at": now}
    )
    if fresh:
        people = {row.person_id for row in registry.staff_of([week.body], registry.day_of(now))}
        above = people_above(Right.DIRECT, week.body, now=now) - people
        values = {"day": formats.day(week.monday), "n": week.held, "wanted": week.wanted}
        for to, said in ((people, EMPTY.fill(**values)), (above, EMPTY_BELOW.fill(body=week.name, **values))):
            send(to=sorted(to), kind="empty_week", words=said, link=Link("inspections"), now=now)
    return made


class Weeks:
    """What the worker does now and then: once a week it looks at those that are over."""

    def __init__(self) -> None:
        self._done: datetime.date | None = None

    def beat(self, *, now: datetime.datetime) -> int:
        """Find what the last weeks lacked; how many weeks of bodies it was."""
        monday = monday_of(registry.day_of(now))
        if self._done == monday or now.astimezone(registry.VIETNAM).hour < 7:
            return 0
        found = find_empty_weeks(now=now)
        self._done = monday
        return len(found)
