"""A plan of fitting out: milestones are reached once, a hand-over puts a room to use, only rooms make a site live."""

import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from minhbach.centre.papers.actions import keep_photo, read
from minhbach.centre.papers.photo import PDF
from minhbach.centre.papers.serving import served
from minhbach.centre.registry.actions import plans
from minhbach.centre.registry.actions.commissioning import accept
from minhbach.centre.registry.actions.plans import Milestone
from minhbach.centre.registry.actions.rooms import change_room
from minhbach.centre.registry.models import HandOver, Medium, NoticeSign, Party, RolloutSite, Room
from minhbach.centre.registry.rollouts import LATE, LIVE, UNDER_WAY, coverage, progress
from minhbach.centre.registry.writing import NotPossible
from tests.centre.papers.test_proofs import paper
from tests.centre.registry.places import NOW, SETUP, TODAY, camera, commune, details, one_stop, province, recorder
from tests.photographs import photograph

SOON = TODAY + datetime.timedelta(days=10)
BEFORE = TODAY - datetime.timedelta(days=10)


@pytest.fixture
def top(db):
    return province()


def planned(top, sites, pilots=(), due=SOON, milestones=(("Lắp đặt", BEFORE), ("Tập huấn", SOON))):
    return plans.plan(
        SETUP, unit=top.id, title="Lắp camera một cửa", decision_number="45/KH-UBND", due_on=due,
        milestones=[Milestone(*each) for each in milestones], sites={each.id for each in sites},
        pilots={each.id for each in pilots}, now=NOW,
    )  # fmt: skip


def accepted(room):
    """A sign hangs, and the citizen and the officer are seen."""
    paper = keep_photo(data=photograph(), title="Biển", person_id=None, now=NOW)
    NoticeSign.objects.create(room=room, number=1, content={}, paper=paper, photo=paper, made_at=NOW, hung_at=NOW)
    made = camera(room, recorder(room))
    for party in Party:
        accept(SETUP, camera=made, medium=Medium.PICTURE, party=party, passed=True, now=NOW)
    return room


def handed_over(room, signed_on=TODAY, live_from=TODAY, giver="Công ty A", minutes=None):
    return plans.hand_over(
        SETUP, room=room, signed_on=signed_on, live_from=live_from, giver=giver, receiver="UBND xã",
        minutes=photograph() if minutes is None else minutes, now=NOW,
    )  # fmt: skip


def test_a_site_is_live_when_all_its_rooms_are_handed_over_and_not_before(top):
    pilot, other = commune(top), commune(top, "Xã Đông Lạc", "00002")
    rooms = [accepted(one_stop(pilot.id)), one_stop(other.id)]
    plan = planned(top, [pilot, other], [pilot])
    found = progress(plan, day=TODAY)
    assert [line.unit_name for line in found.lines] == ["Xã Mộc Xuyên", "Xã Đông Lạc"], "the pilot stands first"
    assert (found.live, found.whole, found.late) == (0, 2, 2)
    handed_over(rooms[0])
    found = progress(plan, day=TODAY)
    assert (found.live, [line.status for line in found.lines]) == (1, [LIVE, LATE])
    assert coverage([pilot.id, other.id], day=TODAY) == (1, 2)
    assert coverage([pilot.id], day=BEFORE) == (0, 1), "on a day before it was in use it did not count"


def test_a_milestone_is_reached_once_and_what_is_not_reached_in_time_is_late(top):
    unit = commune(top)
    one_stop(unit.id)
    plan = planned(top, [unit])
    site = RolloutSite.objects.get()
    assert [cell.late for cell in progress(plan, day=TODAY).lines[0].cells] == [True, False]
    plans.reach(SETUP, site=site, milestone=0, on=BEFORE, note="", now=NOW)
    line = progress(plan, day=TODAY).lines[0]
    assert (line.cells[0].late, line.status) == (False, UNDER_WAY)
    for milestone, on in ((0, BEFORE), (2, BEFORE), (-1, BEFORE), (1, SOON)):
        with pytest.raises(NotPossible):
            plans.reach(SETUP, site=site, milestone=milestone, on=on, note="", now=NOW)


