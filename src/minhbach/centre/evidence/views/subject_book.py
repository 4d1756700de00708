"""The book of citizens' requests: what waits, the year page by page, the whole of it on paper and for a spreadsheet.

Words that are looked for may be a citizen's name. They come in the body of a POST and stand in no address, in no row of
the audit log and in no way on: that somebody looked is written down, as is how much was found.
"""

from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict, StreamingHttpResponse
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

LONGEST = 80
TITLE = Words("Yêu cầu của công dân về bản ghi", "Citizens' requests about recordings")


class SubjectBookForm(BookForm):
    """Which part of the book, by how far such a request is. It goes into an address, so it has no field for words."""

    def __init__(self, *args: object, **words: object) -> None:
        super().__init__(*args, **words)  # type: ignore[arg-type]
        del self.fields["q"]
        self.fields["state"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", text("Tất cả", "All")),
            (OPEN, text("Đang giải quyết", "Being settled")),
            (OVER, text("Đã kết thúc", "Over")),
        ]


def subject_list(request: GuardedRequest) -> HttpResponse:
    """The book of a year, the newest first; before it what waits, the most pressing on top, while nothing is sought. A
    POST looks for words in it.
    """
    sought, said = _sought(request), _said(request)
    book = SubjectBook(request.user, now=request.now)
    page = book.page(sought, before=said.get("before", ""))
    narrowed = bool(sought.text or sought.unit or sought.state)
    first = "before" not in said and not narrowed
    waiting = book.waiting() if first else []
    if sought.text:
        _note(request, "subjects_searched", sought, found=str(len(page.cases)))
    labels = labels_of({each.row.room_id: each.row.room.name for each in [*waiting, *page.cases]}, now=request.now)
    kept = {"nam": str(sought.year), "unit": str(sought.unit or ""), "state": sought.state}
    asked = urlencode(kept)
    form = SubjectBookForm(said)
    form.offer(years=book.years(), units=book.units(sought.year))
    shown = {
        "waiting": _labelled(waiting, labels),
        "waiting_count": book.waiting_count() if len(waiting) == MOST_WAITING else len(waiting),
        "rows": _labelled(page.cases, labels),
        "late": sum(each.late for each in waiting),
        "first": first,
        "sought": narrowed or "before" in said,
        "text": sought.text,
        "kept": kept,
        "before": page.older,
        "year": sought.year,
        "form": form,
        "older": f"?{urlencode(kept | {'before': page.older})}" if page.older and not sought.text else "",
        "paper": f"{reverse('subjects_pdf')}?{asked}",
        "sheet": f"{reverse('subjects_csv')}?{asked}",
        "crumbs": [(TITLE, None)],
    }
    return render(request, "evidence/subjects.html", shown)


def subjects_pdf(request: GuardedRequest) -> HttpResponse:
    """The book of a year on paper, or the unit's or state's part of it. Who took it along is written down."""
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
    """What the address says, or a search; a part that makes no sense does not narrow."""
    form = SubjectBookForm(_said(request))
    form.is_valid()
    given = form.cleaned_data
    year, now = given.get("nam"), request.now.astimezone(registry.VIETNAM).year
    return Sought(
        year if year and 2000 <= year <= now else now, given.get("unit"), given.get("state", ""),
        " ".join(request.POST.get("q", "").split())[:LONGEST],
    )  # fmt: skip


def _said(request: GuardedRequest) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET


def _name(sought: Sought, ending: str) -> str:
    return f"so-yeu-cau-{sought.year}.{ending}"


def _note(request: GuardedRequest, act: str, sought: Sought, **more: str) -> None:
    # Never the words: no row of the audit log is rewritten, and who asks for it is to be forgotten.
    said = {"year": sought.year, "unit": sought.unit, "state": sought.state}
    details = {name: str(value) for name, value in said.items() if value} | more
    record(request.user, act, now=request.now, details=details, address=address_of(request))


def _own_unit(request: GuardedRequest) -> str:
    """The office of who prints it."""
    day = registry.day_of(request.now)
    posts = {post.unit_id for post in registry.posts(request.user.person_id, day)}
    return next((name.name for name in registry.names_on(posts, day).values()), "")
