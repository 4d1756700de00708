"""What follows from posts, grants and the rules in force: a decision, without I/O.

Owns the one place where rights are reasoned about. Everything it needs is in `Standing` and `Place`; what it does not
find there, it refuses. A post counts only at a unit of a kind where the regulation lets the role be held, so a
mistyped assignment gives nothing.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from minhbach.centre.access.places import Place
from minhbach.centre.regulation.rights import FOOTAGE, OF_ROOMS, Right
from minhbach.centre.regulation.rules import Cell, Role, Rules, Scope
from minhbach.centre.words import Words

NOT_YOURS = Words(
    "Ở đây cần quyền «{right}», không thuộc nhiệm vụ được giao của bạn. Nếu công việc cần đến, hãy đề nghị người có "
    "thẩm quyền cấp quyền có thời hạn.",
    "This needs the right “{right}”, which you are not assigned here. If your work needs it, ask for a grant of "
    "limited time.",
)
CLOSED = Words("Tài khoản này đã đóng.", "This account is closed.")
CONFIRM_FIRST = Words(
    "Đã quá hạn xác nhận quy chế: hãy mở mục «Quy chế», đọc và xác nhận, rồi xem hình được ngay.",
    "The regulation should have been confirmed by now: open “Regulation”, read and confirm it; then you may watch.",
)


@dataclass(frozen=True, slots=True)
class Post:
    """A person is something at a unit, by a decision; `path` from the top of the tree down to the unit."""

    assignment: UUID
    unit: UUID
    name: str
    kind: str
    role: str
    path: tuple[UUID, ...]
    since: datetime.date = datetime.date.min


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant in force: these rights in these rooms."""

    grant: UUID
    rights: frozenset[str]
    rooms: frozenset[UUID]
    through_restriction: bool = False
    #: The only stretch of footage it is about; none where it is about all.
    footage: tuple[datetime.datetime, datetime.datetime] | None = None


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A version that binds a person at a unit, since when it could be confirmed, and the working days there are."""

    version: UUID
    unit: UUID
    since: datetime.date
    working_days: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything about a person that a decision depends on, at one moment."""

    person: UUID
    active: bool
    posts: tuple[Post, ...] = ()
    #: (body, area, room type) of every supervision by the units of the posts.
    supervisions: frozenset[tuple[UUID, UUID, str]] = frozenset()
    grants: tuple[Granted, ...] = ()
    #: The rules in force, by the unit that issued them.
    rules: Mapping[UUID, Rules] = field(default_factory=dict)
    #: Versions that bind the person and were not confirmed by them.
    unconfirmed: tuple[Unconfirmed, ...] = ()
    #: Whether the term for one of those is over: no footage until it is confirmed; all other work goes on.
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether, and on what ground ("post:<id>", "grant:<id>"); `why` is for the person who asked."""

    allowed: bool
    why: Words
    needs_purpose: bool = False
    ground: str = ""


def rules_at(path: tuple[UUID, ...], rules: Mapping[UUID, Rules]) -> Rules | None:
    """The rules of the nearest unit up the path that has some."""
    return next((rules[unit] for unit in reversed(path) if unit in rules), None)


def judge(standing: Standing, right: Right, place: Place) -> Decision:
    """Whether this person may do that there."""
    refused = Decision(False, NOT_YOURS.fill(right=right.words))
    if not standing.active:
        return Decision(False, CLOSED)
    if standing.overdue and right in FOOTAGE:
        return Decision(False, CONFIRM_FIRST)
    if not place.anywhere and (place.unit is None or (right in OF_ROOMS and place.room is None)):
        # Nobody holds the place; or footage is asked of a unit as a whole, where it is only had of rooms.
        return refused
    found = [
        Decision(True, right.words, needs_purpose=_asks_purpose(right, scope), ground=f"post:{post.assignment}")
        for post in standing.posts
        if (scope := _reach(standing, post, right, place)) is not None
    ]
    if found:
        return min(found, key=lambda decision: decision.needs_purpose)
    for grant in standing.grants:
        if right in grant.rights and (place.anywhere or place.room in grant.rooms):
            return Decision(True, right.words, needs_purpose=right in OF_ROOMS, ground=f"grant:{grant.grant}")
    return refused


def _asks_purpose(right: Right, scope: Scope) -> bool:
    return right in OF_ROOMS and not (right in (Right.LIVE, Right.SOUND) and scope is Scope.OWN)


def _reach(standing: Standing, post: Post, right: Right, place: Place) -> Scope | None:
    """By which scope the post reaches the place with this right, or not at all."""
    rules = rules_at(post.path if place.anywhere else place.path, standing.rules)
    role = rules.roles.get(post.role) if rules else None
    if role is None or post.kind not in role.held_at:
        return None
    if right in role.oneself:
        return Scope.OWN
    for cell, room_type in _cells(role, right, place):
        if right in cell.rights and _covers(standing, post, cell.scope, place, room_type):
            return cell.scope
    return None


def _cells(role: Role, right: Right, place: Place) -> list[tuple[Cell, str | None]]:
    """The fields of the matrix that speak of this right there, each with the type of room it is about."""
    if right not in OF_ROOMS:
        return [(role.unit, place.room_type)] if role.unit else []
    types = role.rooms if place.anywhere else [place.room_type]
    return [(role.rooms[room_type], room_type) for room_type in types if room_type and room_type in role.rooms]


def _covers(standing: Standing, post: Post, scope: Scope, place: Place, room_type: str | None) -> bool:
    if scope is Scope.OWN:
        return place.anywhere or post.unit in place.path
    if scope is Scope.SUPERVISED:
        return any(
            body == post.unit and (place.anywhere or area in place.path) and room_type in (None, supervised)
            for body, area, supervised in standing.supervisions
        )
    return False


def only_stretches(
    standing: Standing, right: Right, place: Place
) -> list[tuple[datetime.datetime, datetime.datetime]] | None:
    """The stretches of footage that are all the person may have there with this right; None where it is no question."""
    found = [
        grant.footage
        for grant in standing.grants
        if grant.footage and right in grant.rights and place.room in grant.rooms
    ]
    whole = replace(standing, grants=tuple(grant for grant in standing.grants if grant.footage is None))
    return sorted(found) if found and not judge(whole, right, place).allowed else None


def passes_restriction(standing: Standing, receiver: UUID | None, room: UUID, right: Right) -> bool:
    """Whether restricted time in the room is open to this person: its receiver, or by a grant of two signatures."""
    if receiver is not None and receiver == standing.person:
        return True
    return any(grant.through_restriction and right in grant.rights and room in grant.rooms for grant in standing.grants)
