"""How far an extraction has come, worked out from its rows each time; nothing is stored twice.

Owns the stages and their words, and until when the next step may be taken. Promises a number of queries that does not
grow with the list. Leaves steps to `actions`.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from django.db.models import Q, QuerySet

from minhbach.centre.evidence.models import (
    GONE,
    Approval,
    Build,
    CopyKind,
    Custody,
    CustodyKind,
    Ending,
    Extraction,
    Revision,
)
from minhbach.centre.evidence.models.approvals import WITHDRAWN
from minhbach.centre.evidence.people import moment
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment, Camera
from minhbach.centre.regulation.reading import rules_of_each
from minhbach.centre.regulation.rules import Times
from minhbach.centre.words import Words


class Stage(Enum):
    """What it waits for, or how it ended: kind of status, words."""

    REQUESTED = ("soon", Words("Chờ duyệt lần 1", "Waits for the first approval"))
    APPROVED_ONCE = ("soon", Words("Chờ duyệt lần 2", "Waits for the second approval"))
    APPROVED = ("soon", Words("Chờ thực hiện", "Waits to be built"))
    BUILDING = ("soon", Words("Đang lập gói", "Being built"))
    FAILED = ("fault", Words("Lập gói chưa được", "Could not be built"))
    BUILT = ("soon", Words("Chờ bàn giao", "Waits to be handed over"))
    NOT_COLLECTED = ("late", Words("Quá hạn bàn giao", "Overdue to be handed over"))
    HANDED_OVER = ("soon", Words("Chờ biên bản có chữ ký", "Waits for the signed minutes"))
    NOT_SIGNED = ("late", Words("Quá hạn ký biên bản", "Overdue to be signed for"))
    SIGNED = ("ok", Words("Người nhận đang giữ", "With the receiver"))
    GIVEN = ("ok", Words("Đã giao cho người yêu cầu", "Given to the person who asked"))
    OVERDUE = ("late", Words("Quá hạn trả lại hoặc tiêu hủy", "Overdue to be returned or destroyed"))
    RETURNED = ("unseen", Words("Đã trả lại", "Returned"))
    DESTROYED = ("unseen", Words("Đã tiêu hủy", "Destroyed"))
    REFUSED = ("fault", Words("Không được duyệt", "Refused"))
    WITHDRAWN = ("unseen", Words("Đã rút", "Withdrawn"))
    EXPIRED = ("unseen", Words("Hết hạn", "Expired"))

    @property
    def status(self) -> str:
        """The kind of status."""
        return self.value[0]

    @property
    def words(self) -> Words:
        """What people read."""
        return self.value[1]


#: Stages in which two approvals may still be missing, or something else may still be taken back.
OPEN = {Stage.REQUESTED, Stage.APPROVED_ONCE, Stage.APPROVED, Stage.BUILDING, Stage.FAILED}
TO_APPROVE = {Stage.REQUESTED, Stage.APPROVED_ONCE}
TO_HAND_OVER = {Stage.BUILT, Stage.NOT_COLLECTED}
TO_SIGN = {Stage.HANDED_OVER, Stage.NOT_SIGNED}
#: Nobody has signed for the package: it lies at the centre, and may be copied out or come to its end there.
UNSIGNED = TO_HAND_OVER | TO_SIGN
#: The receiver has it.
WITH_RECEIVER = {Stage.SIGNED, Stage.OVERDUE}
#: Rows after which no package lies at the centre: it came back, was destroyed, or was a citizen's own copy, which is no
#: loan: once signed for it is theirs.
NOT_HERE = Q(kind__in=GONE) | Q(kind=CustodyKind.SIGNED, extraction__subject_step__isnull=False)
#: What becomes of these when their time is over.
_LATE = {
    Stage.BUILT: Stage.NOT_COLLECTED,
    Stage.HANDED_OVER: Stage.NOT_SIGNED,
    Stage.SIGNED: Stage.OVERDUE,
}
_BY_CUSTODY = {
    CustodyKind.HANDED_OVER: Stage.HANDED_OVER,
    CustodyKind.SIGNED: Stage.SIGNED,
    CustodyKind.RETURNED: Stage.RETURNED,
    CustodyKind.DESTROYED: Stage.DESTROYED,
}
_IN_ORDER = tuple(CustodyKind.values)
#: So long people may draw the covers of a masked copy and review it: one that nobody has accepted by then is given up.
LONGEST_WAIT = datetime.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Item:
    """An extraction with everything that happened to it.

    `unit_name` is whose room it is, `office_name` for which office it was asked. `until` is when the next step is too
    late; none: no clock. `times` are those of the rules in force for its unit.
    """

    extraction: Extraction
    unit_name: str
    office_name: str
    revisions: tuple[Revision, ...]
    approvals: tuple[Approval, ...]
    ending: Ending | None
    build: Build | None
    custody: tuple[Custody, ...]
    stage: Stage
    until: datetime.datetime | None
    times: Times | None

    @property
    def revision(self) -> Revision:
        """What is asked for now."""
        return self.revisions[-1]

    @property
    def counting(self) -> tuple[Approval, ...]:
        """The approvals of what is asked for now; those of earlier revisions count no more."""
        return tuple(each for each in self.approvals if each.revision_id == self.revision.id)

    @property
    def cameras(self) -> list[Camera]:
        """Whose footage it is, by label."""
        return sorted(self.revision.cameras.all(), key=lambda camera: camera.label)

    @property
    def begin(self) -> datetime.datetime:
        """In Vietnam."""
        return moment(self.revision.begin_us).astimezone(registry.VIETNAM)

    @property
    def end(self) -> datetime.datetime:
        """In Vietnam."""
        return moment(self.revision.end_us).astimezone(registry.VIETNAM)

    @property
    def length(self) -> datetime.timedelta:
        """Of what was asked for."""
        return self.end - self.begin

    @property
    def is_own_copy(self) -> bool:
        """Whether it is a citizen's copy of their own recording: theirs for good once it is signed for."""
        return _is_own_copy(self.extraction)

    @property
    def never_received(self) -> bool:
        """Whether the package was destroyed before anybody got it."""
        return self.stage is Stage.DESTROYED and self.custody_of(CustodyKind.HANDED_OVER) is None

    @property
    def is_copied(self) -> bool:
        """Whether the package was ever taken out of the system."""
        return self.custody_of(CustodyKind.COPIED) is not None

    def custody_of(self, kind: str) -> Custody | None:
        """The thing of that kind that happened to the package; of several copies the first."""
        return next((each for each in self.custody if each.kind == kind), None)


