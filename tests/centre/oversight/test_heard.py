"""Nobody is condemned unheard: before it is upheld whom it concerns explained it, or let a term of their own pass."""

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from minhbach.centre.messaging.models import Delivery
from minhbach.centre.oversight import own, reading
from minhbach.centre.oversight.actions import cases, findings
from minhbach.centre.oversight.models import StepKind
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.registry.writing import NotPossible
from tests.centre.feedback.visits import Town
from tests.centre.oversight.test_cases import DAY, account, concluded, explained, found, taken
from tests.centre.oversight.test_drafts import text_of
from tests.centre.people import signed_in


@pytest.fixture
def town(db):
    return Town()


def test_nothing_is_upheld_before_an_officer_who_was_named_late_is_heard(town):
    row = found(town, officer=False)
    finder, head = account(town, "office_specialist"), account(town, "service_centre_head")
    findings.step(head, row.id, kind=StepKind.EXPLAINED, words="Đã nhắc nhở.", now=town.now)
    late = row.explain_by + DAY
    officer = account(town, "one_stop_officer")
    named = cases.name_concerned(finder, row.id, person=officer.person_id, now=late)
    assert named.until >= row.explain_by + 3 * DAY
    told = Delivery.objects.get(address=officer.person_id).notice
    assert f"{named.until.astimezone(VIETNAM):%d/%m/%Y}" in told.vi
    cases.add_basis(finder, row.id, kind="register", words="Sổ trực ngày hôm đó.", now=late)
    with pytest.raises(NotPossible) as refused:
        concluded(town, row, now=late)
    assert officer.person.full_name in str(refused.value.words)
    with pytest.raises(DatabaseError, match="unheard"), transaction.atomic():
        row.steps.create(
            kind="concluded", at=late, by_id=row.found_by_id, words="x", upheld=True, severity="minor"
        )  # also past the action
    with pytest.raises(NotPossible):
        taken(town, row)
    explained(town, row, now=late)
    concluded(town, row, now=late)
    assert taken(town, row).person_id == officer.person_id


def test_whoever_lets_their_own_term_pass_is_not_waited_for_and_nobody_waits_to_acquit_them(town):
    row, other = found(town, officer=False), found(town, officer=False, minutes_ago=20)
    finder, officer = account(town, "office_specialist"), account(town, "one_stop_officer")
    late = row.explain_by + DAY
    _, named = [cases.name_concerned(finder, each.id, person=officer.person_id, now=late) for each in (other, row)]
    for each in (row, other):
        cases.add_basis(finder, each.id, kind="register", words="Sổ trực ngày hôm đó.", now=late)
    concluded(town, other, upheld=False, now=late)
    with pytest.raises(NotPossible):
        concluded(town, row, now=named.until)
    concluded(town, row, now=named.until + datetime.timedelta(seconds=1))
    assert row.steps.get(kind="concluded").upheld


def test_a_head_who_spoke_for_the_unit_is_not_heard_by_that_once_they_are_named_themselves(town):
    row = found(town, officer=False)
    finder, head = account(town, "office_specialist"), account(town, "service_centre_head")
    findings.step(head, row.id, kind=StepKind.EXPLAINED, words="Đã chấn chỉnh.", now=town.now)
    later = town.now + datetime.timedelta(hours=1)
    cases.name_concerned(finder, row.id, person=head.person_id, now=later)
    with pytest.raises(NotPossible):
        concluded(town, row, now=later)
    cases.explain_own(head, row.id, words="Tôi đi họp theo giấy mời.", now=later)
    concluded(town, row, now=later)


def test_whoever_is_named_late_reads_their_own_term_and_not_that_of_the_unit(town):
    row = found(town, officer=False)
    officer, late = account(town, "one_stop_officer"), row.explain_by + DAY
    named = cases.name_concerned(account(town, "office_specialist"), row.id, person=officer.person_id, now=late)
    [line] = own.owed(officer, now=late)
    assert (line.explain_by, line.state) == (named.until, reading.STATES[StepKind.READ])
    [line] = own.owed(officer, now=named.until + DAY)
    assert line.state[0] == "late"
    day = f"{named.until.astimezone(VIETNAM):%d/%m/%Y}"
    page = signed_in(account(town, "office_specialist")).get(reverse("finding", args=[row.id])).content.decode()
    assert f"hạn {day}" in page
    letter = signed_in(account(town, "chief_of_office")).get(reverse("finding_request", args=[row.id]))
    assert f"giải trình trước {named.until.astimezone(VIETNAM):%H:%M} ngày {day}" in text_of(letter.content)
