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


class Tick(forms.BooleanField):
    """Yes or no."""

    def __init__(self, vi: str, en: str, *, hint: tuple[str, str] | None = None, **more: Any) -> None:
        super().__init__(label=text(vi, en), required=False, help_text=text(*hint) if hint else "", **more)
