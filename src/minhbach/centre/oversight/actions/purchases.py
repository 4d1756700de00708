"""Asking for what rooms lack, and what becomes of it: money, none, refused, bought.

A proposal names needs as they stand at that moment; nobody decides on what they asked for (PostgreSQL refuses it too).
"""

import datetime
from collections.abc import Collection
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from minhbach.centre.access.deciding import units_where
from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.oversight.needs import Need
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Proposal, ProposalStep, ProposalStepKind
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

NOTHING_CHOSEN = Words("Hãy chọn ít nhất một nhu cầu.", "Choose at least one need.")
WHY = Words("Hãy ghi lý do đề nghị.", "Write why.")
NOT_YOURS = Words("Bạn không được làm việc này cho đơn vị này.", "You may not do this for this unit.")
SAY_WHY = Words("Hãy ghi lý do.", "Write why.")
WHENCE = Words("Hãy ghi nguồn kinh phí.", "Write where the money comes from.")
NOT_IN_ORDER = Words(
    "Chưa làm được bước này: đề nghị đã kết thúc, chưa có kinh phí, hoặc người đề nghị không tự quyết định.",
    "This cannot be done: it has ended, there is no money yet, or who asked cannot decide.",
)
#: Who takes which step: whoever looks after devices buys, and takes back their own; whoever directs decides.
RIGHTS = {
    ProposalStepKind.FUNDED: Right.DIRECT,
    ProposalStepKind.NO_MONEY: Right.DIRECT,
    ProposalStepKind.REFUSED: Right.DIRECT,
    ProposalStepKind.BOUGHT: Right.EQUIP,
    ProposalStepKind.WITHDRAWN: Right.EQUIP,
}


def propose(actor: Account, *, unit: UUID, chosen: Collection[Need], reason: str, now: datetime.datetime) -> Proposal:
    """The unit asks for these. Raises NotPossible."""
    if unit not in units_where(actor, Right.EQUIP, now=now):
        raise NotPossible(NOT_YOURS)
    if not chosen or any(need.unit != unit for need in chosen):
        raise NotPossible(NOTHING_CHOSEN, "needs")
    if not plain(reason):
        raise NotPossible(WHY, "reason")
    year = now.astimezone(registry.VIETNAM).year
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 37))", [f"{unit} {year}"])
        last = Proposal.objects.filter(unit=unit, year=year).aggregate(last=Max("number"))["last"] or 0
        made = Proposal.objects.create(
            unit_id=unit, year=year, number=last + 1, reason=plain(reason)[:1000], made_by_id=actor.person_id,
            made_at=now,
            lines=[
                {
                    "room": str(need.room.id), "room_name": need.room.name, "kind": need.kind,
                    "quantity": need.quantity, "why": need.why.vi, "kind_en": need.words.en, "why_en": need.why.en,
                }
                for need in chosen
            ],
        )  # fmt: skip
        record(actor, "purchase_proposed", now=now, about=("proposal", made.id))
    return made


def step(
    actor: Account,
    proposal: Proposal,
    *,
    kind: ProposalStepKind,
    words: str = "",
    funding_source: str = "",
    amount_vnd: int | None = None,
    now: datetime.datetime,
) -> ProposalStep:
    """What became of it. Raises NotPossible."""
    if proposal.unit_id not in units_where(actor, RIGHTS[kind], now=now):
        raise NotPossible(NOT_YOURS)
    if kind is ProposalStepKind.WITHDRAWN and proposal.made_by_id != actor.person_id:
        raise NotPossible(NOT_YOURS)
    if kind is ProposalStepKind.FUNDED and not plain(funding_source):
        raise NotPossible(WHENCE, "funding_source")
    if kind is not ProposalStepKind.FUNDED and not plain(words):
        raise NotPossible(SAY_WHY, "words")
    try:
        with transaction.atomic():
            made = ProposalStep.objects.create(
                proposal=proposal, kind=kind, at=now, by_id=actor.person_id, words=plain(words)[:500],
                funding_source=plain(funding_source)[:200], amount_vnd=amount_vnd,
            )  # fmt: skip
            record(actor, f"purchase_{kind}", now=now, about=("proposal", proposal.id))
    except IntegrityError:
        raise NotPossible(NOT_IN_ORDER) from None
    return made
