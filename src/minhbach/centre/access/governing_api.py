"""JSON of what is governed and asks who reads it: confirmations of versions, supervision, directives, tasks.

Stands above `regulation`, which does not know whom it lets in. Parses, calls one read or one action, answers.
"""

import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from minhbach.centre.access.actions import confirming
from minhbach.centre.access.api import pair
from minhbach.centre.access.confirming import bound_at
from minhbach.centre.access.deciding import units_where
from minhbach.centre.registry.api import actor_of, now_of, today_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import directing, supervising
from minhbach.centre.regulation.directives import Line, lines_of, tasks_of, tasks_read, tasks_with_state
from minhbach.centre.regulation.models import (
    WORDS_LENGTH,
    Directive,
    DirectiveKind,
    Regulation,
    Supervision,
    Task,
    TaskRead,
    TaskStepKind,
)
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.centre.words.shapes import Pair, Why

confirmations = Router(tags=["regulation"])
of_units = Router(tags=["regulation"])
directives = Router(tags=["directives"])
tasks = Router(tags=["directives"])
Said = Annotated[str, Field(max_length=WORDS_LENGTH)]
NOT_YOURS = Words(
    "Nhiệm vụ này không giao cho bạn và không thuộc đơn vị bạn chỉ đạo.",
    "This task is neither yours nor of a unit that you direct.",
)
NOT_READ = Words(
    "Văn bản này không giao nhiệm vụ nào cho bạn hoặc cho đơn vị bạn chỉ đạo.",
    "This document gives no task to you or to a unit that you direct.",
)


class Confirmation(Schema):
    """That the reader has read this text: the digest that stands on it."""

    digest: Annotated[str, Field(max_length=64)]


class BoundPerson(Schema):
    """Whom the version binds, and when they confirmed it."""

    person: UUID
    name: str
    confirmed_at: datetime.datetime | None


class SupervisionTold(Schema):
    """A body supervises the rooms of a type in a unit and below it; `valid_until` is the first day without it."""

    id: UUID
    body: UUID
    area: UUID
    room_type: str
    decision_number: str
    valid_from: datetime.date
    valid_until: datetime.date | None


class NewSupervision(Schema):
    """By a decision, from a day on."""

    body: UUID
    room_type: Literal["reception_room", "one_stop"]
    day: datetime.date
    decision_number: Annotated[str, Field(max_length=60)]


class EndDay(Schema):
    """The first day without it."""

    day: datetime.date


class NewDirective(Schema):
    """A document that gives tasks."""

    kind: Literal["directive", "letter", "plan", "conclusion", "decision", "other"]
    number: Annotated[str, Field(max_length=60)]
    title: Annotated[str, Field(max_length=300)]
    issued_on: datetime.date


class GivenTaskTold(Schema):
    """A task as it stands; `read_at`: when its holder opened it first."""

    id: UUID
    directive: UUID
    number: str
    position: int
    unit: UUID
    holder: UUID
    words: str
    due_on: datetime.date
    state: str
    read_at: datetime.datetime | None


class DirectiveTold(Schema):
    """A document with its tasks, as far as they concern the reader."""

    id: UUID
    unit: UUID
    kind: str
    number: str
    title: str
    issued_on: datetime.date
    pages: int
    tasks: list[GivenTaskTold]


class NewTask(Schema):
    """Who does what by when."""

    unit: UUID
    holder: UUID
    words: Said
    due_on: datetime.date


class NewTaskStep(Schema):
    """A step: the holder reports, others judge; an extension names the new day."""

    kind: Literal["reported", "returned", "accepted", "extended", "cancelled"]
    words: Said
    due_on: datetime.date | None = None


@confirmations.post("/{uuid:regulation}/confirmations", response={204: None, 422: Why}, summary="Confirm a version")
def confirm(request: HttpRequest, regulation: UUID, said: Confirmation) -> Status[object]:
    """That this person has read it."""
    row = get_object_or_404(Regulation, id=regulation)
    try:
        confirming.confirm(request.user, row.id, digest=said.digest, read=True, now=now_of(request))  # type: ignore[arg-type]
    except NotPossible as refused:
        return Status(422, pair(refused.words) | {"field": refused.field})
    return Status(204, None)


