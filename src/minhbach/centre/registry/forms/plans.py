"""Forms about plans of fitting out and hand-overs."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms

from minhbach.centre.registry.actions.plans import MILESTONES, NO_SITES, Milestone
from minhbach.centre.registry.fields import Day, Line, Several
from minhbach.centre.words import text


class RolloutForm(forms.Form):
    """A plan with its sites and milestones, one a line: "what | 30/04/2026"."""

    title = Line("Tên kế hoạch", "Title", 300)
    decision_number = Line("Số văn bản", "Number of the decision", 60)
    due_on = Day("Hoàn thành trước ngày", "To be done by")
    milestones = forms.CharField(
        label=text("Các mốc", "Milestones"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=6000,
        help_text=text("mỗi dòng: tên mốc | ngày, ví dụ Lắp đặt xong | 15/04/2026", "each line: what | 15/04/2026"),
    )
    sites = Several("Các đơn vị", "Units")
    pilots = Several("Đơn vị làm điểm", "Pilots")

    def __init__(self, *given: Any, units: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*given, **more)
        for name in ("sites", "pilots"):
            self.fields[name].choices = units  # type: ignore[attr-defined]  # a MultipleChoiceField
        self.fields["sites"].required = True
        self.fields["sites"].error_messages["required"] = str(NO_SITES)

    def clean_milestones(self) -> list[Milestone]:
        """What is to be reached by when."""
        found = []
        for line in self.cleaned_data["milestones"].splitlines():
            if not line.strip():
                continue
            words, _, day = line.rpartition("|")
            try:
                found.append(Milestone(words.strip(), datetime.datetime.strptime(day.strip(), "%d/%m/%Y").date()))
            except ValueError:
                raise forms.ValidationError(str(MILESTONES)) from None
        return found


class HandOverForm(forms.Form):
    """The signed minutes of acceptance and hand-over."""

    signed_on = Day("Ngày ký biên bản", "Signed on")
    live_from = Day("Đưa vào sử dụng từ ngày", "In use from")
    giver = Line("Bên giao", "Who hands over", hint=("họ tên, đơn vị", "name, company or office"))
    receiver = Line("Bên nhận", "Who takes over", hint=("họ tên, chức vụ", "name, duty"))
    minutes = forms.FileField(
        label=text(
            "Biên bản đã ký: ảnh, hoặc tệp PDF nếu có nhiều trang",
            "The signed minutes: a photograph, or a PDF where they have several pages",
        ),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )
