"""Erasing footage by a citizen's request, and in the end the citizen's own name.

Two decided (`deciding`); here each camera's recorder gets a signed order, which is a row before it is sent, and only
the recorder's proven log says that it was done. What lies at the centre of the same minutes goes with it: packages of
extractions that are over. Their rows and hashes stay. Promises that the same order sent twice erases nothing twice, and
that an erasure which no two people decided here is an alarm.
"""

import contextlib
import datetime
import logging
import secrets
import shutil
from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.dossiers.actions.forgetting import forget_submitter
from minhbach.centre.evidence.actions.building import package_path
from minhbach.centre.evidence.actions.subjects import NOTICE, OVER, SYSTEM, SubjectRefused, step
from minhbach.centre.evidence.models import Act, Erasure, SubjectPerson, SubjectRequest, Wanted
from minhbach.centre.evidence.obstacles import OVER as EXTRACTION_OVER
from minhbach.centre.evidence.obstacles import WHOLE_FILES_US, extractions_of, obstacles
from minhbach.centre.evidence.people import demand
from minhbach.centre.evidence.subject_cases import ENDED, Case, Stage, case, cases
from minhbach.centre.footage import alarms
from minhbach.centre.footage.ingestion import Desk
from minhbach.centre.footage.models import FootageStream, Run
from minhbach.centre.messaging.actions import Link, both, send
from minhbach.centre.registry.writing import NotPossible
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words
from minhbach.ledger.entry import Entry, commitment
from minhbach.ledger.errors import LedgerError

_LOGGER = logging.getLogger(__name__)

#: A recorder that was asked is not asked again at once: its log needs a moment to come in.
AGAIN = datetime.timedelta(seconds=20)
ERASED = Words(
    "Đã xóa xong bản ghi theo yêu cầu {code} của công dân. Hãy gửi văn bản trả lời.",
    "The footage of request {code} is erased. Send the answer.",
)
STILL_OPEN = Words("Yêu cầu này chưa kết thúc.", "This request is not over yet.")
NOT_DECIDED = Words(
    "Chưa có quyết định xóa của hai người, hồ sơ chưa kết thúc, hoặc người nộp đã được xóa.",
    "Two have not decided the erasure, the dossier is not over, or who brought it was forgotten already.",
)
RETIRED = Words(
    "Đầu ghi này đã ngừng sử dụng và không nhận lệnh nữa. Bản ghi, nếu còn, nằm trên ổ đĩa của máy và chỉ mất khi "
    "ổ đĩa bị tiêu hủy: hãy tiêu hủy và lập biên bản.",
    "This recorder is retired and takes no orders. What footage is left lies on its disks, and only goes when they are "
    "destroyed: have that done, with minutes.",
)
FORGOTTEN = Words("Thông tin người yêu cầu đã được xóa.", "Who asked was forgotten already.")


def order_erasures(found: Case, first: UUID, second: UUID, *, now: datetime.datetime) -> None:
    """One order for each camera; in the log stands what binds it to the request and to who decided."""
    for camera in found.cameras:
        salt = secrets.token_bytes(16)
        bound = commitment(
            salt,
            {
                "request": str(found.row.id), "camera": str(camera.id), "granted": str(first),
                "seconded": str(second),
            },
        )  # fmt: skip
        Erasure.objects.create(
            request=found.row, camera=camera, recorder_id=camera.recorder_id, name=camera.name,
            begin_us=found.row.begin_us, end_us=found.row.end_us, salt=salt, commitment=bound, ordered_at=now,
        )  # fmt: skip


def due_erasures(recorder: UUID, *, now: datetime.datetime) -> list[Erasure]:
    """What the recorder has not done yet and is to be told (again). What was refused waits for a person.

    What stands against it now, though not when two decided, refuses it here: a hold may not have reached the recorder.
    """
    waits = Q(asked_at__isnull=True) | Q(asked_at__lt=now - AGAIN)
    rows = Erasure.objects.filter(waits, recorder=recorder, done_at__isnull=True, refused_en="")
    due = []
    for each in rows.order_by("ordered_at"):
        against = obstacles(case(each.request_id, now=now), now=now)
        if against:
            note_asked(each.id, now=now, refusal=Words(*both(against[0].words)))
        else:
            due.append(each)
    return due