@of_units.get("/{uuid:unit}/confirmations", response=list[BoundPerson], summary="Who confirmed the version in force")
def bound(request: HttpRequest, unit: UUID) -> list[dict[str, object]]:
    """Everybody whom it binds at the unit."""
    _, people = bound_at(unit, today_of(request))
    return [{"person": each.person, "name": each.name, "confirmed_at": each.confirmed_at} for each in people]


@of_units.get("/{uuid:unit}/supervisions", response=list[SupervisionTold], summary="Who supervises the rooms here")
def supervisions(request: HttpRequest, unit: UUID) -> list[dict[str, object]]:
    """What holds today and what is laid for later, with what holds for units above."""
    return [_supervision(line.row) for line in supervising.lines_of(unit, today_of(request))]


@of_units.post(
    "/{uuid:unit}/supervisions", response={201: SupervisionTold, 422: Why}, summary="Give a body supervision"
)
def supervise(request: HttpRequest, unit: UUID, new: NewSupervision) -> Status[object]:
    """Of the rooms of a type in this unit and below it."""
    try:
        made = supervising.lay(
            actor_of(request), area=unit, reach=_configures(request), today=today_of(request), **new.dict()
        )
    except NotPossible as refused:
        return Status(422, pair(refused.words) | {"field": refused.field})
    return Status(201, _supervision(made))


@of_units.post(
    "/{uuid:unit}/supervisions/{uuid:supervision}/end",
    response={200: SupervisionTold, 422: Why},
    summary="End a body's supervision",
)
def end_supervision(request: HttpRequest, unit: UUID, supervision: UUID, said: EndDay) -> Status[object]:
    """From a day on, today or later."""
    row = get_object_or_404(Supervision, id=supervision, area=unit)
    try:
        supervising.end(actor_of(request), row, day=said.day, reach=_configures(request), today=today_of(request))
    except NotPossible as refused:
        return Status(422, pair(refused.words) | {"field": refused.field})
    row.refresh_from_db()
    return Status(200, _supervision(row))


@of_units.post("/{uuid:unit}/directives", response={201: DirectiveTold, 422: Why}, summary="Enter a directive")
def enter(request: HttpRequest, unit: UUID, new: NewDirective) -> Status[object]:
    """A document of the unit."""
    said = directing.Said(**new.dict() | {"kind": DirectiveKind(new.kind)})
    try:
        made = directing.enter(actor_of(request), unit=unit, said=said, now=now_of(request))
    except NotPossible as refused:
        return Status(422, pair(refused.words) | {"field": refused.field})
    return Status(201, _directive(made, tasks_with_state(today_of(request)).none(), today_of(request)))


@directives.get("/{uuid:directive}", response={200: DirectiveTold, 403: Pair}, summary="A directive with its tasks")
def directive(request: HttpRequest, directive: UUID) -> Status[object]:
    """With how each stands today: all tasks for whoever directs where it was issued, else those one answers for."""
    row, day = get_object_or_404(Directive, id=directive), today_of(request)
    found = tasks_read(row, actor_of(request).id, _reach(request), day)
    if found is None:
        return Status(403, pair(NOT_READ))
    return Status(200, _directive(row, found, day))


@directives.post("/{uuid:directive}/tasks", response={201: GivenTaskTold, 422: Why}, summary="Give a task")
def give(request: HttpRequest, directive: UUID, new: NewTask) -> Status[object]:
    """To somebody who serves at a unit that this person directs; the holder is told."""
    row = get_object_or_404(Directive, id=directive)
    try:
        made = directing.give(actor_of(request), row, reach=_reach(request), now=now_of(request), **new.dict())
    except NotPossible as refused:
        return Status(422, pair(refused.words) | {"field": refused.field})
    return Status(201, _one(made.id, today_of(request)))


