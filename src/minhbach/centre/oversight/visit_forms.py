"""The forms of inspections and visits; the checklist is as long as the regulation makes it."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms

from minhbach.centre.oversight.actions.visits import MOST_PHOTOS, Found
from minhbach.centre.oversight.models import InspectionKind, Seen
from minhbach.centre.oversight.models.inspections import WORDS_LENGTH
from minhbach.centre.registry.fields import Choice, Day, Grouped, Line
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.words import Words, text

KINDS = {
    InspectionKind.PERIODIC: Words("Định kỳ", "Periodic"),
    InspectionKind.SURPRISE: Words("Đột xuất", "Surprise"),
}
SEEN = {
    Seen.GOOD: Words("Đạt", "Good"),
    Seen.BAD: Words("Chưa đạt", "Wrong"),
    Seen.NOT_SEEN: Words("Không kiểm tra", "Not looked at"),
}
Choices = Sequence[tuple[str, str]]
#: Choices under the name of the unit that they belong to.
Groups = Sequence[tuple[str, Choices]]


class InspectionForm(forms.Form):
    """A decision: what, by whom, where, from which day to which."""

    kind = Choice(
        "Hình thức", "Kind", choices=[(kind.value, text(words.vi, words.en)) for kind, words in KINDS.items()]
    )
    subject = Line("Nội dung kiểm tra", "What it is about", 300)
    decision_number = Line("Số quyết định", "Number of the decision", 60)
    rooms = Grouped("Phòng được kiểm tra", "Rooms")
    team = Grouped("Thành viên đoàn", "The team")
    leader = Choice("Trưởng đoàn", "Led by")
    begin = Day("Từ ngày", "From")
    end = Day("Đến hết ngày", "Up to and with")

    def __init__(self, *given: Any, rooms: Groups, people: Groups, **named: Any) -> None:
        super().__init__(*given, **named)
        for name, choices in (("rooms", rooms), ("team", people), ("leader", people)):
            self.fields[name].choices = list(choices)  # type: ignore[attr-defined]  # fields of choices

    def span(self, now: datetime.datetime) -> tuple[datetime.datetime, datetime.datetime]:
        """From the first day, or from now where that is today, to the end of the last."""
        begin, end = (
            datetime.datetime.combine(day, datetime.time(), tzinfo=VIETNAM)
            for day in (self.cleaned_data["begin"], self.cleaned_data["end"] + datetime.timedelta(days=1))
        )
        return (now if begin.date() == now.astimezone(VIETNAM).date() else begin), end


class VisitForm(forms.Form):
    """Who goes, on which day, in which inspection if any."""

    visitor = Choice("Người đi kiểm tra", "Who goes")
    day = Day("Ngày", "Day")
    inspection = Choice("Thuộc cuộc kiểm tra", "In the inspection", required=False)

    def __init__(self, *given: Any, people: Choices, inspections: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["visitor"].choices = list(people)  # type: ignore[attr-defined]
        self.fields["inspection"].choices = [("", "—"), *inspections]  # type: ignore[attr-defined]


class Photos(forms.ClearableFileInput):
    """A box that takes several files."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photographs; whether enough of them is said by the action that takes them."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each of the files, as `FileField` has them one by one."""
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(PhotosField, self).clean(each, initial) for each in given if each]


class ResultForm(forms.Form):
    """The checklist of the regulation, item by item; what is wrong is said."""

    def __init__(self, *given: Any, items: Sequence[tuple[str, Words]], **named: Any) -> None:
        super().__init__(*given, **named)
        self._items = items
        choices = [(seen.value, str(words)) for seen, words in SEEN.items()]
        for code, words in items:
            self.fields[code] = forms.ChoiceField(label=str(words), choices=choices, widget=forms.RadioSelect)
            self.fields[f"{code}_note"] = Line("Nói rõ", "In words", 300, required=False)
        self.fields["words"] = Line("Nhận xét chung, kiến nghị", "Remarks", WORDS_LENGTH, required=False)
        self.fields["photos"] = PhotosField(
            label=text("Ảnh chụp tại phòng", "Photographs taken in the room"),
            widget=Photos(attrs={"accept": "image/jpeg,image/png", "multiple": True}),
            help_text=str(Words("ít nhất 1, nhiều nhất {n} ảnh", "at least 1, at most {n}").fill(n=MOST_PHOTOS)),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What is wrong needs words."""
        given = super().clean() or self.cleaned_data
        for code, _ in self._items:
            if given.get(code) == Seen.BAD and not given.get(f"{code}_note"):
                self.add_error(f"{code}_note", text("Hãy nói rõ chỗ chưa đạt.", "Say what is wrong."))
        return given

    def found(self) -> dict[str, Found]:
        """The answers by code."""
        given = self.cleaned_data
        return {code: Found(Seen(given[code]), given[f"{code}_note"]) for code, _ in self._items}
