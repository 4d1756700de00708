"""Recorders, cameras, microphones and equipment: adding, changing, switching on, retiring.

A camera's name in its recorder's log is given here, once, and never again: footage is found by it for ever. A password
passes through as text sealed for the recorder; in clear it never comes here.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from uuid import UUID

from minhbach.centre.registry.actors import Actor
from minhbach.centre.registry.models import (
    Camera,
    Condition,
    Counter,
    CounterView,
    Equipment,
    Microphone,
    Recorder,
    Room,
    new_id,
)
from minhbach.centre.registry.networks import camera_address, networks_of
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible, writing
from minhbach.centre.words import Words

NAMELESS = Words("Hãy đặt tên.", "Give it a name.")
RETIRED = Words("Thiết bị này đã ngừng sử dụng.", "This device has been retired.")
CAMERAS_LEFT = Words(
    "Đầu ghi còn camera đang hoạt động. Hãy ngừng sử dụng các camera trước.",
    "The recorder still has cameras in use. Retire them first.",
)
ANOTHER_KEY = Words(
    "Đầu ghi đưa ra một khóa khác với khóa đã biết. Hãy kiểm tra xem đầu ghi có bị thay thế không.",
    "The recorder shows another key than the one known. Check whether it was replaced.",
)
COUNTER_ELSEWHERE = Words("Quầy được chọn không thuộc phòng này.", "A chosen counter is not in this room.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraDetails:
    """How a camera is reached and called. `sealed_credentials`: see `protocol.sealed`, empty without a password."""

    label: str
    address: str
    sub_address: str = ""
    sealed_credentials: str = ""
    tls_fingerprint: str = ""
    has_sound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentDetails:
    """What the inventory says of a piece."""

    kind: str
    name: str
    maker: str = ""
    model: str = ""
    serial_number: str = ""
    firmware: str = ""
    certificate: str = ""
    password_changed_on: datetime.date | None = None
    funding_source: str = ""
    contract_number: str = ""
    acquired_on: datetime.date | None = None
    warranty_until: datetime.date | None = None
    quantity: int = 1


def add_recorder(
    actor: Actor,
    *,
    room: Room,
    name: str,
    networks: Iterable[str],
    now: datetime.datetime,
    place: str = "",
    recorder_id: UUID | None = None,
    replaces: Recorder | None = None,
) -> Recorder:
    """A recorder that stands in a room. `recorder_id` is given where an archive already carries one; `replaces` is the
    one in whose place it stands, whose cameras move to it one by one with `replace_camera`.
    """
    with writing(actor, "add_recorder"):
        return Recorder.objects.create(
            id=recorder_id or new_id(),
            replaces=replaces,
            room=room,
            name=_named(name, "name"),
            place=plain(place),
            networks=networks_of(networks),
            added_at=now,
        )


def change_recorder(actor: Actor, *, recorder: Recorder, name: str, place: str, networks: Iterable[str]) -> None:
    """Another name, place, or list of networks."""
    with writing(actor, "change_recorder"):
        Recorder.objects.filter(id=recorder.id).update(
            name=_named(name, "name"), place=plain(place), networks=networks_of(networks)
        )


def learn_sealing_key(actor: Actor, *, recorder: UUID, key: str) -> None:
    """Keep the key that a recorder tells at its first hello. Raises NotPossible for another key later."""
    with writing(actor, "learn_sealing_key"):
        Recorder.objects.filter(id=recorder, sealing_key="").update(sealing_key=key)
        if not Recorder.objects.filter(id=recorder, sealing_key=key).exists():
            raise NotPossible(ANOTHER_KEY)


def retire_recorder(actor: Actor, *, recorder: Recorder, now: datetime.datetime) -> None:
    """The recorder is out of use. Its footage stays where it is."""
    with writing(actor, "retire_recorder"):
        Recorder.objects.select_for_update().get(id=recorder.id)
        if recorder.cameras.filter(retired_at__isnull=True).exists():
            raise NotPossible(CAMERAS_LEFT)
        if not Recorder.objects.filter(id=recorder.id, retired_at__isnull=True).update(retired_at=now):
            raise NotPossible(RETIRED)


def next_name(recorder: Recorder) -> str:
    """The name that the recorder's next camera gets: one that no camera of it ever had."""
    taken = set(recorder.cameras.values_list("name", flat=True))
    return next(name for name in (f"camera-{number}" for number in range(1, 1000)) if name not in taken)


