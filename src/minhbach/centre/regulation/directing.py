"""Writes of directed work: a document entered, a task given to somebody, each step of it.

The holder reports, with words and a photograph if there is one; whoever directs the unit that issued the document
accepts it or has them go on, never about a task of their own. Whoever is concerned is told at once.

    NotPossible    what was asked cannot be so; names the form's field
"""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.papers.actions import keep_photo
from minhbach.centre.papers.photo import PhotoRefused
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Person
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import REFUSALS, NotPossible, constraint_of, writing
from minhbach.centre.regulation.directives import STEP_WORDS, judged_within, tasks_with_state
from minhbach.centre.regulation.models import (
    WORDS_LENGTH,
    Directive,
    DirectiveKind,
    DirectivePage,
    Task,
    TaskRead,
    TaskStep,
    TaskStepKind,
)
from minhbach.centre.words import Words

ROUTE = NOTICE = "task"
MOST_PAGES = 40
TOO_MANY_PAGES = Words("Văn bản có nhiều nhất 40 trang quét.", "A document has 40 scanned pages at most.")
REFUSALS["directive_once"] = Words(
    "Đơn vị đã có văn bản mang số này cùng ngày.", "The unit has a document of this number of that day already."
)
SAY_WHAT = Words("Hãy viết nội dung.", "Write what it is.")
NOT_FUTURE = Words("Ngày ban hành không thể sau hôm nay.", "It cannot have been issued after today.")
NOT_PAST = Words("Hạn hoàn thành phải từ hôm nay trở đi.", "The due day must not be past.")
NOT_LATER = Words("Hạn mới phải sau hạn đang có ({day}).", "The new day must come after the present one ({day}).")
NOT_THERE = Words(
    "Người này không làm việc tại đơn vị đã chọn.", "This person does not serve at the unit that was chosen."
)
TO_WHOM = Words("Hãy chọn người thực hiện.", "Choose who does it.")
OUT_OF_REACH = Words("Bạn không giao việc được cho đơn vị này.", "You cannot give tasks to this unit.")
NOT_IN_ORDER = Words(
    "Chưa làm được bước này: nhiệm vụ đã kết thúc, hoặc bước này phải do người khác làm.",
    "This step cannot be taken: the task has ended, or another person has to take it.",
)
NOT_JUDGED_HERE = Words(
    "Chỉ người chỉ đạo ở cơ quan ban hành văn bản mới xác nhận, gia hạn hoặc dừng nhiệm vụ này. Hãy báo cáo kết quả và "
    "đề nghị cơ quan ban hành.",
    "Only whoever directs at the unit that issued the document accepts, extends or cancels this task. Report on it and "
    "ask that unit.",
)
GIVEN = Words("Nhiệm vụ theo {number}: {what}. Hạn {day}.", "A task by {number}: {what}. Due on {day}.")
STEPPED = Words("Nhiệm vụ theo {number}: {what}.", "The task by {number}: {what}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A document as it is entered."""

    kind: DirectiveKind
    number: str
    title: str
    issued_on: datetime.date


def enter(actor: Person, *, unit: UUID, said: Said, now: datetime.datetime) -> Directive:
    """A document of the unit. Raises NotPossible."""
    number, title = plain(said.number)[:60], plain(said.title)[:300]
    if not number or not title:
        raise NotPossible(SAY_WHAT, "title" if number else "number")
    if said.issued_on > registry.day_of(now):
        raise NotPossible(NOT_FUTURE, "issued_on")
    with writing(actor, "directive entered"):
        return Directive.objects.create(
            unit_id=unit, kind=said.kind, number=number, title=title, issued_on=said.issued_on, entered_by=actor,
            entered_at=now,
        )  # fmt: skip


def add_page(actor: Person, directive: Directive, *, data: bytes, now: datetime.datetime) -> DirectivePage:
    """A scanned page of the document, behind those that are there. Raises NotPossible."""
    try:
        with writing(actor, "directive page added"), transaction.atomic():
            _one_at_a_time(directive)
            last = directive.pages.aggregate(last=Max("position"))["last"] or 0
            if last >= MOST_PAGES:
                raise NotPossible(TOO_MANY_PAGES, "page")
            paper = keep_photo(data=data, title=f"{directive.number}, trang {last + 1}", person_id=actor.id, now=now)
            return DirectivePage.objects.create(
                directive=directive, position=last + 1, paper=paper, added_by=actor, added_at=now
            )
    except PhotoRefused as refused:
        raise NotPossible(refused.words, "page") from None


def _one_at_a_time(directive: Directive) -> None:
    # So that positions have no holes. Rows that are kept may be locked by nobody: that would take leave to change them.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 24))", [str(directive.id)])


def note_read(actor: Person, task: Task, *, now: datetime.datetime) -> None:
    """That whoever holds the task opened it, once: a receipt for whoever gave it."""
    if task.holder_id == actor.id:
        with writing(actor, "task read"):
            TaskRead.objects.get_or_create(task=task, defaults={"at": now})


def give(
    actor: Person,
    directive: Directive,
    *,
    unit: UUID,
    holder: UUID,
    words: str,
    due_on: datetime.date,
    reach: Collection[UUID],
    now: datetime.datetime,
) -> Task:
    """A task for somebody who serves at a unit in reach. Raises NotPossible."""
    day, said = registry.day_of(now), plain(words)[:WORDS_LENGTH]
    if unit not in reach:
        raise NotPossible(OUT_OF_REACH, "unit")
    if not registry.staff_of([unit], day).filter(person=holder).exists():
        raise NotPossible(NOT_THERE, "holder")
    if not said:
        raise NotPossible(SAY_WHAT, "words")
    if due_on < day:
        raise NotPossible(NOT_PAST, "due_on")
    with writing(actor, "task given"), transaction.atomic():
        _one_at_a_time(directive)
        last = directive.tasks.aggregate(last=Max("position"))["last"] or 0
        task = Task.objects.create(
            directive=directive, position=last + 1, unit_id=unit, holder_id=holder, words=said, due_on=due_on,
            given_by=actor, given_at=now,
        )  # fmt: skip
        values = {"number": directive.number, "what": said[:200], "day": f"{due_on:%d/%m/%Y}"}
        send(to={holder} - {actor.id}, kind=NOTICE, words=GIVEN.fill(**values), link=_link(task), now=now)
    return task


def give_each(
    actor: Person,
    directive: Directive,
    *,
    to: Sequence[tuple[UUID, UUID]],
    words: str,
    due_on: datetime.date,
    reach: Collection[UUID],
    now: datetime.datetime,
) -> list[Task]:
    """The same task for each (unit, holder), or for none of them. Raises NotPossible."""
    if not to:
        raise NotPossible(TO_WHOM, "holder")
    with transaction.atomic():
        return [
            give(actor, directive, unit=unit, holder=holder, words=words, due_on=due_on, reach=reach, now=now)
            for unit, holder in to
        ]


def step(
    actor: Person,
    task: Task,
    kind: TaskStepKind,
    *,
    words: str,
    reach: Collection[UUID],
    due_on: datetime.date | None = None,
    photo: bytes | None = None,
    now: datetime.datetime,
) -> TaskStep:
    """One step of a task; `reach`: the units that the actor directs. Raises NotPossible."""
    said = plain(words)[:WORDS_LENGTH]
    if kind is not TaskStepKind.REPORTED and not judged_within(task, reach):
        raise NotPossible(NOT_JUDGED_HERE)
    if not said:
        raise NotPossible(SAY_WHAT, "words")
    if kind is TaskStepKind.EXTENDED:
        _refuse_no_later(task, due_on, now)
    try:
        with writing(actor, f"task {kind.value}"), transaction.atomic():
            proof = None
            if photo and kind is TaskStepKind.REPORTED:
                title = f"Minh chứng nhiệm vụ {task.directive.number}"
                proof = keep_photo(data=photo, title=title, person_id=actor.id, now=now)
            made = TaskStep.objects.create(
                task=task, kind=kind, at=now, by=actor, words=said, proof=proof,
                due_on=due_on if kind is TaskStepKind.EXTENDED else None,
            )  # fmt: skip
            to = {task.given_by_id, task.holder_id} - {actor.id}
            told = STEPPED.fill(number=task.directive.number, what=STEP_WORDS[kind])
            send(to=to, kind=NOTICE, words=told, link=_link(task), now=now)
    except PhotoRefused as refused:
        raise NotPossible(refused.words, "photo") from None
    except IntegrityError as error:
        if constraint_of(error):
            raise
        raise NotPossible(NOT_IN_ORDER) from None
    return made


def _refuse_no_later(task: Task, due_on: datetime.date | None, now: datetime.datetime) -> None:
    day = registry.day_of(now)
    due: datetime.date = tasks_with_state(day).values_list("due", flat=True).get(id=task.id)
    if due_on is None or due_on <= due or due_on < day:
        raise NotPossible(NOT_LATER.fill(day=f"{due:%d/%m/%Y}"), "due_on")


def _link(task: Task) -> Link:
    return Link(ROUTE, str(task.id))
