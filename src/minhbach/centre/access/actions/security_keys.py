"""Security keys of a person, and the proof that it is them who decides: by a key, or by password and one-time code.

A key that is added could sign what its owner never saw, and where the last one is taken away password and code suffice;
so both ask for the password, and for a code where codes are on, and the owner is told. Wrong proofs are counted: after
some within an hour none is looked at.

    ProofRefused    the sentence for the page
"""

import datetime
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from minhbach.centre.access.actions.codes import accept
from minhbach.centre.access.key_proof import NOT_SIGNED, KeyRefused, Signed, Site, proved, registered
from minhbach.centre.access.models import Account, AuditRow, CodeDevice, SecurityKey
from minhbach.centre.access.recording import record
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.words import Words

MOST_KEYS = 10
MOST_WRONG, WRONG_WITHIN = 5, datetime.timedelta(hours=1)
WRONG_ACT = "proof_failed"
WRONG = Words(
    "Mật khẩu hoặc mã dùng một lần không đúng. Hãy đợi mã kế tiếp rồi thử lại.",
    "The password or the one-time code is not right. Wait for the next code, then try again.",
)
ENOUGH = Words(
    "Đã chứng thực sai nhiều lần. Hãy đợi một giờ rồi thử lại; nếu không phải bạn, hãy báo ngay người quản trị.",
    "Too many wrong proofs. Wait an hour; if it was not you, tell the administrator at once.",
)
NO_CODES = Words(
    "Muốn ký bằng mật khẩu, trước hết hãy bật mã dùng một lần ở trang «Tài khoản của tôi».",
    "To sign with your password, first turn on one-time codes on the page “My account”.",
)
UNNAMED = Words("Hãy đặt tên cho khóa, ví dụ «Khóa ở bàn làm việc».", "Name the key, for example “Key on my desk”.")
TOO_MANY = Words("Đã có đủ {n} khóa. Hãy gỡ bớt khóa cũ.", "There are {n} keys already. Remove an old one.")
KNOWN = Words("Khóa này đã được thêm rồi.", "This key was added before.")
NO_SUCH_KEY = Words("Khóa này không còn thuộc tài khoản của bạn.", "This key does not belong to your account any more.")
ADDED = Words(
    "Khóa bảo mật «{label}» vừa được thêm vào tài khoản của bạn. Nếu không phải bạn, hãy báo ngay người quản trị.",
    "The security key “{label}” was added to your account. If it was not you, tell the administrator at once.",
)
REMOVED = Words(
    "Khóa bảo mật «{label}» vừa được gỡ khỏi tài khoản của bạn. Nếu không phải bạn, hãy đổi mật khẩu và báo ngay "
    "người quản trị.",
    "The security key “{label}” was removed from your account. If it was not you, change the password and tell the "
    "administrator at once.",
)


