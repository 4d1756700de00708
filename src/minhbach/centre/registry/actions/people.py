"""Adding people, assigning them by decision, and saying at which counter they work."""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from minhbach.centre.papers.models import Paper
from minhbach.centre.registry.actors import Actor, person_id_of
from minhbach.centre.registry.models import Assignment, Counter, CounterPost, Person, Unit
from minhbach.centre.registry.vietnamese import plain, search_key, sort_key_of_person
from minhbach.centre.registry.writing import NotPossible, writing
from minhbach.centre.words import Words

NAMELESS = Words("Hãy nhập họ và tên.", "Give the full name.")
NO_DECISION = Words(
    "Hãy nhập số quyết định phân công: quyền truy cập chỉ có khi có quyết định.",
    "Give the number of the decision: access exists only by decision.",
)
BEFORE_ITS_DECISION = Words(
    "Ngày bắt đầu không được trước ngày của quyết định.", "An assignment cannot begin before its decision."
)
NOT_ONESELF = Words(
    "Không ai tự phân công cho mình. Hãy nhờ một quản trị viên khác.",
    "Nobody assigns themselves. Ask another administrator.",
)
ALREADY_ENDED = Words(
    "Phân công đã kết thúc trước đó, hoặc mới bắt đầu từ ngày này: hãy chọn ngày muộn hơn, hoặc thu hồi phân công.",
    "The assignment ended before, or only begins on this day: choose a later day, or withdraw it.",
)
BEGAN_BEFORE = Words(
    "Phân công đã có hiệu lực từ trước hôm nay, hoặc không còn: hãy kết thúc bằng quyết định.",
    "The assignment was in force before today, or is not any more: end it by a decision.",
)
NO_REASON = Words("Hãy ghi lý do thu hồi.", "Say why it is withdrawn.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDetails:
    """What is kept of a person."""

    full_name: str
    staff_code: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The paper by which somebody is assigned."""

    number: str
    date: datetime.date
    paper: Paper | None = None


def add_person(
    actor: Actor, *, details: PersonDetails, now: datetime.datetime, person_id: UUID | None = None
) -> Person:
    """A person, without any right yet; `person_id`: where a recorder's log knows them already."""
    with writing(actor, "add_person"):
        known = {"id": person_id} if person_id else {}
        return Person.objects.create(added_at=now, **known, **_kept(details))


def change_person(actor: Actor, *, person: Person, details: PersonDetails) -> None:
    """Correct what is kept of a person."""
    with writing(actor, "change_person"):
        Person.objects.filter(id=person.id).update(**_kept(details))


def assign(
    actor: Actor,
    *,
    person: Person,
    unit: UUID,
    role: str,
    decision: Decision,
    begin: datetime.date,
    until: datetime.date | None = None,
    title: str = "",
    field: str = "",
) -> Assignment:
    """Put the person into a role at the unit, by decision, from `begin` up to `until`. Nobody assigns themselves.

    No assignment outlives its unit: where the unit's end is laid already, it ends there.
    """
    if person_id_of(actor) == person.id:
        raise NotPossible(NOT_ONESELF)
    if not decision.number.strip():
        raise NotPossible(NO_DECISION, "decision_number")
    if begin < decision.date:
        raise NotPossible(BEFORE_ITS_DECISION, "begin")
    with writing(actor, "assign"):
        ends = Unit.objects.select_for_update().filter(id=unit).values_list("valid_until", flat=True).first()
        if ends is not None and (until is None or until > ends):
            until = ends
        return Assignment.objects.create(
            person=person,
            unit_id=unit,
            role=role,
            title=plain(title),
            field=plain(field),
            decision_number=decision.number.strip(),
            decision_date=decision.date,
            decision_paper=decision.paper,
            valid_from=begin,
            valid_until=until,
        )


def end_assignment(actor: Actor, *, assignment: Assignment, day: datetime.date, decision_number: str) -> None:
    """The assignment is not true any more from the day on. Raises NotPossible when it was not true the day before."""
    with writing(actor, "end_assignment"):
        running = Assignment.objects.filter(id=assignment.id, valid_from__lt=day)
        ended = running.exclude(valid_until__lte=day).update(
            valid_until=day, end_decision_number=decision_number.strip()
        )
        if not ended:
            raise NotPossible(ALREADY_ENDED)


def withdraw_assignment(
    actor: Actor, *, assignment: Assignment, reason: str, day: datetime.date, now: datetime.datetime
) -> None:
    """Take back an assignment that begins on `day`, today, or later: it gives no right from this moment, on any day.

    The row stays, with the reason; what was done by it today stays its ground. Raises NotPossible.
    """
    said = plain(reason)
    if not said:
        raise NotPossible(NO_REASON, "reason")
    with writing(actor, "withdraw_assignment"):
        fresh = Assignment.objects.filter(id=assignment.id, valid_from__gte=day, withdrawn_at__isnull=True)
        if not fresh.update(valid_until=F("valid_from"), withdrawn_at=now, withdrawal_reason=said):
            raise NotPossible(BEGAN_BEFORE)


def post_at_counter(
    actor: Actor, *, person: Person, counter: Counter, day: datetime.date, until: datetime.date | None = None
) -> CounterPost:
    """The person works at the counter from the day on."""
    with writing(actor, "post_at_counter"):
        return CounterPost.objects.create(person=person, counter=counter, valid_from=day, valid_until=until)


def leave_counter(actor: Actor, *, post: CounterPost, day: datetime.date) -> None:
    """The person does not work at the counter any more from the day on."""
    with writing(actor, "leave_counter"):
        CounterPost.objects.filter(id=post.id, valid_from__lt=day).update(valid_until=day)


def _kept(details: PersonDetails) -> dict[str, object]:
    name = plain(details.full_name)
    if not name:
        raise NotPossible(NAMELESS, "full_name")
    return {
        "full_name": name,
        "sort_key": sort_key_of_person(name),
        "search_key": search_key(name),
        "staff_code": details.staff_code.strip() or None,
        "phone": details.phone.strip(),
        "email": details.email.strip(),
    }
