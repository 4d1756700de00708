"""From the receipt in somebody's hand to the picture of that minute, on a whole running site."""

import time
from datetime import datetime, timedelta, timezone

import pytest
from playwright.sync_api import Page

from tests.site import enter
from tests.slowness import Slowness

VIETNAM = timezone(timedelta(hours=7))
PLAYS = """[...document.querySelectorAll("video")].some(
    (video) => video.readyState >= 2 && video.videoWidth && !video.closest("figure").classList.contains("waiting"))"""
ASKED = 'document.querySelector("#purpose[open]") !== null'
LONG_S = 60


@pytest.fixture(scope="module")
def digits(site, browser):
    """The bar code of a dossier that was received yesterday morning, as its officer reads it off the paper."""
    context = browser.new_context()
    page = enter(context, site, "vanphong", "/tuong")
    # The wall shows first what is ill at the moment; dossiers are received in the hall with the most to do.
    ways = {str(each.get_attribute("data-way")) for each in page.locator("#cameras li").all()}
    addresses = [f"{site.url}/api/rooms/{way.rpartition('/')[2]}/timeline" for way in ways]
    marks = max((context.request.get(each).json()["marks"] for each in addresses), key=len)
    yesterday = datetime.now(VIETNAM).replace(hour=0, minute=0, second=0) - timedelta(days=1)
    begin, end = ((yesterday + timedelta(hours=hour)).timestamp() * 1e6 for hour in (7.5, 9.3))
    mark = next(mark for mark in marks if mark["kind"] == "received" and begin < mark["begin"] < end)
    dossier = context.request.get(f"{site.url}{mark['href']}").url.rpartition("/")[2]
    found = context.request.get(f"{site.url}/api/dossiers/{dossier}").json()["scan"]
    context.close()
    return found


def until(page: Page, words: str) -> None:
    """Wait for an expression to be true; asked from outside, because the page's policy forbids to evaluate inside."""
    deadline = time.monotonic() + LONG_S
    while not page.evaluate(words):
        assert time.monotonic() < deadline, words
        page.wait_for_timeout(20)


def scanned(page: Page, digits: str) -> float:
    """Seconds that the machine took: from the scan to the question why, and from its answer to the picture."""
    begun = time.monotonic()
    page.keyboard.type(digits)
    page.keyboard.press("Enter")
    page.wait_for_url("**/phong/**")
    until(page, f"{ASKED} || {PLAYS}")
    took = time.monotonic() - begun
    if page.evaluate(ASKED):
        page.keyboard.type("Phản ánh chờ lâu ở quầy")
        begun = time.monotonic()
        page.keyboard.press("Enter")
        until(page, PLAYS)
        took += time.monotonic() - begun
    return took


def test_two_actions_and_two_seconds_lead_from_a_receipt_to_the_picture_of_its_minute(site, browser, digits):
    context = browser.new_context()
    page = enter(context, site, "vanphong")
    took = []
    for _ in range(3):
        page.goto(f"{site.url}/thong-bao")
        page.wait_for_load_state("networkidle")
        with Slowness() as slow:
            seconds = scanned(page, digits)
        took.append(seconds / slow.factor)
        assert "luc=" in page.url
    context.close()
    # The best of three, on a machine as slow as this one is: how fast the product is.
    assert min(took) <= 2, took


def test_whoever_may_not_watch_is_told_in_words_and_sees_no_picture(site, browser, digits):
    context = browser.new_context()
    page = enter(context, site, "kythuat")
    page.keyboard.type(digits)
    page.keyboard.press("Enter")
    page.wait_for_url("**/quet?**")
    assert "trong phần việc của bạn" in page.locator("[role=alert]").inner_text()
    assert page.locator("video").count() == 0
    context.close()
