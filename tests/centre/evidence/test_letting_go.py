"""A hold that is let go ends at the recorder too, whatever became of the line between; then nothing stands against
erasing any more.
"""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access.models import Account, Grant, Refusal
from minhbach.centre.evidence.actions import releasing
from minhbach.centre.evidence.duties import releases
from minhbach.centre.evidence.obstacles import obstacles
from minhbach.centre.evidence.people import BY_GRANT, OWN_COUNTER, ExtractionRefused
from minhbach.centre.evidence.subject_cases import case as subject_case
from minhbach.centre.footage import ordering
from minhbach.centre.footage.actions.holds import hold_room
from minhbach.centre.footage.models import Hold, LegalHold
from minhbach.centre.messaging.actions import both
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.registry.models import CounterPost, Recorder
from minhbach.protocol import subjects
from tests.centre.evidence.asking import taken
from tests.centre.evidence.case import Case
from tests.centre.evidence.talking import ordered
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


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


def released_for(account: Account, now: datetime.datetime) -> list[str]:
    """Whom the start page names as asking for the release of something."""
    return [each.asked_by.full_name for each in releases(account, now=now)]


def told(account: Account) -> bool:
    return Delivery.objects.filter(address=account.person_id, notice__kind="hold").exists()


def test_who_worked_at_the_counter_is_neither_asked_to_release_nor_offered_to(case: Case) -> None:
    day = subject_case(taken(case, "erase").id, now=case.now).begin.date()
    chief, chairman, counter = (
        case.person("chief_of_office"),
        case.person("commune_chairman"),
        case.district.counters["A"],
    )
    hold = held(case)
    address = reverse("hold_release", args=[hold.id])
    CounterPost.objects.create(person=chief.person, counter=counter, valid_from=day)
    assert "Đề nghị gỡ" not in signed_in(chief).get(address).content.decode()
    releasing.ask_release(case.asker, hold.id, reason="Đã xong", now=case.now)
    assert [released_for(each, case.now) for each in (chief, chairman)] == [[], [case.asker.person.full_name]]
    assert [told(each) for each in (chief, chairman)] == [False, True]
    refusals = Refusal.objects.count()
    page = signed_in(chief).get(address).content.decode()
    assert (both(OWN_COUNTER)[0] in page, "Đồng ý gỡ" in page) == (True, False)
    assert "Đồng ý gỡ" in signed_in(chairman).get(address).content.decode()
    assert Refusal.objects.count() == refusals, "nobody asked to release it"


@pytest.mark.parametrize(("since", "until", "own"), [(-9, -1, 0), (-9, 0, 0), (-9, 1, 1), (0, None, 1), (1, None, 0)])
def test_only_the_days_of_the_stretch_itself_make_it_ones_own(
    case: Case, since: int, until: int | None, own: int
) -> None:
    day = subject_case(taken(case, "erase").id, now=case.now).begin.date()
    chief, hold = case.person("chief_of_office"), held(case)
    CounterPost.objects.create(
        person=chief.person, counter=case.district.counters["A"], valid_from=day + since * DAY,
        valid_until=None if until is None else day + until * DAY,
    )  # fmt: skip
    releasing.ask_release(case.asker, hold.id, reason="Đã xong", now=case.now)
    assert (len(released_for(chief, case.now)), bool(told(chief))) == (1 - own, not own)


def test_who_may_hold_by_a_grant_reads_why_they_release_nothing(case: Case) -> None:
    case.now = timezone.now()
    hold, officer = held(case), case.person("reception_officer")
    grant = Grant.objects.create(
        person=officer.person, rights=["hold"], granted_by=case.person("chief_of_office").person, granted_at=case.now,
        begins_at=case.now, ends_at=case.now + DAY, decision_number="9/QĐ",
    )  # fmt: skip
    grant.rooms.add(case.district.rooms["A", "one_stop"])
    releasing.ask_release(case.asker, hold.id, reason="Đã xong", now=case.now)
    assert released_for(officer, case.now) == []
    page = signed_in(officer).get(reverse("hold_release", args=[hold.id])).content.decode()
    assert (both(BY_GRANT)[0] in page, "Đồng ý gỡ" in page) == (True, False)


