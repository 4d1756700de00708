"""An erasure of which a retired recorder has the rest is ended by a person, with a paper, and the citizen reads how."""

import json

import pytest
from django.urls import reverse

from minhbach.centre.evidence import subject_life
from minhbach.centre.evidence.actions import approving, deciding, disposing, erasing, releasing
from minhbach.centre.evidence.actions.building import package_path
from minhbach.centre.evidence.actions.erasing import due_erasures, note_asked, refuse_retired, settle
from minhbach.centre.evidence.actions.subjects import SubjectRefused
from minhbach.centre.evidence.models import Act, Erasure, SubjectRequest
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.subject_cases import DISKS_DESTROYED, DISKS_GONE, Stage
from minhbach.centre.evidence.subject_lists import duties
from minhbach.centre.footage.actions.holds import hold_room
from minhbach.centre.footage.models import Hold
from minhbach.centre.messaging.actions import both
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.registry.models import Recorder
from tests.centre.evidence.asking import now_of, taken
from tests.centre.evidence.case import Case
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db
MINUTES = "Biên bản số 12/BB-UBND ngày 05/9/2026 về tiêu hủy 02 ổ đĩa"


def decided(case: Case) -> SubjectRequest:
    row = taken(case, "erase")
    deciding.grant(case.person("commune_chairman"), row.id, note="Điều 14", now=case.now)
    deciding.second(case.person("chief_of_office"), row.id, now=case.now)
    return row


def retired(case: Case) -> SubjectRequest:
    row = decided(case)
    Recorder.objects.filter(id=case.centre.recorder).update(retired_at=case.now)
    assert refuse_retired(now=case.now) == 1
    assert now_of(case, row).stage is Stage.STUCK
    return row


def page(case: Case, row: SubjectRequest, role: str) -> str:
    return signed_in(case.person(role)).get(reverse("subject", args=[row.id])).content.decode()


def ended(case: Case, row: SubjectRequest, how: str = DISKS_DESTROYED, note: str = MINUTES) -> None:
    disposing.end_erasure(case.person("commune_chairman"), row.id, how=how, note=note, now=case.now)


def test_disks_that_were_destroyed_end_it_with_their_minutes_in_the_answer(case, letter):
    row = retired(case)
    other = case.ask()
    approving.refuse(case.person("chief_of_office"), other.id, reason="Không có căn cứ", now=case.now)
    Hold.objects.update(release_asked_at=case.now, released_at=case.now)
    path = package_path(other.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"a package")
    ended(case, row)
    found = now_of(case, row)
    assert (found.stage, found.ended_at) == (Stage.DONE, case.now)
    said = letter(row)
    assert MINUTES in said
    assert "ổ đĩa của máy đã được tiêu hủy" in said
    assert "đang được xóa" not in said
    assert "không còn bản ghi nào của thời gian này" not in said
    assert not path.exists(), "what the centre has of it goes too"
    told = Delivery.objects.filter(notice__reference=str(row.id), notice__vi__contains="đã kết thúc")
    assert case.person("one_stop_officer").person_id in set(told.values_list("address", flat=True))
    assert settle(now=case.now) == 0


def test_disks_that_are_gone_end_it_undone_and_the_citizen_reads_why(case, letter):
    row = retired(case)
    ended(case, row, DISKS_GONE, "Đầu ghi bị mất trộm, biên bản số 7/BB-CAX ngày 02/9/2026")
    found = now_of(case, row)
    assert found.stage is Stage.REFUSED
    said = letter(row)
    assert "Yêu cầu đã được chấp thuận nhưng không xóa được bản ghi" in said
    assert "biên bản số 7/BB-CAX" in said
    assert "quyền khiếu nại" in said
    assert "biên bản số 7/BB-CAX" in subject_life.as_csv(found)
    # What the log says later cannot end it a second time, nor stop others from being settled.
    Erasure.objects.update(done_at=case.now, refused_vi="", refused_en="")
    assert settle(now=case.now) == 0


def test_disks_that_are_gone_are_called_a_refusal_nowhere(case):
    row = retired(case)
    ended(case, row, DISKS_GONE, "Biên bản số 7/BB-CAX")
    said, words = page(case, row, "commune_chairman"), "Đã kết thúc, không xóa được"
    assert (words in said, "Đã từ chối" in said) == (True, False)
    browser = signed_in(case.person("commune_chairman"))
    listed = browser.get(f"{reverse('subjects')}?nam={now_of(case, row).row.year}").content.decode()
    assert (words in listed, "Đã từ chối" in listed) == (True, False)
    told = browser.get(f"/api/subject-requests/{row.id}").json()
    assert told["stage_vi"] == words
    life = subject_life.life(now_of(case, row))
    for steps in ([step["vi"] for step in told["steps"]], [event.what.vi for event in life]):
        assert (words in steps, "Từ chối" in steps) == (True, False)
    other = taken(case, "erase")
    deciding.refuse(case.person("commune_chairman"), other.id, reason="identity", now=case.now)
    assert "Đã từ chối" in page(case, other, "commune_chairman")


