"""What will happen when a room, a unit, a counter or a recorder ends, in sentences a person reads before confirming.

Pure reads. Each function names what ends with the thing, what stays, and what stands in the way; whether it may be done
is left to the actions, which ask again.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.registry import reading
from minhbach.centre.registry.models import (
    Assignment,
    Camera,
    Counter,
    CounterPost,
    Placement,
    Recorder,
    Room,
    Tenure,
    Unit,
    true_on,
)
from minhbach.centre.words import Words

FOOTAGE_STAYS = Words(
    "Bản ghi đã có không bị xóa: vẫn được lưu đủ hạn theo quy chế, dưới tên cũ, và vẫn xem lại được.",
    "Footage is not deleted: it is kept for its full time under its old name and can still be played back.",
)
VIEWINGS_STOP = Words(
    "Người đang xem trực tiếp mất hình trong 10 giây.", "Whoever watches live loses the picture within 10 seconds."
)
STILL_HOLDS = Words(
    "Máy đang giữ lại hình cho {n} vụ việc. Ngừng sử dụng rồi thì máy không nhận lệnh giữ hay lệnh gỡ nữa: hãy giữ "
    "nguyên ổ đĩa của máy đến khi hai người đã đồng ý gỡ từng đoạn giữ lại.",
    "It holds footage for matters: {n}. Once retired it takes no order to hold or to release: keep its disks as they "
    "are until two people have agreed to release each of them.",
)


@dataclass(frozen=True, slots=True)
class Consequences:
    """What happens; `obstacles` are there when it cannot be done yet."""

    happens: tuple[Words, ...]
    obstacles: tuple[Words, ...] = ()


def of_room(room: Room, day: datetime.date) -> Consequences:
    """Closing a room."""
    cameras = list(room.cameras.filter(retired_at__isnull=True))
    counters = reading.counters_of(room.id, day).count()
    posts = reading.working_at(room.id, day).count()
    standing = room.recorders_here.filter(retired_at__isnull=True).first()
    shared = standing and standing.cameras.filter(retired_at__isnull=True).exclude(room=room).exists()
    happens = [
        *([_cameras(cameras), VIEWINGS_STOP] if cameras else []),
        *([_counters(counters, posts)] if counters else []),
        FOOTAGE_STAYS,
        *([_keep_running(standing)] if standing else []),
    ]
    obstacle = Words(
        "Đầu ghi {name} đặt tại phòng này còn ghi camera của phòng khác; các camera đó vẫn được ghi.",
        "The recorder {name}, which stands here, also records cameras of other rooms; these go on.",
    )
    if standing and shared:
        happens.append(obstacle.fill(name=standing.name))
    return Consequences(tuple(happens))


def of_unit(unit: Unit, day: datetime.date) -> Consequences:
    """Ending a unit that nobody follows."""
    held = Tenure.objects.filter(unit=unit).exclude(valid_until__lte=day).select_related("room")
    below = Placement.objects.filter(parent=unit).exclude(valid_until__lte=day).values_list("unit", flat=True)
    names = reading.names_on(list(below), day)
    posts = list(Assignment.objects.filter(true_on(day), unit=unit).select_related("person"))
    obstacles = []
    if held:
        said = Words("Còn phòng: {names}. Hãy đóng các phòng trước.", "Rooms left: {names}. Close them first.")
        obstacles.append(said.fill(names=", ".join(sorted({one.room.name for one in held}))))
    if names:
        said = Words(
            "Còn đơn vị trực thuộc: {names}. Hãy chuyển hoặc kết thúc các đơn vị đó trước.",
            "Units below: {names}. Move or end them first.",
        )
        obstacles.append(said.fill(names=", ".join(one.name for one in names.values())))
    people = Words(
        "{n} phân công tại đơn vị kết thúc cùng ngày, mọi quyền theo đó hết hiệu lực: {names}.",
        "Assignments that end with the unit, and every right they give: {n} ({names}).",
    ).fill(n=len(posts), names=", ".join(sorted({one.person.full_name for one in posts})))
    successor = Words(
        "Không đơn vị nào tiếp nhận. Nếu có đơn vị tiếp nhận, hãy dùng «Sáp nhập» hoặc «Chia tách».",
        "Nobody follows it. If somebody does, use “Merge” or “Split” instead.",
    )
    return Consequences((successor, *([people] if posts else []), FOOTAGE_STAYS), tuple(obstacles))


def of_counter(counter: Counter, day: datetime.date) -> Consequences:
    """Ending a counter."""
    posts = CounterPost.objects.filter(true_on(day), counter=counter).select_related("person")
    seen = Camera.objects.filter(counter_views__in=counter.camera_views.filter(true_on(day)))
    happens = []
    if posts:
        said = Words("Rời quầy cùng ngày: {names}.", "Leave the counter on that day: {names}.")
        happens.append(said.fill(names=", ".join(one.person.full_name for one in posts)))
    if seen:
        said = Words(
            "{names} vẫn ghi hình; chỉ không còn gắn với quầy này.",
            "{names} goes on recording, but not for this counter.",
        )
        happens.append(said.fill(names=", ".join(one.label for one in seen)))
    found = Words(
        "Bản ghi trước ngày đó vẫn tìm được theo quầy này.", "Footage from before is still found by this counter."
    )
    return Consequences((*happens, found))


def of_recorder(recorder: Recorder, kept_days: int | None, held: int, now: datetime.datetime) -> Consequences:
    """Retiring a recorder; `kept_days`: how long the rules keep what it recorded, `held`: for how many matters it holds
    footage.
    """
    left = list(recorder.cameras.filter(retired_at__isnull=True))
    newest = recorder.cameras.filter(retired_at__isnull=False).order_by("-retired_at").first()
    happens = [
        Words(
            "Máy không còn được kết nối về trung tâm; tệp ghi danh hết giá trị.",
            "The machine is let in no more; its enrolment file is worthless.",
        )
    ]
    if newest is not None and newest.retired_at is not None:
        happens.append(_out_of_reach(newest.retired_at, kept_days, now))
    if held:
        happens.append(STILL_HOLDS.fill(n=held))
    obstacles = []
    if left:
        said = Words(
            "Còn camera trên đầu ghi: {names}. Hãy chuyển sang đầu ghi khác hoặc ngừng sử dụng trước.",
            "Cameras left on it: {names}. Move them to another recorder or retire them first.",
        )
        obstacles.append(said.fill(names=", ".join(one.label for one in left)))
    return Consequences(tuple(happens), tuple(obstacles))


def followers(unit: UUID, day: datetime.date) -> list[datetime.date]:
    """The days to come on which a change of the unit's name or place is laid."""
    names = Unit.objects.get(id=unit).names.filter(valid_from__gt=day).values_list("valid_from", flat=True)
    places = Placement.objects.filter(unit=unit, valid_from__gt=day).values_list("valid_from", flat=True)
    return sorted({*names, *places})


