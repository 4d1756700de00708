"""What the supervisors of the demo wrote down while they watched: held stretches and bookmarks.

Owns the rows of the holds that a recorder's log has already: same ids, same salts, so that the log's entries are found
to be theirs. Leaves what was held when to `past`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from minhbach.centre.access.models import Account
from minhbach.centre.footage.actions.holds import LEGAL_HOLD, MARK, place_hold
from minhbach.centre.footage.actions.marks import bookmark, mark
from minhbach.centre.footage.models import LegalHold
from minhbach.centre.registry.models import Camera
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.demo.district import staff
from minhbach.demo.district.places import ONE_STOP, RECEPTION

VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
#: Kind of room, minute of yesterday, seconds, note.
_BOOKMARKS = (
    (ONE_STOP, 8 * 60 + 12, 90, "Đông người cùng lúc, cần mở thêm quầy"),
    (ONE_STOP, 9 * 60 + 3, 150, "Hướng dẫn rõ, có đưa phiếu"),
    (ONE_STOP, 14 * 60 + 26, 40, "Công dân nhận kết quả trước hạn"),
    (RECEPTION, 8 * 60 + 41, 120, "Mời ngồi, giới thiệu người tiếp"),
)


def hold(held: Sequence[Mapping[str, Any]], cameras: Mapping[str, Camera]) -> None:
    """The rows of what the recorder's log holds; `cameras` by their names there."""
    for each in held:
        camera = cameras.get(each["camera"])
        if camera is not None:
            _hold(each, camera)


def _hold(words: Mapping[str, Any], camera: Camera) -> None:
    person = _supervisor(camera).person
    begin_us, end_us, reason, paper = (words[name] for name in ("begin_us", "end_us", "reason", "document"))
    asked = _moment(words["asked_us"])
    made = LegalHold.objects.create(
        id=UUID(words["matter"]), room_id=camera.room_id, begin_us=begin_us, end_us=end_us, reason=reason,
        document=paper, asked_by=person, asked_at=asked,
    )  # fmt: skip
    place_hold(
        person, recorder=camera.recorder, camera=camera, begin_us=begin_us, end_us=end_us, kind=LEGAL_HOLD,
        reference=str(made.id), reason=f"{reason} ({paper})" if paper else reason, now=asked,
        logged=(UUID(words["hold"]), bytes.fromhex(words["salt"])),
    )  # fmt: skip
    mark(
        person, room=camera.room_id, kind=MARK, reference=str(made.id), words=Words(reason, reason), right=Right.HOLD,
        begin_us=begin_us, end_us=end_us, route="hold", now=asked, camera=camera.id,
    )  # fmt: skip


def write_down(cameras: Iterable[Camera], now: datetime.datetime) -> None:
    """Yesterday's bookmarks, in the rooms of these cameras."""
    rooms = {camera.room_id: camera for camera in cameras}.values()
    yesterday = now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0) - datetime.timedelta(days=1)
    for kind, minute, seconds, note in _BOOKMARKS:
        for camera in (each for each in rooms if each.room.room_type == kind):
            begin = yesterday + datetime.timedelta(minutes=minute)
            end = begin + datetime.timedelta(seconds=seconds)
            bookmark(
                _supervisor(camera), room=camera.room_id, begin_us=_us(begin), end_us=_us(end), note=note,
                now=end + datetime.timedelta(seconds=20),
            )  # fmt: skip


def _supervisor(camera: Camera) -> Account:
    return Account.objects.get(person=staff.supervisor(camera.room.room_type).person_id)


def _moment(at_us: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(at_us / 1_000_000, datetime.UTC)


def _us(moment: datetime.datetime) -> int:
    return round(moment.timestamp()) * 1_000_000
