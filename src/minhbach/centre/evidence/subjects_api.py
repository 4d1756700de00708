"""JSON of citizens' requests about their own recording: everything their pages do.

Who asks is told by name, as in the book; where the answer goes and how they are found in the picture only by
`…/person`, which is written down as a viewing of personal data. The number of the document that was checked goes in and
never comes out. The slip and the answer on paper have the addresses of the page.
"""

import datetime
from collections.abc import Callable
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from minhbach.centre.access.actions.personal import note_shown
from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.api import pair
from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.evidence.actions import deciding, disposing, erasing, subjects
from minhbach.centre.evidence.actions.subjects import Asked, SubjectRefused
from minhbach.centre.evidence.models import Act, Behalf, Channel, Identity, Pictured, Proof, Wanted
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.subject_book import Page, Sought, SubjectBook
from minhbach.centre.evidence.subject_cases import Case, act_words, case
from minhbach.centre.registry import reading as registry
from minhbach.centre.words import Words
from minhbach.centre.words.shapes import Pair

router = Router(tags=["citizens' own recordings"])
rooms = Router(tags=["citizens' own recordings"])

Name = Annotated[str, Field(min_length=1, max_length=120)]
Note = Annotated[str, Field(max_length=300)]
Said = Annotated[str, Field(min_length=1, max_length=300)]
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class NewRequest(Schema):
    """What a citizen asks, as the counter takes it down. Times are half open, past, at most two hours apart.

    `document` is the number that was checked: only a salted hash of it stays.
    """

    wanted: Wanted
    cameras: Annotated[list[UUID], Field(min_length=1, max_length=16)]
    begin: AwareDatetime
    end: AwareDatetime
    name: Name
    contact: Said
    identity: Identity
    document: Annotated[str, Field(min_length=1, max_length=60)]
    behalf: Behalf = Behalf.ONESELF
    represents: Annotated[str, Field(max_length=120)] = ""
    proof: Proof | None = None
    looks: Note = ""
    channel: Channel = Channel.COUNTER
    received_at: AwareDatetime | None = None
    third_party: bool = False
    dossier: Annotated[str, Field(max_length=40)] = ""


class SubjectBecause(Schema):
    """Why, in a line."""

    note: Said


class Noted(Schema):
    """A line that may be left out; of an erasure it is the legal basis, and may not."""

    note: Note = ""


class Granting(Noted):
    """`pictured`, of what is to be seen: whether only who asks is in the picture, or others, who are then masked."""

    pictured: Pictured | None = None


class Refusing(Schema):
    """By which reason of the regulation's catalogue."""

    reason: Annotated[str, Field(min_length=1, max_length=40)]
    note: Note = ""


class Disposed(Schema):
    """What became of the disks of a retired recorder; `note` names the minutes."""

    how: Literal["disks_destroyed", "disks_gone"]
    note: Said


class SubjectRow(Schema):
    """A row of the book; `who` is null once the person was forgotten, `until` when nothing is due."""

    id: UUID
    code: str
    unit: str
    room: UUID
    wanted: Wanted
    who: str | None
    begin: datetime.datetime
    end: datetime.datetime
    received_at: datetime.datetime
    stage: str
    stage_vi: str
    stage_en: str
    until: datetime.datetime | None
    late: bool


class SubjectBookPage(Schema):
    """Some rows, the newest first; `older` is the next page's `before`, empty on the last."""

    items: list[SubjectRow]
    older: str


class SubjectSearchIn(Schema):
    """What is looked for in the book; the rest narrows as for the book itself."""

    q: Annotated[str, Field(min_length=1, max_length=80)]
    year: Annotated[int, Field(ge=2000, le=9999)] | None = None
    unit: UUID | None = None
    state: Literal["", "dang-giai-quyet", "da-xong"] = ""
    before: Annotated[str, Field(max_length=120)] = ""


class SubjectHappened(Schema):
    """One thing in its life; `who` is empty for the system itself."""

    kind: Act
    at: datetime.datetime
    who: str
    vi: str
    en: str
    note: str


