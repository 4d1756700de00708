"""Faults as rows: taken from verified entries of a log, told to whom the regulation wants told, worked on, ended.

Owns the life of a fault at the centre. `take_entries` and `take_report` are what the worker calls with what recorders
send, `beat` what it calls by the clock; `start_repair`, `put_substitute` and `add_note` are what people do. Every step
may be repeated after a kill: a fault begins once, each step of telling goes out once. Who is told follows from the
regulation in force in the room's unit: who maintains it (technician), who heads it, who supervises it. What was over
before the centre heard of it is kept and told to nobody; what is taken out of service has no faults any more.
"""

import dataclasses
import datetime
import logging
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from minhbach.centre.access.actions.grants import close_still_occasion, open_still_occasion
from minhbach.centre.access.models import Account
from minhbach.centre.footage.actions import cuts
from minhbach.centre.footage.faults import words_of
from minhbach.centre.footage.models import (
    Fault,
    FaultKind,
    FaultStep,
    FaultTold,
    FaultToldTogether,
    FaultWork,
    RecorderHealth,
    RecorderLine,
    WorkKind,
)
from minhbach.centre.footage.models.faults import NOTE_LENGTH
from minhbach.centre.messaging.actions import Link, mark_read, send
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Camera, Recorder
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Role, Rules, Scope
from minhbach.centre.words import Words
from minhbach.ledger.entry import Entry
from minhbach.protocol.health import HealthReport

_LOGGER = logging.getLogger(__name__)

APP = "footage"
ROUTE = "fault"
CUT_AFTER = datetime.timedelta(seconds=60)
"""A recorder that was not heard for this long is cut off; it says that it lives every few seconds."""
LINE_QUIET = datetime.timedelta(minutes=2)
"""So long a line must hold before its fault has ended: a line that comes and goes is one fault."""
KNOWS_ITSELF_US = 300_000_000
"""A recorder that has run this long has found again whatever is still wrong."""
_SETTLED = datetime.timedelta(seconds=60)
_OF_HEALTH = re.compile(r"health ([^/]{1,64})/([a-z]{1,12})")

BEGAN = Words("{fault}: {device}, {room}, {unit}.", "{fault}: {device}, {room}, {unit}.")
ENDED = Words("Đã hết: {fault}, {device}, {room}, {unit}.", "Over: {fault}, {device}, {room}, {unit}.")


class WorkRefused(Exception):
    """This cannot be written down about the fault; `words` say why."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def take_entries(recorder: UUID, entries: Iterable[tuple[int, Entry]], *, now: datetime.datetime) -> list[Fault]:
    """Begin and end faults by what a recorder's verified log says, in its order; the faults that are new."""
    begun: list[Fault] = []
    for _, entry in entries:
        if entry["kind"] != "fault":
            continue
        kind, camera = _device(recorder, entry["subject"])
        if kind is None:
            continue
        at = _moment(entry["at_us"])
        if entry["state"] == "ended":
            _end(Fault.objects.filter(recorder=recorder, camera=camera, kind=kind, began_at__lte=at), at, now)
            continue
        fault = _begin(recorder, camera, kind, at, now)
        begun += [fault] if fault else []
    tell_due(begun, now=now)
    return begun


@transaction.atomic
def take_report(report: HealthReport, *, now: datetime.datetime) -> None:
    """Keep what a recorder says of its devices now, and end what it no longer knows of since it started again."""
    recorder = UUID(report.recorder)
    # When somebody moved is written down nowhere: `stillness` keeps what was still, and nobody the rest.
    bare = tuple(dataclasses.replace(each, quarters=()) for each in report.cameras)
    said = dataclasses.asdict(dataclasses.replace(report, cameras=bare))
    RecorderHealth.objects.update_or_create(recorder_id=recorder, defaults={"reported_at": now, "report": said})
    if report.running_us < KNOWS_ITSELF_US:
        return
    standing = {(each.camera, fault.kind) for each in report.cameras for fault in each.faults}
    open_ones = Fault.objects.filter(
        recorder=recorder, camera__isnull=False, ended_at__isnull=True, known_at__lt=now - _SETTLED
    )
    # Where the rules let no sound be kept, a recorder that has just begun knows nothing of a microphone.
    unheard = {(each.camera, FaultKind.SILENT) for each in report.cameras if each.sound_off}
    for fault in open_ones.select_related("camera"):
        if fault.camera and (fault.camera.name, fault.kind) not in standing | unheard:
            _end(Fault.objects.filter(id=fault.id), max(now, fault.began_at), now)


