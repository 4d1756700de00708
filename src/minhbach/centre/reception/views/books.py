"""The reception book on pages: read with names masked, written at the room, taken along on paper or as a workbook."""

import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.access.actions.personal import note_shown
from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.recording import record
from minhbach.centre.look.paging import PAGE, part
from minhbach.centre.reception import printing
from minhbach.centre.reception.actions import book as actions
from minhbach.centre.reception.book import MATTERS, MOST_OPENED, Book, Sought, related, years_of
from minhbach.centre.reception.duty import duty_in
from minhbach.centre.reception.forms import BookForm, EntryForm
from minhbach.centre.reception.models import BookEntry, BookStepKind, Matter, Session
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.pages import Asked, FormPage, act, answer
from minhbach.centre.registry.workbooks import MEDIA_TYPE
from minhbach.centre.regulation.reading import in_force
from minhbach.centre.words import Words

HERE = Words("Tiếp công dân", "Citizen reception")
BOOK = Words("Sổ tiếp công dân", "Reception book")
DONE = Words("Đã ghi vào sổ.", "It is written in the book.")
SEARCH = Words("Tìm theo họ tên", "Search by name")
LONGEST = 80
#: Of one file: a commune's year has a few hundred.
MOST = 5_000


def reception_book(request: GuardedRequest) -> HttpResponse:
    """The book of a year, the newest first; before it what waits in one's own."""
    sought, book = _sought(request), Book(request.user, now=request.now)
    today = registry.day_of(request.now)
    here = part(related(book.found(sought)), request.GET)
    narrowed = bool(sought.unit or sought.state or sought.matter)
    first = "tu" not in request.GET and not narrowed and sought.year == today.year
    form = BookForm(request.GET or {"nam": str(sought.year)})
    seen = BookEntry.objects.filter(id__in=book.found(Sought(sought.year)).values("id"))
    units = registry.names_on(set(seen.order_by().values_list("unit", flat=True).distinct()), today)
    form.offer(years=years_of(BookEntry.objects.all(), request.now), units={u: n.name for u, n in units.items()})
    page = {
        "lines": [(line, None if line.neutral else line.state(today)) for line in book.lines(here.rows)],
        "count": here.count,
        "pager": here.pager,
        "waiting": [(line, line.state(today)) for line in book.waiting(10)] if first else [],
        "form": form,
        "year": sought.year,
        "searches": bool(book.own),
        "narrowed": narrowed,
        "asked": request.GET.urlencode(),
        "crumbs": [(HERE, reverse("sessions")), (BOOK, None)],
    }
    return render(request, "reception/book.html", page)


def reception_book_pdf(request: GuardedRequest) -> HttpResponse:
    """The book on paper, names in full only in one's own. Who took it along is written down."""
    lines, named, sought = _taken(request)
    units = {line.unit_name for line in lines}
    unit = units.pop() if len(units) == 1 else ""
    data = printing.book_pdf(lines, year=sought.year, unit=unit, named=named, now=request.now)
    return _file(data, "application/pdf", f"so-tiep-cong-dan-{sought.year}.pdf")


def reception_book_sheet(request: GuardedRequest) -> HttpResponse:
    """The same as a workbook."""
    lines, named, sought = _taken(request)
    data = printing.book_sheet(lines, year=sought.year, named=named)
    return _file(data, MEDIA_TYPE, f"so-tiep-cong-dan-{sought.year}.xlsx")


def _taken(asked: GuardedRequest) -> tuple[list[Any], bool, Sought]:
    sought, book = _sought(asked), Book(asked.user, now=asked.now)
    rows = list(related(book.found(sought).order_by("year", "unit", "number"))[:MOST])
    # In full only where every entry is of a book that one keeps: no file mixes both.
    named = bool(rows) and all(book.keeps(row) for row in rows)
    details = {"year": str(sought.year), "rows": str(len(rows)), "named": str(named)}
    record(asked.user, "book_exported", now=asked.now, details=details, address=address_of(asked))
    return book.lines(rows), named, sought


def book_search(request: GuardedRequest) -> HttpResponse:
    """Who came, by name, in the books that one keeps. The name stands in no log; that one looked does."""
    book, year = Book(request.user, now=request.now), _sought(request).year
    name = " ".join(request.POST.get("ten", "").split())[:LONGEST]
    lines, all_of_it = book.named(name, year)
    details = {"year": str(year), "found": str(len(lines))}
    record(request.user, "searched:reception_book", now=request.now, details=details, address=address_of(request))
    today = registry.day_of(request.now)
    page = {
        "lines": [(line, line.state(today)) for line in lines[:PAGE]],
        "count": len(lines),
        "more": max(len(lines) - PAGE, 0),
        "all_of_it": all_of_it,
        "most": MOST_OPENED,
        "year": year,
        "name": name,
        "crumbs": [(HERE, reverse("sessions")), (BOOK, reverse("reception_book")), (SEARCH, None)],
    }
    return render(request, "reception/book_search.html", page)


