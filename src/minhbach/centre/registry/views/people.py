"""Pages of people: the list, a person, assignments by decision, posts at counters."""

import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from minhbach.centre.registry import reading
from minhbach.centre.registry.actions import people as actions
from minhbach.centre.registry.forms.people import AssignmentForm, EndForm, PersonForm, PostForm, WithdrawalForm
from minhbach.centre.registry.models import Assignment, Counter, CounterPost, Person, Tenure, true_on
from minhbach.centre.registry.outline import matching
from minhbach.centre.registry.pages import Asked, Crumbs, FormPage, act, answer, last_is_here
from minhbach.centre.registry.views.units import unit_choices
from minhbach.centre.words import Words

PEOPLE = Words("Nhân sự", "People")
SAVE = Words("Lưu", "Save")
PAGE = 50


def people(request: Asked) -> HttpResponse:
    """Everybody, or whom a search finds, with what they are today."""
    day = reading.day_of(request.now)
    sought = request.GET.get("tim", "").strip()
    after = request.GET.get("sau", "")
    in_reach = Person.objects.filter(Q(assignments__unit__in=request.reach) | Q(assignments__isnull=True)).distinct()
    rows = matching(in_reach, sought) if sought else in_reach.filter(sort_key__gt=after)
    found = list(rows.order_by("sort_key")[: PAGE + 1])
    shown = found if sought else found[:PAGE]
    posts = Assignment.objects.filter(true_on(day), person__in=shown)
    units = reading.names_on({one.unit_id for one in posts}, day)
    context = {
        "sought": sought,
        "people": [
            (one, [(duty(post, request), units[post.unit_id].name) for post in posts if post.person_id == one.id])
            for one in shown
        ],
        "older": f"?sau={shown[-1].sort_key}" if not sought and len(found) > PAGE else "",
    }
    return render(request, "registry/people.html", context)


def person(request: Asked, person: UUID) -> HttpResponse:
    """A person: what they were and are, and at which counters they work."""
    row = get_object_or_404(Person, id=person)
    day = reading.day_of(request.now)
    posts = list(row.assignments.order_by("-valid_from"))
    units = reading.names_on({one.unit_id for one in posts}, day)
    context = {
        "person": row,
        "posts": [
            (one, duty(one, request), units[one.unit_id].name, one.is_true_on(day))
            for one in posts
            if one.unit_id in units
        ],
        "counters": row.counter_posts.select_related("counter__room").order_by("-valid_from"),
        "day": day,
        "crumbs": _crumbs(row),
    }
    return render(request, "registry/person.html", context)


def person_new(request: Asked) -> HttpResponse:
    """Add a person."""
    heading = Words("Thêm người", "Add a person")
    page = FormPage(
        heading=heading,
        lead=Words("Người mới chưa có quyền nào; quyền có khi được phân công.", "A new person has no right yet."),
        submit=Words("Thêm và phân công", "Add and assign"),
        back=reverse("people"),
        crumbs=last_is_here([(PEOPLE, reverse("people")), (heading, None)]),
        done=Words("Đã thêm người.", "The person was added."),
    )

    def add(values: dict[str, Any]) -> str:
        made = actions.add_person(request.user.person, details=actions.PersonDetails(**values), now=request.now)
        return reverse("assign", args=[made.id])

    return answer(request, page, PersonForm(request.POST or None), add)


def person_edit(request: Asked, person: UUID) -> HttpResponse:
    """Correct what is kept of a person."""
    row = get_object_or_404(Person, id=person)
    page = _page(
        row,
        Words("Sửa thông tin", "Change the details"),
        Words("Chỉ giữ điều công việc cần.", "Only what the work needs is kept."),
    )

    def change(values: dict[str, Any]) -> str:
        actions.change_person(request.user.person, person=row, details=actions.PersonDetails(**values))
        return page.back

    start = {"full_name": row.full_name, "staff_code": row.staff_code or "", "phone": row.phone, "email": row.email}
    return answer(request, page, PersonForm(request.POST or None, initial=start), change, known=start)


def assign(request: Asked, person: UUID) -> HttpResponse:
    """Assign a person to a role at a unit, by decision."""
    row = get_object_or_404(Person, id=person)
    day = reading.day_of(request.now)
    page = _page(
        row,
        Words("Phân công bằng quyết định", "Assign by decision"),
        Words(
            "Quyền có từ ngày bắt đầu và tự hết khi phân công kết thúc.", "Rights begin and end with the assignment."
        ),
    )
    roles = [(code, str(words)) for code, words in request.roles.items()]
    units = unit_choices(day, request.reach)
    form = AssignmentForm(request.POST or None, initial={"begin": day}, units=units, roles=roles)

    def put(values: dict[str, Any]) -> str:
        decision = actions.Decision(number=values.pop("decision_number"), date=values.pop("decision_date"))
        unit = UUID(values.pop("unit"))
        actions.assign(request.user.person, person=row, unit=unit, decision=decision, **values)
        return page.back

    return answer(request, page, form, put)


