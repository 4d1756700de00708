"""Time stamps of packages, signatures on their reports: what could not be had at the building is tried until it comes.

Promises that a package is never kept back for an authority which is away or a certificate that cannot sign, that what
is waited for stands as a row from the beginning, beside why it is not there, and that whoever asked is told when it
comes. Gives the opening of a request to who may know it.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from minhbach.centre.access.models import Account
from minhbach.centre.access.recording import record
from minhbach.centre.evidence.actions.building import ALL_MADE, finish_build
from minhbach.centre.evidence.actions.requests import NOTICE, Wish, request_said
from minhbach.centre.evidence.attesting import NO_CERTIFICATE, NotAttested, authority, holder, signed, stamped
from minhbach.centre.evidence.models import ReportSignature, Stamp
from minhbach.centre.evidence.people import ExtractionRefused
from minhbach.centre.evidence.stages import item
from minhbach.centre.messaging.actions import Link, both, send
from minhbach.centre.registry.reading import VIETNAM
from minhbach.centre.words import Words
from minhbach.ledger.opening import Opening

FIRST_WAIT, LONGEST_WAIT = datetime.timedelta(minutes=1), datetime.timedelta(hours=6)
AT_ONCE = 20
SHORTEST_SALT = 16
NO_AUTHORITY = Words("Chưa cấu hình tổ chức cấp dấu thời gian.", "No time-stamping authority is configured.")
CAME = Words(
    "Gói trích xuất số {number} đã có dấu thời gian: {at}.",
    "The package of extraction {number} has its time stamp: {at}.",
)
SIGNED = Words(
    "Báo cáo của gói trích xuất số {number} đã có chữ ký số của {by}.",
    "The report of the package of extraction {number} is signed by {by}.",
)
FORGOTTEN = Words(
    "Thông tin của đề nghị đã được xóa; không mở được cam kết nữa.",
    "What the request said was erased; its commitment cannot be opened any more.",
)


@dataclass(slots=True)
class Attesting:
    """Two who may vouch while a package is built; each that fails is said afterwards, and holds nothing up.

    So are the working copies that could not be made: `left_out`, empty where all were.
    """

    now: datetime.datetime
    seal: bytes = b""
    answer: bytes = b""
    stamped_at: datetime.datetime | None = None
    signed_by: str = ""
    failure: Words | None = None
    #: The report that went in without a signature, and why; empty where it is signed, or there is none.
    unsigned: bytes = b""
    not_signed: Words | None = None
    left_out: Words = ALL_MADE

    def report(self, data: bytes) -> bytes:
        """The report, signed where the office has a certificate that can sign; else it waits for its signature."""
        try:
            found, self.signed_by = signature_of(data, now=self.now)
        except NotAttested as problem:
            self.unsigned, self.not_signed = data, problem.words
            return data
        return found

    def stamp(self, seal: bytes) -> bytes | None:
        """The stamp of the seal, if there is an authority and it answers now."""
        self.seal = seal
        try:
            asked = authority()
            if asked is None:
                self.failure = NO_AUTHORITY
                return None
            self.answer, self.stamped_at = stamped(asked, seal)
        except NotAttested as problem:
            self.failure = problem.words
            return None
        return self.answer


def signature_of(report: bytes, *, now: datetime.datetime) -> tuple[bytes, str]:
    """The report signed by the office's certificate of the settings, and whose that is. Raises NotAttested."""
    by = holder(now)
    if by is None:
        raise NotAttested(NO_CERTIFICATE)
    return signed(report, by), by.name


@transaction.atomic
def finish_vouched(build: UUID, found: Attesting, *, digest: str, size_bytes: int, now: datetime.datetime) -> None:
    """The package lies there, and so does who vouched for it: the one is never without the other."""
    if finish_build(build, digest=digest, size_bytes=size_bytes, left_out=found.left_out, now=now):
        keep_stamp(build, found)


