"""JSON of the keys that sign a recorder's logs: which are known, since when, and replacing the one in force."""

import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from minhbach.centre.access.api import pair
from minhbach.centre.footage.actions import log_keys
from minhbach.centre.footage.models import KeyOrder, LogKey
from minhbach.centre.registry.models import Recorder
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words.shapes import Pair

router = Router(tags=["registry"])


class KeyTold(Schema):
    """A key that the centre trusts, as the court's copy of the keys writes it; `in_force`: the one trusted last."""

    vkey: str
    reason: str
    trusted_at: datetime.datetime
    in_force: bool


class OrderTold(Schema):
    """The order to replace a key, as far as it has come; `refused` in the recorder's own words, empty if it was not."""

    key: str
    reason: str
    asked_at: datetime.datetime
    taken_at: datetime.datetime | None
    refused: Pair


class Keys(Schema):
    """The keys, newest first, and the order that is on its way."""

    keys: list[KeyTold]
    order: OrderTold | None


class NewOrder(Schema):
    """Why the key is replaced."""

    reason: Annotated[str, Field(min_length=1, max_length=300)]


@router.get("/recorders/{uuid:recorder}/keys", response=Keys, summary="Keys that sign a recorder's logs")
def keys(request: HttpRequest, recorder: UUID) -> dict[str, object]:
    """None before the recorder's first log has come."""
    row = get_object_or_404(Recorder, id=recorder)
    known = list(LogKey.objects.filter(recorder=row).order_by("-trusted_at", "-id"))
    order = KeyOrder.objects.filter(recorder=row).first()
    told = [
        {"vkey": key.vkey, "reason": key.reason, "trusted_at": key.trusted_at, "in_force": key is known[0]}
        for key in known
    ]
    return {"keys": told, "order": order and _told(order)}


@router.post("/recorders/{uuid:recorder}/keys/order", response={200: OrderTold, 409: Pair}, summary="Order another key")
def replace(request: HttpRequest, recorder: UUID, new: NewOrder) -> Status[object]:
    """Done only when the recorder's proven log names the new key; one order at a time."""
    actor, now = request.user, request.now  # type: ignore[attr-defined]  # the guard's
    get_object_or_404(Recorder, id=recorder)
    try:
        return Status(200, _told(log_keys.ask_new_key(actor, recorder, reason=new.reason, now=now)))  # type: ignore[arg-type]
    except NotPossible as refused:
        return Status(409, pair(refused.words))


@router.delete("/recorders/{uuid:recorder}/keys/order", response={204: None, 409: Pair}, summary="Take the order back")
def keep(request: HttpRequest, recorder: UUID) -> Status[object]:
    """As long as the recorder has not got it."""
    actor, now = request.user, request.now  # type: ignore[attr-defined]  # the guard's
    try:
        log_keys.withdraw_key_order(actor, recorder, now=now)  # type: ignore[arg-type]
    except NotPossible as refused:
        return Status(409, pair(refused.words))
    return Status(204, None)


def _told(order: KeyOrder) -> dict[str, object]:
    return {
        "key": order.key, "reason": order.reason, "asked_at": order.asked_at, "taken_at": order.taken_at,
        "refused": {"vi": order.refused_vi, "en": order.refused_en},
    }  # fmt: skip
