"""Inspections and visits on pages: opened, planned, written down, signed, printed."""

import datetime
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.access.deciding import decide_any, rooms_where
from minhbach.centre.access.guard import GuardedRequest, refuse
from minhbach.centre.access.places import place_of_room, places_of_rooms
from minhbach.centre.access.reading import labels_of
from minhbach.centre.look.paging import part
from minhbach.centre.oversight import drafts, visit_printing, visiting
from minhbach.centre.oversight.actions import inspections as opening
from minhbach.centre.oversight.actions import visits
from minhbach.centre.oversight.models import EmptyWeek, Inspection, InspectionKind, Visit, VisitPhoto, VisitStepKind
from minhbach.centre.oversight.visit_forms import KINDS, SEEN, InspectionForm, ResultForm, VisitForm
from minhbach.centre.oversight.visiting import VisitLine
from minhbach.centre.papers.serving import served
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.pages import Asked, FormPage, act, answer
from minhbach.centre.registry.searching import words_of
from minhbach.centre.registry.vietnamese import search_key, sort_key
from minhbach.centre.regulation.reading import NothingInForce, in_force
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

HERE = Words("Kiểm tra", "Inspections")
NEW = Words("Mở cuộc kiểm tra", "Open an inspection")
PLAN = Words("Lên kế hoạch kiểm tra tại chỗ", "Plan a visit")
STEPS = {
    VisitStepKind.HELD: Words("Đã kiểm tra, lập biên bản", "Held, written down"),
    VisitStepKind.CANCELLED: Words("Hủy chuyến", "Cancelled"),
    VisitStepKind.SIGNED: Words("Đơn vị ký xác nhận", "Signed by the unit"),
    VisitStepKind.OBJECTED: Words("Đơn vị có ý kiến khác", "The unit objects"),
    VisitStepKind.ANSWERED: Words("Cơ quan kiểm tra trả lời ý kiến của đơn vị", "The body answers the objection"),
    VisitStepKind.WITHDRAWN: Words("Cơ quan kiểm tra rút biên bản", "The body withdraws the minutes"),
}
DAY = datetime.timedelta(days=1)
#: A list of so many units is looked through; of more than a page holds, only what is looked for is shown.
FEW_UNITS, MOST_UNITS, MOST_TYPED = 5, 50, 80


def inspections(request: GuardedRequest) -> HttpResponse:
    """The week of one's body, the visits by day, the inspections that run or ran."""
    today = registry.day_of(request.now)
    monday = visiting.monday_of(today)
    own = visiting.bodies_of(request.user, today)
    wanted = {body: count for body, count in visiting.rounds_on(today).items() if body in own}
    here = part(visiting.visits_for(request.user, now=request.now), request.GET)
    rows = visiting.lines_of(Visit.objects.filter(id__in=[row.id for row in here.rows]), now=request.now)
    rows.sort(key=lambda line: (line.visit.day, str(line.visit.id)), reverse=True)
    below = EmptyWeek.objects.filter(body__in=registry.units_below(own, today)).order_by("-monday", "body")
    lacking = part(visiting.lacking(below), request.GET, "tuan")
    found = part(visiting.inspections_for(request.user, now=request.now), request.GET, "cuoc")
    page = {
        "weeks": visiting.weeks_of(wanted, monday, wanted),
        "empty": _named(lacking.rows, today),
        "empty_count": lacking.count,
        "empty_pager": lacking.pager,
        "visits": rows,
        "count": here.count,
        "pager": here.pager,
        "inspections": _told(request, found.rows),
        "inspections_count": found.count,
        "inspections_pager": found.pager,
        **(_to_plan(request) if wanted else {}),
        "crumbs": [(HERE, None)],
    }
    return render(request, "oversight/inspections.html", page)


def _told(asked: GuardedRequest, rows: Sequence[Inspection]) -> list[tuple[Inspection, visiting.State, bool]]:
    """Each with how it stands, and whether its page opens: what `visiting.may_read` says, of all of them at once."""
    places, me = places_of_rooms({row.room_id for row in rows}, asked.now), asked.user.person_id
    return [
        (
            row,
            visiting.inspection_state(row, asked.now),
            me in {each.person_id for each in row.members.all()}
            or decide_any(asked.standing, (Right.HOLD, Right.GRANT), places[row.room_id]).allowed,
        )
        for row in rows
    ]


def _named(rows: Sequence[EmptyWeek], today: datetime.date) -> list[tuple[str, EmptyWeek]]:
    names = registry.names_on({row.body_id for row in rows}, today)
    return [(names[row.body_id].name if row.body_id in names else "", row) for row in rows]


