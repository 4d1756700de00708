"""When the question after the purpose is asked, in a real Chromium; the centre behind it answers from the test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.centre.footage.strip import STATIC

PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>purpose</title><body>
<span id="purpose-line"><b id="purpose-text"></b></span><span id="purpose-left"></span>
<button id="purpose-renew"></button>
<dialog id="finding"><textarea id="finding-note"></textarea></dialog>
<dialog id="purpose"><form method="dialog"><input id="purpose-field"><input id="reference-field">
<p id="purpose-error"></p><button value="ok">OK</button></form></dialog>
<script type="module">
import {Purpose} from "/static/js/room/purpose.js";
window.purpose = new Purpose(["r"]);
document.body.dataset.ready = "1";
</script></body></html>"""
API = """export class Refused extends Error {}
export function ask(method, address, said) {
  if (method === "GET") return new Promise((resolve) => { window.none = () => resolve({purposes: []}); });
  return Promise.resolve({...said, id: "p", until: new Date(Date.now() + 60_000).toISOString()});
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.route("**/*", _answer)
        page.goto("http://purpose.test/")
        page.wait_for_selector("body[data-ready]", state="attached")
        yield page


def _answer(route: Route) -> None:
    path = route.request.url.partition("purpose.test")[2]
    fakes = {"/": PAGE, "/static/js/room/api.js": API}
    body = fakes.get(path) or (STATIC / path.removeprefix("/static/")).read_text(encoding="utf-8")
    route.fulfill(body=body, content_type="text/html; charset=utf-8" if path == "/" else "text/javascript")


def test_nobody_is_asked_for_a_purpose_over_the_dialog_they_are_writing_in(page: Page) -> None:
    page.evaluate("void purpose.need().then((id) => { window.got = id; })")
    page.evaluate("document.getElementById('finding').showModal()")
    page.evaluate("none()")
    page.locator("#finding-note").fill("thiếu biển tên")
    assert page.evaluate("document.activeElement.id") == "finding-note"
    assert page.locator("dialog[open]").evaluate_all("open => open.map(({id}) => id)") == ["finding"]
    page.keyboard.press("Escape")
    expect(page.locator("#purpose")).to_be_visible()
    page.locator("#purpose-field").fill("kiểm tra phản ánh")
    page.keyboard.press("Enter")
    page.wait_for_function("window.got === 'p'")


def test_without_another_dialog_it_is_asked_at_once(page: Page) -> None:
    page.evaluate("void purpose.need()")
    page.evaluate("none()")
    expect(page.locator("#purpose-field")).to_be_focused()