def assignment_end(request: Asked, assignment: UUID) -> HttpResponse:
    """End an assignment on a day, by decision."""
    row = get_object_or_404(Assignment.objects.select_related("person"), id=assignment)
    page = _page(
        row.person,
        Words("Kết thúc phân công", "End the assignment"),
        Words("Mọi quyền theo phân công này mất từ ngày đó.", "All rights of this assignment go on that day."),
    )

    def end(values: dict[str, Any]) -> str:
        actions.end_assignment(request.user.person, assignment=row, **values)
        return page.back

    return answer(request, page, EndForm(request.POST or None, initial={"day": reading.day_of(request.now)}), end)


def assignment_withdraw(request: Asked, assignment: UUID) -> HttpResponse:
    """Take back an assignment that begins today or later."""
    row = get_object_or_404(Assignment.objects.select_related("person"), id=assignment)
    page = _page(
        row.person,
        Words("Thu hồi phân công", "Withdraw the assignment"),
        Words(
            "Dùng khi nhập sai. Quyền mất ngay; hình đang xem dừng trong 10 giây. Dòng này được giữ, kèm lý do.",
            "For a mistake. Rights go at once, running pictures within 10 seconds; the row is kept with its reason.",
        ),
        submit=Words("Thu hồi", "Withdraw"),
    )

    def withdraw(values: dict[str, Any]) -> str:
        day = reading.day_of(request.now)
        actions.withdraw_assignment(request.user.person, assignment=row, day=day, now=request.now, **values)
        return page.back

    return answer(request, page, WithdrawalForm(request.POST or None), withdraw)


def counter_post(request: Asked, person: UUID) -> HttpResponse:
    """Say at which counter a person works."""
    row = get_object_or_404(Person, id=person)
    day = reading.day_of(request.now)
    page = _page(
        row,
        Words("Xếp vào quầy", "Assign to a counter"),
        Words(
            "Người làm việc tại quầy được biết ai đã xem hình quầy của mình.",
            "Whoever works at a counter may know who watched it.",
        ),
    )

    def put(values: dict[str, Any]) -> str:
        counter = get_object_or_404(Counter, id=values["counter"])
        actions.post_at_counter(request.user.person, person=row, counter=counter, day=values["day"])
        return page.back

    form = PostForm(request.POST or None, initial={"day": day}, counters=_counter_choices(row, day))
    return answer(request, page, form, put)


def counter_leave(request: Asked, post: UUID) -> HttpResponse:
    """A person does not work at a counter any more from today on."""
    row = get_object_or_404(CounterPost, id=post)
    return act(
        request,
        lambda: actions.leave_counter(request.user.person, post=row, day=reading.day_of(request.now)),
        done=Words("Đã rời quầy từ hôm nay.", "Left the counter from today on."),
        back=reverse("person", args=[row.person_id]),
    )


def duty(post: Assignment, request: Asked) -> str:
    """What somebody is called at work: the title of the decision, else the regulation's word for the role."""
    return post.title or str(request.roles.get(post.role, post.role))


def _counter_choices(person: Person, day: datetime.date) -> list[tuple[str, str]]:
    """Counters in rooms of the units at which the person has a post."""
    units = {post.unit_id for post in reading.posts(person.id, day)}
    rooms = Tenure.objects.filter(true_on(day), unit__in=reading.units_below(units, day)).values("room")
    counters = (
        Counter.objects.filter(true_on(day), room__in=rooms).select_related("room").order_by("room__name", "number")
    )
    return [(str(counter.id), f"{counter.room.name}: {counter.name}") for counter in counters]


def _crumbs(person: Person, *after: tuple[Words | str, str | None]) -> Crumbs:
    here: tuple[Words | str, str | None] = (person.full_name, reverse("person", args=[person.id]))
    return last_is_here([(PEOPLE, reverse("people")), here, *after])


def _page(person: Person, heading: Words, lead: Words, submit: Words = SAVE) -> FormPage:
    return FormPage(
        heading=heading,
        lead=lead,
        submit=submit,
        back=reverse("person", args=[person.id]),
        crumbs=_crumbs(person, (heading, None)),
        done=Words("Đã lưu.", "Saved."),
    )
