"""A finding holds its minutes, is told to who answers for the room, explained by them and concluded by another."""

import dataclasses
import datetime
import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minhbach.centre.access.models import AuditRow, Restriction
from minhbach.centre.footage.models import HoldOrigin, LegalHold, Mark
from minhbach.centre.footage.timeline import UNREADABLE, us
from minhbach.centre.look.paging import PAGE
from minhbach.centre.messaging.models import Delivery, Notice
from minhbach.centre.oversight.actions import cases, findings
from minhbach.centre.oversight.models import Finding, FindingStep, StepKind
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words
from tests.centre.feedback.visits import Town
from tests.centre.people import signed_in

MINUTE = 60_000_000


@pytest.fixture
def town(db):
    return Town()


def person(town, role):
    return town.district.people[role]


def made(town, role="office_specialist", minutes_ago=60, **more):
    begin = us(town.ago(minutes_ago))
    found = dataclasses.replace(
        findings.Found(begin_us=begin, end_us=begin + MINUTE, situation="late_or_absent"), **more
    )
    return findings.make(person(town, role), room=town.room.id, found=found, now=town.now)


def take(town, row, role, kind, words="Đã nhắc nhở, bố trí người trực.", now=None):
    if kind is StepKind.CONCLUDED:
        return cases.conclude(person(town, role), row.id, upheld=False, words=words, now=now or town.now)
    return findings.step(person(town, role), row.id, kind=kind, words=words, now=now or town.now)


def test_a_finding_holds_its_minutes_marks_them_and_is_told_to_who_answers_for_the_room(town):
    row = made(town, note="Quầy trống 12 phút")
    assert row.hold
    assert (row.hold.origin, row.hold.reference) == (HoldOrigin.FINDING, str(row.id))
    assert (row.hold.begin_us, row.hold.end_us) == (row.begin_us, row.end_us)
    mark = Mark.objects.get(kind="finding")
    assert (mark.vi, mark.right) == ("Không đúng giờ làm việc, vắng mặt tại quầy", "hold")
    told = set(Delivery.objects.filter(notice__kind="finding").values_list("address", flat=True))
    heads = {person(town, role).person_id for role in ("commune_chairman", "service_centre_head")}
    assert told == heads
    assert row.found_at < row.read_by <= row.explain_by <= row.conclude_by <= row.correct_by
    assert made(town).number == row.number + 1


def test_where_no_footage_is_left_the_finding_is_made_and_holds_nothing(town):
    assert made(town, minutes_ago=600).hold is None
    assert not LegalHold.objects.exists()


@pytest.mark.parametrize(
    "changed", [{"situation": "robbery"}, {"begin_us": 5}, {"end_us": 4_000_000_000_000_000}, {"begin_us": None}]
)
def test_what_makes_no_sense_is_refused(town, changed):
    if changed == {"begin_us": None}:
        changed = {"begin_us": us(town.ago(290)), "end_us": us(town.ago(10))}
    with pytest.raises(NotPossible):
        made(town, **changed)
    assert not Finding.objects.exists()


def test_nothing_is_found_in_restricted_time(town):
    Restriction.objects.create(
        room=town.room, begins_at=town.ago(90), ends_at=town.ago(30), reference="phiên", made_at=town.now
    )
    with pytest.raises(NotPossible):
        made(town)


def test_it_is_explained_at_the_unit_and_concluded_by_another(town):
    row = made(town)
    with pytest.raises(NotPossible):  # a recording is never the only basis
        take(town, row, "office_specialist", StepKind.CONCLUDED)
    for role in ("office_specialist", "chief_of_office"):
        with pytest.raises(NotPossible):
            take(town, row, role, StepKind.EXPLAINED)
    take(town, row, "service_centre_head", StepKind.EXPLAINED)
    with pytest.raises(NotPossible):
        take(town, row, "service_centre_head", StepKind.CONCLUDED)
    take(town, row, "office_specialist", StepKind.CONCLUDED)
    with pytest.raises(NotPossible):
        take(town, row, "service_centre_head", StepKind.EXPLAINED)
    assert [step.kind for step in row.steps.all()] == ["explained", "concluded"]


def test_without_an_explanation_it_is_concluded_only_after_the_term(town):
    row = made(town)
    late = row.explain_by + datetime.timedelta(seconds=1)
    take(town, row, "office_specialist", StepKind.CONCLUDED, now=late)
    assert row.steps.get().kind == "concluded"


def test_only_who_found_it_takes_it_back_and_nobody_explains_what_they_found(town):
    row = made(town, "commune_chairman")
    with pytest.raises(NotPossible):
        take(town, row, "commune_chairman", StepKind.EXPLAINED)
    with pytest.raises(NotPossible):
        take(town, row, "service_centre_head", StepKind.WITHDRAWN)
    take(town, row, "commune_chairman", StepKind.WITHDRAWN)


@pytest.mark.parametrize("model", [Finding, FindingStep])
def test_nothing_of_it_is_rewritten_or_lost(town, model):
    take(town, made(town), "service_centre_head", StepKind.EXPLAINED)
    for write in (lambda rows: rows.delete(), lambda rows: rows.update(id="01a20000-0000-7000-8000-000000000000")):
        with pytest.raises(DatabaseError), transaction.atomic():
            write(model.objects.all())


def test_that_the_unit_opened_it_is_written_down_once(town):
    row = made(town)
    for role in ("office_specialist", "commune_chairman", "commune_chairman"):
        assert signed_in(person(town, role)).get(reverse("finding", args=[row.id])).status_code == 200
    read = row.steps.get()
    assert (read.kind, read.by_id) == ("read", person(town, "commune_chairman").person_id)


