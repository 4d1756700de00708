"""JSON of extraction: everything its pages do, for programs of an office.

An approval by a security key goes in two steps, as on the page: a statement is asked for, its challenge is signed, and
what the key answered comes back; the statement is kept in the session and serves once. Who is not told why footage is
wanted is not told here either.
"""

import base64
import binascii
import datetime
from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from minhbach.centre.access.actions.security_keys import ProofRefused, as_text, keys_of, read_answer
from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.api import pair
from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.judging import judge
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import place_of_room
from minhbach.centre.access.searching import note_search
from minhbach.centre.access.views.security_keys import site_of
from minhbach.centre.evidence.actions import approving, building, custody, releasing, requests
from minhbach.centre.evidence.actions.requests import Wish
from minhbach.centre.evidence.book import TOLD, Book, Sought, part_of
from minhbach.centre.evidence.life import life
from minhbach.centre.evidence.models import CopyKind
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.proofs import court_key_file
from minhbach.centre.evidence.stages import Item, item
from minhbach.centre.registry import reading as registry
from minhbach.centre.words import Words
from minhbach.centre.words.shapes import Pair
from minhbach.ledger import approval as ledger
from minhbach.ledger.scope import read

router = Router(tags=["extractions"])
rooms = Router(tags=["extractions"])
holds = Router(tags=["holds"])

