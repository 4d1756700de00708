"""The form of a receipt, in the order of the paper; and which of the papers of a procedure were handed in."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from minhbach.centre.dossiers.actions.receiving import Part
from minhbach.centre.dossiers.listed import papers_of
from minhbach.centre.dossiers.models import PaperKind, Procedure, ReturnBy
from minhbach.centre.dossiers.models.dossier import MOST_COPIES
from minhbach.centre.dossiers.models.slips import REASON_LENGTH
from minhbach.centre.registry.fields import Choice, Day, Line, PersonalNumber, Telephone
from minhbach.centre.words import Words, text

RETURNS = {
    ReturnBy.COUNTER: Words("Tại quầy", "At the counter"),
    ReturnBy.POST: Words("Qua bưu chính công ích", "By public post"),
    ReturnBy.ONLINE: Words("Trực tuyến", "Online"),
}
KINDS = {
    PaperKind.ORIGINAL: Words("bản chính", "original"),
    PaperKind.COPY: Words("bản sao", "copy"),
    PaperKind.CERTIFIED_COPY: Words("bản chứng thực", "certified copy"),
    PaperKind.ELECTRONIC: Words("bản điện tử", "electronic copy"),
}
CHOOSE = ("", text("Chọn thủ tục", "Choose a procedure"))


class ReceiveForm(forms.Form):
    """Who hands in what, and when the result is due."""

    name = Line("Họ và tên người nộp", "Name of who hands it in", 120)
    personal_id = PersonalNumber("Số định danh, mã số thuế", "Personal or tax number")
    address = Line("Địa chỉ", "Address", 300, required=False)
    phone = Telephone("Số điện thoại", "Telephone")
    procedure = Choice("Thủ tục", "Procedure")
    more = Line(
        "Giấy tờ khác", "Other papers", 600, required=False,
        hint=("Ví dụ: Giấy ủy quyền (bản chính, 1).", "For example: Giấy ủy quyền (bản chính, 1)."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    due_on = Day("Hẹn trả kết quả ngày", "Result due on")
    sets = forms.IntegerField(label=text("Số lượng hồ sơ (bộ)", "Sets"), min_value=1, max_value=MOST_COPIES, initial=1)
    return_by = Choice(
        *("Đăng ký nhận kết quả", "How the result is wanted"),
        choices=[(kind.value, text(words.vi, words.en)) for kind, words in RETURNS.items()],
    )

    def __init__(self, *arguments: Any, procedures: Sequence[Procedure], first: str = "", **more: Any) -> None:
        super().__init__(*arguments, **more)
        _offer(self.fields, procedures, first)

    def clean_more(self) -> list[Part]:
        """The papers that the procedure does not name, with semicolons between."""
        found = papers_of(self.cleaned_data["more"])
        if isinstance(found, Words):
            raise forms.ValidationError(str(found))
        return [Part(each.name, each.kind, each.copies) for each in found]

    def clean(self) -> dict[str, Any]:
        """Nothing is said of the day while no procedure is chosen: its box is not there yet."""
        if "procedure" in self.errors:
            self.errors.pop("due_on", None)
        return self.cleaned_data


class RefuseForm(forms.Form):
    """Whose papers are not taken, for what, and why."""

    name = Line("Họ và tên người nộp", "Name of who hands it in", 120)
    personal_id = PersonalNumber("Số định danh, mã số thuế", "Personal or tax number")
    address = Line("Địa chỉ", "Address", 300, required=False)
    phone = Telephone("Số điện thoại", "Telephone")
    procedure = Choice("Thủ tục", "Procedure")
    reason = Line(
        "Lý do từ chối", "Reason", REASON_LENGTH,
        hint=(
            "Điều kiện nào chưa đáp ứng, quy định nào, người dân cần làm gì tiếp. Không ghi mã lỗi kỹ thuật.",
            "Which condition is not met, by which rule, what the citizen can do next. No technical error codes.",
        ),
    )  # fmt: skip

    def __init__(self, *arguments: Any, procedures: Sequence[Procedure], first: str = "", **more: Any) -> None:
        super().__init__(*arguments, **more)
        _offer(self.fields, procedures, first)


def _grouped(procedures: Sequence[Procedure], first: str) -> list[Any]:
    """The procedures by field, that of the counter first: an officer finds hers without looking."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in sorted(procedures, key=lambda row: row.field != first):
        groups.setdefault(row.field, []).append((str(row.id), f"{row.name} · {row.code}"))
    return [(field or text("Lĩnh vực khác", "Other"), rows) for field, rows in groups.items()]


def _offer(fields: Mapping[str, Any], procedures: Sequence[Procedure], first: str) -> None:
    fields["procedure"].choices = [CHOOSE, *_grouped(procedures, first)]
    for name in ("name", "personal_id", "address", "phone"):
        # What the one before typed is nobody's business at the next citizen.
        fields[name].widget.attrs["autocomplete"] = "off"
    fields["personal_id"].widget.attrs["inputmode"] = "numeric"
    fields["phone"].widget.attrs["inputmode"] = "tel"


def said_items(text: str) -> list[str]:
    """The papers that were typed into one field, with semicolons or lines between."""
    return [item.strip() for line in text.splitlines() for item in line.split(";") if item.strip()]


def parts_of(procedure: Procedure, given: Mapping[str, Any] | None) -> list[Part]:
    """The papers of the procedure with how many copies were handed in: as asked for, or as the form says."""
    found = []
    for place, each in enumerate(procedure.components):
        copies = each["copies"] if given is None else _copies(given.get(f"part-{place}", "0"))
        found.append(Part(each["name"], PaperKind(each["kind"]), copies))
    return found


def _copies(said: str) -> int:
    # Bytes of another script, a minus, a thousand copies: nobody types that; none were handed in.
    return min(int(said), MOST_COPIES) if said.isascii() and said.isdigit() and len(said) <= 3 else 0
