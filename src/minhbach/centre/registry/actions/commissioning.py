"""Signs and acceptance: printing a notice sign, hanging it with a photograph, taking it down, accepting a camera.

Nothing here asks anybody's word for a thing that a photograph or a viewing can show: a sign hangs because its
photograph is kept, a picture is accepted under the viewing in which it was seen.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from minhbach.centre.papers.actions import keep_made, keep_photo
from minhbach.centre.papers.photo import PhotoRefused
from minhbach.centre.registry import signs
from minhbach.centre.registry.actors import Actor, person_id_of, person_of
from minhbach.centre.registry.models import Acceptance, Camera, Medium, NoticeSign, Party, Person, Room
from minhbach.centre.registry.reading import NotOnThatDay, day_of, holder_on, name_on
from minhbach.centre.registry.writing import NotPossible, writing
from minhbach.centre.words import Words

ALREADY_HUNG = Words("Biển này đã được ghi nhận là đã treo.", "This sign is already recorded as hung.")
NOT_HANGING = Words("Biển này không đang treo.", "This sign does not hang.")
NO_HOLDER = Words("Phòng không thuộc đơn vị nào vào ngày này.", "No unit holds the room on this day.")
WHY_NOT = Words("Hãy ghi rõ lý do chưa đạt và việc cần làm.", "Say why it did not pass and what is to be done.")
NO_SOUND = Words("Camera này không thu âm.", "This camera records no sound.")
NOT_SEEN = Words(
    "Bạn chưa xem hình của camera này trong 30 phút qua. Hãy xem ảnh trước khi kết luận.",
    "You have not seen this camera's picture in the last 30 minutes. Look first.",
)
NOT_HEARD = Words(
    "Bạn chưa nghe đủ 10 giây âm thanh của camera này trong 30 phút qua. Hãy nghe trước khi kết luận.",
    "You have not heard ten seconds of this camera in the last 30 minutes. Listen first.",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A stretch of footage that somebody was shown or let hear, and the viewing in which it was."""

    viewing: UUID
    begin: datetime.datetime
    end: datetime.datetime


def draw_sign(actor: Actor, *, room: Room, days: int, now: datetime.datetime) -> NoticeSign:
    """Print the next sign of the room, with what is true today. `days`: how long the regulation keeps footage.

    Raises NotPossible, NotPrinted, OSError.
    """
    day = day_of(now)
    holder = holder_on(room.id, day)
    if holder is None:
        raise NotPossible(NO_HOLDER)
    try:
        unit = name_on(holder, day).name
    except NotOnThatDay:
        raise NotPossible(NO_HOLDER) from None
    with writing(actor, "draw_sign"):
        Room.objects.select_for_update().get(id=room.id)  # two printers would take the same number
        number = NoticeSign.objects.filter(room=room).count() + 1
        sound = room.cameras.filter(has_sound=True, retired_at__isnull=True).exists()
        values = signs.content(room, signs.SignFacts(number=number, unit=unit, days=days, sound=sound), day)
        paper = keep_made(
            data=signs.printed(values, at=now),
            media_type="application/pdf",
            title=str(values["title"]),
            person_id=person_id_of(actor),
            now=now,
        )
        return NoticeSign.objects.create(
            room=room, number=number, content=values, paper=paper, made_by=person_of(actor), made_at=now
        )


def hang_sign(actor: Actor, *, sign: NoticeSign, photo: bytes, where: str, now: datetime.datetime) -> None:
    """Record that the sign hangs, by a photograph of it on the wall. Raises NotPossible."""
    try:
        paper = keep_photo(data=photo, title=f"Ảnh biển báo số {sign.number}", person_id=person_id_of(actor), now=now)
    except PhotoRefused as refused:
        raise NotPossible(refused.words, "photo") from None
    with writing(actor, "hang_sign"):
        hung = NoticeSign.objects.filter(id=sign.id, hung_at__isnull=True).update(
            hung_at=now, hung_by=person_of(actor), hung_where=where.strip(), photo=paper
        )
        if not hung:
            raise NotPossible(ALREADY_HUNG)


def take_down_sign(actor: Actor, *, sign: NoticeSign, now: datetime.datetime) -> None:
    """The sign does not hang any more. When it was the room's last, its cameras stop being recorded."""
    with writing(actor, "take_down_sign"):
        Room.objects.select_for_update().get(id=sign.room_id)
        taken = NoticeSign.objects.filter(id=sign.id, hung_at__isnull=False, taken_down_at__isnull=True)
        if not taken.update(taken_down_at=now):
            raise NotPossible(NOT_HANGING)
        hanging = NoticeSign.objects.filter(room=sign.room_id, hung_at__isnull=False, taken_down_at__isnull=True)
        if not hanging.exists():
            Camera.objects.filter(room=sign.room_id).update(recording_since=None)


def accept(
    actor: Actor,
    *,
    camera: Camera,
    medium: Medium,
    party: Party,
    passed: bool,
    now: datetime.datetime,
    note: str = "",
    seen: Seen | None = None,
) -> Acceptance:
    """Say whether the citizen or the officer can be seen or heard through the camera. The newest word counts.

    `seen` is what left for this person, as the stream counted it: without it no person accepts anything. That something
    is *not* right may be said without, as a picture that does not come is a reason too.
    """
    if not passed and not note.strip():
        raise NotPossible(WHY_NOT, "note")
    if medium == Medium.VOICE and not camera.has_sound:
        raise NotPossible(NO_SOUND, "medium")
    if passed and seen is None and isinstance(actor, Person):
        raise NotPossible(NOT_HEARD if medium == Medium.VOICE else NOT_SEEN)
    with writing(actor, "accept"):
        return Acceptance.objects.create(
            camera=camera,
            medium=medium,
            party=party,
            passed=passed,
            note=note.strip(),
            accepted_by=person_of(actor),
            accepted_at=now,
            viewing=seen.viewing if seen else None,
            seen_from=seen.begin if seen else None,
            seen_until=seen.end if seen else None,
        )
