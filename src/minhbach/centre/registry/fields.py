"""The fields that the forms of the registry are made of, labelled in both languages."""

import re
from typing import Any

from django import forms

from minhbach.centre.words import Words, text

#: What people put between digits to read them: "036 185 000 472", "(024) 3825-1234".
_BETWEEN = re.compile(r"[\s.()]+")
#: Số định danh 12 digits (Luật Căn cước 2023, Điều 12), CMND 9, tax code 10 or 13, a passport of any country.
_NUMBER = re.compile(r"[0-9]{9}|[0-9]{12}|[0-9]{10}(-?[0-9]{3})?|(?=.*[0-9])[A-Z][A-Z0-9]{4,13}")
_TELEPHONE = re.compile(r"\+?[0-9]{8,15}")
NO_NUMBER = Words(
    "Số này không đúng dạng: số định danh có 12 chữ số, CMND 9, mã số thuế 10 hoặc 13; hộ chiếu bắt đầu bằng chữ cái. "
    "Hãy xem lại, hoặc để trống.",
    "This is no such number: a personal number has 12 digits, an old identity card 9, a tax code 10 or 13; a passport "
    "begins with a letter. Look again, or leave it empty.",
)
NO_TELEPHONE = Words(
    "Số điện thoại chỉ gồm 8 đến 15 chữ số, có thể bắt đầu bằng dấu +. Hãy xem lại, hoặc để trống.",
    "A telephone number has 8 to 15 digits, perhaps behind a +. Look again, or leave it empty.",
)


class Day(forms.DateField):
    """A day, chosen in the browser's own calendar."""

    def __init__(self, vi: str, en: str, **more: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(label=text(vi, en), widget=widget, input_formats=["%Y-%m-%d"], **more)


class Line(forms.CharField):
    """One line of text; a long one has room for a sentence."""

    def __init__(
        self, vi: str, en: str, length: int = 200, *, hint: tuple[str, str] | None = None, **more: Any
    ) -> None:
        help_text = text(*hint) if hint else ""
        if length > 300:
            more.setdefault("widget", forms.Textarea(attrs={"rows": 2}))
        super().__init__(label=text(vi, en), max_length=length, help_text=help_text, **more)


class PersonalNumber(Line):
    """The number of a person, or of who pays taxes, without what stood between its digits."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(vi, en, 20, required=False)

    def clean(self, value: Any) -> str:
        """The number, or nothing. Raises ValidationError."""
        said = _BETWEEN.sub("", super().clean(value)).upper()
        if said and not _NUMBER.fullmatch(said):
            raise forms.ValidationError(str(NO_NUMBER))
        return said


class Telephone(Line):
    """A telephone number, as it was said."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(vi, en, 20, required=False)

    def clean(self, value: Any) -> str:
        """The number, or nothing. Raises ValidationError."""
        said = super().clean(value)
        if said and not _TELEPHONE.fullmatch(_BETWEEN.sub("", said).replace("-", "")):
            raise forms.ValidationError(str(NO_TELEPHONE))
        return str(said)


class Choice(forms.ChoiceField):
    """One of a few, given when the form is made."""

    def __init__(self, vi: str, en: str, **more: Any) -> None:
        super().__init__(label=text(vi, en), **more)


class Several(forms.MultipleChoiceField):
    """Any of a few, each with its own box."""

    def __init__(self, vi: str, en: str, **more: Any) -> None:
        super().__init__(label=text(vi, en), widget=forms.CheckboxSelectMultiple, required=False, **more)


class Boxes(forms.CheckboxSelectMultiple):
    """Boxes under the names of their groups, which are shut where there are many, except for what is ticked."""

    template_name = "components/boxes.html"
    #: Up to so many groups are open from the first.
    FEW = 3

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With whether each group is open."""
        context = super().get_context(name, value, attrs)
        groups = context["widget"]["optgroups"]
        context["widget"]["groups"] = [
            (group, boxes, len(groups) <= self.FEW or any(box["selected"] for box in boxes))
            for group, boxes, _ in groups
        ]
        return context


class Grouped(forms.MultipleChoiceField):
    """Any of many, under the units they belong to."""

    def __init__(self, vi: str, en: str, **more: Any) -> None:
        super().__init__(label=text(vi, en), widget=Boxes, **more)


class Tick(forms.BooleanField):
    """Yes or no."""

    def __init__(self, vi: str, en: str, *, hint: tuple[str, str] | None = None, **more: Any) -> None:
        super().__init__(label=text(vi, en), required=False, help_text=text(*hint) if hint else "", **more)
