"""Inspections and visits as a person may know them, and weeks in which a body went nowhere; reads only.

Which bodies go round is data: those that supervise rooms and whose people may have footage held there. How often, and
what is looked at, is the regulation's. Promises a number of queries that does not grow with visits.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from minhbach.centre.access.deciding import decide_any, rooms_where, standing_of
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import place_of_room
from minhbach.centre.oversight.models import EmptyWeek, Inspection, InspectionMember, Visit, VisitStep, VisitStepKind
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.models import Assignment, Room, Tenure, true_on
from minhbach.centre.registry.vietnamese import sort_key
from minhbach.centre.regulation.models import Supervision
from minhbach.centre.regulation.reading import rules_for
from minhbach.centre.regulation.rights import Right
from minhbach.centre.regulation.rules import Rules, Scope
from minhbach.centre.words import Words, formats

WEEK = datetime.timedelta(days=7)
State = tuple[str, Words | str]
PLANNED: State = ("soon", Words("Đã lên kế hoạch", "Planned"))
OVERDUE: State = ("late", Words("Chưa ghi kết quả", "No result yet"))
TO_SIGN: State = ("soon", Words("Chờ đơn vị ký xác nhận", "To be signed by the unit"))
SIGNED: State = ("ok", Words("Đã ký xác nhận", "Signed"))
OBJECTED: State = ("late", Words("Đơn vị có ý kiến khác, chưa trả lời", "The unit objects, not answered yet"))
ANSWERED: State = ("ok", Words("Đã trả lời ý kiến của đơn vị", "The objection is answered"))
WITHDRAWN: State = ("unseen", Words("Đã rút biên bản", "Its minutes are withdrawn"))
CANCELLED: State = ("unseen", Words("Đã hủy", "Cancelled"))
RUNNING = Words("Đang mở đến {at}", "Open until {at}")
COMING = Words("Mở từ {at}", "Opens at {at}")
NO_PART = Words(
    "Cuộc kiểm tra này do thành viên đoàn và người theo dõi phòng được kiểm tra đọc.",
    "An inspection is read by its team, and by whoever follows findings in its room.",
)
ENDED: State = ("unseen", Words("Đã kết thúc, quyền đã đóng", "Over, its rights have ended"))


def _has(kind: VisitStepKind) -> Exists:
    return Exists(VisitStep.objects.filter(visit=OuterRef("pk"), kind=kind))


#: Which visits count as made: held, and what the unit objects to only once that is answered.
COUNTS = Q(_has(VisitStepKind.HELD)) & (Q(~_has(VisitStepKind.OBJECTED)) | Q(_has(VisitStepKind.ANSWERED)))


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit with how it stands."""

    visit: Visit
    unit_name: str
    state: State
    wrong: int


@dataclass(frozen=True, slots=True)
class BodyWeek:
    """What a body did in a week: visits held, planned, and how many the regulation wants."""

    body: UUID
    name: str
    monday: datetime.date
    held: int
    planned: int
    wanted: int

    @property
    def short(self) -> bool:
        """Whether it is not enough yet."""
        return self.held < self.wanted


def monday_of(day: datetime.date) -> datetime.date:
    """The Monday of the week of a day."""
    return day - datetime.timedelta(days=day.weekday())


def state_of(visit: Visit, steps: Iterable[VisitStep], today: datetime.date) -> State:
    """How a visit stands on a day."""
    kinds = {step.kind for step in steps}
    for kind, state in (
        (VisitStepKind.CANCELLED, CANCELLED), (VisitStepKind.WITHDRAWN, WITHDRAWN), (VisitStepKind.ANSWERED, ANSWERED),
        (VisitStepKind.OBJECTED, OBJECTED), (VisitStepKind.SIGNED, SIGNED), (VisitStepKind.HELD, TO_SIGN),
    ):  # fmt: skip
        if kind in kinds:
            return state
    return OVERDUE if visit.day < today else PLANNED


def inspection_state(row: Inspection, now: datetime.datetime) -> State:
    """How an inspection stands at a moment."""
    if row.closed_at is not None or row.ends_at <= now:
        return ENDED
    if row.begins_at > now:
        return ("soon", COMING.fill(at=formats.moment(row.begins_at)))
    return ("ok", RUNNING.fill(at=formats.moment(row.ends_at)))


def visits_for(actor: Account, *, now: datetime.datetime) -> QuerySet[Visit]:
    """The visits to rooms in which this person may have footage held, the newest first; none that is not known yet."""
    found = known_visits(actor, now=now).filter(room__in=rooms_where(actor, Right.HOLD, now=now))
    return found.order_by("-day", "-id")


def known_visits(actor: Account, *, now: datetime.datetime) -> QuerySet[Visit]:
    """Those of one's own body; of others what was held: who is to be visited does not learn it before."""
    held = VisitStep.objects.filter(kind=VisitStepKind.HELD).values("visit")
    return Visit.objects.filter(Q(body__in=bodies_of(actor, registry.day_of(now))) | Q(id__in=held))


def known_inspections(actor: Account, *, now: datetime.datetime) -> QuerySet[Inspection]:
    """Those of one's own body or team; of others what has begun."""
    mine = InspectionMember.objects.filter(person=actor.person_id).values("inspection")
    own = Q(body__in=bodies_of(actor, registry.day_of(now))) | Q(id__in=mine)
    return Inspection.objects.filter(own | Q(begins_at__lte=now))


