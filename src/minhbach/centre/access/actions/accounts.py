"""Accounts: opened by a decision, closed the same day somebody moves, never reused.

AccountRefused    the sentence for the page
"""

import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from minhbach.centre.access.actions.sign_ins import end_sign_ins
from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.messaging.actions import send
from minhbach.centre.words import Words

OWN = Words(
    "Không ai tự mở, đóng hay đặt lại tài khoản của chính mình.", "Nobody opens, closes or resets their own account."
)
WRONG_PASSWORD = Words("Mật khẩu hiện tại không đúng.", "The present password is not right.")
HAS_ONE = Words("Người này đang có tài khoản.", "This person has an account in use.")
WAS_REOPENED = Words(
    "Tài khoản của bạn vừa được người quản trị mở lại, với mật khẩu mới. Nếu bạn không biết vì sao, hãy báo ngay người "
    "phụ trách.",
    "Your account was opened again by an administrator, with a new password. If you do not know why, tell your head at "
    "once.",
)
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
def reopen_account(
    actor: Account | str, account: Account, *, password: str, decision_number: str, now: datetime.datetime
) -> None:
    """Open a closed account again, with a first password as at the beginning; codes stay on, and the person is told.

    The row keeps the decision that it was first opened by; this one stands in the audit log.
    """
    if isinstance(actor, Account) and actor.id == account.id:
        raise AccountRefused(OWN)
    if Account.objects.select_for_update().get(id=account.id).is_active:
        raise AccountRefused(HAS_ONE)
    validate_password(password, account)
    account.set_password(password)
    account.is_active, account.closed_at = True, None
    account.must_change_password = True
    account.save(update_fields=["password", "is_active", "closed_at", "must_change_password"])
    record(actor, "account_reopened", now=now, about=("account", account.id), details={"decision": decision_number})
    send(to=[account.person_id], kind="account", words=WAS_REOPENED, now=now)


@transaction.atomic
def close_account(actor: Account | str, account: Account, *, now: datetime.datetime) -> None:
    """Close it: the next question of any page finds it closed, and so does the next lease."""
    if isinstance(actor, Account) and actor.id == account.id:
        raise AccountRefused(OWN)
    if Account.objects.filter(id=account.id, is_active=True).update(is_active=False, closed_at=now):
        record(actor, "account_closed", now=now, about=("account", account.id))
        end_sign_ins(account, by=actor, now=now)


@transaction.atomic
def reset_password(actor: Account | str, account: Account, *, password: str, now: datetime.datetime) -> None:
    """Give a first password anew; it must be changed at the next sign-in. Every session of the account ends.

    One-time codes stay on: taking them off needs two (`actions.codes`), or one administrator could become anybody.
    """
    if isinstance(actor, Account) and actor.id == account.id:
        raise AccountRefused(OWN)
    validate_password(password, account)
    account.set_password(password)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    end_sign_ins(account, by=actor, now=now)
    record(actor, "password_reset", now=now, about=("account", account.id))
    send(to=[account.person_id], kind="account", words=WAS_RESET, now=now)


@transaction.atomic
def change_password(actor: Account, *, present: str, new: str, session: str, now: datetime.datetime) -> None:
    """Change one's own password; every session but the one with this digest ends.

    Raises AccountRefused, or ValidationError with what is wrong with the new one.
    """
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
    end_sign_ins(actor, besides=session, now=now)
