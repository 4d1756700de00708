"""What is enforced beside a version and changes without a new one: who supervises which rooms, and single days of the
calendar; reads only.

Both are laid down by decisions of their own. The paper of a version has them as an annex, as they stand on a day, so
that it says all that the system goes by.
"""

import datetime
from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import true_on
from minhbach.centre.regulation.calendar import KINDS
from minhbach.centre.regulation.columns import ROOMS
from minhbach.centre.regulation.document import NOTHING, Line, Section
from minhbach.centre.regulation.models import CalendarDay, Regulation, Supervision
from minhbach.centre.words import Words, formats

SUPERVISED = Words("Cơ quan giám sát các phòng", "Who supervises which rooms")
SINGLE = Words("Ngày nghỉ lễ, nghỉ bù, làm bù đã nhập", "Single days of the calendar")
BY = Words(
    "{body}: tại {area} và các đơn vị trực thuộc; Quyết định số {number}, từ ngày {begin}",
    "{body}: in {area} and below; decision {number}, from {begin}",
)
UNTIL = Words(
    "{body}: tại {area} và các đơn vị trực thuộc; Quyết định số {number}, từ ngày {begin} đến hết ngày {end}",
    "{body}: in {area} and below; decision {number}, from {begin} to {end}",
)
NOBODY = Words("chưa có cơ quan nào giám sát", "nobody yet")
DAY, DAY_BY = Words("{kind}: {name}", "{kind}: {name}"), Words("{kind}: {name} ({source})", "{kind}: {name} ({source})")


def as_of(version: Regulation, today: datetime.date) -> datetime.date:
    """Of which day the annex speaks: today, or the day next to it on which the version is in force."""
    if version.valid_until is not None and version.valid_until <= today:
        return version.valid_until - datetime.timedelta(days=1)
    return max(today, version.valid_from)


def annex(version: Regulation, day: datetime.date) -> list[Section]:
    """What is laid down beside the version where it holds, as of a day on which it is in force."""
    above, below = registry.units_above(version.unit_id, day), _bound(version.unit_id, day)
    rows = list(Supervision.objects.filter(area__in={*above, *below}).exclude(valid_until__lte=day))
    singles = list(
        CalendarDay.objects.filter(unit__in={*above, *below}, withdrawn_at__isnull=True, day__year__gte=day.year)
    )
    units = {*(row.body_id for row in rows), *(row.area_id for row in rows), *(row.unit_id for row in singles)}
    names = {unit: naming.name for unit, naming in registry.names_on(units, day).items()}
    return [
        Section("supervision", SUPERVISED, list(_supervised(rows, names))),
        Section("days", SINGLE, list(_days(singles, above, names)) or [Line("none", SINGLE, NOTHING)]),
    ]


def _bound(unit: UUID, day: datetime.date) -> set[UUID]:
    """The unit and what stands below it, but where a version of its own holds."""
    below = registry.units_below([unit], day)
    others = Regulation.objects.filter(true_on(day), unit__in=below - {unit}).values_list("unit", flat=True)
    return below - registry.units_below(others, day)


def _supervised(rows: Collection[Supervision], names: Mapping[UUID, str]) -> Iterator[Line]:
    for room_type, words in ROOMS.items():
        found = [row for row in rows if row.room_type == room_type]
        if not found:
            yield Line(room_type, words, NOBODY)
        for row in sorted(
            found, key=lambda row: (names.get(row.area_id, ""), names.get(row.body_id, ""), row.valid_from)
        ):
            yield Line(str(row.id), words, _supervision(row, names))


def _supervision(row: Supervision, names: Mapping[UUID, str]) -> Words:
    said = UNTIL if row.valid_until else BY
    end = formats.day(row.valid_until - datetime.timedelta(days=1)) if row.valid_until else ""
    return said.fill(
        body=names.get(row.body_id, ""), area=names.get(row.area_id, ""), number=row.decision_number,
        begin=formats.day(row.valid_from), end=end,
    )  # fmt: skip


def _days(rows: Collection[CalendarDay], above: tuple[UUID, ...], names: Mapping[UUID, str]) -> Iterator[Line]:
    """The days that hold for the unit itself, the nearest unit's word for each; then those of units below, by name."""
    own = {row.day: row for row in sorted(rows, key=lambda row: -_height(row, above)) if row.unit_id in above}
    for day, row in sorted(own.items()):
        yield Line(str(row.id), Words(formats.day(day), formats.day(day)), _single(row))
    others = [row for row in rows if row.unit_id not in above]
    for row in sorted(others, key=lambda row: (names.get(row.unit_id, ""), row.day)):
        about = f"{formats.day(row.day)}, {names.get(row.unit_id, '')}"
        yield Line(str(row.id), Words(about, about), _single(row))


def _height(row: CalendarDay, above: tuple[UUID, ...]) -> int:
    return above.index(row.unit_id) if row.unit_id in above else 0


def _single(row: CalendarDay) -> Words:
    return (DAY_BY if row.source else DAY).fill(kind=KINDS[row.kind].vi, name=row.name, source=row.source)
