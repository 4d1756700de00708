"""Pages of citizens' requests about their own recording: they parse, call one action, render."""

import datetime
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.access.actions.personal import note_shown
from minhbach.centre.access.addresses import address_of
from minhbach.centre.access.deciding import rooms_where
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.access.may import of
from minhbach.centre.access.reading import labels_of
from minhbach.centre.dossiers.models import Dossier
from minhbach.centre.dossiers.scanning import NotLed, lead
from minhbach.centre.evidence import subject_letters, subject_life
from minhbach.centre.evidence.actions import deciding, disposing, erasing, subjects
from minhbach.centre.evidence.actions.subjects import SubjectRefused
from minhbach.centre.evidence.models import Act, Wanted
from minhbach.centre.evidence.obstacles import obstacles
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.serving import choices, in_service
from minhbach.centre.evidence.subject_cases import (
    ACTS,
    BEHALVES,
    CHANNELS,
    ENDED,
    ENDINGS,
    IDENTITIES,
    PICTURED,
    UNDECIDED,
    Case,
    Stage,
    case,
)
from minhbach.centre.evidence.subject_forms import AFTER, BEFORE, SubjectForm, filled
from minhbach.centre.evidence.views.subject_book import TITLE
from minhbach.centre.footage.coverage import coverage
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.pages import room_crumbs
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

NEW = Words("Tiếp nhận yêu cầu", "Take a request")
NOTHING = Words("Không có bản ghi nào để xóa", "There was nothing to erase")
WRITTEN = Words("Đã ghi.", "Written down.")


def subject_begin(request: GuardedRequest) -> HttpResponse:
    """Which room it is about: by the receipt, or by choosing."""
    rooms = rooms_where(request.user, Right.SUBJECT_TAKE, now=request.now)
    given, why = request.GET.get("ma", "").strip(), None
    if given:
        try:
            dossier = lead(request.user, given, now=request.now).dossier
        except NotLed as refused:
            why = refused.words
        else:
            room = dossier.counter.room_id
            if room in rooms:
                return HttpResponseRedirect(f"{reverse('subject_new', args=[room])}?ho-so={dossier.code}")
            why = Words("Hồ sơ này không thuộc phần việc của bạn.", "This dossier is not part of your work.")
    names = dict(Room.objects.filter(id__in=rooms).values_list("id", "name"))
    labels = labels_of(names, now=request.now)
    page = {
        "rooms": sorted(labels.items(), key=lambda pair: pair[1]), "given": given, "why": why,
        "crumbs": [(TITLE, reverse("subjects")), (NEW, None)],
    }  # fmt: skip
    return render(request, "evidence/subject_begin.html", page, status=422 if why else 200)


def subject_new(request: GuardedRequest, room: UUID) -> HttpResponse:
    """Take a request about a room."""
    row = get_object_or_404(Room, id=room)
    code = request.GET.get("ho-so", "")[:40]
    dossier = Dossier.objects.filter(code=code, counter__room=room).first() if code else None
    form = SubjectForm(request.POST or None, initial=filled(dossier, request.now))
    _offer_cameras(form, room, dossier.received_at if dossier else request.now)
    if request.method == "POST" and form.is_valid():
        try:
            made = subjects.take(request.user, room=room, asked=form.asked(request.now), now=request.now)
        except (SubjectRefused, ExtractionRefused) as refusal:
            form.add_error(None, str(refusal.words))
        else:
            messages.success(request, str(Words("Đã tiếp nhận. Hãy in giấy tiếp nhận.", "Taken. Print the slip.")))
            return HttpResponseRedirect(reverse("subject", args=[made.id]))
    page = {"form": form, "room": row, "crumbs": room_crumbs(row, request.now, (NEW, None))}
    return render(request, "evidence/subject_new.html", page, status=422 if form.errors else 200)


def _offer_cameras(form: SubjectForm, room: UUID, at: datetime.datetime) -> None:
    """All that were ever recorded, as the stretch is not typed yet; chosen are those in service around that moment."""
    form.offer(choices(room))
    form.initial["cameras"] = list(map(str, in_service(room, at - BEFORE, at + AFTER)))


