"""Everything by keyboard, and on paper: what is printed on a thing presses it; dates are typed as they are written."""

import pytest

LONG_MS = 60_000


def test_g_and_a_letter_lead_to_a_page(visit):
    page = visit("/", "chu-tich")
    page.keyboard.press("g")
    page.keyboard.press("u")
    page.wait_for_url("**/don-vi")


def test_a_slash_finds_a_room_without_marks(visit):
    page = visit("/", "van-phong")
    page.keyboard.press("/")
    page.wait_for_url("**/tim")
    page.keyboard.type("bai lam")
    page.get_by_role("link", name="Xã Bãi Lam").first.wait_for()


def test_f_makes_a_finding_in_the_room_and_a_refusal_keeps_what_was_written(visit, house):
    page = visit(f"/phong/{house.ids['one_stop']}", "chu-tich")
    # Its keys work once it knows the day.
    page.locator("body[data-ready]").wait_for(timeout=LONG_MS)
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("f")
    assert page.locator("#finding[open]").count() == 1, visit.complaints
    assert page.evaluate("document.activeElement.id") == "finding-situation"
    page.fill("#finding-note", "Không chào hỏi")
    page.locator("#finding .button.primary").click()
    page.locator("#finding-error:not([hidden])").wait_for()
    assert page.locator("#finding-note").input_value() == "Không chào hỏi"
    page.select_option("#finding-situation", index=1)
    page.locator("#finding .button.primary").click()
    page.locator(".toast").get_by_text("Đã lập phát hiện số").wait_for()
    assert not page.locator("#finding").is_visible()


def test_a_question_mark_names_the_keys_that_work_here(visit):
    page = visit("/", "chu-tich")
    page.keyboard.press("?")
    listed = page.locator("#keys .keylist")
    listed.wait_for()
    assert "Đơn vị" in listed.inner_text()
    page.keyboard.press("Escape")
    assert not listed.is_visible()


def test_a_key_is_a_letter_while_somebody_types(visit):
    page = visit("/tim", "chu-tich")
    page.locator("#find-text").fill("")
    page.keyboard.type("gu?/")
    assert page.locator("#find-text").input_value() == "gu?/"
    assert page.url.split("?")[0].endswith("/tim")


def test_the_first_stop_of_the_tab_key_skips_the_bar(visit):
    page = visit("/", "chu-tich")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_what_asks_first_is_sent_once_it_is_agreed_to_and_not_before(visit):
    page = visit("/thong-bao", "chu-tich")
    sent: list[str] = []

    def take(route):
        sent.append(route.request.post_data or "")
        route.fulfill(body="ok")

    page.route("**/asked", take)
    page.evaluate("""() => {
      const form = document.createElement("form");
      Object.assign(form, {method: "post", action: "/asked", id: "sure"});
      form.dataset.confirm = "Kết thúc ngay bây giờ?";
      form.innerHTML = '<input name="why" value="vì sao"><button name="which" value="end">Kết thúc</button>';
      document.getElementById("main").prepend(form);
    }""")
    page.click("#sure button")
    asked = page.get_by_role("dialog", name="Kết thúc ngay bây giờ?")
    asked.get_by_role("button", name="Không").click()
    assert (page.locator("dialog[open]").count(), sent) == (0, [])
    page.click("#sure button")
    page.keyboard.press("Escape")
    assert (page.locator("dialog[open]").count(), sent) == (0, [])
    page.locator("#sure input").press("Enter")
    with page.expect_navigation():
        asked.get_by_role("button", name="Kết thúc").click()
    assert [words.partition("&which=")[2] for words in sent] == ["end"]


def test_a_long_text_says_how_much_room_is_left_and_when_there_is_none(visit, house):
    page = visit(f"/phong/{house.ids['one_stop']}", "chu-tich")
    page.evaluate("""() => {
      const field = Object.assign(document.createElement("textarea"), {id: "long", maxLength: 100});
      document.getElementById("main").prepend(field);
    }""")
    page.fill("#long", "a" * 79)
    assert page.locator(".room-left").count() == 0
    page.fill("#long", "a" * 95)
    assert page.locator(".room-left").inner_text() == "Còn 5 ký tự"
    page.fill("#long", "a" * 100)
    assert page.locator(".room-left.error").inner_text().startswith("Đã đủ 100 ký tự")
    page.fill("#long", "a")
    assert not page.locator(".room-left").is_visible()


def test_a_menu_closes_by_escape_and_gives_the_focus_back(visit):
    page = visit("/", "chu-tich")
    page.locator("details.menu summary").last.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.menu[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_the_language_is_switched_and_stays(visit):
    page = visit("/style")
    page.locator("details.menu summary").last.click()
    page.get_by_role("button", name="English").click()
    page.wait_for_load_state()
    assert page.locator("h1").inner_text() == "The components of the pages"
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("5/3/2026", "2026-03-05"),
        ("05032026", "2026-03-05"),
        ("5-3-26", "2026-03-05"),
        ("31/2/2026", ""),
        ("hôm qua", ""),
    ],
)
def test_a_date_is_typed_day_first_whatever_the_browser_speaks(visit, typed, kept):
    page = visit("/van-mieu", "chu-tich")
    box = page.locator(".dated input[type=text]").first
    box.fill(typed)
    box.blur()
    assert page.locator(".dated input[type=date]").first.evaluate("field => field.value") == kept
    assert box.evaluate("box => box.validity.valid") == bool(kept)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("9:30", "09:30"), ("9h", "09:00"), ("0930", "09:30"), ("21", "21:00"), ("25:00", ""), ("9:01:06", "09:01:06")],
)
def test_a_time_is_typed_with_twenty_four_hours(visit, typed, kept):
    page = visit("/van-mieu", "chu-tich")
    box = page.locator(".dated input[type=text]").nth(1)
    box.fill(typed)
    box.blur()
    assert page.locator(".dated input[type=time]").first.evaluate("field => field.value") == kept


@pytest.mark.parametrize(("place", "typed"), [(0, "31/02/2027"), (1, "25:00")])
def test_what_is_no_date_or_time_stays_as_typed_and_nothing_is_sent(visit, place, typed):
    page = visit("/van-mieu", "chu-tich")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.is_navigation_request() else None)
    box = page.locator(".dated input[type=text]").nth(place)
    right = box.input_value()
    box.fill(typed)
    box.press("Enter")
    page.wait_for_timeout(300)
    assert asked == []
    assert (box.input_value(), box.get_attribute("aria-invalid")) == (typed, "true")
    assert box.evaluate("box => document.activeElement === box")
    box.fill(right or "09:00")
    with page.expect_navigation():
        box.press("Enter")


def test_on_paper_a_list_has_no_buttons_and_says_who_printed_it(visit):
    page = visit("/ky-thuat", "ky-thuat")
    page.emulate_media(media="print")
    assert not page.locator(".bar").is_visible()
    assert page.locator("main table").first.is_visible()
    assert "Lương Thế Sáng" in page.locator(".foot .print-only").inner_text()