def note_asked(erasure: UUID, *, now: datetime.datetime, refusal: Words | None = None) -> None:
    """The recorder was told; what it said against it."""
    said = {"refused_vi": refusal.vi[:1000], "refused_en": refusal.en[:1000]} if refusal else {}
    Erasure.objects.filter(id=erasure, done_at__isnull=True).update(asked_at=now, **said)


def take_entries(recorder: UUID, entries: Sequence[tuple[int, Entry]], *, now: datetime.datetime) -> None:
    """What a recorder's proven log says was erased; what nobody ordered here is an alarm. Idempotent."""
    unknown = []
    for index, entry in entries:
        if entry["kind"] != "erasure":
            continue
        mine = Erasure.objects.filter(recorder=recorder, commitment=entry["commitment"])
        if not mine.exists():
            unknown.append(index)
            continue
        count = sum(last - first + 1 for _, _, first, last in entry["segments"])
        later = mine.filter(Q(entry__isnull=True) | Q(entry__lt=index))
        later.update(entry=index, segments=F("segments") + count)
    if unknown:
        alarms.tell(recorder, "erasure_unknown", now=now, index=unknown[0])


def settle(*, now: datetime.datetime) -> int:
    """Orders of whose time nothing is left are done; a request whose orders all are is settled. How many were.

    A recorder that is retired is never asked: what its log says is all there will be, and what that leaves open is
    refused (`refuse_retired`).
    """
    answerable = Q(asked_at__isnull=False) | Q(recorder__retired_at__isnull=False)
    for erasure in Erasure.objects.filter(answerable, done_at__isnull=True):
        if _nothing_left(erasure):
            Erasure.objects.filter(id=erasure.id).update(done_at=now, refused_vi="", refused_en="")
    rows = SubjectRequest.objects.filter(erasures__isnull=False).exclude(steps__kind__in=[Act.ERASED, Act.REFUSED])
    rows = rows.exclude(erasures__done_at__isnull=True).distinct()
    waiting = cases(rows, now=now)
    for found in waiting:
        erase_copies(found, now=now)
        step(found.row.id, Act.ERASED, now=now)
        to = {found.row.taken_by_id, *(each.by_id for each in found.steps if each.kind in (Act.GRANTED, Act.SECONDED))}
        words = ERASED.fill(code=found.code)
        link = Link("subject", str(found.row.id))
        send(to=sorted(each for each in to if each), kind=NOTICE, words=words, link=link, now=now)
    return len(waiting)


def refuse_retired(*, now: datetime.datetime) -> int:
    """What a retired recorder has not erased it never will: a person has to end that. How many orders these were."""
    rows = Erasure.objects.filter(recorder__retired_at__isnull=False, done_at__isnull=True, refused_en="")
    vi, en = both(RETIRED)
    return rows.update(refused_vi=vi, refused_en=en, asked_at=now)


def _nothing_left(erasure: Erasure) -> bool:
    """Whether the log accounts for all of the time, and no footage of it is there."""
    streams = FootageStream.objects.filter(recorder=erasure.recorder_id, camera=erasure.name)
    inside = Run.objects.filter(stream__in=streams, begin_us__lt=erasure.end_us, end_us__gt=erasure.begin_us)
    if inside.exists():
        return False
    if streams.filter(known_until_us__gte=erasure.end_us).exists():
        return True
    return not streams.filter(active=True).exists() and _log_passed(erasure)


def _log_passed(erasure: Erasure) -> bool:
    """Whether the log was read to behind the time. A camera that it never named, or named no more, has nothing there:
    its account does not go on, but what it recorded would stand in the log before.
    """
    desk = Desk(erasure.recorder_id, settings.MINHBACH_DATA / "logs")
    try:
        return desk.read_until_us() >= erasure.end_us
    except (OSError, LedgerError) as error:
        _LOGGER.error("recorder %s: its log cannot be read: %s", erasure.recorder_id, error)
        return False


