"""A finding as a case: named, explained, concluded on more than a recording, put right with proof, with one form."""

import datetime
import io
import json

import pypdf
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access.models import AuditRow, Restriction
from minhbach.centre.footage.timeline import us
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.oversight import own, reading
from minhbach.centre.oversight.actions import cases, findings, measures, overdue
from minhbach.centre.oversight.models import (
    Concerned,
    Correction,
    CorrectionKind,
    CorrectionStep,
    DeferralGround,
    Finding,
    FindingTold,
    Measure,
    MeasureKind,
    MeasureStep,
    StepKind,
)
from minhbach.centre.oversight.terms import terms_of
from minhbach.centre.registry.models import Assignment
from minhbach.centre.registry.reading import VIETNAM, day_of
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.reading import in_force
from tests.centre.feedback.visits import Town
from tests.centre.people import signed_in
from tests.photographs import photograph

MINUTE = 60_000_000
PHOTO = photograph()
DAY = datetime.timedelta(days=1)


@pytest.fixture
def town(db):
    return Town()


def account(town, role):
    return town.district.people[role]


def found(town, situation="late_or_absent", minutes_ago=60, role="office_specialist", officer=True):
    begin = us(town.ago(minutes_ago))
    what = findings.Found(begin_us=begin, end_us=begin + MINUTE, situation=situation, note="Quầy trống 12 phút")
    row = findings.make(account(town, role), room=town.room.id, found=what, now=town.now)
    if officer:
        name(town, row)
    return row


def name(town, row, by="office_specialist"):
    person = account(town, "one_stop_officer").person_id
    return cases.name_concerned(account(town, by), row.id, person=person, now=town.now)


def explained(town, row, now=None):
    officer = account(town, "one_stop_officer")
    return cases.explain_own(officer, row.id, words="Tôi đi lấy hồ sơ.", now=now or town.now)


def concluded(town, row, upheld=True, role="office_specialist", now=None):
    severity = "minor" if upheld else ""
    return cases.conclude(
        account(town, role), row.id, upheld=upheld, severity=severity, words="Như đã ghi nhận.", now=now or town.now
    )


def upheld(town, **more):
    row = found(town, **more)
    explained(town, row)
    concluded(town, row)
    return row


def taken(town, row, form="reminder", role="service_centre_head", **more):
    chosen = measures.Chosen(form=form, words="Theo kết luận.", **more)
    person = account(town, "one_stop_officer").person_id
    return measures.take(account(town, role), row.id, person=person, chosen=chosen, now=town.now)


def test_whoever_is_named_is_told_reads_it_on_their_own_page_and_explains_it(town):
    row = found(town)
    officer = account(town, "one_stop_officer")
    assert Delivery.objects.filter(address=officer.person_id, notice__route="own_finding").count() == 1
    browser = signed_in(officer)
    assert str(row) in browser.get(reverse("own_findings")).content.decode()
    page = reverse("own_finding", args=[row.id])
    assert "Quầy trống" in browser.get(page).content.decode()
    assert browser.get(reverse("finding", args=[row.id])).status_code == 403
    browser.post(reverse("own_explanation", args=[row.id]), {"words": "Tôi đi lấy hồ sơ."})
    assert [(step.kind, step.by_id) for step in row.steps.all()] == [
        ("read", officer.person_id), ("explained", officer.person_id),
    ]  # fmt: skip
    assert "Tôi đi lấy hồ sơ." in browser.get(page).content.decode()


def test_nobody_else_reads_or_explains_what_concerns_an_officer(town):
    row = found(town)
    stranger = signed_in(account(town, "reception_officer"))
    assert stranger.get(reverse("own_finding", args=[row.id])).status_code == 403
    assert stranger.post(reverse("own_explanation", args=[row.id]), {"words": "x"}).status_code == 403
    assert str(row) not in stranger.get(reverse("own_findings")).content.decode()
    with pytest.raises(NotPossible):
        cases.explain_own(account(town, "reception_officer"), row.id, words="x", now=town.now)


