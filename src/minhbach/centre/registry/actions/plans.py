"""Fitting out sites by a plan: the plan, its milestones as they are reached, the hand-over that puts a room to use."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q

from minhbach.centre.papers.actions import keep_proof
from minhbach.centre.papers.photo import PhotoRefused
from minhbach.centre.registry.actors import Actor, person_id_of, person_of
from minhbach.centre.registry.models import HandOver, Rollout, RolloutSite, RolloutStep, Room
from minhbach.centre.registry.reading import day_of
from minhbach.centre.registry.steps import steps_of
from minhbach.centre.registry.vietnamese import plain
from minhbach.centre.registry.writing import NotPossible, constraint_of, writing
from minhbach.centre.words import Words

MOST_MILESTONES = 20
NO_SITES = Words("Hãy chọn ít nhất một đơn vị.", "Choose at least one unit.")
NO_PILOT = Words("Đơn vị làm điểm phải là một trong các đơn vị của kế hoạch.", "The pilot must be a unit of the plan.")
MILESTONES = Words(
    "Mỗi mốc cần một tên và một ngày không sau hạn của kế hoạch; nhiều nhất 20 mốc.",
    "Each milestone needs a name and a day not after the end of the plan; 20 at most.",
)
TWICE = Words("Đơn vị đã có kế hoạch theo số này.", "The unit has a plan by this number already.")
NO_SUCH_MILESTONE = Words("Kế hoạch không có mốc này.", "The plan has no such milestone.")
REACHED = Words("Mốc này đã được ghi nhận.", "This milestone is recorded already.")
NOT_YET = Words("Ngày này chưa đến.", "That day has not come yet.")
BEFORE_SIGNING = Words("Phòng chỉ được đưa vào sử dụng từ ngày ký biên bản.", "A room is used from the signing on.")
NOT_ACCEPTED = Words(
    "Chưa bàn giao được: phòng chưa treo biển, hoặc hình và tiếng chưa được nghiệm thu đủ.",
    "Not handed over yet: no sign hangs in the room, or picture and voice are not accepted.",
)
WHO = Words("Hãy ghi bên giao và bên nhận.", "Write who hands over and who takes over.")


@dataclass(frozen=True, slots=True)
class Milestone:
    """What is to be reached by a day."""

    words: str
    due: datetime.date


def plan(
    actor: Actor,
    *,
    unit: UUID,
    title: str,
    decision_number: str,
    due_on: datetime.date,
    milestones: Sequence[Milestone],
    sites: Collection[UUID],
    pilots: Collection[UUID],
    now: datetime.datetime,
) -> Rollout:
    """A plan that fits out these units. Raises NotPossible."""
    if not sites:
        raise NotPossible(NO_SITES, "sites")
    if set(pilots) - set(sites):
        raise NotPossible(NO_PILOT, "pilots")
    said = [Milestone(plain(each.words)[:200], each.due) for each in milestones]
    if not 0 < len(said) <= MOST_MILESTONES or any(not each.words or each.due > due_on for each in said):
        raise NotPossible(MILESTONES, "milestones")
    try:
        with writing(actor, "rollout_planned"):
            made = Rollout.objects.create(
                unit_id=unit, title=plain(title)[:300], decision_number=plain(decision_number)[:60], due_on=due_on,
                milestones=[{"words": each.words, "due": each.due.isoformat()} for each in said],
                made_by=person_of(actor), made_at=now,
            )  # fmt: skip
            RolloutSite.objects.bulk_create(
                RolloutSite(rollout=made, unit_id=site, pilot=site in pilots) for site in sorted(sites)
            )
    except IntegrityError as error:
        if constraint_of(error) != "rollout_once":
            raise
        raise NotPossible(TWICE, "decision_number") from None
    return made


def reach(
    actor: Actor, *, site: RolloutSite, milestone: int, on: datetime.date, note: str, now: datetime.datetime
) -> RolloutStep:
    """The site reached a milestone of its plan. Raises NotPossible."""
    if not 0 <= milestone < len(site.rollout.milestones):
        raise NotPossible(NO_SUCH_MILESTONE, "milestone")
    if on > day_of(now):
        raise NotPossible(NOT_YET, "on")
    try:
        with writing(actor, "rollout_reached"):
            return RolloutStep.objects.create(
                site=site, milestone=milestone, reached_on=on, note=plain(note)[:500], by=person_of(actor), at=now
            )
    except IntegrityError as error:
        if constraint_of(error) != "rollout_step_once":
            raise
        raise NotPossible(REACHED, "milestone") from None


def hand_over(
    actor: Actor,
    *,
    room: Room,
    signed_on: datetime.date,
    live_from: datetime.date,
    giver: str,
    receiver: str,
    minutes: bytes,
    now: datetime.datetime,
) -> HandOver:
    """Both sides signed the minutes, here photographed or scanned: from `live_from` on the room counts in figures.

    What was in service stays so: of several hand-overs the earliest day counts, or a later one would unwrite figures.
    Raises NotPossible where the room is not set up and accepted, as no minutes could say that it is.
    """
    if signed_on > day_of(now):
        raise NotPossible(NOT_YET, "signed_on")
    if live_from < signed_on:
        raise NotPossible(BEFORE_SIGNING, "live_from")
    if not plain(giver) or not plain(receiver):
        raise NotPossible(WHO, "giver")
    steps = steps_of(room, day_of(now))
    if not steps.accepted or not steps.sign_hangs:
        raise NotPossible(NOT_ACCEPTED)
    try:
        title = f"Biên bản nghiệm thu, bàn giao: {room.name}"
        paper = keep_proof(data=minutes, title=title, person_id=person_id_of(actor), now=now)
    except PhotoRefused as refused:
        raise NotPossible(refused.words, "minutes") from None
    with writing(actor, "room_handed_over"):
        made = HandOver.objects.create(
            room=room, signed_on=signed_on, live_from=live_from, giver=plain(giver)[:200],
            receiver=plain(receiver)[:200], minutes=paper, by=person_of(actor), at=now,
        )  # fmt: skip
        later = Q(in_service_on__isnull=True) | Q(in_service_on__gt=live_from)
        Room.objects.filter(later, id=room.id).update(in_service_on=live_from)
    return made
