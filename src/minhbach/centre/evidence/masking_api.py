"""JSON of masked copies: what is covered, how far the copy is, and the signature of whoever lets it go.

The pictures to draw on and the copies themselves are footage: they have the addresses of the page and leave under a
lease only (header `X-Lease`), which a playback viewing of `/api/viewings` gives. A signature goes in two steps, as for
an approval: a statement is asked for, its challenge is signed, what the key answered comes back.
"""

import datetime
import json
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from minhbach.centre.access.actions.security_keys import ProofRefused, as_text, keys_of, read_answer
from minhbach.centre.access.api import pair
from minhbach.centre.access.models import Account
from minhbach.centre.access.views.security_keys import site_of
from minhbach.centre.evidence.actions import masking
from minhbach.centre.evidence.actions.approving import ByCode, ByKey
from minhbach.centre.evidence.api import NO_PROOF, NO_STATEMENT, NewApproval, Reason, Statement
from minhbach.centre.evidence.copies.decisions import DecisionsMalformed
from minhbach.centre.evidence.mask_building import sheets_of
from minhbach.centre.evidence.models import MaskRound
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.progress import progress
from minhbach.centre.evidence.stages import item
from minhbach.centre.words.shapes import Pair
from minhbach.ledger import approval as ledger

router = Router(tags=["masked copies"])

REVIEW = "masking_review"
Us = Annotated[int, Field(ge=0, lt=1 << 53)]
Share = Annotated[int, Field(ge=0, le=10_000)]


class Box(Schema):
    """Somebody at one moment; ten-thousandths of the picture's width and height."""

    at_us: Us
    left: Share
    top: Share
    width: Share
    height: Share


class MaskedPerson(Schema):
    """One person, or thing, that is covered: at least one box; `ends_us`: out of the picture from then on."""

    number: Annotated[int, Field(ge=0, lt=1 << 31)]
    boxes: Annotated[list[Box], Field(min_length=1, max_length=2000)]
    ends_us: Us | None = None


class Stretch(Schema):
    """From begin to before end."""

    begin_us: Us
    end_us: Us


class Sound(Stretch):
    """How a stretch of sound is treated: muted or distorted. What nobody decided about, or looked at, is silent."""

    treated: Annotated[str, Field(max_length=20)]


class Covers(Schema):
    """About one camera. A picture outside every `looked_at` becomes black, and its sound silent."""

    camera: UUID
    people: Annotated[list[MaskedPerson], Field(default_factory=list, max_length=200)]
    looked_at: Annotated[list[Stretch], Field(default_factory=list, max_length=500)]
    sound: Annotated[list[Sound], Field(default_factory=list, max_length=500)]


class NewRound(Schema):
    """What is covered, camera by camera; a camera that is left out is all black and silent."""

    covers: Annotated[list[Covers], Field(max_length=100)]


class Round(Schema):
    """One round: who drew, what was made of it, what another one said. `accepted` is null until somebody has."""

    serial: int
    drawn_by: str
    drawn_at: datetime.datetime
    digest: str
    made_at: datetime.datetime | None
    failure_vi: str
    failure_en: str
    copies: dict[str, str]
    reviewed_by: str | None
    reviewed_at: datetime.datetime | None
    accepted: bool | None
    said: str


class Far(Schema):
    """What the worker is at; seconds of footage or files."""

    vi: str
    en: str
    done: int
    of: int


class Masked(Schema):
    """A masked copy on its way. `pictures` are the times (Unix µs) of those to draw on, by camera."""

    is_masking: bool
    pictures: dict[str, list[int]]
    progress: Far | None
    rounds: list[Round]


class ReviewStatement(Statement):
    """What a reviewer would sign: `copies` is the hash of the copies, `drawer` whoever drew the covers."""

    drawer: UUID
    copies: str


class NewRefusal(Schema):
    """What is still to be covered in the copy of a round."""

    serial: Annotated[int, Field(ge=1, lt=1 << 15)]
    said: Reason


@router.get("/{uuid:extraction}/masking", response=Masked, summary="A masked copy with its rounds")
def masked(request: HttpRequest, extraction: UUID) -> dict[str, object]:
    """Pictures: `/trich-xuat/ID/che/hinh/CAMERA/TIME.jpg`; copies: `/trich-xuat/ID/che/ban/SERIAL/CAMERA`.

    A copy comes in pieces and no faster than it is watched: its address gives the head of the file and when each piece
    begins, and the piece behind `?tu=TIME`; 429 says in `Retry-After` when to go on.
    """
    _, now = _who(request)
    return _masked(extraction, now)


