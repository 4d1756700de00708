"""The people in the picture: officers who sit, and visitors who walk in, stand at a counter, and leave.

Owns their poses and where each one is at a given time: `scene(seconds)` is a pure function, so that any picture can
be drawn again. Faces have no features, on purpose: the demo shows nobody.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from minhbach.demo.canvas import Canvas, Colour, Planes

WIDTH, HEIGHT = 96, 176  # of a visitor's drawing; the feet are at its bottom middle
SEATED_WIDTH, SEATED_HEIGHT = 72, 92
WALK_PHASES = 8
_CYCLE_S = 44.0
_WALK_S = 9.0
_STAY_S = 17.0
_SKIN: Colour = (206, 164, 132)
_HAIR: Colour = (40, 32, 30)
_CLOTHES: tuple[tuple[Colour, Colour], ...] = (
    ((176, 58, 52), (44, 48, 66)),
    ((66, 116, 92), (60, 54, 50)),
    ((226, 196, 92), (38, 44, 74)),
    ((104, 84, 150), (52, 52, 56)),
)


@dataclass(frozen=True, slots=True)
class Actor:
    """One person in one picture: which drawing, and the middle of its feet."""

    clothes: int
    pose: str  # "walk" or "stand"
    phase: int
    flipped: bool
    x: int
    y: int


def scene(seconds: float, seats: tuple[int, ...]) -> Iterator[Actor]:
    """Visitors present at `seconds` (Unix time of the camera's clock), the farthest from the camera first."""
    actors = []
    for index, seat in enumerate(seats):
        visit, at = divmod(seconds + index * _CYCLE_S * 0.55, _CYCLE_S)
        actor = _visitor(at, seat, int(visit) * 2 + index)
        if actor:
            actors.append(actor)
    yield from sorted(actors, key=lambda actor: actor.y)


def _visitor(at: float, seat: int, number: int) -> Actor | None:
    clothes = number % len(_CLOTHES)
    goal_x, goal_y = seat - 26, 292  # beside the officer, not before them
    if at < _WALK_S:
        part = at / _WALK_S
        return _walking(clothes, at, (-50 + (goal_x + 50) * part, 330 + (goal_y - 330) * part), flipped=False)
    if at < _WALK_S + _STAY_S:
        return Actor(clothes, "stand", int(at / 1.5) % 3, False, goal_x, goal_y)
    part = (at - _WALK_S - _STAY_S) / _WALK_S
    if part < 1:
        place = (goal_x - (goal_x + 50) * part, goal_y + (334 - goal_y) * part)
        return _walking(clothes, at, place, flipped=True)
    return None


def _walking(clothes: int, at: float, place: tuple[float, float], *, flipped: bool) -> Actor:
    phase = int(at * 1.15 * WALK_PHASES) % WALK_PHASES
    return Actor(clothes, "walk", phase, flipped, round(place[0]), round(place[1]))


@cache
def drawing(clothes: int, pose: str, phase: int, flipped: bool) -> Planes:
    """A visitor, `WIDTH` × `HEIGHT`; drawn once, the other way round by mirroring."""
    if flipped:
        return drawing(clothes, pose, phase, False).mirrored()
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.ellipse((WIDTH / 2, HEIGHT - 8), (34, 7), (20, 20, 20), 0.45, soft=True)
    upper, lower = _CLOTHES[clothes]
    if pose == "walk":
        _draw_walker(canvas, phase / WALK_PHASES, upper, lower)
    else:
        _draw_stander(canvas, phase, upper, lower)
    return canvas.planes()


def _draw_walker(canvas: Canvas, phase: float, upper: Colour, lower: Colour) -> None:
    middle, ground = WIDTH / 2, HEIGHT - 8
    swing = math.sin(2 * math.pi * phase)
    lift = abs(math.cos(2 * math.pi * phase)) * 3
    hip_y, shoulder_y = ground - 78 - lift, ground - 132 - lift
    dark = _shade(lower, 0.75)
    for side, tone in ((-1, dark), (1, lower)):
        reach = swing * side * 20
        knee = (middle + reach * 0.55 + 4, hip_y + 38)
        heel = (middle + reach, ground - _raise(phase, side))
        canvas.limb((middle, hip_y), knee, (17, 14), tone)
        canvas.limb(knee, heel, (13, 10), tone)
        canvas.limb((heel[0] - 2, heel[1] - 2), (heel[0] + 9, heel[1] - 1), (8, 6), (38, 34, 32))
    _arm(canvas, middle, shoulder_y, -swing, _shade(upper, 0.72))
    canvas.limb((middle, shoulder_y + 10), (middle, hip_y), (29, 25), upper)
    _arm(canvas, middle, shoulder_y, swing, _shade(upper, 0.88))
    _head(canvas, middle + 3, shoulder_y - 12, sideways=True)


def _raise(phase: float, side: int) -> float:
    forward = math.cos(2 * math.pi * phase) * side
    return 7 * max(0.0, forward)


def _arm(canvas: Canvas, middle: float, shoulder_y: float, swing: float, tone: Colour) -> None:
    elbow = (middle + swing * 11, shoulder_y + 30)
    hand = (middle + swing * 20, shoulder_y + 54)
    canvas.limb((middle, shoulder_y + 7), elbow, (11, 9), tone)
    canvas.limb(elbow, hand, (9, 7), tone)
    canvas.ellipse(hand, (4.5, 5), _SKIN)


def _draw_stander(canvas: Canvas, phase: int, upper: Colour, lower: Colour) -> None:
    middle, ground = WIDTH / 2 + (0, 2, -2)[phase], HEIGHT - 8
    hip_y, shoulder_y = ground - 78, ground - 130
    for side in (-1, 1):
        canvas.limb((middle + side * 7, hip_y), (WIDTH / 2 + side * 9, ground - 6), (16, 11), _shade(lower, 0.9))
        canvas.ellipse((WIDTH / 2 + side * 10, ground - 3), (7, 4), (38, 34, 32))
    reach = (8, 22, 14)[phase]
    for side, out in ((-1, 4), (1, reach)):
        elbow = (middle + side * (20 + out / 3), shoulder_y + 28 - out / 4)
        hand = (middle + side * (17 + out), shoulder_y + 50 - out * 1.6)
        canvas.limb((middle + side * 17, shoulder_y + 8), elbow, (12, 10), _shade(upper, 0.82))
        canvas.limb(elbow, hand, (10, 7), _shade(upper, 0.82))
        canvas.ellipse(hand, (4.5, 5), _SKIN)
    top, bottom = shoulder_y + 3, hip_y + 6
    canvas.convex([(middle - 20, top), (middle + 20, top), (middle + 16, bottom), (middle - 16, bottom)], upper)
    canvas.ellipse((middle, shoulder_y + 5), (20, 9), upper)
    _head(canvas, middle, shoulder_y - 13, sideways=False)


def _head(canvas: Canvas, x: float, y: float, *, sideways: bool) -> None:
    """Seen from the side, looking right, or from behind."""
    way = 1 if sideways else 0
    canvas.limb((x - 2 * way, y + 8), (x - 3 * way, y + 18), (10, 11), _shade(_SKIN, 0.85))
    canvas.ellipse((x - 1.5 * way, y - 2), (12.5, 13.5), _HAIR)
    if sideways:
        canvas.ellipse((x + 3.5, y + 2), (8.5, 11), _SKIN)
        canvas.ellipse((x - 1.5, y + 1), (2.2, 3.2), _shade(_SKIN, 0.85))


@cache
def officer(shirt: Colour, phase: int) -> Planes:
    """Someone seated, seen from the front to the chest, `SEATED_WIDTH` × `SEATED_HEIGHT`."""
    canvas = Canvas(SEATED_WIDTH, SEATED_HEIGHT)
    middle = SEATED_WIDTH / 2
    nod = (0, 3, 1)[phase]
    canvas.convex([(middle - 19, 30), (middle + 19, 30), (middle + 21, 84), (middle - 21, 84)], (48, 50, 56))
    canvas.ellipse((middle, 54), (27, 13), shirt)
    canvas.convex([(middle - 27, 54), (middle + 27, 54), (middle + 29, 90), (middle - 29, 90)], shirt)
    canvas.convex([(middle - 6, 42), (middle + 6, 42), (middle, 58)], _shade(_SKIN, 0.9))
    canvas.limb((middle, 54), (middle - 1, 76), (4, 6), (52, 62, 110))
    canvas.limb((middle + 25, 60), (middle + 14, 84 - nod), (11, 9), _shade(shirt, 0.86))
    canvas.limb((middle - 25, 60), (middle - 12, 86 + nod), (11, 9), _shade(shirt, 0.86))
    canvas.limb((middle, 34), (middle, 44), (10, 11), _shade(_SKIN, 0.85))
    canvas.ellipse((middle, 24 + nod), (12, 14.5), _HAIR)
    canvas.ellipse((middle, 27.5 + nod * 1.3), (10.4, 11.6), _SKIN)
    return canvas.planes()


def _shade(colour: Colour, factor: float) -> Colour:
    return colour[0] * factor, colour[1] * factor, colour[2] * factor