def test_a_release_that_the_recorder_refused_is_sent_again_by_one_and_its_life_keeps_the_refusal(own: Case) -> None:
    hold, row = held(own), taken(own, "erase")
    assert one_pass(own) == ["hold"]
    let_go(own, hold)
    refused(hold)
    assert ordering.due_holds(own.centre.recorder) == []
    browser, address = signed_in(own.asker), reverse("hold_release", args=[hold.id])
    page = browser.get(address).content.decode()
    assert ("Gửi lại lệnh gỡ" in page, "Không được." in page) == (True, True)
    browser.post(address, {"again": "1"})
    assert "Gửi lại lệnh gỡ" not in browser.get(address).content.decode()
    said = browser.get(reverse("hold", args=[hold.id])).content.decode()
    assert ("Gửi lại lệnh gỡ" in said, "Không được." in said) == (True, True)
    assert one_pass(own) == ["hold_released"]
    assert obstacles(subject_case(row.id, now=own.now), now=own.now) == []


def test_what_was_never_held_or_never_let_go_is_not_sent_again_nor_by_who_may_not_hold(case: Case) -> None:
    hold = held(case)
    for changed in ({}, {"placed_at": case.now, "placed_index": 41}):
        Hold.objects.update(refused_vi="Không được.", refused_en="It may not be.", **changed)
        with pytest.raises(ExtractionRefused, match="No recorder refused"):
            releasing.ask_recorders_again(case.asker, hold.id, now=case.now)
    Hold.objects.update(refused_vi="", refused_en="")
    let_go(case, hold)
    refused(hold)
    for account in (case.person("one_stop_officer"), case.person("technician")):
        with pytest.raises(ExtractionRefused):
            releasing.ask_recorders_again(account, hold.id, now=case.now)
    assert Hold.objects.get().refused_en


def retire(case: Case) -> None:
    Recorder.objects.filter(id=case.centre.recorder).update(retired_at=case.now)


def shown(case: Case, hold: LegalHold) -> str:
    return signed_in(case.asker).get(reverse("hold", args=[hold.id])).content.decode()


@pytest.mark.parametrize("first", ["released", "retired"])
@pytest.mark.parametrize("placed", [True, False])
def test_what_two_let_go_is_over_where_its_recorder_is_retired_and_says_so(
    case: Case, first: str, placed: bool
) -> None:
    hold, row = held(case), taken(case, "erase")
    if placed:
        Hold.objects.update(placed_at=case.now, placed_index=41)
    steps = [lambda: let_go(case, hold), lambda: retire(case)]
    for step in steps if first == "released" else steps[::-1]:
        assert obstacles(subject_case(row.id, now=case.now), now=case.now)
        step()
    assert obstacles(subject_case(row.id, now=case.now), now=case.now) == []
    assert (listed(case, hold), listed(case, hold, **{"da-xong": ""})) == (False, True)
    said = shown(case, hold)
    assert "Chờ đầu ghi gỡ" not in said
    assert "Đã đồng ý gỡ; đầu ghi đã ngừng sử dụng" in said
    assert "hết hiệu lực: hai người đã đồng ý gỡ" in said, "its life says it too"
    assert 'hx-trigger="every 3s"' not in said, "nothing is waited for"


def test_a_release_that_was_refused_is_over_with_its_recorder_and_is_not_sent_again(case: Case) -> None:
    hold, row = held(case), taken(case, "erase")
    Hold.objects.update(placed_at=case.now, placed_index=41)
    let_go(case, hold)
    refused(hold)
    assert obstacles(subject_case(row.id, now=case.now), now=case.now)
    retire(case)
    assert obstacles(subject_case(row.id, now=case.now), now=case.now) == []
    with pytest.raises(ExtractionRefused, match="No recorder refused"):
        releasing.ask_recorders_again(case.asker, hold.id, now=case.now)


def test_what_nobody_let_go_stands_on_a_retired_recorder_and_its_disks_are_to_be_kept(case: Case) -> None:
    hold, row = held(case), taken(case, "erase")
    retire(case)
    assert obstacles(subject_case(row.id, now=case.now), now=case.now)
    assert "giữ nguyên ổ đĩa của máy" in shown(case, hold)
    assert "tự gửi lại khi có đường truyền" not in shown(case, hold)
    Hold.objects.update(placed_at=case.now, placed_index=41)
    assert "Đang giữ" in shown(case, hold)
    assert obstacles(subject_case(row.id, now=case.now), now=case.now)


def test_who_retires_a_recorder_reads_that_it_still_holds(case: Case) -> None:
    page = reverse("recorder_retire", args=[case.centre.recorder])

    def said() -> str:
        return signed_in(case.person("technician")).get(page).content.decode()

    assert "Máy đang giữ lại hình" not in said()
    hold = held(case)
    assert "Máy đang giữ lại hình cho 1 vụ việc" in said()
    Hold.objects.filter(reference=str(hold.id)).update(
        placed_at=case.now, release_asked_at=case.now, released_at=case.now
    )
    assert "Máy đang giữ lại hình" not in said()
