"""The fields that the forms of the registry are made of, labelled in both languages."""

from typing import Any

from django import forms

from minhbach.centre.words import text


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