def test_only_who_served_there_that_day_is_named_once_and_never_who_found_it(town):
    row = found(town)
    finder = account(town, "office_specialist")
    for person in (account(town, "one_stop_officer"), account(town, "inspector"), finder):
        with pytest.raises(NotPossible):
            cases.name_concerned(finder, row.id, person=person.person_id, now=town.now)
    assert row.concerned.get().post


def test_a_recording_is_never_the_only_basis(town):
    row = found(town)
    late = row.explain_by + datetime.timedelta(seconds=1)
    with pytest.raises(NotPossible):
        concluded(town, row, now=late)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.steps.create(
            kind="concluded", at=late, by_id=row.found_by_id, words="x", upheld=True, severity="minor"
        )  # also past the action
    assert not row.steps.exists()
    assert not row.bases.exists()
    finder = account(town, "office_specialist")
    cases.add_basis(finder, row.id, kind="register", words="Sổ trực ngày hôm đó.", photo=PHOTO, now=late)
    concluded(town, row, now=late)
    assert {basis.kind for basis in row.bases.all()} == {"recording", "register"}
    page = signed_in(finder).get(reverse("basis_paper", args=[row.id, row.bases.get(kind="register").id]))
    assert (page.status_code, page["Content-Type"]) == (200, "image/jpeg")


def test_what_was_explained_is_a_basis_of_its_own_and_an_unfounded_finding_needs_none(town):
    row = found(town)
    explained(town, row)
    concluded(town, row)
    assert {basis.kind for basis in row.bases.all()} == {"recording", "explanation"}
    other = found(town, minutes_ago=20)
    concluded(town, other, upheld=False, now=other.explain_by + DAY)
    [told] = reading.told([Finding.objects.get(id=other.id)], account(town, "chief_of_office"), now=town.now)
    assert told.state == reading.UNFOUNDED


def test_whom_it_concerns_neither_concludes_it_nor_sends_it_back(town):
    row = found(town, officer=False)
    head = account(town, "service_centre_head")
    cases.name_concerned(account(town, "office_specialist"), row.id, person=head.person_id, now=town.now)
    explained_by_other = account(town, "commune_chairman")
    findings.step(explained_by_other, row.id, kind=StepKind.EXPLAINED, words="Đã rõ.", now=town.now)
    for write in (
        lambda: concluded(town, row, role="service_centre_head"),
        lambda: findings.step(head, row.id, kind=StepKind.RETURNED, words="x", now=town.now),
    ):
        with pytest.raises(NotPossible):
            write()
    assert "may_conclude" in signed_in(head).get(reverse("finding", args=[row.id])).context
    assert not signed_in(head).get(reverse("finding", args=[row.id])).context["may_conclude"]


def test_what_has_to_be_put_right_is_reported_with_proof_and_accepted_by_another(town):
    row = upheld(town)
    finder, head = account(town, "office_specialist"), account(town, "service_centre_head")
    day = day_of(town.now) + 7 * DAY
    task = cases.ask_correction(finder, row.id, words="Bố trí người trực thay", due_on=day, now=town.now)

    def step(who, kind, **more):
        return cases.correct(who, task.id, kind=kind, words="Đã làm.", now=town.now, **more)

    for refused in (
        lambda: step(head, CorrectionKind.REPORTED),  # without proof
        lambda: step(finder, CorrectionKind.REPORTED, photo=PHOTO),  # not of the unit
        lambda: step(finder, CorrectionKind.ACCEPTED),  # nothing was reported
        lambda: step(finder, CorrectionKind.EXTENDED, due_on=day),  # not later
        lambda: step(head, CorrectionKind.REPORTED, photo=b"GIF89a"),
    ):
        with pytest.raises(NotPossible):
            refused()
    assert not CorrectionStep.objects.exists()
    step(head, CorrectionKind.REPORTED, photo=PHOTO)
    with pytest.raises(NotPossible):
        step(head, CorrectionKind.ACCEPTED)
    step(finder, CorrectionKind.RETURNED)
    step(head, CorrectionKind.REPORTED, photo=PHOTO)
    step(finder, CorrectionKind.ACCEPTED)
    with pytest.raises(NotPossible):
        step(finder, CorrectionKind.RETURNED)
    page = signed_in(finder).get(reverse("finding", args=[row.id])).content.decode()
    assert "Đã khắc phục" in page
    proof = task.steps.filter(kind="reported").first()
    assert proof is not None
    assert signed_in(head).get(reverse("correction_proof", args=[row.id, proof.id]))["Content-Type"] == "image/jpeg"