@tasks.get("", response=list[GivenTaskTold], summary="Tasks within reach")
def all_tasks(
    request: HttpRequest,
    state: Literal["", "late", "open", "reported", "accepted", "cancelled"] = "",
    after: Annotated[str, Field(max_length=80)] = "",
) -> list[dict[str, object]]:
    """One's own, and those of the units one directs: fifty by due day behind `after`, "<due day>_<id>" of the last."""
    found = tasks_of(actor_of(request).id, _reach(request), today_of(request), state=state, after=after)
    return _told(found.lines)


@tasks.get("/{uuid:task}", response={200: GivenTaskTold, 403: Pair}, summary="A task")
def task(request: HttpRequest, task: UUID) -> Status[object]:
    """For its holder and for those who direct there."""
    row = get_object_or_404(Task.objects.select_related("directive"), id=task)
    if not _concerns(request, row):
        return Status(403, pair(NOT_YOURS))
    directing.note_read(actor_of(request), row, now=now_of(request))
    return Status(200, _one(row.id, today_of(request)))


@tasks.post("/{uuid:task}/steps", response={200: GivenTaskTold, 403: Pair, 422: Why}, summary="Take a step of a task")
def step(request: HttpRequest, task: UUID, new: NewTaskStep) -> Status[object]:
    """The holder reports; whoever directs where the document was issued accepts, or has them go on."""
    row = get_object_or_404(Task.objects.select_related("directive"), id=task)
    if not _concerns(request, row):
        return Status(403, pair(NOT_YOURS))
    kind = TaskStepKind(new.kind)
    try:
        directing.step(
            actor_of(request), row, kind, words=new.words, due_on=new.due_on, reach=_reach(request),
            now=now_of(request),
        )  # fmt: skip
    except NotPossible as refused:
        return Status(422, pair(refused.words) | {"field": refused.field})
    return Status(200, _one(row.id, today_of(request)))


def _configures(request: HttpRequest) -> set[UUID]:
    return units_where(request.user, Right.CONFIGURE, now=now_of(request))  # type: ignore[arg-type]  # the guard's


def _supervision(row: Supervision) -> dict[str, object]:
    return {
        "id": row.id, "body": row.body_id, "area": row.area_id, "room_type": row.room_type,
        "decision_number": row.decision_number, "valid_from": row.valid_from, "valid_until": row.valid_until,
    }  # fmt: skip


def _reach(request: HttpRequest) -> set[UUID]:
    return units_where(request.user, Right.DIRECT, now=now_of(request))  # type: ignore[arg-type]  # the guard's


def _concerns(request: HttpRequest, row: Task) -> bool:
    return row.holder_id == actor_of(request).id or bool({row.unit_id, row.directive.unit_id} & _reach(request))


def _directive(row: Directive, found: QuerySet[Any], day: datetime.date) -> dict[str, object]:
    return {
        "id": row.id, "unit": row.unit_id, "kind": row.kind, "number": row.number, "title": row.title,
        "issued_on": row.issued_on, "pages": row.pages.count(), "tasks": _told(lines_of(list(found), day)),
    }  # fmt: skip


def _one(task: UUID, day: datetime.date) -> dict[str, object]:
    found = tasks_with_state(day).filter(id=task).select_related("directive", "holder")
    return _told(lines_of(list(found), day))[0]


def _told(lines: list[Line]) -> list[dict[str, object]]:
    read = dict(TaskRead.objects.filter(task__in=[line.task.id for line in lines]).values_list("task", "at"))
    return [
        {
            "id": line.task.id, "directive": line.task.directive_id, "number": line.task.directive.number,
            "position": line.task.position, "unit": line.task.unit_id, "holder": line.task.holder_id,
            "words": line.task.words, "due_on": line.due_on, "state": line.state, "read_at": read.get(line.task.id),
        }
        for line in lines
    ]  # fmt: skip
