"""The page of the keys that sign a recorder's logs: which are known, since when, and replacing the one in force."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.footage.actions import log_keys
from minhbach.centre.footage.models import KeyOrder, LogKey
from minhbach.centre.registry.models import Recorder
from minhbach.centre.registry.pages import act, room_crumbs
from minhbach.centre.words import Words

HERE = Words("Khóa ký nhật ký", "Keys of the log")
REASONS = {
    LogKey.Reason.FIRST: Words(
        "Khóa đầu tiên đầu ghi đã ghi danh trình ra", "The first key that the enrolled recorder showed"
    ),
    LogKey.Reason.ROTATED: Words("Nhật ký nêu, dưới chữ ký của khóa trước", "Named in the log, under the key before"),
}


def keys(request: GuardedRequest, recorder: UUID) -> HttpResponse:
    """The keys, newest first; asks itself anew while one is being replaced."""
    row = get_object_or_404(Recorder.objects.select_related("room"), id=recorder)
    known = LogKey.objects.filter(recorder=row).order_by("-trusted_at", "-id")
    order = KeyOrder.objects.filter(recorder=row).select_related("asked_by").first()
    page = {
        "recorder": row,
        "keys": [(key, REASONS[LogKey.Reason(key.reason)]) for key in known],
        "order": order,
        "may_replace": bool(known) and row.retired_at is None and (order is None or order.refused_en != ""),
        "crumbs": room_crumbs(row.room, request.now, (row.name, reverse("recorder", args=[row.id])), (HERE, None)),
        "now": request.now,
    }
    return render(request, "footage/log_keys.html", page)


def replace(request: GuardedRequest, recorder: UUID) -> HttpResponse:
    """Order another key."""
    reason = request.POST.get("reason", "")
    return act(
        request,  # type: ignore[arg-type]  # what `act` asks of a request, the guard's has
        lambda: log_keys.ask_new_key(request.user, recorder, reason=reason, now=request.now),
        done=Words("Đã ra lệnh thay khóa.", "The replacement is ordered."),
        back=reverse("recorder_keys", args=[recorder]),
    )


def keep(request: GuardedRequest, recorder: UUID) -> HttpResponse:
    """Take the order back."""
    return act(
        request,  # type: ignore[arg-type]  # what `act` asks of a request, the guard's has
        lambda: log_keys.withdraw_key_order(request.user, recorder, now=request.now),
        done=Words("Đã bỏ lệnh; khóa hiện nay giữ nguyên.", "Taken back; the key stays."),
        back=reverse("recorder_keys", args=[recorder]),
    )
