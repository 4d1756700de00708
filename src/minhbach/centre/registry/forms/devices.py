"""Forms about recorders, cameras, signs, acceptance and equipment."""

from collections.abc import Sequence
from typing import Any

from django import forms

from minhbach.centre.registry.fields import Choice, Day, Line, Several, Tick
from minhbach.centre.registry.models import Condition
from minhbach.centre.words import Words, text

Choices = Sequence[tuple[str, str]]
CONDITIONS = {
    Condition.WORKING: Words("Đang dùng tốt", "Working"),
    Condition.BROKEN: Words("Hỏng", "Broken"),
    Condition.REMOVED: Words("Đã thanh lý", "Removed"),
}


class RecorderForm(forms.Form):
    """A recorder and the networks it may reach."""

    name = Line(
        "Tên đầu ghi",
        "Name of the recorder",
        120,
        hint=("ví dụ Đầu ghi xã Mộc Xuyên", "for example Đầu ghi xã Mộc Xuyên"),
    )
    place = Line("Nơi đặt", "Where it stands", 200, required=False)
    networks = forms.CharField(
        label=text("Dải mạng của camera", "Networks of the cameras"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=text(
            "mỗi dòng một dải, ví dụ 192.168.1.0/24; đầu ghi không truy cập nơi nào khác",
            "one a line, for example 192.168.1.0/24; the recorder reaches nothing else",
        ),
    )


class CameraForm(forms.Form):
    """How a camera is reached and called. The password goes sealed to the recorder and is never shown again."""

    label = Line(
        "Tên hiển thị", "Label", 120, hint=("ví dụ Camera 1 · Quầy 1 và 2", "for example Camera 1 · Quầy 1 và 2")
    )
    address = Line(
        *("Địa chỉ luồng hình", "Address of the stream", 300),
        hint=("rtsp://192.168.1.20/main, không kèm mật khẩu", "rtsp://192.168.1.20/main, without a password"),
    )
    sub_address = Line(
        *("Địa chỉ luồng phụ", "Address of the small stream", 300),
        required=False,
        hint=(
            "chỉ để xem trực tiếp khi trình duyệt không giải mã được luồng chính (H.265)",
            "live view only, where the browser cannot decode the main stream (H.265)",
        ),
    )
    user_name = Line("Tên đăng nhập của camera", "Camera's user name", 80, required=False)
    password = forms.CharField(
        label=text("Mật khẩu của camera", "Camera's password"),
        required=False,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=text(
            "được niêm phong cho riêng đầu ghi; để trống thì giữ mật khẩu cũ",
            "sealed for the recorder alone; empty keeps the one it has",
        ),
    )
    has_sound = Tick("Thu âm thanh", "Record sound", hint=("camera có micro", "the camera has a microphone"))
    counters = Several("Quầy trong khung hình", "Counters in the picture")

    def __init__(self, *arguments: Any, counters: Choices, **more: Any) -> None:
        super().__init__(*arguments, **more)
        if counters:
            self.fields["counters"].choices = counters  # type: ignore[attr-defined]  # a MultipleChoiceField
        else:
            del self.fields["counters"]


class ReplacementForm(CameraForm):
    """The device that takes a camera's place; it sees the counters that the old one saw."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, counters=(), **more)
        self.fields["password"].help_text = text(
            "được niêm phong cho riêng đầu ghi; nhập lại vì mật khẩu cũ chỉ dành cho máy cũ",
            "sealed for the recorder alone; type it again, as the old one was for the old device",
        )


class HangForm(forms.Form):
    """The photograph of a sign that hangs."""

    photo = forms.FileField(
        label=text("Ảnh biển đã treo", "Photograph of the sign on the wall"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}),
        help_text=text("chụp cả biển và chỗ treo; JPEG hoặc PNG", "with the wall around it; JPEG or PNG"),
    )
    where = Line(
        "Vị trí treo", "Where it hangs", 200, hint=("ví dụ bên phải cửa chính", "for example right of the door")
    )


class AcceptanceForm(forms.Form):
    """One word about one party's picture or voice."""

    medium = forms.CharField(widget=forms.HiddenInput)
    party = forms.CharField(widget=forms.HiddenInput)
    passed = forms.TypedChoiceField(
        coerce=lambda value: value == "yes", choices=[("yes", ""), ("no", "")], widget=forms.HiddenInput
    )
    note = Line("Lý do chưa đạt", "Why it did not pass", 500, required=False)


class EquipmentForm(forms.Form):
    """A piece of the inventory."""

    kind = Line("Loại", "Kind", 60, hint=("Camera, Micro, Máy tính, Tủ hồ sơ…", "Camera, Micro, computer, cabinet…"))
    name = Line("Tên", "Name")
    quantity = forms.IntegerField(label=text("Số lượng", "Quantity"), min_value=1, max_value=9999, initial=1)
    maker = Line("Hãng", "Maker", 120, required=False)
    model = Line("Kiểu", "Model", 120, required=False)
    serial_number = Line("Số máy", "Serial number", 120, required=False)
    firmware = Line("Phiên bản phần mềm", "Firmware", 120, required=False)
    certificate = Line("Số chứng nhận QCVN 135", "QCVN 135 certificate", 120, required=False)
    password_changed_on = Day("Đổi mật khẩu lần cuối", "Password last changed", required=False)
    funding_source = Line("Nguồn kinh phí", "Funding source", required=False)
    contract_number = Line("Số hợp đồng", "Contract", 120, required=False)
    acquired_on = Day("Ngày nhận", "Acquired on", required=False)
    warranty_until = Day("Bảo hành đến", "Warranty until", required=False)


class ConditionForm(forms.Form):
    """How a piece is, since when."""

    condition = Choice(
        "Tình trạng", "Condition", choices=[(kind.value, text(w.vi, w.en)) for kind, w in CONDITIONS.items()]
    )
    day = Day("Từ ngày", "Since")
