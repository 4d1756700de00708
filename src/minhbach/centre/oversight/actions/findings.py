"""A finding made from a moment, and each step about it: explained at the unit, concluded by another, or taken back.

The finding, its mark and what is held for it are written together or not at all. Whoever answers for the room is told
at once; opening it there is a row that says it was read. What a body outside or the system found is judged outside.
What led to it is said with it: a complaint or a rating that was being looked into, or an inspection that is open there.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from minhbach.centre.access.deciding import decide, standing_of, standings_of
from minhbach.centre.access.models import Account
from minhbach.centre.access.people import people_who
from minhbach.centre.access.places import place_of_room
from minhbach.centre.access.recording import record
from minhbach.centre.access.restricting import closed_among, closed_spans
from minhbach.centre.access.viewable import RESTRICTED
from minhbach.centre.dossiers.deadlines import closing
from minhbach.centre.feedback.models import Petition, Rating
from minhbach.centre.footage.actions.holds import HoldRefused, hold_room
from minhbach.centre.footage.actions.marks import FIRST_US, mark
from minhbach.centre.footage.models import HoldOrigin, LegalHold
from minhbach.centre.footage.timeline import UNREADABLE, moment, us
from minhbach.centre.messaging.actions import Link, both, send
from minhbach.centre.oversight.models import (
    ENDS,
    NOTE_LENGTH,
    Finding,
    FindingStep,
    InspectionMember,
    Source,
    StepKind,
)
from minhbach.centre.oversight.sides import may_judge
from minhbach.centre.oversight.terms import Terms, terms_of
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import Camera, Person
from minhbach.centre.registry.models.dates import new_id
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.reading import calendar_of, in_force
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Times
from minhbach.centre.words import Words

ROUTE, MARK, NOTICE = "finding", "finding", "finding"
#: How what led to a finding is referred to, before its id.
PETITION, RATING, INSPECTION = "petition", "rating", "inspection"
SYSTEM = "findings"
NAME = Words("Phát hiện số {number}", "Finding {number}")
TOLD = Words(
    "Phát hiện số {number}, {unit}, {room}: {what}. Giải trình trước {by}.",
    "Finding {number}, {unit}, {room}: {what}. To be explained by {by}.",
)
ANSWERED = Words("Phát hiện số {number}, {unit}: {what}.", "Finding {number}, {unit}: {what}.")
MORE = Words(
    "Phát hiện số {number}, {unit}: cần giải trình thêm, trước {by}.",
    "Finding {number}, {unit}: more has to be explained, by {by}.",
)
SAID = {
    StepKind.EXPLAINED: Words("đơn vị đã giải trình", "the unit has explained it"),
    StepKind.CONCLUDED: Words("đã kết luận", "concluded"),
    StepKind.WITHDRAWN: Words("đã rút", "withdrawn"),
    StepKind.LAWFUL: Words("có lý do hợp lệ", "there is a lawful cause"),
}
NO_SITUATION = Words("Hãy chọn nội dung phát hiện.", "Choose what it is about.")
WRONG_SPAN = Words("Hãy chọn đoạn đã qua, nhiều nhất {n} phút.", "Choose a stretch that is past, {n} minutes at most.")
NOT_FOLLOWED = Words(
    "Phản ánh, đánh giá này không thuộc phòng đang xem: mở lại từ trang của nó, hoặc bỏ chọn «theo phản ánh».",
    "That complaint or rating is not of this room: open it from its own page, or take the tick away.",
)
NOT_OF_ROOM = Words("Camera này không thuộc phòng.", "This camera is not of the room.")
MADE_ALREADY = Words("Đã có phát hiện số {number} về việc này.", "Finding {number} is about this already.")
SAY_WHAT = Words("Hãy viết nội dung.", "Write what you have to say.")
NOT_IN_ORDER = Words(
    "Chưa làm được bước này: phát hiện đã kết thúc, hoặc bước này phải do người khác làm.",
    "This step cannot be taken: the finding has ended, or another person has to take it.",
)
NOT_ITS_OWN = Words(
    "Phát hiện do cơ quan khác hoặc hệ thống lập: đơn vị được giám sát giải trình, không tự kết luận, không trả lại.",
    "Another body or the system found this: the unit explains it, and neither concludes it nor sends it back.",
)
NOT_EXPLAINED = Words(
    "Chưa có giải trình và chưa hết hạn giải trình ({by}); bản ghi không phải là căn cứ duy nhất.",
    "It is not explained, and the term is not over ({by}): a recording is never the only basis.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found, when. Times are Unix µs; no `cameras`: all of the room."""

    begin_us: int
    end_us: int
    situation: str
    note: str = ""
    cameras: Sequence[UUID] = ()
    source: Source = Source.FOOTAGE
    source_reference: str = ""
    #: The complaint or rating that was being looked into, as "petition:…" or "rating:…"; footage alone says no source.
    follows: str = ""
    #: There is to be no second one of this reference, unless the first is taken back.
    once: bool = False


