"""The answer about an erasure that something blocks: it says so, as far as a citizen may know it, and until when."""

import datetime

import pytest
from django.urls import reverse

from minhbach.centre.evidence.actions import deciding
from minhbach.centre.evidence.actions.erasing import due_erasures, refuse_retired
from minhbach.centre.evidence.models import SubjectRequest
from minhbach.centre.evidence.subject_cases import Stage
from minhbach.centre.footage.actions.holds import hold_room
from minhbach.centre.footage.models import Hold
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Recorder
from tests.centre.evidence.asking import now_of, taken
from tests.centre.evidence.case import Case
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db


def held_since_two_decided(case: Case) -> SubjectRequest:
    row = taken(case, "erase")
    deciding.grant(case.person("commune_chairman"), row.id, note="Điều 14", now=case.now)
    deciding.second(case.person("chief_of_office"), row.id, now=case.now)
    hold_room(
        case.asker, room=case.room, cameras=[case.camera], begin_us=case.begin_us, end_us=case.end_us,
        reason="Vụ án Nguyễn Văn A", now=case.now,
    )  # fmt: skip
    due_erasures(case.centre.recorder, now=case.now)
    assert now_of(case, row).stage is Stage.STUCK
    return row


def test_it_names_the_kind_of_reason_and_the_day_of_its_review_and_not_the_matter(case, letter):
    said = letter(held_since_two_decided(case))
    by = registry.day_of(case.now) + datetime.timedelta(days=90)
    assert "chưa xóa được bản ghi vì bản ghi đang được giữ lại" in said
    assert f"rà soát chậm nhất ngày {by:%d/%m/%Y}" in said
    assert "Nguyễn Văn A" not in said
    assert "đang được xóa" not in said


def test_a_review_that_is_due_is_called_due(case, letter):
    row = held_since_two_decided(case)
    case.now += datetime.timedelta(days=91)
    assert "đã đến kỳ rà soát" in letter(row)


def test_where_nothing_known_blocks_it_the_recorder_did_not_do_it(case, letter):
    row = held_since_two_decided(case)
    Hold.objects.update(release_asked_at=case.now, released_at=case.now)
    assert "vì đầu ghi chưa thực hiện được lệnh xóa" in letter(row)


def test_of_a_retired_recorder_it_says_where_the_footage_lies_and_how_it_goes(case, letter):
    row = taken(case, "erase")
    deciding.grant(case.person("commune_chairman"), row.id, note="Điều 14", now=case.now)
    deciding.second(case.person("chief_of_office"), row.id, now=case.now)
    Recorder.objects.filter(id=case.centre.recorder).update(retired_at=case.now)
    refuse_retired(now=case.now)
    said = letter(row)
    assert "đầu ghi đã ngừng sử dụng" in said
    assert "tiêu hủy ổ đĩa" in said
    assert "khi không còn lý do này" not in said
    assert "chưa thực hiện được lệnh xóa" not in said


def test_what_goes_of_the_person_is_the_salt_and_not_the_hash(case):
    row, chairman = taken(case), case.person("commune_chairman")
    deciding.refuse(chairman, row.id, reason="identity", now=case.now)
    page = signed_in(chairman).get(reverse("subject", args=[row.id])).content.decode()
    assert "giá trị muối của mã băm" in page
    assert "mã băm nhân thân bị xóa" not in page
