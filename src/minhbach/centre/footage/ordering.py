"""What each recorder shall do, told to it until it has done it: its configuration, its holds,
and that it sign with another key.

Owns what a configuration says (cameras switched on, with the retention of the rules in force for their unit and the
hours in which sound may be kept by these rules and the unit's calendar), that an order is signed with the lease key and
is a row before it is sent, and that a recorder which was away is asked again when it is back. Promises that the same
order sent twice does nothing twice. Leaves deciding who may order to `actions`.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.db.models import Q

from minhbach.centre.fabric.client import Client, FabricError, Refused
from minhbach.centre.footage.actions.log_keys import due_key_order
from minhbach.centre.footage.collecting import Collector
from minhbach.centre.footage.models import Hold, KeyOrder, RecorderLine, SentConfiguration
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Acceptance, Camera, Medium, Recorder, RoomType
from minhbach.centre.regulation.calendar import Calendar
from minhbach.centre.regulation.reading import laws_of
from minhbach.centre.regulation.rules import Times
from minhbach.ledger.entry import Entry
from minhbach.protocol import codec, hours, signed, subjects
from minhbach.protocol.messages import (
    CONFIGURE,
    HOLD,
    REKEY,
    CameraOrder,
    Configuration,
    HoldOrder,
    RekeyOrder,
    Token,
)

_LOGGER = logging.getLogger(__name__)

LOOK_S = 3.0
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
STREAM = "main"
#: A recorder with software of before refuses a configuration that speaks of hours; it is told the rest.
KNOWS_HOURS = (0, 2)
_VIETNAM_AHEAD_MINUTES = 7 * 60
_VERSION = re.compile(r"(\d{1,6})\.(\d{1,6})\.")


class Ordering:
    """One pass over all connected recorders every few seconds."""

    def __init__(
        self, client: Client, collector: Collector, key: Ed25519PrivateKey, now: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._collector = collector
        self._key = key
        self._now = now

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            for recorder in list(self._collector.connected):
                await self._guarded(recorder, self._configure)
                await self._guarded(recorder, self._hold)
                await self._guarded(recorder, self._rekey)
            await asyncio.sleep(LOOK_S)

    async def _guarded(self, recorder: UUID, work: Callable[[UUID], Awaitable[None]]) -> None:
        try:
            await work(recorder)
        except FabricError as error:
            _LOGGER.info("recorder %s: %s", recorder, error)
        except Exception:
            _LOGGER.exception("recorder %s: an error of our own while ordering", recorder)

    async def _configure(self, recorder: UUID) -> None:
        sent = await self._collector.do(due_configuration, recorder, self._key, now=self._now())
        if sent is None:
            return
        with contextlib.suppress(Refused):
            await self._order(recorder, subjects.CONFIGURE, sent, sent.token)

    async def _hold(self, recorder: UUID) -> None:
        for hold in await self._collector.do(due_holds, recorder):
            with contextlib.suppress(Refused):
                token = hold_token(hold, self._key)
                await self._order(recorder, subjects.HOLD, hold, token)

    async def _rekey(self, recorder: UUID) -> None:
        order = await self._collector.do(due_key_order, recorder, now=self._now())
        if order is None:
            return
        with contextlib.suppress(Refused):
            document = RekeyOrder(str(recorder), order.key)
            await self._order(recorder, subjects.REKEY, order, signed.sign(REKEY, document, self._key))

    async def _order(self, recorder: UUID, verb: str, row: SentConfiguration | Hold | KeyOrder, token: str) -> None:
        """Send an order; its row keeps that it was taken, or the recorder's words when it was refused.

        Of a hold no answer says that it is placed, only its entry in the proven log (`take_entries`): whoever stole an
        enrolment could answer for the recorder, and nothing would be held.
        """
        try:
            await self._client.order(str(recorder), verb, Token(token), 10.0)
        except Refused as refused:
            words = {"refused_vi": refused.vi, "refused_en": refused.en}
            await self._collector.do(_note, row, **words)
            raise
        if not isinstance(row, Hold):
            await self._collector.do(_note, row, refused_vi="", refused_en="", taken_at=self._now())


def desired(recorder: UUID, now: datetime) -> tuple[CameraOrder, ...]:
    """What the recorder shall record, by the registry and the rules in force for each camera's unit today."""
    networks = tuple(Recorder.objects.values_list("networks", flat=True).get(pk=recorder))
    cameras = list(registry.cameras_to_record(recorder, now).select_related("room").order_by("name"))
    views, day = _views(recorder), now.astimezone(VIETNAM).date()
    holders = registry.holders_on({camera.room_id for camera in cameras}, day)
    laws, knows_hours = laws_of(set(holders.values()), day), _knows_hours(recorder)
    orders = []
    for camera in cameras:
        holder = holders.get(camera.room_id)
        law = laws[holder] if holder is not None else None
        if law is None or law.rules is None:
            # Nobody may guess how long to keep.
            _LOGGER.error("camera %s is not recorded: no regulation is in force for its room on %s", camera.pk, day)
            continue
        times = law.rules.times
        kept = sound_hours(law.calendar, times, day) if camera.has_sound and knows_hours else None
        orders.append(_order_of(camera, networks, times, views.get(camera.pk, ""), kept))
    return tuple(orders)


