"""The engine behind a line that delays, throttles, stalls and breaks: it recovers, and says so meanwhile."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.centre.stream.line import BadLine, bad_line
from tests.centre.stream.test_footage_in_chromium import (
    PATIENCE_S,
    YOUNG_S,
    S,
    age_s,
    begin,
    browser,
    shown_more,
    until,
    wait,
)

__all__ = ["browser"]

PLAYING = "states.at(-1)?.what === 'playing'"


@pytest.fixture
def line(here) -> Iterator[BadLine]:
    with bad_line(here.stream_port) as line:
        yield line


@pytest.fixture
def page(browser, here, line) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_S * 1000)
    straight, here.pages.stream_url = here.pages.stream_url, f"ws://127.0.0.1:{line.port}/footage"
    page.goto(f"{here.pages.origin}/")
    here.pages.stream_url = straight
    yield page
    page.close()


def until_younger(page, seconds):
    """Wait for a picture younger than ``seconds``."""
    until(page, lambda: age_s(page) < seconds)


def live(page):
    begin(page, "live")
    page.evaluate("footage.live()")
    wait(page, PLAYING)


def test_a_line_with_a_long_and_uneven_way_shows_live_pictures_that_move(page, line):
    line.delay_s, line.jitter_s = 0.1, 0.15
    live(page)
    shown_more(page, 50)
    until_younger(page, YOUNG_S)
    shown_more(page, 30)
    line.delay_s = line.jitter_s = 0.0
    until_younger(page, YOUNG_S)


def test_a_line_that_stalls_is_said_to_and_the_picture_is_of_now_soon_after(page, line):
    live(page)
    line.stalled = True
    wait(page, "states.at(-1)?.what === 'stalled' && states.at(-1).since_us > 0")
    page.wait_for_timeout(3_000)
    line.stalled = False
    until_younger(page, YOUNG_S)
    wait(page, PLAYING)
    until_younger(page, YOUNG_S)


def test_a_line_too_narrow_for_the_pictures_shows_late_ones_never_old_ones_and_says_so(page, line):
    live(page)
    before = line.carried
    page.wait_for_timeout(2_000)
    line.bytes_per_s = (line.carried - before) / 2 / 4
    page.wait_for_timeout(9_000)
    ages = []
    for _ in range(8):
        page.wait_for_timeout(500)
        ages.append(age_s(page))
    # A second on its way, a second and a half in the stream's queue, and the group of pictures that is let go of.
    # Were they only late, they would be older than seven seconds by then, and ever older.
    assert min(ages) < 6, ages
    wait(page, "states.some((state) => state.what === 'stalled')")
    line.bytes_per_s = float("inf")
    until_younger(page, YOUNG_S)
    wait(page, PLAYING)
    until_younger(page, YOUNG_S)


def test_a_line_that_breaks_is_dialled_again_and_the_picture_is_of_now(page, line):
    live(page)
    line.down = True
    line.cut()
    wait(page, "states.at(-1)?.what === 'waiting' && states.at(-1).since_us > 0")
    page.wait_for_timeout(4_000)
    line.down = False
    wait(page, PLAYING)
    until_younger(page, YOUNG_S)


def test_a_line_that_is_away_longer_than_a_lease_lives_shows_nothing_meanwhile_and_heals(page, line):
    """The page's own way to the centre is away too."""
    live(page)
    page.route("**/renew", lambda route: route.abort())
    line.stalled = True
    wait(page, "states.at(-1)?.what === 'failed' && states.at(-1).words?.code === 'lapsed'")
    assert not page.evaluate("videos[0].src")
    line.stalled = False
    page.unroute("**/renew")
    wait(page, PLAYING)
    until_younger(page, YOUNG_S)
    assert page.evaluate("lost") == []


def test_playback_over_a_narrow_line_waits_and_goes_on_and_a_click_does_not_wait_for_what_was_before(
    page, line, begin_us
):
    begin(page, "playback", begin_us=begin_us, end_us=begin_us + 3600 * S)
    page.evaluate("(us) => { footage.seek(us); footage.play(1); }", begin_us + S)
    wait(page, PLAYING)
    page.wait_for_timeout(1_500)
    line.stalled = True
    page.wait_for_timeout(1_000)
    line.stalled, line.bytes_per_s = False, 60_000
    page.evaluate("(us) => { times.length = 0; states.length = 0; footage.seek(us); }", begin_us + 9 * S)
    wait(page, "times.length > 0 && states.at(-1)?.what === 'playing'")
    line.bytes_per_s = float("inf")
    wait(page, f"times.at(-1) > {begin_us + 12 * S} && {PLAYING}")
