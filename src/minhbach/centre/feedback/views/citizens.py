"""Public pages, for whoever holds a receipt or wants to say something: no account, and few words.

A secret stands in no address: what a receipt says travels in the body of a form. A rating goes in one touch; why comes
after it, if at all.
"""

import datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from minhbach.centre.access.addresses import address_of, line_of
from minhbach.centre.dossiers.models import Dossier
from minhbach.centre.feedback import proving, reading, throttling
from minhbach.centre.feedback.actions import petitions, rating
from minhbach.centre.feedback.forms import SCORES, ComplaintForm, ReceiptForm, SlipForm, WhyForm
from minhbach.centre.feedback.models import Petition, PetitionKind, Score, Topic, Way
from minhbach.centre.feedback.models.petitions import ENDS
from minhbach.centre.footage.timeline import us
from minhbach.centre.registry.models import Counter, Room, true_on
from minhbach.centre.registry.reading import VIETNAM, day_of, name_on
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words

_WHY = "feedback.why"
WHY_AGE_S = 1800
A_MOMENT = datetime.timedelta(minutes=1)


class Public(HttpRequest):
    """A request that came through the guard, by anybody."""

    now: datetime.datetime


@never_cache
def rate(request: Public) -> HttpResponse:
    """Type what the receipt says, then touch one of three; or why not."""
    form = ReceiptForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _rate_page(request, form)
    try:
        dossier = proving.receipt_in_hand(**form.cleaned_data, address=line_of(address_of(request)), now=request.now)
        event = rating.newest_visit(dossier)
        if "score" not in request.POST:
            return render(request, "feedback/choose.html", {"form": form, "event": event, "scores": SCORES.items()})
        made = rating.rate(event=event, score=score_of(request.POST["score"]), now=request.now)
    except throttling.TooOften as refusal:
        return _rate_page(request, form, refusal.words, 429)
    except NotPossible as refusal:
        return _rate_page(request, form, refusal.words)
    return _thanks(request, made.id, made.score)


def score_of(said: str) -> Score:
    """One of the three. Raises NotPossible."""
    if said not in {str(score.value) for score in Score}:
        raise NotPossible(rating.NOTHING_YET)
    return Score(int(said))


def _rate_page(request: Public, form: ReceiptForm, why: Words | None = None, status: int = 0) -> HttpResponse:
    if why is not None:
        form.add_error(None, str(why))
    return render(request, "feedback/rate.html", {"form": form}, status=status or (422 if form.errors else 200))


def _thanks(request: HttpRequest, made: UUID, score: int, form: WhyForm | None = None) -> HttpResponse:
    """Thanks, and why, for who cares to say."""
    token = signing.dumps(str(made), salt=_WHY)
    page = {"form": form or WhyForm(), "token": token, "low": score == Score.DISSATISFIED}
    return render(request, "feedback/thanks.html", page, status=422 if form else 200)


@never_cache
def why(request: Public) -> HttpResponse:
    """Why a visit was rated so; only who rated it a moment ago says."""
    form = WhyForm(request.POST)
    try:
        made = UUID(signing.loads(request.POST.get("token", ""), salt=_WHY, max_age=WHY_AGE_S))
    except (signing.BadSignature, ValueError):
        return _done(request, rating.TOO_LATE, 409)
    try:
        if not form.is_valid():
            raise NotPossible(rating.SAY_WHY)
        rating.say_why(made, **form.cleaned_data, now=request.now)
    except NotPossible as refusal:
        if refusal.words != rating.SAY_WHY:
            return _done(request, refusal.words, 409)
        form.add_error(None, str(refusal.words))
        return _thanks(request, made, Score.DISSATISFIED, form)
    return _done(request, Words("Đã ghi nhận ý kiến của ông, bà.", "What you said is written down."))


def _done(request: HttpRequest, words: Words, status: int = 200) -> HttpResponse:
    return render(request, "feedback/done.html", {"words": words}, status=status)


