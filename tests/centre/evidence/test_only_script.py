"""Fields that are asked for only sometimes, in a real Chromium without a network."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.centre.footage.strip import STATIC

BODY = """<form><div class="field"><label><input type="radio" name="channel" value="counter" checked>1</label>
<label><input type="radio" name="channel" value="letter">2</label></div>
<div class="field" id="day"><input name="received" data-only="channel:letter"></div>
<div class="field bad" id="wrong"><input name="represents" data-only="channel:none"></div></form>"""
PAGE = f"""<!doctype html><html lang="vi"><meta charset="utf-8"><title>only</title><body>{BODY}
<script type="module" src="/static/js/evidence/only.js"></script></body></html>"""


def opened(browser: Browser, script: bool) -> Iterator[Page]:
    """The form, with or without its script."""
    with browser.new_context(java_script_enabled=script) as context:
        page = context.new_page()
        page.route("**/*", _answer)
        page.goto("http://only.test/")
        yield page


def _answer(route: Route) -> None:
    path = route.request.url.partition("only.test")[2]
    body = PAGE if path == "/" else (STATIC / path.removeprefix("/static/")).read_text(encoding="utf-8")
    route.fulfill(body=body, content_type="text/html; charset=utf-8" if path == "/" else "text/javascript")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    yield from opened(browser, script=True)


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    yield from opened(browser, script=False)


def sent(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate("Object.fromEntries(new FormData(document.forms[0]))")
    return found


def test_a_field_comes_with_the_choice_that_asks_for_it_and_goes_with_it(page: Page) -> None:
    day = page.locator("#day")
    assert not day.is_visible()
    page.check("[value=letter]")
    assert day.is_visible()
    page.fill("[name=received]", "2026-11-20")
    assert sent(page)["received"] == "2026-11-20"
    page.check("[value=counter]")
    assert not day.is_visible()
    assert "received" not in sent(page)
    page.check("[value=letter]")
    assert sent(page)["received"] == "2026-11-20"


def test_what_is_wrong_is_always_shown(page: Page) -> None:
    assert page.locator("#wrong").is_visible()
    assert "represents" in sent(page)


def test_without_the_script_every_field_is_there(plain: Page) -> None:
    assert plain.locator("#day").is_visible()
