"""Questions about faults: what each is called, what is wrong now, and the whole story of one.

Owns the sentences for the kinds of faults and how a story is put together from rows, in a number of queries that does
not grow. Leaves writes to `actions.faults`, the repair clock to `repair`, and the technician's table to `technicians`.
"""

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q

from minhbach.centre.footage.models import Fault, FaultKind, FaultStep, FaultTold, FaultWork, WorkKind
from minhbach.centre.messaging.models import Delivery
from minhbach.centre.registry.models import Camera, Person
from minhbach.centre.words import Words

NAMES = {
    FaultKind.OFFLINE: Words("Camera mất tín hiệu", "Camera offline"),
    FaultKind.SILENT: Words("Micro không có tiếng", "Microphone silent"),
    FaultKind.FROZEN: Words("Hình đứng yên", "Picture frozen"),
    FaultKind.BLACK: Words("Hình đen", "Picture black"),
    FaultKind.COVERED: Words("Camera bị che hoặc bị xoay đi", "Camera covered or turned away"),
    FaultKind.DISK: Words("Ổ đĩa của đầu ghi có sự cố", "A disk of the recorder is in trouble"),
    FaultKind.LINE: Words("Đầu ghi mất liên lạc với trung tâm", "Recorder cut off from the centre"),
}
ADVICE = {
    FaultKind.OFFLINE: Words(
        "Kiểm tra nguồn điện, dây mạng và cổng chuyển mạch của camera; nếu đèn camera sáng, khởi động lại camera.",
        "Check the camera's power, cable and switch port; if its lamp is lit, restart the camera.",
    ),
    FaultKind.SILENT: Words(
        "Kiểm tra micro đã cắm và chưa bị tắt trong cài đặt camera; nói thử trước micro và xem mức âm thanh.",
        "Check that the microphone is plugged in and switched on in the camera; speak into it and watch the level.",
    ),
    FaultKind.FROZEN: Words(
        "Khởi động lại camera; nếu lặp lại, cập nhật phần mềm camera hoặc thay camera.",
        "Restart the camera; if it happens again, update its firmware or replace it.",
    ),
    FaultKind.BLACK: Words(
        "Kiểm tra nắp ống kính, đèn phòng và chế độ ngày/đêm của camera.",
        "Check the lens cap, the room's light and the camera's day/night mode.",
    ),
    FaultKind.COVERED: Words(
        "Gỡ vật che trước ống kính hoặc xoay camera về hướng đã nghiệm thu; "
        "nếu hướng mới là đúng, hãy nghiệm thu lại hình.",
        "Remove what is before the lens, or turn the camera back to the view that was accepted; "
        "if the new view is meant, accept the picture anew.",
    ),
    FaultKind.DISK: Words(
        "Kiểm tra dung lượng và dây nối của ổ đĩa trên đầu ghi; thay ổ nếu lỗi lặp lại.",
        "Check the room on the recorder's disk and its cable; replace the disk if the error returns.",
    ),
    FaultKind.LINE: Words(
        "Kiểm tra đường truyền và nguồn điện tại điểm đặt; đầu ghi vẫn ghi hình và gửi bù khi có mạng trở lại.",
        "Check the site's line and power; the recorder goes on recording and sends what is missing when it is back.",
    ),
}
STEPS = {
    FaultStep.TECHNICIAN: Words("Cán bộ kỹ thuật", "Technician"),
    FaultStep.HEAD: Words("Thủ trưởng đơn vị", "Head of the unit"),
    FaultStep.SUPERVISOR: Words("Cơ quan giám sát", "Supervising body"),
}
WORK = {
    WorkKind.STARTED: Words("Bắt đầu sửa chữa", "Repair started"),
    WorkKind.SUBSTITUTE: Words("Đã có thiết bị thay thế", "Substitute in place"),
    WorkKind.NOTE: Words("Ghi chú", "Note"),
}
GRAVEST_FIRST = (
    *(FaultKind.LINE, FaultKind.OFFLINE, FaultKind.DISK, FaultKind.BLACK, FaultKind.COVERED, FaultKind.FROZEN),
    FaultKind.SILENT,
)


