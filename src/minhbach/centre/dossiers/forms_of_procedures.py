"""The forms of procedures: one procedure, its end, and a list in a file."""

from typing import Any

from django import forms

from minhbach.centre.dossiers.listed import MOST_DAYS, Paper, papers_of
from minhbach.centre.registry.fields import Day, Line
from minhbach.centre.registry.tables import MOST_BYTES, TOO_LARGE
from minhbach.centre.words import Words, text


class ProcedureForm(forms.Form):
    """What it is called, how long it takes, what belongs to it, from when on."""

    code = forms.RegexField(
        r"^[0-9A-Za-z][0-9A-Za-z.\-]{1,29}$", label=text("Mã thủ tục", "Code"),
        help_text=text("Ví dụ 1.001193", "For example 1.001193"),
    )  # fmt: skip
    name = Line("Tên thủ tục", "Name", 300)
    field = Line("Lĩnh vực", "Field", 120, required=False)
    working_days = forms.IntegerField(
        label=text("Số ngày làm việc", "Working days"), min_value=0, max_value=MOST_DAYS,
        help_text=text("Ghi 0 nếu trả kết quả trong ngày.", "Write 0 for a matter of the same day."),
    )  # fmt: skip
    papers = Line(
        "Thành phần hồ sơ", "Papers", 4000, required=False,
        hint=(
            "Mỗi giấy tờ một dòng, ví dụ: Tờ khai (bản chính, 1).",
            "One paper on each line, for example: Tờ khai (bản chính, 1).",
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    day = Day("Áp dụng từ ngày", "In force from")

    def clean_papers(self) -> tuple[Paper, ...]:
        """The papers that were written, one on each line."""
        found = papers_of(self.cleaned_data["papers"])
        if isinstance(found, Words):
            raise forms.ValidationError(str(found))
        return found


class EndForm(forms.Form):
    """From when on it is not received any more."""

    day = Day("Không tiếp nhận từ ngày", "Not received from")


class ImportForm(forms.Form):
    """Which file, in force from when on."""

    file = forms.FileField(
        label=text("Tệp danh mục", "File"), help_text=text("Excel (.xlsx) hoặc CSV.", "Excel (.xlsx) or CSV."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )  # fmt: skip
    day = Day("Áp dụng từ ngày", "In force from")

    def clean_file(self) -> Any:
        """A file that is small enough to be read at all."""
        if self.cleaned_data["file"].size > MOST_BYTES:
            raise forms.ValidationError(str(TOO_LARGE))
        return self.cleaned_data["file"]
