"""The forms of a single day in a calendar, and of the parts of a draft."""

from collections.abc import Sequence
from typing import Any

from django import forms

from minhbach.centre.registry.fields import Choice, Day, Line, Several
from minhbach.centre.registry.tables import MOST_BYTES, TOO_LARGE
from minhbach.centre.regulation.calendar import KINDS
from minhbach.centre.regulation.catalogues import Content, headings_of, read
from minhbach.centre.regulation.columns import ROOMS
from minhbach.centre.regulation.document import WEEKDAYS
from minhbach.centre.regulation.rights import OF_ROOMS, Right
from minhbach.centre.regulation.rules import CLOCK, Rules, Scope
from minhbach.centre.regulation.wording import (
    AMOUNTS,
    BODIES,
    CHAPTERS,
    CLOSED,
    DELEGATED,
    SCOPES,
    UNIT,
    UNIT_WORDS,
    ending,
)
from minhbach.centre.words import Words, text


class SupervisionForm(forms.Form):
    """Which body supervises which rooms, from which day on, by which decision."""

    body = Choice("Cơ quan giám sát", "Body")
    room_type = Choice("Loại phòng", "Kind of room", choices=[(code, text(w.vi, w.en)) for code, w in ROOMS.items()])
    day = Day("Từ ngày", "From")
    decision_number = Line("Số quyết định", "Number of the decision", 60, hint=("ví dụ 15/QĐ-UBND", "e.g. 15/QĐ-UBND"))

    def __init__(self, *arguments: Any, bodies: Sequence[tuple[object, str]], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["body"].choices = [(str(unit), name) for unit, name in bodies]  # type: ignore[attr-defined]


class SupervisionEndForm(forms.Form):
    """From which day on it is over."""

    day = Day("Thôi giám sát từ ngày", "Ends on")


class DayForm(forms.Form):
    """Which day, what it is, by what."""

    day = Day("Ngày", "Day")
    kind = Choice("Loại ngày", "Kind", choices=[(kind, text(words.vi, words.en)) for kind, words in KINDS.items()])
    name = Line("Tên ngày nghỉ hoặc lý do", "Its name, or why", 120)
    source = Line(
        "Văn bản", "Decision", 120, required=False,
        hint=(
            "Số quyết định, thông báo. Để trống nếu chưa đối chiếu được: lịch sẽ ghi «chưa kiểm tra».",
            "Number of the decision. Leave empty if not checked yet: the calendar will say so.",
        ),
    )  # fmt: skip


class IssueForm(forms.Form):
    """By which decision, from which day on."""

    decision_number = Line("Số quyết định ban hành", "Number of the decision", 60)
    valid_from = Day("Có hiệu lực từ ngày", "In force from")


class RoleForm(forms.Form):
    """A level of the matrix: what it is called, where it is held, what it may do in which rooms."""

    vi = Line("Tên vai trò", "Name in Vietnamese", 120)
    en = Line("Tên tiếng Anh", "Name in English", 120)
    held_at = Several("Giữ tại loại đơn vị", "Held at units of the kind")
    after = Choice("Đứng sau vai trò", "Stands after", required=False)

    def __init__(
        self, *given: Any, kinds: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]] = (), **named: Any
    ) -> None:
        super().__init__(*given, **named)
        self.fields["after"].choices = [("", text("(đứng đầu)", "(first)")), *others]  # type: ignore[attr-defined]
        held = self.fields["held_at"]
        held.choices, held.required = list(kinds), True  # type: ignore[attr-defined]
        for place, words in (*ROOMS.items(), (UNIT, UNIT_WORDS)):
            allowed = [right for right in Right if (right in OF_ROOMS) == (place != UNIT) and right != Right.OWN_PAGE]
            scopes = [(scope.value, str(said)) for scope, said in SCOPES.items()]
            self.fields[f"{place}_rights"] = Several(
                words.vi, words.en, choices=[(r.value, str(r.words)) for r in allowed]
            )
            self.fields[f"{place}_scope"] = Choice(
                f"{words.vi}: phạm vi", f"{words.en}: how far", choices=scopes, initial=Scope.OWN.value
            )


