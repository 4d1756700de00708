"""The small picture over the strip, in a real Chromium: its own script, over a strip that answers as it is told."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.centre.footage.strip import STATIC

PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>peek</title><body>
<div style="position:relative;width:900px"><div id="surface" style="width:800px;height:40px"></div>
<div id="peek" hidden><div id="peek-picture" hidden><img id="peek-image" alt=""></div><div id="peek-said"></div></div>
</div>
<script type="module">
import {Peek} from "/static/js/room/peek.js";
const camera = {id: "a", place: "Quầy 1"};
class Strip extends EventTarget {
  model = {cameras: [camera], moment: () => ({have: true, text: "có hình"})};
  surface = document.getElementById("surface"); span = 3.6e9;
}
const strip = new Strip(), canvas = Object.assign(document.createElement("canvas"), {width: 4, height: 4});
window.asked = 0; window.missing = 0;
const picture = new Promise((done) => canvas.toBlob(done));
const still = async () => {
  if ((window.asked += 1) <= window.missing) throw new Error("none");
  return picture;
};
window.peek = new Peek(strip, {still, lineOf: (id) => id, first: () => "a"});
window.over = (us) => strip.dispatchEvent(
  new CustomEvent("peek", {detail: us && {us, x: 100, camera, marks: []}}));
document.body.dataset.ready = "1";
</script></body></html>"""
US = 1_790_000_000_000_000


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.route("**/*", _answer)
        page.goto("http://peek.test/")
        page.wait_for_selector("body[data-ready]", state="attached")
        yield page


def _answer(route: Route) -> None:
    path = route.request.url.partition("peek.test")[2]
    body = PAGE if path == "/" else (STATIC / path.removeprefix("/static/")).read_text(encoding="utf-8")
    route.fulfill(body=body, content_type="text/html; charset=utf-8" if path == "/" else "text/javascript")


def test_a_picture_that_is_not_there_at_once_comes_while_the_pointer_stays(page: Page) -> None:
    page.evaluate("window.missing = 2")
    page.evaluate("us => over(us)", US)
    page.wait_for_function("document.getElementById('peek-image').naturalWidth > 0")
    assert page.evaluate("asked") == 3


def test_whose_pointer_has_left_asks_no_more_and_a_picture_is_asked_for_once(page: Page) -> None:
    page.evaluate("window.missing = 1")
    page.evaluate("us => over(us)", US)
    page.wait_for_function("asked === 1")
    page.evaluate("over(null)")
    page.wait_for_timeout(1200)
    assert page.evaluate("asked") == 1
    for _ in range(2):
        page.evaluate("us => over(us)", US)
        page.wait_for_function("document.getElementById('peek-image').naturalWidth > 0")
    assert page.evaluate("asked") == 2
