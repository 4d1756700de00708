"""The book of extractions: a page of it, the whole of it on paper and for a spreadsheet."""

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.reading import labels_of
from minhbach.centre.access.recording import record
from minhbach.centre.access.searching import note_search
from minhbach.centre.access.sought import opened
from minhbach.centre.evidence import printing
from minhbach.centre.evidence.book import Book, Sought, part_of
from minhbach.centre.evidence.forms import BookForm
from minhbach.centre.evidence.views.answers import csv_file, pdf_file
from minhbach.centre.registry import reading as registry
from minhbach.centre.words import Words

EXTRACTIONS = Words("Trích xuất", "Extractions")


def extractions(request: GuardedRequest) -> HttpResponse:
    """The book of a year: requests in rooms where the person asks, approves, builds or hands over."""
    sought = _sought(request)
    book = Book(request.user, now=request.now)
    page = book.page(sought, before=request.GET.get("before", ""))
    note_search(request, request.user, "book_searched", sought.text, now=request.now, part=part_of(sought))
    labels = labels_of({each.extraction.room_id: each.extraction.room.name for each in page.items}, now=request.now)
    kept = request.GET.copy()
    kept.pop("before", None)
    asked = kept.urlencode()
    kept["before"] = page.older
    shown = {
        "rows": [
            {"item": each, "room": labels[each.extraction.room_id], "told": book.tells(each.extraction)}
            for each in page.items
        ],
        "form": _form(request, book),
        "year": sought.year,
        "sought": bool(sought.text or sought.unit or sought.state),
        "first": "before" not in request.GET,
        "older": f"?{kept.urlencode()}" if page.older else "",
        "told": book.prints,
        "paper": f"{reverse('book_pdf')}?{asked}",
        "sheet": f"{reverse('book_csv')}?{asked}",
        "crumbs": [(EXTRACTIONS, None)],
    }
    return render(request, "evidence/extractions.html", shown)


def book_pdf(request: GuardedRequest) -> HttpResponse:
    """The book of a year on paper, or the part that is looked for. Who took it along is written down."""
    sought = _sought(request)
    _note_export(request, sought)
    found = list(Book(request.user, now=request.now).whole(sought))
    title = _unit_of(request, {each.unit_name for each in found})
    data = printing.book(found, year=sought.year, unit=title, now=request.now)
    return pdf_file(data, f"so-trich-xuat-{sought.year}.pdf")


def book_csv(request: GuardedRequest) -> StreamingHttpResponse:
    """The same for a spreadsheet. Who took it along is written down."""
    sought = _sought(request)
    _note_export(request, sought)
    lines = printing.book_csv(Book(request.user, now=request.now).whole(sought))
    return csv_file(lines, f"so-trich-xuat-{sought.year}.csv")


def _form(request: GuardedRequest, book: Book) -> BookForm:
    form = BookForm(opened(request, "q"))
    form.offer(years=book.years(), units=book.units(_year(request)))
    return form


def _sought(request: GuardedRequest) -> Sought:
    """What the address says; a part that makes no sense does not narrow."""
    form = BookForm(opened(request, "q"))
    form.is_valid()
    given = form.cleaned_data
    return Sought(_year(request), given.get("unit"), given.get("state", ""), given.get("q", ""))


def _year(request: GuardedRequest) -> int:
    """The year in `?nam=2026`; this one otherwise."""
    given, now = request.GET.get("nam", ""), request.now.astimezone(registry.VIETNAM).year
    return int(given) if given.isascii() and given.isdigit() and 2000 <= int(given[:6]) <= now else now


def _note_export(request: GuardedRequest, sought: Sought) -> None:
    # Never the words: they may be a receiver's or a citizen's name, and no row of the audit log is rewritten.
    record(request.user, "book_exported", now=request.now, details=part_of(sought), address=address_of(request))


def _unit_of(request: GuardedRequest, names: set[str]) -> str:
    """Whose book it is: the one unit in it, or the office of who prints it."""
    if len(names) == 1:
        return names.pop()
    day = registry.day_of(request.now)
    posts: set[UUID] = {post.unit_id for post in registry.posts(request.user.person_id, day)}
    return next((name.name for name in registry.names_on(posts, day).values()), "")