class NewRoleForm(forms.Form):
    """The code of a role that the matrix does not have yet, and the role it begins from."""

    code = forms.SlugField(
        label=text("Mã vai trò", "Code of the role"),
        max_length=40,
        help_text=text(
            "chữ thường không dấu, số và dấu gạch dưới, ví dụ deputy_head; không đổi được sau này",
            "small letters, digits and underscores, for example deputy_head; it stays for ever",
        ),
    )
    like = Choice("Bắt đầu từ quyền của", "Begin with the rights of")

    def __init__(self, *given: Any, roles: Sequence[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["like"].choices = list(roles)  # type: ignore[attr-defined]


class TimesForm(forms.Form):
    """Every period of a regulation, chapter by chapter."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for chapter in CHAPTERS:
            for code, words in chapter.periods.items():
                unit = str(AMOUNTS[ending(code)]).replace("{n}", "…")
                self.fields[code] = forms.IntegerField(
                    label=text(words.vi, words.en), min_value=1, max_value=10_000, help_text="" if unit == "…" else unit
                )

    def chapters(self) -> list[tuple[Words, list[forms.BoundField]]]:
        """The fields as they are shown."""
        return [(chapter.words, [self[code] for code in chapter.periods]) for chapter in CHAPTERS]


class CalendarForm(forms.Form):
    """Hours, reception days and reminders of every month."""

    weekdays = Several("Ngày làm việc", "Working days")
    spans = Line(
        "Giờ làm việc", "Working hours", 120,
        hint=("ví dụ 07:30-11:30, 13:30-17:00", "for example 07:30-11:30, 13:30-17:00"),
    )  # fmt: skip
    reception_days = Line(
        "Ngày tiếp công dân hằng tháng", "Reception days of a month", 80,
        hint=("các ngày, cách nhau bằng dấu phẩy", "days, with commas between"),
    )  # fmt: skip
    closed = Choice("Ngày tiếp công dân trùng ngày nghỉ", "A reception day that is closed")
    delegation = Choice("Tiếp thay người đứng đầu", "Receiving instead of the head")
    reporters = Several("Nơi báo cáo hằng tháng", "Who reports every month")
    reminders = Line(
        "Nhắc báo cáo vào các ngày", "Reminded of the report on days", 80,
        hint=("các ngày, cách nhau bằng dấu phẩy", "days, with commas between"),
    )  # fmt: skip
    report_closed = Choice("Ngày báo cáo trùng ngày nghỉ", "A day of the report that is closed")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["weekdays"].choices = [(str(n), str(day)) for n, day in enumerate(WEEKDAYS, 1)]  # type: ignore[attr-defined]
        closed = [(code, str(words)) for code, words in CLOSED.items()]
        self.fields["closed"].choices = closed  # type: ignore[attr-defined]
        self.fields["report_closed"].choices = closed[1:]  # type: ignore[attr-defined]
        self.fields["reporters"].choices = [(code, str(words)) for code, words in BODIES.items()]  # type: ignore[attr-defined]
        self.fields["reporters"].required = True
        self.fields["delegation"].choices = [(code, str(words)) for code, words in DELEGATED.items()]  # type: ignore[attr-defined]

    def clean_spans(self) -> list[list[str]]:
        """Pairs of HH:MM, the earlier first, in order."""
        spans = [part.strip() for part in self.cleaned_data["spans"].replace("–", "-").split(",") if part.strip()]
        read = [[end.strip() for end in span.split("-")] for span in spans]
        ends = [end for span in read for end in span]
        if not read or any(len(span) != 2 for span in read) or not all(CLOCK.fullmatch(end) for end in ends):
            raise forms.ValidationError(text("Viết từng khoảng như 07:30-11:30.", "Write each span as 07:30-11:30."))
        if sorted(set(ends)) != ends:
            raise forms.ValidationError(
                text("Các khoảng giờ phải nối tiếp nhau, không chồng lên nhau.", "The spans must follow one another.")
            )
        return read

    def clean_reception_days(self) -> list[int]:
        """Days of a month."""
        return _days(self.cleaned_data["reception_days"])

    def clean_reminders(self) -> list[int]:
        """Days of a month."""
        return _days(self.cleaned_data["reminders"])


class CatalogueForm(forms.Form):
    """A catalogue of words by code, one a line."""

    lines = forms.CharField(
        label=text("Mỗi dòng một mục", "One item a line"),
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
        max_length=400_000,
        help_text=text(
            "Mã đã dùng thì giữ nguyên để các phát hiện cũ vẫn đúng nghĩa. Có thể dán thẳng từ bảng tính.",
            "Keep the codes that were used, so that old findings keep their meaning. May be pasted from a spreadsheet.",
        ),
    )

    def __init__(self, *given: Any, name: str, rules: Rules, **named: Any) -> None:
        super().__init__(*given, **named)
        self._name, self._rules = name, rules
        columns = " | ".join(map(str, headings_of(name)))
        self.fields["lines"].label = str(Words("Mỗi dòng: {columns}", "Each line: {columns}").fill(columns=columns))

    def clean_lines(self) -> dict[str, Content]:
        """Items by code; what is wrong is said line by line."""
        rows, numbers = [[words.vi for words in headings_of(self._name)]], [1]
        for number, line in enumerate(self.cleaned_data["lines"].splitlines(), 1):
            if line.strip():
                rows.append(line.split("\t") if "\t" in line else line.split("|"))
                numbers.append(number)
        found, wrong = read(rows, self._name, self._rules)
        if wrong:
            line = Words("Dòng {n}: {said}", "Line {n}: {said}")
            told = [line.fill(n=numbers[min(each.number, len(numbers)) - 1], said=each.words) for each in wrong]
            raise forms.ValidationError([str(each) for each in told])
        return found


class CatalogueFileForm(forms.Form):
    """A catalogue out of a file, in place of what is there or beside it."""

    file = forms.FileField(
        label=text("Tệp danh mục", "File"), help_text=text("Excel (.xlsx) hoặc CSV.", "Excel (.xlsx) or CSV."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )  # fmt: skip
    mode = Choice(
        "Cách nhập", "How",
        choices=[
            ("replace", text("Thay toàn bộ danh mục", "Replace the whole catalogue")),
            ("add", text("Chỉ thêm mục mới và sửa mục trùng mã", "Only add new items and change the same codes")),
        ],
    )  # fmt: skip

    def clean_file(self) -> Any:
        """A file that is small enough to be read at all."""
        if self.cleaned_data["file"].size > MOST_BYTES:
            raise forms.ValidationError(str(TOO_LARGE))
        return self.cleaned_data["file"]


def _days(said: str) -> list[int]:
    parts = [part.strip() for part in said.split(",") if part.strip()]
    if not parts or not all(part.isascii() and part.isdigit() and 1 <= int(part) <= 31 for part in parts):
        raise forms.ValidationError(
            text("Ghi các ngày từ 1 đến 31, cách nhau bằng dấu phẩy.", "Write days from 1 to 31, with commas between.")
        )
    return sorted({int(part) for part in parts})
