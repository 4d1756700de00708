"""What a field says of a value that it does not take says what to do, in the reader's language."""

import pytest
from django import forms
from django.utils import translation

from minhbach.centre.registry.fields import Choice, Day, Line


class Form(forms.Form):
    copies = forms.IntegerField(min_value=1, max_value=9)
    name = Line("Tên", "Name", 5)
    day = Day("Ngày", "Day")
    kind = Choice("Loại", "Kind", choices=[("a", "A")])
    file = forms.FileField()


FILLED = {"copies": "3", "name": "An", "day": "2026-11-24", "kind": "a"}


def said(language: str, **values: str) -> dict[str, list[str]]:
    with translation.override(language):
        return {name: [str(each) for each in errors] for name, errors in Form(FILLED | values).errors.items()}


@pytest.mark.parametrize(
    ("field", "value", "vi", "en"),
    [
        ("copies", "0", "Phải từ 1 trở lên.", "Write 1 or more."),
        ("copies", "10", "Không được quá 9.", "Write 9 or less."),
        ("copies", "ba", "Hãy ghi một số nguyên, ví dụ 3.", "Write a whole number such as 3."),
        ("name", "", "Hãy điền mục này.", "Fill this in."),
        ("name", "Nguyễn An", "Dài quá 5 ký tự (hiện có 9); hãy viết ngắn lại.",
         "Longer than 5 characters (it has 9); write less."),
        ("day", "2026-02-30", "Không có ngày này; hãy xem lại.", "There is no such day; look again."),
        ("kind", "b", "Hãy chọn một mục trong danh sách.", "Choose one of the list."),
    ],
)  # fmt: skip
def test_a_refusal_says_what_to_do(field, value, vi, en):
    assert said("vi", **{field: value})[field] == [vi]
    assert said("en", **{field: value})[field] == [en]


def test_a_file_that_is_not_there_is_asked_for():
    assert said("vi")["file"] == ["Hãy chọn tệp."]