def add_camera(
    actor: Actor,
    *,
    room: Room,
    recorder: Recorder,
    details: CameraDetails,
    now: datetime.datetime,
    day: datetime.date,
    counters: Collection[Counter] = (),
    name: str = "",
    answered: dict[str, object] | None = None,
    replaces: Camera | None = None,
) -> Camera:
    """A camera, not yet recorded. `name` is given where an archive already has one; else the next free one is taken."""
    with writing(actor, "add_camera"):
        recorder = Recorder.objects.select_for_update().get(id=recorder.id)
        if recorder.retired_at is not None:
            raise NotPossible(RETIRED, "recorder")
        camera = Camera.objects.create(
            room=room,
            recorder=recorder,
            name=name or next_name(recorder),
            answered=answered or {},
            added_at=now,
            replaces=replaces,
            **_checked(details, recorder),
        )
        _see(camera, counters, day)
    return camera


def change_camera(
    actor: Actor,
    *,
    camera: Camera,
    details: CameraDetails,
    day: datetime.date,
    counters: Collection[Counter] = (),
    answered: dict[str, object] | None = None,
) -> None:
    """Another address, label, password, or other counters in view from the day on."""
    with writing(actor, "change_camera"):
        recorder = Recorder.objects.get(id=camera.recorder_id)
        changed = _checked(details, recorder)
        if not details.sealed_credentials:
            del changed["sealed_credentials"]  # an empty field in a form keeps the password
        if answered is not None:
            changed["answered"] = answered
        Camera.objects.filter(id=camera.id).update(**changed)
        _see(camera, counters, day)


def switch_on(actor: Actor, *, camera: Camera, now: datetime.datetime) -> None:
    """Let the camera be recorded. PostgreSQL refuses while no sign hangs in its room."""
    with writing(actor, "switch_on"):
        switched = Camera.objects.filter(id=camera.id, recording_since__isnull=True, retired_at__isnull=True)
        switched.update(recording_since=now)


def switch_off(actor: Actor, *, camera: Camera) -> None:
    """Stop recording the camera. The recorder logs it as a change of its configuration."""
    with writing(actor, "switch_off"):
        Camera.objects.filter(id=camera.id).update(recording_since=None)


def retire_camera(actor: Actor, *, camera: Camera, now: datetime.datetime, day: datetime.date) -> None:
    """The camera is out of use; its footage keeps its name. Raises NotPossible when it was retired before."""
    with writing(actor, "retire_camera"):
        in_use = Camera.objects.filter(id=camera.id, retired_at__isnull=True)
        if not in_use.update(retired_at=now, recording_since=None):  # two people may press the button at once
            raise NotPossible(RETIRED)
        # It saw its counters on this day too: who looks for them this morning must find it.
        tomorrow = day + datetime.timedelta(days=1)
        for rows in (CounterView.objects, Microphone.objects):
            rows.filter(camera=camera, valid_until__isnull=True, valid_from__lte=day).update(valid_until=tomorrow)