def test_a_finding_stays_in_the_open_list_until_everything_is_put_right(town):
    row = upheld(town)
    chief = account(town, "chief_of_office")

    def listed(ended):
        return [each.id for each in reading.findings_for(chief, now=town.now, ended=ended)]

    assert (listed(False), listed(True)) == ([], [row.id])
    day = day_of(town.now) + DAY
    cases.ask_correction(chief, row.id, words="Bố trí người", due_on=day, now=town.now)
    assert (listed(False), listed(True)) == ([row.id], [])

    def state(days):
        return reading.state_of(Finding.objects.get(id=row.id), list(row.steps.all()), town.now + days * DAY)

    assert (state(0), state(3)) == (reading.CORRECTING, reading.CORRECT_LATE)
    task = Correction.objects.get()
    later = day_of(town.now) + 5 * DAY
    cases.correct(chief, task.id, kind=CorrectionKind.EXTENDED, words="Gia hạn", due_on=later, now=town.now)
    assert state(3) == reading.CORRECTING


def test_repetition_climbs_the_ladder_and_a_year_later_it_is_the_first_again(town):
    person = account(town, "one_stop_officer").person_id
    rows = [upheld(town, minutes_ago=minutes) for minutes in (200, 150, 100, 50)]
    head = account(town, "service_centre_head")
    offers = [measures.offer(head, row, person, now=town.now) for row in rows]
    assert [offer.occurrence for offer in offers] == [4, 4, 4, 4]  # each offer covers all that have no form yet
    for row in rows:
        made = taken(town, row)
        assert made.suggested
    counted = [measures.occurrence(row, person, 365) for row in rows]
    assert counted == [1, 2, 3, 4]
    suggested = list(Measure.objects.order_by("number").values_list("suggested", flat=True))
    assert suggested[-1] == "self_review"
    assert measures.occurrence(rows[-1], person, 0) == 1


def test_one_act_has_one_form_and_several_acts_have_one_too(town):
    first, second = upheld(town, minutes_ago=90), upheld(town, minutes_ago=60)
    made = taken(town, first, form="criticism", acts=(second.id,))
    assert {act.finding_id for act in made.acts.all()} == {first.id, second.id}
    for row in (first, second):
        with pytest.raises(NotPossible):
            taken(town, row)
    assert Measure.objects.count() == 1


def test_nothing_follows_from_what_was_not_upheld_and_nobody_deals_with_themselves(town):
    row = found(town)
    explained(town, row)
    with pytest.raises(NotPossible):
        taken(town, row)
    concluded(town, row, upheld=False)
    with pytest.raises(NotPossible):
        taken(town, row)
    head = account(town, "service_centre_head")
    other = found(town, minutes_ago=30, officer=False)
    cases.name_concerned(account(town, "office_specialist"), other.id, person=head.person_id, now=town.now)
    chosen = measures.Chosen(form="reminder", words="x")
    with pytest.raises(NotPossible):
        measures.take(head, other.id, person=head.person_id, chosen=chosen, now=town.now)
    assert not Measure.objects.exists()


