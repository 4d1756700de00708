"""The technician's table: every room in one line, and only what is wrong stands out.

Owns the five columns (picture, sound, disk, clock, line) and how each is read: open faults first, then what the
recorder said last; of a recorder that is cut off nothing is known but since when. Promises a number of queries that
does not grow with rooms, and no room in which the person has no right to its health. No picture is here: stills are
viewings of their own.
"""

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from minhbach.centre.access.deciding import rooms_where
from minhbach.centre.access.models import Account
from minhbach.centre.footage.faults import gravity, words_of
from minhbach.centre.footage.models import Fault, FaultKind, RecorderHealth, RecorderLine
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Recorder, Room, RoomType
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

DAY = datetime.timedelta(days=1)
MOST_CHANGES = 100
CLOCK_OFF_US = 2_000_000
"""A clock further off than this is wrong for evidence; NTP keeps it a hundred times closer."""
LITTLE_ROOM = 0.02
"""A disk that rolls is always nearly full; below this share it is in trouble soon."""
PICTURE = (FaultKind.OFFLINE, FaultKind.BLACK, FaultKind.COVERED, FaultKind.FROZEN)

COLUMNS = (
    Words("Hình", "Picture"),
    Words("Tiếng", "Sound"),
    Words("Lưu trữ", "Stored"),
    Words("Đồng hồ", "Clock"),
    Words("Đường truyền", "Line"),
)
WRONG = Words("{n} phòng có sự cố", "{n} rooms with a fault")
NOT_KNOWN = Words("{n} phòng chưa rõ tình trạng", "{n} rooms whose state is not known")
WELL = Words("{n} phòng tốt", "{n} rooms well")
ALL_ROOMS_WELL = Words("Cả {n} phòng đều tốt", "All {n} rooms are well")
OVER = Words("Đã hết: {fault}", "Over: {fault}")
NO_CAMERA = Words("chưa có camera", "no camera yet")
NO_SOUND = Words("không ghi tiếng", "no sound recorded")
UNKNOWN = Words("chưa rõ", "not known")
NEVER = Words("chưa kết nối", "never connected")
ALL_WELL = Words("{good}/{all} tốt", "{good}/{all} well")
SOME = Words("{wrong} trên {all} camera", "{wrong} of {all} cameras")
PARTLY = Words("{good}/{all} tốt, còn lại chưa rõ", "{good}/{all} well, the rest not known")
HEARD = Words("thông", "up")
DAYS = Words("{days} ngày", "{days} days")
NOT_A_DAY = Words("dưới 1 ngày", "less than a day")
NOTHING_YET = Words("chưa có bản ghi", "nothing recorded yet")
EXACT = Words("đúng giờ", "exact")
AHEAD = Words("nhanh {seconds} giây", "{seconds} s fast")
BEHIND = Words("chậm {seconds} giây", "{seconds} s slow")


