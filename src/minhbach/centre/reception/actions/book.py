"""The reception book written: one entry for each matter of a session, then what is done about it, and by when.

A matter is settled within the term that counts from the day of its acceptance. While that runs it may be extended by a
paper, as far and as often as the law gives for its class.

What is a denunciation restricts its session as a whole, in the same moment; an entry that names too few representatives
is refused. Who came is closed under the key of personal data before it reaches the database.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.reception.actions.restricting import restrict_session
from minhbach.centre.reception.actions.sessions import next_number
from minhbach.centre.reception.duty import Terms, duty_in, extended_to, settled_by, terms_of
from minhbach.centre.reception.models import (
    HANDLED,
    MOST_PEOPLE,
    BookEntry,
    BookPerson,
    BookStep,
    BookStepKind,
    Matter,
    Session,
)
from minhbach.centre.reception.models.book import WORDS_LENGTH
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.reading import calendar_of, in_force
from minhbach.centre.regulation.rules import Rules
from minhbach.centre.words import Words, formats

#: Of many who came in one matter, so many speak for them at most.
MOST_REPRESENTATIVES = 5
WHO = Words("Hãy ghi họ tên người đến.", "Write the name of who came.")
WHAT = Words("Hãy ghi nội dung vụ việc.", "Write what it is about.")
WHICH = Words("Hãy chọn loại vụ việc.", "Choose what kind of matter it is.")
HOW_MANY = Words("Số người từ 1 đến 500.", "From 1 to 500 people.")
REPRESENTED = Words(
    "Từ {n} người cùng một việc phải cử người đại diện. Hãy ghi họ tên từng người đại diện, mỗi dòng một người, "
    "nhiều nhất 5.",
    "From {n} people in one matter they name representatives. Write each one's name, one a line, five at most.",
)
NOT_NOW = Words(
    "Vụ việc đã có hướng xử lý, hoặc chưa thụ lý nên chưa ghi được kết quả.",
    "The matter is handled already, or not accepted yet, so that it has no result.",
)
SAY = Words("Hãy ghi nội dung.", "Write what is to be said.")
TO_WHOM = Words("Hãy ghi cơ quan nhận đơn.", "Write to which body it goes.")
NOT_OPEN = Words(
    "Chỉ gia hạn vụ việc đã thụ lý và chưa có kết quả.", "Only a matter that is accepted and has no result is extended."
)
TOO_LATE = Words(
    "Vụ việc đã quá hạn giải quyết từ {day}, không gia hạn được nữa: hãy giải quyết và ghi kết quả.",
    "The matter is overdue since {day} and not extended any more: settle it and write the result.",
)
NO_MORE = Words(
    "Loại vụ việc này không được gia hạn, hoặc đã gia hạn đủ số lần theo quy chế.",
    "A matter of this kind is not extended, or was as often as the regulation gives.",
)
BY_PAPER = Words("Hãy ghi số văn bản gia hạn.", "Give the number of the paper that extends it.")
UNTIL = Words("Hãy chọn hạn mới sau {day} và không quá {last}.", "Choose a new day after {day} and not after {last}.")
SAME = Words("Vụ việc đang thuộc loại này.", "The matter is of this kind already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What was brought forward and by whom. `representatives`: one a line."""

    matter: Matter
    people: int
    name: str
    content: str
    address: str = ""
    personal_id: str = ""
    representatives: str = ""
    settled_before: str = ""
    note: str = ""


