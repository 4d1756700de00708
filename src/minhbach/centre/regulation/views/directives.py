"""The pages of directed work: lists by due day, a document with its tasks, a task with its steps."""

import datetime
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.look.paging import part
from minhbach.centre.papers.serving import served
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment
from minhbach.centre.registry.pages import Asked, Crumbs, FormPage, answer, last_is_here
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation import directing
from minhbach.centre.regulation.directive_forms import (
    DirectiveForm,
    JudgeForm,
    PageForm,
    ReportForm,
    TaskForm,
    UnitsForm,
)
from minhbach.centre.regulation.directives import (
    KIND_WORDS,
    STATES,
    STEP_WORDS,
    judged_within,
    late_count,
    lines_of,
    tasks_of,
    tasks_read,
    tasks_with_state,
)
from minhbach.centre.regulation.models import (
    TASK_ENDS,
    Directive,
    DirectiveKind,
    DirectivePage,
    Task,
    TaskRead,
    TaskStep,
    TaskStepKind,
)
from minhbach.centre.words import Words

HERE = Words("Văn bản chỉ đạo", "Directives")
NOT_CONCERNED = Words(
    "Nhiệm vụ này không giao cho bạn và không thuộc đơn vị bạn chỉ đạo.",
    "This task is neither yours nor of a unit that you direct.",
)
NOT_READ = Words(
    "Văn bản này không giao nhiệm vụ nào cho bạn hoặc cho đơn vị bạn chỉ đạo.",
    "This document gives no task to you or to a unit that you direct.",
)


def tasks(request: Asked) -> HttpResponse:
    """What the person has to do, and what was given to the units they direct: what is late first."""
    day, me = registry.day_of(request.now), request.user.person.id
    state, sought = request.GET.get("loc", ""), request.GET.get("tim", "").strip()[:80]
    page = tasks_of(me, request.reach, day, state=state, sought=sought, after=request.GET.get("sau", ""))
    own = sorted(({post.unit_id for post in registry.posts(me, day)}) & request.reach)
    context = {
        "lines": page.lines,
        "me": me,
        "state": state if state in STATES else "",
        "states": STATES,
        "sought": sought,
        "older": f"?loc={state}&tim={sought}&sau={page.next}" if page.next else "",
        "late": late_count(me, request.reach, day),
        "units": [(unit, naming.name) for unit, naming in registry.names_on(own, day).items()],
        "crumbs": [(HERE, None)],
    }
    return render(request, "regulation/tasks.html", context)


def directive_new(request: Asked, unit: UUID) -> HttpResponse:
    """A document of the unit."""
    page = FormPage(
        heading=Words("Vào sổ văn bản chỉ đạo", "Enter a directive"),
        lead=Words("Sau đó giao nhiệm vụ cho từng người.", "Then give tasks to people."),
        submit=Words("Vào sổ", "Enter"),
        back=reverse("tasks"),
        crumbs=_crumbs((registry.name_on(unit, registry.day_of(request.now)).name, None)),
        done=Words("Đã vào sổ văn bản.", "The document is entered."),
    )

    def enter(values: dict[str, Any]) -> str:
        said = directing.Said(**values)
        made = directing.enter(request.user.person, unit=unit, said=said, now=request.now)
        return reverse("directive", args=[made.id])

    start = {"issued_on": registry.day_of(request.now), "kind": DirectiveKind.DIRECTIVE.value}
    return answer(request, page, DirectiveForm(request.POST or None, initial=start), enter)


def directive(request: Asked, directive: UUID) -> HttpResponse:
    """A document, and its tasks as far as they concern the person, a page at a time."""
    row, found = _read(request, directive)
    day, here = registry.day_of(request.now), part(found, request.GET)
    context = {
        "row": row,
        "kind": KIND_WORDS[DirectiveKind(row.kind)],
        "issuer": registry.name_on(row.unit_id, day).name,
        "lines": lines_of(here.rows, day),
        "count": here.count,
        "read": dict(TaskRead.objects.filter(task__in=[each.id for each in here.rows]).values_list("task", "at")),
        "pages": row.pages.all(),
        "crumbs": _crumbs((row.number, None)),
    }
    return render(request, "regulation/directive.html", context | here.pager)


