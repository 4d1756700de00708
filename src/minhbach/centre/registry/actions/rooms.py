"""Opening and changing rooms and their counters."""

import datetime
from dataclasses import asdict, dataclass
from decimal import Decimal
from uuid import UUID

from minhbach.centre.registry.actors import Actor
from minhbach.centre.registry.models import Counter, Room, RoomType, Tenure, Unit
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible, writing
from minhbach.centre.words import Words

UNIT_NOT_THERE = Words("Đơn vị không tồn tại vào ngày này.", "The unit does not exist on that day.")
PURPOSE_FIRST = Words(
    "Hãy ghi mục đích và căn cứ pháp lý của việc ghi hình: biển báo phải nêu rõ hai điều này.",
    "Write why the room is recorded and by which law: the notice sign must say both.",
)
STILL_RECORDED = Words(
    "Phòng còn camera đang hoạt động. Hãy ngừng sử dụng các camera trước.",
    "The room still has cameras in use. Retire them first.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomDetails:
    """What is written about a room; most of it stands on its notice sign."""

    name: str
    purpose: str
    legal_basis: str
    address: str = ""
    contact: str = ""
    area_m2: Decimal | None = None
    in_service_on: datetime.date | None = None


def open_room(
    actor: Actor,
    *,
    unit: UUID,
    room_type: RoomType,
    details: RoomDetails,
    day: datetime.date,
    decision_number: str = "",
) -> Room:
    """A new room, held by the unit from the day on."""
    if not Unit.objects.filter(id=unit, valid_from__lte=day).exclude(valid_until__lte=day).exists():
        raise NotPossible(UNIT_NOT_THERE, "unit")
    with writing(actor, "open_room"):
        room = Room.objects.create(room_type=room_type, valid_from=day, **_written(details))
        Tenure.objects.create(unit_id=unit, room=room, valid_from=day, decision_number=decision_number)
    return room


def change_room(actor: Actor, *, room: Room, details: RoomDetails) -> None:
    """Correct what is written about a room. A sign that hangs keeps the words it was printed with."""
    with writing(actor, "change_room"):
        Room.objects.filter(id=room.id).update(**_written(details))


def close_room(actor: Actor, *, room: Room, day: datetime.date) -> None:
    """The room is not used any more from the day on; its footage stays."""
    with writing(actor, "close_room"):
        Room.objects.select_for_update().get(id=room.id)
        if room.cameras.filter(retired_at__isnull=True).exists():
            raise NotPossible(STILL_RECORDED)
        Room.objects.filter(id=room.id).update(valid_until=day)
        Tenure.objects.filter(room=room, valid_until__isnull=True).update(valid_until=day)


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
    """The counter is not used any more from the day on."""
    with writing(actor, "end_counter"):
        Counter.objects.filter(id=counter.id, valid_until__isnull=True).update(valid_until=day)


def _written(details: RoomDetails) -> dict[str, object]:
    written = {key: plain(value) if isinstance(value, str) else value for key, value in asdict(details).items()}
    if not written["purpose"] or not written["legal_basis"]:
        raise NotPossible(PURPOSE_FIRST, "purpose" if not written["purpose"] else "legal_basis")
    return written
