"""Who assesses is given clips, never chooses them; two people share a queue; what cannot be shown is replaced."""

import copy
import datetime

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.urls import reverse

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.may import May
from minhbach.centre.access.models import Account, Purpose, Restriction
from minhbach.centre.fabric import keys
from minhbach.centre.footage.models import RecorderLine, Run
from minhbach.centre.footage.timeline import moment
from minhbach.centre.front.waiting import waiting
from minhbach.centre.oversight import conduct
from minhbach.centre.oversight.actions import assessing
from minhbach.centre.oversight.actions.assessing import Taken
from minhbach.centre.oversight.conduct import agreement, form_of
from minhbach.centre.oversight.ladder import SYSTEM_SITUATION
from minhbach.centre.oversight.models import Assessment, Claim, Clip, Draw, Skipped, Why
from minhbach.centre.oversight.queue import rooms_to_assess
from minhbach.centre.oversight.work import work_of
from minhbach.centre.registry.models import Assignment
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.models import Acknowledgement, Regulation
from tests.centre.oversight.drawn import MINUTE, NOW, allowing, answers, assessed, draw, founded, recorded, watched


@pytest.fixture
def district(db, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    made = founded()
    recorded(made)
    draw(made)
    return made


@pytest.fixture
def clip(district):
    return Clip.objects.select_related("draw", "room").get()


def person(district, role="office_specialist"):
    return district.people[role]


def given(actor: Account, now: datetime.datetime = NOW) -> Taken:
    """What somebody takes for whom a clip waits."""
    taken = assessing.take(actor, now=now)
    assert taken is not None
    return taken


def test_a_clip_is_taken_watched_under_its_own_purpose_and_assessed(district, clip):
    actor = person(district)
    taken = given(actor)
    assert (taken.clip, taken.again) == (clip, False)
    assert taken.purpose.text == f"Đánh giá tháng 10/2026: {clip.room.name}"
    assert taken.purpose.reference == ""  # nothing that only a machine reads stands in the log of viewings
    assert [room.id for room in taken.purpose.rooms.all()] == [clip.room_id]
    viewing = watched(actor, clip)
    assert viewing.purpose_id == taken.purpose.id
    made = assessing.assess(
        actor, clip.id, answers=answers(clip, manner="bad"), comment="", viewing=viewing.id, now=NOW
    )
    assert (made.answers["manner"], made.answers["greeting"]) == ("bad", "good")
    assert assessing.take(actor, now=NOW) is None
    assert not Claim.objects.exists()
    assert Purpose.objects.count() == 1


def test_what_waits_to_be_assessed_stands_among_what_waits_for_the_person(district, clip):
    def work(role):
        actor = person(district, role)
        found = waiting(actor, May(actor, NOW), now=NOW)
        return [(task.title, task.count) for task in found if task.url == reverse("assess")]

    assert (work("office_specialist"), work("inspector")) == ([("1 thời điểm chờ đánh giá", 1)], [])
    given(person(district))
    assert work("chief_of_office") == []  # another has it
    assessed(person(district), clip)
    assert work("office_specialist") == []


def test_two_who_share_a_queue_never_have_the_same_clip(district, clip):
    assert given(person(district)).clip == clip
    other = person(district, "chief_of_office")
    assert assessing.take(other, now=NOW) is None
    with pytest.raises(NotPossible):
        assessed(other, clip)
    later = NOW + assessing.HELD + MINUTE
    assert given(other, now=later).clip == clip
    assert assessing.take(person(district), now=later) is None


def test_what_a_page_has_is_not_given_to_it_again(district, clip):
    assert assessing.take(person(district), have=[clip.id], now=NOW) is None
    assert given(person(district)).clip == clip


def test_nobody_assesses_their_own_unit_nor_what_another_body_supervises(district, clip):
    own = district.appoint("office_specialist", "office", "own")
    assert rooms_to_assess(standing_of(own, now=NOW), now=NOW)
    district.people["own"] = own
    Assignment.objects.create(
        person=own.person, unit=district.units["A"], role="one_stop_officer", valid_from=datetime.date(2026, 2, 1),
        decision_number="9/QĐ", decision_date=datetime.date(2026, 2, 1),
    )  # fmt: skip
    assert {room.id for room in (district.rooms["B", "one_stop"],)} == rooms_to_assess(
        standing_of(own, now=NOW), now=NOW
    )
    for who in (own, person(district, "inspector"), person(district, "commune_chairman")):
        assert assessing.take(who, now=NOW) is None
        with pytest.raises(NotPossible):
            assessing.assess(who, clip.id, answers=answers(clip), comment="", viewing=clip.id, now=NOW)
        with pytest.raises(NotPossible):
            assessing.leave(who, clip.id, words="không xem được", now=NOW)


def test_the_desk_offers_the_findings_that_can_be_made_today_and_not_those_of_the_days_drawn(district, clip):
    row = Regulation.objects.get(unit=district.units["top"])
    content = copy.deepcopy(row.content)
    asked = {item.situation for item in form_of(row.id, clip.room.room_type)}
    gone = next(code for code in content["situations"] if code not in {*asked, SYSTEM_SITUATION})
    del content["situations"][gone]
    content["situations"]["new_one"] = {"vi": "Việc mới", "en": "Something new"}
    today = NOW.date()
    Regulation.objects.filter(id=row.id).update(valid_until=today)
    made = Regulation.objects.create(
        unit=row.unit, number=2, content=content, digest="2" * 64, decision_number="9/QĐ", issued_at=district.now,
        valid_from=today,
    )  # fmt: skip
    for account in district.people.values():
        Acknowledgement.objects.create(regulation=made, person=account.person, digest=made.digest, at=district.now)
    actor = person(district)
    work = work_of(given(actor), now=NOW)
    assert ("new_one" in work.situations, gone in work.situations) == (True, False)
    assert {item.situation for item in work.form} <= {"", *work.situations}
    assert [item.code for item in work.form] == [item.code for item in form_of(row.id, clip.room.room_type)]
    span = {"begin_us": clip.begin_us, "end_us": clip.begin_us + 60_000_000, "note": "", "now": NOW}
    with pytest.raises(NotPossible):
        assessing.find(actor, clip.id, situation=gone, **span)
    assert assessing.find(actor, clip.id, situation="new_one", **span).situation_vi == "Việc mới"


def test_nothing_is_assessed_unwatched_or_by_anothers_viewing(district, clip):
    actor = person(district)
    given(actor)
    foreign = watched(person(district, "chief_of_office"), clip)
    for viewing in (clip.id, foreign.id):
        with pytest.raises(NotPossible) as refused:
            assessing.assess(actor, clip.id, answers=answers(clip), comment="", viewing=viewing, now=NOW)
        assert refused.value.words == assessing.WATCH_FIRST
    assert not Assessment.objects.exists()


def refused_to(actor, clip, viewing, said=None, now=NOW, comment=""):
    """What is told to somebody who cannot assess it so."""
    with pytest.raises(NotPossible) as refused:
        assessing.assess(actor, clip.id, answers=said or answers(clip), comment=comment, viewing=viewing.id, now=now)
    assert not Assessment.objects.exists()
    return refused.value.words.vi


def test_a_clip_of_which_little_was_watched_is_not_assessed(district, clip):
    actor = person(district)
    given(actor)
    first = watched(actor, clip, part=(0, 0.3))
    assert refused_to(actor, clip, first) == assessing.WATCH_ON.vi
    again = watched(actor, clip, part=(0.1, 0.4))  # of the same minutes: they count once
    assert refused_to(actor, clip, again) == assessing.WATCH_ON.vi
    watched(person(district, "chief_of_office"), clip)  # what another watched nobody else has seen
    assert refused_to(actor, clip, again) == assessing.WATCH_ON.vi
    last = watched(actor, clip, part=(0.8, 0.9))
    assessing.assess(actor, clip.id, answers=answers(clip), comment="", viewing=last.id, now=NOW)


def test_of_a_clip_with_a_gap_that_is_watched_of_which_there_is_footage(district, clip):
    actor = person(district)
    given(actor)
    length = clip.end_us - clip.begin_us
    Run.objects.update(end_us=clip.begin_us + round(0.6 * length))
    viewing = watched(actor, clip, part=(0, 0.31))
    assessing.assess(actor, clip.id, answers=answers(clip), comment="", viewing=viewing.id, now=NOW)


def test_nothing_is_assessed_that_was_not_given_or_whose_month_is_over(district, clip):
    actor = person(district)
    viewing = watched(actor, clip)
    assert refused_to(actor, clip, viewing) == assessing.NOT_GIVEN.vi
    given(actor)
    assert refused_to(actor, clip, viewing, now=NOW + datetime.timedelta(days=60)) == assessing.NOT_GIVEN.vi
    # Nobody else was given it meanwhile.
    late = NOW + assessing.HELD + MINUTE
    assessing.assess(actor, clip.id, answers=answers(clip), comment="", viewing=viewing.id, now=late)


def test_where_nothing_was_seen_or_asked_nothing_is_assessed(district, clip, monkeypatch):
    actor = person(district)
    given(actor)
    viewing, blind = watched(actor, clip), dict.fromkeys(answers(clip), "unseen")
    assert refused_to(actor, clip, viewing, blind, comment="Ảnh quá tối") == assessing.NOTHING_SEEN.vi
    monkeypatch.setattr(conduct, "form_of", lambda version, room_type: ())
    assert refused_to(actor, clip, viewing, {"manner": "good"}) == assessing.NO_ITEMS.vi


@pytest.mark.parametrize(
    "changed", [{"manner": "perfect"}, {"manner": None}, {"robbery": "good"}, dict.fromkeys(["all"], "unseen")]
)
def test_every_item_is_answered_with_what_can_be_answered(district, clip, changed):
    said = answers(clip) | changed
    if "all" in changed:
        said = dict.fromkeys(answers(clip), "unseen")
    if changed == {"manner": None}:
        del said["manner"]
    with pytest.raises(NotPossible):
        assessing.assess(
            person(district), clip.id, answers=said, comment="", viewing=watched(person(district), clip).id, now=NOW
        )


@pytest.fixture
def twice(db, tmp_path, monkeypatch):
    """Every clip is assessed by a second person."""
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    keys.ensure(tmp_path / "keys")
    made = founded()
    allowing(made, assessed_twice_percent=100)
    recorded(made)
    draw(made)
    return made


def test_a_second_person_assesses_a_share_of_clips_and_agreement_is_counted(twice):
    clip = Clip.objects.select_related("draw", "room").get()
    assert clip.twice
    first, second = person(twice), person(twice, "chief_of_office")
    assessed(first, clip, manner="bad", dress="unseen")
    assert assessing.take(first, now=NOW) is None
    taken = given(second)
    assert (taken.clip, taken.again) == (clip, True)
    made = assessed(second, clip, greeting="bad")
    assert made.second
    one, other = (row.answers for row in Assessment.objects.order_by("second"))
    assert agreement(one, other) == (len(one) - 3, len(one) - 1)
    third = twice.appoint("office_specialist", "office", "third")
    assert assessing.take(third, now=NOW) is None
    with pytest.raises(NotPossible):  # somebody has followed
        assessing.take_back(first, Assessment.objects.get(second=False).id, now=NOW)


def test_what_was_assessed_is_taken_back_the_same_day_by_who_did_it(district, clip):
    actor = person(district)
    made = assessed(actor, clip)
    with pytest.raises(NotPossible):
        assessing.take_back(person(district, "chief_of_office"), made.id, now=NOW)
    with pytest.raises(NotPossible):
        assessing.take_back(actor, made.id, now=NOW + datetime.timedelta(days=1))
    assessing.take_back(actor, made.id, now=NOW + MINUTE)
    with pytest.raises(NotPossible):
        assessing.take_back(actor, made.id, now=NOW + MINUTE)
    assert assessing.take(person(district, "chief_of_office"), now=NOW + MINUTE) is None
    assert given(actor, now=NOW + MINUTE).clip == clip
    assessed(actor, clip, now=NOW + 2 * MINUTE)
    assert Assessment.objects.filter(withdrawn_at__isnull=True).count() == 1


def test_a_clip_without_footage_is_written_down_and_replaced_from_its_own_stratum(district, clip):
    Run.objects.all().delete()
    recorded(district, first=1, last=7)
    begin, end = clip.begin_us, clip.end_us
    run = Run.objects.get()
    Run.objects.create(stream=run.stream, begin_us=end, end_us=run.end_us, first=3, last=4)
    Run.objects.filter(id=run.id).update(end_us=begin)
    taken = given(person(district))
    left = Skipped.objects.get()
    assert (left.clip, left.why) == (clip, Why.GAP)
    assert taken.clip.replaces == clip
    assert not (taken.clip.begin_us < end and begin < taken.clip.end_us)


def test_restricted_time_is_left_out_with_its_reason_and_nothing_more(district, clip):
    Restriction.objects.create(
        room=clip.room, begins_at=moment(clip.begin_us), ends_at=moment(clip.end_us), reference="phiên", made_at=NOW
    )
    assert given(person(district)).clip != clip
    left = Skipped.objects.get()
    assert (left.why, left.words) == (Why.RESTRICTED, "")


def test_a_room_whose_recorder_is_away_waits_and_can_be_left_with_that_reason(district, clip):
    line = RecorderLine.objects.create(
        recorder=district.recorders["A"], first_heard_at=NOW, last_heard_at=NOW - 2 * MINUTE
    )
    assert assessing.take(person(district), now=NOW) is None
    assert not Skipped.objects.exists()
    assessing.leave(person(district), clip.id, words="", now=NOW)
    assert Skipped.objects.get().why == Why.LINE
    RecorderLine.objects.filter(recorder=line.recorder).update(last_heard_at=NOW)
    assert given(person(district)).clip.replaces == clip


def test_who_says_that_a_clip_cannot_be_assessed_writes_why(district, clip):
    with pytest.raises(NotPossible):
        assessing.leave(person(district), clip.id, words="", now=NOW)
    made = assessing.leave(person(district), clip.id, words="Ảnh quá tối", now=NOW)
    assert made is not None
    assert made.replaces == clip
    left = Skipped.objects.get()
    assert (left.why, left.words, left.by_id) == (Why.SAID, "Ảnh quá tối", person(district).person_id)
    with pytest.raises(NotPossible):
        assessed(person(district), clip)


def test_replacements_run_out_and_none_comes_twice(district, clip):
    seen = {(clip.begin_us, clip.end_us)}
    row = clip
    for _ in range(60):
        row = assessing.leave(person(district), row.id, words="Ảnh quá tối", now=NOW)
        if row is None:
            break
        assert (row.begin_us, row.end_us) not in seen
        seen.add((row.begin_us, row.end_us))
    assert row is None
    # Five days of nine clock hours in which office hours lie, the half ones too.
    assert len(seen) == 5 * 9


@pytest.mark.parametrize("model", [Draw, Clip, Skipped, Assessment])
def test_nothing_of_it_is_rewritten_or_lost(district, clip, model):
    assessing.leave(person(district), clip.id, words="Ảnh quá tối", now=NOW)
    assessed(person(district), Clip.objects.exclude(id=clip.id).select_related("draw", "room").get())
    for write in (lambda rows: rows.delete(), lambda rows: rows.update(id="01a20000-0000-7000-8000-000000000000")):
        with pytest.raises(DatabaseError), transaction.atomic():
            write(model.objects.all())
    assert model.objects.exists()


def test_a_finding_made_from_a_clip_says_where_it_comes_from(district, clip):
    made = assessing.find(
        person(district), clip.id, begin_us=clip.begin_us, end_us=clip.end_us, situation="attitude", note="", now=NOW
    )
    assert (made.source, made.source_reference) == ("assessment", str(clip.id))
    assert made.room_id == clip.room_id
