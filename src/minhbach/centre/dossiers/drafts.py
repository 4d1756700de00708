"""A receipt while it is filled in: what was chosen and typed so far, and the paper that would be printed of it now.

Promises the same words and the same clock as the print (`receipt.said`, `deadlines.due_at`) and writes nothing. A
number is given at confirmation, to whoever is first: until then its place on the paper stays empty.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from minhbach.centre.dossiers import codes, desks, receipt
from minhbach.centre.dossiers.actions.receiving import Part
from minhbach.centre.dossiers.forms import ReceiveForm, parts_of
from minhbach.centre.dossiers.models import Procedure, ReturnBy
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Counter
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.calendar import WORKED, Calendar
from minhbach.centre.words import Words

PAPERS = Words("Thành phần hồ sơ", "Papers")
DUE = Words("Hẹn trả kết quả ngày", "Result due on")


@dataclass(frozen=True, slots=True)
class Draft:
    """The form as it stands, the procedure that is chosen, when that would be due, and its papers as handed in."""

    counter: Counter
    #: None: the counter belongs to nobody today, and nothing can be received there.
    unit: UUID | None
    calendar: Calendar | None
    form: ReceiveForm
    #: The same form, read: what is shown first is filled in too.
    read: ReceiveForm
    chosen: Procedure | None
    #: What the working days of the procedure give; the officer may move its day.
    proposed: datetime.datetime | None
    parts: list[Part]
    now: datetime.datetime

    @property
    def handed_in(self) -> list[Part]:
        """The papers of the procedure of which there are copies, and those that it does not name."""
        self.read.is_valid()  # what is wrong or not there yet is left out of what was read
        more: list[Part] = self.read.cleaned_data.get("more", [])
        return [*(part for part in self.parts if part.copies), *more]


@dataclass(frozen=True, slots=True)
class Preview:
    """The paper of a draft: its lines, its code as far as it is known, and what has to be filled in or mended first."""

    said: dict[str, object]
    code: str
    lacks: list[str]


def draft(counter: Counter, *, chosen: str, given: QueryDict | None, now: datetime.datetime) -> Draft:
    """The receipt of a counter with the procedure of that id, filled in as the posted form says."""
    day = registry.day_of(now)
    unit = registry.holder_on(counter.room_id, day)
    calendar = regulation.calendar_of(unit, day) if unit else None
    offered = desks.offered(unit, calendar, now=now) if unit and calendar else []
    procedure, due = next(((each, at) for each, at in offered if str(each.id) == chosen), (None, None))
    start = {
        "procedure": chosen, "due_on": due.date() if due else None, "sets": 1, "return_by": ReturnBy.COUNTER.value,
    }  # fmt: skip
    names = [each for each, _ in offered]
    form = ReceiveForm(given, procedures=names, first=counter.field, initial=start)
    read = form if form.is_bound else ReceiveForm(start, procedures=names, first=counter.field)
    parts = parts_of(procedure, given) if procedure else []
    return Draft(counter, unit, calendar, form, read, procedure, due, parts, now)


def preview(of: Draft, *, officer: str) -> Preview | None:
    """The paper as it would be printed now; none at a counter that belongs to nobody today."""
    if of.unit is None:
        return None
    of.read.is_valid()
    values = of.read.cleaned_data
    told = receipt.Told(
        unit=of.unit,
        received=of.now,
        who={name: plain(values.get(name) or "") for name in receipt.WHO},
        procedure=of.chosen,
        parts=[(plain(part.name)[:300], part.kind, part.copies) for part in of.handed_in],
        sets=values.get("sets") or 1,
        due_at=_due(of),
        return_by=ReturnBy(values.get("return_by") or ReturnBy.COUNTER),
        counter=of.counter.name,
        officer=officer,
    )
    day = registry.day_of(of.now)
    code = codes.dossier_code(registry.name_on(of.unit, day).code, day, 0).rpartition("-")[0]
    return Preview(receipt.said(told), code, _lacks(of, told))


def days_off(of: Draft) -> list[datetime.date]:
    """The holidays and days off that the appointment of the draft steps over, for an officer who is asked why."""
    due = _due(of)
    if due is None or of.calendar is None:
        return []
    first, last, weekdays = registry.day_of(of.now), due.date(), of.calendar.hours.weekdays
    off = (day for day, kind in of.calendar.days.items() if kind != WORKED and day.isoweekday() in weekdays)
    return sorted(day for day in off if first < day < last)


def _due(of: Draft) -> datetime.datetime | None:
    of.read.is_valid()
    day = of.read.cleaned_data.get("due_on")
    return desks.due_on(day, of.proposed) if of.proposed and day else of.proposed


def _lacks(of: Draft, told: receipt.Told) -> list[str]:
    """The names of the boxes that keep the receipt from being printed, in the order of the form."""
    lacks = [str(field.label) for field in of.read if field.errors]
    if of.chosen and not told.parts:
        lacks.append(str(PAPERS))
    if told.due_at and told.due_at <= of.now:
        lacks.append(str(DUE))
    return lacks
