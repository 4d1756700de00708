"""The page on which people are covered in a masked copy: pictures to draw on, the copy made of it, its review.

Promises that no picture and no second of a copy leaves but under a lease that is alive now, of a viewing of this very
session, and no sound where the lease has none; that a copy is given piece by piece and never as a file; what left is
written down like any other footage.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access import sessions
from minhbach.centre.access.actions.security_keys import ProofRefused
from minhbach.centre.access.actions.viewings import GONE, Left, record_served
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.models import Viewing
from minhbach.centre.evidence.actions import masking
from minhbach.centre.evidence.actions.approving import CHANGED_SINCE
from minhbach.centre.evidence.copies.decisions import DecisionsMalformed
from minhbach.centre.evidence.copies.reels import Reel, reel
from minhbach.centre.evidence.duties import reviewers_left
from minhbach.centre.evidence.forms import CodeForm, KeyAnswerForm
from minhbach.centre.evidence.mask_building import copy_path, sheets_of
from minhbach.centre.evidence.models import MaskRound
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.progress import progress
from minhbach.centre.evidence.stages import Item, item
from minhbach.centre.evidence.views.extractions import crumbs, rights_at
from minhbach.centre.evidence.views.signing import Deed, proof_of, to_sign
from minhbach.centre.fabric import keys
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.fmp4 import BrokenFile
from minhbach.lease import Lease, LeaseRefused, verify
from minhbach.ledger.approval import Review

HEADER = "X-Lease"
REVIEW = "masking_review"
ACCEPT = (
    Words("Chấp nhận", "Accept"),
    Words("Chấp nhận bằng khóa bảo mật", "Accept with a security key"),
    Words(
        "Chấp nhận bằng mật khẩu và mã dùng một lần (mức yếu hơn, ghi rõ trong gói)",
        "Accept with password and one-time code (weaker, and said so in the package)",
    ),
)
#: What a page that is open waits for: the pictures to draw on, the copy of what was drawn, the package.
PICTURES, MADE, PACKED = "hinh", "ban", "goi"
SEE_COPY = Words("Xem bản sao vừa lập", "See the copy that was made")
COVER = Words("Che người khác trong bản sao", "Cover other people in the copy")
SECOND_US = 1_000_000


def masking_page(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """Where covers are drawn, and where a second person looks at what came of it."""
    return _page(request, extraction)


def _page(request: GuardedRequest, extraction: UUID, form: CodeForm | None = None, status: int = 200) -> HttpResponse:
    found = item(extraction, now=request.now)
    rounds = list(MaskRound.objects.filter(extraction=extraction).select_related("drawn_by", "reviewed_by"))
    last = masking.newest(extraction)
    drawn = last or (rounds[-1] if rounds else None)
    sheets = _sheets(found)
    rights = rights_at(request, found)
    own = last is not None and last.drawn_by_id == request.user.person_id
    is_masking = masking.is_masking(found)
    may_draw = is_masking and Right.EXTRACT in rights
    waits = last is not None and last.waits_for_review
    may_review = waits and is_masking and Right.APPROVE in rights and not own
    nobody = last is not None and own and waits and not reviewers_left(found, last, now=request.now)
    # Once it is accepted there is nothing to draw or to look at: the package is made, and what lies here goes.
    shown = sheets is not None and not (last is not None and last.accepted)
    page: dict[str, object] = {
        "found": found,
        "row": found.extraction,
        "rounds": rounds,
        "last": last,
        "is_masking": is_masking,
        "laid_out": sheets is not None,
        "shown": shown,
        "may_draw": may_draw,
        "may_review": may_review,
        "own": own and waits,
        "nobody": masking.NOBODY_LEFT.fill(number=str(found.extraction)) if nobody else None,
        "making": last is not None and last.rendered_at is None and last.failed_at is None,
        "progress": progress(masking.work_folder(extraction)) if is_masking else None,
        "waits_for": _waits_for(last, sheets is not None) if is_masking else "",
        "news": SEE_COPY if request.GET.get("cho") == MADE and waits else None,
        "crumbs": crumbs(found, (COVER, None)),
    }
    if may_review:
        page |= _reviewing(request, found, form)
    setup = _setup(found, sheets, last, drawn) | {"review": page["may_review"]}
    page["setup"] = json.dumps(setup) if shown else ""
    answer = render(request, "evidence/masking.html", page, status=status)
    if request.GET.get("cho") == PICTURES and sheets is not None:
        # Nothing was drawn on a page without pictures: it opens by itself.
        answer["HX-Refresh"] = "true"
    return answer


def _waits_for(last: MaskRound | None, laid_out: bool) -> str:
    if not laid_out:
        return PICTURES
    if last is None or last.failed_at is not None or last.accepted is False:
        return ""
    return MADE if last.rendered_at is None else PACKED if last.accepted else ""


def _reviewing(request: GuardedRequest, found: Item, form: CodeForm | None) -> dict[str, object]:
    """What a reviewer needs to sign; or what they have to watch before; or why they cannot."""
    try:
        row, _ = masking.may_review(request.user, found, now=request.now)
        if labels := masking.unseen(request.user, found, row):
            return {"unseen": labels}
        statement = masking.prepare_review(request.user, found, now=request.now)
    except ExtractionRefused as refusal:
        return {"may_review": False, "why_not": refusal.words}
    request.session[REVIEW] = asdict(statement)
    deed = Deed(reverse("masking_accept", args=[found.extraction.id]), *ACCEPT)
    return dict(to_sign(request, statement, deed, form))


def draw(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """Keep what was decided; the copy is made of it."""
    here = reverse("masking", args=[extraction])
    try:
        masking.draw(request.user, extraction, decisions=request.POST.get("decisions", ""), now=request.now)
    except (ExtractionRefused, DecisionsMalformed) as refusal:
        messages.error(request, str(refusal.words))
    else:
        messages.success(request, str(Words("Đã lưu; hệ thống đang lập bản sao.", "Kept; the copy is being made.")))
    return HttpResponseRedirect(here)


def accept(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """Let the copy go: with what a key answered, or with password and code."""
    kept = request.session.pop(REVIEW, None)
    by_key, by_code = KeyAnswerForm(request.POST), CodeForm(request.POST)
    try:
        if kept is None:
            raise ExtractionRefused(CHANGED_SINCE)
        proof = proof_of(request, by_key, by_code)
        if proof is None:
            return _page(request, extraction, by_code, 422)
        masking.accept(request.user, extraction, statement=Review(**kept), proof=proof, now=request.now)
    except ProofRefused as refusal:
        if "credential" not in request.POST:
            by_code.add_error(None, str(refusal.words))
            return _page(request, extraction, by_code, 422)
        messages.error(request, str(refusal.words))
    except ExtractionRefused as refusal:
        messages.error(request, str(refusal.words))
    else:
        done = Words("Đã chấp nhận; gói đang được lập.", "Accepted; the package is being built.")
        messages.success(request, str(done))
    return HttpResponseRedirect(reverse("masking", args=[extraction]))


def review(request: GuardedRequest, extraction: UUID, serial: int) -> HttpResponse:
    """Send the copy back: something is still to be covered."""
    try:
        masking.send_back(request.user, extraction, serial, said=request.POST.get("said", ""), now=request.now)
    except ExtractionRefused as refusal:
        messages.error(request, str(refusal.words))
    else:
        messages.success(request, str(Words("Đã trả lại để sửa.", "Sent back.")))
    return HttpResponseRedirect(reverse("masking", args=[extraction]))


def picture(request: GuardedRequest, extraction: UUID, camera: UUID, at_us: int) -> HttpResponse:
    """One of the pictures to draw on."""
    found = item(extraction, now=request.now)
    sheets = _sheets(found)
    if sheets is None or at_us not in sheets["cameras"].get(str(camera), ()):
        return _refused(GONE, 404)
    span = at_us, at_us + SECOND_US
    under = _under(request, found, camera)
    if under is None or not _reaches(under[0], span):
        return _refused(GONE, 403)
    lease, name = under
    data = (masking.work_folder(extraction) / "sheets" / str(camera) / f"{at_us}.jpg").read_bytes()
    return _footage(request, lease, [Left(name, False, *span)], data, "image/jpeg")


def copy(request: GuardedRequest, extraction: UUID, serial: int, camera: UUID) -> HttpResponse:
    """The copy of a round: the piece that begins at `?tu=` (Unix µs); without, what a player needs before the first."""
    found = item(extraction, now=request.now)
    row = MaskRound.objects.filter(extraction=extraction, serial=serial, rendered_at__isnull=False).first()
    heard = row is not None and masking.is_heard(row, camera)
    there = _reel(found, row, camera, heard) if row is not None else None
    if row is None or there is None:
        return _refused(GONE, 404)
    under = _under(request, found, camera)
    if under is None:
        return _refused(GONE, 403)
    lease, name = under
    if heard and not lease.sound:
        return _refused(masking.NOT_HEARD, 403)
    if "tu" not in request.GET:
        return _head(there)
    at = request.GET["tu"]
    if not at.isascii() or not at.isdigit() or int(at[:20]) not in there.begins:
        return _refused(GONE, 404)
    number = there.begins.index(int(at[:20]))
    span = there.span(number)
    if not _reaches(lease, span):
        return _refused(GONE, 403)
    try:
        masking.served(request.user, row, camera, span, now=request.now)
    except masking.GivenTooFast as refusal:
        answer = _refused(refusal.words, 429)
        answer["Retry-After"] = str(refusal.wait_s)
        return answer
    left = [Left(name, sound, *span) for sound in ((False, True) if heard else (False,))]
    return _footage(request, lease, left, there.piece(number), "video/mp4")


def _reel(found: Item, row: MaskRound, camera: UUID, heard: bool) -> Reel | None:
    """The copy of a camera, if it lies there as it was made; without the track of its sound where all is silent."""
    path = copy_path(found.extraction.id, row.serial, str(camera))
    begin_us, end_us = found.revision.begin_us, found.revision.end_us
    try:
        there = reel(path, begin_us, end_us, sound=heard)
    except (OSError, BrokenFile):
        return None
    return there if there.digest == row.copies.get(str(camera)) else None


def _head(there: Reel) -> HttpResponse:
    return JsonResponse(
        {
            "head": base64.b64encode(there.head).decode(),
            "codecs": there.codecs,
            "begins_us": there.begins,
            "end_us": there.end_us,
        },
        headers={"Cache-Control": "no-store"},
    )


def _under(asked: GuardedRequest, found: Item, camera: UUID) -> tuple[Lease, str] | None:
    """The lease under which the camera is looked at, and the camera's name in it."""
    name = next((f"{each.recorder_id}/{each.name}" for each in found.cameras if each.id == camera), "")
    lease = _lease(asked)
    return (lease, name) if lease is not None and name in lease.cameras else None


