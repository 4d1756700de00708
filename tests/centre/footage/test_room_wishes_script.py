"""What a person wishes of the room's picture while it is still being fetched, in a real Chromium.

The room's own session runs; the engine and the viewings below it are fakes that answer when the test lets them.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.centre.footage.strip import STATIC

S = 1_000_000
PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>wishes</title><body><script type="module">
import {Session} from "/static/js/room/session.js";
window.seeks = []; window.led = []; window.opened = []; window.spans = [];
const tiles = [{line: "r/a", camera: "a", video: null}, {line: "r/b", camera: "b", video: null}];
window.session = new Session({url: "", shows: () => tiles, purpose: {until() {}, forget() {}}, csrf: "", sound: false,
  mayLive: true, asksPurpose: () => false});
session.addEventListener("led", ({detail}) => led.push(detail));
window.times = []; session.addEventListener("time", ({detail}) => times.push(detail.us));
document.body.dataset.ready = "1";
</script></body></html>"""
ENGINE = """export class Footage {
  constructor({on}) { this.on = on; window.engine = this; this.us = 0; this.plays = null; }
  live() { this.us = Date.now() * 1000; this.plays = true; }
  seek(us) { this.us = us; window.seeks.push(us); }
  anew() { window.anew = (window.anew ?? 0) + 1; }
  play() { this.plays = true; } pause() { this.plays = false; } now() { return this.us; } close() {} sound() {} }"""