def _rooms(asked: Any, right: Right, text: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """The rooms in which the person has the right, by the unit that holds them; those of these words."""
    day, words = registry.day_of(asked.now), words_of(text)
    rooms = dict(Room.objects.filter(id__in=rooms_where(asked.user, right, now=asked.now)).values_list("id", "name"))
    holders = registry.holders_on(list(rooms), day)
    names = registry.names_on(set(holders.values()), day)
    found: dict[str, list[tuple[str, str]]] = {}
    for room, name in sorted(rooms.items(), key=lambda each: sort_key(each[1])):
        unit = names[holders[room]].name if holders.get(room) in names else ""
        key = search_key(f"{unit} {name}")
        if all(word in key for word in words):
            found.setdefault(unit, []).append((str(room), name))
    return sorted(found.items(), key=lambda each: sort_key(each[0]))


def _to_plan(asked: GuardedRequest) -> dict[str, object]:
    """Rooms to choose for a visit, unit by unit; of more units than a page holds, only those that are looked for."""
    text = asked.GET.get("noi", "")[:MOST_TYPED]
    units = _rooms(asked, Right.HOLD, text)
    shown = units[:MOST_UNITS] if text or len(units) <= MOST_UNITS else []
    return {"units": shown, "units_count": len(units), "place": text, "searches": text or len(units) > FEW_UNITS}


def inspection_new(request: Asked) -> HttpResponse:
    """A decision opens rooms to a team."""
    day, back = registry.day_of(request.now), reverse("inspections")
    bodies = visiting.bodies_of(request.user, day) | set(visiting.rounds_on(day))  # type: ignore[arg-type]
    names = registry.names_on(bodies, day)
    staff: dict[str, dict[str, str]] = {}
    for row in registry.staff_of(bodies, day):
        if row.person_id != request.user.person.id and row.unit_id in names:
            staff.setdefault(names[row.unit_id].name, {})[str(row.person_id)] = row.person.full_name
    people = [(unit, list(each.items())) for unit, each in sorted(staff.items(), key=lambda each: sort_key(each[0]))]
    page = FormPage(
        heading=NEW,
        lead=Words(
            "Thành viên đoàn xem được các phòng đã chọn trong thời hạn; hết hạn quyền tự đóng.",
            "The team sees the chosen rooms during that time; then its rights end by themselves.",
        ),
        submit=NEW,
        back=back,
        crumbs=[(HERE, back), (NEW, None)],
        done=Words("Đã mở cuộc kiểm tra; từng thành viên được báo.", "It is open; each of the team is told."),
    )
    form = InspectionForm(request.POST or None, rooms=_rooms(request, Right.GRANT), people=people)

    def begin(values: dict[str, Any]) -> str:
        first, last = form.span(request.now)
        ordered = opening.Ordered(
            kind=InspectionKind(values["kind"]), subject=values["subject"], decision_number=values["decision_number"],
            rooms=[UUID(each) for each in values["rooms"]], team=[UUID(each) for each in values["team"]],
            leader=UUID(values["leader"]), begin=first, end=last,
        )  # fmt: skip
        made = opening.open_inspection(request.user, ordered=ordered, now=request.now)  # type: ignore[arg-type]
        return reverse("inspection", args=[made.id])

    return answer(request, page, form, begin)


def inspection(request: GuardedRequest, inspection: UUID) -> HttpResponse:
    """One inspection: its team, its rooms, its time, its visits."""
    row = _known(request, inspection)
    state = visiting.inspection_state(row, request.now)
    labels = labels_of({room.id: room.name for room in row.rooms.all()}, now=request.now)
    title = Words("Cuộc kiểm tra số {n}", "Inspection {n}").fill(n=str(row))
    page = {
        "row": row,
        "title": title,
        "state": state,
        "open": state is not visiting.ENDED,
        "kind": KINDS[InspectionKind(row.kind)],
        "body_name": registry.name_on(row.body_id, registry.day_of(row.opened_at)).name,
        "rooms": sorted(labels.items(), key=lambda each: sort_key(each[1])),
        "members": row.members.select_related("person", "grant"),
        "visits": visiting.lines_of(
            visiting.known_visits(request.user, now=request.now).filter(inspection=row), now=request.now
        ),
        "findings": drafts.of_inspection(request.user, row, now=request.now),
        "crumbs": [(HERE, reverse("inspections")), (title, None)],
    }
    return render(request, "oversight/inspection.html", page)


def _known(asked: GuardedRequest, inspection: UUID) -> Inspection:
    """404 for whoever is not to know of it yet; refused to those who have no part in it."""
    row = get_object_or_404(Inspection.objects.select_related("opened_by", "closed_by"), id=inspection)
    if not visiting.may_read(asked.user, row, now=asked.now):
        refuse(asked, Right.HOLD, visiting.NO_PART, asked.place)
    known = visiting.known_inspections(asked.user, now=asked.now).filter(id=inspection)
    if not known.exists():
        raise Http404
    return row


def inspection_minutes(request: GuardedRequest, inspection: UUID) -> HttpResponse:
    """The whole inspection on paper: who looked where and when, its visits, and what was found."""
    row = _known(request, inspection)
    known = visiting.known_visits(request.user, now=request.now).filter(inspection=row)
    visits_of_it = visiting.lines_of(known.order_by("day", "id"), now=request.now)
    found = drafts.of_inspection(request.user, row, now=request.now)
    data = visit_printing.summary(row, visits_of_it, found, now=request.now)
    headers = {"Content-Disposition": f'inline; filename="bien-ban-cuoc-kiem-tra-{row.number:02}-{row.year}.pdf"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


def inspection_close(request: Asked, inspection: UUID) -> HttpResponse:
    """End it before its time."""
    return act(
        request,
        lambda: opening.close_inspection(request.user, inspection, now=request.now),  # type: ignore[arg-type]
        done=Words("Đã kết thúc; quyền của đoàn đã đóng.", "It is over; the team sees nothing more."),
        back=reverse("inspection", args=[inspection]),
    )


def visit_new(request: Asked, room: UUID) -> HttpResponse:
    """Plan a visit to a room."""
    row, back = get_object_or_404(Room, id=room), reverse("inspections")
    day = registry.day_of(request.now)
    staff = registry.staff_of(visiting.bodies_of(request.user, day), day)  # type: ignore[arg-type]
    running = list(Inspection.objects.filter(rooms=room, closed_at=None, ends_at__gt=request.now))
    label = labels_of({row.id: row.name}, now=request.now)[row.id]
    page = FormPage(
        heading=PLAN,
        lead=Words("{room}", "{room}").fill(room=label),
        submit=Words("Lên kế hoạch", "Plan it"),
        back=back,
        crumbs=[(HERE, back), (PLAN, None)],
        done=Words("Đã lên kế hoạch.", "It is planned."),
    )
    form = VisitForm(
        request.POST or None,
        people=[(str(each.person_id), each.person.full_name) for each in staff],
        inspections=[(str(each.id), f"{each}: {each.subject}") for each in running],
        initial={"visitor": str(request.user.person.id), "day": day},
    )

    def plan(values: dict[str, Any]) -> str:
        made = visits.plan_visit(
            request.user,  # type: ignore[arg-type]  # an account
            room=room, visitor=UUID(values["visitor"]), day=values["day"],
            inspection=UUID(values["inspection"]) if values["inspection"] else None, now=request.now,
        )  # fmt: skip
        return reverse("visit", args=[made.id])

    return answer(request, page, form, plan)


def visit(request: GuardedRequest, visit: UUID) -> HttpResponse:
    """One visit: what was looked at, what was wrong, photographs, signatures."""
    row, line = _line(request, visit)
    steps = list(row.steps.select_related("by"))
    held = any(step.kind == VisitStepKind.HELD for step in steps)
    day = registry.day_of(request.now)
    answers_for_it = place_of_room(row.room_id, request.now).unit or row.unit_id
    staff = {each.person_id for each in registry.staff_of([answers_for_it], day)}
    over = any(step.kind in (VisitStepKind.SIGNED, VisitStepKind.OBJECTED) for step in steps)
    title = Words("Kiểm tra tại chỗ ngày {day}", "Visit on {day}").fill(day=f"{row.day:%d/%m/%Y}")
    page = {
        "row": row,
        "line": line,
        "title": title,
        "body_name": registry.name_on(row.body_id, row.day).name,
        "steps": [(STEPS[VisitStepKind(step.kind)], step) for step in steps],
        "answers": [(SEEN[each.seen], each) for each in row.answers.all()],  # type: ignore[index]
        "photos": list(row.photos.all()),
        "writes": not steps and row.visitor_id == request.user.person_id and row.day <= day,
        "ahead": _ahead(row) if not steps and row.day > day else [],
        "cancels": not steps and row.body_id in visiting.bodies_of(request.user, day),
        "signs": held and not over and request.user.person_id in staff,
        "replies": line.state is visiting.OBJECTED and row.body_id in visiting.bodies_of(request.user, day),
        "held": held,
        "drafts": drafts.of_visit(request.user, row, now=request.now) is not None,
        "findings": drafts.made_from(request.user, [f"{drafts.VISIT}:{row.id}"], now=request.now),
        "reads_inspection": row.inspection and visiting.may_read(request.user, row.inspection, now=request.now),
        "crumbs": [(HERE, reverse("inspections")), (title, None)],
    }
    return render(request, "oversight/visit.html", page)


def _ahead(row: Visit) -> list[Words]:
    """What the visit will look at, by the regulation of its day as far as that is known now."""
    try:
        return [words for _, words in visiting.checklist(in_force(row.unit_id, row.day), row.room)]
    except NothingInForce:
        return []


def _line(asked: GuardedRequest, visit: UUID) -> tuple[Visit, VisitLine]:
    found = visiting.lines_of(visiting.known_visits(asked.user, now=asked.now).filter(id=visit), now=asked.now)
    if not found:
        raise Http404
    return found[0].visit, found[0]


def visit_result(request: Asked, visit: UUID) -> HttpResponse:
    """The checklist written by whoever was there."""
    row = get_object_or_404(Visit.objects.select_related("room"), id=visit)
    back = reverse("visit", args=[visit])
    title = Words("Kết quả kiểm tra tại chỗ", "What the visit found")
    page = FormPage(
        heading=title,
        lead=Words("{room}, ngày {day}", "{room}, {day}").fill(room=row.room.name, day=f"{row.day:%d/%m/%Y}"),
        submit=Words("Lập biên bản", "Write the minutes"),
        back=back,
        crumbs=[(HERE, reverse("inspections")), (title, None)],
        done=Words("Đã lập biên bản; đơn vị được báo để ký xác nhận.", "Written; the unit is told to sign."),
        template="oversight/visit_result.html",
    )
    items = visiting.checklist(in_force(row.unit_id, registry.last_day(row.unit_id, row.day)), row.room)
    form = ResultForm(request.POST or None, request.FILES or None, items=items)

    def write(values: dict[str, Any]) -> str:
        photos = [each.read() for each in values["photos"]]
        visits.write_visit(
            request.user,  # type: ignore[arg-type]  # an account
            visit, found=form.found(), words=values["words"], photos=photos, now=request.now,
        )  # fmt: skip
        return back

    pairs = [(form[code], form[f"{code}_note"]) for code, _ in items]
    return answer(request, page, form, write, {"pairs": pairs})


def visit_sign(request: Asked, visit: UUID) -> HttpResponse:
    """The unit signs, or objects."""
    agreed, words = request.POST.get("agreed") == "1", request.POST.get("words", "")
    return act(
        request,
        lambda: visits.answer_visit(request.user, visit, agreed=agreed, words=words, now=request.now),  # type: ignore[arg-type]
        done=Words("Đã ghi ý kiến của đơn vị.", "What the unit says is written down."),
        back=reverse("visit", args=[visit]),
    )


def visit_reply(request: Asked, visit: UUID) -> HttpResponse:
    """What the unit objects to is answered, or what was written is withdrawn."""
    withdrawn, words = request.POST.get("withdrawn") == "1", request.POST.get("words", "")
    return act(
        request,
        lambda: visits.reply_visit(request.user, visit, withdrawn=withdrawn, words=words, now=request.now),  # type: ignore[arg-type]
        done=Words("Đã rút biên bản.", "The minutes are withdrawn.")
        if withdrawn
        else Words("Đã trả lời đơn vị.", "The unit is answered."),
        back=reverse("visit", args=[visit]),
    )


def visit_cancel(request: Asked, visit: UUID) -> HttpResponse:
    """It is not made."""
    words = request.POST.get("words", "")
    return act(
        request,
        lambda: visits.cancel_visit(request.user, visit, words=words, now=request.now),  # type: ignore[arg-type]
        done=Words("Đã hủy chuyến kiểm tra.", "The visit is cancelled."),
        back=reverse("visit", args=[visit]),
    )


def visit_minutes(request: GuardedRequest, visit: UUID) -> HttpResponse:
    """The minutes on paper, with places to sign."""
    row, _ = _line(request, visit)
    if not row.steps.filter(kind=VisitStepKind.HELD).exists():
        raise Http404
    data = visit_printing.minutes(row, now=request.now)
    headers = {"Content-Disposition": f'inline; filename="bien-ban-kiem-tra-{row.day:%Y-%m-%d}.pdf"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


def visit_photo(request: GuardedRequest, visit: UUID, photo: UUID) -> HttpResponse:
    """One photograph of the visit."""
    return served(get_object_or_404(VisitPhoto.objects.select_related("paper"), id=photo, visit=visit).paper)
