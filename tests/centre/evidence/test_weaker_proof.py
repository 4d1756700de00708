"""Password and code sign for who has no security key, and for nobody else; a key goes only against both."""

import json
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minhbach.centre.access.actions import security_keys
from minhbach.centre.access.actions.security_keys import ProofRefused, as_text
from minhbach.centre.access.models import Account, AuditRow, SecurityKey
from minhbach.centre.evidence.actions import approving, masking
from minhbach.centre.evidence.actions.masking import prepare_review
from minhbach.centre.evidence.models import Approval, MaskRound
from minhbach.centre.messaging.models import Delivery
from tests.centre.access.test_security_keys import Token
from tests.centre.evidence.case import MINUTE, Case
from tests.centre.evidence.test_masking import Masked
from tests.centre.people import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
CHIEF, CHAIRMAN = "chief_of_office", "commune_chairman"


def key_of(account: Account, case: Case, site_name: str = "testserver") -> SecurityKey:
    """A key that they added."""
    token = Token(credential=account.id.bytes)
    return SecurityKey.objects.create(
        account=account, label="Khóa ở bàn", credential=as_text(token.credential), point=token.point.hex(),
        site_name=site_name, added_at=case.now,
    )  # fmt: skip


def post(browser: Client, path: str, body: object) -> tuple[int, str]:
    """What the API answers."""
    answer = browser.post(f"/api/extractions/{path}", json.dumps(body), content_type="application/json")
    return answer.status_code, str(answer.json().get("en"))


@pytest.mark.parametrize("site_name", ["testserver", "ten.khac.vn"])
def test_who_has_a_key_approves_with_nothing_else_until_it_is_taken_away(case: Case, site_name: str) -> None:
    row, chief = case.ask(), case.person(CHIEF)
    case.code(chief)
    key = key_of(chief, case, site_name)
    case.now += MINUTE
    statement = approving.prepare(chief, case.item(row), now=case.now)
    with pytest.raises(ProofRefused, match="You have a security key"):
        approving.approve(chief, row.id, statement=statement, proof=case.code(chief), now=case.now)
    assert Approval.objects.count() == 0
    proof = case.code(chief)
    security_keys.remove_key(chief, key.id, password=proof.password, code=proof.code, now=case.now)
    case.now += MINUTE
    approving.approve(chief, row.id, statement=statement, proof=case.code(chief), now=case.now)
    assert Approval.objects.get().kind == "password_code"


def test_a_key_goes_only_against_password_and_code_and_its_owner_is_told(case: Case) -> None:
    chief = case.person(CHIEF)
    case.code(chief)
    case.now += MINUTE
    key, proof = key_of(chief, case), case.code(chief)
    for password, code in (("sai", proof.code), (PASSWORD, ""), (PASSWORD, "000000")):
        with pytest.raises(ProofRefused, match="not right"):
            security_keys.remove_key(chief, key.id, password=password, code=code, now=case.now)
    assert AuditRow.objects.filter(act=security_keys.WRONG_ACT).count() == 3
    assert [each.id for each in security_keys.keys_of(chief)] == [key.id]
    security_keys.remove_key(chief, key.id, password=PASSWORD, code=proof.code, now=case.now)
    assert not security_keys.keys_of(chief)
    told = Delivery.objects.filter(address=chief.person_id, notice__kind="account", notice__vi__contains="gỡ")
    assert told.count() == 1
    assert AuditRow.objects.filter(act="security_key_removed", account=chief).count() == 1


def test_a_stolen_session_takes_no_key_away_on_the_page(case: Case) -> None:
    case.now = timezone.now() - 2 * MINUTE
    chief = case.person(CHIEF)
    case.code(chief)
    key, browser = key_of(chief, case), signed_in(chief)
    page = browser.get(reverse("security_keys")).content.decode()
    assert f"remove_{key.id}_password" in page
    assert f"remove_{key.id}_code" in page
    address = reverse("security_key_remove", args=[key.id])
    for sent in ({}, {"password": PASSWORD}, {"password": "sai", "code": "123456"}):
        browser.post(address, sent)
        assert security_keys.keys_of(chief)
    case.now = timezone.now()
    browser.post(address, {"password": PASSWORD, "code": case.code(chief).code})
    assert not security_keys.keys_of(chief)


def test_the_page_offers_code_only_to_who_has_no_key(case: Case) -> None:
    case.now = timezone.now()
    row = case.ask()
    for role, site_name in ((CHIEF, "testserver"), (CHAIRMAN, "ten.khac.vn")):
        person, here = case.person(role), reverse("extraction", args=[row.id])
        proof, browser = case.code(person), signed_in(person)
        assert "Duyệt bằng mật khẩu" in browser.get(here).content.decode()
        key_of(person, case, site_name)
        page = browser.get(here).content.decode()
        assert "Duyệt bằng mật khẩu" not in page
        assert ('data-key="sign"' in page) == (site_name == "testserver")
        assert ("<code>ten.khac.vn</code>" in page) == (site_name != "testserver")
        sent = {"password": proof.password, "code": proof.code}
        refused = browser.post(reverse("extraction_approve", args=[row.id]), sent)
        assert refused.status_code == 422
        assert "phải ký bằng khóa" in refused.content.decode()
    assert Approval.objects.count() == 0


def test_programs_approve_by_code_only_for_who_has_no_key(case: Case) -> None:
    case.now = timezone.now() - 2 * MINUTE
    chief = case.person(CHIEF)
    case.code(chief)
    row, key, browser = case.ask(), key_of(chief, case), signed_in(chief)
    case.now = timezone.now()
    proof = case.code(chief)
    body = {"by_code": {"password": proof.password, "code": proof.code}}
    assert post(browser, f"{row.id}/statements", {})[0] == 200
    status, said = post(browser, f"{row.id}/approvals", body)
    assert (status, said[:23]) == (409, "You have a security key")
    SecurityKey.objects.filter(id=key.id).update(removed_at=case.now)
    assert post(browser, f"{row.id}/statements", {})[0] == 200
    assert post(browser, f"{row.id}/approvals", body)[0] == 200


def test_who_has_a_key_reviews_a_masked_copy_with_nothing_else(case: Case) -> None:
    masked = Masked(case)
    round_ = masked.laid_out().made(without_copy=True)
    chairman = case.person(CHAIRMAN)
    case.code(chairman)
    key = key_of(chairman, case)
    case.now += MINUTE
    masked.watch()
    statement = prepare_review(chairman, case.item(masked.row), now=case.now)
    with pytest.raises(ProofRefused, match="You have a security key"):
        masking.accept(chairman, masked.row.id, statement=statement, proof=case.code(chairman), now=case.now)
    assert accepted(round_.id) is None
    SecurityKey.objects.filter(id=key.id).update(removed_at=case.now)
    masking.accept(chairman, masked.row.id, statement=statement, proof=case.code(chairman), now=case.now)
    assert accepted(round_.id)


def accepted(round_: UUID) -> bool | None:
    """What a reviewer said of a round of covers."""
    return MaskRound.objects.get(id=round_).accepted
