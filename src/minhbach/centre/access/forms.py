"""The forms of signing in and of one's own account. They read what was typed; the actions decide."""

import datetime
from collections.abc import Sequence
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from minhbach.centre.access.grantable import GRANTABLE
from minhbach.centre.access.log_rows import Filter
from minhbach.centre.access.models import Account
from minhbach.centre.registry.vietnamese import search_key
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words, text
from minhbach.centre.words.formats import VIETNAM

#: Days outside of these are slips of the pen, and some break arithmetic.
FIRST, LAST = datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)
NOBODY = Words("Không có tài khoản hay người nào tên như vậy.", "No account and nobody has this name.")
NAMESAKES = Words(
    "Nhiều người cùng tên; hãy ghi một tên đăng nhập: {names}.", "Several people have this name; write one of: {names}."
)
MOST_NAMESAKES = 8


def _day(vi: str, en: str, *, required: bool = True) -> forms.DateField:
    """A day, picked from the browser's calendar."""
    return forms.DateField(
        label=text(vi, en),
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[MinValueValidator(FIRST), MaxValueValidator(LAST)],
    )


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
        help_text=text(
            "Chỉ nhập nếu bạn đã bật mã. Mất điện thoại: nhập một mã khôi phục.",
            "Only if you turned codes on. The phone is lost: a recovery code.",
        ),
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
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
            self.add_error("again", text("Hai lần nhập không giống nhau.", "The two are not the same."))
        return given


