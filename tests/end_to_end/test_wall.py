"""A person at the wall of a whole running site: pages of pictures, one large, turning by itself until touched."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site import PATIENCE_MS, RunningSite, enter

LONG_MS = PATIENCE_MS


@pytest.fixture
def wall(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """The wall of the chairman's commune, four pictures a page."""
    with browser.new_context(viewport={"width": 1366, "height": 768}) as context:
        context.add_init_script("localStorage.getItem('wall-size') ?? localStorage.setItem('wall-size', '4')")
        page = enter(context, site, "chutich", "/tuong")
        page.wait_for_selector("body[data-ready]")
        yield page


def test_every_live_camera_is_on_the_wall_and_moves_without_a_question(wall: Page) -> None:
    expect(wall.locator("#pages-said")).to_contain_text("camera")
    expect(wall.locator("figure .at:not(:empty)").first).to_be_visible(timeout=LONG_MS)
    assert wall.locator("#purpose[open]").count() == 0
    assert wall.locator("#unready").count() == 0


def test_a_number_enlarges_one_with_its_name_and_escape_goes_back(wall: Page) -> None:
    many = wall.locator("figure").count()
    name = wall.locator("figure .name").nth(1).inner_text()
    wall.keyboard.press("2")
    expect(wall.locator("figure")).to_have_count(1)
    expect(wall.locator("figure .name")).to_have_text(name)
    expect(wall.locator("figure video")).to_have_js_property("readyState", 4, timeout=LONG_MS)
    wall.keyboard.press("Escape")
    expect(wall.locator("figure")).to_have_count(many)


def test_the_number_of_pictures_is_remembered(wall: Page) -> None:
    wall.click("#sizes [data-size='9']")
    wall.reload()
    expect(wall.locator("#sizes [data-size='9']")).to_have_attribute("aria-pressed", "true")


def test_it_turns_by_a_key_and_stops_when_somebody_touches_it(wall: Page) -> None:
    wall.keyboard.press("r")
    expect(wall.locator("#turn")).to_have_attribute("aria-pressed", "true")
    expect(wall.locator("#turning")).to_be_visible()
    wall.locator("h1").click()
    expect(wall.locator("#turn")).to_have_attribute("aria-pressed", "false")


def test_a_wall_whose_viewing_was_ended_says_so_and_opens_again(wall: Page) -> None:
    address = wall.url
    # A page that is left may still get the answer to a question of its own.
    wall.goto("about:blank")
    with wall.expect_response(lambda answer: answer.url.endswith("/api/viewings")) as opening:
        wall.goto(address)
    viewing = opening.value.json()["viewing"]
    csrf = wall.locator("#main").get_attribute("data-csrf") or ""
    wall.request.post(
        f"{wall.url.removesuffix('/tuong')}/api/viewings/{viewing}/close",
        headers={"X-CSRFToken": csrf, "Referer": wall.url, "Content-Type": "application/json"},
        data="{}",
    )
    expect(wall.locator("#notices")).to_contain_text("kết thúc", timeout=LONG_MS)
    wall.locator("#notices button").click()
    expect(wall.locator("#notices .notice")).to_have_count(0, timeout=LONG_MS)
    expect(wall.locator("figure .at:not(:empty)").first).to_be_visible(timeout=LONG_MS)