def beat(*, listening_since: datetime.datetime, back: dict[UUID, datetime.datetime], now: datetime.datetime) -> None:
    """By the clock: which lines are cut or back, what was taken out of service, and who must be told by now.

    While nobody listened, no recorder could be heard: after a start each gets its time to speak. `back`: since when
    cut lines hold again; kept by the caller between two beats.
    """
    _watch_lines(listening_since, back, now)
    gone = Q(recorder__retired_at__lte=now) | Q(camera__retired_at__lte=now)
    _end(Fault.objects.filter(gone, ended_at__isnull=True), now, now)
    tell_due(Fault.objects.filter(ended_at__isnull=True).exclude(told__step=FaultStep.SUPERVISOR), now=now)


def tell_due(faults: Iterable[Fault], *, now: datetime.datetime) -> None:
    """Tell of each that is not over whoever is to know it by now and does not yet.

    When the power of a province fails hundreds wait for an hour; those whose time has not come cost no question.
    """
    open_ones = Fault.objects.filter(id__in=[fault.id for fault in faults], ended_at__isnull=True)
    waiting = list(open_ones.select_related("camera", "recorder", "room").prefetch_related("told"))
    day = registry.day_of(now)
    holders = registry.holders_on({fault.room_id for fault in waiting}, day)
    rules = {unit: _rules(unit, day) for unit in set(holders.values())}
    cut: list[_Waiting] = []
    for fault in waiting:
        unit = holders.get(fault.room_id)
        known = rules.get(unit) if unit else None
        if unit is None or known is None:
            continue  # Nobody has a duty yet; the fault itself is kept and shown.
        if fault.kind == FaultKind.LINE:
            cut.append(_Waiting(fault, unit, known))
            continue
        try:
            _tell_due(fault, unit, known, now)
        except Exception:
            # The others are to be told all the same; the next beat tries again.
            _LOGGER.exception("fault %s: an error of our own while telling", fault.id)
    _tell_cuts(cut, now)


@dataclasses.dataclass(frozen=True, slots=True)
class _Waiting:
    fault: Fault
    unit: UUID
    rules: Rules

    def due_at(self, step: FaultStep) -> datetime.datetime | None:
        """When a cut line's step comes; None when it has been."""
        if step in {told.step for told in self.fault.told.all()}:
            return None
        minutes = dict(_steps(self.rules))[step]
        return self.fault.known_at + datetime.timedelta(minutes=minutes) + cuts.wait_for(step)


def _tell_cuts(waiting: Sequence[_Waiting], now: datetime.datetime) -> None:
    """Of cut lines whose time has come, and of those whose time comes within a minute after."""
    for step in FaultStep:
        times = [(each, at) for each in waiting if (at := each.due_at(step)) is not None]
        if not any(at <= now for _, at in times):
            continue
        try:
            due = [_due(each, step, now) for each, at in times if at <= now + cuts.SAME_CAUSE]
            cuts.tell(step, due, now=now)
        except Exception:
            _LOGGER.exception("%d cut lines: an error of our own while telling", len(times))


def _due(each: _Waiting, step: FaultStep, now: datetime.datetime) -> cuts.Due:
    people = people_for(step, each.fault.room_id, now=now)
    return cuts.Due(each.fault, tuple(people), _sentence(BEGAN, each.fault, each.unit, now), _link(each.fault))


def _rules(unit: UUID, day: datetime.date) -> Rules | None:
    try:
        return regulation.in_force(unit, day)
    except regulation.NothingInForce:
        return None


def _tell_due(fault: Fault, unit: UUID, rules: Rules, now: datetime.datetime) -> None:
    """Tell everybody whose time has come and who was not told yet."""
    already = {told.step for told in fault.told.all()}
    for step, minutes in _steps(rules):
        if step not in already and now >= fault.known_at + datetime.timedelta(minutes=minutes):
            _tell(fault, step, people_for(step, fault.room_id, now=now), unit, now)


