"""JSON of the reception book: all that its pages do. Names come only when asked for, which is written down."""

import datetime
from typing import Annotated
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from minhbach.centre.access.actions.personal import note_shown
from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.api import pair
from minhbach.centre.access.recording import record
from minhbach.centre.reception.actions import book as actions
from minhbach.centre.reception.book import Book, Line, Sought, related
from minhbach.centre.reception.models import MOST_PEOPLE, BookStepKind, Matter
from minhbach.centre.reception.models.book import WORDS_LENGTH
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words.shapes import Pair

router = Router(tags=["reception"])
of_sessions = Router(tags=["reception"])
PAGE = 50


class StepOut(Schema):
    """What was done; `settle_by`: until when it is settled from then on, where the step says so."""

    kind: str
    at: datetime.datetime
    by: str
    words: str
    to_body: str
    settle_by: datetime.date | None


class EntryOut(Schema):
    """An entry; of a restricted one others learn its number and day alone."""

    id: UUID
    number: str
    day: datetime.date
    restricted: bool
    session: UUID | None
    matter: str | None
    people: int | None
    handle_by: datetime.date | None
    settle_by: datetime.date | None
    steps: list[StepOut]


class PersonOut(Schema):
    """Who came and with what."""

    name: str
    address: str
    personal_id: str
    representatives: str
    content: str


class EntryIn(Schema):
    """What was brought forward, and by whom; `representatives` one a line."""

    matter: Matter
    people: Annotated[int, Field(ge=1, le=MOST_PEOPLE)] = 1
    name: Annotated[str, Field(min_length=1, max_length=120)]
    content: Annotated[str, Field(min_length=1, max_length=2000)]
    address: Annotated[str, Field(max_length=300)] = ""
    personal_id: Annotated[str, Field(max_length=20)] = ""
    representatives: Annotated[str, Field(max_length=1200)] = ""
    settled_before: Annotated[str, Field(max_length=200)] = ""
    note: Annotated[str, Field(max_length=WORDS_LENGTH)] = ""


class BookSearchIn(Schema):
    """All or part of a name, with or without marks; no year: this one."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    year: Annotated[int, Field(ge=2000, le=2200)] | None = None


class StepIn(Schema):
    """What is done about it; `document` and `until` where it is extended."""

    kind: BookStepKind
    words: Annotated[str, Field(max_length=WORDS_LENGTH)] = ""
    to_body: Annotated[str, Field(max_length=200)] = ""
    matter: Matter | None = None
    document: Annotated[str, Field(max_length=120)] = ""
    until: datetime.date | None = None


@router.get("", response=list[EntryOut], summary="The reception book")
def listed(
    request: HttpRequest, year: int = 0, unit: UUID | None = None, state: str = "", skip: int = 0
) -> list[dict[str, object]]:
    """Fifty entries of a year, the newest first; `state`: dang-xu-ly or da-xong."""
    book = _book(request)
    sought = Sought(year if 2000 <= year <= 2200 else registry.day_of(_now(request)).year, unit, state)
    begin = min(max(skip, 0), 1_000_000)
    return [_entry(line) for line in book.lines(related(book.found(sought))[begin : begin + PAGE])]


@router.post("/search", response=list[EntryOut], summary="Entries of somebody of that name")
def search(request: HttpRequest, sought: BookSearchIn) -> list[dict[str, object]]:
    """In the books that one keeps, of one year; the name is written down nowhere, that one looked is."""
    year = sought.year or registry.day_of(_now(request)).year
    lines, _ = _book(request).named(sought.name, year)
    details = {"year": str(year), "found": str(len(lines))}
    record(request.user, "searched:api/reception-book", now=_now(request), details=details, address=address_of(request))  # type: ignore[arg-type]
    return [_entry(line) for line in lines[:PAGE]]


@router.get("/{uuid:book_entry}", response=EntryOut, summary="An entry of the reception book")
def one(request: HttpRequest, book_entry: UUID) -> dict[str, object]:
    """As this person may know it."""
    return _entry(_book(request).one(book_entry))


@router.post("/{uuid:book_entry}/person", response=PersonOut, summary="Who came, in full")
def person(request: HttpRequest, book_entry: UUID) -> dict[str, object]:
    """That it was shown is written down."""
    line = _book(request).one(book_entry)
    if line.neutral:
        raise Http404
    note_shown(request.user, ("book_entry", book_entry), now=_now(request), address=address_of(request))  # type: ignore[arg-type]
    return dict(line.row.person.said)


@of_sessions.post("/{uuid:session}/entries", response={200: EntryOut, 409: Pair}, summary="Write in the reception book")
def write(request: HttpRequest, session: UUID, new: EntryIn) -> Status[object]:
    """One more entry, of this session."""
    try:
        made = actions.write_entry(
            request.user,  # type: ignore[arg-type]  # the guard let somebody in
            session=session,
            brought=actions.Brought(**new.dict()),
            now=_now(request),
        )
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _entry(_book(request).one(made.id)))


@router.post("/{uuid:book_entry}/steps", response={200: EntryOut, 409: Pair}, summary="What is done about an entry")
def step(request: HttpRequest, book_entry: UUID, new: StepIn) -> Status[object]:
    """Accept, return or forward it; more time by a paper; what came of it; which class it really is."""
    if _book(request).one(book_entry).neutral:
        raise Http404
    try:
        actions.take_step(
            request.user, book_entry, kind=new.kind, words=new.words, to_body=new.to_body, matter=new.matter or "",  # type: ignore[arg-type]
            document=new.document, until=new.until, now=_now(request),
        )  # fmt: skip
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(200, _entry(_book(request).one(book_entry)))


def _entry(line: Line) -> dict[str, object]:
    row, told = line.row, not line.neutral
    handle_by, settle_by = line.terms()
    steps = [
        {
            "kind": each.kind, "at": each.at, "by": each.by.full_name, "words": each.words, "to_body": each.to_body,
            "settle_by": each.settle_by,
        }
        for each in row.steps.all()
    ]  # fmt: skip
    return {
        "id": row.id,
        "number": str(row),
        "day": registry.day_of(row.session.opened_at),
        "restricted": line.neutral,
        "session": row.session_id if told else None,
        "matter": line.matter.value if told else None,
        "people": row.people if told else None,
        "handle_by": handle_by if told else None,
        "settle_by": settle_by if told else None,
        "steps": steps if told else [],
    }


def _book(request: HttpRequest) -> Book:
    return Book(request.user, now=_now(request))  # type: ignore[arg-type]  # the guard let somebody in


def _now(request: HttpRequest) -> datetime.datetime:
    return request.now  # type: ignore[attr-defined,no-any-return]  # the guard set it