STATEMENT = "extraction_statement"
NO_STATEMENT = Words("Hãy xin nội dung cần ký trước.", "Ask for the statement first.")
NO_PROOF = Words(
    "Cần câu trả lời của khóa bảo mật, hoặc mật khẩu và mã dùng một lần.",
    "It takes a security key's answer, or a password and a one-time code.",
)
Line = Annotated[str, Field(min_length=1, max_length=300)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Reason = Annotated[str, Field(min_length=1, max_length=300)]
Note = Annotated[str, Field(max_length=300)]
Short = Annotated[str, Field(max_length=200)]


class NewExtraction(Schema):
    """What is asked for. Times are half open, at most twelve hours apart and past.

    `hold` is one that keeps all of it already; without one the request places its own.
    """

    cameras: Annotated[list[UUID], Field(min_length=1, max_length=16)]
    begin: AwareDatetime
    end: AwareDatetime
    purpose: Line
    legal_basis: Line
    receiver_body: Annotated[str, Field(min_length=1, max_length=200)]
    receiver_name: Name
    case_number: Annotated[str, Field(max_length=120)] = ""
    kind: CopyKind = CopyKind.ORIGINAL
    hold: UUID | None = None


class ExtractionBecause(Schema):
    """A reason, for the book."""

    reason: Reason


class KeyAnswer(Schema):
    """What a security key answered, base64url as the browser gives it."""

    credential: Annotated[str, Field(max_length=1400)]
    authenticator: Annotated[str, Field(max_length=8192)]
    client: Annotated[str, Field(max_length=8192)]
    signature: Annotated[str, Field(max_length=1024)]


class CodeAnswer(Schema):
    """The weaker proof, of an approver who has no security key; who has one signs with it."""

    password: Annotated[str, Field(min_length=1, max_length=200)]
    code: Annotated[str, Field(min_length=1, max_length=20)]


class NewApproval(Schema):
    """One of the two."""

    key: KeyAnswer | None = None
    by_code: CodeAnswer | None = None


class NewHandOver(Schema):
    """On what the package lies, by which paper."""

    medium: Annotated[str, Field(min_length=1, max_length=200)]
    document: Short = ""
    note: Note = ""


class NewSignature(Schema):
    """The photograph of the signed minutes, base64."""

    photo: Annotated[str, Field(min_length=1, max_length=2_400_000)]
    note: Note = ""


class NewEnd(Schema):
    """Returned, or destroyed, by which paper. Where nobody has signed for it, `note` has to say why."""

    destroyed: bool
    document: Annotated[str, Field(min_length=1, max_length=200)]
    note: Note = ""


class ExtractionMade(Schema):
    """The request: its id, and its number in the book."""

    id: UUID
    number: str


class ExtractionRow(Schema):
    """A row of the book; `purpose` is null where one is not told."""

    id: UUID
    number: str
    unit: str
    room: UUID
    begin: datetime.datetime
    end: datetime.datetime
    stage: str
    stage_vi: str
    stage_en: str
    until: datetime.datetime | None
    requested_by: str
    requested_at: datetime.datetime
    purpose: str | None


class ExtractionBookPage(Schema):
    """Some rows, the newest first; `older` is the next page's `before`, empty on the last."""

    items: list[ExtractionRow]
    older: str


class ExtractionHappened(Schema):
    """One thing in the life of an extraction; `who` is empty for the system itself."""

    at: datetime.datetime
    who: str
    vi: str
    en: str
    details: str


class ExtractionTold(ExtractionRow):
    """One request with its whole life; what one is not told is null."""

    cameras: list[UUID]
    kind: CopyKind
    serial: int
    scope_hash: str
    legal_basis: str | None
    case_number: str | None
    receiver_body: str | None
    receiver_name: str | None
    hold: UUID | None
    package_digest: str
    package_bytes: int
    life: list[ExtractionHappened]


class Statement(Schema):
    """What the person would sign now, its challenge (base64url) and the keys of theirs that this site knows."""

    scope: str
    person: UUID
    name: str
    title: str
    unit: str
    at_us: int
    nonce: str
    challenge: str
    site: str
    credentials: list[str]


class Agreed(Schema):
    """The second person's answer."""

    agreed: bool


class Released(Schema):
    """How a release stands: `agreed` is null until a second person has answered."""

    hold: UUID
    agreed: bool | None


Refusable = {200: ExtractionMade, 409: Pair}
Releasable = {200: Released, 409: Pair}


@router.get("", response=ExtractionBookPage, summary="The book of extractions, a page of it")
def book(
    request: HttpRequest,
    year: Annotated[int | None, Field(ge=2000, le=9999)] = None,
    unit: UUID | None = None,
    state: Annotated[str, Field(max_length=20)] = "",
    q: Annotated[str, Field(max_length=80)] = "",
    before: Annotated[str, Field(max_length=120)] = "",
) -> dict[str, object]:
    """`state`: chua-giao (not handed over), dang-giu (with the receiver), da-xong (over); `q` is looked for in rows."""
    actor, now = _who(request)
    sought = Sought(year or now.astimezone(registry.VIETNAM).year, unit, state, q)
    note_search(request, actor, "book_searched", q, now=now, part=part_of(sought))
    whole = Book(actor, now=now)
    page = whole.page(sought, before=before)
    return {"items": [_row(each, whole.tells(each.extraction)) for each in page.items], "older": page.older}


@rooms.post("/{uuid:room}/extractions", response=Refusable, summary="Ask for footage of a room to leave the house")
def ask(request: HttpRequest, room: UUID, new: NewExtraction) -> Status[object]:
    """The footage is held at once; whoever may approve is told."""
    actor, now = _who(request)
    return _done(lambda: requests.request(actor, room=room, wish=_wish(new), now=now).id, now)


@router.get("/{uuid:extraction}", response=ExtractionTold, summary="One extraction with its whole life")
def extraction(request: HttpRequest, extraction: UUID) -> dict[str, object]:
    """As this person may read it."""
    actor, now = _who(request)
    found = item(extraction, now=now)
    standing, place = standing_of(actor, now=now), place_of_room(found.extraction.room_id, now)
    mine = found.extraction.requested_by_id == actor.person_id
    return _told(found, mine or any(judge(standing, right, place).allowed for right in TOLD))


@router.post("/{uuid:extraction}/revisions", response=Refusable, summary="Ask for something else, same number")
def change(request: HttpRequest, extraction: UUID, new: NewExtraction) -> Status[object]:
    """Approvals given so far count no more."""
    actor, now = _who(request)
    return _done(lambda: requests.change(actor, extraction, wish=_wish(new), now=now).extraction_id, now)


@router.post("/{uuid:extraction}/withdrawal", response=Refusable, summary="Take one's own request back")
def withdraw(request: HttpRequest, extraction: UUID, why: ExtractionBecause) -> Status[object]:
    """The footage stays held until two people release it."""
    actor, now = _who(request)
    return _done(lambda: requests.withdraw(actor, extraction, reason=why.reason, now=now), now, extraction)


@router.post("/{uuid:extraction}/refusal", response=Refusable, summary="Refuse the request")
def refuse(request: HttpRequest, extraction: UUID, why: ExtractionBecause) -> Status[object]:
    """It is over; who asked is told why."""
    actor, now = _who(request)
    return _done(lambda: approving.refuse(actor, extraction, reason=why.reason, now=now), now, extraction)


@router.post("/{uuid:extraction}/statements", response={200: Statement, 409: Pair}, summary="What an approver signs")
def statement(request: HttpRequest, extraction: UUID) -> Status[object]:
    """For a quarter of an hour, once; the key signs the challenge as `navigator.credentials.get` does."""
    actor, now = _who(request)
    try:
        made = approving.prepare(actor, item(extraction, now=now), now=now)
    except ExtractionRefused as refusal:
        return Status(409, pair(refusal.words))
    said = {name: getattr(made, name) for name in ("scope", "person", "name", "title", "unit", "at_us", "nonce")}
    request.session[STATEMENT] = said
    site = site_of(request)
    known = [key.credential for key in keys_of(actor, site.name)] if site else []
    found = {"challenge": as_text(ledger.challenge(made)), "site": site.name if site else "", "credentials": known}
    return Status(200, said | found)


@router.post("/{uuid:extraction}/approvals", response=Refusable, summary="Approve exactly this scope")
def approve(request: HttpRequest, extraction: UUID, new: NewApproval) -> Status[object]:
    """By a key that signed the statement's challenge, or by password and one-time code."""
    actor, now = _who(request)
    kept = request.session.pop(STATEMENT, None)
    if kept is None:
        return Status(409, pair(NO_STATEMENT))
    said, site = ledger.Statement(**kept), site_of(request)
    try:
        if new.key is not None and site is not None:
            answer = read_answer(new.key.credential, new.key.authenticator, new.key.client, new.key.signature)
            proof: approving.ByKey | approving.ByCode = approving.ByKey(answer, site)
        elif new.by_code is not None:
            proof = approving.ByCode(new.by_code.password, new.by_code.code)
        else:
            return Status(409, pair(NO_PROOF))
        approving.approve(actor, extraction, statement=said, proof=proof, now=now)
    except (ExtractionRefused, ProofRefused) as refusal:
        return Status(409, pair(refusal.words))
    return Status(200, _made(extraction, now))


@router.post("/{uuid:extraction}/builds", response=Refusable, summary="Let the system make the package")
def build(request: HttpRequest, extraction: UUID) -> Status[object]:
    """It is made in the background; `package_digest` says when it is there."""
    actor, now = _who(request)
    return _done(lambda: building.begin_build(actor, extraction, now=now), now, extraction)


@router.post(
    "/{uuid:extraction}/package",
    response={409: Pair},
    summary="Copy the package out",
    openapi_extra={"responses": {200: {"description": "The package", "content": {"application/zip": {}}}}},
)
def package(request: HttpRequest, extraction: UUID) -> HttpResponse | FileResponse | Status[object]:
    """Each time is written down before the first byte leaves."""
    actor, now = _who(request)
    try:
        path = building.copy_package(actor, extraction, address=address_of(request), now=now)
    except ExtractionRefused as refusal:
        return Status(409, pair(refusal.words))
    return FileResponse(path.open("rb"), as_attachment=True, filename="goi.zip", content_type="application/zip")


@router.get(
    "/{uuid:extraction}/keys",
    summary="The public keys a court checks the package with",
    openapi_extra={"responses": {200: {"description": "One key a line", "content": {"text/plain": {}}}}},
)
def keys(request: HttpRequest, extraction: UUID) -> HttpResponse:
    """To be given on another way than the package itself."""
    _, now = _who(request)
    scope = read(bytes(item(extraction, now=now).revision.scope))
    return HttpResponse(court_key_file(scope, settings.MINHBACH_DATA), content_type="text/plain; charset=utf-8")


@router.post("/{uuid:extraction}/hand-over", response=Refusable, summary="The package goes to the receiver")
def hand_over(request: HttpRequest, extraction: UUID, new: NewHandOver) -> Status[object]:
    """On which medium, by which paper."""
    actor, now = _who(request)
    said = {"medium": new.medium, "document": new.document, "note": new.note}
    return _done(lambda: custody.hand_over(actor, extraction, **said, now=now), now, extraction)


@router.post("/{uuid:extraction}/signature", response=Refusable, summary="The receiver has signed the minutes")
def sign_for(request: HttpRequest, extraction: UUID, new: NewSignature) -> Status[object]:
    """A photograph of the signed paper."""
    actor, now = _who(request)
    try:
        photo = base64.b64decode(new.photo, validate=True)
    except (binascii.Error, ValueError):
        photo = b""
    return _done(lambda: custody.sign_for(actor, extraction, photo=photo, note=new.note, now=now), now, extraction)


@router.post("/{uuid:extraction}/ending", response=Refusable, summary="Returned or destroyed")
def close(request: HttpRequest, extraction: UUID, new: NewEnd) -> Status[object]:
    """The centre's own copy of the package goes."""
    actor, now = _who(request)
    said = {"destroyed": new.destroyed, "document": new.document, "note": new.note}
    return _done(lambda: custody.close(actor, extraction, **said, now=now), now, extraction)  # type: ignore[arg-type]


@holds.post("/{uuid:hold}/releases", response=Releasable, summary="Ask that a hold ends")
def ask_release(request: HttpRequest, hold: UUID, why: ExtractionBecause) -> Status[object]:
    """Others who may hold there are told; one of them has to agree."""
    actor, now = _who(request)
    try:
        releasing.ask_release(actor, hold, reason=why.reason, now=now)
    except ExtractionRefused as refusal:
        return Status(409, pair(refusal.words))
    return Status(200, {"hold": hold, "agreed": None})


@holds.post("/{uuid:hold}/releases/answer", response=Releasable, summary="Agree that a hold ends, or keep it")
def answer_release(request: HttpRequest, hold: UUID, answer: Agreed) -> Status[object]:
    """As another person than the one who asked."""
    actor, now = _who(request)
    try:
        releasing.decide_release(actor, hold, agreed=answer.agreed, now=now)
    except ExtractionRefused as refusal:
        return Status(409, pair(refusal.words))
    return Status(200, {"hold": hold, "agreed": answer.agreed})


@holds.post("/{uuid:hold}/releases/again", response=Releasable, summary="Tell recorders once more to release")
def release_again(request: HttpRequest, hold: UUID) -> Status[object]:
    """Once two agreed, and a recorder refused."""
    actor, now = _who(request)
    try:
        releasing.ask_recorders_again(actor, hold, now=now)
    except ExtractionRefused as refusal:
        return Status(409, pair(refusal.words))
    return Status(200, {"hold": hold, "agreed": True})


def _who(request: HttpRequest) -> tuple[Account, datetime.datetime]:
    """Whom the guard let in, and when."""
    return request.user, request.now  # type: ignore[return-value,attr-defined]


def _done(act: Callable[[], object], now: datetime.datetime, extraction: UUID | None = None) -> Status[object]:
    try:
        made = act()
    except ExtractionRefused as refusal:
        return Status(409, pair(refusal.words))
    return Status(200, _made(extraction or UUID(str(made)), now))


def _made(extraction: UUID, now: datetime.datetime) -> dict[str, object]:
    return {"id": extraction, "number": str(item(extraction, now=now).extraction)}


def _wish(new: NewExtraction) -> Wish:
    return Wish(
        cameras=tuple(new.cameras), begin_us=_us(new.begin), end_us=_us(new.end), purpose=new.purpose,
        legal_basis=new.legal_basis, receiver_body=new.receiver_body, receiver_name=new.receiver_name,
        case_number=new.case_number, kind=new.kind, hold=new.hold,
    )  # fmt: skip


def _us(at: datetime.datetime) -> int:
    return (at - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)) // datetime.timedelta(microseconds=1)


