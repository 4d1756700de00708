"""One-time codes: turning them on, what is taken at the door, codes for a lost phone, taking a phone off by two people.

AccountRefused    the sentence for the page (of `actions.accounts`)
"""

import datetime
import logging
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from minhbach.centre.access import one_time, sealing
from minhbach.centre.access.actions.accounts import OWN, AccountRefused
from minhbach.centre.access.models import Account, CodeDevice, CodeReset, RecoveryCode
from minhbach.centre.access.recording import record
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.words import Words

logger = logging.getLogger(__name__)
#: How long the second person has.
RESET_OPEN = datetime.timedelta(hours=24)
WRONG_CODE = Words("Mã không đúng. Hãy đợi mã kế tiếp rồi nhập lại.", "The code is not right. Wait for the next one.")
NO_CODES = Words("Tài khoản này không bật mã dùng một lần.", "This account has no one-time codes on.")
OTHER_PERSON = Words(
    "Phải là người quản lý tài khoản khác xác nhận, không phải người đã đề nghị.",
    "Another keeper of accounts has to confirm, not the one who asked.",
)
RESET_OVER = Words(
    "Đề nghị gỡ mã không còn hiệu lực. Hãy đề nghị lại nếu vẫn cần.",
    "The request to take codes off is over. Ask again if it is still needed.",
)
RECOVERY_USED = Words(
    "Một mã khôi phục vừa được dùng để đăng nhập tài khoản của bạn; còn {n} mã. Nếu không phải bạn, hãy đổi mật khẩu "
    "và báo ngay người phụ trách.",
    "A recovery code was used to sign in to your account; {n} are left. If it was not you, change the password and "
    "tell your head at once.",
)
TAKEN_OFF = Words(
    "Mã dùng một lần của bạn đã được hai người quản lý tài khoản gỡ. Hãy bật lại trên điện thoại của bạn. Nếu bạn "
    "không đề nghị, hãy báo ngay người phụ trách.",
    "Two keepers of accounts took your one-time codes off. Turn them on again. If you did not ask, tell your head.",
)


def keys_folder() -> Path:
    """Where the key is that opens the secrets of phones."""
    return Path(settings.MINHBACH_DATA) / "keys"


def begin_codes(actor: Account, *, now: datetime.datetime) -> bytes:
    """A secret that does not count until a first code proves it; an unproved one is replaced. Returns it."""
    if not CodeDevice.objects.exists():
        sealing.ensure(keys_folder())
    secret = one_time.new_secret()
    sealed = sealing.seal(keys_folder(), secret, whose=actor.id.bytes)
    CodeDevice.objects.update_or_create(
        account=actor, confirmed_at=None, defaults={"sealed": sealed, "begun_at": now, "last_step": 0}
    )
    return secret


def secret_begun(actor: Account) -> bytes | None:
    """The secret that waits for its first code, to draw it again."""
    device = CodeDevice.objects.filter(account=actor, confirmed_at__isnull=True).first()
    return _secret(device) if device else None


@transaction.atomic
def confirm_codes(actor: Account, *, code: str, now: datetime.datetime) -> list[str]:
    """Turn one-time codes on with a first code. Returns new recovery codes, to be shown once. Raises AccountRefused."""
    device = CodeDevice.objects.select_for_update().filter(account=actor, confirmed_at__isnull=True).first()
    step = device and one_time.proved_step(_secret(device), code, after=device.last_step, now=now)
    if device is None or step is None:
        raise AccountRefused(WRONG_CODE)
    CodeDevice.objects.filter(account=actor, confirmed_at__isnull=False).delete()
    CodeDevice.objects.filter(id=device.id).update(confirmed_at=now, last_step=step)
    record(actor, "codes_turned_on", now=now)
    return _new_recovery_codes(actor, now)


@transaction.atomic
def renew_recovery_codes(actor: Account, *, code: str, now: datetime.datetime) -> list[str]:
    """New codes for a lost phone in place of the old ones, against a code of the phone. Raises AccountRefused."""
    if not accept(actor, code, now=now):
        raise AccountRefused(WRONG_CODE)
    record(actor, "recovery_codes_renewed", now=now)
    return _new_recovery_codes(actor, now)


def accept(account: Account, code: str, *, now: datetime.datetime) -> bool:
    """Whether the code is right, or none is needed; of the phone or for its loss, each serves once."""
    with transaction.atomic():
        device = CodeDevice.objects.select_for_update().filter(account=account, confirmed_at__isnull=False).first()
        if device is None:
            return True
        try:
            step = one_time.proved_step(_secret(device), code, after=device.last_step, now=now)
        except sealing.CodesKeyMissing:
            # Codes for a lost phone need no key: they still let in, as does a phone that two people took off.
            logger.exception("one-time codes cannot be checked")
            step = None
        if step is not None:
            CodeDevice.objects.filter(id=device.id).update(last_step=step)
            return True
        return _recover(account, code, now)


def _recover(account: Account, code: str, now: datetime.datetime) -> bool:
    unused = RecoveryCode.objects.filter(account=account, used_at__isnull=True)
    if not unused.filter(digest=_digest(account, one_time.normal(code))).update(used_at=now):
        return False
    record(account, "recovery_code_used", now=now)
    said = RECOVERY_USED.fill(n=unused.count())
    send(to=[account.person_id], kind="account", words=said, link=Link("own_account"), now=now)
    return True


@transaction.atomic
def ask_reset(actor: Account, account: Account, *, now: datetime.datetime) -> CodeReset:
    """Ask that somebody's phone is taken off; a second keeper of accounts has a day. Raises AccountRefused."""
    if actor.id == account.id:
        raise AccountRefused(OWN)
    if not CodeDevice.objects.filter(account=account, confirmed_at__isnull=False).exists():
        raise AccountRefused(NO_CODES)
    asked = CodeReset.objects.create(account=account, asked_by=actor, asked_at=now)
    record(actor, "code_reset_asked", now=now, about=("account", account.id))
    return asked


@transaction.atomic
def confirm_reset(actor: Account, account: Account, *, now: datetime.datetime) -> None:
    """The second person takes the phone off; its owner is told. Raises AccountRefused."""
    if actor.id == account.id:
        raise AccountRefused(OWN)
    asked = open_resets(now=now).select_for_update().filter(account=account).order_by("-asked_at").first()
    if asked is None:
        raise AccountRefused(RESET_OVER)
    if asked.asked_by_id == actor.id:
        raise AccountRefused(OTHER_PERSON)
    CodeReset.objects.filter(id=asked.id).update(done_by=actor, done_at=now)
    CodeDevice.objects.filter(account=account).delete()
    RecoveryCode.objects.filter(account=account).delete()
    record(actor, "codes_taken_off", now=now, about=("account", account.id))
    send(to=[account.person_id], kind="account", words=TAKEN_OFF, link=Link("own_account"), now=now)


def open_resets(*, now: datetime.datetime):  # type: ignore[no-untyped-def]  # a query set
    """The requests that wait for a second person."""
    return CodeReset.objects.filter(done_at__isnull=True, asked_at__gt=now - RESET_OPEN, asked_at__lte=now)


def _new_recovery_codes(account: Account, now: datetime.datetime) -> list[str]:
    made = one_time.new_recovery_codes()
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, digest=_digest(account, code), made_at=now) for code in made
    )
    return made


def _secret(device: CodeDevice) -> bytes:
    return sealing.unseal(keys_folder(), bytes(device.sealed), whose=device.account_id.bytes)


def _digest(account: Account, code: str) -> str:
    return salted_hmac("access.recovery", f"{account.id}:{code}", algorithm="sha256").hexdigest()