class Erased(Schema):
    """What one recorder was told to erase: `entry` of its log says that it did, `done_at` that nothing is left."""

    camera: UUID
    ordered_at: datetime.datetime
    done_at: datetime.datetime | None
    entry: int | None
    segments: int
    refused_vi: str
    refused_en: str


class SubjectTold(SubjectRow):
    """One request with its whole life."""

    cameras: list[UUID]
    channel: Channel
    identity: Identity
    behalf: Behalf
    proof: Proof | None
    third_party: bool
    dossier: UUID | None
    taken_by: str
    hold: UUID | None
    acknowledge_by: datetime.datetime | None
    answer_by: datetime.datetime | None
    pictured: Pictured | None
    extraction: UUID | None
    steps: list[SubjectHappened]
    erasures: list[Erased]


class SubjectPersonTold(Schema):
    """Who asks, in full."""

    name: str
    contact: str
    represents: str
    looks: str


class Stands(Schema):
    """The request: its id, what it is called, how it stands."""

    id: UUID
    code: str
    stage: str


class CopyAsked(Stands):
    """With the extraction that the masked copy is asked for by."""

    extraction: UUID


Refusable = {200: Stands, 409: Pair}


@router.get("", response=SubjectBookPage, summary="The book of citizens' requests, a page of it")
def book(
    request: HttpRequest,
    year: Annotated[int | None, Field(ge=2000, le=9999)] = None,
    unit: UUID | None = None,
    state: Literal["", "dang-giai-quyet", "da-xong"] = "",
    q: Annotated[str, Field(max_length=0)] = "",
    before: Annotated[str, Field(max_length=120)] = "",
) -> dict[str, object]:
    """`state`: dang-giai-quyet (being settled), da-xong (over). `q` stays empty: a name in an address would stand in
    logs, words are looked for by POST …/search.
    """
    actor, now = _who(request)
    sought = Sought(year or now.astimezone(registry.VIETNAM).year, unit, state, q)
    return _book_page(SubjectBook(actor, now=now).page(sought, before=before))


@router.post("/search", response=SubjectBookPage, summary="Requests in which some words stand")
def search(request: HttpRequest, wanted: SubjectSearchIn) -> dict[str, object]:
    """In the book as one reads it, names among them; the words are written down nowhere, that one looked is."""
    actor, now = _who(request)
    sought = Sought(wanted.year or now.astimezone(registry.VIETNAM).year, wanted.unit, wanted.state, wanted.q)
    page = SubjectBook(actor, now=now).page(sought, before=wanted.before)
    details = {"year": str(sought.year), "found": str(len(page.cases))}
    record(actor, "subjects_searched", now=now, details=details, address=address_of(request))
    return _book_page(page)


@rooms.post("/{uuid:room}/subject-requests", response=Refusable, summary="Take a citizen's request")
def take(request: HttpRequest, room: UUID, new: NewRequest) -> Status[object]:
    """What is to be seen or copied is held at once; whoever decides is told."""
    actor, now = _who(request)
    same = ("wanted", "name", "contact", "identity", "document", "behalf", "represents", "looks", "channel")
    given = {name: str(getattr(new, name)) for name in same}

    def act() -> object:
        asked = Asked(
            cameras=tuple(new.cameras), begin_us=_us(new.begin), end_us=_us(new.end), received_at=new.received_at,
            third_party=new.third_party, dossier=new.dossier, proof=new.proof or "", **given,
        )  # fmt: skip
        return subjects.take(actor, room=room, asked=asked, now=now).id

    return _done(act, now)


@router.get("/{uuid:subject}", response=SubjectTold, summary="One request with its whole life")
def subject(request: HttpRequest, subject: UUID) -> dict[str, object]:
    """As the book has it; nothing of where the answer goes."""
    return _told(case(subject, now=_who(request)[1]))