@transaction.atomic
def make(actor: Account, *, room: UUID, found: Found, now: datetime.datetime) -> Finding:
    """A finding, with its footage held and those told who answer for the room. Raises NotPossible."""
    day = registry.day_of(now)
    unit = registry.holder_on(room, day)
    if unit is None:
        raise NotPossible(NOT_OF_ROOM)
    rules = in_force(unit, day)
    what = rules.situations.get(found.situation)
    _refuse_what_cannot_be(actor, room, found, what, rules.times.finding_longest_minutes, now)
    assert what is not None
    if found.source is Source.FOOTAGE:
        found = _led_to(actor, room, found, now)
    if found.once:
        _refuse_a_second(room, found.source_reference)
    identity, year = new_id(), now.astimezone(registry.VIETNAM).year
    number = next_number(unit, year)
    made = enter(
        unit, room, found, what, rules.times, identity=identity, number=number, by=actor.person, now=now,
        hold=_hold(actor, room, identity, number, year, found, what, now),
    )  # fmt: skip
    record(actor, "finding_made", now=now, about=("finding", identity))
    tell_made(made, people_who(Right.HOLD, room, now=now, at_home=True) - {actor.person_id}, what, now)
    return made


def enter(
    unit: UUID, room: UUID, found: Found, what: Words, times: Times, *, identity: UUID, number: int,
    by: Person | None, hold: LegalHold | None, now: datetime.datetime,
) -> Finding:  # fmt: skip
    """The rows of a finding: itself, with its terms by the unit's calendar, its cameras, and its mark."""
    cameras = list(Camera.objects.filter(room=room, id__in=found.cameras))
    read_by, explain_by, conclude_by, correct_by = _terms(unit, times, now)
    vi, en = both(what)
    made = Finding.objects.create(
        id=identity, unit_id=unit, room_id=room, year=now.astimezone(registry.VIETNAM).year, number=number,
        begin_us=found.begin_us, end_us=found.end_us, situation=found.situation, situation_vi=vi, situation_en=en,
        note=plain(found.note)[:NOTE_LENGTH], source=found.source, source_reference=found.source_reference,
        found_by=by, found_at=now, read_by=read_by, explain_by=explain_by, conclude_by=conclude_by,
        correct_by=correct_by, hold=hold,
    )  # fmt: skip
    made.cameras.set(cameras)
    mark(
        by or System(SYSTEM), room=room, kind=MARK, reference=str(identity), words=what, right=Right.HOLD,
        begin_us=found.begin_us, end_us=found.end_us, route=ROUTE, now=now,
        camera=cameras[0].id if len(cameras) == 1 else None,
    )  # fmt: skip
    return made


def tell_made(made: Finding, to: set[UUID], what: Words, now: datetime.datetime) -> None:
    """What was found, where, and until when it is explained; what it is about only to whoever may read that."""
    by, unit = f"{made.explain_by.astimezone(registry.VIETNAM):%d/%m/%Y}", unit_of(made, now)
    reads = may_read(made, to, now=now)
    for people, said in ((reads, what), (to - reads, UNREADABLE)):
        if people:
            words = TOLD.fill(number=str(made), unit=unit, room=made.room.name, what=said, by=by)
            send(to=sorted(people), kind=NOTICE, words=words, link=Link(ROUTE, str(made.id)), now=now)


def unit_of(row: Finding, now: datetime.datetime) -> str:
    """The unit in whose book it stands: each counts its own, so outside of it a number alone names several."""
    return registry.name_on(row.unit_id, registry.day_of(now)).name


def may_read(row: Finding, people: set[UUID], *, now: datetime.datetime) -> set[UUID]:
    """Those of the people to whom its time is not closed, whose notices may say what it is about."""
    accounts = list(Account.objects.filter(person__in=people, is_active=True))
    standings = standings_of(accounts, now=now)
    stretch = {row.id: (row.room_id, (moment(row.begin_us), moment(row.until_us)))}
    return {
        account.person_id for account in accounts if not closed_among(standings[account.id], Right.PLAYBACK, stretch)
    }