def item(extraction: UUID, *, now: datetime.datetime) -> Item:
    """One of them."""
    [found] = items(Extraction.objects.filter(id=extraction), now=now)
    return found


def waiting_packages() -> QuerySet[Extraction]:
    """Those whose package was built and is neither signed for nor at its end."""
    over = Custody.objects.filter(kind__in=[CustodyKind.SIGNED, *GONE]).values("extraction")
    return Extraction.objects.filter(build__digest__gt="").exclude(id__in=over).order_by("requested_at", "id")


def with_receivers() -> QuerySet[Extraction]:
    """Those whose package is signed for, and neither returned nor destroyed. A citizen's own copy is no loan."""
    signed = Custody.objects.filter(kind=CustodyKind.SIGNED).values("extraction")
    ended = Custody.objects.filter(kind__in=GONE).values("extraction")
    lent = Extraction.objects.filter(id__in=signed, subject_step__isnull=True)
    return lent.exclude(id__in=ended).order_by("requested_at")


def items(rows: QuerySet[Extraction], *, now: datetime.datetime) -> list[Item]:
    """These, in the order of the query."""
    beside = ("room", "unit", "requested_by", "ending__by", "build__begun_by", "subject_step")
    found = list(rows.select_related(*beside).prefetch_related(
        "revisions__cameras", "approvals__approver", "custody__by", "custody__paper",
    ))  # fmt: skip
    day = registry.day_of(now)
    units = {row.unit_id for row in found}
    offices = _offices(found)
    names = {unit: name.name for unit, name in registry.names_on({*units, *offices.values()}, day).items()}
    times = {unit: rules.times for unit, rules in rules_of_each(units, day).items()}
    return [
        _item(
            row,
            names.get(row.unit_id, ""),
            names.get(offices.get(row.id, row.unit_id), ""),
            times.get(row.unit_id),
            now,
        )
        for row in found
    ]


