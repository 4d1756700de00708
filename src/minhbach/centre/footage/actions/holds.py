"""Holds: footage that must not go, until somebody lets it go again.

A hold is a row first and an order to the recorder after it (`ordering`): while the line is cut it is *pending*, and its
page says so, for until the recorder has it in its log the footage may be lawfully deleted. The log gets a salted
commitment to who and why; the words stay here.
"""

import datetime
import secrets

from django.db import transaction

from minhbach.centre.footage.models import Hold
from minhbach.centre.registry.actors import Actor, System, person_id_of
from minhbach.centre.registry.models import Camera, Recorder
from minhbach.centre.words import Words
from minhbach.ledger.entry import commitment

SALT_BYTES = 16


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
) -> Hold:
    """Hold a stretch of one camera, or of all of a recorder. ``kind`` and ``reference`` are the asking app's own.

    Raises HoldRefused for a stretch without length or a hold without a reason.
    """
    if not 0 <= begin_us < end_us or not reason.strip():
        raise HoldRefused(
            Words("Lệnh giữ cần có khoảng thời gian và lý do.", "A hold needs a stretch of time and a reason.")
        )
    hold = Hold(
        recorder=recorder,
        camera=camera.name if camera else "*",
        begin_us=begin_us,
        end_us=end_us,
        kind=kind,
        reference=reference,
        reason=reason.strip(),
        salt=secrets.token_bytes(SALT_BYTES),
        asked_by_id=person_id_of(actor),
        asked_at=now,
    )
    who = actor.name if isinstance(actor, System) else str(hold.asked_by_id)
    hold.commitment = commitment(
        bytes(hold.salt), {"who": who, "kind": kind, "reference": reference, "reason": hold.reason}
    )
    hold.save(force_insert=True)
    return hold


def release_hold(actor: Actor, *, hold: Hold, now: datetime.datetime) -> None:
    """Let held footage go again. Raises HoldRefused when that was asked before."""
    with transaction.atomic():
        asked = Hold.objects.filter(pk=hold.pk, release_asked_at__isnull=True)
        # Two people may release at the same time: the first one's name stays.
        if not asked.update(release_asked_at=now, release_asked_by=person_id_of(actor)):
            raise HoldRefused(Words("Lệnh giữ này đã được gỡ.", "This hold was released before."))