def _footage(asked: GuardedRequest, lease: Lease, left: Sequence[Left], data: bytes, kind: str) -> HttpResponse:
    record_served(UUID(hex=lease.viewing), left, len(data), now=asked.now)
    answer = HttpResponse(data, content_type=kind)
    answer["Cache-Control"] = "no-store"
    return answer


def _reaches(lease: Lease, span: tuple[int, int]) -> bool:
    # The last picture of a stretch is shown until its end, which no lease goes beyond.
    return lease.begin_us <= span[0] < lease.end_us and span[1] <= lease.end_us + SECOND_US


def _lease(asked: GuardedRequest) -> Lease | None:
    """A lease that is alive, of an open viewing of this session."""
    try:
        key = keys.public_lease(Path(settings.MINHBACH_DATA) / "keys")
        lease = verify(asked.headers.get(HEADER, ""), [key], round(asked.now.timestamp() * 1_000_000))
    except LeaseRefused:
        return None
    mine = Viewing.objects.filter(
        id=UUID(hex=lease.viewing), account=asked.user, session_digest=sessions.digest_of(asked.session),
        closed_at__isnull=True, kind="playback",
    )  # fmt: skip
    return lease if mine.exists() else None


def _refused(words: Words, status: int) -> HttpResponse:
    return JsonResponse({"vi": words.vi, "en": words.en}, status=status)