def test_discipline_is_proposed_by_the_law_of_the_day_only_after_deferral_was_checked(town):
    row = upheld(town)
    with pytest.raises(NotPossible):
        taken(town, row, form="reprimand")
    with pytest.raises(NotPossible):
        taken(town, row, form="demotion", deferral=measures.CHECKED)  # no form since 1 July 2025
    made = taken(town, row, form="reprimand", deferral=measures.CHECKED)
    assert (made.level, "172/2025" in made.law) == ("formal", True)
    head = account(town, "service_centre_head")
    became = measures.Became(form="warning", number="45/QĐ-UBND", decided_on=day_of(town.now))
    measures.proceed(head, made.id, kind=MeasureKind.DECIDED, became=became, now=town.now)
    with pytest.raises(NotPossible):
        measures.proceed(head, made.id, kind=MeasureKind.DROPPED, became=measures.Became(words="x"), now=town.now)
    step = MeasureStep.objects.get()
    assert (step.form, step.number) == ("warning", "45/QĐ-UBND")
    other = upheld(town, minutes_ago=20, situation="dress")
    offer = measures.offer(head, other, account(town, "one_stop_officer").person_id, now=town.now)
    assert offer.suggested is not None
    assert offer.suggested.code == "removal"  # one degree heavier than the warning that is being served


def test_an_act_before_july_2025_goes_by_the_forms_of_that_time(town):
    row = upheld(town)
    old = Finding.objects.get(id=row.id)
    old.begin_us = us(datetime.datetime(2025, 6, 30, 3, tzinfo=datetime.UTC))
    old.end_us = old.begin_us + MINUTE
    offer = measures.offer(
        account(town, "service_centre_head"), old, account(town, "one_stop_officer").person_id, now=town.now
    )
    codes = [form.code for form in offer.forms]
    assert {"demotion", "pay_step"} <= set(codes)
    assert "112/2020" in str(offer.law)


def test_why_discipline_waits_lies_closed_and_who_reads_it_is_written_down(town):
    row = upheld(town)
    made = taken(town, row, form="reprimand", deferral="illness", more="Điều trị tại bệnh viện tỉnh")
    assert made.steps.get().kind == "deferred"
    ground = DeferralGround.objects.get()
    for secret in ("bệnh viện", "hiểm nghèo"):
        assert secret.encode() not in bytes(ground.sealed)
    head = account(town, "service_centre_head")
    became = measures.Became(form="reprimand", number="1", decided_on=day_of(town.now))
    with pytest.raises(NotPossible):
        measures.proceed(head, made.id, kind=MeasureKind.DECIDED, became=became, now=town.now)
    browser = signed_in(head)
    page = browser.get(reverse("measure", args=[row.id, made.id])).content.decode()
    assert "bệnh viện" not in page
    assert not AuditRow.objects.filter(act="deferral_read").exists()
    read = browser.post(reverse("deferral_read", args=[row.id, made.id])).content.decode()
    assert "Điều trị tại bệnh viện tỉnh" in read
    assert AuditRow.objects.filter(act="deferral_read", account=head).count() == 1
    measures.proceed(head, made.id, kind=MeasureKind.RESUMED, became=measures.Became(words="Đã khỏi"), now=town.now)
    measures.proceed(head, made.id, kind=MeasureKind.DECIDED, became=became, now=town.now)


def test_a_case_keeps_the_words_of_its_day_and_whoever_moved_is_found_by_it(town):
    row = upheld(town)
    post = Assignment.objects.get(person=account(town, "one_stop_officer").person_id, role="one_stop_officer")
    today = day_of(town.now)
    Assignment.objects.filter(id=post.id).update(valid_until=today)
    browser = signed_in(account(town, "chief_of_office"))
    page = browser.get(reverse("finding", args=[row.id])).content.decode()
    assert "không còn công tác" in page
    assert own.rows_of(post.person_id).get().id == row.id
    made = taken(town, row)
    assert made.person_id == post.person_id


