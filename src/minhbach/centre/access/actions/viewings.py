"""Viewings: the row before the first byte, the lease that lives nine seconds, its renewal, its end.

A renewal asks the whole question again (`viewable.look`), so a right that is gone takes the picture with it: no lease,
no byte, ten seconds later at most. A refusal is written down before it is raised.

    ViewingRefused       no, and why; `code` is refused, purpose, restricted, over or too_many
    ViewingMalformed     the wish makes no sense: no camera, an end before its beginning
"""

import datetime
import hashlib
import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from minhbach.centre.access import sessions
from minhbach.centre.access.models import Account, Purpose, Refusal, Served, ViewedCamera, Viewing
from minhbach.centre.access.places import ANYWHERE, Place
from minhbach.centre.access.recording import record, record_refusal
from minhbach.centre.access.viewable import RESTRICTED, SAY_PURPOSE, Found, SpanTooLong, Wish, look, purpose_for
from minhbach.centre.fabric import keys
from minhbach.centre.messaging.actions import send
from minhbach.centre.registry.models import Camera
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.words import Words
from minhbach.lease import MOST_CAMERAS, Kind, Lease, sign

LIFE = datetime.timedelta(seconds=9)
RENEW_AFTER_S = 4
#: A page that did not ask for so long is gone; it opens a new viewing when it comes back.
LAPSE = datetime.timedelta(seconds=60)
MOST_OPEN = 40
GONE = Words("Lượt xem này đã kết thúc. Hãy mở lại.", "This viewing is over. Open it again.")
TOO_MANY = Words(
    "Bạn đang mở quá nhiều lượt xem cùng lúc. Hãy đóng bớt trang.", "You have too many viewings open. Close some pages."
)
NOTHING = Words("Không có camera nào trong yêu cầu này.", "There is no camera in this request.")
WRONG_SPAN = Words(
    "Khoảng thời gian xem lại phải có đầu, có cuối và đã qua.",
    "The time to play back needs a beginning and an end, and must be past.",
)
LONG_SPAN = Words(
    "Theo quy chế, mỗi lần xem lại mở nhiều nhất {n} giờ. Hãy chia thành nhiều lần xem.",
    "By the regulation one playback opens at most {n} hours. Play it back in several parts.",
)


NO_REASON = Words("Hãy ghi lý do kết thúc lượt xem.", "Say why the viewing is ended.")
NOT_RUNNING = Words("Lượt xem này không còn chạy.", "This viewing does not run any more.")
STOPPED = Words(
    "{name} đã kết thúc lượt xem của bạn. Lý do: {reason}", "{name} has ended what you watched. Why: {reason}"
)


class ViewingMalformed(ValueError):
    """The wish makes no sense; `words` says what is wrong."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


class ViewingRefused(PermissionDenied):
    """No lease; the refusal has been written down."""

    def __init__(self, words: Words, code: str = "refused") -> None:
        super().__init__(words)
        self.words = words
        self.code = code


@dataclass(frozen=True, slots=True)
class Opened:
    """A viewing with a fresh lease. `cameras` are those it holds now, `refused` the others and why."""

    viewing: Viewing
    token: str
    expires_at: datetime.datetime
    cameras: tuple[UUID, ...]
    refused: dict[UUID, Words]
    sound: bool
    begin: datetime.datetime | None
    end: datetime.datetime | None
    purpose_until: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in which session, from where."""

    account: Account
    session: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """A stretch of one camera's picture or sound that left; the camera as the lease names it, times in Unix µs."""

    camera: str
    sound: bool
    begin_us: int
    end_us: int


def asker(account: Account, session: SessionBase, address: str | None = None) -> Asker:
    """The asker of a request."""
    return Asker(account, sessions.digest_of(session), address)


def open_viewing(
    who: Asker,
    *,
    kind: str,
    cameras: Sequence[UUID],
    begin: datetime.datetime | None = None,
    end: datetime.datetime | None = None,
    at: datetime.datetime | None = None,
    sound: bool = False,
    purpose: UUID | None = None,
    now: datetime.datetime,
) -> Opened:
    """Decide, write down who watches what and why, and sign the first lease.

    Cameras that are refused are left out and named, unless all are. Raises ViewingRefused, ViewingMalformed.
    """
    wish = _sensible(Wish(kind, tuple(dict.fromkeys(cameras)), _span(kind, begin, end, now), sound, at), now)
    if _open_now(who, now) >= MOST_OPEN:
        raise _refusal(who, wish.kind, TOO_MANY, ANYWHERE, now, code="too_many")
    try:
        found = _found(who, wish, now)
    except SpanTooLong as long:
        raise ViewingMalformed(LONG_SPAN.fill(n=long.hours)) from None
    given = _purpose(who, wish, found, purpose, now)
    viewing = _write(who, wish, found, given, now)
    return _leased(viewing, found, now)