def people_for(step: FaultStep, room: UUID, *, now: datetime.datetime) -> list[UUID]:
    """Who is told at this step about a fault in the room: by assignments and the regulation of its unit today."""
    day = registry.day_of(now)
    unit = registry.holder_on(room, day)
    place = registry.rooms_of([unit], day).filter(id=room).first() if unit else None
    if unit is None or place is None:
        return []
    rules = regulation.in_force(unit, day)
    path = tuple(reversed(registry.units_above(unit, day)))
    if step is FaultStep.TECHNICIAN:
        units: Sequence[UUID] = path
        roles = {role.code for role in rules.roles.values() if _maintains(role, place.room_type)}
    elif step is FaultStep.HEAD:
        units = [unit]
        roles = {role.code for role in rules.roles.values() if _heads(role)}
    else:
        units = regulation.supervisors_of(path, place.room_type, day)[:1]
        roles = {role.code for role in rules.roles.values() if _supervises(role)}
    staff = [row for row in registry.staff_of(units, day) if row.role in roles]
    return list(dict.fromkeys(row.person_id for row in staff))


def note_read(actor: Account, fault: UUID, *, now: datetime.datetime) -> None:
    """Who has the page of a fault before them has read what they were told of it."""
    unread = Delivery.objects.filter(address=actor.person_id, read_at__isnull=True)
    together = FaultToldTogether.objects.filter(told__fault=fault).values("notice")
    mine = Q(notice__route=ROUTE, notice__reference=str(fault)) | Q(notice__in=together)
    for notice in unread.filter(mine).values_list("notice", flat=True):
        mark_read(actor.person_id, notice=notice, now=now)


def start_repair(actor: Account, fault: UUID, *, note: str, now: datetime.datetime) -> FaultWork:
    """Somebody has begun to repair it: the repair clock stops. Raises WorkRefused."""
    return _work(actor, fault, WorkKind.STARTED, note, now)


def put_substitute(actor: Account, fault: UUID, *, note: str, now: datetime.datetime) -> FaultWork:
    """Another device does its work meanwhile. Raises WorkRefused."""
    return _work(actor, fault, WorkKind.SUBSTITUTE, note, now)


def add_note(actor: Account, fault: UUID, *, note: str, now: datetime.datetime) -> FaultWork:
    """A sentence for whoever reads the story later, also after the fault is over. Raises WorkRefused."""
    return _work(actor, fault, WorkKind.NOTE, note, now)


def _device(recorder: UUID, subject: str) -> tuple[FaultKind | None, UUID | None]:
    """The kind of fault and the camera that an entry's subject names; no kind where it is none of ours."""
    if subject.startswith("disk "):
        return FaultKind.DISK, None
    match = _OF_HEALTH.fullmatch(subject)
    if match is None or match[2] not in FaultKind.values:
        return None, None
    camera = Camera.objects.filter(recorder=recorder, name=match[1]).values_list("id", flat=True).first()
    return (FaultKind(match[2]), camera) if camera else (None, None)


@transaction.atomic
def _begin(
    recorder: UUID, camera: UUID | None, kind: FaultKind, at: datetime.datetime, now: datetime.datetime
) -> Fault | None:
    """A new fault; None when it is known already."""
    same = Fault.objects.filter(recorder=recorder, camera=camera, kind=kind)
    if same.filter(ended_at__isnull=True).exists() or same.filter(began_at=at).exists():
        return None
    room = (
        Camera.objects.values_list("room", flat=True).get(id=camera)
        if camera
        else Recorder.objects.values_list("room", flat=True).get(id=recorder)
    )
    fault = Fault.objects.create(
        recorder_id=recorder, camera_id=camera, room_id=room, kind=kind, began_at=at, known_at=max(now, at)
    )
    if camera and kind is not FaultKind.SILENT:
        open_still_occasion(APP, camera=camera, kind="fault", reference=str(fault.id), begin=at, now=now)
    return fault


def _end(
    faults: QuerySet[Fault],
    at: datetime.datetime,
    now: datetime.datetime,
    since: Mapping[UUID, datetime.datetime] | None = None,
) -> None:
    """End what is open among these, and say so to all who were told. `since`: recorders that end at their own time."""
    over: list[cuts.Due] = []
    for fault in faults.filter(ended_at__isnull=True).select_related("camera", "recorder", "room"):
        ended = max((since or {}).get(fault.recorder_id, at), fault.began_at)
        if not Fault.objects.filter(id=fault.id, ended_at__isnull=True).update(ended_at=ended):
            continue  # another worker was first
        if fault.camera_id:
            close_still_occasion(APP, camera=fault.camera_id, reference=str(fault.id), now=now)
        told = cuts.told_of(fault)
        unit = registry.holder_on(fault.room_id, registry.day_of(now))
        if told and unit:
            over.append(cuts.Due(fault, told, _sentence(ENDED, fault, unit, now), _link(fault)))
    cuts.tell_back(over, now=now)


