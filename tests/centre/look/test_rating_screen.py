"""The screen of a counter in a real browser: a touch is thanked for, a cut line is said, and no touch waits for later.

Beside it, what the QR code of a receipt leads to.
"""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.centre.look.province import PASSWORD

#: The screen asks every three seconds; a busy machine takes its time.
LONG_MS = 60_000


@pytest.fixture(scope="module")
def officer(browser, house):
    """Somebody of the counter, signed in beside the tablet: hands papers over the counter through the API."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{house.address}/dang-nhap")
    page.fill("#id_username", "can-bo")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(f"{house.address}/")
    yield page
    context.close()


def received(officer: Page, house) -> dict[str, str]:
    """Somebody handed a dossier in at the first counter just now."""
    given = {
        "procedure": house.ids["procedure"], "name": "Lò Văn Xuân",
        "papers": [{"name": "Tờ khai", "kind": "original", "copies": 1}],
    }  # fmt: skip
    answer = officer.evaluate(
        """async ([url, given]) => {
            const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
            const made = await fetch(url, {method: "POST", body: JSON.stringify(given),
                headers: {"Content-Type": "application/json", "X-CSRFToken": token}});
            return await made.text();
        }""",
        [f"/api/counters/{house.ids['counter']}/dossiers", given],
    )
    made: dict[str, str] = json.loads(answer)
    assert "scan" in made, answer
    return made


@pytest.fixture
def tablet(visit, house):
    """A tablet on which the officer opened the screen of the first counter."""
    page = visit(f"/phong/{house.ids['one_stop']}/bang-danh-gia", "can-bo")
    page.locator("main form .button").first.click()
    page.wait_for_url("**/bang-danh-gia")
    return page


def test_a_visit_is_rated_in_a_touch_and_a_line_that_is_cut_loses_the_screen_nothing(tablet, officer, house):
    expect(tablet.locator(".rating-idle")).to_be_visible(timeout=LONG_MS)
    received(officer, house)
    expect(tablet.locator(".rating-ask")).to_be_visible(timeout=LONG_MS)
    tablet.context.set_offline(True)
    expect(tablet.locator("#lost")).to_be_visible(timeout=LONG_MS)
    tablet.locator(".score.s1").click()
    expect(tablet.locator("#missed")).to_be_visible(timeout=LONG_MS)
    expect(tablet.locator(".rating-ask")).to_be_visible(timeout=LONG_MS)
    tablet.context.set_offline(False)
    expect(tablet.locator("#lost")).to_be_hidden(timeout=LONG_MS)
    expect(tablet.locator(".rating-ask"), "no touch is sent later").to_be_visible(timeout=LONG_MS)
    tablet.locator(".score.s1").click()
    expect(tablet.locator(".rating-thanks")).to_be_visible(timeout=LONG_MS)
    expect(tablet.locator("#missed")).to_be_hidden(timeout=LONG_MS)
    tablet.locator(".whys .button").first.click()
    expect(tablet.locator(".rating-thanks .whys")).to_have_count(0, timeout=LONG_MS)
    tablet.locator(".rating-thanks a").click()
    expect(tablet.locator(".rating-idle")).to_be_visible(timeout=LONG_MS)
    assert tablet.url.endswith("/bang-danh-gia")


@pytest.mark.parametrize("path", ["/danh-gia", "/phan-anh"])
def test_the_qr_code_of_a_receipt_fills_in_its_digits_and_leaves_them_in_no_address(visit, house, path):
    page = visit(f"{path}#{house.ids['receipt']}")
    if path == "/danh-gia":
        # Sent at once: the visit of the province's one dossier is rated already, which only its receipt can tell.
        expect(page.locator(".wrong")).to_contain_text("đã được đánh giá", timeout=LONG_MS)
    scan, secret = house.ids["receipt"].split("-")
    expect(page.locator("[name=scan]")).to_have_value(scan, timeout=LONG_MS)
    expect(page.locator("[name=secret]")).to_have_value(secret)
    assert page.evaluate("location.href").endswith(path)
