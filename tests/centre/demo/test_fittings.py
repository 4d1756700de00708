"""The demo's rooms against the norm are made by the product's own actions, and show every state that its pages have."""

import pytest

from minhbach.centre.oversight import needs, standards
from minhbach.centre.oversight.standards import Met
from minhbach.centre.registry.models import Proposal, ProposalStepKind, Rollout, Room, RoomReview
from minhbach.centre.registry.reading import day_of
from minhbach.centre.registry.rollouts import progress
from minhbach.demo.district import fittings
from tests.centre.access.district import District


@pytest.mark.django_db
def test_a_room_of_the_demo_was_reviewed_lacks_something_and_is_in_a_plan() -> None:
    district = District()
    for role, where, name in (
        ("commune_chairman", "A", "chutich"),
        ("technician", "top", "kythuat"),
        ("office_specialist", "office", "vanphong"),
        ("area_chairman", "top", "chutich.tinh"),
    ):
        district.appoint(role, where, name)
    fittings.relive(district.now)
    room = Room.objects.get(id=district.rooms["A", "one_stop"].id)
    assert RoomReview.objects.get().room == room
    states = {norm.met for norm in standards.standing(room, now=district.now).norms}
    assert states == {Met.YES, Met.NO, Met.UNKNOWN, Met.WAIVED}
    found = {need.kind: need for need in needs.needs([standards.standing(room, now=district.now)])}
    assert found["Máy in"].budget == needs.BUDGET[ProposalStepKind.NO_MONEY]
    assert found["Kiosk tra cứu"].waits
    assert len(Proposal.objects.get().lines) == 2
    plan = progress(Rollout.objects.get(), day=day_of(district.now))
    assert plan.lines[0].site.pilot
    assert 0 < plan.late < plan.whole
