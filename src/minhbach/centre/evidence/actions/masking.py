"""Covering people in a masked copy: one decides what is covered, another one accepts what was made of it.

Whoever asked may draw; whoever approves extractions there reviews, never their own drawing nor their own counter. The
worker makes the copy in between. Who accepts was given the whole of every copy first and signs exactly these, with a
key or with password and code, as an approver does; a court reads that in the package. Who may is asked at each step,
and everything is written down. A copy is given some seconds at a time, no faster than it is watched: before somebody
has reviewed it, it covers no more than its drawer chose to cover.
"""

import datetime
import math
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet

from minhbach.centre.access.models import Account, AuditRow
from minhbach.centre.access.recording import record
from minhbach.centre.evidence.actions.approving import (
    CHANGED_SINCE,
    ByCode,
    ByKey,
    demand_fresh,
    proved,
    statement_by,
)
from minhbach.centre.evidence.actions.building import package_path
from minhbach.centre.evidence.copies.decisions import Decided, DecisionsMalformed, digest, keeps_voice, read, written
from minhbach.centre.evidence.copies.working import masked_copies
from minhbach.centre.evidence.duties import reviewers_left
from minhbach.centre.evidence.models import Build, CopyKind, MaskRound
from minhbach.centre.evidence.people import (
    ExtractionRefused,
    demand,
    demand_not_concerned,
    demand_open,
    post_of,
)
from minhbach.centre.evidence.scope import LONGEST_MASKED_US, named
from minhbach.centre.evidence.stages import Item, Stage, item
from minhbach.centre.messaging.actions import Link, both, send
from minhbach.centre.registry.models import Assignment
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.ledger.approval import Review
from minhbach.ledger.manifest import copies_hash
from minhbach.ledger.scope import read as read_scope

NOT_MASKING = Words(
    "Đề nghị này không có bản sao đang chờ che hình.", "This extraction has no copy that waits for covers."
)
OWN = Words(
    "Người vẽ vùng che không tự kiểm duyệt bản của mình; phải là người khác.",
    "Whoever drew the covers does not review them; somebody else has to.",
)
NOT_MADE = Words("Bản sao này chưa lập xong hoặc đã được kiểm duyệt.", "This copy is not made yet, or was reviewed.")
KEPT_VOICE = Words(
    "Bản sao đã che không giữ nguyên giọng nói; hãy tắt tiếng hoặc biến giọng.",
    "A masked copy keeps no voice as it was; silence it or distort it.",
)
BUSY = Words("Bản sao trước còn đang lập; hãy đợi.", "The copy before is still being made; wait.")
SAY_WHY = Words("Hãy ghi phần nào còn phải che.", "Say what is still to be covered.")
NOT_SEEN = Words(
    "Bạn chưa xem hết bản sao đã che của: {cameras}. Hãy xem hết bản sao của từng camera rồi mới ký.",
    "You have not watched all of the masked copy of: {cameras}. Watch the whole copy of each camera before you sign.",
)
NOT_SO_FAST = Words(
    "Bản sao được phát theo tốc độ xem, không lấy trước được. Hãy đợi {n} giây.",
    "The copy comes as fast as it is watched, and no faster. Wait {n} seconds.",
)
NOT_HEARD = Words(
    "Bản sao này có tiếng mà bạn không có quyền nghe âm thanh ở đây trong thời gian đó, nên không được phát cho bạn. "
    "Hãy để người có quyền nghe xem bản sao, hoặc lập lại bản sao tắt hết tiếng.",
    "This copy has sound, and you may not hear sound here at that time, so it is not played to you. Leave it to "
    "somebody who may hear it, or have the copy made without sound.",
)
TO_REVIEW = Words(
    "Bản sao đã che của trích xuất số {number} chờ người thứ hai kiểm duyệt.",
    "The masked copy of extraction {number} waits for a second person to review it.",
)
NOBODY_LEFT = Words(
    "Bản sao đã che của trích xuất số {number} đã lập xong nhưng chưa có ai kiểm duyệt được: người có quyền phê duyệt "
    "là chính người vẽ hoặc được phân công ở quầy của phòng này trong thời gian đó. Cần giao quyền cho người khác.",
    "The masked copy of extraction {number} is made, and nobody can review it: whoever may approve drew it, or was "
    "assigned to a counter of this room at that time. Somebody else has to be appointed.",
)
SENT_BACK = Words(
    "Bản sao đã che của trích xuất số {number} phải sửa: {said}",
    "The masked copy of extraction {number} has to be corrected: {said}",
)
#: How far the covers of a copy have come.
TO_DRAW = Words("Chờ người vẽ vùng che", "Waits for somebody to draw the covers")
TO_DRAW_AGAIN = Words("Chờ vẽ lại vùng che", "Waits for the covers to be drawn again")
MAKING = Words("Đang lập bản sao theo các vùng vừa vẽ", "The copy is being made of what was drawn")
REVIEWING = Words("Chờ người khác kiểm duyệt bản sao", "Waits for somebody else to review the copy")
REVIEWED = Words("Đã kiểm duyệt; đang lập gói", "Reviewed; the package is being built")
#: Somebody was given a part of a copy: which, by camera and hash, and from when to when. What anybody reviews they were
#: given before. Rows of earlier versions say no time: they are of a whole copy.
SERVED_ACT = "masked_copy_served"
#: How far what somebody is given may be ahead of the clock, as with any footage that is played.
AHEAD_S = 10.0
_NEVER_US = 1 << 53