def sound_hours(calendar: Calendar, times: Times, day: date) -> hours.SoundHours:
    """When sound may be kept from that day on: office hours, with the margin of the rules on both sides of each part.

    No margin reaches into another day, where the office may be closed. Of single days the nearest go along: a recorder
    whose line is cut keeps to the last table that it has.
    """
    margin = times.sound_margin_minutes
    parts = [(_minutes(begin) - margin, _minutes(end) + margin) for begin, end in calendar.hours.spans]
    spans = [hours.Span(max(begin, 0), min(end, hours.DAY_MINUTES)) for begin, end in sorted(parts)]
    weekdays = calendar.hours.weekdays
    ahead = sorted(each for each in calendar.days if each >= day)
    others = [each for each in ahead if calendar.works_on(each) != (each.isoweekday() in weekdays)]
    return hours.SoundHours(
        ahead_minutes=_VIETNAM_AHEAD_MINUTES,
        weekdays=tuple(sorted(set(weekdays))),
        spans=tuple(dict.fromkeys(span for span in spans if span.begin < span.end))[: hours.MOST_SPANS],
        others=tuple(hours.day_number(each.toordinal()) for each in others[: hours.MOST_OTHERS]),
    )


def due_configuration(recorder: UUID, key: Ed25519PrivateKey, *, now: datetime) -> SentConfiguration | None:
    """The configuration that the recorder has not taken yet: a new one where something changed; None when all is told.

    A recorder that never had a camera is told nothing.
    """
    cameras = desired(recorder, now)
    digest = hashlib.sha256(b"\n".join(map(codec.encode, cameras))).hexdigest()
    with transaction.atomic():
        Recorder.objects.select_for_update().get(pk=recorder)
        newest = SentConfiguration.objects.filter(recorder=recorder).first()
        if newest is not None and newest.digest == digest:
            return None if newest.taken_at or newest.refused_en else newest
        if newest is None and not cameras:
            return None
        serial = newest.serial + 1 if newest else 1
        document = Configuration(str(recorder), serial, round(now.timestamp() * 1_000_000), cameras)
        return SentConfiguration.objects.create(
            recorder_id=recorder,
            serial=serial,
            digest=digest,
            token=signed.sign(CONFIGURE, document, key),
            issued_at=now,
        )


def due_holds(recorder: UUID) -> list[Hold]:
    """Holds that the recorder has not placed or not released yet, oldest first; what it refused is not asked again.

    One that was let go before its log had it is placed all the same, then released: the recorder may know it, its
    answer being lost, and of a release of what it never held no log says anything.
    """
    waits = Q(placed_at__isnull=True) | Q(release_asked_at__isnull=False, released_at__isnull=True)
    return list(Hold.objects.filter(waits, recorder=recorder, refused_en="").order_by("asked_at"))


def take_entries(recorder: UUID, entries: Sequence[tuple[int, Entry]], *, now: datetime) -> None:
    """What a recorder's proven log says about the holds it was ordered to place or to release. Idempotent."""
    for index, entry in entries:
        if entry["kind"] not in ("hold", "hold_released"):
            continue
        mine = Hold.objects.filter(recorder=recorder, pk=entry["hold"])
        if entry["kind"] == "hold_released":
            mine.filter(release_asked_at__isnull=False, released_at__isnull=True).update(released_at=now)
        else:
            same = {name: entry[name] for name in ("camera", "stream", "begin_us", "end_us", "commitment")}
            mine.filter(placed_at__isnull=True, **same).update(placed_at=now, placed_index=index)


def hold_token(hold: Hold, key: Ed25519PrivateKey) -> str:
    """The signed order for a hold as it stands."""
    return signed.sign(
        HOLD,
        HoldOrder(
            recorder=str(hold.recorder_id),
            hold=str(hold.pk),
            action="release" if hold.release_asked_at and hold.placed_at else "place",
            camera=hold.camera,
            stream=hold.stream,
            begin_us=hold.begin_us,
            end_us=hold.end_us,
            commitment=hold.commitment,
        ),
        key,
    )


def _knows_hours(recorder: UUID) -> bool:
    """Whether the software that the recorder said last understands hours of sound."""
    software = RecorderLine.objects.filter(recorder=recorder).values_list("software", flat=True).first()
    said = _VERSION.match(software or "")
    return said is not None and (int(said[1]), int(said[2])) >= KNOWS_HOURS


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _views(recorder: UUID) -> dict[UUID, str]:
    """By camera: the newest picture that was accepted. Where it changes, the camera may look another way now."""
    accepted = Acceptance.objects.filter(camera__recorder=recorder, medium=Medium.PICTURE, passed=True)
    newest = accepted.order_by("camera", "-accepted_at", "-id").distinct("camera")
    return {camera: str(acceptance) for camera, acceptance in newest.values_list("camera", "id")}


def _order_of(
    camera: Camera, networks: tuple[str, ...], times: Times, view: str, kept: hours.SoundHours | None
) -> CameraOrder:
    one_stop = camera.room.room_type == RoomType.ONE_STOP
    days = times.retention_one_stop_days if one_stop else times.retention_reception_room_days
    least = times.retention_one_stop_minimum_days if one_stop else times.retention_reception_room_minimum_days
    return CameraOrder(
        name=camera.name,
        stream=STREAM,
        address=camera.address,
        credentials=camera.sealed_credentials,
        sound="with_picture" if camera.has_sound else "none",
        networks=networks,
        tls_fingerprint=camera.tls_fingerprint,
        picture_days=days,
        sound_days=days,
        minimum_days=least,
        intent_lead_hours=times.deletion_intent_hours,
        sub_address=camera.sub_address,
        view=view,
        sound_hours=kept,
    )


def _note(row: SentConfiguration | Hold | KeyOrder, **values: Any) -> None:
    type(row).objects.filter(pk=row.pk).update(**values)
