"""The forms of extraction. They read what was typed; the actions decide."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms

from minhbach.centre.access.forms import ProofForm
from minhbach.centre.evidence.actions.requests import Wish
from minhbach.centre.evidence.book import OPEN, OUT, OVER
from minhbach.centre.evidence.models import CopyKind
from minhbach.centre.evidence.people import moment
from minhbach.centre.evidence.stages import TO_HAND_OVER, UNSIGNED, Item, Stage
from minhbach.centre.footage.actions.holds import LEGAL_HOLD
from minhbach.centre.footage.models import Hold, LegalHold
from minhbach.centre.registry.models import Camera
from minhbach.centre.words import Words, text
from minhbach.centre.words.formats import VIETNAM
from minhbach.ledger.scope import MARGIN_US

FIRST, LAST = datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)
DAY = datetime.timedelta(days=1)
_SECOND_US = 1_000_000


def _line(vi: str, en: str, most: int, *, hint: Words | None = None, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=text(vi, en), max_length=most, required=required, help_text=text(hint.vi, hint.en) if hint else "",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


def _time(vi: str, en: str) -> forms.TimeField:
    return forms.TimeField(label=text(vi, en), widget=forms.TimeInput(attrs={"type": "time", "step": "1"}))


class WishForm(forms.Form):
    """What is asked for: when, which cameras, what for, by which basis, for whom."""

    day = forms.DateField(label=text("Ngày", "Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    begin = _time("Từ", "From")
    end = _time("Đến", "To")
    cameras = forms.MultipleChoiceField(label=text("Camera", "Cameras"), widget=forms.CheckboxSelectMultiple)
    purpose = _line(
        *("Mục đích sử dụng", "What it is for", 300),
        hint=Words("Không ghi tên công dân.", "Do not write citizens' names."),
    )
    legal_basis = _line(
        *("Căn cứ", "Legal basis", 300),
        hint=Words("Ví dụ: Quyết định số 12/QĐ-TTr ngày 05/9/2026.", "For example: a decision, its number and day."),
    )
    case_number = _line("Số vụ việc, mã hồ sơ", "Case or dossier number", 120, required=False)
    receiver_body = _line("Cơ quan nhận", "Receiving body", 200)
    receiver_name = _line("Người nhận, chức vụ", "Receiver and office", 120)
    kind = forms.ChoiceField(
        label=text("Loại bản", "Kind"), required=False, initial=CopyKind.ORIGINAL, widget=forms.RadioSelect,
        choices=[
            (CopyKind.ORIGINAL, text("Bản gốc kèm bằng chứng", "The originals with their proofs")),
            (CopyKind.MASKED, text("Bản sao đã che người khác, không có bản gốc",
                                   "A copy in which others are covered, without originals")),
        ],
    )  # fmt: skip
    hold = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def offer(self, cameras: Sequence[tuple[str, str]]) -> None:
        """The cameras of the room."""
        field = self.fields["cameras"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = cameras

    def wish(self) -> Wish:
        """What was typed; an end before its beginning is on the next day."""
        given = self.cleaned_data
        begin, end = between(given)
        return Wish(
            cameras=tuple(UUID(camera) for camera in given["cameras"]),
            begin_us=_us(begin), end_us=_us(end), purpose=given["purpose"], legal_basis=given["legal_basis"],
            receiver_body=given["receiver_body"], receiver_name=given["receiver_name"],
            case_number=given["case_number"], kind=given["kind"] or CopyKind.ORIGINAL, hold=given["hold"],
        )  # fmt: skip

    def clean_day(self) -> datetime.date:
        """A day that calendars reach."""
        day: datetime.date = self.cleaned_data["day"]
        if not FIRST < day < LAST:
            raise forms.ValidationError(text("Ngày này không đúng.", "This is no such day."))
        return day


def between(given: Mapping[str, Any]) -> tuple[datetime.datetime, datetime.datetime]:
    """The stretch that the fields `day`, `begin` and `end` mean; an end before its beginning is on the next day."""
    begin = datetime.datetime.combine(given["day"], given["begin"], VIETNAM)
    end = datetime.datetime.combine(given["day"], given["end"], VIETNAM)
    return begin, end + DAY if end <= begin else end


def filled(found: Item) -> dict[str, object]:
    """The form as the request says now."""
    revision = found.revision
    return {
        "day": found.begin.date(), "begin": found.begin.time(), "end": found.end.time(),
        "cameras": [str(camera.id) for camera in found.cameras], "purpose": revision.purpose,
        "legal_basis": revision.legal_basis, "case_number": revision.case_number,
        "receiver_body": revision.receiver_body, "receiver_name": revision.receiver_name, "kind": revision.kind,
    }  # fmt: skip


def span_asked(given: Mapping[str, str], now: datetime.datetime) -> dict[str, object]:
    """The stretch in `?tu=…&den=…` (Unix µs), as the room page hands it over; the last quarter of an hour otherwise."""
    try:
        begin_us, end_us = int(given.get("tu", "")), int(given.get("den", ""))
        begin, end = (datetime.datetime.fromtimestamp(us / 1_000_000, VIETNAM) for us in (begin_us, end_us))
        if not (FIRST < begin.date() < LAST and FIRST < end.date() < LAST):
            raise ValueError(given)
    except (ValueError, OverflowError, OSError):
        end = now.astimezone(VIETNAM).replace(second=0, microsecond=0) - datetime.timedelta(minutes=5)
        begin = end - datetime.timedelta(minutes=10)
    return _span(begin, end)


def held_asked(given: Mapping[str, str], room: UUID) -> dict[str, object]:
    """The hold in `?giu=…`, and what of it may be asked for, as its margin is held as well; empty for no such hold."""
    try:
        hold = LegalHold.objects.filter(id=UUID(given.get("giu", "")), room=room).first()
    except ValueError:
        hold = None
    if hold is None:
        return {}
    begin_us, end_us = -(-hold.begin_us // _SECOND_US) * _SECOND_US + MARGIN_US, hold.end_us - MARGIN_US
    if end_us - begin_us < _SECOND_US:
        return {}
    orders = Hold.objects.filter(kind=LEGAL_HOLD, reference=str(hold.id))
    held = set(orders.values_list("recorder", "camera"))
    cameras = Camera.objects.filter(room=room).values_list("id", "recorder", "name")
    begin, end = moment(begin_us).astimezone(VIETNAM), moment(end_us).astimezone(VIETNAM)
    return {
        "hold": hold.id,
        "cameras": [str(key) for key, recorder, name in cameras if {(recorder, name), (recorder, "*")} & held],
        **_span(begin, end),
        "case_number": hold.document,
    }


def _span(begin: datetime.datetime, end: datetime.datetime) -> dict[str, object]:
    return {"day": begin.date(), "begin": begin.time().replace(microsecond=0), "end": end.time().replace(microsecond=0)}


def _us(at: datetime.datetime) -> int:
    return round(at.timestamp()) * 1_000_000


class BookForm(forms.Form):
    """Which part of the book."""

    q = forms.CharField(
        label=text("Tìm trong sổ", "Find in the book"), required=False, max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "data-search": ""}),
    )  # fmt: skip
    nam = forms.IntegerField(label=text("Năm", "Year"), required=False, widget=forms.Select())
    unit = forms.UUIDField(label=text("Đơn vị", "Unit"), required=False, widget=forms.Select())
    state = forms.ChoiceField(
        label=text("Tình trạng", "State"),
        required=False,
        choices=[
            ("", text("Tất cả", "All")),
            (OPEN, text("Chưa bàn giao", "Not handed over yet")),
            (OUT, text("Người nhận đang giữ", "With the receiver")),
            (OVER, text("Đã kết thúc", "Over")),
        ],
    )

    def offer(self, *, years: Sequence[int], units: Sequence[tuple[UUID, str]]) -> None:
        """What there is to choose from."""
        offered: dict[str, list[tuple[object, object]]] = {
            "nam": [(each, str(each)) for each in years],
            "unit": [("", text("Tất cả", "All")), *units],
        }
        for name, shown in offered.items():
            widget = self.fields[name].widget
            if isinstance(widget, forms.Select):
                widget.choices = shown


class KeyAnswerForm(forms.Form):
    """What a security key answered."""

    credential = forms.CharField(max_length=1400, widget=forms.HiddenInput)
    authenticator = forms.CharField(max_length=8192, widget=forms.HiddenInput)
    client = forms.CharField(max_length=8192, widget=forms.HiddenInput)
    signature = forms.CharField(max_length=1024, widget=forms.HiddenInput)


class CodeForm(ProofForm):
    """Password and one-time code, for approving."""


class HandOverForm(forms.Form):
    """On what, by which paper."""

    medium = _line(
        *("Vật chứa", "On what it lies", 200),
        hint=Words("Ví dụ: USB 32 GB, số 0417, đã niêm phong.", "For example: USB stick, number 0417, sealed."),
    )
    document = _line(
        "Số biên bản, giấy giới thiệu", "Number of the minutes, letter of introduction", 200, required=False
    )
    note = _line("Ghi chú", "Note", 300, required=False)


class SignedForm(forms.Form):
    """The photograph of the signed minutes."""

    photo = forms.FileField(
        label=text("Ảnh biên bản đã ký", "Photograph of the signed minutes"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
    )
    note = _line("Ghi chú", "Note", 300, required=False)


class CloseForm(forms.Form):
    """Returned or destroyed, by which paper."""

    how = forms.ChoiceField(
        label=text("Kết thúc", "How it ends"),
        choices=[
            ("returned", text("Người nhận trả lại", "The receiver returns it")),
            ("destroyed", text("Tiêu hủy", "It is destroyed")),
        ],
        widget=forms.RadioSelect,
    )
    document = _line("Số biên bản", "Number of the minutes", 200)
    note = _line("Ghi chú", "Note", 300, required=False)

    def offer(self, stage: Stage) -> None:
        """What may be written down at that stage: what nobody has got is not returned; unsigned, it needs a reason."""
        how, note = self.fields["how"], self.fields["note"]
        if stage in TO_HAND_OVER and isinstance(how, forms.ChoiceField):
            how.choices, how.initial = [("destroyed", text("Tiêu hủy", "It is destroyed"))], "destroyed"
        if stage in UNSIGNED:
            note.label, note.required = text("Lý do", "Reason"), True
