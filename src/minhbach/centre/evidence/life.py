"""The whole life of an extraction as people read it: one sentence for each thing that happened, the oldest first.

Owns the sentences, the same on the page, on paper and in the file. Promises that nothing which is a row is left out.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from minhbach.centre.evidence.models import Approval, CopyKind, Custody, CustodyKind, MaskRound, Revision
from minhbach.centre.evidence.models.approvals import BY_KEY, REFUSED
from minhbach.centre.evidence.stages import Item
from minhbach.centre.words import Words

REQUESTED, CHANGED = Words("Đề nghị", "Asked"), Words("Thay đổi nội dung", "Changed")
BY_A_KEY = Words("ký bằng khóa bảo mật", "signed with a security key")
BY_A_CODE = Words(
    "chứng thực bằng mật khẩu và mã dùng một lần (mức yếu hơn)",
    "proved by password and one-time code (the weaker kind)",
)
VOID = Words("không còn giá trị vì nội dung đã thay đổi", "void, because the request was changed")
ACCEPTED = Words("Chấp nhận bản sao đã che lần {n}", "The masked copy of round {n} accepted")
SENT_BACK = Words("Trả lại bản sao đã che lần {n}", "The masked copy of round {n} sent back")
NOT_MADE = Words("Chưa lập được bản sao lần {n}", "Round {n} not made")
OUTDATED = Words("Bản sao lần {n} phải lập lại", "The copy of round {n} has to be made again")
KINDS = {
    CustodyKind.COPIED: Words("Chép gói ra ngoài", "Package copied out"),
    CustodyKind.HANDED_OVER: Words("Bàn giao", "Handed over"),
    CustodyKind.SIGNED: Words("Người nhận đã ký biên bản", "The receiver has signed"),
    CustodyKind.RETURNED: Words("Trả lại", "Returned"),
    CustodyKind.DESTROYED: Words("Tiêu hủy", "Destroyed"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing: when, who, what; `more` are words or numbers that belong to it."""

    at: datetime.datetime
    who: str
    what: Words
    more: tuple[Words | str, ...] = ()

    @property
    def details(self) -> str:
        """Everything that belongs to it, in the language of the request."""
        return "; ".join(str(each) for each in self.more if str(each))


def life(found: Item, *, reasons: bool = True) -> list[Event]:
    """Everything; without `reasons` what a technician may read."""
    return sorted(_events(found, reasons), key=lambda event: event.at)


def _events(found: Item, reasons: bool) -> Iterator[Event]:
    asker = found.extraction.requested_by.full_name
    for revision in found.revisions:
        yield _asked(revision, asker, reasons)
    for approval in found.approvals:
        yield _approved(approval, approval.revision_id == found.revision.id)
    if found.ending is not None:
        what = Words("Không duyệt", "Refused") if found.ending.kind == REFUSED else Words("Rút đề nghị", "Withdrawn")
        yield Event(found.ending.at, found.ending.by.full_name, what, (found.ending.reason,) if reasons else ())
    if (build := found.build) is not None:
        yield Event(build.begun_at, build.begun_by.full_name, Words("Bắt đầu lập gói", "Package begun"))
        if build.failed_at:
            failure = Words(build.failure_vi, build.failure_en)
            yield Event(build.failed_at, "", Words("Lập gói chưa được", "Could not be built"), (failure,))
        if build.finished_at:
            left_out = (Words(build.failure_vi, build.failure_en),) if build.failure_vi else ()
            digest = f"SHA-256 {build.digest}"
            yield Event(build.finished_at, "", Words("Gói đã lập xong", "Package built"), (digest, *left_out))
    if found.revision.kind == CopyKind.MASKED:
        for round_ in found.extraction.mask_rounds.select_related("drawn_by", "reviewed_by"):
            yield from _covered(round_, reasons)
    for each in found.custody:
        yield _in_hand(each, reasons)


def _covered(round_: MaskRound, reasons: bool) -> Iterator[Event]:
    n = round_.serial
    drawn = Words("Vẽ vùng che lần {n}", "Covers drawn, round {n}").fill(n=n)
    yield Event(round_.drawn_at, round_.drawn_by.full_name, drawn, (f"SHA-256 {round_.digest}",))
    if round_.failed_at:
        failure = Words(round_.failure_vi, round_.failure_en)
        yield Event(round_.failed_at, "", (OUTDATED if round_.rendered_at else NOT_MADE).fill(n=n), (failure,))
    if round_.rendered_at:
        yield Event(round_.rendered_at, "", Words("Đã lập bản sao lần {n}", "The copy of round {n} made").fill(n=n))
    if round_.reviewed_at and round_.reviewed_by:
        what = ACCEPTED if round_.accepted else SENT_BACK
        # What a reviewer writes may tell who is in the picture, and why the copy is wanted.
        said = (round_.said,) if reasons else ()
        how = (BY_A_KEY if round_.key_id else BY_A_CODE,) if round_.accepted else said
        yield Event(round_.reviewed_at, round_.reviewed_by.full_name, what.fill(n=n), how)


def _asked(revision: Revision, asker: str, reasons: bool) -> Event:
    what = REQUESTED if revision.serial == 1 else CHANGED
    more = (revision.purpose, revision.legal_basis, revision.case_number) if reasons else ()
    return Event(revision.made_at, asker, what, more)


def _approved(approval: Approval, counts: bool) -> Event:
    what = Words("Duyệt lần {n}", "Approval {n}").fill(n=approval.number)
    how = BY_A_KEY if approval.kind == BY_KEY else BY_A_CODE
    return Event(approval.at, approval.approver.full_name, what, (how,) if counts else (how, VOID))


def _in_hand(each: Custody, reasons: bool) -> Event:
    # A letter of introduction says whose it is.
    more = (each.medium, each.document, each.note) if reasons else (each.medium,)
    return Event(each.at, each.by.full_name, KINDS[CustodyKind(each.kind)], more)
