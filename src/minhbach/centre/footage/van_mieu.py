"""The Văn Miếu question: for a counter or a room, a day and a time, the recording, or why there is none.

Named after the office where a camera was "broken for long" when it was asked for. Owns the answer: per camera that saw
the place then, whether it recorded and who witnessed it; else the cause, since when, who was told and what was done.
Promises an answer for any moment, the honest "nobody knows yet" included, and that restricted time says no more than
that. Leaves playing to the room's page.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from minhbach.centre.access import judging
from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import place_of_room
from minhbach.centre.access.reading import restricted
from minhbach.centre.footage.causes import cause_words
from minhbach.centre.footage.coverage import Coverage, GapSpan, coverage
from minhbach.centre.footage.faults import Story, faults_about
from minhbach.centre.footage.models import Removal, Run
from minhbach.centre.footage.strips import streams_of
from minhbach.centre.footage.timeline import LAWFUL, flat, moment, us
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Counter, Room
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

#: How much around the moment is looked at, so that a gap is told with its true ends.
_AROUND_US = 36 * 3_600_000_000
#: A fault belongs to a gap when it touches it; what was seen first differs by seconds.
_NEAR = datetime.timedelta(minutes=2)
STRIP_US = 2 * 3_600_000_000
#: One wants to see how it ended.
_LAST_US = 10_000_000


class Found(StrEnum):
    """What there is of a camera at the moment."""

    RECORDED = "recorded"
    DELETED = "deleted"
    RESTING = "resting"
    GAP = "gap"
    UNKNOWN = "unknown"
    NEVER = "never"
    FUTURE = "future"
    RESTRICTED = "restricted"


#: Kind of status and the sentence for each.
VERDICTS = {
    Found.RECORDED: ("ok", Words("Có bản ghi", "Recorded")),
    Found.DELETED: ("unseen", Words("Đã có bản ghi, nay đã xóa", "It was recorded and is deleted now")),
    Found.RESTING: ("unseen", Words("Không ghi hình theo quy định", "Not recorded, by the rules")),
    Found.GAP: ("fault", Words("Không có bản ghi", "No recording")),
    Found.UNKNOWN: ("soon", Words("Chưa biết: nhật ký của đầu ghi chưa về tới", "Not known yet: the log has not come")),
    Found.NEVER: ("unseen", Words("Chưa có camera nào ghi nơi này lúc đó", "No camera recorded this place then")),
    Found.FUTURE: ("unseen", Words("Thời điểm này chưa tới", "This moment has not come yet")),
    Found.RESTRICTED: ("unseen", Words("Khoảng thời gian bị hạn chế", "Restricted time")),
}
#: The best of several cameras answers for the place.
_BEST_FIRST = (
    *(Found.RESTRICTED, Found.FUTURE, Found.RECORDED, Found.DELETED, Found.UNKNOWN, Found.GAP, Found.RESTING),
    Found.NEVER,
)
_WITNESSED = Words("đã được làm chứng", "witnessed")
_UNWITNESSED = Words("chưa được làm chứng", "not witnessed yet")
_LATE = Words("được làm chứng muộn, lúc {at}", "witnessed late, at {at}")


@dataclass(frozen=True, slots=True)
class CameraAnswer:
    """One camera. `begin` and `end` hold the stretch that the moment lies in, where there is one."""

    camera: Camera
    found: Found
    begin: datetime.datetime | None = None
    end: datetime.datetime | None = None
    cause: Words | None = None
    witness: Words | None = None
    #: When footage was removed, by the newest entry.
    removed: datetime.datetime | None = None
    #: Faults that touch the stretch, each with who was told and what was done.
    stories: tuple[Story, ...] = ()
    #: (x, width, class) of a strip of two hours to either side, in seconds.
    strip: tuple[tuple[int, int, str], ...] = ()

    @property
    def kind(self) -> str:
        """The kind of status."""
        return VERDICTS[self.found][0]

    @property
    def words(self) -> Words:
        """The verdict."""
        return VERDICTS[self.found][1]

    @property
    def length(self) -> datetime.timedelta | None:
        """Of the stretch."""
        return self.end - self.begin if self.begin and self.end else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known about a counter, or a whole room (`counter` is None), at a moment."""

    counter: Counter | None
    room: Room
    unit_name: str
    at: datetime.datetime
    found: Found
    may_play: bool
    cameras: list[CameraAnswer] = field(default_factory=list)
    #: Where there is no recording: the last moment before and the first one after of which these cameras have some.
    before: datetime.datetime | None = None
    after: datetime.datetime | None = None

    @property
    def kind(self) -> str:
        """The kind of status of the whole."""
        return VERDICTS[self.found][0]

    @property
    def words(self) -> Words:
        """The verdict on the whole."""
        return VERDICTS[self.found][1]


def answer(actor: Account, place: UUID, at: datetime.datetime, *, now: datetime.datetime) -> Answer:
    """The answer for an existing counter or room; whether one may ask about that room is decided before."""
    counter = Counter.objects.select_related("room").filter(id=place).first()
    room = counter.room if counter else Room.objects.get(id=place)
    day = registry.day_of(at)
    holder = registry.holder_on(room.id, day)
    may_play = judging.judge(standing_of(actor, now=now), Right.PLAYBACK, place_of_room(room.id, now)).allowed
    unit_name = registry.name_on(holder, day).name if holder else ""
    only = _without_cameras(actor, room.id, at, now)
    if only:
        return Answer(counter, room, unit_name, at, only, may_play and only is not Found.RESTRICTED)
    cameras = _cameras_of_counter(counter.id, at) if counter else _cameras_of_room(room.id, at)
    answers = _of_cameras(cameras, at)
    best = min((each.found for each in answers), key=_BEST_FIRST.index, default=Found.NEVER)
    before, after = _nearest(cameras, us(at)) if may_play and best is not Found.RECORDED else (None, None)
    return Answer(counter, room, unit_name, at, best, may_play, answers, before, after)