def test_each_overdue_step_is_told_once_and_later_higher_up(town):
    row = found(town)
    assert overdue.remind(now=town.now) == 0

    def told(stage):
        return FindingTold.objects.filter(finding=row, stage=stage)

    overdue.remind(now=row.read_by + DAY / 24)
    assert told("read").count() == 1
    overdue.remind(now=row.read_by + DAY / 12)
    assert told("read").count() == 1
    overdue.remind(now=row.explain_by + DAY / 24)
    assert told("explain").count() == 1
    heads = {account(town, role).person_id for role in ("commune_chairman", "service_centre_head")}
    reached = set(Delivery.objects.filter(notice=told("explain").get().notice).values_list("address", flat=True))
    assert heads <= reached
    overdue.remind(now=row.explain_by + 12 * DAY)
    above = told("conclude_up").get()
    grantors = {account(town, role).person_id for role in ("chief_of_office", "area_chairman")}
    assert set(Delivery.objects.filter(notice=above.notice).values_list("address", flat=True)) & grantors
    concluded(town, row, upheld=False, now=row.conclude_by + 13 * DAY)
    before = FindingTold.objects.count()
    overdue.remind(now=row.explain_by + 30 * DAY)
    assert FindingTold.objects.count() == before


def test_an_overdue_correction_is_told_and_anew_once_it_was_put_off(town):
    row = upheld(town)
    finder = account(town, "office_specialist")
    due = day_of(town.now) + DAY
    task = cases.ask_correction(finder, row.id, words="Bố trí người", due_on=due, now=town.now)
    overdue.remind(now=town.now + 3 * DAY)
    [first] = task.told.filter(stage="correct")
    # In time until the end of that day, so that day is named, not the midnight after it.
    assert first.notice is not None
    assert first.notice.vi.endswith(f"chưa khắc phục xong, hết hạn {due:%d/%m/%Y}.")
    later = day_of(town.now) + 5 * DAY
    cases.correct(finder, task.id, kind=CorrectionKind.EXTENDED, words="Gia hạn", due_on=later, now=town.now + 3 * DAY)
    assert overdue.remind(now=town.now + 4 * DAY) == 0
    overdue.remind(now=town.now + 7 * DAY)
    assert task.told.filter(stage="correct").count() == 2


def test_the_book_prints_searches_and_exports_and_tells_nothing_of_restricted_time(town):
    row = upheld(town)
    taken(town, row)
    browser = signed_in(account(town, "chief_of_office"))
    page = browser.get(reverse("finding_book")).content.decode()
    officer = account(town, "one_stop_officer").person.full_name
    assert (str(row) in page, officer in page, "Nhắc nhở" in page) == (True, True, True)
    assert browser.get(reverse("finding_book"), {"nam": "2001"}).content.decode().count(str(row)) == 0
    pdf = browser.get(reverse("finding_book_pdf"))
    assert pdf.content.startswith(b"%PDF")
    assert browser.get(reverse("finding_book_xlsx")).content.startswith(b"PK")
    assert AuditRow.objects.filter(act="finding_book_exported").count() == 2
    Restriction.objects.create(
        room=town.room, begins_at=town.ago(90), ends_at=town.ago(30), reference="phiên", made_at=town.now
    )
    closed = browser.get(reverse("finding_book")).content.decode()
    assert (officer in closed, "Quầy trống" in closed, str(row) in closed) == (False, False, True)
    assert browser.get(reverse("finding_request", args=[row.id])).status_code == 404
    assert browser.get(f"/api/findings/{row.id}/case").json()["officers"] == []
    made = Measure.objects.get()
    assert browser.get(reverse("measure", args=[row.id, made.id])).status_code == 404
    own_page = signed_in(account(town, "one_stop_officer")).get(reverse("own_finding", args=[row.id])).content.decode()
    assert ("Quầy trống" in own_page, "vắng mặt" in own_page, "Nhắc nhở" in own_page) == (False, False, False)


