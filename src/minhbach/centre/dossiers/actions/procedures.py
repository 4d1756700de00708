"""Procedures published, changed and ended: a change is a new version from a day on, the old one keeps its dossiers."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from minhbach.centre.access.recording import record
from minhbach.centre.dossiers.listed import NO_NAME, Listed
from minhbach.centre.dossiers.models import Procedure
from minhbach.centre.registry.actors import Actor, person_id_of
from minhbach.centre.registry.models import Unit, true_on
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import REFUSALS, NotPossible, writing
from minhbach.centre.words import Words

APP = "dossiers"
REFUSALS["procedure_once"] = Words(
    "Đơn vị đã công bố thủ tục mang mã này cho thời gian đó.",
    "The unit has published a procedure of this code for that time.",
)
NOT_BEFORE = Words(
    "Thủ tục {code} bắt đầu áp dụng từ {day}: chỉ thay đổi được từ ngày sau đó.",
    "{code} is in force from {day} on: change it from a later day.",
)
ENDED = Words("Thủ tục này đã hết hiệu lực.", "This procedure is no longer in force.")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a list: how many came, were changed, and were the same."""

    new: int
    changed: int
    same: int


def publish(actor: Actor, *, unit: UUID, listed: Listed, day: datetime.date, now: datetime.datetime) -> Procedure:
    """A procedure of the unit and what lies below it, or a change of one, in force from the day on. NotPossible."""
    with writing(actor, "procedure published"):
        return _publish(actor, unit, listed, day, now)


def take_list(actor: Actor, *, unit: UUID, rows: Sequence[Listed], day: datetime.date, now: datetime.datetime) -> Taken:
    """Publish all of a list, or nothing of it. What the list does not name stays as it is. Raises NotPossible."""
    current = {row.code: row for row in Procedure.objects.filter(true_on(day), unit=unit)}
    same = [row for row in rows if row.code in current and row.is_like(current[row.code])]
    changed = [row for row in rows if row.code in current and not row.is_like(current[row.code])]
    new = [row for row in rows if row.code not in current]
    with writing(actor, "procedures published"):
        for listed in (*changed, *new):
            _publish(actor, unit, listed, day, now)
    return Taken(len(new), len(changed), len(same))


def end_procedure(actor: Actor, *, procedure: Procedure, day: datetime.date, now: datetime.datetime) -> None:
    """Not received any more from the day on. Raises NotPossible."""
    with writing(actor, "procedure ended"):
        _end(procedure, day)
        _note(actor, "procedure_ended", procedure, day, now)


def _publish(actor: Actor, unit: UUID, given: Listed, day: datetime.date, now: datetime.datetime) -> Procedure:
    listed = _seen(given)
    before = Procedure.objects.select_for_update().filter(true_on(day), unit=unit, code=listed.code).first()
    if before is not None:
        _end(before, day)
    made = Procedure.objects.create(
        unit=Unit.objects.get(id=unit),
        code=listed.code,
        name=listed.name,
        field=listed.field,
        working_days=listed.working_days,
        components=listed.components,
        valid_from=day,
    )
    _note(actor, "procedure_published", made, day, now)
    return made


def _seen(given: Listed) -> Listed:
    """The same without what nobody can see; PostgreSQL would refuse some of it. Raises NotPossible."""
    papers = tuple(replace(each, name=plain(each.name)) for each in given.papers)
    listed = replace(given, name=plain(given.name), field=plain(given.field), papers=papers)
    if not listed.name or not all(each.name for each in papers):
        raise NotPossible(NO_NAME, "name")
    return listed


def _end(procedure: Procedure, day: datetime.date) -> None:
    if day <= procedure.valid_from:
        raise NotPossible(NOT_BEFORE.fill(code=procedure.code, day=f"{procedure.valid_from:%d/%m/%Y}"), "day")
    if not Procedure.objects.filter(true_on(day), id=procedure.id).update(valid_until=day):
        raise NotPossible(ENDED)


def _note(actor: Actor, act: str, procedure: Procedure, day: datetime.date, now: datetime.datetime) -> None:
    details = {"code": procedure.code, "from": day.isoformat(), "by": str(person_id_of(actor))}
    record(APP, act, now=now, about=("procedure", procedure.id), details=details)
