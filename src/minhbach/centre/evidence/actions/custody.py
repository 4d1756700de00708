"""Whose hands a package goes through once it is copied out: handed over, signed for, returned or destroyed.

Each once, in this order; what nobody came for or signed for may be destroyed too. Who may write it down stands in the
regulation. A hand-over is of the package with the hash that the system knows; the receiver signs on paper, and the
photograph of the signed minutes is what counts as signed. What is destroyed here is the centre's own copy of the
package; of a copy that a citizen signed for it goes at once, as nobody needs it any more.
"""

import datetime
import logging
from collections.abc import Set
from uuid import UUID

from django.db import IntegrityError, transaction

from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.evidence.actions.building import one_step_at_a_time, package_path
from minhbach.centre.evidence.models import Custody, CustodyKind
from minhbach.centre.evidence.people import ExtractionRefused, demand
from minhbach.centre.evidence.stages import TO_HAND_OVER, TO_SIGN, UNSIGNED, WITH_RECEIVER, Item, Stage, item
from minhbach.centre.messaging.actions import Link, send
from minhbach.centre.papers.actions import keep_photo
from minhbach.centre.papers.photo import PhotoRefused
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

_LOGGER = logging.getLogger(__name__)

NOT_NOW = Words("Việc này đã được ghi, hoặc chưa đến lượt.", "This was written down before, or its turn has not come.")
SAY_MEDIUM = Words(
    "Hãy ghi vật chứa, ví dụ «USB Kingston 32 GB, số 0417».",
    "Say what it lies on, for example a disk and its number.",
)
NOT_COPIED = Words(
    "Gói chưa được chép ra nên chưa bàn giao được. Trước hết kỹ thuật viên chép gói ra vật chứa ở trang này, "
    "mục «Gói dữ liệu».",
    "The package was never copied out, so it cannot be handed over. First the technician copies it out on this page, "
    "under «The package».",
)
SAY_DOCUMENT = Words("Hãy ghi số biên bản hoặc văn bản.", "Say the number of the minutes or the paper.")
SAY_WHY = Words(
    "Chưa có biên bản ký nhận: hãy ghi vì sao kết thúc, ví dụ người nhận không đến.",
    "Nobody has signed for it: say why it ends, for example that the receiver did not come.",
)
DESTROYED = Words(
    "Gói trích xuất số {number} đã được ghi tiêu hủy khi chưa có biên bản ký nhận: {why}",
    "The package of extraction {number} was written down as destroyed before anybody signed for it: {why}",
)
RETURNED = Words(
    "Gói trích xuất số {number} đã được ghi trả lại khi chưa có biên bản ký nhận: {why}",
    "The package of extraction {number} was written down as returned before anybody signed for it: {why}",
)
NO_PHOTO = Words("Hãy chọn ảnh biên bản đã ký.", "Choose the photograph of the signed minutes.")


def hand_over(
    actor: Account, extraction: UUID, *, medium: str, document: str, note: str, now: datetime.datetime
) -> Custody:
    """The package goes into the receiver's hands, on that medium. Raises ExtractionRefused."""
    on = plain(medium)[:200]
    if not on:
        raise ExtractionRefused(SAY_MEDIUM)
    # Each time it leaves the system is a row: without one there is nothing on the medium.
    if not _demand_stage(actor, extraction, TO_HAND_OVER, now).is_copied:
        raise ExtractionRefused(NOT_COPIED)
    return _write(
        actor, extraction, CustodyKind.HANDED_OVER, TO_HAND_OVER, now, medium=on, document=document, note=note
    )


