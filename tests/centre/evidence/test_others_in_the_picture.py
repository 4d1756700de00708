"""Whoever grants seeing says who is in the picture: where others are, the original is shown to nobody."""

import pytest
from django.urls import reverse

from minhbach.centre.access.actions.purposes import open_purpose
from minhbach.centre.access.actions.viewings import Asker, Left, open_viewing, record_served
from minhbach.centre.evidence.actions import approving, custody, deciding, subjects
from minhbach.centre.evidence.actions.subjects import SubjectRefused
from minhbach.centre.evidence.models import Act, SubjectRequest
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.subject_cases import Stage
from minhbach.centre.evidence.subject_lists import duties
from minhbach.centre.messaging.models import Delivery
from tests.centre.evidence.asking import now_of, taken
from tests.centre.evidence.case import MINUTE, Case, S
from tests.centre.people import signed_in

pytestmark = pytest.mark.django_db


def granted(case: Case, pictured: str, *, begin_us: int | None = None) -> SubjectRequest:
    row = taken(case, begin_us=begin_us or case.begin_us)
    deciding.grant(case.person("commune_chairman"), row.id, pictured=pictured, now=case.now)
    return row


def viewed(case: Case, row: SubjectRequest) -> None:
    """An ordinary viewing of the original that names the request, and what left for it."""
    found = now_of(case, row)
    [camera] = found.cameras
    purpose = open_purpose(case.asker, text="Cho xem", reference=found.code, rooms=[case.room], now=case.now)
    opened = open_viewing(
        Asker(case.asker, session="0" * 64), kind="playback", cameras=[case.camera], begin=found.begin, end=found.end,
        purpose=purpose.id, now=case.now,
    )  # fmt: skip
    played = Left(f"{camera.recorder_id}/{camera.name}", False, row.begin_us, row.end_us)
    record_served(opened.viewing.id, [played], 1000, now=case.now)


def test_seeing_is_granted_only_with_a_word_about_who_is_in_the_picture(case):
    row, chairman = taken(case), case.person("commune_chairman")
    for said in ("", "somebody"):
        with pytest.raises(SubjectRefused, match="Choose whether"):
            deciding.grant(chairman, row.id, pictured=said, now=case.now)
    browser = signed_in(chairman)
    page = browser.get(reverse("subject", args=[row.id])).content.decode()
    assert 'name="pictured" value="others"' in page
    browser.post(reverse("subject_grant", args=[row.id]), {"pictured": "alone"})
    step = now_of(case, row).step(Act.GRANTED)
    assert step is not None
    assert step.reason == "alone"
    assert "Trong hình chỉ có người yêu cầu" in browser.get(reverse("subject", args=[row.id])).content.decode()


def test_where_only_the_person_is_in_it_the_original_is_shown(case, letter):
    row = granted(case, "alone")
    assert "chỉ có hình ảnh của ông/bà" in letter(row)
    viewed(case, row)
    subjects.show(case.asker, row.id, note="Xem tại phòng họp", now=case.now)
    assert now_of(case, row).stage is Stage.DONE


def test_where_others_are_in_it_a_masked_copy_is_given_and_the_original_shown_to_nobody(case, letter):
    row = granted(case, "others")
    assert now_of(case, row).stage is Stage.TO_COPY
    assert "bản sao đã che" in letter(row)
    assert "Mời ông/bà" not in letter(row)
    viewed(case, row)
    with pytest.raises(SubjectRefused, match="only a masked copy"):
        subjects.show(case.asker, row.id, note="Xem tại phòng họp", now=case.now)
    made = subjects.ask_copy(case.asker, row.id, now=case.now)
    assert case.item(made).revision.kind == "masked"
    assert now_of(case, row).stage is Stage.COPYING
    case.approve(made, "commune_chairman")
    case.approve(made, "chief_of_office")
    case.taken_out(made)
    with pytest.raises(SubjectRefused, match="only a masked copy"):
        subjects.show(case.asker, row.id, note="Xem tại phòng họp", now=case.now)
    custody.hand_over(case.asker, made.id, medium="USB 0417", document="", note="", now=case.now)
    found = now_of(case, row)
    assert (found.stage, found.ended_at) == (Stage.DONE, case.now)


