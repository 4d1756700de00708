"""A bar code scanner that types like a keyboard, and a desk that is worked without a mouse, in a real browser."""

import pytest


@pytest.fixture(scope="module")
def digits(browser, house, signed_in):
    """The bar code of the province's one dossier."""
    context = browser.new_context(storage_state=signed_in("can-bo"))
    found = context.request.get(f"{house.address}/api/dossiers/{house.ids['dossier']}").json()["scan"]
    context.close()
    return found


def scan(page, digits):
    page.keyboard.type(digits)
    page.keyboard.press("Enter")


def test_a_scan_on_any_page_leads_to_the_counters_minute_and_asks_only_why(visit, digits):
    page = visit("/don-vi", "chu-tich")
    scan(page, digits)
    page.wait_for_url("**/phong/**luc=**")
    page.locator("#purpose[open]").wait_for()
    assert page.locator("#reference-field").input_value().startswith("H99.")
    assert page.evaluate("document.activeElement.id") == "purpose-field"


def test_a_scan_is_caught_while_somebody_types_and_their_text_stays(visit, digits):
    page = visit("/van-mieu", "chu-tich")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<textarea id=note>Bà </textarea>')")
    # The page stays where it is, so that the field can be looked at afterwards.
    page.route("**/quet?**", lambda route: route.fulfill(status=204))
    page.locator("#note").focus()
    page.keyboard.press("End")
    with page.expect_request("**/quet?**") as asked:
        scan(page, digits)
    assert digits in asked.value.url
    assert page.locator("#note").input_value() == "Bà "


def test_a_vietnamese_layout_that_writes_letters_for_digits_does_not_matter(visit, digits):
    page = visit("/don-vi", "chu-tich")
    with page.expect_navigation(url="**/phong/**"):
        page.evaluate(
            """digits => {
                const press = (key, code) => document.body.dispatchEvent(
                    new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true }));
                for (const digit of digits) press("₫ăâêộ̀̉̃́đ"[digit] ?? "ơ", `Digit${digit}`);
                press("Enter", "Enter");
            }""",
            digits,
        )


@pytest.mark.parametrize("what", ["a person", "a digit short", "a wrong digit"])
def test_what_a_person_types_and_what_was_misread_is_no_scan(visit, digits, what):
    page = visit("/tim", "chu-tich")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/quet" in request.url else None)
    page.locator("#find-text").fill("")
    wrong = {"a person": digits, "a digit short": digits[:-1], "a wrong digit": digits[:-1] + str(9 - int(digits[-1]))}
    page.keyboard.type(wrong[what], delay=130 if what == "a person" else 0)
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert asked == []


def test_who_has_no_business_with_a_dossier_is_told_so_in_words(visit, digits):
    page = visit("/ky-thuat", "ky-thuat")
    scan(page, digits)
    page.wait_for_url("**/quet?**")
    assert "trong phần việc của bạn" in page.locator("[role=alert]").inner_text()


def test_a_dossier_is_received_and_handed_back_without_a_mouse(visit, house):
    page = visit(f"/quay/{house.ids['counter']}", "can-bo")
    page.keyboard.press("F2")
    page.wait_for_load_state()
    page.keyboard.press("F4")
    page.wait_for_url("**/tiep-nhan")
    assert page.evaluate("document.activeElement.id") == "id_name"
    for typed in ("Lò Thị Mến", "", "Bản Nà Phặc", "0900 000 002"):
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_procedure"
    page.keyboard.press("ArrowDown")
    page.locator("#part-0").wait_for()
    page.keyboard.press("F9")
    page.wait_for_url("**da-nhan=**")
    assert "In giấy tiếp nhận" in page.evaluate("document.activeElement.textContent")
    made = page.locator(".taken .num").inner_text()
    page.locator("#scan-field").focus()
    page.keyboard.type(made)
    page.keyboard.press("Enter")
    page.wait_for_url("**ho-so=**")
    page.keyboard.press("F6")
    page.get_by_text("Đã trả kết quả").first.wait_for()