def renew_viewing(who: Asker, viewing: UUID, *, at: datetime.datetime | None = None, now: datetime.datetime) -> Opened:
    """Ask everything again, and sign the next lease. Raises ViewingRefused; a right that is gone ends the viewing.

    What a page says it has played is not asked for: `record_served` knows what left.
    """
    row = (
        Viewing.objects.filter(id=viewing, account=who.account, session_digest=who.session)
        .select_related("purpose")
        .first()
    )
    if row is None or row.closed_at is not None or _is_single(row):
        raise _refusal(who, "renew", GONE, ANYWHERE, now, code="over")
    if now - row.leased_until > LAPSE:
        _end(row, "lapsed", now)
        raise _refusal(who, row.kind, GONE, ANYWHERE, now, code="over")
    cameras = tuple(row.cameras.order_by("id").values_list("camera", flat=True))
    span = (row.begins_at, row.ends_at) if row.begins_at and row.ends_at else None
    try:
        found = _found(who, Wish(row.kind, cameras, span, row.sound, at), now)
        _purpose(who, Wish(row.kind, cameras, span, row.sound), found, row.purpose_id, now)
    except ViewingRefused as refusal:
        if refusal.code == "refused":
            _end(row, "revoked", now)
        raise
    except SpanTooLong as long:
        # Rules that came into force meanwhile let less be opened at once.
        _end(row, "revoked", now)
        raise _refusal(who, row.kind, LONG_SPAN.fill(n=long.hours), ANYWHERE, now, code="over") from None
    return _leased(row, found, now)


def _is_single(row: Viewing) -> bool:
    # Stills on the ground of a fault or a commissioning are for one look; a lease that goes on would be a film.
    return row.cameras.exclude(ground__startswith="post:").exclude(ground__startswith="grant:").exists()


def close_viewing(who: Asker, viewing: UUID, *, now: datetime.datetime) -> None:
    """The page is done with it. Somebody else's, or one that is over, is left as it is."""
    row = Viewing.objects.filter(id=viewing, account=who.account, session_digest=who.session).first()
    if row is not None:
        _end(row, "closed", now)


def stop_viewing(
    actor: Account, viewing: UUID, *, units: Collection[UUID], reason: str, now: datetime.datetime
) -> None:
    """End a running viewing of cameras that these units hold; whoever watched is told by whom and why.

    Not a ban: they may open it again, and that, too, is in the log. Raises ViewingMalformed.
    """
    said = plain(reason)[:300]
    if not said:
        raise ViewingMalformed(NO_REASON)
    running = Viewing.objects.filter(id=viewing, closed_at__isnull=True, leased_until__gt=now)
    row = running.filter(cameras__unit__in=units).select_related("account").first()
    if row is None:
        raise ViewingMalformed(NOT_RUNNING)
    _end(row, "stopped", now)
    record(actor, "viewing_stopped", now=now, about=("viewing", viewing), details={"reason": said})
    words = STOPPED.fill(name=actor.person.full_name, reason=said)
    send(to=[row.account.person_id], kind="viewing", words=words, now=now)


def end_session(account: Account, session: SessionBase, *, now: datetime.datetime) -> None:
    """Everything that is watched in this session is over."""
    _open(account).filter(session_digest=sessions.digest_of(session)).update(closed_at=now, ending="signed_out")


def lapse(*, now: datetime.datetime) -> int:
    """End viewings whose page went away without saying so; how many. For a job every minute."""
    gone = Viewing.objects.filter(closed_at__isnull=True, leased_until__lt=now - LAPSE)
    return gone.update(closed_at=F("leased_until"), ending="lapsed")