class GivenTooFast(ExtractionRefused):
    """Nothing was given: it would be further ahead than anybody watches. `wait_s`: how long to wait."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(NOT_SO_FAST.fill(n=wait_s))
        self.wait_s = wait_s


def work_folder(extraction: UUID) -> Path:
    """Where the sealed files, the pictures to draw on and the copies of a build lie until it is packed."""
    return package_path(extraction).with_suffix(".work")


def may_draw(actor: Account, found: Item, *, now: datetime.datetime) -> None:
    """Raises ExtractionRefused."""
    demand(actor, Right.EXTRACT, found.extraction.room_id, now=now)
    if not is_masking(found):
        raise ExtractionRefused(NOT_MASKING)
    demand_open(actor, found.extraction.room_id, found.revision.begin_us, found.revision.end_us, now=now)


def is_masking(found: Item) -> bool:
    """Whether a masked copy is being made of it."""
    return found.revision.kind == CopyKind.MASKED and found.stage is Stage.BUILDING


def draw(actor: Account, extraction: UUID, *, decisions: str, now: datetime.datetime) -> MaskRound:
    """Keep what the actor decided; the worker makes the copy of it. Raises ExtractionRefused, DecisionsMalformed."""
    found = item(extraction, now=now)
    may_draw(actor, found, now=now)
    assert found.build is not None
    said = read(decisions)
    if not said.keys() <= {str(camera.id) for camera in found.cameras}:
        raise DecisionsMalformed
    if keeps_voice(said):
        raise ExtractionRefused(KEPT_VOICE)
    last = newest(extraction)
    if last is not None and last.rendered_at is None and last.failed_at is None:
        raise ExtractionRefused(BUSY)
    text = written(said)
    try:
        with transaction.atomic():
            row = MaskRound.objects.create(
                extraction_id=extraction, serial=MaskRound.objects.filter(extraction=extraction).count() + 1,
                attempt=found.build.attempt, drawn_by_id=actor.person_id, drawn_at=now,
                decisions=text, digest=digest(text),
            )  # fmt: skip
            record(actor, "covers_drawn", now=now, about=("extraction", extraction), details={"digest": row.digest})
    except IntegrityError:  # another window drew, or somebody accepted, in this moment
        raise ExtractionRefused(BUSY) from None
    return row


def may_review(actor: Account, found: Item, *, now: datetime.datetime) -> tuple[MaskRound, Assignment]:
    """The round that waits for the actor's word, and the post by which it is theirs. Raises ExtractionRefused."""
    decision, _ = demand(actor, Right.APPROVE, found.extraction.room_id, now=now)
    if not is_masking(found):
        raise ExtractionRefused(NOT_MASKING)
    demand_open(actor, found.extraction.room_id, found.revision.begin_us, found.revision.end_us, now=now)
    demand_not_concerned(actor.person_id, found.extraction.room_id, found.revision.begin_us, found.revision.end_us)
    row = newest(found.extraction.id)
    if row is None or not row.waits_for_review:
        raise ExtractionRefused(NOT_MADE)
    if row.drawn_by_id == actor.person_id:
        raise ExtractionRefused(OWN)
    return row, post_of(decision)


def prepare_review(actor: Account, found: Item, *, now: datetime.datetime) -> Review:
    """What the actor would sign now to let the copies go. Raises ExtractionRefused where it is not theirs to say."""
    row, post = may_review(actor, found, now=now)
    _demand_seen(actor, found, row)
    said = statement_by(actor, post, found, now=now)
    return Review(**asdict(said), drawer=str(row.drawn_by_id), copies=_copies_hash(found, row))


