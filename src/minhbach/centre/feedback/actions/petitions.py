"""A complaint or suggestion: taken in with its number, terms and secret; what is done about it; who said it, forgotten.

What it speaks of is held at once, as far as complaints may (`keeping`). Whoever handles it is told. What ends it is
written to the citizen, who reads it by number and secret.
"""

import datetime
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from minhbach.centre.access.models import Account
from minhbach.centre.access.people import people_who
from minhbach.centre.access.recording import record
from minhbach.centre.dossiers.actions.numbers import next_number, range_of
from minhbach.centre.dossiers.codes import check_digit
from minhbach.centre.dossiers.deadlines import closing
from minhbach.centre.dossiers.models import Dossier
from minhbach.centre.feedback.actions.keeping import CITIZENS, Wanted, keep, seeing
from minhbach.centre.feedback.models import Petition, Petitioner, PetitionEvent, PetitionKind, StepKind, Topic
from minhbach.centre.feedback.models import Way as Channel
from minhbach.centre.feedback.models.petitions import CONTENT_LENGTH, ENDS
from minhbach.centre.footage.actions.holds import HoldRefused, hold_room
from minhbach.centre.footage.actions.marks import FIRST_US, mark
from minhbach.centre.footage.models import HoldOrigin, LegalHold
from minhbach.centre.footage.timeline import moment, us
from minhbach.centre.messaging.actions import Link, both, send
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Counter, Person, Room
from minhbach.centre.registry.models.dates import new_id
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.reading import calendar_of, in_force
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Times
from minhbach.centre.words import Words

