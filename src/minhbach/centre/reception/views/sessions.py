"""Reception as its officer works: open, close, mark; and what others may know of it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.reception import reading
from minhbach.centre.reception.actions import restricting, sessions
from minhbach.centre.reception.forms import ClosingForm, OpenForm
from minhbach.centre.reception.heads import receivers_of
from minhbach.centre.reception.models import Session, SessionEvent
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.pages import Asked, FormPage, act, answer
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

HERE = Words("Tiếp công dân", "Citizen reception")
RESTRICTED = Words(
    "Đã hạn chế xem toàn bộ buổi tiếp và ra lệnh giữ hình.", "The whole session is restricted, and its footage held."
)
ASKED = Words("Đã gửi đề nghị; cần thêm một người đồng ý.", "Asked; a second person has to agree.")


def overview(request: GuardedRequest) -> HttpResponse:
    """The rooms where one receives, and the sessions one may know of."""
    page = reading.overview(request.user, request.GET, now=request.now)
    context = {"page": page, "now": request.now, "year": registry.day_of(request.now).year, "crumbs": [(HERE, None)]}
    return render(request, "reception/sessions.html", context | page.pager)


def session_open(request: Asked, room: UUID) -> HttpResponse:
    """A session opened in a room."""
    row = get_object_or_404(Room, id=room)
    back = reverse("sessions")
    page = FormPage(
        heading=Words("Mở buổi tiếp công dân", "Open a session"),
        lead=Words("{room}. Khu vực có camera ghi hình, ghi âm.", "{room}. Under video and audio recording.").fill(
            room=row.name
        ),
        submit=Words("Mở buổi tiếp", "Open the session"),
        back=back,
        crumbs=[(HERE, back), (row.name, None)],
        done=Words("Buổi tiếp đã mở; thời điểm này được đánh dấu.", "The session is open; the minute is marked."),
        template="reception/open.html",
    )

    def begin(values: dict[str, Any]) -> str:
        receiver = values.pop("received_by")
        made = sessions.open_session(
            request.user.person, room=row, now=request.now, received_by=UUID(receiver) if receiver else None, **values
        )
        return reverse("session", args=[made.id])

    return answer(request, page, OpenForm(request.POST or None, receivers=_receivers(request, room)), begin)


def _receivers(asked: Asked, room: UUID) -> list[tuple[str, str]]:
    """Who opens it, then who leads the unit or is named by a decision for today."""
    own, day = asked.user.person, registry.day_of(asked.now)
    holder = registry.holder_on(room, day)
    people = {own.id: own, **(receivers_of(holder, day) if holder else {})}
    return [(str(person.id), person.full_name) for person in people.values()]


def session(request: GuardedRequest, session: UUID) -> HttpResponse:
    """One session: what happened, and what can be done now."""
    page = reading.session_page(request.user, session, now=request.now)
    row = page.told.session
    title = reading.NEUTRAL if page.told.neutral else Words("Buổi tiếp {number}", "Reception {number}").fill(number=row)
    at = registry.VIETNAM
    context = {
        "page": page,
        "row": row,
        "title": title,
        "now": request.now,
        "moment": f"{row.opened_at.astimezone(at):%Y-%m-%dT%H:%M:%S}" if page.url_us else "",
        "crumbs": [(HERE, reverse("sessions")), (title, None)],
    }
    return render(request, "reception/session.html", context)


def session_event(request: GuardedRequest, session_event: UUID) -> HttpResponse:
    """From a mark on a timeline to its session."""
    row = get_object_or_404(SessionEvent, id=session_event)
    return HttpResponseRedirect(reverse("session", args=[row.session_id]))


def session_close(request: Asked, session: UUID) -> HttpResponse:
    """The citizens have left; how many came in all, where that is said."""
    row, form = get_object_or_404(Session, id=session), ClosingForm(request.POST)

    def close() -> None:
        if not form.is_valid():
            raise NotPossible(sessions.HOW_MANY, "people")
        sessions.close_session(request.user.person, session=row, people=form.cleaned_data["people"], now=request.now)

    return act(
        request,
        close,
        done=Words("Buổi tiếp đã kết thúc.", "The session is closed."),
        back=reverse("session", args=[session]),
    )


def session_restrict(request: Asked, session: UUID) -> HttpResponse:
    """It is a denunciation: nobody else sees it from now on."""
    row = get_object_or_404(Session, id=session)
    return act(
        request,
        lambda: restricting.restrict_session(request.user.person, session=row, now=request.now),
        done=RESTRICTED,
        back=reverse("session", args=[session]),
    )


def session_reopen(request: Asked, session: UUID) -> HttpResponse:
    """Marked in error: the first of two says so."""
    row, reason = get_object_or_404(Session, id=session), request.POST.get("reason", "")
    return act(
        request,
        lambda: restricting.ask_reopening(request.user.person, session=row, reason=reason, now=request.now),
        done=ASKED,
        back=reverse("session", args=[session]),
    )


def session_reopen_decide(request: Asked, session: UUID) -> HttpResponse:
    """The second agrees, or not."""
    row, agreed = get_object_or_404(Session, id=session), request.POST.get("agreed") == "1"
    return act(
        request,
        lambda: restricting.decide_reopening(request.user.person, session=row, agreed=agreed, now=request.now),
        done=Words("Đã bỏ hạn chế.", "The restriction is lifted.")
        if agreed
        else Words("Đã từ chối đề nghị bỏ hạn chế.", "The request is refused; the time stays restricted."),
        back=reverse("session", args=[session]),
    )