def test_the_page_of_a_finding_in_restricted_time_tells_nothing_of_it(town):
    row = made(town, note="Quầy trống 12 phút")
    Restriction.objects.create(
        room=town.room, begins_at=town.ago(90), ends_at=town.ago(30), reference="phiên", made_at=town.now
    )
    browser = signed_in(person(town, "chief_of_office"))
    for address in (reverse("finding", args=[row.id]), reverse("findings"), f"/api/findings/{row.id}"):
        said = browser.get(address).content.decode()
        assert "Quầy trống" not in said
        assert "vắng mặt tại quầy" not in said


def test_a_notice_tells_whom_its_time_is_closed_to_that_there_is_a_finding_and_of_which_unit_alone(town):
    row = made(town)
    Restriction.objects.create(
        room=town.room, begins_at=town.ago(90), ends_at=town.ago(30), reference="phiên", made_at=town.now
    )
    findings.tell_made(row, {person(town, "chief_of_office").person_id}, Words("vắng mặt", "away"), town.now)
    told = Notice.objects.latest("id")
    assert UNREADABLE.vi in told.vi
    assert "vắng mặt" not in told.vi
    assert f"{row}, {registry.name_on(row.unit_id, registry.day_of(town.now)).name}" in told.vi


def test_it_is_made_read_and_answered_through_the_api(town):
    browser = signed_in(person(town, "office_specialist"))
    begin = us(town.ago(60))
    body = {"begin": begin, "end": begin + MINUTE, "situation": "attitude", "note": "Nói to"}
    address = f"/api/rooms/{town.room.id}/findings"
    answer = browser.post(address, json.dumps(body), content_type="application/json").json()
    assert (answer["number"], answer["held"]) == (f"001/{town.now.year}", True)
    head = signed_in(person(town, "service_centre_head"))
    [one] = head.get("/api/findings").json()
    assert one["id"] == answer["id"]
    said = json.dumps({"kind": "explained", "words": "Đã nhắc nhở."})
    steps = f"/api/findings/{answer['id']}/steps"
    assert head.post(steps, said, content_type="application/json").status_code == 200
    told = browser.get(f"/api/findings/{answer['id']}").json()
    assert [step["words"] for step in told["steps"]] == ["Đã nhắc nhở."]
    refused = browser.post(address, json.dumps(body | {"situation": "x"}), content_type="application/json")
    assert (refused.status_code, "nội dung" in refused.json()["vi"]) == (409, True)


@pytest.mark.parametrize("role", ["one_stop_officer", "inspector", "technician", "council_delegate"])
def test_who_may_not_hold_there_neither_makes_nor_reads_one(town, role):
    row = made(town)
    browser = signed_in(person(town, role))
    assert browser.get(reverse("finding", args=[row.id])).status_code == 403
    body = json.dumps({"begin": row.begin_us, "end": row.end_us, "situation": "other"})
    answer = browser.post(f"/api/rooms/{town.room.id}/findings", body, content_type="application/json")
    assert answer.status_code == 403


def test_a_page_offers_no_step_that_would_be_refused(town):
    row = made(town)
    page = reverse("finding", args=[row.id])
    found_it, head = (signed_in(person(town, role)) for role in ("office_specialist", "service_centre_head"))

    def offered(browser):
        told = browser.get(page).context
        return {name for name in ("may_explain", "may_return", "may_conclude", "may_withdraw") if told[name]}

    assert (offered(found_it), offered(head)) == ({"may_withdraw"}, {"may_explain"})
    take(town, row, "service_centre_head", StepKind.EXPLAINED)
    assert offered(found_it) == {"may_return", "may_conclude", "may_withdraw"}
    assert "may_conclude" not in offered(head)


def test_findings_are_searched_without_marks_and_none_by_words_that_restricted_time_hides(town):
    made(town, note="Quầy trống 12 phút")
    other = made(town, minutes_ago=20, note="Không mặc đồng phục")
    browser = signed_in(person(town, "chief_of_office"))

    def found(text):
        return [row["number"] for row in browser.get("/api/findings", {"q": text}).json()]

    assert found("QUAY trong") == [f"001/{town.now.year}"]
    assert found(f"002/{town.now.year}") == [str(other)]
    assert found("dong phuc nhay mua") == []
    assert len(found(town.room.name)) == 2
    Restriction.objects.create(
        room=town.room, begins_at=town.ago(90), ends_at=town.ago(30), reference="phiên", made_at=town.now
    )
    assert found("quay trong") == []
    assert len(found("001/")) == 1
    page = browser.get(reverse("findings"), {"q": "dong phuc"}).content.decode()
    browser.get(reverse("findings"), {"q": "dong phuc", "tu": "50"})
    browser.get(reverse("findings"))
    assert [row.details.keys() for row in AuditRow.objects.filter(act="searched:findings")] == [{"mark"}]
    assert (str(other) in page, "Quầy trống" in page) == (True, False)


def test_a_year_of_findings_is_turned_page_by_page_at_the_cost_of_one(town):
    row = made(town)

    def cost(**asked):
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(reverse("findings"), asked).content.decode()
        return len(queries), page.count('class="whole num"')

    browser = signed_in(person(town, "chief_of_office"))
    browser.get(reverse("findings"))
    few, _ = cost()
    names = [field.name for field in Finding._meta.concrete_fields if field.name not in ("id", "number")]
    values = {name: getattr(row, name) for name in names}
    Finding.objects.bulk_create(Finding(number=row.number + n, **values) for n in range(1, 2 * PAGE + 4))
    assert cost() == (few, PAGE)
    assert cost(tu=PAGE) == (few, PAGE)
    assert cost(tu=2 * PAGE) == (few, 4)