def book_slip(request: GuardedRequest, book_entry: UUID) -> HttpResponse:
    """The paper by which many who came in one matter name who speaks for them. Who printed it is written down."""
    book = Book(request.user, now=request.now)
    line = book.one(book_entry)
    row = line.row
    represented_from = _represented_from(row)
    if line.neutral or not book.keeps(row) or row.people < represented_from:
        raise Http404
    note_shown(request.user, ("book_entry", book_entry), now=request.now, address=address_of(request))
    data = printing.slip_pdf(line, represented_from=represented_from, now=request.now)
    return _file(data, "application/pdf", f"nguoi-dai-dien-{row.year}-{row.number}.pdf")


def book_new(request: Asked, session: UUID) -> HttpResponse:
    """One more entry, of this session."""
    row = get_object_or_404(Session.objects.select_related("room"), id=session)
    back = reverse("session", args=[session])
    duty = duty_in(in_force(row.unit_id, registry.last_day(row.unit_id, registry.day_of(row.opened_at))))
    page = FormPage(
        heading=Words("Ghi sổ tiếp công dân", "Write in the reception book"),
        lead=Words(
            "Buổi tiếp {number}. Họ tên và nội dung được khóa lại; xem đầy đủ thì được ghi nhật ký.",
            "Session {number}. Names and matters lie closed; to see them in full is written down.",
        ).fill(number=str(row)),
        submit=Words("Ghi sổ", "Write"),
        back=back,
        crumbs=[
            (HERE, reverse("sessions")),
            (Words("Buổi tiếp {n}", "Session {n}").fill(n=str(row)), back),
            (BOOK, None),
        ],
        done=DONE,
    )  # fmt: skip
    form = EntryForm(request.POST or None, represented_from=duty.represented_from, initial={"people": row.people})

    def write(values: dict[str, Any]) -> str:
        brought = actions.Brought(**{**values, "matter": Matter(values["matter"])})
        made = actions.write_entry(request.user, session=session, brought=brought, now=request.now)  # type: ignore[arg-type]
        return reverse("book_entry", args=[made.id])

    return answer(request, page, form, write)


def book_entry(request: GuardedRequest, book_entry: UUID) -> HttpResponse:
    """One entry: who came, masked; what it is about; what was done and what is to do."""
    return _entry_page(request, book_entry)


def book_person(request: GuardedRequest, book_entry: UUID) -> HttpResponse:
    """The same in full; that it was shown is written down."""
    if Book(request.user, now=request.now).one(book_entry).neutral:
        raise Http404
    note_shown(request.user, ("book_entry", book_entry), now=request.now, address=address_of(request))
    return _entry_page(request, book_entry, shown=True)


def _entry_page(asked: GuardedRequest, entry: UUID, *, shown: bool = False) -> HttpResponse:
    book = Book(asked.user, now=asked.now)
    line = book.one(entry)
    title = Words("Sổ tiếp công dân, số {number}", "Reception book, number {number}").fill(number=str(line.row))
    handle_by, settle_by = line.terms()
    keeps = book.keeps(line.row) and not line.neutral
    page = {
        "line": line,
        "row": line.row,
        "person": None if line.neutral else line.row.person,
        "shown": shown,
        "title": title,
        "state": None if line.neutral else line.state(registry.day_of(asked.now)),
        "handle_by": handle_by,
        "settle_by": settle_by,
        "keeps": keeps,
        "extends_to": actions.may_extend_to(line.row, now=asked.now) if keeps else None,
        "represented": line.row.people >= _represented_from(line.row),
        "matters": [(kind.value, words) for kind, words in MATTERS.items() if kind != line.matter],
        "crumbs": [(HERE, reverse("sessions")), (BOOK, reverse("reception_book")), (title, None)],
    }
    return render(asked, "reception/entry.html", page)


def _represented_from(row: BookEntry) -> int:
    unit, day = row.session.unit_id, registry.day_of(row.session.opened_at)
    return duty_in(in_force(unit, registry.last_day(unit, day))).represented_from


def book_step(request: Asked, book_entry: UUID) -> HttpResponse:
    """Accept, return or forward it; more time by a paper; what came of it; which class it really is."""
    said = request.POST
    kind = next((each for each in BookStepKind if each == said.get("kind")), None)
    if kind is None:
        raise Http404
    line = Book(request.user, now=request.now).one(book_entry)  # type: ignore[arg-type]  # an account
    if line.neutral:
        raise Http404
    return act(
        request,
        lambda: actions.take_step(
            request.user, book_entry, kind=kind, words=said.get("words", ""), to_body=said.get("to_body", ""),  # type: ignore[arg-type]
            matter=said.get("matter", ""), document=said.get("document", ""), until=_day(said.get("until", "")),
            now=request.now,
        ),
        done=DONE,
        back=reverse("book_entry", args=[book_entry]),
    )  # fmt: skip


def _day(said: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(said)
    except ValueError:
        return None


def _sought(asked: GuardedRequest) -> Sought:
    """What the address says; a part that makes no sense does not narrow."""
    said, year = asked.GET or asked.POST, registry.day_of(asked.now).year
    given = said.get("nam", "")
    try:
        unit = UUID(said.get("unit", ""))
    except ValueError:
        unit = None
    wanted = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else year
    return Sought(wanted if 2000 <= wanted <= year else year, unit, said.get("state", ""), said.get("matter", ""))


def _file(data: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(data, content_type=media_type, headers=headers)
