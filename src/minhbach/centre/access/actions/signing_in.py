"""Signing in and out: the attempt is counted before the password is looked at, and only then looked at.

A wrong name, a wrong password, a wrong code and a closed account are one answer, and take the same work. What was
typed as a name is kept only as a keyed digest.

    SignInRefused    the sentence for the page; `wait` where the throttle said so
    └── Busy         not now: asked again in a second, it is somebody's turn (the page's script does)
"""

import datetime
import threading
from uuid import UUID

from django.contrib.auth import login, logout
from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from uuid_utils.compat import uuid7

from minhbach.centre.access import sessions, throttle
from minhbach.centre.access.actions import codes
from minhbach.centre.access.addresses import line_of
from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.judging import rules_at
from minhbach.centre.access.models import Account, SignIn, SignInAttempt
from minhbach.centre.access.recording import record
from minhbach.centre.words import Words

DEVICE_COOKIE = "known_browser"
DEVICE_AGE = datetime.timedelta(days=180)
BACKEND = "minhbach.centre.access.sessions.Owner"
WRONG = Words(
    "Tên đăng nhập, mật khẩu hoặc mã dùng một lần không đúng. Hãy thử lại; nếu quên, hãy liên hệ quản trị hệ thống.",
    "The name, password or one-time code is not right. Try again; if you forgot it, ask the system administrator.",
)
WAIT = Words(
    "Đã thử sai nhiều lần. Hãy đợi {seconds} giây rồi thử lại; máy đã từng đăng nhập tài khoản này không phải đợi.",
    "Too many wrong attempts. Wait {seconds} seconds and try again; a browser that signed in before need not wait.",
)
BUSY = Words(
    "Đang có nhiều người đăng nhập cùng lúc. Hãy thử lại sau vài giây.",
    "Many people are signing in at once. Try again in some seconds.",
)
#: argon2id takes 46 MiB and a core: more at once would only make everybody slow.
_hashing = threading.BoundedSemaphore(2)
#: How many threads may be signing somebody in: the pages have four, and one stays for those who are in.
_entrance = threading.BoundedSemaphore(3)


class SignInRefused(Exception):
    """Nobody was signed in; `words` says what to do."""

    def __init__(self, words: Words, wait: datetime.timedelta = datetime.timedelta()) -> None:
        super().__init__(words.en)
        self.words = words
        self.wait = wait


class Busy(SignInRefused):
    """Nothing was looked at or counted: as many as there is room for are being signed in just now."""

    def __init__(self) -> None:
        super().__init__(BUSY)


def sign_in(
    request: HttpRequest, *, username: str, password: str, code: str, address: str, now: datetime.datetime
) -> Account:
    """Sign in to the account and begin a session. Raises SignInRefused; every outcome but Busy is written down."""
    if not _entrance.acquire(blocking=False):
        raise Busy
    try:
        return _sign_in(request, username, password, code, address, now)
    finally:
        _entrance.release()


def _sign_in(
    request: HttpRequest, username: str, password: str, code: str, address: str, now: datetime.datetime
) -> Account:
    name = username.strip().lower()[:64]
    device = known_device(request, name)
    attempt = _counted_attempt(name, device, address, now)
    account = _account_for(name, password, code, now)
    if account is None:
        _record_failure(name, address, now)
        raise SignInRefused(WRONG)
    SignInAttempt.objects.filter(id=attempt.id).update(succeeded=True)
    login(request, account, backend=BACKEND)
    _begin(request, account, address, now)
    record(account, "signed_in", now=now, address=address)
    return account


def _begin(request: HttpRequest, account: Account, address: str, now: datetime.datetime) -> None:
    """Begin the session with the limits of the person's regulation, and write it down."""
    longest, idle = limits_of(account, now=now)
    sessions.begin(request.session, now=now, longest=longest, idle=idle)
    SignIn.objects.create(
        account=account,
        digest=sessions.digest_of(request.session),
        browser=request.headers.get("User-Agent", "")[:200],
        address=address,
        begun_at=now,
        seen_at=now,
        until=now + longest,
    )