def test_a_form_that_falls_on_some_alone_is_not_proposed_for_others(town):
    row = upheld(town)
    for whom in ((), ("servants",), ("elected", "servants")):
        with pytest.raises(NotPossible) as refused:
            taken(town, row, form="removal", deferral=measures.CHECKED, whom=whom)
        assert (refused.value.field, "chỉ áp dụng đối với lãnh đạo" in str(refused.value.words)) == ("whom", True)
    assert not Measure.objects.exists()
    head = signed_in(account(town, "service_centre_head"))
    new = reverse("measure_new", args=[row.id, account(town, "one_stop_officer").person_id])
    said = {"form": "removal", "words": "Theo kết luận", "deferral": measures.CHECKED}
    page = head.post(new, said)
    assert (page.status_code, "chỉ lãnh đạo, quản lý" in page.content.decode()) == (422, True)
    assert head.post(new, {**said, "whom": ["leaders"]}).status_code == 302
    assert Measure.objects.get().form == "removal"
    assert AuditRow.objects.get(act="measure_taken").details == {"whom": "leaders"}


def test_whoever_is_asked_for_more_has_the_same_days_for_it_again(town):
    row = found(town)
    explained(town, row)
    finder, late = account(town, "office_specialist"), row.conclude_by + DAY
    told = FindingTold.objects.filter(finding=row, stage=overdue.EXPLAIN)
    findings.step(finder, row.id, kind=StepKind.RETURNED, words="Nêu rõ ai trực thay.", now=late)
    fresh = Finding.objects.get(id=row.id)
    terms = terms_of(fresh)
    assert late < terms.explain_by <= terms.conclude_by
    assert reading.state_of(fresh, list(fresh.steps.all()), late + DAY / 24) == reading.STATES[StepKind.RETURNED]
    said = Delivery.objects.filter(notice__reference=str(row.id)).values_list("notice__vi", flat=True)
    by = f"{terms.explain_by.astimezone(VIETNAM):%d/%m/%Y}"
    assert any("cần giải trình thêm, trước" in words and by in words for words in said)
    overdue.remind(now=late + DAY / 24)
    assert not told.exists()
    overdue.remind(now=terms.explain_by + DAY / 24)
    assert [each.term for each in told] == [terms.explain_by]
    page = signed_in(finder).get(reverse("finding", args=[row.id])).content.decode()
    assert by in page
    explained(town, row)
    again = Finding.objects.get(id=row.id)
    assert terms_of(again) == terms


def test_what_more_was_asked_for_is_waited_for_before_it_is_concluded(town):
    row = found(town)
    explained(town, row)
    finder, late = account(town, "office_specialist"), row.conclude_by + DAY
    cases.add_basis(finder, row.id, kind="register", words="Sổ trực ngày hôm đó.", now=late)
    findings.step(finder, row.id, kind=StepKind.RETURNED, words="Nêu rõ ai trực thay.", now=late)
    term = terms_of(Finding.objects.get(id=row.id)).explain_by
    with pytest.raises(NotPossible) as refused:
        concluded(town, row, now=term)
    assert f"{term.astimezone(VIETNAM):%d/%m/%Y}" in str(refused.value.words)
    with pytest.raises(DatabaseError, match="more was asked for"), transaction.atomic():
        row.steps.create(kind="concluded", at=term, by_id=row.found_by_id, words="x", upheld=False)  # past the action
    page = signed_in(finder).get(reverse("finding", args=[row.id])).content.decode()
    assert reverse("finding_conclude", args=[row.id]) not in page
    concluded(town, row, upheld=False, now=term + DAY / 24)
    other = found(town, minutes_ago=20)
    explained(town, other)
    findings.step(finder, other.id, kind=StepKind.RETURNED, words="Nêu rõ ai trực thay.", now=late)
    explained(town, other, now=late + DAY / 24)
    concluded(town, other, upheld=False, now=late + DAY / 12)