def sign_for(actor: Account, extraction: UUID, *, photo: bytes, note: str, now: datetime.datetime) -> Custody:
    """The receiver has signed: the photograph of the signed minutes. Raises ExtractionRefused.

    A citizen's own copy then lies with them, and at the centre no more.
    """
    found = _demand_stage(actor, extraction, TO_SIGN, now)
    if not photo:
        raise ExtractionRefused(NO_PHOTO)
    try:
        paper = keep_photo(data=photo, title="Biên bản bàn giao đã ký", person_id=actor.person_id, now=now)
    except PhotoRefused as refusal:
        raise ExtractionRefused(refusal.words) from None
    made = _write(actor, extraction, CustodyKind.SIGNED, TO_SIGN, now, note=note, paper=paper)
    if found.is_own_copy:
        _take_away(extraction)
    return made


def close(
    actor: Account, extraction: UUID, *, destroyed: bool, document: str, note: str, now: datetime.datetime
) -> Custody:
    """The receiver gave it back, or it was destroyed, by this paper. Raises ExtractionRefused.

    Where nobody has signed for it the note says why; whoever asked for it and approved it is told.
    """
    if not plain(document):
        raise ExtractionRefused(SAY_DOCUMENT)
    stages = WITH_RECEIVER | (UNSIGNED if destroyed else TO_SIGN)
    found = _demand_stage(actor, extraction, stages, now)
    if found.stage in UNSIGNED and not plain(note):
        raise ExtractionRefused(SAY_WHY)
    kind = CustodyKind.DESTROYED if destroyed else CustodyKind.RETURNED
    # Signed for in this moment it is another matter: nobody is told of what was not so.
    seen = UNSIGNED if found.stage in UNSIGNED else WITH_RECEIVER
    with transaction.atomic():
        made = _write(actor, extraction, kind, stages & seen, now, document=document, note=note)
        if found.stage in UNSIGNED:
            _tell(found, DESTROYED if destroyed else RETURNED, made, now)
    _take_away(extraction)
    return made


def _take_away(extraction: UUID) -> None:
    """After its row: a file that goes before its entry would be a loss without a cause."""
    try:
        package_path(extraction).unlink(missing_ok=True)
    except OSError:  # what was written down stands; the worker tries again (`leavings.left_over`)
        _LOGGER.exception("the package of %s, which is over, still lies there", extraction)


def _tell(found: Item, words: Words, made: Custody, now: datetime.datetime) -> None:
    """One person alone ends what two agreed to: they read it, and who asked."""
    to = {found.extraction.requested_by_id, *(each.approver_id for each in found.counting)} - {made.by_id}
    said = words.fill(number=str(found.extraction), why=made.note)
    send(to=sorted(to), kind="extraction", words=said, link=Link("extraction", str(found.extraction.id)), now=now)


def _demand_stage(actor: Account, extraction: UUID, stages: Set[Stage], now: datetime.datetime) -> Item:
    found = item(extraction, now=now)
    demand(actor, Right.HAND_OVER, found.extraction.room_id, now=now)
    if found.stage not in stages:
        raise ExtractionRefused(NOT_NOW)
    return found


def _write(
    actor: Account, extraction: UUID, kind: CustodyKind, stages: Set[Stage], now: datetime.datetime, **said: object
) -> Custody:
    _demand_stage(actor, extraction, stages, now)
    texts = {name: plain(value)[:most] for name, most in (("document", 200), ("note", 300)) if isinstance(value := said.get(name), str)}  # fmt: skip # noqa: E501
    try:
        with transaction.atomic():
            # Handed over and destroyed at once, neither would see the other.
            one_step_at_a_time(extraction)
            found = item(extraction, now=now)
            if found.stage not in stages:
                raise ExtractionRefused(NOT_NOW)
            made = Custody.objects.create(
                extraction_id=extraction, kind=kind, at=now, by_id=actor.person_id, **{**said, **texts}
            )
            record(actor, f"extraction_{kind}", now=now, about=("extraction", extraction))
            if kind is CustodyKind.SIGNED and found.is_own_copy:
                # By this row it also goes again after a restoration (`erased_again`).
                record(actor, "package_erased", now=now, about=("extraction", extraction))
    except IntegrityError:  # pressed twice, or somebody else was first
        raise ExtractionRefused(NOT_NOW) from None
    return made