class ProofRefused(Exception):
    """It was not proved who decides; `words` says what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True, slots=True)
class KeyAnswer:
    """What the browser sends after a key was touched: which key, and the bytes that it signed."""

    credential: str
    signed: Signed


def read_answer(credential: str, authenticator: str, client: str, signature: str) -> KeyAnswer:
    """The four fields of a form, base64url. Raises ProofRefused."""
    signed = Signed(from_text(authenticator), from_text(client), from_text(signature))
    return KeyAnswer(credential[:1400], signed)


def keys_of(account: Account, site_name: str = "") -> Sequence[SecurityKey]:
    """The keys of the account that count, the oldest first; only those of one name of the site where it is said."""
    rows = SecurityKey.objects.filter(account=account, removed_at__isnull=True).order_by("added_at")
    return list(rows.filter(site_name=site_name) if site_name else rows)


def add_key(
    actor: Account,
    *,
    label: str,
    authenticator: str,
    client: str,
    challenge: bytes,
    site: Site,
    password: str,
    code: str,
    now: datetime.datetime,
) -> SecurityKey:
    """Add a key that the browser has just made, against password and code. Its owner is told. Raises ProofRefused."""
    said = plain(label)[:60]
    if not said:
        raise ProofRefused(UNNAMED)
    try:
        made = registered(from_text(authenticator), from_text(client), challenge=challenge, site=site)
    except KeyRefused as refusal:
        raise ProofRefused(refusal.words) from None
    check_password_and_code(actor, password=password, code=code, now=now, code_needed=False)
    if len(keys_of(actor)) >= MOST_KEYS:
        raise ProofRefused(TOO_MANY.fill(n=MOST_KEYS))
    try:
        with transaction.atomic():
            key = SecurityKey.objects.create(
                account=actor, label=said, credential=as_text(made.credential), point=made.point.hex(),
                site_name=site.name, count=made.count, added_at=now,
            )  # fmt: skip
            record(actor, "security_key_added", now=now, about=("security_key", key.id))
            words = ADDED.fill(label=said)
            send(to=[actor.person_id], kind="account", words=words, link=Link("own_account"), now=now)
    except IntegrityError:
        raise ProofRefused(KNOWN) from None
    return key


def remove_key(actor: Account, key: UUID, *, password: str, code: str, now: datetime.datetime) -> None:
    """Take one's own key away, against password and code: it signs nothing any more. What it signed stays.

    Its owner is told. Raises ProofRefused.
    """
    # Outside of the transaction: a wrong proof stays counted.
    check_password_and_code(actor, password=password, code=code, now=now, code_needed=False)
    own = SecurityKey.objects.filter(id=key, account=actor, removed_at__isnull=True)
    with transaction.atomic():
        if not own.update(removed_at=now):
            raise ProofRefused(NO_SUCH_KEY)
        record(actor, "security_key_removed", now=now, about=("security_key", key))
        words = REMOVED.fill(label=SecurityKey.objects.values_list("label", flat=True).get(id=key))
        send(to=[actor.person_id], kind="account", words=words, link=Link("own_account"), now=now)


def prove_by_key(
    actor: Account, answer: KeyAnswer, *, challenge: bytes, site: Site, now: datetime.datetime
) -> SecurityKey:
    """The actor's own key that signed this challenge, here. Raises ProofRefused; a wrong proof is counted."""
    _not_too_often(actor, now)
    rows = SecurityKey.objects.filter(account=actor, credential=answer.credential, removed_at__isnull=True)
    key = rows.first()
    try:
        if key is None:
            raise KeyRefused(NO_SUCH_KEY)
        count = proved(
            answer.signed, challenge=challenge, point=bytes.fromhex(key.point), count=key.count, site=site
        )  # fmt: skip
        # Two answers at once with the same counter: one of them is a copy.
        if not rows.filter(count=key.count).update(count=count):
            raise KeyRefused(NOT_SIGNED)
    except KeyRefused as refusal:
        record(actor, WRONG_ACT, now=now, about=("proof", "key"))
        raise ProofRefused(refusal.words) from None
    return key


def check_password_and_code(
    actor: Account, *, password: str, code: str, now: datetime.datetime, code_needed: bool = True
) -> None:
    """The weaker proof: the password, and a one-time code where codes are on or needed. Raises ProofRefused."""
    _not_too_often(actor, now)
    if code_needed and not CodeDevice.objects.filter(account=actor, confirmed_at__isnull=False).exists():
        raise ProofRefused(NO_CODES)
    if not actor.check_password(password) or not accept(actor, code, now=now):
        record(actor, WRONG_ACT, now=now, about=("proof", "code"))
        raise ProofRefused(WRONG)


def _not_too_often(actor: Account, now: datetime.datetime) -> None:
    lately = AuditRow.objects.filter(account=actor, act=WRONG_ACT, at__gt=now - WRONG_WITHIN)
    if lately.count() >= MOST_WRONG:
        raise ProofRefused(ENOUGH)


def as_text(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """The bytes of base64url without padding. Raises ProofRefused."""
    try:
        if len(text) > 8192 or not text.isascii():
            raise ValueError
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise ProofRefused(NOT_SIGNED) from None