def _cameras_of_room(room: UUID, at: datetime.datetime) -> list[Camera]:
    """The cameras that the room had then."""
    rows = Camera.objects.filter(room=room, added_at__lte=at).exclude(retired_at__lte=at)
    return list(rows.order_by("label", "added_at"))


def _cameras_of_counter(counter: UUID, at: datetime.datetime) -> list[Camera]:
    """The cameras that saw the counter then. Days are whole: one that was replaced that day saw it until it was."""
    day = registry.day_of(at)
    that_day = set(registry.cameras_of(counter, day, day).values_list("id", flat=True))
    rows = registry.cameras_of(counter, day - datetime.timedelta(days=1), day).order_by("label", "added_at")
    return [row for row in rows if (row.retired_at > at if row.retired_at else row.id in that_day)]


def _nearest(cameras: Sequence[Camera], at_us: int) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    """The footage nearest to a moment without any: shortly before the end of what was before, and where it goes on."""
    runs = Run.objects.filter(stream__in=[row.id for row in streams_of(cameras, 0).values()])
    ends = runs.filter(end_us__lte=at_us).order_by("-end_us").values_list("begin_us", "end_us").first()
    begins = (
        runs.filter(end_us__gt=at_us, begin_us__gt=at_us).order_by("end_us").values_list("begin_us", flat=True).first()
    )
    return moment(max(ends[0], ends[1] - _LAST_US)) if ends else None, moment(begins) if begins else None


def _without_cameras(actor: Account, room: UUID, at: datetime.datetime, now: datetime.datetime) -> Found | None:
    """An answer that needs no camera: what has not come, what may not be told."""
    if at > now:
        return Found.FUTURE
    second = datetime.timedelta(seconds=1)
    closed = restricted([room], at, at + second, actor=actor, now=now).get(room, [])
    return Found.RESTRICTED if closed else None


def _of_cameras(cameras: Sequence[Camera], at: datetime.datetime) -> list[CameraAnswer]:
    at_us = us(at)
    known = coverage([camera.id for camera in cameras], at_us - _AROUND_US, at_us + _AROUND_US)
    around = datetime.timedelta(microseconds=_AROUND_US)
    stories = faults_about([camera.id for camera in cameras], at - around, at + around) if cameras else []
    return [_of_camera(camera, known[camera.id], at_us, stories) for camera in cameras]


def _of_camera(camera: Camera, known: Coverage, at_us: int, stories: Sequence[Story]) -> CameraAnswer:
    strip = _strip(known, at_us)
    for begin, end in known.runs:
        if begin <= at_us < end:
            witness = _witness(known, at_us)
            return CameraAnswer(camera, Found.RECORDED, moment(begin), moment(end), None, witness, strip=strip)
    gap = next((each for each in known.gaps if each.begin_us <= at_us < each.end_us), None)
    if gap is None:
        found = Found.UNKNOWN if camera.recording_since and at_us >= known.known_until_us > 0 else Found.NEVER
        told = _touching(stories, camera, moment(at_us), moment(at_us)) if found is Found.UNKNOWN else ()
        since = moment(known.known_until_us) if found is Found.UNKNOWN else None
        return CameraAnswer(camera, found, begin=since, stories=told, strip=strip)
    return _of_gap(camera, gap, stories, strip)


def _of_gap(
    camera: Camera, gap: GapSpan, stories: Sequence[Story], strip: tuple[tuple[int, int, str], ...]
) -> CameraAnswer:
    begin, end = moment(gap.begin_us), moment(gap.end_us)
    removed = Removal.objects.filter(id=gap.id).values_list("removed_us", flat=True).first()
    found = Found.DELETED if removed else Found.RESTING if gap.cause in LAWFUL else Found.GAP
    told = _touching(stories, camera, begin, end) if found is Found.GAP else ()
    when = moment(removed) if removed else None
    return CameraAnswer(camera, found, begin, end, cause_words(gap.cause), None, when, told, strip)


def _touching(
    stories: Sequence[Story], camera: Camera, begin: datetime.datetime, end: datetime.datetime
) -> tuple[Story, ...]:
    return tuple(
        story
        for story in stories
        if story.camera in (None, camera.id)
        and story.began_at <= end + _NEAR
        and (story.ended_at is None or story.ended_at >= begin - _NEAR)
    )


def _witness(known: Coverage, at_us: int) -> Words:
    if any(begin <= at_us < end for begin, end in known.unwitnessed):
        return _UNWITNESSED
    late = next((span for span in known.late if span.begin_us <= at_us < span.end_us), None)
    return _LATE.fill(at=f"{moment(late.witnessed_us):%H:%M, %d/%m/%Y}") if late else _WITNESSED


def _strip(known: Coverage, at_us: int) -> tuple[tuple[int, int, str], ...]:
    """Two hours to either side, in seconds: what there is, and what is missing against the rules."""
    first, last = at_us - STRIP_US, at_us + STRIP_US
    lawful = [(begin, end) for begin, end, cause, _ in known.gaps if cause in LAWFUL]
    wrong = [(begin, end) for begin, end, cause, _ in known.gaps if cause not in LAWFUL]
    found: list[tuple[int, int, str]] = []
    for spans, name in ((known.runs, "have"), (lawful, "unseen"), (wrong, "fault")):
        edges = flat(spans)
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            if begin < last and end > first:
                left = (max(begin, first) - first) // 1_000_000
                found.append((left, max(20, (min(end, last) - first) // 1_000_000 - left), name))
    return tuple(found)