class CodeForm(forms.Form):
    """The first code of a new device, or the password to turn codes off."""

    code = forms.CharField(
        label=text("Mã trên điện thoại", "Code on the phone"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class ProofForm(forms.Form):
    """The weaker proof of a decision: the password, and a one-time code."""

    password = forms.CharField(
        label=text("Mật khẩu", "Password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=text("Mã dùng một lần", "One-time code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class OwnerForm(ProofForm):
    """The proof that it is the owner of an account who changes their keys."""

    def ask_code(self, on: bool) -> None:
        """Ask for a one-time code only where codes are on."""
        if not on:
            self.fields["code"].required = False
            self.fields["code"].widget = forms.HiddenInput()


class KeyForm(OwnerForm):
    """A new security key: its name, the proof of its owner, and what the browser says of it."""

    label = forms.CharField(
        label=text("Tên khóa", "Name of the key"),
        max_length=60,
        help_text=text("Ví dụ: Khóa ở bàn làm việc.", "For example: Key on my desk."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    authenticator = forms.CharField(max_length=8192, required=False, widget=forms.HiddenInput)
    client = forms.CharField(max_length=8192, required=False, widget=forms.HiddenInput)
    field_order = ("label", "password", "code")


class LogForm(forms.Form):
    """What of the log of viewings is wanted."""

    who = forms.CharField(
        label=text("Người xem", "Who watched"), required=False, max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "data-search": ""}),
    )  # fmt: skip
    purpose = forms.CharField(
        label=text("Mục đích", "Purpose"), required=False, max_length=80,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    unit = forms.UUIDField(label=text("Đơn vị", "Unit"), required=False, widget=forms.Select())
    room = forms.UUIDField(label=text("Phòng", "Room"), required=False, widget=forms.Select())
    kind = forms.ChoiceField(
        label=text("Việc", "What"),
        required=False,
        choices=[
            ("", text("Tất cả", "All")),
            ("live", text("Xem trực tiếp", "Live")),
            ("playback", text("Xem lại", "Playback")),
            ("still", text("Ảnh tĩnh", "Stills")),
            ("export", text("Trích xuất", "Extractions")),
        ],
    )
    begin = _day("Từ ngày", "From", required=False)
    end = _day("Đến hết ngày", "To", required=False)
    refused = forms.BooleanField(label=text("Chỉ lần bị từ chối", "Refused only"), required=False)

    def offer(self, *, units: Sequence[tuple[UUID, str]], rooms: Sequence[tuple[UUID, str]]) -> None:
        """The units and rooms to choose from."""
        for name, shown in (("unit", units), ("room", rooms)):
            self.fields[name].widget.choices = [("", text("Tất cả", "All")), *shown]

    def wanted(self) -> Filter:
        """The filter; a field that makes no sense does not narrow."""
        self.is_valid()
        given = self.cleaned_data
        begin, end = given.get("begin"), given.get("end")
        return Filter(
            text=given.get("who", ""),
            purpose=given.get("purpose", ""),
            unit=given.get("unit"),
            room=given.get("room"),
            kind=given.get("kind", ""),
            refused=given.get("refused", False),
            begin=_midnight(begin) if begin else None,
            end=_midnight(end + datetime.timedelta(days=1)) if end else None,
        )


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), VIETNAM)


class ReopenForm(forms.Form):
    """What a closed account needs to be opened again; its name stays."""

    decision_number = forms.CharField(label=text("Số quyết định", "Number of the decision"), max_length=60)


class AccountForm(ReopenForm):
    """What an account needs: a name to sign in with, and the decision it is opened by."""

    field_order = ("username", "decision_number")

    username = forms.RegexField(
        r"^[A-Za-z0-9._-]{3,64}$",
        label=text("Tên đăng nhập", "Name to sign in with"),
        help_text=text("Chữ không dấu, số, dấu chấm, gạch.", "Plain letters, digits, dot, dash."),
        error_messages={
            "invalid": text("Chỉ dùng chữ không dấu, số, dấu chấm, gạch; ít nhất 3 ký tự.",
                            "Only plain letters, digits, dot and dash; at least 3.")
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip


class GrantForm(forms.Form):
    """Rights for a time: to whom, what, where, from which day to which, by which decision."""

    username = forms.CharField(
        label=text("Họ tên hoặc tên đăng nhập của người được cấp", "Name of the person, or of their account"),
        max_length=120,
    )
    rights = forms.MultipleChoiceField(
        label=text("Quyền", "Rights"),
        choices=[(str(right), str(right.words)) for right in Right if right in GRANTABLE],
        widget=forms.CheckboxSelectMultiple,
    )
    rooms = forms.MultipleChoiceField(label=text("Phòng", "Rooms"), widget=forms.CheckboxSelectMultiple)
    begin = _day("Từ ngày", "From")
    end = _day("Đến hết ngày", "Until the end of")
    decision_number = forms.CharField(label=text("Số quyết định", "Number of the decision"), max_length=60)
    through_restriction = forms.BooleanField(
        label=text("Cả thời gian bị hạn chế", "Restricted time, too"),
        help_text=text(
            "Chỉ có hiệu lực khi một người có thẩm quyền khác cùng ký.",
            "In force only once another person who may grant has signed, too.",
        ),
        required=False,
    )

    def offer(self, rooms: list[tuple[str, str]]) -> None:
        """The rooms to choose from, and the rights in the language of the request."""
        offered = {"rooms": rooms, "rights": [(str(right), str(right.words)) for right in Right if right in GRANTABLE]}
        for name, choices in offered.items():
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = choices

    def clean_username(self) -> Account:
        """The account of that name, or of the only person who is called so."""
        said, active = self.cleaned_data["username"].strip(), Account.objects.filter(is_active=True)
        found = active.filter(username=said.lower()).first()
        if found is not None:
            return found
        named = list(active.filter(person__search_key=search_key(said)).order_by("username")[:MOST_NAMESAKES])
        if not named:
            raise forms.ValidationError(str(NOBODY))
        if len(named) > 1:
            raise forms.ValidationError(str(NAMESAKES.fill(names=", ".join(each.username for each in named))))
        return named[0]

    def clean(self) -> dict[str, object]:
        """The end comes after the beginning."""
        given = super().clean() or {}
        begin, end = given.get("begin"), given.get("end")
        if begin and end and end < begin:
            self.add_error(
                "end", text("Ngày kết thúc phải sau ngày bắt đầu.", "The end must come after the beginning.")
            )
        return given
