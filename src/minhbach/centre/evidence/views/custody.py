"""What comes after the package: copying it out, hand-over, signature, end; papers and files of an extraction."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.evidence import printing
from minhbach.centre.evidence.actions import building, custody, releasing
from minhbach.centre.evidence.forms import CloseForm, HandOverForm, SignedForm
from minhbach.centre.evidence.models import CustodyKind, HoldRelease
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.proofs import court_key_file
from minhbach.centre.evidence.stages import item
from minhbach.centre.evidence.views.answers import csv_file, pdf_file
from minhbach.centre.footage.holds import hold_of
from minhbach.centre.papers.serving import served
from minhbach.centre.words import Words
from minhbach.ledger.scope import read


def package(request: GuardedRequest, extraction: UUID) -> FileResponse | HttpResponse:
    """The package itself; that it was taken is a row before the first byte."""
    try:
        path = building.copy_package(request.user, extraction, address=address_of(request), now=request.now)
    except ExtractionRefused as refusal:
        messages.error(request, str(refusal.words))
        return _back(extraction)
    row = item(extraction, now=request.now).extraction
    name = f"trich-xuat-{row.number:02}-{row.year}.zip"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")


def hand_over(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """The package goes into the receiver's hands."""
    return _filled(request, extraction, HandOverForm(request.POST), custody.hand_over)


def sign_for(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """The photograph of the signed minutes."""
    form = SignedForm(request.POST, request.FILES)
    if form.is_valid():
        form.cleaned_data["photo"] = form.cleaned_data["photo"].read()
    return _filled(request, extraction, form, custody.sign_for)


def close(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """Returned or destroyed."""
    form = CloseForm(request.POST)
    if form.is_valid():
        form.cleaned_data["destroyed"] = form.cleaned_data.pop("how") == "destroyed"
    return _filled(request, extraction, form, custody.close)


def _filled(request: GuardedRequest, extraction: UUID, form: Form, act) -> HttpResponse:  # type: ignore[no-untyped-def]
    if not form.is_valid():
        first = next(iter(form.errors.values()))[0]
        messages.error(request, str(first))
        return _back(extraction)
    try:
        act(request.user, extraction, **form.cleaned_data, now=request.now)
    except ExtractionRefused as refusal:
        messages.error(request, str(refusal.words))
    else:
        messages.success(request, str(Words("Đã ghi.", "Written down.")))
    return _back(extraction)


def signed_photo(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """The photograph of the signed minutes."""
    signed = item(extraction, now=request.now).custody_of(CustodyKind.SIGNED)
    if signed is None or signed.paper is None:
        raise Http404
    return served(signed.paper)


def minutes_pdf(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """The minutes of the hand-over, to be signed on paper; there are none before there is a package."""
    found = item(extraction, now=request.now)
    try:
        paper = printing.minutes(found, now=request.now)
    except LookupError as none:
        raise Http404 from none
    return pdf_file(paper, f"bien-ban-{found.extraction.number:02}.pdf")


def life_pdf(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """Everything that happened, on paper."""
    found = item(extraction, now=request.now)
    return pdf_file(printing.life_of(found, now=request.now), f"qua-trinh-{found.extraction.number:02}.pdf")


def life_csv(request: GuardedRequest, extraction: UUID) -> StreamingHttpResponse:
    """Everything that happened, for a spreadsheet."""
    found = item(extraction, now=request.now)
    return csv_file(printing.life_csv(found), f"qua-trinh-{found.extraction.number:02}.csv")


def court_keys_file(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """The public keys by which a court checks the package: to be given on another way than the package itself."""
    found = item(extraction, now=request.now)
    text = court_key_file(read(bytes(found.revision.scope)), settings.MINHBACH_DATA)
    headers = {"Content-Disposition": f'attachment; filename="khoa-kiem-tra-{found.extraction.number:02}.txt"'}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


def hold_release(request: GuardedRequest, hold: UUID) -> HttpResponse:
    """Ask that a hold ends, answer as the second person, or tell a recorder again that refused to release it."""
    held = hold_of(request.user, hold, now=request.now)
    if request.method == "POST":
        try:
            if "answer" in request.POST:
                agreed = request.POST["answer"] == "agree"
                releasing.decide_release(request.user, hold, agreed=agreed, now=request.now)
            elif "again" in request.POST:
                releasing.ask_recorders_again(request.user, hold, now=request.now)
            else:
                releasing.ask_release(request.user, hold, reason=request.POST.get("reason", ""), now=request.now)
        except ExtractionRefused as refusal:
            messages.error(request, str(refusal.words))
        else:
            messages.success(request, str(Words("Đã ghi.", "Written down.")))
        return HttpResponseRedirect(reverse("hold_release", args=[hold]))
    waiting, refused = releasing.open_release(hold), releasing.refused_releases(hold).exists()
    released = HoldRelease.objects.filter(hold=hold, agreed=True).exists()
    over = released and not refused
    page = {
        "held": held,
        "waiting": waiting,
        "why_not": None if over else releasing.may_not_release(request.user, held.hold, now=request.now),
        "refused": refused,
        "mine": waiting is not None and waiting.asked_by_id == request.user.person_id,
        "past": HoldRelease.objects.filter(hold=hold, agreed__isnull=False).select_related("asked_by", "decided_by"),
        "released": released,
        "crumbs": [
            (Words("Hình đang giữ lại", "Held footage"), reverse("holds")),
            (f"{held.begin:%H:%M, %d/%m/%Y}", reverse("hold", args=[hold])),
            (Words("Gỡ giữ lại", "Release"), None),
        ],
    }
    return render(request, "evidence/release.html", page)


def _back(extraction: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("extraction", args=[extraction]))
