"""Who says what follows for an officer, who takes it back, and what becomes of a proposal of discipline."""

import datetime
import io
import json

import pypdf
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from minhbach.centre.access.may import May
from minhbach.centre.front.waiting import waiting
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.oversight import proposals, reading, register
from minhbach.centre.oversight.actions import cases, measures, overdue
from minhbach.centre.oversight.models import DeferralGround, FindingTold, Measure, MeasureKind, MeasureStep
from minhbach.centre.publishing import duties
from minhbach.centre.registry.reading import day_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.models import Acknowledgement
from minhbach.centre.regulation.rules import shipped
from tests.centre.feedback.visits import Town
from tests.centre.oversight.test_cases import account, concluded, explained, found, taken, upheld
from tests.centre.people import signed_in


@pytest.fixture
def town(db):
    return Town()


def about(town, officer):
    """An upheld finding of the office about somebody else of the unit."""
    row = found(town, officer=False)
    cases.name_concerned(account(town, "office_specialist"), row.id, person=officer.person_id, now=town.now)
    cases.explain_own(officer, row.id, words="Tôi họp ở huyện.", now=town.now)
    concluded(town, row)
    return row


def take(town, row, role, officer, form="criticism", **more):
    chosen = measures.Chosen(form=form, words="Theo kết luận.", **more)
    return measures.take(account(town, role), row.id, person=officer.person_id, chosen=chosen, now=town.now)


def go_on(town, made, role, kind, words="Theo kết luận."):
    became = measures.Became(words=words)
    return measures.proceed(account(town, role), made.id, kind=kind, became=became, now=town.now)


def refused(write):
    with pytest.raises(NotPossible) as error:
        write()
    return error.value.words


def test_a_form_inside_the_unit_is_said_by_who_stands_over_the_officer_alone(town):
    row = upheld(town)
    for role in ("office_specialist", "chief_of_office"):
        assert refused(lambda role=role: taken(town, row, role=role)) is measures.NOT_OVER
    page = signed_in(account(town, "office_specialist")).get(
        reverse("measure_new", args=[row.id, account(town, "one_stop_officer").person_id])
    )
    forms = page.content.decode()
    assert ("Nhắc nhở</option>" in forms, "Đề nghị kỷ luật: Khiển trách" in forms) == (False, True)
    # What is suggested is another's to say: nothing stands chosen in its place.
    assert ("gợi ý: Nhắc nhở. Hình thức này do người khác" in forms, 'value="" selected' in forms) == (True, True)
    assert not Measure.objects.exists()
    assert taken(town, row, role="commune_chairman").level == "internal"


def test_nobody_says_what_follows_for_their_own_chairman_but_the_body_that_concluded_proposes(town):
    chairman = account(town, "commune_chairman")
    row = about(town, chairman)
    town.district.appoint("commune_chairman", "A", "vice_chairman")
    for role in ("service_centre_head", "vice_chairman"):
        assert refused(lambda role=role: take(town, row, role, chairman)) is measures.NOT_OVER
        propose = lambda role=role: take(town, row, role, chairman, "reprimand", deferral=measures.CHECKED)  # noqa: E731
        assert refused(propose) is measures.NOT_PROPOSER
    made = take(town, row, "chief_of_office", chairman, "reprimand", deferral=measures.CHECKED)
    assert made.level == "formal"


def test_a_body_that_did_not_conclude_it_proposes_nothing(town):
    row = found(town, role="commune_chairman", officer=False)
    officer = account(town, "one_stop_officer")
    cases.name_concerned(account(town, "commune_chairman"), row.id, person=officer.person_id, now=town.now)
    explained(town, row)
    concluded(town, row, role="commune_chairman")
    propose = lambda: taken(town, row, form="reprimand", role="office_specialist", deferral=measures.CHECKED)  # noqa: E731
    assert refused(propose) is measures.NOT_PROPOSER
    assert taken(town, row, form="reprimand", role="commune_chairman", deferral=measures.CHECKED).level == "formal"


def test_a_unit_neither_ends_nor_puts_off_what_a_body_outside_proposes(town):
    row = upheld(town)
    made = taken(town, row, form="reprimand", role="office_specialist", deferral=measures.CHECKED)
    page = reverse("measure", args=[row.id, made.id])
    drop = reverse("measure_step", args=[row.id, made.id, "dropped"])
    for role in ("service_centre_head", "commune_chairman"):
        assert refused(lambda role=role: go_on(town, made, role, MeasureKind.DROPPED)) is measures.NOT_TO_FOLLOW
        assert drop not in signed_in(account(town, role)).get(page).content.decode()
    assert drop in signed_in(account(town, "chief_of_office")).get(page).content.decode()
    assert go_on(town, made, "chief_of_office", MeasureKind.DROPPED).kind == "dropped"


