"""Taking back what is laid for a day to come: a name, a place in the tree, a founding, an ending, a merger, a split.

Owns undoing one decision as a whole, by the rows' own history: what it made goes, what it ended goes on until when it
would have. Promises that nothing is undone whose day has come or on which something later rests, and that nothing is
half undone: a unit that was to be merged away never stays without its rooms. Assignments that were made since and end
on that day are left, and named, as their decisions were made for it.
"""

import datetime
from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, ProtectedError, Q

from minhbach.centre.registry.actors import Actor
from minhbach.centre.registry.models import Assignment, Placement, Succession, Tenure, Unit, UnitName
from minhbach.centre.registry.writing import NotPossible, writing
from minhbach.centre.words import Words

NOTHING_LAID = Words("Không còn thay đổi nào chờ đến ngày đó.", "No change is laid for that day any more.")
RESTS_ON_IT = Words(
    "Đã có thay đổi khác dựa trên thay đổi này. Hãy bỏ thay đổi sau trước.",
    "Another change rests on this one. Take the later one back first.",
)
HEIR_IN_USE = Words(
    "Đơn vị mới đã có phòng, phân công, quy chế hoặc lịch riêng từ ngày đó. Hãy thu hồi những thứ đó trước.",
    "The new unit has rooms, assignments, a regulation or a calendar of its own by now. Take these back first.",
)
ELSEWHERE = Words(
    "Thay đổi này liên quan đến đơn vị ngoài phạm vi của bạn; cấp trên chung của các đơn vị bỏ được.",
    "The change concerns units beyond your reach; whoever stands above all of them can take it back.",
)
#: What a decision about units writes, in the order in which it may go.
KINDS: tuple[type[Model], ...] = (Succession, Tenure, Placement, UnitName, Assignment, Unit)
DAY = datetime.timedelta(days=1)


def withdraw_change(
    actor: Actor, *, unit: UUID, day: datetime.date, today: datetime.date, reach: Collection[UUID] | None = None
) -> list[Assignment]:
    """Take back what is laid for the unit on a day to come, with all that was decided with it.

    `reach`: the units in which this may be done, None for all. Answers the assignments that end on the day all the
    same. Raises NotPossible.
    """
    with writing(actor, "withdraw_change"):
        # Whoever takes over writes rows of its own: whatever is decided about units waits here.
        list(
            Unit.objects.select_for_update().filter(Q(id=unit) | Q(valid_from=day) | Q(valid_until=day)).order_by("id")
        )
        decisions = _decisions(unit, day) if day > today else []
        if not decisions:
            raise NotPossible(NOTHING_LAID)
        left = []
        for decision in decisions:
            left += _Undoing(decision, day).whole(reach)
    return left


def _decisions(unit: UUID, day: datetime.date) -> list[UUID]:
    """The contexts in the history of what is laid for the unit on the day, the newest first."""
    laid: tuple[tuple[type[Model], Q], ...] = (
        (UnitName, Q(unit=unit, valid_from=day)),
        (Placement, Q(unit=unit, valid_from=day)),
        (Succession, Q(day=day) & (Q(predecessor=unit) | Q(successor=unit))),
        (Unit, Q(id=unit) & (Q(valid_from=day) | Q(valid_until=day))),
    )
    found: dict[UUID, int] = {}
    for model, which in laid:
        rows = model._default_manager.filter(which).values_list("pk", flat=True)
        for event in _events(model).filter(which, pgh_obj__in=rows, pgh_context__isnull=False).order_by("-pgh_id"):
            found.setdefault(event.pgh_context_id, event.pgh_created_at)
    return sorted(found, key=lambda context: found[context], reverse=True)


def _events(model: type[Model]) -> Any:
    return model.pgh_event_model._default_manager  # type: ignore[attr-defined]  # given by the tracking