def test_the_letters_of_a_case_are_papers(town):
    row = upheld(town)
    made = taken(town, row, form="reprimand", deferral=measures.CHECKED)
    browser = signed_in(account(town, "chief_of_office"))
    for address in ("finding_request", "finding_conclusion"):
        assert browser.get(reverse(address, args=[row.id])).content.startswith(b"%PDF")
    assert browser.get(reverse("measure_pdf", args=[row.id, made.id])).content.startswith(b"%PDF")
    open_one = found(town, minutes_ago=20)
    assert browser.get(reverse("finding_conclusion", args=[open_one.id])).status_code == 404


def test_a_letter_is_of_the_body_that_found_or_concluded_it_and_not_of_the_unit_it_goes_to(town):
    row = upheld(town)
    made = taken(town, row)
    for role, address, issuer in (
        ("chief_of_office", reverse("finding_request", args=[row.id]), "OFFICE 1"),
        ("commune_chairman", reverse("finding_conclusion", args=[row.id]), "OFFICE 1"),
        ("chief_of_office", reverse("measure_pdf", args=[row.id, made.id]), "XÃ A"),
    ):
        pages = pypdf.PdfReader(io.BytesIO(signed_in(account(town, role)).get(address).content)).pages
        head, foot = pages[0].extract_text().split("Độc lập")[0], pages[-1].extract_text().split("Nơi nhận")[-1]
        assert issuer in head, address
        assert "VÙNG 1" in head
        assert ("XÃ A" in head) == (issuer == "XÃ A")
        assert (
            ("TM. ỦY BAN NHÂN DÂN" in foot) == ("ỦY BAN NHÂN DÂN XÃ A" in " ".join(head.split())) == (issuer == "XÃ A")
        )
        assert ("CHỦ TỊCH" if issuer == "XÃ A" else "CHÁNH VĂN PHÒNG") in foot


def test_pages_and_forms_of_a_case_do_what_their_actions_do(town):
    row = found(town, officer=False)
    finder = signed_in(account(town, "office_specialist"))
    person = str(account(town, "one_stop_officer").person_id)
    assert finder.post(reverse("finding_concern", args=[row.id]), {"person": person}).status_code == 302
    refused = finder.post(
        reverse("finding_conclude", args=[row.id]), {"upheld": "yes", "severity": "minor", "words": "x"}
    )
    assert (refused.status_code, "căn cứ duy nhất" in refused.content.decode()) == (422, True)
    explained(town, row, now=timezone.now())  # the page named them a moment ago
    said = {"upheld": "yes", "severity": "minor", "words": "Đúng"}
    assert finder.post(reverse("finding_conclude", args=[row.id]), said).status_code == 302
    due = (day_of(town.now) + 7 * DAY).isoformat()
    assert finder.post(reverse("correction_new", args=[row.id]), {"words": "Trực", "due_on": due}).status_code == 302
    task = Correction.objects.get()
    head = signed_in(account(town, "service_centre_head"))
    report = reverse("correction_step", args=[row.id, task.id, "reported"])
    assert head.post(report, {"words": "Xong"}).status_code == 422
    photo = io.BytesIO(PHOTO)
    photo.name = "anh.jpg"
    assert head.post(report, {"words": "Xong", "photo": photo}).status_code == 302
    assert finder.get(reverse("correction_step", args=[row.id, task.id, "nothing"])).status_code == 404
    new = reverse("measure_new", args=[row.id, person])
    assert "gợi ý" in head.get(new).content.decode()
    assert head.post(new, {"form": "reminder", "words": "Nhắc", "deferral": ""}).status_code == 302
    assert head.get(reverse("measure", args=[row.id, Measure.objects.get().id])).status_code == 200


