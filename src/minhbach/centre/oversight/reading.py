"""Findings as people read them; reads only.

What stands is worked out from the steps each time. Promises a number of queries that does not grow with findings, and
that of restricted time only its being there is told.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet
from django.urls import reverse

from minhbach.centre.access.deciding import rooms_where, standing_of
from minhbach.centre.access.judging import judge
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import places_of_types
from minhbach.centre.access.restricting import closed_among, closed_spans
from minhbach.centre.footage.models import HoldOrigin, LegalHold
from minhbach.centre.footage.timeline import UNREADABLE, moment, us
from minhbach.centre.oversight.models import (
    ENDS,
    Concerned,
    Correction,
    CorrectionKind,
    CorrectionStep,
    Finding,
    FindingStep,
    GapCause,
    Source,
    StepKind,
)
from minhbach.centre.oversight.proposals import with_open_proposal
from minhbach.centre.oversight.terms import Terms, own_term, terms_of
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Person, Room, true_on
from minhbach.centre.registry.searching import has_number, numbered, words_of
from minhbach.centre.registry.vietnamese import search_key
from minhbach.centre.regulation.rights import Right
from minhbach.centre.words import Words

STATES = {
    StepKind.READ: ("soon", Words("Đã đọc, chờ giải trình", "Read; to be explained")),
    StepKind.EXPLAINED: ("soon", Words("Đã giải trình, chờ kết luận", "Explained; to be concluded")),
    StepKind.RETURNED: ("soon", Words("Cần giải trình thêm", "More to be explained")),
    StepKind.CONCLUDED: ("ok", Words("Đã kết luận", "Concluded")),
    StepKind.WITHDRAWN: ("unseen", Words("Đã rút", "Withdrawn")),
    StepKind.LAWFUL: ("ok", Words("Có lý do hợp lệ", "A lawful cause")),
}
#: What was upheld is no pass, though nothing more may be left to do.
#: Not late, but wrong: the same red triangle as a norm that is not met.
UPHELD = ("late", Words("Đã kết luận: có vi phạm", "Concluded: it is so"))
UNFOUNDED = ("unseen", Words("Đã kết luận: không vi phạm", "Concluded: it is not so"))
CORRECTING = ("soon", Words("Đang khắc phục", "Being put right"))
REPORTED = ("soon", Words("Chờ xác nhận khắc phục", "To be accepted as put right"))
CORRECT_LATE = ("late", Words("Quá hạn khắc phục", "Putting right is overdue"))
NEW = ("soon", Words("Mới, chưa đọc", "New, not read"))
LATE = {
    True: ("late", Words("Quá hạn giải trình", "Explanation overdue")),
    False: ("late", Words("Quá hạn kết luận", "Conclusion overdue")),
}
STEPS = {
    StepKind.READ: Words("Đơn vị đã đọc", "Read at the unit"),
    StepKind.EXPLAINED: Words("Giải trình, khắc phục", "Explained, corrected"),
    StepKind.RETURNED: Words("Yêu cầu giải trình thêm", "More asked for"),
    StepKind.CONCLUDED: Words("Kết luận", "Concluded"),
    StepKind.WITHDRAWN: Words("Rút phát hiện", "Withdrawn"),
    StepKind.LAWFUL: Words("Chấp nhận lý do mất hình", "The cause was accepted as lawful"),
}
SOURCES = {
    Source.FOOTAGE: Words("Xem hình", "Footage"),
    Source.PETITION: Words("Phản ánh, kiến nghị", "A complaint"),
    Source.RATING: Words("Đánh giá không hài lòng", "A low rating"),
    Source.ASSESSMENT: Words("Đánh giá hằng tháng", "The month's assessment"),
    Source.INSPECTION: Words("Kiểm tra", "An inspection"),
    Source.GAP: Words("Hệ thống: mất hình", "The system: no footage"),
}
SYSTEM = Words("Hệ thống", "The system")


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as this person may read it."""

    finding: Finding
    unit_name: str
    steps: tuple[FindingStep, ...]
    state: tuple[str, Words]
    #: In restricted time that is closed to this person.
    closed: bool
    terms: Terms

    @property
    def what(self) -> Words:
        """What it is about."""
        return UNREADABLE if self.closed else Words(self.finding.situation_vi, self.finding.situation_en)

    @property
    def note(self) -> str:
        """More about it."""
        return "" if self.closed else self.finding.note

    @property
    def begin(self) -> datetime.datetime:
        """In Vietnam."""
        return moment(self.finding.begin_us)

    @property
    def end(self) -> datetime.datetime:
        """In Vietnam."""
        return moment(self.finding.until_us)

    @property
    def went_on(self) -> bool:
        """Whether the gap went on after it was found."""
        return self.finding.until_us > self.finding.end_us

    @property
    def finder(self) -> str:
        """Who found it."""
        return self.finding.found_by.full_name if self.finding.found_by else str(SYSTEM)

    @property
    def source(self) -> Words:
        """What led to it."""
        return SOURCES[Source(self.finding.source)]

    @property
    def conclusion(self) -> FindingStep | None:
        """The step that concluded it."""
        return next((step for step in self.steps if step.kind == StepKind.CONCLUDED), None)

    @property
    def ended(self) -> bool:
        """Whether it was concluded or taken back."""
        return any(step.kind in ENDS for step in self.steps)

    @property
    def due(self) -> datetime.datetime | None:
        """Until when its next step is due, or the first thing still to be put right; none where nothing is left."""
        if self.ended:
            days = [
                due_of(task) for task in self.finding.corrections.all() if correction_state(task, datetime.date.max)
            ]
            return datetime.datetime.combine(min(days), datetime.time.max, registry.VIETNAM) if days else None
        explained = last_kind(self.steps) is StepKind.EXPLAINED
        return self.terms.conclude_by if explained else self.terms.explain_by

    @property
    def url(self) -> str:
        """The room's page at that moment; empty in restricted time."""
        room = reverse("room", args=[self.finding.room_id])
        return "" if self.closed else f"{room}?luc={self.begin:%Y-%m-%dT%H:%M:%S}"