ROUTE, MARK, NOTICE = "petition", "petition", "petition"
LONGEST_US = 4 * 3_600_000_000
NAMES = {
    PetitionKind.FEEDBACK: Words("Phản ánh số {number}", "Complaint {number}"),
    PetitionKind.SUGGESTION: Words("Kiến nghị số {number}", "Suggestion {number}"),
}
TOLD = Words("{what} về {room} đã đến; trả lời trước {by}.", "{what} about {room} has come in; to be answered by {by}.")
SAY_WHAT = Words("Hãy viết nội dung phản ánh, kiến nghị.", "Write what it is about.")
NO_ROOM = Words("Phòng này hiện không hoạt động.", "This room is not in use.")
WRONG_SPAN = Words(
    "Hãy ghi lúc đã qua, trong vòng một năm; mỗi lần nhiều nhất 4 giờ.",
    "Give a time that is past, within a year; four hours at most.",
)
OVER = Words("Phản ánh này đã kết thúc; hãy tải lại trang.", "This complaint has ended; reload the page.")
SAY_WORDS = Words("Hãy viết nội dung gửi công dân.", "Write what the citizen is told.")
TERM_OVER = Words(
    "Đã quá hạn từ chối ({by}); chỉ còn trả lời được.", "It is too late to refuse ({by}); it can only be answered."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said. Times are Unix µs, both or neither."""

    kind: PetitionKind
    topic: Topic
    way: Channel
    content: str
    begin_us: int | None = None
    end_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who said it, as far as they wish to be known."""

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


@transaction.atomic
def register(
    by: Person | None, *, room: Room, counter: Counter | None = None, said: Said, contact: Contact,
    dossier: Dossier | None = None, now: datetime.datetime,
) -> Petition:  # fmt: skip
    """Take it in; `by` is the officer who did, none for the citizen alone. `dossier`: its receipt was shown.

    Raises NotPossible.
    """
    day = registry.day_of(now)
    unit = registry.holder_on(room.id, day)
    content = plain(said.content)[:CONTENT_LENGTH]
    if unit is None:
        raise NotPossible(NO_ROOM, "room")
    if not content:
        raise NotPossible(SAY_WHAT, "content")
    _refuse_strange_time(said, now)
    times = in_force(unit, day).times
    year, identity = now.astimezone(registry.VIETNAM).year, new_id()
    number = next_number(unit, f"petitions {year}")
    refuse_by, ask_by, answer_by = _terms(unit, times, now)
    row = Petition(
        id=identity, unit_id=unit, code=code_of(range_of(unit, now=now), year, number), room=room,
        counter=counter, year=year, number=number, kind=said.kind,
        topic=said.topic, way=said.way, content=content, begin_us=said.begin_us, end_us=said.end_us, dossier=dossier,
        received_at=now, registered_by=by, lookup_secret=f"{secrets.randbelow(1_000_000):06d}", refuse_by=refuse_by,
        ask_by=ask_by, answer_by=answer_by,
    )  # fmt: skip
    if (wanted := wanted_for(row, times)) is not None:
        row.hold, row.not_held = keep(wanted, times, now=now)
    row.save(force_insert=True)
    given = {name: plain(getattr(contact, name)) for name in Petitioner.lines()}
    if any(given.values()):
        Petitioner.about(given, petition=row).save(force_insert=True)
    _mark(row, now)
    words = TOLD.fill(what=name_of(row), room=room.name, by=f"{answer_by.astimezone(registry.VIETNAM):%d/%m/%Y}")
    to = people_who(Right.FEEDBACK, room.id, now=now) - ({by.id} if by else set())
    send(to=sorted(to), kind=NOTICE, words=words, link=Link(ROUTE, str(row.id)), now=now)
    return row


def code_of(unit_range: int, year: int, number: int) -> str:
    """Fourteen digits for the citizen: a kind, the unit's range (5), the year (2), the number (5), a check digit."""
    body = f"2{unit_range:05d}{year % 100:02d}{number:05d}"
    return f"{body}{check_digit(body)}"


def name_of(row: Petition) -> Words:
    """What it is called: its kind and number."""
    return NAMES[PetitionKind(row.kind)].fill(number=str(row))


def _refuse_strange_time(said: Said, now: datetime.datetime) -> None:
    begin, end = said.begin_us, said.end_us
    if begin is None and end is None:
        return
    if begin is None or end is None or not FIRST_US <= begin < end <= us(now) or end - begin > LONGEST_US:
        raise NotPossible(WRONG_SPAN, "day")
    if now - moment(begin) > datetime.timedelta(days=366):
        raise NotPossible(WRONG_SPAN, "day")


def _terms(unit: UUID, times: Times, now: datetime.datetime) -> tuple[datetime.datetime, ...]:
    """Until when it is refused, asked back about, answered: the close of business of those working days."""
    local, calendar = now.astimezone(registry.VIETNAM), calendar_of(unit, registry.day_of(now))
    days = (times.feedback_refuse_wd, times.feedback_ask_wd, times.feedback_answer_wd)
    found = [closing(calendar.after(local.date(), count), calendar.hours, local) for count in days]
    return found[0], max(found[:2]), max(found)


def span_of(row: Petition, times: Times) -> tuple[int, int] | None:
    """The stretch that it has kept, Unix µs; none where it speaks of no time."""
    if row.begin_us is None or row.end_us is None:
        return None
    before, after = times.feedback_hold_before_minutes, times.feedback_hold_after_minutes
    return row.begin_us - before * 60_000_000, row.end_us + after * 60_000_000


def wanted_for(row: Petition, times: Times) -> Wanted | None:
    """What it has kept; none where it speaks of no time."""
    span = span_of(row, times)
    if span is None or row.begin_us is None:
        return None
    return Wanted(
        row.room_id, *span, HoldOrigin.PETITION, ROUTE, str(row.id),
        Words("Phản ánh, kiến nghị của công dân", "A citizen's complaint"),
        seeing(row.counter_id, moment(row.begin_us).date()),
        proved=row.registered_by_id is not None or row.dossier_id is not None,
    )  # fmt: skip


def _mark(row: Petition, now: datetime.datetime) -> None:
    if row.begin_us is None or row.end_us is None:
        return
    mark(
        CITIZENS, room=row.room_id, counter=row.counter_id, kind=MARK, reference=str(row.id), words=name_of(row),
        right=Right.FEEDBACK, begin_us=row.begin_us, end_us=row.end_us, route=ROUTE, now=now,
    )  # fmt: skip


def step(actor: Account, petition: UUID, *, kind: StepKind, words: str = "", now: datetime.datetime) -> PetitionEvent:
    """Accept it, ask back, answer or refuse. Raises NotPossible when it has ended, or the term to refuse is over."""
    row = Petition.objects.get(id=petition)
    said = plain(words)[:CONTENT_LENGTH]
    if kind is not StepKind.ACCEPTED and not said:
        raise NotPossible(SAY_WORDS, "words")
    if kind is StepKind.REFUSED and now > row.refuse_by:
        raise NotPossible(TERM_OVER.fill(by=f"{row.refuse_by.astimezone(registry.VIETNAM):%d/%m/%Y}"))
    try:
        with transaction.atomic():
            made = PetitionEvent.objects.create(petition=row, kind=kind, at=now, by_id=actor.person_id, words=said)
            record(actor, f"petition_{kind}", now=now, about=("petition", row.id))
    except IntegrityError:
        raise NotPossible(OVER) from None
    return made


def hold_for(actor: Account, petition: UUID, *, now: datetime.datetime) -> LegalHold:
    """Keep what it speaks of after all, by a person who may hold. Raises NotPossible."""
    row = Petition.objects.select_related("room").get(id=petition)
    if row.begin_us is None or row.end_us is None:
        raise NotPossible(WRONG_SPAN)
    times = in_force(row.unit_id, registry.day_of(now)).times
    before, after = times.feedback_hold_before_minutes, times.feedback_hold_after_minutes
    try:
        return hold_room(
            actor, room=row.room_id, cameras=seeing(row.counter_id, moment(row.begin_us).date()),
            begin_us=row.begin_us - before * 60_000_000, end_us=min(row.end_us + after * 60_000_000, us(now)),
            reason=both(name_of(row))[0], origin=HoldOrigin.PETITION,
            route=ROUTE, reference=str(row.id), now=now,
        )  # fmt: skip
    except HoldRefused as refusal:
        raise NotPossible(refusal.words) from None


def forget_petitioner(actor: Account | str, petition: UUID, *, basis: str, now: datetime.datetime) -> bool:
    """Who said it is forgotten; what was said, its steps and its number stay. False when there was nobody to forget."""
    with transaction.atomic():
        row = Petitioner.objects.filter(petition=petition, erased_at__isnull=True)
        gone = row.update(sealed=b"", erased_at=now)
        if gone:
            record(
                actor, "petitioner_erased", now=now, about=("petition", petition), details={"basis": plain(basis)[:200]}
            )
    return bool(gone)


def has_ended(events: list[PetitionEvent]) -> bool:
    """Whether it was answered or refused."""
    return any(event.kind in ENDS for event in events)
