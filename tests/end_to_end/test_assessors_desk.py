"""A person at the assessor's desk of a whole running site: one key an answer, the next clip already there, no mouse.

Real recorder, fabric, stream, decoder and Chromium; the clips are those that the demo's past was drawn. What is kept of
it all is held in `tests/centre/oversight/test_assessing.py`.
"""

import json
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Response, Route, expect

from tests.site import PATIENCE_MS, RunningSite, enter

LONG_MS = PATIENCE_MS
CURRENT, BEHIND = ".pictures:not(.behind)", ".pictures.behind"


@pytest.fixture
def desk(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """The desk of somebody for whom clips of yesterday wait, the first of them playing."""
    with browser.new_context(viewport={"width": 1366, "height": 768}) as context:
        page = enter(context, site, "vanphong", "/giam-sat/ban-danh-gia")
        until(page, switched())
        yield page


def until(page: Page, words: str) -> None:
    """Wait for an expression to be true; asked from outside, because the page's policy forbids to evaluate inside."""
    deadline = time.monotonic() + LONG_MS / 1000
    while not page.evaluate(words):
        assert time.monotonic() < deadline, f"{words}: {page.locator('#main').inner_html()}"
        page.wait_for_timeout(20)


def switched() -> str:
    """Whether the page has written how long the last change to another clip took."""
    return "document.getElementById('main').dataset.switchedMs !== undefined"


def switched_ms(page: Page) -> int:
    """How long it took, by the browser's own clock."""
    return int(page.locator("#main").get_attribute("data-switched-ms") or -1)


def forget_switch(page: Page) -> None:
    page.evaluate("delete document.getElementById('main').dataset.switchedMs")


def has_picture(where: str) -> str:
    """Whether a first picture stands in every tile there."""
    videos = f"[...document.querySelectorAll('{where} figure:not([hidden]) video')]"
    return f"{videos}.some((video) => video.readyState >= 2 && video.videoWidth > 0)"


def answer_all(page: Page, keys: str = "1") -> int:
    """One key for each item, those of `keys` first and the last of them for the rest; how many keys it took."""
    items = page.locator("#items .item").count()
    assert items >= 4
    for place in range(items):
        page.keyboard.press(keys[min(place, len(keys) - 1)])
    return items


def when(page: Page) -> str:
    """Which clip is watched: its room and its minutes."""
    return f"{page.locator('#heading').inner_text()} {page.locator('#when').inner_text()}"


def save(page: Page) -> Response:
    """Send the answers by the key."""
    with page.expect_response(lambda answer: answer.url.endswith("/answers")) as told:
        page.keyboard.press("Enter")
    return told.value


def watch(page: Page) -> None:
    """More than half of the clip by keys alone, at four times its speed; then it stands still."""
    page.keyboard.press("s")
    page.keyboard.press("s")
    until(page, "document.getElementById('progress').value >= 600")
    page.keyboard.press("Space")


def save_watched(page: Page) -> Response:
    """The same for a clip that was watched: as often as it takes until the stream has told the site so."""
    deadline = time.monotonic() + LONG_MS / 1000
    while (told := save(page)).status == 409 and time.monotonic() < deadline:
        expect(page.locator("#form-error")).to_contain_text("giây")
        page.wait_for_timeout(500)
    return told


def test_a_clip_is_answered_by_one_key_an_item_and_the_next_is_there_at_once(desk: Page) -> None:
    until(desk, has_picture(CURRENT))
    expect(desk.locator("#why")).not_to_be_empty()
    assert desk.locator("#unready").count() == 0
    expect(desk.locator("#save")).to_be_disabled()
    first = when(desk)
    # Nothing is assessed of which hardly anything was watched; what was answered stays.
    answer_all(desk, "13")
    assert save(desk).status == 409
    watch(desk)
    expect(desk.locator("#save")).to_be_enabled()
    assert desk.locator("#items [aria-checked=true]").count() == desk.locator("#items .item").count()
    # The next stands behind it, at its first picture, before anybody asks for it.
    until(desk, has_picture(BEHIND))
    forget_switch(desk)
    assert save_watched(desk).status == 200
    until(desk, switched())
    until(desk, has_picture(CURRENT))
    assert when(desk) != first
    # How fast that was, a bench measures; the page writes it down for whoever asks.
    assert switched_ms(desk) >= 0
    # Taken back by one key: the same clip with its answers.
    with desk.expect_response(lambda answer: answer.request.method == "DELETE"):
        desk.keyboard.press("u")
    until(desk, f"{json.dumps(first)}.endsWith(document.getElementById('when').textContent || '?')")
    assert when(desk) == first
    assert desk.locator("#items [aria-checked=true]").count() == desk.locator("#items .item").count()


def test_a_finding_has_its_range_and_its_rule_by_one_key(desk: Page) -> None:
    until(desk, has_picture(CURRENT))
    desk.keyboard.press("Space")
    desk.keyboard.press("2")
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("[")
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("]")
    desk.keyboard.press("f")
    expect(desk.locator("#finding[open]")).to_be_visible()
    assert desk.locator("#finding-situation").input_value() != ""
    begin, end = desk.locator("#finding-when").inner_text().split(",")[0].split("–")
    assert seconds(end) - seconds(begin) == 10
    # The note has the focus; nothing need be written.
    assert desk.evaluate("document.activeElement.id") == "finding-note"
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    with desk.expect_response(lambda answer: answer.url.endswith("/findings")) as made:
        desk.keyboard.press("Enter")
    assert made.value.status == 200
    assert made.value.json()["held"] is True
    expect(desk.locator("#finding[open]")).to_have_count(0)
    expect(desk.locator(".toast", has_text=made.value.json()["number"])).to_be_visible()
    # The rest of the form is where it was.
    assert desk.locator("#items [aria-checked=true]").count() == 1


def test_who_thinks_better_of_a_finding_watches_on(desk: Page) -> None:
    until(desk, "document.body.classList.contains('playing')")
    desk.keyboard.press("f")
    expect(desk.locator("#finding[open]")).to_be_visible()
    until(desk, "!document.body.classList.contains('playing')")
    desk.keyboard.press("Escape")
    until(desk, "document.body.classList.contains('playing')")


def seconds(clock: str) -> int:
    hours, minutes, rest = clock.strip().split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


def test_a_clip_that_cannot_be_assessed_is_left_with_a_reason_and_another_takes_its_place(desk: Page) -> None:
    until(desk, has_picture(CURRENT))
    first = when(desk)
    desk.keyboard.press("x")
    expect(desk.locator("#leaving[open]")).to_be_visible()
    desk.keyboard.type("mờ")
    desk.keyboard.press("Enter")
    expect(desk.locator("#leaving-error")).to_be_visible()
    desk.locator("#leaving-words").fill("Ống kính bị mờ, không thấy mặt quầy")
    with desk.expect_response(lambda answer: answer.url.endswith("/leaving")) as left:
        desk.keyboard.press("Enter")
    assert left.value.json() == {"replaced": True}
    expect(desk.locator("#leaving[open]")).to_have_count(0)
    until(desk, has_picture(CURRENT))
    assert when(desk) != first


def test_footage_that_does_not_come_says_so_and_is_not_asked_for_without_end(desk: Page) -> None:
    until(desk, has_picture(CURRENT))
    first = when(desk)
    watch(desk)
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    desk.context.route("**/api/viewings", refuse)
    answer_all(desk)
    desk.wait_for_timeout(3000)
    # What could not be made ready is not asked for again at every picture of what is watched.
    assert len(asked) <= 1
    assert save_watched(desk).status == 200
    expect(desk.locator("#notices")).to_contain_text("Thử lại", timeout=LONG_MS)
    assert when(desk) != first


def test_what_could_not_be_made_ready_is_made_ready_once_the_line_is_back(desk: Page) -> None:
    until(desk, has_picture(CURRENT))
    desk.keyboard.press("Space")
    broken: list[str] = []

    def refuse(route: Route) -> None:
        broken.append(route.request.url)
        route.abort()

    desk.context.route("**/api/viewings", refuse)
    answer_all(desk)
    desk.wait_for_timeout(1000)
    assert broken
    assert not desk.evaluate(has_picture(BEHIND))
    desk.context.unroute("**/api/viewings", refuse)
    until(desk, has_picture(BEHIND))


def test_a_desk_that_gets_no_answer_does_not_say_that_nothing_waits(desk: Page) -> None:
    until(desk, has_picture(CURRENT))
    desk.context.route("**/next", lambda route: route.abort())
    desk.reload()
    expect(desk.locator("#notices")).to_contain_text("Thử lại", timeout=LONG_MS)
    expect(desk.locator("#nothing")).to_be_hidden()
    desk.context.unroute("**/next")
    desk.locator("#notices").get_by_role("button").click()
    until(desk, has_picture(CURRENT))