VIEWING = """export class Viewing {
  static open(asked) {
    window.opened.push(asked.kind);
    if (asked.begin) window.spans.push([asked.begin, asked.end]);
    return new Promise((resolve) => { window.answer = (cut) => resolve(new Viewing({...asked, ...cut})); });
  }
  constructor(asked) { Object.assign(this, {...asked, token: "x"}); } close() {} }"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.route("**/*", _answer)
        page.goto("http://wishes.test/")
        page.wait_for_selector("body[data-ready]", state="attached")
        yield page
        assert errors == []


def _answer(route: Route) -> None:
    path = route.request.url.partition("wishes.test")[2]
    fakes = {"/": PAGE, "/static/js/footage/engine.js": ENGINE, "/static/js/footage/viewing.js": VIEWING}
    body = fakes.get(path) or (STATIC / path.removeprefix("/static/")).read_text(encoding="utf-8")
    route.fulfill(body=body, content_type="text/html; charset=utf-8" if path == "/" else "text/javascript")


def answer(page: Page) -> None:
    """The centre opens the viewing that was asked for last."""
    page.evaluate("answer()")
    page.wait_for_timeout(20)


def told(page: Page, line: str, what: str, **values: Any) -> None:
    state = {"what": what, "since_us": 0, "until_us": 0, "words": None, **values}
    page.evaluate("([line, state]) => engine.on.state(line, state)", [line, state])


def stopped_live(page: Page) -> float:
    """Live, then stopped; the moment that is shown."""
    page.evaluate("void session.live()")
    answer(page)
    page.evaluate("session.pause()")
    answer(page)
    (asked,) = page.evaluate("seeks")
    return float(asked)


def test_a_day_is_opened_in_parts_where_the_regulation_lets_less_be_opened_at_once(page: Page) -> None:
    """Ten hours at once, from midnight in Vietnam: two parts of ten hours and one of four."""
    page.evaluate("session.hours = 10")
    morning = 1_772_409_600_000_000 + 3600 * S  # 01:00 UTC on 2 March 2026: eight o'clock in Vietnam.
    page.evaluate("us => void session.seek(us, {paused: false})", morning)
    answer(page)
    page.evaluate("us => void session.seek(us)", morning + 3600 * S)
    page.wait_for_timeout(20)
    assert page.evaluate("spans") == [["2026-03-01T17:00:00.000Z", "2026-03-02T03:00:00.000Z"]]
    # The part ends at ten o'clock, while it plays.
    page.evaluate("us => session.time(us)", morning + 2 * 3600 * S)
    answer(page)
    page.evaluate("us => void session.seek(us)", morning + 13 * 3600 * S)
    answer(page)
    assert page.evaluate("spans")[1:] == [
        ["2026-03-02T03:00:00.000Z", "2026-03-02T13:00:00.000Z"],
        ["2026-03-02T13:00:00.000Z", "2026-03-02T17:00:00.000Z"],
    ]
    assert page.evaluate("opened") == ["playback"] * 3


def test_what_lies_behind_a_restricted_stretch_is_another_viewing(page: Page) -> None:
    morning = 1_772_409_600_000_000 + 3600 * S
    page.evaluate("us => void session.seek(us, {paused: true})", morning)
    page.evaluate("answer({begin: '2026-03-02T00:00:00+00:00', end: '2026-03-02T02:27:00+00:00'})")
    page.wait_for_timeout(20)
    page.evaluate("us => void session.seek(us)", morning + 900 * S)
    page.wait_for_timeout(20)
    assert (page.evaluate("opened.length"), page.evaluate("anew")) == (1, 1), "as far as the right reaches"
    behind = morning + 3 * 3600 * S
    page.evaluate("us => void session.seek(us)", behind)
    assert page.evaluate("seeks.at(-1)") != behind, "not under a right that ended before"
    page.evaluate("answer({begin: '2026-03-02T03:06:00+00:00', end: '2026-03-02T17:00:00+00:00'})")
    page.wait_for_timeout(20)
    assert (page.evaluate("opened.length"), page.evaluate("anew")) == (2, 2)
    assert page.evaluate("seeks.at(-1)") == behind


def test_who_stops_before_the_live_picture_is_there_gets_a_picture_that_stands(page: Page) -> None:
    page.evaluate("void session.live()")
    page.evaluate("session.pause()")
    answer(page)
    assert page.evaluate("opened") == ["live", "playback"]
    assert page.evaluate("session.mode") == "playback"
    assert page.evaluate("[session.playing, engine.plays]") == [False, False]
    (asked,) = page.evaluate("seeks")
    assert 11 < page.evaluate("Date.now()") / 1000 - asked / S < 14


@pytest.mark.parametrize(("wishes", "plays"), [(["pause"], False), (["pause", "play"], True), (["toggle"], False)])
def test_to_play_or_to_stand_still_is_what_was_wished_last_before_the_picture_came(
    page: Page, wishes: list[str], plays: bool
) -> None:
    page.evaluate("void session.seek((Date.now() - 3600000) * 1000)")
    for wish in wishes:
        page.evaluate(f"session.{wish}(1)")
    answer(page)
    assert page.evaluate("[session.playing, engine.plays]") == [plays, plays]


def test_a_moment_asked_for_while_another_is_being_opened_is_the_one_that_is_shown(page: Page) -> None:
    page.evaluate("void session.seek((Date.now() - 3600000) * 1000)")
    page.evaluate("window.other = (Date.now() - 1800000) * 1000; void session.seek(other)")
    answer(page)
    assert page.evaluate("seeks.at(-1) === other")


def test_a_picture_of_the_day_that_is_being_left_does_not_take_the_moment_back(page: Page) -> None:
    page.evaluate(f"void session.seek({90_000 * S})")
    answer(page)
    # Where it plays, time is also told by the session's own clock, on a busy machine at any turn.
    before = page.evaluate(f"void session.seek({20_000 * S}), engine.on.time({90_000 * S}), times.splice(0)")
    assert set(before) == {90_000 * S}
    page.evaluate(f"engine.on.time({90_000 * S})")
    assert page.evaluate("times") == []
    answer(page)
    page.evaluate(f"engine.on.time({20_000 * S})")
    assert set(page.evaluate("times")) == {20_000 * S}


def test_who_stops_where_nothing_is_recorded_yet_is_led_to_where_footage_begins(page: Page) -> None:
    asked = stopped_live(page)
    for line in ("r/a", "r/b"):
        told(page, line, "waiting")
    told(page, "r/a", "gap", since_us=asked - S, until_us=asked + 9 * S)
    assert page.evaluate("led") == [], "the other may have a picture"
    told(page, "r/b", "gap", since_us=asked - S, until_us=asked + 4 * S)
    assert page.evaluate("led") == [{"asked": asked, "us": asked + 4 * S}]
    assert page.evaluate("seeks.at(-1)") == asked + 4 * S
    assert page.evaluate("[session.playing, engine.plays]") == [False, False]


def test_who_stops_behind_the_end_of_what_is_recorded_is_led_to_it_and_where_all_is_there_stays(page: Page) -> None:
    asked = stopped_live(page)
    told(page, "r/a", "ended", since_us=asked - 5 * S)
    told(page, "r/b", "failed")
    assert page.evaluate("led") == [{"asked": asked, "us": asked - 5.5 * S}]
    told(page, "r/a", "paused")
    told(page, "r/a", "gap", since_us=asked, until_us=asked + S)
    told(page, "r/b", "gap", since_us=asked, until_us=asked + S)
    assert len(page.evaluate("led")) == 1, "a jump of one's own is nobody else's business"


def test_what_is_not_sealed_yet_is_asked_for_again(page: Page) -> None:
    asked = stopped_live(page)
    for line in ("r/a", "r/b"):
        told(page, line, "ended", since_us=asked)
    page.wait_for_function("seeks.length === 2", timeout=60_000)
    assert page.evaluate("seeks") == [asked, asked]
    told(page, "r/a", "paused")
    assert page.evaluate("led") == []
