"""What a citizen's word has kept is kept to its end, though half of it had not happened yet when the word came."""

import datetime

import pytest
from django.urls import reverse

from minhbach.centre.evidence.actions import releasing
from minhbach.centre.feedback.actions import extending, petitions
from minhbach.centre.feedback.models import NotHeld, PetitionKind, Topic, Way
from minhbach.centre.feedback.reading import needs
from minhbach.centre.footage.models import Hold, HoldOrigin, LegalHold
from minhbach.centre.footage.timeline import us
from tests.centre.feedback.test_rating import allowing, rated
from tests.centre.people import signed_in

MINUTE = datetime.timedelta(minutes=1)


def let_go(town, hold: LegalHold) -> None:
    people = town.district.people
    releasing.ask_release(people["commune_chairman"], hold.id, reason="Đã kết luận", now=town.now)
    releasing.decide_release(people["office_specialist"], hold.id, agreed=True, now=town.now)


def test_the_minutes_after_a_low_rating_are_held_once_they_are_past_and_only_once(town):
    made = rated(town, 1)
    assert made.hold.end_us == us(town.now)
    assert extending.extend(now=town.now + 3 * MINUTE) == 0
    assert extending.extend(now=town.now + 4 * MINUTE) == 1
    rest = LegalHold.objects.exclude(id=made.hold.id).get()
    assert (rest.origin, rest.reference, rest.asked_by) == (HoldOrigin.RATING, str(made.id), None)
    assert (rest.begin_us, rest.end_us) == (made.hold.end_us, us(made.event.at + 5 * MINUTE))
    orders = {
        row: set(Hold.objects.filter(reference=str(row)).values_list("camera")) for row in (made.hold.id, rest.id)
    }
    assert orders[made.hold.id] == orders[rest.id] != set()
    assert extending.extend(now=town.now + 5 * MINUTE) == 0
    page = signed_in(town.district.people["commune_chairman"]).get(reverse("rating", args=[made.id])).content.decode()
    assert all(reverse("hold", args=[row.id]) in page for row in (made.hold, rest))
    let_go(town, rest)
    assert extending.extend(now=town.now + 6 * MINUTE) == 0
    assert LegalHold.objects.count() == 2


def test_what_was_whole_already_is_not_held_again(town):
    rated(town, 20)
    assert extending.extend(now=town.now + 60 * MINUTE) == 0


def test_a_worker_that_stood_still_catches_up_for_days_and_no_longer(town):
    rated(town, 1)
    assert extending.extend(now=town.now + extending.BACK + MINUTE) == 0
    assert extending.extend(now=town.now + extending.BACK - MINUTE) == 1


def test_the_rest_of_what_two_let_go_is_not_held(town):
    made = rated(town, 1)
    let_go(town, made.hold)
    assert extending.extend(now=town.now + 10 * MINUTE) == 0


def test_two_who_complain_of_the_same_minutes_share_the_rest(town):
    rated(town, 1)
    rated(town, 1)
    assert [extending.extend(now=town.now + 10 * MINUTE) for _ in range(2)] == [1, 0]
    assert LegalHold.objects.count() == 2


def test_the_last_minutes_that_a_complaint_speaks_of_are_held_with_what_follows(town):
    end = us(town.now)
    said = petitions.Said(
        kind=PetitionKind.FEEDBACK, topic=Topic.CONDUCT, way=Way.LETTER, content="chờ lâu", begin_us=end - 60_000_000,
        end_us=end,
    )  # fmt: skip
    made = petitions.register(
        town.district.people["service_centre_head"].person, room=town.room, said=said, contact=petitions.Contact(),
        now=town.now,
    )  # fmt: skip
    assert extending.extend(now=town.now + 10 * MINUTE) == 1
    assert made.hold is not None
    rest = LegalHold.objects.exclude(id=made.hold.id).get()
    assert (rest.begin_us, rest.end_us) == (end, end + 300_000_000)
    assert needs(rest.id) == made


@pytest.mark.parametrize(("minutes", "last"), [((250, 245, 240), ""), ((250, 230, 210), NotHeld.LIMIT)])
def test_what_several_keep_counts_once_towards_the_days_limit(town, minutes, last):
    allowing(town, feedback_held_minutes_day=40)
    assert [rated(town, each).not_held for each in minutes] == ["", "", last]