@transaction.atomic
def write_entry(actor: Account, *, session: UUID, brought: Brought, now: datetime.datetime) -> BookEntry:
    """One more entry of the book, of this session. Raises NotPossible, PersonalKeyMissing."""
    row = Session.objects.select_for_update().get(id=session)
    day = registry.last_day(row.unit_id, registry.day_of(row.opened_at))
    spoken = [line for line in map(plain, brought.representatives.splitlines()) if line]
    _refuse_what_is_missing(brought, len(spoken), duty_in(in_force(row.unit_id, day)).represented_from)
    terms = _terms(row, brought.matter)
    year = registry.day_of(now).year
    made = BookEntry.objects.create(
        unit_id=row.unit_id, year=year, number=next_number(row.unit_id, f"book {year}"), session=row,
        matter=brought.matter, people=brought.people, settled_before=plain(brought.settled_before)[:200],
        note=plain(brought.note)[:WORDS_LENGTH], written_by_id=actor.person_id, written_at=now,
        handle_by=terms.handle_by, settle_by=terms.settle_by,
    )  # fmt: skip
    said = {
        "name": plain(brought.name), "address": plain(brought.address), "personal_id": plain(brought.personal_id),
        "representatives": "\n".join(spoken), "content": plain(brought.content),
    }  # fmt: skip
    BookPerson.about(said, entry=made).save(force_insert=True)
    record(actor, "book_written", now=now, about=("book_entry", made.id))
    if brought.matter is Matter.DENUNCIATION and row.restriction_id is None:
        restrict_session(actor.person, session=row, now=now)
    return made


def _refuse_what_is_missing(brought: Brought, spoken: int, represented_from: int) -> None:
    if brought.matter not in Matter:
        raise NotPossible(WHICH, "matter")
    if not plain(brought.name):
        raise NotPossible(WHO, "name")
    if not plain(brought.content):
        raise NotPossible(WHAT, "content")
    if not 1 <= brought.people <= MOST_PEOPLE:
        raise NotPossible(HOW_MANY, "people")
    if spoken > MOST_REPRESENTATIVES or (brought.people >= represented_from and not spoken):
        raise NotPossible(REPRESENTED.fill(n=represented_from), "representatives")


@transaction.atomic
def take_step(
    actor: Account, entry: UUID, *, kind: BookStepKind, words: str = "", to_body: str = "",
    matter: Matter | str = "", document: str = "", until: datetime.date | None = None, now: datetime.datetime,
) -> BookStep:  # fmt: skip
    """Accept, return or forward it; extend it by a paper; write what came of it; put its class right. NotPossible."""
    # Its row is never changed, so the site may not lock it: of two at once PostgreSQL refuses the second way.
    row = BookEntry.objects.select_related("session").get(id=entry)
    said, body = plain(words)[:WORDS_LENGTH], plain(to_body)[:200]
    if kind in (BookStepKind.RETURNED, BookStepKind.RESULT, BookStepKind.RECLASSIFIED, BookStepKind.EXTENDED):
        _demand(said, SAY, "words")
    if kind is BookStepKind.FORWARDED:
        _demand(body, TO_WHOM, "to_body")
    _one_at_a_time(row)
    handled = row.steps.filter(kind__in=HANDLED).exists()
    if (kind in HANDLED and handled) or (kind is BookStepKind.RESULT and not handled):
        raise NotPossible(NOT_NOW)
    if kind is BookStepKind.RECLASSIFIED and (matter not in Matter.values or matter == matter_of(row)):
        raise NotPossible(SAME if matter else WHICH, "matter")
    if kind is BookStepKind.EXTENDED:
        paper = plain(document)[:120]
        _demand(paper, BY_PAPER, "document")
        _refuse_no_extension(row, until, now)
        said = f"{said[: WORDS_LENGTH - len(paper) - 3]} ({paper})"
    handle_by, settle_by = _moved_terms(row, kind, matter, until, now)
    try:
        with transaction.atomic():
            made = BookStep.objects.create(
                entry=row, kind=kind, words=said, to_body=body if kind is BookStepKind.FORWARDED else "",
                matter=matter if kind is BookStepKind.RECLASSIFIED else "", at=now, by_id=actor.person_id,
                handle_by=handle_by, settle_by=settle_by,
            )  # fmt: skip
    except IntegrityError:  # two who handle it at once
        raise NotPossible(NOT_NOW) from None
    record(actor, f"book_{kind}", now=now, about=("book_entry", row.id))
    if made.matter == Matter.DENUNCIATION and row.session.restriction_id is None:
        restrict_session(actor.person, session=row.session, now=now)
    return made