def served(actor: Account, row: MaskRound, camera: UUID, span_us: tuple[int, int], *, now: datetime.datetime) -> None:
    """Write down that the actor is given this stretch of one camera's copy of a round, before its first byte leaves.

    Raises GivenTooFast where they are given more of the extraction's copies than somebody could watch meanwhile.
    """
    begin_us, end_us = span_us
    about = ("extraction", row.extraction_id)
    details = {"serial": row.serial, "camera": str(camera), "sha256": row.copies[str(camera)]}
    with transaction.atomic():
        # Two lines of one person count as one: whoever comes second sees what the first was given.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 45))", [f"{actor.id} {row.extraction_id}"]
            )
        ahead_s = _ahead_s(actor, row.extraction_id, now)
        # A fragment that is longer than that is given to whoever is level with the clock.
        wait_s = min(ahead_s, ahead_s + (end_us - begin_us) / 1_000_000 - AHEAD_S)
        if wait_s > 0:
            raise GivenTooFast(math.ceil(wait_s))
        record(actor, SERVED_ACT, now=now, about=about, details=details | {"begin_us": begin_us, "end_us": end_us})


def _ahead_s(actor: Account, extraction: UUID, now: datetime.datetime) -> float:
    """How many seconds of copies the actor was given that nobody can have watched yet."""
    since = now - datetime.timedelta(microseconds=LONGEST_MASKED_US)
    rows = _given(actor, extraction).filter(at__gt=since, details__has_key="begin_us").order_by("at", "id")
    ahead_s, last = 0.0, since
    for at, said in rows.values_list("at", "details"):
        ahead_s = max(0.0, ahead_s - (at - last).total_seconds()) + (said["end_us"] - said["begin_us"]) / 1_000_000
        last = at
    return max(0.0, ahead_s - max(0.0, (now - last).total_seconds()))


def _given(actor: Account, extraction: UUID) -> QuerySet[AuditRow]:
    acts = AuditRow.objects.filter(object_kind="extraction", object_id=str(extraction))
    return acts.filter(account=actor, act=SERVED_ACT)


def is_heard(row: MaskRound, camera: UUID) -> bool:
    """Whether anything of the copy of this camera is not silent."""
    return bool(read(row.decisions).get(str(camera), Decided()).audible)


def unseen(actor: Account, found: Item, row: MaskRound) -> list[str]:
    """The labels of the cameras of whose copy, as this round made it, the actor was not given all."""
    # Not `Served`: that is of time, and the original of the same time is no copy.
    given: dict[tuple[object, ...], list[tuple[int, int]]] = {}
    for said in _given(actor, row.extraction_id).values_list("details", flat=True):
        key = said["serial"], said["camera"], said["sha256"]
        given.setdefault(key, []).append((said.get("begin_us", 0), said.get("end_us", _NEVER_US)))
    whole = found.revision.begin_us, found.revision.end_us
    # A camera that moved to another recorder before the copies were made has none: nobody could ever be given it.
    copied = [(camera.label, str(camera.id)) for camera in found.cameras if str(camera.id) in row.copies]
    return [
        label for label, camera in copied if not _cover(given.get((row.serial, camera, row.copies[camera]), ()), whole)
    ]


def _cover(spans: Iterable[tuple[int, int]], whole: tuple[int, int]) -> bool:
    at_us, end_us = whole
    for first_us, last_us in sorted(spans):
        if first_us > at_us:
            break
        at_us = max(at_us, last_us)
    return at_us >= end_us


def _demand_seen(actor: Account, found: Item, row: MaskRound) -> None:
    if labels := unseen(actor, found, row):
        raise ExtractionRefused(NOT_SEEN.fill(cameras=", ".join(labels)))


def _copies_hash(found: Item, row: MaskRound) -> str:
    """Of exactly the copies of a round, as the package will name them. Raises ExtractionRefused."""
    scope = read_scope(bytes(found.revision.scope))
    streams = named(scope, [camera.id for camera in found.cameras])
    if streams.keys() != row.copies.keys():  # a camera moved to another recorder meanwhile
        raise ExtractionRefused(NOT_MADE)
    # Which folder they lie in is no part of what is signed.
    copies = masked_copies(scope, dict.fromkeys(streams, Path()), streams)
    digests = {copy.file: row.copies[camera] for copy, camera in zip(copies, streams, strict=True)}
    return copies_hash([copy.derived for copy in copies], digests)


def accept(
    actor: Account, extraction: UUID, *, statement: Review, proof: ByKey | ByCode, now: datetime.datetime
) -> MaskRound:
    """Let the copies go that `prepare_review` spoke of, so that they are packed. ExtractionRefused, ProofRefused."""
    found = item(extraction, now=now)
    row, _ = may_review(actor, found, now=now)
    _demand_seen(actor, found, row)
    demand_fresh(actor, found, statement, now)
    if (statement.drawer, statement.copies) != (str(row.drawn_by_id), _copies_hash(found, row)):
        raise ExtractionRefused(CHANGED_SINCE)
    key, signed = proved(actor, statement, proof, now)
    return _answered(actor, row, now, accepted=True, record=signed.as_json(), key=key)