def erase_copies(found: Case, *, now: datetime.datetime) -> int:
    """Take away what lies at the centre of these minutes: packages of extractions that are over. Their rows stay."""
    cameras = [camera.id for camera in found.cameras]
    taken = 0
    # As far as the recorder erased: files that reach into the stretch went as a whole.
    begin_us, end_us = found.row.begin_us - WHOLE_FILES_US, found.row.end_us + WHOLE_FILES_US
    for each in extractions_of(cameras, begin_us, end_us, now=now):
        path = package_path(each.extraction.id)
        if each.stage not in EXTRACTION_OVER:
            continue
        work = path.with_suffix(".work")
        if path.exists() or work.exists():
            path.unlink(missing_ok=True)
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(work)
            about = ("extraction", each.extraction.id)
            record(SYSTEM.name, "package_erased", now=now, about=about, details={"request": found.code})
            taken += 1
    return taken


def ask_again(actor: Account, request: UUID, *, now: datetime.datetime) -> None:
    """Tell recorders once more what they refused, those in use. Raises SubjectRefused, ExtractionRefused."""
    found = case(request, now=now)
    demand(actor, Right.SUBJECT_DECIDE, found.row.room_id, now=now)
    if found.stage is not Stage.STUCK:
        raise SubjectRefused(OVER)
    if not may_ask_again(found):
        raise SubjectRefused(RETIRED)
    refused = Erasure.objects.filter(request=request, done_at__isnull=True, recorder__retired_at__isnull=True)
    if not refused.exclude(refused_en="").update(refused_vi="", refused_en="", asked_at=None):
        raise SubjectRefused(OVER)
    record(actor, "subject_erasure_again", now=now, about=(NOTICE, request))


def may_ask_again(found: Case) -> bool:
    """Whether a recorder that is still in use refused it: one that is retired hears nothing."""
    return any(each.refused_en and each.done_at is None and each.recorder.retired_at is None for each in found.erasures)


def forget(actor: Account, request: UUID, *, now: datetime.datetime) -> None:
    """Who asked is forgotten: their row goes, and the salt with it. Only of a request that is over."""
    found = case(request, now=now)
    demand(actor, Right.SUBJECT_DECIDE, found.row.room_id, now=now)
    if found.stage not in ENDED:
        raise SubjectRefused(STILL_OPEN)
    _forget(found, actor, now)


def forget_dossier(actor: Account, request: UUID, *, now: datetime.datetime) -> None:
    """With the erasure that two decided: who brought the dossier of the receipt, and what was printed with their name.

    Raises SubjectRefused, ExtractionRefused.
    """
    found = case(request, now=now)
    demand(actor, Right.SUBJECT_DECIDE, found.row.room_id, now=now)
    if not may_forget_dossier(found) or found.row.dossier is None:
        raise SubjectRefused(NOT_DECIDED)
    try:
        forget_submitter(actor, found.row.dossier, reason=f"Yêu cầu {found.code}", now=now)
    except NotPossible as refusal:
        raise SubjectRefused(refusal.words) from None


def may_forget_dossier(found: Case) -> bool:
    """Whether two decided that this person is to be erased, and a dossier of theirs still names them."""
    row = found.row
    if row.wanted != Wanted.ERASE or row.dossier is None or found.step(Act.SECONDED) is None:
        return False
    return row.dossier.has_ended and row.dossier.submitter.erased_at is None


def forget_old(*, now: datetime.datetime) -> int:
    """People whose requests were settled longer ago than the regulation keeps them; how many were forgotten."""
    rows = SubjectRequest.objects.filter(person__isnull=False, steps__kind__in=_ENDS).distinct()
    gone = 0
    for found in cases(rows, now=now):
        if found.rules is None or found.ended_at is None:
            continue
        if found.ended_at + datetime.timedelta(days=found.rules.times.subject_person_days) <= now:
            # Somebody may have pressed the button meanwhile: the others still go.
            with contextlib.suppress(SubjectRefused):
                _forget(found, None, now)
                gone += 1
    return gone


_ENDS = [Act.REFUSED, Act.WITHDRAWN, Act.SHOWN, Act.ERASED, Act.COPY_ASKED]


def _forget(found: Case, actor: Account | None, now: datetime.datetime) -> None:
    with transaction.atomic():
        if not SubjectPerson.objects.filter(request=found.row).delete()[0]:
            raise SubjectRefused(FORGOTTEN)
        step(found.row.id, Act.FORGOTTEN, now=now, by=actor)
        if found.row.wanted == Wanted.ERASE:
            Erasure.objects.filter(request=found.row).update(salt=b"")