def _demand(said: str, words: Words, field: str) -> None:
    if not said:
        raise NotPossible(words, field)


def _one_at_a_time(row: BookEntry) -> None:
    # So that no two extend it at once. Rows that are kept are locked by nobody: that would take leave to change them.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 41))", [str(row.id)])


def _refuse_no_extension(row: BookEntry, until: datetime.date | None, now: datetime.datetime) -> None:
    steps = list(row.steps.all())
    if accepted_on(steps) is None or any(step.kind == BookStepKind.RESULT for step in steps):
        raise NotPossible(NOT_OPEN)
    settle_by = terms_now(row).settle_by
    if settle_by < registry.day_of(now):
        raise NotPossible(TOO_LATE.fill(day=formats.day(settle_by)))
    last = may_extend_to(row, now=now)
    if last is None:
        raise NotPossible(NO_MORE)
    if until is None or not settle_by < until <= last:
        raise NotPossible(UNTIL.fill(day=formats.day(settle_by), last=formats.day(last)), "until")


def may_extend_to(row: BookEntry, *, now: datetime.datetime) -> datetime.date | None:
    """The last day until which the matter may be extended at this moment; none where it may not."""
    steps, settle_by = list(row.steps.all()), terms_now(row).settle_by
    accepted = accepted_on(steps)
    over = any(step.kind == BookStepKind.RESULT for step in steps)
    if accepted is None or over or settle_by < registry.day_of(now):
        return None
    # A class that was put right begins anew: its term counts from the same acceptance.
    since = max((n for n, step in enumerate(steps) if step.kind == BookStepKind.RECLASSIFIED), default=-1)
    times = sum(step.kind == BookStepKind.EXTENDED for step in steps[since + 1 :])
    return extended_to(matter_of(row), accepted, settle_by, times, *_law(row.unit_id, registry.day_of(now)))


def _moved_terms(
    row: BookEntry, kind: BookStepKind, matter: Matter | str, until: datetime.date | None, now: datetime.datetime
) -> tuple[datetime.date | None, datetime.date | None]:
    """Until when it is handled and settled from this step on, where the step says so."""
    if kind is BookStepKind.ACCEPTED:
        today = registry.day_of(now)
        return None, settled_by(matter_of(row), today, *_law(row.unit_id, today))
    if kind is BookStepKind.EXTENDED:
        return None, until
    if kind is not BookStepKind.RECLASSIFIED:
        return None, None
    terms, accepted = _terms(row.session, Matter(matter)), accepted_on(row.steps.all())
    if accepted is None:
        return terms.handle_by, terms.settle_by
    settle_by = settled_by(Matter(matter), accepted, *_law(row.unit_id, accepted)) or terms.settle_by
    return min(terms.handle_by, settle_by), settle_by


def _terms(session: Session, matter: Matter) -> Terms:
    """Counted from the day of the session, by the regulation and the calendar of that day."""
    day = registry.day_of(session.opened_at)
    return terms_of(matter, day, *_law(session.unit_id, day))


def _law(unit: UUID, day: datetime.date) -> tuple[Rules, Calendar]:
    lived = registry.last_day(unit, day)
    return in_force(unit, lived), calendar_of(unit, lived)


def matter_of(entry: BookEntry) -> Matter:
    """What it is by now: as it was written, or as it was put right last."""
    put_right = [step.matter for step in entry.steps.all() if step.kind == BookStepKind.RECLASSIFIED]
    return Matter(put_right[-1] if put_right else entry.matter)


def accepted_on(steps: Iterable[BookStep]) -> datetime.date | None:
    """The Vietnamese day on which it was accepted, once it was."""
    return next((registry.day_of(step.at) for step in steps if step.kind == BookStepKind.ACCEPTED), None)


def terms_now(entry: BookEntry) -> Terms:
    """Until when it is handled and settled by now: as it was written, or as steps have said since."""
    handle_by, settle_by = entry.handle_by, entry.settle_by
    for step in entry.steps.all():
        handle_by, settle_by = step.handle_by or handle_by, step.settle_by or settle_by
    return Terms(handle_by, settle_by)