@router.post("/{uuid:extraction}/masking/rounds", response={200: Masked, 409: Pair}, summary="Say what is covered")
def draw(request: HttpRequest, extraction: UUID, new: NewRound) -> Status[object]:
    """The copy is made of it in the background."""
    actor, now = _who(request)
    said = {str(each.camera): _decided(each) for each in new.covers}
    try:
        masking.draw(actor, extraction, decisions=json.dumps({"cameras": said}), now=now)
    except (ExtractionRefused, DecisionsMalformed) as refusal:
        return Status(409, pair(refusal.words))
    return Status(200, _masked(extraction, now))


@router.post(
    "/{uuid:extraction}/masking/statements", response={200: ReviewStatement, 409: Pair}, summary="What a reviewer signs"
)
def statement(request: HttpRequest, extraction: UUID) -> Status[object]:
    """Of exactly the copy that waits; for a quarter of an hour, once. Each camera's copy is fetched whole before."""
    actor, now = _who(request)
    try:
        made = masking.prepare_review(actor, item(extraction, now=now), now=now)
    except ExtractionRefused as refusal:
        return Status(409, pair(refusal.words))
    said = request.session[REVIEW] = asdict(made)
    site = site_of(request)
    known = [key.credential for key in keys_of(actor, site.name)] if site else []
    found = {"challenge": as_text(ledger.challenge(made)), "site": site.name if site else "", "credentials": known}
    return Status(200, said | found)


@router.post("/{uuid:extraction}/masking/acceptance", response={200: Masked, 409: Pair}, summary="Let the copy go")
def accept(request: HttpRequest, extraction: UUID, new: NewApproval) -> Status[object]:
    """By a key that signed the statement's challenge, or by password and one-time code; it is packed then."""
    actor, now = _who(request)
    kept, site = request.session.pop(REVIEW, None), site_of(request)
    if kept is None:
        return Status(409, pair(NO_STATEMENT))
    try:
        if new.key is not None and site is not None:
            answer = read_answer(new.key.credential, new.key.authenticator, new.key.client, new.key.signature)
            proof: ByKey | ByCode = ByKey(answer, site)
        elif new.by_code is not None:
            proof = ByCode(new.by_code.password, new.by_code.code)
        else:
            return Status(409, pair(NO_PROOF))
        masking.accept(actor, extraction, statement=ledger.Review(**kept), proof=proof, now=now)
    except (ExtractionRefused, ProofRefused) as refusal:
        return Status(409, pair(refusal.words))
    return Status(200, _masked(extraction, now))


@router.post("/{uuid:extraction}/masking/refusal", response={200: Masked, 409: Pair}, summary="Send the copy back")
def refuse(request: HttpRequest, extraction: UUID, new: NewRefusal) -> Status[object]:
    """Whoever drew is told what is still to be covered."""
    actor, now = _who(request)
    try:
        masking.send_back(actor, extraction, new.serial, said=new.said, now=now)
    except ExtractionRefused as refusal:
        return Status(409, pair(refusal.words))
    return Status(200, _masked(extraction, now))


def _who(request: HttpRequest) -> tuple[Account, datetime.datetime]:
    """Whom the guard let in, and when."""
    return request.user, request.now  # type: ignore[return-value,attr-defined]


def _decided(said: Covers) -> dict[str, object]:
    return {
        "tracks": [
            {
                "number": each.number,
                "keys": [[box.at_us, [box.left, box.top, box.width, box.height]] for box in each.boxes],
                "ends_us": each.ends_us,
            }
            for each in said.people
        ],
        "decided": [[each.begin_us, each.end_us] for each in said.looked_at],
        "sound": [[each.begin_us, each.end_us, each.treated] for each in said.sound],
    }


def _masked(extraction: UUID, now: datetime.datetime) -> dict[str, object]:
    found = item(extraction, now=now)
    is_masking = masking.is_masking(found)
    sheets = sheets_of(extraction) if is_masking else None
    far = progress(masking.work_folder(extraction)) if is_masking else None
    rows = MaskRound.objects.filter(extraction=extraction).select_related("drawn_by", "reviewed_by")
    return {
        "is_masking": is_masking,
        "pictures": sheets["cameras"] if sheets else {},
        "progress": {**pair(far.step.words), "done": far.done, "of": far.of} if far else None,
        "rounds": [_round(each) for each in rows],
    }


def _round(row: MaskRound) -> dict[str, object]:
    return {
        "serial": row.serial, "drawn_by": row.drawn_by.full_name, "drawn_at": row.drawn_at, "digest": row.digest,
        "made_at": row.rendered_at, "failure_vi": row.failure_vi, "failure_en": row.failure_en, "copies": row.copies,
        "reviewed_by": row.reviewed_by.full_name if row.reviewed_by else None, "reviewed_at": row.reviewed_at,
        "accepted": row.accepted, "said": row.said,
    }  # fmt: skip