@dataclass(frozen=True, slots=True)
class ToldPerson:
    """One person who was told, and whether they have read it."""

    name: str
    delivered_at: datetime.datetime
    read_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class ToldStep:
    """One step of telling; `people` is empty when nobody held the duty."""

    step: Words
    at: datetime.datetime
    people: tuple[ToldPerson, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody did: the kind of it, their own sentence."""

    what: Words
    note: str
    name: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Story:
    """A fault with everything that followed from it. `camera` is empty for a fault of the recorder."""

    id: UUID
    kind: str
    words: Words
    camera: UUID | None
    device: str
    began_at: datetime.datetime
    known_at: datetime.datetime
    ended_at: datetime.datetime | None
    told: tuple[ToldStep, ...]
    done: tuple[Done, ...]


@dataclass(frozen=True, slots=True)
class CameraState:
    """The gravest open fault of a camera, its recorder's included; `kind` is None when all is well."""

    kind: str | None = None
    words: Words | None = None
    since: datetime.datetime | None = None
    fault: UUID | None = None


def words_of(fault: Fault) -> Words:
    """What the fault is called."""
    return NAMES[FaultKind(fault.kind)]


def gravity(fault: Fault) -> int:
    """For sorting: the gravest kind first."""
    return GRAVEST_FIRST.index(FaultKind(fault.kind))


def faults_about(
    cameras: Collection[UUID], begin: datetime.datetime, end: datetime.datetime, kinds: Iterable[str] = FaultKind.values
) -> list[Story]:
    """The stories of all faults of these cameras and of their recorders that touch the stretch, the earliest first."""
    recorders = Camera.objects.filter(id__in=cameras).values("recorder")
    touched = Fault.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=begin),
        Q(camera__in=cameras) | Q(camera__isnull=True, recorder__in=recorders),
        began_at__lt=end,
        kind__in=list(kinds),
    )
    return stories(touched.order_by("began_at").values_list("id", flat=True))


def stories(faults: Iterable[UUID]) -> list[Story]:
    """The stories of these faults, in the order of their beginning."""
    rows = list(
        Fault.objects.filter(id__in=list(faults))
        .order_by("began_at")
        .select_related("camera", "recorder")
        .prefetch_related(
            Prefetch(
                "told",
                FaultTold.objects.select_related("notice").prefetch_related(
                    "notice__deliveries", "together__notice__deliveries"
                ),
            ),
            Prefetch("work", FaultWork.objects.select_related("person")),
        )
    )
    names = _names(delivery for row in rows for told in row.told.all() for delivery in _deliveries(told))
    return [_story(row, names) for row in rows]


def state_now(cameras: Sequence[UUID], now: datetime.datetime) -> dict[UUID, CameraState]:
    """What is wrong with each camera at this moment."""
    recorders = dict(Camera.objects.filter(id__in=cameras).values_list("id", "recorder"))
    open_ones = Fault.objects.filter(
        Q(camera__in=cameras) | Q(camera__isnull=True, recorder__in=set(recorders.values())),
        began_at__lte=now,
        ended_at__isnull=True,
    )
    gravest = sorted(open_ones, key=gravity)
    found: dict[UUID, CameraState] = {}
    for camera in cameras:
        worst = next((row for row in gravest if camera == row.camera_id or _whole(row, recorders.get(camera))), None)
        found[camera] = CameraState(worst.kind, words_of(worst), worst.began_at, worst.id) if worst else CameraState()
    return found


def _whole(fault: Fault, recorder: UUID | None) -> bool:
    return fault.camera_id is None and fault.recorder_id == recorder


def _deliveries(told: FaultTold) -> list[Delivery]:
    notices = [*([told.notice] if told.notice else []), *(each.notice for each in told.together.all())]
    return [delivery for notice in notices for delivery in notice.deliveries.all()]


def _names(deliveries: Iterable[Delivery]) -> dict[UUID, str]:
    addresses = {each.address for each in deliveries}
    return dict(Person.objects.filter(id__in=addresses).values_list("id", "full_name")) if addresses else {}


def _story(row: Fault, names: dict[UUID, str]) -> Story:
    return Story(
        id=row.id,
        kind=row.kind,
        words=words_of(row),
        camera=row.camera_id,
        device=row.camera.label if row.camera else row.recorder.name,
        began_at=row.began_at,
        known_at=row.known_at,
        ended_at=row.ended_at,
        told=tuple(
            ToldStep(
                STEPS[FaultStep(told.step)],
                told.at,
                tuple(
                    ToldPerson(names.get(each.address, ""), each.delivered_at, each.read_at)
                    for each in _deliveries(told)
                ),
            )
            for told in row.told.all()
        ),
        done=tuple(
            Done(WORK[WorkKind(each.kind)], each.note, each.person.full_name, each.at) for each in row.work.all()
        ),
    )
