"""A gap without a lawful cause is a finding of its own: the system makes it, whatever the unit puts down as its cause.

Owns which gaps count: in office hours, so long and so late as the regulation says, of the pictures that the recorder
was to keep. What no log speaks of a day later is a gap too: a recorder that is gone writes none. Promises one finding
for one outage of a room, however often it is looked for and however its log comes in; while it is open it is prolonged
as the gap goes on, and what the room's cameras saw around both of its ends is held. Whoever keeps the equipment puts
the cause down, with its paper: that explains the finding. Lawful it is only once a body outside the unit says so; then
the finding ends, and what else lies in that stretch is found no more.

    NotPossible    a cause that is none, has no paper or lies ahead; or it is not for this person to accept it
"""

import datetime
import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from minhbach.centre.access.models import Account
from minhbach.centre.access.people import people_who
from minhbach.centre.access.recording import record
from minhbach.centre.dossiers.deadlines import office_time
from minhbach.centre.footage.actions.holds import HoldRefused, hold_room
from minhbach.centre.footage.actions.marks import FIRST_US
from minhbach.centre.footage.coverage import MAIN
from minhbach.centre.footage.models import (
    Fault,
    FaultKind,
    FootageStream,
    Gap,
    HoldOrigin,
    LegalHold,
    RecorderLog,
)
from minhbach.centre.footage.timeline import moment, us
from minhbach.centre.messaging.actions import both
from minhbach.centre.oversight import ladder
from minhbach.centre.oversight.actions.cases import leads
from minhbach.centre.oversight.actions.findings import (
    NOT_IN_ORDER,
    ROUTE,
    SAY_WHAT,
    SYSTEM,
    Found,
    demand_judge,
    enter,
    next_number,
    tell_made,
    tell_step,
)
from minhbach.centre.oversight.models import (
    ENDS,
    NOTE_LENGTH,
    Finding,
    FindingStep,
    GapCause,
    Prolonged,
    Source,
    StepKind,
)
from minhbach.centre.oversight.reading import causes_for
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actors import System
from minhbach.centre.registry.models import Acceptance, Camera, Medium
from minhbach.centre.registry.models.dates import new_id
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.reading import NothingInForce, calendar_of, in_force
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Rules
from minhbach.centre.words import Words

#: Older gaps are history: whoever was to be told of them was told then. A line that was cut for longer brings its log
#: late, so there it is looked back to when it was cut.
LOOKED_BACK = datetime.timedelta(days=7)
#: What no log has accounted for so much later, nobody knows: a line that is cut for longer is explained like any gap.
UNHEARD = datetime.timedelta(days=1)
UNHEARD_NOTE = "Chưa nhận được nhật ký của đầu ghi từ {at}: chưa rõ có hình hay không."
#: What the configuration itself asked for is no gap in what was to be recorded.
MEANT = ("outside_hours", "reconfigured")
#: Two gaps of one camera with less between them are one outage.
JOINED_US = 60_000_000
LONGEST_US = 31 * 24 * 3_600_000_000
#: A form tells time in minutes, and so may end in the minute that is not over yet.
MINUTE_US = 60_000_000
#: A gap that has grown no more for so long is over; while it goes on its finding is prolonged in steps of an hour.
SETTLED_US, GROWN_US = 15 * 60_000_000, 3_600_000_000
#: So much before and after each end of a gap is held: what was done to the camera, and who came.
AROUND_US = 10 * 60_000_000
HELD = "Phát hiện số {number}: hình quanh lúc mất hình"
NO_CAUSE = Words("Hãy chọn lý do.", "Choose the cause.")
WRONG_STRETCH = Words(
    "Hãy chọn đoạn có giờ bắt đầu trước giờ kết thúc, nhiều nhất 31 ngày.",
    "Choose a stretch that begins before it ends, 31 days at most.",
)
AHEAD = Words(
    "Chỉ ghi trước được lý do bảo trì đã báo trước; lý do khác chỉ ghi đến thời điểm hiện tại.",
    "Only announced maintenance is put down ahead; any other cause only up to now.",
)
NO_PAPER = Words(
    "Hãy ghi số văn bản, phiếu báo hoặc biên bản xác nhận lý do.", "Write the number of the paper that confirms it."
)
NOT_ACCOUNTED_FOR = Words(
    "Các lý do đã ghi chưa phủ hết thời gian mất hình: yêu cầu giải trình thêm, hoặc kết luận.",
    "The causes put down do not cover all of the gap: ask for more, or conclude it.",
)
Stretch = tuple[int, int]


