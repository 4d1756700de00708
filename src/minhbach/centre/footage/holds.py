"""Held footage as people read it: what is kept, for which matter, and whether the recorders have it in their logs.

Owns the reading of `LegalHold` and its orders; what stands is worked out from the rows each time, nothing is stored
twice. Promises a number of queries that does not grow with holds. Leaves asking for a hold to `actions.holds`.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import CharField, Exists, Max, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import NoReverseMatch, reverse

from minhbach.centre.access.deciding import rooms_where, standing_of
from minhbach.centre.access.models import Account
from minhbach.centre.access.restricting import closed_among, closed_spans
from minhbach.centre.footage.actions.holds import LEGAL_HOLD
from minhbach.centre.footage.models import HOLD_ENDED, Hold, HoldOrigin, LegalHold
from minhbach.centre.footage.timeline import UNREADABLE, moment, us
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Recorder
from minhbach.centre.registry.searching import SearchKey, words_of
from minhbach.centre.regulation.reading import rules_of_each
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

#: Kind of status and words of an order, the gravest first.
REFUSED = ("fault", Words("Đầu ghi không giữ được", "The recorder did not hold it"))
KEEPING = ("fault", Words("Đầu ghi không gỡ được", "The recorder did not release it"))
PENDING = ("soon", Words("Chờ đầu ghi xác nhận", "Waiting for the recorder"))
RELEASING = ("soon", Words("Chờ đầu ghi gỡ", "Waiting for the recorder to release it"))
HELD = ("ok", Words("Đang giữ", "Held"))
RELEASED = ("unseen", Words("Đã gỡ", "Released"))
#: A recorder that is retired takes no order any more: neither to hold nor to release.
UNHEARD = (
    "fault",
    Words(
        "Đầu ghi đã ngừng sử dụng, không nhận lệnh giữ: hãy giữ nguyên ổ đĩa của máy",
        "The recorder is retired and takes no order: keep its disks as they are",
    ),
)
OVER = (
    "unseen",
    Words("Đã đồng ý gỡ; đầu ghi đã ngừng sử dụng", "Its release was agreed; the recorder is retired"),
)
_GRAVEST_FIRST = (REFUSED, KEEPING, UNHEARD, PENDING, RELEASING, HELD, OVER, RELEASED)
ORIGINS = {
    HoldOrigin.PERSON: Words("Người có quyền giữ", "Somebody who may hold"),
    HoldOrigin.EXTRACTION: Words("Đề nghị trích xuất", "A request for extraction"),
    HoldOrigin.RATING: Words("Đánh giá không hài lòng", "A low rating"),
    HoldOrigin.PETITION: Words("Phản ánh, kiến nghị", "A complaint or suggestion"),
    HoldOrigin.FINDING: Words("Phát hiện giám sát", "A finding"),
    HoldOrigin.SESSION: Words("Buổi tiếp công dân", "A reception session"),
    HoldOrigin.SUBJECT: Words("Yêu cầu về dữ liệu cá nhân", "A request about personal data"),
}
SYSTEM = Words("Hệ thống", "The system")


@dataclass(frozen=True, slots=True)
class Order:
    """What one camera's recorder was told, and how that stands."""

    hold: Hold
    label: str

    @property
    def state(self) -> tuple[str, Words]:
        """Kind of status and words."""
        if self.over_at:
            return OVER
        if self.hold.refused_en:
            return KEEPING if self.hold.placed_at else REFUSED
        if self.hold.released_at:
            return RELEASED
        if self.hold.release_asked_at:
            return RELEASING
        if self.hold.placed_at:
            return HELD
        return UNHEARD if self.hold.recorder.retired_at else PENDING

    @property
    def over_at(self) -> datetime.datetime | None:
        """Since when it is over though no log says so: its release was agreed to, and the recorder is retired."""
        asked, retired = self.hold.release_asked_at, self.hold.recorder.retired_at
        return max(asked, retired) if asked and retired and not self.hold.released_at else None

    @property
    def refusal(self) -> Words | None:
        """The recorder's own words, where it refused."""
        return Words(self.hold.refused_vi, self.hold.refused_en) if self.hold.refused_en else None


@dataclass(frozen=True, slots=True)
class Held:
    """A stretch of a room that is kept for a matter."""

    hold: LegalHold
    unit_name: str
    orders: tuple[Order, ...]
    #: When it is to be looked at again, by the regulation; none where none is in force.
    review: datetime.date | None
    #: In restricted time that is closed to who asks: what it is for is not told.
    closed: bool = False

    @property
    def origin(self) -> Words:
        """What had it kept."""
        return ORIGINS[HoldOrigin(self.hold.origin)]

    @property
    def url(self) -> str:
        """The page of what had it kept; empty where it has none."""
        if self.closed or not self.hold.route:
            return ""
        try:
            return reverse(self.hold.route, args=[self.hold.reference] if self.hold.reference else [])
        except NoReverseMatch:  # an old hold must not break the page when a route was renamed
            return ""

    @property
    def who(self) -> str:
        """Who asked for it."""
        return self.hold.asked_by.full_name if self.hold.asked_by else str(SYSTEM)

    @property
    def reason(self) -> str:
        """What it is for, as far as it may be told."""
        return str(UNREADABLE) if self.closed else self.hold.reason

    @property
    def document(self) -> str:
        """The document it belongs to, as far as it may be told."""
        return "" if self.closed else self.hold.document

    @property
    def state(self) -> tuple[str, Words]:
        """The gravest of its orders."""
        return min((order.state for order in self.orders), key=_GRAVEST_FIRST.index, default=PENDING)

    @property
    def begin(self) -> datetime.datetime:
        """In Vietnam."""
        return moment(self.hold.begin_us)

    @property
    def end(self) -> datetime.datetime:
        """In Vietnam."""
        return moment(self.hold.end_us)

    @property
    def length(self) -> datetime.timedelta:
        """Of the stretch."""
        return self.end - self.begin