def subject(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """One request: its clock, who asks, what may be done now, its whole life."""
    return _page(request, subject, shown=False)


def person(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """The same with who asks in full; that it was shown is written down."""
    note_shown(request.user, ("subject", subject), now=request.now, address=address_of(request))
    return _page(request, subject, shown=True)


def _page(request: GuardedRequest, subject: UUID, *, shown: bool) -> HttpResponse:
    found = case(subject, now=request.now)
    may, row = of(request), found.row
    decides = may.opens(reverse("subject_grant", args=[row.id]))
    why_not = _why_not(request, found) if decides and found.stage in UNDECIDED else None
    erase = row.wanted == Wanted.ERASE
    too_long = found.stage is Stage.TO_COPY and found.too_long_to_mask
    page = {
        "found": found,
        "row": row,
        "shown": shown,
        "channel": CHANNELS[row.channel],
        "identity": IDENTITIES[row.identity],
        "behalf": BEHALVES[row.behalf],
        "takes": may.opens(reverse("subject_acknowledge", args=[row.id])),
        "may_withdraw": subjects.may_withdraw(found) and may.opens(reverse("subject_withdraw", args=[row.id])),
        "decides": decides and why_not is None and found.stage in UNDECIDED,
        "why_not": why_not,
        "against": obstacles(found, now=request.now) if erase and decides and found.stage in UNDECIDED else [],
        "first": found.step(Act.GRANTED),
        "may_show": found.stage is Stage.TO_SHOW and may.opens(reverse("subject_show", args=[row.id])),
        "pictured": list(PICTURED.items()) if row.wanted == Wanted.SEE else [],
        "too_long": subjects.TOO_LONG_TO_MASK if too_long else None,
        "may_copy": found.stage in (Stage.TO_COPY, Stage.TO_SHOW)
        and not too_long
        and may.opens(reverse("subject_copy", args=[row.id])),
        "may_forget_dossier": decides and erasing.may_forget_dossier(found),
        "may_forget": found.stage in ENDED and found.person is not None and decides,
        "stuck": found.stage is Stage.STUCK and decides and erasing.may_ask_again(found),
        "may_end": decides and disposing.may_end(found) and _may_decide(request, found),
        "endings": list(ENDINGS.items()),
        "reasons": list(found.rules.subject_refusals.items()) if found.rules else [],
        "extended": found.step(Act.EXTENDED) is not None,
        "answered": subject_letters.answered(found),
        "ended": found.stage in ENDED,
        "footage": _footage(found),
        "erased_words": ACTS[Act.ERASED],
        "nothing_words": NOTHING,
        "way": _way(found) if found.step(Act.ERASED) is None and may.opens(reverse("room", args=[row.room_id])) else "",
        "life": subject_life.life(found),
        "crumbs": [(TITLE, reverse("subjects")), (found.code, None)],
    }
    answer = render(request, "evidence/subject.html", page)
    if "HX-Request" in request.headers and found.stage is not Stage.ERASING:
        # The page asked whether the recorder is through: what may be done now is another page, with its dialogs.
        answer["HX-Refresh"] = "true"
    return answer


def _why_not(request: GuardedRequest, found: Case) -> Words | None:
    """What stands against this person's deciding it. Nothing is written down: nobody asked to."""
    try:
        deciding.may_decide(request.user, found, now=request.now)
    except (SubjectRefused, ExtractionRefused) as refusal:
        return refusal.words
    first = found.step(Act.GRANTED)
    if first is not None and first.by_id == request.user.person_id:
        return deciding.SAME
    return None


def _may_decide(request: GuardedRequest, found: Case) -> bool:
    try:
        deciding.may_decide(request.user, found, now=request.now)
    except (SubjectRefused, ExtractionRefused):
        return False
    return True


def _footage(found: Case) -> datetime.timedelta | None:
    """How much of the time is there, of the camera that has most of it; none where a log has not come that far."""
    row = found.row
    known = coverage([camera.id for camera in found.cameras], row.begin_us, row.end_us).values()
    if any(0 < each.known_until_us < row.end_us for each in known):
        return None
    most = max((sum(run.end_us - run.begin_us for run in each.runs) for each in known), default=0)
    return datetime.timedelta(microseconds=most)


def _way(found: Case) -> str:
    return f"{reverse('room', args=[found.row.room_id])}?luc={found.begin:%Y-%m-%dT%H:%M:%S}&ho-so={found.code}"


def acknowledge(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """The confirmation of a letter was sent."""
    return _done(request, subject, lambda: subjects.acknowledge(request.user, subject, now=request.now))


def withdraw(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """Who asked takes it back."""
    note = request.POST.get("note", "")
    return _done(request, subject, lambda: subjects.withdraw(request.user, subject, note=note, now=request.now))


def grant(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """Granted; of an erasure the first of two."""
    note, pictured = request.POST.get("note", ""), request.POST.get("pictured", "")
    return _done(
        request, subject, lambda: deciding.grant(request.user, subject, note=note, pictured=pictured, now=request.now)
    )


def second(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """The second person agrees to an erasure."""
    return _done(request, subject, lambda: deciding.second(request.user, subject, now=request.now))


def refuse(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """Refused with a reason of the catalogue."""
    reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
    return _done(
        request, subject, lambda: deciding.refuse(request.user, subject, reason=reason, note=note, now=request.now)
    )


def extend(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """It takes longer, once."""
    note = request.POST.get("note", "")
    return _done(request, subject, lambda: deciding.extend(request.user, subject, note=note, now=request.now))


def show(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """It was shown."""
    note = request.POST.get("note", "")
    return _done(request, subject, lambda: subjects.show(request.user, subject, note=note, now=request.now))


def copy(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """A masked copy is asked for."""
    return _done(request, subject, lambda: subjects.ask_copy(request.user, subject, now=request.now))


def erase_again(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """Recorders are told once more."""
    return _done(request, subject, lambda: erasing.ask_again(request.user, subject, now=request.now))


def end(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """What is left lies on disks of a retired recorder: what became of them ends it."""
    how, note = request.POST.get("how", ""), request.POST.get("note", "")
    return _done(
        request, subject, lambda: disposing.end_erasure(request.user, subject, how=how, note=note, now=request.now)
    )


def forget(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """Who asked is forgotten."""
    return _done(request, subject, lambda: erasing.forget(request.user, subject, now=request.now))


def forget_dossier(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """Who brought the dossier of the receipt is forgotten too."""
    return _done(request, subject, lambda: erasing.forget_dossier(request.user, subject, now=request.now))


def slip_pdf(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """The slip of receipt, which also confirms a letter."""
    found = case(subject, now=request.now)
    return _pdf(subject_letters.slip(found, now=request.now), f"tiep-nhan-yc-{found.row.number:02}.pdf")


def answer_pdf(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """The answer as the request stands; none before there is one."""
    found = case(subject, now=request.now)
    if not subject_letters.answered(found):
        raise Http404
    return _pdf(subject_letters.answer(found, now=request.now), f"tra-loi-yc-{found.row.number:02}.pdf")


def life_pdf(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """Its whole life on paper."""
    found = case(subject, now=request.now)
    return _pdf(subject_life.on_paper(found, now=request.now), f"qua-trinh-yc-{found.row.number:02}.pdf")


def life_csv(request: GuardedRequest, subject: UUID) -> HttpResponse:
    """Its whole life for a spreadsheet."""
    found = case(subject, now=request.now)
    headers = {"Content-Disposition": f'attachment; filename="qua-trinh-yc-{found.row.number:02}.csv"'}
    return HttpResponse(subject_life.as_csv(found), content_type="text/csv; charset=utf-8", headers=headers)


def _done(request: GuardedRequest, subject: UUID, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except (SubjectRefused, ExtractionRefused) as refusal:
        messages.error(request, str(refusal.words))
    else:
        messages.success(request, str(WRITTEN))
    return HttpResponseRedirect(reverse("subject", args=[subject]))


def _pdf(data: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)
