"""What a visit found, or that nobody went or received, leads to a finding that a person makes; inspections sum up."""

import datetime
import io

import pypdf
import pytest
from django.urls import reverse

from minhbach.centre.footage.timeline import moment, us
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.oversight import drafts
from minhbach.centre.oversight.actions import findings, visits
from minhbach.centre.oversight.actions.visits import Found
from minhbach.centre.oversight.models import Finding, Seen, Source, StepKind
from minhbach.centre.reception.actions import days
from minhbach.centre.reception.models import MissedDay, Session
from minhbach.centre.reception.planning import Schedule
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.reading import VIETNAM, day_of
from minhbach.centre.registry.writing import NotPossible
from tests.centre.access.district import DAY as DAY_ONE
from tests.centre.access.district import District
from tests.centre.oversight.test_inspections import DAY, held, items, opened, planned
from tests.centre.people import signed_in
from tests.photographs import photograph

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(settings, tmp_path):
    settings.MINHBACH_DATA = tmp_path
    made = District()
    Room.objects.update(in_service_on=DAY_ONE)
    return made


def visited(district, **more):
    """A visit that found the first item of the checklist wrong."""
    plan = planned(district, **more)
    code = items(district, plan)[0]
    found = {each: Found(Seen.GOOD) for each in items(district, plan)} | {code: Found(Seen.BAD, "Không có biển tên")}
    return visits.write_visit(
        district.people["office_specialist"], plan.id, found=found, photos=[photograph()], now=district.now
    )


def form_of(browser, address):
    page = browser.get(address)
    return page, page.context["form"] if page.status_code == 200 else None


def sent(form, **more):
    start = form.initial
    said: dict[str, str] = {}
    for name in ("begin", "end"):
        at = start[name].astimezone(VIETNAM)
        said |= {f"{name}_0": f"{at:%Y-%m-%d}", f"{name}_1": f"{at:%H:%M}"}
    return said | {"situation": start["situation"], "note": start["note"]} | more


def test_what_a_visit_found_wrong_is_made_a_finding_that_says_where_it_comes_from(district):
    row = visited(district)
    browser = signed_in(district.people["office_specialist"])
    here, address = reverse("visit", args=[row.id]), reverse("visit_finding", args=[row.id])
    assert address in browser.get(here).content.decode()
    _, form = form_of(browser, address)
    assert "Không có biển tên" in form.initial["note"]
    assert form.initial["end"] - form.initial["begin"] == datetime.timedelta(minutes=15)
    assert not Finding.objects.exists()  # a draft is nothing yet
    answer = browser.post(address, sent(form, situation="name_badge"))
    made = Finding.objects.get()
    assert answer["Location"] == reverse("finding", args=[made.id])
    assert (made.source, made.source_reference, made.room_id) == (Source.INSPECTION, f"visit:{row.id}", row.room_id)
    assert "Không có biển tên" in made.note
    told = set(Delivery.objects.filter(notice__kind="finding").values_list("address", flat=True))
    assert district.people["commune_chairman"].person_id in told
    assert here in browser.get(reverse("finding", args=[made.id])).content.decode()
    assert str(made) in browser.get(here).content.decode()


def test_a_planned_visit_that_nobody_made_has_the_footage_of_its_day_looked_at(district):
    row = planned(district)
    browser, address = signed_in(district.people["office_specialist"]), reverse("visit_finding", args=[row.id])
    assert browser.get(address).status_code == 404  # its day is not over
    later = district.now + DAY
    draft = drafts.of_visit(district.people["office_specialist"], row, now=later)
    assert draft is not None
    assert draft.begin.astimezone(VIETNAM).date() == row.day == draft.end.astimezone(VIETNAM).date()
    assert draft.end - draft.begin <= datetime.timedelta(hours=4)
    assert "không thực hiện" in draft.note
    visits.cancel_visit(district.people["office_specialist"], row.id, words="Trùng lịch họp", now=district.now)
    assert drafts.of_visit(district.people["office_specialist"], row, now=later) is None


@pytest.mark.parametrize("role", ["commune_chairman", "service_centre_head", "inspector"])
def test_nobody_but_the_body_that_went_drafts_from_its_visit(district, role):
    row = visited(district)
    browser, address = signed_in(district.people[role]), reverse("visit_finding", args=[row.id])
    assert browser.get(address).status_code in (403, 404)
    assert browser.post(address, {"situation": "other"}).status_code in (403, 404)
    assert not Finding.objects.exists()


def test_a_visit_that_found_nothing_wrong_leads_to_nothing(district):
    row = held(district)
    browser = signed_in(district.people["office_specialist"])
    address = reverse("visit_finding", args=[row.id])
    assert address not in browser.get(reverse("visit", args=[row.id])).content.decode()
    assert browser.get(address).status_code == 404


def missed(district, days_ago=1):
    day = day_of(district.now) - days_ago * DAY
    return MissedDay.objects.create(
        unit=district.units["A"], room=district.rooms["A", "reception_room"], day=day, found_at=district.now
    )