def test_whoever_decides_has_it_before_them_and_writes_it_down_on_its_page(case):
    row = retired(case)
    chairman = case.person("commune_chairman")
    assert row.id in [each.row.id for each in duties(chairman, now=case.now)]
    assert reverse("subject_end", args=[row.id]) in page(case, row, "commune_chairman")
    assert reverse("subject_end", args=[row.id]) not in page(case, row, "one_stop_officer")
    browser = signed_in(chairman)
    browser.post(reverse("subject_end", args=[row.id]), {"how": DISKS_DESTROYED, "note": " "})
    assert now_of(case, row).stage is Stage.STUCK
    browser.post(reverse("subject_end", args=[row.id]), {"how": DISKS_DESTROYED, "note": MINUTES})
    said = page(case, row, "commune_chairman")
    assert MINUTES in said
    assert "Ổ đĩa của đầu ghi đã ngừng sử dụng đã được tiêu hủy" in said
    assert reverse("subject_end", args=[row.id]) not in said
    assert row.id not in [each.row.id for each in duties(chairman, now=case.now)]


def test_it_is_an_operation_too_for_who_decides_and_nobody_else(case):
    row = retired(case)
    body = json.dumps({"how": DISKS_GONE, "note": MINUTES})

    def say(role: str, said: str = body):
        where = f"/api/subject-requests/{row.id}/disks"
        return signed_in(case.person(role)).post(where, said, content_type="application/json")

    assert say("one_stop_officer").status_code == 403
    assert say("commune_chairman", json.dumps({"how": "burnt", "note": "x"})).status_code == 422
    assert say("commune_chairman").json()["stage"] == "refused"
    assert say("commune_chairman").status_code == 409


def test_it_is_not_ended_so_while_a_recorder_in_use_has_it_to_do(case):
    row = decided(case)
    [order] = due_erasures(case.centre.recorder, now=case.now)
    with pytest.raises(SubjectRefused):
        ended(case, row)
    note_asked(order.id, now=case.now, refusal=erasing.RETIRED)
    assert now_of(case, row).stage is Stage.STUCK
    with pytest.raises(SubjectRefused) as refused:
        ended(case, row)
    assert refused.value.words is disposing.NOT_RETIRED
    assert reverse("subject_end", args=[row.id]) not in page(case, row, "commune_chairman")


def test_disks_with_footage_that_is_held_are_not_written_down_as_destroyed(case):
    row = retired(case)
    hold_room(
        case.asker, room=case.room, cameras=[case.camera], begin_us=case.begin_us, end_us=case.end_us,
        reason="Vụ án", now=case.now,
    )  # fmt: skip
    with pytest.raises(SubjectRefused) as refused:
        ended(case, row)
    assert "đang được giữ lại" in both(refused.value.words)[0]
    assert now_of(case, row).step(Act.ERASED) is None


def test_what_two_let_go_keeps_nobody_from_writing_the_disks_down_as_destroyed(case):
    row = retired(case)
    hold = hold_room(
        case.asker, room=case.room, cameras=[case.camera], begin_us=case.begin_us, end_us=case.end_us,
        reason="Vụ án", now=case.now,
    )  # fmt: skip
    Hold.objects.update(placed_at=case.now, placed_index=41)
    releasing.ask_release(case.asker, hold.id, reason="Đã xong", now=case.now)
    releasing.decide_release(case.person("chief_of_office"), hold.id, agreed=True, now=case.now)
    ended(case, row)
    assert now_of(case, row).stage is Stage.DONE


def test_neither_how_nor_by_which_minutes_may_be_left_open(case):
    row = retired(case)
    for how, note, why in ((DISKS_DESTROYED, "", disposing.SAY_BY_WHICH), ("burnt", MINUTES, disposing.SAY_HOW)):
        with pytest.raises(SubjectRefused) as refused:
            ended(case, row, how, note)
        assert refused.value.words is why
    assert now_of(case, row).stage is Stage.STUCK


def test_who_only_takes_requests_does_not_end_one(case):
    row = retired(case)
    with pytest.raises(ExtractionRefused):
        disposing.end_erasure(case.person("one_stop_officer"), row.id, how=DISKS_DESTROYED, note=MINUTES, now=case.now)
    assert now_of(case, row).stage is Stage.STUCK