@router.post(
    "/{uuid:subject}/person", response={200: SubjectPersonTold, 404: Pair}, summary="Who asks, in full; written down"
)
def person(request: HttpRequest, subject: UUID) -> Status[object]:
    """A viewing of personal data."""
    actor, now = _who(request)
    note_shown(actor, ("subject", subject), now=now, address=address_of(request))
    found = case(subject, now=now).person
    if found is None:
        return Status(404, pair(erasing.FORGOTTEN))
    return Status(200, {name: getattr(found, name) for name in ("name", "contact", "represents", "looks")})


@router.post("/{uuid:subject}/acknowledgement", response=Refusable, summary="The confirmation of a letter was sent")
def acknowledge(request: HttpRequest, subject: UUID) -> Status[object]:
    """Within the working days of the regulation."""
    actor, now = _who(request)
    return _done(lambda: subjects.acknowledge(actor, subject, now=now), now, subject)


@router.post("/{uuid:subject}/withdrawal", response=Refusable, summary="Who asked takes it back")
def withdraw(request: HttpRequest, subject: UUID, why: SubjectBecause) -> Status[object]:
    """`note`: how they said so."""
    actor, now = _who(request)
    return _done(lambda: subjects.withdraw(actor, subject, note=why.note, now=now), now, subject)


@router.post("/{uuid:subject}/decision", response=Refusable, summary="Grant it; of an erasure the first of two")
def grant(request: HttpRequest, subject: UUID, said: Granting) -> Status[object]:
    """As somebody who neither took it nor worked at a counter of the room at that time."""
    actor, now = _who(request)
    pictured = said.pictured or ""
    return _done(lambda: deciding.grant(actor, subject, note=said.note, pictured=pictured, now=now), now, subject)


@router.post("/{uuid:subject}/second-decision", response=Refusable, summary="Agree to an erasure as the second person")
def second(request: HttpRequest, subject: UUID) -> Status[object]:
    """The recorders are told at once; only their logs say that it was done."""
    actor, now = _who(request)
    return _done(lambda: deciding.second(actor, subject, now=now), now, subject)


@router.post("/{uuid:subject}/refusal", response=Refusable, summary="Refuse it, with a reason of the regulation")
def refuse(request: HttpRequest, subject: UUID, why: Refusing) -> Status[object]:
    """The person gets the reason in writing."""
    actor, now = _who(request)
    return _done(lambda: deciding.refuse(actor, subject, reason=why.reason, note=why.note, now=now), now, subject)


@router.post("/{uuid:subject}/extension", response=Refusable, summary="Take longer, once")
def extend(request: HttpRequest, subject: UUID, why: SubjectBecause) -> Status[object]:
    """`note`: the reason that the person is told."""
    actor, now = _who(request)
    return _done(lambda: deciding.extend(actor, subject, note=why.note, now=now), now, subject)


@router.post("/{uuid:subject}/showing", response=Refusable, summary="It was shown")
def show(request: HttpRequest, subject: UUID, said: SubjectBecause) -> Status[object]:
    """After a viewing whose purpose names the request; `note`: how it was shown, and who was there."""
    actor, now = _who(request)
    return _done(lambda: subjects.show(actor, subject, note=said.note, now=now), now, subject)


@router.post("/{uuid:subject}/copy", response={200: CopyAsked, 409: Pair}, summary="Ask for the masked copy")
def copy(request: HttpRequest, subject: UUID) -> Status[object]:
    """It goes the way of an extraction: two others approve it. Of what was to be shown it says that others are in the
    picture, which stands also where a copy is refused.
    """
    actor, now = _who(request)
    try:
        made = subjects.ask_copy(actor, subject, now=now)
    except (SubjectRefused, ExtractionRefused) as refusal:
        return Status(409, pair(refusal.words))
    return Status(200, _stands(subject, now) | {"extraction": made.id})


