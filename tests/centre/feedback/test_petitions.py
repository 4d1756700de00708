"""A complaint has its number, its terms and its footage kept; what ends it is told to who sent it, and nobody else."""

import datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from minhbach.centre.dossiers.codes import check_digit
from minhbach.centre.feedback.actions import petitions
from minhbach.centre.feedback.models import NotHeld, Petition, Petitioner, PetitionKind, StepKind, Topic, Way
from minhbach.centre.footage.models import HoldOrigin, LegalHold, Mark
from minhbach.centre.footage.timeline import us
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.registry.writing import NotPossible
from tests.centre.feedback.test_rating import allowing

MINUTE = 60_000_000


def said(town, minutes_ago: float | None = 60, **more):
    begin = us(town.ago(minutes_ago)) if minutes_ago is not None else None
    given = {
        "kind": PetitionKind.FEEDBACK, "topic": Topic.CONDUCT, "way": Way.WEB, "content": "Cán bộ nói to với người già",
        "begin_us": begin, "end_us": begin + MINUTE if begin else None,
    }  # fmt: skip
    return petitions.Said(**(given | more))


def sent(town, minutes_ago: float | None = 60, *, by=None, contact=petitions.Contact(), now=None, **more):  # noqa: B008
    return petitions.register(
        by, room=town.room, counter=town.counter, said=said(town, minutes_ago, **more), contact=contact,
        now=now or town.now,
    )  # fmt: skip


def test_it_gets_a_number_a_code_terms_in_working_days_a_mark_and_its_footage_held(town):
    row = sent(town)
    assert (row.number, row.year) == (1, town.now.astimezone(VIETNAM).year)
    assert len(row.code) == 14
    assert check_digit(row.code) == 0
    assert row.received_at < row.refuse_by < row.ask_by < row.answer_by
    assert row.answer_by - row.received_at > datetime.timedelta(days=18)
    assert (row.hold.origin, row.hold.route, row.hold.reference) == (HoldOrigin.PETITION, "petition", str(row.id))
    assert (row.hold.begin_us, row.hold.end_us) == (row.begin_us - 10 * MINUTE, row.end_us + 5 * MINUTE)
    assert Mark.objects.get(kind="petition").right == "feedback"
    told = set(Delivery.objects.filter(notice__kind="petition").values_list("address", flat=True))
    assert town.district.people["office_specialist"].person_id in told
    assert town.district.people["inspector"].person_id not in told
    assert sent(town).number == 2


def test_without_a_time_nothing_is_held_and_without_words_nothing_is_taken_in(town):
    assert sent(town, None).hold is None
    with pytest.raises(NotPossible):
        sent(town, content=" \u200b ")
    assert Petition.objects.count() == 1


@pytest.mark.parametrize(("minutes_ago", "length"), [(-5, 1), (10, 5 * 60), (367 * 1440, 1)])
def test_a_time_that_cannot_be_is_refused(town, minutes_ago, length):
    begin = us(town.ago(minutes_ago))
    with pytest.raises(NotPossible):
        sent(town, None, begin_us=begin, end_us=begin + length * MINUTE)
    assert not LegalHold.objects.exists()


def test_who_proves_no_visit_has_half_of_the_days_minutes_held_and_the_rest_is_for_those_who_do(town):
    allowing(town, feedback_held_minutes_day=80)
    alone = [sent(town, minutes) for minutes in (60, 100, 140)]
    assert [row.not_held for row in alone] == ["", "", NotHeld.LIMIT]
    officer = town.district.people["service_centre_head"].person
    assert sent(town, 180, by=officer, way=Way.HOTLINE).hold is not None
    held = LegalHold.objects.filter(room=town.room)
    assert sum(row.end_us - row.begin_us for row in held) <= 80 * MINUTE


def test_what_the_limit_left_out_a_person_may_hold(town):
    allowing(town, feedback_held_minutes_day=2)
    row = sent(town)
    assert row.not_held == NotHeld.LIMIT
    made = petitions.hold_for(town.district.people["commune_chairman"], row.id, now=town.now)
    assert (made.origin, made.reference) == (HoldOrigin.PETITION, str(row.id))
    assert made.asked_by is not None


def test_it_is_accepted_once_ended_once_and_refused_only_in_time(town):
    chairman = town.district.people["commune_chairman"]
    row = sent(town)
    petitions.step(chairman, row.id, kind=StepKind.ACCEPTED, now=town.now)
    for kind, words in ((StepKind.ACCEPTED, ""), (StepKind.ANSWERED, " ")):
        with pytest.raises(NotPossible):
            petitions.step(chairman, row.id, kind=kind, words=words, now=town.now)
    with pytest.raises(NotPossible):
        petitions.step(
            chairman, row.id, kind=StepKind.REFUSED, words="x", now=row.refuse_by + datetime.timedelta(seconds=1)
        )
    petitions.step(chairman, row.id, kind=StepKind.ANSWERED, words="Đã nhắc nhở cán bộ.", now=town.now)
    for kind in (StepKind.ASKED, StepKind.REFUSED, StepKind.ANSWERED):
        with pytest.raises(NotPossible):
            petitions.step(chairman, row.id, kind=kind, words="nữa", now=town.now)
    assert row.events.count() == 2


def test_who_sent_it_is_forgotten_and_cannot_come_back(town):
    row = sent(town, contact=petitions.Contact(name="Trần Thị Bé", phone="0900000001"))
    chairman = town.district.people["commune_chairman"]
    assert petitions.forget_petitioner(chairman, row.id, basis="Đơn số 5", now=town.now)
    assert not petitions.forget_petitioner(chairman, row.id, basis="Đơn số 5", now=town.now)
    gone = Petitioner.objects.get()
    assert (gone.name, gone.phone, gone.erased_at) == ("", "", town.now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Petitioner.objects.update(sealed=b"x" * 200, erased_at=None)


@pytest.mark.parametrize("write", [lambda row: row.update(content="khác"), lambda row: row.delete()])
def test_no_complaint_is_rewritten_or_lost(town, write):
    row = sent(town)
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        write(Petition.objects.filter(id=row.id))