def _row(found: Item, tells: bool) -> dict[str, object]:
    row, words = found.extraction, pair(found.stage.words)
    return {
        "id": row.id, "number": str(row), "unit": found.unit_name, "room": row.room_id, "begin": found.begin,
        "end": found.end, "stage": found.stage.name.lower(), "stage_vi": words["vi"], "stage_en": words["en"],
        "until": found.until, "requested_by": row.requested_by.full_name, "requested_at": row.requested_at,
        "purpose": found.revision.purpose if tells else None,
    }  # fmt: skip


def _told(found: Item, tells: bool) -> dict[str, object]:
    revision, built = found.revision, found.build
    why = {
        name: getattr(revision, name) if tells else None
        for name in ("legal_basis", "case_number", "receiver_body", "receiver_name")
    }
    return _row(found, tells) | why | {
        "cameras": [camera.id for camera in found.cameras], "kind": revision.kind, "serial": revision.serial,
        "scope_hash": revision.scope_hash, "hold": revision.hold_id if tells else None,
        "package_digest": built.digest if built else "", "package_bytes": built.size_bytes if built else 0,
        "life": [
            {"at": each.at, "who": each.who, **pair(each.what), "details": each.details}
            for each in life(found, reasons=tells)
        ],
    }  # fmt: skip