@dataclass(frozen=True, slots=True)
class Cell:
    """One field. `kind` is a kind of status, or "quiet" for what needs nobody; `fault` leads to its page."""

    kind: str
    words: Words
    since: datetime.datetime | None = None
    fault: UUID | None = None
    #: How many of the room's devices, where there are several.
    extent: Words | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One room."""

    room: Room
    unit_name: str
    room_type: str
    picture: Cell
    sound: Cell
    disk: Cell
    clock: Cell
    line: Cell

    @property
    def titled(self) -> list[tuple[Cell, Words]]:
        """Each field with the title of its column."""
        return list(zip((self.picture, self.sound, self.disk, self.clock, self.line), COLUMNS, strict=True))

    @property
    def rank(self) -> int:
        """0 where there is work to do, 1 where something is not known, 2 where all is known and well."""
        kinds = {cell.kind for cell, _ in self.titled}
        return 0 if kinds & {"fault", "late", "soon"} else 1 if "unseen" in kinds else 2


@dataclass(frozen=True, slots=True)
class Change:
    """A fault began or ended within the last day."""

    at: datetime.datetime
    began: bool
    fault: UUID
    words: Words
    device: str
    room: str
    unit_name: str

    @property
    def over(self) -> Words:
        """That it ended."""
        return OVER.fill(fault=self.words)


@dataclass(frozen=True, slots=True)
class Table:
    """The technician's page."""

    lines: list[Line]
    changes: list[Change]
    open_faults: list[Fault]

    @property
    def tally(self) -> list[tuple[str, Words]]:
        """How many rooms are in which state: (kind of status, words), without those in which none is."""
        ranks = [line.rank for line in self.lines]
        said = (("fault", WRONG), ("unseen", NOT_KNOWN), ("ok", WELL))
        if set(ranks) == {2}:
            return [("ok", ALL_ROOMS_WELL.fill(n=len(ranks)))]
        return [(kind, words.fill(n=ranks.count(rank))) for rank, (kind, words) in enumerate(said) if rank in ranks]


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything that was read, by what it belongs to."""

    cameras: dict[UUID, list[Camera]]
    recorders: dict[UUID, set[UUID]]
    faults: list[Fault]
    heard: dict[UUID, RecorderLine]
    health: dict[UUID, RecorderHealth]
    now: datetime.datetime


def table(actor: Account, *, now: datetime.datetime) -> Table:
    """Every room whose health the person may see, what is wrong first, and what changed within a day."""
    rooms = list(Room.objects.filter(id__in=rooms_where(actor, Right.HEALTH, now=now)))
    names = _unit_names([room.id for room in rooms], now)
    known = _known(rooms, now)
    lines = [_line(room, names.get(room.id, ""), known) for room in rooms if known.cameras.get(room.id)]
    lines.sort(key=lambda line: (line.rank, sort_key(line.unit_name), sort_key(line.room.name)))
    return Table(
        lines=lines,
        changes=_changes([room.id for room in rooms], names, now),
        open_faults=sorted(known.faults, key=lambda fault: (gravity(fault), fault.began_at)),
    )


def _unit_names(rooms: Collection[UUID], now: datetime.datetime) -> dict[UUID, str]:
    day = registry.day_of(now)
    holders = registry.holders_on(rooms, day)
    names = registry.names_on(set(holders.values()), day)
    return {room: names[unit].name for room, unit in holders.items() if unit in names}


def _known(rooms: Sequence[Room], now: datetime.datetime) -> _Known:
    cameras: dict[UUID, list[Camera]] = {}
    recorders: dict[UUID, set[UUID]] = {}
    here = [room.id for room in rooms]
    for camera in Camera.objects.filter(room__in=here).exclude(retired_at__lte=now):
        cameras.setdefault(camera.room_id, []).append(camera)
        recorders.setdefault(camera.room_id, set()).add(camera.recorder_id)
    standing = Recorder.objects.filter(room__in=here).exclude(retired_at__lte=now).values_list("room", "id")
    for room, recorder in standing:
        recorders.setdefault(room, set()).add(recorder)
    mine = set().union(*recorders.values()) if recorders else set()
    return _Known(
        cameras=cameras,
        recorders=recorders,
        faults=list(
            Fault.objects.filter(Q(room__in=here) | Q(recorder__in=mine, camera__isnull=True), ended_at__isnull=True)
            .select_related("camera", "recorder", "room")
            .prefetch_related("work")
        ),
        heard={row.recorder_id: row for row in RecorderLine.objects.filter(recorder__in=mine).defer("replay")},
        health={row.recorder_id: row for row in RecorderHealth.objects.filter(recorder__in=mine)},
        now=now,
    )


def _line(room: Room, unit_name: str, known: _Known) -> Line:
    cameras, recorders = known.cameras.get(room.id, []), known.recorders.get(room.id, set())
    of_cameras = [fault for fault in known.faults if fault.camera_id in {camera.id for camera in cameras}]
    of_recorders = [fault for fault in known.faults if fault.camera_id is None and fault.recorder_id in recorders]
    cut = next((fault for fault in of_recorders if fault.kind == FaultKind.LINE), None)
    return Line(
        room=room,
        unit_name=unit_name,
        room_type=RoomType(room.room_type).label,
        picture=_of_cameras(cameras, of_cameras, PICTURE, cut, NO_CAMERA, known),
        sound=_of_cameras(
            [each for each in cameras if each.has_sound], of_cameras, (FaultKind.SILENT,), cut, NO_SOUND, known
        ),
        disk=_disk(recorders, of_recorders, cut, known),
        clock=_clock(recorders, cut, known),
        line=_of_line(recorders, cut, known),
    )


def _of_cameras(
    cameras: Sequence[Camera],
    faults: Iterable[Fault],
    kinds: Sequence[FaultKind],
    cut: Fault | None,
    none: Words,
    known: _Known,
) -> Cell:
    if not cameras:
        return Cell("quiet", none)
    wrong = sorted((fault for fault in faults if fault.kind in kinds), key=gravity)
    if wrong:
        several = SOME.fill(wrong=len({fault.camera_id for fault in wrong}), all=len(cameras))
        extent = several if len(cameras) > 1 else None
        return Cell("fault", words_of(wrong[0]), wrong[0].began_at, wrong[0].id, extent)
    if cut:
        return Cell("unseen", UNKNOWN, cut.began_at)
    seen = sum(_is_seen(camera, known.health.get(camera.recorder_id)) for camera in cameras)
    if seen == len(cameras):
        return Cell("quiet", ALL_WELL.fill(good=seen, all=seen))
    return Cell("unseen", PARTLY.fill(good=seen, all=len(cameras)) if seen else UNKNOWN)


def _is_seen(camera: Camera, health: RecorderHealth | None) -> bool:
    """Whether its recorder watches it and has had pictures of it."""
    said = health.report["cameras"] if health else []
    return any(each["camera"] == camera.name and each["picture_us"] is not None for each in said)


def _disk(recorders: Collection[UUID], faults: Iterable[Fault], cut: Fault | None, known: _Known) -> Cell:
    wrong = next((fault for fault in faults if fault.kind == FaultKind.DISK), None)
    if wrong:
        return Cell("fault", words_of(wrong), wrong.began_at, wrong.id)
    disks = [disk for each in recorders if each in known.health for disk in known.health[each].report["disks"]]
    if cut or not disks:
        return Cell("unseen", UNKNOWN, cut.began_at if cut else None)
    oldest = min((disk["oldest_us"] for disk in disks if disk["oldest_us"] is not None), default=None)
    little = any(disk["free_bytes"] < LITTLE_ROOM * disk["total_bytes"] for disk in disks)
    return Cell("soon" if little else "quiet", _kept(oldest, known.now))


def _kept(oldest_us: int | None, now: datetime.datetime) -> Words:
    """For how long there is footage."""
    if oldest_us is None:
        return NOTHING_YET
    days = int(now.timestamp() - oldest_us / 1_000_000) // 86_400
    return DAYS.fill(days=days) if days > 0 else NOT_A_DAY


def _clock(recorders: Collection[UUID], cut: Fault | None, known: _Known) -> Cell:
    offsets = [known.heard[each].clock_ahead_us for each in recorders if each in known.heard]
    if cut or not offsets:
        return Cell("unseen", UNKNOWN, cut.began_at if cut else None)
    worst = max(offsets, key=abs)
    if abs(worst) <= CLOCK_OFF_US:
        return Cell("quiet", EXACT)
    return Cell("late", (AHEAD if worst > 0 else BEHIND).fill(seconds=abs(worst) // 1_000_000))


def _of_line(recorders: Collection[UUID], cut: Fault | None, known: _Known) -> Cell:
    if cut:
        return Cell("fault", words_of(cut), cut.began_at, cut.id)
    if not any(each in known.heard for each in recorders):
        return Cell("unseen", NEVER)
    return Cell("quiet", HEARD)


def _changes(rooms: Collection[UUID], names: dict[UUID, str], now: datetime.datetime) -> list[Change]:
    """Beginnings and ends of the last day, the newest first."""
    since = now - DAY
    touched = Fault.objects.filter(Q(began_at__gte=since) | Q(ended_at__gte=since), room__in=rooms)
    found: list[Change] = []
    for fault in touched.select_related("camera", "recorder", "room").order_by("-began_at")[:MOST_CHANGES]:
        device = fault.camera.label if fault.camera else fault.recorder.name
        for at, began in ((fault.began_at, True), (fault.ended_at, False)):
            if at is not None and at >= since:
                unit = names.get(fault.room_id, "")
                found.append(Change(at, began, fault.id, words_of(fault), device, fault.room.name, unit))
    return sorted(found, key=lambda change: change.at, reverse=True)
