"""A dossier received at a counter: its numbers, who brought it, what was handed in, and the moment, all or nothing.

The receipt is printed from these rows when it is first asked for, and kept from then on as what the citizen holds.
"""

import datetime
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from minhbach.centre.access import closing
from minhbach.centre.access.models.personal import keys_folder
from minhbach.centre.dossiers import codes, receipt
from minhbach.centre.dossiers.actions.moments import holder_of, record
from minhbach.centre.dossiers.actions.numbers import next_number, range_of
from minhbach.centre.dossiers.actions.slips import write_slip
from minhbach.centre.dossiers.models import (
    Component,
    Dossier,
    EventKind,
    PaperKind,
    Procedure,
    ReturnBy,
    Slip,
    State,
    Submitter,
)
from minhbach.centre.dossiers.models.numbers import BOX
from minhbach.centre.dossiers.models.slips import REASON_LENGTH
from minhbach.centre.papers.actions import keep_made
from minhbach.centre.papers.models import Paper
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actors import Actor, person_id_of
from minhbach.centre.registry.models import Counter, Unit
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

NO_NAME = Words("Hãy nhập họ tên người nộp hồ sơ.", "Write the name of who hands it in.")
NO_PAPERS = Words("Hồ sơ cần có ít nhất một giấy tờ.", "A dossier has at least one paper.")
DUE_BEFORE = Words("Ngày hẹn trả phải sau lúc tiếp nhận.", "The result cannot be due before the dossier is received.")
#: A word or a number is no reason that a citizen can act on.
FEWEST_WORDS = 3
NO_REASON = Words(
    "Hãy ghi rõ lý do từ chối để người dân hiểu và làm tiếp được, nhiều nhất 500 chữ cái.",
    "Write the reason so that the citizen understands it and knows what to do, in at most 500 letters.",
)
NO_RECEIPT = Words(
    "Hồ sơ này không có giấy tiếp nhận: đã bị từ chối, hoặc dữ liệu người nộp đã được xóa theo quy định.",
    "There is no receipt: the dossier was not taken, or who handed it in was erased as the law asks.",
)
OTHER_PROCEDURE = Words(
    "Thủ tục này không còn hiệu lực tại đơn vị.", "This procedure is not in force at the unit today."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Who hands a dossier in."""

    name: str
    personal_id: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """So many copies of one paper."""

    name: str
    kind: PaperKind
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What is handed in, and how the result is wanted. `due_at`: aware, later than now."""

    procedure: Procedure
    parts: Sequence[Part]
    due_at: datetime.datetime
    sets: int = 1
    return_by: ReturnBy = ReturnBy.COUNTER


@transaction.atomic
def receive(actor: Actor, *, counter: Counter, brought: Brought, handed: Handed, now: datetime.datetime) -> Dossier:
    """A dossier of the unit that holds the counter, with the moment on the timeline. Raises NotPossible."""
    unit = holder_of(counter, now)
    _refuse_what_cannot_be(unit, brought, handed, now)
    dossier = _written(unit, counter, brought, handed, State.RECEIVED, now)
    Component.objects.bulk_create(
        Component(dossier=dossier, position=place, name=plain(part.name)[:300], kind=part.kind, copies=part.copies)
        for place, part in enumerate(handed.parts, 1)
    )
    record(actor, EventKind.RECEIVED, counter=counter, unit=unit, dossier=dossier, now=now)
    return dossier


@transaction.atomic
def refuse(
    actor: Actor, *, counter: Counter, brought: Brought, procedure: Procedure, reason: str, now: datetime.datetime
) -> Slip:
    """Papers that are not taken, with the reason in writing (form 03) and the moment. Raises NotPossible."""
    unit = holder_of(counter, now)
    why = plain(reason)
    if len(why.split()) < FEWEST_WORDS or len(why) > REASON_LENGTH:
        raise NotPossible(NO_REASON, "reason")
    _refuse_who_and_what(unit, brought, procedure, now)
    # Nothing is due of what was not taken: its day is the day of the refusal.
    dossier = _written(unit, counter, brought, Handed(procedure=procedure, parts=(), due_at=now), State.REFUSED, now)
    event = record(actor, EventKind.REFUSED, counter=counter, unit=unit, dossier=dossier, now=now)
    return write_slip(event, reason=why, items=(), now=now)


def _written(
    unit: UUID, counter: Counter, brought: Brought, handed: Handed, state: State, now: datetime.datetime
) -> Dossier:
    """The dossier with its numbers, and beside it who brought it."""
    day = registry.day_of(now)
    dossier = Dossier.objects.create(
        unit_id=unit,
        code=codes.dossier_code(registry.name_on(unit, day).code, day, next_number(unit, f"{day:%y%m%d}")),
        scan=codes.scan_digits(codes.Scan(range_of(unit, now=now), BOX, next_number(unit, "scans"))),
        counter=counter,
        procedure=handed.procedure,
        received_at=now,
        due_at=handed.due_at,
        sets=handed.sets,
        return_by=handed.return_by,
        lookup_secret=f"{secrets.randbelow(1_000_000):06d}",
        state=state,
    )
    said = {name: plain(getattr(brought, name)) for name in Submitter.lines()}
    row = Submitter.about(said, dossier=dossier)
    row.mark = closing.mark(keys_folder(), row.personal_id)
    row.save(force_insert=True)
    return dossier


def _refuse_what_cannot_be(unit: UUID, brought: Brought, handed: Handed, now: datetime.datetime) -> None:
    _refuse_who_and_what(unit, brought, handed.procedure, now)
    if not handed.parts or not all(plain(part.name) and part.copies > 0 for part in handed.parts):
        raise NotPossible(NO_PAPERS)
    if handed.due_at <= now:
        raise NotPossible(DUE_BEFORE, "due_on")


def _refuse_who_and_what(unit: UUID, brought: Brought, procedure: Procedure, now: datetime.datetime) -> None:
    if not plain(brought.name):
        raise NotPossible(NO_NAME, "name")
    day = registry.day_of(now)
    if not procedure.is_true_on(day) or procedure.unit_id not in registry.units_above(unit, day):
        raise NotPossible(OTHER_PROCEDURE, "procedure")


def publish_procedure(
    actor: Actor, *, unit: Unit, code: str, name: str, field: str, working_days: int, parts: Sequence[Part],
    day: datetime.date,
) -> Procedure:  # fmt: skip
    """A procedure of the unit and what lies below it, in force from the day on."""
    components = [{"name": part.name, "kind": part.kind.value, "copies": part.copies} for part in parts]
    return Procedure.objects.create(
        unit=unit, code=code, name=name, field=field, working_days=working_days, components=components, valid_from=day
    )


@transaction.atomic
def receipt_of(actor: Actor, *, dossier: Dossier, now: datetime.datetime) -> Paper:
    """The receipt, printed when nobody had it printed yet.

    Raises NotPossible where there is none to print (refused, or its person forgotten), NotPrinted, OSError.
    """
    row = Dossier.objects.select_for_update().get(id=dossier.id)  # two windows print at once: one paper is kept
    if row.state == State.REFUSED or row.submitter.erased_at is not None:
        raise NotPossible(NO_RECEIPT)
    if row.receipt is None:
        values = receipt.content(row)
        row.receipt = keep_made(
            data=receipt.printed(values, at=row.received_at),
            media_type="application/pdf",
            title=str(values["title"]),
            person_id=person_id_of(actor),
            now=now,
        )
        Dossier.objects.filter(id=row.id).update(receipt=row.receipt)
    return row.receipt