def test_a_form_is_taken_back_by_another_and_the_act_is_free_again(town):
    row = upheld(town)
    made = taken(town, row)
    officer, head = account(town, "one_stop_officer"), account(town, "service_centre_head")
    assert refused(lambda: go_on(town, made, "service_centre_head", MeasureKind.WITHDRAWN)) is measures.NOT_TO_WITHDRAW
    assert refused(lambda: go_on(town, made, "office_specialist", MeasureKind.WITHDRAWN, words=" "))
    for by in (head, officer):  # also past the action
        with pytest.raises(DatabaseError, match="another takes it back"), transaction.atomic():
            made.steps.create(kind="withdrawn", at=town.now, by_id=by.person_id, words="x")
    back = reverse("measure_step", args=[row.id, made.id, "withdrawn"])
    page = reverse("measure", args=[row.id, made.id])
    assert back not in signed_in(head).get(page).content.decode()
    browser = signed_in(account(town, "office_specialist"))
    assert back in browser.get(page).content.decode()
    assert browser.post(back, {"words": "Chưa tương xứng với mức độ."}).status_code == 302
    step = MeasureStep.objects.get()
    assert (step.kind, step.words) == ("withdrawn", "Chưa tương xứng với mức độ.")
    said = Delivery.objects.filter(notice__vi__startswith="Đã thu hồi hình thức «Nhắc nhở»")
    assert set(said.values_list("address", flat=True)) == {officer.person_id, head.person_id}
    assert refused(lambda: go_on(town, made, "chief_of_office", MeasureKind.WITHDRAWN)) is measures.NOT_NOW
    shown = browser.get(reverse("finding", args=[row.id])).content.decode()
    assert ("Đã thu hồi" in shown, "Chọn hình thức" in shown) == (True, True)
    book = register.Book(account(town, "office_specialist"), now=town.now)
    [line] = book.lines(list(book.rows(year=row.year)))
    assert "Nhắc nhở: đã thu hồi" in register.cells(line)
    assert browser.get(reverse("measure_pdf", args=[row.id, made.id])).content.startswith(b"%PDF")
    again = taken(town, row, form="reprimand", role="office_specialist", deferral=measures.CHECKED)
    assert refused(lambda: go_on(town, again, "chief_of_office", MeasureKind.WITHDRAWN))  # a proposal is dropped
    assert Measure.objects.count() == 2


def test_what_a_head_said_is_not_taken_back_from_below_but_by_whoever_supervises(town):
    row = found(town, role="commune_chairman", officer=False)
    officer = account(town, "one_stop_officer")
    cases.name_concerned(account(town, "commune_chairman"), row.id, person=officer.person_id, now=town.now)
    explained(town, row)
    concluded(town, row, role="commune_chairman")
    made = taken(town, row, role="commune_chairman")
    for role in ("service_centre_head", "office_specialist"):
        assert refused(lambda role=role: go_on(town, made, role, MeasureKind.WITHDRAWN)) is measures.NOT_TO_WITHDRAW
    assert go_on(town, made, "chief_of_office", MeasureKind.WITHDRAWN).kind == "withdrawn"


def test_a_form_is_taken_back_through_the_api(town):
    row = upheld(town)
    made = taken(town, row)
    steps = f"/api/findings/{row.id}/measures/{made.id}/steps"

    def post(role, **body):
        browser = signed_in(account(town, role))
        return browser.post(steps, json.dumps(body), content_type="application/json").status_code

    assert post("service_centre_head", kind="withdrawn", words="x") == 409
    assert post("commune_chairman", kind="withdrawn", words="Ghi nhầm người.") == 200
    told = signed_in(account(town, "chief_of_office")).get(f"/api/findings/{row.id}/case").json()
    assert told["measures"][0]["state"]["vi"] == "Đã thu hồi"


PAPER = "03/ĐN ngày 05/11/2026"


def letter(town, row, made, role="service_centre_head"):
    data = signed_in(account(town, role)).get(reverse("measure_pdf", args=[row.id, made.id])).content
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split())


