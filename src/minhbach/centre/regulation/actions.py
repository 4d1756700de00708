"""Writes of `regulation`: issue a version, say who supervises what and until when, which single days are worked.

Each is made by a decision with a number. Whether the person at the keyboard may is decided above, where the address is
listed; what a unit's own people may close, and when, stands in `closing`. Who it was is kept by the rows' own history
and the audit log.
"""

import datetime
import hashlib
import json
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actors import Actor, person_id_of
from minhbach.centre.registry.models import RoomType
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import REFUSALS, NotPossible, writing
from minhbach.centre.regulation import closing
from minhbach.centre.regulation.calendar import KINDS, WORKED, shipped
from minhbach.centre.regulation.models import CalendarDay, Regulation, Supervision
from minhbach.centre.regulation.rules import parse
from minhbach.centre.words import Words

REFUSALS["calendar_day_once"] = Words(
    "Ngày này đã có trong lịch của đơn vị. Hãy bỏ dòng cũ trước.",
    "The unit's calendar has this day already. Take the old line back first.",
)
DAY_NAMED = Words("Hãy ghi tên ngày nghỉ hoặc lý do làm bù.", "Name the holiday, or why the day is worked.")
DAY_KIND = Words("Hãy chọn nghỉ lễ, nghỉ bù hoặc làm bù.", "Choose a holiday, a day off or a day worked instead.")
NOT_THERE = Words("Ngày này không còn trong lịch của đơn vị.", "This day is not in the unit's calendar any more.")


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


def add_day(
    actor: Actor, *, unit: UUID, day: datetime.date, kind: str, name: str, source: str = "", now: datetime.datetime
) -> CalendarDay:
    """A single day in the unit's calendar; without a source it stands there as not checked. Raises NotPossible.

    Where the unit's own people close a day that is not closed above, it lies ahead and has a source, and those above
    are told.
    """
    said, by, today = plain(name)[:120], plain(source)[:120], registry.day_of(now)
    if not said:
        raise NotPossible(DAY_NAMED, "name")
    if kind not in KINDS:
        raise NotPossible(DAY_KIND, "kind")
    own = kind != WORKED and closing.closes_own(actor, unit, today) and not closing.is_closed_above(unit, day, today)
    if own:
        closing.demand_ahead(day, by, today)
    with writing(actor, "calendar day added"):
        made = _put(actor, unit=unit, day=day, kind=kind, name=said, source=by, now=now)
        if own:
            closing.tell(made, now=now)
    return made


def _put(
    actor: Actor, *, unit: UUID, day: datetime.date, kind: str, name: str, source: str, now: datetime.datetime
) -> CalendarDay:
    return CalendarDay.objects.create(
        unit_id=unit, day=day, kind=kind, name=name, source=source, added_by_id=person_id_of(actor), added_at=now
    )


def withdraw_day(actor: Actor, *, unit: UUID, day: datetime.date, now: datetime.datetime) -> None:
    """The single day is none any more; the row stays. Raises NotPossible where it is not there, or where the unit's own
    people would close so a day of work that has come.
    """
    today = registry.day_of(now)
    standing = CalendarDay.objects.filter(unit=unit, day=day, withdrawn_at__isnull=True)
    if day <= today and standing.filter(kind=WORKED).exists() and closing.closes_own(actor, unit, today):
        raise NotPossible(closing.HAS_COME)
    if not standing.update(withdrawn_at=now, withdrawn_by=person_id_of(actor)):
        raise NotPossible(NOT_THERE)


def adopt_days(actor: Actor, *, unit: UUID, year: int, now: datetime.datetime) -> int:
    """Take over the days of the year as they ship with the product, but for those the unit has; how many came.

    The unit's own people take over what the law itself says and nobody above says otherwise: what the product is not
    sure of they enter by a decision.
    """
    today = registry.day_of(now)
    own = closing.closes_own(actor, unit, today)
    said_by = registry.units_above(unit, today) if own else [unit]
    rows = CalendarDay.objects.filter(unit__in=said_by, day__year=year, withdrawn_at__isnull=True)
    has = set(rows.values_list("day", flat=True))
    missing = [single for single in shipped(year) if single.day not in has and (single.sure or not own)]
    with writing(actor, "calendar days adopted"):
        for single in missing:
            # What the product is not sure of comes without a source, so that the page asks for one.
            source = single.source if single.sure else ""
            _put(actor, unit=unit, day=single.day, kind=single.kind, name=single.name, source=source, now=now)
    return len(missing)
