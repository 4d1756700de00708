"""A finding as a case, as somebody reads it: who is concerned, where they serve now, bases, corrections, measures.

Reads only, in a number of queries that does not grow. Names of those concerned stand here for whoever leads the case;
an officer's own page tells of themselves alone.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from minhbach.centre.oversight.models import (
    Basis,
    Concerned,
    Correction,
    CorrectionKind,
    CorrectionStep,
    Finding,
    FindingStep,
    Level,
    Measure,
    MeasureKind,
    MeasureStep,
)
from minhbach.centre.oversight.proposals import due_of as proposal_due
from minhbach.centre.oversight.reading import correction_state, due_of, was_heard
from minhbach.centre.oversight.terms import own_term, terms_of
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment, true_on
from minhbach.centre.words import Words

ACCEPTED = ("ok", Words("Đã khắc phục", "Put right"))
TOOK_EFFECT = ("ok", Words("Đã áp dụng", "In effect"))
PROPOSED = ("soon", Words("Chờ cấp có thẩm quyền", "Waits for the competent body"))
DEFERRED = ("unseen", Words("Tạm hoãn", "Deferred"))
DECIDED = ("ok", Words("Đã có quyết định", "Decided"))
DROPPED = ("unseen", Words("Không xử lý kỷ luật", "No discipline"))
WITHDRAWN = ("unseen", Words("Đã thu hồi", "Taken back"))
MEASURE_STEPS = {
    MeasureKind.WAIVED: Words("Có văn bản đề nghị được xem xét", "Asks in writing to be considered"),
    MeasureKind.DEFERRED: Words("Tạm hoãn", "Deferred"),
    MeasureKind.RESUMED: Words("Tiếp tục xem xét", "Gone on with"),
    MeasureKind.DECIDED: Words("Quyết định của cấp có thẩm quyền", "Decision of the competent body"),
    MeasureKind.DROPPED: Words("Không xử lý kỷ luật", "No discipline"),
    MeasureKind.WITHDRAWN: Words("Thu hồi", "Taken back"),
}
CORRECTION_STEPS = {
    CorrectionKind.REPORTED: Words("Báo cáo đã khắc phục", "Reported as done"),
    CorrectionKind.RETURNED: Words("Yêu cầu làm tiếp", "To go on"),
    CorrectionKind.ACCEPTED: Words("Xác nhận đã khắc phục", "Accepted as done"),
    CorrectionKind.EXTENDED: Words("Gia hạn", "More time"),
}
AFTER = {
    None: (MeasureKind.DECIDED, MeasureKind.DEFERRED, MeasureKind.DROPPED),
    MeasureKind.WAIVED: (MeasureKind.DECIDED, MeasureKind.DEFERRED, MeasureKind.DROPPED),
    MeasureKind.RESUMED: (MeasureKind.DECIDED, MeasureKind.DEFERRED, MeasureKind.DROPPED),
    MeasureKind.DEFERRED: (MeasureKind.RESUMED, MeasureKind.DROPPED),
}


@dataclass(frozen=True, slots=True)
class Officer:
    """Whom it concerns: with the post of that day, and where they serve by now where that is elsewhere."""

    row: Concerned
    moved: str
    gone: bool
    explained: bool
    #: Until when they may explain it, and whether that is still waited for.
    until: datetime.datetime
    waited_for: bool
    measure: Measure | None
    #: What was taken or proposed before, and did not stay.
    earlier: tuple["MeasureTold", ...]


@dataclass(frozen=True, slots=True)
class Task:
    """What has to be put right."""

    row: Correction
    due_on: datetime.date
    state: tuple[str, Words]
    steps: tuple[tuple[Words, CorrectionStep], ...]
    #: What may be done next: reported, or judged.
    reported: bool
    accepted: bool
    reported_by: UUID | None


@dataclass(frozen=True, slots=True)
class Case:
    """Everything about a finding beside its steps."""

    officers: tuple[Officer, ...]
    bases: tuple[Basis, ...]
    tasks: tuple[Task, ...]
    measures: tuple["MeasureTold", ...]


@dataclass(frozen=True, slots=True)
class MeasureTold:
    """A form, its acts, and what became of it."""

    row: Measure
    acts: tuple[Finding, ...]
    steps: tuple[tuple[Words, MeasureStep], ...]
    state: tuple[str, Words]
    may_follow: tuple[MeasureKind, ...]

    @property
    def due_on(self) -> datetime.date | None:
        """By which day it is decided, or its deferral looked at again; none where nothing is waited for."""
        return proposal_due(self.row) if self.formal and self.may_follow else None

    @property
    def form(self) -> Words:
        """What it is called."""
        return Words(self.row.form_vi, self.row.form_en)

    @property
    def formal(self) -> bool:
        """Whether the competent body decides."""
        return self.row.level == Level.FORMAL

    @property
    def has_ground(self) -> bool:
        """Whether there is a ground to wait that may be read: it waits, or the officer asks that it does not."""
        return self.state is DEFERRED or any(step.kind == MeasureKind.WAIVED for _, step in self.steps)


def case_of(row: Finding, steps: Sequence[FindingStep], *, now: datetime.datetime) -> Case:
    """The case of a finding."""
    day, terms = registry.day_of(now), terms_of(row)
    measures = tuple(_measures(Measure.objects.filter(acts__finding=row)))
    concerned = list(row.concerned.select_related("person", "named_by", "finding"))
    posts: dict[UUID, list[UUID]] = {}
    rows = Assignment.objects.filter(true_on(day), person__in=[each.person_id for each in concerned])
    for person, unit in rows.values_list("person", "unit"):
        posts.setdefault(person, []).append(unit)
    names = registry.names_on({unit for units in posts.values() for unit in units}, day)
    gone = (DROPPED, WITHDRAWN)
    by_person = {told.row.person_id: told.row for told in measures if told.state not in gone}
    officers = tuple(
        Officer(
            each,
            _elsewhere(each.unit_id, posts.get(each.person_id, []), names),
            each.person_id not in posts,
            heard := was_heard(each, steps),
            until := own_term(each, terms),
            not heard and now <= until,
            by_person.get(each.person_id),
            tuple(told for told in measures if told.row.person_id == each.person_id and told.state in gone),
        )
        for each in concerned
    )
    tasks = row.corrections.select_related("given_by").prefetch_related("steps__by", "steps__proof")
    bases = tuple(row.bases.select_related("by", "paper"))
    return Case(officers, bases, tuple(_task(task, day) for task in tasks), measures)


def _elsewhere(then: UUID | None, now: Sequence[UUID], names: dict[UUID, registry.Naming]) -> str:
    return "" if then in now or not now else ", ".join(sorted(names[unit].name for unit in now if unit in names))


def _task(task: Correction, day: datetime.date) -> Task:
    steps = list(task.steps.all())
    judged = [step for step in steps if step.kind != CorrectionKind.EXTENDED]
    last = judged[-1] if judged else None
    reported = last is not None and last.kind == CorrectionKind.REPORTED
    accepted = last is not None and last.kind == CorrectionKind.ACCEPTED
    return Task(
        task, due_of(task), correction_state(task, day) or ACCEPTED,
        tuple((CORRECTION_STEPS[CorrectionKind(step.kind)], step) for step in steps), reported, accepted,
        last.by_id if reported and last else None,
    )  # fmt: skip


def _measures(rows: "QuerySet[Measure]") -> list[MeasureTold]:
    found = rows.select_related("person", "by").prefetch_related("acts__finding__room", "steps__by").distinct()
    return [measure_told(row) for row in found]


def measure_told(row: Measure) -> MeasureTold:
    """A form as it stands."""
    steps = list(row.steps.all())
    last = MeasureKind(steps[-1].kind) if steps else None
    acts = tuple(act.finding for act in row.acts.all())
    told = tuple((MEASURE_STEPS[MeasureKind(step.kind)], step) for step in steps)
    if row.level == Level.INTERNAL:
        stands = last is not MeasureKind.WITHDRAWN
        may = (MeasureKind.WITHDRAWN,) if stands else ()
        return MeasureTold(row, acts, told, TOOK_EFFECT if stands else WITHDRAWN, may)
    states = {MeasureKind.DEFERRED: DEFERRED, MeasureKind.DECIDED: DECIDED, MeasureKind.DROPPED: DROPPED}
    return MeasureTold(row, acts, told, states.get(last, PROPOSED) if last else PROPOSED, AFTER.get(last, ()))
