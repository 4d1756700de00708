"""How the page plays a copy that comes in pieces, in a real Chromium without a network."""

import base64
import json
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from minhbach.centre.evidence.copies.reels import Reel, reel
from tests.centre.evidence.test_reels import END_US, copied
from tests.centre.footage.strip import STATIC
from tests.decode.filming import START_US
from tests.decode.sealing import S

PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>film</title><body><video muted></video>
<script type="module">
import {Film} from "/static/js/evidence/film.js";
window.video = document.querySelector("video");
window.failed = [];
window.begin = () => {
  window.film = new Film(video, "/copy", {ask: async (address) => {
    const answer = await fetch(address);
    if (!answer.ok && answer.status !== 429) throw new Error(String(answer.status));
    return answer;
  }, failed: (error) => failed.push(error.message)});
  return film.start();
};
document.body.dataset.ready = "1";
</script></body></html>"""


class Served:
    """The centre's side of it: which pieces were asked for, in seconds; `waits` are told once to come later."""

    def __init__(self, found: Reel) -> None:
        self.reel = found
        self.asked: list[int] = []
        self.times: list[float] = []
        self.waits: set[int] = set()
        self.gone = False

    def answer(self, route: Route) -> None:
        path = route.request.url.partition("film.test")[2]
        if path == "/":
            route.fulfill(body=PAGE, content_type="text/html; charset=utf-8")
        elif path.startswith("/static/"):
            text = (STATIC / path.removeprefix("/static/")).read_text(encoding="utf-8")
            route.fulfill(body=text, content_type="text/javascript")
        elif path == "/copy":
            head = base64.b64encode(self.reel.head).decode()
            said = {"head": head, "codecs": self.reel.codecs, "begins_us": self.reel.begins, "end_us": END_US}
            route.fulfill(body=json.dumps(said), content_type="application/json")
        elif path.startswith("/copy?tu="):
            self._piece(route, int(path.removeprefix("/copy?tu=")))
        else:
            route.fulfill(status=404)

    def _piece(self, route: Route, at_us: int) -> None:
        at_s = round((at_us - START_US) / S)
        self.asked.append(at_s)
        self.times.append(time.monotonic())
        if self.gone:
            route.fulfill(status=403)
        elif at_s in self.waits:
            self.waits.discard(at_s)
            route.fulfill(status=429, headers={"Retry-After": "1"})
        else:
            route.fulfill(body=self.reel.piece(self.reel.begins.index(at_us)), content_type="video/mp4")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Reel:
    return reel(copied(tmp_path_factory.mktemp("film")), START_US, END_US, sound=True)


@pytest.fixture
def served(found: Reel) -> Served:
    return Served(found)


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.route("**/*", served.answer)
        page.goto("http://film.test/")
        page.wait_for_selector("body[data-ready]", state="attached")
        yield page


def held(page: Page, until_s: float) -> None:
    page.wait_for_function(f"() => video.buffered.length && video.buffered.end(0) >= {until_s}")


def test_it_plays_and_asks_for_no_more_than_some_seconds_ahead_and_waits_where_it_is_told_to(
    page: Page, served: Served
) -> None:
    served.waits.add(6)
    page.evaluate("begin()")
    page.wait_for_function("() => video.readyState >= 2")
    held(page, 11.5)
    page.wait_for_timeout(500)
    assert served.asked == [0, 6, 6]
    assert page.evaluate("video.duration") == pytest.approx(20, abs=0.1)
    page.evaluate("video.play()")
    page.wait_for_function("() => video.currentTime > 5 && (video.pause(), true)")
    held(page, 17.5)
    assert 18 not in served.asked
    page.evaluate("() => { video.currentTime = 19; }")
    page.wait_for_function("() => video.currentTime >= 19 && !video.seeking && video.readyState >= 2")
    assert served.asked.count(18) == 1
    assert page.evaluate("failed") == []


def test_while_it_plays_and_is_sought_it_waits_as_long_as_it_was_told_to(page: Page, served: Served) -> None:
    served.waits.add(12)
    page.evaluate("begin()")
    held(page, 11.5)
    page.evaluate("video.play()")
    page.wait_for_function("() => video.currentTime > 5")
    page.evaluate("() => { video.currentTime = 6; }")
    held(page, 17.5)
    first, second = (at for at, asked in zip(served.times, served.asked, strict=True) if asked == 12)
    assert second - first >= 1


def test_when_the_right_is_gone_or_it_is_closed_nothing_is_left_on_the_screen(page: Page, served: Served) -> None:
    page.evaluate("begin()")
    held(page, 11.5)
    page.evaluate("film.close()")
    page.wait_for_function("() => video.readyState === 0 && !video.hasAttribute('src')")
    served.gone = True
    page.evaluate("begin()")
    page.wait_for_function("() => failed.length === 1")
    page.wait_for_function("() => video.readyState === 0 && !video.hasAttribute('src')")