def _read(request: Asked, directive: UUID) -> tuple[Directive, QuerySet[Any]]:
    """The document, for whoever directs where it was issued or is concerned by a task of it, and those tasks."""
    row = get_object_or_404(Directive.objects.select_related("entered_by"), id=directive)
    found = tasks_read(row, request.user.person.id, request.reach, registry.day_of(request.now))
    if found is None:
        raise PermissionDenied(NOT_READ)
    return row, found


def directive_page_new(request: Asked, directive: UUID) -> HttpResponse:
    """One more scanned page."""
    row = get_object_or_404(Directive, id=directive)
    back, here = reverse("directive", args=[row.id]), Words("Thêm trang quét", "Add a scanned page")
    page = FormPage(
        heading=here,
        lead=Words("{number}: {title}", "{number}: {title}").fill(number=row.number, title=row.title),
        submit=Words("Thêm trang", "Add the page"),
        back=back,
        crumbs=_crumbs((row.number, back), (here, None)),
        done=Words("Đã thêm trang quét.", "The page is added."),
    )

    def add(values: dict[str, Any]) -> str:
        directing.add_page(request.user.person, row, data=values["page"].read(), now=request.now)
        return back

    return answer(request, page, PageForm(request.POST or None, request.FILES or None), add)


def directive_page(request: Asked, directive: UUID, number: int) -> HttpResponse:
    """A scanned page."""
    document, _ = _read(request, directive)
    row = get_object_or_404(DirectivePage.objects.select_related("paper"), directive=document, position=number)
    return served(row.paper, name=f"trang-{number}.jpg")


def task_new(request: Asked, directive: UUID) -> HttpResponse:
    """A task by the document: first the units, then who of those who serve there gets it."""
    row, day = get_object_or_404(Directive, id=directive), registry.day_of(request.now)
    names = registry.names_on(request.reach, day)
    units = sorted(((str(unit), naming.name) for unit, naming in names.items()), key=lambda each: sort_key(each[1]))
    chosen = [unit for unit, _ in units if unit in request.GET.getlist("don-vi")]
    here = Words("Giao nhiệm vụ", "Give a task")
    page = FormPage(
        heading=here,
        lead=Words("Theo {number}: {title}", "By {number}: {title}").fill(number=row.number, title=row.title),
        submit=Words("Giao nhiệm vụ", "Give it"),
        back=reverse("directive", args=[row.id]),
        crumbs=_crumbs((row.number, reverse("directive", args=[row.id])), (here, None)),
        done=Words("Đã giao nhiệm vụ và báo cho người thực hiện.", "It is given, and whoever does it is told."),
        template="regulation/task_new.html",
    )
    posts = _posts_in(chosen, day)
    people = [
        (person, _named(post, names[post.unit_id].name if len(chosen) > 1 else "")) for person, post in posts.items()
    ]

    def give(values: dict[str, Any]) -> str:
        to = [(posts[person].unit_id, UUID(person)) for person in values.pop("holder")]
        directing.give_each(request.user.person, row, to=to, reach=request.reach, now=request.now, **values)
        return page.back

    form, where = TaskForm(request.POST or None, people=people), UnitsForm(request.GET or None, units=units)
    return answer(request, page, form, give, {"where": where, "chosen": chosen, "people": people})


def _posts_in(units: Sequence[str], day: datetime.date) -> dict[str, Assignment]:
    """Who serves at these units, unit by unit, by the person; each once."""
    posts = registry.staff_of([UUID(unit) for unit in units], day)
    found: dict[str, Assignment] = {}
    for post in sorted(posts, key=lambda each: units.index(str(each.unit_id))):
        found.setdefault(str(post.person_id), post)
    return found