def limits_of(account: Account, *, now: datetime.datetime) -> tuple[datetime.timedelta, datetime.timedelta]:
    """How long a sign-in lasts at most, and without anybody there: the strictest rules of the person's posts."""
    standing = standing_of(account, now=now)
    found = [rules.times for post in standing.posts if (rules := rules_at(post.path, standing.rules)) is not None]
    hours = min((times.session_longest_hours for times in found), default=None)
    minutes = min((times.session_idle_minutes for times in found), default=None)
    longest = sessions.LONGEST if hours is None else min(datetime.timedelta(hours=hours), sessions.LONGEST)
    return longest, sessions.LONGEST_IDLE if minutes is None else datetime.timedelta(minutes=minutes)


def sign_out(request: HttpRequest, *, address: str, now: datetime.datetime) -> None:
    """End the session; what was being watched in it ends with it, by `viewings.end_session`, called before."""
    if isinstance(request.user, Account):
        record(request.user, "signed_out", now=now, address=address)
        SignIn.objects.filter(digest=sessions.digest_of(request.session), ended_at__isnull=True).update(ended_at=now)
    logout(request)


def known_device(request: HttpRequest, name: str) -> UUID | None:
    """The id of a browser that signed in to this account before, by its signed cookie."""
    cookie = request.COOKIES.get(DEVICE_COOKIE, "")
    try:
        said = signing.loads(cookie, salt="access.device", max_age=DEVICE_AGE)
        return UUID(said["device"]) if said["name"] == _digest(name) else None
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def device_cookie(request: HttpRequest, account: Account) -> str:
    """The cookie that makes this browser known to the account; keeps the id where it is known already."""
    device = known_device(request, account.username) or uuid7()
    return signing.dumps({"device": str(device), "name": _digest(account.username)}, salt="access.device")


def _digest(name: str) -> str:
    return salted_hmac("access.sign-in", name, algorithm="sha256").hexdigest()


@transaction.atomic
def _counted_attempt(name: str, device: UUID | None, address: str, now: datetime.datetime) -> SignInAttempt:
    """Count this attempt as failed until it succeeds, or refuse it without counting: waiting is not trying."""
    line = line_of(address)
    digest, source = _digest(name), f"device:{device}" if device else f"address:{line}"
    with connection.cursor() as cursor:
        # A hundred at once would each see no failures before them.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [digest])
    failed = SignInAttempt.objects.filter(succeeded=False, at__gt=now - throttle.MEMORY).order_by("at")
    forgiven = (
        SignInAttempt.objects.filter(name_digest=digest, source=source, succeeded=True, at__gt=now - throttle.MEMORY)
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )
    seen = throttle.Seen(
        on_account=[
            throttle.Attempt(row.source, row.at)
            for row in failed.filter(name_digest=digest)
            if not (forgiven and row.source == source and row.at <= forgiven)
        ],
        from_address=[
            throttle.Attempt(row.source, row.at)
            for row in failed.filter(address=line).exclude(source__startswith="device:")
        ],
    )
    wait = throttle.wait(seen, source, known=device is not None, now=now)
    if wait:
        raise SignInRefused(WAIT.fill(seconds=int(wait.total_seconds()) + 1), wait)
    return SignInAttempt.objects.create(name_digest=digest, source=source, address=line, at=now)


def _account_for(name: str, password: str, code: str, now: datetime.datetime) -> Account | None:
    account = Account.objects.filter(username=name).first()
    with _hashing:
        if account is None or not account.is_active:
            make_password(password)  # as much work as for an account that there is
            return None
        if not check_password(password, account.password):
            return None
    return account if codes.accept(account, code, now=now) else None


def _record_failure(name: str, address: str, now: datetime.datetime) -> None:
    account = Account.objects.filter(username=name).first()
    record("sign_in", "sign_in_failed", now=now, about=("account", account.id if account else ""), address=address)


def forget_attempts(*, now: datetime.datetime) -> int:
    """Delete attempts older than thirty days; the number of rows. For a daily job."""
    return SignInAttempt.objects.filter(at__lt=now - datetime.timedelta(days=30)).delete()[0]