@router.post("/{uuid:subject}/erasure", response=Refusable, summary="Tell recorders once more what they refused")
def erase_again(request: HttpRequest, subject: UUID) -> Status[object]:
    """Once what stood against it is gone."""
    actor, now = _who(request)
    return _done(lambda: erasing.ask_again(actor, subject, now=now), now, subject)


@router.post("/{uuid:subject}/disks", response=Refusable, summary="Say what became of a retired recorder's disks")
def end(request: HttpRequest, subject: UUID, said: Disposed) -> Status[object]:
    """Ends an erasure of which all that is left lies on recorders that are retired; the person is answered so."""
    actor, now = _who(request)
    return _done(lambda: disposing.end_erasure(actor, subject, how=said.how, note=said.note, now=now), now, subject)


@router.post("/{uuid:subject}/forgetting", response=Refusable, summary="Forget who asked")
def forget(request: HttpRequest, subject: UUID) -> Status[object]:
    """Only of a request that is over; there is no way back."""
    actor, now = _who(request)
    return _done(lambda: erasing.forget(actor, subject, now=now), now, subject)


@router.post("/{uuid:subject}/dossier/forgetting", response=Refusable, summary="Forget who brought the dossier, too")
def forget_dossier(request: HttpRequest, subject: UUID) -> Status[object]:
    """Of an erasure that two decided, once the dossier is over; there is no way back."""
    actor, now = _who(request)
    return _done(lambda: erasing.forget_dossier(actor, subject, now=now), now, subject)


def _who(request: HttpRequest) -> tuple[Account, datetime.datetime]:
    """Whom the guard let in, and when."""
    return request.user, request.now  # type: ignore[return-value,attr-defined]


def _done(act: Callable[[], object], now: datetime.datetime, subject: UUID | None = None) -> Status[object]:
    try:
        made = act()
    except (SubjectRefused, ExtractionRefused) as refusal:
        return Status(409, pair(refusal.words))
    return Status(200, _stands(subject or UUID(str(made)), now))


def _stands(subject: UUID, now: datetime.datetime) -> dict[str, object]:
    found = case(subject, now=now)
    return {"id": subject, "code": found.code, "stage": found.stage.name.lower()}


def _us(at: datetime.datetime) -> int:
    return (at - _EPOCH) // datetime.timedelta(microseconds=1)


def _book_page(page: Page) -> dict[str, object]:
    return {"items": [_row(each) for each in page.cases], "older": page.older}


def _row(found: Case) -> dict[str, object]:
    row, words = found.row, pair(found.words)
    return {
        "id": row.id, "code": found.code, "unit": found.unit_name, "room": row.room_id, "wanted": row.wanted,
        "who": None if isinstance(found.name, Words) else found.name, "begin": found.begin, "end": found.end,
        "received_at": row.received_at, "stage": found.stage.name.lower(), "stage_vi": words["vi"],
        "stage_en": words["en"], "until": found.until, "late": found.late,
    }  # fmt: skip


def _told(found: Case) -> dict[str, object]:
    row, terms = found.row, found.terms
    return _row(found) | {
        "cameras": [camera.id for camera in found.cameras], "channel": row.channel, "identity": row.identity,
        "behalf": row.behalf, "proof": (found.person.proof or None) if found.person else None,
        "third_party": row.third_party, "dossier": row.dossier_id,
        "taken_by": row.taken_by.full_name, "hold": row.hold_id,
        "acknowledge_by": terms.acknowledge_by if terms else None, "answer_by": terms.answer_by if terms else None,
        "pictured": found.pictured or None,
        "extraction": found.copy.extraction.id if found.copy else None,
        "steps": [
            {"kind": each.kind, "at": each.at, "who": each.by.full_name if each.by else "",
             **pair(act_words(each)), "note": each.note}
            for each in found.steps
        ],
        "erasures": [
            {"camera": each.camera_id, "ordered_at": each.ordered_at, "done_at": each.done_at, "entry": each.entry,
             "segments": each.segments, "refused_vi": each.refused_vi, "refused_en": each.refused_en}
            for each in found.erasures
        ],
    }  # fmt: skip