def _named(post: Assignment, unit_name: str) -> str:
    named = f"{post.person.full_name} ({post.title})" if post.title else post.person.full_name
    return f"{named}, {unit_name}" if unit_name else named


def task(request: Asked, task: UUID) -> HttpResponse:
    """One task with its steps; its holder reports, whoever directs where its document was issued judges."""
    row = _task(request, task)
    directing.note_read(request.user.person, row, now=request.now)
    [line] = lines_of([row], registry.day_of(request.now))
    is_mine = row.holder_id == request.user.person.id
    over = line.state in TASK_ENDS
    form: ReportForm | JudgeForm | None = None
    if not over and (is_mine or judged_within(row, request.reach)):
        form = ReportForm() if is_mine else JudgeForm()
    steps = row.steps.select_related("by", "proof")
    context = {
        "row": row,
        "line": line,
        "form": form,
        "is_mine": is_mine,
        "reported": line.state == "reported",
        "read_at": TaskRead.objects.filter(task=row).values_list("at", flat=True).first(),
        "steps": [(STEP_WORDS[TaskStepKind(each.kind)], each) for each in steps],
        "crumbs": _crumbs((row.directive.number, None)),
        "directive_url": reverse("directive", args=[row.directive_id]),
    }
    return render(request, "regulation/task.html", context)


def task_step(request: Asked, task: UUID) -> HttpResponse:
    """A step by whoever has it."""
    row = _task(request, task)
    kind = request.POST.get("kind", "")
    is_mine = row.holder_id == request.user.person.id
    allowed = (TaskStepKind.REPORTED,) if is_mine else tuple(each for each in TaskStepKind if each != "reported")
    if kind not in allowed:
        raise PermissionDenied(NOT_CONCERNED)
    if not is_mine and not judged_within(row, request.reach):
        raise PermissionDenied(directing.NOT_JUDGED_HERE)
    page = FormPage(
        heading=Words("Nhiệm vụ theo {number}", "Task by {number}").fill(number=row.directive.number),
        lead=STEP_WORDS[TaskStepKind(kind)],
        submit=STEP_WORDS[TaskStepKind(kind)],
        back=reverse("task", args=[row.id]),
        crumbs=_crumbs((row.directive.number, reverse("task", args=[row.id])), (STEP_WORDS[TaskStepKind(kind)], None)),
        done=Words("Đã ghi.", "It is recorded."),
        template="regulation/task_step.html",
    )

    def take(values: dict[str, Any]) -> str:
        photo = values.pop("photo", None)
        data = photo.read() if photo else None
        directing.step(
            request.user.person, row, TaskStepKind(kind), photo=data, reach=request.reach, now=request.now, **values
        )
        return page.back

    form = (ReportForm if is_mine else JudgeForm)(request.POST, request.FILES)
    return answer(request, page, form, take, {"kind": kind})


def task_proof(request: Asked, task: UUID, task_step: UUID) -> HttpResponse:
    """The photograph of a report."""
    row = _task(request, task)
    step = get_object_or_404(TaskStep.objects.select_related("proof"), id=task_step, task=row)
    if step.proof is None:
        raise Http404
    return served(step.proof, name="minh-chung.jpg")


def _task(request: Asked, task: UUID) -> Task:
    """The task, for its holder and for those who direct where it is done or was given."""
    found = tasks_with_state(registry.day_of(request.now)).filter(id=task).select_related("directive", "holder")
    row: Task | None = found.first()
    if row is None:
        raise Http404
    if row.holder_id != request.user.person.id and not _directs(request, row):
        raise PermissionDenied(NOT_CONCERNED)
    return row


def _directs(request: Asked, row: Task) -> bool:
    return bool({row.unit_id, row.directive.unit_id} & request.reach)


def _crumbs(*after: tuple[Words | str, str | None]) -> Crumbs:
    return last_is_here([(HERE, reverse("tasks")), *after])
