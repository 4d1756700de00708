"""The pages of an extraction: a new one, one with its steps, and what each person may do next."""

import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.access.actions.security_keys import ProofRefused
from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.judging import judge
from minhbach.centre.access.may import of
from minhbach.centre.access.places import place_of_room
from minhbach.centre.evidence.actions import approving, building, requests
from minhbach.centre.evidence.actions.custody import NOT_COPIED
from minhbach.centre.evidence.actions.masking import is_masking, newest, stands, work_folder
from minhbach.centre.evidence.book import TOLD
from minhbach.centre.evidence.duties import who_next
from minhbach.centre.evidence.forms import (
    CloseForm,
    CodeForm,
    HandOverForm,
    KeyAnswerForm,
    SignedForm,
    WishForm,
    between,
    filled,
    held_asked,
    span_asked,
)
from minhbach.centre.evidence.life import life
from minhbach.centre.evidence.models import CopyKind, CustodyKind
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.progress import progress
from minhbach.centre.evidence.serving import answerable, choices
from minhbach.centre.evidence.stages import (
    OPEN,
    TO_APPROVE,
    TO_HAND_OVER,
    TO_SIGN,
    UNSIGNED,
    WITH_RECEIVER,
    Item,
    Stage,
    item,
)
from minhbach.centre.evidence.views.book import EXTRACTIONS
from minhbach.centre.evidence.views.signing import Deed, proof_of, to_sign
from minhbach.centre.footage.floor import Work
from minhbach.centre.footage.holds import hold_of
from minhbach.centre.footage.stock import stock
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.pages import room_crumbs
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.ledger import approval as ledger
from minhbach.ledger.scope import read

STATEMENT = "extraction_statement"
APPROVE = (
    Words("Duyệt", "Approve"),
    Words("Duyệt bằng khóa bảo mật", "Approve with a security key"),
    Words(
        "Duyệt bằng mật khẩu và mã dùng một lần (mức yếu hơn, ghi rõ trong gói)",
        "Approve with password and one-time code (weaker, and said so in the package)",
    ),
)


def extraction_new(request: GuardedRequest, room: UUID) -> HttpResponse:
    """Ask for footage of a room to leave the house."""
    row = get_object_or_404(Room, id=room)
    initial = span_asked(request.GET, request.now) | held_asked(request.GET, room)
    if "cameras" not in initial:
        initial["cameras"] = request.GET.getlist("camera") or list(map(str, answerable(room, *between(initial))))
    form = WishForm(request.POST or None, initial=initial)
    form.offer(choices(room))
    if request.method == "POST" and form.is_valid():
        try:
            made = requests.request(request.user, room=room, wish=form.wish(), now=request.now)
        except ExtractionRefused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            messages.success(
                request, str(Words("Đã gửi đề nghị; đoạn hình được giữ lại.", "Asked; the footage is held."))
            )
            return HttpResponseRedirect(reverse("extraction", args=[made.id]))
    page = {"form": form, "room": row, "back": reverse("extractions"), "found": None}
    page["crumbs"] = room_crumbs(row, request.now, (Words("Đề nghị trích xuất", "Request an extraction"), None))
    return render(request, "evidence/wish.html", page, status=422 if form.errors else 200)