class _Undoing:
    """One decision."""

    def __init__(self, context: UUID, day: datetime.date) -> None:
        self._context, self._day = context, day
        self._founded: list[UUID] = []
        self._ended: list[UUID] = []
        self._heirs: set[UUID] = set()

    def whole(self, reach: Collection[UUID] | None) -> list[Assignment]:
        """Undo it; what still ends on the day."""
        made, changed = self._touched()
        self._heirs = {row.successor_id for row in made if isinstance(row, Succession)}
        self._founded = [row.pk for row in made if isinstance(row, Unit)]
        self._ended = [row.pk for row, _ in changed if isinstance(row, Unit)]
        self._must_be_near(made, changed, reach)
        for row in made:
            if not isinstance(row, Unit):
                row.delete()
        for row, before in changed:
            self._restore(row, before)
        self._give_back_what_came_since()
        for unit in self._ended:
            self._name_again(unit)
        for founded in self._founded:
            self._unfound(founded)
        still = Assignment.objects.filter(unit__in=self._ended, valid_until=self._day, withdrawn_at__isnull=True)
        return list(still.exclude(id__in=[row.pk for row, _ in changed]))

    def _touched(self) -> tuple[list[Any], list[tuple[Any, Any]]]:
        """The rows it made, and those it changed with the event before it, as far as they are as it left them."""
        made, changed = [], []
        for model in KINDS:
            events = _events(model)
            first: dict[UUID, Any] = {}
            last: dict[UUID, Any] = {}
            for event in events.filter(pgh_context=self._context).order_by("pgh_id"):
                first.setdefault(event.pgh_obj_id, event)
                last[event.pgh_obj_id] = event
            rows: dict[UUID, Any] = model._default_manager.in_bulk(list(first))
            for pk, row in rows.items():
                is_as_left = model is Succession or row.valid_until == last[pk].valid_until
                if first[pk].pgh_label == "insert":
                    if not is_as_left or not self._is_of_the_day(row):
                        raise NotPossible(RESTS_ON_IT)
                    made.append(row)
                elif is_as_left:
                    before = events.filter(pgh_obj=pk, pgh_id__lt=first[pk].pgh_id).order_by("-pgh_id").first()
                    changed.append((row, before))
                elif row.valid_until is None or row.valid_until > self._day:
                    raise NotPossible(RESTS_ON_IT)
                # What ended sooner since, stays ended.
        return made, changed

    def _is_of_the_day(self, row: Any) -> bool:
        return bool((row.day if isinstance(row, Succession) else row.valid_from) == self._day)

    def _must_be_near(self, made: list[Any], changed: list[tuple[Any, Any]], reach: Collection[UUID] | None) -> None:
        """All units of today that it concerns are within reach."""
        concerned = set(self._ended) | (self._heirs - set(self._founded))
        rows = [*made, *(row for row, _ in changed)]
        concerned |= {row.unit_id for row in rows if isinstance(row, UnitName | Placement)} - set(self._founded)
        if reach is not None and not concerned <= set(reach):
            raise NotPossible(ELSEWHERE)

    def _restore(self, row: Any, before: Any) -> None:
        row.valid_until = before.valid_until
        row.save(update_fields=["valid_until"])
        if isinstance(row, Assignment) and row.end_decision_number != before.end_decision_number:
            Assignment.objects.filter(pk=row.pk).update(end_decision_number=before.end_decision_number)

    def _give_back_what_came_since(self) -> None:
        """A room that was opened at a unit that was to end begins at its heir on the day: it stays where it is."""
        for fresh in Tenure.objects.filter(unit__in=self._heirs, valid_from=self._day):
            mine = Tenure.objects.filter(unit__in=self._ended, room=fresh.room_id, valid_until=self._day).first()
            if mine is not None:
                until = fresh.valid_until
                fresh.delete()
                Tenure.objects.filter(pk=mine.pk).update(valid_until=until)

    def _name_again(self, unit: UUID) -> None:
        """What was to begin on the same day gave way to the decision and is no row any more:
        what was before goes on.
        """
        until = Unit.objects.get(id=unit).valid_until
        for rows in self._spans(unit):
            if not rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=self._day)).exists():
                rows.filter(valid_until=self._day).update(valid_until=until)

    def _spans(self, unit: UUID) -> Iterator[Any]:
        yield UnitName.objects.filter(unit=unit)
        yield Placement.objects.filter(unit=unit)

    def _unfound(self, unit: UUID) -> None:
        """The unit was never there; where somebody's withdrawn assignment names it, a row without a name stays."""
        try:
            with transaction.atomic():
                Unit.objects.get(id=unit).delete()
        except ProtectedError as held:
            if not all(isinstance(row, Assignment) and row.withdrawn_at for row in held.protected_objects):
                raise NotPossible(HEIR_IN_USE) from None
            Unit.objects.filter(id=unit).update(valid_until=self._day + DAY)
