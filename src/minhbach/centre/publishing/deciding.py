"""Who may do what with which report: on top of the matrix, what a report itself asks.

A report is prepared and signed by those who serve in the unit that owes it, and by nobody above them. It is received by
those above who do not serve there; that of a body which supervises, by those of a unit above it in the tree, as bodies
side by side receive nothing of each other. Before it was sent only its own unit reads it; while its unit does it anew,
those above have the paper that they returned, and no more. At the top of the tree nobody is above: the signature of its
head closes it, and it may be sent to the council there, which only reads it.
"""

import datetime
from dataclasses import dataclass

from minhbach.centre.access.deciding import standing_of
from minhbach.centre.access.judging import Standing, judge, rules_at
from minhbach.centre.access.models import Account
from minhbach.centre.access.places import Place, place_of_unit
from minhbach.centre.publishing.models import Kind, Report, StepKind
from minhbach.centre.regulation.rights import Right

SENT = (StepKind.SENT.value, StepKind.RETURNED.value, StepKind.ACCEPTED.value)
COUNCIL = "council"
OPEN = (None, StepKind.UNSIGNED.value, StepKind.RETURNED.value)


@dataclass(frozen=True, slots=True)
class Hands:
    """What a person may do with a report as it stands."""

    reads: bool
    writes: bool = False
    signs: bool = False
    sends: bool = False
    receives: bool = False
    #: Whether all they read of it is the paper that was sent: what is written since it was returned is a draft.
    paper_only: bool = False


def hands(actor: Account, report: Report, last: str | None, *, now: datetime.datetime) -> Hands:
    """What may be done; `last`: the kind of the report's last step, none where there is no step."""
    return hands_by(standing_of(actor, now=now), report, last, place_of_unit(report.unit_id, now))


def hands_by(standing: Standing, report: Report, last: str | None, place: Place) -> Hands:
    """The same, where standing and place are known."""
    prepares = _serves(standing, place, Right.REPORT)
    signs = _serves(standing, place, Right.REPORT_SIGN)
    receives = receives_at(standing, report.kind, place)
    inside = (
        prepares or signs or (any(post.unit == report.unit_id for post in standing.posts) and _figures(standing, place))
    )
    return Hands(
        reads=inside or (_is_out(report.kind, last, place) and (receives or _figures(standing, place))),
        writes=(prepares or signs) and last in OPEN,
        signs=signs and last in (*OPEN, StepKind.SIGNED.value),
        sends=(prepares or signs) and last == StepKind.SIGNED.value,
        receives=receives and last == StepKind.SENT.value,
        paper_only=not inside and last == StepKind.RETURNED.value,
    )


def receives_at(standing: Standing, kind: str, place: Place) -> bool:
    """Whether reports of this kind from there are this person's to accept."""
    if (
        any(post.unit == place.unit for post in standing.posts)
        or not judge(standing, Right.REPORT_RECEIVE, place).allowed
    ):
        return False
    return kind == Kind.OPERATES or any(post.unit in place.path[:-1] for post in standing.posts)


def sees_state(standing: Standing, kind: str, place: Place) -> bool:
    """Whether this person sees how the report stands, also where they may not read it yet or not for the moment.

    Whoever receives it; and of a unit that runs rooms whoever sees its figures, as a whole counts all that owe theirs.
    """
    return receives_at(standing, kind, place) or (kind == Kind.OPERATES and _figures(standing, place))


def informed(standing: Standing, report: Report, last: str | None) -> bool:
    """Whether the report, sent by the top of the tree, came to this person's council for information."""
    return (
        report.kind == Kind.LEADS
        and last == StepKind.SENT
        and any(
            post.kind == COUNCIL and post.path[:-1] == (report.unit_id,)
            and _figures(standing, Place(post.unit, post.path))
            for post in standing.posts
        )
    )  # fmt: skip


def _is_out(kind: str, last: str | None, place: Place) -> bool:
    """Sent; or, where nobody is above, signed."""
    return last in SENT or (last == StepKind.SIGNED and kind != Kind.OPERATES and len(place.path) == 1)


def _figures(standing: Standing, place: Place) -> bool:
    return judge(standing, Right.FIGURES, place).allowed


def _serves(standing: Standing, place: Place, right: Right) -> bool:
    if not standing.active:
        return False
    rules = rules_at(place.path, standing.rules)
    for post in standing.posts:
        role = rules.roles.get(post.role) if rules else None
        if post.unit == place.unit and role and post.kind in role.held_at and right in role.rights():
            return True
    return False
