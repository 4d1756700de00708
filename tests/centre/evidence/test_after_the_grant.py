"""What was granted to a citizen is done: everybody who may do it is told, and whoever has the person before them."""

import pytest
from django.db.models import QuerySet

from minhbach.centre.access.models import Grant
from minhbach.centre.evidence.actions import building, deciding, subjects
from minhbach.centre.evidence.duties import duties as extraction_duties
from minhbach.centre.evidence.models import Extraction, SubjectRequest
from minhbach.centre.evidence.subject_lists import duties
from minhbach.centre.messaging.models import Delivery
from tests.centre.evidence.asking import taken
from tests.centre.evidence.case import MINUTE, Case

pytestmark = pytest.mark.django_db
SEES = ("one_stop_officer", "service_centre_head", "commune_chairman", "office_specialist", "chief_of_office")


def waits_for(case: Case) -> set[str]:
    """By role: on whose start page a request waits."""
    roles = (*SEES, "inspector", "area_chairman", "technician", "reception_officer")
    return {role for role in roles if duties(case.person(role), now=case.now)}


def told(case: Case, row: SubjectRequest) -> set[str]:
    """By role: who was told of it in the last moment."""
    rows: QuerySet[Delivery] = Delivery.objects.filter(notice__reference=str(row.id), notice__sent_at=case.now)
    people = set(rows.values_list("address", flat=True))
    return {role for role, account in case.district.people.items() if account.person_id in people}


def copied_out(case: Case, made: Extraction) -> None:
    building.copy_package(case.person("technician"), made.id, address=None, now=case.now)


@pytest.mark.parametrize("wanted", ["see", "copy"])
def test_what_was_granted_waits_for_everybody_who_may_do_it_and_for_who_took_it(case, wanted):
    row = taken(case, wanted)
    case.now += MINUTE
    deciding.grant(case.person("commune_chairman"), row.id, pictured="alone", now=case.now)
    assert waits_for(case) == set(SEES)
    assert told(case, row) == set(SEES) - {"commune_chairman"}, "and nobody who cannot open its page"


def test_what_was_withdrawn_in_the_moment_it_was_granted_is_nobodys_next_step(case, monkeypatch):
    row = taken(case)

    def granted_and_withdrawn(request, *args, **more):
        made = subjects.step(request, *args, **more)
        subjects.withdraw(case.person("one_stop_officer"), request, note="bằng thư", now=case.now)
        return made

    monkeypatch.setattr(deciding, "step", granted_and_withdrawn)
    case.now += MINUTE
    deciding.grant(case.person("commune_chairman"), row.id, pictured="alone", now=case.now)
    assert told(case, row) == set()
    assert waits_for(case) == set()


def test_a_right_for_a_time_makes_no_duty_of_it(case):
    row = taken(case)
    deciding.grant(case.person("commune_chairman"), row.id, pictured="alone", now=case.now)
    grant = Grant.objects.create(
        person=case.person("reception_officer").person, rights=["playback"], granted_by=case.asker.person,
        granted_at=case.now, begins_at=case.now, ends_at=case.now + 9 * MINUTE, decision_number="9/QĐ",
    )  # fmt: skip
    grant.rooms.add(case.room)
    assert "reception_officer" not in waits_for(case)


def test_a_copy_that_is_copied_out_waits_for_everybody_who_may_hand_it_over_and_who_took_it_is_told(case):
    row = taken(case, "copy")
    deciding.grant(case.person("commune_chairman"), row.id, pictured="alone", now=case.now)
    made = subjects.ask_copy(case.asker, row.id, now=case.now)
    assert waits_for(case) == set()
    case.approve(made, "commune_chairman")
    case.approve(made, "chief_of_office")
    case.now += MINUTE
    case.packed(made)
    assert told(case, row) == set(), "nobody is asked to come before there is anything to hand over"
    assert waits_for(case) == set()
    case.now += MINUTE
    copied_out(case, made)
    assert told(case, row) == {"one_stop_officer"}
    assert waits_for(case) == set(SEES) - {"service_centre_head"}, "who asked has it among the extractions"
    assert [duty.verb.en for duty in extraction_duties(case.asker, now=case.now)] == ["Hand over"]
    case.now += MINUTE
    copied_out(case, made)
    assert told(case, row) == set(), "and nobody is told twice"
