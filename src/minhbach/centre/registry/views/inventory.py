"""The inventory of all rooms within reach, as a page and as a table to take along."""

from django.http import HttpResponse
from django.shortcuts import render

from minhbach.centre.look.paging import part
from minhbach.centre.registry import reading
from minhbach.centre.registry.forms.devices import CONDITIONS
from minhbach.centre.registry.inventory import FILTERS, Sought, age, pieces
from minhbach.centre.registry.models import Condition
from minhbach.centre.registry.pages import Asked
from minhbach.centre.registry.workbooks import MEDIA_TYPE, workbook
from minhbach.centre.words import Words

HERE = Words("Danh mục thiết bị", "Inventory")
SEARCH = Words("Loại, tên, số máy, nguồn kinh phí, phòng", "Kind, name, serial number, who paid, room")
HEADINGS = (
    *("Đơn vị", "Phòng", "Loại", "Tên", "Hãng", "Kiểu", "Số máy", "Ngày nhận", "Số năm sử dụng", "Bảo hành đến"),
    *("Tình trạng", "Từ ngày", "Nguồn kinh phí", "Số hợp đồng"),
)


def inventory(request: Asked) -> HttpResponse:
    """What there is, what is broken, what is old."""
    day, sought = reading.day_of(request.now), _sought(request)
    here = part(pieces(request.rooms, sought, day=day), request.GET)
    holders = reading.holders_on({one.room_id for one in here.rows}, day)
    names = reading.names_on(set(holders.values()), day)
    lines = [
        (one, names[holders[one.room_id]].name if holders.get(one.room_id) in names else "", age(one, day))
        for one in here.rows
    ]
    page = {
        "lines": lines,
        "state": sought.state,
        "filters": FILTERS,
        "q": sought.text,
        "search": SEARCH,
        "today": day,
        "count": here.count,
        "now": request.now,
        "crumbs": [(HERE, None)],
    }
    return render(request, "registry/inventory.html", page | here.pager)


def inventory_xlsx(request: Asked) -> HttpResponse:
    """The same rows, all of them."""
    day = reading.day_of(request.now)
    found = list(pieces(request.rooms, _sought(request), day=day))
    holders = reading.holders_on({one.room_id for one in found}, day)
    names = reading.names_on(set(holders.values()), day)
    rows = [list(HEADINGS)]
    for one in found:
        years = age(one, day)
        rows.append([
            names[holders[one.room_id]].name if holders.get(one.room_id) in names else "", one.room.name, one.kind,
            one.name, one.maker, one.model, one.serial_number, _day(one.acquired_on),
            f"{years:.1f}".replace(".", ",") if years is not None else "", _day(one.warranty_until),
            CONDITIONS[Condition(one.condition)].vi, _day(one.condition_since), one.funding_source,
            one.contract_number,
        ])  # fmt: skip
    headers = {"Content-Disposition": 'attachment; filename="danh-muc-thiet-bi.xlsx"'}
    data = workbook(rows, widths=(24, 24, 16, 28, 16, 16, 18, 12, 10, 12, 14, 12, 20, 16), sheet="Thiết bị")
    return HttpResponse(data, content_type=MEDIA_TYPE, headers=headers)


def _sought(request: Asked) -> Sought:
    state = request.GET.get("loc", "")
    return Sought(state if state in FILTERS else "", request.GET.get("q", "").strip()[:80])


def _day(day: object) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
