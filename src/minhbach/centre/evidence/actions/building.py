"""The one package of an extraction: begun by a technician who is not told why, made by the worker, or failed and said.

Before a package is begun everything is asked again: two approvals of the newest revision, in time, and that nothing of
what leaves with it was closed to who asked since; the last once more before files are fetched, and before it is copied
out. PostgreSQL keeps it at one package, however often somebody presses.
"""

import datetime
import hashlib
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.evidence.edges import demand_leaving_open, is_closed_to_who_left
from minhbach.centre.evidence.models import Build, Custody, CustodyKind, Extraction, SubjectStep
from minhbach.centre.evidence.people import ExtractionRefused, demand, people_who
from minhbach.centre.evidence.stages import TO_HAND_OVER, UNSIGNED, Item, Stage, item
from minhbach.centre.messaging.actions import Link, both, send
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.centre.words.formats import moment as written

NOT_READY = Words(
    "Đề nghị này chưa đủ hai lần duyệt, đã hết hạn hoặc đang được thực hiện.",
    "This request has not two approvals, has run out, or is being built already.",
)
NOT_ALONE = Words(
    "Người đề nghị hoặc người duyệt không tự thực hiện trích xuất.", "Who asked or approved does not build the package."
)
CLOSED_SINCE = Words(
    "Thời gian này đã bị hạn chế xem sau khi đề nghị. Người đề nghị phải rút hoặc đề nghị lại.",
    "This time was restricted after the request. Who asked has to withdraw it or ask anew.",
)
CLOSED_AND_LEFT = Words(
    "Thời gian này đã bị hạn chế xem, và người đề nghị không còn tài khoản. Người duyệt cần từ chối đề nghị này.",
    "This time was restricted, and who asked has no account any more. Somebody who approves has to refuse it.",
)
CLOSED_AND_BUILT = Words(
    "Thời gian này đã bị hạn chế xem nên gói không được chép ra. Người có quyền bàn giao cần ghi tiêu hủy gói, ở mục "
    "«Kết thúc khi chưa có chữ ký» của trang này.",
    "This time was restricted, so the package is not copied out. Who may hand it over has to write it down as "
    "destroyed, under «End it without a signature» on this page.",
)
BUILT = Words(
    "Gói trích xuất số {number} đã lập xong, chờ bàn giao.",
    "The package of extraction {number} is built, to be handed over.",
)
NOT_BUILT = Words("Gói trích xuất số {number} chưa lập được: {why}", "The package of extraction {number} failed: {why}")
AGAIN = Words("Kỹ thuật viên lập lại được đến {at}.", "A technician can begin it again until {at}.")
AGAIN_ALWAYS = Words("Kỹ thuật viên lập lại được.", "A technician can begin it again.")
TOO_LATE = Words(
    "Đề nghị đã quá hạn nên không lập lại được; nếu còn cần, hãy đề nghị lại.",
    "The time of the request is over, so it cannot begin again; whoever still needs it asks anew.",
)
COPY_READY = Words(
    "Bản sao đã che theo yêu cầu {code} của công dân đã được chép ra vật chứa. Hãy mời người yêu cầu đến nhận.",
    "The masked copy of request {code} of a citizen was copied out. Ask the person to come for it.",
)
OTHER_PACKAGE = Words(
    "Tệp gói ở trung tâm không còn là gói đã lập nên không được giao ra. Hãy báo quản trị hệ thống chạy kiểm tra.",
    "The file at the centre is not the package that was built, and does not leave. Tell the system administrator.",
)
ALL_MADE = Words("", "")
BEGUN, FAILED = "extraction_begun", "extraction_build_failed"
NO_PACKAGE = Words("Đề nghị này chưa có gói.", "This request has no package yet.")


def package_path(extraction: UUID) -> Path:
    """Where the package of an extraction lies."""
    return Path(settings.MINHBACH_DATA) / "packages" / f"{extraction}.zip"


