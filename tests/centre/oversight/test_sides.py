"""A unit closes nothing that a body outside, or the system, found against it; what it found itself is its own."""

import datetime

import pytest
from django.urls import reverse

from minhbach.centre.footage.timeline import us
from minhbach.centre.oversight import sides
from minhbach.centre.oversight.actions import cases, findings
from minhbach.centre.oversight.models import CorrectionKind, Finding, Source, StepKind
from minhbach.centre.registry.actions import people
from minhbach.centre.registry.models import Assignment
from minhbach.centre.registry.reading import day_of
from minhbach.centre.registry.writing import NotPossible
from tests.centre.access.district import SETUP
from tests.centre.feedback.visits import Town
from tests.centre.oversight.test_cases import PHOTO, account, concluded, found
from tests.centre.people import signed_in

DAY = datetime.timedelta(days=1)
HEADS = ("commune_chairman", "service_centre_head")


@pytest.fixture
def town(db):
    return Town()


def explained(town, row, role):
    findings.step(account(town, role), row.id, kind=StepKind.EXPLAINED, words="Đã nhắc nhở.", now=town.now)


def returned(town, row, role):
    findings.step(account(town, role), row.id, kind=StepKind.RETURNED, words="Nêu rõ hơn.", now=town.now)


def by_system(town):
    """As the system finds a gap: nobody found it."""
    begin = us(town.ago(90))
    terms = [town.now + day * DAY for day in (1, 3, 5, 7)]
    return Finding.objects.create(
        unit=town.district.units["A"], room=town.room, year=town.now.year, number=99, begin_us=begin,
        end_us=begin + 60 * 60_000_000, situation="footage_gap", situation_vi="Mất hình", situation_en="No footage",
        source=Source.GAP, source_reference=str(begin), found_at=town.now, read_by=terms[0], explain_by=terms[1],
        conclude_by=terms[2], correct_by=terms[3],
    )  # fmt: skip


@pytest.mark.parametrize("make", [lambda town: found(town, officer=False), by_system])
def test_a_unit_neither_concludes_nor_sends_back_what_was_found_from_outside(town, make):
    row = make(town)
    explained(town, row, "service_centre_head")
    chairman = account(town, "commune_chairman")  # who explained nothing, and whom it does not concern
    for write in (concluded, returned):
        with pytest.raises(NotPossible) as refused:
            write(town, row, role="commune_chairman")
        assert refused.value.words is findings.NOT_ITS_OWN
    page = signed_in(chairman).get(reverse("finding", args=[row.id])).context
    assert (page["may_conclude"], page["may_return"]) == (False, False)
    page = signed_in(account(town, "chief_of_office")).get(reverse("finding", args=[row.id])).context
    assert (page["may_conclude"], page["may_return"]) == (True, True)
    returned(town, row, "chief_of_office")
    explained(town, row, "service_centre_head")
    concluded(town, row, upheld=False, role="chief_of_office")


def test_a_unit_judges_what_it_found_itself(town):
    row = found(town, role="commune_chairman", officer=False)
    explained(town, row, "service_centre_head")
    returned(town, row, "commune_chairman")
    explained(town, row, "service_centre_head")
    concluded(town, row, role="commune_chairman")


def test_a_unit_accepts_sends_back_and_puts_off_nothing_that_was_asked_of_it_from_outside(town):
    row = found(town, officer=False)
    office, head, chairman = (account(town, role) for role in ("office_specialist", *reversed(HEADS)))
    due = day_of(town.now) + 5 * DAY
    task = cases.ask_correction(office, row.id, words="Bố trí người trực thay", due_on=due, now=town.now)

    def step(who, kind, **more):
        return cases.correct(who, task.id, kind=kind, words="Đã xem.", now=town.now, **more)

    step(head, CorrectionKind.REPORTED, photo=PHOTO)
    page = reverse("finding", args=[row.id])
    accept = reverse("correction_step", args=[row.id, task.id, "accepted"])
    assert accept not in signed_in(chairman).get(page).content.decode()
    assert accept in signed_in(office).get(page).content.decode()
    for kind, more in (("accepted", {}), ("returned", {}), ("extended", {"due_on": due + DAY})):
        with pytest.raises(NotPossible) as refused:
            step(chairman, CorrectionKind(kind), **more)
        assert refused.value.words is cases.NOT_GIVEN_HERE
    step(account(town, "chief_of_office"), CorrectionKind.ACCEPTED)
    own = cases.ask_correction(chairman, row.id, words="Họp rút kinh nghiệm", due_on=due, now=town.now)
    cases.correct(head, own.id, kind=CorrectionKind.REPORTED, words="Đã họp.", photo=PHOTO, now=town.now)
    cases.correct(chairman, own.id, kind=CorrectionKind.ACCEPTED, words="Đúng.", now=town.now)


def test_a_finder_who_moves_into_the_unit_leaves_what_they_found_to_their_body(town):
    row, district = found(town, officer=False), town.district
    explained(town, row, "service_centre_head")
    finder, later = account(town, "office_specialist"), town.now + DAY
    Assignment.objects.filter(person=finder.person).update(valid_until=day_of(later))
    people.assign(
        SETUP, person=finder.person, unit=district.units["A"].id, role="commune_chairman",
        decision=people.Decision(number="8/QĐ", date=day_of(later)), begin=day_of(later),
    )  # fmt: skip
    for role in ("office_specialist", "commune_chairman"):  # the finder, who is a chairman now, and the chairman
        with pytest.raises(NotPossible) as refused:
            concluded(town, row, role=role, now=later)
        assert refused.value.words is findings.NOT_ITS_OWN
    concluded(town, row, role="chief_of_office", now=later)


def test_the_area_that_a_body_supervises_is_not_where_its_people_run_rooms(town):
    def inside(role):
        return sides.serves_where_run(account(town, role).person_id, town.room.id, town.now)

    assert [inside(role) for role in (*HEADS, "technician")] == [True, True, True]
    assert [inside(role) for role in ("area_chairman", "chief_of_office", "inspector")] == [False, False, False]
