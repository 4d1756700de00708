"""The reception book written: one entry for each matter of a session, then what is done about it.

What is a denunciation restricts its session as a whole, in the same moment; an entry that names too few representatives
is refused. Who came is closed under the key of personal data before it reaches the database.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.reception.actions.restricting import restrict_session
from minhbach.centre.reception.actions.sessions import next_number
from minhbach.centre.reception.duty import Terms, duty_in, terms_of
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
from minhbach.centre.regulation.reading import calendar_of, in_force
from minhbach.centre.words import Words

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
    matter: Matter | str = "", now: datetime.datetime,
) -> BookStep:  # fmt: skip
    """Accept, return or forward it; write what came of it; put its class right. Raises NotPossible."""
    # Its row is never changed, so the site may not lock it: of two at once PostgreSQL refuses the second way.
    row = BookEntry.objects.select_related("session").get(id=entry)
    said, body = plain(words)[:WORDS_LENGTH], plain(to_body)[:200]
    if kind in (BookStepKind.RETURNED, BookStepKind.RESULT, BookStepKind.RECLASSIFIED) and not said:
        raise NotPossible(SAY, "words")
    if kind is BookStepKind.FORWARDED and not body:
        raise NotPossible(TO_WHOM, "to_body")
    handled = row.steps.filter(kind__in=HANDLED).exists()
    if (kind in HANDLED and handled) or (kind is BookStepKind.RESULT and not handled):
        raise NotPossible(NOT_NOW)
    if kind is BookStepKind.RECLASSIFIED and (matter not in Matter.values or matter == matter_of(row)):
        raise NotPossible(SAME if matter else WHICH, "matter")
    terms = _terms(row.session, Matter(matter)) if kind is BookStepKind.RECLASSIFIED else None
    try:
        with transaction.atomic():
            made = BookStep.objects.create(
                entry=row, kind=kind, words=said, to_body=body if kind is BookStepKind.FORWARDED else "",
                matter=matter if kind is BookStepKind.RECLASSIFIED else "", at=now, by_id=actor.person_id,
                handle_by=terms.handle_by if terms else None, settle_by=terms.settle_by if terms else None,
            )  # fmt: skip
    except IntegrityError:  # two who handle it at once
        raise NotPossible(NOT_NOW) from None
    record(actor, f"book_{kind}", now=now, about=("book_entry", row.id))
    if made.matter == Matter.DENUNCIATION and row.session.restriction_id is None:
        restrict_session(actor.person, session=row.session, now=now)
    return made


def _terms(session: Session, matter: Matter) -> Terms:
    """Counted from the day of the session, by the regulation and the calendar of that day."""
    day = registry.day_of(session.opened_at)
    lived = registry.last_day(session.unit_id, day)
    return terms_of(matter, day, in_force(session.unit_id, lived), calendar_of(session.unit_id, lived))


def matter_of(entry: BookEntry) -> Matter:
    """What it is by now: as it was written, or as it was put right last."""
    put_right = [step.matter for step in entry.steps.all() if step.kind == BookStepKind.RECLASSIFIED]
    return Matter(put_right[-1] if put_right else entry.matter)
