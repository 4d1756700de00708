"""Accounts: opened by a decision, closed the same day somebody moves, never reused.

AccountRefused    the sentence for the page
"""

import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.messaging.actions import send
from minhbach.centre.words import Words

OWN = Words(
    "Không ai tự mở, đóng hay đặt lại tài khoản của chính mình.", "Nobody opens, closes or resets their own account."
)
WRONG_PASSWORD = Words("Mật khẩu hiện tại không đúng.", "The present password is not right.")
WRONG_CODE = Words("Mã không đúng. Hãy đợi mã kế tiếp rồi nhập lại.", "The code is not right. Wait for the next one.")


WAS_RESET = Words(
    "Mật khẩu của bạn vừa được người quản trị đặt lại. Nếu bạn không đề nghị, hãy báo ngay người phụ trách.",
    "Your password was given anew by an administrator. If you did not ask for it, tell your head at once.",
)


class AccountRefused(Exception):
    """The account was not changed; `words` says why."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@transaction.atomic
def open_account(
    actor: Account | str,
    *,
    person: UUID,
    username: str,
    password: str,
    decision_number: str,
    must_change_password: bool = True,
    now: datetime.datetime,
) -> Account:
    """An account for a person, by a decision. Raises ValidationError for a weak password, IntegrityError for a twin."""
    if isinstance(actor, Account) and actor.person_id == person:
        raise AccountRefused(OWN)
    account = Account(
        person_id=person,
        username=username.strip().lower(),
        decision_number=decision_number,
        must_change_password=must_change_password,
        opened_at=now,
    )
    validate_password(password, account)
    account.set_password(password)
    account.save(force_insert=True)
    record(actor, "account_opened", now=now, about=("account", account.id), details={"decision": decision_number})
    return account


@transaction.atomic
def close_account(actor: Account | str, account: Account, *, now: datetime.datetime) -> None:
    """Close it: the next question of any page finds it closed, and so does the next lease."""
    if isinstance(actor, Account) and actor.id == account.id:
        raise AccountRefused(OWN)
    if Account.objects.filter(id=account.id, is_active=True).update(is_active=False, closed_at=now):
        record(actor, "account_closed", now=now, about=("account", account.id))


@transaction.atomic
def reset_password(actor: Account | str, account: Account, *, password: str, now: datetime.datetime) -> None:
    """Give a first password anew; it must be changed at the next sign-in. Every session of the account ends."""
    if isinstance(actor, Account) and actor.id == account.id:
        raise AccountRefused(OWN)
    validate_password(password, account)
    account.set_password(password)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    TOTPDevice.objects.filter(user=account).delete()
    record(actor, "password_reset", now=now, about=("account", account.id))
    send(to=[account.person_id], kind="account", words=WAS_RESET, now=now)


@transaction.atomic
def change_password(actor: Account, *, present: str, new: str, now: datetime.datetime) -> None:
    """Change one's own password. Raises AccountRefused, or ValidationError with what is wrong with the new one."""
    if not actor.check_password(present):
        raise AccountRefused(WRONG_PASSWORD)
    if present == new:
        raise ValidationError(
            str(Words("Mật khẩu mới phải khác mật khẩu cũ.", "The new password must be another one."))
        )
    validate_password(new, actor)
    actor.set_password(new)
    actor.must_change_password = False
    actor.save(update_fields=["password", "must_change_password"])
    record(actor, "password_changed", now=now)


def begin_codes(actor: Account) -> TOTPDevice:
    """A device for one-time codes that does not count until a first code proves it; an unproved one is replaced."""
    TOTPDevice.objects.filter(user=actor, confirmed=False).delete()
    return TOTPDevice.objects.create(user=actor, name="app", confirmed=False)


@transaction.atomic
def confirm_codes(actor: Account, *, code: str, now: datetime.datetime) -> None:
    """Turn one-time codes on with a first code. Raises AccountRefused."""
    device = TOTPDevice.objects.select_for_update().filter(user=actor, confirmed=False).first()
    if device is None or not device.verify_token(code.replace(" ", "")):
        raise AccountRefused(WRONG_CODE)
    TOTPDevice.objects.filter(user=actor, confirmed=True).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    record(actor, "codes_turned_on", now=now)