def _refuse_what_cannot_be(
    actor: Account, room: UUID, found: Found, what: Words | None, minutes: int, now: datetime.datetime
) -> None:
    if what is None:
        raise NotPossible(NO_SITUATION, "situation")
    span_us = found.end_us - found.begin_us
    if not FIRST_US <= found.begin_us < found.end_us <= us(now) + 1_000_000 or span_us > minutes * 60_000_000:
        raise NotPossible(WRONG_SPAN.fill(n=minutes), "begin")
    if set(found.cameras) - set(Camera.objects.filter(room=room).values_list("id", flat=True)):
        raise NotPossible(NOT_OF_ROOM)
    begin, end = moment(found.begin_us), moment(found.end_us)
    if closed_spans(standing_of(actor, now=now), Right.PLAYBACK, [room], begin, end):
        raise NotPossible(RESTRICTED)


def _led_to(actor: Account, room: UUID, found: Found, now: datetime.datetime) -> Found:
    """With what led somebody to look: what they say it follows, else an inspection that is open to them there."""
    if found.follows:
        kind, _, said = found.follows.partition(":")
        try:
            identity = UUID(said)
        except ValueError:
            raise NotPossible(NOT_FOLLOWED) from None
        if kind == PETITION and Petition.objects.filter(id=identity, room=room).exists():
            return replace(found, source=Source.PETITION, source_reference=f"{PETITION}:{identity}")
        if kind == RATING and Rating.objects.filter(id=identity, counter__room=room).exists():
            return replace(found, source=Source.RATING, source_reference=f"{RATING}:{identity}")
        raise NotPossible(NOT_FOLLOWED)
    runs = InspectionMember.objects.filter(
        person=actor.person_id, inspection__rooms=room, grant__begins_at__lte=now, grant__ends_at__gt=now,
        grant__ended_at__isnull=True,
    )  # fmt: skip
    inspection = runs.order_by("-inspection__opened_at").values_list("inspection", flat=True).first()
    if inspection is None:
        return found
    return replace(found, source=Source.INSPECTION, source_reference=f"{INSPECTION}:{inspection}")


def _refuse_a_second(room: UUID, reference: str) -> None:
    """One at a time: of two who send the same draft at once, the second is told of the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 38))", [reference])
    if (made := standing_from(room, reference)) is not None:
        raise NotPossible(MADE_ALREADY.fill(number=str(made)))


def standing_from(room: UUID, reference: str) -> Finding | None:
    """The finding that was made of this and not taken back."""
    rows = Finding.objects.filter(room=room, source=Source.INSPECTION, source_reference=reference)
    return rows.exclude(steps__kind=StepKind.WITHDRAWN).first()


def _hold(
    actor: Account, room: UUID, identity: UUID, number: int, year: int, found: Found, what: Words,
    now: datetime.datetime,
) -> LegalHold | None:  # fmt: skip
    try:
        with transaction.atomic():
            return hold_room(
                actor, room=room, cameras=tuple(found.cameras), begin_us=found.begin_us,
                end_us=min(found.end_us, us(now)), reason=f"Phát hiện số {number:03}/{year}: {both(what)[0]}",
                origin=HoldOrigin.FINDING, route=ROUTE, reference=str(identity), now=now,
            )  # fmt: skip
    except HoldRefused:  # nothing is left of that time: that may be what was found
        return None


def next_number(unit: UUID, year: int) -> int:
    """The next number in the book of the unit; one at a time, so that the book has no holes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 17))", [f"{unit} {year}"])
    return 1 + (Finding.objects.filter(unit=unit, year=year).aggregate(last=Max("number"))["last"] or 0)


def _terms(unit: UUID, times: Times, now: datetime.datetime) -> list[datetime.datetime]:
    """Until when it is read, explained, concluded and corrected: the close of business of those working days."""
    local, day = now.astimezone(registry.VIETNAM), registry.day_of(now)
    calendar = calendar_of(unit, registry.last_day(unit, day))
    days = (
        times.finding_read_wd, times.finding_explained_wd, times.finding_concluded_wd, times.finding_corrected_wd,
    )  # fmt: skip
    found = [closing(calendar.after(local.date(), count), calendar.hours, local) for count in days]
    return [max(found[: place + 1]) for place in range(len(found))]


