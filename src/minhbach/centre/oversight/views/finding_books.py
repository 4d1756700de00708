"""The book of findings: a page of it, the whole of it on paper and as a workbook; the letters of one case."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.recording import record
from minhbach.centre.access.searching import searched
from minhbach.centre.access.sought import words_in
from minhbach.centre.look.paging import part
from minhbach.centre.oversight import finding_papers, reading, register
from minhbach.centre.oversight.case import case_of, measure_told
from minhbach.centre.oversight.models import Measure
from minhbach.centre.oversight.views.cases import CLOSED
from minhbach.centre.oversight.views.findings import HERE, SEARCH
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.workbooks import MEDIA_TYPE
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

BOOK = Words("Sổ phát hiện", "Book of findings")


def finding_book(request: GuardedRequest) -> HttpResponse:
    """The findings of a year, one line for each."""
    year, unit, text = _asked(request)
    text = searched(request, request.user, "finding_book", text, now=request.now, told=False)
    book = register.Book(request.user, now=request.now)
    here = part(book.rows(year=year, unit=unit, text=text), request.GET)
    kept = request.GET.copy()
    kept.pop("tu", None)
    page = {
        "lines": book.lines(here.rows),
        "count": here.count,
        "year": year,
        "years": book.years(),
        "units": [(str(each), name) for each, name in book.units(year)],
        "unit": str(unit or ""),
        "q": text,
        "search": SEARCH,
        "asked": kept.urlencode(),
        "now": request.now,
        "crumbs": [(HERE, reverse("findings")), (BOOK, None)],
    }
    return render(request, "oversight/finding_book.html", page | here.pager)


def finding_book_pdf(request: GuardedRequest) -> HttpResponse:
    """The book of a year on paper. Who took it along is written down."""
    year, lines = _whole(request)
    title = _office(request)
    data = finding_papers.book(lines, year=year, unit=title, now=request.now)
    return _pdf(data, f"so-phat-hien-{year}.pdf")


def finding_book_xlsx(request: GuardedRequest) -> HttpResponse:
    """The book of a year as a workbook. Who took it along is written down."""
    year, lines = _whole(request)
    answer = HttpResponse(finding_papers.book_xlsx(lines), content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="so-phat-hien-{year}.xlsx"'
    return answer


def finding_request(request: GuardedRequest, finding: UUID) -> HttpResponse:
    """The request to explain it, on paper; where nobody is there to ask, the finding's page says so."""
    told = _told(request, finding)
    case = case_of(told.finding, told.steps, now=request.now)
    try:
        data = finding_papers.request(told, case, printed_by=request.user.person_id, now=request.now)
    except NotPossible as refused:
        messages.error(request, str(refused.words))
        return redirect("finding", finding)
    return _pdf(data, "yeu-cau-giai-trinh.pdf")


def finding_conclusion(request: GuardedRequest, finding: UUID) -> HttpResponse:
    """Its conclusion on paper."""
    told = _told(request, finding)
    if told.conclusion is None:
        raise Http404
    case = case_of(told.finding, told.steps, now=request.now)
    return _pdf(finding_papers.conclusion(told, case, now=request.now), "ket-luan.pdf")


def measure_pdf(request: GuardedRequest, finding: UUID, measure: UUID) -> HttpResponse:
    """What follows for an officer, on paper."""
    told = _told(request, finding)
    row = get_object_or_404(Measure.objects.select_related("person", "by"), id=measure, acts__finding=finding)
    return _pdf(finding_papers.measure(told, measure_told(row), now=request.now), f"xu-ly-{row.number}-{row.year}.pdf")


def _told(request: GuardedRequest, finding: UUID) -> reading.Told:
    told = reading.finding_of(request.user, finding, now=request.now)
    if told.closed:
        raise Http404(CLOSED)
    record(request.user, "finding_printed", now=request.now, about=("finding", finding), address=address_of(request))
    return told


def _whole(request: GuardedRequest) -> tuple[int, list[register.Line]]:
    year, unit, text = _asked(request)
    # Never the words: they may be a citizen's name, and no row of the audit log is rewritten.
    said = {name: str(value) for name, value in {"year": year, "unit": unit}.items() if value}
    record(request.user, "finding_book_exported", now=request.now, details=said, address=address_of(request))
    return year, list(register.Book(request.user, now=request.now).whole(year=year, unit=unit, text=text))


def _asked(request: GuardedRequest) -> tuple[int, UUID | None, str]:
    """Year, unit and words of the address; what makes no sense does not narrow."""
    given, year = request.GET.get("nam", ""), request.now.astimezone(registry.VIETNAM).year
    if given.isascii() and given.isdigit() and 2000 <= int(given[:6]) <= year:
        year = int(given[:6])
    try:
        unit = UUID(request.GET.get("don-vi", ""))
    except ValueError:
        unit = None
    return year, unit, words_in(request)


def _office(request: GuardedRequest) -> str:
    day = registry.day_of(request.now)
    posts = {post.unit_id for post in registry.posts(request.user.person_id, day)}
    return next((name.name for name in registry.names_on(posts, day).values()), "")


def _pdf(data: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)
