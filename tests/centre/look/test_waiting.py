"""What a person sees while they wait, and when nobody answers; and what opens over a page."""

import pytest
from playwright.sync_api import Page

from tests.centre.look.test_pages import faults

#: The browser stays on the page, as it does until the server has answered; what would have gone out is counted.
HELD = """sent = 0; window.addEventListener("submit", event => {
  if (!event.defaultPrevented) sent += 1;
  event.preventDefault();
})"""


def test_a_form_that_takes_long_says_so_and_is_sent_once(visit):
    page: Page = visit("/mat-khau", "chu-tich")
    page.evaluate(HELD)
    button = page.locator("main .button.primary")
    button.click()
    button.click()
    page.locator("body.sending").wait_for(state="attached")
    page.get_by_text("Đang xử lý, xin chờ…").wait_for()
    assert page.evaluate("sent") == 1
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow'))")
    assert page.locator("body.sending, .toast").count() == 0
    button.click()
    assert page.evaluate("sent") == 2


def test_what_was_refused_is_not_written_twice(visit, house):
    page: Page = visit(f"/phat-hien/{house.ids['finding']}", "van-phong")
    # What cannot be seen is nothing to the centre, but somebody typed it.
    page.fill("#words", "\u200b")
    page.locator("[name=kind][value=withdrawn]").click()
    page.locator(".toast[data-level=error]").wait_for()
    assert page.locator("#words").input_value() == "\u200b"
    page.reload()
    assert page.locator("#words").input_value() == ""


def test_a_page_that_asks_every_few_seconds_says_once_that_nobody_answers_and_takes_it_back(visit):
    page: Page = visit("/ky-thuat", "ky-thuat")
    page.route("**/ky-thuat", lambda route: route.abort())
    ask = "htmx.ajax('GET', '/ky-thuat', {target: '#health', select: '#health', swap: 'outerHTML'}).catch(() => 0)"
    for _ in range(3):
        page.evaluate(ask)
    page.locator(".toast").wait_for()
    assert page.locator(".toast").count() == 1
    page.unroute("**/ky-thuat")
    page.evaluate(ask)
    page.locator(".toast").wait_for(state="detached")


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/tai-khoan", "quan-tri"),
        ("/camera/{camera}", "ky-thuat"),
        ("/dau-ghi/{recorder}", "ky-thuat"),
        ("/", "chu-tich"),
    ],
)
def test_what_opens_over_a_page_is_clean_takes_the_focus_and_gives_it_back(house, visit, path, who):
    page: Page = visit(path.format(**house.ids), who)
    for opener in page.locator("main [data-open]").all()[:3]:
        opener.focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.closest('dialog[open]') !== null")
        assert faults(page) == []
        page.keyboard.press("Escape")
        assert opener.evaluate("node => node === document.activeElement")
    for menu in page.locator("details.menu > summary:visible").all():
        menu.focus()
        page.keyboard.press("Enter")
        assert faults(page) == []
        page.keyboard.press("Escape")
