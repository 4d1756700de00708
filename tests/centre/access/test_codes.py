"""One-time codes: RFC 6238, each once, a secret the database alone does not give away, and what helps without it."""

import datetime
import threading

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from minhbach.centre.access import one_time, sealing
from minhbach.centre.access.actions import accounts, codes
from minhbach.centre.access.models import Account, AuditRow, CodeDevice, CodeReset, RecoveryCode
from minhbach.centre.messaging.models import Delivery
from tests.centre.access.test_signing_in import PASSWORD, an_account, enter
from tests.centre.people import signed_in

STEP = datetime.timedelta(seconds=one_time.STEP_S)
#: RFC 6238, appendix B, the SHA-1 column, its last six digits.
VECTORS = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 20000000000: "353130"}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MINHBACH_DATA", tmp_path)
    return tmp_path


@pytest.fixture
def account(db):
    return an_account()


def turned_on(account, now=None):
    """Codes on, the first code used a while ago; the secret and the recovery codes."""
    now = now or timezone.now() - 10 * STEP
    secret = codes.begin_codes(account, now=now)
    return secret, codes.confirm_codes(account, code=one_time.code_at(secret, one_time.step_of(now)), now=now)


def code_now(secret):
    return one_time.code_at(secret, one_time.step_of(timezone.now()))


