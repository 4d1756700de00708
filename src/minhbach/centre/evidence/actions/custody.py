"""Whose hands a package goes through once it is copied out: handed over, signed for, returned or destroyed.

Each once, in this order. Who may write it down stands in the regulation. A hand-over is of the package with the hash
that the system knows; the receiver signs on paper, and the photograph of the signed minutes is what counts as signed.
What is destroyed here is the centre's own copy of the package.
"""

import datetime
import logging
from collections.abc import Set
from uuid import UUID

from django.db import IntegrityError, transaction

from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.evidence.actions.building import package_path
from minhbach.centre.evidence.models import Custody, CustodyKind
from minhbach.centre.evidence.people import ExtractionRefused, demand
from minhbach.centre.evidence.stages import WITH_RECEIVER, Stage, item
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
NO_PHOTO = Words("Hãy chọn ảnh biên bản đã ký.", "Choose the photograph of the signed minutes.")


def hand_over(
    actor: Account, extraction: UUID, *, medium: str, document: str, note: str, now: datetime.datetime
) -> Custody:
    """The package goes into the receiver's hands, on that medium. Raises ExtractionRefused."""
    on = plain(medium)[:200]
    if not on:
        raise ExtractionRefused(SAY_MEDIUM)
    _demand_stage(actor, extraction, {Stage.BUILT}, now)
    # Each time it leaves the system is a row: without one there is nothing on the medium.
    if not item(extraction, now=now).is_copied:
        raise ExtractionRefused(NOT_COPIED)
    return _write(
        actor, extraction, CustodyKind.HANDED_OVER, {Stage.BUILT}, now, medium=on, document=document, note=note
    )


def sign_for(actor: Account, extraction: UUID, *, photo: bytes, note: str, now: datetime.datetime) -> Custody:
    """The receiver has signed: the photograph of the signed minutes. Raises ExtractionRefused."""
    _demand_stage(actor, extraction, {Stage.HANDED_OVER}, now)
    if not photo:
        raise ExtractionRefused(NO_PHOTO)
    try:
        paper = keep_photo(data=photo, title="Biên bản bàn giao đã ký", person_id=actor.person_id, now=now)
    except PhotoRefused as refusal:
        raise ExtractionRefused(refusal.words) from None
    return _write(actor, extraction, CustodyKind.SIGNED, {Stage.HANDED_OVER}, now, note=note, paper=paper)


def close(
    actor: Account, extraction: UUID, *, destroyed: bool, document: str, note: str, now: datetime.datetime
) -> Custody:
    """The receiver gave it back, or it was destroyed, by this paper. Raises ExtractionRefused."""
    if not plain(document):
        raise ExtractionRefused(SAY_DOCUMENT)
    kind = CustodyKind.DESTROYED if destroyed else CustodyKind.RETURNED
    made = _write(actor, extraction, kind, WITH_RECEIVER, now, document=document, note=note)
    # The row first: a file that goes before its entry would be a loss without a cause.
    try:
        package_path(extraction).unlink(missing_ok=True)
    except OSError:  # what was written down stands; the worker tries again (`packing.left_over`)
        _LOGGER.exception("the package of %s, which is over, still lies there", extraction)
    return made


def _demand_stage(actor: Account, extraction: UUID, stages: Set[Stage], now: datetime.datetime) -> None:
    found = item(extraction, now=now)
    demand(actor, Right.HAND_OVER, found.extraction.room_id, now=now)
    if found.stage not in stages:
        raise ExtractionRefused(NOT_NOW)


def _write(
    actor: Account, extraction: UUID, kind: CustodyKind, stages: Set[Stage], now: datetime.datetime, **said: object
) -> Custody:
    _demand_stage(actor, extraction, stages, now)
    texts = {name: plain(value)[:most] for name, most in (("document", 200), ("note", 300)) if isinstance(value := said.get(name), str)}  # fmt: skip # noqa: E501
    try:
        with transaction.atomic():
            made = Custody.objects.create(
                extraction_id=extraction, kind=kind, at=now, by_id=actor.person_id, **{**said, **texts}
            )
            record(actor, f"extraction_{kind}", now=now, about=("extraction", extraction))
    except IntegrityError:  # pressed twice, or somebody else was first
        raise ExtractionRefused(NOT_NOW) from None
    return made
