"""What happens at a counter: the event, and its mark on the room's timeline, written together or not at all.

A mark's words name no citizen: a dossier by its code, a waiting number, nothing else. Help goes to those who answer for
the counter, at once.
"""

import datetime
from uuid import UUID

from django.db import transaction

from minhbach.centre.dossiers.actions.numbers import next_number
from minhbach.centre.dossiers.deadlines import resumed
from minhbach.centre.dossiers.models import Dossier, Event, EventKind, State
from minhbach.centre.dossiers.models.events import NOTE_LENGTH
from minhbach.centre.footage.actions.marks import Moment, mark
from minhbach.centre.footage.timeline import us
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actors import Actor, person_id_of
from minhbach.centre.registry.models import Counter
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Role, Scope
from minhbach.centre.words import Words

#: The name of the route that leads from an event to its dossier, for marks.
ROUTE = "dossier_event"
_WORDS = {
    EventKind.CALLED: Words("Gọi số {note}", "Number {note} called"),
    EventKind.RECEIVED: Words("Tiếp nhận {code}", "Received {code}"),
    EventKind.REFUSED: Words("Từ chối tiếp nhận {code}", "Did not take {code}"),
    EventKind.SUPPLEMENT: Words("Yêu cầu bổ sung {code}", "More papers for {code}"),
    EventKind.SUPPLEMENTED: Words("Nhận bổ sung {code}", "Papers for {code} handed in"),
    EventKind.HANDED_BACK: Words("Trả kết quả {code}", "Result of {code} handed over"),
    EventKind.HELP: Words("Cán bộ cần hỗ trợ", "Officer asked for help"),
}
HELP_WANTED = Words("{counter}, {room}: cán bộ cần hỗ trợ ngay.", "{counter}, {room}: an officer needs help now.")
#: From which states an event leads on, and whereto.
_STEPS = {
    EventKind.SUPPLEMENT: ((State.RECEIVED,), State.SUPPLEMENT),
    EventKind.SUPPLEMENTED: ((State.SUPPLEMENT,), State.RECEIVED),
    EventKind.HANDED_BACK: ((State.RECEIVED,), State.HANDED_BACK),
}
_OUT_OF_STEP = Words(
    "Hồ sơ này không còn ở bước đó; có thể người khác vừa cập nhật. Hãy xem lại tình trạng hồ sơ.",
    "The dossier is not at that step any more; somebody else may have been first. Look at its state again.",
)
NO_COUNTER = Words("Quầy này không tiếp nhận hồ sơ hôm nay.", "This counter receives no dossiers today.")
_SAY_WHAT = Words("Hãy ghi giấy tờ cần bổ sung.", "Write which papers are missing.")


def holder_of(counter: Counter, now: datetime.datetime) -> UUID:
    """The unit whose counter it is today. Raises NotPossible for one that is closed or no counter of a one-stop."""
    day = registry.day_of(now)
    holder = registry.holder_on(counter.room_id, day)
    if holder is None or not counter.is_true_on(day) or counter.room.room_type != "one_stop":
        raise NotPossible(NO_COUNTER)
    return holder


@transaction.atomic
def record(
    actor: Actor,
    kind: EventKind,
    *,
    counter: Counter,
    unit: UUID,
    now: datetime.datetime,
    dossier: Dossier | None = None,
    note: str = "",
) -> Event:
    """An event and its mark. ``unit`` is the owner: of the dossier, or of the counter where there is none."""
    event = Event.objects.create(
        unit_id=unit,
        number=next_number(unit, "events"),
        kind=kind,
        at=now,
        counter=counter,
        dossier=dossier,
        made_by_id=person_id_of(actor),
        note=plain(note)[:NOTE_LENGTH],
    )
    seen_by = list(registry.cameras_of(counter.id, registry.day_of(now), registry.day_of(now))[:2])
    mark(
        actor,
        room=counter.room_id,
        counter=counter.id,
        camera=seen_by[0].id if len(seen_by) == 1 else None,
        kind=Moment(kind),
        reference=str(event.id),
        words=_said(kind, dossier, event.note),
        right=Right.PLAYBACK,
        begin_us=us(now),
        end_us=us(now),
        route=ROUTE if dossier else "",
        now=now,
    )
    return event


