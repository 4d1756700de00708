"""Forms about units: founding, renaming, moving, merging, splitting."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language

from minhbach.centre.registry.fields import Choice, Day, Line, Several
from minhbach.centre.registry.models import UnitKind

Choices = Sequence[tuple[str, str]]
DECISION_HINT = ("ví dụ 12/NQ-HĐND", "for example 12/NQ-HĐND")


def kinds() -> Choices:
    """The kinds of units, in the language of the request."""
    english = (get_language() or "vi").startswith("en")
    return [(kind.code, kind.name_en if english else kind.name_vi) for kind in UnitKind.objects.all()]


class DecidedForm(forms.Form):
    """What every change of the tree has: from which day on, by which decision."""

    day = Day("Có hiệu lực từ ngày", "In force from")
    decision_number = Line("Số quyết định, nghị quyết", "Number of the decision", 60, hint=DECISION_HINT)


class NamingForm(DecidedForm):
    """A unit's name, code and kind."""

    name = Line("Tên đơn vị", "Name", hint=("ví dụ Ủy ban nhân dân xã Mộc Xuyên", "for example UBND xã Mộc Xuyên"))
    code = Line(
        "Mã đơn vị",
        "Code",
        20,
        hint=("mã hành chính 5 chữ số của xã, 2 của tỉnh", "5 digits for a commune, 2 for a province"),
    )
    kind = Choice("Loại", "Kind")
    field_order: Sequence[str] = ("name", "kind", "code", "day", "decision_number")

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["kind"].choices = kinds()  # type: ignore[attr-defined]  # a ChoiceField


class FoundingForm(NamingForm):
    """A new unit; the first of all needs no decision to be known."""

    parent = Choice("Trực thuộc", "Stands below", required=False)
    field_order: Sequence[str] = ("name", "kind", "code", "parent", "day", "decision_number")

    def __init__(self, *arguments: Any, parents: Choices, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["parent"].required = bool(parents)  # only the first unit of all stands below nothing
        self.fields["parent"].choices = parents or [("", "—")]  # type: ignore[attr-defined]  # a ChoiceField


class MoveForm(DecidedForm):
    """Another place in the tree."""

    parent = Choice("Trực thuộc đơn vị", "Stands below")
    field_order: Sequence[str] = ("parent", "day", "decision_number")

    def __init__(self, *arguments: Any, parents: Choices, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["parent"].choices = parents  # type: ignore[attr-defined]  # a ChoiceField


class MergerForm(NamingForm):
    """Which units become one."""

    units = Several("Các đơn vị được sáp nhập", "Units that merge")
    field_order: Sequence[str] = ("units", "name", "kind", "code", "day", "decision_number")

    def __init__(self, *arguments: Any, units: Choices, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["units"].choices = units  # type: ignore[attr-defined]  # a MultipleChoiceField


class SplitForm(DecidedForm):
    """Two new units, and which of them takes each room and each unit below."""

    first_name = Line("Tên đơn vị thứ nhất", "Name of the first")
    first_code = Line("Mã đơn vị thứ nhất", "Code of the first", 20)
    second_name = Line("Tên đơn vị thứ hai", "Name of the second")
    second_code = Line("Mã đơn vị thứ hai", "Code of the second", 20)
    kind = Choice("Loại", "Kind")
    second_rooms = Several("Phòng thuộc đơn vị thứ hai", "Rooms of the second")
    second_below = Several("Đơn vị trực thuộc đơn vị thứ hai", "Units below the second")
    field_order: Sequence[str] = (
        *("first_name", "first_code", "second_name", "second_code", "kind"),
        *("second_rooms", "second_below", "day", "decision_number"),
    )

    def __init__(self, *arguments: Any, rooms: Choices, below: Choices, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["kind"].choices = kinds()  # type: ignore[attr-defined]  # a ChoiceField
        for name, choices in (("second_rooms", rooms), ("second_below", below)):
            if choices:
                self.fields[name].choices = choices  # type: ignore[attr-defined]  # a MultipleChoiceField
            else:
                del self.fields[name]
