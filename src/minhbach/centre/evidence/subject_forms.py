"""The form in which a counter takes a citizen's request. It reads what was typed; the actions decide."""

import datetime
from collections.abc import Mapping, Sequence
from uuid import UUID

from django import forms

from minhbach.centre.dossiers.models import Dossier
from minhbach.centre.evidence.actions.subjects import Asked
from minhbach.centre.evidence.models import Behalf, Channel
from minhbach.centre.evidence.subject_cases import BEHALVES, CHANNELS, IDENTITIES, PROOFS, WANTED
from minhbach.centre.words import Words, text
from minhbach.centre.words.formats import VIETNAM

DAY = datetime.timedelta(days=1)
FIRST, LAST = datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)
#: Around the moment of a receipt: one steps up before, and is served for a while.
BEFORE, AFTER = datetime.timedelta(minutes=2), datetime.timedelta(minutes=10)


def _line(
    vi: str, en: str, most: int, *, hint: Words | None = None, required: bool = True, only: str = ""
) -> forms.CharField:
    attrs = {"autocomplete": "off"} | ({"data-only": only} if only else {})
    return forms.CharField(
        label=text(vi, en), max_length=most, required=required, help_text=text(hint.vi, hint.en) if hint else "",
        widget=forms.TextInput(attrs=attrs),
    )  # fmt: skip


def _only(name: str, *values: str) -> str:
    """For `evidence/only.js`: the field is asked for while another one has one of these values."""
    return f"{name}:{' '.join(values)}"


def _choice(vi: str, en: str, words: Mapping[str, Words], first: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=text(vi, en), choices=[(code, text(each.vi, each.en)) for code, each in words.items()], initial=first,
        widget=forms.RadioSelect,
    )  # fmt: skip


def _day(vi: str, en: str) -> forms.DateField:
    return forms.DateField(label=text(vi, en), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _time(vi: str, en: str) -> forms.TimeField:
    return forms.TimeField(label=text(vi, en), widget=forms.TimeInput(attrs={"type": "time", "step": "60"}))


class SubjectForm(forms.Form):
    """What is asked, of which minutes, who asks and how that was checked, on which way it came."""

    wanted = _choice("Yêu cầu", "Asks to", WANTED, "see")
    day = _day("Ngày có mặt", "Day of the visit")
    begin = _time("Từ", "From")
    end = _time("Đến", "To")
    cameras = forms.MultipleChoiceField(label=text("Camera", "Cameras"), widget=forms.CheckboxSelectMultiple)
    dossier = _line("Mã hồ sơ", "Dossier code", 40, required=False)
    name = _line("Họ và tên người yêu cầu", "Name of who asks", 120)
    contact = _line(
        "Nơi nhận trả lời",
        "Where the answer goes",
        300,
        hint=Words("Địa chỉ, điện thoại hoặc thư điện tử.", "Address, telephone or e-mail."),
    )
    identity = _choice("Đã kiểm tra", "Checked", IDENTITIES, "card")
    document = _line(
        *("Số giấy tờ đã kiểm tra", "Number of that document", 60),
        hint=Words(
            "Không lưu số này và không lưu bản chụp; chỉ lưu mã băm có muối.",
            "Neither this number nor a copy is kept, only a salted hash.",
        ),
    )
    behalf = _choice("Yêu cầu thay mặt", "Asks for", BEHALVES, Behalf.ONESELF)
    represents = _line(
        *("Họ và tên người được đại diện", "Name of the person represented", 120), required=False,
        only=_only("behalf", Behalf.GUARDIAN, Behalf.AUTHORISED),
    )  # fmt: skip
    proof = forms.ChoiceField(
        label=text("Giấy tờ chứng minh quyền đại diện", "Paper that shows the right to represent"),
        required=False, choices=[("", "–"), *((code, text(each.vi, each.en)) for code, each in PROOFS.items())],
        help_text=text("Không lưu bản chụp.", "No copy is kept."),
        widget=forms.Select(attrs={"data-only": _only("behalf", Behalf.GUARDIAN, Behalf.AUTHORISED)}),
    )  # fmt: skip
    looks = _line(
        *("Cách nhận ra trong hình", "How to find them in the picture", 300), required=False,
        hint=Words("Ví dụ: áo xanh, đi cùng một em nhỏ.", "For example: blue shirt, with a small child."),
    )  # fmt: skip
    channel = _choice("Nhận", "It came", CHANNELS, Channel.COUNTER)
    received = forms.DateField(
        label=text("Ngày nhận thư", "Day the letter came"), required=False,
        widget=forms.DateInput(
            attrs={"type": "date", "data-only": _only("channel", Channel.LETTER)}, format="%Y-%m-%d"
        ),
    )  # fmt: skip
    third_party = forms.BooleanField(
        label=text("Cần cơ quan khác cùng giải quyết", "Another body has to take part"), required=False
    )

    def offer(self, cameras: Sequence[tuple[str, str]]) -> None:
        """The cameras of the room."""
        field = self.fields["cameras"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = cameras

    def clean_day(self) -> datetime.date:
        """A day that calendars reach."""
        day: datetime.date = self.cleaned_data["day"]
        if not FIRST < day < LAST:
            raise forms.ValidationError(text("Ngày này không đúng.", "This is no such day."))
        return day

    def asked(self, now: datetime.datetime) -> Asked:
        """What was typed; an end before its beginning is on the next day. A letter came at noon of its day."""
        given = self.cleaned_data
        begin = datetime.datetime.combine(given["day"], given["begin"], VIETNAM)
        end = datetime.datetime.combine(given["day"], given["end"], VIETNAM)
        end += DAY if end <= begin else datetime.timedelta()
        day, received = given["received"], None
        if given["channel"] == Channel.LETTER and day and FIRST < day < LAST:
            received = min(now, datetime.datetime.combine(day, datetime.time(12), VIETNAM))
        same = ("wanted", "name", "contact", "identity", "document", "behalf", "looks", "channel")
        return Asked(
            cameras=tuple(UUID(camera) for camera in given["cameras"]), begin_us=_us(begin), end_us=_us(end),
            received_at=received, third_party=given["third_party"], dossier=given["dossier"],
            # Typed before "oneself" was chosen: a name that nobody asked for is not kept.
            represents="" if given["behalf"] == Behalf.ONESELF else given["represents"],
            proof="" if given["behalf"] == Behalf.ONESELF else given["proof"],
            **{name: given[name] for name in same},
        )  # fmt: skip


def filled(dossier: Dossier | None, now: datetime.datetime) -> dict[str, object]:
    """The form before anything is typed: around the receipt's moment, else today."""
    if dossier is None:
        return {"day": now.astimezone(VIETNAM).date()}
    at = dossier.received_at.astimezone(VIETNAM).replace(second=0, microsecond=0)
    return {
        "day": at.date(), "begin": (at - BEFORE).time(), "end": (at + AFTER).time(), "dossier": dossier.code
    }  # fmt: skip


def _us(at: datetime.datetime) -> int:
    return round(at.timestamp()) * 1_000_000