def test_that_an_officer_waives_a_deferral_is_kept_with_their_paper_and_said_on_the_letter(town):
    row = upheld(town)
    made = taken(
        town, row, form="reprimand", deferral=measures.WAIVED, ground="maternity", paper=PAPER, more="Thai 20 tuần"
    )
    step = made.steps.get()
    assert (step.kind, step.number) == ("waived", PAPER)
    assert "mang thai" in DeferralGround.objects.get().vi
    for secret in ("mang thai", "Thai 20"):
        assert secret.encode() not in bytes(DeferralGround.objects.get().sealed)
    said = letter(town, row, made)
    assert "người có tên trên có văn bản đề nghị được xem xét" in said
    # A line may end behind the stroke of a number.
    assert (PAPER in said.replace("/ ", "/"), "không thuộc trường hợp này" in said, "mang thai" in said) == (
        True,
        False,
        False,
    )
    browser = signed_in(account(town, "service_centre_head"))
    page = browser.get(reverse("measure", args=[row.id, made.id])).content.decode()
    assert (PAPER in page, "mang thai" in page) == (True, False)
    read = reverse("deferral_read", args=[row.id, made.id])
    assert "mang thai" in browser.post(read).content.decode()
    became = measures.Became(form="reprimand", number="45/QĐ-UBND", decided_on=day_of(town.now))
    head = account(town, "service_centre_head")
    measures.proceed(head, made.id, kind=MeasureKind.DECIDED, became=became, now=town.now)


def test_only_a_ground_that_may_be_waived_is_and_only_by_a_paper(town):
    row = upheld(town)
    for field, words, more in (
        ("deferral", measures.NOT_WAIVABLE, {"paper": PAPER}),
        ("deferral", measures.NOT_WAIVABLE, {"ground": "illness", "paper": PAPER}),
        ("deferral", measures.NOT_WAIVABLE, {"ground": "nothing", "paper": PAPER}),
        ("paper", measures.NO_PAPER, {"ground": "maternity", "paper": " "}),
    ):
        with pytest.raises(NotPossible) as error:
            taken(town, row, form="reprimand", deferral=measures.WAIVED, **more)
        assert (error.value.field, error.value.words) == (field, words)
    assert not Measure.objects.exists()
    new = reverse("measure_new", args=[row.id, account(town, "one_stop_officer").person_id])
    browser = signed_in(account(town, "service_centre_head"))
    page = browser.get(new).content.decode()
    assert ("waived:maternity" in page, "waived:illness" in page) == (True, False)
    said = {"form": "reprimand", "words": "Theo kết luận", "deferral": "waived:maternity"}
    assert browser.post(new, said).status_code == 422
    assert browser.post(new, {**said, "paper": PAPER}).status_code == 302
    assert MeasureStep.objects.get().number == PAPER


def test_the_letter_says_how_the_check_of_deferral_ended(town):
    checked = taken(town, row := upheld(town), form="reprimand", deferral=measures.CHECKED)
    assert "đã kiểm tra, không thuộc trường hợp này" in letter(town, row, checked)
    other = upheld(town, minutes_ago=20, situation="dress")
    made = taken(town, other, form="reprimand", deferral="illness")
    assert "đang tạm hoãn theo quy định" in letter(town, other, made)
    go_on(town, made, "service_centre_head", MeasureKind.RESUMED)
    said = letter(town, other, made)
    assert f"tiếp tục xem xét từ ngày {day_of(town.now):%d/%m/%Y}" in said
    assert "không thuộc trường hợp này" not in said


DAY = datetime.timedelta(days=1)


def proposals_wait(town, days):
    """A version of the regulation from today on in which they wait so long."""
    content = shipped(town.district.profile)
    content["times"]["finding_proposal_days"] = days
    version = regulation.issue(
        unit=town.district.units["top"].id, content=content, valid_from=day_of(town.now), decision_number="2/QĐ",
        now=town.now,
    )  # fmt: skip
    for each in town.district.people.values():
        Acknowledgement.objects.get_or_create(
            regulation=version, person=each.person, defaults={"digest": version.digest, "at": town.now}
        )


def told(row, stage):
    """Who was told of it at that stage, each time."""
    notices = FindingTold.objects.filter(finding=row, stage=stage).values_list("notice", flat=True)
    return [set(Delivery.objects.filter(notice=each).values_list("address", flat=True)) for each in notices]