def may_read(actor: Account, row: Inspection, *, now: datetime.datetime) -> bool:
    """Its team for ever, also when its rights have ended; else whoever may hold or grant in the first of its rooms."""
    if row.members.filter(person=actor.person_id).exists():
        return True
    place = place_of_room(row.room_id, now)
    return decide_any(standing_of(actor, now=now), (Right.HOLD, Right.GRANT), place).allowed


def waiting_for(person: UUID, units: Collection[UUID], day: datetime.date) -> list[tuple[Visit, bool]]:
    """What waits for somebody, the earliest first: their own visits of these days that were not made, and minutes that
    one of their units is to sign (true). One query.
    """
    steps = VisitStep.objects.filter(visit=OuterRef("pk"))
    held = Exists(steps.filter(kind=VisitStepKind.HELD).exclude(by=person))
    answered = Exists(steps.filter(kind__in=[VisitStepKind.SIGNED, VisitStepKind.OBJECTED]))
    own = Q(visitor=person, day__lte=day + WEEK) & ~Q(Exists(steps))
    ours = Tenure.objects.filter(true_on(day), unit__in=units).values("room")
    to_sign = Q(room__in=ours) & Q(held) & ~Q(answered)
    rows = Visit.objects.filter(own | to_sign).select_related("room").order_by("day", "id")
    return [(row, row.visitor_id != person) for row in rows]


def lines_of(visits: QuerySet[Visit], *, now: datetime.datetime) -> list[VisitLine]:
    """The visits as they are listed."""
    counted = visits.annotate(wrong=Count("answers", filter=Q(answers__seen="bad")))
    found = list(counted.select_related("room", "visitor", "inspection").prefetch_related("steps__by", "answers"))
    today = registry.day_of(now)
    names = registry.names_on({row.unit_id for row in found}, today)
    return [
        VisitLine(
            row,
            names[row.unit_id].name if row.unit_id in names else "",
            state_of(row, row.steps.all(), today),
            row.wrong,
        )
        for row in found
    ]


def inspections_for(actor: Account, *, now: datetime.datetime) -> QuerySet[Inspection]:
    """The inspections of rooms in which this person may hold or grant, the newest first."""
    rooms = rooms_where(actor, Right.HOLD, now=now) | rooms_where(actor, Right.GRANT, now=now)
    found = known_inspections(actor, now=now).filter(rooms__in=rooms).distinct()
    return (
        found.select_related("body", "opened_by")
        .prefetch_related("members__person", "rooms")
        .order_by("-opened_at", "-id")
    )


def rounds_on(day: datetime.date) -> dict[UUID, int]:
    """The bodies that go round on the day, and how many visits a week they owe."""
    supervising: dict[UUID, set[str]] = {}
    for body, kind in Supervision.objects.filter(true_on(day)).values_list("body", "room_type"):
        supervising.setdefault(body, set()).add(kind)
    staff: dict[UUID, set[str]] = {}
    posts = Assignment.objects.filter(true_on(day), unit__in=supervising)
    for unit, role in posts.values_list("unit", "role"):
        staff.setdefault(unit, set()).add(role)
    found = {}
    for body, roles in staff.items():
        rules = rules_for(tuple(reversed(registry.units_above(body, day))), day)
        if rules is not None and _goes_round(rules, roles, supervising[body]):
            found[body] = rules.times.visits_week
    return found


def _goes_round(rules: Rules, roles: Collection[str], kinds: Collection[str]) -> bool:
    cells = [rules.roles[role].rooms.get(kind) for role in roles if role in rules.roles for kind in kinds]
    return any(cell and cell.scope is Scope.SUPERVISED and Right.HOLD in cell.rights for cell in cells)


def weeks_of(bodies: Collection[UUID], monday: datetime.date, wanted: dict[UUID, int]) -> list[BodyWeek]:
    """What these bodies did in the week."""
    span = (monday, monday + WEEK - datetime.timedelta(days=1))
    rows = Visit.objects.filter(body__in=bodies, day__range=span).exclude(steps__kind=VisitStepKind.CANCELLED)
    counted = rows.order_by().values("body").annotate(all=Count("id"), held=Count("id", filter=COUNTS))
    by_body = {row["body"]: (int(row["held"]), int(row["all"])) for row in counted}
    names = registry.names_on(bodies, monday)
    found = [
        BodyWeek(
            body, names[body].name if body in names else "", monday, *by_body.get(body, (0, 0)), wanted.get(body, 0)
        )
        for body in bodies
    ]
    return sorted(found, key=lambda each: sort_key(each.name))


def lacking(weeks: QuerySet[EmptyWeek]) -> QuerySet[Any]:
    """Of the weeks that were found short those that still are, with how many visits were `made` by now: a visit may be
    written down, or an objection answered, after the week was found.
    """
    theirs = Visit.objects.filter(
        COUNTS, body=OuterRef("body"), day__gte=OuterRef("monday"), day__lt=OuterRef("monday") + WEEK
    )
    made = theirs.order_by().values("body").annotate(n=Count("id")).values("n")
    return weeks.annotate(made=Coalesce(Subquery(made), 0)).filter(made__lt=F("wanted"))


def bodies_of(actor: Account, day: datetime.date) -> set[UUID]:
    """The bodies where this person serves."""
    return {post.unit_id for post in registry.posts(actor.person_id, day)}


def checklist(rules: Rules, room: Room) -> list[tuple[str, Words]]:
    """What is looked at in a room of that type, in the regulation's order."""
    items = rules.catalogues["visit_items"]
    return [(code, item.words) for code, item in items.items() if item.text("room") in ("", room.room_type)]
