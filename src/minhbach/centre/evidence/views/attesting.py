"""Who vouches for packages, and the files that travel beside one: its time stamp, the opening of its request."""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.deciding import rooms_where_each
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.evidence import attesting
from minhbach.centre.evidence.actions import stamping
from minhbach.centre.evidence.book import AT_WORK
from minhbach.centre.evidence.models import ReportSignature, Stamp
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.stages import item
from minhbach.centre.registry import reading as registry
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

TITLE = Words("Dấu thời gian và chữ ký số", "Time stamps and signature")
SHOWN = 20
#: Who looks after what vouches for packages, each of the rooms in their reach.
LOOKS_AFTER = frozenset({Right.BUILD, Right.CONFIGURE})
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A package whose stamp or signature is waited for: whose it is, and the way to it, empty where it is not open."""

    row: Stamp | ReportSignature
    unit: str
    room: str
    url: str


def attestation(request: GuardedRequest) -> HttpResponse:
    """Which authority stamps, which certificate signs, what is waited for; a button that tries the authority."""
    asked, asked_problem = _found(attesting.authority)
    by, by_problem = _found(lambda: attesting.holder(request.now))
    if request.method == "POST" and asked is not None:
        _try(request, asked)
        return HttpResponseRedirect(reverse("attestation"))
    rooms = rooms_where_each(request.user, AT_WORK | LOOKS_AFTER, now=request.now)
    mine, opens = (set[UUID]().union(*(rooms[right] for right in rights)) for rights in (LOOKS_AFTER, AT_WORK))
    stamps = Stamp.objects.filter(build__extraction__room__in=mine)
    waiting = stamps.filter(stamped_at__isnull=True)
    unsigned = ReportSignature.objects.filter(build__extraction__room__in=mine, signed_at__isnull=True)
    page = {
        "authority": asked,
        "authority_problem": asked_problem,
        "holder": by,
        "holder_problem": by_problem,
        "waiting": _shown(waiting, opens, request),
        "waiting_count": waiting.count(),
        "unsigned": _shown(unsigned, opens, request),
        "unsigned_count": unsigned.count(),
        "came": stamps.filter(stamped_at__isnull=False).count(),
        "crumbs": [(Words("Trích xuất", "Extractions"), reverse("extractions")), (TITLE, None)],
    }
    return render(request, "evidence/attestation.html", page)


def _shown(
    found: QuerySet[Stamp] | QuerySet[ReportSignature], opens: Collection[UUID], asked: GuardedRequest
) -> list[Waiting]:
    """The first of them to be tried again. Every unit begins its numbers at 1 each year: a number alone names none."""
    rows: Sequence[Stamp | ReportSignature] = list(
        found.select_related("build__extraction__room").order_by("next_at")[:SHOWN]
    )
    units = {row.build.extraction.unit_id for row in rows}
    names = registry.names_on(units, registry.day_of(asked.now))
    return [
        Waiting(
            row=row,
            unit=names[each.unit_id].name if each.unit_id in names else "",
            room=each.room.name,
            url=reverse("extraction", args=[each.id]) if each.room_id in opens else "",
        )
        for row in rows
        for each in (row.build.extraction,)
    ]


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
