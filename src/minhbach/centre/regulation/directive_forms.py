"""The forms of directed work: a document, a task, a step of it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from minhbach.centre.papers.photo import MOST_BYTES, TOO_LARGE
from minhbach.centre.registry.fields import Day, Line, Several
from minhbach.centre.regulation.directives import KIND_WORDS
from minhbach.centre.regulation.models import WORDS_LENGTH, DirectiveKind
from minhbach.centre.words import text


class DirectiveForm(forms.Form):
    """Which document."""

    kind = forms.TypedChoiceField(
        label=text("Loại văn bản", "Kind"), coerce=DirectiveKind,
        choices=[(kind.value, text(words.vi, words.en)) for kind, words in KIND_WORDS.items()],
    )  # fmt: skip
    number = Line("Số, ký hiệu", "Number", 60, hint=("ví dụ 04/CT-UBND", "such as 04/CT-UBND"))
    title = Line("Trích yếu", "Subject", 300)
    issued_on = Day("Ngày ban hành", "Issued on")


class UnitsForm(forms.Form):
    """Which units have something to do."""

    def __init__(self, *given: Any, units: Sequence[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["don-vi"] = Several("Đơn vị thực hiện", "Units", choices=units)
        self.fields["don-vi"].required = True


class TaskForm(forms.Form):
    """What one or several people have to do, each a task of their own, by when."""

    holder = Several(
        "Người thực hiện", "Who does it",
        help_text=text("Mỗi người được chọn nhận một nhiệm vụ riêng.", "Each who is chosen gets a task of their own."),
    )  # fmt: skip
    words = Line("Nhiệm vụ", "What is to be done", WORDS_LENGTH)
    due_on = Day("Hạn hoàn thành", "Due on")

    def __init__(self, *given: Any, people: Sequence[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["holder"].choices = list(people)  # type: ignore[attr-defined]  # a MultipleChoiceField
        self.fields["holder"].required = True


class ReportForm(forms.Form):
    """The holder's report."""

    words = Line("Kết quả thực hiện", "What was done", WORDS_LENGTH)
    photo = forms.FileField(
        label=text("Ảnh minh chứng", "Photograph as proof"), required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}),
        help_text=text("JPEG hoặc PNG, không chụp giấy tờ của công dân",
                       "JPEG or PNG, no citizen's papers"),
    )  # fmt: skip

    def clean_photo(self) -> Any:
        """A file that is small enough to be looked at."""
        photo = self.cleaned_data["photo"]
        if photo and photo.size > MOST_BYTES:
            raise forms.ValidationError(str(TOO_LARGE))
        return photo


class JudgeForm(forms.Form):
    """What whoever directs says to it."""

    words = Line("Nội dung", "Words", WORDS_LENGTH)
    due_on = forms.DateField(
        label=text("Hạn mới (khi gia hạn)", "New day (when giving more time)"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"],
    )  # fmt: skip


class PageForm(forms.Form):
    """A scanned page of the document."""

    page = forms.FileField(
        label=text("Trang quét", "Scanned page"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}),
        help_text=text("ảnh JPEG hoặc PNG, mỗi lần một trang", "JPEG or PNG, one page at a time"),
    )  # fmt: skip

    def clean_page(self) -> Any:
        """A file that is small enough to be looked at."""
        page = self.cleaned_data["page"]
        if page.size > MOST_BYTES:
            raise forms.ValidationError(str(TOO_LARGE))
        return page