def test_others_who_are_found_when_it_is_to_be_shown_are_masked_too(case):
    row = granted(case, "alone")
    page = signed_in(case.asker).get(reverse("subject", args=[row.id])).content.decode()
    assert "Trong hình có người khác?" in page
    made = subjects.ask_copy(case.asker, row.id, now=case.now)
    assert [each.kind for each in now_of(case, row).steps][-2:] == [Act.OTHERS_FOUND, Act.COPY_ASKED]
    viewed(case, row)
    with pytest.raises(SubjectRefused, match="only a masked copy"):
        subjects.show(case.asker, row.id, note="Xem tại phòng họp", now=case.now)
    approving.refuse(case.person("chief_of_office"), made.id, reason="Chưa đủ", now=case.now)
    assert now_of(case, row).stage is Stage.TO_COPY, "and a copy that came to nothing opens the original to nobody"


def test_a_stretch_that_cannot_be_masked_is_not_granted_with_others_in_it(case):
    row = taken(case, begin_us=case.end_us - 3_600 * S)
    with pytest.raises(SubjectRefused, match="shorter stretch"):
        deciding.grant(case.person("commune_chairman"), row.id, pictured="others", now=case.now)


def test_others_found_later_in_what_is_too_long_to_mask_close_the_original_and_the_way_out_is_told(case, letter):
    row = granted(case, "alone", begin_us=case.end_us - 3_600 * S)
    here, asker = reverse("subject", args=[row.id]), signed_in(case.asker)
    assert "Ghi: trong hình có người khác" in asker.get(here).content.decode()
    case.now += MINUTE
    with pytest.raises(SubjectRefused, match="withdraw this and ask anew"):
        subjects.ask_copy(case.asker, row.id, now=case.now)
    found = now_of(case, row)
    assert (found.stage, found.pictured) == (Stage.TO_COPY, "others")
    with pytest.raises(SubjectRefused, match="only a masked copy"):
        subjects.show(case.asker, row.id, note="Xem tại phòng họp", now=case.now)
    taker = case.person("one_stop_officer")
    told = Delivery.objects.filter(notice__kind="subject", notice__sent_at=case.now)
    assert set(told.values_list("address", flat=True)) == {taker.person_id}
    assert [each.row.id for each in duties(taker, now=case.now)] == [row.id]
    for page in (asker.get(here).content.decode(), signed_in(taker).get(here).content.decode()):
        assert "gửi yêu cầu mới với đoạn ngắn hơn" in page
        assert reverse("subject_copy", args=[row.id]) not in page
    assert "rút yêu cầu này và gửi yêu cầu mới" in letter(row)
    subjects.withdraw(taker, row.id, note="Gửi lại đoạn ngắn hơn", now=case.now)
    assert now_of(case, row).stage is Stage.WITHDRAWN


def test_once_others_were_found_the_database_takes_no_showing(case):
    row = granted(case, "alone")
    subjects.step(row.id, Act.OTHERS_FOUND, now=case.now, by=case.asker)
    with pytest.raises(SubjectRefused, match="written down before"):
        subjects.step(row.id, Act.SHOWN, now=case.now, by=case.asker)
    assert now_of(case, row).stage is Stage.TO_COPY


def test_only_who_may_ask_for_the_copy_says_that_others_were_found(case):
    row = granted(case, "alone")
    with pytest.raises(ExtractionRefused):
        subjects.ask_copy(case.person("one_stop_officer"), row.id, now=case.now)
    assert now_of(case, row).stage is Stage.TO_SHOW


def test_the_same_by_the_api(case):
    row, chairman = taken(case), signed_in(case.person("commune_chairman"))
    here = f"/api/subject-requests/{row.id}"
    answer = chairman.post(f"{here}/decision", {"note": ""}, content_type="application/json")
    assert answer.status_code == 409
    answer = chairman.post(f"{here}/decision", {"pictured": "others"}, content_type="application/json")
    assert answer.json()["stage"] == "to_copy"
    assert chairman.get(here).json()["pictured"] == "others"
