"""JSON of rooms against the norm, of what they lack and asked for, and of plans of fitting out: what their pages do.

A photograph is brought on the pages alone. What is not possible is 422 with the sentence and the field it is about.
"""

import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from minhbach.centre.access.api import pair
from minhbach.centre.access.deciding import rooms_where, units_where
from minhbach.centre.access.models import Account
from minhbach.centre.look.paging import PAGE
from minhbach.centre.oversight.actions import purchases, rooms
from minhbach.centre.oversight.needs import Need, needs, status_of
from minhbach.centre.oversight.standards import Measured, Sent, Standing, standing, standings
from minhbach.centre.registry import reading as registry
from minhbach.centre.registry.actions import plans
from minhbach.centre.registry.api import made, now_of, today_of
from minhbach.centre.registry.models import Proposal, ProposalStepKind, Rollout, RolloutSite, Room, Verdict
from minhbach.centre.registry.rollouts import Progress, progress_of
from minhbach.centre.regulation.rights import Right

of_rooms, of_units = Router(tags=["rooms"]), Router(tags=["rooms"])
needs_router, proposals, rollouts = Router(tags=["rooms"]), Router(tags=["rooms"]), Router(tags=["rooms"])
sites = Router(tags=["rooms"])

Note = Annotated[str, Field(max_length=500)]
Number = Annotated[str, Field(max_length=60)]
Skip = Annotated[int, Field(ge=0, le=1_000_000)]


class RoomAnswerIn(Schema):
    """What a person says of one item of the checklist."""

    verdict: Literal["met", "partly", "unmet", "left_out"]
    note: Note = ""


class ReviewIn(Schema):
    """Every item of the checklist by its code."""

    answers: Annotated[dict[str, RoomAnswerIn], Field(max_length=200)]
    note: Note = ""


class WaiverIn(Schema):
    """Why the room need not meet a norm, by which decision, until when."""

    code: Annotated[str, Field(max_length=40)]
    reason: Note
    decision_number: Number
    until: datetime.date


class ProposalIn(Schema):
    """What is asked for: needs by their key, and why."""

    needs: Annotated[list[Annotated[str, Field(max_length=120)]], Field(max_length=500)]
    reason: Annotated[str, Field(max_length=1000)]


class ProposalStepIn(Schema):
    """What became of a proposal."""

    kind: Literal["funded", "no_money", "refused", "bought", "withdrawn"]
    words: Note = ""
    funding_source: Annotated[str, Field(max_length=200)] = ""
    amount_vnd: Annotated[int, Field(ge=1, le=10**15)] | None = None


class MilestoneIn(Schema):
    """What is to be reached by a day."""

    words: Annotated[str, Field(max_length=200)]
    due: datetime.date


class RolloutIn(Schema):
    """A plan; sites and pilots are units below the one addressed."""

    title: Annotated[str, Field(max_length=300)]
    decision_number: Number
    due_on: datetime.date
    milestones: Annotated[list[MilestoneIn], Field(max_length=plans.MOST_MILESTONES)]
    sites: Annotated[list[UUID], Field(max_length=4000)]
    pilots: Annotated[list[UUID], Field(max_length=4000)] = Field(default_factory=list)


class ReachedIn(Schema):
    """A milestone that was reached, by its place in the plan."""

    milestone: Annotated[int, Field(ge=0, le=100)]
    on: datetime.date
    note: Note = ""


@of_rooms.get("/{uuid:room}/standard", summary="A room against its norms")
def room_standard(request: HttpRequest, room: UUID) -> dict[str, object]:
    """Every norm of the day beside what is there, and what its cameras really send."""
    return _standing(standing(get_object_or_404(Room, id=room), now=now_of(request)))


@of_rooms.post("/{uuid:room}/reviews", summary="Review a room")
def room_review(request: HttpRequest, room: UUID, said: ReviewIn) -> HttpResponse:
    """Every item of the checklist; what is not met says why."""
    row = get_object_or_404(Room, id=room)
    answers = {code: rooms.Answer(Verdict(each.verdict), each.note) for code, each in said.answers.items()}
    return made(lambda: rooms.review(_account(request), room=row, answers=answers, note=said.note, now=now_of(request)))


@of_rooms.post("/{uuid:room}/waivers", summary="Excuse a room from a norm")
def norm_waive(request: HttpRequest, room: UUID, said: WaiverIn) -> HttpResponse:
    """Until a day within a year, by a decision; the norm is still shown as not met. One that is laid down above is not
    excused by who runs the room.
    """
    row = get_object_or_404(Room, id=room)
    return made(lambda: rooms.waive(_account(request), room=row, now=now_of(request), **said.dict()))


@needs_router.get("", summary="What rooms lack")
def all_needs(request: HttpRequest, skip: Skip = 0) -> list[dict[str, object]]:
    """Fifty behind the first `skip`, by unit, room and kind."""
    here = rooms_where(_account(request), Right.REGISTRY, now=now_of(request))
    return [_need(need) for need in _needs(Room.objects.filter(id__in=here), request)[skip : skip + PAGE]]


@of_units.post("/{uuid:unit}/proposals", summary="Ask for a purchase")
def propose(request: HttpRequest, unit: UUID, said: ProposalIn) -> HttpResponse:
    """Some of what the unit's rooms lack."""
    found = _needs(Room.objects.filter(tenures__unit=unit), request)
    chosen = [need for need in found if need.unit == unit and need.key in said.needs]
    return made(
        lambda: purchases.propose(_account(request), unit=unit, chosen=chosen, reason=said.reason, now=now_of(request))
    )