def _sheets(found: Item) -> dict[str, dict[str, list[int]]] | None:
    return sheets_of(found.extraction.id) if masking.is_masking(found) else None


def _setup(
    found: Item, sheets: dict[str, dict[str, list[int]]] | None, last: MaskRound | None, drawn: MaskRound | None
) -> dict[str, object]:
    """What the page's script needs; no name but the cameras' labels. `drawn`: the decisions one goes on from.

    A camera of which nothing was laid out has no copy either: there is nothing to choose.
    """
    row = found.extraction
    here = reverse("masking", args=[row.id])
    times = sheets["cameras"] if sheets is not None else {}
    return {
        "room": str(row.room_id),
        "purpose": f"Che hình cho trích xuất số {row}",
        "begin_us": found.revision.begin_us,
        "end_us": found.revision.end_us,
        "begin": found.begin.isoformat(),
        "end": found.end.isoformat(),
        "pictures": here + "/hinh/",
        "copies": f"{here}/ban/{last.serial}/" if last is not None and last.rendered_at is not None else "",
        "cameras": [
            {"id": str(camera.id), "label": camera.label, "times": times.get(str(camera.id), [])}
            for camera in found.cameras
            if str(camera.id) in times
        ],
        "decisions": json.loads(drawn.decisions) if drawn is not None else None,
    }
