"""What people are reminded of without asking: an approval that runs out or has, a package not fetched, not returned.

Owns when somebody is told again, by the times of the regulation. Promises that a reminder is a row of the audit log, so
that the same one is not sent twice however often this runs, and that nothing of an extraction changes by it.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from minhbach.centre.access.models import AuditRow
from minhbach.centre.access.recording import record
from minhbach.centre.evidence.duties import approvers_left
from minhbach.centre.evidence.models import CustodyKind, Extraction
from minhbach.centre.evidence.people import people_who
from minhbach.centre.evidence.stages import TO_APPROVE, Item, Stage, items, waiting_packages, with_receivers
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Times
from minhbach.centre.words import Words
from minhbach.centre.words.formats import moment as written

ACT = "extraction_reminded"
#: Before an approval runs out.
AHEAD = datetime.timedelta(days=1)
#: What ran out longer ago is history: a site that was off for months does not tell it all at once.
LATELY = datetime.timedelta(days=14)
#: An approval may take so long at most, whatever the regulation says: older requests need not be looked at.
LONGEST = datetime.timedelta(days=120)

SOON = Words(
    "Đề nghị trích xuất số {number} sẽ hết hạn duyệt lúc {at}.", "Extraction {number} can be approved only until {at}."
)
OVER = Words(
    "Đề nghị trích xuất số {number} đã hết hạn. Nếu còn cần, hãy đề nghị lại.",
    "Extraction {number} has run out. If it is still needed, ask anew.",
)
NOT_RETURNED = Words(
    "Bản trích xuất số {number} quá hạn trả lại hoặc tiêu hủy từ {at}; {receiver} đang giữ.",
    "Extraction {number} should have been returned or destroyed by {at}; {receiver} has it.",
)
_LYING = {
    Stage.NOT_COLLECTED: Words(
        "Gói trích xuất số {number} quá hạn bàn giao từ {at}. Hãy bàn giao cho {receiver}, hoặc ghi tiêu hủy.",
        "The package of extraction {number} should have been handed over by {at}. Hand it over to {receiver}, or write "
        "down that it was destroyed.",
    ),
    Stage.NOT_SIGNED: Words(
        "Trích xuất số {number} đã bàn giao cho {receiver} nhưng quá hạn ký biên bản từ {at}. Hãy lưu biên bản đã ký, "
        "hoặc ghi trả lại hay tiêu hủy.",
        "Extraction {number} was handed over to {receiver} and should have been signed for by {at}. Keep the signed "
        "minutes, or write down that it was returned or destroyed.",
    ),
}


@dataclass(frozen=True, slots=True)
class Reminder:
    """Who is told what of an extraction; `what` names it, and it is told again after `again`, or never."""

    found: Item
    what: str
    to: frozenset[UUID]
    words: Words
    again: datetime.timedelta | None = None


def remind(*, now: datetime.datetime) -> int:
    """Tell what is due and was not told yet; how many reminders that were."""
    due = [*_approvals(now), *_packages(now), *_copies(now)]
    told = _told(each.found.extraction.id for each in due)
    sent = 0
    for each in due:
        extraction = each.found.extraction.id
        last = told.get((extraction, each.what))
        if each.to and (last is None or (each.again is not None and last + each.again <= now)):
            _send(each, now)
            sent += 1
    return sent


@transaction.atomic
def _send(each: Reminder, now: datetime.datetime) -> None:
    extraction = each.found.extraction.id
    record("evidence", ACT, now=now, about=("extraction", extraction), details={"what": each.what})
    send(to=sorted(each.to), kind="extraction", words=each.words, link=Link("extraction", str(extraction)), now=now)


def _told(extractions: Iterator[UUID]) -> dict[tuple[UUID, str], datetime.datetime]:
    """When each was told last."""
    named = [str(each) for each in extractions]
    rows = AuditRow.objects.filter(object_kind="extraction", object_id__in=named, act=ACT).order_by("at")
    return {
        (UUID(row), details.get("what", "")): at for row, details, at in rows.values_list("object_id", "details", "at")
    }


def _approvals(now: datetime.datetime) -> Iterator[Reminder]:
    """Requests that wait for an approval or to be built, and those that waited in vain."""
    unbuilt = Q(build__isnull=True) | Q(build__failed_at__isnull=False, build__digest="")
    rows = Extraction.objects.filter(unbuilt, ending__isnull=True, requested_at__gte=now - LONGEST)
    for found in items(rows, now=now):
        row, until = found.extraction, found.until
        if until is None:
            continue
        # A change begins anew, so it is told anew.
        turn = f"{found.revision.serial}.{len(found.counting)}"
        if found.stage is Stage.EXPIRED:
            # A build that was begun in time and failed after it ran out with its failure.
            failed_at = found.build.failed_at if found.build else None
            if max(until, failed_at or until) > now - LATELY:
                yield Reminder(found, f"over {turn}", _concerned(found), OVER.fill(number=str(row)))
        elif until - AHEAD <= now and found.stage in TO_APPROVE:
            words = SOON.fill(number=str(row), at=written(until))
            yield Reminder(found, f"soon {turn}", frozenset(approvers_left(found, now=now)), words)


def _concerned(found: Item) -> frozenset[UUID]:
    return frozenset({found.extraction.requested_by_id, *(each.approver_id for each in found.counting)})


def _packages(now: datetime.datetime) -> Iterator[Reminder]:
    """What lies at the centre because nobody came for it, or nobody signed."""
    for found in items(waiting_packages(), now=now):
        words = _LYING.get(found.stage)
        if words is not None and found.until is not None and found.times is not None:
            values = {"number": str(found.extraction), "at": written(found.until)}
            said = words.fill(**values, receiver=found.revision.receiver_body)
            yield Reminder(found, found.stage.name.lower(), _hands(found, now), said, _again(found.times))


def _hands(found: Item, now: datetime.datetime) -> frozenset[UUID]:
    row = found.extraction
    return frozenset({row.requested_by_id, *people_who(Right.HAND_OVER, row.room_id, now=now)})


def _again(times: Times) -> datetime.timedelta:
    return datetime.timedelta(days=times.extraction_remind_days)


def _copies(now: datetime.datetime) -> Iterator[Reminder]:
    """What is with its receiver for longer than it should be."""
    for found in items(with_receivers(), now=now):
        signed = found.custody_of(CustodyKind.SIGNED)
        if found.stage is Stage.OVERDUE and signed is not None and found.until is not None and found.times is not None:
            values = {"number": str(found.extraction), "at": written(found.until)}
            said = NOT_RETURNED.fill(**values, receiver=found.revision.receiver_body)
            yield Reminder(found, "return", _hands(found, now), said, _again(found.times))
