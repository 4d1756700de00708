"""Holds: footage that must not go, until somebody lets it go again.

A hold is a row first and an order to the recorder after it (`ordering`): while the line is cut it is *pending*, and its
page says so, for until the recorder has it in its log the footage may be lawfully deleted. The log gets a salted
commitment to who and why; the words stay here. `hold_room` keeps a stretch of a room, for a person on its page or for
an app above that says what led to it: one order for each camera, and a mark on the room's timeline, written together
or not at all.
"""

import datetime
import secrets
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from minhbach.centre.access.models import Account
from minhbach.centre.footage.actions.marks import FIRST_US, mark
from minhbach.centre.footage.coverage import coverage
from minhbach.centre.footage.models import Hold, HoldOrigin, LegalHold
from minhbach.centre.registry.actors import Actor, System, person_id_of
from minhbach.centre.registry.models import Camera, Recorder
from minhbach.centre.registry.models.dates import new_id
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.ledger.entry import commitment

SALT_BYTES = 16
#: The kind of the orders that belong to a `LegalHold`, and of its mark.
LEGAL_HOLD = "legal_hold"
MARK = "hold"
_LONGEST_US = 7 * 86_400_000_000
_AHEAD_US = 60_000_000


class HoldRefused(Exception):
    """This cannot be held or released; `words` say what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def place_hold(
    actor: Actor,
    *,
    recorder: Recorder,
    begin_us: int,
    end_us: int,
    kind: str,
    reference: str,
    reason: str,
    now: datetime.datetime,
    camera: Camera | None = None,
    logged: tuple[UUID, bytes] | None = None,
) -> Hold:
    """Hold a stretch of one camera, or of all of a recorder. ``kind`` and ``reference`` are the asking app's own.

    ``logged``: the id and salt of a hold that a recorder's log has already. Raises HoldRefused for a stretch without
    length or a hold without a reason.
    """
    if not 0 <= begin_us < end_us or not reason.strip():
        raise HoldRefused(
            Words("Lệnh giữ cần có khoảng thời gian và lý do.", "A hold needs a stretch of time and a reason.")
        )
    identity, salt = logged or (new_id(), secrets.token_bytes(SALT_BYTES))
    hold = Hold(
        id=identity,
        recorder=recorder,
        camera=camera.name if camera else "*",
        begin_us=begin_us,
        end_us=end_us,
        kind=kind,
        reference=reference,
        reason=reason.strip(),
        salt=salt,
        asked_by_id=person_id_of(actor),
        asked_at=now,
    )
    who = actor.name if isinstance(actor, System) else str(hold.asked_by_id)
    hold.commitment = commitment(
        bytes(hold.salt), {"who": who, "kind": kind, "reference": reference, "reason": hold.reason}
    )
    hold.save(force_insert=True)
    return hold


@transaction.atomic
def hold_room(
    actor: Account | System,
    *,
    room: UUID,
    cameras: Sequence[UUID],
    begin_us: int,
    end_us: int,
    reason: str,
    document: str = "",
    origin: HoldOrigin = HoldOrigin.PERSON,
    route: str = "",
    reference: str = "",
    now: datetime.datetime,
) -> LegalHold:
    """Keep a stretch of a room for a matter; `cameras` are some of its own, none: all that have footage of it.

    `origin` is what had it kept; `route` and `reference` lead to its page, by name and argument. Raises HoldRefused for
    a stretch that is empty, too long or not past, without a reason, or without any footage left.
    """
    said, paper = " ".join(reason.split()), " ".join(document.split())
    _refuse_what_cannot_be(said, paper, begin_us, end_us, now)
    chosen = _with_footage(room, cameras, begin_us, end_us)
    who: Actor = actor if isinstance(actor, System) else actor.person
    made = LegalHold.objects.create(
        room_id=room, begin_us=begin_us, end_us=end_us, reason=said, document=paper, origin=origin, route=route,
        reference=reference, asked_by_id=person_id_of(who), asked_at=now,
    )  # fmt: skip
    for camera in chosen:
        place_hold(
            who, recorder=camera.recorder, camera=camera, begin_us=begin_us, end_us=end_us,
            kind=LEGAL_HOLD, reference=str(made.id), reason=f"{said} ({paper})" if paper else said, now=now,
        )  # fmt: skip
    mark(
        who, room=room, kind=MARK, reference=str(made.id), words=Words(said, said), right=Right.HOLD,
        begin_us=begin_us, end_us=end_us, route="hold", now=now, camera=chosen[0].id if len(chosen) == 1 else None,
    )  # fmt: skip
    return made


def _refuse_what_cannot_be(reason: str, document: str, begin_us: int, end_us: int, now: datetime.datetime) -> None:
    if not reason or len(reason) > 300 or len(document) > 120:
        raise HoldRefused(
            Words(
                "Hãy ghi lý do giữ lại, nhiều nhất 300 chữ cái; số văn bản nhiều nhất 120.",
                "Write the reason, at most 300 letters; the number of a document at most 120.",
            )
        )
    if not FIRST_US <= begin_us < end_us <= round(now.timestamp() * 1_000_000) + _AHEAD_US:
        raise HoldRefused(Words("Chỉ giữ lại được thời gian đã qua.", "Only time that has passed can be held."))
    if end_us - begin_us > _LONGEST_US:
        raise HoldRefused(Words("Mỗi lần giữ lại nhiều nhất 7 ngày.", "A hold is at most seven days long."))


def _with_footage(room: UUID, cameras: Sequence[UUID], begin_us: int, end_us: int) -> list[Camera]:
    """Those cameras that have footage of the stretch, or may have some that the centre does not know of yet."""
    rows = list(Camera.objects.filter(room=room).select_related("recorder").order_by("label", "id"))
    if set(cameras) - {row.id for row in rows}:
        raise HoldRefused(Words("Camera này không thuộc phòng.", "This camera is not of the room."))
    asked = [row for row in rows if not cameras or row.id in cameras]
    known = coverage([row.id for row in asked], begin_us, end_us)
    chosen = [row for row in asked if known[row.id].runs or 0 < known[row.id].known_until_us < end_us]
    if not chosen:
        raise HoldRefused(
            Words("Đoạn này không còn bản ghi nào để giữ lại.", "There is no footage of this stretch left to hold.")
        )
    return chosen


def release_hold(actor: Actor, *, hold: Hold, now: datetime.datetime) -> None:
    """Let held footage go again. Raises HoldRefused when that was asked before."""
    with transaction.atomic():
        asked = Hold.objects.filter(pk=hold.pk, release_asked_at__isnull=True)
        # Two people may release at the same time: the first one's name stays.
        if not asked.update(release_asked_at=now, release_asked_by=person_id_of(actor)):
            raise HoldRefused(Words("Lệnh giữ này đã được gỡ.", "This hold was released before."))
