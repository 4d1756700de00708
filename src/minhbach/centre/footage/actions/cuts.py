"""Lines that are cut, told together: a province whose power fails is one notice to whom it concerns, not hundreds.

Owns which cut lines belong together and how they are told: who would hear of several at one step hears of them in one
notice, everybody else as of any other fault. Promises that each fault still says who was told of it, when, and that
nobody waits for it longer than `TOGETHER`. Leaves who is told at which step to `faults`.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from minhbach.centre.footage.models import Fault, FaultStep, FaultTold, FaultToldTogether
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.words import Words, formats

SEVERAL = 3
"""So many at once are told in one notice."""
TOGETHER = datetime.timedelta(seconds=20)
"""A cut is told so late, as the others of the same cause are found within a beat or two."""
SAME_CAUSE = datetime.timedelta(seconds=60)
"""Whose time comes within this after another's is told with it."""
ROUTE = "technician"
_MOST_NAMES = 8
CUT = Words(
    "{n} đầu ghi mất liên lạc với trung tâm từ {since}: {names}. Có thể do mất điện hoặc đường truyền diện rộng.",
    "{n} recorders are cut off from the centre since {since}: {names}. Power or the network may have failed widely.",
)
BACK = Words(
    "{n} đầu ghi đã có liên lạc trở lại: {names}. Phần ghi trong lúc mất liên lạc đang được gửi bù.",
    "{n} recorders are back: {names}. What they recorded meanwhile is being sent.",
)
AND_MORE = Words("{names} và {n} đầu ghi khác", "{names} and {n} others")


@dataclass(frozen=True, slots=True)
class Due:
    """A cut line whose step of telling has come: to these people, in these words where it is told alone."""

    fault: Fault
    people: tuple[UUID, ...]
    words: Words
    link: Link


def wait_for(step: FaultStep) -> datetime.timedelta:
    """How much later than the regulation says a cut line is told, for others to join it."""
    return TOGETHER if step is FaultStep.TECHNICIAN else datetime.timedelta()


def tell(step: FaultStep, due: Sequence[Due], *, now: datetime.datetime) -> None:
    """Tell everybody of every fault, and write down who was."""
    bundles, alone = shared({each.fault.id: each.people for each in due})
    faults = {each.fault.id: each.fault for each in due}
    with transaction.atomic():
        notices = []
        for ids, people in bundles.items():
            mine = sorted((faults[fault] for fault in ids), key=lambda fault: fault.began_at)
            since = f"{formats.local(mine[0].began_at):%H:%M}"
            words = CUT.fill(n=len(mine), since=since, names=_names(mine))
            notices.append((ids, send(to=people, kind="faults", words=words, link=Link(ROUTE), now=now)))
        for each in due:
            to = alone[each.fault.id]
            notice = send(to=to, kind="fault", words=each.words, link=each.link, now=now) if to else None
            told = FaultTold.objects.create(fault=each.fault, step=step, notice=notice, at=now)
            FaultToldTogether.objects.bulk_create(
                FaultToldTogether(told=told, notice=notice) for ids, notice in notices if each.fault.id in ids
            )


def tell_back(ended: Sequence[Due], *, now: datetime.datetime) -> None:
    """Tell whoever was told of these cuts that they are over."""
    bundles, alone = shared({each.fault.id: each.people for each in ended})
    faults = {each.fault.id: each.fault for each in ended}
    for ids, people in bundles.items():
        words = BACK.fill(n=len(ids), names=_names([faults[fault] for fault in ids]))
        send(to=people, kind="fault_ended", words=words, link=Link(ROUTE), now=now)
    for each in ended:
        if to := alone[each.fault.id]:
            send(to=to, kind="fault_ended", words=each.words, link=each.link, now=now)


def shared(
    people: Mapping[UUID, Iterable[UUID]],
) -> tuple[dict[frozenset[UUID], list[UUID]], dict[UUID, list[UUID]]]:
    """From fault → people: for each set of several faults who hears of exactly these, and for each fault the others."""
    by_person: dict[UUID, list[UUID]] = {}
    for fault, told in people.items():
        for person in told:
            by_person.setdefault(person, []).append(fault)
    bundles: dict[frozenset[UUID], list[UUID]] = {}
    alone: dict[UUID, list[UUID]] = {fault: [] for fault in people}
    for person, faults in by_person.items():
        if len(faults) >= SEVERAL:
            bundles.setdefault(frozenset(faults), []).append(person)
        else:
            for fault in faults:
                alone[fault].append(person)
    return bundles, alone


def told_of(fault: Fault) -> tuple[UUID, ...]:
    """Everybody who was told of the fault, alone or with others, each once."""
    alone = fault.told.filter(notice__isnull=False).values("notice")
    together = FaultToldTogether.objects.filter(told__fault=fault).values("notice")
    told = Delivery.objects.filter(Q(notice__in=alone) | Q(notice__in=together))
    return tuple(dict.fromkeys(told.values_list("address", flat=True)))


def _names(faults: Sequence[Fault]) -> Words | str:
    names = [fault.recorder.name for fault in faults]
    shown = ", ".join(names[:_MOST_NAMES])
    return AND_MORE.fill(names=shown, n=len(names) - _MOST_NAMES) if len(names) > _MOST_NAMES else shown
