"""What the page of a masked copy decides about sound, in a real Chromium without a network."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.centre.footage.strip import STATIC

S = 1_000_000
SECONDS = 6
PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>covers</title><body>
<script type="module">
import {Book} from "/static/js/evidence/covers.js";
window.opened = (kept) => {
  const times = [0, 1, 2, 3, 4, 5].map((n) => n * 1_000_000);
  const book = new Book({begin_us: 0, end_us: 6_000_000, cameras: [{id: "a", times}], decisions: kept});
  return book;
};
window.look = (book, until) => {
  for (let n = 0; n <= until; n++) book.seen(n * 1_000_000);
  return book.decide(until * 1_000_000);
};
document.body.dataset.ready = "1";
</script></body></html>"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.route("**/*", _answer)
        page.goto("http://covers.test/")
        page.wait_for_selector("body[data-ready]", state="attached")
        yield page


def _answer(route: Route) -> None:
    path = route.request.url.partition("covers.test")[2]
    body = PAGE if path == "/" else (STATIC / path.removeprefix("/static/")).read_text(encoding="utf-8")
    route.fulfill(body=body, content_type="text/html; charset=utf-8" if path == "/" else "text/javascript")


def written(page: Page, script: str, kept: object = None) -> list[list[Any]]:
    """What is said of the camera's sound after the script did something with the book."""
    said = page.evaluate(f"(kept) => {{ const book = opened(kept); {script} }}", kept)
    found: list[list[Any]] = json.loads(said)["cameras"]["a"]["sound"]
    return found


def test_nothing_is_said_of_the_sound_of_seconds_that_were_not_looked_at(page: Page) -> None:
    assert written(page, 'return book.written("distorted");') == []
    found = written(page, 'look(book, 1); book.mute(0, 1_000_000); return book.written("distorted");')
    assert found == [[0, 2 * S, "distorted"], [0, S, "muted"]]
    assert written(page, 'look(book, 1); return book.written("muted");') == []


def test_who_goes_on_finds_the_sound_as_it_was_decided(page: Page) -> None:
    camera = {"tracks": [], "decided": [[0, SECONDS * S]]}
    # Kept in order of time, in which a silent beginning stands before what it is taken from.
    sound = [[0, S, "muted"], [0, SECONDS * S, "distorted"]]
    kept = {"cameras": {"a": {**camera, "sound": sound}}}
    assert page.evaluate("(kept) => opened(kept).treated", kept) == "distorted"
    assert sorted(written(page, "return book.written(book.treated);", kept)) == sorted(sound)
    silent = {"cameras": {"a": {**camera, "sound": [[0, SECONDS * S, "muted"]]}}}
    assert page.evaluate("(kept) => [opened(kept).treated, opened(kept).muted]", silent) == ["muted", []]


def test_what_nobody_looked_at_is_counted_over_all_cameras(page: Page) -> None:
    assert page.evaluate("() => { const book = opened(null); look(book, 1); return book.undecidedOfAll(); }") == 4 * S
