"""Writes of `regulation`: issue a version, say who supervises what and until when.

Each is made by a decision with a number. Whether the person at the keyboard may is decided above, where the address is
listed; who it was is kept by the rows' own history and the audit log.
"""

import datetime
import hashlib
import json
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from minhbach.centre.registry.models import RoomType
from minhbach.centre.regulation.models import Regulation, Supervision
from minhbach.centre.regulation.rules import parse


def digest_of(content: Mapping[str, object]) -> str:
    """SHA-256, in hex, of the content as JSON with sorted keys and no spaces."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def issue(
    *,
    unit: UUID,
    content: Mapping[str, object],
    valid_from: datetime.date,
    decision_number: str,
    now: datetime.datetime,
) -> Regulation:
    """A new version for the unit, in force from that day; the one before ends on it.

    Raises RulesError for content that is no regulation, IntegrityError where a later version already exists.
    """
    parse(content)
    versions = Regulation.objects.filter(unit=unit)
    Regulation.objects.filter(unit=unit, valid_until__isnull=True, valid_from__lt=valid_from).update(
        valid_until=valid_from
    )
    return Regulation.objects.create(
        unit_id=unit,
        number=(versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        content=dict(content),
        digest=digest_of(content),
        decision_number=decision_number,
        issued_at=now,
        valid_from=valid_from,
    )


def supervise(
    *, body: UUID, area: UUID, room_type: RoomType, valid_from: datetime.date, decision_number: str
) -> Supervision:
    """From that day the body supervises the rooms of that type in the area."""
    return Supervision.objects.create(
        body_id=body, area_id=area, room_type=room_type, valid_from=valid_from, decision_number=decision_number
    )


def end_supervision(supervision: Supervision, *, last_day: datetime.date) -> None:
    """The body supervises no longer after that day."""
    Supervision.objects.filter(id=supervision.id, valid_until__isnull=True).update(
        valid_until=last_day + datetime.timedelta(days=1)
    )