@never_cache
def complain(request: Public) -> HttpResponse:
    """A complaint or suggestion, with or without a receipt, a time or a name."""
    form = ComplaintForm(request.POST or None, rooms=reading.rooms_to_choose(request.now))
    if request.method == "POST" and form.is_valid():
        address = line_of(address_of(request))
        try:
            for limit in (throttling.COMPLAINED_HOUR, throttling.COMPLAINED_DAY):
                throttling.demand(limit, address, now=request.now)
            made = _taken_in(form.cleaned_data, form, address, request.now)
        except throttling.TooOften as refusal:
            form.add_error(None, str(refusal.words))
            return render(request, "feedback/complain.html", {"form": form}, status=429)
        except NotPossible as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.words))
        else:
            throttling.note(throttling.COMPLAINED_HOUR, address, now=request.now)
            return render(request, "feedback/complained.html", {"petition": made, "name": petitions.name_of(made)})
    return render(request, "feedback/complain.html", {"form": form}, status=422 if form.errors else 200)


def _taken_in(values: dict[str, Any], form: ComplaintForm, address: str, now: datetime.datetime) -> Petition:
    dossier: Dossier | None = None
    if values["scan"] or values["secret"]:
        dossier = proving.receipt_in_hand(values["scan"], values["secret"], address=address, now=now)
    room, counter = place_of(values, dossier, now)
    begin = form.begin(VIETNAM) or _newest(dossier)
    said = said_of(values, Way.WEB, begin)
    contact = petitions.Contact(name=values["name"], phone=values["phone"])
    return petitions.register(None, room=room, counter=counter, said=said, contact=contact, dossier=dossier, now=now)


def said_of(values: dict[str, Any], way: Way, begin: datetime.datetime | None) -> petitions.Said:
    """What was said, out of the cleaned values of a form."""
    return petitions.Said(
        kind=PetitionKind(values["kind"]),
        topic=Topic(values["topic"]),
        way=way,
        content=values["content"],
        begin_us=us(begin) if begin else None,
        end_us=us(begin + A_MOMENT) if begin else None,
    )


def _newest(dossier: Dossier | None) -> datetime.datetime | None:
    """The newest visit of the dossier: what somebody with a receipt speaks of who gives no time."""
    if dossier is None:
        return None
    return dossier.events.filter(kind__in=rating.RATED).order_by("-at").values_list("at", flat=True).first()


def place_of(values: dict[str, Any], dossier: Dossier | None, now: datetime.datetime) -> tuple[Room, Counter | None]:
    """Room and counter: those of the receipt, else those that were chosen. Raises NotPossible."""
    if dossier is not None:
        return dossier.counter.room, dossier.counter
    room = get_object_or_404(Room, id=values["room"])
    if not values["counter"]:
        return room, None
    counter = Counter.objects.filter(true_on(day_of(now)), room=room, number=values["counter"]).first()
    if counter is None:
        raise NotPossible(Words("Phòng này không có quầy số đó.", "The room has no such counter."), "counter")
    return room, counter


@never_cache
def look_up(request: Public) -> HttpResponse:
    """How one's complaint stands, by the two codes of its slip."""
    form = SlipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = proving.slip_in_hand(**form.cleaned_data, address=line_of(address_of(request)), now=request.now)
        except throttling.TooOften as refusal:
            form.add_error(None, str(refusal.words))
            return render(request, "feedback/look_up.html", {"form": form}, status=429)
        except NotPossible as refusal:
            form.add_error(None, str(refusal.words))
        else:
            return _how_it_stands(request, found)
    return render(request, "feedback/look_up.html", {"form": form}, status=422 if form.errors else 200)


def _how_it_stands(request: Public, found: Petition) -> HttpResponse:
    events = list(found.events.all())
    page = {
        "petition": found,
        "name": petitions.name_of(found),
        "state": reading.state_of(found, events, request.now),
        "unit_name": name_on(found.unit_id, day_of(found.received_at)).name,
        "told": [event for event in events if event.words],
        "ended": any(event.kind in ENDS for event in events),
    }
    return render(request, "feedback/stands.html", page)