def extraction_change(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """Ask for something else under the same number."""
    found = item(extraction, now=request.now)
    form = WishForm(request.POST or None, initial=filled(found))
    form.offer(choices(found.extraction.room_id))
    here = reverse("extraction", args=[extraction])
    if request.method == "POST" and form.is_valid():
        try:
            requests.change(request.user, extraction, wish=form.wish(), now=request.now)
        except ExtractionRefused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            messages.success(request, str(Words("Đã thay đổi; cần duyệt lại.", "Changed; it needs approvals anew.")))
            return HttpResponseRedirect(here)
    page = {"form": form, "room": found.extraction.room, "back": here, "found": found}
    page["crumbs"] = crumbs(found, (Words("Thay đổi", "Change"), None))
    return render(request, "evidence/wish.html", page, status=422 if form.errors else 200)


def extraction(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """One request: how far it has come, what exactly leaves, who can act now, its whole life."""
    return _page(request, item(extraction, now=request.now))


def _page(request: GuardedRequest, found: Item, form: CodeForm | None = None, status: int = 200) -> HttpResponse:
    rights = rights_at(request, found)
    told = bool(rights & TOLD) or _is_asker(request, found)
    page: dict[str, object] = {
        "found": found,
        "row": found.extraction,
        "told": told,
        "steps": _steps(found, told),
        "leaves": len(read(bytes(found.revision.scope)).leaves),
        "held": hold_of(request.user, found.revision.hold_id, now=request.now) if told else None,
        "who_next": who_next(found, now=request.now),
        "life": life(found, reasons=told),
        "way": _way_to_footage(request, found),
        "is_asker": _is_asker(request, found),
        "may_change": _is_asker(request, found) and found.stage in OPEN and found.build is None,
        "may_withdraw": _is_asker(request, found) and found.stage in OPEN,
        "may_build": Right.BUILD in rights and found.stage in (Stage.APPROVED, Stage.FAILED),
        "failed": building.after_failure(found) if told or Right.BUILD in rights else None,
        "may_copy": Right.BUILD in rights and found.stage in UNSIGNED,
        "may_hand_over": Right.HAND_OVER in rights and found.stage in TO_HAND_OVER,
        "may_sign_for": Right.HAND_OVER in rights and found.stage in TO_SIGN,
        "may_close": Right.HAND_OVER in rights and found.stage in UNSIGNED | WITH_RECEIVER,
        "unsigned": found.stage in UNSIGNED,
        "hand_over": HandOverForm(),
        "not_copied": NOT_COPIED,
        "signed": SignedForm(),
        "closing": _closing(found),
        "building": found.stage is Stage.BUILDING,
        "progress": progress(work_folder(found.extraction.id)) if found.stage is Stage.BUILDING else None,
        "no_room": found.stage is Stage.BUILDING and stock().stops(Work.PACKING),
        "masked": found.revision.kind == CopyKind.MASKED,
        "masking": stands(newest(found.extraction.id)) if is_masking(found) else None,
        "may_mask": bool(rights & {Right.EXTRACT, Right.APPROVE}),
        "signed_paper": found.custody_of(CustodyKind.SIGNED),
        "crumbs": crumbs(found),
    }
    page |= _approving(request, found, form) if Right.APPROVE in rights else {}
    return render(request, "evidence/extraction.html", page, status=status)


def _closing(found: Item) -> CloseForm:
    # Beside the form of the next step, which has a paper and a note of its own.
    form = CloseForm(auto_id="end_%s")
    form.offer(found.stage)
    return form


def rights_at(asked: GuardedRequest, found: Item) -> set[Right]:
    """Which of the rights of extraction the person has in the room."""
    standing, place = standing_of(asked.user, now=asked.now), place_of_room(found.extraction.room_id, asked.now)
    every = (Right.EXTRACT, Right.APPROVE, Right.HAND_OVER, Right.BUILD)
    return {right for right in every if judge(standing, right, place).allowed}


def _way_to_footage(request: GuardedRequest, found: Item) -> str:
    """The room page at that moment, where the person may open it."""
    room = reverse("room", args=[found.extraction.room_id])
    return f"{room}?luc={found.begin:%Y-%m-%dT%H:%M:%S}" if of(request).opens(room) else ""


def _is_asker(request: GuardedRequest, found: Item) -> bool:
    return found.extraction.requested_by_id == request.user.person_id


def _approving(request: GuardedRequest, found: Item, form: CodeForm | None) -> dict[str, object]:
    """What an approver needs to sign; or why they cannot."""
    if found.stage not in TO_APPROVE:
        return _refusing(request, found)
    if _is_asker(request, found):
        return {"why_not": approving.OWN}
    try:
        statement = approving.prepare(request.user, found, now=request.now)
    except ExtractionRefused as refusal:
        return {"why_not": refusal.words}
    request.session[STATEMENT] = {
        name: getattr(statement, name) for name in ("scope", "person", "name", "title", "unit", "at_us", "nonce")
    }
    deed = Deed(reverse("extraction_approve", args=[found.extraction.id]), *APPROVE)
    return {"may_sign": True, "may_refuse": True} | to_sign(request, statement, deed, form)


def _refusing(request: GuardedRequest, found: Item) -> dict[str, object]:
    """Whether an approver may still end it, once two have approved; or why not, where they would else wonder."""
    if found.stage not in (Stage.APPROVED, Stage.FAILED) or _is_asker(request, found):
        return {}
    try:
        approving.may_refuse(request.user, found, now=request.now)
    except ExtractionRefused as refusal:
        return {"why_not": refusal.words}
    return {"may_refuse": True}


def approve(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """Give an approval: with what a key answered, or with password and code."""
    kept = request.session.pop(STATEMENT, None)
    by_key = KeyAnswerForm(request.POST)
    by_code = CodeForm(request.POST)
    found = item(extraction, now=request.now)
    try:
        if kept is None:
            raise ExtractionRefused(approving.CHANGED_SINCE)
        proof = proof_of(request, by_key, by_code)
        if proof is None:
            return _page(request, found, by_code, 422)
        approving.approve(request.user, extraction, statement=ledger.Statement(**kept), proof=proof, now=request.now)
    except ProofRefused as refusal:
        if "credential" not in request.POST:
            by_code.add_error(None, str(refusal.words))
            return _page(request, found, by_code, 422)
        messages.error(request, str(refusal.words))
    except ExtractionRefused as refusal:
        messages.error(request, str(refusal.words))
    else:
        messages.success(request, str(Words("Đã duyệt.", "Approved.")))
    return _back(extraction)


def refuse(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """Refuse the request, with a reason."""
    reason = request.POST.get("reason", "")
    return _do(request, extraction, lambda: approving.refuse(request.user, extraction, reason=reason, now=request.now),
               Words("Đã từ chối đề nghị.", "Refused."))  # fmt: skip


def withdraw(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """Take one's own request back."""
    reason = request.POST.get("reason", "")
    return _do(request, extraction, lambda: requests.withdraw(request.user, extraction, reason=reason, now=request.now),
               Words("Đã rút đề nghị. Đoạn hình vẫn được giữ lại.", "Withdrawn. The footage stays held."))  # fmt: skip


def begin_build(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """Let the system make the package."""
    return _do(request, extraction, lambda: building.begin_build(request.user, extraction, now=request.now),
               Words("Đang lập gói.", "The package is being built."))  # fmt: skip


def _do(request: GuardedRequest, extraction: UUID, act, done: Words) -> HttpResponse:  # type: ignore[no-untyped-def]
    try:
        act()
    except ExtractionRefused as refusal:
        messages.error(request, str(refusal.words))
    else:
        messages.success(request, str(done))
    return _back(extraction)


def _back(extraction: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("extraction", args=[extraction]))


def crumbs(found: Item, *after: tuple[Words | str, str | None]) -> list[tuple[Words | str, str | None]]:
    """The way to a page of an extraction."""
    number = Words("Số {n}", "No {n}").fill(n=str(found.extraction))
    here = reverse("extraction", args=[found.extraction.id]) if after else None
    return [(EXTRACTIONS, reverse("extractions")), (number, here), *after]


def _steps(found: Item, told: bool) -> list[dict[str, object]]:
    """The steps everybody understands; who and when of those done, what the present one waits for."""
    row, counting, build = found.extraction, found.counting, found.build
    handed, signed = found.custody_of(CustodyKind.HANDED_OVER), found.custody_of(CustodyKind.SIGNED)
    back = found.custody_of(CustodyKind.RETURNED) or found.custody_of(CustodyKind.DESTROYED)
    done: list[tuple[Words, str, datetime.datetime | None]] = [
        (Words("Đề nghị", "Requested"), row.requested_by.full_name, found.revision.made_at),
        *(
            (Words("Duyệt lần {n}", "Approval {n}").fill(n=n), counting[n - 1].approver.full_name, counting[n - 1].at)
            if len(counting) >= n
            else (Words("Duyệt lần {n}", "Approval {n}").fill(n=n), "", None)
            for n in (1, 2)
        ),
        (
            Words("Lập gói", "Built"),
            build.begun_by.full_name if build and build.digest else "",
            build.finished_at if build else None,
        ),
        (Words("Bàn giao", "Handed over"), handed.by.full_name if handed else "", handed.at if handed else None),
        (
            Words("Người nhận ký", "Signed for"),
            found.revision.receiver_name if signed and told else "",
            signed.at if signed else None,
        ),
        (
            Words("Trả lại, tiêu hủy", "Returned or destroyed"),
            back.by.full_name if back else "",
            back.at if back else None,
        ),
    ]
    if found.stage is Stage.GIVEN:
        done.pop()  # a citizen's own copy does not come back
    now = next((n for n, (_, _, at) in enumerate(done) if at is None), len(done))
    stopped = found.ending is not None or back is not None or found.stage is Stage.EXPIRED
    return [
        {
            "n": n + 1,
            "words": words,
            "who": who,
            "at": at,
            "state": "done" if at else "now" if n == now and not stopped else "",
        }
        for n, (words, who, at) in enumerate(done)
    ]
