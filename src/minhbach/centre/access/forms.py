"""The forms of signing in and of one's own account. They read what was typed; the actions decide."""

import datetime
from collections.abc import Iterable

from django import forms

from minhbach.centre.access.log import Filter
from minhbach.centre.registry.models import Room
from minhbach.centre.words import Words, text
from minhbach.centre.words.formats import VIETNAM


class SignInForm(forms.Form):
    """Name, password, and the one-time code of those who have turned it on."""

    username = forms.CharField(
        label=text("Tên đăng nhập", "Name"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=text("Mật khẩu", "Password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=text("Mã dùng một lần", "One-time code"),
        help_text=text("Chỉ nhập nếu bạn đã bật mã.", "Only if you turned codes on."),
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasswordForm(forms.Form):
    """The present password, and the new one twice."""

    present = forms.CharField(
        label=text("Mật khẩu hiện tại", "Present password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=text("Mật khẩu mới", "New password"),
        help_text=text(
            "Ít nhất 10 ký tự; một câu dễ nhớ tốt hơn một từ khó.",
            "At least 10 characters; a sentence is better than a difficult word.",
        ),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=text("Nhập lại mật khẩu mới", "New password again"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, object]:
        """Both must be the same."""
        given = super().clean() or {}
        if given.get("new") != given.get("again"):
            self.add_error("again", str(Words("Hai lần nhập không giống nhau.", "The two are not the same.")))
        return given


class CodeForm(forms.Form):
    """The first code of a new device, or the password to turn codes off."""

    code = forms.CharField(
        label=text("Mã trên điện thoại", "Code on the phone"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class LogForm(forms.Form):
    """What of the log of viewings is wanted."""

    who = forms.CharField(
        label=text("Người xem", "Who watched"), required=False, max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "data-search": ""}),
    )  # fmt: skip
    room = forms.UUIDField(label=text("Phòng", "Room"), required=False, widget=forms.Select())
    kind = forms.ChoiceField(
        label=text("Việc", "What"),
        required=False,
        choices=[
            ("", text("Tất cả", "All")),
            ("live", text("Xem trực tiếp", "Live")),
            ("playback", text("Xem lại", "Playback")),
            ("still", text("Ảnh tĩnh", "Stills")),
        ],
    )
    begin = forms.DateField(
        label=text("Từ ngày", "From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    end = forms.DateField(
        label=text("Đến hết ngày", "To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    refused = forms.BooleanField(label=text("Chỉ lần bị từ chối", "Refused only"), required=False)

    def offer(self, rooms: Iterable[Room]) -> None:
        """The rooms to choose from."""
        shown = [(room.id, room.name) for room in rooms]
        self.fields["room"].widget.choices = [("", text("Tất cả", "All")), *shown]

    def wanted(self) -> Filter:
        """The filter; a field that makes no sense does not narrow."""
        self.is_valid()
        given = self.cleaned_data
        begin, end = given.get("begin"), given.get("end")
        return Filter(
            text=given.get("who", ""),
            room=given.get("room"),
            kind=given.get("kind", ""),
            refused=given.get("refused", False),
            begin=_midnight(begin) if begin else None,
            end=_midnight(end + datetime.timedelta(days=1)) if end else None,
        )


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), VIETNAM)