def test_a_site_that_is_live_beside_an_overdue_milestone_is_counted_as_behind_its_plan(top):
    unit = commune(top)
    handed_over(accepted(one_stop(unit.id)))
    plan = progress(planned(top, [unit]), day=TODAY)
    assert (plan.live, plan.late) == (1, 1)
    assert plan.lines[0].status is LIVE
    assert [cell.words for cell in plan.lines[0].cells] == ["Lắp đặt", "Tập huấn"]


def test_nothing_is_handed_over_that_was_not_accepted_or_before_it_was_signed(top):
    unit = commune(top)
    bare = one_stop(unit.id)
    with pytest.raises(NotPossible):
        handed_over(bare)
    room = accepted(bare)
    for changed in ({"live_from": BEFORE}, {"signed_on": SOON, "live_from": SOON}, {"giver": " "}, {"minutes": b"x"}):
        with pytest.raises(NotPossible):
            handed_over(room, **changed)
    assert not HandOver.objects.exists()
    assert Room.objects.get().in_service_on is None
    handed_over(room)
    assert Room.objects.get().in_service_on == TODAY


def test_only_a_hand_over_puts_a_room_into_service_and_nothing_takes_it_out(top):
    room = accepted(one_stop(commune(top).id))
    handed_over(room)
    handed_over(room, live_from=SOON)
    assert Room.objects.get().in_service_on == TODAY
    change_room(SETUP, room=room, details=details("Một cửa"))
    assert (Room.objects.get().name, Room.objects.get().in_service_on) == ("Một cửa", TODAY)


def test_minutes_of_several_pages_are_kept_whole(top):
    scanned = paper(b"5 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>> endobj")
    made = handed_over(accepted(one_stop(commune(top).id)), minutes=scanned)
    assert (made.minutes.media_type, read(made.minutes)) == (PDF, scanned)
    answer = served(made.minutes, name="bien-ban-ban-giao.pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="bien-ban-ban-giao.pdf"'


def test_a_plan_that_makes_no_sense_is_refused(top):
    unit = commune(top)
    other = commune(top, "Xã Đông Lạc", "00002")
    senseless: tuple[dict[str, object], ...] = (
        {"sites": []},
        {"sites": [unit], "pilots": [other]},
        {"sites": [unit], "milestones": ()},
        {"sites": [unit], "milestones": (("Sau hạn", SOON + datetime.timedelta(days=1)),)},
        {"sites": [unit], "milestones": ((" ", BEFORE),)},
    )
    for changed in senseless:
        with pytest.raises(NotPossible):
            planned(top, **changed)
    planned(top, [unit])
    with pytest.raises(NotPossible):
        planned(top, [other])


def test_plans_and_what_was_reached_are_kept_as_they_were(top):
    unit = commune(top)
    plan = planned(top, [unit])
    for rows in (plan.sites.all(), type(plan).objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        type(plan).objects.update(title="Khác")


def test_a_plan_of_many_sites_costs_no_more_queries_than_one_of_few(top):
    few = planned(top, [commune(top)])
    sites = [commune(top, f"Xã {n}", f"1{n:04}") for n in range(8)]
    for each in sites:
        one_stop(each.id)
    many = plans.plan(
        SETUP, unit=top.id, title="Cả tỉnh", decision_number="46/KH-UBND", due_on=SOON,
        milestones=[Milestone("Lắp đặt", BEFORE)], sites={each.id for each in sites}, pilots=(), now=NOW,
    )  # fmt: skip

    def queries(plan):
        with CaptureQueriesContext(connection) as seen:
            progress(plan, day=TODAY)
        return len(seen)

    assert queries(many) <= queries(few) + 1 <= 8