@dataclass(slots=True)
class Outage:
    """When a room had cameras without footage, Unix µs, and which."""

    room: UUID
    begin_us: int
    end_us: int
    cameras: set[UUID] = field(default_factory=set)
    #: Since when, within it, no log speaks of some of them; none where one does of all. Then it has no end yet.
    unheard_us: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A finding that the system made of an outage, up to where it speaks, and up to where something is held for it."""

    row: Finding
    until_us: int
    ended: bool
    held_us: int


def raise_gaps(*, now: datetime.datetime) -> int:
    """Make a finding of each outage that has become one, and prolong those that go on; how many were made."""
    found = outages(now)
    rooms = {each.room for each in found}
    since_us = min((each.begin_us for each in found), default=0)
    day = registry.day_of(now)
    holders = registry.holders_on(rooms, day)
    known, causes = _known(rooms, since_us), _accepted(rooms, since_us)
    calendars: dict[UUID, tuple[Rules, Calendar] | None] = {}
    made = 0
    for each in found:
        unit = holders.get(each.room)
        if unit is None:
            continue
        if unit not in calendars:
            calendars[unit] = _by(unit, day)
        by = calendars[unit]
        for rest in _beyond(each, known.get(each.room, ()), now):
            if by is not None and _counts(rest, causes.get(each.room, ()), *by, now):
                made += _make(unit, rest, by[0], now)
    return made


def _beyond(each: Outage, known: Sequence[Known], now: datetime.datetime) -> Iterator[Outage]:
    """What no finding speaks of: an open one is prolonged by what follows it, up to the next; what lies before one, or
    behind one that has ended, is another's matter. `known`: by their begin.
    """
    at_us = each.begin_us
    for one, following in itertools.zip_longest(known, known[1:]):
        if each.end_us <= one.row.begin_us or one.until_us + JOINED_US < each.begin_us:
            continue
        if at_us < one.row.begin_us:  # a log that came late tells what began earlier
            yield _cut(each, at_us, one.row.begin_us)
        until_us = one.until_us
        if not one.ended:
            until_us = max(until_us, min(each.end_us, following.row.begin_us if following else each.end_us))
            _go_on(one, until_us, now, over=_is_over(_cut(each, at_us, until_us), now))
        at_us = max(at_us, until_us)
    if at_us < each.end_us:
        yield _cut(each, at_us, each.end_us)


def _cut(each: Outage, begin_us: int, end_us: int) -> Outage:
    """A part of it; what has no end yet has one where another finding begins."""
    unheard_us = None if each.unheard_us is None or end_us < each.end_us else max(each.unheard_us, begin_us)
    return Outage(each.room, begin_us, end_us, each.cameras, unheard_us)


def _is_over(each: Outage, now: datetime.datetime) -> bool:
    return each.unheard_us is None and us(now) - each.end_us >= SETTLED_US


def _go_on(one: Known, end_us: int, now: datetime.datetime, *, over: bool) -> None:
    """Put down how far the gap goes by now; once it is over, hold what came right after it."""
    if end_us > one.until_us and (over or end_us - one.until_us >= GROWN_US):
        try:
            with transaction.atomic():
                Prolonged.objects.create(finding=one.row, end_us=end_us, at=now)
                record(SYSTEM, "finding_prolonged", now=now, about=("finding", one.row.id))
        except IntegrityError:  # it was concluded in this moment, or another worker was here first
            return
    if over and one.held_us <= end_us:
        _hold(one.row.room_id, end_us, one.row.id, str(one.row), now)


def _hold(room: UUID, at_us: int, finding: UUID, number: str, now: datetime.datetime) -> LegalHold | None:
    """What the cameras of the room saw around an end of a gap; none where there is no footage of that time."""
    try:
        return hold_room(
            System(SYSTEM), room=room, cameras=(), begin_us=at_us - AROUND_US, end_us=min(at_us + AROUND_US, us(now)),
            reason=HELD.format(number=number), origin=HoldOrigin.FINDING, route=ROUTE, reference=str(finding), now=now,
        )  # fmt: skip
    except HoldRefused:
        return None


@dataclass(frozen=True, slots=True, order=True)
class _Part:
    """One camera without footage; `unheard`: as nobody knows otherwise."""

    begin_us: int
    end_us: int
    camera: UUID
    room: UUID
    unheard: bool = False


def outages(now: datetime.datetime) -> list[Outage]:
    """The outages of all rooms of late, whatever the cause, of accepted cameras in rooms in service; five queries."""
    found = [*_gaps(now), *_unheard(now)]
    owed = _owed_since({each.camera for each in found})
    by_room: dict[UUID, list[_Part]] = {}
    for each in found:
        begin_us = max(each.begin_us, owed.get(each.camera, each.end_us))
        if begin_us < each.end_us:
            by_room.setdefault(each.room, []).append(replace(each, begin_us=begin_us))
    return [outage for room, parts in by_room.items() for outage in _joined(room, sorted(parts))]


def _gaps(now: datetime.datetime) -> Iterator[_Part]:
    """Gaps that the logs tell of: the newest, and those in a log that came only after a long cut."""
    since = Q(end_us__gt=us(now - LOOKED_BACK))
    for recorder, at in _cut_since(now - LOOKED_BACK).items():
        since |= Q(stream__recorder=recorder, end_us__gt=us(at))
    rows = Gap.objects.filter(since, stream__stream=MAIN, begin_us__lt=us(now)).exclude(cause__in=MEANT)
    gaps = list(rows.values_list("stream__recorder", "stream__camera", "begin_us", "end_us"))
    cameras = {
        (recorder, name): (camera, room)
        for camera, recorder, name, room in Camera.objects.filter(recorder__in={each[0] for each in gaps}).values_list(
            "id", "recorder", "name", "room"
        )
    }
    for recorder, name, begin_us, end_us in gaps:
        if (known := cameras.get((recorder, name))) is not None:
            yield _Part(begin_us, end_us, *known)


def _cut_since(before: datetime.datetime) -> dict[UUID, datetime.datetime]:
    """Recorders whose line was cut before that and has come back since, or has not: when they were heard last."""
    rows = Fault.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=before), kind=FaultKind.LINE)
    cut = rows.filter(began_at__lt=before).order_by().values_list("recorder")
    return dict(cut.annotate(Min("began_at")))


def _unheard(now: datetime.datetime) -> Iterator[_Part]:
    """Cameras that are to record and of which no log has come for so long; not while one is being read anew."""
    streams = FootageStream.objects.filter(recorder=OuterRef("recorder"), camera=OuterRef("name"), stream=MAIN)
    reading = RecorderLog.objects.filter(recorder=OuterRef("recorder"), indexed__lt=F("size"))
    rows = Camera.objects.filter(~Exists(reading), recording_since__isnull=False, retired_at__isnull=True)
    rows = rows.annotate(known_us=Coalesce(Subquery(streams.values("known_until_us")), 0))
    until_us = us(now - UNHEARD)
    found = rows.filter(known_us__lt=until_us).values_list("id", "room", "recording_since", "known_us")
    for camera, room, since, known_us in found:
        from_us = max(known_us, us(since) if since else 0)
        if from_us < until_us:
            yield _Part(from_us, until_us, camera, room, unheard=True)


def _owed_since(cameras: Collection[UUID]) -> dict[UUID, int]:
    """Since when each camera's picture is accepted and its room in service, Unix µs: before that it is on trial, and
    nothing is owed.
    """
    rows = Acceptance.objects.filter(camera__in=cameras, medium=Medium.PICTURE, passed=True)
    rows = rows.filter(camera__room__in_service_on__isnull=False).order_by()
    found = rows.values_list("camera", "camera__room__in_service_on").annotate(Min("accepted_at"))
    return {camera: us(max(at, _midnight(day))) for camera, day, at in found}


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), registry.VIETNAM)


def _joined(room: UUID, parts: Iterable[_Part]) -> Iterator[Outage]:
    current: Outage | None = None
    for each in parts:
        if current is None or each.begin_us > current.end_us + JOINED_US:
            if current is not None:
                yield current
            current = Outage(room, each.begin_us, each.end_us)
        current.end_us = max(current.end_us, each.end_us)
        current.cameras.add(each.camera)
        if each.unheard and current.unheard_us is None:
            current.unheard_us = each.begin_us
    if current is not None:
        yield current


def _known(rooms: Collection[UUID], since_us: int) -> dict[UUID, list[Known]]:
    """What findings of the system there are of these rooms already; four queries."""
    over = FindingStep.objects.filter(kind__in=ENDS, finding=OuterRef("pk"))
    longer = Prolonged.objects.filter(finding=OuterRef("pk"), end_us__gt=since_us - LONGEST_US)
    recent = Q(end_us__gt=since_us - LONGEST_US) | Exists(longer)
    rows = Finding.objects.filter(recent, source=Source.GAP, room__in=rooms)
    ended = set(rows.filter(Exists(over)).values_list("id", flat=True))
    every = list(rows.prefetch_related("prolonged").order_by("begin_us"))
    named = [str(row.id) for row in every]
    holds = LegalHold.objects.filter(room__in=rooms, origin=HoldOrigin.FINDING, reference__in=named)
    held = dict(holds.order_by().values_list("reference").annotate(Max("end_us")))
    found: dict[UUID, list[Known]] = {}
    for row in every:
        one = Known(row, row.until_us, row.id in ended, held.get(str(row.id), 0))
        found.setdefault(row.room_id, []).append(one)
    return found


def _accepted(rooms: Collection[UUID], since_us: int) -> dict[UUID, list[Stretch]]:
    """The stretches whose cause another took for lawful, after it was put down, on a finding that it bears on."""
    bears = Q(finding__end_us__gt=OuterRef("begin_us")) | Q(finding__prolonged__end_us__gt=OuterRef("begin_us"))
    agreed = FindingStep.objects.filter(
        bears, kind=StepKind.LAWFUL, at__gte=OuterRef("at"), finding__room=OuterRef("room"),
        finding__begin_us__lt=OuterRef("end_us"),
    ).exclude(by=OuterRef("by"))  # fmt: skip
    rows = GapCause.objects.filter(Exists(agreed), room__in=rooms, end_us__gt=since_us - LONGEST_US)
    found: dict[UUID, list[Stretch]] = {}
    for room, begin, end in rows.exclude(document="").order_by("begin_us").values_list("room", "begin_us", "end_us"):
        found.setdefault(room, []).append((begin, end))
    return found


def _by(unit: UUID, day: datetime.date) -> tuple[Rules, Calendar] | None:
    try:
        return in_force(unit, day), calendar_of(unit, day)
    except NothingInForce:
        return None


def _counts(each: Outage, causes: Sequence[Stretch], rules: Rules, calendar: Calendar, now: datetime.datetime) -> bool:
    """Whether so much of it lies in office hours without a lawful cause, and enough time has passed to put one down."""
    waited = now - moment(each.begin_us) >= datetime.timedelta(hours=rules.times.finding_gap_wait_hours)
    return waited and _too_long((each.begin_us, each.end_us), causes, rules, calendar)


def _too_long(span: Stretch, causes: Sequence[Stretch], rules: Rules, calendar: Calendar) -> bool:
    left = sum(
        (office_time(moment(begin), moment(end), calendar) for begin, end in _without(span, causes)),
        datetime.timedelta(),
    )
    return left >= datetime.timedelta(minutes=rules.times.finding_gap_minutes)


def _without(span: Stretch, causes: Sequence[Stretch]) -> Iterator[Stretch]:
    """The parts of a stretch that none of these, in order of their begin, covers."""
    at, last = span
    for begin, end in causes:
        if at < begin < last:
            yield at, begin
        at = max(at, end) if begin < last else at
    if at < last:
        yield at, last


def _make(unit: UUID, each: Outage, rules: Rules, now: datetime.datetime) -> bool:
    what, year, identity = ladder.gap_words(rules), now.astimezone(registry.VIETNAM).year, new_id()
    unheard = None if each.unheard_us is None else moment(each.unheard_us)
    found = Found(
        begin_us=each.begin_us, end_us=min(each.end_us, us(now)), situation=ladder.SYSTEM_SITUATION,
        note=UNHEARD_NOTE.format(at=f"{unheard:%H:%M ngày %d/%m/%Y}") if unheard else "",
        cameras=tuple(each.cameras), source=Source.GAP, source_reference=str(each.begin_us),
    )  # fmt: skip
    try:
        with transaction.atomic():
            number = next_number(unit, year)
            held = _hold(each.room, each.begin_us, identity, f"{number:03}/{year}", now)
            made = enter(
                unit, each.room, found, what, rules.times, identity=identity, number=number, by=None, hold=held,
                now=now,
            )  # fmt: skip
            if _is_over(each, now):
                _hold(each.room, each.end_us, identity, str(made), now)
            record(SYSTEM, "finding_made", now=now, about=("finding", made.id))
            to = people_who(Right.HOLD, each.room, now=now) | people_who(Right.EQUIP, each.room, now=now)
            tell_made(made, to, what, now)
    except IntegrityError:  # another worker was here first
        return False
    return True


def put_cause(
    actor: Account, *, room: UUID, begin_us: int, end_us: int, cause: str, words: str, document: str,
    now: datetime.datetime,
) -> GapCause:  # fmt: skip
    """Why there was no footage, and on what paper that stands; it explains findings of the system. NotPossible."""
    day = registry.day_of(now)
    unit = registry.holder_on(room, day)
    by = _by(unit, day) if unit else None
    known = ladder.gap_causes(by[0]).get(cause) if by else None
    said, paper = plain(words)[:NOTE_LENGTH], plain(document)[:120]
    if known is None:
        raise NotPossible(NO_CAUSE, "cause")
    if not said:
        raise NotPossible(SAY_WHAT, "words")
    if not paper:
        raise NotPossible(NO_PAPER, "document")
    if not FIRST_US <= begin_us < end_us <= us(now) + LONGEST_US or end_us - begin_us > LONGEST_US:
        raise NotPossible(WRONG_STRETCH, "begin")
    if cause != ladder.ANNOUNCED and end_us > us(now) + MINUTE_US:
        raise NotPossible(AHEAD, "end")
    vi, en = both(known)
    with transaction.atomic():
        made = GapCause.objects.create(
            room_id=room, begin_us=begin_us, end_us=end_us, cause=cause, vi=vi[:200], en=en[:200], words=said,
            document=paper, by_id=actor.person_id, at=now,
        )  # fmt: skip
        record(actor, "gap_cause", now=now, about=("room", room))
        _explain(actor, made, now)
    return made


def _explain(actor: Account, cause: GapCause, now: datetime.datetime) -> None:
    """The open findings that it bears on, and of whose time enough has a cause by now, are explained by it."""
    longer = Prolonged.objects.filter(finding=OuterRef("pk"), end_us__gt=cause.begin_us)
    rows = Finding.objects.filter(
        Q(end_us__gt=cause.begin_us) | Exists(longer), source=Source.GAP, room=cause.room_id, begin_us__lt=cause.end_us
    ).exclude(steps__kind__in=ENDS)
    said = f"{cause.vi}: {cause.words} ({cause.document})"[:NOTE_LENGTH]
    for row in rows.select_related("room"):
        if not accounted_for(row, causes_for(row)):
            continue
        try:
            with transaction.atomic():
                FindingStep.objects.create(finding=row, kind=StepKind.EXPLAINED, at=now, by_id=cause.by_id, words=said)
                record(actor, "finding_explained", now=now, about=("finding", row.id))
        except IntegrityError:  # it was concluded in this moment
            continue
        tell_step(row, StepKind.EXPLAINED, actor, now)


def accounted_for(row: Finding, causes: Sequence[GapCause]) -> bool:
    """Whether these leave so little of the gap that nobody would have been asked about the rest."""
    if not causes:
        return False
    by = _by(row.unit_id, registry.last_day(row.unit_id, registry.day_of(row.found_at)))
    spans = [(each.begin_us, each.end_us) for each in causes]
    return by is not None and not _too_long((row.begin_us, row.until_us), spans, *by)


def accept_causes(actor: Account, finding: UUID, *, words: str, now: datetime.datetime) -> FindingStep:
    """A body outside the unit takes what was put down for lawful: its finding ends by that. Raises NotPossible."""
    row = Finding.objects.select_related("room").get(id=finding)
    leads(actor, row, now)
    demand_judge(actor, row, now)
    said = plain(words)[:NOTE_LENGTH]
    if not said:
        raise NotPossible(SAY_WHAT, "words")
    if not accounted_for(row, causes_for(row)):
        raise NotPossible(NOT_ACCOUNTED_FOR)
    try:
        with transaction.atomic():
            made = FindingStep.objects.create(
                finding=row, kind=StepKind.LAWFUL, at=now, by_id=actor.person_id, words=said
            )
            record(actor, "finding_lawful", now=now, about=("finding", row.id))
            tell_step(row, StepKind.LAWFUL, actor, now)
    except IntegrityError:
        raise NotPossible(NOT_IN_ORDER) from None
    return made
