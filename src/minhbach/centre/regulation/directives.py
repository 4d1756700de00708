"""Directed work as it stands: each task with its present due day and state, in lists that end with what is late.

Owns what follows from the steps of a task; writes nothing. A task is late from the day after its due day until it is
reported; what was reported waits for whoever gave it, and is late no more.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.regulation.models import TASK_ENDS, Directive, DirectiveKind, Task, TaskStep, TaskStepKind
from minhbach.centre.words import Words

PAGE = 50
#: Days before its due day from which an open task is shown as due soon.
SOON_DAYS = 3
KIND_WORDS = {
    DirectiveKind.DIRECTIVE: Words("Chỉ thị", "Directive"),
    DirectiveKind.LETTER: Words("Công văn", "Official letter"),
    DirectiveKind.PLAN: Words("Kế hoạch", "Plan"),
    DirectiveKind.CONCLUSION: Words("Thông báo kết luận", "Notice of conclusion"),
    DirectiveKind.DECISION: Words("Quyết định", "Decision"),
    DirectiveKind.OTHER: Words("Văn bản khác", "Other document"),
}
STEP_WORDS = {
    TaskStepKind.REPORTED: Words("Báo cáo hoàn thành", "Reported as done"),
    TaskStepKind.RETURNED: Words("Yêu cầu làm tiếp", "Asked to go on"),
    TaskStepKind.ACCEPTED: Words("Xác nhận hoàn thành", "Accepted as done"),
    TaskStepKind.EXTENDED: Words("Gia hạn", "Given more time"),
    TaskStepKind.CANCELLED: Words("Dừng nhiệm vụ", "Cancelled"),
}
STATES = {
    "late": Words("Quá hạn", "Overdue"),
    "open": Words("Đang thực hiện", "Being done"),
    "reported": Words("Chờ xác nhận", "Waits to be accepted"),
    "accepted": Words("Hoàn thành", "Done"),
    "cancelled": Words("Đã dừng", "Cancelled"),
}
_SHOWN_AS = {"late": "late", "open": "soon", "reported": "unseen", "accepted": "ok", "cancelled": "idle"}


@dataclass(frozen=True, slots=True)
class Line:
    """A task as a list shows it: `state` is a key of STATES, `status` how it is drawn."""

    task: Task
    unit_name: str
    due_on: datetime.date
    state: str
    days: int

    @property
    def status(self) -> tuple[str, Words]:
        """The shape and the words of its state."""
        if self.state == "late":
            return "late", Words("Quá hạn {n} ngày", "overdue by days: {n}").fill(n=-self.days)
        if self.state == "open":
            return ("soon" if self.days <= SOON_DAYS else "unseen"), Words("Còn {n} ngày", "days left: {n}").fill(
                n=self.days
            )
        return _SHOWN_AS[self.state], STATES[self.state]


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines in the order of their due days, and the mark that leads to the next ones."""

    lines: list[Line]
    next: str


def tasks_with_state(day: datetime.date) -> QuerySet[Any]:
    """All tasks with `due` and `state`, worked out by PostgreSQL."""
    steps = TaskStep.objects.filter(task=OuterRef("id")).order_by("-at", "-id")
    last = steps.exclude(kind=TaskStepKind.EXTENDED).values("kind")[:1]
    extended = steps.filter(kind=TaskStepKind.EXTENDED).values("due_on")[:1]
    rows = Task.objects.annotate(due=Coalesce(Subquery(extended), F("due_on")), last=Subquery(last))
    return rows.annotate(
        state=Case(
            *(When(last=kind, then=Value(kind)) for kind in (*TASK_ENDS, TaskStepKind.REPORTED.value)),
            When(due__lt=day, then=Value("late")),
            default=Value("open"),
        )
    )


def tasks_of(
    person: UUID, reach: Collection[UUID], day: datetime.date, *, state: str = "", sought: str = "", after: str = ""
) -> Page:
    """Tasks that the person holds, and those of the units in reach; `after` is the mark of the page before."""
    rows = tasks_with_state(day).filter(Q(holder=person) | Q(unit__in=reach) | Q(directive__unit__in=reach))
    rows = rows.filter(state=state) if state in STATES else rows.exclude(state__in=TASK_ENDS)
    for word in plain(sought).split():
        rows = rows.filter(
            Q(words__icontains=word) | Q(directive__number__icontains=word) | Q(holder__full_name__icontains=word)
        )
    found_at = _mark(after)
    if found_at:
        due, key = found_at
        rows = rows.filter(Q(due__gt=due) | Q(due=due, id__gt=key))
    found = list(rows.select_related("directive", "holder").order_by("due", "id")[: PAGE + 1])
    shown = lines_of(found[:PAGE], day)
    more = f"{shown[-1].due_on.isoformat()}_{shown[-1].task.id}" if len(found) > PAGE else ""
    return Page(shown, more)


def judged_within(task: Task, reach: Collection[UUID]) -> bool:
    """Whether who directs these units says what becomes of the task: only those whose reach has the unit that issued
    its document. Who directs where the task is done answers for it, and does not close what was asked from above.
    """
    return task.directive.unit_id in reach


def tasks_read(directive: Directive, person: UUID, reach: Collection[UUID], day: datetime.date) -> QuerySet[Any] | None:
    """The tasks of a document that the person reads it for: all where they direct the unit that issued it, else their
    own and those of units they direct. None for whom the document is none of their business.
    """
    rows = tasks_with_state(day).filter(directive=directive).select_related("directive", "holder").order_by("position")
    if directive.unit_id in reach:
        return rows
    theirs = rows.filter(Q(holder=person) | Q(unit__in=reach))
    return theirs if theirs.exists() else None


def lines_of(rows: Collection[Any], day: datetime.date) -> list[Line]:
    """Tasks that `tasks_with_state` found, with the names of their units."""
    names = registry.names_on({row.unit_id for row in rows}, day)
    return [
        Line(row, names[row.unit_id].name if row.unit_id in names else "", row.due, row.state, (row.due - day).days)
        for row in rows
    ]


def late_count(person: UUID, reach: Collection[UUID], day: datetime.date) -> int:
    """How many tasks are late: the person's own and those of the units in reach."""
    rows = tasks_with_state(day).filter(Q(holder=person) | Q(unit__in=reach) | Q(directive__unit__in=reach))
    return rows.filter(state="late").count()


def _mark(said: str) -> tuple[datetime.date, UUID] | None:
    due, _, key = said.partition("_")
    try:
        return datetime.date.fromisoformat(due), UUID(key)
    except ValueError:
        return None
