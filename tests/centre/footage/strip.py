"""The timeline alone on a page: the real scripts and styles from the disk, invented data, no server.

Owns the data: a day in which camera 2 has a power cut from 07:42 to 08:22 and a short loss at 09:58, marks, a month of
days before it. `Strip` speaks in fractions of the strip's width and in clock times of that day.
"""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route

import minhbach.centre

STATIC = Path(minhbach.centre.__file__).parent / "static"
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
#: Places in the kinds of `day`.
FOOTAGE, UNKNOWN, POWER, LOST = range(4)
#: Midnight of Friday, 20 November 2026, in Vietnam.
MIDNIGHT = 1_795_107_600 * SECOND
PAGE = """<!doctype html><html lang="vi" data-theme="dark"><meta charset="utf-8"><title>strip</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/css/tokens.css"><link rel="stylesheet" href="/static/css/timeline.css">
<body><section id="strip"></section><table></table>
<script type="module">
import {Timeline} from "/static/js/timeline/timeline.js";
import {spell} from "/static/js/timeline/spoken.js";
const data = await (await fetch("/data.json")).json();
window.strip = new Timeline(document.getElementById("strip"), data, {at: data.at, span: data.span});
window.told = [];
for (const kind of ["seek", "scrub", "range", "mark"]) {
  strip.addEventListener(kind, ({detail}) => told.push([kind, detail]));
}
window.spell = () => spell(document.querySelector("table"), strip.model, strip.playhead, (us) => strip.seek(us));
document.body.dataset.ready = "1";
</script></body></html>"""


def at(hour: int, minute: int = 0, second: int = 0) -> int:
    """A moment of the day, Unix µs."""
    return MIDNIGHT + hour * HOUR + minute * MINUTE + second * SECOND


def day() -> dict[str, Any]:
    """The room's time as the server tells it."""
    now = at(15, 41, 7)
    edges = [MIDNIGHT - 5 * DAY, at(7, 42), at(8, 22), at(9, 58), at(10, 1), now]
    return {
        "begin": MIDNIGHT - 30 * DAY,
        "end": MIDNIGHT + DAY,
        "now": now,
        "known_until": now,
        "at": at(9, 4, 12),
        "span": 5 * HOUR,
        "kinds": [
            kind("footage", "Có hình", lawful=True),
            kind("unknown", "Không có bản ghi", lawful=True),
            kind("power", "Mất điện"),
            kind("stream_lost", "Mất đường truyền"),
        ],
        "cameras": [
            camera("c0", "Quầy 1 và 2", [MIDNIGHT - 5 * DAY, now], [FOOTAGE]),
            camera("c1", "Quầy 3 và 4", edges, [FOOTAGE, POWER, FOOTAGE, LOST, FOOTAGE]),
        ],
        "names": [{"begin": MIDNIGHT - 30 * DAY, "name": "Xã Cũ"}, {"begin": MIDNIGHT - 2 * DAY, "name": "Xã Mới"}],
        "hours": [at(7, 30), at(11, 30), at(13, 30), at(17)],
        "restricted": [at(14), at(14, 30)],
        "marks": [mark("m0", at(8, 15), "Dân đến sớm"), mark("m1", at(10, 5), "Đông người")],
    }  # fmt: skip


def kind(code: str, words: str, lawful: bool = False) -> dict[str, Any]:
    """What a stretch is, or why there is no footage."""
    return {"code": code, "vi": words, "en": words, "lawful": lawful}


def camera(name: str, place: str, edges: list[int], kinds: list[int]) -> dict[str, Any]:
    """A camera's time: what lies between the edges, by its place in the kinds."""
    lengths = [(end - begin) // 1000 for begin, end in pairwise(edges)]
    line: dict[str, Any] = {"begin": edges[0], "lengths_ms": lengths, "kinds": kinds, "unwitnessed": [], "late": []}
    return {"id": name, "name": f"Camera · {place}", "place": place, "known_until": edges[-1], **line}


def mark(name: str, begin: int, words: str) -> dict[str, Any]:
    """A bookmark."""
    said = {"vi": words, "en": words}
    return {"id": name, "kind": "bookmark", "camera": None, "begin": begin, "end": begin, "words": said, "href": None}


class Strip:
    """The timeline on a page of 1200 pixels."""

    def __init__(self, context: BrowserContext, data: dict[str, Any]) -> None:
        self.errors: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.route("**/*", lambda route: self._answer(route, data))
        self.page.goto("http://strip.test/")
        self.page.wait_for_selector("body[data-ready]")
        self.surface = self.page.locator(".timeline-surface")
        box = self.surface.bounding_box()
        assert box
        self.box = box

    def _answer(self, route: Route, data: dict[str, Any]) -> None:
        path = route.request.url.partition("strip.test")[2]
        file = STATIC / path.removeprefix("/static/")
        if path == "/":
            route.fulfill(body=PAGE, content_type="text/html")
        elif path == "/data.json":
            route.fulfill(body=json.dumps(data), content_type="application/json")
        elif file.is_file():
            kind = {".js": "text/javascript", ".css": "text/css"}[file.suffix]
            route.fulfill(body=file.read_bytes(), content_type=kind)
        else:
            route.fulfill(status=404)

    def ask(self, words: str) -> Any:
        """What a line of JavaScript gives."""
        return self.page.evaluate(words)

    def shown_at(self, fraction: float) -> float:
        """The moment at a fraction of the strip."""
        return float(self.ask(f"strip.shown.at({fraction})"))

    def settle(self) -> None:
        """Wait until the strip glides no more."""
        self.page.wait_for_function("!strip.shown.gliding && !strip.frame")

    def point(self, fraction: float, row: str = "camera", number: int = 0) -> tuple[float, float]:
        """Where on the page a fraction of the strip is, in the middle of a row."""
        wanted = f"strip.rows.filter((row) => row.kind === '{row}')[{number}]"
        middle = float(self.ask(f"{wanted}.top + {wanted}.height / 2"))
        return self.box["x"] + fraction * self.box["width"], self.box["y"] + middle

    def fraction(self, us: int) -> float:
        """Where a moment is on the strip."""
        return float(self.ask(f"strip.shown.fraction({us})"))

    def told(self, kind: str) -> list[Any]:
        """The details of the events of that kind so far."""
        return [detail for name, detail in self.ask("told") if name == kind]

    def press(self, key: str) -> None:
        """A key on the focused strip."""
        self.surface.focus()
        self.page.keyboard.press(key)