def record_served(viewing: UUID, spans: Sequence[Left], size: int, *, now: datetime.datetime) -> None:
    """What the stream process says has left, and how many bytes it was in all.

    Spans that go on where one ended make it longer. What belongs to no viewing is an alarm in the audit log.
    """
    known = {
        f"{recorder}/{name}": camera
        for camera, recorder, name in ViewedCamera.objects.filter(viewing=viewing).values_list(
            "camera", "camera__recorder", "camera__name"
        )
    }
    strange = sorted({span.camera for span in spans} - known.keys())
    if strange or not known:
        details = {"cameras": strange[:25], "bytes": size}
        record("stream", "served_without_viewing", now=now, about=("viewing", viewing), details=details)
    mine = [span for span in spans if span.camera in known]
    for index, span in enumerate(mine):
        # Bytes are counted over all tracks together; the parts need only add up to them.
        part = size // len(mine) + (size % len(mine) if index == 0 else 0)
        _grow(viewing, known[span.camera], span, part, now)


def _moment(at_us: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(at_us // 1_000_000, datetime.UTC) + datetime.timedelta(
        microseconds=at_us % 1_000_000
    )


def _grow(viewing: UUID, camera: UUID, span: Left, size: int, now: datetime.datetime) -> None:
    slack = datetime.timedelta(seconds=2)
    begin, end = _moment(span.begin_us), _moment(span.end_us)
    same = Served.objects.filter(viewing=viewing, camera=camera, sound=span.sound)
    last = same.order_by("-last_at", "-ends_at").first()
    if last is not None and last.begins_at - slack <= begin <= last.ends_at + slack:
        Served.objects.filter(id=last.id).update(
            ends_at=Greatest(F("ends_at"), end), bytes=F("bytes") + size, last_at=Greatest(F("last_at"), now)
        )
        return
    Served.objects.create(
        viewing_id=viewing,
        camera_id=camera,
        sound=span.sound,
        begins_at=begin,
        ends_at=max(begin, end),
        bytes=size,
        first_at=now,
        last_at=now,
    )


def _span(
    kind: str, begin: datetime.datetime | None, end: datetime.datetime | None, now: datetime.datetime
) -> tuple[datetime.datetime, datetime.datetime] | None:
    if kind == "live":
        return None
    # The end of today is not yet past; what has not been recorded cannot be seen either.
    if begin is None or end is None or not begin < min(end, now):
        raise ViewingMalformed(WRONG_SPAN)
    return begin, end


def _sensible(wish: Wish, now: datetime.datetime) -> Wish:
    known = set(Camera.objects.filter(id__in=wish.cameras).values_list("id", flat=True))
    if not 0 < len(wish.cameras) <= MOST_CAMERAS or set(wish.cameras) - known:
        raise ViewingMalformed(NOTHING)
    if wish.at is not None and (wish.span is None or not wish.span[0] <= wish.at <= wish.span[1]):
        raise ViewingMalformed(WRONG_SPAN)
    return wish


def _open(account: Account) -> QuerySet[Viewing]:
    return Viewing.objects.filter(account=account, closed_at__isnull=True)


def _open_now(who: Asker, now: datetime.datetime) -> int:
    return int(_open(who.account).filter(leased_until__gt=now).count())


def _refusal(
    who: Asker, wanted: str, why: Words, place: Place, now: datetime.datetime, *, code: str = "refused"
) -> ViewingRefused:
    record_refusal(who.account, wanted, why, now=now, place=place, route="viewing", address=who.address)
    return ViewingRefused(why, code)


def _found(who: Asker, wish: Wish, now: datetime.datetime) -> Found:
    """What may be had; every camera that is refused leaves a row, and none at all is a refusal."""
    found = look(who.account, wish, now=now)
    for place, why in found.refused.values():
        if not _told_lately(who, wish.kind, place, now):
            _refusal(who, wish.kind, why, place, now)
    if not found.allowed or (wish.span is not None and found.span is None):
        first = next((why for _, why in found.refused.values()), RESTRICTED)
        raise ViewingRefused(first, "restricted" if first == RESTRICTED else "refused")
    return found


def _told_lately(who: Asker, wanted: str, place: Place, now: datetime.datetime) -> bool:
    # A wall of 25 tiles renews every four seconds: one row a minute says as much.
    lately = now - datetime.timedelta(minutes=1)
    rows = Refusal.objects.filter(account=who.account, wanted=wanted, camera=place.camera, at__gt=lately, at__lte=now)
    return rows.exists()


def _purpose(who: Asker, wish: Wish, found: Found, purpose: UUID | None, now: datetime.datetime) -> Purpose | None:
    rooms = [place.room for place, decision in found.allowed.values() if decision.needs_purpose and place.room]
    given = purpose_for(who.account, purpose, rooms, now=now)
    if given is None and found.needs_purpose:
        raise _refusal(who, wish.kind, SAY_PURPOSE, next(iter(found.allowed.values()))[0], now, code="purpose")
    return given


@transaction.atomic
def _write(who: Asker, wish: Wish, found: Found, purpose: Purpose | None, now: datetime.datetime) -> Viewing:
    begin, end = wish.span or (None, None)
    row = Viewing(
        account=who.account,
        session_digest=who.session,
        kind=wish.kind,
        sound=found.sound,
        begins_at=begin,
        ends_at=end,
        purpose=purpose,
        address=who.address,
        opened_at=now,
        leased_until=now + LIFE,
        salt=secrets.token_hex(16),
    )
    row.commitment = commitment(row, who.account, tuple(found.allowed))
    row.save(force_insert=True)
    ViewedCamera.objects.bulk_create(
        _viewed(row, camera, place, decision.ground) for camera, (place, decision) in found.allowed.items()
    )
    return row


def _viewed(row: Viewing, camera: UUID, place: Place, ground: str) -> ViewedCamera:
    if place.room is None or place.unit is None:
        raise LookupError(f"camera {camera} was allowed in a room that nobody holds")  # judging refuses it before
    return ViewedCamera(
        viewing=row,
        camera_id=camera,
        room_id=place.room,
        unit_id=place.unit,
        ground=ground[:60],
        opened_at=row.opened_at,
        kind=row.kind,
    )


def commitment(viewing: Viewing, account: Account, cameras: Sequence[UUID]) -> str:
    """SHA-256, in hex, of who, what and why behind a salt: what the recorder logs. Without the salt it says nothing."""
    said = {
        "salt": viewing.salt,
        "viewing": viewing.id.hex,
        "person": account.person_id.hex,
        "kind": viewing.kind,
        "cameras": sorted(camera.hex for camera in cameras),
        "begin": viewing.begins_at.isoformat() if viewing.begins_at else "",
        "end": viewing.ends_at.isoformat() if viewing.ends_at else "",
        "purpose": viewing.purpose.text if viewing.purpose else "",
        "reference": viewing.purpose.reference if viewing.purpose else "",
        "opened": viewing.opened_at.isoformat(),
    }
    return hashlib.sha256(
        json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


def _end(row: Viewing, ending: str, now: datetime.datetime) -> None:
    # Another page, a job or the sign-out may have ended it first; the first says how.
    Viewing.objects.filter(id=row.id, closed_at__isnull=True).update(closed_at=now, ending=ending)


def _leased(row: Viewing, found: Found, now: datetime.datetime) -> Opened:
    """Sign the next lease, only if the viewing is still open at this moment."""
    if not Viewing.objects.filter(id=row.id, closed_at__isnull=True).update(leased_until=now + LIFE):
        raise ViewingRefused(GONE, "over")
    begin, end = found.span or (None, None)
    names = {
        camera: f"{recorder}/{name}"
        for camera, recorder, name in Camera.objects.filter(id__in=found.allowed).values_list("id", "recorder", "name")
    }
    lease = Lease(
        viewing=row.id.hex,
        kind=_kind(row.kind),
        cameras=tuple(names[camera] for camera in found.allowed),
        sound=found.sound,
        begin_us=_us(begin) if begin else 0,
        end_us=_us(end) if end else 0,
        issued_us=_us(now),
        expires_us=_us(now + LIFE),
        commitment=row.commitment,
    )
    return Opened(
        viewing=row,
        token=sign(lease, keys.load_lease(settings.MINHBACH_DATA / "keys")),
        expires_at=now + LIFE,
        cameras=tuple(found.allowed),
        refused={camera: why for camera, (_, why) in found.refused.items()},
        sound=found.sound,
        begin=begin,
        end=end,
        purpose_until=row.purpose.until if row.purpose else None,
    )


def _kind(kind: str) -> Kind:
    match kind:
        case "live" | "playback" | "still":
            return kind
        case _:
            raise ViewingMalformed(NOTHING)


def _us(moment: datetime.datetime) -> int:
    return int((moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)) / datetime.timedelta(microseconds=1))
