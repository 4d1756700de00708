"""Forms about rooms and counters."""

from collections.abc import Sequence

from django import forms

from minhbach.centre.registry.fields import Choice, Day, Line
from minhbach.centre.registry.models import RoomType
from minhbach.centre.words import Words, text

TYPES = {
    RoomType.ONE_STOP: Words("Bộ phận Tiếp nhận và Trả kết quả (một cửa)", "One-stop section"),
    RoomType.RECEPTION_ROOM: Words("Phòng tiếp công dân", "Citizen-reception room"),
}


class RoomForm(forms.Form):
    """What is written about a room; purpose and law stand on its notice sign."""

    name = Line("Tên phòng", "Name of the room")
    address = Line("Địa chỉ", "Address", 300, required=False)
    purpose = Line(
        *("Mục đích ghi hình", "Why it is recorded", 500),
        hint=("in trên biển thông báo cho người dân", "printed on the notice for citizens"),
    )
    legal_basis = Line(
        *("Căn cứ pháp lý", "Legal basis", 500),
        hint=("ví dụ: Điều 32 Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15", "the law that allows it"),
    )
    contact = Line(
        *("Nơi tiếp nhận thắc mắc", "Whom a citizen asks", 200),
        required=False,
        hint=("phòng, số điện thoại; in trên biển", "office and telephone; printed on the sign"),
    )
    area_m2 = forms.DecimalField(
        label=text("Diện tích (m²)", "Area (m²)"), min_value=1, max_digits=6, decimal_places=1, required=False
    )


class NewRoomForm(RoomForm):
    """A room that is not there yet."""

    room_type = Choice(
        "Loại phòng", "Kind of room", choices=[(kind.value, text(w.vi, w.en)) for kind, w in TYPES.items()]
    )
    day = Day("Thuộc đơn vị từ ngày", "Held by the unit since")
    field_order: Sequence[str] = ("room_type", "name", "address", "purpose", "legal_basis", "contact", "area_m2", "day")


class CounterForm(forms.Form):
    """A counter of a room."""

    number = forms.IntegerField(label=text("Số quầy", "Number"), min_value=1, max_value=999)
    name = Line(
        "Tên trên biển",
        "Name on its board",
        120,
        required=False,
        hint=("để trống: Quầy và số", "left empty, it is called by its number"),
    )
    field = Line("Lĩnh vực", "What is handled there", 200, required=False)
    day = Day("Từ ngày", "Since")


class ClosingForm(forms.Form):
    """By which decision a room is closed."""

    decision_number = Line(
        "Số quyết định", "Number of the decision", 60, hint=("ví dụ 45/QĐ-UBND", "such as 45/QĐ-UBND")
    )


class CounterEndForm(forms.Form):
    """From which day on a counter is not used any more."""

    day = Day("Ngừng sử dụng từ ngày", "Not used since")
