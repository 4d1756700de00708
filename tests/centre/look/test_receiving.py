"""The receipt as an officer fills it in at an office's screen: no mouse, nothing out of sight, the paper beside it."""

import pytest
from playwright.sync_api import Page, expect

FORM = "/quay/{counter}/tiep-nhan"
OUT_OF_SIGHT = """() => [...document.querySelectorAll("#receive :is(input:not(.machine), select, button.primary)")]
  .filter((node) => node.type !== "hidden")
  .filter((node) => { const at = node.getBoundingClientRect(); return at.bottom > innerHeight || at.top < 0; })
  .map((node) => node.id || node.type)"""


def test_what_is_typed_stands_on_the_paper_a_moment_later(visit, house):
    page: Page = visit(FORM.format(**house.ids), "can-bo")
    paper = page.locator("#preview")
    expect(paper).to_contain_text("Họ và tên người nộp")
    page.locator("#id_name").press_sequentially("Bùi Thị Nhạn")
    expect(paper).to_contain_text("Tiếp nhận hồ sơ của: Bùi Thị Nhạn")
    page.select_option("#id_procedure", house.ids["procedure"])
    expect(paper.locator("table")).to_be_visible()
    expect(paper).to_contain_text("Đủ để in")
    page.locator("#part-0").fill("0")
    expect(paper).not_to_contain_text("Tờ khai")
    assert page.locator("#id_name").input_value() == "Bùi Thị Nhạn"
    assert visit.complaints == []


def test_without_a_mouse_the_whole_form_is_filled_in_and_stays_where_one_is(visit, house):
    page: Page = visit(FORM.format(**house.ids), "can-bo")
    page.keyboard.type("Lê Văn Tám")
    for _ in range(3):
        page.keyboard.press("Enter")
    page.keyboard.type("0912345678")
    with page.expect_response("**/xem-truoc"):
        page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('.chosen') !== null")
    assert page.locator("#id_phone").input_value() == "0912345678"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_at_an_office_screen_the_form_the_paper_and_the_button_are_all_in_sight(visit, house, language):
    page: Page = visit(f"{FORM}?procedure={{procedure}}".format(**house.ids), "can-bo", language=language)
    seen = page.evaluate(OUT_OF_SIGHT)
    assert seen == []
    assert page.evaluate("document.querySelector('.receipt-paper').getBoundingClientRect().bottom <= innerHeight")
