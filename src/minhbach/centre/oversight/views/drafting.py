"""The form of a finding that a visit, or its lack, leads to: filled in from there, made by whoever sends it.

Where there can be one alone and it was made, whoever comes again is led to it.
"""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from minhbach.centre.footage.timeline import us
from minhbach.centre.oversight import drafts, reading, visiting
from minhbach.centre.oversight.actions import findings
from minhbach.centre.oversight.forms import FindingForm, pairs
from minhbach.centre.oversight.models import Finding, Source
from minhbach.centre.reception.models import MissedDay
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.pages import Asked, FormPage, answer, room_crumbs
from minhbach.centre.regulation.reading import in_force
from minhbach.centre.words import Words

HERE = Words("Lập phát hiện", "Make a finding")
LEAD = Words(
    "{room}. Hình của đoạn đã chọn được giữ lại ngay; đơn vị được báo và giải trình trong thời hạn.",
    "{room}. The footage of that stretch is held at once; the unit is told and explains it within the term.",
)
DONE = Words("Đã lập phát hiện.", "The finding is made.")


def finding_from_visit(request: Asked, visit: UUID) -> HttpResponse:
    """What a visit found wrong, or what its day's footage shows where nobody went."""
    known = visiting.known_visits(request.user, now=request.now)  # type: ignore[arg-type]  # an account
    row = get_object_or_404(known.prefetch_related("steps", "answers"), id=visit)
    draft = drafts.of_visit(request.user, row, now=request.now)  # type: ignore[arg-type]
    made = findings.standing_from(row.room_id, f"{drafts.VISIT}:{visit}")
    return _page(request, draft, made, reverse("visit", args=[visit]))


def finding_from_missed(request: Asked, missed: UUID) -> HttpResponse:
    """That nobody received on a reception day."""
    row = get_object_or_404(MissedDay, id=missed)
    draft = drafts.of_missed(request.user, row, now=request.now)  # type: ignore[arg-type]
    made = findings.standing_from(row.room_id, f"{drafts.MISSED}:{missed}")
    return _page(request, draft, made, reverse("missed_day", args=[missed]))


def _page(asked: Asked, draft: drafts.Draft | None, made: Finding | None, back: str) -> HttpResponse:
    if draft is None:
        return _on_to(asked, made)
    room, day = get_object_or_404(Room, id=draft.room), registry.day_of(asked.now)
    unit = registry.holder_on(room.id, day)
    situations = in_force(unit, day).situations if unit else {}
    page = FormPage(
        heading=HERE, lead=LEAD.fill(room=room.name), submit=HERE, back=back, done=DONE,
        crumbs=room_crumbs(room, asked.now, (HERE, None)),
    )  # fmt: skip
    form = FindingForm(
        asked.POST or None, situations=pairs(situations),
        initial={"situation": draft.situation, "begin": draft.begin, "end": draft.end, "note": draft.note},
    )  # fmt: skip

    def make(values: dict[str, Any]) -> str:
        found = findings.Found(
            begin_us=us(values["begin"]), end_us=us(values["end"]), situation=values["situation"],
            note=values["note"], source=Source.INSPECTION, source_reference=draft.reference, once=draft.once,
        )  # fmt: skip
        made = findings.make(asked.user, room=room.id, found=found, now=asked.now)  # type: ignore[arg-type]
        return reverse("finding", args=[made.id])

    return answer(asked, page, form, make)


def _on_to(asked: Asked, made: Finding | None) -> HttpResponse:
    """The finding that was made before, for whoever may read it."""
    if made is None or made.room_id not in reading.rooms_within(asked.user, now=asked.now):  # type: ignore[arg-type]
        raise Http404
    return redirect("finding", made.id)
