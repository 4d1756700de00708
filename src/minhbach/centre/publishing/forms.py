"""The forms of a report: a value in the system's place, and a part in words."""

from typing import Any

from django import forms

from minhbach.centre.publishing.lines import Measure
from minhbach.centre.publishing.models import TEXT_LENGTH
from minhbach.centre.words import Words, text

TO_WHOLE = {Measure.THINGS: 1, Measure.SHARE: 100, Measure.SECONDS: 60}


class FigureForm(forms.Form):
    """A value as people write it; empty gives the system its word back. Cleaned: the whole number of the line."""

    value = forms.DecimalField(
        label=text("Số liệu của đơn vị", "The unit's own figure"), required=False, min_value=0, max_value=10**9,
        max_digits=14, decimal_places=2, localize=False,
        help_text=text("Để trống: dùng lại số hệ thống tính.", "Empty: the system's figure again."),
    )  # fmt: skip
    reason = forms.CharField(label=text("Lý do", "Why"), max_length=300)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**6)

    def __init__(self, *given: Any, measure: Measure, **more: Any) -> None:
        super().__init__(*given, **more)
        self._measure = measure

    def clean(self) -> dict[str, Any]:
        """The value in the measure of its line."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        value = values.get("value")
        if value is not None:
            if self._measure is Measure.THINGS and value != value.to_integral_value():
                self.add_error("value", str(Words("Hãy nhập số nguyên.", "Enter a whole number.")))
            if self._measure is Measure.SHARE and value > 100:
                self.add_error("value", str(Words("Nhiều nhất là 100.", "A hundred at most.")))
            values["value"] = round(value * TO_WHOLE[self._measure])
        return values


class TextForm(forms.Form):
    """The words of a part."""

    words = forms.CharField(
        label=text("Nội dung", "Words"), max_length=TEXT_LENGTH, required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**6)