@transaction.atomic
def keep_stamp(build: UUID, found: Attesting) -> None:
    """What was attested of a finished package, and what is waited for."""
    vi, en = both(found.failure) if found.failure else ("", "")
    Stamp.objects.get_or_create(
        build_id=build,
        defaults={
            "seal": found.seal, "signed_by": found.signed_by, "inside": bool(found.answer), "answer": found.answer,
            "stamped_at": found.stamped_at, "tries": 1, "next_at": found.now + FIRST_WAIT,
            "failure_vi": vi[:1000], "failure_en": en[:1000],
        },
    )  # fmt: skip
    if found.not_signed is not None:
        vi, en = both(found.not_signed)
        ReportSignature.objects.get_or_create(
            build_id=build,
            defaults={
                "report": found.unsigned, "tries": 1, "next_at": found.now + FIRST_WAIT,
                "failure_vi": vi[:1000], "failure_en": en[:1000],
            },
        )  # fmt: skip


def due_stamps(*, now: datetime.datetime) -> list[Stamp]:
    """What to ask for now, the longest due first."""
    due = Stamp.objects.filter(stamped_at__isnull=True, next_at__lte=now, build__finished_at__isnull=False)
    return list(due.select_related("build__extraction").order_by("next_at")[:AT_ONCE])


def due_signatures(*, now: datetime.datetime) -> list[ReportSignature]:
    """Which reports to try to sign now, the longest due first."""
    due = ReportSignature.objects.filter(signed_at__isnull=True, next_at__lte=now, build__finished_at__isnull=False)
    return list(due.select_related("build__extraction").order_by("next_at")[:AT_ONCE])


def wait_longer(row: Stamp | ReportSignature, why: Words, *, now: datetime.datetime) -> None:
    """It did not come: try again later, each time twice as late, at most six hours."""
    vi, en = both(why)
    wait = min(FIRST_WAIT * 2 ** min(row.tries, 12), LONGEST_WAIT)
    later = {"tries": row.tries + 1, "next_at": now + wait, "failure_vi": vi[:1000], "failure_en": en[:1000]}
    if isinstance(row, Stamp):
        Stamp.objects.filter(id=row.id, stamped_at__isnull=True).update(**later)
    else:
        ReportSignature.objects.filter(id=row.id, signed_at__isnull=True).update(**later)


@transaction.atomic
def came(row: Stamp, answer: bytes, at: datetime.datetime, *, now: datetime.datetime) -> None:
    """The stamp is here; who asked for the extraction is told."""
    fresh = Stamp.objects.filter(id=row.id, stamped_at__isnull=True)
    if not fresh.update(stamped_at=at, answer=answer, tries=row.tries + 1, failure_vi="", failure_en=""):
        return
    extraction = row.build.extraction
    record("evidence", "package_stamped", now=now, about=("extraction", extraction.id))
    words = CAME.fill(number=str(extraction), at=f"{at.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}")
    link = Link("extraction", str(extraction.id))
    send(to=[extraction.requested_by_id], kind=NOTICE, words=words, link=link, now=now)


@transaction.atomic
def was_signed(row: ReportSignature, report: bytes, by: str, *, now: datetime.datetime) -> None:
    """The report is signed; who asked for the extraction is told."""
    fresh = ReportSignature.objects.filter(id=row.id, signed_at__isnull=True)
    said = {"signed_at": now, "signed_by": by, "signed": report, "failure_vi": "", "failure_en": ""}
    if not fresh.update(tries=row.tries + 1, **said):
        return
    extraction = row.build.extraction
    record("evidence", "report_signed", now=now, about=("extraction", extraction.id))
    words, link = SIGNED.fill(number=str(extraction), by=by), Link("extraction", str(extraction.id))
    send(to=[extraction.requested_by_id], kind=NOTICE, words=words, link=link, now=now)


def opening_of(actor: Account, extraction: UUID, *, now: datetime.datetime) -> bytes:
    """The file that opens the commitment of an extraction's scope; taking it is a row. Raises ExtractionRefused."""
    found = item(extraction, now=now)
    revision = found.revision
    salt = bytes(revision.salt)
    if len(salt) < SHORTEST_SALT:
        raise ExtractionRefused(FORGOTTEN)
    wish = Wish(
        cameras=(), begin_us=revision.begin_us, end_us=revision.end_us, purpose=revision.purpose,
        legal_basis=revision.legal_basis, receiver_body=revision.receiver_body, receiver_name=revision.receiver_name,
        case_number=revision.case_number,
    )  # fmt: skip
    said = {name: str(value) for name, value in request_said(found.extraction, wish).items()}
    record(actor, "request_opened", now=now, about=("extraction", extraction))
    return Opening(salt, said).data
