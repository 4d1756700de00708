"""Forms about the state of rooms: a review item by item, a waiver, a proposal to buy and what becomes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from minhbach.centre.oversight.actions.rooms import Answer
from minhbach.centre.registry.fields import Choice, Day, Line
from minhbach.centre.registry.models import Verdict
from minhbach.centre.regulation.items import Item
from minhbach.centre.words import Words, text

VERDICTS = {
    Verdict.MET: Words("Đạt", "Met"),
    Verdict.PARTLY: Words("Đạt một phần", "Partly"),
    Verdict.UNMET: Words("Chưa đạt", "Not met"),
    Verdict.LEFT_OUT: Words("Không áp dụng", "Does not apply"),
}


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of the form as it is drawn."""

    words: Words
    points: int
    verdict: BoundField
    note: BoundField
    photo: BoundField


class ReviewForm(forms.Form):
    """Every item of the checklist with a verdict, and where it is not met a reason."""

    def __init__(self, *given: Any, items: Sequence[tuple[str, Item]], **more: Any) -> None:
        super().__init__(*given, **more)
        self._items = items
        choices = [(kind.value, str(words)) for kind, words in VERDICTS.items()]
        for code, item in items:
            words = item.words
            self.fields[code] = Choice(words.vi, words.en, choices=choices, widget=forms.RadioSelect)
            self.fields[f"{code}_note"] = Line("Ghi chú", "Note", 500, required=False)
            self.fields[f"{code}_photo"] = forms.FileField(
                label=text("Ảnh", "Photograph"), required=False,
                widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}),
            )  # fmt: skip
        self.fields["note"] = Line("Nhận xét chung", "In general", 500, required=False)

    @property
    def rows(self) -> list[ItemRow]:
        """The items in their order."""
        return [
            ItemRow(item.words, item.number("points") or 0, self[code], self[f"{code}_note"], self[f"{code}_photo"])
            for code, item in self._items
        ]

    def answers(self) -> dict[str, Answer]:
        """What was said, by item."""
        said = self.cleaned_data
        return {
            code: Answer(
                Verdict(said[code]), said[f"{code}_note"],
                said[f"{code}_photo"].read() if said.get(f"{code}_photo") else None,
            )
            for code, _ in self._items
        }  # fmt: skip


class WaiverForm(forms.Form):
    """Why a room need not meet a norm, by which decision, until when."""

    reason = Line("Lý do", "Why", 500)
    decision_number = Line("Số văn bản cho phép", "Number of the decision", 60)
    until = Day("Đến hết ngày", "Until")


class ProposalForm(forms.Form):
    """Which needs are asked for, and why."""

    needs = forms.MultipleChoiceField(
        label=text("Nhu cầu", "Needs"), widget=forms.CheckboxSelectMultiple(attrs={"class": "long"})
    )
    reason = Line("Lý do, căn cứ", "Why, by what", 1000)

    def __init__(self, *given: Any, needs: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["needs"].choices = needs  # type: ignore[attr-defined]  # a MultipleChoiceField


class DecisionForm(forms.Form):
    """What becomes of a proposal."""

    funding_source = Line("Nguồn kinh phí", "Where the money comes from", 200, required=False)
    amount_vnd = forms.IntegerField(
        label=text("Số tiền (đồng)", "Amount (VND)"), min_value=1, max_value=10**15, required=False
    )
    words = Line("Ý kiến, lý do", "Why", 500, required=False)
