"""The whole life of an extraction as people read it: one sentence for each thing that happened, the oldest first.

Owns the sentences, the same on the page, on paper and in the file. Promises that nothing which is a row is left out,
also what a later step wrote over: each attempt to build stands in the audit log, with who began it and why it failed.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from minhbach.centre.access.models import AuditRow
from minhbach.centre.evidence.actions.building import BEGUN, FAILED
from minhbach.centre.evidence.models import Approval, Build, CopyKind, Custody, CustodyKind, MaskRound, Revision
from minhbach.centre.evidence.models.approvals import BY_KEY, REFUSED
from minhbach.centre.evidence.stages import Item, Stage
from minhbach.centre.evidence.whole_life import at_said
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
STAMP_INSIDE = Words("có dấu thời gian lúc {at}", "time stamp of {at}")
REPORT_INSIDE = Words("báo cáo có chữ ký số của {by}", "report signed by {by}")
STAMPED_AT = Words("theo giờ của tổ chức cấp dấu: {at}", "by the authority's time: {at}")
FOR_CITIZEN = Words("theo yêu cầu {code} của công dân", "for request {code} of a citizen")
ERASED_BEFORE = Words("đã xóa trước khi phục hồi bản sao lưu", "erased before a backup was restored")
NOT_APPROVED_IN_TIME = Words("không đủ hai lần duyệt trong thời hạn", "not approved by two in time")
NOT_BUILT_IN_TIME = Words("không lập được gói trong thời hạn", "not built in time")
#: What stands in the audit log alone.
BESIDE = {
    "package_stamped": Words("Gói đã có dấu thời gian", "The package has its time stamp"),
    "report_signed": Words("Báo cáo của gói đã được ký số", "The report of the package was signed"),
    "request_opened": Words("Lấy tệp mở cam kết của đề nghị", "The file that opens the request was taken"),
    "package_erased": Words("Xóa tệp gói ở trung tâm", "The package erased at the centre"),
}
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
    logged = _logged(found)
    if (build := found.build) is not None:
        yield from _attempts(build, logged)
        if build.finished_at:
            yield _built(build, build.finished_at)
    if found.revision.kind == CopyKind.MASKED:
        for round_ in found.extraction.mask_rounds.select_related("drawn_by", "reviewed_by"):
            yield from _covered(round_, reasons)
    for each in found.custody:
        yield _in_hand(each, reasons)
    for row in logged:
        if row.act in BESIDE:
            yield Event(row.at, _who(row), BESIDE[row.act], tuple(_beside(row, found.build, reasons)))
    if found.stage is Stage.EXPIRED and found.until is not None:
        why = NOT_BUILT_IN_TIME if len(found.counting) == 2 else NOT_APPROVED_IN_TIME
        yield Event(found.until, "", Stage.EXPIRED.words, (why,))


def _logged(found: Item) -> list[AuditRow]:
    which = Q(object_kind="extraction", object_id=str(found.extraction.id), act__in=[BEGUN, FAILED, *BESIDE])
    if found.build is not None:  # as failures were written down before
        which |= Q(object_kind="build", object_id=str(found.build.id), act=FAILED)
    return list(AuditRow.objects.filter(which).select_related("account__person").order_by("at", "id"))


def _who(row: AuditRow) -> str:
    return row.account.person.full_name if row.account else ""


def _attempts(build: Build, logged: list[AuditRow]) -> Iterator[Event]:
    """Each time it was begun, and each time it failed; the row of the build has only the last."""
    for row in logged:
        if row.act == BEGUN:
            yield Event(row.at, _who(row), Words("Bắt đầu lập gói", "Package begun"))
        elif row.act == FAILED:
            said = row.details.get("why") or _last_failure(build, row)
            more = (Words(*said),) if said else ()
            yield Event(row.at, "", Words("Lập gói chưa được", "Could not be built"), more)


def _last_failure(build: Build, row: AuditRow) -> list[str]:
    return [build.failure_vi, build.failure_en] if build.failed_at == row.at else []


def _built(build: Build, at: datetime.datetime) -> Event:
    more: list[Words | str] = [f"SHA-256 {build.digest}"]
    if build.failure_vi:
        more.append(Words(build.failure_vi, build.failure_en))
    stamp = getattr(build, "stamp", None)
    if stamp is not None and stamp.signed_by:
        more.append(REPORT_INSIDE.fill(by=stamp.signed_by))
    if stamp is not None and stamp.inside and stamp.stamped_at:
        more.append(STAMP_INSIDE.fill(at=at_said(stamp.stamped_at)))
    return Event(at, "", Words("Gói đã lập xong", "Package built"), tuple(more))


def _beside(row: AuditRow, build: Build | None, reasons: bool) -> Iterator[Words | str]:
    stamp, signature = getattr(build, "stamp", None), getattr(build, "signature", None)
    if row.act == "package_stamped" and stamp is not None and stamp.stamped_at:
        yield STAMPED_AT.fill(at=at_said(stamp.stamped_at))
    elif row.act == "report_signed" and signature is not None:
        yield str(signature.signed_by)
    # Whose request took it is for those to know who may read why there was an extraction.
    if reasons and "request" in row.details:
        yield FOR_CITIZEN.fill(code=str(row.details["request"]))
    if "basis" in row.details:
        yield ERASED_BEFORE


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