def _watch_lines(
    listening_since: datetime.datetime, back: dict[UUID, datetime.datetime], now: datetime.datetime
) -> None:
    lines = RecorderLine.objects.filter(recorder__retired_at__isnull=True)
    had_time = listening_since < now - CUT_AFTER
    for line in lines.filter(last_heard_at__lt=now - CUT_AFTER) if had_time else ():
        _begin(line.recorder_id, None, FaultKind.LINE, line.last_heard_at, now)
    heard = set(lines.filter(last_heard_at__gte=now - CUT_AFTER).values_list("recorder", flat=True))
    for recorder in back.keys() - heard:
        del back[recorder]
    cut = Fault.objects.filter(kind=FaultKind.LINE, recorder__in=heard, ended_at__isnull=True)
    held = {fault.id: now - back.setdefault(fault.recorder_id, now) for fault in cut}
    if held and not _others_come(held.values()):
        over = [fault for fault in cut if held[fault.id] >= LINE_QUIET]
        _end_lines(over, back, now)


def _others_come(held: Collection[datetime.timedelta]) -> bool:
    """Whether several lines come back, and some have not held for long enough yet: then all are told together."""
    wait = any(span < LINE_QUIET for span in held) and max(held) < LINE_QUIET + cuts.SAME_CAUSE
    return wait and len(held) >= cuts.SEVERAL


def _end_lines(over: Sequence[Fault], back: dict[UUID, datetime.datetime], now: datetime.datetime) -> None:
    _end(Fault.objects.filter(id__in=[fault.id for fault in over]), now, now, back)
    for fault in over:
        del back[fault.recorder_id]


def _steps(rules: Rules) -> Sequence[tuple[FaultStep, int]]:
    return (
        (FaultStep.TECHNICIAN, 0),
        (FaultStep.HEAD, rules.times.fault_head_minutes),
        (FaultStep.SUPERVISOR, rules.times.fault_supervisor_minutes),
    )


@transaction.atomic
def _tell(fault: Fault, step: FaultStep, people: list[UUID], unit: UUID, now: datetime.datetime) -> FaultTold:
    words = _sentence(BEGAN, fault, unit, now)
    notice = send(to=people, kind="fault", words=words, link=_link(fault), now=now) if people else None
    return FaultTold.objects.create(fault=fault, step=step, notice=notice, at=now)


def _sentence(words: Words, fault: Fault, unit: UUID, now: datetime.datetime) -> Words:
    return words.fill(
        fault=words_of(fault),
        device=fault.camera.label if fault.camera else fault.recorder.name,
        room=fault.room.name,
        unit=registry.name_on(unit, registry.day_of(now)).name,
    )


def _link(fault: Fault) -> Link:
    return Link(ROUTE, str(fault.id))


def _maintains(role: Role, room_type: str) -> bool:
    """Who may see the stills of a fault where they are at home repairs it."""
    cell = role.rooms.get(room_type)
    return cell is not None and cell.scope is Scope.OWN and Right.STILL_FAULT in cell.rights


def _heads(role: Role) -> bool:
    """Who sees state and figures of their own unit answers for it."""
    return role.unit is not None and role.unit.scope is Scope.OWN and {Right.HEALTH, Right.FIGURES} <= role.unit.rights


def _supervises(role: Role) -> bool:
    return role.unit is not None and role.unit.scope is Scope.SUPERVISED and Right.HEALTH in role.unit.rights


def _work(actor: Account, fault: UUID, kind: WorkKind, note: str, now: datetime.datetime) -> FaultWork:
    said = " ".join(note.split())[:NOTE_LENGTH]
    if not said:
        raise WorkRefused(Words("Hãy viết một câu về việc đã làm.", "Write a sentence about what was done."))
    if kind is not WorkKind.NOTE and Fault.objects.filter(id=fault, ended_at__isnull=False).exists():
        raise WorkRefused(
            Words("Sự cố đã hết; chỉ còn ghi chú được.", "The fault is over; only a note can be added now.")
        )
    try:
        with transaction.atomic():
            return FaultWork.objects.create(fault_id=fault, kind=kind, note=said, person_id=actor.person_id, at=now)
    except IntegrityError:
        # Somebody else was first, a second ago or a day.
        raise WorkRefused(Words("Việc này đã được ghi nhận trước đó.", "This was written down before.")) from None


def _moment(at_us: int) -> datetime.datetime:
    return datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(microseconds=at_us)