def replace_camera(
    actor: Actor,
    *,
    camera: Camera,
    recorder: Recorder,
    details: CameraDetails,
    now: datetime.datetime,
    day: datetime.date,
    answered: dict[str, object] | None = None,
) -> Camera:
    """Another device in the camera's place, on the same recorder or on another.

    It has a name of its own in the log, sees and hears the same counters, and is recorded at once if the old one was;
    what it shows has to be accepted anew. Footage stays with the device that took it.
    """
    with writing(actor, "replace_camera"):
        old = Camera.objects.select_for_update().get(id=camera.id)
        counters = Counter.objects.filter(camera_views__camera=old, camera_views__valid_until__isnull=True)
        seen, heard = list(counters), list(old.microphones.filter(valid_until__isnull=True))
        retire_camera(actor, camera=old, now=now, day=day)
        made = add_camera(
            actor,
            room=old.room,
            recorder=recorder,
            details=details,
            now=now,
            day=day,
            counters=seen,
            answered=answered,
            replaces=old,
        )
        for one in heard if details.has_sound else ():
            Microphone.objects.create(
                camera=made, label=one.label, counter=one.counter, built_in=one.built_in, valid_from=day
            )
        if old.recording_since is not None:
            switch_on(actor, camera=made, now=now)
    return made


def add_microphone(
    actor: Actor, *, camera: Camera, label: str, day: datetime.date, counter: Counter | None = None, built_in: bool
) -> Microphone:
    """A microphone whose sound comes with the camera."""
    with writing(actor, "add_microphone"):
        Camera.objects.filter(id=camera.id).update(has_sound=True)
        return Microphone.objects.create(
            camera=camera, label=_named(label, "label"), counter=counter, built_in=built_in, valid_from=day
        )


def end_microphone(actor: Actor, *, microphone: Microphone, day: datetime.date) -> None:
    """The microphone is taken away."""
    with writing(actor, "end_microphone"):
        Microphone.objects.filter(id=microphone.id, valid_from__lt=day).update(valid_until=day)


def add_equipment(
    actor: Actor,
    *,
    room: Room,
    details: EquipmentDetails,
    day: datetime.date,
    camera: Camera | None = None,
    recorder: Recorder | None = None,
) -> Equipment:
    """A piece of the inventory, working."""
    with writing(actor, "add_equipment"):
        return Equipment.objects.create(
            room=room, condition_since=day, camera=camera, recorder=recorder, **_listed(details)
        )


def change_equipment(actor: Actor, *, equipment: Equipment, details: EquipmentDetails) -> None:
    """Correct what the inventory says."""
    with writing(actor, "change_equipment"):
        Equipment.objects.filter(id=equipment.id).update(**_listed(details))


def set_condition(actor: Actor, *, equipment: Equipment, condition: Condition, day: datetime.date) -> None:
    """Working, broken or removed, since the day. Saying the same again does not make a broken thing newer."""
    with writing(actor, "set_condition"):
        changed = Equipment.objects.filter(id=equipment.id).exclude(condition=condition)
        changed.update(condition=condition, condition_since=day)


def _named(name: str, field: str) -> str:
    found = plain(name)
    if not found:
        raise NotPossible(NAMELESS, field)
    return found


def _listed(details: EquipmentDetails) -> dict[str, object]:
    listed = {key: plain(value) if isinstance(value, str) else value for key, value in asdict(details).items()}
    for field in ("kind", "name"):
        _named(str(listed[field]), field)
    return listed


def _checked(details: CameraDetails, recorder: Recorder) -> dict[str, object]:
    checked = asdict(details)
    checked["label"] = _named(details.label, "label")
    checked["address"] = camera_address(details.address, recorder.networks)
    if details.sub_address:
        checked["sub_address"] = camera_address(details.sub_address, recorder.networks)
    return checked


def _see(camera: Camera, counters: Collection[Counter], day: datetime.date) -> None:
    """From the day on the camera sees exactly these counters."""
    if any(counter.room_id != camera.room_id for counter in counters):
        raise NotPossible(COUNTER_ELSEWHERE, "counters")
    wanted = {counter.id for counter in counters}
    seen = CounterView.objects.filter(camera=camera, valid_until__isnull=True)
    gone = seen.exclude(counter__in=wanted)
    gone.filter(valid_from__gte=day).delete()  # laid today and taken back today: it was never true for a day
    gone.update(valid_until=day)
    known = set(seen.values_list("counter", flat=True))
    CounterView.objects.bulk_create(
        CounterView(camera=camera, counter_id=counter, valid_from=day) for counter in wanted - known
    )