def _offices(rows: Iterable[Extraction]) -> dict[UUID, UUID]:
    """By extraction: the unit for which its requester acted on that day."""
    posts = list(
        Assignment.objects.filter(person__in={row.requested_by_id for row in rows}).order_by("valid_from", "id")
    )
    found = {}
    for row in rows:
        day = registry.day_of(row.requested_at)
        held = [
            post.unit_id
            for post in posts
            if post.person_id == row.requested_by_id
            and post.valid_from <= day
            and (post.valid_until is None or day < post.valid_until)
        ]
        if held:
            found[row.id] = held[-1]
    return found


def _item(row: Extraction, unit_name: str, office: str, times: Times | None, now: datetime.datetime) -> Item:
    revisions = tuple(sorted(row.revisions.all(), key=lambda each: each.serial))
    approvals = tuple(sorted(row.approvals.all(), key=lambda each: each.at))
    custody = tuple(sorted(row.custody.all(), key=lambda each: (each.at, _IN_ORDER.index(each.kind))))
    ending, build = getattr(row, "ending", None), getattr(row, "build", None)
    counting = [each for each in approvals if each.revision_id == revisions[-1].id]
    stage, until = _stage(revisions[-1], counting, ending, build, custody, times, now)
    if stage in WITH_RECEIVER and _is_own_copy(row):
        stage, until = Stage.GIVEN, None  # their own copy is theirs: nothing comes back
    return Item(row, unit_name, office, revisions, approvals, ending, build, custody, stage, until, times)


def _is_own_copy(row: Extraction) -> bool:
    return getattr(row, "subject_step", None) is not None


def _stage(
    revision: Revision,
    counting: list[Approval],
    ending: Ending | None,
    build: Build | None,
    custody: Iterable[Custody],
    times: Times | None,
    now: datetime.datetime,
) -> tuple[Stage, datetime.datetime | None]:
    if ending is not None:
        return (Stage.WITHDRAWN if ending.kind == WITHDRAWN else Stage.REFUSED), None
    if build is not None and not build.has_failed:
        return _after_building(build, custody, times, now)
    # Where no regulation is in force nothing is approved, and nothing runs out either.
    if len(counting) == 2:
        stage = Stage.APPROVED if build is None else Stage.FAILED
        from_, days = _built_from(revision, counting[-1].at, build), times.extraction_build_days if times else None
    else:
        stage = Stage.APPROVED_ONCE if counting else Stage.REQUESTED
        from_, days = revision.made_at, times.extraction_approve_days if times else None
    until = from_ + datetime.timedelta(days=days) if days else None
    return (Stage.EXPIRED, until) if until and until <= now else (stage, until)


def _built_from(revision: Revision, approved_at: datetime.datetime, build: Build | None) -> datetime.datetime:
    """From when the time to build it counts: a build that failed gives no more of it, as what two agreed to years ago
    is not what they would agree to now. A masked copy fails after weeks of drawing and review: its time counts from
    then, and once more from no later than these may take.
    """
    if build is None or build.failed_at is None or revision.kind != CopyKind.MASKED:
        return approved_at
    return max(approved_at, min(build.failed_at, approved_at + LONGEST_WAIT))


def _after_building(
    build: Build, custody: Iterable[Custody], times: Times | None, now: datetime.datetime
) -> tuple[Stage, datetime.datetime | None]:
    if not build.digest:
        return Stage.BUILDING, None
    reached = [each for each in custody if each.kind != CustodyKind.COPIED]
    stage = _BY_CUSTODY[CustodyKind(reached[-1].kind)] if reached else Stage.BUILT
    since = reached[-1].at if reached else build.finished_at
    if stage not in _LATE or since is None or times is None:
        return stage, None
    days = times.extraction_return_days if stage is Stage.SIGNED else times.extraction_hand_over_days
    until = since + datetime.timedelta(days=days)
    return (_LATE[stage] if until <= now else stage), until