def holds_for(
    actor: Account, *, now: datetime.datetime, released: bool = False, text: str = ""
) -> "QuerySet[LegalHold]":
    """What is held in the rooms where the person may place holds, for `told`, or what was; the newest first. `text` is
    looked for in the room, who asked, and what it is for where that may be read.
    """
    rows = LegalHold.objects.filter(room__in=rooms_where(actor, Right.HOLD, now=now)).order_by("-asked_at", "id")
    orders = Hold.objects.filter(kind=LEGAL_HOLD, reference=Cast(OuterRef("pk"), CharField()))
    # What a recorder refused ends with its release only: until then somebody has to see that nothing is held.
    gone = Exists(orders) & ~Exists(orders.exclude(HOLD_ENDED, release_asked_at__isnull=False))
    rows = rows.filter(gone) if released else rows.exclude(gone)
    if words := words_of(text):
        shut = _shut(actor, rows, now)
        rows = rows.alias(where=SearchKey("room__name"), said=SearchKey("reason", "document"))
        for word in words:
            told_of = Q(where__contains=word) | Q(asked_by__search_key__contains=word)
            rows = rows.filter(told_of | (Q(said__contains=word) & ~shut))
    return rows.select_related("room", "asked_by")


def _shut(actor: Account, rows: "QuerySet[LegalHold]", now: datetime.datetime) -> Q:
    """Those in restricted time that is closed to who asks: what they are for is not told, so not found either."""
    reach = rows.aggregate(begin=Min("begin_us"), end=Max("end_us"))
    rooms = set(rows.order_by().values_list("room", flat=True).distinct())
    found = Q(pk__in=[])
    if not rooms:
        return found
    begin, end = moment(reach["begin"]), moment(reach["end"])
    for room, spans in closed_spans(standing_of(actor, now=now), Right.PLAYBACK, rooms, begin, end).items():
        for since, until in spans:
            found |= Q(room=room, begin_us__lt=us(until), end_us__gt=us(since))
    return found


def hold_of(actor: Account, hold: UUID, *, now: datetime.datetime) -> Held:
    """One of them; whether one may read it is decided before."""
    [found] = told(LegalHold.objects.filter(id=hold).select_related("room", "asked_by"), actor, now)
    return found


def matters_on(recorder: Recorder) -> int:
    """For how many matters the recorder holds footage, or is to hold it."""
    standing = Hold.objects.filter(recorder=recorder).exclude(HOLD_ENDED)
    return standing.order_by().values("kind", "reference").distinct().count()


def told(rows: Iterable[LegalHold], actor: Account, now: datetime.datetime) -> list[Held]:
    """These stretches as this person may read them."""
    holds = list(rows)
    orders = _orders([hold.id for hold in holds])
    day = registry.day_of(now)
    holders = registry.holders_on({hold.room_id for hold in holds}, day)
    names = registry.names_on(set(holders.values()), day)
    reviews = {unit: rules.times.hold_review_days for unit, rules in rules_of_each(names.keys(), day).items()}
    stretches = {hold.id: (hold.room_id, (moment(hold.begin_us), moment(hold.end_us))) for hold in holds}
    closed = closed_among(standing_of(actor, now=now), Right.PLAYBACK, stretches)
    found = []
    for hold in holds:
        unit = holders.get(hold.room_id)
        days = reviews.get(unit) if unit else None
        review = registry.day_of(hold.asked_at) + datetime.timedelta(days=days) if days else None
        name = names[unit].name if unit in names else ""
        found.append(Held(hold, name, tuple(orders.get(hold.id, ())), review, hold.id in closed))
    return found


def _orders(holds: Collection[UUID]) -> dict[UUID, list[Order]]:
    orders_of = Hold.objects.filter(kind=LEGAL_HOLD, reference__in=[str(hold) for hold in holds])
    rows = list(orders_of.select_related("recorder"))
    cameras = Camera.objects.filter(recorder__in={row.recorder_id for row in rows})
    labels = {(recorder, name): label for recorder, name, label in cameras.values_list("recorder", "name", "label")}
    found: dict[UUID, list[Order]] = {}
    for row in rows:
        label = labels.get((row.recorder_id, row.camera), row.camera)
        found.setdefault(UUID(row.reference), []).append(Order(row, label))
    for orders in found.values():
        orders.sort(key=lambda order: order.label)
    return found