def findings_for(
    actor: Account, *, now: datetime.datetime, ended: bool = False, proposed: bool = False, text: str = ""
) -> "QuerySet[Finding]":
    """Those in the rooms where the person may make findings, for `told`: open ones by their term, ended ones newest
    first; what is still to be put right is open. `proposed`: those instead of which a proposal of discipline waits.
    `text` is looked for in the number, the room, who found it, and what was found where that may be read.
    """
    done = is_done()
    which = Q(with_open_proposal()) if proposed else done if ended else ~done
    rows = Finding.objects.filter(which, room__in=rooms_within(actor, now=now))
    rows = sought(actor, rows, text, now)
    rows = rows.order_by("-found_at", "id") if ended else rows.order_by("conclude_by", "found_at", "id")
    return with_story(rows)


def rooms_within(actor: Account, *, now: datetime.datetime) -> set[UUID]:
    """The rooms in whose findings the person has a part; also such as are no more: what was found there is gone on with
    by whoever answers for them.
    """
    gone = dict(Room.objects.exclude(true_on(registry.day_of(now))).values_list("id", "room_type"))
    standing, places = standing_of(actor, now=now), places_of_types(gone, now) if gone else {}
    own = {room for room in gone if judge(standing, Right.HOLD, places[room]).allowed}
    return own | rooms_where(actor, Right.HOLD, now=now)


def is_done() -> Q:
    """The condition for findings that have ended and of which nothing is left to be put right."""
    over = Exists(FindingStep.objects.filter(finding=OuterRef("pk"), kind__in=ENDS))
    accepted = CorrectionStep.objects.filter(correction=OuterRef("pk"), kind=CorrectionKind.ACCEPTED)
    return Q(over) & ~Q(Exists(Correction.objects.filter(~Exists(accepted), finding=OuterRef("pk"))))


def with_story(rows: "QuerySet[Finding]") -> "QuerySet[Finding]":
    """With what `told` and `state_of` look at, in a constant number of queries."""
    return rows.select_related("room", "found_by").prefetch_related("steps__by", "corrections__steps", "prolonged")


def sought(actor: Account, rows: "QuerySet[Finding]", text: str, now: datetime.datetime) -> "QuerySet[Finding]":
    """Those in which the words stand, as far as this person may read them."""
    if words := words_of(text):
        shut = _shut(actor, rows, now)
        found_in = rows.order_by().values("room").distinct()
        rooms = {
            room: search_key(name) for room, name in Room.objects.filter(id__in=found_in).values_list("id", "name")
        }
        rows = rows.alias(label=numbered())
        for word in words:
            # People are read once and hashed, rooms are few: asked row by row, 100,000 findings took many seconds.
            by = Q(found_by__in=Person.objects.filter(search_key__contains=word).values("id"))
            there = Q(room__in=[room for room, name in rooms.items() if word in name])
            number = has_number(word) if any(letter.isdigit() for letter in word) else Q(pk__in=[])
            rows = rows.filter(number | there | by | (Q(search_key__contains=word) & ~shut))
    return rows


def _shut(actor: Account, rows: "QuerySet[Finding]", now: datetime.datetime) -> Q:
    """Those in restricted time that is closed to who asks: what they are about is not told, so not found either."""
    reach = rows.aggregate(begin=Min("begin_us"), end=Max("end_us"))
    rooms = set(rows.order_by().values_list("room", flat=True).distinct())
    found = Q(pk__in=[])
    if not rooms:
        return found
    begin, end = moment(reach["begin"]), moment(reach["end"])
    for room, spans in closed_spans(standing_of(actor, now=now), Right.PLAYBACK, rooms, begin, end).items():
        for since, until in spans:
            found |= Q(room=room, begin_us__lt=us(until), end_us__gt=us(since))
    return found


