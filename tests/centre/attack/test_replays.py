"""What a security key once said says nothing a second time: not here, not elsewhere, not by anybody else.

The key has no counter, as keys of several makers have none: nothing but what it signed tells one press from another.
"""

import datetime
import threading
from dataclasses import dataclass

import pytest
from django.urls import reverse

from minhbach.centre.access.actions import security_keys
from minhbach.centre.access.actions.security_keys import KeyAnswer, ProofRefused, as_text, from_text
from minhbach.centre.access.key_proof import Signed, Site
from minhbach.centre.access.models import AuditRow, SecurityKey
from minhbach.centre.evidence.actions import approving, requests
from minhbach.centre.evidence.models import Approval
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.messaging.actions import both
from minhbach.ledger import approval as ledger
from tests.centre.access.test_security_keys import SITE, Token
from tests.centre.attack.test_races import at_once
from tests.centre.people import PASSWORD, signed_in

CHIEF, CHAIRMAN = "chief_of_office", "commune_chairman"
REFUSALS = (ExtractionRefused, ProofRefused)


@dataclass
class Countless(Token):
    """A key that always says nought."""

    def sign(self, challenge: bytes, kind: str = "webauthn.get", **more: object) -> Signed:
        signed = super().sign(challenge, kind, **more)
        self.count = 0
        return signed

    def head(self, flags: int) -> bytes:
        self.count = 0
        return super().head(flags)


def key_of(case, role: str, credential: bytes = b"0123456789abcdef") -> Countless:
    """A key that this person has added."""
    token, account = Countless(credential=credential), case.person(role)
    account.set_password(PASSWORD)
    account.save()
    made = bytes(32)
    security_keys.add_key(
        account, label="Khóa", password=PASSWORD, code="", authenticator=as_text(token.made()),
        client=as_text(token.client("webauthn.create", made)), challenge=made, site=SITE, now=case.now,
    )  # fmt: skip
    return token


@dataclass
class Pressed:
    """What a browser sent when somebody approved: caught, and sent again."""

    role: str
    statement: ledger.Statement
    proof: approving.ByKey

    def again(self, case, row, role: str = "") -> Approval:
        account = case.person(role or self.role)
        return approving.approve(account, row.id, statement=self.statement, proof=self.proof, now=case.now)


def pressed(case, row, token: Token, role: str = CHIEF) -> Pressed:
    statement = approving.prepare(case.person(role), case.item(row), now=case.now)
    answer = KeyAnswer(as_text(token.credential), token.sign(ledger.challenge(statement)))
    return Pressed(role, statement, approving.ByKey(answer, SITE))


@pytest.mark.django_db
def test_an_approval_that_was_caught_approves_nothing_again_nor_anything_else(case):
    row, token = case.ask(), key_of(case, CHIEF)
    caught = pressed(case, row, token)
    caught.again(case, row)
    for other in (row, case.ask(), case.ask(begin_us=case.begin_us + 1_000_000)):
        with pytest.raises(REFUSALS):
            caught.again(case, other)
    assert Approval.objects.count() == 1


@pytest.mark.django_db
def test_an_approval_that_was_caught_is_nobody_elses(case):
    row, token = case.ask(), key_of(case, CHIEF)
    key_of(case, CHAIRMAN, credential=b"another key of 16")
    caught = pressed(case, row, token)
    with pytest.raises(REFUSALS):
        caught.again(case, row, CHAIRMAN)
    # Nor with the chairman's own statement under the chief's touch.
    mine = approving.prepare(case.person(CHAIRMAN), case.item(row), now=case.now)
    with pytest.raises(ProofRefused):
        Pressed(CHAIRMAN, mine, caught.proof).again(case, row)
    assert Approval.objects.count() == 0


@pytest.mark.django_db
def test_an_approval_that_was_caught_and_kept_back_does_not_outlive_a_change_and_a_change_back(case):
    """The scope is the same footage again, and yet another request: its commitment has another salt."""
    row, token = case.ask(), key_of(case, CHIEF)
    caught = pressed(case, row, token)
    requests.change(case.asker, row.id, wish=case.wish(purpose="Việc khác"), now=case.now)
    requests.change(case.asker, row.id, wish=case.wish(), now=case.now)
    with pytest.raises(ExtractionRefused, match="was changed"):
        caught.again(case, row)
    assert Approval.objects.count() == 0


