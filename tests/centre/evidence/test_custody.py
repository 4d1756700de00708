"""Who writes down hand-over and return is the regulation's word, and nobody forgets a copy that is out of the house."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access.models import AuditRow
from minhbach.centre.evidence.actions import building, custody, releasing, reminding, requests
from minhbach.centre.evidence.duties import duties, who_next
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.stages import Stage
from minhbach.centre.footage.models import Hold
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.regulation import actions as regulation
from minhbach.centre.regulation.rules import shipped
from minhbach.centre.words import Words
from tests.centre.people import signed_in
from tests.photographs import photograph

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def told(case, role):
    """What somebody was told about extractions, the newest last."""
    rows = Delivery.objects.filter(address=case.person(role).person_id, notice__kind="extraction")
    return list(rows.order_by("delivered_at", "id").values_list("notice__en", flat=True))


def with_receiver(case):
    row = case.copied()
    custody.hand_over(case.asker, row.id, medium="USB 0417", document="", note="", now=case.now)
    custody.sign_for(case.asker, row.id, photo=photograph(), note="", now=case.now)
    return row


def test_a_regulation_that_gives_the_hand_over_to_another_level_is_obeyed_without_code(case):
    row = case.copied()
    content = shipped(case.district.profile)
    content["roles"]["service_centre_head"]["one_stop"]["rights"].remove("hand_over")
    content["roles"]["technician"]["one_stop"]["rights"].append("hand_over")
    day = case.now.date()
    top = case.district.units["top"].id
    regulation.issue(unit=top, content=content, valid_from=day, decision_number="9/QĐ", now=case.now)
    with pytest.raises(ExtractionRefused):
        custody.hand_over(case.asker, row.id, medium="USB 0417", document="", note="", now=case.now)
    technician = case.person("technician")
    custody.hand_over(technician, row.id, medium="USB 0417", document="", note="", now=case.now)
    assert case.item(row).stage is Stage.HANDED_OVER


def test_what_was_never_copied_out_is_not_handed_over(case):
    row = case.built()
    page, asker = reverse("extraction", args=[row.id]), signed_in(case.asker)
    with pytest.raises(ExtractionRefused, match="First the technician copies it out"):
        custody.hand_over(case.asker, row.id, medium="USB 0417", document="", note="", now=case.now)
    assert case.item(row).stage is Stage.BUILT
    waiting = asker.get(page).content.decode()
    assert "Ghi bàn giao" not in waiting
    assert "Gói chưa được chép ra" in waiting
    technician = case.person("technician")
    assert who_next(case.item(row), now=case.now) == [technician.person.full_name]
    assert [duty.verb.en for duty in duties(technician, now=case.now)] == ["Copy it out"]
    assert list(duties(case.asker, now=case.now)) == []
    building.copy_package(technician, row.id, address=None, now=case.now)
    assert list(duties(technician, now=case.now)) == []
    assert [duty.verb.en for duty in duties(case.asker, now=case.now)] == ["Hand over"]
    assert "Ghi bàn giao" in asker.get(page).content.decode()


def test_a_copy_that_was_not_returned_is_late_and_those_who_hand_over_are_reminded_again_and_again(case):
    row = with_receiver(case)
    assert case.item(row).stage is Stage.SIGNED
    case.now += 91 * DAY
    assert case.item(row).stage is Stage.OVERDUE
    assert [duty.verb.en for duty in duties(case.asker, now=case.now)] == ["Take back"]
    assert reminding.remind(now=case.now) == 1
    assert reminding.remind(now=case.now + DAY) == 0
    assert reminding.remind(now=case.now + 15 * DAY) == 1
    assert "should have been returned" in told(case, "service_centre_head")[-1]
    assert "should have been returned" in told(case, "chief_of_office")[-1]
    assert all("should have been" not in words for words in told(case, "technician"))
    custody.close(case.asker, row.id, destroyed=False, document="BB 7", note="", now=case.now)
    assert case.item(row).stage is Stage.RETURNED
    assert reminding.remind(now=case.now + 40 * DAY) == 0
    assert list(duties(case.asker, now=case.now)) == []


def test_an_approval_that_runs_out_is_told_before_and_after_once(case):
    row = case.ask()
    case.approve(row, "commune_chairman")
    asked = case.item(row).revision.made_at
    assert reminding.remind(now=asked + 5 * DAY) == 0
    assert reminding.remind(now=asked + 6 * DAY) == 1
    assert "can be approved only until" in told(case, "chief_of_office")[-1]
    assert all("can be approved" not in words for words in told(case, "commune_chairman"))
    assert reminding.remind(now=asked + 6.5 * DAY) == 0
    assert reminding.remind(now=asked + 8 * DAY) == 1
    assert "has run out" in told(case, "service_centre_head")[-1]
    assert reminding.remind(now=asked + 9 * DAY) == 0
    assert AuditRow.objects.filter(act=reminding.ACT).count() == 2


def test_what_ran_out_long_ago_is_not_told_any_more(case):
    row = case.ask()
    assert reminding.remind(now=case.item(row).revision.made_at + 40 * DAY) == 0


def test_whoever_hands_over_reads_for_whom_and_finds_the_forms_on_the_page(case):
    row = case.copied()
    page = signed_in(case.person("office_specialist")).get(reverse("extraction", args=[row.id])).content.decode()
    assert "Ghi bàn giao" in page
    assert "Trung tá Nguyễn Văn Hùng" in page
    technician = signed_in(case.person("technician")).get(reverse("extraction", args=[row.id])).content.decode()
    assert "Ghi bàn giao" not in technician


def test_a_technician_never_learns_who_received_what_they_packed(case):
    row = case.copied()
    custody.hand_over(case.asker, row.id, medium="USB 0417", document="GGT 88/CAX", note="qua ông Bảo", now=case.now)
    custody.sign_for(case.asker, row.id, photo=photograph(), note="ký thay", now=case.now)
    custody.close(case.asker, row.id, destroyed=False, document="BB 12/CAX", note="", now=case.now)
    seen = signed_in(case.person("technician")).get(reverse("extraction", args=[row.id])).content.decode()
    told = signed_in(case.person("technician")).get(f"/api/extractions/{row.id}").content.decode()
    assert "USB 0417" in seen
    for secret in ("Nguyễn Văn Hùng", "88/CAX", "ông Bảo", "ký thay", "12/CAX"):
        assert secret not in seen
        assert secret not in told
    page = signed_in(case.person("chief_of_office")).get(reverse("extraction", args=[row.id])).content.decode()
    assert "88/CAX" in page
    assert "Trung tá Nguyễn Văn Hùng" in page


def test_who_has_neither_a_key_nor_codes_is_told_how_to_get_them(case):
    case.now = timezone.now()
    row = case.ask()
    page = signed_in(case.person("chief_of_office")).get(reverse("extraction", args=[row.id])).content.decode()
    assert reverse("codes") in page
    assert reverse("security_keys") in page
    assert 'name="code"' not in page


def test_the_page_says_how_the_footage_is_held_and_that_it_was_released_by_two(case):
    case.now = timezone.now()
    row = case.ask()
    browser, address = signed_in(case.asker), reverse("extraction", args=[row.id])
    assert "Chờ đầu ghi xác nhận" in browser.get(address).content.decode()
    Hold.objects.update(placed_at=case.now)
    assert "Đang giữ" in browser.get(address).content.decode()
    requests.withdraw(case.asker, row.id, reason="Nhầm", now=case.now)
    hold = case.item(row).revision.hold_id
    releasing.ask_release(case.asker, hold, reason="Đã xong", now=case.now)
    releasing.decide_release(case.person("chief_of_office"), hold, agreed=True, now=case.now)
    assert "Chờ đầu ghi gỡ" in browser.get(address).content.decode()
    Hold.objects.update(released_at=case.now)
    assert "Đã gỡ" in browser.get(address).content.decode()


def test_a_package_that_could_not_be_built_says_why_with_all_its_values(case):
    row = case.approved()
    build = building.begin_build(case.person("technician"), row.id, now=case.now)
    building.fail_build(build.id, why=Words("Thiếu {n} tệp", "{n} files missing").fill(n=3), now=case.now)
    assert case.item(row).build.failure_vi == "Thiếu 3 tệp"
    assert case.item(row).build.failure_en == "3 files missing"


def test_what_is_signed_for_while_it_is_written_down_as_destroyed_is_not_destroyed_as_unsigned(case, monkeypatch):
    row = case.copied()
    custody.hand_over(case.asker, row.id, medium="USB 0417", document="", note="", now=case.now)
    before, lock = told(case, "commune_chairman"), building.one_step_at_a_time

    def signed_meanwhile(extraction):
        monkeypatch.setattr(custody, "one_step_at_a_time", lock)
        custody.sign_for(case.asker, extraction, photo=photograph(), note="", now=case.now)
        lock(extraction)

    monkeypatch.setattr(custody, "one_step_at_a_time", signed_meanwhile)
    with pytest.raises(ExtractionRefused, match="its turn has not come"):
        custody.close(
            case.asker, row.id, destroyed=True, document="BB 7", note="Người nhận không đến", now=case.now
        )  # fmt: skip
    assert building.package_path(row.id).exists()
    assert told(case, "commune_chairman") == before
