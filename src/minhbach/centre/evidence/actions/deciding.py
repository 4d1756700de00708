"""Deciding a citizen's request: granted, extended once, refused with a reason of the regulation's catalogue.

Who took the request decides nothing of it, and nobody decides who worked at a counter of the room at that time: whose
conduct may be on the footage must not have it erased. An erasure takes a second person, and one of the two is of the
body that manages the stream. PostgreSQL refuses the rest.
"""

import datetime
from uuid import UUID

from django.db import transaction

from minhbach.centre.access.models import Account
from minhbach.centre.access.places import place_of_room
from minhbach.centre.evidence.actions.erasing import order_erasures
from minhbach.centre.evidence.actions.subjects import (
    NOTICE,
    OVER,
    SAY_WHY,
    TOO_LONG_TO_MASK,
    SubjectRefused,
    demand_something_to_copy,
    open_case,
    step,
)
from minhbach.centre.evidence.models import Act, Pictured, Wanted
from minhbach.centre.evidence.obstacles import obstacles
from minhbach.centre.evidence.people import demand, demand_not_concerned, demand_open, manages, people_who, post_of
from minhbach.centre.evidence.subject_cases import BY_RIGHT, UNDECIDED, Case, Stage, case
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment, true_on
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.centre.words.formats import moment as written

OWN = Words("Người tiếp nhận yêu cầu không quyết định yêu cầu đó.", "Who took the request does not decide it.")
SAME = Words("Lần thứ hai phải là người khác.", "The second person has to be another.")
MANAGING = Words(
    "Một trong hai người quyết định xóa phải thuộc cơ quan quản lý luồng hình này.",
    "One of the two who decide an erasure has to be of the body that manages this stream.",
)
NOT_YET = Words("Hãy xác nhận đã nhận yêu cầu trước.", "Confirm receipt of the request first.")
SAY_PICTURED = Words(
    "Hãy chọn: trong hình chỉ có người yêu cầu, hay có cả người khác.",
    "Choose whether the picture shows only who asks, or others too.",
)
ALREADY_DECIDED = Words(
    "Yêu cầu này đã được quyết định, không kéo dài thời hạn được nữa.",
    "This request was decided; its term cannot be extended any more.",
)
TERM_OVER = Words(
    "Thời hạn trả lời đã hết lúc {at}, không kéo dài được nữa. Hãy quyết định ngay.",
    "The term for the answer ended at {at} and cannot be extended any more. Decide at once.",
)
NO_SUCH_REASON = Words("Hãy chọn lý do từ chối trong quy chế.", "Choose a reason of the regulation.")
DECIDED = Words("Yêu cầu {code} của công dân: {outcome}.", "Request {code} of a citizen: {outcome}.")
GRANTED = Words(
    "Yêu cầu {code} của công dân ở {room} được chấp thuận: {next} trước {until}.",
    "Request {code} of a citizen at {room} was granted: {next} by {until}.",
)
TO_SHOW = Words("cần cho người yêu cầu xem bản ghi", "it is to be shown to the person")
TO_COPY = Words("cần đề nghị lập bản sao đã che", "a masked copy is to be asked for")
SECOND = Words(
    "{name} quyết định xóa bản ghi theo yêu cầu {code} ở {room}. Cần người thứ hai đồng ý.",
    "{name} decided to erase footage by request {code} at {room}. A second person has to agree.",
)


def may_decide(actor: Account, found: Case, *, now: datetime.datetime) -> Assignment:
    """The post by which the actor may decide it. Raises SubjectRefused, ExtractionRefused."""
    row = found.row
    decision, _ = demand(actor, Right.SUBJECT_DECIDE, row.room_id, now=now)
    if row.taken_by_id == actor.person_id:
        raise SubjectRefused(OWN)
    demand_not_concerned(actor.person_id, row.room_id, row.begin_us, row.end_us)
    demand_open(actor, row.room_id, row.begin_us, row.end_us, now=now)
    return post_of(decision)


def grant(actor: Account, request: UUID, *, note: str = "", pictured: str = "", now: datetime.datetime) -> None:
    """Grant it; an erasure then waits for a second person. Of what is to be seen `pictured` says who is in it.

    Raises SubjectRefused, ExtractionRefused.
    """
    found = open_case(actor, request, Right.SUBJECT_DECIDE, now=now)
    may_decide(actor, found, now=now)
    _undecided(found)
    said = plain(note)[:300]
    if found.row.wanted == Wanted.ERASE:
        if not said:
            raise SubjectRefused(SAY_WHY)
        _nothing_against(found, now)
    in_it = _in_the_picture(found, pictured) if found.row.wanted == Wanted.SEE else ""
    if found.row.wanted == Wanted.COPY or in_it == Pictured.OTHERS:
        demand_something_to_copy(found)
    step(request, Act.GRANTED, now=now, by=actor, note=said, reason=in_it)
    if found.row.wanted == Wanted.ERASE:
        to = people_who(Right.SUBJECT_DECIDE, found.row.room_id, now=now) - {actor.person_id, found.row.taken_by_id}
        words = SECOND.fill(name=actor.person.full_name, code=found.code, room=found.row.room.name)
        send(to=sorted(to), kind=NOTICE, words=words, link=Link("subject", str(request)), now=now)
    else:
        _tell_granted(case(request, now=now), actor, now)