def send_back(actor: Account, extraction: UUID, serial: int, *, said: str, now: datetime.datetime) -> MaskRound:
    """Something is still to be covered. Raises ExtractionRefused."""
    found = item(extraction, now=now)
    row, _ = may_review(actor, found, now=now)
    words = plain(said)[:300]
    if not words:
        raise ExtractionRefused(SAY_WHY)
    if row.serial != serial:
        raise ExtractionRefused(NOT_MADE)
    with transaction.atomic():
        row = _answered(actor, row, now, accepted=False, said=words)
        told = SENT_BACK.fill(number=str(found.extraction), said=words)
        send(to=[row.drawn_by_id], kind="extraction", words=told, link=Link("masking", str(extraction)), now=now)
    return row


@transaction.atomic
def _answered(actor: Account, row: MaskRound, now: datetime.datetime, **said: object) -> MaskRound:
    waiting = MaskRound.objects.filter(
        id=row.id, rendered_at__isnull=False, failed_at__isnull=True, accepted__isnull=True
    )
    # Another reviewer may have been faster: the first word counts.
    if not waiting.update(reviewed_by=actor.person_id, reviewed_at=now, **said):
        raise ExtractionRefused(NOT_MADE)
    details = {"accepted": said["accepted"], "digest": row.digest}
    record(actor, "covers_reviewed", now=now, about=("extraction", row.extraction_id), details=details)
    row.refresh_from_db()
    return row


def newest(extraction: UUID) -> MaskRound | None:
    """The round that counts: the last of this attempt at the build."""
    of_attempt = MaskRound.objects.filter(extraction=extraction, attempt=F("extraction__build__attempt"))
    return of_attempt.order_by("serial").last()


def stands(last: MaskRound | None) -> Words:
    """How far the covers have come, by the round that counts."""
    if last is None:
        return TO_DRAW
    if last.failed_at is not None or last.accepted is False:
        return TO_DRAW_AGAIN
    if last.rendered_at is None:
        return MAKING
    return REVIEWED if last.accepted else REVIEWING


def is_masked(build: UUID) -> bool:
    """Whether a build is of a masked copy."""
    return Build.objects.filter(id=build, revision__kind=CopyKind.MASKED).exists()


@transaction.atomic
def made(round_: UUID, *, copies: dict[str, str], now: datetime.datetime) -> None:
    """The copies lie there, with their hashes; whoever may review is told, or whoever drew that nobody may."""
    waiting = MaskRound.objects.filter(id=round_, rendered_at__isnull=True, failed_at__isnull=True)
    if not waiting.update(rendered_at=now, copies=copies):
        return
    row = MaskRound.objects.select_related("extraction").get(id=round_)
    record("evidence", "covers_made", now=now, about=("extraction", row.extraction_id), details={"copies": copies})
    to = reviewers_left(item(row.extraction_id, now=now), row, now=now)
    words = (TO_REVIEW if to else NOBODY_LEFT).fill(number=str(row.extraction))
    link = Link("masking", str(row.extraction_id))
    send(to=sorted(to or {row.drawn_by_id}), kind="extraction", words=words, link=link, now=now)


@transaction.atomic
def not_made(round_: UUID, *, why: Words, now: datetime.datetime) -> None:
    """The copies could not be made; the words are for whoever drew."""
    waiting = MaskRound.objects.filter(id=round_, rendered_at__isnull=True, failed_at__isnull=True)
    vi, en = both(why)
    waiting.update(failed_at=now, failure_vi=vi[:1000], failure_en=en[:1000])


@transaction.atomic
def voice_kept(round_: UUID, *, now: datetime.datetime) -> None:
    """Decided when a voice could still stay as it was, and not signed for: whoever drew has to decide anew."""
    waiting = MaskRound.objects.filter(id=round_, failed_at__isnull=True, accepted__isnull=True)
    if not waiting.update(failed_at=now, failure_vi=KEPT_VOICE.vi, failure_en=KEPT_VOICE.en):
        return
    row = MaskRound.objects.select_related("extraction").get(id=round_)
    record("evidence", "covers_outdated", now=now, about=("extraction", row.extraction_id))
    words = SENT_BACK.fill(number=str(row.extraction), said=KEPT_VOICE)
    send(to=[row.drawn_by_id], kind="extraction", words=words, link=Link("masking", str(row.extraction_id)), now=now)
