"""The pages of an extraction: each person sees what is theirs, does what is next, and the papers print."""

import datetime
import re
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access.actions.security_keys import as_text, from_text
from minhbach.centre.access.key_proof import Site
from minhbach.centre.access.models import SecurityKey
from minhbach.centre.evidence import printing
from minhbach.centre.evidence.actions import custody, releasing, requests
from minhbach.centre.evidence.models import Custody, Extraction, HoldRelease
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.stages import Stage
from minhbach.centre.footage.models import Hold, LegalHold
from minhbach.centre.registry.reading import VIETNAM
from minhbach.ledger import approval
from tests.centre.access.test_security_keys import Token
from tests.centre.people import signed_in
from tests.photographs import photograph

pytestmark = pytest.mark.django_db
REASON = "Xác minh phản ánh về thái độ phục vụ"


def said(case, role, row):
    answer = signed_in(case.person(role)).get(reverse("extraction", args=[row.id]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_request_is_made_on_the_page_of_the_room_and_has_a_page_of_its_own(case):
    browser = signed_in(case.asker)
    page = reverse("extraction_new", args=[case.room])
    assert browser.get(f"{page}?tu={case.begin_us}&den={case.end_us}").status_code == 200
    local = case.item(case.ask())
    given = {
        "day": local.begin.date().isoformat(), "begin": f"{local.begin:%H:%M:%S}", "end": f"{local.end:%H:%M:%S}",
        "cameras": [str(case.camera)], "purpose": REASON, "legal_basis": "Quyết định 12", "case_number": "",
        "receiver_body": "Công an", "receiver_name": "Ông Hùng",
    }  # fmt: skip
    answer = browser.post(page, given)
    assert answer.status_code == 302
    assert Extraction.objects.count() == 2
    assert REASON in browser.get(answer["Location"]).content.decode()


def test_the_technician_sees_what_to_build_and_never_why(case):
    row = case.approved()
    seen = said(case, "technician", row)
    assert "Lập gói" in seen
    for secret in (REASON, "Quyết định 12/QĐ-TTr", "PA-2026-0123", "Nguyễn Văn Hùng", "Công an xã A"):
        assert secret not in seen
    assert REASON in said(case, "chief_of_office", row)
    listed = signed_in(case.person("technician")).get(reverse("extractions") + "?nam=2026").content.decode()
    assert str(row) in listed
    assert REASON not in listed


def test_the_technician_takes_the_package_and_each_time_is_written_down_before_a_byte_leaves(case):
    row = case.built(b"the very bytes")
    technician = signed_in(case.person("technician"))
    answer = technician.post(reverse("extraction_package", args=[row.id]))
    assert answer.getvalue() == b"the very bytes"
    assert Custody.objects.filter(extraction=row, kind="copied").count() == 1
    court = technician.get(reverse("extraction_keys", args=[row.id])).content.decode()
    assert {line.split()[0] for line in court.splitlines()} == {"log", "witness", "centre"}
    refused = signed_in(case.asker).post(reverse("extraction_package", args=[row.id]))
    assert refused.status_code == 403
    assert Custody.objects.filter(extraction=row, kind="copied").count() == 1


def test_custody_goes_hand_to_hand_in_its_order_and_ends(case):
    row = case.copied()
    with pytest.raises(ExtractionRefused):
        custody.sign_for(case.asker, row.id, photo=photograph(), note="", now=case.now)
    custody.hand_over(case.asker, row.id, medium="USB 0417", document="GGT 12", note="", now=case.now)
    with pytest.raises(ExtractionRefused):
        custody.hand_over(case.asker, row.id, medium="USB 0418", document="", note="", now=case.now)
    custody.sign_for(case.asker, row.id, photo=photograph(), note="", now=case.now)
    assert case.item(row).stage is Stage.SIGNED
    custody.close(case.asker, row.id, destroyed=True, document="BB 5", note="", now=case.now)
    assert case.item(row).stage is Stage.DESTROYED
    with pytest.raises(ExtractionRefused):
        custody.close(case.asker, row.id, destroyed=False, document="BB 6", note="", now=case.now)
    lines = signed_in(case.asker).get(reverse("extraction_csv", args=[row.id])).getvalue().decode()
    for what in ("Đề nghị", "Duyệt lần 1", "Duyệt lần 2", "Gói đã lập xong", "Bàn giao", "Tiêu hủy"):
        assert what in lines


@pytest.mark.parametrize("route", ["extraction_minutes", "extraction_life"])
def test_minutes_and_life_print_in_the_layout_of_an_office(case, route):
    row = case.built()
    answer = signed_in(case.asker).get(reverse(route, args=[row.id]))
    assert answer.content.startswith(b"%PDF-")
    assert signed_in(case.person("technician")).get(reverse(route, args=[row.id])).status_code == 403


def test_the_minutes_are_of_the_day_and_the_hand_of_the_hand_over_whenever_they_are_printed(case, monkeypatch):
    told: dict[str, object] = {}

    def kept(form: Path, values: dict[str, object], *, at: datetime.datetime) -> bytes:
        told.update(values)
        return b"%PDF-"

    monkeypatch.setattr(printing, "pdf", kept)
    row = case.copied()
    printing.minutes(case.item(row), now=case.now)
    assert (told["giver"], told["day_in_words"]) == ("", printing.DAY_BY_HAND)
    custody.hand_over(case.asker, row.id, medium="USB 0417", document="", note="", now=case.now)
    printing.minutes(case.item(row), now=case.now + datetime.timedelta(days=400))
    day = f"ngày {case.now.astimezone(VIETNAM):%d} tháng"
    assert (told["giver"], told["medium"]) == (case.asker.person.full_name, "USB 0417")
    assert str(told["day_in_words"]).startswith(day)
    assert day in str(told["place_and_date"])
    assert f"{case.now.astimezone(VIETNAM):%Y}" in str(told["place_and_date"])


def test_there_are_no_minutes_before_there_is_a_package(case):
    asker, minutes = signed_in(case.asker), reverse("extraction_minutes", args=[case.ask().id])
    assert asker.get(minutes).status_code == 404
    assert minutes not in asker.get(minutes.removesuffix("/bien-ban.pdf")).content.decode()


def test_the_book_prints_and_computes_nothing(case):
    case.ask(purpose="=1+1; chi tiết", receiver_name='#eval("1")')
    chief = signed_in(case.person("chief_of_office"))
    assert chief.get(reverse("book_pdf") + "?nam=2026").content.startswith(b"%PDF-")
    lines = chief.get(reverse("book_csv") + "?nam=2026").getvalue().decode()
    assert "'=1+1" in lines


def test_a_hold_is_released_by_two_and_not_while_a_request_needs_it(case):
    row = case.ask()
    hold = LegalHold.objects.get()
    with pytest.raises(ExtractionRefused, match="needs this footage"):
        releasing.ask_release(case.asker, hold.id, reason="Đã xong", now=case.now)
    requests.withdraw(case.asker, row.id, reason="Nhầm", now=case.now)
    releasing.ask_release(case.asker, hold.id, reason="Đã xong", now=case.now)
    with pytest.raises(ExtractionRefused, match="another"):
        releasing.decide_release(case.asker, hold.id, agreed=True, now=case.now)
    assert not Hold.objects.filter(release_asked_at__isnull=False).exists()
    second = signed_in(case.person("chief_of_office"))
    page = reverse("hold_release", args=[hold.id])
    assert "Đồng ý gỡ" in second.get(page).content.decode()
    second.post(page, {"answer": "agree"})
    assert HoldRelease.objects.get().agreed
    assert not Hold.objects.filter(release_asked_at__isnull=True).exists()
    with pytest.raises(ExtractionRefused):
        releasing.ask_release(case.asker, hold.id, reason="Lần nữa", now=case.now)


def test_an_approver_who_proves_nothing_approves_nothing(case):
    case.now = timezone.now()
    row = case.ask()
    chief = case.person("chief_of_office")
    proof = case.code(chief)
    browser = signed_in(chief)
    page = browser.get(reverse("extraction", args=[row.id])).content.decode()
    assert "Duyệt bằng mật khẩu" in page
    wrong = browser.post(reverse("extraction_approve", args=[row.id]), {"password": "sai", "code": proof.code})
    assert wrong.status_code == 422
    assert case.item(row).counting == ()


def test_a_security_key_signs_on_the_page_and_the_court_needs_not_trust_the_centre(case):
    case.now = timezone.now()
    row, chief = case.ask(), case.person("chief_of_office")
    token = Token(site=Site("testserver", "http://testserver"))
    SecurityKey.objects.create(
        account=chief, label="Khóa ở bàn", credential=as_text(token.credential), point=token.point.hex(),
        site_name="testserver", added_at=case.now,
    )  # fmt: skip
    browser, address = signed_in(chief), reverse("extraction", args=[row.id])
    page = browser.get(address).content.decode()
    [said] = re.findall(r'data-challenge="([^"]+)"', page)
    challenge = from_text(said)
    signed = token.sign(challenge)
    answer = {
        "credential": as_text(token.credential), "authenticator": as_text(signed.authenticator),
        "client": as_text(signed.client), "signature": as_text(signed.signature),
    }  # fmt: skip
    assert browser.post(reverse("extraction_approve", args=[row.id]), answer).status_code == 302
    [given] = case.item(row).counting
    assert given.kind == "webauthn"
    revision = case.item(row).revision
    listed = {"04" + token.point.hex(): "Chánh Văn phòng"}
    [judged] = approval.judge([approval.read(given.record)], revision.scope_hash, str(chief.id), [], listed)
    assert (judged.kind, judged.problem) == (approval.Kind.LISTED_KEY, "")
    again = browser.post(reverse("extraction_approve", args=[row.id]), answer)
    assert again.status_code == 302
    assert len(case.item(row).counting) == 1


def test_the_next_step_stands_on_the_start_page_of_whoever_can_take_it(case):
    case.now = timezone.now()
    row = case.ask()
    title = f"Trích xuất số {row}"

    def waits_for(role):
        return title in signed_in(case.person(role)).get("/").content.decode()

    assert waits_for("commune_chairman")
    assert waits_for("chief_of_office")
    assert not waits_for("service_centre_head")
    assert not waits_for("technician")
