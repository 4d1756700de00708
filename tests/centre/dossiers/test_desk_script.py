"""The desk's own keys, in a real Chromium without a network: a procedure is found by a few letters without marks, or by
its code, and what needs words first leads to their box.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.centre.footage.strip import STATIC

OPTIONS = "".join(
    f"<option value='{place}'>{words}</option>"
    for place, words in enumerate(
        (
            "Đăng ký khai sinh · 1.001193", "Đăng ký khai tử · 1.000656", "Đăng ký kết hôn · 1.000894",
            "Chứng thực chữ ký · 2.000884", "Xác nhận tình trạng hôn nhân · 1.004873",
        ),
        start=1,
    )
)  # fmt: skip
PAGE = f"""<!doctype html><html lang="vi"><meta charset="utf-8"><title>desk</title><body>
<dialog id="keys"><ul class="keylist"></ul></dialog>
<form data-enter="next" action="/sent"><input id="id_address"><label for="id_procedure">Thủ tục</label>
<select id="id_procedure"><option value=""></option><optgroup label="Tư pháp">{OPTIONS}</optgroup></select>
<input id="id_sets"><button>OK</button></form>
<form action="/sent"><input id="step-note"><button data-fkey="F7" data-needs="step-note">F7</button></form>
<script type="module" src="/static/js/desk/desk.js"></script></body></html>"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.route("**/*", _answer)
        page.goto("http://desk.test/")
        page.evaluate("""() => { window.changed = []; const list = document.getElementById("id_procedure");
            list.addEventListener("change", () => window.changed.push(list.value)); }""")
        yield page


def _answer(route: Route) -> None:
    path = route.request.url.partition("desk.test")[2]
    if path.startswith("/sent"):
        route.fulfill(body="sent")
        return
    body = PAGE if path == "/" else (STATIC / path.removeprefix("/static/")).read_text(encoding="utf-8")
    route.fulfill(body=body, content_type="text/html; charset=utf-8" if path == "/" else "text/javascript")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.type"))


@pytest.mark.parametrize(
    ("typed", "value"), [("ket hon", "3"), ("hôn nhân", "5"), ("1004873", "5"), ("1.000656", "2"), ("CHUNG thuc", "4")]
)
def test_a_few_letters_or_the_code_choose_the_procedure_and_enter_goes_on(page: Page, typed: str, value: str) -> None:
    page.locator("#id_address").press("Enter")
    assert focused(page) == "search"
    page.keyboard.insert_text(typed)
    page.keyboard.press("Enter")
    assert page.locator("#id_procedure").input_value() == value
    assert page.evaluate("changed") == [value]
    assert focused(page) == "id_procedure"
    page.keyboard.press("Enter")
    assert focused(page) == "id_sets"
    assert page.url == "http://desk.test/"


def test_what_matches_nothing_chooses_nothing_and_emptying_the_box_shows_all(page: Page) -> None:
    box = page.locator("input[type=search]")
    box.fill("khai")
    expect(page.get_by_role("status")).to_have_text("2 mục khớp")
    box.fill("khai thuế")
    expect(page.get_by_role("status")).to_have_text("0 mục khớp")
    assert page.locator("#id_procedure").input_value() == ""
    box.fill("")
    assert page.locator("option:not([hidden])").count() == 6


def test_a_key_that_needs_words_first_leads_to_their_box(page: Page) -> None:
    page.keyboard.press("F7")
    assert focused(page) == "step-note"
    assert page.url == "http://desk.test/"
    page.keyboard.type("To khai")
    with page.expect_request("**/sent*"):
        page.keyboard.press("F7")
