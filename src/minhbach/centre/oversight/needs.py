"""What rooms lack: the norm of the day minus what works there, and whether anybody asked for the money.

One line per room and kind. What is broken counts as missing, what is older than the norm allows as to be replaced; a
thing of a kind without a norm that is broken is needed once. Pure; proposals are in `actions.purchases`.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.oversight.standards import Met, Standing, joined, kind_key
from minhbach.centre.registry.models import PROPOSAL_ENDS, Condition, Equipment, Proposal, ProposalStepKind, Room
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.words import Words

LACKING = Words("thiếu so với định mức ({asked})", "fewer than the norm asks ({asked})")
BROKEN = Words("hỏng từ {day}", "broken since {day}")
TOO_OLD = Words("quá thời gian sử dụng ({asked})", "in use for too long ({asked})")
NOT_ASKED = ("late", Words("Chưa đề nghị", "Not asked for"))
BUDGET = {
    None: ("soon", Words("Đã đề nghị", "Asked for")),
    ProposalStepKind.FUNDED: ("soon", Words("Đã bố trí kinh phí", "Money is there")),
    ProposalStepKind.NO_MONEY: ("late", Words("Chưa có kinh phí", "No money yet")),
    ProposalStepKind.REFUSED: ("fault", Words("Không được duyệt", "Refused")),
    ProposalStepKind.BOUGHT: ("ok", Words("Đã mua, chờ vào danh mục", "Bought, not in the inventory yet")),
    ProposalStepKind.WITHDRAWN: ("unseen", Words("Đã rút", "Withdrawn")),
}


@dataclass(frozen=True, slots=True)
class Need:
    """So many of a kind for a room, and why."""

    room: Room
    unit: UUID | None
    unit_name: str
    kind: str
    #: The kind as the norm names it; twice as the inventory spells it where no norm does.
    words: Words
    quantity: int
    why: Words
    #: The oldest day since which something of it is broken.
    broken_since: datetime.date | None
    #: The newest proposal that names it, and what became of that.
    proposal: Proposal | None = None
    budget: tuple[str, Words] = NOT_ASKED

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.room.id}:{kind_key(self.kind)}"

    @property
    def waits(self) -> bool:
        """Whether nothing is on its way for it."""
        return self.proposal is None or self.budget in (
            BUDGET[ProposalStepKind.REFUSED],
            BUDGET[ProposalStepKind.WITHDRAWN],
        )


def needs(rooms: Iterable[Standing]) -> list[Need]:
    """What these rooms lack, by unit, room and kind; each with its budget."""
    found = [need for standing in rooms for need in _of(standing)]
    asked = _asked({need.unit for need in found if need.unit})
    told = [_with_budget(need, asked) for need in found]
    return sorted(told, key=lambda need: (sort_key(need.unit_name), need.room.name, sort_key(need.kind)))


def status_of(proposal: Proposal) -> tuple[str, Words]:
    """How far it is; its steps are loaded."""
    steps = list(proposal.steps.all())
    return BUDGET[ProposalStepKind(steps[-1].kind) if steps else None]


def has_ended(proposal: Proposal) -> bool:
    """Whether nothing more can become of it."""
    return any(step.kind in PROPOSAL_ENDS for step in proposal.steps.all())


def _of(standing: Standing) -> Iterable[Need]:
    broken: dict[str, list[Equipment]] = {}
    for each in standing.equipment:
        if each.condition == Condition.BROKEN:
            broken.setdefault(kind_key(each.kind), []).append(each)
    wanted: dict[str, tuple[str, int, list[Words]]] = {}
    for norm in standing.norms:
        if norm.missing and norm.met is Met.NO:
            why = (TOO_OLD if norm.figure == "age" else LACKING).fill(asked=norm.asked)
            kind, count, said = wanted.get(kind_key(norm.kind), (norm.kind, 0, []))
            wanted[kind_key(norm.kind)] = kind, count + norm.missing, [*said, why]
    normed = {kind_key(norm.kind) for norm in standing.norms if norm.figure == "count"}
    english = {kind_key(norm.kind): norm.words.en for norm in standing.norms if norm.kind and norm.figure != "age"}
    for key, pieces in broken.items():
        if key not in normed:
            kind, count, said = wanted.get(key, (pieces[0].kind, 0, []))
            wanted[key] = kind, count + sum(each.quantity for each in pieces), said
    for key, (kind, count, said) in wanted.items():
        since = min((each.condition_since for each in broken.get(key, ())), default=None)
        reasons = [*said, *([BROKEN.fill(day=f"{since:%d/%m/%Y}")] if since else [])]
        yield Need(
            standing.room, standing.unit, standing.unit_name, kind, Words(kind, english.get(key, kind)), count,
            joined(reasons, "; "), since,
        )  # fmt: skip


def _asked(units: set[UUID]) -> Mapping[tuple[str, str], Proposal]:
    """The newest proposal by room and kind."""
    found: dict[tuple[str, str], Proposal] = {}
    rows: Sequence[Proposal] = list(
        Proposal.objects.filter(unit__in=units).prefetch_related("steps").order_by("made_at")
    )
    for row in rows:
        for line in row.lines:
            found[line["room"], kind_key(line["kind"])] = row
    return found


def _with_budget(need: Need, asked: Mapping[tuple[str, str], Proposal]) -> Need:
    proposal = asked.get((str(need.room.id), kind_key(need.kind)))
    if proposal is None:
        return need
    return Need(
        need.room, need.unit, need.unit_name, need.kind, need.words, need.quantity, need.why, need.broken_since,
        proposal, status_of(proposal),
    )  # fmt: skip
