"""What people are reminded of without asking: an approval that runs out or has, a package not fetched, not returned.

Owns when somebody is told again, by the times of the regulation. Promises that a reminder is a row of the audit log, so
that the same one is not sent twice however often this runs, that nothing of an extraction changes by it, and that what
was told already costs no questions of its own: courts keep copies for years, and each of them is overdue all that time.
"""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

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
    """What is told of an extraction; `what` names it, and it is told again after `again`, or never.

    `to` says to whom: it is asked only when this is sent.
    """

    found: Item
    what: str
    to: Callable[[Item], set[UUID]]
    words: Words
    again: datetime.timedelta | None = None


class _Readers:
    """To whom a reminder goes; who hands over in a room is asked once for each room."""

    def __init__(self, now: datetime.datetime) -> None:
        self._now = now
        self._hand_over: dict[UUID, set[UUID]] = {}

    def hands(self, found: Item) -> set[UUID]:
        """Who asked, and who hands over in the room."""
        room = found.extraction.room_id
        if room not in self._hand_over:
            self._hand_over[room] = people_who(Right.HAND_OVER, room, now=self._now)
        return {found.extraction.requested_by_id, *self._hand_over[room]}

    def approvers(self, found: Item) -> set[UUID]:
        """Who may still approve."""
        return approvers_left(found, now=self._now)


def remind(*, now: datetime.datetime) -> int:
    """Tell what is due and was not told yet; how many reminders that were."""
    readers = _Readers(now)
    due = [*_approvals(now, readers), *_packages(now, readers), *_copies(now, readers)]
    told = _told(each.found.extraction.id for each in due)
    sent = 0
    for each in due:
        last = told.get((each.found.extraction.id, each.what))
        if last is not None and (each.again is None or now < last + each.again):
            continue
        if to := each.to(each.found):
            _send(each, to, now)
            sent += 1
    return sent


@transaction.atomic
def _send(each: Reminder, to: set[UUID], now: datetime.datetime) -> None:
    extraction = each.found.extraction.id
    record("evidence", ACT, now=now, about=("extraction", extraction), details={"what": each.what})
    send(to=sorted(to), kind="extraction", words=each.words, link=Link("extraction", str(extraction)), now=now)


def _told(extractions: Iterator[UUID]) -> dict[tuple[UUID, str], datetime.datetime]:
    """When each was told last."""
    named = [str(each) for each in extractions]
    rows = AuditRow.objects.filter(object_kind="extraction", object_id__in=named, act=ACT)
    last = rows.values_list("object_id", "details__what").annotate(Max("at"))
    return {(UUID(row), what or ""): at for row, what, at in last}


def _approvals(now: datetime.datetime, readers: _Readers) -> Iterator[Reminder]:
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
                yield Reminder(found, f"over {turn}", _concerned, OVER.fill(number=str(row)))
        elif until - AHEAD <= now and found.stage in TO_APPROVE:
            words = SOON.fill(number=str(row), at=written(until))
            yield Reminder(found, f"soon {turn}", readers.approvers, words)


def _concerned(found: Item) -> set[UUID]:
    return {found.extraction.requested_by_id, *(each.approver_id for each in found.counting)}


def _packages(now: datetime.datetime, readers: _Readers) -> Iterator[Reminder]:
    """What lies at the centre because nobody came for it, or nobody signed."""
    for found in items(waiting_packages(), now=now):
        words = _LYING.get(found.stage)
        if words is not None and found.until is not None and found.times is not None:
            values = {"number": str(found.extraction), "at": written(found.until)}
            said = words.fill(**values, receiver=found.revision.receiver_body)
            yield Reminder(found, found.stage.name.lower(), readers.hands, said, _again(found.times))


def _again(times: Times) -> datetime.timedelta:
    return datetime.timedelta(days=times.extraction_remind_days)


def _copies(now: datetime.datetime, readers: _Readers) -> Iterator[Reminder]:
    """What is with its receiver for longer than it should be."""
    for found in items(with_receivers(), now=now):
        signed = found.custody_of(CustodyKind.SIGNED)
        if found.stage is Stage.OVERDUE and signed is not None and found.until is not None and found.times is not None:
            values = {"number": str(found.extraction), "at": written(found.until)}
            said = NOT_RETURNED.fill(**values, receiver=found.revision.receiver_body)
            yield Reminder(found, "return", readers.hands, said, _again(found.times))
