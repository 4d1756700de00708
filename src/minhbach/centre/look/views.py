"""The page that shows every component, and the switch of language and light."""

from datetime import UTC, datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from minhbach.centre.look.frame import THEME_COOKIE, THEMES
from minhbach.centre.words import text
from minhbach.centre.words.middleware import COOKIE as LANGUAGE_COOKIE

YEAR_S = 365 * 86_400


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Set the language or the light of this browser, and go back to where the person was."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = redirect(back)
    for name, cookie, allowed in (("language", LANGUAGE_COOKIE, ("vi", "en")), ("theme", THEME_COOKIE, THEMES)):
        value = request.POST.get(name)
        if value is not None and value in allowed:
            response.set_cookie(
                cookie, value, max_age=YEAR_S, samesite="Lax", httponly=True, secure=request.is_secure()
            )
    return response


class ExampleForm(forms.Form):
    """A form of every kind of field, for the page of components."""

    name = forms.CharField(label=text("Họ và tên", "Full name"), initial="Nguyễn Thị Lệ Quyên")
    phone = forms.CharField(
        label=text("Số điện thoại nhận tin", "Telephone for messages"),
        help_text=text("Số di động có 10 chữ số.", "Mobile numbers have 10 digits."),
        min_length=10,
        error_messages={
            "min_length": text(
                "Thiếu chữ số. Số di động có 10 chữ số.", "A digit is missing. Mobile numbers have 10 digits."
            )
        },
    )
    room = forms.ChoiceField(
        label=text("Phòng", "Room"),
        choices=[
            ("a", text("Bộ phận Một cửa", "One-stop section")),
            ("b", text("Phòng tiếp công dân", "Citizen-reception room")),
        ],
    )
    note = forms.CharField(label=text("Ghi chú", "Note"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    way = forms.ChoiceField(
        label=text("Trả kết quả", "Hand over the result"),
        widget=forms.RadioSelect,
        choices=[("desk", text("Tại quầy", "At the counter")), ("post", text("Bưu chính", "By post"))],
        initial="desk",
    )
    sound = forms.BooleanField(label=text("Kèm âm thanh", "With sound"), required=False, initial=True)


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Every component once, in every state; nothing on it is read from the database."""
    form = ExampleForm({"name": "Bùi Thị Nhạn", "phone": "0912 345", "room": "a", "way": "desk", "sound": "on"})
    now = datetime(2026, 11, 23, 2, 41, 7, tzinfo=UTC)
    weeks = {
        "one_week": (36, 36, 35, 36, 35),
        "two_week": (99.1, 98.7, 99.5, 99.6, 99.4),
        "three_week": (1, 0, 2, 2, 3),
    }
    return render(request, "look/style.html", {"form": form, "now": now, **weeks})
