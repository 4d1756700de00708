"""The scenery: five rooms of a commune's office as a camera under the ceiling sees them.

Owns what stands still, in three layers: behind the officers, before them, and nearest to the camera. Promises a strip
of free floor before the furniture where `figure` lets people walk. No face, no emblem, no real place is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

from minhbach.demo import glyphs
from minhbach.demo.canvas import Canvas, Colour, Point

WIDTH, HEIGHT = 640, 360


@dataclass(frozen=True, slots=True)
class Look:
    """Colours and furniture of a room. `seats` are where officers sit (x), `served` where visitors stand."""

    wall: Colour
    floor: Colour
    wood: Colour
    shirt: Colour
    seats: tuple[int, ...]
    furniture: str  # "counter", "table" or "hall"
    mirrored: bool = False
    first_number: int = 1


ROOMS = {
    "counter": Look((214, 208, 190), (168, 160, 146), (150, 104, 62), (196, 214, 236), (288, 430), "counter"),
    "counter-green": Look((196, 212, 200), (150, 152, 150), (122, 92, 66), (236, 236, 230), (344,), "counter", True, 3),
    "counter-sand": Look((226, 214, 196), (158, 150, 140), (104, 112, 84), (206, 222, 206), (280, 424), "counter"),
    "reception": Look((222, 212, 196), (146, 120, 98), (112, 66, 40), (232, 232, 228), (270, 372), "table"),
    "hall": Look((204, 212, 220), (176, 172, 164), (164, 128, 88), (188, 208, 190), (300, 420), "hall", True, 4),
}


def ground(look: Look) -> Canvas:
    """The empty room, `WIDTH` × `HEIGHT`."""
    canvas = Canvas(WIDTH, HEIGHT)
    _shell(canvas, look)
    _window(canvas, look)
    _board(canvas, look)
    if look.furniture == "table":
        _curtain(canvas)
    for index, seat in enumerate(look.seats):
        _plate(canvas, seat, str(look.first_number + index), look)
    _plant(canvas, (118, 262))
    return canvas


def furniture(look: Look) -> Canvas:
    """What stands before the officers and behind the visitors; transparent elsewhere."""
    canvas = Canvas(WIDTH, HEIGHT)
    if look.furniture == "table":
        _table(canvas, look)
    else:
        _counter(canvas, look)
    return canvas


def foreground(look: Look) -> Canvas:
    """What stands nearest to the camera; transparent elsewhere."""
    canvas = Canvas(WIDTH, HEIGHT)
    if look.furniture == "hall":
        for column in range(4):
            _chair(canvas, (70 + column * 92, 352), look)
    return canvas


def _shell(canvas: Canvas, look: Look) -> None:
    canvas.fade([(0, 0), (640, 0), (540, 34), (100, 34)], _lit(look.wall, 0.86), _lit(look.wall, 1.06))
    canvas.fade([(100, 190), (540, 190), (640, 286), (0, 286)], _lit(look.floor, 0.82), _lit(look.floor, 1.0))
    canvas.fade([(0, 285), (640, 285), (640, 360), (0, 360)], _lit(look.floor, 1.0), _lit(look.floor, 1.1))
    _tiles(canvas, look)
    canvas.fade([(0, 0), (100, 34), (100, 190), (0, 286)], _lit(look.wall, 0.72), _lit(look.wall, 0.62))
    canvas.fade([(640, 0), (540, 34), (540, 190), (640, 286)], _lit(look.wall, 0.84), _lit(look.wall, 0.72))
    canvas.fade([(100, 34), (540, 34), (540, 190), (100, 190)], _lit(look.wall, 1.04), _lit(look.wall, 0.9))
    canvas.convex([(100, 182), (540, 182), (540, 191), (100, 191)], _lit(look.wall, 0.6))
    canvas.convex([(100, 182), (100, 191), (0, 287), (0, 272)], _lit(look.wall, 0.45))
    canvas.convex([(540, 182), (540, 191), (640, 287), (640, 272)], _lit(look.wall, 0.52))
    for left in (190, 370):
        canvas.convex([(left, 8), (left + 80, 8), (left + 74, 22), (left + 6, 22)], (252, 252, 246))
        canvas.ellipse((left + 40, 16), (110, 46), (255, 255, 240), 0.25, soft=True)


def _tiles(canvas: Canvas, look: Look) -> None:
    """Joints that run together at a point behind the wall; the walls are painted over what is too long."""
    joint = _lit(look.floor, 0.84)
    for column in range(-14, 15):
        near = 320 + column * 64
        far = 320 + column * 64 * (190 - 56) / (360 - 56)
        canvas.convex([(far - 0.3, 190), (far + 0.3, 190), (near + 0.8, 360), (near - 0.8, 360)], joint)
    y, step = 197.0, 7.0
    while y < 360:
        canvas.rectangle((0, y, 640, y + 0.5 + step / 24), joint)
        step *= 1.3
        y += step


def _window(canvas: Canvas, look: Look) -> None:
    canvas.convex([(24, 60), (82, 70), (82, 158), (24, 184)], _lit(look.wall, 0.5))
    canvas.fade([(28, 65), (79, 74), (79, 154), (28, 177)], (206, 226, 240), (232, 238, 226))
    canvas.convex([(52, 69), (55, 70), (55, 166), (52, 167)], _lit(look.wall, 0.55))
    canvas.convex([(28, 116), (79, 112), (79, 115), (28, 120)], _lit(look.wall, 0.55))
    canvas.convex([(60, 250), (150, 214), (236, 214), (190, 262)], (255, 250, 226), 0.16)


def _board(canvas: Canvas, look: Look) -> None:
    canvas.rectangle((128, 66, 214, 128), _lit(look.wood, 0.8))
    canvas.rectangle((131, 69, 211, 125), (74, 108, 92))
    papers = ((136, 74, 22), (162, 73, 18), (184, 75, 22), (138, 100, 18), (160, 99, 24), (188, 101, 16))
    for left, top, wide in papers:
        canvas.rectangle((left, top, left + wide, top + 21), (244, 242, 232))
        for row in range(4):
            canvas.rectangle((left + 3, top + 4 + row * 4, left + wide - 3 - row, top + 5 + row * 4), (150, 150, 150))
    canvas.ellipse((508, 62), (15, 15), (70, 70, 74))
    canvas.ellipse((508, 62), (13, 13), (250, 250, 246))
    canvas.limb((508, 62), (508, 53), (1.6, 1.2), (40, 40, 44))
    canvas.limb((508, 62), (514, 65), (1.8, 1.4), (40, 40, 44))


def _plate(canvas: Canvas, seat: int, number: str, look: Look) -> None:
    if look.furniture == "table":
        return
    canvas.rectangle((seat - 1, 34, seat + 1, 62), (120, 120, 124))
    canvas.rectangle((seat - 31, 60, seat + 31, 86), (34, 62, 118))
    canvas.rectangle((seat - 29, 62, seat + 29, 84), (44, 80, 148))
    text = "QUAY " + number if not look.mirrored else number + " YAUQ"
    for index, letter in enumerate(text):
        dots = (glyphs.line(letter)[2:-2:2, 2:-2:2] == glyphs.INK).astype("uint8")
        dots = dots[:, ::-1] if look.mirrored else dots
        canvas.stamp(dots, (seat - 24 + index * 8.2, 68), (248, 248, 250), 1.35)


def _counter(canvas: Canvas, look: Look) -> None:
    left, right = min(look.seats) - 84, max(look.seats) + 84
    canvas.fade([(left, 196), (right, 196), (right, 262), (left, 262)], look.wood, _lit(look.wood, 0.72))
    canvas.convex([(left + 8, 184), (right - 8, 184), (right + 6, 197), (left - 6, 197)], _lit(look.wood, 1.42))
    canvas.rectangle((left - 6, 196, right + 6, 201), _lit(look.wood, 1.15))
    canvas.rectangle((left, 256, right, 263), _lit(look.wood, 0.45))
    edge = left + 12
    while edge + 58 < right:
        canvas.rectangle((edge, 208, edge + 56, 250), _lit(look.wood, 0.86))
        canvas.rectangle((edge + 2, 210, edge + 54, 248), _lit(look.wood, 0.98))
        edge += 64
    for seat in look.seats:
        canvas.convex([(seat + 20, 150), (seat + 54, 152), (seat + 54, 180), (seat + 20, 178)], (38, 40, 44))
        canvas.rectangle((seat + 34, 179, seat + 40, 188), (52, 54, 58))
        canvas.rectangle((seat - 52, 184, seat - 26, 190), (246, 246, 240))
        canvas.rectangle((seat - 50, 181, seat - 28, 185), (228, 230, 226))
    for post in (left, *((a + b) // 2 for a, b in zip(look.seats, look.seats[1:], strict=False)), right):
        canvas.rectangle((post - 2, 108, post + 2, 190), (168, 172, 176))
    canvas.rectangle((left, 106, right, 109), (176, 180, 184))
    canvas.convex([(left + 3, 110), (right - 3, 110), (right - 3, 176), (left + 3, 176)], (214, 232, 240), 0.10)
    canvas.convex([(left + 30, 110), (left + 58, 110), (left + 24, 176), (left + 4, 176)], (255, 255, 255), 0.14)


def _table(canvas: Canvas, look: Look) -> None:
    left, right = 196, 450
    canvas.fade([(left, 204), (right, 204), (right + 8, 264), (left - 8, 264)], look.wood, _lit(look.wood, 0.6))
    canvas.convex([(left + 14, 186), (right - 14, 186), (right + 10, 205), (left - 10, 205)], _lit(look.wood, 1.5))
    canvas.rectangle((left - 10, 204, right + 10, 209), _lit(look.wood, 1.2))
    for seat in look.seats:
        canvas.convex([(seat - 20, 190), (seat + 20, 190), (seat + 23, 201), (seat - 23, 201)], (248, 248, 244))
        canvas.rectangle((seat - 17, 199, seat + 17, 208), (250, 250, 246))
        canvas.rectangle((seat - 12, 202, seat + 12, 204), (90, 90, 96))
    for x in (320, 436):
        canvas.rectangle((x - 3, 178, x + 3, 196), (206, 226, 236))
        canvas.rectangle((x - 3, 176, x + 3, 180), (60, 110, 180))


def _curtain(canvas: Canvas) -> None:
    for fold in range(22):
        left = 224 + fold * 11
        tone = 1.0 + 0.12 * (-1) ** fold
        canvas.fade(
            [(left, 36), (left + 11, 36), (left + 11, 182), (left, 182)], _lit((150, 44, 44), tone), (98, 26, 30)
        )
    canvas.rectangle((218, 34, 472, 41), (120, 86, 48))


def _plant(canvas: Canvas, foot: Point) -> None:
    x, y = foot
    canvas.ellipse((x, y), (34, 7), (30, 28, 26), 0.35, soft=True)
    for dx, top, tone in ((-26, 56, 0.8), (-14, 74, 1.0), (0, 84, 1.2), (14, 72, 0.95), (27, 54, 1.1)):
        tip = (x + dx, y - top)
        canvas.limb((x, y - 26), tip, (5, 3), _lit((52, 108, 54), tone))
        canvas.ellipse(tip, (8, 14), _lit((58, 122, 60), tone))
    canvas.convex([(x - 14, y - 28), (x + 14, y - 28), (x + 10, y), (x - 10, y)], (168, 92, 66))
    canvas.rectangle((x - 15, y - 31, x + 15, y - 26), (184, 104, 76))


def _chair(canvas: Canvas, foot: Point, look: Look) -> None:
    x, y = foot
    blue = (52, 86, 132)
    canvas.ellipse((x, y), (46, 9), (24, 24, 24), 0.4, soft=True)
    for dx in (-28, 28):
        canvas.limb((x + dx, y - 30), (x + dx, y + 4), (4, 4), (120, 122, 126))
    canvas.fade(
        [(x - 32, y - 78), (x + 32, y - 78), (x + 34, y - 26), (x - 34, y - 26)], _lit(blue, 1.15), _lit(blue, 0.8)
    )
    canvas.convex([(x - 36, y - 26), (x + 36, y - 26), (x + 32, y - 18), (x - 32, y - 18)], _lit(blue, 0.6))


def _lit(colour: Colour, factor: float) -> Colour:
    red, green, blue = (min(255.0, part * factor) for part in colour)
    return red, green, blue
