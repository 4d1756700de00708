"""The book of citizens' requests: what waits, the year page by page, the whole of it on paper and for a spreadsheet."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.reading import labels_of
from minhbach.centre.access.recording import record
from minhbach.centre.evidence import subject_printing
from minhbach.centre.evidence.forms import BookForm
from minhbach.centre.evidence.subject_book import MOST_WAITING, OPEN, OVER, Sought, SubjectBook
from minhbach.centre.evidence.subject_cases import Case
from minhbach.centre.evidence.views.answers import csv_file, pdf_file
from minhbach.centre.registry import reading as registry
from minhbach.centre.words import Words, text

TITLE = Words("Yêu cầu của công dân về bản ghi", "Citizens' requests about recordings")


class SubjectBookForm(BookForm):
    """Which part of the book, by how far such a request is."""

    def __init__(self, *args: object, **words: object) -> None:
        super().__init__(*args, **words)  # type: ignore[arg-type]
        self.fields["state"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", text("Tất cả", "All")),
            (OPEN, text("Đang giải quyết", "Being settled")),
            (OVER, text("Đã kết thúc", "Over")),
        ]


def subject_list(request: GuardedRequest) -> HttpResponse:
    """The book of a year, the newest first; before it what waits, the most pressing on top, while nothing is sought."""
    sought = _sought(request)
    book = SubjectBook(request.user, now=request.now)
    page = book.page(sought, before=request.GET.get("before", ""))
    narrowed = bool(sought.text or sought.unit or sought.state)
    first = "before" not in request.GET and not narrowed
    waiting = book.waiting() if first else []
    if sought.text:
        _note(request, "subjects_searched", sought)
    labels = labels_of({each.row.room_id: each.row.room.name for each in [*waiting, *page.cases]}, now=request.now)
    kept = request.GET.copy()
    kept.pop("before", None)
    asked = kept.urlencode()
    kept["before"] = page.older
    form = SubjectBookForm(request.GET)
    form.offer(years=book.years(), units=book.units(sought.year))
    shown = {
        "waiting": _labelled(waiting, labels),
        "waiting_count": book.waiting_count() if len(waiting) == MOST_WAITING else len(waiting),
        "rows": _labelled(page.cases, labels),
        "late": sum(each.late for each in waiting),
        "first": first,
        "sought": narrowed or "before" in request.GET,
        "year": sought.year,
        "form": form,
        "older": f"?{kept.urlencode()}" if page.older else "",
        "paper": f"{reverse('subjects_pdf')}?{asked}",
        "sheet": f"{reverse('subjects_csv')}?{asked}",
        "crumbs": [(TITLE, None)],
    }
    return render(request, "evidence/subjects.html", shown)


def subjects_pdf(request: GuardedRequest) -> HttpResponse:
    """The book of a year on paper, or the part that is looked for. Who took it along is written down."""
    sought = _sought(request)
    _note(request, "subjects_exported", sought)
    found = list(SubjectBook(request.user, now=request.now).whole(sought))
    names = {each.unit_name for each in found}
    unit = names.pop() if len(names) == 1 else _own_unit(request)
    return pdf_file(subject_printing.book(found, year=sought.year, unit=unit, now=request.now), _name(sought, "pdf"))


def subjects_csv(request: GuardedRequest) -> StreamingHttpResponse:
    """The same for a spreadsheet. Who took it along is written down."""
    sought = _sought(request)
    _note(request, "subjects_exported", sought)
    found = SubjectBook(request.user, now=request.now).whole(sought)
    return csv_file(subject_printing.book_csv(found), _name(sought, "csv"))


def _labelled(found: list[Case], labels: dict) -> list[tuple[Case, str]]:  # type: ignore[type-arg]
    return [(each, labels[each.row.room_id]) for each in found]


def _sought(request: GuardedRequest) -> Sought:
    """What the address says; a part that makes no sense does not narrow."""
    form = SubjectBookForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    year, now = given.get("nam"), request.now.astimezone(registry.VIETNAM).year
    return Sought(
        year if year and 2000 <= year <= now else now, given.get("unit"), given.get("state", ""), given.get("q", "")
    )


def _name(sought: Sought, ending: str) -> str:
    return f"so-yeu-cau-{sought.year}.{ending}"


def _note(request: GuardedRequest, act: str, sought: Sought) -> None:
    said = {"year": sought.year, "unit": sought.unit, "state": sought.state, "text": sought.text}
    details = {name: str(value) for name, value in said.items() if value}
    record(request.user, act, now=request.now, details=details, address=address_of(request))


def _own_unit(request: GuardedRequest) -> str:
    """The office of who prints it."""
    day = registry.day_of(request.now)
    posts = {post.unit_id for post in registry.posts(request.user.person_id, day)}
    return next((name.name for name in registry.names_on(posts, day).values()), "")