def _anew(row: Finding, now: datetime.datetime) -> Terms:
    """As many working days again, from now; of a unit that has ended by the rules of its last day."""
    day = registry.last_day(row.unit_id, registry.day_of(now))
    _, explain_by, conclude_by, _ = _terms(row.unit_id, in_force(row.unit_id, day).times, now)
    before = terms_of(row)
    return Terms(max(before.explain_by, explain_by), max(before.conclude_by, conclude_by))


def note_read(actor: Account, finding: Finding, *, now: datetime.datetime) -> bool:
    """Whoever answers for the room has opened it: the first time is a row. False where that is not so."""
    if not answers_for(actor, finding, now):
        return False
    if finding.steps.filter(kind=StepKind.READ, by=actor.person_id).exists() or has_ended(finding):
        return False
    try:
        with transaction.atomic():
            FindingStep.objects.create(finding=finding, kind=StepKind.READ, at=now, by_id=actor.person_id)
    except IntegrityError:  # two windows at once, or it ended in this moment
        return False
    return True


def answers_for(actor: Account, finding: Finding, now: datetime.datetime) -> bool:
    """Whether the person answers for the room: of its own unit, and not who found it."""
    mine = actor.person_id == finding.found_by_id
    return not mine and actor.person_id in people_who(Right.HOLD, finding.room_id, now=now, at_home=True)


def demand_judge(actor: Account, finding: Finding, now: datetime.datetime) -> None:
    """Nobody judges what was found against their own unit from outside. Raises NotPossible."""
    if not may_judge(actor.person_id, finding.room_id, (finding.found_by_id, finding.found_at), now=now):
        raise NotPossible(NOT_ITS_OWN)


def step(actor: Account, finding: UUID, *, kind: StepKind, words: str, now: datetime.datetime) -> FindingStep:
    """Explain it, ask for more or take it back; `cases.conclude` and `gaps.accept_causes` end it. NotPossible."""
    row = Finding.objects.select_related("room").get(id=finding)
    said = plain(words)[:NOTE_LENGTH]
    if not said:
        raise NotPossible(SAY_WHAT, "words")
    decision = decide(actor, Right.HOLD, place_of_room(row.room_id, now), now=now)
    if not decision.allowed:
        raise NotPossible(decision.why)
    if kind in (StepKind.READ, StepKind.CONCLUDED, StepKind.LAWFUL):
        raise NotPossible(NOT_IN_ORDER)
    if kind is StepKind.EXPLAINED and not answers_for(actor, row, now):
        raise NotPossible(NOT_IN_ORDER)
    if kind is StepKind.RETURNED:
        demand_judge(actor, row, now)
    terms = _anew(row, now) if kind is StepKind.RETURNED else None
    try:
        with transaction.atomic():
            made = FindingStep.objects.create(
                finding=row, kind=kind, at=now, by_id=actor.person_id, words=said,
                explain_by=terms.explain_by if terms else None, conclude_by=terms.conclude_by if terms else None,
            )  # fmt: skip
            record(actor, f"finding_{kind}", now=now, about=("finding", row.id))
            tell_step(row, kind, actor, now)
    except IntegrityError:
        raise NotPossible(NOT_IN_ORDER) from None
    return made


def tell_step(row: Finding, kind: StepKind, actor: Account, now: datetime.datetime) -> None:
    """The other side: who found it or judges it, or who answers for the room."""
    if kind is StepKind.EXPLAINED and row.found_by_id:
        to: set[UUID | None] = {row.found_by_id}
    else:
        home = people_who(Right.HOLD, row.room_id, now=now, at_home=True)
        # Nobody found what the system did: whoever may judge it outside the unit is told that it was explained.
        other = home if kind is not StepKind.EXPLAINED else people_who(Right.HOLD, row.room_id, now=now) - home
        to = {*other, row.found_by_id}
    if kind is StepKind.RETURNED:
        by = terms_of(row).explain_by.astimezone(registry.VIETNAM)
        words = MORE.fill(number=str(row), unit=unit_of(row, now), by=f"{by:%d/%m/%Y}")
    else:
        words = ANSWERED.fill(number=str(row), unit=unit_of(row, now), what=SAID[kind])
    send(
        to=sorted(each for each in to - {actor.person_id} if each),
        kind=NOTICE,
        words=words,
        link=Link(ROUTE, str(row.id)),
        now=now,
    )


def has_ended(finding: Finding) -> bool:
    """Whether it was concluded or taken back."""
    return finding.steps.filter(kind__in=ENDS).exists()
