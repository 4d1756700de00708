"""What citizens said, for those who handle it: the list, one complaint, one rating; taking in what came by phone."""

import datetime
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.access.actions.personal import note_shown
from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.searching import searched
from minhbach.centre.access.sought import words_in
from minhbach.centre.feedback import reading
from minhbach.centre.feedback.actions import petitions
from minhbach.centre.feedback.actions.publishing import publish_by
from minhbach.centre.feedback.forms import KINDS, TOPICS, WAYS, TakenInForm
from minhbach.centre.feedback.models import (
    NotHeld,
    Panel,
    Petition,
    PetitionEvent,
    PetitionKind,
    Rating,
    StepKind,
    Topic,
    Way,
)
from minhbach.centre.feedback.models.petitions import ENDS
from minhbach.centre.feedback.published import decision_on, owed_in
from minhbach.centre.feedback.views.citizens import place_of, said_of
from minhbach.centre.footage.timeline import moment
from minhbach.centre.look.paging import part
from minhbach.centre.registry.models import Counter, Room, true_on
from minhbach.centre.registry.pages import act, room_crumbs
from minhbach.centre.registry.reading import VIETNAM, day_of, name_on
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

HERE = Words("Đánh giá, phản ánh", "Ratings and complaints")
SEARCH = Words("Số, nơi, nội dung phản ánh", "Number, place, what was said")
DONE = {
    StepKind.ACCEPTED: Words("Đã thụ lý.", "Accepted."),
    StepKind.ASKED: Words("Đã đề nghị công dân bổ sung.", "More is asked of the citizen."),
    StepKind.ANSWERED: Words("Đã trả lời công dân.", "The citizen is answered."),
    StepKind.REFUSED: Words("Đã ghi không thụ lý.", "Refused."),
}
STEPS = {
    StepKind.ACCEPTED: Words("Thụ lý", "Accepted"),
    StepKind.ASKED: Words("Đề nghị bổ sung", "Asked for more"),
    StepKind.ANSWERED: Words("Trả lời", "Answered"),
    StepKind.REFUSED: Words("Không thụ lý", "Refused"),
}


def feedback(request: GuardedRequest) -> HttpResponse:
    """What waits by its term; how counters were rated; what was rated low; which screens stand where."""
    ended = "da-xong" in request.GET
    rooms = reading.rooms_handled(request.user, now=request.now)
    panels = Panel.objects.filter(closed_at__isnull=True, counter__room__in=rooms)
    # What a citizen wrote may name anybody.
    text = searched(request, request.user, "feedback", words_in(request), now=request.now, told=False)
    here = part(reading.petitions_for(rooms, ended=ended, text=text), request.GET)
    low = part(reading.low_ratings_for(rooms), request.GET, "thap")
    totals = part(reading.Totals(rooms, now=request.now), request.GET, "quay")
    screens = part(panels.select_related("counter__room", "opened_by").order_by("opened_at", "id"), request.GET, "bang")
    page = {
        "lines": reading.lines_of(here.rows, now=request.now),
        "count": here.count,
        "pager": here.pager,
        "q": text,
        "search": SEARCH,
        "ended": ended,
        "owed": owed_in(rooms),
        "totals": totals.rows,
        "totals_pager": totals.pager,
        "days": reading.DAYS,
        "rooms": reading.rooms_near(rooms, now=request.now),
        "low": reading.told(low.rows, request.user, request.now),
        "low_pager": low.pager,
        "panels": screens.rows,
        "panels_pager": screens.pager,
        "kinds": KINDS,
        "now": request.now,
        "crumbs": [(HERE, None)],
    }
    return render(request, "feedback/feedback.html", page)


def petition(request: GuardedRequest, petition: UUID) -> HttpResponse:
    """One complaint: what was said, its terms, what is kept, what was done, and what to do next."""
    return petition_page(request, petition)


def person(request: GuardedRequest, petition: UUID) -> HttpResponse:
    """The same with who said it in full; that it was shown is written down."""
    note_shown(request.user, ("petition", petition), now=request.now, address=address_of(request))
    return petition_page(request, petition, shown=True)


def petition_page(
    asked: GuardedRequest, petition: UUID, refused: NotPossible | None = None, *, shown: bool = False
) -> HttpResponse:
    """The page; after a refusal with the sentence of it and all that was written, which nobody writes twice."""
    row = get_object_or_404(Petition.objects.select_related("room", "counter", "dossier", "registered_by"), id=petition)
    events = list(row.events.select_related("by"))
    holds = reading.holds_of(row)
    name = petitions.name_of(row)
    page = {
        "petition": row,
        "name": name,
        "unit_name": name_on(row.unit_id, day_of(row.received_at)).name,
        "state": reading.state_of(row, events, asked.now),
        "events": [(STEPS[StepKind(event.kind)], event) for event in events],
        "ended": any(event.kind in ENDS for event in events),
        "accepted": any(event.kind == StepKind.ACCEPTED for event in events),
        "may_refuse": asked.now <= row.refuse_by,
        "begin": moment(row.begin_us) if row.begin_us else None,
        "way": reading.way_to(asked.user, row, now=asked.now),
        "holds": holds,
        "not_held": reading.NOT_HELD[NotHeld(row.not_held)] if row.not_held and not holds else None,
        "citizen": getattr(row, "petitioner", None),
        "shown": shown,
        "kind": KINDS[PetitionKind(row.kind)],
        "topic": TOPICS[Topic(row.topic)],
        "channel": WAYS[Way(row.way)],
        **_public(row, events, asked.now),
        "refused": refused,
        "written": asked.POST if refused else {},
        "crumbs": [(HERE, reverse("feedback")), (name, None)],
    }
    return render(asked, "feedback/petition.html", page, status=409 if refused else 200)


