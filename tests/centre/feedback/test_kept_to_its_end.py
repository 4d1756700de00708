"""What a citizen's word has kept is kept to its end, though half of it had not happened yet when the word came."""

import datetime
from uuid import UUID

import pytest
from django.urls import reverse

from minhbach.centre.evidence.actions import releasing
from minhbach.centre.feedback.actions import extending, petitions
from minhbach.centre.feedback.actions.keeping import keep_rest
from minhbach.centre.feedback.models import NotHeld, PetitionKind, Topic, Way
from minhbach.centre.feedback.reading import needs
from minhbach.centre.footage.models import FootageStream, Hold, HoldOrigin, LegalHold, Run
from minhbach.centre.footage.timeline import us
from minhbach.centre.regulation.reading import NothingInForce, in_force
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


def test_what_is_whole_or_had_its_turn_costs_no_question_about_rules_or_cameras(
    town, monkeypatch, django_assert_num_queries
):
    rated(town, 1)
    rated(town, 1)
    for minutes_ago in (20, 30, 40):
        rated(town, minutes_ago)
    tried: dict[UUID, datetime.datetime] = {}
    assert extending.extend(now=town.now + 10 * MINUTE, tried=tried) == 1
    monkeypatch.setattr(extending, "in_force", None)
    monkeypatch.setattr(extending, "keep_rest", None)
    with django_assert_num_queries(2):
        assert extending.extend(now=town.now + 11 * MINUTE, tried=tried) == 0
    monkeypatch.undo()
    assert len(tried) == 1
    extending.extend(now=town.now + 10 * MINUTE + extending.AGAIN, tried=tried)
    assert list(tried.values()) == [town.now + 10 * MINUTE + extending.AGAIN]


def test_the_rules_of_a_units_day_are_read_once(town, monkeypatch):
    asked = []

    def reading(unit, day):
        asked.append(unit)
        return in_force(unit, day)

    for minutes_ago in (1, 2, 3):
        rated(town, minutes_ago)
    monkeypatch.setattr(extending, "in_force", reading)
    extending.extend(now=town.now + MINUTE)
    assert len(asked) == 1


def complaint(town, commune: str):
    """Of the last minute in a commune's one-stop, where a camera recorded."""
    camera, end = town.district.cameras[commune, "one_stop"], us(town.now)
    stream, fresh = FootageStream.objects.get_or_create(
        recorder_id=camera.recorder_id, camera=camera.name, stream="main",
        defaults={"content": "av", "known_until_us": end, "witnessed_until_us": end},
    )  # fmt: skip
    if fresh:
        Run.objects.create(stream=stream, begin_us=end - 60_000_000, end_us=end, first=1, last=2)
    said = petitions.Said(
        kind=PetitionKind.FEEDBACK, topic=Topic.CONDUCT, way=Way.LETTER, content="chờ lâu", begin_us=end - 60_000_000,
        end_us=end,
    )  # fmt: skip
    room = town.district.rooms[commune, "one_stop"]
    made = petitions.register(None, room=room, said=said, contact=petitions.Contact(), now=town.now)
    assert made.hold is not None
    return made


def test_a_unit_without_rules_and_an_error_of_our_own_keep_nobody_elses_rest_away(town, monkeypatch, caplog):
    failing, without = rated(town, 1), complaint(town, "A")
    other = complaint(town, "B")

    def lacking(unit, day):
        if unit == without.unit_id:
            raise NothingInForce("No regulation is in force.")
        return in_force(unit, day)

    def broken(wanted, *rest, **named):
        if wanted.reference == str(failing.id):
            raise OSError
        return keep_rest(wanted, *rest, **named)

    for name, patch, said in (("in_force", lacking, "No regulation"), ("keep_rest", broken, str(failing.id))):
        with monkeypatch.context() as patched:
            patched.setattr(extending, name, patch)
            extending.extend(now=town.now + 10 * MINUTE)
        assert said in caplog.text
    rests = LegalHold.objects.filter(begin_us=us(town.now))
    assert {row.reference for row in rests} == {str(without.id), str(other.id)}
