"""A person at the room's page of a whole running site: live, yesterday under a purpose, a bookmark, the way back.

Real recorder, fabric, stream, decoder and Chromium. What the strip alone must do is held in
`tests/centre/footage/test_timeline_script.py`; how fast footage comes, in the live bench.
"""

import json
import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site import RunningSite, enter

LONG_MS = 30_000


@pytest.fixture
def room(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """The one-stop room of the chairman's commune, live."""
    with browser.new_context(viewport={"width": 1366, "height": 768}) as context:
        page = enter(context, site, "chutich", "/tuong")
        way = page.locator("#cameras li", has_not_text="x").first.get_attribute("data-way")
        page.goto(f"{site.url}{way}")
        page.wait_for_selector("body[data-ready]")
        yield page


def said(page: Page) -> str:
    """What the slider says: the moment, and what each camera has."""
    return page.locator(".timeline-surface").get_attribute("aria-valuetext") or ""


def until(page: Page, words: str) -> None:
    """Wait for an expression to be true; asked from outside, because the page's policy forbids to evaluate inside."""
    deadline = time.monotonic() + LONG_MS / 1000
    while not page.evaluate(words):
        assert time.monotonic() < deadline, words
        page.wait_for_timeout(50)


def wait_for_pictures(page: Page) -> None:
    """Until every tile shows moving or standing pictures."""
    until(
        page,
        "[...document.querySelectorAll('figure video')].every((video) => video.readyState >= 2 && video.videoWidth)",
    )


def say_why(page: Page) -> None:
    """Write the purpose that playback asks for; one that is still open from before is good for this room."""
    until(page, "document.querySelector('#purpose[open], #purpose-line:not([hidden])') !== null")
    if page.locator("#purpose[open]").count():
        page.fill("#purpose-field", "Phản ánh PA-2026-0123: chờ lâu ở Quầy 2")
        page.click("#purpose-ok")


def test_the_room_is_live_without_a_question_and_says_who_watches(room: Page) -> None:
    wait_for_pictures(room)
    expect(room.locator("#heading")).to_have_text("Trực tiếp")
    expect(room.locator("#live")).to_have_attribute("aria-pressed", "true")
    expect(room.locator("#watching")).to_contain_text("1 người đang xem", timeout=LONG_MS)
    expect(room.locator("figure .state").first).to_contain_text("Có hình", timeout=LONG_MS)


def test_a_past_moment_asks_for_a_purpose_and_then_shows_that_moment(room: Page) -> None:
    wait_for_pictures(room)
    yesterday = room.evaluate(
        "new Date(Date.now() - 86400e3).toLocaleDateString('sv-SE', {timeZone: 'Asia/Ho_Chi_Minh'})"
    )
    room.goto(f"{room.url.split('?')[0]}?luc={yesterday}T09:00:00")
    say_why(room)
    wait_for_pictures(room)
    expect(room.locator("#heading")).to_contain_text("Xem lại", timeout=LONG_MS)
    expect(room.locator("#purpose-text")).to_have_text(re.compile("PA-2026-0123"))
    expect(room.locator("#purpose-left")).to_contain_text("còn")
    assert said(room).startswith("09:0")
    room.keyboard.press("k")
    expect(room.locator("figure .state").first).to_have_text("Đang dừng")
    before = said(room)
    room.keyboard.press("ArrowLeft")
    until(room, f"document.querySelector('.timeline-surface').ariaValueText !== {json.dumps(before)}")
    assert "T09:0" in room.url or "T08:59" in room.url  # the address leads back to what is shown


def test_a_small_picture_stands_over_the_strip_while_the_pointer_is_there(room: Page) -> None:
    wait_for_pictures(room)
    room.keyboard.press("k")  # looking at the moment just past is playback: it asks why
    say_why(room)
    wait_for_pictures(room)
    expect(room.locator("#heading")).to_contain_text("Xem lại", timeout=LONG_MS)
    box = room.locator(".timeline-surface").bounding_box()
    assert box
    moment = float(room.locator(".timeline-surface").get_attribute("aria-valuenow") or 0)
    assert moment
    row = room.locator(".timeline-name.of-camera").first.bounding_box()
    assert row
    for back in range(1, 12):  # somewhere to the left there is footage
        room.mouse.move(box["x"] + box["width"] * (0.86 - 0.004 * back), row["y"] + row["height"] / 2)
        if room.locator("#peek-said").inner_text().endswith("có hình"):
            break
    until(room, "document.getElementById('peek-image').naturalWidth > 0")


def test_a_bookmark_is_set_by_key_and_taken_back(room: Page) -> None:
    wait_for_pictures(room)
    room.keyboard.press("b")
    room.fill("#bookmark-field", "Hướng dẫn tận tình")
    room.keyboard.press("Enter")
    toast = room.locator(".toast", has_text="Hướng dẫn tận tình")
    expect(toast).to_be_visible(timeout=LONG_MS)
    with room.expect_response(lambda answer: answer.request.method == "DELETE") as taken:
        toast.locator("button").click()
    assert taken.value.status == 204


def test_one_key_enlarges_a_picture_and_every_key_on_the_page_is_listed(room: Page) -> None:
    wait_for_pictures(room)
    room.keyboard.press("1")
    expect(room.locator("figure.camera:visible")).to_have_count(1)
    room.keyboard.press("0")
    assert room.locator("figure.camera:visible").count() > 1
    room.keyboard.press("?")
    listed = room.locator("#keys").inner_text()
    for key in ("Space", "J", "K", "L", "←", "→", "[", "]", "N", "M", "S", "B", "C", "D", "End", ",", "."):
        assert key in listed