def _public(row: Petition, events: list[PetitionEvent], now: datetime.datetime) -> dict[str, object]:
    """What the public reads of it, or should."""
    answered = next((event for event in events if event.kind == StepKind.ANSWERED), None)
    if answered is None:
        return {}
    by = publish_by(row, answered.at)
    return {"answered": answered, "publish_by": by, "publish_late": by < now, "publication": decision_on(row.id)}


def petition_step(request: GuardedRequest, petition: UUID) -> HttpResponse:
    """Accept it, ask back, answer or refuse."""
    kind = next((each for each in DONE if each == request.POST.get("kind")), StepKind.ACCEPTED)
    words = request.POST.get("words", "")
    return petition_act(
        request, petition, lambda: petitions.step(request.user, petition, kind=kind, words=words, now=request.now),
        DONE[kind],
    )  # fmt: skip


def petition_act(asked: GuardedRequest, petition: UUID, do: Callable[[], object], done: Words) -> HttpResponse:
    """One action on the page of a complaint, where a refusal keeps what was written."""
    try:
        do()
    except NotPossible as refused:
        return petition_page(asked, petition, refused)
    messages.success(asked, str(done))
    return HttpResponseRedirect(reverse("petition", args=[petition]))


def petition_hold(request: GuardedRequest, petition: UUID) -> HttpResponse:
    """Keep what it speaks of after all."""
    return act(
        request,  # type: ignore[arg-type]  # what `act` asks of a request, the guard's has
        lambda: petitions.hold_for(request.user, petition, now=request.now),
        done=Words("Đã ra lệnh giữ lại hình.", "The footage is ordered to be held."),
        back=reverse("petition", args=[petition]),
    )


def petition_new(request: GuardedRequest, room: UUID) -> HttpResponse:
    """Take in what came by telephone, in the box, by letter or across the counter."""
    here = get_object_or_404(Room, id=room)
    rooms = [(str(here.id), here.name)]
    form = TakenInForm(request.POST or None, rooms=rooms, initial={"room": str(room), "way": Way.HOTLINE})
    for name in ("scan", "secret"):
        del form.fields[name]
    if request.method == "POST" and form.is_valid():
        try:
            made = _register(request, form, here)
        except NotPossible as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.words))
        else:
            page = {"petition": made, "name": petitions.name_of(made), "by_officer": True}
            return render(request, "feedback/complained.html", page)
    crumbs = room_crumbs(here, request.now, (Words("Tiếp nhận phản ánh", "Take in a complaint"), None))
    page = {"form": form, "room": here, "crumbs": crumbs}
    return render(request, "feedback/take_in.html", page, status=422 if form.errors else 200)


def _register(request: GuardedRequest, form: TakenInForm, room: Room) -> Petition:
    values = form.cleaned_data
    _, counter = place_of({**values, "room": room.id}, None, request.now)
    said = said_of(values, Way(values["way"]), form.begin(VIETNAM))
    contact = petitions.Contact(name=values["name"], phone=values["phone"])
    return petitions.register(
        request.user.person, room=room, counter=counter, said=said, contact=contact, now=request.now
    )


def rating(request: GuardedRequest, rating: UUID) -> HttpResponse:
    """One rating, why, and the way to its minute."""
    row = get_object_or_404(Rating.objects.select_related("counter__room", "event", "hold"), id=rating)
    [told] = reading.told([row], request.user, request.now)
    page = {
        "told": told,
        "rating": row,
        "holds": reading.holds_of_rating(row),
        "not_held": reading.NOT_HELD[NotHeld(row.not_held)] if row.not_held else None,
        "crumbs": [(HERE, reverse("feedback")), (Words("Một lượt đánh giá", "A rating"), None)],
    }
    return render(request, "feedback/rating.html", page)


def screens(request: GuardedRequest, room: UUID) -> HttpResponse:
    """The counters of a room, to open a screen on this very tablet."""
    row = get_object_or_404(Room, id=room)
    counters = Counter.objects.filter(true_on(day_of(request.now)), room=row).order_by("number")
    page = {
        "room": row,
        "counters": counters,
        "crumbs": room_crumbs(row, request.now, (Words("Bảng đánh giá", "Rating screen"), None)),
    }
    return render(request, "feedback/screens.html", page)
