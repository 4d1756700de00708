"""A directive gives tasks to people by a day; who holds one reports, another accepts; what is late stands first."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from minhbach.centre.access.deciding import units_where
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.registry.reading import day_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import directing, directives
from minhbach.centre.regulation.models import Directive, DirectiveKind, Task, TaskStep, TaskStepKind
from minhbach.centre.regulation.rights import Right
from tests.centre.access.district import District
from tests.centre.people import signed_in
from tests.photographs import photograph

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def district():
    return District()


def entered(district, number="04/CT-UBND"):
    said = directing.Said(
        kind=DirectiveKind.DIRECTIVE, number=number, title="Chấn chỉnh giờ giấc", issued_on=day_of(district.now)
    )
    chairman = district.people["area_chairman"].person
    return directing.enter(chairman, unit=district.units["top"].id, said=said, now=district.now)


def given(district, row=None, *, days=3, holder="one_stop_officer", where="A"):
    chief = district.people["area_chairman"]
    return directing.give(
        chief.person, row or entered(district), unit=district.units[where].id, words="Rà soát bảng phân công",
        holder=district.people[holder].person_id, due_on=day_of(district.now) + days * DAY,
        reach=units_where(chief, Right.DIRECT, now=district.now), now=district.now,
    )  # fmt: skip


def step(district, task, who, kind, *, at=None, **more):
    actor = district.people[who]
    reach = units_where(actor, Right.DIRECT, now=district.now)
    return directing.step(actor.person, task, kind, words="Đã làm", reach=reach, now=at or district.now, **more)


def line(district, task, days=0):
    day = day_of(district.now) + days * DAY
    [found] = directives.lines_of(list(directives.tasks_with_state(day).filter(id=task.id)), day)
    return found


def test_a_task_is_late_from_the_day_after_until_it_is_reported_and_done_when_another_accepts_it(district):
    task = given(district, days=3)
    assert [line(district, task, days).state for days in (0, 3, 4)] == ["open", "open", "late"]
    assert str(line(district, task, 5).status[1]) == "Quá hạn 2 ngày"
    step(district, task, "one_stop_officer", TaskStepKind.REPORTED)
    assert line(district, task, 4).state == "reported"
    step(district, task, "area_chairman", TaskStepKind.RETURNED)
    assert line(district, task, 4).state == "late"
    step(district, task, "area_chairman", TaskStepKind.EXTENDED, due_on=day_of(district.now) + 9 * DAY)
    assert [line(district, task, days).state for days in (9, 10)] == ["open", "late"]
    step(district, task, "one_stop_officer", TaskStepKind.REPORTED)
    step(district, task, "area_chairman", TaskStepKind.ACCEPTED)
    assert line(district, task, 99).state == "accepted"
    for who, kind in (("one_stop_officer", TaskStepKind.REPORTED), ("area_chairman", TaskStepKind.CANCELLED)):
        with pytest.raises(NotPossible):
            step(district, task, who, kind)


def test_nobody_judges_what_was_not_reported_nor_their_own_work_nor_reports_for_another(district):
    task = given(district)
    own = given(district, entered(district, "5/CT"), holder="area_chairman", where="top")
    refused = (
        (task, "area_chairman", TaskStepKind.ACCEPTED),
        (task, "area_chairman", TaskStepKind.REPORTED),
        (task, "one_stop_officer", TaskStepKind.EXTENDED),
        (own, "area_chairman", TaskStepKind.CANCELLED),
    )
    for row, who, kind in refused:
        more = {"due_on": day_of(district.now) + 20 * DAY} if kind is TaskStepKind.EXTENDED else {}
        with pytest.raises(NotPossible):
            step(district, row, who, kind, **more)
    step(district, own, "area_chairman", TaskStepKind.REPORTED)
    with pytest.raises(NotPossible):
        step(district, own, "area_chairman", TaskStepKind.ACCEPTED)
    assert TaskStep.objects.count() == 1


def test_who_directs_where_it_is_done_closes_nothing_that_was_asked_from_above(district):
    task = given(district)
    step(district, task, "one_stop_officer", TaskStepKind.REPORTED)
    head = signed_in(district.people["commune_chairman"])
    way, act = (reverse(name, args=[task.id]) for name in ("task", "task_step"))
    for kind in (each for each in TaskStepKind if each is not TaskStepKind.REPORTED):
        more = {"due_on": day_of(district.now) + 20 * DAY} if kind is TaskStepKind.EXTENDED else {}
        with pytest.raises(NotPossible, match="unit that issued the document"):
            step(district, task, "commune_chairman", kind, **more)
        said = {"kind": kind.value, "words": "Thôi", **{name: day.isoformat() for name, day in more.items()}}
        assert head.post(act, said).status_code == 403, kind
        answer = head.post(f"/api/tasks/{task.id}/steps", said, content_type="application/json")
        assert (answer.status_code, "cơ quan ban hành" in answer.json()["vi"]) == (422, True), kind
    assert "Dừng nhiệm vụ" not in head.get(way).content.decode()
    assert "Rà soát" not in head.get("/").content.decode()  # nothing for them to accept
    assert "Rà soát" in signed_in(district.people["area_chairman"]).get("/").content.decode()
    assert line(district, task).state == "reported"
    step(district, task, "area_chairman", TaskStepKind.ACCEPTED)


def test_who_carries_it_out_reads_the_document_and_its_pages_and_no_one_else_s_task(district, settings, tmp_path):
    settings.MINHBACH_DATA = tmp_path
    row = entered(district)
    given(district, row)
    given(district, row, where="inspectorate", holder="inspector")
    directing.add_page(district.people["area_chairman"].person, row, data=photograph(), now=district.now)
    page, scan = reverse("directive", args=[row.id]), reverse("directive_page", args=[row.id, 1])
    names = {who: district.people[who].person.full_name for who in ("one_stop_officer", "inspector")}
    for who, read in (
        ("one_stop_officer", {"one_stop_officer"}), ("commune_chairman", {"one_stop_officer"}),
        ("inspector", {"inspector"}), ("area_chairman", set(names)),
    ):  # fmt: skip
        browser = signed_in(district.people[who])
        shown = browser.get(page).content.decode()
        assert {each for each, name in names.items() if f"{name}<span" in shown} == read, who
        assert browser.get(scan)["Content-Type"] == "image/jpeg", who
        told = browser.get(f"/api/directives/{row.id}").json()["tasks"]
        assert {each["holder"] for each in told} == {str(district.people[each].person_id) for each in read}, who
        assert (reverse("task_new", args=[row.id]) in shown) is (who == "area_chairman"), who
    stranger = signed_in(district.people["reception_officer"])
    assert [stranger.get(each).status_code for each in (page, scan, f"/api/directives/{row.id}")] == [403] * 3
    task = row.tasks.get(position=1)
    assert page in signed_in(district.people["one_stop_officer"]).get(reverse("task", args=[task.id])).content.decode()


def test_one_form_gives_the_same_task_to_several_people_of_several_units_or_to_none(district):
    row, chief = entered(district), signed_in(district.people["area_chairman"])
    district.appoint("commune_chairman", "B", "chairman_b")
    heads = [district.people[who] for who in ("commune_chairman", "chairman_b")]
    units = "&".join(f"don-vi={district.units[name].id}" for name in "AB")
    way = f"{reverse('task_new', args=[row.id])}?{units}"
    page = chief.get(way).content.decode()
    assert all(head.person.full_name in page and f", Xã {name}" in page for head, name in zip(heads, "AB", strict=True))
    said = {"words": "Rà soát", "due_on": day_of(district.now).isoformat(), "holder": [str(h.person_id) for h in heads]}
    assert chief.post(way, {**said, "holder": []}).status_code == 422
    assert chief.post(way, {**said, "due_on": (day_of(district.now) - DAY).isoformat()}).status_code == 422
    assert not row.tasks.exists()
    assert chief.post(way, said).status_code == 302
    assert [(task.holder_id, task.unit_id, task.position) for task in row.tasks.all()] == [
        (head.person_id, district.units[name].id, place)
        for place, (head, name) in enumerate(zip(heads, "AB", strict=True), 1)
    ]


def test_the_tasks_of_a_document_come_a_page_at_a_time(district, monkeypatch):
    monkeypatch.setattr("minhbach.centre.look.paging.PAGE", 2)
    row, browser = entered(district), signed_in(district.people["area_chairman"])
    for days in (1, 2, 3):
        given(district, row, days=days)
    first = browser.get(reverse("directive", args=[row.id]))
    second = browser.get(reverse("directive", args=[row.id]) + first.context["older"])
    assert [[each.task.position for each in page.context["lines"]] for page in (first, second)] == [[1, 2], [3]]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"days": -1}, "due_on"),
        ({"where": "B"}, "holder"),
        ({"where": "C"}, "unit"),
        ({"holder": "inspector"}, "holder"),
    ],
)
def test_a_task_goes_to_somebody_who_serves_there_within_reach_for_a_day_to_come(district, more, field):
    with pytest.raises(NotPossible) as refused:
        given(district, **more)
    assert refused.value.field == field
    assert not Task.objects.exists()


def test_a_document_stands_once_in_the_book_and_nothing_of_it_is_ever_changed(district):
    row, task = entered(district), None
    with pytest.raises(NotPossible):
        entered(district)
    task = given(district, row)
    made = step(district, task, "one_stop_officer", TaskStepKind.REPORTED)
    for model, key in ((Directive, row.id), (Task, task.id), (TaskStep, made.id)):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(id=key).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Task.objects.update(due_on=day_of(district.now) + 90 * DAY)
    with pytest.raises(NotPossible):
        step(district, task, "area_chairman", TaskStepKind.EXTENDED, due_on=task.due_on)


def test_whoever_is_concerned_is_told_with_the_way_to_the_task(district):
    task = given(district)
    step(district, task, "one_stop_officer", TaskStepKind.REPORTED)
    told = [(row.address, row.notice.reference) for row in Delivery.objects.filter(notice__kind="task").order_by("id")]
    officer, chairman = (district.people[who].person_id for who in ("one_stop_officer", "area_chairman"))
    assert told == [(officer, str(task.id)), (chairman, str(task.id))]


def test_lists_are_of_ones_own_and_of_the_units_one_directs_late_first_and_go_on_page_by_page(district, monkeypatch):
    monkeypatch.setattr(directives, "PAGE", 2)
    row = entered(district)
    made = [given(district, row, days=days) for days in (5, 1, 3)]
    given(district, row, days=2, where="inspectorate", holder="inspector")
    day = day_of(district.now) + 2 * DAY
    mine = district.people["one_stop_officer"].person_id
    first = directives.tasks_of(mine, (), day)
    second = directives.tasks_of(mine, (), day, after=first.next)
    found = [(each.task.id, each.state) for each in (*first.lines, *second.lines)]
    assert found == [(made[1].id, "late"), (made[2].id, "open"), (made[0].id, "open")]
    assert second.next == ""
    reach = units_where(district.people["chief_inspector"], Right.DIRECT, now=district.now)
    assert directives.late_count(mine, (), day) == 1
    assert len(directives.tasks_of(district.people["inspector"].person_id, (), day).lines) == 1
    assert directives.late_count(district.people["chief_inspector"].person_id, reach, day) == 1
    for odd in ("x", "2026-01-01_x", "_", "2026-13-01_" + "0" * 32):
        assert directives.tasks_of(mine, (), day, after=odd).lines


def test_the_whole_way_goes_by_pages(district, settings, tmp_path):
    settings.MINHBACH_DATA = tmp_path
    chief, officer = (signed_in(district.people[who]) for who in ("area_chairman", "one_stop_officer"))
    new = reverse("directive_new", args=[district.units["top"].id])
    assert new in chief.get(reverse("tasks")).content.decode()
    fields = {"kind": "directive", "number": "04/CT", "title": "Chấn chỉnh", "issued_on": "2030-01-01"}
    assert chief.post(new, fields).status_code == 422
    fields["issued_on"] = day_of(district.now).isoformat()
    assert chief.post(new, fields).status_code == 302
    row = Directive.objects.get()
    give = reverse("task_new", args=[row.id]) + f"?don-vi={district.units['A'].id}"
    assert officer.get(give).status_code == 403
    holder = district.people["one_stop_officer"]
    assert holder.person.full_name in chief.get(give).content.decode()
    task = {"holder": str(holder.person_id), "words": "Rà soát", "due_on": day_of(district.now).isoformat()}
    assert chief.post(give, task).status_code == 302
    made = Task.objects.get()
    way, act = (reverse(name, args=[made.id]) for name in ("task", "task_step"))
    stranger = signed_in(district.people["reception_officer"])
    assert [browser.get(way).status_code for browser in (chief, officer, stranger)] == [200, 200, 403]
    assert officer.post(act, {"kind": "accepted", "words": "Xong"}).status_code == 403
    assert officer.post(act, {"kind": "reported", "words": ""}).status_code == 422
    assert (
        officer.post(
            act, {"kind": "reported", "words": "Xong", "photo": SimpleUploadedFile("a.jpg", photograph(), "image/jpeg")}
        ).status_code
        == 302
    )
    proof = reverse("task_proof", args=[made.id, TaskStep.objects.get().id])
    assert chief.get(proof)["Content-Type"] == "image/jpeg"
    assert stranger.get(proof).status_code == 403
    assert "Rà soát" in chief.get("/").content.decode()
    assert chief.post(act, {"kind": "accepted", "words": "Đạt"}).status_code == 302
    assert "Rà soát" not in chief.get(reverse("tasks")).content.decode()
    assert "Rà soát" in chief.get(reverse("tasks") + "?loc=accepted").content.decode()
