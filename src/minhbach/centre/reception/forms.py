"""The forms of reception: a session, a change of the calendar, an entry of the book."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from minhbach.centre.reception.book import MATTERS, OPEN, OVER
from minhbach.centre.reception.calendars import KINDS as CHANGES
from minhbach.centre.reception.models import MOST_PEOPLE, REASON_LENGTH, DayChangeKind, Matter, SessionKind
from minhbach.centre.reception.reading import KINDS
from minhbach.centre.registry.fields import Choice, Day, Line, PersonalNumber
from minhbach.centre.words import Words, text


class OpenForm(forms.Form):
    """Which kind of reception, who receives, how many people."""

    kind = Choice(
        "Hình thức tiếp", "Kind", initial=SessionKind.REGULAR,
        choices=[(kind.value, text(words.vi, words.en)) for kind, words in KINDS.items()],
    )  # fmt: skip
    received_by = Choice(
        "Người tiếp", "Who receives", required=False,
        help_text=text(
            "Ngày tiếp công dân chỉ được tính khi người đứng đầu, hoặc người được phân công bằng văn bản, tiếp.",
            "A reception day is kept only where the head receives, or whom a decision names for it.",
        ),
    )  # fmt: skip
    people = forms.IntegerField(
        label=text("Số người đến", "People who came"), min_value=0, max_value=MOST_PEOPLE, initial=1,
        help_text=text(
            "Buổi tiếp định kỳ chưa có ai đến: ghi 0, đếm lại khi kết thúc. Đông người cùng một việc: mời cử người đại "
            "diện.",
            "Nobody yet on a reception day: 0, and count again when you close it. Many in one matter: they name "
            "representatives.",
        ),
    )  # fmt: skip

    def __init__(self, *given: Any, receivers: Sequence[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["received_by"].choices = list(receivers)  # type: ignore[attr-defined]  # a ChoiceField


class ClosingForm(forms.Form):
    """How many came in all, now that it is over."""

    people = forms.IntegerField(required=False, min_value=0, max_value=MOST_PEOPLE)


class ChangeForm(forms.Form):
    """What is changed of a day, and why; the reason is posted."""

    day = Day("Ngày", "Day")
    kind = Choice(
        "Thay đổi", "Change", choices=[(kind.value, text(words.vi, words.en)) for kind, words in CHANGES.items()]
    )
    moved_to = Day(
        "Dời sang ngày", "Moved to", required=False,
        help_text=text(
            "Chỉ khi dời sang ngày khác, trước ngày tiếp công dân liền sau.",
            "Only where the day moves, to before the next reception day.",
        ),
    )  # fmt: skip
    receiver = Choice("Người tiếp thay", "Who receives instead", required=False)
    reason = Line(
        "Lý do", "Why", REASON_LENGTH,
        hint=("Niêm yết công khai; không nêu tên công dân.", "Posted for everybody; name no citizen."),
    )  # fmt: skip
    decision_number = Line("Số văn bản", "Number of the decision", 60, required=False)

    def __init__(self, *given: Any, people: Sequence[tuple[str, str]], may_delegate: bool, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["receiver"].choices = [("", "—"), *people]  # type: ignore[attr-defined]  # a ChoiceField
        if not may_delegate:
            del self.fields["receiver"]
            kinds = self.fields["kind"]
            kinds.choices = [each for each in kinds.choices if each[0] != DayChangeKind.DELEGATED]  # type: ignore[attr-defined]


class EntryForm(forms.Form):
    """An entry in the order of the book's columns."""

    name = Line("Họ tên người đến", "Name", 120)
    address = Line("Địa chỉ", "Address", 300, required=False)
    personal_id = PersonalNumber(
        "Số định danh cá nhân, CMND hoặc hộ chiếu", "Number of the citizen, identity card or passport"
    )
    content = forms.CharField(
        label=text("Nội dung vụ việc", "What it is about"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    matter = Choice(
        "Phân loại", "Kind of matter",
        choices=[(kind.value, text(words.vi, words.en)) for kind, words in MATTERS.items()],
    )  # fmt: skip
    people = forms.IntegerField(
        label=text("Số người về việc này", "People in this matter"), min_value=1, max_value=MOST_PEOPLE, initial=1
    )
    representatives = forms.CharField(
        label=text("Người đại diện", "Representatives"), max_length=1200, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    settled_before = Line("Cơ quan đã giải quyết", "Settled before by", 200, required=False)
    note = Line("Ghi chú", "Note", 300, required=False)

    def __init__(self, *given: Any, represented_from: int, **named: Any) -> None:
        super().__init__(*given, **named)
        hint = Words(
            "Từ {n} người cùng một việc phải cử người đại diện; mỗi dòng một người, nhiều nhất 5.",
            "From {n} people in one matter they are named; one a line, five at most.",
        )
        self.fields["representatives"].help_text = str(hint.fill(n=represented_from))


class BookForm(forms.Form):
    """Which part of the book."""

    nam = Choice("Năm", "Year", required=False)
    unit = Choice("Đơn vị", "Unit", required=False)
    matter = Choice("Phân loại", "Kind", required=False)
    state = Choice("Tình trạng", "State", required=False)

    def offer(self, *, years: Sequence[int], units: Mapping[Any, str]) -> None:
        """The years and units that there are."""
        everything = ("", text("Tất cả", "All"))
        offered: dict[str, list[tuple[str, Any]]] = {
            "nam": [(str(year), str(year)) for year in years],
            "unit": [everything, *((str(unit), name) for unit, name in units.items())],
            # What is restricted is found by no kind.
            "matter": [everything, *((str(k.value), str(w)) for k, w in MATTERS.items() if k != Matter.DENUNCIATION)],
            "state": [
                everything,
                (OPEN, text("Đang xử lý", "Being handled")),
                (OVER, text("Đã xong", "Over")),
            ],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # ChoiceFields