def _said(kind: EventKind, dossier: Dossier | None, note: str) -> Words:
    words, values = _WORDS[kind], {"code": dossier.code if dossier else "", "note": note}
    return Words(words.vi.format(**values), words.en.format(**values))


@transaction.atomic
def call_next(actor: Actor, *, counter: Counter, now: datetime.datetime) -> Event:
    """The next citizen is called to the counter; the note is the number that was called. Raises NotPossible."""
    unit = holder_of(counter, now)
    day = f"{registry.day_of(now):%y%m%d}"
    number = next_number(unit, f"calls {counter.number} {day}")
    return record(actor, EventKind.CALLED, counter=counter, unit=unit, note=f"{counter.number}{number:03d}", now=now)


@transaction.atomic
def ask_for_help(actor: Actor, *, counter: Counter, now: datetime.datetime) -> Event:
    """Mark the minute, and tell those who answer for the counter. Raises NotPossible."""
    unit = holder_of(counter, now)
    event = record(actor, EventKind.HELP, counter=counter, unit=unit, now=now)
    words = HELP_WANTED.fill(counter=counter.name, room=counter.room.name)
    people = [person for person in _answer_for(unit, now) if person != person_id_of(actor)]
    send(to=people, kind="help", words=words, link=Link("room", str(counter.room_id)), now=now)
    return event


def _answer_for(unit: UUID, now: datetime.datetime) -> list[UUID]:
    """Those who lead the unit's counters: who may watch its one-stop live where they are at home."""
    day = registry.day_of(now)
    path = [step.unit for step in registry.path_to(unit, day)]
    rules = regulation.rules_for(path, day)
    leading = {code for code, role in rules.roles.items() if _leads(role)} if rules else set()
    return [row.person_id for row in registry.staff_of([unit], day) if row.role in leading]


def _leads(role: Role) -> bool:
    cell = role.rooms.get("one_stop")
    return cell is not None and cell.scope is Scope.OWN and Right.LIVE in cell.rights


@transaction.atomic
def move_on(
    actor: Actor, kind: EventKind, *, dossier: Dossier, counter: Counter, now: datetime.datetime, note: str = ""
) -> Event:
    """A dossier's next step at a counter of its own unit. Raises NotPossible where it is not at that step."""
    if kind is EventKind.SUPPLEMENT and not plain(note):
        raise NotPossible(_SAY_WHAT, "note")
    if holder_of(counter, now) != dossier.unit_id:
        raise NotPossible(NO_COUNTER)
    before, after = _STEPS[kind]
    # Conditional: at another counter somebody may have handed it back a second ago.
    here = Dossier.objects.filter(id=dossier.id, state__in=before)
    if here.update(state=after, **_moved(dossier.id, kind, now)) != 1:
        raise NotPossible(_OUT_OF_STEP)
    return record(actor, kind, counter=counter, unit=dossier.unit_id, dossier=dossier, note=note, now=now)


def _moved(dossier: UUID, kind: EventKind, now: datetime.datetime) -> dict[str, datetime.datetime]:
    """When the result is due now that the missing papers have come, where that changes it."""
    if kind is not EventKind.SUPPLEMENTED:
        return {}
    row = Dossier.objects.get(id=dossier)
    asked = row.events.filter(kind=EventKind.SUPPLEMENT).order_by("number").last()
    if asked is None:
        return {}
    was, since, came = (at.astimezone(registry.VIETNAM) for at in (row.due_at, asked.at, now))
    due = resumed(was, since, came, regulation.calendar_of(row.unit_id, registry.day_of(now)))
    return {"due_at": due} if due > row.due_at else {}