def finding_of(actor: Account, finding: UUID, *, now: datetime.datetime) -> Told:
    """One of them; whether one may read it is decided before."""
    rows = Finding.objects.filter(id=finding).select_related("room", "found_by", "hold")
    return told(list(rows.prefetch_related("steps__by", "corrections__steps", "cameras", "prolonged")), actor, now=now)[
        0
    ]


def told(rows: Sequence[Finding], actor: Account, *, now: datetime.datetime) -> list[Told]:
    """These findings as this person may read them."""
    names = registry.names_on({row.unit_id for row in rows}, registry.day_of(now))
    stretches = {row.id: (row.room_id, (moment(row.begin_us), moment(row.until_us))) for row in rows}
    closed = closed_among(standing_of(actor, now=now), Right.PLAYBACK, stretches)
    return [
        Told(
            row,
            names[row.unit_id].name if row.unit_id in names else "",
            steps := tuple(row.steps.all()),
            state_of(row, steps, now),
            row.id in closed,
            terms_of(row),
        )
        for row in rows
    ]


def state_of(row: Finding, steps: Sequence[FindingStep], now: datetime.datetime) -> tuple[str, Words]:
    """Kind of status and words: the last step, what is still to be put right, or late."""
    end = next((step for step in steps if step.kind in ENDS), None)
    if end is not None:
        return _ended(row, end, now)
    last = last_kind(steps)
    waits = last is not StepKind.EXPLAINED
    by = terms_of(row)
    if now > (by.explain_by if waits else by.conclude_by):
        return LATE[waits]
    return STATES[last] if last else NEW


def last_kind(steps: Sequence[FindingStep]) -> StepKind | None:
    """What was done last: that somebody read it counts only while nobody has said anything."""
    said = [step.kind for step in steps if step.kind != StepKind.READ]
    return StepKind(said[-1]) if said else StepKind.READ if steps else None


def was_heard(named: Concerned, steps: Iterable[FindingStep]) -> bool:
    """Whether they explained it themselves since they were named: what they said before, they said for the unit."""
    return any(
        step.kind == StepKind.EXPLAINED and step.by_id == named.person_id and step.at >= named.named_at
        for step in steps
    )


def unheard(row: Finding, now: datetime.datetime) -> list[Concerned]:
    """Whom it concerns and who may still explain it: before that nothing is upheld."""
    steps, terms = list(row.steps.all()), terms_of(row)
    named = row.concerned.select_related("person", "finding")
    return [each for each in named if now <= own_term(each, terms) and not was_heard(each, steps)]


def _ended(row: Finding, end: FindingStep, now: datetime.datetime) -> tuple[str, Words]:
    states = [correction_state(task, registry.day_of(now)) for task in row.corrections.all()]
    for each in (CORRECT_LATE, REPORTED, CORRECTING):
        if each in states:
            return each
    if end.kind == StepKind.CONCLUDED and end.upheld is not None:
        return UPHELD if end.upheld else UNFOUNDED
    return STATES[StepKind(end.kind)]


def correction_state(task: Correction, day: datetime.date) -> tuple[str, Words] | None:
    """How it stands with what has to be put right; none once it is accepted."""
    kinds = [step.kind for step in task.steps.all() if step.kind != CorrectionKind.EXTENDED]
    if kinds and kinds[-1] == CorrectionKind.ACCEPTED:
        return None
    if kinds and kinds[-1] == CorrectionKind.REPORTED:
        return REPORTED
    return CORRECT_LATE if day > due_of(task) else CORRECTING


def due_of(task: Correction) -> datetime.date:
    """Its day, as it was put off last."""
    days = [step.due_on for step in task.steps.all() if step.due_on]
    return days[-1] if days else task.due_on


def holds_for(row: Finding) -> list[LegalHold]:
    """What is held for it, in the order of the room's time."""
    found = LegalHold.objects.filter(room=row.room_id, origin=HoldOrigin.FINDING, reference=str(row.id))
    return list(found.order_by("begin_us"))


def causes_for(row: Finding) -> list[GapCause]:
    """What was put down, with its paper, as the cause of what a finding of a gap speaks of; by its begin."""
    rows = GapCause.objects.filter(room=row.room_id, begin_us__lt=row.until_us, end_us__gt=row.begin_us)
    return list(rows.exclude(document="").select_related("by").order_by("begin_us", "at"))


def open_for(hold: UUID) -> Finding | None:
    """The finding that has not ended and for which this is held."""
    over = Exists(FindingStep.objects.filter(finding=OuterRef("pk"), kind__in=ENDS))
    own = LegalHold.objects.filter(id=hold, origin=HoldOrigin.FINDING).values_list("reference", flat=True).first()
    return Finding.objects.filter(Q(hold=hold) | Q(id=own or None), ~over).first()
