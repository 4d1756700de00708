"""Somebody confirms that they have read a version that binds them, or will from its day on."""

import datetime
from uuid import UUID

from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.writing import NotPossible, writing
from minhbach.centre.regulation.models import Acknowledgement, Regulation
from minhbach.centre.regulation.reading import binds
from minhbach.centre.words import Words

NOT_BOUND = Words(
    "Phiên bản này không áp dụng cho bạn hoặc đã hết hiệu lực.",
    "This version does not bind you, or is not in force any more.",
)
ANOTHER_TEXT = Words(
    "Nội dung bạn vừa đọc không phải nội dung đang thi hành. Hãy mở lại trang, đọc rồi xác nhận.",
    "What you read is not what is enforced. Open the page again, read it, then confirm.",
)
TICK = Words("Hãy đánh dấu rằng bạn đã đọc.", "Tick that you have read it.")


def confirm(actor: Account, version: UUID, *, digest: str, read: bool, now: datetime.datetime) -> Acknowledgement:
    """The person has read the text with that hash. Once confirmed it stays so: again changes nothing. NotPossible."""
    row = Regulation.objects.get(id=version)
    if not read:
        raise NotPossible(TICK, "read")
    if digest != row.digest:
        raise NotPossible(ANOTHER_TEXT)
    if not binds(row, actor.person_id, registry.day_of(now)):
        raise NotPossible(NOT_BOUND)
    with writing(actor.person, "regulation confirmed"):
        found, is_new = Acknowledgement.objects.get_or_create(
            regulation=row, person_id=actor.person_id, defaults={"digest": digest, "at": now}
        )
        if is_new:
            record(actor, "regulation_confirmed", now=now, about=("regulation", version), details={"digest": digest})
    return found
