"""Purposes: asked once, good for some minutes, renewable up to a limit. Footage is used only for the purpose said.

PurposeRefused    the sentence for the page
"""

import datetime
import re
from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.judging import CONFIRM_FIRST, judge
from minhbach.centre.access.models import Account, Purpose
from minhbach.centre.access.places import Place, places_of_rooms
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Room
from minhbach.centre.registry.vietnamese import plain, search_key
from minhbach.centre.regulation import reading as regulation
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Times
from minhbach.centre.words import Words

TOO_SHORT = Words("Hãy ghi rõ mục đích, ít nhất 5 ký tự.", "Say what it is for, in at least 5 characters.")
NO_ROOM = Words("Hãy chọn phòng mà mục đích này liên quan.", "Choose the rooms this is about.")
NO_RULES = Words(
    "Chưa có quy chế có hiệu lực cho phòng này.", "No regulation is in force for this room, so nothing is allowed."
)
OVER = Words(
    "Mục đích này đã hết thời gian cho phép. Hãy ghi mục đích mới nếu còn cần xem.",
    "This purpose has come to its end. Say a new one if you still need to watch.",
)
MOST_ROOMS = 100
WATCHING = (Right.LIVE, Right.PLAYBACK)


class PurposeRefused(Exception):
    """No purpose was opened or renewed; `words` says why."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@transaction.atomic
def open_purpose(
    actor: Account, *, text: str, reference: str, rooms: Collection[UUID], now: datetime.datetime
) -> Purpose:
    """Say what footage of these rooms is needed for. Raises PurposeRefused, of a room that the asker may not watch with
    the very words for one that is not there: a purpose is no way to learn which rooms exist.
    """
    said, given = plain(text)[:300], plain(reference)[:120]
    if not re.fullmatch(r"\S.{3,}\S", said):
        raise PurposeRefused(TOO_SHORT)
    places = _places(rooms, now)
    standing = standing_of(actor, now=now)
    if standing.overdue:
        raise PurposeRefused(CONFIRM_FIRST)
    if not all(any(judge(standing, right, place).allowed for right in WATCHING) for place in places):
        raise PurposeRefused(NO_ROOM)
    times = _strictest(places, now)
    begun = Purpose.objects.create(
        account=actor,
        text=said,
        reference=given,
        search_key=search_key(f"{said} {given}")[:430],
        begun_at=now,
        until=now + datetime.timedelta(minutes=times.purpose_minutes),
        longest_until=now + datetime.timedelta(minutes=times.purpose_longest_minutes),
    )
    begun.rooms.set(Room.objects.filter(id__in=rooms))
    return begun


def _places(rooms: Collection[UUID], now: datetime.datetime) -> list[Place]:
    places = places_of_rooms(rooms, now) if 0 < len(rooms) <= MOST_ROOMS else {}
    if not places or set(rooms) - set(places):
        raise PurposeRefused(NO_ROOM)
    return list(places.values())


def _strictest(places: Collection[Place], now: datetime.datetime) -> Times:
    """The times of the regulation with the shortest purposes among those of these rooms."""
    found = [regulation.rules_for(place.path, registry.day_of(now)) for place in places]
    times = [rules.times for rules in found if rules is not None]
    if len(times) < len(found):
        raise PurposeRefused(NO_RULES)
    return min(times, key=lambda each: each.purpose_minutes)


def renew_purpose(actor: Account, purpose: UUID, *, now: datetime.datetime) -> Purpose:
    """As many minutes again from now, up to its limit. Raises PurposeRefused, also for somebody else's."""
    row = Purpose.objects.filter(id=purpose, account=actor).first()
    if row is None or row.closed_at is not None or now >= row.longest_until:
        raise PurposeRefused(OVER)
    length = _strictest(_places([room.id for room in row.rooms.all()], now), now).purpose_minutes
    row.until = min(now + datetime.timedelta(minutes=length), row.longest_until)
    # Another page of the same person may have closed it in this moment.
    if not Purpose.objects.filter(id=row.id, closed_at__isnull=True).update(until=row.until):
        raise PurposeRefused(OVER)
    return row


def close_purpose(actor: Account, purpose: UUID, *, now: datetime.datetime) -> None:
    """It is done; what is watched under it stops with the next lease."""
    Purpose.objects.filter(id=purpose, account=actor, closed_at__isnull=True).update(closed_at=now)
