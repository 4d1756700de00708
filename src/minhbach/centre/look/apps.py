"""What a field says of a value that it does not take: what to do, where Django's Vietnamese says what was wrong."""

from typing import Any

from django.apps import AppConfig
from django.core import validators
from django.forms import fields

from minhbach.centre.words import text

#: By validator.
MESSAGES: dict[Any, Any] = {
    validators.MinValueValidator: text("Phải từ %(limit_value)s trở lên.", "Write %(limit_value)s or more."),
    validators.MaxValueValidator: text("Không được quá %(limit_value)s.", "Write %(limit_value)s or less."),
    validators.MaxLengthValidator: text(
        "Dài quá %(limit_value)d ký tự (hiện có %(show_value)d); hãy viết ngắn lại.",
        "Longer than %(limit_value)d characters (it has %(show_value)d); write less.",
    ),
    validators.EmailValidator: text(
        "Địa chỉ thư không đúng dạng; ghi như ten@tinh.gov.vn.", "This is no address; write it like name@example.vn."
    ),
    validators.ProhibitNullCharactersValidator: text(
        "Có ký tự không đọc được; hãy gõ lại.", "A character cannot be read; type it again."
    ),
}  # fmt: skip
#: By field and Django's own code.
OF_FIELDS: dict[tuple[Any, str], Any] = {
    (fields.Field, "required"): text("Hãy điền mục này.", "Fill this in."),
    (fields.IntegerField, "invalid"): text("Hãy ghi một số nguyên, ví dụ 3.", "Write a whole number such as 3."),
    (fields.DateField, "invalid"): text("Không có ngày này; hãy xem lại.", "There is no such day; look again."),
    (fields.TimeField, "invalid"): text("Không có giờ này; ghi như 07:30.", "There is no such time; write 07:30."),
    (fields.ChoiceField, "invalid_choice"): text("Hãy chọn một mục trong danh sách.", "Choose one of the list."),
    (fields.MultipleChoiceField, "invalid_choice"): text("Hãy chọn trong danh sách.", "Choose from the list."),
    (fields.FileField, "required"): text("Hãy chọn tệp.", "Choose a file."),
    (fields.FileField, "empty"): text("Tệp này rỗng; hãy chọn tệp khác.", "This file is empty; choose another."),
}  # fmt: skip


class Look(AppConfig):
    """Gives Django's fields their words before any form is made."""

    name = "minhbach.centre.look"

    def ready(self) -> None:
        """Once, when all apps are known."""
        for validator, words in MESSAGES.items():
            validator.message = words
        for (field, code), words in OF_FIELDS.items():
            field.default_error_messages = {**field.default_error_messages, code: words}
