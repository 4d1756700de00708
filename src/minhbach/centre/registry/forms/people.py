"""Forms about people, their assignments and their counters."""

from collections.abc import Sequence
from typing import Any

from django import forms

from minhbach.centre.registry.fields import Choice, Day, Line
from minhbach.centre.words import text

Choices = Sequence[tuple[str, str]]


class PersonForm(forms.Form):
    """What is kept of a person."""

    full_name = Line("Họ và tên", "Full name", 120)
    staff_code = Line("Mã cán bộ", "Staff code", 40, required=False)
    phone = Line("Điện thoại", "Telephone", 20, required=False)
    email = forms.EmailField(label=text("Thư điện tử", "E-mail"), required=False)


class AssignmentForm(forms.Form):
    """A decision that puts somebody into a role."""

    unit = Choice("Đơn vị", "Unit")
    role = Choice("Vai trò", "Role")
    title = Line("Chức danh", "Title", required=False, hint=("ví dụ Chủ tịch UBND xã", "as the person signs"))
    field = Line("Lĩnh vực chuyên môn", "Professional field", required=False)
    decision_number = Line("Số quyết định phân công", "Number of the decision", 60, hint=("45/QĐ-UBND", "45/QĐ-UBND"))
    decision_date = Day("Ngày quyết định", "Date of the decision")
    begin = Day("Từ ngày", "From")
    until = Day("Đến trước ngày", "Up to, not including", required=False)

    def __init__(self, *arguments: Any, units: Choices, roles: Choices, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["role"].choices = roles  # type: ignore[attr-defined]  # a ChoiceField


class EndForm(forms.Form):
    """When an assignment ends, and by which decision."""

    day = Day("Kết thúc từ ngày", "Ends on")
    decision_number = Line("Số quyết định", "Number of the decision", 60)


class WithdrawalForm(forms.Form):
    """Why an assignment is taken back."""

    reason = Line("Lý do thu hồi", "Why it is withdrawn", 300, hint=("ví dụ nhập nhầm đơn vị", "a mistyped unit, say"))


class PostForm(forms.Form):
    """At which counter a person works."""

    counter = Choice("Quầy", "Counter")
    day = Day("Từ ngày", "Since")

    def __init__(self, *arguments: Any, counters: Choices, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["counter"].choices = counters  # type: ignore[attr-defined]  # a ChoiceField
