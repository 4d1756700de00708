"""A hold that is let go ends at the recorder too, whatever became of the line between; then nothing stands against
erasing any more.
"""

import pytest
from django.urls import reverse

from minhbach.centre.evidence.actions import releasing
from minhbach.centre.evidence.obstacles import obstacles
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.subject_cases import case as subject_case
from minhbach.centre.footage import ordering
from minhbach.centre.footage.actions.holds import hold_room
from minhbach.centre.footage.models import Hold, LegalHold
from minhbach.centre.registry.models import CounterPost
from minhbach.protocol import subjects
from tests.centre.evidence.asking import taken
from tests.centre.evidence.case import Case
from tests.centre.evidence.talking import ordered
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db


def held(case: Case) -> LegalHold:
    return hold_room(
        case.asker, room=case.room, cameras=[case.camera], begin_us=case.begin_us, end_us=case.end_us, reason="Vụ việc",
        now=case.now,
    )  # fmt: skip


def let_go(case: Case, hold: LegalHold) -> None:
    releasing.ask_release(case.asker, hold.id, reason="Đã xong", now=case.now)
    releasing.decide_release(case.person("chief_of_office"), hold.id, agreed=True, now=case.now)


def one_pass(own: Case) -> list[str]:
    """Tell the recorder all that is due and bring in what it logged; which kinds of entries those were."""
    for hold in ordering.due_holds(own.centre.recorder):
        assert ordered(own, subjects.HOLD, ordering.hold_token(hold, own.centre.keys.lease)).done
    own.centre.site.settle()
    entries = own.centre.take_in()
    ordering.take_entries(own.centre.recorder, entries, now=own.now)
    return [entry["kind"] for _, entry in entries if entry["kind"].startswith("hold")]


def listed(case: Case, hold: LegalHold, **asked: str) -> bool:
    return str(hold.id) in signed_in(case.asker).get("/giu-lai", asked).content.decode()


def test_what_is_held_and_let_go_while_the_line_is_cut_is_released_once_it_is_back(own: Case) -> None:
    hold, row = held(own), taken(own, "erase")
    let_go(own, hold)
    assert obstacles(subject_case(row.id, now=own.now), now=own.now)
    assert (listed(own, hold), listed(own, hold, **{"da-xong": ""})) == (True, False)
    assert [one_pass(own), one_pass(own)] == [["hold"], ["hold_released"]]
    assert ordering.due_holds(own.centre.recorder) == []
    assert obstacles(subject_case(row.id, now=own.now), now=own.now) == []
    assert (listed(own, hold), listed(own, hold, **{"da-xong": ""})) == (False, True)


def test_what_the_recorder_holds_already_though_its_answer_was_lost_is_released_and_not_held_twice(own: Case) -> None:
    hold = held(own)
    [order] = ordering.due_holds(own.centre.recorder)
    assert ordered(own, subjects.HOLD, ordering.hold_token(order, own.centre.keys.lease)).done
    let_go(own, hold)
    assert [one_pass(own), one_pass(own)] == [["hold"], ["hold_released"]]


def refused(hold: LegalHold) -> None:
    Hold.objects.filter(reference=str(hold.id)).update(refused_vi="Không được.", refused_en="It may not be.")


def test_what_a_recorder_refused_is_seen_until_two_let_it_go_and_is_over_then(case: Case) -> None:
    hold = held(case)
    refused(hold)
    assert (listed(case, hold), listed(case, hold, **{"da-xong": ""})) == (True, False)
    let_go(case, hold)
    assert ordering.due_holds(case.centre.recorder) == []
    assert (listed(case, hold), listed(case, hold, **{"da-xong": ""})) == (False, True)


def test_what_a_recorder_has_and_does_not_release_stands_and_its_life_tells_both(case: Case) -> None:
    hold, row = held(case), taken(case, "erase")
    Hold.objects.update(placed_at=case.now, placed_index=41)
    let_go(case, hold)
    refused(hold)
    assert obstacles(subject_case(row.id, now=case.now), now=case.now)
    assert (listed(case, hold), listed(case, hold, **{"da-xong": ""})) == (True, False)
    said = signed_in(case.asker).get(reverse("hold", args=[hold.id])).content.decode()
    assert "Đầu ghi không giữ được" not in said
    assert "mục 41 trong nhật ký" in said
    assert "Đầu ghi không gỡ" in said
    assert "Không được." in said


def test_who_worked_at_the_counter_that_day_neither_asks_for_a_release_nor_decides_it(case: Case) -> None:
    hold, counter = held(case), case.district.counters["A"]
    day = subject_case(taken(case, "erase").id, now=case.now).begin.date()
    chief = case.person("chief_of_office")
    CounterPost.objects.create(person=chief.person, counter=counter, valid_from=day)
    with pytest.raises(ExtractionRefused, match="counter"):
        releasing.ask_release(chief, hold.id, reason="Đã xong", now=case.now)
    releasing.ask_release(case.asker, hold.id, reason="Đã xong", now=case.now)
    for agreed in (True, False):
        with pytest.raises(ExtractionRefused, match="counter"):
            releasing.decide_release(chief, hold.id, agreed=agreed, now=case.now)
    assert not Hold.objects.filter(release_asked_at__isnull=False).exists()
