"""The forms of a case: who is concerned, what it rests on, the conclusion, what is put right, what follows."""

from collections.abc import Sequence
from typing import Any

from django import forms

from minhbach.centre.oversight.models import NOTE_LENGTH
from minhbach.centre.papers.photo import MOST_BYTES, TOO_LARGE
from minhbach.centre.registry.fields import Choice, Day, Line, Several
from minhbach.centre.regulation.columns import SEVERITIES
from minhbach.centre.words import Words, text

Choices = Sequence[tuple[str, str]]
UPHELD = (("yes", text("Có vi phạm", "It is so")), ("no", text("Không có vi phạm", "It is not so")))


class Proof(forms.FileField):
    """A photograph or a PDF that somebody brings."""

    def __init__(self, vi: str, en: str, **more: Any) -> None:
        widget = forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"})
        hint = text("JPEG, PNG hoặc PDF; không kèm giấy tờ của công dân", "JPEG, PNG or PDF; no citizen's papers")
        super().__init__(label=text(vi, en), widget=widget, help_text=hint, **more)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """A file that is small enough to be looked at."""
        photo = super().clean(data, initial)
        if photo and photo.size > MOST_BYTES:
            raise forms.ValidationError(str(TOO_LARGE))
        return photo


class ConcernedForm(forms.Form):
    """Whom it concerns."""

    person = Choice("Cán bộ, công chức", "Officer")

    def __init__(self, *given: Any, people: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["person"].choices = [("", text("— chọn người —", "— choose —")), *people]  # type: ignore[attr-defined]


class BasisForm(forms.Form):
    """What a conclusion rests on."""

    basis = Choice("Loại căn cứ", "Kind of basis")
    words = Line(
        "Nội dung", "What it says", NOTE_LENGTH,
        hint=("số, ngày, điều gì được ghi; không ghi tên công dân", "number, day, what it says; no citizens' names"),
    )  # fmt: skip
    photo = Proof(
        "Ảnh chụp hoặc PDF của giấy tờ", "Photograph or PDF of the paper",
        required=False,
    )  # fmt: skip

    def __init__(self, *given: Any, kinds: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["basis"].choices = [("", text("— chọn —", "— choose —")), *kinds]  # type: ignore[attr-defined]


class ConcludeForm(forms.Form):
    """Whether it is so."""

    upheld = forms.ChoiceField(label=text("Kết luận", "Conclusion"), choices=UPHELD, widget=forms.RadioSelect)
    severity = Choice("Mức độ", "How grave")
    words = Line(
        "Nhận xét, kết luận", "Why", NOTE_LENGTH, hint=("không ghi tên công dân", "no citizens' names"),
    )  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["severity"].choices = [(code, str(words)) for code, words in SEVERITIES.items()]  # type: ignore[attr-defined]


class CorrectionForm(forms.Form):
    """What has to be put right."""

    words = Line("Việc phải khắc phục", "What has to be put right", NOTE_LENGTH)
    due_on = Day("Hạn khắc phục", "Due on")


class ReportForm(forms.Form):
    """That it was put right."""

    words = Line("Việc đã làm", "What was done", NOTE_LENGTH)
    photo = Proof("Ảnh hoặc PDF minh chứng", "Photograph or PDF as proof")


class JudgeForm(forms.Form):
    """What whoever asked for it says."""

    words = Line("Ý kiến", "Words", NOTE_LENGTH)
    due_on = Day("Hạn mới (khi gia hạn)", "New day (when giving more time)", required=False)


REVIEW_HINT = text(
    "ngày lý do hết, ví dụ ngày con đủ 12 tháng tuổi; để trống: theo thời hạn của quy chế",
    "when the ground ends, such as the day on which the child is 12 months old; empty: the regulation's term",
)


def _review_on() -> Day:
    return Day("Ngày xem xét lại việc tạm hoãn", "Looked at again on", required=False, help_text=REVIEW_HINT)


class MeasureForm(forms.Form):
    """What follows for an officer."""

    form = Choice("Hình thức", "Form")
    whom = Several(
        "Người này là", "This person is one of the",
        help_text=text("cần xác nhận khi hình thức có ghi «chỉ …»", "to be said where a form has an “only”"),
    )  # fmt: skip
    acts = Several("Xử lý chung một hình thức với các hành vi khác", "One form together with other acts")
    deferral = Choice(
        "Kiểm tra trường hợp chưa xem xét kỷ luật", "Checked whether discipline is not considered yet", required=False
    )
    paper = Line(
        "Số, ngày văn bản đề nghị được xem xét", "Number and day of the paper that asks for it", 60, required=False,
        hint=(
            "khi người đó thuộc trường hợp tạm hoãn nhưng đề nghị được xem xét",
            "where there is a ground to wait, and the officer asks to be considered",
        ),
    )  # fmt: skip
    more = Line(
        "Chi tiết lý do tạm hoãn", "More about why it waits", 500, required=False,
        hint=("được mã hóa; ai đọc đều được ghi lại", "kept closed; whoever reads it is written down"),
    )  # fmt: skip
    review_on = _review_on()
    words = Line(
        "Lý do", "Why", NOTE_LENGTH,
        hint=("nêu rõ nếu chọn khác với gợi ý", "say so where it is another than suggested"),
    )  # fmt: skip

    def __init__(
        self, *given: Any, ways: Choices, whom: Choices, others: Choices, grounds: Choices, **named: Any
    ) -> None:
        super().__init__(*given, **named)
        self.fields["form"].choices = ways  # type: ignore[attr-defined]
        self.fields["whom"].choices = whom  # type: ignore[attr-defined]
        if not whom:
            del self.fields["whom"]
        self.fields["acts"].choices = others  # type: ignore[attr-defined]
        if not others:
            del self.fields["acts"]
        nothing = ("", text("— chỉ cần khi đề nghị kỷ luật —", "— only for discipline —"))
        self.fields["deferral"].choices = [nothing, *grounds]  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    """What the competent body decided."""

    form = Choice("Hình thức theo quyết định", "Form by the decision")
    number = Line("Số quyết định", "Number of the decision", 60)
    decided_on = Day("Ngày quyết định", "Decided on")

    def __init__(self, *given: Any, ways: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["form"].choices = ways  # type: ignore[attr-defined]


class DeferForm(forms.Form):
    """Why it has to wait."""

    deferral = Choice("Lý do chưa xem xét", "Why it is not considered yet")
    review_on = _review_on()
    words = Line(
        "Chi tiết", "More", 500, required=False,
        hint=("được mã hóa; ai đọc đều được ghi lại", "kept closed; whoever reads it is written down"),
    )  # fmt: skip

    def __init__(self, *given: Any, grounds: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["deferral"].choices = grounds  # type: ignore[attr-defined]


class WordsForm(forms.Form):
    """A step that takes words alone."""

    words = Line("Nội dung", "Words", NOTE_LENGTH)


class DayAndTime(forms.SplitDateTimeWidget):
    """A box for the day and one for the time of day."""

    def id_for_label(self, id_: str) -> str:
        """The first box: no element has the name of both, and a link from an error has to lead somewhere."""
        return f"{id_}_0"


class Moment(forms.SplitDateTimeField):
    """A minute of a day, as two boxes: a browser's own field for both writes them as its language does (07:30 AM)."""

    def __init__(self, vi: str, en: str) -> None:
        day: dict[str, Any] = {"type": "date", "aria-label": text(f"{vi}: ngày", f"{en}: day")}
        time: dict[str, Any] = {"type": "time", "aria-label": text(f"{vi}: giờ", f"{en}: time")}
        widget = DayAndTime(date_attrs=day, time_attrs=time, date_format="%Y-%m-%d", time_format="%H:%M")
        super().__init__(
            label=text(vi, en), widget=widget, input_date_formats=["%Y-%m-%d"], input_time_formats=["%H:%M", "%H:%M:%S"]
        )


class FindingForm(forms.Form):
    """What was found, and from when to when."""

    situation = Choice("Nội dung phát hiện", "What it is about")
    begin, end = Moment("Từ", "From"), Moment("Đến", "To")
    note = Line(
        "Mô tả", "More about it", NOTE_LENGTH, required=False,
        hint=("không ghi tên công dân", "no citizens' names"),
    )  # fmt: skip

    def __init__(self, *given: Any, situations: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["situation"].choices = [("", text("— chọn —", "— choose —")), *situations]  # type: ignore[attr-defined]


class GapCauseForm(forms.Form):
    """Why there was no footage, and on what paper that stands."""

    cause = Choice("Lý do", "Cause")
    begin, end = Moment("Từ", "From"), Moment("Đến", "To")
    words = Line("Nội dung", "What happened", NOTE_LENGTH)
    document = Line("Số văn bản, phiếu báo, biên bản", "Number of the paper", 120)

    def __init__(self, *given: Any, causes: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["cause"].choices = [("", text("— chọn —", "— choose —")), *causes]  # type: ignore[attr-defined]


def pairs(table: dict[str, Words] | Any) -> list[tuple[str, str]]:
    """Codes and words as a field offers them."""
    return [(code, str(words)) for code, words in table.items()]
