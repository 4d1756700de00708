"""The forms of citizens and of those who take in what they say."""

import datetime
from typing import Any

from django import forms

from minhbach.centre.feedback.models import PetitionKind, Reason, Score, Topic, Way
from minhbach.centre.feedback.models.petitions import CONTENT_LENGTH
from minhbach.centre.feedback.models.ratings import SAID_LENGTH
from minhbach.centre.registry.fields import Choice, Day, Line, Several, Telephone
from minhbach.centre.words import Words, text

SCORES = {
    Score.VERY_SATISFIED: Words("Rất hài lòng", "Very satisfied"),
    Score.SATISFIED: Words("Hài lòng", "Satisfied"),
    Score.DISSATISFIED: Words("Không hài lòng", "Not satisfied"),
}
REASONS = {
    Reason.ATTITUDE: Words("Thái độ, lời nói", "Attitude, words"),
    Reason.WAITING: Words("Phải chờ lâu", "Long waiting"),
    Reason.GUIDANCE: Words("Hướng dẫn không rõ", "Unclear guidance"),
    Reason.PAPERS: Words("Đòi thêm giấy tờ", "Extra papers asked for"),
    Reason.EXTRA_COST: Words("Phải trả thêm tiền", "Extra money asked for"),
    Reason.OTHER: Words("Việc khác", "Something else"),
}
KINDS = {
    PetitionKind.FEEDBACK: Words("Phản ánh một việc đã xảy ra", "Something that happened"),
    PetitionKind.SUGGESTION: Words("Kiến nghị, góp ý", "A suggestion"),
}
TOPICS = {
    Topic.CONDUCT: Words("Hành vi, thái độ của cán bộ", "How officials behave"),
    Topic.RULE: Words("Quy định, thủ tục", "A rule or procedure"),
    Topic.OTHER: Words("Việc khác", "Something else"),
}
WAYS = {
    Way.WEB: Words("Trang công dân", "Public page"),
    Way.COUNTER: Words("Tại quầy", "At the counter"),
    Way.HOTLINE: Words("Đường dây nóng", "Hotline"),
    Way.BOX: Words("Hòm thư góp ý", "Suggestion box"),
    Way.LETTER: Words("Đơn, thư", "Letter"),
}


def _choices(words: dict[Any, Words]) -> list[tuple[str, object]]:
    return [(key.value, text(said.vi, said.en)) for key, said in words.items()]


class _Digits(Line):
    """Digits off a paper, typed on whatever keyboard there is."""

    def __init__(self, vi: str, en: str, length: int, **more: Any) -> None:
        super().__init__(vi, en, length, **more)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}


class ReceiptForm(forms.Form):
    """What stands on a receipt."""

    scan = _Digits("Mã dưới mã vạch (16 chữ số)", "Digits below the bar code (16)", 24)
    secret = _Digits("Mã tra cứu (6 chữ số)", "Look-up code (6 digits)", 9)


class SlipForm(forms.Form):
    """What stands on the slip of a complaint."""

    code = _Digits("Mã phản ánh (14 chữ số)", "Number of the complaint (14 digits)", 20)
    secret = _Digits("Mã tra cứu (6 chữ số)", "Look-up code (6 digits)", 9)


class WhyForm(forms.Form):
    """Why a visit was rated so; either is enough."""

    reasons = Several("Vì sao", "Why", choices=_choices(REASONS))
    said = Line("Viết thêm", "More", SAID_LENGTH, required=False)


class ComplaintForm(forms.Form):
    """A complaint or suggestion. The receipt, the time and the name may be left out."""

    kind = Choice(
        "Loại ý kiến", "It is", choices=_choices(KINDS), widget=forms.RadioSelect, initial=PetitionKind.FEEDBACK
    )
    topic = Choice("Nội dung thuộc", "About", choices=_choices(TOPICS), widget=forms.RadioSelect, initial=Topic.CONDUCT)
    room = Choice(
        "Nơi xảy ra", "Where", required=False,
        help_text=text("Không cần chọn nếu có giấy tiếp nhận.", "Need not be chosen with a receipt."),
    )  # fmt: skip
    counter = forms.IntegerField(label=text("Quầy số", "Counter"), min_value=1, max_value=99, required=False)
    day = Day("Ngày", "Day", required=False)
    at = forms.TimeField(
        label=text("Khoảng mấy giờ", "At about"), required=False, widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=text(
            "Có ngày giờ thì hình của lúc đó được giữ lại ngay.", "With day and time its footage is kept at once."
        ),
    )  # fmt: skip
    content = Line(
        "Nội dung", "What", CONTENT_LENGTH, widget=forms.Textarea(attrs={"rows": 5}),
        hint=("Không ghi nội dung tố cáo ở đây: tố cáo được tiếp nhận riêng để giữ bí mật người tố cáo.",
              "Do not write a denunciation here: it is received separately, so that who denounces stays secret."),
    )  # fmt: skip
    name = Line("Họ và tên", "Your name", 120, required=False)
    phone = Telephone("Số điện thoại", "Telephone")
    scan = _Digits("Mã dưới mã vạch của giấy tiếp nhận", "Digits below the bar code of the receipt", 24, required=False)
    secret = _Digits("Mã tra cứu", "Look-up code", 9, required=False)

    def __init__(self, *arguments: Any, rooms: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*arguments, **more)
        choose = [("", text("Chọn nơi xảy ra", "Choose where"))] if len(rooms) > 1 else []
        self.fields["room"].choices = [*choose, *rooms]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        """A time without a day is none, nor a day without a time; a receipt says where it was."""
        values = super().clean() or self.cleaned_data
        if not values.get("room") and not values.get("scan"):
            self.add_error("room", str(Words("Hãy chọn nơi xảy ra.", "Choose where it was.")))
        if bool(values.get("day")) != bool(values.get("at")):
            self.add_error("at", str(Words("Hãy ghi cả ngày và giờ.", "Give both day and time.")))
        return values

    def begin(self, zone: datetime.tzinfo) -> datetime.datetime | None:
        """The moment that was told, in that zone."""
        day, at = self.cleaned_data.get("day"), self.cleaned_data.get("at")
        return datetime.datetime.combine(day, at, tzinfo=zone) if day and at else None


class TakenInForm(ComplaintForm):
    """The same, taken in by an officer: also how it came."""

    way = Choice("Đến qua", "Came by", choices=_choices({way: WAYS[way] for way in Way if way is not Way.WEB}))

    field_order = ("way", "kind", "topic")

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        # Whoever takes it in stands in the room it is about.
        self.fields["room"].widget = forms.HiddenInput()
