"""Who vouches for packages, and the files that travel beside one: its time stamp, the opening of its request."""

import secrets
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.evidence import attesting
from minhbach.centre.evidence.actions import stamping
from minhbach.centre.evidence.models import ReportSignature, Stamp
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.stages import item
from minhbach.centre.words import Words

TITLE = Words("Dấu thời gian và chữ ký số", "Time stamps and signature")
SHOWN = 20
Thing = TypeVar("Thing")


def attestation(request: GuardedRequest) -> HttpResponse:
    """Which authority stamps, which certificate signs, what is waited for; a button that tries the authority."""
    asked, asked_problem = _found(attesting.authority)
    by, by_problem = _found(lambda: attesting.holder(request.now))
    if request.method == "POST" and asked is not None:
        _try(request, asked)
        return HttpResponseRedirect(reverse("attestation"))
    waiting = Stamp.objects.filter(stamped_at__isnull=True).select_related("build__extraction__room")
    unsigned = ReportSignature.objects.filter(signed_at__isnull=True).select_related("build__extraction__room")
    page = {
        "authority": asked,
        "authority_problem": asked_problem,
        "holder": by,
        "holder_problem": by_problem,
        "waiting": waiting.order_by("next_at")[:SHOWN],
        "waiting_count": waiting.count(),
        "unsigned": unsigned.order_by("next_at")[:SHOWN],
        "unsigned_count": unsigned.count(),
        "came": Stamp.objects.filter(stamped_at__isnull=False).count(),
        "crumbs": [(Words("Trích xuất", "Extractions"), reverse("extractions")), (TITLE, None)],
    }
    return render(request, "evidence/attestation.html", page)


def _found(look: Callable[[], Thing | None]) -> tuple[Thing | None, Words | None]:
    try:
        return look(), None
    except attesting.NotAttested as problem:
        return None, problem.words


def _try(request: GuardedRequest, asked: attesting.Authority) -> None:
    try:
        _, at = attesting.stamped(asked, secrets.token_bytes(32))
    except attesting.NotAttested as problem:
        messages.error(request, str(problem.words))
    else:
        done = Words("Đã nhận và kiểm tra một dấu thời gian: {at} UTC.", "A time stamp came and verifies: {at} UTC.")
        messages.success(request, str(done.fill(at=f"{at:%H:%M:%S %d/%m/%Y}")))


def stamp_file(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """The authority's answer, for `verify --stamp` and `openssl ts -verify`."""
    row = Stamp.objects.filter(build__extraction=extraction, stamped_at__isnull=False).first()
    if row is None:
        raise Http404
    return _download(bytes(row.answer), "application/timestamp-reply", extraction, request, "dau-thoi-gian", "tsr")


def report_file(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """The report of a package which went without the office's signature, as it was signed since."""
    row = ReportSignature.objects.filter(build__extraction=extraction, signed_at__isnull=False).first()
    if row is None:
        raise Http404
    return _download(bytes(row.signed), "application/pdf", extraction, request, "bao-cao-da-ky", "pdf")


def request_file(request: GuardedRequest, extraction: UUID) -> HttpResponse:
    """The request, opened, for `verify --request`: to be given to a court apart from the package."""
    try:
        data = stamping.opening_of(request.user, extraction, now=request.now)
    except ExtractionRefused as refusal:
        messages.error(request, str(refusal.words))
        return HttpResponseRedirect(reverse("extraction", args=[extraction]))
    return _download(data, "application/json", extraction, request, "de-nghi", "json")


def _download(
    data: bytes, kind: str, extraction: UUID, request: GuardedRequest, name: str, ending: str
) -> HttpResponse:
    row = item(extraction, now=request.now).extraction
    headers = {"Content-Disposition": f'attachment; filename="{name}-{row.number:02}-{row.year}.{ending}"'}
    return HttpResponse(data, content_type=kind, headers=headers)