@proposals.get("/{uuid:proposal}", summary="A proposal")
def one_proposal(request: HttpRequest, proposal: UUID) -> dict[str, object]:
    """What was asked, and what became of it."""
    row = get_object_or_404(Proposal.objects.prefetch_related("steps"), id=proposal)
    return {
        "id": row.id, "number": str(row), "unit": row.unit_id, "reason": row.reason, "made_at": row.made_at,
        "lines": row.lines, "state": pair(status_of(row)[1]),
        "steps": [
            {"kind": step.kind, "at": step.at, "words": step.words, "funding_source": step.funding_source,
             "amount_vnd": step.amount_vnd}
            for step in row.steps.all()
        ],
    }  # fmt: skip


@proposals.post("/{uuid:proposal}/steps", summary="What becomes of a proposal")
def proposal_step(request: HttpRequest, proposal: UUID, said: ProposalStepIn) -> HttpResponse:
    """Money, none, refused, bought, or taken back."""
    row = get_object_or_404(Proposal, id=proposal)
    values = said.dict()
    kind = ProposalStepKind(values.pop("kind"))
    return made(lambda: purchases.step(_account(request), row, kind=kind, now=now_of(request), **values))


@of_units.post("/{uuid:unit}/rollouts", summary="Plan a roll-out")
def rollout_new(request: HttpRequest, unit: UUID, said: RolloutIn) -> HttpResponse:
    """Its sites are units below the one addressed."""
    below = registry.units_below([unit], today_of(request))
    return made(
        lambda: plans.plan(
            _account(request).person, unit=unit, title=said.title, decision_number=said.decision_number,
            due_on=said.due_on, milestones=[plans.Milestone(each.words, each.due) for each in said.milestones],
            sites=set(said.sites) & below, pilots=set(said.pilots), now=now_of(request),
        )
    )  # fmt: skip


@rollouts.get("", summary="Plans of fitting out")
def all_rollouts(request: HttpRequest, skip: Skip = 0) -> list[dict[str, object]]:
    """Fifty behind the first `skip` that concern units within reach, the newest first."""
    reach = units_where(_account(request), Right.REGISTRY, now=now_of(request))
    rows = Rollout.objects.filter(sites__unit__in=reach).distinct().order_by("-made_at", "-id")
    found = progress_of(list(rows[skip : skip + PAGE]), day=today_of(request))
    return [_rollout(each, reach) for each in found]


@sites.post("/{uuid:rollout_site}/steps", summary="Record a milestone")
def rollout_step(request: HttpRequest, rollout_site: UUID, said: ReachedIn) -> HttpResponse:
    """The site of a plan reached it."""
    site = get_object_or_404(RolloutSite.objects.select_related("rollout"), id=rollout_site)
    actor, now = _account(request).person, now_of(request)
    return made(lambda: plans.reach(actor, site=site, milestone=said.milestone, on=said.on, note=said.note, now=now))


def _account(request: HttpRequest) -> Account:
    account: Account = request.user  # type: ignore[assignment]  # the guard's
    return account


def _needs(rows: "QuerySet[Room]", request: HttpRequest) -> list[Need]:
    found = list(rows.filter(valid_until__isnull=True).distinct().order_by("id"))
    return needs(standings(found, now=now_of(request)))


def _standing(found: Standing) -> dict[str, object]:
    room = found.room
    return {
        "room": room.id, "in_service_on": room.in_service_on, "area_m2": room.area_m2,
        "norms": [_norm(each) for each in found.norms], "cameras": [_sent(each) for each in found.sent],
    }  # fmt: skip


def _norm(each: Measured) -> dict[str, object]:
    return {
        "code": each.code, "name": pair(each.words), "asked": pair(each.asked), "found": pair(each.found),
        "met": each.met.value, "missing": each.missing,
    }  # fmt: skip


def _sent(each: Sent) -> dict[str, object]:
    return {
        "camera": each.camera.id, "width": each.width or None, "height": each.height or None,
        "pictures_a_second": each.rate, "sound": each.sound, "days_kept": each.days, "reported_at": each.reported_at,
    }  # fmt: skip


def _need(need: Need) -> dict[str, object]:
    return {
        "key": need.key, "room": need.room.id, "unit": need.unit, "kind": need.kind, "quantity": need.quantity,
        "why": pair(need.why), "broken_since": need.broken_since, "budget": pair(need.budget[1]),
        "proposal": need.proposal.id if need.proposal else None,
    }  # fmt: skip


def _rollout(found: Progress, reach: set[UUID]) -> dict[str, object]:
    row = found.rollout
    return {
        "id": row.id, "title": row.title, "decision_number": row.decision_number, "due_on": row.due_on,
        "milestones": [{"words": words, "due": due} for words, due in found.milestones],
        "live": found.live, "whole": found.whole, "late": found.late,
        "sites": [
            {
                "id": line.site.id, "unit": line.site.unit_id, "name": line.unit_name, "pilot": line.site.pilot,
                "reached": [cell.step.reached_on if cell.step else None for cell in line.cells],
                "rooms": len(line.rooms), "rooms_live": len(line.live), "live_from": line.live_from,
            }
            for line in found.lines
            if line.site.unit_id in reach
        ],
    }  # fmt: skip
