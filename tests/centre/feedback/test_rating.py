"""A visit is rated once, in one touch; a low rating has its minutes kept at once, within what the rules allow."""

import datetime

import pytest
from django.db import DatabaseError, transaction

from minhbach.centre.dossiers.actions.moments import call_next, move_on
from minhbach.centre.dossiers.models import EventKind
from minhbach.centre.feedback.actions import keeping, rating
from minhbach.centre.feedback.models import NotHeld, Rating, RatingNote, Score
from minhbach.centre.footage.models import Hold, HoldOrigin, LegalHold, Mark
from minhbach.centre.footage.timeline import us as exact
from minhbach.centre.messaging.models import Delivery, Notice
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.models import Regulation
from tests.centre.feedback.visits import HERE

S = 1_000_000


def rated(town, minutes_ago=20, score=Score.DISSATISFIED, **more):
    event = town.visit(town.handed_back(minutes_ago))
    return rating.rate(event=event, score=score, now=town.now, **more)


def allowing(town, **times):
    """The regulation of the district with other figures."""
    row = Regulation.objects.filter(unit=town.district.units["top"]).get()
    content = row.content | {"times": row.content["times"] | times}
    with transaction.atomic():
        Regulation.objects.filter(id=row.id).update(valid_until=town.now.date())
        Regulation.objects.create(
            unit=row.unit, number=2, content=content, digest="1" * 64, decision_number="9/QĐ", issued_at=town.now,
            valid_from=town.now.date(),
        )  # fmt: skip


def test_a_low_rating_has_its_minutes_kept_marks_them_and_is_told_to_those_who_answer_for_the_counter(town):
    made = rated(town)
    event = made.event
    assert (made.hold.origin, made.hold.reference, made.hold.asked_by) == (HoldOrigin.RATING, str(made.id), None)
    assert made.hold.begin_us == exact(event.at) - 600 * S
    assert made.hold.end_us - made.hold.begin_us == 15 * 60 * S
    [order] = Hold.objects.filter(reference=str(made.hold.id))
    assert order.placed_at is None
    mark = Mark.objects.get(kind="rated")
    assert (mark.vi, mark.reference, mark.counter_id) == ("Đánh giá không hài lòng", str(made.id), town.counter.id)
    told = set(Delivery.objects.filter(notice__kind="rating_low").values_list("address", flat=True))
    people = town.district.people
    assert told == {people["commune_chairman"].person_id, people["service_centre_head"].person_id}


def test_a_good_rating_keeps_nothing_and_tells_nobody(town):
    made = rated(town, score=Score.VERY_SATISFIED)
    assert made.hold is None
    assert not LegalHold.objects.exists()
    assert not Notice.objects.exists()
    assert not Mark.objects.filter(kind="rated").exists()


def test_what_is_low_is_data_of_the_regulation(town):
    allowing(town, feedback_low_score=2)
    assert rated(town, score=Score.SATISFIED).hold is not None


def test_a_visit_is_rated_once(town):
    made = rated(town)
    with pytest.raises(NotPossible) as refused:
        rating.rate(event=made.event, score=Score.SATISFIED, now=town.now)
    assert refused.value.words == rating.ALREADY
    with pytest.raises(NotPossible):
        rating.newest_visit(made.event.dossier)
    assert Rating.objects.count() == 1


def test_only_a_visit_is_rated_and_not_long_after(town):
    event = call_next(HERE, counter=town.counter, now=town.now)
    with pytest.raises(NotPossible):
        rating.rate(event=event, score=Score.SATISFIED, now=town.now)
    event = town.visit(town.received(5))
    with pytest.raises(NotPossible) as refused:
        rating.rate(event=event, score=Score.SATISFIED, now=town.now + datetime.timedelta(days=31))
    assert refused.value.words == rating.TOO_LATE


def test_a_dossier_received_and_handed_back_is_two_visits(town):
    row = town.received(30)
    rating.rate(event=rating.newest_visit(row), score=Score.SATISFIED, now=town.ago(29))
    move_on(HERE, EventKind.HANDED_BACK, dossier=row, counter=town.counter, now=town.ago(5))
    rating.rate(event=rating.newest_visit(row), score=Score.DISSATISFIED, now=town.now)
    assert Rating.objects.count() == 2


def test_two_who_complain_of_the_same_minutes_share_what_is_kept(town):
    first = rated(town, 20)
    again = rating.rate(event=town.visit(town.received(20)), score=Score.DISSATISFIED, now=town.now)
    assert again.hold == first.hold
    assert LegalHold.objects.count() == 1


def test_a_flood_of_low_ratings_stops_keeping_at_the_days_limit_and_is_told_once(town):
    allowing(town, feedback_held_minutes_day=40)
    kept = [rated(town, minutes) for minutes in (250, 200, 150, 100)]
    assert [row.not_held for row in kept] == ["", "", NotHeld.LIMIT, NotHeld.LIMIT]
    assert sum(row.end_us - row.begin_us for row in LegalHold.objects.all()) <= 40 * 60 * S
    [notice] = Notice.objects.filter(kind=keeping.LIMIT_NOTICE)
    assert "40 phút" in notice.vi
    assert Delivery.objects.filter(notice=notice).exists()


def test_a_rating_without_footage_is_a_rating_all_the_same(town):
    assert rated(town, 600).not_held == NotHeld.NO_FOOTAGE


def test_a_reason_is_given_once_and_only_one_of_those_there_are(town):
    made = rated(town)
    with pytest.raises(NotPossible):
        rating.say_why(made.id, reasons=["robbery"], said=" ", now=town.now)
    rating.say_why(made.id, reasons=["attitude", "robbery"], said="Nói to", now=town.now)
    with pytest.raises(NotPossible):
        rating.say_why(made.id, reasons=["waiting"], said="", now=town.now)
    assert RatingNote.objects.get().reasons == ["attitude"]


@pytest.mark.parametrize("write", [lambda row: row.update(score=3), lambda row: row.delete()])
def test_no_rating_is_rewritten_or_lost(town, write):
    made = rated(town)
    with pytest.raises(DatabaseError), transaction.atomic():
        write(Rating.objects.filter(id=made.id))


def test_the_screen_at_a_counter_offers_the_visit_that_just_ended_and_no_other(town):
    panel, token = rating.open_panel(
        town.district.people["one_stop_officer"].person, counter=town.counter, now=town.now
    )
    assert rating.panel_of(token, now=town.now) == panel
    assert rating.panel_of("guessed", now=town.now) is None
    town.handed_back(60)
    assert rating.to_rate(panel, now=town.now) is None
    event = town.visit(town.handed_back(2))
    assert rating.to_rate(panel, now=town.now) == event
    made = rating.rate(event=event, score=Score.VERY_SATISFIED, panel=panel, now=town.now)
    assert rating.to_rate(panel, now=town.now) is None
    assert Mark.objects.get(kind="rated").begin_us == exact(made.at)
    rating.close_panel(town.district.people["one_stop_officer"].person, panel=panel, now=town.now)
    assert rating.panel_of(token, now=town.now) is None