@pytest.mark.parametrize(("second", "code"), VECTORS.items())
def test_codes_are_those_of_the_standard(second, code):
    assert one_time.code_at(b"12345678901234567890", second // one_time.STEP_S) == code


@pytest.mark.parametrize(("steps", "after", "proves"), [(0, 0, True), (-1, 0, True), (1, 0, True), (-2, 0, False),
                                                        (2, 0, False), (0, 1_000_000, True)])  # fmt: skip
def test_a_code_is_of_about_now_and_later_than_the_last(steps, after, proves):
    secret, now = b"s" * 20, datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
    here = one_time.step_of(now)
    code = one_time.code_at(secret, here + steps)
    assert (one_time.proved_step(secret, f" {code[:3]} {code[3:]}", after=after, now=now) is not None) is proves
    assert one_time.proved_step(secret, code, after=here + steps, now=now) is None


def test_no_code_is_not_ascii_or_of_another_length():
    now = timezone.now()
    for typed in ("", "１２３４５６", "12345", "1234567", "\0" * 6, "é" * 6):
        assert one_time.proved_step(b"s" * 20, typed, after=0, now=now) is None


def test_a_code_is_asked_of_who_turned_codes_on_and_serves_once(account):
    client = signed_in(account)
    assert "otpauth" not in client.get("/ma-dung-mot-lan").content.decode()
    assert "<svg" in client.post("/ma-dung-mot-lan/moi").content.decode()
    secret = codes.secret_begun(account)
    assert enter(Client()).status_code == 302  # not proved yet, so not asked for
    assert client.post("/ma-dung-mot-lan", {"code": "000000"}).status_code == 200
    assert not CodeDevice.objects.get().confirmed_at
    code = code_now(secret)
    shown = client.post("/ma-dung-mot-lan", {"code": code}).content.decode()
    assert shown.count("<li><code>") == one_time.RECOVERY_CODES
    assert enter(Client()).status_code == 403
    assert enter(Client(), code=code).status_code == 403  # used for the proof already
    CodeDevice.objects.update(last_step=0)
    assert enter(Client(), code=code).status_code == 302
    assert enter(Client(), code=code).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_one_code_lets_in_one_of_two_who_come_at_once():
    account = an_account()
    secret, _ = turned_on(account)
    code, both, came_in = code_now(secret), threading.Barrier(2), []

    def come():
        both.wait()
        came_in.append(codes.accept(account, code, now=timezone.now()))
        connection.close()

    threads = [threading.Thread(target=come) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came_in) == [False, True]


def test_the_database_alone_gives_no_secret(account, folder):
    secret, recovery = turned_on(account)
    kept = bytes(CodeDevice.objects.get().sealed)
    assert secret not in kept
    assert not {row.digest for row in RecoveryCode.objects.all()} & set(recovery)
    key = folder / "keys" / sealing.NAME
    assert key.stat().st_mode & 0o777 == 0o600
    key.write_bytes(b"x" * 32)
    assert not codes.accept(account, code_now(secret), now=timezone.now())
    assert codes.accept(account, recovery[0], now=timezone.now())
    key.unlink()
    with pytest.raises(sealing.CodesKeyMissing):
        codes.begin_codes(account, now=timezone.now())  # a new key would lose every phone without a word


def test_a_secret_put_into_somebody_elses_row_opens_nothing(account):
    secret, _ = turned_on(account)
    other = an_account("lan.vt")
    turned_on(other)
    CodeDevice.objects.filter(account=other).update(sealed=CodeDevice.objects.get(account=account).sealed)
    assert not codes.accept(other, code_now(secret), now=timezone.now())
    assert codes.accept(account, code_now(secret), now=timezone.now())


def test_a_recovery_code_lets_in_once_however_it_is_typed_and_its_owner_is_told(account):
    _, recovery = turned_on(account)
    typed = recovery[0].upper().replace("-", " ")
    assert enter(Client(), code=typed).status_code == 302
    assert enter(Client(), code=typed).status_code == 403
    assert enter(Client(), code=recovery[1]).status_code == 302
    assert Delivery.objects.filter(address=account.person_id).count() == 2
    other = an_account("lan.vt")
    turned_on(other)
    assert enter(Client(), name="lan.vt", code=recovery[2]).status_code == 403


def test_new_recovery_codes_need_the_phone_and_void_the_old_ones(account):
    secret, recovery = turned_on(account)
    client = signed_in(account)
    client.post("/ma-dung-mot-lan/khoi-phuc", {"code": "000000"})
    assert codes.accept(account, recovery[0], now=timezone.now())
    assert client.post("/ma-dung-mot-lan/khoi-phuc", {"code": code_now(secret)}).content.count(b"<li><code>") == 8
    assert not codes.accept(account, recovery[1], now=timezone.now())


def test_moving_to_another_phone_keeps_the_old_one_until_the_new_one_is_proved(account):
    secret, _ = turned_on(account)
    fresh = codes.begin_codes(account, now=timezone.now())
    assert codes.accept(account, code_now(secret), now=timezone.now())
    codes.confirm_codes(account, code=code_now(fresh), now=timezone.now())
    CodeDevice.objects.update(last_step=0)
    assert not codes.accept(account, code_now(secret), now=timezone.now())
    assert codes.accept(account, code_now(fresh), now=timezone.now())


def test_a_new_password_from_an_administrator_leaves_codes_on(account):
    secret, _ = turned_on(account)
    accounts.reset_password(an_account("admin"), account, password="mật khẩu đầu mới", now=timezone.now())
    assert enter(Client(), password="mật khẩu đầu mới").status_code == 403
    assert enter(Client(), password="mật khẩu đầu mới", code=code_now(secret)).status_code == 302


def test_a_phone_is_taken_off_by_two_and_neither_is_its_owner(account):
    turned_on(account)
    one, two, now = an_account("admin.1"), an_account("admin.2"), timezone.now()
    with pytest.raises(accounts.AccountRefused):
        codes.ask_reset(account, account, now=now)
    with pytest.raises(accounts.AccountRefused):
        codes.confirm_reset(two, account, now=now)  # nobody asked
    codes.ask_reset(one, account, now=now)
    for alone in (one, account):
        with pytest.raises(accounts.AccountRefused):
            codes.confirm_reset(alone, account, now=now)
    with pytest.raises(accounts.AccountRefused):
        codes.confirm_reset(two, account, now=now + codes.RESET_OPEN)
    assert enter(Client()).status_code == 403
    codes.confirm_reset(two, account, now=now)
    assert enter(Client(), password=PASSWORD).status_code == 302
    assert AuditRow.objects.filter(act="codes_taken_off", account=two).count() == 1
    assert Delivery.objects.filter(address=account.person_id).count() == 1


def test_postgresql_refuses_that_one_person_takes_a_phone_off(account):
    one = an_account("admin.1")
    now = timezone.now()
    row = CodeReset.objects.create(account=account, asked_by=one, asked_at=now)
    for alone in (one, account):
        with pytest.raises(IntegrityError), transaction.atomic():
            CodeReset.objects.filter(id=row.id).update(done_by=alone, done_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        CodeReset.objects.create(account=account, asked_by=account, asked_at=now)
    assert Account.objects.count() == 2