def one_step_at_a_time(extraction: UUID) -> None:
    """Until this transaction ends nobody else takes a step with the package; the lock of `evidence`'s triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 8))", [str(extraction)])


def begin_build(actor: Account, extraction: UUID, *, now: datetime.datetime) -> Build:
    """Let the system make the package; again after a failure. Raises ExtractionRefused."""
    found = item(extraction, now=now)
    row = found.extraction
    demand(actor, Right.BUILD, row.room_id, now=now)
    if found.stage not in (Stage.APPROVED, Stage.FAILED):
        raise ExtractionRefused(NOT_READY)
    if actor.person_id in {row.requested_by_id, *(each.approver_id for each in found.counting)}:
        raise ExtractionRefused(NOT_ALONE)
    demand_still_open(found, now=now)
    about = ("extraction", extraction)
    try:
        with transaction.atomic():
            # As it is now that nobody else takes a step: in time, not ended, not begun by another technician.
            one_step_at_a_time(extraction)
            found = item(extraction, now=now)
            if found.stage not in (Stage.APPROVED, Stage.FAILED):
                raise ExtractionRefused(NOT_READY)
            if found.build is None:
                build = Build.objects.create(
                    extraction_id=extraction, revision=found.revision, begun_by_id=actor.person_id, begun_at=now
                )
            else:
                build = found.build
                failed = Build.objects.filter(id=build.id, digest="", failed_at__isnull=False)
                # Another technician may have begun it again in this moment.
                again = {"begun_by": actor.person_id, "begun_at": now, "failed_at": None, "attempt": F("attempt") + 1}
                if not failed.update(**again):
                    raise ExtractionRefused(NOT_READY)
            record(actor, BEGUN, now=now, about=about)
    except IntegrityError:
        raise ExtractionRefused(NOT_READY) from None
    return build


def demand_still_open(found: Item, *, now: datetime.datetime) -> None:
    """Nothing that leaves with it is closed to who asked. Raises ExtractionRefused with who can end it: what is built
    is neither withdrawn nor refused any more, and who has left withdraws nothing.
    """
    row = found.extraction
    asker = Account.objects.filter(person=row.requested_by_id, is_active=True).first()
    if asker is None:
        if is_closed_to_who_left(row.requested_by_id, row.room_id, found.revision):
            raise ExtractionRefused(CLOSED_AND_BUILT if found.stage in UNSIGNED else CLOSED_AND_LEFT)
        return
    try:
        demand_leaving_open(asker, row.room_id, found.revision, now=now)
    except ExtractionRefused:
        raise ExtractionRefused(CLOSED_AND_BUILT if found.stage in UNSIGNED else CLOSED_SINCE) from None


def waiting_builds() -> list[Build]:
    """What the worker is to make, the oldest first."""
    return list(Build.objects.filter(digest="", failed_at__isnull=True).order_by("begun_at"))


@transaction.atomic
def finish_build(
    build: UUID, *, digest: str, size_bytes: int, left_out: Words = ALL_MADE, now: datetime.datetime
) -> bool:
    """The package lies there with this hash; who asked is told. False where it was finished before.

    `left_out` says which working copies it lacks, if any.
    """
    unfinished = Build.objects.filter(id=build, digest="", failed_at__isnull=True)
    vi, en = both(left_out)
    # Always written: an earlier attempt may have left its own failure there.
    said = {"failure_vi": vi[:1000], "failure_en": en[:1000]}
    if not unfinished.update(digest=digest, size_bytes=size_bytes, finished_at=now, **said):
        return False
    row = Build.objects.select_related("extraction").get(id=build).extraction
    record("evidence", "extraction_built", now=now, about=("extraction", row.id), details={"digest": digest})
    words = BUILT.fill(number=str(row))
    to = {row.requested_by_id, *people_who(Right.HAND_OVER, row.room_id, now=now)}
    send(to=sorted(to), kind="extraction", words=words, link=Link("extraction", str(row.id)), now=now)
    return True


def _tell_taker(row: Extraction, now: datetime.datetime) -> None:
    """Who took the citizen's request calls them; the page of the extraction is seldom open to that person."""
    asked = SubjectStep.objects.filter(extraction=row).select_related("request").first()
    if asked is not None:
        words = COPY_READY.fill(code=f"YC-{asked.request}")
        link = Link("subject", str(asked.request_id))
        send(to=[asked.request.taken_by_id], kind="subject", words=words, link=link, now=now)


@transaction.atomic
def fail_build(build: UUID, *, why: Words, now: datetime.datetime) -> None:
    """It could not be made; who began it, who asked and who drew its covers are told why, and whether it can begin
    again.
    """
    unfinished = Build.objects.filter(id=build, digest="", failed_at__isnull=True)
    vi, en = both(why)
    if not unfinished.update(failed_at=now, failure_vi=vi[:1000], failure_en=en[:1000]):
        return
    row = Build.objects.get(id=build)
    # The next attempt writes over the row: what became of this one is kept here, for the life of the extraction.
    kept = {"why": [row.failure_vi, row.failure_en]}
    record("evidence", FAILED, now=now, about=("extraction", row.extraction_id), details=kept)
    found = item(row.extraction_id, now=now)
    if (then := after_failure(found)) is None:
        return
    drawn = found.extraction.mask_rounds.filter(attempt=row.attempt).values_list("drawn_by", flat=True)
    to = {row.begun_by_id, found.extraction.requested_by_id, *drawn}
    # What can be done stands behind it and must not be cut off.
    said = NOT_BUILT.fill(number=str(found.extraction), why=Words(vi[:300], en[:300]))
    told = Words("{said} {then}", "{said} {then}").fill(said=said, then=then)
    send(to=sorted(to), kind="extraction", words=told, link=Link("extraction", str(row.extraction_id)), now=now)


def after_failure(found: Item) -> Words | None:
    """What can be done once its build failed; none where it did not, or where the request has ended."""
    if found.build is None or not found.build.has_failed:
        return None
    if found.stage is Stage.FAILED:
        return AGAIN.fill(at=written(found.until)) if found.until else AGAIN_ALWAYS
    return TOO_LATE if found.stage is Stage.EXPIRED else None


def copy_package(actor: Account, extraction: UUID, *, address: str | None, now: datetime.datetime) -> Path:
    """Take the package out of the system: each time is written down first. Raises ExtractionRefused.

    From the first time on it may be handed over; who took a citizen's request is then told.
    """
    found = item(extraction, now=now)
    demand(actor, Right.BUILD, found.extraction.room_id, now=now)
    path = package_path(extraction)
    if found.build is None or not found.build.digest or not path.exists():
        raise ExtractionRefused(NO_PACKAGE)
    if found.stage not in UNSIGNED:
        raise ExtractionRefused(NO_PACKAGE)
    demand_still_open(found, now=now)
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != found.build.digest:
            raise ExtractionRefused(OTHER_PACKAGE)
    with transaction.atomic():
        one_step_at_a_time(extraction)
        found = item(extraction, now=now)
        if found.stage not in UNSIGNED:  # destroyed in this moment
            raise ExtractionRefused(NO_PACKAGE)
        Custody.objects.create(extraction_id=extraction, kind=CustodyKind.COPIED, at=now, by_id=actor.person_id)
        record(actor, "package_copied", now=now, about=("extraction", extraction), address=address)
        if found.stage in TO_HAND_OVER and not found.is_copied:
            _tell_taker(found.extraction, now)
    return path
