"""The forms of signing in and of one's own account. They read what was typed; the actions decide."""

from django import forms

from minhbach.centre.words import Words


class SignInForm(forms.Form):
    """Name, password, and the one-time code of those who have turned it on."""

    username = forms.CharField(
        label=Words("Tên đăng nhập", "Name"),  # type: ignore[arg-type]  # drawn by str() in the language of the request
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=Words("Mật khẩu", "Password"),  # type: ignore[arg-type]
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=Words("Mã dùng một lần", "One-time code"),  # type: ignore[arg-type]
        help_text=Words("Chỉ nhập nếu bạn đã bật mã.", "Only if you turned codes on."),  # type: ignore[arg-type]
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasswordForm(forms.Form):
    """The present password, and the new one twice."""

    present = forms.CharField(
        label=Words("Mật khẩu hiện tại", "Present password"),  # type: ignore[arg-type]
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=Words("Mật khẩu mới", "New password"),  # type: ignore[arg-type]
        help_text=Words(  # type: ignore[arg-type]
            "Ít nhất 10 ký tự; một câu dễ nhớ tốt hơn một từ khó.",
            "At least 10 characters; a sentence is better than a difficult word.",
        ),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=Words("Nhập lại mật khẩu mới", "New password again"),  # type: ignore[arg-type]
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
        label=Words("Mã trên điện thoại", "Code on the phone"),  # type: ignore[arg-type]
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
