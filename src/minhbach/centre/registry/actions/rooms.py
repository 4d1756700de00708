"""Opening, changing and closing rooms and their counters."""

import datetime
from dataclasses import asdict, dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import F

from minhbach.centre.registry.actions.devices import retire_camera
from minhbach.centre.registry.actors import Actor
from minhbach.centre.registry.models import Counter, CounterPost, CounterView, Room, RoomType, Tenure, Unit
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible, writing
from minhbach.centre.words import Words

UNIT_NOT_THERE = Words("Đơn vị không tồn tại vào ngày này.", "The unit does not exist on that day.")
UNIT_ENDS = Words(
    "Đơn vị sắp kết thúc và có nhiều đơn vị tiếp nhận. Hãy mở phòng ở đơn vị tiếp nhận.",
    "The unit is about to end and several follow it. Open the room at the one that shall have it.",
)
PURPOSE_FIRST = Words(
    "Hãy ghi mục đích và căn cứ pháp lý của việc ghi hình: biển báo phải nêu rõ hai điều này.",
    "Write why the room is recorded and by which law: the notice sign must say both.",
)
CLOSED_ALREADY = Words("Phòng này đã đóng.", "This room is closed already.")
ENDED_ALREADY = Words("Quầy này đã ngừng sử dụng.", "This counter has ended already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomDetails:
    """What is written about a room; most of it stands on its notice sign."""

    name: str
    purpose: str
    legal_basis: str
    address: str = ""
    contact: str = ""
    area_m2: Decimal | None = None


def open_room(
    actor: Actor,
    *,
    unit: UUID,
    room_type: RoomType,
    details: RoomDetails,
    day: datetime.date,
    decision_number: str = "",
    in_service_on: datetime.date | None = None,
) -> Room:
    """A new room, held by the unit from the day on; by its successor, where the end of the unit is laid already.

    `in_service_on`: of a past that is laid at once. Otherwise only the minutes of a hand-over put a room into service.
    """
    with writing(actor, "open_room"):
        holder = Unit.objects.select_for_update().filter(id=unit).first()
        if holder is None or not holder.is_true_on(day):
            raise NotPossible(UNIT_NOT_THERE, "unit")
        room = Room.objects.create(
            room_type=room_type, valid_from=day, in_service_on=in_service_on, **_written(details)
        )
        tenure = Tenure(room=room, valid_from=day, decision_number=decision_number)
        _hold(tenure, holder)
    return room


def _hold(tenure: Tenure, holder: Unit) -> None:
    end = holder.valid_until
    Tenure.objects.create(
        unit=holder, room=tenure.room, valid_from=tenure.valid_from, valid_until=end,
        decision_number=tenure.decision_number,
    )  # fmt: skip
    if end is None:
        return
    heirs = [one.successor for one in holder.successions.filter(day=end).select_related("successor")]
    if len(heirs) != 1:
        raise NotPossible(UNIT_ENDS, "unit")
    tenure.valid_from = end
    _hold(tenure, heirs[0])


def change_room(actor: Actor, *, room: Room, details: RoomDetails) -> None:
    """Correct what is written about a room. A sign that hangs keeps the words it was printed with."""
    with writing(actor, "change_room"):
        Room.objects.filter(id=room.id).update(**_written(details))


def close_room(
    actor: Actor, *, room: Room, now: datetime.datetime, day: datetime.date, decision_number: str = ""
) -> None:
    """The room is not used any more from the day on, and nothing of it is recorded from this moment on.

    Its cameras are retired, its signs are down, its counters and the posts at them end. Footage stays with whoever held
    the room last. A room opened on this very day lasts until the next. Raises NotPossible when it is closed already.
    """
    with writing(actor, "close_room"):
        held = Room.objects.select_for_update().get(id=room.id)
        if held.valid_until is not None:
            raise NotPossible(CLOSED_ALREADY)
        for camera in room.cameras.filter(retired_at__isnull=True):
            retire_camera(actor, camera=camera, now=now, day=day)
        room.signs.filter(hung_at__isnull=False, taken_down_at__isnull=True).update(taken_down_at=now)
        for counter in room.counters.filter(valid_until__isnull=True):
            _end_counter(counter, day)
        end = max(day, held.valid_from + datetime.timedelta(days=1))
        Room.objects.filter(id=room.id).update(valid_until=end)
        for tenure in Tenure.objects.filter(room=room, valid_until__isnull=True):
            last = max(end, tenure.valid_from + datetime.timedelta(days=1))
            Tenure.objects.filter(id=tenure.id).update(valid_until=last, decision_number=decision_number)


def add_counter(
    actor: Actor, *, room: Room, number: int, day: datetime.date, name: str = "", field: str = ""
) -> Counter:
    """A counter of the room, from the day on."""
    with writing(actor, "add_counter"):
        return Counter.objects.create(
            room=room, number=number, name=plain(name) or f"Quầy {number}", field=plain(field), valid_from=day
        )


def change_counter(actor: Actor, *, counter: Counter, name: str, field: str) -> None:
    """Correct the words about a counter."""
    with writing(actor, "change_counter"):
        Counter.objects.filter(id=counter.id).update(name=plain(name) or counter.name, field=plain(field))


def end_counter(actor: Actor, *, counter: Counter, day: datetime.date) -> None:
    """The counter is not used any more from the day on; posts at it end, cameras see it no more.

    Raises NotPossible when it ended before.
    """
    with writing(actor, "end_counter"):
        if not Counter.objects.select_for_update().filter(id=counter.id, valid_until__isnull=True).exists():
            raise NotPossible(ENDED_ALREADY)
        _end_counter(counter, day)


def _end_counter(counter: Counter, day: datetime.date) -> None:
    # What began on this day was true on it, and lasts until the next.
    later = max(day, counter.valid_from + datetime.timedelta(days=1))
    Counter.objects.filter(id=counter.id).update(valid_until=later)
    for rows in (CounterPost.objects, CounterView.objects):
        running = rows.filter(counter=counter, valid_until__isnull=True)
        running.filter(valid_from__gte=day).update(valid_until=F("valid_from") + 1)
        running.filter(valid_from__lt=day).update(valid_until=day)


def _written(details: RoomDetails) -> dict[str, object]:
    written = {key: plain(value) if isinstance(value, str) else value for key, value in asdict(details).items()}
    if not written["purpose"] or not written["legal_basis"]:
        raise NotPossible(PURPOSE_FIRST, "purpose" if not written["purpose"] else "legal_basis")
    return written
