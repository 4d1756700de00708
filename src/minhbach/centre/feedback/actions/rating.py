"""A visit rated: the rating, its mark, what is kept because of a low one, and who is told; all or nothing.

A rating is of one event at a counter and is given once. Officers are told nothing of it; those who answer for the
counter learn of a low one at once. The screens on which visits are rated belong to a counter and hold no account.
"""

import datetime
import hashlib
import secrets
from collections.abc import Collection
from uuid import UUID

from django.db import IntegrityError, transaction

from minhbach.centre.access.people import people_who
from minhbach.centre.dossiers.models import Dossier, Event, EventKind
from minhbach.centre.feedback.actions.keeping import CITIZENS, Wanted, around, keep, seeing
from minhbach.centre.feedback.models import NotHeld, Panel, Rating, RatingNote, Reason, Score
from minhbach.centre.feedback.models.ratings import SAID_LENGTH
from minhbach.centre.footage.actions.marks import Moment, mark
from minhbach.centre.footage.models import HoldOrigin, LegalHold
from minhbach.centre.footage.timeline import us
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Counter, Person
from minhbach.centre.registry.models.dates import new_id
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.reading import in_force
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Times
from minhbach.centre.words import Words

ROUTE = "rating"
NOTICE = "rating_low"
#: What at a counter is a visit that can be rated.
RATED = (EventKind.RECEIVED, EventKind.HANDED_BACK)
LOW, RATED_WORDS = (
    Words("Đánh giá không hài lòng", "A low rating"),
    Words("Đánh giá của công dân", "A citizen's rating"),
)
TOLD = Words(
    "Một lượt phục vụ tại {counter}, {room} được đánh giá không hài lòng.",
    "A visit at {counter}, {room} was rated low.",
)
ALREADY = Words("Lượt phục vụ này đã được đánh giá. Xin cảm ơn!", "This visit is rated already. Thank you!")
NOTHING_YET = Words("Chưa có lượt phục vụ nào để đánh giá.", "There is no visit to rate yet.")
TOO_LATE = Words(
    "Đã quá hạn đánh giá lượt phục vụ này. Ông, bà vẫn gửi được phản ánh.",
    "It is too late to rate this visit. You can still send a complaint.",
)
SAY_WHY = Words("Hãy chọn một lý do hoặc viết vài chữ.", "Choose a reason or write a few words.")


def newest_visit(dossier: Dossier) -> Event:
    """The newest event of the dossier that a citizen rates. Raises NotPossible where it is rated, or is none."""
    visits = Event.objects.filter(dossier=dossier, kind__in=RATED).select_related("counter__room", "rating")
    newest = visits.order_by("-at", "-number").first()
    if newest is None:
        raise NotPossible(NOTHING_YET)
    if hasattr(newest, "rating"):
        raise NotPossible(ALREADY)
    return newest


@transaction.atomic
def rate(*, event: Event, score: Score, panel: Panel | None = None, now: datetime.datetime) -> Rating:
    """One touch. Raises NotPossible for what is rated already, is no visit, or is too long ago."""
    counter = event.counter
    times = in_force(event.unit_id, registry.day_of(now)).times
    age = now - event.at
    if event.kind not in RATED or age < datetime.timedelta():
        raise NotPossible(NOTHING_YET)
    if age > datetime.timedelta(days=times.feedback_rate_days):
        raise NotPossible(TOO_LATE)
    identity, low = new_id(), score <= times.feedback_low_score
    hold: LegalHold | None = None
    not_held: NotHeld | str = ""
    if low:
        hold, not_held = keep(wanted_for(identity, event, times), times, now=now)
    try:
        with transaction.atomic():
            made = Rating.objects.create(
                id=identity, unit_id=event.unit_id, counter=counter, event=event, score=score, at=now, panel=panel,
                hold=hold, not_held=not_held,
            )  # fmt: skip
    except IntegrityError:  # two windows, or the screen at the counter and a telephone
        raise NotPossible(ALREADY) from None
    if low or panel is not None:
        _mark(made, LOW if low else RATED_WORDS, now if panel else event.at, now)
    if low:
        _tell(made, now)
    return made


def wanted_for(rating: UUID, event: Event, times: Times) -> Wanted:
    """What a low rating of the event has kept."""
    begin_us, end_us = around(event.at, times)
    return Wanted(
        event.counter.room_id, begin_us, end_us, HoldOrigin.RATING, ROUTE, str(rating), LOW,
        seeing(event.counter_id, registry.day_of(event.at)),
    )  # fmt: skip


def _mark(rating: Rating, words: Words, at: datetime.datetime, now: datetime.datetime) -> None:
    counter = rating.counter
    seen_by = seeing(counter.id, registry.day_of(at))[:2]
    mark(
        CITIZENS, room=counter.room_id, counter=counter.id, camera=seen_by[0] if len(seen_by) == 1 else None,
        kind=Moment.RATED, reference=str(rating.id), words=words, right=Right.PLAYBACK, begin_us=us(at), end_us=us(at),
        route=ROUTE, now=now,
    )  # fmt: skip


def _tell(rating: Rating, now: datetime.datetime) -> None:
    counter = rating.counter
    words = TOLD.fill(counter=counter.name, room=counter.room.name)
    to = sorted(people_who(Right.FEEDBACK, counter.room_id, now=now, at_home=True))
    send(to=to, kind=NOTICE, words=words, link=Link(ROUTE, str(rating.id)), now=now)


def say_why(rating: UUID, *, reasons: Collection[str], said: str, now: datetime.datetime) -> RatingNote:
    """Why, once. Raises NotPossible without either, and a second time."""
    known = [reason for reason in Reason.values if reason in reasons]
    words = plain(said)[:SAID_LENGTH]
    if not known and not words:
        raise NotPossible(SAY_WHY)
    try:
        with transaction.atomic():
            return RatingNote.objects.create(rating_id=rating, reasons=known, said=words, at=now)
    except IntegrityError:
        raise NotPossible(ALREADY) from None


# --- screens at counters ---


def open_panel(actor: Person, *, counter: Counter, now: datetime.datetime) -> tuple[Panel, str]:
    """A screen of the counter, and what its browser keeps to be known again."""
    token = secrets.token_urlsafe(32)
    return Panel.objects.create(counter=counter, digest=digest_of(token), opened_by=actor, opened_at=now), token


def close_panel(actor: Person, *, panel: Panel, now: datetime.datetime) -> None:
    """The screen rates no more."""
    Panel.objects.filter(id=panel.id, closed_at__isnull=True).update(closed_at=now, closed_by=actor)


def digest_of(token: str) -> str:
    """What is kept here of a screen's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def panel_of(token: str, *, now: datetime.datetime) -> Panel | None:
    """The open screen of the token, at a counter that there still is."""
    row = Panel.objects.filter(digest=digest_of(token), closed_at__isnull=True).select_related("counter__room").first()
    return row if row is not None and row.counter.is_true_on(registry.day_of(now)) else None


def to_rate(panel: Panel, *, now: datetime.datetime) -> Event | None:
    """The newest visit at the screen's counter, within the minutes that the regulation gives and not rated yet."""
    holder = registry.holder_on(panel.counter.room_id, registry.day_of(now))
    if holder is None:
        return None
    minutes = in_force(holder, registry.day_of(now)).times.feedback_panel_minutes
    recent = Event.objects.filter(counter=panel.counter_id, kind__in=RATED, at__lte=now)
    newest = recent.select_related("counter__room", "rating").order_by("-at", "-number").first()
    if newest is None or hasattr(newest, "rating") or now - newest.at > datetime.timedelta(minutes=minutes):
        return None
    return newest
