"""Slips: a request for papers (form 02) and what every slip is written and printed by."""

import datetime
from collections.abc import Sequence

from django.db import transaction

from minhbach.centre.dossiers import slip_forms
from minhbach.centre.dossiers.actions.moments import move_on
from minhbach.centre.dossiers.actions.numbers import next_number
from minhbach.centre.dossiers.models import Dossier, Event, EventKind, Slip
from minhbach.centre.dossiers.models.events import NOTE_LENGTH
from minhbach.centre.dossiers.models.slips import MOST_ITEMS, REASON_LENGTH
from minhbach.centre.papers.actions import keep_made
from minhbach.centre.papers.models import Paper
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actors import Actor, person_id_of
from minhbach.centre.registry.models import Counter
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

SAY_WHAT = Words("Hãy ghi giấy tờ cần bổ sung.", "Write which papers are missing.")
TOO_MANY = Words("Mỗi phiếu nhiều nhất 20 giấy tờ.", "A slip lists at most twenty papers.")
FORGOTTEN = Words(
    "Dữ liệu người nộp đã được xóa theo quy định: không in lại được phiếu.",
    "Who handed this in was erased as the law asks: the slip cannot be printed again.",
)


def write_slip(event: Event, *, reason: str, items: Sequence[str], now: datetime.datetime) -> Slip:
    """The slip of an event that was just written; its number runs through the year of the unit."""
    year = registry.day_of(now).year
    return Slip.objects.create(
        unit_id=event.unit_id,
        year=year,
        number=next_number(event.unit_id, f"slips {year}"),
        event=event,
        reason=reason,
        items=list(items),
        contact=plain(event.counter.room.contact)[:200],
    )


@transaction.atomic
def ask_for_papers(
    actor: Actor, *, dossier: Dossier, counter: Counter, items: Sequence[str], reason: str = "", now: datetime.datetime
) -> Slip:
    """More papers are needed: the step, its moment and the slip the citizen takes home. Raises NotPossible."""
    said = [each for each in (plain(item)[:300] for item in items) if each]
    if not said:
        raise NotPossible(SAY_WHAT, "note")
    if len(said) > MOST_ITEMS:
        raise NotPossible(TOO_MANY, "note")
    note = "; ".join(said)[:NOTE_LENGTH]
    event = move_on(actor, EventKind.SUPPLEMENT, dossier=dossier, counter=counter, note=note, now=now)
    return write_slip(event, reason=plain(reason)[:REASON_LENGTH], items=said, now=now)


@transaction.atomic
def slip_paper(actor: Actor, *, slip: Slip, now: datetime.datetime) -> Paper:
    """The printed slip, the same every time. Raises NotPossible for a forgotten person, NotPrinted, OSError."""
    row = Slip.objects.select_for_update().get(id=slip.id)
    dossier = row.event.dossier
    assert dossier is not None  # slips are written for dossiers alone
    if dossier.submitter.erased_at is not None:
        raise NotPossible(FORGOTTEN)
    if row.paper is None:
        values = slip_forms.content(row)
        row.paper = keep_made(
            data=slip_forms.printed(values, at=row.event.at),
            media_type="application/pdf",
            title=str(values["title"]),
            person_id=person_id_of(actor),
            now=now,
        )
        Slip.objects.filter(id=row.id).update(paper=row.paper)
    return row.paper