def test_a_case_is_led_through_the_api(town):
    row = found(town, officer=False)
    finder, head = (signed_in(account(town, role)) for role in ("office_specialist", "service_centre_head"))
    officer = account(town, "one_stop_officer")

    def post(browser, address, **body):
        return browser.post(f"/api/{address}", json.dumps(body), content_type="application/json")

    one = f"findings/{row.id}"
    assert post(finder, f"{one}/people", person=str(officer.person_id)).status_code == 200
    own_page = signed_in(officer)
    assert [each["id"] for each in own_page.get("/api/own/findings").json()] == [str(row.id)]
    assert post(own_page, f"own/findings/{row.id}/explanation", words="Tôi đi lấy hồ sơ.").status_code == 200
    assert post(finder, f"{one}/bases", kind="nothing", words="x").status_code == 409
    assert post(finder, f"{one}/bases", kind="register", words="Sổ", photo="!").status_code == 409
    assert post(finder, f"{one}/bases", kind="register", words="Sổ trực").status_code == 200
    assert post(finder, f"{one}/conclusion", upheld=True, severity="minor", words="Đúng").status_code == 200
    due = (day_of(town.now) + 7 * DAY).isoformat()
    task = post(finder, f"{one}/corrections", words="Trực", due_on=due).json()["id"]
    assert post(finder, f"{one}/corrections/{task}/steps", kind="accepted", words="x").status_code == 409
    made = post(head, f"{one}/measures", person=str(officer.person_id), form="reminder", words="Nhắc")
    assert made.status_code == 200
    answer = post(head, f"{one}/measures/{made.json()['id']}/steps", kind="dropped", words="x")
    assert answer.status_code == 409
    told = finder.get(f"/api/{one}/case").json()
    assert (told["upheld"], len(told["bases"]), told["measures"][0]["form"]["vi"]) == (True, 3, "Nhắc nhở")
    assert [each["number"] for each in finder.get("/api/findings/book").json()] == [str(row)]
    stranger = signed_in(account(town, "inspector"))
    assert stranger.get(f"/api/{one}/case").status_code == 403


@pytest.mark.parametrize("model", [Concerned, Correction, Measure])
def test_nothing_of_a_case_is_rewritten_or_lost(town, model):
    row = upheld(town)
    finder = account(town, "office_specialist")
    cases.ask_correction(finder, row.id, words="Trực", due_on=day_of(town.now), now=town.now)
    taken(town, row)
    for write in (lambda rows: rows.delete(), lambda rows: rows.update(id="01a20000-0000-7000-8000-000000000000")):
        with pytest.raises(DatabaseError), transaction.atomic():
            write(model.objects.all())


def test_a_page_of_a_book_of_thousands_costs_what_one_of_a_few_costs(town):
    row = upheld(town)
    taken(town, row)
    browser = signed_in(account(town, "chief_of_office"))
    browser.get(reverse("finding_book"))

    def cost(address, *args):
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse(address, args=args))
        return len(queries)

    few = cost("finding_book")
    names = [field.name for field in Finding._meta.concrete_fields if field.name not in ("id", "number")]
    values = {name: getattr(row, name) for name in names}
    made = Finding.objects.bulk_create(Finding(number=row.number + n, **values) for n in range(1, 120))
    person = account(town, "one_stop_officer").person_id
    for each in made[:60]:
        Concerned.objects.create(
            finding=each, person_id=person, post="x", named_by_id=row.found_by_id, named_at=town.now
        )
    assert cost("finding_book") <= few + 1  # the prefetch of what the rest has none of
    assert few <= cost("findings") + 12


def test_the_rules_that_a_case_goes_by_are_in_the_profile(town):
    rules = in_force(town.district.units["A"].id, day_of(town.now))
    assert {"register", "minutes", "explanation", "witness", "paper"} <= set(rules.words("bases"))
    assert "illness" in rules.words("deferrals")