def test_a_proposal_that_nobody_decides_is_told_of_and_later_higher_up(town):
    proposals_wait(town, 5)
    row = upheld(town)
    made = taken(town, row, form="reprimand", role="office_specialist", deferral=measures.CHECKED)
    assert made.due_on == day_of(town.now) + 5 * DAY
    overdue.remind(now=town.now + 5 * DAY)
    assert told(row, overdue.DECIDE) == []
    for _ in range(2):
        overdue.remind(now=town.now + 6 * DAY)
    office = {account(town, role).person_id for role in ("office_specialist", "chief_of_office")}
    [first] = told(row, overdue.DECIDE)
    assert first == office
    overdue.remind(now=town.now + 14 * DAY)
    [above] = told(row, overdue.DECIDE + overdue.ABOVE)
    assert account(town, "area_chairman").person_id in above

    def undone():
        late = duties.late_in([town.room.id], town.now - DAY, town.now + 6 * DAY)
        return [str(each.words) for each in late if "kỷ luật" in str(each.words)]

    [line] = undone()
    assert line.startswith(f"Đề nghị kỷ luật số {made}: hết hạn")
    go_on(town, made, "chief_of_office", MeasureKind.DROPPED)
    overdue.remind(now=town.now + 30 * DAY)
    assert len(told(row, overdue.DECIDE)) == 1
    assert undone() == []


def test_a_deferral_is_looked_at_again_on_its_day_and_then_has_a_term_anew(town):
    row = upheld(town)
    born, today = day_of(town.now) + 3 * DAY, day_of(town.now)
    for day in (today, today - DAY, today + 661 * DAY):
        with pytest.raises(NotPossible) as error:
            taken(town, row, form="reprimand", deferral="maternity", review_on=day)
        assert error.value.field == "review_on"
    made = taken(town, row, form="reprimand", deferral="maternity", review_on=born)
    assert made.steps.get().due_on == born
    page = signed_in(account(town, "service_centre_head")).get(reverse("measure", args=[row.id, made.id]))
    assert f"{born:%d/%m/%Y}" in page.content.decode()
    overdue.remind(now=town.now + 4 * DAY)
    [first] = told(row, overdue.REVIEW)
    heads = {account(town, role).person_id for role in ("service_centre_head", "commune_chairman")}
    assert first == heads
    go_on(town, made, "service_centre_head", MeasureKind.RESUMED)
    assert made.steps.get(kind="resumed").due_on == today + 90 * DAY
    again = measures.Became(deferral="illness")
    measures.proceed(
        account(town, "service_centre_head"), made.id, kind=MeasureKind.DEFERRED, became=again, now=town.now
    )
    assert proposals.due_of(Measure.objects.get()) == today + 90 * DAY
    overdue.remind(now=town.now + 5 * DAY)
    assert len(told(row, overdue.REVIEW)) == 1


def test_a_proposal_that_waits_is_in_a_list_of_its_own_though_its_finding_is_done(town):
    row = upheld(town)
    chief, proposer = account(town, "chief_of_office"), account(town, "office_specialist")
    browser = signed_in(chief)

    def listed(**which):
        return [each.id for each in reading.findings_for(chief, now=town.now, **which)]

    def work():
        return [task for task in waiting(proposer, May(proposer, town.now), now=town.now) if "de-nghi" in task.url]

    assert (listed(proposed=True), work()) == ([], [])
    made = taken(town, row, form="reprimand", role="office_specialist", deferral=measures.CHECKED)
    assert (listed(), listed(proposed=True)) == ([], [row.id])
    page = browser.get(reverse("findings"), {"de-nghi": ""}).content.decode()
    assert (f"{made.due_on:%d/%m/%Y}" in page, "hạn quyết định" in page) == (True, True)
    assert [each["id"] for each in browser.get("/api/findings?proposed=true").json()] == [str(row.id)]
    [task] = work()
    assert (task.count, task.kind) == (1, "soon")
    far = measures.Became(deferral="maternity", review_on=day_of(town.now) + 400 * DAY)
    measures.proceed(proposer, made.id, kind=MeasureKind.DEFERRED, became=far, now=town.now)
    assert (listed(proposed=True), work()) == ([row.id], [])
    go_on(town, made, "chief_of_office", MeasureKind.DROPPED)
    assert (listed(proposed=True), work()) == ([], [])
    assert "Không có đề nghị kỷ luật" in browser.get(reverse("findings"), {"de-nghi": ""}).content.decode()


def test_a_proposal_from_before_there_were_terms_has_one_too(town):
    row = upheld(town)
    made = taken(town, row, form="reprimand", deferral=measures.CHECKED)
    values = {field.name: getattr(made, field.name) for field in Measure._meta.concrete_fields}
    old = Measure(**values | {"id": Measure().id, "number": 99, "due_on": None, "at": town.now - 200 * DAY})
    old.save(force_insert=True)
    assert [each for each, *_ in proposals.late_ones(day_of(town.now))] == [old]
    assert proposals.due_of(old) == day_of(town.now - 110 * DAY)
