"""The pages of rooms against the norm: all rooms, one, a review, a waiver."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.access.deciding import rooms_where
from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.look.paging import part
from minhbach.centre.oversight import room_papers
from minhbach.centre.oversight.actions import rooms as actions
from minhbach.centre.oversight.room_forms import VERDICTS, ReviewForm, WaiverForm
from minhbach.centre.oversight.standards import Met, checklist, standing, standings
from minhbach.centre.papers.serving import served
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import HandOver, Room, RoomReview, RoomReviewLine, Verdict
from minhbach.centre.registry.pages import FormPage, answer, room_crumbs
from minhbach.centre.registry.rollouts import is_live
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

HERE = Words("Tiêu chuẩn phòng", "Rooms against the norm")
REVIEW = Words("Chấm phòng", "Review the room")
STATES = {
    Met.YES: ("ok", Words("Đạt", "Met")),
    Met.NO: ("late", Words("Không đạt", "Not met")),
    Met.UNKNOWN: ("unseen", Words("Chưa có dữ liệu", "No data")),
    Met.WAIVED: ("soon", Words("Được miễn", "Excused")),
}
#: How a verdict is drawn.
DRAWN = {Verdict.MET: "ok", Verdict.PARTLY: "soon", Verdict.UNMET: "late", Verdict.LEFT_OUT: "unseen"}


def room_standards(request: GuardedRequest) -> HttpResponse:
    """Every room within reach: norms met, points of the last review, since when it is in service."""
    day = registry.day_of(request.now)
    mine = rooms_where(request.user, Right.REGISTRY, now=request.now)
    rooms = _in_order(list(Room.objects.filter(id__in=mine, valid_until__isnull=True)), request)
    here = part(_Rows(rooms), request.GET)
    newest = RoomReview.objects.filter(room__in=here.rows).order_by("room_id", "-made_at", "-id").distinct("room_id")
    reviews = {row.room_id: row for row in newest}
    lines = [(one, reviews.get(one.room.id), is_live(one.room, day)) for one in standings(here.rows, now=request.now)]
    page = {
        "lines": lines,
        "live": sum(is_live(room, day) for room in rooms),
        "whole": len(rooms),
        "now": request.now,
        "crumbs": [(HERE, None)],
    }
    return render(request, "oversight/room_standards.html", page | here.pager)


def room_standard(request: GuardedRequest, room: UUID) -> HttpResponse:
    """One room: every norm beside what is there, what its cameras send, its reviews."""
    row = get_object_or_404(Room, id=room)
    found = standing(row, now=request.now)
    reviews = part(row.reviews.select_related("made_by"), request.GET)
    page = {
        "room": row,
        "found": found,
        "norms": [(norm, *STATES[norm.met]) for norm in found.norms],
        "excuses": actions.waivable(request.user, found, now=request.now),
        "met": found.count(Met.YES),
        "reviews": reviews.rows,
        "reviews_count": reviews.count,
        "hand_over": HandOver.objects.filter(room=row).first(),
        "now": request.now,
        "crumbs": room_crumbs(row, request.now, (HERE, None)),
    }
    return render(request, "oversight/room_standard.html", page | reviews.pager)


def room_review_new(request: GuardedRequest, room: UUID) -> HttpResponse:
    """The checklist of the day, item by item."""
    row = get_object_or_404(Room, id=room)
    law = standing(row, now=request.now).rules
    items = checklist(law, row.room_type) if law else []
    page = FormPage(
        heading=REVIEW,
        lead=Words(
            "Chấm từng mục theo phiếu của quy chế; mục chưa đạt phải ghi vì sao và nên kèm ảnh.",
            "Item by item by the checklist of the regulation; what is not met says why, best with a photograph.",
        ),
        submit=Words("Lưu phiếu chấm", "Keep the review"),
        back=reverse("room_standard", args=[room]),
        crumbs=room_crumbs(row, request.now, (HERE, reverse("room_standard", args=[room])), (REVIEW, None)),
        done=Words("Đã lưu phiếu chấm.", "The review is kept."),
        template="oversight/room_review_new.html",
    )
    form = ReviewForm(request.POST or None, request.FILES or None, items=items)

    def keep(values: dict[str, Any]) -> str:
        made = actions.review(request.user, room=row, answers=form.answers(), note=values["note"], now=request.now)
        return reverse("room_review", args=[made.id])

    return answer(request, page, form, keep, {"room": row, "items": items})  # type: ignore[arg-type]


def room_review(request: GuardedRequest, room_review: UUID) -> HttpResponse:
    """A review as it was made."""
    row = _review(room_review)
    page = {
        "row": row,
        "lines": [(line, DRAWN[Verdict(line.verdict)], VERDICTS[Verdict(line.verdict)]) for line in row.lines.all()],
        "measured": [(each, *STATES[Met(each["met"])]) for each in row.measured],
        "crumbs": room_crumbs(
            row.room, request.now, (HERE, reverse("room_standard", args=[row.room_id])), (REVIEW, None)
        ),
    }
    return render(request, "oversight/room_review.html", page)


def room_review_pdf(request: GuardedRequest, room_review: UUID) -> HttpResponse:
    """The review as a paper."""
    data = room_papers.review_pdf(_review(room_review), now=request.now)
    headers = {"Content-Disposition": 'inline; filename="phieu-cham-phong.pdf"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


def room_review_photo(request: GuardedRequest, room_review: UUID, line: UUID) -> HttpResponse:
    """The photograph of one item."""
    found = get_object_or_404(RoomReviewLine.objects.select_related("photo"), id=line, review=room_review)
    if found.photo is None:
        raise Http404
    return served(found.photo, name="anh-cham-phong.jpg")


def norm_waive(request: GuardedRequest, room: UUID) -> HttpResponse:
    """Excuse the room from one norm that it does not meet."""
    row = get_object_or_404(Room, id=room)
    code = request.GET.get("dinh-muc", "")
    norm = next((each for each in standing(row, now=request.now).norms if each.code == code), None)
    if norm is None:
        raise Http404
    here = reverse("room_standard", args=[room])
    page = FormPage(
        heading=Words("Miễn định mức: {what}", "Excuse from: {what}").fill(what=norm.words),
        lead=Words(
            "Phòng vẫn hiện là chưa đạt, kèm lý do được miễn và thời hạn, mỗi lần nhiều nhất một năm.",
            "The room is still shown as not meeting it, with the reason and until when; for a year at most each time.",
        ),
        submit=Words("Ghi nhận miễn", "Record it"),
        back=here,
        crumbs=room_crumbs(row, request.now, (HERE, here), (norm.words, None)),
        done=Words("Đã ghi nhận.", "It is recorded."),
    )

    def excuse(values: dict[str, Any]) -> str:
        actions.waive(request.user, room=row, code=code, now=request.now, **values)
        return here

    return answer(request, page, WaiverForm(request.POST or None), excuse)  # type: ignore[arg-type]


def _review(room_review: UUID) -> RoomReview:
    rows = RoomReview.objects.select_related("room", "made_by").prefetch_related("lines")
    return get_object_or_404(rows, id=room_review)


class _Rows:
    """Rows in an order that no column has, as `part` turns them."""

    def __init__(self, rows: list[Room]) -> None:
        self._rows = rows

    def count(self) -> int:
        return len(self._rows)

    def __getitem__(self, cut: slice) -> list[Room]:
        return self._rows[cut]


def _in_order(rooms: list[Room], request: GuardedRequest) -> list[Room]:
    day = registry.day_of(request.now)
    holders = registry.holders_on({room.id for room in rooms}, day)
    names = registry.names_on(set(holders.values()), day)
    called = {room: sort_key(names[unit].name) if unit in names else "" for room, unit in holders.items()}
    return sorted(rooms, key=lambda room: (called.get(room.id, ""), room.room_type, room.name))