@pytest.mark.django_db
def test_an_approval_that_was_caught_and_kept_back_is_worth_nothing_a_quarter_of_an_hour_later_or_before_it_was_made(
    case,
):
    row, token = case.ask(), key_of(case, CHIEF)
    caught = pressed(case, row, token)
    signed_at = case.now
    for at in (signed_at + approving.FRESH + datetime.timedelta(seconds=1), signed_at - datetime.timedelta(seconds=1)):
        case.now = at
        with pytest.raises(ExtractionRefused, match="too long"):
            caught.again(case, row)


@pytest.mark.django_db
def test_a_signature_that_a_court_would_refuse_is_refused_with_its_reason_in_vietnamese(case, monkeypatch):
    row, token = case.ask(), key_of(case, CHIEF)
    caught = pressed(case, row, token)
    monkeypatch.setattr(ledger, "asserts", lambda *given: "the signature does not fit")
    with pytest.raises(ProofRefused) as refused:
        caught.again(case, row)
    assert both(refused.value.words) == (
        "Chữ ký của khóa không đúng: chữ ký không khớp.", "The key's signature fails: the signature does not fit.",
    )  # fmt: skip
    assert Approval.objects.count() == 0


@pytest.mark.django_db
def test_a_key_that_was_taken_away_proves_nothing_that_it_signed_before(case):
    row, token = case.ask(), key_of(case, CHIEF)
    caught = pressed(case, row, token)
    security_keys.remove_key(case.person(CHIEF), SecurityKey.objects.get().id, password=PASSWORD, code="", now=case.now)
    with pytest.raises(ProofRefused):
        caught.again(case, row)


@pytest.mark.django_db
def test_replays_are_counted_as_wrong_proofs_until_the_right_one_waits_too(case):
    row, token = case.ask(), key_of(case, CHIEF)
    caught = pressed(case, row, token)
    other = case.ask()
    for _ in range(security_keys.MOST_WRONG):
        mine = approving.prepare(case.person(CHIEF), case.item(other), now=case.now)
        with pytest.raises(ProofRefused):
            Pressed(CHIEF, mine, caught.proof).again(case, other)
    assert AuditRow.objects.filter(act=security_keys.WRONG_ACT).count() == security_keys.MOST_WRONG
    with pytest.raises(ProofRefused, match="Wait an hour"):
        caught.again(case, row)


@pytest.mark.django_db(transaction=True)
def test_one_answer_sent_four_times_at_once_is_one_approval(case):
    row, token = case.ask(), key_of(case, CHIEF)
    caught = pressed(case, row, token)
    refused: list[Exception] = []
    lock = threading.Lock()

    def send():
        try:
            caught.again(case, row)
        except REFUSALS as refusal:
            with lock:
                refused.append(refusal)
            raise ExtractionRefused(approving.TWICE) from None

    assert at_once(*[send] * 4) == 1
    assert (len(refused), Approval.objects.count()) == (3, 1)


@pytest.mark.django_db
def test_what_a_page_asked_of_a_new_key_serves_once_and_in_no_other_session(case):
    """The challenge lies in the session and goes with its first use, whatever came of it."""
    account = case.person(CHIEF)
    account.set_password(PASSWORD)
    account.save()
    mine, other = signed_in(account), signed_in(account)
    asked = from_text(mine.get(reverse("security_keys")).context["challenge"])
    other.get(reverse("security_keys"))
    token = Token(site=Site("testserver", "http://testserver"))

    def form(password=PASSWORD):
        return {
            "label": "Khóa", "password": password, "code": "", "authenticator": as_text(token.made()),
            "client": as_text(token.client("webauthn.create", asked)),
        }  # fmt: skip

    assert other.post(reverse("security_keys"), form()).status_code == 422
    assert mine.post(reverse("security_keys"), form("sai")).status_code == 422
    assert mine.post(reverse("security_keys"), form()).status_code == 422
    assert SecurityKey.objects.count() == 0
    asked = from_text(mine.get(reverse("security_keys")).context["challenge"])
    assert mine.post(reverse("security_keys"), form()).status_code == 302
    assert mine.post(reverse("security_keys"), form()).status_code == 422
    assert SecurityKey.objects.count() == 1