def test_a_reception_day_without_a_session_is_made_a_finding_by_who_supervises(district):
    row = missed(district)
    inspector = signed_in(district.people["inspector"])
    address = reverse("missed_finding", args=[row.id])
    assert address in inspector.get(reverse("missed_day", args=[row.id])).content.decode()
    _, form = form_of(inspector, address)
    assert form.initial["situation"] == "reception_missed"
    assert inspector.post(address, sent(form)).status_code == 302
    made = Finding.objects.get()
    assert (made.source, made.source_reference) == (Source.INSPECTION, f"missed:{row.id}")
    assert moment(made.begin_us).astimezone(VIETNAM).date() == row.day
    assert reverse("missed_day", args=[row.id]) in inspector.get(reverse("finding", args=[made.id])).content.decode()


def test_the_unit_itself_drafts_nothing_and_nobody_does_once_its_reason_is_accepted(district):
    row = missed(district)
    address = reverse("missed_finding", args=[row.id])
    chairman = signed_in(district.people["commune_chairman"])
    assert chairman.get(address).status_code == 404
    assert address not in chairman.get(reverse("missed_day", args=[row.id])).content.decode()
    duty = Schedule([row.unit_id], row.day, row.day).duty(row.unit_id, row.day)
    assert duty is not None
    code = next(iter(duty.reasons))
    days.explain(district.people["reception_officer"], row.id, code=code, now=district.now)
    days.answer(district.people["inspector"], row.id, accepted=True, now=district.now)
    inspector = signed_in(district.people["inspector"])
    assert inspector.get(address).status_code == 404
    assert address not in inspector.get(reverse("missed_day", args=[row.id])).content.decode()


def test_a_missed_day_is_found_once_until_that_is_taken_back(district):
    row = missed(district)
    inspector, address = signed_in(district.people["inspector"]), reverse("missed_finding", args=[row.id])
    _, form = form_of(inspector, address)
    said = sent(form)
    inspector.post(address, said)
    made = Finding.objects.get()
    for again in (inspector.get(address), inspector.post(address, said)):
        assert (again.status_code, again["Location"]) == (302, reverse("finding", args=[made.id]))
    assert Finding.objects.count() == 1
    findings.step(
        district.people["inspector"], made.id, kind=StepKind.WITHDRAWN, words="Lập nhầm ngày.", now=district.now
    )
    assert inspector.post(address, said).status_code == 302
    assert Finding.objects.count() == 2


def found(draft, situation=""):
    """What the form makes of a draft."""
    assert draft is not None
    return findings.Found(
        begin_us=us(draft.begin), end_us=us(draft.end), situation=situation or draft.situation,
        source=Source.INSPECTION, source_reference=draft.reference, once=draft.once,
    )  # fmt: skip


def test_of_two_who_send_the_same_draft_at_once_the_second_is_told_of_the_first(district):
    inspector, row = district.people["inspector"], missed(district)
    what = found(drafts.of_missed(inspector, row, now=district.now))
    made = findings.make(inspector, room=row.room_id, found=what, now=district.now)
    with pytest.raises(NotPossible) as refused:
        findings.make(inspector, room=row.room_id, found=what, now=district.now)
    assert str(made) in str(refused.value.words)


def test_a_visit_that_nobody_made_is_found_once(district):
    specialist, row = district.people["office_specialist"], planned(district)
    later = district.now + DAY
    what = found(drafts.of_visit(specialist, row, now=later), situation="name_badge")
    findings.make(specialist, room=row.room_id, found=what, now=later + DAY)
    assert drafts.of_visit(specialist, row, now=later) is None


def test_who_received_late_is_not_drafted_as_nobody_who_received(district):
    row, inspector = missed(district), district.people["inspector"]
    opened_at = datetime.datetime.combine(row.day, datetime.time(15), tzinfo=VIETNAM)
    Session.objects.create(
        unit=row.unit, year=row.day.year, number=1, room=row.room, kind="regular", people=1,
        received_by=district.people["reception_officer"].person, opened_at=opened_at,
        closed_at=opened_at + datetime.timedelta(hours=1),
    )  # fmt: skip
    late, never = (drafts.of_missed(inspector, each, now=district.now) for each in (row, missed(district, 2)))
    assert late is not None
    assert never is not None
    assert (late.situation, never.situation) == ("", "reception_missed")


def test_an_inspection_sums_up_its_team_its_visits_and_what_was_found(district):
    made = opened(district)
    row = visited(district, inspection=made.id)
    specialist = signed_in(district.people["office_specialist"])
    _, form = form_of(specialist, reverse("visit_finding", args=[row.id]))
    specialist.post(reverse("visit_finding", args=[row.id]), sent(form, situation="name_badge"))
    finding = Finding.objects.get()
    page = specialist.get(reverse("inspection", args=[made.id])).content.decode()
    assert reverse("finding", args=[finding.id]) in page
    assert reverse("inspection_minutes", args=[made.id]) in page
    paper = specialist.get(reverse("inspection_minutes", args=[made.id]))
    assert paper["Content-Type"] == "application/pdf"
    said = text_of(paper.content)
    member = district.people["inspection_member"].person.full_name
    for words in ("31/QĐ-TTr", "Giờ giấc", member, "trưởng đoàn", "Không có biển tên", f"{finding}", "one_stop B"):
        assert words in said, words
    chairman = signed_in(district.people["area_chairman"])
    assert chairman.get(reverse("inspection_minutes", args=[made.id])).status_code == 200
    assert (
        signed_in(district.people["technician"]).get(reverse("inspection_minutes", args=[made.id])).status_code == 403
    )


def text_of(data):
    """The words of a PDF, on one line."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split())