def _cameras(cameras: list[Camera]) -> Words:
    said = Words("Ngừng ghi ngay: {names}.", "Recording stops at once: {names}.")
    return said.fill(names=", ".join(camera.label for camera in cameras))


def _counters(counters: int, posts: int) -> Words:
    said = Words(
        "{n} quầy ngừng sử dụng, {posts} người rời quầy; biển thông báo được ghi nhận là đã gỡ.",
        "Counters that end: {n}; people who leave them: {posts}; the notice sign is recorded as taken down.",
    )
    return said.fill(n=counters, posts=posts)


def _keep_running(recorder: Recorder) -> Words:
    said = Words(
        "Hãy để đầu ghi {name} chạy tiếp đến khi hết hạn lưu: bản ghi cũ nằm trên máy đó.",
        "Keep the recorder {name} running until the footage has had its time: it lies on that machine.",
    )
    return said.fill(name=recorder.name)


def _out_of_reach(last: datetime.datetime, kept_days: int | None, now: datetime.datetime) -> Words:
    until = reading.day_of(last) + datetime.timedelta(days=kept_days) if kept_days is not None else None
    if until is not None and until <= reading.day_of(now):
        return Words("Bản ghi trên máy đều đã quá hạn lưu.", "Everything on the machine is past its time.")
    said = Words(
        "Bản ghi trên máy còn hạn lưu đến {day} và không xem lại được qua trung tâm nữa. Nên để máy chạy đến ngày đó.",
        "What it recorded is to be kept until {day} and cannot be played back here any more. Let it run until then.",
    )
    return said.fill(day=f"{until:%d/%m/%Y}" if until else "…")
