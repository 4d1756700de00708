"""The keys of the recorders' logs: ordering that one is replaced, and what came of it.

Owns the order (`KeyOrder`) from who asked to the entry in which the recorder's own log names another key; both ends are
rows of the audit log. Promises that nothing but that entry ends an order as done, and that an order that is sent again
replaces nothing twice. Leaves making keys to the recorder and trusting them to `indexing`.
"""

import datetime
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.footage.models import KeyOrder, LogKey
from minhbach.centre.registry.models import Recorder
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.words import Words
from minhbach.ledger.entry import Entry

AGAIN = datetime.timedelta(minutes=1)
"""A recorder that does not answer is asked again; what it took, it will do, also after a power cut."""
RETIRED = Words("Đầu ghi này đã ngừng sử dụng.", "This recorder has been retired.")
NO_KEY = Words(
    "Trung tâm chưa nhận nhật ký nào của đầu ghi này nên chưa biết khóa nào.",
    "The centre has taken in no log of this recorder yet, so it knows no key.",
)
NO_REASON = Words("Hãy ghi lý do thay khóa.", "Say why the key is replaced.")
ASKED = Words(
    "Lệnh thay khóa đã có và đang chờ đầu ghi.", "The key is to be replaced already; the recorder is awaited."
)
NOT_ASKED = Words("Không còn lệnh thay khóa nào đang chờ.", "No order to replace the key is waiting any more.")
TAKEN = Words(
    "Đầu ghi đã nhận lệnh và sẽ thay khóa; không bỏ lệnh được nữa.",
    "The recorder has the order and will replace the key; it cannot be taken back.",
)


def newest_key(recorder: UUID) -> LogKey | None:
    """The key that was trusted last: the one in force as far as the centre knows."""
    return LogKey.objects.filter(recorder=recorder).order_by("-trusted_at", "-id").first()


def ask_new_key(actor: Account, recorder: UUID, *, reason: str, now: datetime.datetime) -> KeyOrder:
    """Order it; sent as soon as the recorder is there. Raises NotPossible."""
    said = plain(reason)[:300]
    if not said:
        raise NotPossible(NO_REASON, "reason")
    with transaction.atomic():
        if Recorder.objects.select_for_update().get(pk=recorder).retired_at is not None:
            raise NotPossible(RETIRED)
        key = newest_key(recorder)
        if key is None:
            raise NotPossible(NO_KEY)
        if KeyOrder.objects.filter(recorder=recorder, refused_en="").exists():
            raise NotPossible(ASKED)
        KeyOrder.objects.filter(recorder=recorder).delete()
        details = {"key": key.vkey, "reason": said}
        record(actor, "recorder_key_asked", now=now, about=("recorder", recorder), details=details)
        return KeyOrder.objects.create(
            recorder_id=recorder, key=key.vkey, reason=said, asked_by_id=actor.person_id, asked_at=now
        )


def withdraw_key_order(actor: Account, recorder: UUID, *, now: datetime.datetime) -> None:
    """Take it back, as long as the recorder has not got it. Raises NotPossible."""
    with transaction.atomic():
        if KeyOrder.objects.filter(recorder=recorder, taken_at__isnull=False).exists():
            raise NotPossible(TAKEN)
        gone, _ = KeyOrder.objects.filter(recorder=recorder, taken_at__isnull=True).delete()
        if not gone:
            raise NotPossible(NOT_ASKED)
        record(actor, "recorder_key_kept", now=now, about=("recorder", recorder))


def due_key_order(recorder: UUID, *, now: datetime.datetime) -> KeyOrder | None:
    """The order that the recorder is to hear now; it is not due again for a while."""
    waits = Q(tried_at__isnull=True) | Q(tried_at__lt=now - AGAIN)
    found = KeyOrder.objects.filter(waits, recorder=recorder, refused_en="").first()
    if found is not None:
        KeyOrder.objects.filter(pk=recorder).update(tried_at=now)
    return found


def take_entries(recorder: UUID, entries: Sequence[tuple[int, Entry]], *, now: datetime.datetime) -> None:
    """What a recorder's proven log says about its key. Idempotent."""
    for index, entry in entries:
        if entry["kind"] != "key_rotated":
            continue
        order = KeyOrder.objects.filter(recorder=recorder).exclude(key=entry["key"]).first()
        # Entries of long ago come again where the index is made anew; they answer no order of today.
        fresh = order and LogKey.objects.filter(vkey=entry["key"], trusted_at__gte=order.asked_at).exists()
        if order is not None and fresh and order.delete()[0]:
            details = {"old": order.key, "new": entry["key"], "entry": index}
            record("worker", "recorder_key_replaced", now=now, about=("recorder", recorder), details=details)
