"""Screen 8: the technician's table, and the page of one fault."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from minhbach.centre.access.guard import GuardedRequest
from minhbach.centre.footage.actions import faults
from minhbach.centre.footage.fault_page import fault_page
from minhbach.centre.footage.models import WorkKind
from minhbach.centre.footage.stock import stock
from minhbach.centre.footage.technicians import COLUMNS, table
from minhbach.centre.registry.pages import room_crumbs
from minhbach.centre.words import Words

FIRST_CAMERA = Words("Thêm camera ở trang thiết bị.", "Add cameras on the page of devices.")
WORK = {
    WorkKind.STARTED: faults.start_repair,
    WorkKind.SUBSTITUTE: faults.put_substitute,
    WorkKind.NOTE: faults.add_note,
}
WRITTEN = Words("Đã ghi vào hồ sơ sự cố.", "Written down.")


def technician(request: GuardedRequest) -> HttpResponse:
    """All rooms in one table; asks itself anew every fifteen seconds."""
    page = table(request.user, now=request.now)
    context = {"table": page, "columns": COLUMNS, "first_step": FIRST_CAMERA, "stock": stock(), "now": request.now}
    return render(request, "footage/technician.html", context)


def fault(request: GuardedRequest, fault: UUID) -> HttpResponse:
    """One fault: what it is, stills, who was told, what was done."""
    faults.note_read(request.user, fault, now=request.now)
    page = fault_page(request.user, fault, now=request.now)
    crumbs = room_crumbs(page.room, request.now, (page.story.words, None))
    return render(request, "footage/fault.html", {"page": page, "crumbs": crumbs, "now": request.now})


def work(request: GuardedRequest, fault: UUID) -> HttpResponse:
    """Write down what was done about a fault."""
    kind = request.POST.get("kind", "")
    act = WORK[WorkKind(kind)] if kind in WorkKind.values else faults.add_note
    try:
        act(request.user, fault, note=request.POST.get("note", ""), now=request.now)
        messages.success(request, str(WRITTEN))
    except faults.WorkRefused as refusal:
        messages.error(request, str(refusal.words))
    return redirect("fault", fault)