def second(actor: Account, request: UUID, *, now: datetime.datetime) -> None:
    """Agree to an erasure as the second person: the recorders are told. Raises SubjectRefused, ExtractionRefused."""
    found = open_case(actor, request, Right.SUBJECT_DECIDE, now=now)
    post = may_decide(actor, found, now=now)
    first = found.step(Act.GRANTED)
    if found.stage is not Stage.GRANTED_ONCE or first is None or first.by_id is None:
        raise SubjectRefused(OVER)
    if first.by_id == actor.person_id:
        raise SubjectRefused(SAME)
    if not _managing(found, first.by_id, post, now):
        raise SubjectRefused(MANAGING)
    _nothing_against(found, now)
    with transaction.atomic():
        step(request, Act.SECONDED, now=now, by=actor)
        order_erasures(found, first.by_id, actor.person_id, now=now)
    _tell(
        found,
        Words("hai người đã quyết định xóa, chờ đầu ghi", "two decided to erase; the recorder is told"),
        actor,
        now,
    )


def refuse(actor: Account, request: UUID, *, reason: str, note: str = "", now: datetime.datetime) -> None:
    """Refuse it, with a reason of the regulation. Raises SubjectRefused, ExtractionRefused."""
    found = open_case(actor, request, Right.SUBJECT_DECIDE, now=now)
    may_decide(actor, found, now=now)
    if found.stage not in UNDECIDED:
        raise SubjectRefused(OVER)
    if found.rules is None or reason not in found.rules.subject_refusals:
        raise SubjectRefused(NO_SUCH_REASON)
    step(request, Act.REFUSED, now=now, by=actor, reason=reason, note=plain(note)[:300])
    _tell(found, Words("bị từ chối", "refused"), actor, now)


def extend(actor: Account, request: UUID, *, note: str, now: datetime.datetime) -> None:
    """Take longer, once, with a reason that the person is told: while the term runs and nothing is decided.

    Raises SubjectRefused, ExtractionRefused.
    """
    found = open_case(actor, request, Right.SUBJECT_DECIDE, now=now)
    may_decide(actor, found, now=now)
    said = plain(note)[:300]
    if not said:
        raise SubjectRefused(SAY_WHY)
    if found.stage not in UNDECIDED:
        raise SubjectRefused(ALREADY_DECIDED)
    if found.terms is not None and found.answer_late:
        raise SubjectRefused(TERM_OVER.fill(at=written(found.terms.answer_by)))
    step(request, Act.EXTENDED, now=now, by=actor, note=said)
    _tell(found, Words("được kéo dài thời hạn", "its term is extended"), actor, now)


def _in_the_picture(found: Case, said: str) -> str:
    """Who is in what is to be seen; others are only shown masked, which takes no longer stretch than a copy does."""
    if said not in Pictured.values:
        raise SubjectRefused(SAY_PICTURED)
    if said == Pictured.OTHERS and found.too_long_to_mask:
        raise SubjectRefused(TOO_LONG_TO_MASK)
    return said


def _undecided(found: Case) -> None:
    if found.stage is Stage.RECEIVED:
        raise SubjectRefused(NOT_YET)
    if found.stage is not Stage.OPEN:
        raise SubjectRefused(OVER)


def _nothing_against(found: Case, now: datetime.datetime) -> None:
    for each in obstacles(found, now=now):
        raise SubjectRefused(each.words)


def _managing(found: Case, first: UUID, post: Assignment, now: datetime.datetime) -> bool:
    """Whether one of the two is of a body that manages the stream."""
    place, day = place_of_room(found.row.room_id, now), registry.day_of(now)
    if manages(post, place, day):
        return True
    bodies = regulation.supervisors_of(place.path, place.room_type or "", day)
    return Assignment.objects.filter(true_on(day), person=first, unit__in=bodies).exists()


def _tell_granted(found: Case, actor: Account, now: datetime.datetime) -> None:
    """Who took it, and everybody who may do the next step and open the page of the request."""
    row = found.row
    right, next_step = BY_RIGHT.get(found.stage), TO_SHOW if found.stage is Stage.TO_SHOW else TO_COPY
    if right is None:  # it was withdrawn, or the next step taken, since it was granted
        return
    read = people_who(Right.SUBJECT_TAKE, row.room_id, now=now) | people_who(Right.SUBJECT_DECIDE, row.room_id, now=now)
    to = {row.taken_by_id, *(people_who(right, row.room_id, now=now) & read)} - {actor.person_id}
    until = written(found.terms.answer_by) if found.terms else "–"
    words = GRANTED.fill(code=found.code, room=row.room.name, next=next_step, until=until)
    send(to=sorted(to), kind=NOTICE, words=words, link=Link("subject", str(row.id)), now=now)


def _tell(found: Case, outcome: Words, actor: Account, now: datetime.datetime) -> None:
    to = {found.row.taken_by_id} - {actor.person_id}
    words = DECIDED.fill(code=found.code, outcome=outcome)
    send(to=sorted(to), kind=NOTICE, words=words, link=Link("subject", str(found.row.id)), now=now)
